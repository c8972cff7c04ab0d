//! How sure an attribution is: a logistic model over what it rests on.
//!
//! Each attribution is described by facts (its rule, how sure the choice among people was, how far the pointer stands,
//! what is known of the speaker); the weighted sum of the facts gives the chance that it is right. Weights are fitted by
//! `train quotes`, and scaled on stories that took no part in the fit, see `data/model/quotes.md`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{
    attribution::Attribution,
    kind::Pending,
    lexicon::{self, Cue, Noun},
    scan::Stretch,
    story::{By, Story, TokenKind},
};
use crate::annotation::{NameKind, QuoteKind};

/// A fact of an attribution: group, value within the group, amount.
pub type Fact = (&'static str, &'static str, f32);

/// Weight of each fact, by group and value.
pub type Weights = FxHashMap<(&'static str, &'static str), f32>;

static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
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

/// The weights that ship.
#[cfg(feature = "train")]
pub fn weights() -> &'static Weights {
    &WEIGHTS
}

/// Largest absolute value of a logit that enters as a fact.
const MOST_LOGIT: f32 = 4.0;

/// The facts of the candidate at `at`, which names somebody.
pub fn facts(
    story: &Story<'_>,
    stretches: &[Stretch],
    quote: &Pending,
    candidates: &[Attribution],
    at: usize,
) -> Vec<Fact> {
    let attribution = &candidates[at];
    let Some(speaker) = attribution.speaker else { return Vec::new() };
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
    of_candidates(candidates, at, &mut facts);
    of_speaker(story, &stretches[quote.stretch], attribution, speaker, mixed, &mut facts);
    of_pointer(story, quote, attribution, speaker, &mut facts);
    of_stretch(story, &stretches[quote.stretch], &mut facts);
    of_clause(story, quote, attribution, &mut facts);
    of_words(words, family(attribution), &mut facts);
    facts
}

/// What kind of evidence an attribution rests on.
fn family(attribution: &Attribution) -> &'static str {
    match attribution.rule {
        _ if attribution.carried > 0 => "carried",
        "speaker-after" | "speaker-before" | "cue-before-speaker" | "according-to" | "passive-agent"
        | "name-after-dash" | "before-colon" | "apposition" => "by-name",
        "namesake" => "by-namesake",
        "pronoun-after" | "cue-before-pronoun" | "pronoun-before" => "by-pronoun",
        "description" | "outlet" | "body" | "body-called" | "body-it" | "paper" | "spokesperson" => "by-noun",
        _ => "by-place",
    }
}

/// Who else may have said it.
fn of_candidates(candidates: &[Attribution], at: usize, facts: &mut Vec<Fact>) {
    let family = family(&candidates[at]);
    let others = candidates.iter().filter(|other| other.speaker.is_some()).count() - 1;
    facts.push((family, if at == 0 { "first" } else { "later" }, 1.0));
    facts.push((family, "others", (others as f32).ln_1p()));
    facts.push((family, "votes", f32::from(candidates[at].votes).ln_1p()));
    if at > 0 {
        facts.push(("behind", candidates[0].rule, 1.0));
    } else if let Some(second) = candidates.get(1) {
        facts.push(("before", second.rule, 1.0));
    }
}

/// The verb of speech and what stands around it.
fn of_clause(story: &Story<'_>, quote: &Pending, attribution: &Attribution, facts: &mut Vec<Fact>) {
    let group = if quote.kind == QuoteKind::Mixed { "clause-mixed" } else { "clause" };
    let mut fact = |value: &'static str, amount: f32| facts.push((group, value, amount));
    let sentence = story.tokens[quote.token].sentence;
    let here = |n: &usize| story.tokens[*n].sentence == sentence;
    let before = (0..quote.token).rev().take_while(here);
    let after = (quote.token + 1..story.tokens.len()).take_while(here);
    let around: Vec<usize> = before.chain(after).collect();
    let hearsay = |n: &usize| {
        matches!(
            story.word(*n),
            "reportedly"
                | "allegedly"
                | "supposedly"
                | "apparently"
                | "rumored"
                | "rumoured"
                | "claims"
                | "reports"
        )
    };
    if around.iter().any(hearsay) {
        fact("hearsay", 1.0);
    }
    let unnamed = |n: &usize| {
        let pointer = story.tokens[*n].pointer.map(|number| story.pointers[number as usize].by);
        matches!(pointer, Some(By::Noun(Noun::Hidden | Noun::Unnamed | Noun::Mouthpiece)))
    };
    if around.iter().any(unnamed) {
        fact("unnamed-near", 1.0);
    }
    let Some(verb) = attribution.verb.map(|verb| verb as usize) else {
        fact(
            if around.iter().any(|&n| story.tokens[n].cue.is_some()) { "other-verb" } else { "no-verb" },
            1.0,
        );
        return;
    };
    fact(
        match story.tokens[verb].cue {
            Some(Cue::Say) => "say",
            Some(Cue::Write) => "write",
            Some(Cue::Think) => "think",
            _ => "act",
        },
        1.0,
    );
    fact("verb-gap", (verb.abs_diff(quote.token) as f32).ln());
    if lexicon::has_hearer(story.word(verb)) {
        fact("hearer", 1.0);
    }
    if story.tokens.get(verb + 1).is_some_and(|next| next.kind == TokenKind::That) {
        fact("that", 1.0);
    }
    let Some(pointer) = attribution.pointer.map(|number| story.pointers[number as usize]) else { return };
    let (first, last) = (pointer.first as usize, pointer.last as usize);
    let between = if last <= verb { last..verb } else { verb + 1..first.max(verb + 1) };
    fact("gap", (between.len() as f32).ln_1p());
    if between.clone().any(|n| story.tokens[n].kind == TokenKind::Comma) {
        fact("comma", 1.0);
    }
    if between.clone().any(|n| story.tokens[n].pointer.is_some()) {
        fact("pointer-between", 1.0);
    }
    if between.clone().any(|n| matches!(story.word(n), "who" | "that" | "which" | "when" | "as" | "while")) {
        fact("clause-between", 1.0);
    }
    if verb > last && story.tokens[pointer.first as usize].sentence != sentence {
        fact("other-sentence", 1.0);
    }
}

/// Whether somebody speaks of themselves in the words, or of others.
fn of_words(words: &str, family: &'static str, facts: &mut Vec<Fact>) {
    let mut own = false;
    let mut others = false;
    for word in words.split(|c: char| !c.is_alphanumeric()) {
        own |= matches!(word, "I" | "my" | "me" | "My" | "we" | "We" | "our" | "Our" | "us" | "myself");
        others |= matches!(
            word,
            "he" | "she" | "He" | "She" | "his" | "her" | "him" | "His" | "Her" | "they" | "They"
        );
    }
    match (own, others) {
        (true, _) => facts.push((family, "speaks-of-self", 1.0)),
        (false, true) => facts.push((family, "speaks-of-others", 1.0)),
        _ => (),
    }
}

fn of_speaker(
    story: &Story<'_>,
    stretch: &Stretch,
    attribution: &Attribution,
    speaker: u32,
    mixed: bool,
    facts: &mut Vec<Fact>,
) {
    let said = attribution
        .pointer
        .map(|number| story.pointers[number as usize])
        .filter(|pointer| matches!(pointer.by, By::Name(_)))
        .map(|pointer| pointer.span.of(story.text));
    let name = &story.found.names[speaker as usize];
    let last = name.name.rsplit(' ').next().unwrap_or(&name.name);
    let is_one_word = last.len() == name.name.len();
    if name.kind == NameKind::Person {
        if is_one_word {
            facts.push(("speaker", "one-word", 1.0));
        }
    } else {
        // What prints words as its own speaks otherwise than a company does.
        let group = if story.outlets[speaker as usize] { "outlet" } else { "body" };
        facts.push((group, "", 1.0));
        facts.push((group, attribution.rule, 1.0));
        if is_one_word {
            facts.push((group, "one-word", 1.0));
        }
        if mixed {
            facts.push((group, "mixed", 1.0));
        }
        if attribution.verb.is_some_and(|verb| is_report(story.word(verb as usize))) {
            facts.push((group, "reports", 1.0));
        }
    }
    let is_namesake = |other: &&crate::annotation::Name| {
        other.name.ends_with(last) && other.name != name.name && other.name.rsplit(' ').next() == Some(last)
    };
    let people = || story.found.names.iter().filter(|other| other.kind == NameKind::Person);
    if let Some(most) = people().filter(is_namesake).map(|other| other.mentions.len()).max() {
        facts.push(("speaker", "namesake", 1.0));
        if said.is_some_and(|said| !said.contains(' ')) {
            facts.push((
                "surname",
                if name.mentions.len() >= most { "of-the-main" } else { "of-another" },
                1.0,
            ));
            if name.mentions.iter().any(|mention| stretch.inner.contains(*mention)) {
                facts.push(("surname", "in-the-words", 1.0));
            }
        }
    }
    if name.mentions.iter().any(|mention| stretch.inner.contains(*mention)) {
        facts.push(("speaker", "in-the-words", 1.0));
    }
    facts.push(("speaker", "mentions", (name.mentions.len() as f32).ln_1p()));
    facts.push(("story", "people", (people().count() as f32).ln_1p()));
}

/// Whether a verb is what outlets do.
fn is_report(verb: &str) -> bool {
    matches!(verb, "claims" | "claimed" | "reports" | "reported" | "reveals" | "revealed")
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
    if matches!(pointer.by, By::Noun(_)) {
        let value = match story.has_role(speaker, number) {
            Some(true) => "agrees",
            Some(false) => "differs",
            None => "unknown",
        };
        facts.push(("role", value, 1.0));
    }
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
