//! Turns of an interview: `VALCOURT: It was cold.`, without quotation marks.
//!
//! A paragraph is a turn when it begins with the name of somebody of the story and a colon, and the story has several such
//! paragraphs: one alone is a caption, a heading, or a cast list.

use std::borrow::Cow;

use crate::{
    annotation::{Annotations, Name, NameKind, Quote, QuoteKind, Stance},
    article::Span,
};

/// Bytes of the longest label before the colon.
const LABEL_BYTES: usize = 48;

/// Chance that the answers of an interview by questions are its main person's.
const ANSWERED: f32 = 0.85;

/// Turns that make an interview.
const LEAST_TURNS: usize = 3;

/// Words of the shortest turn that says something.
const LEAST_WORDS: usize = 2;

/// Mean words of turns below which labels that never stand in two paragraphs running head sections: `Sanders: Win in a walk`.
const HEADING_WORDS: usize = 6;

/// Chance that the label of a turn names its speaker: labels are written to do so.
const CONFIDENCE: f32 = 0.95;

/// Finds the turns of an interview; `quoted` are stretches between marks, which are quotes of their own.
pub fn find(text: &str, found: &Annotations, quoted: &[Span]) -> Vec<Quote> {
    let mut turns: Vec<Quote> = Vec::new();
    let mut adjacent = false;
    let mut last = None;
    for (number, &paragraph) in found.paragraphs.iter().enumerate() {
        let line = paragraph.of(text);
        let Some(colon) = line.find(':').filter(|&colon| colon <= LABEL_BYTES) else { continue };
        let rest = &line[colon + 1..];
        let words = rest.trim();
        let start = paragraph.start as usize + colon + 1 + (rest.len() - rest.trim_start().len());
        let span = Span::new(start, start + words.len());
        let label = line[..colon].trim();
        let Some(name) = found.names.iter().find(|name| labels(name, label)) else { continue };
        if words.split_whitespace().count() < LEAST_WORDS
            || quoted.iter().any(|quote| quote.start == span.start)
        {
            continue;
        }
        adjacent |= last.is_some_and(|last| last + 1 == number);
        last = Some(number);
        turns.push(Quote {
            span,
            kind: QuoteKind::Direct,
            stance: Stance::Said,
            speaker: Some(name.name.clone()),
            speaker_guess: None,
            speaker_mention: Some(Span::new(
                paragraph.start as usize,
                paragraph.start as usize + label.len(),
            )),
            cue: None,
            confidence: CONFIDENCE,
            rule: Cow::Borrowed("interview-turn"),
            piece: 1,
            pieces: 1,
            context: paragraph,
        });
    }
    let words: usize = turns.iter().map(|turn| turn.span.of(text).split_whitespace().count()).sum();
    let are_headings = !adjacent && words < HEADING_WORDS * turns.len();
    if turns.len() < LEAST_TURNS || are_headings { answers(text, found, quoted) } else { turns }
}

/// The answers of an interview whose turns are `Q:` and `A:`: of the person whom what stands before it names most.
fn answers(text: &str, found: &Annotations, quoted: &[Span]) -> Vec<Quote> {
    const LEAST: usize = 2;
    let labelled = |paragraph: &Span, label: char| {
        let line = paragraph.of(text);
        let rest = line.strip_prefix(label)?.strip_prefix([':', '.'])?;
        let start = paragraph.start as usize + line.len() - rest.trim_start().len();
        (!rest.trim().is_empty()).then(|| Span::new(start, start + rest.trim().len()))
    };
    let of = |label: char| {
        let turns = found
            .paragraphs
            .iter()
            .filter_map(move |paragraph| Some((*paragraph, labelled(paragraph, label)?)));
        turns.collect::<Vec<_>>()
    };
    let (questions, answers) = (of('Q'), of('A'));
    let Some((first, _)) = questions.first().filter(|_| questions.len() >= LEAST && answers.len() >= LEAST)
    else {
        return Vec::new();
    };
    let people = found.names.iter().filter(|name| name.kind == NameKind::Person);
    let times = |name: &Name| name.mentions.iter().filter(|mention| mention.end <= first.start).count();
    let most = people.clone().map(times).max().unwrap_or(0);
    let mut main = people.filter(|name| most > 0 && times(name) == most);
    let (main, other) = (main.next(), main.next());
    let free = answers.into_iter().filter(|(_, span)| !quoted.iter().any(|quote| quote.start == span.start));
    free.map(|(paragraph, span)| Quote {
        span,
        kind: QuoteKind::Direct,
        stance: Stance::Said,
        speaker: main.filter(|_| other.is_none()).map(|name| name.name.clone()),
        speaker_guess: None,
        speaker_mention: None,
        cue: None,
        confidence: ANSWERED,
        rule: Cow::Borrowed("interview-answer"),
        piece: 1,
        pieces: 1,
        context: paragraph,
    })
    .collect()
}

/// Whether a label is a person's whole name, or its last or first word.
fn labels(name: &Name, label: &str) -> bool {
    let same = |a: &str| a.to_lowercase() == label.to_lowercase();
    let mut words = name.name.split_whitespace();
    name.kind == NameKind::Person
        && !label.is_empty()
        && (same(&name.name) || words.next_back().is_some_and(same) || words.next().is_some_and(same))
}

#[cfg(test)]
mod tests {

    use crate::{article::Article, extract::annotate};

    #[test]
    fn turns_go_to_whom_their_label_names() {
        let article = Article {
            text: "Director Ines Valcourt met us in Cork.\n\nVALCOURT: It was cold on the boats.\n\nCOURIER: How cold?\n\n\
                   VALCOURT: You could hear the ropes freeze.\n\nVALCOURT: I would do it again."
                .into(),
            ..Article::default()
        };
        let found = annotate(&article);
        let turns: Vec<&str> = found
            .quotes
            .iter()
            .filter(|quote| quote.speaker.as_deref() == Some("Ines Valcourt"))
            .map(|quote| quote.span.of(&article.text))
            .collect();
        assert_eq!(
            turns,
            ["It was cold on the boats.", "You could hear the ropes freeze.", "I would do it again."]
        );
    }

    #[test]
    fn answers_are_whom_the_lead_is_about() {
        let article = Article {
            text: "Ines Valcourt has made a film. We met Valcourt in Cork.\n\nQ: How cold was it?\n\nA: You could hear the \
                   ropes freeze.\n\nQ: Again?\n\nA: I would do it again."
                .into(),
            ..Article::default()
        };
        let found = annotate(&article);
        let said: Vec<_> = found
            .quotes
            .iter()
            .map(|quote| (quote.span.of(&article.text), quote.speaker.as_deref()))
            .collect();
        let by = Some("Ines Valcourt");
        assert_eq!(said, [("You could hear the ropes freeze.", by), ("I would do it again.", by)]);
    }

    #[test]
    fn one_label_is_no_interview() {
        let article = Article {
            text: "Ines Valcourt: a life in film.\n\nShe was born in Cork.".into(),
            ..Article::default()
        };
        assert!(annotate(&article).quotes.is_empty());
    }
}
