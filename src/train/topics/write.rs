//! Writes the models as the program reads them.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use crate::{
    extract::topics::{
        features::{FEATURES as FEATURES_OF_PHRASES, ROLES},
        keyphrases::PhraseModel,
        lexicon::{Lexicon, SIGNALS},
        scan,
        subjects::{FEATURES, SubjectModel},
        words::WordModel,
    },
    taxonomy,
};
use anyhow::Context;

use super::gold::Story;

/// Writes the words model. Words are named as the stories write them.
pub fn words(path: &Path, model: &WordModel, stories: &[Story]) -> anyhow::Result<()> {
    let mut file = String::from(
        "# Weights of words for IPTC topics, in hundredths: see topics.md. First the columns; + is a topic with all below it.\n",
    );
    let targets: Vec<String> = model
        .targets
        .iter()
        .map(|target| {
            let code = taxonomy::all()[target.subject as usize].code;
            if target.wide { format!("+{code}") } else { code.to_owned() }
        })
        .collect();
    writeln!(file, "{}", targets.join(" "))?;
    for (word, id) in spellings(stories) {
        let weights: Vec<String> =
            model.weights(id).iter().map(|(column, hundredths)| format!("{column}:{hundredths}")).collect();
        if !weights.is_empty() {
            writeln!(file, "{word}\t{}", weights.join(" "))?;
        }
    }
    save(path, &file)
}

/// A spelling of every known word of the stories, and of the signals (`~` for their `#`).
pub fn spellings(stories: &[Story]) -> BTreeMap<String, u32> {
    let lexicon = Lexicon::get();
    let mut found: BTreeMap<u32, String> = BTreeMap::new();
    for story in stories {
        for (at, token) in story.tokens.all.iter().enumerate().filter(|(_, token)| token.word != 0) {
            let source = story.tokens.source(&story.article, at);
            let spelling = source[token.start as usize..token.end as usize].to_lowercase();
            let known = found.entry(token.word).or_insert_with(|| spelling.clone());
            if (spelling.len(), &spelling) < (known.len(), known) {
                *known = spelling;
            }
        }
    }
    for signal in SIGNALS {
        found.insert(lexicon.word(scan::hash_folded(signal)), signal.replace('#', "~"));
    }
    found.into_iter().map(|(id, word)| (word, id)).collect()
}

/// Writes the model over shared features.
pub fn subjects(path: &Path, model: &SubjectModel) -> anyhow::Result<()> {
    let mut file =
        String::from("# Weights of features, biases of topics, and the threshold: see topics.md.\n");
    writeln!(file, "threshold\t{}", model.threshold)?;
    for (name, weight) in FEATURES.iter().zip(model.weights) {
        writeln!(file, "{name}\t{weight:.4}")?;
    }
    for (subject, bias) in taxonomy::all().iter().zip(&model.biases).filter(|(_, bias)| bias.abs() >= 0.02) {
        writeln!(file, "{}\t{bias:.3}", subject.code)?;
    }
    save(path, &file)
}

/// Weights of words and endings below this size are left out.
const LEAST_WEIGHT: f32 = 0.1;

/// Writes the keyphrases model.
pub fn phrases(path: &Path, model: &PhraseModel, stories: &[Story]) -> anyhow::Result<()> {
    let mut file = String::from(
        "# Weights of features, endings, and words in their roles, for keyphrases: see topics.md.\n",
    );
    writeln!(file, "threshold\t{}", model.threshold)?;
    for (name, weight) in FEATURES_OF_PHRASES.iter().zip(model.weights) {
        writeln!(file, "{name}\t{weight:.4}")?;
    }
    for (slot, weight) in model.endings.iter().enumerate().filter(|(_, weight)| weight.abs() >= LEAST_WEIGHT)
    {
        writeln!(file, "ending\t{slot}\t{weight:.2}")?;
    }
    for (word, id) in spellings(stories) {
        for (role, weight) in ROLES.iter().zip(model.words[id as usize]) {
            if weight.abs() >= LEAST_WEIGHT {
                writeln!(file, "{role}\t{word}\t{weight:.2}")?;
            }
        }
    }
    save(path, &file)
}

/// Writes a file.
pub fn save(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
