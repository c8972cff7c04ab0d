//! Settings: `pullquote.toml`, with documented defaults.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// All settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How inputs are read.
    pub source: SourceConfig,
}

/// How inputs are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceConfig {
    /// Largest record that is read, in bytes of its file or, in a container, of the record.
    pub max_bytes: u64,
}

impl Default for SourceConfig {
    fn default() -> Self {
        Self { max_bytes: 64 << 20 }
    }
}

/// Why settings cannot be used. Exit code 78.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no valid TOML, or has an unknown key or a value of the wrong type.
    #[error("{path} is not a valid configuration")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}
