//! Stories that were taken down for good.

use std::{collections::HashSet, path::Path};

use serde::{Deserialize, Serialize};

use super::file;
use crate::{
    article::{Article, ArticleId, INSIDE},
    index::{Error, folder::Folder},
    view::telling_text,
};

/// One story taken down: it is known again by its id, by its file when that was named, and by its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takedown {
    /// The 16 digits that the story claims, where it was taken down by its id.
    pub id: Option<String>,
    /// Root and path, where a file was taken down.
    pub file: Option<(String, String)>,
    /// Hash of its text, when that is long enough to tell.
    pub text: Option<u64>,
    /// Why.
    pub reason: String,
    /// When, RFC 3339.
    pub at: String,
}

/// Everything taken down.
#[derive(Clone, Debug, Default)]
pub struct Takedowns {
    kept: Kept,
    ids: HashSet<String>,
    files: HashSet<(String, String)>,
    texts: HashSet<u64>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Kept {
    format: u32,
    takedowns: Vec<Takedown>,
}

impl Takedowns {
    /// What was taken down from the index in that folder.
    ///
    /// # Errors
    /// When the list is there and cannot be read: then nothing may be indexed.
    pub fn load(index: &Path) -> Result<Self, Error> {
        file::load(&Folder::at(index).state("takedowns.json")).map(Self::of)
    }

    /// The takedowns of such a list.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(list: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(list).map(Self::of)
    }

    fn of(kept: Kept) -> Self {
        let mut takedowns = Self::default();
        kept.takedowns.into_iter().for_each(|takedown| takedowns.add(takedown));
        takedowns
    }

    /// Adds one; [`save`](Self::save) makes it last.
    pub fn add(&mut self, takedown: Takedown) {
        self.ids.extend(takedown.id.clone());
        self.files.extend(takedown.file.clone());
        self.texts.extend(takedown.text);
        self.kept.takedowns.push(takedown);
    }

    /// Keeps the list.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&mut self, index: &Path) -> Result<(), Error> {
        self.kept.format = 1;
        file::save(&Folder::at(index).state("takedowns.json"), &self.kept)
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Takedown> {
        self.kept.takedowns.iter()
    }

    /// Whether an article that claims `id` must stay out.
    pub fn cover(&self, article: &Article, id: &ArticleId) -> bool {
        if self.kept.takedowns.is_empty() {
            return false;
        }
        let origin = &article.origin;
        self.ids.contains(&id.as_str()[..16])
            || self.cover_file(&origin.root, &origin.path)
            || telling_text(article).is_some_and(|text| self.texts.contains(&text))
    }

    /// Whether a file was taken down, or an archive that it lies in.
    fn cover_file(&self, root: &str, path: &str) -> bool {
        let holds = |path: &str| self.files.contains(&(root.to_owned(), path.to_owned()));
        !self.files.is_empty()
            && (holds(path) || path.match_indices(INSIDE).any(|(at, _)| holds(&path[..at])))
    }

    /// Whether an article was taken down by the id it had when its position in the file counted. Another story may
    /// stand there by now: its words tell, where they are long enough.
    pub fn cover_former(&self, article: &Article, former: &ArticleId) -> bool {
        let id = Some(former.as_str());
        let mut taken_down = self.kept.takedowns.iter().filter(|takedown| takedown.id.as_deref() == id);
        taken_down.any(|takedown| takedown.text == telling_text(article))
    }

    /// Puts a story's id in the place of its former one, under which nothing is known any more;
    /// [`save`](Self::save) makes it last.
    pub fn carry(&mut self, former: &ArticleId, id: &ArticleId) {
        let former = former.as_str();
        for takedown in &mut self.kept.takedowns {
            if takedown.id.as_deref() == Some(former) {
                takedown.id = Some(id.as_str().to_owned());
            }
        }
        self.ids.remove(former);
        self.ids.insert(id.as_str().to_owned());
    }
}
