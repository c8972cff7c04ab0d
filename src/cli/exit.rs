//! Exit codes: one enum, printed by `help exit-codes`.

use std::{error::Error, io::Write, process::ExitCode};

use pullquote::{cluster, config, index, ingest, query, record::Line, report, state::BackupError};

use super::ui::Ui;

/// What the shell sees.
#[allow(dead_code, reason = "some codes are for commands that only a signal or a second run can end")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or found.
    Done = 0,
    /// A query found nothing, or a quotation does not stand.
    NotFound = 1,
    /// Wrong use, or failed.
    Failed = 2,
    /// Finished, but an input was skipped for the first time or for a new reason.
    Skipped = 3,
    /// No index here.
    NoIndex = 10,
    /// The index was written by another schema version.
    OtherVersion = 11,
    /// Another run holds the lock.
    Locked = 75,
    /// The configuration is wrong.
    BadConfig = 78,
    /// Stopped cleanly after SIGINT.
    Interrupted = 130,
    /// Stopped cleanly after SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// All of them, with what they mean, in the order they are listed.
    pub const ALL: &[(Self, &str)] = &[
        (Self::Done, "done, or found"),
        (
            Self::NotFound,
            "a query found nothing (with --batch: no query found anything); verify: a quotation does not stand",
        ),
        (Self::Failed, "wrong use, or failed"),
        (Self::Skipped, "finished, but an input was skipped for the first time or for a new reason"),
        (Self::NoIndex, "no index here"),
        (
            Self::OtherVersion,
            "the index was written by another schema version: index --upgrade builds it anew",
        ),
        (Self::Locked, "another run holds the lock: try later"),
        (Self::BadConfig, "the configuration is wrong"),
        (Self::Interrupted, "stopped cleanly after SIGINT"),
        (Self::Terminated, "stopped cleanly after SIGTERM"),
    ];

    /// The code for an error that ended the program.
    pub fn of(error: &anyhow::Error) -> Self {
        error.chain().find_map(Self::of_cause).unwrap_or(Self::Failed)
    }

    /// The code that one cause asks for. An error that only passes another one on is looked into.
    fn of_cause(cause: &(dyn Error + 'static)) -> Option<Self> {
        let passed_on = match (cause.downcast_ref(), cause.downcast_ref(), cause.downcast_ref()) {
            (Some(query::Error::Index(error)), ..)
            | (_, Some(ingest::Error::Index(error) | ingest::Error::Backup(BackupError::Index(error))), _)
            | (.., Some(BackupError::Index(error))) => Some(error),
            _ => None,
        };
        if let Some(query::Error::Elsewhere(error)) = cause.downcast_ref() {
            return Self::of_cause(&**error);
        }
        if let Some(error) = cause.downcast_ref().or(passed_on) {
            return Some(Self::of_index(error));
        }
        match cause.downcast_ref() {
            Some(cluster::Error::Index(error)) => return Some(Self::of_index(error)),
            Some(cluster::Error::OtherVersion { .. }) => return Some(Self::OtherVersion),
            Some(cluster::Error::AtWork) => return Some(Self::Locked),
            Some(cluster::Error::Empty) => return Some(Self::NoIndex),
            _ => (),
        }
        let is_config =
            cause.is::<config::Error>() || matches!(cause.downcast_ref(), Some(ingest::Error::Config(_)));
        is_config.then_some(Self::BadConfig)
    }

    fn of_index(error: &index::Error) -> Self {
        match error {
            index::Error::NoIndex { .. } => Self::NoIndex,
            index::Error::OtherVersion { .. } | index::Error::OtherFields { .. } => Self::OtherVersion,
            index::Error::Locked { .. } => Self::Locked,
            _ => Self::Failed,
        }
    }
}

/// Runs `exit-codes`.
pub fn run(ui: &mut Ui) -> anyhow::Result<Exit> {
    if !ui.json() {
        writeln!(ui.out(), "{}", table())?;
        return Ok(Exit::Done);
    }
    for &(exit, meaning) in Exit::ALL {
        ui.record(&Line::of(report::ExitCode { code: exit as u8, meaning }))?;
    }
    Ok(Exit::Done)
}

/// All codes with what they mean, a line each, as `help exit-codes` prints them.
pub fn table() -> String {
    let lines: Vec<String> =
        Exit::ALL.iter().map(|&(exit, meaning)| format!("{:>5}  {meaning}", exit as u8)).collect();
    format!("Exit codes:\n{}", lines.join("\n"))
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
