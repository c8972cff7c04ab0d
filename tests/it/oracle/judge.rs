//! Which stories and quotes a query means, and what they score, by looking at every one of them.
//!
//! Scores are those of Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
//! 2009, equation 3.15, with the factor `k1 + 1` of its section 3.5) with Lucene's inverse document frequency, which is
//! never negative, and lengths as Lucene rounds them (`SmallFloat.intToByte4`).

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use super::{
    ask::{Ask, Field, Target},
    stories::NAMES,
    words::{self, Places},
    world::{Said, Story, World, key},
};

/// As `src/query` documents them, with their measurements.
const K1: f64 = 1.3;
const B: f64 = 0.75;
/// Of a stop word, and of a word that is repeated.
const STOP_WORD: f64 = 0.3;
const REPEATED: f64 = 0.5;

/// A story, or one of its quotes.
#[derive(Clone, Copy)]
pub struct Document<'w> {
    pub story: &'w Story,
    pub quote: Option<&'w Said>,
}

impl<'w> Document<'w> {
    fn places(self, field: Field) -> &'w Places {
        let fields = match (field.owner(), self.quote) {
            (Target::Quotes, Some(quote)) => &quote.fields,
            _ => &self.story.fields,
        };
        &fields[key(field)]
    }

    fn is_whole(self, field: Field, value: &str) -> bool {
        match field {
            Field::Kind => self.quote.is_some_and(|quote| quote.kind == value),
            // A language with its regions.
            Field::Lang => self.story.values.get(key(field)).is_some_and(|known| {
                known == value || known.strip_prefix(value).is_some_and(|rest| rest.starts_with('-'))
            }),
            _ => self.story.values.get(key(field)).is_some_and(|known| known == value),
        }
    }

    /// What orders documents that are equal otherwise.
    pub fn tie(self) -> impl Ord + use<'w> {
        (std::cmp::Reverse(self.story.seconds()), &self.story.id, self.quote.map(|quote| quote.number))
    }

    /// The id it is shown with.
    pub fn id(self) -> String {
        match self.quote {
            None => self.story.id.clone(),
            Some(quote) => format!("{}-{}", self.story.id, quote.number),
        }
    }
}

/// All documents of a world, and how many of them hold each word of each field.
pub struct Judge<'w> {
    world: &'w World,
    holding: HashMap<Field, BTreeMap<&'w str, u64>>,
    documents: [u64; 2],
    average: [f64; 2],
    /// What prefixes and misspelt words stand for, once it was looked up.
    meant: RefCell<HashMap<(Field, String), Vec<String>>>,
}

const FIELDS: [Field; 11] = [
    Field::Body,
    Field::Title,
    Field::Person,
    Field::Org,
    Field::Source,
    Field::Byline,
    Field::Section,
    Field::Path,
    Field::Quote,
    Field::Speaker,
    Field::About,
];

impl<'w> Judge<'w> {
    /// Counts.
    pub fn new(world: &'w World) -> Self {
        let mut judge = Self {
            world,
            holding: HashMap::new(),
            documents: [0; 2],
            average: [0.0; 2],
            meant: RefCell::default(),
        };
        for target in [Target::Stories, Target::Quotes] {
            let all = judge.all(target);
            let lengths = all.iter().map(|it| rounded(it.places(Field::of(target)).len()).1);
            judge.average[target as usize] = lengths.sum::<f64>() / all.len() as f64;
            judge.documents[target as usize] = all.len() as u64;
            for field in FIELDS.into_iter().filter(|field| field.owner() == target) {
                let holding = judge.holding.entry(field).or_default();
                for word in all.iter().flat_map(|it| it.places(field).distinct()) {
                    *holding.entry(word).or_default() += 1;
                }
            }
        }
        judge
    }

    /// Every document of a kind.
    pub fn all(&self, target: Target) -> Vec<Document<'w>> {
        let stories = self.world.stories.iter();
        match target {
            Target::Stories => stories.map(|story| Document { story, quote: None }).collect(),
            Target::Quotes => stories
                .flat_map(|story| {
                    story.quotes.iter().map(move |quote| Document { story, quote: Some(quote) })
                })
                .collect(),
        }
    }

    /// Documents that hold each of some words, added up.
    pub fn found(&self, field: Field, words: &[String]) -> u64 {
        words.iter().filter_map(|word| self.holding[&field].get(word.as_str())).sum()
    }

    fn idf(&self, field: Field, words: &[String]) -> f64 {
        let found = self.found(field, words);
        let all = self.documents[field.owner() as usize].max(found) as f64;
        (1.0 + (all - found as f64 + 0.5) / (found as f64 + 0.5)).ln()
    }

    /// BM25 of something that stands so often in a field.
    fn often(&self, field: Field, document: Document<'_>, times: usize) -> f64 {
        let target = field.owner();
        let norm = match field == Field::of(target) {
            true => 1.0 - B + B * rounded(document.places(field).len()).0 / self.average[target as usize],
            false => 1.0,
        };
        times as f64 * (K1 + 1.0) / (times as f64 + K1 * norm)
    }

    /// What a word in a field stands for: words that are one, or words in a row.
    pub fn typed(&self, field: Field, word: &str) -> Result<Vec<String>, Vec<String>> {
        let mut words = words::words(word);
        if words.len() > 1 && words.last().is_some_and(|last| last == "s") {
            words.pop();
        }
        match &words[..] {
            [one] if field.inflects() => Ok(words::inflections(one)),
            [_] => Ok(words),
            _ => Err(words),
        }
    }

    /// Words of a field that a prefix or a misspelt word stands for.
    fn dictionary(&self, field: Field, ask: &Ask, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
        let look_up = || {
            let words = self.holding[&field].keys().filter(|word| is_meant(word));
            words.map(|&word| word.to_owned()).collect()
        };
        self.meant.borrow_mut().entry((field, ask.to_string())).or_insert_with(look_up).clone()
    }

    /// Where words, phrases and what stands for them are in a field, how many words long they are, and what finding
    /// them is worth.
    fn located(&self, ask: &Ask, field: Field, document: Document<'_>) -> (Vec<u32>, u32, f64) {
        let places = document.places(field);
        let one = |words: &[String]| (places.any(words), 1, self.idf(field, words));
        let row = |words: &[String], between| {
            let idf = words.iter().map(|word| self.idf(field, std::slice::from_ref(word))).sum();
            (places.phrase(words, between), words.len() as u32, idf)
        };
        match ask {
            Ask::Word(word) => match self.typed(field, word) {
                Ok(words) => one(&words),
                Err(words) => row(&words, 0),
            },
            Ask::Phrase(words, between) => row(&words::words(words), *between),
            Ask::Prefix(stem) => {
                let stem = words::words(stem).concat();
                one(&self.dictionary(field, ask, |word| word.starts_with(&stem)))
            }
            Ask::Fuzzy(word, errors) => {
                let typed = words::words(word).concat();
                one(&self.dictionary(field, ask, |word| words::is_misspelt(&typed, word, *errors)))
            }
            Ask::Near(left, right, within) => {
                let (a, b) = (self.located(left, field, document), self.located(right, field, document));
                // Side by side is within one word; over each other is not near.
                let near = |&start: &u32, &other: &u32| {
                    let (end, next) = if start < other { (start + a.1, other) } else { (other + b.1, start) };
                    end <= next && next - end < *within
                };
                let starts = a.0.iter().filter(|start| b.0.iter().any(|other| near(start, other)));
                (starts.copied().collect(), 1, a.2 + b.2)
            }
            Ask::Field(_, inner) => self.located(inner, field, document),
            _ => panic!("{ask} has no place"),
        }
    }

    fn in_field(&self, ask: &Ask, field: Field, document: Document<'_>) -> Option<f64> {
        match ask {
            Ask::All(parts) | Ask::And(parts) => {
                parts.iter().map(|part| self.in_field(part, field, document)).sum()
            }
            Ask::Any(parts) => either(parts.iter().map(|part| self.in_field(part, field, document))),
            Ask::Must(inner) => self.in_field(inner, field, document),
            Ask::Not(inner) => without(self.in_field(inner, field, document)),
            Ask::Word(value) | Ask::Phrase(value, _) if field.is_whole() => {
                document.is_whole(field, &value.to_lowercase()).then_some(0.0)
            }
            // Somebody by a part of the name is somebody by the whole.
            Ask::Word(typed) | Ask::Phrase(typed, 0) if field.names_somebody() && whole(typed).is_some() => {
                let name = Ask::Phrase(whole(typed)?.to_owned(), 0);
                let (places, _, idf) = self.located(&name, field, document);
                (!places.is_empty()).then(|| idf * self.often(field, document, places.len()))
            }
            // The very word counts once more than those that are like it.
            Ask::Fuzzy(word, _) => {
                let (places, _, idf) = self.located(ask, field, document);
                let very = [words::words(word).concat()];
                let exact = document.places(field).any(&very).len();
                let more = match exact {
                    0 => 0.0,
                    times => self.idf(field, &very) * self.often(field, document, times),
                };
                (!places.is_empty()).then(|| idf * self.often(field, document, places.len()) + more)
            }
            _ => {
                let (places, _, idf) = self.located(ask, field, document);
                (!places.is_empty()).then(|| idf * self.often(field, document, places.len()))
            }
        }
    }

    /// What a document of a kind scores, if it is meant.
    pub fn score(&self, ask: &Ask, target: Target, document: Document<'w>) -> Option<f64> {
        let ask = ask.unsigned();
        if !matches!(ask, Ask::Not(_)) && ask.owner() == Some(target.other()) {
            return self.beside(&[ask], target, document);
        }
        match ask {
            Ask::Field(field, inner) => self.in_field(inner, *field, document),
            Ask::Date(_, written) if written == "none" => document.story.days().is_none().then_some(0.0),
            Ask::Date((from, until), _) => {
                let (first, last) = document.story.days()?;
                (from.is_none_or(|from| last >= from) && until.is_none_or(|until| first <= until))
                    .then_some(0.0)
            }
            Ask::Must(inner) => self.score(inner, target, document),
            Ask::Not(inner) => without(self.score(inner, target, document)),
            Ask::All(parts) | Ask::And(parts) => {
                self.together(&parts.iter().collect::<Vec<_>>(), target, document)
            }
            Ask::Any(parts) => either(parts.iter().map(|part| self.score(part, target, document))),
            _ => self.in_field(ask, Field::of(target), document),
        }
    }

    /// Parts that all hold; those about the other kind of document hold of the same one.
    pub fn together(&self, parts: &[&Ask], target: Target, document: Document<'w>) -> Option<f64> {
        let parts: Vec<&Ask> = parts.iter().flat_map(|part| part.parts()).collect();
        let (others, own): (Vec<&Ask>, Vec<&Ask>) =
            parts.iter().partition(|part| part.owner() == Some(target.other()));
        if others.iter().all(|part| matches!(part, Ask::Not(_))) {
            return parts.iter().map(|part| self.score(part, target, document)).sum();
        }
        let own = own.iter().map(|part| self.score(part, target, document)).sum::<Option<f64>>()?;
        Some(own + self.beside(&others, target, document)?)
    }

    /// Parts that hold of one quote of a story, which gives its score; or of the story of a quote, which gives none.
    fn beside(&self, parts: &[&Ask], target: Target, document: Document<'w>) -> Option<f64> {
        let all = |document| {
            parts.iter().map(|part| self.score(part, target.other(), document)).sum::<Option<f64>>()
        };
        match target {
            Target::Stories => {
                let quotes = document.story.quotes.iter();
                let scores = quotes.filter_map(|quote| all(Document { quote: Some(quote), ..document }));
                scores.reduce(f64::max)
            }
            Target::Quotes => all(Document { quote: None, ..document }).map(|_| 0.0),
        }
    }

    /// What a bare word adds, if it is there.
    pub fn bare(
        &self,
        word: &str,
        is_stop_word: bool,
        times: usize,
        target: Target,
        document: Document<'w>,
    ) -> Option<f64> {
        let field = Field::of(target);
        let (places, _, idf) = self.located(&Ask::Word(word.to_owned()), field, document);
        let kind = if is_stop_word { STOP_WORD } else { 1.0 };
        let weight = idf * kind * (1.0 + REPEATED * (times as f64).ln());
        (!places.is_empty()).then(|| weight * self.often(field, document, places.len()))
    }
}

/// The whole name that a part of it stands for.
fn whole(typed: &str) -> Option<&'static str> {
    let typed = words::words(typed).join(" ");
    let is_part = |name: &&&str| {
        let name = words::words(name).join(" ");
        name == typed || name.ends_with(&format!(" {typed}")) || name.starts_with(&format!("{typed} "))
    };
    NAMES.iter().find(is_part).copied()
}

fn either(parts: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    parts.flatten().reduce(|sum, score| sum + score)
}

fn without(score: Option<f64>) -> Option<f64> {
    score.is_none().then_some(0.0)
}

/// A length as Lucene rounds it down, and the middle of those that it rounds alike: exact below 40, then eight steps
/// to each doubling, counted from 24.
fn rounded(length: usize) -> (f64, f64) {
    let more = length.saturating_sub(24);
    let step = 1 << (usize::BITS - more.leading_zeros()).saturating_sub(4);
    let least = 24.min(length) + more / step * step;
    (least as f64, (least + (step - 1) / 2) as f64)
}

#[test]
fn the_oracle_rounds_lengths_as_lucene() {
    let least = |length| rounded(length).0;
    assert_eq!(
        [0, 23, 39, 40, 41, 42, 55, 56, 59, 60].map(least),
        [0.0, 23.0, 39.0, 40.0, 40.0, 42.0, 54.0, 56.0, 56.0, 60.0]
    );
    assert_eq!(rounded(57), (56.0, 57.0));
}
