//! Who is who in the story: mentions joined into names.
//!
//! A person's short form (`Blake`, `Lively`, `Jen`) belongs to the full form that has it; where several do, to the one
//! named last before it. Other kinds join by their words, and by initials (`FBI`).

use std::{cell::OnceCell, collections::HashMap};

use super::{
    decode::Mention,
    lexicon::{self, class},
    story::{Story, Style},
    tokens::{shape, word_hash},
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
    /// The mention whose last word is the surname, where no mention has both: Josh of `Josh and Benny Safdie`.
    surname: Option<usize>,
}

/// Joins the mentions into names; text behind `body` bytes is the title. `by_names` are the first tokens of names and of
/// by-names that the story declares.
pub fn names(
    story: &Story,
    text: &str,
    body: usize,
    mentions: &[Mention],
    by_names: &[(usize, usize)],
) -> Vec<Name> {
    let resolver = Resolver {
        story,
        text,
        mentions,
        by_names,
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
    by_names: &'a [(usize, usize)],
    words: Vec<Vec<u64>>,
    /// First words in lower case, as they are asked for.
    firsts: Vec<OnceCell<String>>,
}

impl Resolver<'_> {
    /// Organisations, works, places and events: by their words.
    fn others(&self) -> Vec<Entity> {
        let mut entities: Vec<Entity> = Vec::new();
        let keys: Vec<&[u64]> = (0..self.mentions.len()).map(|number| self.key(number)).collect();
        let mut by_words: HashMap<(NameKind, &[u64]), usize> = HashMap::new();
        for (number, mention) in self.mentions.iter().enumerate() {
            if mention.kind == NameKind::Person {
                continue;
            }
            let words = &self.words[number];
            let next = entities.len();
            let key = keys[number];
            let at = *by_words.entry((mention.kind, key)).or_insert(next);
            if at == next {
                entities.push(Entity {
                    kind: mention.kind,
                    words: words.clone(),
                    mentions: vec![],
                    fullest: number,
                    surname: None,
                });
            }
            if words.len() > entities[at].words.len() {
                entities[at].words.clone_from(words);
                entities[at].fullest = number;
            }
            entities[at].mentions.push(number);
        }
        self.join_initials(&mut entities);
        self.join_firsts(&mut entities);
        entities
    }

    /// Joins `Northlight` to the one organisation of several words that begins so, unless it is known by itself.
    fn join_firsts(&self, entities: &mut Vec<Entity>) {
        for short in (0..entities.len()).rev() {
            let mention = &self.mentions[entities[short].fullest];
            let [word] = entities[short].words[..] else { continue };
            if entities[short].kind != NameKind::Org || self.story.listed_first[mention.start] != 0 {
                continue;
            }
            let mut long = (0..entities.len()).filter(|&at| {
                let entity = &entities[at];
                entity.kind == NameKind::Org && entity.words.len() > 1 && entity.words[0] == word
            });
            if let (Some(long), None) = (long.next(), long.next()) {
                let mentions = std::mem::take(&mut entities[short].mentions);
                entities[long].mentions.extend(mentions);
                entities[long].mentions.sort_unstable();
            }
        }
        entities.retain(|entity| !entity.mentions.is_empty());
    }

    /// What names of a place or organisation have in common: the words, or those that a known abbreviation stands for.
    fn key(&self, number: usize) -> &[u64] {
        let words = &self.words[number];
        let mention = &self.mentions[number];
        let token = &self.story.tokens[mention.start];
        if mention.kind == NameKind::Person || words.len() != 1 || !token.is(shape::CAPITALS) {
            return words;
        }
        let letters: String = token.span.of(self.text).chars().filter(|&c| c != '.').collect();
        lexicon::abbreviated(&letters).unwrap_or(words)
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
                Some(at) => {
                    // `Dwayne “The Brick” Marl` is fuller than `Dwayne Marl`.
                    if self.has_nickname(number) && !self.has_nickname(entities[at].fullest) {
                        entities[at].fullest = number;
                        entities[at].words.clone_from(&self.words[number]);
                    }
                    entities[at].mentions.push(number);
                }
                None => entities.push(self.person(number)),
            }
        }
        let count = entities.len();
        for number in short {
            match self.bearer(&entities, count, number) {
                Some(at) => entities[at].mentions.push(number),
                None => entities.push(self.person(number)),
            }
        }
        self.join_by_names(&mut entities);
        self.share_surnames(&mut entities);
        entities.iter_mut().for_each(|entity| entity.mentions.sort_unstable());
        entities
    }

    /// Joins by-names to the names that the story declares them of, and `Queen Bey` to whom `Bey` is.
    fn join_by_names(&self, entities: &mut Vec<Entity>) {
        let holding = |entities: &[Entity], token: usize| {
            let number = self.mentions.iter().position(|it| it.start <= token && token < it.end)?;
            entities.iter().position(|entity| entity.mentions.contains(&number))
        };
        for &(name, by_name) in self.by_names {
            if let (Some(name), Some(by_name)) = (holding(entities, name), holding(entities, by_name))
                && name != by_name
            {
                let mentions = std::mem::take(&mut entities[by_name].mentions);
                entities[name].mentions.extend(mentions);
            }
        }
        for at in 0..entities.len() {
            let titled = self.story.words[self.mentions[entities[at].fullest].start].is(class::TITLE);
            if entities[at].words.len() == 2 && titled && !entities[at].mentions.is_empty() {
                let last = self.mentions[entities[at].fullest].end - 1;
                let last = self.story.tokens[last].span.of(self.text);
                if let Some(bearer) = self.by_name(entities, last).filter(|&bearer| bearer != at) {
                    let mentions = std::mem::take(&mut entities[at].mentions);
                    entities[bearer].mentions.extend(mentions);
                }
            }
        }
        entities.retain(|entity| !entity.mentions.is_empty());
    }

    /// Gives relatives named by first name before somebody named in full the surname: `the brothers Josh and Benny Safdie`.
    fn share_surnames(&self, entities: &mut [Entity]) {
        let mut bearers: HashMap<usize, usize> = HashMap::new();
        for number in (0..self.mentions.len().saturating_sub(1)).rev() {
            let (mention, next) = (&self.mentions[number], &self.mentions[number + 1]);
            let between = self.story.tokens.get(mention.end..next.start).unwrap_or_default();
            let between: Vec<&str> = between.iter().map(|token| token.span.of(self.text)).collect();
            let person = |it: &Mention| it.kind == NameKind::Person;
            let surname = match between[..] {
                ["and" | "&"] | [",", "and"] if self.is_full(number + 1) => number + 1,
                ["," | "and" | "&"] if bearers.contains_key(&(number + 1)) => bearers[&(number + 1)],
                _ => continue,
            };
            if !person(mention) || !person(next) || self.words[number].len() > 1 {
                continue;
            }
            let word = self.story.words[mention.start];
            let listed = self.story.listed_first[mention.start] != 0;
            let called = self.are_called_relatives(mention.start);
            let relatives = bearers.contains_key(&(number + 1)) || called || self.is_family(surname);
            // Somebody known by one name needs no surname.
            if word.first_name() > 1 && (!listed || called) && relatives {
                bearers.insert(number, surname);
            }
        }
        for entity in entities.iter_mut().filter(|entity| entity.words.len() == 1) {
            entity.surname = entity.mentions.iter().find_map(|number| bearers.get(number).copied());
        }
    }

    /// Whether a word shortly before a name calls it and others relatives.
    fn are_called_relatives(&self, start: usize) -> bool {
        (start.saturating_sub(3)..start).any(|at| self.is_several(at))
    }

    fn is_several(&self, at: usize) -> bool {
        const SEVERAL: [&str; 15] = [
            "brothers",
            "sisters",
            "siblings",
            "twins",
            "couple",
            "spouses",
            "cousins",
            "parents",
            "sons",
            "daughters",
            "children",
            "kids",
            "newlyweds",
            "grandparents",
            "family",
        ];
        SEVERAL.contains(&self.story.tokens[at].span.of(self.text).to_lowercase().as_str())
    }

    /// Whether the story has the surname of several: `the Safdies`, `the Safdie brothers`.
    fn is_family(&self, surname: usize) -> bool {
        let last = self.mentions[surname].end - 1;
        let plural = word_hash(&format!("{}s", self.story.tokens[last].span.of(self.text)));
        let hash = self.story.tokens[last].hash;
        let tokens = &self.story.tokens;
        (0..tokens.len()).any(|at| {
            tokens[at].hash == plural && tokens[at].any(shape::UPPER)
                || tokens[at].hash == hash && at + 1 < tokens.len() && self.is_several(at + 1)
        })
    }

    /// Whether the mention has a first name and a surname: several words that are not one word with a hyphen.
    fn is_full(&self, number: usize) -> bool {
        let mention = &self.mentions[number];
        self.words[number].len() > 1
            && !(mention.end == mention.start + 3
                && self.story.tokens[mention.start + 1].is(shape::HYPHEN | shape::GLUED))
    }

    /// Whether a nickname in quotation marks stands inside.
    fn has_nickname(&self, number: usize) -> bool {
        let mention = &self.mentions[number];
        self.story.tokens[mention.start..mention.end].iter().any(|token| token.any(shape::QUOTE))
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
            surname: None,
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

    /// The person a short form stands for: by its words, else by a known short form, else by its spelling.
    fn bearer(&self, entities: &[Entity], full: usize, number: usize) -> Option<usize> {
        let told = self.told_sex(number);
        let best = |fit: &dyn Fn(usize) -> u8| {
            let fitting = (0..entities.len()).map(|at| (fit(at), at)).filter(|&(fit, _)| fit > 0);
            let key = |&(fit, at): &(u8, usize)| {
                let entity = &entities[at];
                let told =
                    told.map_or(1, |told| self.sex(entity).map_or(1, |sex| if sex == told { 2 } else { 0 }));
                // Of two with one surname, the one whom the story named first is called by it: a relative who comes in
                // later keeps a first name.
                let by_surname = entity.words.last() == self.words[number].last();
                let first = entity.mentions.iter().min().map_or(0, |first| usize::MAX - first);
                (fit, told, if by_surname { first } else { self.nearness(entity, number) })
            };
            fitting.max_by_key(key).map(|(_, at)| at)
        };
        best(&|at| self.fit(&entities[at], at < full, number))
            .or_else(|| best(&|at| u8::from(at < full && self.is_short_for(number, entities[at].fullest))))
            .or_else(|| best(&|at| u8::from(self.is_misspelt(&entities[at], at < full, number))))
            .or_else(|| self.by_name(entities, self.span(&self.mentions[number]).of(self.text)))
    }

    /// How well the words of a short form fit a person, 0 not at all.
    fn fit(&self, entity: &Entity, full: bool, number: usize) -> u8 {
        let words = &self.words[number];
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return 0 };
        if !full {
            return if entity.words == *words { 2 } else { 0 };
        }
        if entity.words.first() == Some(first) {
            return 2;
        }
        if entity.words.last() != Some(last) {
            return u8::from(entity.words.contains(last));
        }
        // `Whitmore` is rather Brooks Whitmore than Kaylee Strand-Whitmore, and `Strand-Whitmore` never the former.
        match (self.surnames(number), self.surnames(entity.fullest)) {
            (own, whole) if own == whole => 2,
            (1, _) => 1,
            _ => u8::from(entity.words.ends_with(words)) * 2,
        }
    }

    /// Words of the surname of a mention: two with a hyphen between are one.
    fn surnames(&self, number: usize) -> usize {
        let mention = &self.mentions[number];
        let is_hyphen = |at: usize| self.story.tokens[at].is(shape::HYPHEN | shape::GLUED);
        let mut first = mention.end - 1;
        while first >= mention.start + 2 && is_hyphen(first - 1) {
            first -= 2;
        }
        (mention.end - first).div_ceil(2)
    }

    /// Whether a single word is a first name or surname of the person with one letter wrong; where the person has but one
    /// name, that letter must be one with an accent.
    fn is_misspelt(&self, entity: &Entity, full: bool, number: usize) -> bool {
        let mention = &self.mentions[entity.fullest];
        let word = self.story.tokens[self.mentions[number].start].span.of(self.text);
        let of = |at: usize| self.story.tokens[at].span.of(self.text);
        let accent = |other: &str| full || word.is_ascii() != other.is_ascii();
        [mention.start, mention.end - 1]
            .into_iter()
            .any(|at| accent(of(at)) && one_letter_apart(word, of(at)))
    }

    /// The one person of whose name the single word is made: `Bey`, `JLo`, `A-Rod`, `RiRi`, `PND`, `Biebs`.
    fn by_name(&self, entities: &[Entity], word: &str) -> Option<usize> {
        let mut fitting = (0..entities.len()).filter(|&at| {
            let full = &self.mentions[entities[at].fullest];
            let words = || {
                let tokens = self.story.tokens[full.start..full.end].iter();
                tokens.filter(|token| token.is(shape::WORD)).map(|token| token.span.of(self.text))
            };
            may_be_made_of(word, words()) && is_made_of(word, &words().collect::<Vec<_>>())
        });
        fitting.next().filter(|_| fitting.next().is_none())
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
        if let Some(surname) = entity.surname {
            let last = self.story.tokens[self.mentions[surname].end - 1].span.of(self.text);
            name.name = format!("{} {last}", name.name);
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

    /// The sex that the word before the mention tells.
    fn told_sex(&self, number: usize) -> Option<Sex> {
        let before = self.mentions[number].start.checked_sub(1)?;
        lexicon::sex_of(self.story.tokens[before].span.of(self.text).trim_end_matches('.'))
    }

    /// The sex that titles, words like "actress" and the first name tell.
    fn sex(&self, entity: &Entity) -> Option<Sex> {
        let told = entity.mentions.iter().find_map(|&number| self.told_sex(number));
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

/// Whether a by-name is in capitals or has the first letter of a name's first or last word: no other is made of the name.
fn may_be_made_of<'w>(by_name: &str, mut words: impl DoubleEndedIterator<Item = &'w str>) -> bool {
    let letter =
        |word: &str| word.chars().find(|c| c.is_alphanumeric()).and_then(|c| c.to_lowercase().next());
    let own = letter(by_name);
    let begins = |word: Option<&str>| word.is_some_and(|word| letter(word) == own);
    by_name.chars().all(char::is_uppercase) || begins(words.next()) || begins(words.next_back())
}

/// Whether a by-name is made of the words of a name: its beginning (`Bey`), that with an ending of fondness (`Biebs`), the
/// beginning twice (`RiRi`), beginnings of first name and surname (`JLo`, `A-Rod`, `Lilo`), or its capitals (`PND`).
fn is_made_of(by_name: &str, words: &[&str]) -> bool {
    let plain = |word: &str| -> Vec<char> {
        word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let short = plain(by_name);
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let (first, last) = (plain(first), plain(last));
    let begins = |part: &[char], least: usize, word: &[char]| {
        part.len() >= least && part.len() < word.len() && word.starts_with(part)
    };
    if begins(&short, 3, &first) && words.len() == 1 {
        return true;
    }
    let (front, back) = short.split_at(short.len() / 2);
    if front.len() >= 2 && front == back && begins(front, 2, &first) {
        return true;
    }
    if let [stem @ .., 's' | 'y' | 'z'] = &short[..]
        && begins(stem, 4, &last)
    {
        return true;
    }
    let capitals = |words: &[&str]| -> Vec<char> {
        let letters = words.iter().flat_map(|word| word.chars());
        letters.filter(|c| c.is_uppercase()).flat_map(char::to_lowercase).collect()
    };
    let all_capitals = by_name.chars().all(char::is_uppercase);
    if all_capitals && short.len() >= 3 && capitals(words) == short {
        return true;
    }
    words.len() > 1
        && short.len() >= 3
        && (1..short.len()).any(|at| {
            let blended =
                if at == 1 { by_name.chars().filter(|c| c.is_uppercase()).count() > 1 } else { at == 2 };
            blended && begins(&short[..at], 1, &first) && begins(&short[at..], 2, &last)
        })
}

/// Whether two words of five letters and more differ in one letter: another, one more, or one less.
fn one_letter_apart(one: &str, other: &str) -> bool {
    // Most words begin with different letters.
    if one.chars().next() != other.chars().next() {
        return false;
    }
    let (short, long) =
        if one.chars().count() <= other.chars().count() { (one, other) } else { (other, one) };
    let (short, long): (Vec<char>, Vec<char>) = (short.chars().collect(), long.chars().collect());
    if short.len() < 5 || long.len() > short.len() + 1 || short[0] != long[0] || short == long {
        return false;
    }
    let same = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let skip = usize::from(long.len() == short.len());
    short[(same + skip).min(short.len())..] == long[(same + 1).min(long.len())..]
}
