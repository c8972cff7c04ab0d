//! How sure an attribution is: a logistic model over what it rests on.
//!
//! Each attribution is described by facts (its rule, how sure the choice among people was, how far the pointer stands,
//! what is known of the speaker); the weighted sum of the facts gives the chance that it is right. Weights are fitted by
//! `train quotes`, and scaled on stories that took no part in the fit, see `data/model/quotes.md`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{
    attribute::Attribution,
    kind::Pending,
    scan::Stretch,
    story::{By, Story},
};
use crate::annotation::{NameKind, QuoteKind};

/// A fact of an attribution: group, value within the group, amount.
pub type Fact = (&'static str, &'static str, f32);

static WEIGHTS: LazyLock<FxHashMap<(&str, &str), f32>> = LazyLock::new(|| {
    let table = include_str!("../../../data/model/quotes-confidence.tsv");
    let row = |line: &'static str| {
        let mut fields = line.split('\t');
        Some(((fields.next()?, fields.next()?), fields.next()?.parse().ok()?))
    };
    table.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

/// The chance that an attribution with these facts is right, 0 to 1.
pub fn chance(facts: &[Fact]) -> f32 {
    let sum: f32 = facts
        .iter()
        .map(|(group, value, amount)| WEIGHTS.get(&(*group, *value)).unwrap_or(&0.0) * amount)
        .sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Largest absolute value of a logit that enters as a fact.
const MOST_LOGIT: f32 = 4.0;

/// The facts of an attribution of a quote to the name with number `speaker`.
pub fn facts(
    story: &Story<'_>,
    stretches: &[Stretch],
    quote: &Pending,
    attribution: &Attribution,
    speaker: u32,
) -> Vec<Fact> {
    let mixed = quote.kind == QuoteKind::Mixed;
    let mut facts = vec![
        ("bias", "", 1.0),
        ("rule", attribution.rule, 1.0),
        ("first-rule", attribution.first_rule, 1.0),
        ("carried", "", f32::from(attribution.carried).ln_1p()),
    ];
    let words = stretches[quote.stretch].inner.of(story.text);
    if mixed
        && words.ends_with(',')
        && matches!(attribution.rule, "speaker-after" | "pronoun-after" | "cue-before-speaker")
    {
        facts.push(("fragment", "ends-clause", 1.0));
    }
    if mixed {
        facts.push(("kind", "mixed", 1.0));
        facts.push(("rule-mixed", attribution.rule, 1.0));
    }
    if attribution.chance < 1.0 {
        let chance = attribution.chance.clamp(0.001, 0.999);
        facts.push(("choice", "made", 1.0));
        facts.push(("choice", "logit", (chance / (1.0 - chance)).ln().clamp(-MOST_LOGIT, MOST_LOGIT)));
    }
    of_speaker(story, &stretches[quote.stretch], speaker, &mut facts);
    of_pointer(story, quote, attribution, speaker, &mut facts);
    of_stretch(story, &stretches[quote.stretch], &mut facts);
    facts
}

fn of_speaker(story: &Story<'_>, stretch: &Stretch, speaker: u32, facts: &mut Vec<Fact>) {
    let name = &story.found.names[speaker as usize];
    if name.kind != NameKind::Person {
        facts.push(("speaker", "body", 1.0));
    }
    let last = name.name.rsplit(' ').next().unwrap_or(&name.name);
    if last.len() == name.name.len() {
        facts.push(("speaker", "one-word", 1.0));
    }
    let is_namesake = |other: &&crate::annotation::Name| {
        other.name != name.name && other.name.rsplit(' ').next() == Some(last)
    };
    if story
        .found
        .names
        .iter()
        .filter(|other| other.kind == NameKind::Person)
        .any(|other| is_namesake(&other))
    {
        facts.push(("speaker", "namesake", 1.0));
    }
    if name.mentions.iter().any(|mention| stretch.inner.contains(*mention)) {
        facts.push(("speaker", "in-the-words", 1.0));
    }
    facts.push(("speaker", "mentions", (name.mentions.len() as f32).ln_1p()));
    let people = story.found.names.iter().filter(|name| name.kind == NameKind::Person).count();
    facts.push(("story", "people", (people as f32).ln_1p()));
}

fn of_pointer(
    story: &Story<'_>,
    quote: &Pending,
    attribution: &Attribution,
    speaker: u32,
    facts: &mut Vec<Fact>,
) {
    let Some(number) = attribution.pointer else { return };
    let pointer = story.pointers[number as usize];
    let distance = (quote.token as u32).abs_diff(pointer.first);
    facts.push(("pointer", "distance", (distance as f32).ln_1p()));
    if pointer.oblique {
        facts.push(("pointer", "oblique", 1.0));
    }
    if pointer.subject {
        facts.push(("pointer", "subject", 1.0));
    }
    let (low, high) = (pointer.first.min(quote.token as u32), pointer.first.max(quote.token as u32));
    let others = (story.pointers[..])
        .iter()
        .skip_while(|other| other.first < low)
        .take_while(|other| other.first < high)
        .filter(|other| matches!(other.by, By::Name(name) if name != speaker))
        .count();
    facts.push(("pointer", "others-between", (others as f32).ln_1p()));
    if let By::Pronoun(Some(sex)) = pointer.by {
        let value = match story.sex[speaker as usize] {
            Some(own) if own == sex => "agrees",
            Some(_) => "differs",
            None => "unknown",
        };
        facts.push(("sex", value, 1.0));
    }
}

fn of_stretch(story: &Story<'_>, stretch: &Stretch, facts: &mut Vec<Fact>) {
    let words = stretch.inner.of(story.text);
    let count = words.split_whitespace().count();
    facts.push((
        "words",
        if count <= 3 {
            "few"
        } else if count <= 8 {
            "some"
        } else {
            "many"
        },
        1.0,
    ));
    if stretch.single {
        facts.push(("stretch", "single", 1.0));
    }
    if !stretch.closed {
        facts.push(("stretch", "open", 1.0));
    }
    if words.ends_with([',', '.', '!', '?', '…', '—', '-']) {
        facts.push(("stretch", "stopped", 1.0));
    }
}
