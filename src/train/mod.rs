//! Training the models that extraction embeds, for maintainers: built with the feature `train` alone. The trainers stand
//! in the library because they look into extraction, which shows its inside to nobody else.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tools of the maintainers, and this is their report"
)]

mod names;
mod quotes;
mod topics;

/// Train the models that extraction embeds
#[derive(clap::Parser)]
pub enum Train {
    /// Train the recogniser of names
    Names(names::Args),
    /// Fit how pronouns are resolved and how sure attributions are
    Quotes(quotes::Args),
    /// Train the topics models
    Topics(topics::Args),
}

impl Train {
    /// Trains, writes the models, and prints how well they do.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written.
    pub fn run(&self) -> anyhow::Result<()> {
        match self {
            Self::Names(args) => names::train(args),
            Self::Quotes(args) => quotes::train(args),
            Self::Topics(args) => topics::train(args),
        }
    }
}
