//! Under which corrections of speakers stories were written.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use super::file;
use crate::index::{Error, folder::Folder};

/// Of every story that was written with corrections what tells these from others, by the key of its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    format: u32,
    /// The stories.
    pub stories: BTreeMap<u64, u64>,
}

impl Corrected {
    /// What an index keeps.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn load(index: &Path) -> Result<Self, Error> {
        file::load(&Folder::at(index).state("corrected.json"))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&mut self, index: &Path) -> Result<(), Error> {
        self.format = 1;
        file::save(&Folder::at(index).state("corrected.json"), self)
    }
}
