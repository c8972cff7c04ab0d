//! More stories from the labelled ones: with other names in place of theirs, and with sentences set as headlines.
//!
//! Invented stories name invented outlets and films; the lists of known names can only become evidence when stories
//! use them. So copies get names from the lists, and people get first names and surnames of the census.

use std::collections::HashMap;

use crate::{
    annotation::{Annotations, NameKind},
    article::{Article, Span},
    extract::{
        names::lexicon::{self, LISTS},
        sentences,
    },
};

use super::{corpus::Story, crf::Random};

/// Names to put in, by use.
pub struct Stock {
    lists: HashMap<&'static str, Vec<&'static str>>,
    first: Vec<(&'static str, u8)>,
    last: Vec<(&'static str, u8)>,
}

impl Stock {
    /// The lists the program itself embeds.
    pub fn embedded() -> Self {
        let lists = LISTS.iter().map(|&(name, list)| (name, lexicon::rows(list).collect())).collect();
        let row = |row: &'static str| {
            let mut cells = row.split('\t');
            Some((cells.next()?, cells.next()?.parse().ok()?))
        };
        let first = lexicon::rows(lexicon::FIRST_NAMES).filter_map(row).collect();
        let last = lexicon::rows(lexicon::SURNAMES)
            .filter_map(|row| row.split_once('\t'))
            .flat_map(|(common, names)| names.split(' ').map(move |name| (name, common.parse().unwrap_or(1))))
            .collect();
        Self { lists, first, last }
    }

    fn listed(&self, list: &str, random: &mut Random) -> String {
        let names = &self.lists[list];
        names[random.below(names.len())].to_owned()
    }

    /// A name of the census; three in four are common ones.
    fn census(names: &[(&str, u8)], random: &mut Random) -> String {
        let least = if random.below(4) > 0 { 3 } else { 1 };
        loop {
            let (name, common) = names[random.below(names.len())];
            if common >= least {
                let mut chars = name.chars();
                return chars
                    .next()
                    .map_or_else(String::new, |c| c.to_uppercase().collect::<String>() + chars.as_str());
            }
        }
    }
}

/// A copy of the story with other names.
pub fn renamed(story: &Story, stock: &Stock, random: &mut Random) -> Story {
    let text = &story.article.text;
    let mut chosen: HashMap<(NameKind, &str), String> = HashMap::new();
    let mut parts: HashMap<&str, String> = HashMap::new();
    let mut copy = Story { gold: Vec::new(), article: Article::default(), ..story.emptied() };
    let mut gold = story.gold.clone();
    gold.sort();
    let mut written = 0;
    for (span, kind) in gold {
        if (span.start as usize) < written {
            continue;
        }
        copy.article.text.push_str(&text[written..span.start as usize]);
        let old = span.of(text);
        let new = match kind {
            NameKind::Person => person(old, &mut parts, stock, random),
            _ => chosen.entry((kind, old)).or_insert_with(|| other(story, span, kind, stock, random)).clone(),
        };
        let start = copy.article.text.len();
        copy.article.text.push_str(&new);
        copy.gold.push((Span::new(start, copy.article.text.len()), kind));
        written = span.end as usize;
    }
    copy.article.text.push_str(&text[written..]);
    copy
}

fn person<'a>(
    old: &'a str,
    parts: &mut HashMap<&'a str, String>,
    stock: &Stock,
    random: &mut Random,
) -> String {
    let words: Vec<&str> = old.split(' ').collect();
    let last = words.len() - 1;
    let mut new = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let plain =
            word.len() > 2 && word.chars().all(char::is_alphabetic) && !word.chars().all(char::is_lowercase);
        let name = parts.entry(word).or_insert_with(|| match () {
            () if !plain => (*word).to_owned(),
            () if last == 0 && random.below(2) == 0 => stock.listed("stars", random),
            () if at == 0 => Stock::census(&stock.first, random),
            () if at == last => Stock::census(&stock.last, random),
            () => (*word).to_owned(),
        });
        new.push(name.clone());
    }
    new.join(" ")
}

fn other(story: &Story, span: Span, kind: NameKind, stock: &Stock, random: &mut Random) -> String {
    let old = span.of(&story.article.text);
    let has = |words: &[&str]| words.iter().any(|word| old.contains(word));
    let list = match kind {
        NameKind::Place => "places",
        NameKind::Work => "works",
        NameKind::Event => "events",
        _ if has(&[
            "Weekly", "News", "Post", "Times", "Mail", "Magazine", "Daily", "Echo", "Herald", "Mirror",
        ]) =>
        {
            "outlets"
        }
        _ if has(&["TV", "Television", "Channel", "Radio", "FM", "Network", "Broadcast"]) => "broadcasters",
        _ if has(&[
            "Police",
            "Court",
            "Department",
            "Guild",
            "University",
            "Union",
            "Council",
            "Party",
            "Office",
        ]) =>
        {
            "institutions"
        }
        _ => {
            let start = span.start as usize;
            let from = (start.saturating_sub(40)..=start).find(|&at| story.article.text.is_char_boundary(at));
            let before = &story.article.text[from.unwrap_or(start)..start];
            let near = |words: &[&str]| words.iter().any(|word| before.contains(word));
            match () {
                () if near(&[
                    "band",
                    "group",
                    "duo",
                    "trio",
                    "singer",
                    "frontman",
                    "drummer",
                    "guitarist",
                ]) =>
                {
                    "bands"
                }
                () if near(&["told", "tells", "to ", "by ", "interview"]) => "outlets",
                () if near(&["team", "coach", "striker", "player", "against"]) => "teams",
                () => "companies",
            }
        }
    };
    stock.listed(list, random)
}

/// A copy of the story in which some sentences with names are set as headlines: Each Word With a Capital, or ALL.
pub fn headlined(story: &Story, random: &mut Random) -> Story {
    let mut found = Annotations::default();
    sentences::run(&story.article, &mut found);
    let mut bytes = story.article.text.clone().into_bytes();
    for sentence in found.sentences {
        let named = story.gold.iter().any(|(span, _)| sentence.contains(*span));
        if sentence.len() > 140 || !named || random.below(3) > 0 {
            continue;
        }
        let all = random.below(4) == 0;
        let part = &mut bytes[sentence.range()];
        for word in part.split_mut(|byte| *byte == b' ') {
            let small = matches!(
                &*word,
                b"a" | b"an" | b"the" | b"of" | b"in" | b"on" | b"to" | b"for" | b"and" | b"at"
            );
            if all {
                word.make_ascii_uppercase();
            } else if !small {
                let first = word.iter().position(|byte| byte.is_ascii_alphanumeric() || *byte >= 128);
                if let Some(first) = first {
                    word[first].make_ascii_uppercase();
                }
            }
        }
    }
    let text = String::from_utf8(bytes).expect("only the case of ASCII letters changed");
    Story { article: Article { text, ..Article::default() }, gold: story.gold.clone(), ..story.emptied() }
}
