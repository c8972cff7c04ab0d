//! What a run would do, told without writing an index; of a file no more is read than what it begins with.

use std::{fs::File, io::BufReader, path::Path};

use super::{
    decide::{Decider, fingerprint},
    error::Error,
    job::{self, Target},
    loss::is_too_much,
    moved,
    options::{Event, Options},
    walk::{readable, rules},
};
use crate::{
    config::{self, Config},
    crawl,
    index::{self, Snapshot},
    report::{Planned, Skipped},
    source::{self, Place},
    state::Roots,
    view::file_key,
};

/// Who is told what would be done.
type Tell<'t> = &'t mut dyn FnMut(Event<'_>);

/// Bytes that tell what a file is.
const LOOKED_AT: usize = 4 << 10;

/// What a run would read, leave out and remove, without an index being written or even there. What would be left out for
/// what is deeper in it than its first bytes shows only where it was read before.
///
/// # Errors
/// When the index or the settings cannot be used.
pub fn plan(
    options: &Options,
    settings: &dyn Fn(&Path) -> Result<Config, config::Error>,
    tell: Tell<'_>,
) -> Result<(), Error> {
    let mut roots = Roots::load(&options.index)?;
    moved::refuse(&roots, options)?;
    let chosen = job::chosen(&mut roots, options)?;
    let snapshot = match Snapshot::open(&options.index) {
        Ok(snapshot) => Some(snapshot),
        Err(index::Error::NoIndex { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let mut plan = Plan { options, held: Decider::new(snapshot, options)?, tell };
    for name in &options.forget {
        if roots.named(name).is_none() {
            return Err(Error::NoSuchRoot { name: name.clone() });
        }
        for key in plan.held.manifest.unseen(name) {
            plan.gone(name, key, "remove", "forgotten")?;
        }
    }
    for root in chosen {
        plan.root(&Target { config: settings(&root.path)?, root })?;
    }
    Ok(())
}

/// A plan in the making.
struct Plan<'p> {
    options: &'p Options,
    held: Decider,
    tell: Tell<'p>,
}

impl Plan<'_> {
    fn root(&mut self, target: &Target) -> Result<(), Error> {
        let (name, path) = (&target.root.name, &target.root.path);
        if let Err(error) = readable(path) {
            let held = self.held.manifest.count(name);
            let text = format!(
                "cannot read root {}: {error}; the {held} files the index holds of it would stay",
                path.display()
            );
            (self.tell)(Event::Warning(text));
            return Ok(());
        }
        let fingerprint = fingerprint(&target.config);
        let rules = rules(target)?.without(&self.options.index);
        let (mut files, mut new, mut unreadable) = (0, 0, Vec::new());
        for found in crawl::walk(path, &rules) {
            match found {
                Ok(found) => {
                    files += 1;
                    new += u64::from(self.file(target, &found, fingerprint)?);
                }
                Err(crawl::Error { path: at, relative, fault }) => {
                    self.held.manifest.see(file_key(name, &relative));
                    self.tell("skip", fault.code(), name, &relative, None);
                    if fault.may_pass() {
                        unreadable.push(if at == *path { String::new() } else { relative + "/" });
                    }
                }
            }
        }
        let gone = self.held.manifest.unseen(name);
        let too_much = !self.options.allow_shrink && self.is_too_much(name, &gone, new, files == 0)?;
        for key in gone {
            let Some(known) = self.held.manifest.get(key) else { continue };
            let below = self.held.manifest.record(&known)?.path;
            match unreadable.iter().any(|folder| below.starts_with(folder)) {
                true => self.tell("keep", "unreadable", name, &below, None),
                false if too_much => self.tell("keep", "too-many-gone", name, &below, None),
                false => self.tell("remove", "gone", name, &below, None),
            }
        }
        Ok(())
    }

    /// Whether that is too much to be gone, as far as can be told without reading what is new.
    fn is_too_much(&self, root: &str, gone: &[u64], new: u64, empty: bool) -> Result<bool, Error> {
        let held = self.held.manifest.count(root) as u64;
        if is_too_much((gone.len() as u64).saturating_sub(new), held, empty) {
            return Ok(true);
        }
        if new > 0 || gone.is_empty() {
            return Ok(false);
        }
        let among = gone.iter().copied().collect();
        let (held, lost) = self.held.manifest.articles_of_root(root, &among)?;
        Ok(held > 1 && is_too_much(lost, held, lost >= held))
    }

    /// A file that is there; says whether the index does not know it.
    fn file(&mut self, target: &Target, found: &crawl::Found, fingerprint: u64) -> Result<bool, Error> {
        let name = &target.root.name;
        let (known, why) = self.held.decide(file_key(name, &found.relative), found.stamp, fingerprint);
        let why = if self.options.rebuild { Some("rebuild") } else { why.map(|why| why.as_str()) };
        if let Some(why) = why {
            match looked_at(name, found) {
                Ok(input) => self.planned("read", why, name, &found.relative, None, Some(input)),
                Err(reason) => self.tell("skip", reason, name, &found.relative, None),
            }
        } else if let Some(known) = known.filter(|known| known.skips > 0) {
            for Skipped { record, reason, .. } in self.held.manifest.record(&known)?.skipped {
                self.tell("skip", &reason, name, &found.relative, record);
            }
        }
        Ok(known.is_none())
    }

    /// A file of a root that is left.
    fn gone(&mut self, root: &str, key: u64, action: &'static str, reason: &str) -> Result<(), Error> {
        let Some(known) = self.held.manifest.get(key) else { return Ok(()) };
        let path = self.held.manifest.record(&known)?.path;
        self.tell(action, reason, root, &path, None);
        Ok(())
    }

    fn tell(&mut self, action: &'static str, reason: &str, root: &str, path: &str, record: Option<u32>) {
        self.planned(action, reason, root, path, record, None);
    }

    fn planned(
        &mut self,
        action: &'static str,
        reason: &str,
        root: &str,
        path: &str,
        record: Option<u32>,
        input: Option<&'static str>,
    ) {
        let (root, path, reason) = (root.to_owned(), path.to_owned(), reason.to_owned());
        (self.tell)(Event::Planned(&Planned { root, path, record, action, reason, input }));
    }
}

/// The format that a file would be read as, or the code of why it would be left out, by what it begins with.
fn looked_at(root: &str, found: &crawl::Found) -> Result<&'static str, &'static str> {
    let place = Place { root, path: &found.relative, file: Some(&found.path) };
    let file = File::open(&found.path).map_err(|_| "unreadable")?;
    let told = source::told(&mut BufReader::with_capacity(LOOKED_AT, file), &place);
    told.map(|format| format.name()).map_err(|error| error.reason)
}
