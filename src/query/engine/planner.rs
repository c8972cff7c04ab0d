//! From the tree of a query to clauses over posting lists.

use jiff::civil::Date;
use levenshtein_automata::{Distance, LevenshteinAutomatonBuilder};
use tantivy::{Term, termdict::TermMerger};

use crate::{
    analysis,
    fields::{Analysis, FieldId},
    index::{Snapshot, whole::Asked},
    query::{
        Error, Note, NoteCode,
        bounds::Clock,
        engine::{
            matcher::Segment,
            plan::{Clause, Plan, WordGroup},
            statistics::{Statistics, Target},
        },
        language::{
            ast::{Query, Span},
            inflect, stop_words,
        },
    },
};

/// Terms that a prefix or a misspelt word may stand for; the most frequent are kept, and it is said.
const MOST_EXPANSIONS: usize = 512;

/// Terms of the dictionary looked at for one prefix or misspelt word.
const MOST_SCANNED: usize = 500_000;

/// Terms that all prefixes and misspelt words of one query may stand for together, and terms looked at for them; what
/// comes after that matches nothing, and it is said.
const MOST_EXPANSIONS_IN_ALL: usize = 4096;
const MOST_SCANNED_IN_ALL: usize = 2_000_000;

/// Articles in which the places of words are looked at for one query, counted by the rarest word of each phrase; phrases
/// that come after that match nothing, and it is said. On 200,000 articles that is six seconds' work.
const MOST_PLACED: u64 = 10_000_000;

/// Saved searches within each other at the most.
const MOST_SAVED: usize = 8;

/// Written forms of one name that are looked for, those that most stories use.
const MOST_FORMS: usize = 16;

/// What a plan is made with.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) statistics: &'a Statistics,
    /// Looks up a saved search.
    pub(crate) saved: &'a dyn Fn(&str) -> Option<Query>,
    /// Tells who is meant by a name in a field.
    pub(crate) names: &'a dyn Fn(FieldId, &str) -> Result<Meant, Error>,
    /// The day from which `date:7d` is counted.
    pub(crate) today: Option<Date>,
}

/// Who is meant by a name in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Whoever bears one of these keys, and is written so.
    Bearers {
        /// In which field the keys stand.
        field: FieldId,
        /// The keys.
        keys: Vec<String>,
        /// Written forms, those that most stories use first.
        forms: Vec<String>,
        /// What is to be said of them.
        said: Option<Note>,
    },
    /// Whoever has these words in a name.
    Words,
}

/// Makes plans.
pub(crate) struct Planner<'a> {
    context: Context<'a>,
    notes: Vec<Note>,
    depth: usize,
    expanded: usize,
    scanned: usize,
    placed: u64,
}

impl<'a> Planner<'a> {
    /// A planner.
    pub(crate) fn new(context: Context<'a>) -> Self {
        Self { context, notes: Vec::new(), depth: 0, expanded: 0, scanned: 0, placed: 0 }
    }

    /// Plans a query for documents of one kind.
    pub(crate) fn plan(mut self, query: &Query, target: Target) -> Result<Plan, Error> {
        let is_any =
            matches!(query, Query::Any(parts) if parts.iter().all(|part| matches!(part, Query::Word(_))));
        let parts = match query {
            Query::All(parts) => parts.as_slice(),
            Query::Any(parts) if is_any => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let (bare, rest): (Vec<&Query>, Vec<&Query>) =
            parts.iter().partition(|part| bare_word(part).is_some());
        let mut required = self.conjunction(&rest, target)?;
        let mut words: Vec<WordGroup> = Vec::new();
        for part in bare {
            let Some((word, is_must)) = bare_word(part) else { continue };
            match self.compile(word, target)? {
                Clause::Word(group) => add(&mut words, WordGroup { is_must, ..group }),
                Clause::Phrase { field, words: terms, idf, .. } => {
                    add(&mut words, WordGroup { is_must, ..compound(field, terms, idf) });
                }
                // A compound that is not looked for is a word that no article holds.
                Clause::Any(parts) if parts.is_empty() => {
                    let terms = vec![word.to_string()];
                    add(
                        &mut words,
                        WordGroup { is_must, terms: Vec::new(), ..compound(target.words(), terms, 0.0) },
                    );
                }
                other => required.push(other),
            }
        }
        // A stop word counts as any word where it must be there, or where no other words of the story are asked for.
        let only_stops = words.iter().all(|word| word.is_stop_word) && !required.iter().any(asks_for_words);
        let stops = only_stops || is_any;
        for word in &mut words {
            word.is_stop_word &= !word.is_must && !stops;
            word.is_unknown = !word.is_stop_word && !self.is_held(word, target)?;
        }
        Ok(Plan { target, words, is_any, required, notes: self.notes })
    }

    /// Whether any document holds a word.
    fn is_held(&self, word: &WordGroup, target: Target) -> Result<bool, Error> {
        if !word.is_compound {
            return Ok(word.found > 0);
        }
        let Context { snapshot, statistics, .. } = self.context;
        if let Some(whole) = snapshot.whole() {
            return Ok(whole.documents(Asked::Phrase(word.field, word.terms.clone())) > 0);
        }
        let clock = Clock::default();
        for ord in 0..snapshot.searcher().segment_readers().len() as u32 {
            let segment = Segment::new(snapshot, statistics, &clock, ord, target)?;
            if segment.has_phrase(word.field, &word.terms)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Parts that all hold. Parts about the other kind of document hold of the same one.
    fn conjunction(&mut self, parts: &[&Query], target: Target) -> Result<Vec<Clause>, Error> {
        let parts = flat(parts);
        let is_other = |part: &&&Query| owner(part).is_some_and(|owner| owner != target);
        let others: Vec<&Query> = parts.iter().filter(is_other).copied().collect();
        let joint = others.iter().any(|part| !matches!(part, Query::Not(_)));
        let mut clauses = Vec::new();
        for part in parts.iter().filter(|part| !joint || !is_other(part)) {
            clauses.push(self.compile(part, target)?);
        }
        if joint {
            let of_other = others.iter().map(|part| self.compile(part, other(target)));
            let all = of_other.collect::<Result<Vec<_>, _>>()?;
            clauses.push(Clause::Other(Box::new(Clause::All(all))));
        }
        Ok(clauses)
    }

    fn compile(&mut self, query: &Query, target: Target) -> Result<Clause, Error> {
        let query = unsigned(query);
        if !matches!(query, Query::Not(_)) && owner(query).is_some_and(|owner| owner != target) {
            let inner = self.compile(query, other(target))?;
            return Ok(Clause::Other(Box::new(inner)));
        }
        match query {
            Query::Word(_) | Query::Phrase(..) | Query::Prefix(_) | Query::Fuzzy(..) => {
                self.in_field(target.words(), query)
            }
            Query::Near(left, right, within) => self.near(left, right, *within, target),
            Query::Field(field, inner) => self.in_field(*field, inner),
            Query::Date(range) => Ok(self.dated(range.span, &range.written)),
            Query::Saved(name) => self.saved(name, target),
            Query::Must(inner) => self.compile(inner, target),
            Query::Not(inner) => Ok(Clause::Not(Box::new(self.compile(inner, target)?))),
            Query::All(parts) => {
                let parts: Vec<&Query> = parts.iter().collect();
                Ok(Clause::All(self.conjunction(&parts, target)?))
            }
            Query::Any(parts) => Ok(Clause::Any(
                parts.iter().map(|part| self.compile(part, target)).collect::<Result<_, _>>()?,
            )),
        }
    }

    fn dated(&mut self, span: Span, written: &str) -> Clause {
        let (from, to) = match span {
            Span::Undated => return Clause::Undated,
            Span::Days(from, to) => (from, to),
            Span::Back(back) => match self.context.today {
                Some(today) => (back.before(today), Some(today)),
                None => {
                    let said = format!("nobody said what day it is: nothing matches date:{written}");
                    self.notes.push(Note::new(NoteCode::Misplaced, said));
                    return Clause::Any(Vec::new());
                }
            },
        };
        Clause::Date { from: from.map_or(i64::MIN, day_number), to: to.map_or(i64::MAX, day_number) }
    }

    fn saved(&mut self, name: &str, target: Target) -> Result<Clause, Error> {
        let Some(query) = (self.context.saved)(name).filter(|_| self.depth < MOST_SAVED) else {
            let said = format!("there is no saved search {name:?}: nothing matches it");
            self.notes.push(Note::new(NoteCode::NoSuchSearch, said));
            return Ok(Clause::Any(Vec::new()));
        };
        self.depth += 1;
        let clause = self.compile(&query, target);
        self.depth -= 1;
        clause
    }

    fn in_field(&mut self, field: FieldId, query: &Query) -> Result<Clause, Error> {
        let mut each = |parts: &[Query]| {
            parts.iter().map(|part| self.in_field(field, part)).collect::<Result<Vec<_>, _>>()
        };
        match query {
            Query::All(parts) => return Ok(Clause::All(each(parts)?)),
            Query::Any(parts) => return Ok(Clause::Any(each(parts)?)),
            Query::Must(inner) => return self.in_field(field, inner),
            Query::Not(inner) => return Ok(Clause::Not(Box::new(self.in_field(field, inner)?))),
            Query::Word(value) | Query::Phrase(value, _) if field == FieldId::Lang => {
                return self.language(&value.trim().to_lowercase().replace('_', "-"));
            }
            Query::Word(value) | Query::Phrase(value, _) if field.row().analysis == Analysis::ExactColumn => {
                return Ok(Clause::Exact { field, term: value.trim().to_lowercase() });
            }
            Query::Word(name) | Query::Phrase(name, 0) if names_somebody(field) => {
                if let Meant::Bearers { field: keyed, keys, forms, said } = (self.context.names)(field, name)?
                {
                    let is_new = |said: &Note| !self.notes.contains(said);
                    self.notes.extend(said.filter(is_new));
                    return self.named(field, keyed, keys, forms);
                }
            }
            Query::Word(value) | Query::Phrase(value, _) if field == FieldId::Topic => {
                let code = value.strip_prefix("medtop:").unwrap_or(value);
                if code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Ok(Clause::Exact { field: FieldId::TopicCode, term: code.to_owned() });
                }
            }
            _ => (),
        }
        match query {
            Query::Word(word) => self.bare(field, word),
            Query::Phrase(words, slop) => self.phrase(field, analysis::words(words), *slop),
            Query::Prefix(stem) => {
                let mut words = analysis::words(stem);
                let last = words.pop().unwrap_or_default();
                let group = self.expanded(field, &last, &format!("{last}*"), &|_| true)?;
                Ok(match words.is_empty() {
                    true => Clause::Word(group),
                    false => Clause::All(vec![self.phrase(field, words, 0)?, Clause::Word(group)]),
                })
            }
            Query::Fuzzy(word, edits) => self.fuzzy(field, word, *edits),
            Query::Near(left, right, within) => self.near_in(field, left, right, *within),
            Query::Field(inner, query) => self.in_field(*inner, query),
            Query::Date(_) | Query::Saved(_) => {
                let said = format!("{query} cannot stand inside {}:", field.row().name);
                self.notes.push(Note::new(NoteCode::Misplaced, said));
                Ok(Clause::Any(Vec::new()))
            }
            Query::All(_) | Query::Any(_) | Query::Must(_) | Query::Not(_) => unreachable!("handled above"),
        }
    }

    /// A language with all its regions: `en` is also `en-us`.
    fn language(&mut self, asked: &str) -> Result<Clause, Error> {
        let field = FieldId::Lang;
        let is_asked = |lang: &str| {
            let rest = lang.strip_prefix(asked);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
                || lang.replace('_', "-") == asked
        };
        let first: String = asked.chars().take_while(|c| c.is_alphanumeric()).collect();
        let found = self.expanded(field, &first, &format!("lang:{asked}"), &is_asked)?;
        Ok(Clause::Any(found.terms.into_iter().map(|term| Clause::Exact { field, term }).collect()))
    }

    /// Somebody by every written form.
    fn named(
        &mut self,
        field: FieldId,
        keyed: FieldId,
        keys: Vec<String>,
        forms: Vec<String>,
    ) -> Result<Clause, Error> {
        let forms = forms.iter().take(MOST_FORMS);
        let forms = forms.map(|form| self.phrase(field, analysis::words(form), 0));
        Ok(Clause::Named { field: keyed, keys, forms: forms.collect::<Result<_, _>>()? })
    }

    fn bare(&mut self, field: FieldId, word: &str) -> Result<Clause, Error> {
        let mut words = analysis::words(word);
        let is_possessive = words.len() > 1 && words.last().is_some_and(|last| last == "s");
        if is_possessive {
            words.pop();
        }
        let Some(only) = (words.len() == 1).then(|| words[0].clone()) else {
            return self.phrase(field, words, 0);
        };
        // One character of a pair stands for all that begin with it.
        let mut letters = only.chars();
        if letters.next().is_some_and(analysis::stands_without_blanks) && letters.next().is_none() {
            return Ok(Clause::Word(self.expanded(field, &only, &only, &|_| true)?));
        }
        let inflects = matches!(
            field,
            FieldId::Text | FieldId::Quote | FieldId::Title | FieldId::Topic | FieldId::Section
        );
        let is_used = |form: &str| Ok::<_, Error>(self.documents_with(field, form)? > 0);
        let forms = if inflects { inflect::forms(&only, is_used)? } else { vec![only.clone()] };
        Ok(Clause::Word(self.group(field, only, forms)?))
    }

    fn documents_with(&self, field: FieldId, term: &str) -> Result<u64, Error> {
        Ok(self.context.snapshot.documents_with(&Term::from_field_text(field.field(), term))?)
    }

    /// The forms that the index holds, as one word.
    fn group(&self, field: FieldId, typed: String, forms: Vec<String>) -> Result<WordGroup, Error> {
        let (mut terms, mut found) = (Vec::new(), 0);
        for form in forms {
            let frequency = self.documents_with(field, &form)?;
            if frequency > 0 {
                found += frequency;
                terms.push(form);
            }
        }
        let is_stop_word = stop_words::contains(&typed);
        Ok(WordGroup {
            field,
            terms,
            idf: self.idf(field, found),
            found,
            is_stop_word,
            is_must: false,
            is_compound: false,
            is_unknown: false,
            times: 1,
            typed,
        })
    }

    fn idf(&self, field: FieldId, found: u64) -> f32 {
        self.context.statistics.idf(Target::of(field).unwrap_or(Target::Articles), found)
    }

    fn phrase(&mut self, field: FieldId, mut words: Vec<String>, slop: u32) -> Result<Clause, Error> {
        match words.len() {
            0 => Ok(Clause::Any(Vec::new())),
            1 => {
                let word = words.remove(0);
                Ok(Clause::Word(self.group(field, word.clone(), vec![word])?))
            }
            _ => {
                let (mut idf, mut rarest) = (0.0, u64::MAX);
                for word in &words {
                    let found = self.documents_with(field, word)?;
                    idf += self.idf(field, found);
                    rarest = rarest.min(found);
                }
                if !self.affords(rarest, &words) {
                    return Ok(Clause::Any(Vec::new()));
                }
                Ok(Clause::Phrase { field, words, slop, idf })
            }
        }
    }

    /// Whether the places of words may be looked at in so many more articles.
    fn affords(&mut self, articles: u64, words: &[String]) -> bool {
        let is_spent = self.placed >= MOST_PLACED;
        if is_spent && !self.notes.iter().any(|note| note.code == NoteCode::PhrasesCut) {
            let said = format!(
                "too many articles hold the phrases of this query: “{}” and those after it are not looked for",
                words.join(" ")
            );
            self.notes.push(Note::new(NoteCode::PhrasesCut, said));
        }
        self.placed += articles;
        !is_spent
    }

    fn near(&mut self, left: &Query, right: &Query, within: u32, target: Target) -> Result<Clause, Error> {
        self.near_in(target.words(), left, right, within)
    }

    fn near_in(&mut self, field: FieldId, left: &Query, right: &Query, within: u32) -> Result<Clause, Error> {
        let sides = Box::new([self.side(field, left)?, self.side(field, right)?]);
        let groups = || sides.iter().flatten();
        let typed: Vec<String> = groups().map(|group| group.typed.clone()).collect();
        let rarest = groups().map(|group| group.found).min().unwrap_or_default();
        if !self.affords(rarest, &typed) {
            return Ok(Clause::Any(Vec::new()));
        }
        Ok(Clause::Near { field, sides, within })
    }

    /// One side of a NEAR: a word with its inflections, or the words of a phrase.
    fn side(&mut self, field: FieldId, query: &Query) -> Result<Vec<WordGroup>, Error> {
        match query {
            Query::Field(_, inner) => self.side(field, inner),
            Query::Word(word) => match self.bare(field, word)? {
                Clause::Word(group) => Ok(vec![group]),
                _ => self.exact_groups(field, word),
            },
            Query::Phrase(words, _) => self.exact_groups(field, words),
            _ => Ok(Vec::new()),
        }
    }

    fn exact_groups(&self, field: FieldId, words: &str) -> Result<Vec<WordGroup>, Error> {
        analysis::words(words).into_iter().map(|word| self.group(field, word.clone(), vec![word])).collect()
    }

    fn fuzzy(&mut self, field: FieldId, word: &str, edits: u8) -> Result<Clause, Error> {
        let word = analysis::words(word).concat();
        let automaton = LevenshteinAutomatonBuilder::new(edits, true).build_dfa(&word);
        let near = |term: &str| matches!(automaton.eval(term), Distance::Exact(_));
        // The first letter of a misspelt word is right nearly always (Pollock and Zamora 1984: 92 %), and the rest of the
        // dictionary need not be looked at.
        let first: String = word.chars().take(1).collect();
        let found = self.expanded(field, &first, &format!("{word}~{edits}"), &near)?;
        // The word itself counts once more than what is only like it.
        match found.terms.contains(&word) {
            true => {
                let exact = self.group(field, word.clone(), vec![word])?;
                Ok(Clause::Any(vec![Clause::Word(found), Clause::Word(exact)]))
            }
            false => Ok(Clause::Word(found)),
        }
    }

    /// The most frequent word of a field that is spelt as a word is, but for so many errors.
    pub(crate) fn nearest(
        &mut self,
        field: FieldId,
        word: &str,
        errors: u8,
    ) -> Result<Option<String>, Error> {
        let automaton = LevenshteinAutomatonBuilder::new(errors, true).build_dfa(word);
        let near = |term: &str| term != word && matches!(automaton.eval(term), Distance::Exact(_));
        let first: String = word.chars().take(1).collect();
        Ok(self.expanded(field, &first, word, &near)?.terms.into_iter().next())
    }

    /// Terms of the dictionary that begin so and are wanted.
    fn expanded(
        &mut self,
        field: FieldId,
        prefix: &str,
        typed: &str,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<WordGroup, Error> {
        let mut found: Vec<(String, u64)> = Vec::new();
        let mut scanned = 0;
        let is_spent = self.expanded >= MOST_EXPANSIONS_IN_ALL || self.scanned >= MOST_SCANNED_IN_ALL;
        if is_spent {
            match self.notes.last_mut().filter(|note| note.code == NoteCode::ExpansionsCut) {
                Some(note) if note.text.len() < 200 => note.text.push_str(&format!(", {typed}")),
                Some(_) => (),
                None => {
                    let said = "the query stands for too many words: nothing is looked for in place of";
                    self.notes.push(Note::new(NoteCode::ExpansionsCut, format!("{said} {typed}")));
                }
            }
        }
        // The dictionaries of all segments as one, so that the same words are looked at however the index is parted.
        let snapshot = self.context.snapshot;
        if let Some(whole) = snapshot.whole().filter(|_| !is_spent) {
            for term in whole.beginning(field, prefix).into_iter().take(MOST_SCANNED) {
                scanned += 1;
                if wanted(&term) {
                    found.push((term.clone(), whole.documents(Asked::Term(field, term))));
                }
            }
        }
        let segments = snapshot.searcher().segment_readers().iter().filter(|_| !is_spent);
        let indexes =
            segments.map(|segment| segment.inverted_index(field.field())).collect::<Result<Vec<_>, _>>()?;
        let streams = indexes.iter().map(|index| index.terms().range().ge(prefix.as_bytes()).into_stream());
        let mut dictionary = TermMerger::new(streams.collect::<Result<_, _>>().map_err(engine)?);
        while scanned < MOST_SCANNED && dictionary.advance() {
            let Ok(term) = std::str::from_utf8(dictionary.key()) else { continue };
            if !term.starts_with(prefix) {
                break;
            }
            scanned += 1;
            if wanted(term) {
                let mut articles = 0;
                for (ord, info) in dictionary.current_segment_ords_and_term_infos() {
                    articles += snapshot.documents_in(ord, &indexes[ord], &info)?;
                }
                found.push((term.to_owned(), articles));
            }
        }
        let mut terms: Vec<(String, u64)> = found.into_iter().filter(|(_, count)| *count > 0).collect();
        terms.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        if terms.len() > MOST_EXPANSIONS || scanned >= MOST_SCANNED {
            let (all, kept) = (terms.len(), MOST_EXPANSIONS.min(terms.len()));
            let said =
                format!("{typed} stands for {all} words: only the {kept} most frequent are looked for");
            self.notes.push(Note::new(NoteCode::ExpansionsKept, said));
            terms.truncate(MOST_EXPANSIONS);
        }
        self.scanned += scanned;
        self.expanded += terms.len();
        let sum = terms.iter().map(|(_, count)| count).sum();
        Ok(WordGroup {
            field,
            idf: self.idf(field, sum),
            found: sum,
            terms: terms.into_iter().map(|(term, _)| term).collect(),
            is_stop_word: false,
            is_must: false,
            is_compound: false,
            is_unknown: false,
            times: 1,
            typed: typed.to_owned(),
        })
    }
}

/// The word of a part that is one, and whether it must be there.
fn bare_word(part: &Query) -> Option<(&Query, bool)> {
    match part {
        Query::Word(_) => Some((part, false)),
        Query::Must(inner) => bare_word(inner).map(|(word, _)| (word, true)),
        _ => None,
    }
}

/// Adds a word, or counts it once more.
fn add(words: &mut Vec<WordGroup>, group: WordGroup) {
    match words.iter_mut().find(|word| word.typed == group.typed) {
        Some(word) => {
            word.times += 1;
            word.is_must |= group.is_must;
        }
        None => words.push(group),
    }
}

fn compound(field: FieldId, terms: Vec<String>, idf: f32) -> WordGroup {
    let typed = terms.join(" ");
    WordGroup {
        field,
        terms,
        idf,
        found: 0,
        is_stop_word: false,
        is_must: false,
        is_compound: true,
        is_unknown: false,
        times: 1,
        typed,
    }
}

/// Parts that all hold, those of groups within them too.
fn flat<'q>(parts: &[&'q Query]) -> Vec<&'q Query> {
    let mut found = Vec::with_capacity(parts.len());
    for part in parts {
        match unsigned(part) {
            Query::All(inner) => found.extend(flat(&inner.iter().collect::<Vec<_>>())),
            other => found.push(other),
        }
    }
    found
}

/// A part without the sign that says what holds of it anyway: that it must match.
fn unsigned(query: &Query) -> &Query {
    match query {
        Query::Must(inner) => unsigned(inner),
        other => other,
    }
}

/// Whether a field has names, whose written forms stand for somebody.
fn names_somebody(field: FieldId) -> bool {
    matches!(
        field,
        FieldId::Person
            | FieldId::Org
            | FieldId::Work
            | FieldId::Place
            | FieldId::Event
            | FieldId::Speaker
            | FieldId::About
    )
}

/// Whether a clause wants words of the text.
fn asks_for_words(clause: &Clause) -> bool {
    match clause {
        Clause::Word(WordGroup { field, .. }) | Clause::Phrase { field, .. } | Clause::Near { field, .. } => {
            matches!(field, FieldId::Text | FieldId::Title | FieldId::Quote)
        }
        Clause::Other(inner) => asks_for_words(inner),
        Clause::All(parts) | Clause::Any(parts) => parts.iter().any(asks_for_words),
        Clause::Named { .. }
        | Clause::Exact { .. }
        | Clause::Kinds(_)
        | Clause::Date { .. }
        | Clause::Undated
        | Clause::Confidence { .. }
        | Clause::Not(_) => false,
    }
}

fn engine(error: std::io::Error) -> Error {
    tantivy::TantivyError::from(error).into()
}

fn other(target: Target) -> Target {
    match target {
        Target::Articles => Target::Quotes,
        Target::Quotes => Target::Articles,
    }
}

/// The kind of document a query is about, when its fields tell.
fn owner(query: &Query) -> Option<Target> {
    match unsigned(query) {
        Query::Field(field, _) => Target::of(*field),
        Query::Not(inner) => owner(inner),
        Query::All(parts) | Query::Any(parts) => {
            let first = owner(parts.first()?)?;
            parts.iter().all(|part| owner(part) == Some(first)).then_some(first)
        }
        _ => None,
    }
}

/// A day as its number from 1970.
pub(crate) fn day_number(date: Date) -> i64 {
    let since = Date::constant(1970, 1, 1).until(date);
    since.map_or(0, |span| i64::from(span.get_days()))
}
