//! Labelled stories: JSON Lines with names, and token files with BIO tags.

use std::{collections::HashMap, fs, path::Path};

use crate::{
    annotation::NameKind,
    article::{Article, Span},
};
use anyhow::Context;
use serde::Deserialize;

/// A story with the names people found in it.
#[derive(Clone)]
pub struct Story {
    pub article: Article,
    pub gold: Vec<(Span, NameKind)>,
    /// Kinds the labels leave out.
    pub ignored: Vec<String>,
    /// Stretches that count nowhere.
    pub blind: Vec<Span>,
    /// Persons by span: the full name.
    pub identity: HashMap<Span, String>,
}

impl Story {
    /// The story without text and names.
    pub fn emptied(&self) -> Self {
        Self {
            article: Article::default(),
            gold: Vec::new(),
            ignored: self.ignored.clone(),
            blind: Vec::new(),
            identity: HashMap::new(),
        }
    }
}

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    title: Option<String>,
    text: String,
    names: Vec<Labelled>,
    #[serde(default)]
    ignore_kinds: Vec<String>,
    #[serde(default)]
    identity: bool,
}

#[derive(Deserialize)]
struct Labelled {
    name: String,
    kind: String,
    mentions: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    start: usize,
    end: usize,
}

fn kind(word: &str) -> Option<NameKind> {
    NameKind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

/// Reads a file of labelled stories, by its extension.
pub fn read(path: &Path) -> anyhow::Result<Vec<Story>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if path.extension().is_some_and(|extension| extension == "conll") {
        let works = text.contains("B-WORK");
        let ignored: &[&str] = if works { &["event"] } else { &["event", "work"] };
        return Ok(conll(&text, ignored));
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let record: Record = serde_json::from_str(line)
                .with_context(|| format!("{}, line {}", path.display(), number + 1))?;
            Ok(story(record))
        })
        .collect()
}

fn story(record: Record) -> Story {
    let mut offsets: Vec<usize> = record.text.char_indices().map(|(at, _)| at).collect();
    offsets.push(record.text.len());
    let (mut gold, mut blind, mut identity) = (Vec::new(), Vec::new(), HashMap::new());
    for name in &record.names {
        for place in &name.mentions {
            let span = Span::new(offsets[place.start], offsets[place.end]);
            match kind(&name.kind).filter(|_| !record.ignore_kinds.contains(&name.kind)) {
                Some(kind) => gold.push((span, kind)),
                None => blind.push(span),
            }
            if record.identity && name.kind == "person" {
                identity.insert(span, name.name.clone());
            }
        }
    }
    let article = Article { title: record.title, text: record.text, ..Article::default() };
    Story { article, gold, ignored: record.ignore_kinds, blind, identity }
}

/// Token files: documents apart by `-DOCSTART-`, sentences by empty lines.
fn conll(text: &str, ignored: &[&str]) -> Vec<Story> {
    let mut stories = Vec::new();
    let mut open = Running::default();
    for line in text.lines() {
        if line.starts_with("-DOCSTART-") {
            stories.extend(std::mem::take(&mut open).finish(ignored));
        } else if let Some((word, tag)) = line.split_once('\t') {
            open.token(word, tag);
        } else {
            open.line();
        }
        // Tweets stand in one file without document marks; a few hundred lines are a fair story.
        if open.lines >= 40 && open.fresh {
            stories.extend(std::mem::take(&mut open).finish(ignored));
        }
    }
    stories.extend(open.finish(ignored));
    stories
}

#[derive(Default)]
struct Running {
    text: String,
    gold: Vec<(Span, NameKind)>,
    lines: usize,
    fresh: bool,
    quoted: bool,
    glue: bool,
}

impl Running {
    fn token(&mut self, word: &str, tag: &str) {
        let closes =
            matches!(word.chars().next(), Some('.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '%' | '…'))
                || word.starts_with('\'')
                || word.starts_with('’')
                || word == "n't"
                || word == "\"" && self.quoted;
        let start_of_line = self.text.is_empty() || self.text.ends_with('\n');
        if !(start_of_line || closes || self.glue) {
            self.text.push(' ');
        }
        if word == "\"" {
            self.quoted = !self.quoted;
        }
        self.glue = matches!(word, "(" | "[" | "#" | "@" | "$") || word == "\"" && self.quoted;
        let start = self.text.len();
        self.text.push_str(word);
        let end = self.text.len();
        let kind = match tag.get(2..) {
            Some("PER") => NameKind::Person,
            Some("ORG") => NameKind::Org,
            Some("LOC") => NameKind::Place,
            Some("WORK") => NameKind::Work,
            _ => {
                self.fresh = false;
                return;
            }
        };
        match self.gold.last_mut() {
            Some((span, _)) if tag.starts_with("I-") => *span = Span::new(span.start as usize, end),
            _ => self.gold.push((Span::new(start, end), kind)),
        }
        self.fresh = false;
    }

    fn line(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.lines += 1;
        (self.fresh, self.quoted, self.glue) = (true, false, false);
    }

    fn finish(self, ignored: &[&str]) -> Option<Story> {
        let article = Article { text: self.text, ..Article::default() };
        (!article.text.trim().is_empty()).then(|| Story {
            article,
            gold: self.gold,
            ignored: ignored.iter().map(ToString::to_string).collect(),
            blind: Vec::new(),
            identity: HashMap::new(),
        })
    }
}
