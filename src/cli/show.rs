//! `show`: one article with its names, quotes and topics.

use std::io::{self, Write};

use pullquote::{
    annotation::NameKind,
    answers::{QuoteHit, Story},
    visible::line,
};

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// One article with its names, quotes and topics
#[derive(clap::Args)]
pub struct Args {
    /// Id of the article or of a quote in it, or path of its file
    #[arg(value_name = "ID|PATH")]
    id: String,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let shown = archive.show(&args.id)?;
    for note in &shown.notes {
        ui.note(&note.text);
    }
    if ui.json() {
        ui.record(&shown.story)?;
    } else {
        let width = ui.width();
        write(&shown.story, width, ui.out())?;
    }
    Ok(Exit::Done)
}

/// Writes a story for people.
fn write(story: &Story, width: usize, out: &mut impl Write) -> io::Result<()> {
    head(story, out)?;
    for paragraph in story.text.lines() {
        for part in print::wrapped(paragraph, width) {
            writeln!(out, "{part}")?;
        }
    }
    writeln!(out)?;
    names(story, out)?;
    for (number, quote) in story.quotes.iter().enumerate() {
        words(number, quote, width, out)?;
    }
    Ok(())
}

/// Headline and facts.
fn head(story: &Story, out: &mut impl Write) -> io::Result<()> {
    let (strong, faint) = (print::STRONG, print::FAINT);
    writeln!(out, "{strong}{}{strong:#}", line(story.title.as_deref().unwrap_or(&story.path)))?;
    let date = story.published.as_ref().zip(story.published_source.as_ref());
    let facts = [
        date.map(|(value, source)| format!("{value} ({source})")),
        story.source.clone(),
        story.byline.clone(),
        story.url.clone(),
        story.status.map(|status| status.name().to_uppercase()),
        story.embargo.as_ref().map(|until| format!("embargoed until {until}")),
        story.captured.as_ref().map(|when| format!("captured {when}")),
        Some(format!("{}/{}", story.root, story.path)),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    writeln!(out, "{faint}{}{faint:#}\n", line(&facts))
}

/// Names by kind, and topics.
fn names(story: &Story, out: &mut impl Write) -> io::Result<()> {
    let faint = print::FAINT;
    for kind in NameKind::ALL {
        let names = story.names.iter().filter(|name| name.kind == kind);
        let names: Vec<&str> = names.map(|name| name.name.as_str()).collect();
        if !names.is_empty() {
            writeln!(out, "{faint}{:<7}{faint:#}{}", kind.as_str(), line(&names.join(", ")))?;
        }
    }
    let topics: Vec<&str> = story.topics.iter().map(|topic| topic.label.as_str()).collect();
    if !topics.is_empty() {
        writeln!(out, "{faint}topics {faint:#}{}", line(&topics.join(", ")))?;
    }
    Ok(())
}

/// One quote with who said it.
fn words(number: usize, quote: &QuoteHit, width: usize, out: &mut impl Write) -> io::Result<()> {
    let faint = print::FAINT;
    let text: String = quote.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = print::cut(&text, width.saturating_sub(12));
    let (kind, confidence) = (quote.kind.as_str(), (quote.confidence * 100.0).round());
    writeln!(out, "{faint}{:>4}{faint:#}  “{text}”", format!("-{number}"))?;
    writeln!(out, "      — {} {faint}{kind}, {confidence} %{faint:#}", print::speaker(quote))
}
