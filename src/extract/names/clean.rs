//! Puts the ends of mentions right where a rule knows better than the model.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::{
    decode::Mention,
    lexicon::{class, phrase_hash, rows},
    nicknames,
    story::Story,
    tokens::{shape, word_hash},
};
use crate::{annotation::NameKind, article::Span};

/// Titles that are no part of a name, unlike `Prince` and `Pope`.
const LOOSE_TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "president",
    "senator",
    "sen",
    "rep",
    "congressman",
    "congresswoman",
    "governor",
    "gov",
    "mayor",
    "judge",
    "justice",
    "gen",
    "general",
    "col",
    "colonel",
    "capt",
    "captain",
    "lt",
    "lieutenant",
    "sgt",
    "sergeant",
    "officer",
    "detective",
    "inspector",
    "sheriff",
    "secretary",
    "chancellor",
    "minister",
    "chairman",
    "coach",
    "ambassador",
    "attorney",
    "rev",
    "reverend",
];

/// Words with capitals that are no names.
static NO_NAMES: LazyLock<FxHashSet<u64>> =
    LazyLock::new(|| rows(include_str!("../../../data/lexicon/no-names.txt")).map(word_hash).collect());

/// Syllables of given names of two syllables with a hyphen.
static SYLLABLES: LazyLock<FxHashSet<u64>> =
    LazyLock::new(|| rows(include_str!("../../../data/lexicon/syllables.txt")).map(word_hash).collect());

/// Degrees behind a name, which are no part of it and nothing alone.
const DEGREES: [&str; 7] = ["m.d.", "phd", "md", "esq", "m.b.a.", "d.d.s.", "r.n."];

/// Longest word of a stage name behind `Dr.`: a physician has a surname.
const STAGE_NAME: usize = 4;

/// Cuts marks, titles, numbers and shouted words off the mentions; drops what is no name.
pub fn clean(story: &Story, text: &str, mentions: &mut Vec<Mention>) {
    let titles: FxHashSet<u64> = LOOSE_TITLES.iter().map(|title| word_hash(title)).collect();
    let degrees: FxHashSet<u64> = DEGREES.iter().map(|degree| word_hash(degree)).collect();
    let mut cut = Vec::new();
    for mention in mentions.iter_mut() {
        trim_marks(story, mention);
        trim_words(story, text, &degrees, mention);
        if mention.start >= mention.end {
            continue;
        }
        cut.extend(cut_heading(story, mention));
        add_initials(story, mention);
        add_syllable(story, mention);
        let titled = titles.contains(&story.tokens[mention.start].hash) && mention.end == mention.start + 2;
        if mention.kind == NameKind::Org && titled && story.tokens[mention.start].any(shape::DOTTED) {
            mention.kind = NameKind::Person;
        }
        if mention.kind == NameKind::Person {
            cut_titles(story, &titles, mention);
        }
        if matches!(mention.kind, NameKind::Person | NameKind::Org) {
            trim_shouting(story, text, mention);
        }
    }
    mentions.extend(cut);
    mentions.retain(|mention| {
        mention.start < mention.end && has_letters(story, mention) && !is_nobody(story, text, mention)
    });
    mentions.sort_by_key(|mention| mention.start);
    let known: FxHashSet<u64> = mentions
        .iter()
        .filter(|mention| mention.kind == NameKind::Person && mention.end == mention.start + 2)
        .map(|mention| pair_hash(story, mention.start))
        .collect();
    for at in 0..mentions.len() {
        if let Some(rest) = cut_at_known(story, &known, &mut mentions[at]) {
            mentions.push(rest);
        }
    }
    mentions.sort_by_key(|mention| mention.start);
    drop_families(story, text, mentions);
}

/// Cuts marks off the ends.
fn trim_marks(story: &Story, mention: &mut Mention) {
    let loose = |at: usize| {
        let token = &story.tokens[at];
        !token.is(shape::WORD) && token.any(shape::BREAK | shape::QUOTE | shape::HYPHEN | shape::CLITIC)
    };
    while mention.start < mention.end && loose(mention.end - 1) {
        mention.end -= 1;
    }
    // `“Odd Al” Marlowe` begins with a mark of its own.
    let own = |at: usize| {
        let quoted = story.quoted.get(at + 1).map_or(0, |it| usize::from(it.words));
        story.tokens[at].any(shape::QUOTE)
            && quoted > 0
            && (at + 2..mention.end)
                .any(|other| story.tokens[other].any(shape::QUOTE) && other + 1 < mention.end)
    };
    while mention.start < mention.end && loose(mention.start) && !own(mention.start) {
        mention.start += 1;
    }
}

/// Cuts degrees off the end and adverbs that begin a sentence off the beginning: `Luckily Kim`, `Orla Quist M.D.`.
fn trim_words(story: &Story, text: &str, degrees: &FxHashSet<u64>, mention: &mut Mention) {
    let is_degree = |at: usize| degrees.contains(&story.tokens[at].hash);
    while mention.start < mention.end
        && is_degree(mention.end - 1)
        && story.listed_inside[mention.end - 1] == 0
    {
        mention.end -= 1;
        trim_marks(story, mention);
    }
    if mention.start < mention.end && mention.kind != NameKind::Work && is_adverb(story, text, mention.start)
    {
        mention.start += 1;
    }
}

/// Adds initials that are all the surname there is: `Louis C.K.`
fn add_initials(story: &Story, mention: &mut Mention) {
    let Some(next) = story.tokens.get(mention.end) else { return };
    let initials = next.is(shape::WORD | shape::CAPITALS | shape::DOTTED) && !next.any(shape::GLUED);
    let first = mention.kind == NameKind::Person
        && mention.end == mention.start + 1
        && story.words[mention.start].first_name() > 0;
    if first && initials && story.listed_first[mention.end] == 0 {
        mention.end += 1;
    }
}

/// Adds the second half of a given name with a hyphen, which has a small letter: `Yoon Mi-rae`.
fn add_syllable(story: &Story, mention: &mut Mention) {
    let is_syllable = |at: usize| SYLLABLES.contains(&story.tokens[at].hash);
    let half = mention.end + 1;
    let is_joined = mention.kind == NameKind::Person
        && half < story.tokens.len()
        && story.tokens[mention.end].is(shape::HYPHEN | shape::GLUED)
        && story.tokens[half].is(shape::WORD | shape::GLUED)
        && !story.tokens[half].any(shape::UPPER);
    let goes_on = story.tokens.get(half + 1).is_some_and(|next| next.is(shape::HYPHEN | shape::GLUED));
    if is_joined && !goes_on && is_syllable(mention.end - 1) && is_syllable(half) {
        mention.end += 2;
    }
}

/// Whether the word is an adverb that has its capital from the beginning of a sentence alone: `Amazingly`.
fn is_adverb(story: &Story, text: &str, at: usize) -> bool {
    let word = story.words[at];
    let spelling = story.tokens[at].span.of(text);
    let begins = story.sentences.binary_search_by_key(&at, |sentence| sentence.start).is_ok();
    let unknown = word.first_name() < 2 && word.surname() == 0 && word.listed() == 0;
    spelling.len() > 5 && spelling.ends_with("ly") && begins && unknown && story.evidence(at).capital == 0
}

/// Cuts a mention of a heading, in which all words have capitals, at words that are no names; gives a person behind.
fn cut_heading(story: &Story, mention: &mut Mention) -> Option<Mention> {
    if mention.start + 1 >= mention.end
        || (mention.start..mention.end).any(|at| story.quoted[at].words > 0)
        || !(story.is_headed(mention.start) || story.is_briefly_headed(mention.start))
    {
        return None;
    }
    let listed = story.listed_first[mention.start] != 0 && story.listed_inside[mention.end - 1] != 0;
    if mention.kind == NameKind::Person
        && story.is_raised(mention.start)
        && story.words[mention.start].is(class::HEADLINE | class::SPEECH)
    {
        mention.start += 1;
    }
    let cut = (mention.start + 1..mention.end).find(|&at| {
        let word = story.words[at];
        let name = at == mention.start + 1 && word.surname() > 0 && !word.is(class::HEADLINE);
        story.is_raised(at) && !name && !word.is(class::PARTICLE | class::CONNECTOR)
    });
    let cut = cut.filter(|_| !listed && mention.kind != NameKind::Work)?;
    let verb = story.words[cut].is(class::HEADLINE | class::SPEECH);
    let end = mention.end;
    match mention.kind {
        NameKind::Person => mention.end = cut,
        // An organisation or event with a verb in its midst is a sentence.
        _ if verb => mention.end = mention.start,
        _ => return None,
    }
    let start = (cut + 1..end).find(|&at| !story.is_raised(at))?;
    let person =
        mention.kind == NameKind::Person && verb && end - start > 1 && story.words[start].first_name() > 0;
    let behind = person.then_some(Mention { start, end, kind: NameKind::Person })?;
    (!(start..end).any(|at| story.is_raised(at))).then_some(behind)
}

/// Whether the mention is none of somebody: people of a nation, an abbreviation with an article, an exclamation, a job.
fn is_nobody(story: &Story, text: &str, mention: &Mention) -> bool {
    let first = story.words[mention.start];
    let token = &story.tokens[mention.start];
    let single = mention.end == mention.start + 1;
    if single && NO_NAMES.contains(&token.hash) && story.quoted[mention.start].words == 0 {
        let evidence = story.evidence(mention.start);
        return mention.kind != NameKind::Person || evidence.first + evidence.last + evidence.titled == 0;
    }
    match mention.kind {
        NameKind::Person if single => {
            let evidence = story.evidence(mention.start);
            let known = evidence.first + evidence.last + evidence.titled > 0
                || story.listed_first[mention.start] != 0;
            let article = mention.start > 0
                && matches!(story.tokens[mention.start - 1].span.of(text), "a" | "an" | "A" | "An");
            !known
                && (first.is(class::NATION) && first.first_name() < 3
                    || token.is(shape::CAPITALS) && article
                    || story.words[mention.start].is(class::FUNCTION))
        }
        NameKind::Place => single && first.is(class::NATION) && story.listed_first[mention.start] == 0,
        NameKind::Org | NameKind::Work | NameKind::Event => is_job(story, mention),
        _ => false,
    }
}

/// Whether the words say what somebody does: `Intimacy Coordinator`. The `Hollywood Reporter` and the `Daily Star` are
/// papers, and `Taxi Driver` is listed.
fn is_job(story: &Story, mention: &Mention) -> bool {
    let last = story.words[mention.end - 1];
    let job = last.is(class::ROLE) && !last.is(class::ORG_HEAD) && last.common() > 0;
    let tokens = mention.start..mention.end;
    job && tokens.clone().all(|at| {
        let listed = story.listed_first[at] != 0 || story.listed_inside[at] != 0;
        let plain = !story.tokens[at].any(shape::CAPITALS | shape::DOTTED) && story.words[at].common() > 0;
        plain && !listed && story.quoted[at].words == 0
    })
}

/// Leaves the words behind the last title: `Texas Sen. Ted Cruz` is Ted Cruz.
fn cut_titles(story: &Story, titles: &FxHashSet<u64>, mention: &mut Mention) {
    let last = (mention.start..mention.end - usize::from(mention.end > mention.start))
        .rev()
        .find(|&at| titles.contains(&story.tokens[at].hash) && story.words[at].is(class::TITLE));
    if let Some(at) = last {
        mention.start = at + 1;
    }
    // `Dr. Dre` has no other name.
    let Some(before) = mention.start.checked_sub(1) else { return };
    let word = story.words[mention.start];
    let evidence = story.evidence(mention.start);
    let alone = mention.end == mention.start + 1
        && evidence.longest.0 <= 2
        && evidence.first + evidence.last == 0
        && evidence.titled > 0
        && evidence.titled >= evidence.capital;
    let listed = story.listed_first[before] != 0 && story.listed_inside[mention.start] != 0;
    let short = word.surname() == 0 && story.tokens[mention.start].span.len() <= STAGE_NAME;
    if story.tokens[before].hash == word_hash("dr") && (listed || alone && short) {
        mention.start = before;
    }
}

/// Cuts a number, or a word in capitals beside words that are not, off the end: `Justin ACTUALLY`.
fn trim_shouting(story: &Story, text: &str, mention: &mut Mention) {
    while mention.end > mention.start + 1 {
        let (last, before) = (&story.tokens[mention.end - 1], &story.tokens[mention.end - 2]);
        let number = mention.kind == NameKind::Person
            && last.is(shape::NUMBER)
            && !is_own_number(story, text, mention);
        let shouted = last.is(shape::CAPITALS)
            && last.span.len() > 3
            && !last.any(shape::DOTTED)
            && !before.any(shape::CAPITALS | shape::DOTTED)
            && before.is(shape::WORD)
            && story.words[mention.end - 1].listed() == 0
            && story.listed_inside[mention.end - 1] == 0;
        if !(number || shouted) {
            return;
        }
        mention.end -= 1;
    }
}

/// Whether the number at the end is part of the name: `André 3000`, `Blink-182`.
fn is_own_number(story: &Story, text: &str, mention: &Mention) -> bool {
    let listed = story.listed_first[mention.start] != 0 && story.listed_inside[mention.end - 1] != 0;
    let number = story.tokens[mention.end - 1].span.of(text);
    listed || mention.end == mention.start + 2 && number.parse().is_ok_and(nicknames::is_in_name)
}

/// Whether the mention has a letter, or is a title that is a number in quotes or on a list: `24`.
fn has_letters(story: &Story, mention: &Mention) -> bool {
    let letters = (mention.start..mention.end)
        .any(|at| story.tokens[at].is(shape::WORD) && !story.tokens[at].is(shape::NUMBER));
    let first = &story.tokens[mention.start];
    let number = story.quoted[mention.start].words > 0 || story.listed_first[mention.start] != 0;
    letters || number && first.is(shape::WORD) && first.span.len() <= 5
}

fn pair_hash(story: &Story, at: usize) -> u64 {
    phrase_hash([story.tokens[at].hash, story.tokens[at + 1].hash])
}

/// Cuts a person's mention of three words and more where a full name known from elsewhere begins or ends in it; gives
/// the second person when two stand side by side, as in captions.
fn cut_at_known(story: &Story, known: &FxHashSet<u64>, mention: &mut Mention) -> Option<Mention> {
    let count = mention.end - mention.start;
    if mention.kind != NameKind::Person || count < 3 {
        return None;
    }
    let first = story.words[mention.start];
    if known.contains(&pair_hash(story, mention.end - 2)) && (count > 3 || first.first_name() == 0) {
        mention.start = mention.end - 2;
        return None;
    }
    let plain = (mention.start..mention.end).all(|at| story.tokens[at].is(shape::WORD | shape::INITIAL));
    if !plain || !known.contains(&pair_hash(story, mention.start)) {
        return None;
    }
    if count == 3 {
        // `Mia Tran Slams Ex`: a verb that no sentence of the story has as a name.
        if story.is_headed(mention.start) && story.evidence(mention.end - 1).capital == 0 {
            mention.end -= 1;
        }
        return None;
    }
    let second = Mention { start: mention.start + 2, end: mention.start + 4, kind: NameKind::Person };
    mention.end = mention.start + 2;
    (story.words[second.start].first_name() > 0).then_some(second)
}

/// Drops families: `the Clintons` where the story has a Clinton.
fn drop_families(story: &Story, text: &str, mentions: &mut Vec<Mention>) {
    let surnames: FxHashSet<u64> = mentions
        .iter()
        .filter(|mention| mention.kind == NameKind::Person)
        .map(|mention| story.tokens[mention.end - 1].hash)
        .collect();
    mentions.retain(|mention| {
        let span: Span = story.tokens[mention.start].span;
        let singular = span.of(text).strip_suffix('s').filter(|_| mention.end == mention.start + 1);
        singular.is_none_or(|singular| {
            story.words[mention.start].is(class::NATION)
                || story.words[mention.start].surname() > 0
                || !surnames.contains(&word_hash(singular))
        })
    });
}
