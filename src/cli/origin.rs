//! `origin`: where words first appeared, and every variant since.

use std::io::Write;

use pullquote::{
    annotation::Stance,
    answers::{Appearance, Origin, OriginAnswer, OriginRequest},
    visible::line,
};

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
    let request = OriginRequest { words: args.words.join(" "), limit: args.limit };
    let OriginAnswer { appearances, origin } = archive.origin(&request)?;
    if origin.cut {
        ui.warn("very many articles hold these words: not all were looked at; give more of them");
    }
    for appearance in &appearances {
        if ui.json() {
            ui.record(appearance)?;
        } else {
            write(appearance, ui)?;
        }
    }
    if ui.json() {
        ui.record(&origin)?;
    } else if origin.appearances > 0 {
        sum(&origin, args.limit, ui)?;
    }
    Ok(if origin.appearances == 0 { Exit::NotFound } else { Exit::Done })
}

/// Writes how many appearances there are, and who is credited.
fn sum(origin: &Origin, limit: usize, ui: &mut Ui) -> anyhow::Result<()> {
    let shown = if origin.appearances > limit as u64 { format!(", {limit} shown") } else { String::new() };
    writeln!(ui.out(), "{}{shown}", print::counted(origin.appearances, "appearance", "appearances"))?;
    if origin.undated > 0 {
        let undated = print::counted(origin.undated, "appearance is", "appearances are");
        writeln!(ui.out(), "{undated} undated and may be earlier than the first")?;
    }
    match origin.credited.as_slice() {
        [] => (),
        [one] => writeln!(ui.out(), "credited to {}", line(one))?,
        several => writeln!(ui.out(), "credited to {} people: {}", several.len(), line(&several.join(", ")))?,
    }
    Ok(())
}

fn write(appearance: &Appearance, ui: &mut Ui) -> anyhow::Result<()> {
    let out = ui.out();
    let (strong, faint) = (print::STRONG, print::FAINT);
    let (speaker, doubt) = (print::SPEAKER, print::DOUBT);
    let date = appearance.published.as_deref().map_or("undated", |date| date.get(..10).unwrap_or(date));
    let title = line(appearance.title.as_deref().unwrap_or(&appearance.path));
    let first = if appearance.first { "first  " } else { "" };
    writeln!(out, "{strong}{date}  {first}{strong:#}{title}  {faint}{}{faint:#}", appearance.id.as_str())?;
    write!(out, "  ")?;
    print::signed(&print::pieces(&appearance.pieces), &mut None, out)?;
    write!(out, " ")?;
    match (appearance.stance, &appearance.speaker, &appearance.speaker_guess) {
        (Some(Stance::Said), Some(name), _) => writeln!(out, "— {speaker}{}{speaker:#}\n", line(name))?,
        (Some(Stance::Said), None, Some(guess)) => {
            writeln!(out, "— {faint}perhaps {}{faint:#}\n", line(&guess.name))?;
        }
        (None | Some(Stance::Said), ..) => writeln!(out, "\n")?,
        (Some(stance), ..) => writeln!(out, "— {doubt}{}{doubt:#}\n", stance.as_str())?,
    }
    Ok(())
}
