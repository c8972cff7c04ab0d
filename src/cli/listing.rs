//! Lists of what the archive knows.

use std::io::Write;

use pullquote::{answers::Listed, visible::line};
use serde::Serialize;

use super::{ask, exit::Exit, print, ui::Ui};

/// How a list is written.
#[derive(clap::Args)]
pub struct Listing {
    /// Entries shown
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
    /// Write the list as CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

impl Listing {
    /// Writes a list; for people the articles of an entry, its name, and what stands beside it.
    pub fn write<T: Serialize>(
        &self,
        listed: &Listed<T>,
        columns: &[&str],
        ui: &mut Ui,
        shown: impl Fn(&T) -> (u64, &str, String),
    ) -> anyhow::Result<Exit> {
        if self.csv {
            ask::csv(columns, &listed.entries, ui)?;
        } else if ui.json() {
            for entry in &listed.entries {
                ui.record(entry)?;
            }
        } else {
            let faint = print::FAINT;
            for (articles, name, beside) in listed.entries.iter().map(shown) {
                writeln!(ui.out(), "{articles}  {}  {faint}{beside}{faint:#}", line(name))?;
            }
        }
        if ui.on_terminal() && !self.csv && listed.all > self.limit {
            ui.note(&format!("{} of {}: --limit shows more", self.limit, listed.all));
        }
        Ok(if listed.all == 0 { Exit::NotFound } else { Exit::Done })
    }
}
