//! Precision, recall and F1 of names against labelled stories: exact spans and kinds, "the" and possessives aside.

use std::collections::{BTreeMap, HashMap};

use crate::{
    annotation::{Annotations, NameKind},
    article::Span,
    extract::{
        names::{self, model::Model},
        sentences,
    },
};

use super::corpus::Story;

#[derive(Default, Clone, Copy)]
struct Count {
    right: usize,
    found: usize,
    gold: usize,
}

impl Count {
    fn line(self) -> String {
        let part = |a: usize, b: usize| if b == 0 { 0.0 } else { 100.0 * a as f64 / b as f64 };
        let (p, r) = (part(self.right, self.found), part(self.right, self.gold));
        let f = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        format!("{f:.1} ({p:.0}/{r:.0})")
    }
}

/// What was found in labelled stories against what people found in them.
#[derive(Default)]
pub struct Tally {
    counts: HashMap<Option<NameKind>, Count>,
    wrong: BTreeMap<String, usize>,
    /// People found, and those of them whose name is the right one.
    asked: u32,
    known: u32,
}

impl Tally {
    /// Reads a story with the model and counts what is right.
    pub fn add(&mut self, story: &Story, model: &Model) {
        let mut found = Annotations::default();
        sentences::run(&story.article, &mut found);
        names::find(model, &story.article, &mut found);
        let text = &story.article.text;
        let norm = |span: Span| normal(text, span);
        let ignored = |kind: NameKind| story.ignored.iter().any(|other| other == kind.as_str());
        let gold: HashMap<Span, NameKind> =
            story.gold.iter().map(|&(span, kind)| (norm(span), kind)).collect();
        let blind: Vec<Span> = story.blind.iter().map(|&span| norm(span)).collect();
        let mut guessed: HashMap<Span, (NameKind, &str)> = HashMap::new();
        for name in found.names.iter().filter(|name| !ignored(name.kind)) {
            for &mention in &name.mentions {
                let span = norm(mention);
                if gold.contains_key(&span) || !blind.iter().any(|other| other.overlaps(span)) {
                    guessed.insert(span, (name.kind, &name.name));
                }
            }
        }
        for (&span, &kind) in &gold {
            let hit = guessed.get(&span).is_some_and(|&(guess, _)| guess == kind);
            for key in [Some(kind), None] {
                let count = self.counts.entry(key).or_default();
                count.gold += 1;
                count.right += usize::from(hit);
            }
            if !hit {
                let as_what = guessed.get(&span).map_or("-", |(guess, _)| guess.as_str());
                self.is_wrong(format!("missed {} {} as {as_what}", span.of(text), kind.as_str()));
            }
        }
        for (&span, &(kind, _)) in &guessed {
            for key in [Some(kind), None] {
                self.counts.entry(key).or_default().found += 1;
            }
            if gold.get(&span) != Some(&kind) {
                self.is_wrong(format!("extra  {} {}", span.of(text), kind.as_str()));
            }
        }
        for (&span, name) in &story.identity {
            if let Some(&(NameKind::Person, guess)) = guessed.get(&norm(span)) {
                let parts = words(guess);
                let right = words(name).iter().all(|part| parts.contains(part));
                self.asked += 1;
                self.known += u32::from(right);
                if !right {
                    self.is_wrong(format!("who    {} is {name}, not {guess}", span.of(text)));
                }
            }
        }
    }

    fn is_wrong(&mut self, what: String) {
        *self.wrong.entry(what).or_default() += 1;
    }

    /// Prints a line, and the commonest errors.
    #[allow(clippy::print_stdout)]
    pub fn print(&self, what: &str, errors: usize) {
        let mut line = format!("{what:20}");
        for kind in NameKind::ALL {
            if let Some(count) = self.counts.get(&Some(kind)).filter(|count| count.gold > 0) {
                line += &format!("{} {}  ", kind.as_str(), count.line());
            }
        }
        line += &format!("all {}", self.counts.get(&None).copied().unwrap_or_default().line());
        if self.asked > 0 {
            line += &format!("  identity {:.1}", 100.0 * f64::from(self.known) / f64::from(self.asked));
        }
        println!("{line}");
        let mut wrong: Vec<_> = self.wrong.iter().collect();
        wrong.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (what, count) in wrong.into_iter().take(errors) {
            println!("    {count:3} {what}");
        }
    }
}

fn words(name: &str) -> Vec<String> {
    let kept: String = name.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '_').collect();
    kept.to_lowercase().split_whitespace().filter(|word| *word != "the").map(str::to_owned).collect()
}

/// The span without a leading "the" and a trailing possessive.
fn normal(text: &str, span: Span) -> Span {
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    let head = &text.as_bytes()[start..end];
    if head.len() > 4 && head[..3].eq_ignore_ascii_case(b"the") && head[3].is_ascii_whitespace() {
        start += 4;
    }
    let word = &text[start..end];
    for mark in ['\'', '’', '‘', '`'] {
        let bare = word.strip_suffix('s').or_else(|| word.strip_suffix('S'));
        if let Some(bare) = bare.and_then(|bare| bare.strip_suffix(mark)) {
            end = start + bare.len();
            break;
        }
        if let Some(bare) = word.strip_suffix(mark).filter(|bare| bare.ends_with('s')) {
            end = start + bare.len();
            break;
        }
    }
    Span::new(start, end)
}
