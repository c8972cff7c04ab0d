//! Names in whole stories: found, of the right kind, and known for who they are.

use pullquote::{
    annotation::{Annotations, Name, NameKind, Sex},
    article::{Article, Span},
    extract::annotate,
};

fn read(title: Option<&str>, text: &str) -> (Article, Annotations) {
    let article = Article { title: title.map(str::to_owned), text: text.to_owned(), ..Article::default() };
    let found = annotate(&article);
    (article, found)
}

fn named<'a>(found: &'a Annotations, name: &str) -> &'a Name {
    let all: Vec<_> = found.names.iter().map(|name| (&name.name, name.kind)).collect();
    found.names.iter().find(|other| other.name == name).unwrap_or_else(|| panic!("no {name:?} among {all:?}"))
}

fn mentions<'a>(article: &'a Article, name: &Name) -> Vec<&'a str> {
    name.mentions.iter().map(|span| span.of(&article.text)).collect()
}

const STORY: &str = "Rosalind Achterberg‘s lawyers released a clip from the set of ‘The Long Way Down‘, a drama with \
Tobias Quaye. Supporters of both Rosalind and Tobias were divided.\nSpeaking to The Hollywood Reporter, Quaye said he \
was surprised. “She knows what she did,” Tobias told the magazine on Monday in Los Angeles. Achterberg’s spokesman \
did not reply.";

#[test]
fn people_are_known_by_first_name_and_surname() {
    let (article, found) = read(None, STORY);
    let rosalind = named(&found, "Rosalind Achterberg");
    assert_eq!(rosalind.kind, NameKind::Person);
    assert_eq!(mentions(&article, rosalind), ["Rosalind Achterberg", "Rosalind", "Achterberg"]);
    assert_eq!(rosalind.sex, Some(Sex::Female));
    assert_eq!(
        mentions(&article, named(&found, "Tobias Quaye")),
        ["Tobias Quaye", "Tobias", "Quaye", "Tobias"]
    );
}

#[test]
fn works_outlets_and_places_are_what_they_are() {
    let (_, found) = read(None, STORY);
    assert_eq!(named(&found, "The Long Way Down").kind, NameKind::Work);
    assert_eq!(named(&found, "The Hollywood Reporter").kind, NameKind::Org);
    assert_eq!(named(&found, "Los Angeles").kind, NameKind::Place);
}

#[test]
fn the_full_form_may_stand_in_the_title_alone() {
    let text =
        "Achterberg said on Monday that she would sue the studio. “I am tired of it,” Achterberg said.";
    let (article, found) = read(Some("Actress Rosalind Achterberg sues studio"), text);
    let name = named(&found, "Rosalind Achterberg");
    assert_eq!(mentions(&article, name), ["Achterberg", "Achterberg"]);
    let title = article.title.as_deref().expect("the story has a title");
    assert_eq!(
        name.title_mentions.iter().map(|span| span.of(title)).collect::<Vec<_>>(),
        ["Rosalind Achterberg"]
    );
}

#[test]
fn two_people_with_one_surname_stay_apart() {
    let text = "Martin Bellweather and his daughter Joanna Bellweather arrived in London on Friday. Joanna smiled. \
                “No comment,” Bellweather said. Later Joanna left alone.";
    let (article, found) = read(None, text);
    assert_eq!(
        mentions(&article, named(&found, "Joanna Bellweather")),
        ["Joanna Bellweather", "Joanna", "Joanna"]
    );
    assert_eq!(
        mentions(&article, named(&found, "Martin Bellweather")),
        ["Martin Bellweather", "Bellweather"]
    );
}

#[test]
fn short_forms_of_first_names_belong_to_the_long_ones() {
    let text = "Jennifer Holloway and Benjamin Strand are dating, friends say. “Jen is happy,” a pal said of Holloway. \
                “So is Ben,” the pal added.";
    let (article, found) = read(None, text);
    assert_eq!(
        mentions(&article, named(&found, "Jennifer Holloway")),
        ["Jennifer Holloway", "Jen", "Holloway"]
    );
    assert_eq!(mentions(&article, named(&found, "Benjamin Strand")), ["Benjamin Strand", "Ben"]);
}

#[test]
fn italics_are_read_like_quotation_marks() {
    let text = "She starred in The Paper Lantern, a film about her aunt.";
    let start = text.find("The Paper").expect("it is there");
    let emphasis = vec![Span::new(start, start + "The Paper Lantern".len())];
    let found = annotate(&Article { text: text.to_owned(), emphasis, ..Article::default() });
    assert_eq!(named(&found, "The Paper Lantern").kind, NameKind::Work);
}

#[test]
fn titles_of_office_are_no_part_of_a_name() {
    let (article, found) =
        read(None, "On Tuesday Sen. Harold Whitcombe met Mr. Davies in Ohio. Whitcombe said nothing.");
    assert_eq!(mentions(&article, named(&found, "Harold Whitcombe")), ["Harold Whitcombe", "Whitcombe"]);
    assert_eq!(named(&found, "Davies").sex, Some(Sex::Male));
}

#[test]
fn odd_texts_have_names_inside_their_bounds() {
    let odd = [
        "",
        "\n",
        "‘",
        "“”",
        "I",
        "A.B.C.D",
        "The",
        "'s's's",
        "É",
        "ǅ ǆ",
        "“Ü”—“É",
        "1,000.5 24 '24'",
        "A-",
        "-A-B-",
        "&",
        "R&",
        "$",
        "A$",
        "J.",
        "U.S.",
        "x.com",
        "E! News",
        "ALL CAPITALS HERE TODAY",
        "Each Word Has A Capital Here",
        "日本語 Tokyo",
        "a\u{301}B\u{301}",
    ];
    for text in odd {
        for title in [None, Some("Odd Title’s End"), Some("")] {
            let (article, found) = read(title, text);
            for name in &found.names {
                assert!(name.mentions.iter().all(|span| !span.of(&article.text).is_empty()), "{text:?}");
                let title = article.title.as_deref().unwrap_or_default();
                assert!(name.title_mentions.iter().all(|span| !span.of(title).is_empty()), "{text:?}");
                assert!(!name.mentions.is_empty() || !name.title_mentions.is_empty());
            }
        }
    }
}
