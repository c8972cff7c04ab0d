//! Taking a story down for good.

use std::path::Path;

use super::{error::Error, options::engine_threads};
use crate::{
    address::Address,
    article::ArticleId,
    index::{Batch, Budget, Claims, Opening, StoredPlace, Waiting, Writer},
    state::{Roots, Takedown, Takedowns},
};

/// What was taken down.
#[derive(Clone, Debug)]
pub struct TakenDown {
    /// The articles, with where they were read.
    pub articles: Vec<StoredPlace>,
    /// Whether anything was found to take down, an empty file included.
    pub remembered: bool,
}

/// Takes down a story by its id, or by that of a quote in it, or everything in a file by its path: below a root, with the root's name before it, or
/// on this machine. Every article with the same 16 digits or the very same text goes with it. The list of takedowns is
/// written first, so that whatever happens afterwards, none of them comes back.
///
/// # Errors
/// When the index cannot be written, or another run writes.
pub fn remove(
    index: &Path,
    what: &str,
    reason: &str,
    threads: usize,
    waiting: Waiting,
) -> Result<TakenDown, Error> {
    let budget = Budget { threads: engine_threads(threads), memory: 64 << 20 };
    let mut writer = Writer::open_existing(index, Opening { budget, rebuild: false, waiting })?;
    let snapshot = writer.snapshot()?;
    let mut takedowns = Takedowns::load(index)?;
    let at = jiff::Timestamp::from_nanosecond(i128::from(waiting.now_ns)).unwrap_or_default().to_string();
    let takedown = |id: Option<&ArticleId>, file, text| Takedown {
        id: id.map(|id| id.as_str()[..16].to_owned()),
        file,
        text,
        reason: reason.to_owned(),
        at: at.clone(),
    };
    let before = takedowns.iter().count();
    let address = Address::read(what);
    let mut articles = snapshot.with_id(address.article().map_or(what, |id| id.as_str()))?;
    if articles.is_empty() {
        let file = snapshot.file(&Roots::load(index)?.places(what))?;
        if let Some(file) = file {
            articles = snapshot.of_file(&file)?;
            takedowns.add(takedown(None, Some(file), None));
        }
    }
    let mut all = articles.clone();
    for article in &articles {
        takedowns.add(takedown(Some(&article.id), None, article.text));
        all.extend(snapshot.claimants(&article.id)?);
        all.extend(snapshot.with_text_of(article)?);
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|a, b| a.id == b.id);
    takedowns.save(index)?;
    if !all.is_empty() {
        writer.start()?;
        let mut claims = Claims::load(&snapshot, waiting.now_ns)?;
        let mut batch = Batch::default();
        for article in &all {
            claims.release(&article.id);
            batch.remove_article(&article.id);
        }
        writer.apply(batch)?;
        writer.commit(claims.are_settled())?;
    }
    writer.close(true)?;
    Ok(TakenDown { articles: all, remembered: takedowns.iter().count() > before })
}
