//! Ranked quotes.

use crate::{
    annotation::{NameKind, QuoteKind},
    answers::{
        archive::Archive,
        hit::{Page, QuoteHit},
        names::Known,
        person,
    },
    fields::FieldId,
    name_key::name_key,
    query::{
        Error, Note, NoteCode,
        engine::{
            plan::Clause,
            rank::{self, Sort},
            statistics::Target,
            stored,
        },
        language::ast::Query,
    },
};

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
}

impl Archive {
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
        let ranked = rank::rank(self.engine(), &plan, request.any_word, request.sort, most)?;
        let hits = (1..).zip(&ranked.best).skip(request.offset);
        let hits = hits
            .map(|(rank, &(score, doc))| Ok(QuoteHit::new(rank, score, stored::quote(self.snapshot(), doc)?)))
            .collect::<Result<_, Error>>()?;
        Ok(self.page(hits, &ranked, plan.notes))
    }

    /// Quotes tied to a person: by every form the archive knows of the name, else by the words of the field. One word
    /// stands for everybody who bears it, as it does to a reader.
    fn named(
        &self,
        name: &str,
        keys: FieldId,
        words: FieldId,
        notes: &mut Vec<Note>,
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
            let said = format!("{name} stands for {}{others}", known.join(", "));
            notes.push(Note::new(NoteCode::SeveralBearers, said));
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
}
