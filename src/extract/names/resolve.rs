//! Who is who in the story: mentions joined into names.
//!
//! A person's short form (`Blake`, `Lively`, `Jen`) belongs to the full form that has it; where several do, to the one
//! named last before it. Other kinds join by their words, and by initials (`FBI`).

use std::collections::HashMap;

use super::{
    Mention,
    lexicon::class,
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
    let resolver =
        Resolver { story, text, mentions, words: mentions.iter().map(|m| words(story, m)).collect() };
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
        let mut longest_first = people.clone();
        longest_first.sort_by_key(|&at| (std::cmp::Reverse(self.words[at].len()), at));
        let mut entities: Vec<Entity> = Vec::new();
        for &number in longest_first.iter().filter(|&&at| self.words[at].len() > 1) {
            let same = entities.iter().position(|entity| self.same_person(entity, number));
            match same {
                Some(at) => entities[at].mentions.push(number),
                None => entities.push(self.person(number)),
            }
        }
        let full = entities.len();
        for &number in people.iter().filter(|&&at| self.words[at].len() == 1) {
            match self.bearer(&entities, full, number) {
                Some(at) => entities[at].mentions.push(number),
                None => entities.push(self.person(number)),
            }
        }
        entities.iter_mut().for_each(|entity| entity.mentions.sort_unstable());
        entities
    }

    fn person(&self, number: usize) -> Entity {
        Entity {
            kind: NameKind::Person,
            words: self.words[number].clone(),
            mentions: vec![number],
            fullest: number,
        }
    }

    /// Whether a form of several words names the person: the same words in order with some left out, or the same
    /// surname behind a short form of the first name.
    fn same_person(&self, entity: &Entity, number: usize) -> bool {
        let words = &self.words[number];
        if words.last() != entity.words.last() && words.first() != entity.words.first() {
            return false;
        }
        let mut rest = entity.words.iter();
        let subset = words.iter().all(|word| rest.any(|other| other == word));
        subset || words.last() == entity.words.last() && self.short_first(number, entity.fullest)
    }

    /// Whether the first word of one mention is short for the other's: `Jen` for `Jennifer`, `J.` for `Jane`.
    fn short_first(&self, short: usize, long: usize) -> bool {
        let first = |number: usize| {
            self.story.tokens[self.mentions[number].start]
                .span
                .of(self.text)
                .trim_end_matches('.')
                .to_lowercase()
        };
        let (short, long) = (first(short), first(long));
        short != long
            && (short.chars().count() == 1 || short.len() >= 3)
            && (long.starts_with(&short) || short.len() >= 3 && short.starts_with(&long) && long.len() >= 3)
    }

    /// The person a single word stands for.
    fn bearer(&self, entities: &[Entity], full: usize, number: usize) -> Option<usize> {
        let word = self.words[number][0];
        let mut best: Option<(u8, usize, usize)> = None;
        for (at, entity) in entities.iter().enumerate() {
            let fit = if at >= full {
                if entity.words[0] == word { 3 } else { 0 }
            } else if entity.words.last() == Some(&word) || entity.words.first() == Some(&word) {
                3
            } else if entity.words.contains(&word) {
                2
            } else {
                u8::from(self.short_first(number, entity.fullest))
            };
            if fit == 0 {
                continue;
            }
            let nearness = self.nearness(entity, number);
            if best.is_none_or(|(other, near, _)| (fit, nearness) > (other, near)) {
                best = Some((fit, nearness, at));
            }
        }
        best.map(|(_, _, at)| at)
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

    /// The sex that titles and the first name tell.
    fn sex(&self, entity: &Entity) -> Option<Sex> {
        for &number in &entity.mentions {
            let before = self.mentions[number].start.checked_sub(1)?;
            if self.story.words[before].is(class::TITLE) {
                match self.story.tokens[before]
                    .span
                    .of(self.text)
                    .trim_end_matches('.')
                    .to_lowercase()
                    .as_str()
                {
                    "mr" | "sir" | "lord" | "king" | "prince" | "duke" => return Some(Sex::Male),
                    "mrs" | "ms" | "miss" | "dame" | "lady" | "queen" | "princess" | "duchess" => {
                        return Some(Sex::Female);
                    }
                    _ => {}
                }
            }
        }
        let first = self.mentions[entity.fullest].start;
        if self.words[entity.fullest].len() > 1 { self.story.words[first].sex() } else { None }
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_string() + &chars.as_str().to_lowercase())
}
