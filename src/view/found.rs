//! What was found in a story, as it is stored beside the text: what stands in the text is told by where it stands.
//!
//! Places are steps from the place before, which are mostly small, and a name that is written whole in the text is not
//! written again.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    annotation::{Annotations, Guess, Name, NameKind, Quote, QuoteKind, Sex, Stance, Topic, TopicKind},
    article::Span,
    packed::Damaged,
    taxonomy,
};

/// Annotations of a text, packed; without paragraphs and sentences.
#[derive(Serialize, Deserialize)]
pub(super) struct PackedFound {
    names: Vec<PackedName>,
    mentions: Vec<Mention>,
    quotes: Vec<PackedQuote>,
    /// Speakers that are none of the names; their numbers go on behind those.
    others: Vec<String>,
    topics: Vec<PackedTopic>,
}

#[derive(Serialize, Deserialize)]
struct PackedName {
    /// The fullest form; nothing where that is the first of the longest mentions.
    name: String,
    kind: NameKind,
    sex: Option<Sex>,
    title_mentions: Vec<Span>,
}

/// One mention of a name, in the order of the text.
#[derive(Serialize, Deserialize)]
struct Mention {
    /// From the start of the mention before.
    step: u32,
    /// Number of the name, from 1; 0 for the one behind all that were mentioned so far.
    name: u32,
    /// Its length; for a name that was mentioned before, by how much it is shorter than the first mention.
    length: i32,
}

#[derive(Serialize, Deserialize)]
struct PackedQuote {
    /// From the start of the quote before.
    step: u32,
    length: u32,
    kind: QuoteKind,
    stance: Stance,
    /// Number of the speaker, from 1; 0 for nobody.
    speaker: u32,
    guess: Option<(u32, Chance)>,
    mention: Option<Nearby>,
    cue: Option<Nearby>,
    confidence: Chance,
    rule: Cow<'static, str>,
    piece: u32,
    pieces: u32,
    /// How much of its surroundings stands before it, and how much behind.
    around: (u32, u32),
}

/// A span by its distance from the start of a quote, and its length.
#[derive(Serialize, Deserialize)]
struct Nearby(i32, u32);

/// A chance in thousandths: more is never shown.
#[derive(Serialize, Deserialize)]
struct Chance(u16);

#[derive(Serialize, Deserialize)]
enum PackedTopic {
    /// An IPTC subject under its own label, by its code.
    Subject {
        from_first: i32,
        score: f32,
    },
    Other(Topic),
}

/// Where most codes of IPTC subjects begin.
const FIRST_CODE: i32 = 20_000_000;

impl PackedFound {
    /// Packs what was found in a text.
    pub(super) fn of(found: &Annotations, text: &str) -> Self {
        let mut others = Vec::new();
        let mut number = |speaker: &str| {
            let known = found.names.iter().position(|name| name.name == speaker);
            let at = known.unwrap_or_else(|| {
                let other = others.iter().position(|other| other == speaker).unwrap_or_else(|| {
                    others.push(speaker.to_owned());
                    others.len() - 1
                });
                found.names.len() + other
            });
            at as u32 + 1
        };
        let mut before = 0;
        let quotes = (found.quotes.iter())
            .map(|quote| {
                let step = quote.span.start.wrapping_sub(std::mem::replace(&mut before, quote.span.start));
                PackedQuote::of(quote, step, &mut number)
            })
            .collect();
        Self {
            names: found.names.iter().map(|name| PackedName::of(name, text)).collect(),
            mentions: mentions(&found.names),
            quotes,
            others,
            topics: found.topics.iter().map(PackedTopic::of).collect(),
        }
    }

    /// What was packed.
    ///
    /// # Errors
    /// When it was found in another text.
    pub(super) fn found_in(self, text: &str) -> Result<Annotations, Damaged> {
        let mut names: Vec<Name> = self.names.into_iter().map(PackedName::unmentioned).collect();
        mention(&mut names, &self.mentions)?;
        for name in names.iter_mut().filter(|name| name.name.is_empty()) {
            let whole = longest(&name.mentions).ok_or(Damaged)?;
            name.name = text.get(whole.range()).ok_or(Damaged)?.to_owned();
        }
        let speaker = |number: u32| {
            let Some(at) = (number as usize).checked_sub(1) else { return Ok(None) };
            let name = match names.get(at) {
                Some(name) => Some(&name.name),
                None => self.others.get(at - names.len()),
            };
            name.cloned().map(Some).ok_or(Damaged)
        };
        let mut start = 0;
        let quotes = (self.quotes.into_iter())
            .map(|quote| {
                start = u32::wrapping_add(start, quote.step);
                quote.at(start, speaker)
            })
            .collect::<Result<_, _>>()?;
        let topics = self.topics.into_iter().map(PackedTopic::topic).collect();
        Ok(Annotations { names, quotes, topics, ..Annotations::default() })
    }
}

impl PackedName {
    fn of(name: &Name, text: &str) -> Self {
        let whole = longest(&name.mentions).and_then(|span| text.get(span.range()));
        let is_written = whole == Some(&name.name);
        Self {
            name: if is_written { String::new() } else { name.name.clone() },
            kind: name.kind,
            sex: name.sex,
            title_mentions: name.title_mentions.clone(),
        }
    }

    fn unmentioned(self) -> Name {
        let Self { name, kind, sex, title_mentions } = self;
        Name { name, kind, mentions: Vec::new(), title_mentions, sex }
    }
}

/// The first of the longest.
fn longest(mentions: &[Span]) -> Option<Span> {
    mentions.iter().copied().rev().max_by_key(|span| span.len())
}

/// All mentions of the names, in the order of the text.
fn mentions(names: &[Name]) -> Vec<Mention> {
    let of = |(number, name): (usize, &Name)| {
        let first = name.mentions.first().map_or(0, |first| first.len());
        let entry = move |(at, span): (usize, &Span)| {
            let length = if at == 0 { first } else { first.wrapping_sub(span.len()) };
            (*span, number as u32, length as i32)
        };
        name.mentions.iter().enumerate().map(entry).collect::<Vec<_>>()
    };
    let mut all: Vec<(Span, u32, i32)> = names.iter().enumerate().flat_map(of).collect();
    all.sort_by_key(|&(span, number, _)| (span.start, number));
    let (mut before, mut next) = (0, 0);
    let mention = |(span, number, length): (Span, u32, i32)| {
        let step = span.start.wrapping_sub(std::mem::replace(&mut before, span.start));
        let name = if number == next { 0 } else { number + 1 };
        next = next.max(number + 1);
        Mention { step, name, length }
    };
    all.into_iter().map(mention).collect()
}

/// Gives names their mentions.
fn mention(names: &mut [Name], mentions: &[Mention]) -> Result<(), Damaged> {
    let (mut start, mut next) = (0_u32, 0);
    for mention in mentions {
        start = start.wrapping_add(mention.step);
        let number = mention.name.checked_sub(1).unwrap_or(next);
        next = next.max(number.saturating_add(1));
        let spans = &mut names.get_mut(number as usize).ok_or(Damaged)?.mentions;
        let length = match spans.first() {
            None => mention.length as u32,
            Some(first) => (first.end - first.start).wrapping_sub(mention.length as u32),
        };
        spans.push(Span { start, end: start.checked_add(length).ok_or(Damaged)? });
    }
    Ok(())
}

impl PackedQuote {
    fn of(quote: &Quote, step: u32, number: &mut impl FnMut(&str) -> u32) -> Self {
        let Span { start, end } = quote.span;
        let nearby = |span: Span| Nearby(span.start.wrapping_sub(start) as i32, span.end - span.start);
        Self {
            step,
            length: end - start,
            kind: quote.kind,
            stance: quote.stance,
            speaker: quote.speaker.as_deref().map_or(0, &mut *number),
            guess: (quote.speaker_guess.as_ref())
                .map(|guess| (number(&guess.name), Chance::of(guess.confidence))),
            mention: quote.speaker_mention.map(nearby),
            cue: quote.cue.map(nearby),
            confidence: Chance::of(quote.confidence),
            rule: quote.rule.clone(),
            piece: quote.piece,
            pieces: quote.pieces,
            around: (start.wrapping_sub(quote.context.start), quote.context.end.wrapping_sub(end)),
        }
    }

    fn at(
        self,
        start: u32,
        speaker: impl Fn(u32) -> Result<Option<String>, Damaged>,
    ) -> Result<Quote, Damaged> {
        let nearby = |Nearby(from, length): Nearby| {
            let start = start.wrapping_add_signed(from);
            Span { start, end: start.wrapping_add(length) }
        };
        let guess = |(number, chance): (u32, Chance)| {
            Ok(Guess { name: speaker(number)?.ok_or(Damaged)?, confidence: chance.given() })
        };
        let end = start.wrapping_add(self.length);
        Ok(Quote {
            span: Span { start, end },
            kind: self.kind,
            stance: self.stance,
            speaker: speaker(self.speaker)?,
            speaker_guess: self.guess.map(guess).transpose()?,
            speaker_mention: self.mention.map(nearby),
            cue: self.cue.map(nearby),
            confidence: self.confidence.given(),
            rule: self.rule,
            piece: self.piece,
            pieces: self.pieces,
            context: Span { start: start.wrapping_sub(self.around.0), end: end.wrapping_add(self.around.1) },
        })
    }
}

impl Chance {
    fn of(chance: f32) -> Self {
        Self((chance * 1000.0).round() as u16)
    }

    fn given(self) -> f32 {
        f32::from(self.0) / 1000.0
    }
}

impl PackedTopic {
    fn of(topic: &Topic) -> Self {
        let subject = topic.code.as_deref().and_then(taxonomy::by_code).filter(|subject| {
            topic.kind == TopicKind::Iptc
                && topic.label == subject.label
                && topic.code == Some(subject.qualified())
        });
        match subject.and_then(|subject| subject.code.parse::<i32>().ok()) {
            Some(code) => Self::Subject { from_first: code - FIRST_CODE, score: topic.score },
            None => Self::Other(topic.clone()),
        }
    }

    /// The topic; a subject that the table has no longer is told by its code alone.
    fn topic(self) -> Topic {
        match self {
            Self::Subject { from_first, score } => {
                let code = format!("{}{:08}", taxonomy::PREFIX, from_first.wrapping_add(FIRST_CODE));
                let label = taxonomy::by_code(&code).map_or(code.as_str(), |subject| subject.label);
                Topic { label: label.to_owned(), code: Some(code), kind: TopicKind::Iptc, score }
            }
            Self::Other(topic) => topic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::{pack, unpack};

    fn name(name: &str, kind: NameKind, mentions: &[(u32, u32)]) -> Name {
        Name {
            name: name.to_owned(),
            kind,
            mentions: mentions.iter().map(|&span| span.into()).collect(),
            title_mentions: Vec::new(),
            sex: None,
        }
    }

    fn given_back(found: &Annotations, text: &str) -> (usize, Annotations) {
        let packed = pack(&PackedFound::of(found, text));
        let unpacked: PackedFound = unpack(&packed).expect("what was packed");
        (packed.len(), unpacked.found_in(text).expect("the same text"))
    }

    #[test]
    fn a_name_that_the_text_has_whole_is_not_stored_again() {
        let text = "Voss and Mia Voss met Mia Voss.";
        let whole = Annotations {
            names: vec![name("Mia Voss", NameKind::Person, &[(0, 4), (9, 17), (22, 30)])],
            ..Annotations::default()
        };
        let (len, given) = given_back(&whole, text);
        assert_eq!(given, whole);
        assert!(len < 20, "{len}");
        let mut other = whole.clone();
        other.names[0].name = "Mia M. Voss".to_owned();
        assert_eq!(given_back(&other, text), (len + "Mia M. Voss".len(), other));
    }

    #[test]
    fn names_in_any_order_and_within_each_other_are_given_back() {
        let text = "The Mia Voss Trio: Mia Voss, Zoe Ash.";
        let names = vec![
            name("Zoe Ash", NameKind::Person, &[(29, 36)]),
            name("In the Title Alone", NameKind::Work, &[]),
            name("Mia Voss Trio", NameKind::Org, &[(4, 17)]),
            name("Mia Voss", NameKind::Person, &[(4, 12), (19, 27), (19, 22)]),
        ];
        let found = Annotations { names, ..Annotations::default() };
        assert_eq!(given_back(&found, text).1, found);
    }

    #[test]
    fn quotes_and_topics_are_given_back() {
        let text = "“No,” said Mia Voss. Another voice: “Yes.”";
        let no = text.find("No").expect("a word");
        let yes = text.find("Yes").expect("a word");
        let voss = Span::new(text.find("Mia").expect("a name"), text.find(". Another").expect("an end"));
        let quote = |start: usize, speaker: &str, guess: Option<&str>| Quote {
            span: Span::new(start, start + 3),
            kind: QuoteKind::Direct,
            stance: Stance::Said,
            speaker: guess.is_none().then(|| speaker.to_owned()),
            speaker_guess: guess.map(|guess| Guess { name: guess.to_owned(), confidence: 0.417 }),
            speaker_mention: Some(voss),
            cue: guess.is_none().then(|| Span::new(no + 6, no + 10)),
            confidence: 0.757,
            rule: "test".into(),
            piece: 1,
            pieces: 2,
            context: Span::new(0, text.len()),
        };
        let topic = |label: &str, code: Option<&str>, kind| Topic {
            label: label.to_owned(),
            code: code.map(str::to_owned),
            kind,
            score: 0.625,
        };
        let found = Annotations {
            names: vec![name("Mia Voss", NameKind::Person, &[(voss.start, voss.end)])],
            quotes: vec![quote(yes, "Nobody Named", None), quote(no, "", Some("Mia Voss"))],
            topics: vec![
                topic("cinema", Some("medtop:20000005"), TopicKind::Iptc),
                topic("a former label", Some("medtop:20000005"), TopicKind::Iptc),
                topic("voices", None, TopicKind::Keyphrase),
            ],
            ..Annotations::default()
        };
        assert_eq!(given_back(&found, text).1, found);
        let gone = PackedTopic::Subject { from_first: 79_999_999, score: 0.5 }.topic();
        assert_eq!((gone.label.as_str(), gone.code.as_deref()), ("medtop:99999999", Some("medtop:99999999")));
    }

    #[test]
    fn numbers_of_nobody_are_damage() {
        let quote = |speaker| PackedQuote {
            step: 0,
            length: 1,
            kind: QuoteKind::Direct,
            stance: Stance::Said,
            speaker,
            guess: None,
            mention: None,
            cue: None,
            confidence: Chance(1000),
            rule: "test".into(),
            piece: 1,
            pieces: 1,
            around: (0, 0),
        };
        let packed = |mentions: Vec<Mention>, speaker| PackedFound {
            names: Vec::new(),
            mentions,
            quotes: vec![quote(speaker)],
            others: vec!["Mia".to_owned()],
            topics: Vec::new(),
        };
        assert!(packed(Vec::new(), 1).found_in("Mia").is_ok());
        assert_eq!(packed(Vec::new(), 2).found_in("Mia"), Err(Damaged));
        let mention = Mention { step: 0, name: 0, length: 3 };
        assert_eq!(packed(vec![mention], 0).found_in("Mia"), Err(Damaged));
    }
}
