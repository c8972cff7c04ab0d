//! Lists of what the archive knows.

use std::io::Write;

use pullquote::{answers::Listed, visible::line};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::{ask, exit::Exit, print, ui::Ui};

/// Columns that names have at the most.
const MOST_COLUMNS: usize = 48;

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
            // Names stand below each other; a few long ones push aside what stands beside them.
            let faint = print::FAINT;
            let entries: Vec<_> = listed.entries.iter().map(shown).collect();
            let digits = entries.iter().map(|(articles, ..)| articles.to_string().len()).max().unwrap_or(0);
            let columns = entries.iter().map(|(_, name, _)| line(name).width().min(MOST_COLUMNS));
            let columns = columns.max().unwrap_or(0);
            for (articles, name, beside) in entries {
                let name = line(name);
                let room = " ".repeat(columns.saturating_sub(name.width()));
                writeln!(ui.out(), "{articles:>digits$}  {name}{room}  {faint}{beside}{faint:#}")?;
            }
        }
        ask::more(listed.entries.len(), listed.all as u64, self.csv, ui);
        Ok(if listed.all == 0 { Exit::NotFound } else { Exit::Done })
    }
}
