//! Ranked quotes.

use crate::{
    annotation::QuoteKind,
    answers::{
        archive::Archive,
        hit::{Page, QuoteHit},
    },
    fields::FieldId,
    query::{
        Error,
        engine::{
            plan::{Clause, Plan},
            rank::{Placed, Sort},
            statistics::Target,
            stored,
        },
        language::ast::Query,
    },
};

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

impl QuoteRequest {
    /// The ten best quotes between marks, whoever said them.
    pub fn new(query: Query) -> Self {
        Self {
            query,
            by: None,
            about: None,
            kinds: vec![QuoteKind::Direct, QuoteKind::Mixed],
            min_confidence: 0.0,
            any_word: false,
            limit: 10,
            offset: 0,
            sort: Sort::default(),
        }
    }

    /// Who said it, and who is named in it, as conditions.
    fn named(&self) -> impl Iterator<Item = Query> {
        let named = [(FieldId::Speaker, &self.by), (FieldId::About, &self.about)].into_iter();
        named.filter_map(|(field, name)| {
            let name = Query::Phrase(name.clone()?, 0);
            Some(Query::Field(field, Box::new(name)))
        })
    }

    /// All that is asked for, as one query.
    #[must_use]
    pub fn whole(&self) -> Query {
        Query::All(std::iter::once(self.query.clone()).chain(self.named()).collect())
    }
}

impl Archive {
    /// Ranked quotes.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn quotes(&self, request: &QuoteRequest) -> Result<Page<QuoteHit>, Error> {
        let plan = self.quotes_plan(request)?;
        let most = request.offset.saturating_add(request.limit);
        let (here, ranked) = self.rank(&plan, request.any_word, request.sort, most)?;
        let hits = ranked.placed().skip(request.offset).map(|placed| here.quote_hit(placed));
        let hits = hits.collect::<Result<_, Error>>()?;
        Ok(self.page(hits, &ranked, plan))
    }

    /// Gives every ranked quote, as [`quotes`](Self::quotes) does without a limit, one after the other for as long as `each`
    /// wants more. Gives whether that is all: it is not where a deadline came first.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn quotes_each(
        &self,
        request: &QuoteRequest,
        mut each: impl FnMut(QuoteHit) -> bool,
    ) -> Result<bool, Error> {
        let plan = self.quotes_plan(request)?;
        let most = usize::try_from(self.statistics().documents(Target::Quotes)).unwrap_or(usize::MAX);
        let (here, ranked) = self.rank(&plan, request.any_word, request.sort, most)?;
        for placed in ranked.placed() {
            if self.is_over() || !each(here.quote_hit(placed)?) {
                break;
            }
        }
        Ok(self.is_complete())
    }

    fn quotes_plan(&self, request: &QuoteRequest) -> Result<Plan, Error> {
        let mut plan = self.plan(&request.query, Target::Quotes)?;
        for named in request.named() {
            let named = self.plan(&named, Target::Quotes)?;
            plan.required.extend(named.required.into_iter().map(Clause::unscored));
            plan.notes.extend(named.notes);
        }
        if plan.required.is_empty() && plan.asks_only_for_unknown() {
            // What is added below would let every quote in.
            plan.required.push(Clause::Not(Box::new(Clause::All(Vec::new()))));
        }
        plan.required.push(Clause::Kinds(request.kinds.iter().map(|kind| kind.as_str()).collect()));
        if request.min_confidence > 0.0 {
            let least = (request.min_confidence * 1000.0).round() as u64;
            plan.required.push(Clause::Confidence { least });
        }
        Ok(plan)
    }

    fn quote_hit(&self, Placed { rank, score, doc, is_partial }: Placed) -> Result<QuoteHit, Error> {
        let hit = QuoteHit::new(rank, score, stored::quote(self.snapshot(), doc)?);
        Ok(QuoteHit { partial: is_partial, ..hit })
    }
}
