//! What `extract` found in a record, for people.

use std::io::{self, Write};

use pullquote::{
    annotation::{NameKind, Stance, TopicKind},
    record::{ExtractionRecord, QuoteRecord},
};
use unicode_width::UnicodeWidthStr;

use crate::cli::{page::Style, ui::Ui};

const HEAD: Style = Style::Strong;
const FAINT: Style = Style::Faint;
const LABEL: Style = Style::Cyan;
const DOUBT: Style = Style::Red;
const SPEAKER: Style = Style::Green;

/// Columns of the labels at the left.
const MARGIN: usize = 11;

/// Columns of a line of running words, at most; longer ones are hard to read.
const COLUMNS: usize = 100;

/// Writes one record.
pub fn record(record: &ExtractionRecord, ui: &mut Ui) -> io::Result<()> {
    let width = ui.width().clamp(40, COLUMNS);
    let out = ui.out();
    let title = record.title.as_deref().unwrap_or(&record.id);
    writeln!(out, "{HEAD}{}{HEAD:#}", one_line(title))?;
    let facts = [record.published.as_deref(), record.path.as_deref()];
    let facts: Vec<&str> = facts.into_iter().flatten().collect();
    if !facts.is_empty() {
        writeln!(out, "{FAINT}{}{FAINT:#}", one_line(&facts.join(" · ")))?;
    }
    for kind in NameKind::ALL {
        let names = record.names.iter().filter(|name| name.kind == kind);
        let names: Vec<String> =
            names.map(|name| counted(&name.name, name.mentions.len() + name.title_mentions.len())).collect();
        listed(out, label(kind), &names, width)?;
    }
    for (label, wanted) in
        [("topics", TopicKind::Iptc), ("phrases", TopicKind::Keyphrase), ("tags", TopicKind::Publisher)]
    {
        let topics = record.topics.iter().filter(|topic| topic.kind == wanted);
        let topics: Vec<String> = topics.map(|topic| one_line(&topic.label)).collect();
        listed(out, label, &topics, width)?;
    }
    for said in &record.quotes {
        quote(out, said, width)?;
    }
    writeln!(out)
}

fn label(kind: NameKind) -> &'static str {
    match kind {
        NameKind::Person => "people",
        NameKind::Org => "orgs",
        NameKind::Work => "works",
        NameKind::Place => "places",
        NameKind::Event => "events",
    }
}

fn counted(name: &str, count: usize) -> String {
    let name = one_line(name);
    if count > 1 { format!("{name} ×{count}") } else { name }
}

fn listed(out: &mut impl Write, label: &str, items: &[String], width: usize) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let lines = wrapped(&items.join(", "), width.saturating_sub(MARGIN));
    for (number, line) in lines.iter().enumerate() {
        let label = if number == 0 { label } else { "" };
        writeln!(out, "  {LABEL}{label:<w$}{LABEL:#}{line}", w = MARGIN - 2)?;
    }
    Ok(())
}

fn quote(out: &mut impl Write, quote: &QuoteRecord, width: usize) -> io::Result<()> {
    let words = one_line(&quote.text);
    let words = if quote.kind.as_str() == "indirect" { words } else { format!("“{words}”") };
    for line in wrapped(&words, width.saturating_sub(2)) {
        writeln!(out, "  {line}")?;
    }
    let unnamed = quote.speaker_mention.as_ref().map_or("unnamed", |mention| &mention.text);
    let (style, speaker) = match (&quote.speaker, &quote.speaker_guess) {
        (Some(name), _) => (SPEAKER, one_line(name)),
        (None, Some(guess)) => (FAINT, one_line(&format!("perhaps {}", guess.name))),
        (None, None) => (FAINT, one_line(unnamed)),
    };
    write!(out, "     ")?;
    if quote.stance != Stance::Said {
        write!(out, "{DOUBT}{}{DOUBT:#} ", quote.stance.as_str())?;
    }
    let (kind, confidence) = (quote.kind.as_str(), quote.confidence);
    writeln!(out, "{style}— {speaker}{style:#} {FAINT}{kind} {confidence:.2}{FAINT:#}")
}

/// Words on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines of at most `width` columns, broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut columns = 0;
    for word in text.split(' ') {
        let wide = word.width();
        let line = lines.last_mut().expect("there is always a last line");
        if columns > 0 && columns + 1 + wide > width {
            lines.push(word.to_owned());
            columns = wide;
        } else {
            if columns > 0 {
                line.push(' ');
                columns += 1;
            }
            line.push_str(word);
            columns += wide;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("enormous", 3), ["enormous"]);
        assert_eq!(one_line("a \u{1b}[31mred\n b"), "a \u{1b}[31mred b");
    }
}
