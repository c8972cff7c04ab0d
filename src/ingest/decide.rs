//! Whether a file must be read, and why.

use crate::{
    article::hash64,
    config::Config,
    extract::{DATA, EXTRACTION},
    fields::SCHEMA_VERSION,
    index::{Error, Known, Manifest, Snapshot, corrections::speakers::Speakers},
    report::FileStamp,
    source,
};

use super::{corrected::Pending, options::Options};

/// Why a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The index does not know it.
    New,
    /// Its stamp is another one.
    Changed,
    /// It was written so shortly before it was read that its stamp does not tell.
    Recent,
    /// The settings are others than when it was read.
    Settings,
    /// The program is another one than when it was read.
    Program,
    /// It was left out for a reason that may have passed.
    Retry,
    /// The speakers of a story in it were corrected.
    Corrected,
    /// Everything is to be verified.
    Verify,
}

impl Why {
    /// The reason as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Recent => "recent",
            Self::Settings => "settings",
            Self::Program => "program",
            Self::Retry => "retry",
            Self::Corrected => "corrected",
            Self::Verify => "verify",
        }
    }
}

/// Decides about files, and keeps count of those it has seen.
pub(super) struct Decider {
    pub manifest: Manifest,
    pub pending: Pending,
    verify: bool,
}

impl Decider {
    pub fn new(snapshot: Option<Snapshot>, options: &Options) -> Result<Self, Error> {
        let snapshot = snapshot.map_or_else(Snapshot::empty, Ok)?;
        let mut pending = Pending::load(&options.index, &snapshot, &Speakers::load(&options.index)?)?;
        let manifest = Manifest::load(snapshot)?;
        pending.find_archives(&manifest);
        Ok(Self { manifest, pending, verify: options.verify_content })
    }

    /// What is known of the file, and why it must be read if it must.
    pub fn decide(&mut self, key: u64, stamp: FileStamp, fingerprint: u64) -> (Option<Known>, Option<Why>) {
        let Some(known) = self.manifest.see(key) else { return (None, Some(Why::New)) };
        let why = if self.pending.take(key, known.passing) || self.pending.is_around(key) {
            Some(Why::Corrected)
        } else if known.config >> 32 != fingerprint >> 32 {
            Some(Why::Program)
        } else if known.config != fingerprint {
            Some(Why::Settings)
        } else if known.stamp != stamp {
            Some(Why::Changed)
        } else if known.passing {
            Some(Why::Retry)
        } else if !known.settled {
            Some(Why::Recent)
        } else {
            self.verify.then_some(Why::Verify)
        };
        (Some(known), why)
    }
}

/// What the program is as far as what it stores of a file depends on it: the numbers that a change of extraction, of a
/// reader or of the fields raises, and the tables it embeds. Another build of the same reads nothing again.
fn program() -> String {
    format!("extraction {EXTRACTION}, data {DATA}, {}, fields {SCHEMA_VERSION}", source::versions())
}

/// Fingerprint of everything besides a file's own bytes and path that what is stored of it depends on: the program's in
/// the upper half, the settings' in the lower.
pub(super) fn fingerprint(config: &Config) -> u64 {
    (hash64(program().as_bytes()) << 32) | (config.fingerprint() & 0xffff_ffff)
}
