//! Taking a story down for good.

use std::path::Path;

use super::{error::Error, options::engine_threads};
use crate::{
    address::Address,
    article::ArticleId,
    index::{Batch, Budget, Claims, Manifest, Opening, Snapshot, StoredPlace, Waiting, Writer},
    state::{Roots, Takedown, Takedowns},
    view::{StoredFile, file_key},
};

/// What was taken down.
#[derive(Clone, Debug)]
pub struct TakenDown {
    /// The articles, with where they were read.
    pub articles: Vec<StoredPlace>,
    /// Whether what was named is less than a story, a quote or words, and its whole story went.
    pub whole_story: bool,
    /// Whether anything was found to take down, an empty file included.
    pub remembered: bool,
}

/// Takes down the story that an [`Address`] names, by its id or by that of a quote or of words in it; or everything in a
/// file by its path: below a root, with the root's name before it, or on this machine. Every article with the same 16
/// digits or the very same text goes with it. The list of takedowns is written first, so that whatever happens
/// afterwards, none of them comes back.
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
    let Named { articles, file, whole_story } = named(&snapshot, index, what)?;
    let whole_file = file.map(|file| takedown(None, Some(file), None));
    let each = articles.iter().map(|article| takedown(Some(&article.id), None, article.text));
    whole_file.into_iter().chain(each).for_each(|takedown| takedowns.add(takedown));
    let all = with_alike(&snapshot, &articles)?;
    takedowns.save(index)?;
    if !all.is_empty() {
        purge(&mut writer, &snapshot, &all, waiting.now_ns)?;
    }
    writer.close(true)?;
    Ok(TakenDown { articles: all, whole_story, remembered: takedowns.iter().count() > before })
}

/// What was named for a takedown.
struct Named {
    articles: Vec<StoredPlace>,
    /// The file, if that was named: whatever is in it is kept out.
    file: Option<(String, String)>,
    /// Whether it is less than a story.
    whole_story: bool,
}

fn named(snapshot: &Snapshot, index: &Path, what: &str) -> Result<Named, Error> {
    let address = Address::read(what);
    if let Some(id) = address.article() {
        let articles = snapshot.with_id(id.as_str())?;
        if !articles.is_empty() {
            return Ok(Named { articles, file: None, whole_story: !matches!(address, Address::Article(_)) });
        }
    }
    let file = snapshot.file(&Roots::load(index)?.places(what))?;
    let articles = file.as_ref().map_or_else(|| Ok(Vec::new()), |file| of_file(snapshot, file))?;
    Ok(Named { articles, file, whole_story: false })
}

/// The articles of a file; of an archive, all that lie in it.
fn of_file(snapshot: &Snapshot, file: &(String, String)) -> Result<Vec<StoredPlace>, Error> {
    let mut articles = snapshot.of_file(file)?;
    let manifest = Manifest::load(snapshot.clone())?;
    for known in manifest.members(file_key(&file.0, &file.1)) {
        let StoredFile { root, path, .. } = manifest.record(&known)?;
        articles.extend(snapshot.of_file(&(root, path))?);
    }
    Ok(articles)
}

/// Articles, and each with the same 16 digits or the very same text as one of them, in the order of their ids.
pub(super) fn with_alike(snapshot: &Snapshot, articles: &[StoredPlace]) -> Result<Vec<StoredPlace>, Error> {
    let mut all = articles.to_vec();
    for article in articles {
        all.extend(snapshot.claimants(&article.id)?);
        all.extend(snapshot.with_text_of(article)?);
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|a, b| a.id == b.id);
    Ok(all)
}

/// Removes articles from the index, in one commit.
pub(super) fn purge(
    writer: &mut Writer,
    snapshot: &Snapshot,
    articles: &[StoredPlace],
    now_ns: i64,
) -> Result<(), Error> {
    writer.start()?;
    let mut claims = Claims::load(snapshot, now_ns)?;
    let mut batch = Batch::default();
    for article in articles {
        claims.release(&article.id)?;
        batch.remove_article(&article.id);
    }
    writer.apply(batch)?;
    Ok(writer.commit(claims.are_settled())?)
}
