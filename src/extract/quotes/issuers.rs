//! Who speaks without being a person: the organisation that "the magazine" or "it" is, and whose words stand in a
//! statement.

use super::{
    lexicon::{self, Noun},
    story::{By, OWNED, Pointer, Story, TokenKind},
};
use crate::{
    annotation::{Name, NameKind, Sex},
    extract::names::{
        lexicon::{BROADCASTERS, LEXICON, OUTLETS, phrase_hash},
        tokens::words_of,
    },
};

/// Sentences within which an organisation is spoken of again.
const BODY_BACK: u32 = 10;

/// Sentences within which `it` still is an organisation that was named.
const IT_BACK: u32 = 3;

/// Sentences within which a statement is spoken of again.
const PAPER_BACK: u32 = 4;

/// Whose words stand in a statement.
pub(super) enum Whose {
    /// Those of whom a name names.
    Named(u32),
    /// Those of whom a pronoun means: the pointer to ask for, and what sex it tells.
    Meant(u32, Option<Sex>),
    /// Those of the organisation that a pointer means.
    Body(u32),
}

/// The organisation that a description or `it` is, and the rule that tells: the one named right behind, the one that the
/// story calls so, the last speaker, the one last named. `last` is the last speaker.
pub(super) fn body(story: &Story<'_>, number: u32, last: Option<u32>) -> Option<(u32, &'static str)> {
    let here = story.pointers[number as usize];
    let is_body = |name: u32| is_organisation(story, By::Name(name));
    let named = |pointer: &Pointer| match pointer.by {
        By::Name(name) if is_body(name) => Some(name),
        _ => None,
    };
    let next = story.pointers.get(number as usize + 1).filter(|next| next.first <= here.last + 1);
    if let Some(name) = next.and_then(named) {
        return Some((name, "outlet"));
    }
    if !story.is_definite(number) {
        return None;
    }
    let before = || story.pointers[..number as usize].iter().rev();
    let within = |back: u32| before().take_while(move |pointer| here.sentence - pointer.sentence <= back);
    let head = story.head_noun(number);
    let is_called = |name: &u32| {
        story.has_role(*name, number) == Some(true)
            || story.found.names[*name as usize].name.split(' ').any(|word| word.eq_ignore_ascii_case(head))
    };
    if let Some(name) = before().filter_map(named).find(is_called) {
        return Some((name, "body-called"));
    }
    let By::Noun(noun) = here.by else { return None };
    let is_it = head.eq_ignore_ascii_case("it");
    let spoke = last.filter(|&name| is_body(name));
    let name = match noun {
        Noun::Outlet => {
            let is_outlet = |name: &u32| story.outlets[*name as usize];
            let outlet = || within(BODY_BACK).filter_map(named).find(is_outlet);
            let name = spoke
                .filter(is_outlet)
                .or_else(outlet)
                .or(spoke)
                .or_else(|| within(BODY_BACK).find_map(named))?;
            return Some((name, "outlet"));
        }
        Noun::Firm if !is_it => {
            let subject = || within(BODY_BACK).filter(|pointer| pointer.subject).find_map(named);
            spoke.or_else(subject)?
        }
        Noun::Firm => {
            let subject = || within(IT_BACK).filter(|pointer| pointer.subject).find_map(named);
            spoke.or_else(subject)?
        }
        _ => return None,
    };
    Some((name, if is_it { "body-it" } else { "body" }))
}

impl Story<'_> {
    /// Takes down which names are of outlets: those that a list holds, or that publish in this story.
    pub(super) fn hear_outlets(&mut self) {
        let is_listed = |name: &Name| {
            let lists = LEXICON.phrase(phrase_hash(words_of(&name.name)));
            name.kind == NameKind::Org && lists & (OUTLETS | BROADCASTERS) != 0
        };
        self.outlets = self.found.names.iter().map(is_listed).collect();
        for number in 0..self.pointers.len() {
            let pointer = self.pointers[number];
            if let By::Name(name) = pointer.by
                && is_organisation(self, pointer.by)
                && publishes(self, &pointer)
            {
                self.outlets[name as usize] = true;
            }
        }
    }
}

/// Whether words point to an organisation by its name.
fn is_organisation(story: &Story<'_>, by: By) -> bool {
    matches!(by, By::Name(name) if story.found.names[name as usize].kind == NameKind::Org)
}

/// Whether an organisation publishes, as its sentence says: `told Harbour`, `according to Harbour`, `an interview with
/// Harbour`, `Harbour reports`, `Harbour's report`, `a report in Harbour`.
fn publishes(story: &Story<'_>, pointer: &Pointer) -> bool {
    let is_issue = |n: usize| matches!(lexicon::noun(story.word(n)), Some(Noun::Outlet));
    let before =
        (pointer.first as usize).checked_sub(1).filter(|&n| story.tokens[n].sentence == pointer.sentence);
    let next = pointer.last as usize;
    let told = before.is_some_and(|n| {
        lexicon::has_hearer(story.word(n))
            || n > 0 && story.word(n) == "to" && story.word(n - 1).eq_ignore_ascii_case("according")
            || n > 0 && matches!(story.word(n), "in" | "of" | "from" | "by") && is_issue(n - 1)
            || n > 0 && story.word(n) == "with" && story.word(n - 1) == "interview"
    });
    let owned = (next..story.tokens.len().min(next + OWNED))
        .take_while(|&n| story.tokens[n].kind == TokenKind::Word)
        .any(is_issue);
    let reports = story.tokens.get(next).is_some_and(|_| matches!(story.word(next), "reports" | "reported"));
    told || owned || reports
}

/// Whose words stand in `the statement`: of the possessive before it, of the name behind `from`, of whoever issued it
/// where it was spoken of before.
pub(super) fn author(story: &Story<'_>, number: u32) -> Option<Whose> {
    if let Some(whose) = owner(story, number) {
        return Some(whose);
    }
    let here = story.pointers[number as usize];
    // `Mia released a statement which read`
    if !story.is_definite(number) {
        return issuer(story, number);
    }
    let head = story.head_noun(number);
    let is_it = head.eq_ignore_ascii_case("it");
    let is_same = |earlier: &u32| {
        story.pointers[*earlier as usize].by == By::Noun(Noun::Paper)
            && (is_it || story.head_noun(*earlier).eq_ignore_ascii_case(head))
    };
    (0..number)
        .rev()
        .take_while(|&earlier| here.sentence - story.pointers[earlier as usize].sentence <= PAPER_BACK)
        .filter(is_same)
        .find_map(|earlier| owner(story, earlier).or_else(|| issuer(story, earlier)))
}

/// Whose a statement is said to be: `Mia's statement`, `a statement from Mia`, `his statement`.
pub(super) fn owner(story: &Story<'_>, number: u32) -> Option<Whose> {
    let here = story.pointers[number as usize];
    let same = |pointer: &&Pointer| pointer.sentence == here.sentence;
    let before = number.checked_sub(1).map(|before| &story.pointers[before as usize]).filter(same);
    if let Some(Pointer { by: By::Name(name), .. }) = before.filter(|before| {
        // `Mia's statement`, `a Rook Records statement`.
        before.possessive && (here.first.saturating_sub(before.last) as usize) < OWNED
            || before.first >= here.first
    }) {
        return Some(Whose::Named(*name));
    }
    let next = story.pointers.get(number as usize + 1).filter(same);
    let is_issue = here.by == By::Noun(Noun::Outlet);
    if let Some(Pointer { by: By::Name(name), .. }) = next.filter(|next| {
        let from = here.last as usize..next.first as usize;
        // `a report in Harbour`, `the latest edition of Harbour`
        let is_printed = |n: usize| {
            is_issue && matches!(story.word(n), "in" | "of" | "on") && is_organisation(story, next.by)
        };
        (1..=3).contains(&from.len())
            && from.clone().any(|n| matches!(story.word(n), "from" | "by") || is_printed(n))
    }) {
        return Some(Whose::Named(*name));
    }
    let first = here.span.of(story.text).split(' ').next().unwrap_or_default().to_lowercase();
    match first.as_str() {
        "his" => Some(Whose::Meant(number, Some(Sex::Male))),
        "her" => Some(Whose::Meant(number, Some(Sex::Female))),
        "its" => Some(Whose::Body(number)),
        _ => None,
    }
}

/// Who issued a statement, in the sentence that speaks of it: `Mia released a statement`, `Mia said in a statement`.
fn issuer(story: &Story<'_>, number: u32) -> Option<Whose> {
    let here = story.pointers[number as usize];
    let before = (0..number).rev().map(|earlier| (earlier, story.pointers[earlier as usize]));
    let (earlier, pointer) = before
        .take_while(|(_, pointer)| pointer.sentence == here.sentence)
        .find(|(_, pointer)| !pointer.oblique && !pointer.possessive)?;
    let mut verbs = pointer.last as usize..here.first as usize;
    let issued = |n: usize| {
        let token = story.tokens[n];
        token.cue.is_some() || token.known.issues || story.word(n) == "in"
    };
    if !verbs.any(issued) {
        return None;
    }
    match pointer.by {
        By::Name(name) => Some(Whose::Named(name)),
        By::Pronoun(sex) => Some(Whose::Meant(earlier, sex)),
        By::Noun(Noun::Firm | Noun::Body | Noun::Outlet) => Some(Whose::Body(earlier)),
        _ => None,
    }
}
