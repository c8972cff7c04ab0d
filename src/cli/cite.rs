//! `cite`: a citation of an article, or of a quote in it.

use std::io::Write;

use clap::ValueEnum;
use pullquote::answers::cite::Style;

use super::{ArchiveArgs, ask, exit::Exit, ui::Ui};

/// A citation of an article, or of a quote with its article
#[derive(clap::Args)]
pub struct Args {
    /// Id of the article or of a quote, or path of the article's file
    #[arg(value_name = "ID|PATH")]
    id: String,
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    style: CiteStyle,
}

/// How a citation is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CiteStyle {
    /// A line of Markdown
    #[default]
    Markdown,
    /// A BibTeX entry
    Bibtex,
    /// CSL-JSON
    Csl,
    /// RIS, for EndNote, Zotero and Mendeley
    Ris,
}

impl CiteStyle {
    fn style(self) -> Style {
        match self {
            Self::Markdown => Style::Markdown,
            Self::Bibtex => Style::Bibtex,
            Self::Csl => Style::Csl,
            Self::Ris => Style::Ris,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let cited = archive.cite(&args.id, args.style.style())?;
    for note in &cited.notes {
        ui.note(&note.text);
    }
    if ui.json() {
        ui.record(&cited.citation)?;
    } else {
        writeln!(ui.out(), "{}", cited.citation.text)?;
    }
    Ok(Exit::Done)
}
