//! What is new among names or topics.

use std::io::Write;

use pullquote::{
    answers::{Archive, Rising, RisingAnswer, RisingRequest, Values, Window},
    visible::line,
};

use super::{ask, exit::Exit, listing::Listing, print, ui::Ui};

/// What is new: values that rise against their own past.
#[derive(clap::Args)]
pub struct RisingArgs {
    /// What is new: those that rise against their own past, strongest first
    #[arg(long)]
    pub rising: bool,
    /// Days that are compared with those before
    #[arg(long, value_name = "N", default_value_t = 7, requires = "rising",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// Days before them that they are compared with
    #[arg(long, value_name = "N", default_value_t = 365, requires = "rising",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    past: u32,
    /// Last of the days [default: the newest article's]
    #[arg(long, value_name = "YYYY-MM-DD", requires = "rising")]
    until: Option<jiff::civil::Date>,
}

impl RisingArgs {
    /// The question for it.
    pub fn request(&self, values: Values, prefix: Option<String>, listing: &Listing) -> RisingRequest {
        let window = Window { until: self.until, days: self.days, past: self.past };
        RisingRequest { values, prefix, window, limit: listing.limit }
    }
}

/// What is new.
pub fn write(archive: &Archive, request: &RisingRequest, is_csv: bool, ui: &mut Ui) -> anyhow::Result<Exit> {
    let Some(RisingAnswer { first, last, rising }) = archive.rising(request)? else {
        ui.note("no article has a date: nothing can be new");
        return Ok(Exit::NotFound);
    };
    let rising = rising.entries;
    if is_csv {
        let columns = ["name", "kind", "code", "articles", "of", "before", "before_of", "times", "score"];
        ask::csv(&columns, &rising, ui)?;
        return Ok(if rising.is_empty() { Exit::NotFound } else { Exit::Done });
    }
    if !ui.json() {
        ui.note(&format!("new from {first} to {last}, against the {} days before", request.window.past));
    }
    for one in &rising {
        if ui.json() {
            ui.record(one)?;
            continue;
        }
        let faint = print::FAINT;
        let Rising { name, kind, articles, before, .. } = one;
        let grown = match one.times {
            Some(times) => format!("{times:.1} times its share, {before} before"),
            None => "not seen before".to_owned(),
        };
        writeln!(ui.out(), "{articles:>8}  {}  {faint}{kind} · {grown}{faint:#}", line(name))?;
    }
    Ok(if rising.is_empty() { Exit::NotFound } else { Exit::Done })
}
