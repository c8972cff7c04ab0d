//! Who is who in the story: mentions joined into names.
//!
//! A person's short form (`Blake`, `Lively`, `Jen`) belongs to the full form that has it; where several do, to the one
//! named last before it. Other kinds join by their words, and by initials (`FBI`).

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

use super::{
    decode::Mention,
    lexicon,
    story::{Story, Style},
    tokens::shape,
};
use crate::{
    annotation::{Name, NameKind, Sex},
    article::Span,
};

/// Mentions that name the same.
struct Entity {
    kind: NameKind,
    /// Hashes of the words of the fullest form, in order.
    words: Vec<u64>,
    /// Numbers of its mentions.
    mentions: Vec<usize>,
    /// The mention with the fullest form.
    fullest: usize,
}

/// Joins the mentions into names; text behind `body` bytes is the title.
pub fn names(story: &Story, text: &str, body: usize, mentions: &[Mention]) -> Vec<Name> {
    let resolver = Resolver {
        story,
        text,
        mentions,
        words: mentions.iter().map(|m| words(story, m)).collect(),
        firsts: vec![OnceCell::new(); mentions.len()],
    };
    let mut entities = resolver.others();
    entities.extend(resolver.people());
    let mut names: Vec<(usize, Name)> =
        entities.iter().filter_map(|entity| resolver.name(entity, body)).collect();
    names.sort_by_key(|(first, _)| *first);
    names.into_iter().map(|(_, name)| name).collect()
}

/// Hashes of the words of a mention, without marks.
fn words(story: &Story, mention: &Mention) -> Vec<u64> {
    (mention.start..mention.end)
        .filter(|&at| story.tokens[at].is(shape::WORD) || story.tokens[at].any(shape::CLITIC))
        .map(|at| story.tokens[at].hash)
        .collect()
}

struct Resolver<'a> {
    story: &'a Story,
    text: &'a str,
    mentions: &'a [Mention],
    words: Vec<Vec<u64>>,
    /// First words in lower case, as they are asked for.
    firsts: Vec<OnceCell<String>>,
}

impl Resolver<'_> {
    /// Organisations, works, places and events: by their words.
    fn others(&self) -> Vec<Entity> {
        let mut entities: Vec<Entity> = Vec::new();
        let mut by_words: HashMap<(NameKind, &[u64]), usize> = HashMap::new();
        for (number, mention) in self.mentions.iter().enumerate() {
            if mention.kind == NameKind::Person {
                continue;
            }
            let words = &self.words[number];
            let next = entities.len();
            let at = *by_words.entry((mention.kind, words)).or_insert(next);
            if at == next {
                entities.push(Entity {
                    kind: mention.kind,
                    words: words.clone(),
                    mentions: vec![],
                    fullest: number,
                });
            }
            entities[at].mentions.push(number);
        }
        self.join_initials(&mut entities);
        entities
    }

    /// Joins `FBI` to the one name whose capitals spell it.
    fn join_initials(&self, entities: &mut Vec<Entity>) {
        let spelt: Vec<Option<String>> = entities.iter().map(|entity| self.initials(entity)).collect();
        for short in (0..entities.len()).rev() {
            let mention = &self.mentions[entities[short].fullest];
            let token = &self.story.tokens[mention.start];
            if entities[short].kind != NameKind::Org
                || mention.end > mention.start + 1
                || !token.is(shape::CAPITALS)
            {
                continue;
            }
            let letters: String = token.span.of(self.text).chars().filter(|c| c.is_alphanumeric()).collect();
            let mut long = (0..entities.len()).filter(|&at| spelt[at].as_deref() == Some(&letters));
            if let (Some(long), None) = (long.next(), long.next()) {
                let mentions = std::mem::take(&mut entities[short].mentions);
                entities[long].mentions.extend(mentions);
                entities[long].mentions.sort_unstable();
            }
        }
        entities.retain(|entity| !entity.mentions.is_empty());
    }

    fn initials(&self, entity: &Entity) -> Option<String> {
        let mention = &self.mentions[entity.fullest];
        let tokens = &self.story.tokens[mention.start..mention.end];
        let capitals = tokens.iter().filter(|token| token.is(shape::WORD | shape::INITIAL));
        let letters: String = capitals.filter_map(|token| token.span.of(self.text).chars().next()).collect();
        (entity.kind == NameKind::Org && letters.chars().count() >= 3).then_some(letters)
    }

    /// People: full forms first, then short forms by what they share with them.
    fn people(&self) -> Vec<Entity> {
        let people: Vec<usize> =
            (0..self.mentions.len()).filter(|&at| self.mentions[at].kind == NameKind::Person).collect();
        let (mut full, short): (Vec<usize>, Vec<usize>) = people.iter().partition(|&&at| self.is_full(at));
        full.sort_by_key(|&at| (self.rank(at), at));
        let mut entities: Vec<Entity> = Vec::new();
        for number in full {
            match entities.iter().position(|entity| self.same_person(entity, number)) {
                Some(at) => entities[at].mentions.push(number),
                None => entities.push(self.person(number)),
            }
        }
        let count = entities.len();
        let firsts: HashSet<usize> =
            (short.iter()).filter_map(|&at| self.by_first_name(&entities, at)).collect();
        for number in short {
            match self.bearer(&entities, count, &firsts, number) {
                Some(at) => entities[at].mentions.push(number),
                None => entities.push(self.person(number)),
            }
        }
        entities.iter_mut().for_each(|entity| entity.mentions.sort_unstable());
        entities
    }

    /// Whether the mention has a first name and a surname: several words that are not one word with a hyphen.
    fn is_full(&self, number: usize) -> bool {
        let mention = &self.mentions[number];
        self.words[number].len() > 1
            && !(mention.end == mention.start + 3
                && self.story.tokens[mention.start + 1].is(shape::HYPHEN | shape::GLUED))
    }

    /// The order in which full forms are taken: the longest first, but those of more than three words last, for they
    /// are often two names without a comma.
    fn rank(&self, number: usize) -> usize {
        let count = self.words[number].len();
        if count <= 3 { 3 - count } else { count }
    }

    fn person(&self, number: usize) -> Entity {
        Entity {
            kind: NameKind::Person,
            words: self.words[number].clone(),
            mentions: vec![number],
            fullest: number,
        }
    }

    /// Whether a form of several words names the person: the same words in order with some left out or added, or the
    /// same surname behind a short form of the first name.
    fn same_person(&self, entity: &Entity, number: usize) -> bool {
        let words = &self.words[number];
        if words.last() == entity.words.last() && self.is_short_for(number, entity.fullest) {
            return true;
        }
        is_within(words, &entity.words) || is_within(&entity.words, words)
    }

    /// Whether the first word of one mention is short for the other's, or the other way round.
    fn is_short_for(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.first_word(one), self.first_word(other));
        lexicon::is_short_for(one, other) || lexicon::is_short_for(other, one)
    }

    /// The first word of a mention, in lower case.
    fn first_word(&self, number: usize) -> &str {
        self.firsts[number].get_or_init(|| {
            let span = self.story.tokens[self.mentions[number].start].span;
            span.of(self.text).trim_end_matches('.').to_lowercase()
        })
    }

    /// The one person whose first name the single word is.
    fn by_first_name(&self, entities: &[Entity], number: usize) -> Option<usize> {
        let word = self.words[number].first();
        let mut fitting = (0..entities.len()).filter(|&at| entities[at].words.first() == word);
        fitting.next().filter(|_| fitting.next().is_none())
    }

    /// The person a short form stands for: by its words, else by a known short form, else by its spelling.
    fn bearer(
        &self,
        entities: &[Entity],
        full: usize,
        firsts: &HashSet<usize>,
        number: usize,
    ) -> Option<usize> {
        let best = |fit: &dyn Fn(usize) -> u8| {
            let fitting = (0..entities.len()).map(|at| (fit(at), at)).filter(|&(fit, _)| fit > 0);
            let key = |&(fit, at): &(u8, usize)| {
                let entity = &entities[at];
                // Who is called by first name in this story is seldom meant by the surname alone.
                let by_surname = entity.words.last() == self.words[number].last();
                (fit, !(by_surname && firsts.contains(&at)), self.nearness(entity, number))
            };
            fitting.max_by_key(key).map(|(_, at)| at)
        };
        best(&|at| self.fit(&entities[at], at < full, number))
            .or_else(|| best(&|at| u8::from(at < full && self.is_short_for(number, entities[at].fullest))))
            .or_else(|| best(&|at| u8::from(at < full && self.is_misspelt(&entities[at], number))))
    }

    /// How well the words of a short form fit a person, 0 not at all.
    fn fit(&self, entity: &Entity, full: bool, number: usize) -> u8 {
        let words = &self.words[number];
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return 0 };
        if !full {
            return if entity.words == *words { 2 } else { 0 };
        }
        if entity.words.last() == Some(last) || entity.words.first() == Some(first) {
            2
        } else {
            u8::from(entity.words.contains(last))
        }
    }

    /// Whether a single word is a first name or surname of the person with one letter wrong.
    fn is_misspelt(&self, entity: &Entity, number: usize) -> bool {
        let mention = &self.mentions[entity.fullest];
        let word = self.story.tokens[self.mentions[number].start].span.of(self.text);
        let of = |at: usize| self.story.tokens[at].span.of(self.text);
        [mention.start, mention.end - 1].into_iter().any(|at| one_letter_apart(word, of(at)))
    }

    /// How near the entity's last mention before this one is; those before beat those behind.
    fn nearness(&self, entity: &Entity, number: usize) -> usize {
        match entity.mentions.iter().filter(|&&other| other < number).max() {
            Some(&before) => 1_000_000 + before,
            None => 1_000_000 - entity.mentions.iter().min().copied().unwrap_or(0).min(999_999),
        }
    }

    /// The finished name, with the number of its first mention.
    fn name(&self, entity: &Entity, body: usize) -> Option<(usize, Name)> {
        let fullest = &self.mentions[entity.fullest];
        let mut name = Name {
            name: self.written(fullest),
            kind: entity.kind,
            mentions: vec![],
            title_mentions: vec![],
            sex: None,
        };
        for &number in &entity.mentions {
            let span = self.span(&self.mentions[number]);
            match (span.start as usize).checked_sub(body + 1) {
                Some(start) => name.title_mentions.push(Span::new(start, start + span.len())),
                None => name.mentions.push(span),
            }
        }
        if entity.kind == NameKind::Person {
            name.sex = self.sex(entity);
        }
        (!name.name.is_empty()).then(|| (entity.mentions[0], name))
    }

    fn span(&self, mention: &Mention) -> Span {
        let (first, last) = (self.story.tokens[mention.start].span, self.story.tokens[mention.end - 1].span);
        Span::new(first.start as usize, last.end as usize)
    }

    /// The name as it is shown: blanks joined, capitals of a headline made small, an organisation's own "The" kept.
    fn written(&self, mention: &Mention) -> String {
        let span = self.span(mention);
        let mut name = span.of(self.text).split_whitespace().collect::<Vec<_>>().join(" ");
        let sentence = self.story.sentences.partition_point(|sentence| sentence.end <= mention.start);
        let capitals = self.story.styles.get(sentence) == Some(&Style::Capitals);
        if capitals && mention.kind == NameKind::Person {
            name = name.split(' ').map(capitalised).collect::<Vec<_>>().join(" ");
        }
        let own = mention.start.checked_sub(1).is_some_and(|before| {
            self.story.tokens[before].span.of(self.text) == "The"
                && self.story.sentences.get(sentence).is_some_and(|sentence| sentence.start < before)
        });
        if own && mention.kind == NameKind::Org { format!("The {name}") } else { name }
    }

    /// The sex that titles, words like "actress" and the first name tell.
    fn sex(&self, entity: &Entity) -> Option<Sex> {
        let told = entity.mentions.iter().find_map(|&number| {
            let before = self.mentions[number].start.checked_sub(1)?;
            lexicon::sex_of(self.story.tokens[before].span.of(self.text).trim_end_matches('.'))
        });
        let first = self.mentions[entity.fullest].start;
        told.or_else(
            || if self.words[entity.fullest].len() > 1 { self.story.words[first].sex() } else { None },
        )
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_string() + &chars.as_str().to_lowercase())
}

/// Whether the shorter list stands in the longer one, in order, with the same first and last.
fn is_within(shorter: &[u64], longer: &[u64]) -> bool {
    let mut rest = longer.iter();
    (shorter.first() == longer.first() || shorter.last() == longer.last())
        && shorter.iter().all(|word| rest.any(|other| other == word))
}

/// Whether two words of five letters and more differ in one letter: another, one more, or one less.
fn one_letter_apart(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let (short, long) = (short.as_bytes(), long.as_bytes());
    if short.len() < 5 || long.len() > short.len() + 1 || short[0] != long[0] || short == long {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let skip = usize::from(long.len() == short.len());
    short[(same + skip).min(short.len())..] == long[(same + 1).min(long.len())..]
}
