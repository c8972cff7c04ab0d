//! An archive that is asked: one snapshot of an index with what questions about it share.

use std::sync::OnceLock;

use tantivy::DocAddress;

use crate::{
    annotation::{NameKind, QuoteKind},
    answers::{
        hit::{ArticleHit, Page, QuoteHit, TitleHit},
        names::{Known, NameTable},
        person,
    },
    fields::FieldId,
    index::{Error, Snapshot, corrections::Corrections},
    name_key::name_key,
    query::{
        engine::{
            matcher::Segment,
            plan::{Clause, Plan},
            planner::Planner,
            rank::{self, Sort},
            snippet::Wanted,
            statistics::{Statistics, Target},
            stored::{self, ArticleHead},
        },
        language::ast::Query,
    },
    view::StoredArticle,
};

/// Quotes shown with an article.
const QUOTES_SHOWN: usize = 3;

/// Hits that are looked at besides those wanted when copies are left out.
const COPIES_EXPECTED: usize = 10;

/// Looks up saved searches by name.
type Saved = Box<dyn Fn(&str) -> Option<Query> + Send + Sync>;

/// A snapshot of an index, ready to be asked.
pub struct Archive {
    snapshot: Snapshot,
    statistics: Statistics,
    corrections: Corrections,
    names: OnceLock<NameTable>,
    saved: Saved,
}

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

/// Names that one word of a name stands for, at most: those of most articles.
const MOST_BEARERS: usize = 200;

/// A question for quotes.
#[derive(Clone, Debug)]
pub struct QuoteRequest {
    /// What is searched for in the quotes' words, and in their fields.
    pub query: Query,
    /// Who said it.
    pub by: Option<String>,
    /// Who is named in it.
    pub about: Option<String>,
    /// Kinds wanted.
    pub kinds: Vec<QuoteKind>,
    /// Least chance that the speaker is right.
    pub min_confidence: f32,
    /// Whether any one word is enough.
    pub any_word: bool,
    /// Hits wanted.
    pub limit: usize,
    /// Hits left out before them.
    pub offset: usize,
    /// Their order.
    pub sort: Sort,
}

impl Archive {
    /// Prepares a snapshot.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn new(snapshot: Snapshot) -> Result<Self, Error> {
        let statistics = Statistics::of(&snapshot)?;
        let (corrections, names) = (Corrections::default(), OnceLock::new());
        Ok(Self { snapshot, statistics, corrections, names, saved: Box::new(|_| None) })
    }

    /// Takes the archive's own corrections of names.
    #[must_use]
    pub fn with_corrections(mut self, corrections: Corrections) -> Self {
        self.corrections = corrections;
        self
    }

    /// Takes saved searches, looked up by name.
    #[must_use]
    pub fn with_saved(mut self, saved: impl Fn(&str) -> Option<Query> + Send + Sync + 'static) -> Self {
        self.saved = Box::new(saved);
        self
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Every name of the archive, its forms joined; read when first asked for.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn names(&self) -> Result<&NameTable, Error> {
        if let Some(names) = self.names.get() {
            return Ok(names);
        }
        let names = NameTable::new(&self.snapshot, &self.corrections)?;
        Ok(self.names.get_or_init(|| names))
    }

    /// Live articles of the archive.
    pub(crate) fn articles(&self) -> u64 {
        self.statistics.documents(Target::Articles)
    }

    /// Counts that scores need.
    pub(crate) fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    pub(crate) fn plan(&self, query: &Query, target: Target) -> Result<Plan, Error> {
        Planner::new(&self.snapshot, &self.statistics, &*self.saved).plan(query, target)
    }

    /// Ranked articles.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn search(&self, request: &ArticleRequest) -> Result<Page<ArticleHit>, Error> {
        if request.group_copies {
            return self.grouped(request);
        }
        self.ranked(request, |doc, rank, score, plan| self.hit(doc, rank, score, plan))
    }

    fn hit(&self, doc: DocAddress, rank: u64, score: f32, plan: &Plan) -> Result<ArticleHit, Error> {
        let stored = stored::article(&self.snapshot, doc)?;
        let snippet = Wanted::of(plan).snippet(&stored.article.text);
        let mut hit = ArticleHit::new(rank, score, &stored, snippet);
        hit.quotes = self.quotes_in(doc, plan)?;
        hit.copy_of = self.original_of(doc)?.map(|original| self.id_of(original)).transpose()?.flatten();
        Ok(hit)
    }

    /// Ranked articles, of near-copies only the best, with how many were left out below it. Counts are of all.
    fn grouped(&self, request: &ArticleRequest) -> Result<Page<ArticleHit>, Error> {
        let plan = self.plan(&request.query, Target::Articles)?;
        let wanted = request.offset.saturating_add(request.limit);
        let mut most = wanted.saturating_mul(2).saturating_add(COPIES_EXPECTED);
        loop {
            let ranked =
                rank::rank(&self.snapshot, &self.statistics, &plan, request.any_word, request.sort, most)?;
            let mut groups: Vec<(DocAddress, f32, DocAddress, u32)> = Vec::new();
            for &(score, doc) in &ranked.best {
                let original = self.first_original_of(doc)?;
                match groups.iter_mut().find(|group| group.0 == original) {
                    Some(group) => group.3 += 1,
                    None => groups.push((original, score, doc, 0)),
                }
            }
            if groups.len() < wanted && ranked.best.len() == most {
                most = most.saturating_mul(2);
                continue;
            }
            let mut hits = Vec::new();
            for (rank, (_, score, doc, copies)) in (1..).zip(groups).take(wanted).skip(request.offset) {
                let mut hit = self.hit(doc, rank, score, &plan)?;
                hit.copies = Some(copies);
                hits.push(hit);
            }
            return Ok(Page { hits, strict: ranked.strict, ranked: ranked.ranked, notes: plan.notes });
        }
    }

    /// Ids and headlines of ranked articles, without anything else of them.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn ids_and_titles(&self, request: &ArticleRequest) -> Result<Page<TitleHit>, Error> {
        self.ranked(request, |doc, rank, score, _| {
            let head = self.head(doc)?;
            Ok(TitleHit::new(rank, score, &head))
        })
    }

    /// Id, tab and headline of an article.
    pub(crate) fn head(&self, doc: DocAddress) -> Result<String, Error> {
        let segment = self.snapshot.searcher().segment_reader(doc.segment_ord);
        let columns = self.statistics.columns(doc.segment_ord, segment)?;
        let mut head = String::new();
        if let Some(column) = &columns.head
            && let Some(ord) = column.term_ords(doc.doc_id).next()
        {
            column.ord_to_str(ord, &mut head).map_err(tantivy::TantivyError::from)?;
        }
        Ok(head)
    }

    /// What tells which articles the ranked ones are.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn heads(&self, request: &ArticleRequest) -> Result<Page<ArticleHead>, Error> {
        self.ranked(request, |doc, _, _, _| stored::head(&self.snapshot, doc))
    }

    fn ranked<T>(
        &self,
        request: &ArticleRequest,
        mut make: impl FnMut(DocAddress, u64, f32, &Plan) -> Result<T, Error>,
    ) -> Result<Page<T>, Error> {
        let plan = self.plan(&request.query, Target::Articles)?;
        let most = request.offset.saturating_add(request.limit);
        let ranked =
            rank::rank(&self.snapshot, &self.statistics, &plan, request.any_word, request.sort, most)?;
        let mut hits = Vec::new();
        for (rank, &(score, doc)) in (1..).zip(&ranked.best).skip(request.offset) {
            hits.push(make(doc, rank, score, &plan)?);
        }
        Ok(Page { hits, strict: ranked.strict, ranked: ranked.ranked, notes: plan.notes })
    }

    fn segment(&self, ord: u32, target: Target) -> Result<Segment<'_>, Error> {
        Segment::new(&self.snapshot, &self.statistics, ord, target)
    }

    /// The first quote of an article; the article itself when it has none.
    pub(crate) fn first_quote(&self, article: DocAddress) -> Result<u32, Error> {
        let quotes = self.segment(article.segment_ord, Target::Quotes)?;
        Ok(quotes.first_quote_of(article.doc_id))
    }

    /// The article of that id.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<StoredArticle>, Error> {
        for doc in crate::query::engine::postings::with_any(&self.snapshot, FieldId::ArticleId, [id])? {
            let kinds = self.snapshot.searcher().segment_reader(doc.segment_ord).fast_fields().u64("doc")?;
            if kinds.first(doc.doc_id) == Some(Target::Articles.number()) {
                return stored::article(&self.snapshot, doc).map(Some);
            }
        }
        Ok(None)
    }

    /// Quotes of one article that match the query's conditions on quotes, or hold its words.
    fn quotes_in(&self, article: DocAddress, plan: &Plan) -> Result<Vec<QuoteHit>, Error> {
        let quotes = self.segment(article.segment_ord, Target::Quotes)?;
        let first = quotes.first_quote_of(article.doc_id);
        let quotes = quotes.part(first..article.doc_id + 1);
        let about: Vec<&Clause> = plan.required.iter().filter_map(on_quotes).collect();
        let words = Wanted::of(plan);
        let matches = about.iter().map(|clause| quotes.matches(clause)).collect::<Result<Vec<_>, _>>()?;
        let mut found = Vec::new();
        for doc_id in first..article.doc_id {
            if !matches.iter().all(|matches| matches.docs.binary_search(&doc_id).is_ok()) {
                continue;
            }
            let stored =
                stored::quote(&self.snapshot, DocAddress { segment_ord: article.segment_ord, doc_id })?;
            let weight = words.weight(&stored.quote.text);
            if (weight > 0.0 || !about.is_empty()) && stored.quote.kind != QuoteKind::Indirect {
                found.push((weight, stored));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.number.cmp(&b.1.number)));
        Ok(found
            .into_iter()
            .take(QUOTES_SHOWN)
            .map(|(weight, stored)| QuoteHit::new(0, weight, stored))
            .collect())
    }

    /// Ranked quotes.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn quotes(&self, request: &QuoteRequest) -> Result<Page<QuoteHit>, Error> {
        let mut plan = self.plan(&request.query, Target::Quotes)?;
        if let Some(name) = &request.by {
            let clause = self.named(name, FieldId::SpeakerKey, FieldId::Speaker, &mut plan.notes)?;
            plan.required.push(clause);
        }
        if let Some(name) = &request.about {
            let clause = self.named(name, FieldId::AboutKey, FieldId::About, &mut plan.notes)?;
            plan.required.push(clause);
        }
        let kinds = request
            .kinds
            .iter()
            .map(|kind| Clause::Exact { field: FieldId::Kind, term: kind.as_str().into() });
        plan.required.push(Clause::Any(kinds.collect()));
        if request.min_confidence > 0.0 {
            let least = (request.min_confidence * 1000.0).round() as u64;
            plan.required.push(Clause::Confidence { least });
        }
        let most = request.offset.saturating_add(request.limit);
        let ranked =
            rank::rank(&self.snapshot, &self.statistics, &plan, request.any_word, request.sort, most)?;
        let hits = (1..).zip(&ranked.best).skip(request.offset);
        let hits = hits
            .map(|(rank, &(score, doc))| Ok(QuoteHit::new(rank, score, stored::quote(&self.snapshot, doc)?)))
            .collect::<Result<_, Error>>()?;
        Ok(Page { hits, strict: ranked.strict, ranked: ranked.ranked, notes: plan.notes })
    }

    /// Quotes tied to a person: by every form the archive knows of the name, else by the words of the field. One word
    /// stands for everybody who bears it, as it does to a reader.
    fn named(
        &self,
        name: &str,
        keys: FieldId,
        words: FieldId,
        notes: &mut Vec<String>,
    ) -> Result<Clause, Error> {
        let table = self.names()?;
        let own = table.find(NameKind::Person, name).or(table.find(NameKind::Org, name));
        let key = name_key(name);
        let bearers = table.with_word(NameKind::Person, &key).filter(|_| !key.contains(' '));
        let mut bearers: Vec<&Known> = bearers.collect();
        bearers.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.key.cmp(&b.key)));
        bearers.truncate(MOST_BEARERS);
        if bearers.len() > 1 {
            let known: Vec<&str> = bearers.iter().take(5).map(|known| known.name.as_str()).collect();
            let others = if bearers.len() > 5 { " and others" } else { "" };
            notes.push(format!("{name} stands for {}{others}", known.join(", ")));
        }
        let known = own.into_iter().chain(bearers).flat_map(person::keys);
        let exact: Vec<Clause> = known.map(|term| Clause::Exact { field: keys, term }).collect();
        if !exact.is_empty() {
            return Ok(Clause::Any(exact));
        }
        let query = Query::Field(words, Box::new(Query::Phrase(name.to_owned(), 0)));
        let plan = self.plan(&query, Target::Quotes)?;
        Ok(Clause::All(plan.required))
    }

    /// How a query is understood, in words.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn explain(&self, request: &ArticleRequest) -> Result<String, Error> {
        let plan = self.plan(&request.query, Target::Articles)?;
        let least = plan.least_words(request.any_word);
        let counting = plan.counting();
        let mut said = vec![format!(
            "{} read as {}",
            request.query,
            crate::query::engine::explain::clauses(&plan.required)
        )];
        if counting > 0 {
            said.push(format!("at least {least} of {counting} words"));
        }
        for word in &plan.words {
            let (forms, found) = (word.terms.join(", "), word.found);
            let stop = match word {
                word if word.is_stop_word => ", a stop word: it only adds to the score",
                word if word.is_must => ", required",
                _ => "",
            };
            said.push(format!(
                "{}: {} ({found} times in an article, weight {:.2}{stop})",
                word.typed,
                if forms.is_empty() { "in no article" } else { &forms },
                word.idf
            ));
        }
        Ok(said.join("\n  "))
    }

    /// The page of a person, else of an organisation, work, place or event of that name.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn person(&self, name: &str) -> Result<Option<person::PersonPage>, Error> {
        let table = self.names()?;
        let known = NameKind::ALL.into_iter().find_map(|kind| table.find(kind, name));
        known.map(|known| person::page(&self.snapshot, table, known)).transpose()
    }

    /// Counts the articles of a query over time.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn timeline(
        &self,
        query: &Query,
        step: crate::answers::timeline::Step,
    ) -> Result<crate::answers::timeline::Timeline, Error> {
        crate::answers::timeline::timeline(&self.snapshot, &self.matching(query)?, step)
    }

    /// Gives every article of a query under the strict reading, in the order of the index, until `each` fails.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or `each` fails.
    pub fn each_article<E: From<Error>>(
        &self,
        query: &Query,
        mut each: impl FnMut(StoredArticle) -> Result<(), E>,
    ) -> Result<(), E> {
        for doc in self.matching(query)? {
            each(stored::article(&self.snapshot, doc)?)?;
        }
        Ok(())
    }

    /// Articles under the strict reading of a query, newest first, undated last, then by id; unranked. `limit` of them,
    /// and how many there are.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn strict(&self, query: &Query, limit: usize) -> Result<Page<ArticleHit>, Error> {
        let plan = self.plan(query, Target::Articles)?.strict();
        let sort = Sort::Newest;
        let ranked = rank::rank(&self.snapshot, &self.statistics, &plan, false, sort, limit)?;
        let mut hits = Vec::new();
        for (rank, &(_, doc)) in (1..).zip(&ranked.best) {
            let hit = self.hit(doc, rank, 0.0, &plan)?;
            hits.push(hit);
        }
        Ok(Page { hits, strict: ranked.strict, ranked: ranked.ranked, notes: plan.notes })
    }

    /// Articles under the strict reading of a query: every word, in the order of their addresses.
    pub(crate) fn matching(&self, query: &Query) -> Result<Vec<DocAddress>, Error> {
        let plan = self.plan(query, Target::Articles)?;
        rank::matching(&self.snapshot, &self.statistics, plan)
    }
}

/// A condition on quotes, when the clause is one.
fn on_quotes(clause: &Clause) -> Option<&Clause> {
    match clause {
        Clause::Other(inner) => Some(inner),
        _ => None,
    }
}
