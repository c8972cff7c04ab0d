//! Quotes in whole stories: found, of the right kind, and in the right mouth.

use proptest::prelude::*;
use pullquote::{
    annotation::{Annotations, Quote, QuoteKind},
    article::Article,
    extract::annotate,
};

fn read(text: &str) -> (Article, Annotations) {
    let article = Article { text: text.to_owned(), ..Article::default() };
    let found = annotate(&article);
    (article, found)
}

/// The speaker of the quote that begins with `words`.
fn speaker(text: &str, words: &str) -> Option<String> {
    let (article, found) = read(text);
    quote(&article, &found, words).speaker.clone()
}

fn quote<'a>(article: &Article, found: &'a Annotations, words: &str) -> &'a Quote {
    let all: Vec<_> = found.quotes.iter().map(|quote| quote.span.of(&article.text)).collect();
    (found.quotes.iter().find(|quote| quote.span.of(&article.text).starts_with(words)))
        .unwrap_or_else(|| panic!("no {words:?} among {all:?}"))
}

const CAST: &str = "Rosalind Achterberg and Tobias Quaye star in a drama by producer Helen Marsh. ";

fn is(rest: &str, words: &str, expected: Option<&str>) {
    assert_eq!(speaker(&format!("{CAST}{rest}"), words).as_deref(), expected, "{rest}");
}

#[test]
fn stops_of_abbreviations_hide_no_speaker() {
    is("“We lost the light twice,” Mr. Quaye said on Monday.", "We lost", Some("Tobias Quaye"));
    is(
        "“We lost the light twice,” Rep. Rosalind Achterberg (D-Ore.) said on Monday.",
        "We lost",
        Some("Rosalind Achterberg"),
    );
}

#[test]
fn a_colon_leads_into_the_next_paragraph() {
    is("\nThen Quaye told the room:\n\n“We lost the light twice.”", "We lost", Some("Tobias Quaye"));
}

#[test]
fn the_last_name_of_a_noun_phrase_speaks() {
    is("“We lost the light,” Achterberg publicist Helen Marsh said.", "We lost", Some("Helen Marsh"));
    is("“We lost the light,” said a friend of Achterberg.", "We lost", None);
}

#[test]
fn any_verb_beside_a_person_reports_what_stands_before() {
    is("“It's appalling!” fumed Tobias Quaye. He left early.", "It's appalling", Some("Tobias Quaye"));
    is("“It's appalling, all of it,” Quaye sneered.", "It's appalling", Some("Tobias Quaye"));
}

#[test]
fn a_name_behind_a_dash_signs() {
    is(
        "\n“I would like to thank the chair.” — Tobias Quaye, best actor",
        "I would like",
        Some("Tobias Quaye"),
    );
}

#[test]
fn who_is_told_is_not_who_tells() {
    is("“They barely spoke on set,” a snitch told Tobias Quaye.", "They barely", None);
    is("“They barely spoke on set,” admitted one grip who met Quaye.", "They barely", None);
}

#[test]
fn the_subject_of_two_verbs_speaks() {
    is(
        "She was reluctant to talk about Mr Quaye but said: “I liked the boat.”",
        "I liked",
        Some("Rosalind Achterberg"),
    );
    is("Achterberg waved to Quaye and added, “I liked the boat.”", "I liked", Some("Rosalind Achterberg"));
}

#[test]
fn pieces_of_one_quotation_know_each_other() {
    let (article, found) =
        read(&format!("{CAST}\n“I liked the boat,” Achterberg said, “and the captain.” She laughed."));
    let piece = |words| {
        let quote = quote(&article, &found, words);
        (quote.piece, quote.pieces, quote.speaker.as_deref())
    };
    assert_eq!(piece("I liked"), (1, 2, Some("Rosalind Achterberg")));
    assert_eq!(piece("and the captain"), (2, 2, Some("Rosalind Achterberg")));
}

#[test]
fn headlines_markup_and_credited_titles_are_no_quotations() {
    let texts = [
        "Quaye: 'We lost the light'\n\nTobias Quaye said little.\n\nHe left.",
        "<tweet author=\"somebody\">Tobias Quaye said little.</tweet>",
        "NOW OPEN—“A small show strives to confront the harbor,” by Tobias Quaye: an empty room.",
    ];
    for text in texts {
        let (article, found) = read(text);
        let direct: Vec<_> = (found.quotes.iter())
            .filter(|quote| quote.kind != QuoteKind::Indirect)
            .map(|quote| quote.span.of(&article.text))
            .collect();
        assert!(direct.is_empty(), "{direct:?}");
    }
}

#[test]
fn single_marks_close_before_others_open() {
    let (article, found) =
        read(&format!("{CAST}\nShe said that she was ‘proud of all my girls’ and ‘happy to be asked.’"));
    assert!(found.quotes.iter().any(|quote| quote.span.of(&article.text) == "proud of all my girls"));
}

/// Bits of stories; strung together anyhow they must upset nothing.
const BITS: [&str; 30] = [
    "“",
    "”",
    "\"",
    "''",
    "‘",
    "’",
    "'",
    ": ",
    ", ",
    ". ",
    "! ",
    "\n",
    "\n\n",
    "Tobias Quaye ",
    "Mr. ",
    "Achterberg’s ",
    "she ",
    "said ",
    "told ",
    "a friend ",
    "the actor ",
    "according to ",
    "and ",
    "I liked it",
    "who ",
    "fumed ",
    "BBC ",
    "(D-Ore.) ",
    "=",
    "—",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn quotes_lie_in_their_story(bits in prop::collection::vec(prop::sample::select(&BITS[..]), 0..60)) {
        let (article, found) = read(&bits.concat());
        for quote in &found.quotes {
            prop_assert!(article.text.get(quote.span.start as usize..quote.span.end as usize).is_some());
            prop_assert!((0.0..=1.0).contains(&quote.confidence));
            prop_assert!(1 <= quote.piece && quote.piece <= quote.pieces);
            let known = |name: &String| found.names.iter().any(|other| other.name == *name);
            prop_assert!(quote.speaker.as_ref().is_none_or(known));
        }
    }
}

#[test]
fn the_next_sentence_takes_no_finished_quote() {
    is(
        "Achterberg told Elle: “It was mutual.” Quaye told the magazine he wished her well.",
        "It was",
        Some("Rosalind Achterberg"),
    );
    is("“It was mutual.” Tobias Quaye said.", "It was", Some("Tobias Quaye"));
}

#[test]
fn relatives_are_not_whom_they_belong_to() {
    is("“I'm fine,” Quaye said. “He scared us all,” Quaye's brother said.", "He scared", None);
    is("Quaye won a prize on Sunday. “I'm so proud of him,” his brother said.", "I'm so", None);
}

#[test]
fn a_name_behind_a_whole_quote_speaks_whatever_the_verb() {
    is("“You do,” Quaye said. “No, you do,” Helen Marsh shot back.", "No, you", Some("Helen Marsh"));
}

#[test]
fn a_name_behind_a_job_speaks_and_one_before_it_does_not() {
    is("“She was kind,” said neighbor Helen Marsh.", "She was", Some("Helen Marsh"));
    is("“She was kind,” said a senior Quaye adviser.", "She was", None);
}

#[test]
fn what_is_said_of_somebody_is_not_theirs() {
    let story = "Marsh left early. She said that Quaye is “weak like a little baby” on the set.";
    is(story, "weak", Some("Helen Marsh"));
}

#[test]
fn fragments_joined_by_and_have_one_speaker() {
    is("Quaye said the set was “toxic” and “unsafe.” She left early.", "unsafe", Some("Tobias Quaye"));
}

#[test]
fn pronouns_tell_the_sex_that_no_first_name_does() {
    let story = "Quincey Bell met Rosalind Achterberg in Rome. Bell said she was glad. Bell added that she would \
                 stay. Quaye left. Bell was tired. “It is over,” he said.";
    assert_eq!(speaker(story, "It is").as_deref(), Some("Quaye"));
}

#[test]
fn an_outlet_with_a_mark_of_its_own_ends_no_sentence() {
    is("Helen Marsh told E! News, “I'm thrilled.”", "I'm thrilled", Some("Helen Marsh"));
}

#[test]
fn a_verb_of_a_headline_is_no_part_of_a_name() {
    let story =
        "Mia Tran Slams Ex Gus Hall in New Video\n\nMia Tran was in Rome on Friday. “I am fine,” Tran said.";
    assert_eq!(speaker(story, "I am").as_deref(), Some("Mia Tran"));
}
