//! Expectations as lines of `^^^^ what` under the text they are about, for tests.
//!
//! A test gives stories with such lines, parted by `---`; the lines are taken out, each story is read, what is found is
//! written under the text in the same way, and both must be equal: nothing else may be found, and a failure shows both in
//! full.

use crate::{
    annotation::{Annotations, Quote, Stance},
    article::Article,
    extract::annotate,
};

/// What stands under a stretch of the text: first byte, end, what it is.
type Mark = (usize, usize, String);

/// Checks quotes: `^^^^ direct speaker:Mia Schachter`, or `mixed speaker:nobody`; words that were not said end in `denied`
/// or `imagined`.
#[track_caller]
pub fn quotes(stories: &str) {
    check(stories, |found| {
        let quotes = found.quotes.iter();
        let stance = |it: &Quote| match it.stance {
            Stance::Said => String::new(),
            stance => format!(" {}", stance.as_str()),
        };
        quotes
            .map(|it| mark(it.span, format!("{} {}{}", it.kind.as_str(), speaker(it), stance(it))))
            .collect()
    });
}

/// Checks what quotes are credited by: `^^^^ speaker-after` under the words, `^^^^ speaker:Mia Schachter` under who
/// points to the speaker, `^^^^ cue` under the verb.
#[track_caller]
pub fn clues(stories: &str) {
    check(stories, |found| {
        let mut marks = Vec::new();
        for quote in &found.quotes {
            marks.push(mark(quote.span, quote.rule.to_string()));
            marks.extend(quote.speaker_mention.map(|span| mark(span, speaker(quote))));
            marks.extend(quote.cue.map(|span| mark(span, "cue".to_owned())));
        }
        marks
    });
}

/// Checks names: `^^^^ person:Mia Schachter`.
#[track_caller]
pub fn names(stories: &str) {
    check(stories, |found| {
        let names = found.names.iter();
        let marks = names.flat_map(|name| {
            let what = format!("{}:{}", name.kind.as_str(), name.name);
            name.mentions.iter().map(move |&span| mark(span, what.clone()))
        });
        marks.collect()
    });
}

fn mark(span: crate::article::Span, what: String) -> Mark {
    (span.start as usize, span.end as usize, what)
}

fn speaker(quote: &Quote) -> String {
    format!("speaker:{}", quote.speaker.as_deref().unwrap_or("nobody"))
}

#[track_caller]
fn check(stories: &str, marks: impl Fn(&Annotations) -> Vec<Mark>) {
    for expected in unindented(stories).split("\n---\n") {
        let is_mark = |line: &&str| line.trim_start().starts_with('^');
        let text = expected.lines().filter(|line| !is_mark(line)).collect::<Vec<_>>().join("\n");
        let article = Article { text, ..Article::default() };
        let got = written(&article.text, marks(&annotate(&article)));
        assert!(got == expected, "\nexpected:\n\n{expected}\n\ngot:\n\n{got}\n");
    }
}

/// Stories without the indentation of the test it stands in.
fn unindented(stories: &str) -> String {
    let lines = || stories.lines().filter(|line| !line.trim().is_empty());
    let indent = lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let lines: Vec<&str> = stories.trim_end().lines().map(|line| line.get(indent..).unwrap_or("")).collect();
    lines.join("\n").trim_start_matches('\n').to_owned()
}

/// The text with its marks under each line, in order; a mark that reaches across lines stands under the first.
fn written(text: &str, mut marks: Vec<Mark>) -> String {
    marks.sort();
    marks.dedup();
    let (mut lines, mut start) = (Vec::new(), 0);
    for line in text.split('\n') {
        let end = start + line.len();
        lines.push(line.to_owned());
        for (from, to, what) in marks.iter().filter(|(from, ..)| (start..=end).contains(from)) {
            let (before, under) = (&text[start..*from], &text[*from..(*to).min(end)]);
            let (before, under) = (before.chars().count(), under.chars().count().max(1));
            lines.push(format!("{}{} {what}", " ".repeat(before), "^".repeat(under)));
        }
        start = end + 1;
    }
    lines.join("\n")
}

#[test]
#[should_panic(expected = "got:\n\n“Go,” he said.\n ^^^ direct speaker:nobody")]
fn what_is_not_expected_fails_and_is_shown() {
    quotes("“Go,” he said.");
}
