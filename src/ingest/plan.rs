//! What a run would do, told without writing an index; of a file no more is read than what it begins with.

use std::{
    fs::File,
    io::{self, BufRead, Read, Seek, Write},
    ops::ControlFlow,
    path::Path,
    sync::Arc,
};

use super::{
    bytes::Hasher,
    decide::{Decider, fingerprint},
    error::Error,
    job::{self, Target, member_stamp},
    loss::is_too_much,
    moved,
    options::{Event, Options},
    walk::{readable, rules},
};
use crate::{
    article::INSIDE,
    config::{self, Config},
    crawl::{self, Inside, Rules},
    index::{self, Snapshot},
    report::{Planned, Skipped},
    source::{
        self, Place,
        archive::{self, Budget, Content, DEEPEST, Kind, Member},
    },
    state::Roots,
    view::file_key,
};

/// Who is told what would be done.
type Tell<'t> = &'t mut dyn FnMut(Event<'_>);

/// Bytes that tell what a file is.
const LOOKED_AT: u64 = 4 << 10;

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
    let mut plan = Plan { options, held: Decider::new(snapshot, options)?, tell, files: 0, new: 0 };
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
    /// Files of the root that were met, and those among them that the index does not know.
    files: u64,
    new: u64,
}

/// Where an input that is looked at lies.
struct Looked<'l> {
    target: &'l Target,
    rules: &'l Rules,
    fingerprint: u64,
    /// What may be inflated of the outermost archive, and in how many archives it lies.
    inside: Option<(Arc<Budget>, usize)>,
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
        (self.files, self.new) = (0, 0);
        let at = Looked { target, rules: &rules, fingerprint, inside: None };
        let mut unreadable = Vec::new();
        for found in crawl::walk(path, &rules) {
            match found {
                Ok(found) => {
                    let head = || {
                        let mut file = File::open(&found.path)?;
                        let mut head = Vec::new();
                        Read::by_ref(&mut file).take(LOOKED_AT).read_to_end(&mut head)?;
                        file.rewind()?;
                        Ok((head, Some(file)))
                    };
                    self.file(&at, &found, head)?;
                }
                Err(crawl::Error { path: at, relative, fault }) => {
                    let key = file_key(name, &relative);
                    self.held.manifest.see(key);
                    self.held.manifest.see_within(key);
                    self.tell("skip", fault.code(), name, &relative, None);
                    if fault.may_pass() {
                        unreadable.push(if at == *path { String::new() } else { relative });
                    }
                }
            }
        }
        let gone = self.held.manifest.unseen(name);
        let too_much = !self.options.allow_shrink && self.is_too_much(name, &gone, self.files == 0)?;
        for key in gone {
            let Some(known) = self.held.manifest.get(key) else { continue };
            let below = self.held.manifest.record(&known)?.path;
            let leads = |rest: &str| rest.starts_with(['/', '!']);
            let lies_in =
                |folder: &String| folder.is_empty() || below.strip_prefix(folder.as_str()).is_some_and(leads);
            match unreadable.iter().any(lies_in) {
                true => self.tell("keep", "unreadable", name, &below, None),
                false if too_much => self.tell("keep", "too-many-gone", name, &below, None),
                false => self.tell("remove", "gone", name, &below, None),
            }
        }
        Ok(())
    }

    /// Whether that is too much to be gone, as far as can be told without reading what is new.
    fn is_too_much(&self, root: &str, gone: &[u64], empty: bool) -> Result<bool, Error> {
        let new = self.new;
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

    /// A file that is there. `look` gives what it begins with, and a file of all its bytes where there is one.
    fn file(
        &mut self,
        at: &Looked<'_>,
        found: &crawl::Found,
        look: impl FnOnce() -> io::Result<(Vec<u8>, Option<File>)>,
    ) -> Result<(), Error> {
        let name = &at.target.root.name;
        let key = file_key(name, &found.relative);
        let (known, why) = self.held.decide(key, found.stamp, at.fingerprint);
        self.files += 1;
        self.new += u64::from(known.is_none());
        let why = if self.options.rebuild { Some("rebuild") } else { why.map(|why| why.as_str()) };
        let Some(why) = why else {
            self.files += self.held.manifest.see_within(key).unseen;
            if let Some(known) = known.filter(|known| known.skips > 0) {
                for Skipped { record, reason, .. } in self.held.manifest.record(&known)?.skipped {
                    self.tell("skip", &reason, name, &found.relative, record);
                }
            }
            return Ok(());
        };
        let place = Place { root: name, path: &found.relative, again: None };
        let looked = look().map_err(|error| source::Error::io(&error));
        let told = looked.and_then(|(head, file)| match (Kind::of(&place, &head), file) {
            (Some(kind), Some(file)) => Ok((kind.name(), Some((kind, file)))),
            (Some(kind), None) => Ok((kind.name(), None)),
            (None, _) => source::told(&mut &head[..], &place).map(|format| (format.name(), None)),
        });
        match told {
            Ok((input, None)) if found.is_chosen => {
                self.planned("read", why, name, &found.relative, None, Some(input));
            }
            Ok((_, None)) => (),
            Ok((input, Some((kind, file)))) => {
                self.planned("read", why, name, &found.relative, None, Some(input));
                self.archive(at, found, kind, file)?;
                // What an archive does not hold any more is told with the rest of the root.
            }
            Err(error) if found.is_chosen => self.tell("skip", error.reason, name, &found.relative, None),
            Err(_) => (),
        }
        Ok(())
    }

    /// What is in an archive that would be opened.
    fn archive(
        &mut self,
        at: &Looked<'_>,
        found: &crawl::Found,
        kind: Kind,
        file: File,
    ) -> Result<(), Error> {
        let (budget, depth) = match &at.inside {
            Some((budget, depth)) => (budget.clone(), depth + 1),
            None => (Budget::of(found.stamp.len), 1),
        };
        let root = &at.target.root.name;
        if depth > DEEPEST {
            self.tell("skip", archive::too_deep().reason, root, &found.relative, None);
            return Ok(());
        }
        let inside = Looked { inside: Some((budget.clone(), depth)), ..*at };
        let mut done = Ok(());
        let end = archive::members(file, kind, &budget, &mut |member| {
            done = self.member(&inside, found, member);
            if done.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        done?;
        if let Err(error) = end {
            self.held.manifest.see_within(file_key(root, &found.relative));
            self.tell("skip", error.reason, root, &found.relative, None);
        }
        Ok(())
    }

    fn member(&mut self, at: &Looked<'_>, archive: &crawl::Found, member: Member<'_>) -> Result<(), Error> {
        let relative = format!("{}{INSIDE}{}", archive.relative, member.path);
        let root = &at.target.root.name;
        let is_chosen = match at.rules.inside(&format!("{}{INSIDE}", archive.relative), &member.path) {
            Inside::Chosen => true,
            Inside::Archive => false,
            Inside::LeftOut => return Ok(()),
            Inside::Hidden => {
                self.tell("skip", crawl::Fault::Hidden.code(), root, &relative, None);
                return Ok(());
            }
        };
        let (len, check) = (member.len, member.check);
        let (content, hash) = match member.content.map(|content| whole(content, len)) {
            Ok(Ok((content, hash))) => (content, hash),
            Ok(Err(error)) => {
                self.held.manifest.see(file_key(root, &relative));
                self.tell("skip", source::Error::io(&error).reason, root, &relative, None);
                return Ok(());
            }
            Err(error) => {
                self.held.manifest.see(file_key(root, &relative));
                self.tell("skip", error.reason, root, &relative, None);
                return Ok(());
            }
        };
        let stamp = member_stamp(len, check.map_or(hash, u64::from));
        let found = crawl::Found { path: archive.path.clone(), relative, stamp, is_chosen };
        self.file(at, &found, || content.look())
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

/// The bytes of a member, as far as they are needed to tell what would be done about it.
enum Looking {
    Packed(archive::Packed),
    File(File),
}

/// Makes the bytes of a member such as can be looked at; with their hash where its archive has no check sum.
fn whole(content: Content<'_>, len: u64) -> io::Result<(Looking, u64)> {
    match content {
        Content::Packed(packed) => Ok((Looking::Packed(packed), 0)),
        Content::Stream(input) => {
            let (mut file, mut hasher) = (tempfile::tempfile()?, Hasher::default());
            let mut input = io::BufReader::with_capacity(1 << 16, input.take(len));
            loop {
                let bytes = input.fill_buf()?;
                if bytes.is_empty() {
                    file.rewind()?;
                    return Ok((Looking::File(file), hasher.hash()));
                }
                hasher.update(bytes);
                file.write_all(bytes)?;
                let count = bytes.len();
                input.consume(count);
            }
        }
    }
}

impl Looking {
    /// What it begins with; and all of it as a file, where that is an archive.
    fn look(self) -> io::Result<(Vec<u8>, Option<File>)> {
        let mut head = Vec::new();
        match self {
            Self::Packed(packed) => {
                packed.open()?.take(LOOKED_AT).read_to_end(&mut head)?;
                if !archive::may_be(&head) {
                    return Ok((head, None));
                }
                let mut file = tempfile::tempfile()?;
                io::copy(&mut packed.open()?, &mut file)?;
                file.rewind()?;
                Ok((head, Some(file)))
            }
            Self::File(mut file) => {
                Read::by_ref(&mut file).take(LOOKED_AT).read_to_end(&mut head)?;
                file.rewind()?;
                Ok((head, Some(file)))
            }
        }
    }
}
