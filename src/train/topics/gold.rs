//! Labelled stories.

use std::{fs, path::Path};

use crate::{
    annotation::{Annotations, Name, NameKind},
    article::{Article, Span},
    extract::{
        sentences,
        topics::{lexicon::Lexicon, tokens::Tokens},
    },
    taxonomy,
};
use anyhow::Context;
use serde::Deserialize;

/// A labelled story, read for training.
pub struct Story {
    /// The article.
    pub article: Article,
    /// Its words.
    pub tokens: Tokens,
    /// Indices of its IPTC topics.
    pub subjects: Vec<u16>,
    /// Its keyphrases.
    pub phrases: Vec<String>,
    /// How much it counts in training.
    pub weight: f32,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    title: Option<String>,
    text: String,
    #[serde(default)]
    names: Vec<NameRecord>,
    topics: Option<TopicsRecord>,
}

#[derive(Deserialize)]
struct NameRecord {
    name: String,
    kind: String,
    #[serde(default)]
    mentions: Vec<MentionRecord>,
}

#[derive(Deserialize)]
struct MentionRecord {
    text: String,
    start: usize,
    end: usize,
}

#[derive(Deserialize)]
struct TopicsRecord {
    iptc: Vec<String>,
    keyphrases: Vec<String>,
}

/// Reads the stories of a file that have topics.
pub fn read(path: &Path, weight: impl Fn(&str) -> f32) -> anyhow::Result<Vec<Story>> {
    let file = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut stories = Vec::new();
    for (number, line) in (1..).zip(file.lines()) {
        let record: Record = serde_json::from_str(line)
            .with_context(|| format!("{}, line {number}: no labelled story", path.display()))?;
        if let Some(topics) = record.topics {
            let weight = weight(&record.id);
            stories.push(story(record.title, record.text, record.names, topics, weight));
        }
    }
    Ok(stories)
}

fn story(
    title: Option<String>,
    text: String,
    names: Vec<NameRecord>,
    topics: TopicsRecord,
    weight: f32,
) -> Story {
    let mut at: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    at.push(text.len());
    let headline = title.clone().unwrap_or_default();
    let names = names.into_iter().filter_map(|name| {
        let kind = NameKind::ALL.into_iter().find(|kind| kind.as_str() == name.kind)?;
        let mut forms: Vec<&str> = name.mentions.iter().map(|mention| mention.text.as_str()).collect();
        forms.push(&name.name);
        forms.sort_unstable_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        let mut title_mentions: Vec<Span> = Vec::new();
        for (start, form) in forms.iter().flat_map(|form| headline.match_indices(form)) {
            let span = Span::new(start, start + form.len());
            if !title_mentions.iter().any(|other| other.overlaps(span)) {
                title_mentions.push(span);
            }
        }
        let mentions =
            name.mentions.iter().map(|mention| Span::new(at[mention.start], at[mention.end])).collect();
        Some(Name { name: name.name.clone(), kind, mentions, title_mentions, sex: None })
    });
    let mut found = Annotations { names: names.collect(), ..Annotations::default() };
    let article = Article { title, text, ..Article::default() };
    sentences::run(&article, &mut found);
    let tokens = Tokens::read(&article, &found, Lexicon::get());
    let subjects =
        topics.iptc.iter().filter_map(|code| taxonomy::by_code(code)).map(|s| s.index() as u16).collect();
    Story { article, tokens, subjects, phrases: topics.keyphrases, weight }
}
