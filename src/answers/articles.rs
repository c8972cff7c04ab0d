//! Ranked articles.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use crate::{
    annotation::{Quote, QuoteKind},
    answers::{
        archive::Archive,
        hit::{ArticleHit, Page, QuoteHit, TitleHit},
    },
    article::ArticleHead,
    fields::FieldId,
    query::{
        Error,
        engine::{
            plan::{Clause, Plan},
            postings,
            rank::{Placed, Sort},
            snippet::Wanted,
            statistics::Target,
            stored,
        },
        language::ast::Query,
    },
    record::CharOffsets,
    view::StoredArticle,
};

/// Quotes shown with an article.
const QUOTES_SHOWN: usize = 3;

/// Hits that are looked at besides those wanted when copies are left out.
const COPIES_EXPECTED: usize = 10;

/// A question for articles.
#[derive(Clone, Debug)]
pub struct ArticleRequest {
    /// What is searched for.
    pub query: Query,
    /// Whether any one word is enough.
    pub any_word: bool,
    /// Hits wanted.
    pub limit: usize,
    /// Hits left out before them.
    pub offset: usize,
    /// Their order.
    pub sort: Sort,
    /// Whether only the best of near-identical copies is wanted.
    pub group_copies: bool,
}

impl ArticleRequest {
    /// The ten best articles, every copy by itself.
    pub fn new(query: Query) -> Self {
        Self { query, any_word: false, limit: 10, offset: 0, sort: Sort::default(), group_copies: false }
    }
}

impl Archive {
    /// Ranked articles.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn search(&self, request: &ArticleRequest) -> Result<Page<ArticleHit>, Error> {
        if request.group_copies {
            return self.grouped(request);
        }
        let plan = self.plan(&request.query, Target::Articles)?;
        let most = request.offset.saturating_add(request.limit);
        let (here, ranked) = self.rank_with_copies(&plan, request.any_word, request.sort, most)?;
        let placed = ranked.placed().skip(request.offset);
        let hits = placed.map(|placed| here.hit(placed, &plan)).collect::<Result<_, _>>()?;
        Ok(self.page(hits, &ranked, plan))
    }

    /// Gives every ranked article, as [`search`](Self::search) does without a limit, one after the other for as long as `each`
    /// wants more; copies are not grouped. Gives whether that is all: it is not where a deadline came first.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn search_each(
        &self,
        request: &ArticleRequest,
        mut each: impl FnMut(ArticleHit) -> bool,
    ) -> Result<bool, Error> {
        let plan = self.plan(&request.query, Target::Articles)?;
        let most = usize::try_from(self.articles()).unwrap_or(usize::MAX);
        let (here, ranked) = self.rank_with_copies(&plan, request.any_word, request.sort, most)?;
        for placed in ranked.placed() {
            if self.is_over() || !each(here.hit(placed, &plan)?) {
                break;
            }
        }
        Ok(self.is_complete())
    }

    fn hit(&self, placed: Placed, plan: &Plan) -> Result<ArticleHit, Error> {
        let Placed { rank, score, doc, is_partial } = placed;
        let stored = stored::article(self.snapshot(), doc)?;
        let snippet = Wanted::of(plan).snippet(&stored.article.text);
        let mut hit = ArticleHit::new(rank, score, &stored, snippet);
        hit.partial = is_partial;
        hit.quotes = self.quotes_in(doc, &stored, plan)?;
        hit.copy_of = self.original_of(doc)?.map(|original| self.id_of(original)).transpose()?.flatten();
        Ok(hit)
    }

    /// Ranked articles, of near-copies only the best, with how many were left out below it. Counts are of all.
    fn grouped(&self, request: &ArticleRequest) -> Result<Page<ArticleHit>, Error> {
        let plan = self.plan(&request.query, Target::Articles)?;
        let wanted = request.offset.saturating_add(request.limit);
        let mut most = wanted.saturating_mul(2).saturating_add(COPIES_EXPECTED);
        loop {
            let (here, ranked) = self.rank_with_copies(&plan, request.any_word, request.sort, most)?;
            let mut groups: Vec<(DocAddress, Placed, u32)> = Vec::new();
            let mut places: FxHashMap<DocAddress, usize> = FxHashMap::default();
            let mut seen = 0;
            for placed in ranked.placed() {
                if self.is_over() {
                    break;
                }
                seen += 1;
                let original = here.first_original_of(placed.doc)?;
                match places.entry(original) {
                    Entry::Occupied(place) => groups[*place.get()].2 += 1,
                    Entry::Vacant(place) => {
                        place.insert(groups.len());
                        groups.push((original, placed, 0));
                    }
                }
            }
            if groups.len() < wanted && seen == most {
                most = most.saturating_mul(2);
                continue;
            }
            let mut hits = Vec::new();
            for (rank, (_, placed, copies)) in (1..).zip(groups).take(wanted).skip(request.offset) {
                let mut hit = here.hit(Placed { rank, ..placed }, &plan)?;
                hit.copies = Some(copies);
                hits.push(hit);
            }
            return Ok(self.page(hits, &ranked, plan));
        }
    }

    /// Ids and headlines of ranked articles, without anything else of them.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn ids_and_titles(&self, request: &ArticleRequest) -> Result<Page<TitleHit>, Error> {
        self.ranked(request, |here, Placed { rank, score, doc, is_partial }| {
            let head = here.head(doc)?;
            Ok(TitleHit { partial: is_partial, ..TitleHit::new(rank, score, &head) })
        })
    }

    /// Id, tab and headline of an article.
    pub(crate) fn head(&self, doc: DocAddress) -> Result<String, Error> {
        let segment = self.snapshot().searcher().segment_reader(doc.segment_ord);
        let columns = self.statistics().columns(doc.segment_ord, segment)?;
        Ok(columns.head(doc.doc_id).map_err(tantivy::TantivyError::from)?)
    }

    /// What tells which articles the ranked ones are.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn heads(&self, request: &ArticleRequest) -> Result<Page<ArticleHead>, Error> {
        self.ranked(request, |here, placed| stored::head(here.snapshot(), placed.doc))
    }

    fn ranked<T>(
        &self,
        request: &ArticleRequest,
        mut make: impl FnMut(&Self, Placed) -> Result<T, Error>,
    ) -> Result<Page<T>, Error> {
        let plan = self.plan(&request.query, Target::Articles)?;
        let most = request.offset.saturating_add(request.limit);
        let (here, ranked) = self.rank(&plan, request.any_word, request.sort, most)?;
        let placed = ranked.placed().skip(request.offset);
        let hits = placed.map(|placed| make(&here, placed)).collect::<Result<_, _>>()?;
        Ok(self.page(hits, &ranked, plan))
    }

    /// The first quote of an article; the article itself when it has none.
    pub(crate) fn first_quote(&self, article: DocAddress) -> Result<u32, Error> {
        let quotes = self.engine().segment(article.segment_ord, Target::Quotes)?;
        Ok(quotes.first_quote_of(article.doc_id))
    }

    /// The article of that id.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<StoredArticle>, Error> {
        self.doc_of(id)?.map(|doc| stored::article(self.snapshot(), doc)).transpose()
    }

    /// The address of the article of that id.
    pub(crate) fn doc_of(&self, id: &str) -> Result<Option<DocAddress>, Error> {
        for doc in postings::with_any(self.snapshot(), FieldId::ArticleId, [id])? {
            let kinds =
                self.snapshot().searcher().segment_reader(doc.segment_ord).fast_fields().u64("doc")?;
            if kinds.first(doc.doc_id) == Some(Target::Articles.number()) {
                return Ok(Some(doc));
            }
        }
        Ok(None)
    }

    /// Quotes of one article that match the query's conditions on quotes, or hold its words.
    fn quotes_in(
        &self,
        article: DocAddress,
        stored: &StoredArticle,
        plan: &Plan,
    ) -> Result<Vec<QuoteHit>, Error> {
        let quotes = self.engine().segment(article.segment_ord, Target::Quotes)?;
        let first = quotes.first_quote_of(article.doc_id);
        let quotes = quotes.part(first..article.doc_id + 1);
        let about: Vec<&Clause> = plan.required.iter().filter_map(on_quotes).collect();
        let words = Wanted::of(plan);
        let matches = about.iter().map(|clause| quotes.matches(clause)).collect::<Result<Vec<_>, _>>()?;
        let mut found: Vec<(f32, u32, &Quote)> = Vec::new();
        for (number, (doc_id, quote)) in (0..).zip((first..article.doc_id).zip(&stored.found.quotes)) {
            if quote.kind == QuoteKind::Indirect
                || !matches.iter().all(|matches| matches.docs.binary_search(&doc_id).is_ok())
            {
                continue;
            }
            let weight = words.weight(quote.span.of(&stored.article.text));
            if weight > 0.0 || !about.is_empty() {
                found.push((weight, number, quote));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(QUOTES_SHOWN);
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let offsets = CharOffsets::new(&stored.article.text);
        let hit = |(weight, number, quote)| QuoteHit::new(0, weight, stored.quote(number, quote, &offsets));
        Ok(found.into_iter().map(hit).collect())
    }

    /// Articles under the strict reading of a query, newest first, undated last, then by id; unranked. `limit` of them,
    /// and how many there are.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn strict(&self, query: &Query, limit: usize) -> Result<Page<ArticleHit>, Error> {
        let plan = self.plan(query, Target::Articles)?.strict();
        let sort = Sort::Newest;
        let (here, ranked) = self.rank_with_copies(&plan, false, sort, limit)?;
        let mut hits = Vec::new();
        for placed in ranked.placed() {
            hits.push(here.hit(Placed { score: 0.0, ..placed }, &plan)?);
        }
        Ok(self.page(hits, &ranked, plan))
    }
}

/// A condition on quotes, when the clause is one.
fn on_quotes(clause: &Clause) -> Option<&Clause> {
    match clause {
        Clause::Other(inner) => Some(inner),
        _ => None,
    }
}
