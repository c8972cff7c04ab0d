//! `origin`: where words first appeared, and every variant since.

use std::io::Write;

use anyhow::bail;
use pullquote::answers::{Appearance, Piece};
use serde_json::json;

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// Where a sentence or phrase first appeared, every later variant, and who was credited
#[derive(clap::Args)]
pub struct Args {
    /// The words
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,
    /// Appearances shown
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let Some(origin) = archive.origin(&args.words.join(" "))? else {
        bail!("give at least two words");
    };
    if origin.cut {
        ui.warn("very many articles hold these words: not all were looked at; give more of them");
    }
    for appearance in origin.appearances.iter().take(args.limit) {
        if ui.json() {
            ui.record(appearance)?;
        } else {
            write(appearance, ui)?;
        }
    }
    let all = origin.appearances.len();
    if ui.json() {
        ui.record(&json!({ "format": 1, "type": "origin", "appearances": all, "credited": origin.credited, "cut": origin.cut }))?;
    } else if all > 0 {
        let shown = if all > args.limit { format!(", {} shown", args.limit) } else { String::new() };
        let all = print::counted(all as u64, "appearance", "appearances");
        writeln!(ui.out(), "{all}{shown}")?;
        match origin.credited.as_slice() {
            [] => (),
            [one] => writeln!(ui.out(), "credited to {one}")?,
            several => writeln!(ui.out(), "credited to {} people: {}", several.len(), several.join(", "))?,
        }
    }
    Ok(if all == 0 { Exit::NotFound } else { Exit::Done })
}

fn write(appearance: &Appearance, ui: &mut Ui) -> anyhow::Result<()> {
    let out = ui.out();
    let (strong, faint, speaker) = (print::STRONG, print::FAINT, print::SPEAKER);
    let date = appearance.published.as_deref().map_or("undated", |date| date.get(..10).unwrap_or(date));
    let title = appearance.title.as_deref().unwrap_or(&appearance.path);
    let first = if appearance.first { "first  " } else { "" };
    writeln!(out, "{strong}{date}  {first}{strong:#}{title}  {faint}{}{faint:#}", appearance.id.as_str())?;
    write!(out, "  ")?;
    let (added, dropped) = (anstyle::AnsiColor::Green.on_default(), anstyle::AnsiColor::Red.on_default());
    for piece in &appearance.pieces {
        match piece {
            Piece::Same(words) => write!(out, "{words} ")?,
            Piece::Added(words) => write!(out, "{added}[+{words}]{added:#} ")?,
            Piece::Dropped(words) => write!(out, "{dropped}[-{words}]{dropped:#} ")?,
        }
    }
    match &appearance.speaker {
        Some(name) => writeln!(out, "— {speaker}{name}{speaker:#}\n")?,
        None => writeln!(out, "\n")?,
    }
    Ok(())
}
