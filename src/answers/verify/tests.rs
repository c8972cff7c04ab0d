//! Verdicts on a small archive of invented people.

use super::{Claim, Code, NoticeCode, Verdict};
use crate::{
    answers::{Archive, OriginRequest, Piece, tests::archive},
    article::Article,
    config::SourceConfig,
    reading::Reading,
    source,
};

const TOUR: &str = "Mara Voss called off her tour on Monday.\n\n“We do not sell the harbour to forty strangers, and they \
                    know it,” Mara Voss said in Leeds. “My brother’s theatre stays open until the last lantern burns \
                    down.”\n\nThe theatre has stood on the quay since the flood of the previous century.";

const PARTY: &str = "Anselm Kane danced with Mara Voss.\n\n“Nobody ever asked the horse about the second act,” Anselm \
                     Kane said. “It would have refused the whole wedding scene.”";

const RUMOUR: &str = "A pamphlet went round: “Every ticket bought in advance buries another fiddler.”";

fn sample() -> Archive {
    archive(&[("A tour", TOUR), ("A party", PARTY), ("A rumour", RUMOUR)])
}

fn verdict(quote: &str, by: &str) -> Verdict {
    let by = Some(by).filter(|by| !by.is_empty());
    sample().verify(&Claim::new(quote, by)).expect("a verdict")
}

fn code(quote: &str, by: &str) -> Code {
    verdict(quote, by).verdict
}

const WHOLE: &str = "We do not sell the harbour to forty strangers, and they know it";

#[test]
fn the_same_words_stand() {
    for quote in [
        WHOLE,
        "WE DO NOT SELL the harbour - to forty strangers — and they know it.",
        "sell the harbour to forty strangers",
    ] {
        assert_eq!(code(quote, "Mara Voss"), Code::Stands, "{quote}");
    }
    assert_eq!(code(WHOLE, "Voss"), Code::Stands);
    assert_eq!(code(WHOLE, ""), Code::Stands);
}

#[test]
fn another_spelling_is_minor() {
    for quote in [
        "We don’t sell the harbour to forty strangers, and they know it",
        "We do not sell the harbor to 40 strangers, and they know it",
        "We do not sell … to forty strangers, and they know it",
        "We do not sell the harbour to forty strangers, and [the brokers] know it",
    ] {
        assert_eq!(code(quote, "Mara Voss"), Code::Minor, "{quote}");
    }
}

#[test]
fn other_words_are_altered_and_the_change_is_shown() {
    for quote in [
        "We do not sell the lantern to forty strangers, and they know it",
        "We do not sell the harbour to strangers, and they know it",
        "We do sell the harbour to forty strangers, and they know it",
        "We do not sell the harbour to fifty strangers, and they know it",
        "We do not sell the harbour to forty strangers, and they never know it",
        "We do not sell the harbour until the last lantern burns down",
        "We do not sell the harbour to the whole wedding scene",
    ] {
        assert_eq!(code(quote, "Mara Voss"), Code::Altered, "{quote}");
    }
    let found = verdict("We do not sell the harbour to fifty strangers", "Mara Voss");
    let pieces = &found.matches[0].pieces;
    assert!(
        pieces.contains(&Piece::Dropped("fifty".into())) && pieces.contains(&Piece::Added("forty".into()))
    );
    assert_eq!((found.matches[0].edits, found.appearances), (1, 0));
}

#[test]
fn whose_words_they_are_is_told() {
    let other = verdict(WHOLE, "Anselm Kane");
    assert_eq!((other.verdict, other.matches[0].speaker.as_deref()), (Code::OtherSpeaker, Some("Mara Voss")));
    assert_eq!(code("Every ticket bought in advance buries another fiddler", "Mara Voss"), Code::Uncredited);
    let reporter =
        verdict("The theatre has stood on the quay since the flood of the previous century", "Mara Voss");
    assert_eq!((reporter.verdict, reporter.matches[0].kind), (Code::NotQuoted, None));
}

#[test]
fn words_that_a_story_denies_are_denied_unless_another_has_them_said() {
    let denial = "Mara Voss never said, “We will burn every ticket that the brokers bought in advance.”";
    let quote = "We will burn every ticket that the brokers bought in advance";
    let denied = archive(&[("A denial", denial)]).verify(&Claim::new(quote, Some("Mara Voss")));
    assert_eq!(denied.expect("a verdict").verdict, Code::Denied);
    let said = denial.replace("never said", "said");
    let both =
        archive(&[("A denial", denial), ("A speech", &said)]).verify(&Claim::new(quote, Some("Mara Voss")));
    let both = both.expect("a verdict");
    assert_eq!((both.verdict, both.matches[1].verdict, both.appearances), (Code::Stands, Code::Denied, 2));
}

#[test]
fn what_is_not_there_has_its_nearest_passage_and_little_is_too_short() {
    let none = verdict("Mara promised the mayor a brass orchestra for the harbour every winter", "Mara Voss");
    assert_eq!((none.verdict, none.appearances), (Code::NotFound, 0));
    assert!(none.near < 0.5);
    let near = verdict("We sell neither boats nor the harbour to a dozen strangers", "Mara Voss");
    assert_eq!(near.verdict, Code::NotFound);
    let found = near.matches.first().map(|near| near.context.text.as_str()).unwrap_or_default();
    assert!(found.contains("harbour to forty strangers"), "{found:?}, {}", near.near);
    assert_eq!(code("they know it", "Mara Voss"), Code::TooShort);
    let little = verdict("the brass orchestra", "Mara Voss");
    assert_eq!((little.verdict, little.matches.len()), (Code::TooShort, 0));
}

#[test]
fn one_quotation_over_its_attribution_is_one() {
    let quote =
        "We do not sell the harbour to forty strangers, and they know it. My brother’s theatre stays open";
    assert_eq!(code(quote, "Mara Voss"), Code::Stands);
    let answer = draft("text", "“It would have refused,” Anselm Kane said, “the whole wedding scene.”");
    assert_eq!(answer, [Code::Stands]);
    let answer = draft(
        "text",
        "“Nobody ever asked the horse about the second act,” Anselm Kane said. “It would have refused the whole wedding orchestra.”",
    );
    assert_eq!(answer, [Code::Stands, Code::Altered]);
}

/// The verdicts on a draft.
fn draft(format: &str, text: &str) -> Vec<Code> {
    let reading = Reading { format: source::by_name(format), config: SourceConfig::default() };
    let (archive, mut verdicts) = (sample(), Vec::new());
    reading
        .stream("draft", &mut text.as_bytes(), &mut |record| {
            let answer = archive.verify_draft(&record.expect("a draft")).expect("an answer");
            verdicts.extend(answer.verdicts.iter().map(|verdict| verdict.verdict));
            Ok::<(), ()>(())
        })
        .expect("nothing fails");
    verdicts
}

#[test]
fn a_draft_of_any_format_has_the_same_verdicts() {
    let said = format!("“{WHOLE},” Mara Voss said.");
    let changed = "“Nobody ever asked the mayor about the second act,” Anselm Kane said.";
    let wanted = [Code::Stands, Code::Altered];
    for (format, text) in [
        ("text", format!("{said}\n\n{changed}\n")),
        ("markdown", format!("# A draft\n\n{said}\n\n{changed}\n")),
        ("html", format!("<html><body><article><p>{said}</p><p>{changed}</p></article></body></html>")),
        ("jsonl", format!("{}\n", serde_json::json!({ "id": "a", "text": format!("{said}\n\n{changed}") }))),
    ] {
        assert_eq!(draft(format, &text), wanted, "{format}");
    }
}

#[test]
fn reported_speech_is_counted_and_not_checked() {
    let text = "Mara Voss said that the theatre would close in June. Anselm Kane left.";
    let reading = Reading { format: source::by_name("text"), config: SourceConfig::default() };
    let archive = sample();
    let done = reading.stream("draft", &mut text.as_bytes(), &mut |record| {
        let answer = archive.verify_draft(&record.expect("a draft")).expect("an answer");
        assert_eq!((answer.verdicts.len(), answer.draft.unchecked), (0, 1));
        assert_eq!(answer.draft.unchecked_speakers, ["Mara Voss"]);
        Ok::<(), ()>(())
    });
    assert_eq!(done, Ok(()));
}

#[test]
fn appearances_are_counted_and_the_earliest_comes_first() {
    let archive = archive(&[("Later", TOUR), ("A tour", TOUR), ("Again", TOUR)]);
    let found = archive.verify(&Claim::new(WHOLE, None)).expect("a verdict");
    assert_eq!((found.appearances, found.matches.len(), found.complete), (3, 3, true));
    assert!(found.matches[0].first && found.matches[0].published.as_deref() == Some("2024-01-01"));
    let located = archive.locate(&found.matches[0].quote_at).expect("a place");
    assert_eq!(located.words.map(|words| words.text).as_deref(), Some(WHOLE));
}

#[test]
fn stories_that_were_corrected_say_so() {
    let later = format!("A report of the tour was wrong. {}", &TOUR[TOUR.find('“').expect("a quote")..]);
    let own = format!("{TOUR}\n\nThis story has been updated to name the hall.");
    let archive = archive(&[("A tour", &own), ("Another", PARTY), ("Correction: the tour", &later)]);
    let found = archive.verify(&Claim::new(WHOLE, None)).expect("a verdict");
    let codes: Vec<NoticeCode> = found.matches[0].notices.iter().map(|notice| notice.code).collect();
    assert_eq!(codes, [NoticeCode::Corrected, NoticeCode::CorrectedLater]);
    assert_eq!(found.matches[0].notices[1].id.as_ref(), Some(&found.matches[1].id));
}

#[test]
fn an_exact_appearance_is_never_cut_and_only_its_own_speaker_is_credited() {
    let near = "“We sell the harbour to forty strangers, and they know it,” Odo Quench said.";
    let outlet = format!("“A hoax,” Odo Quench said.\n\n{}", &TOUR[TOUR.find('“').expect("a quote")..]);
    let archive = archive(&[("Near", near), ("Near again", near), ("Exact", &outlet)]);
    let found = archive.origin(&OriginRequest { words: WHOLE.into(), limit: 1 }).expect("an origin");
    assert_eq!((found.origin.appearances, found.appearances[0].edits), (3, 0));
    assert_eq!(found.appearances[0].speaker.as_deref(), Some("Mara Voss"));
    let opened = archive.origin(&OriginRequest { words: WHOLE.replace("do not", "don’t"), limit: 1 });
    assert_eq!(opened.expect("an origin").appearances[0].edits, 0);
}

#[test]
fn undated_appearances_are_counted_apart() {
    let article = |published: Option<&str>, id: &str| Article {
        record_id: Some(id.into()),
        text: TOUR.into(),
        published: published
            .map(|value| crate::article::Published { value: value.into(), source: "text".into() }),
        ..Article::default()
    };
    let articles = [article(None, "a"), article(Some("2024-01-02"), "b")];
    let snapshot =
        crate::index::Snapshot::in_memory(&[&articles], crate::extract::annotate).expect("an index");
    let archive = Archive::of_snapshot(snapshot).expect("an archive");
    let found = archive.origin(&OriginRequest { words: WHOLE.into(), limit: 9 }).expect("an origin");
    assert_eq!((found.origin.appearances, found.origin.undated), (2, 1));
    assert!(found.appearances[0].first && !found.appearances[1].first);
}
