//! `show`: one article with its names, quotes and topics.

use std::io::Write;

use anyhow::bail;
use pullquote::{annotation::NameKind, record::ExtractionRecord};
use serde_json::json;

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// One article with its names, quotes and topics
#[derive(clap::Args)]
pub struct Args {
    /// Id of the article
    id: String,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let id = args.id.split('-').next().unwrap_or(&args.id);
    let Some(stored) = archive.article(id)? else {
        bail!("there is no article {id}: ids are shown by `search`");
    };
    let article = &stored.article;
    let record = ExtractionRecord::new(
        stored.id.as_str().to_owned(),
        Some(article.origin.path.clone()),
        article,
        &stored.found,
    );
    if ui.json() {
        let mut value = serde_json::to_value(&record)?;
        value["type"] = json!("article");
        for (field, fact) in [
            ("record_id", json!(article.record_id)),
            ("root", json!(article.origin.root)),
            ("record", json!(article.origin.record)),
            ("published_source", json!(article.published.as_ref().map(|published| &published.source))),
            ("source", json!(article.source)),
            ("byline", json!(article.byline)),
            ("url", json!(article.url)),
            ("section", json!(article.section)),
            ("tags", json!(article.tags)),
            ("lang", json!(article.lang)),
        ] {
            value[field] = fact;
        }
        ui.record(&value)?;
        return Ok(Exit::Done);
    }
    let width = ui.width();
    let out = ui.out();
    let (strong, faint, speaker) = (print::STRONG, print::FAINT, print::SPEAKER);
    writeln!(out, "{strong}{}{strong:#}", article.title.as_deref().unwrap_or(&article.origin.path))?;
    let facts = [
        article.published.as_ref().map(|published| format!("{} ({})", published.value, published.source)),
        article.source.clone(),
        article.byline.clone(),
        article.url.clone(),
        Some(format!("{}/{}", article.origin.root, article.origin.path)),
    ];
    writeln!(out, "{faint}{}{faint:#}\n", facts.into_iter().flatten().collect::<Vec<_>>().join(" · "))?;
    for line in article.text.lines() {
        for part in print::wrapped(line, width) {
            writeln!(out, "{part}")?;
        }
    }
    writeln!(out)?;
    for kind in NameKind::ALL {
        let names: Vec<&str> =
            record.names.iter().filter(|name| name.kind == kind).map(|name| name.name.as_str()).collect();
        if !names.is_empty() {
            writeln!(out, "{faint}{:<7}{faint:#}{}", kind.as_str(), names.join(", "))?;
        }
    }
    let topics: Vec<&str> = record.topics.iter().map(|topic| topic.label.as_str()).collect();
    if !topics.is_empty() {
        writeln!(out, "{faint}topics {faint:#}{}", topics.join(", "))?;
    }
    for (number, quote) in record.quotes.iter().enumerate() {
        let text = print::cut(
            &quote.text.split_whitespace().collect::<Vec<_>>().join(" "),
            width.saturating_sub(12),
        );
        let name = quote.speaker.as_deref().unwrap_or("nobody named");
        let (kind, confidence) = (quote.kind.as_str(), (quote.confidence * 100.0).round());
        writeln!(
            out,
            "{faint}{:>4}{faint:#}  “{text}”\n      — {speaker}{name}{speaker:#} {faint}{kind}, {confidence} %{faint:#}",
            format!("-{number}")
        )?;
    }
    Ok(Exit::Done)
}
