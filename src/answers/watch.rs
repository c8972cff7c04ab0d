//! Watching: which of many saved searches match which of the new articles, in one pass over these.
//!
//! Only segments that hold new articles are looked at, each search is a look-up of its terms there, and nothing is
//! ranked. The searches are spread over the threads.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{DocAddress, DocId};

use crate::{
    answers::archive::Archive,
    article::{ArticleHead, ArticleId},
    fields::{DOC_ARTICLE, FieldId},
    query::{
        Error,
        engine::{matcher::Segment, plan::Clause, statistics::Target, stored},
        language::ast::Query,
    },
};

/// A new article that matches a search.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Number of the search among those given.
    pub search: usize,
    /// The article.
    pub article: Arc<ArticleHead>,
}

/// Stored articles that one thread reads in a row: they share compressed blocks.
const READ_TOGETHER: usize = 256;

/// New articles of one segment.
struct News<'a> {
    segment: Segment<'a>,
    ord: u32,
    docs: Vec<DocId>,
}

impl Archive {
    /// Which articles among `new` match which searches, under the strict reading; in the order of the searches, then of
    /// the ids. Articles that the archive does not hold match nothing. The answer is whole whatever the deadline: what
    /// was left out of it would never be told.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn watch(&self, searches: &[Query], new: &[ArticleId]) -> Result<Vec<Watched>, Error> {
        self.unhurried().watched(searches, new)
    }

    fn watched(&self, searches: &[Query], new: &[ArticleId]) -> Result<Vec<Watched>, Error> {
        let news = self.news(new)?;
        if news.is_empty() {
            return Ok(Vec::new());
        }
        let matches: Vec<Vec<DocAddress>> = self.helpers().install(|| {
            searches.par_iter().map(|query| self.among(query, &news)).collect::<Result<_, _>>()
        })?;
        let heads = self.heads_of(new, &matches)?;
        let mut watched = Vec::new();
        for (search, docs) in matches.into_iter().enumerate() {
            let first = watched.len();
            let articles = docs.iter().filter_map(|doc| heads.get(doc).cloned());
            watched.extend(articles.map(|article| Watched { search, article }));
            watched[first..].sort_by(|a, b| a.article.id.cmp(&b.article.id));
        }
        Ok(watched)
    }

    /// The articles found, each read once, in the order in which they are stored.
    fn heads_of(
        &self,
        new: &[ArticleId],
        matches: &[Vec<DocAddress>],
    ) -> Result<FxHashMap<DocAddress, Arc<ArticleHead>>, Error> {
        let wanted: FxHashSet<&ArticleId> = new.iter().collect();
        let mut docs: Vec<DocAddress> = matches.concat();
        docs.sort_unstable();
        docs.dedup();
        let heads = docs.par_chunks(READ_TOGETHER).map(|docs| {
            docs.iter()
                .map(|&doc| Ok((doc, stored::head(self.snapshot(), doc)?)))
                .collect::<Result<Vec<_>, Error>>()
        });
        let heads =
            self.helpers().install(|| heads.collect::<Result<Vec<_>, Error>>())?.into_iter().flatten();
        Ok(heads
            .filter(|(_, head)| wanted.contains(&head.id))
            .map(|(doc, head)| (doc, Arc::new(head)))
            .collect())
    }

    /// Where the new articles are. An id's digits stand in a column; whose id has a suffix is told by its record.
    fn news(&self, new: &[ArticleId]) -> Result<Vec<News<'_>>, Error> {
        let keys: FxHashSet<u64> = new.iter().map(ArticleId::key).collect();
        let mut news = Vec::new();
        for (ord, reader) in (0..).zip(self.snapshot().searcher().segment_readers()) {
            let key = reader.fast_fields().u64(FieldId::Key.row().name)?;
            let kind = reader.fast_fields().u64(FieldId::Doc.row().name)?;
            let docs: Vec<DocId> = reader
                .doc_ids_alive()
                .filter(|&doc| {
                    kind.first(doc) == Some(DOC_ARTICLE)
                        && key.first(doc).is_some_and(|key| keys.contains(&key))
                })
                .collect();
            if !docs.is_empty() {
                let segment = self.engine().segment(ord, Target::Articles)?;
                news.push(News { segment, ord, docs });
            }
        }
        Ok(news)
    }

    /// The new articles that match one search.
    fn among(&self, query: &Query, news: &[News<'_>]) -> Result<Vec<DocAddress>, Error> {
        let all = Clause::All(self.plan(query, Target::Articles)?.strict().required);
        let mut found = Vec::new();
        for News { segment, ord, docs } in news {
            let matches = segment.matches(&all)?.docs;
            let is_new = |doc: &DocId| docs.binary_search(doc).is_ok();
            found.extend(matches.into_iter().filter(is_new).map(|doc| DocAddress::new(*ord, doc)));
        }
        Ok(found)
    }
}
