//! Gold articles beside what the program finds in them.

use rayon::prelude::*;

use super::gold::GoldArticle;
use crate::{extract::annotate, record::ExtractionRecord};

/// One gold article with what the program finds in it.
pub struct Judged<'a> {
    pub(super) gold: &'a GoldArticle,
    pub(super) chars: Vec<char>,
    pub(super) found: ExtractionRecord,
}

impl<'a> Judged<'a> {
    /// Extracts names, quotes and topics from the text of a gold article.
    pub fn new(gold: &'a GoldArticle) -> Self {
        let found = annotate(&gold.article);
        let found = ExtractionRecord::new(gold.id.clone(), None, &gold.article, &found);
        Self { gold, chars: gold.article.text.chars().collect(), found }
    }

    /// The gold article.
    pub fn gold(&self) -> &'a GoldArticle {
        self.gold
    }
}

/// Extracts from every gold article, on all threads.
pub fn judge(gold: &[GoldArticle]) -> Vec<Judged<'_>> {
    gold.par_iter().map(Judged::new).collect()
}
