//! One run: crawl → source → extract → index. The only module that knows all four.
//!
//! A run walks its roots in order and compares every file's stamp with what the index knows of it. What is new or may
//! have changed is read in chunks, spread over the threads; what was found goes to the engine at once and is committed
//! every now and then, together with the record of the files it came from. Files that are gone are removed when the
//! whole root was walked. Whatever ends a run early, the last commit stands, and the next run goes on from there.

mod decide;
mod file;
mod forget;
mod root;
#[cfg(test)]
mod tests;
mod work;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

pub use self::{
    decide::Why,
    forget::{TakenDown, remove},
};

use crate::{
    config::{self, Config},
    index::{
        self, Budget, Opening, Snapshot, Waiting, Writer,
        corrections::{self, Corrections},
    },
    report::{Report, Skipped},
    state::{Root, Roots, Run, Runs},
};

/// How a run is to go.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of the index.
    pub index: PathBuf,
    /// Roots to read; when there are none, every root the index remembers.
    pub roots: Vec<PathBuf>,
    /// Name for the one root.
    pub root_name: Option<String>,
    /// Roots to leave, with all their articles.
    pub forget: Vec<String>,
    /// Build everything anew beside the live index, and swap.
    pub rebuild: bool,
    /// Trust no stamp.
    pub verify_content: bool,
    /// Remove what is gone however much it is.
    pub allow_shrink: bool,
    /// Threads that read and extract.
    pub threads: usize,
    /// Bytes for the engine's unwritten segments.
    pub memory: usize,
    /// When to stop cleanly.
    pub max_runtime: Option<Duration>,
    /// How long to wait for another run to end.
    pub wait_lock: Duration,
    /// How long what was read may wait for its commit.
    pub commit_every: Duration,
    /// Files that are spread over the threads at a time; a commit or a stop comes between two lots.
    pub chunk_files: usize,
    /// Start of the run, nanoseconds from 1970.
    pub now_ns: i64,
}

/// Asks a run to stop, from anywhere: the number of a signal, 0 while there is none.
#[derive(Clone, Debug, Default)]
pub struct Stop(pub Arc<AtomicUsize>);

impl Stop {
    fn signal(&self) -> Option<usize> {
        Some(self.0.load(Ordering::Relaxed)).filter(|&signal| signal != 0)
    }
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// An input was left out, for the first time or for a new reason.
    Skipped(&'a Skipped),
    /// Something should be looked at.
    Warning(String),
    /// How far it is: files seen, articles read.
    Progress {
        /// Files found so far.
        files: u64,
        /// Articles written so far.
        articles: u64,
    },
}

/// What surrounds a run.
pub struct Surroundings<'a> {
    /// Settings for a root.
    pub settings: &'a dyn Fn(&Path) -> Result<Config, config::Error>,
    /// The way to stop it.
    pub stop: Stop,
    /// Who listens.
    pub tell: &'a mut dyn FnMut(Event<'_>),
}

/// How a run ended, failures aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With everything done.
    Done,
    /// At its time limit.
    TimeLimit,
    /// By a signal.
    Signal(usize),
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What it did.
    pub report: Report,
    /// How it ended.
    pub ended: Ended,
    /// Roots that are gone or cannot be read; what the index holds of them stays.
    pub missing: Vec<PathBuf>,
    /// Whether files seem gone and were kept, in a root that still holds others.
    pub shrunk: bool,
}

impl Outcome {
    /// How it ended, in one word.
    pub fn name(&self) -> &'static str {
        self.ended.name(&self.missing)
    }
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The index cannot be used.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// No root was named, and the index remembers none. `pullquote index ROOT`.
    #[error("the index at {} remembers no roots: name one", index.display())]
    NoRoots {
        /// The index.
        index: PathBuf,
    },
    /// A root to forget is none. `pullquote status` lists them.
    #[error("the index has no root {name:?}")]
    NoSuchRoot {
        /// The name.
        name: String,
    },
    /// A root is known under another name, which its files bear.
    #[error("{} is root {name:?}: to give it another name, add --forget-root {name}", path.display())]
    OtherName {
        /// Its name.
        name: String,
        /// Where it is.
        path: PathBuf,
    },
    /// A rebuild reads everything, and one root is not there. `--forget-root` if it is gone for good.
    #[error("cannot rebuild: root {name:?} is not at {}", path.display())]
    RootMissing {
        /// Its name.
        name: String,
        /// Where it was.
        path: PathBuf,
    },
}

/// A root with its settings.
struct Target {
    root: Root,
    config: Config,
}

/// Runs.
///
/// # Errors
/// When the index or the settings cannot be used, or the index cannot be written: what was committed before stands.
pub fn run(options: &Options, surroundings: &mut Surroundings<'_>) -> Result<Outcome, Error> {
    let begun = Instant::now();
    let opening = Opening {
        budget: Budget { threads: engine_threads(options.threads), memory: options.memory },
        rebuild: options.rebuild,
        waiting: Waiting { patience: options.wait_lock, now_ns: options.now_ns },
    };
    let writer = Writer::open(&options.index, opening)?;
    let mut runs = Runs::load(&options.index)?;
    let mut run = Run {
        started: jiff::Timestamp::from_nanosecond(i128::from(options.now_ns)).unwrap_or_default().to_string(),
        outcome: "running".to_owned(),
        error: None,
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        report: None,
    };
    let shared = runs.last_run.as_ref().and_then(|last| last.report.as_ref()).map_or(0, |it| it.shared_ids);
    runs.record(&options.index, run.clone())?;
    let mut result = work_on(writer, options, surroundings, begun, shared);
    match &mut result {
        Ok(outcome) => {
            outcome.report.elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            run.outcome = outcome.ended.name(&outcome.missing).to_owned();
            run.report = Some(outcome.report.clone());
        }
        Err(error) => {
            run.outcome = "failed".to_owned();
            run.error = Some(error.to_string());
        }
    }
    let recorded = runs.record(&options.index, run);
    let outcome = result?;
    recorded?;
    Ok(outcome)
}

/// Extraction costs more than indexing: half of the threads keep up with the other half, and fewer make fewer segments.
fn engine_threads(threads: usize) -> usize {
    (threads / 2).clamp(1, 4)
}

fn work_on(
    writer: Writer,
    options: &Options,
    surroundings: &mut Surroundings<'_>,
    begun: Instant,
    shared: u64,
) -> Result<Outcome, Error> {
    let mut roots = Roots::load(&options.index)?;
    let targets = targets(&mut roots, options, surroundings.settings)?;
    for Target { root, .. } in &targets {
        let fault = Corrections::keep(&options.index, &root.name, &root.path)?;
        if let Some(fault) = fault {
            let file = root.path.join(corrections::FILE);
            let text = format!("{}: {fault}: the corrections kept before stay in force", file.display());
            (surroundings.tell)(Event::Warning(text));
        }
    }
    let mut work = work::Work::begin(writer, options, surroundings, begun, shared)?;
    for name in &options.forget {
        work.forget_root(name)?;
    }
    for target in &targets {
        work.root(target)?;
    }
    let outcome = work.finish()?;
    for name in &options.forget {
        roots.forget(name);
        roots.save()?;
    }
    Ok(outcome)
}

/// The roots of a run; those that are new are remembered before anything of theirs is read.
fn targets(
    roots: &mut Roots,
    options: &Options,
    settings: &dyn Fn(&Path) -> Result<Config, config::Error>,
) -> Result<Vec<Target>, Error> {
    if let Some(name) = options.forget.iter().find(|name| roots.named(name).is_none()) {
        return Err(Error::NoSuchRoot { name: name.clone() });
    }
    if let Some(wish) = &options.root_name {
        let paths: Vec<PathBuf> = options.roots.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let renamed = roots.iter().find(|root| paths.contains(&root.path) && root.name != *wish);
        if let Some(Root { name, path }) = renamed.filter(|root| !options.forget.contains(&root.name)) {
            return Err(Error::OtherName { name: name.clone(), path: path.clone() });
        }
    }
    let mut chosen: Vec<Root> =
        options.roots.iter().map(|path| roots.remember(path, options.root_name.as_deref())).collect();
    if options.rebuild || (chosen.is_empty() && options.forget.is_empty()) {
        chosen = roots.iter().filter(|root| !options.forget.contains(&root.name)).cloned().collect();
        if chosen.is_empty() {
            return Err(Error::NoRoots { index: options.index.clone() });
        }
    }
    chosen.sort_by(|a, b| a.name.cmp(&b.name));
    chosen.dedup();
    if options.rebuild
        && let Some(root) = chosen.iter().find(|root| !root.path.exists())
    {
        return Err(Error::RootMissing { name: root.name.clone(), path: root.path.clone() });
    }
    let targets = chosen
        .into_iter()
        .map(|root| Ok(Target { config: settings(&root.path)?, root }))
        .collect::<Result<Vec<_>, config::Error>>()?;
    if options.roots.iter().any(|path| path.exists()) {
        roots.save()?;
    }
    Ok(targets)
}

impl Ended {
    fn name(self, missing: &[PathBuf]) -> &'static str {
        match self {
            Self::Done if missing.is_empty() => "done",
            Self::Done => "failed",
            Self::TimeLimit => "time-limit",
            Self::Signal(2) => "interrupted",
            Self::Signal(_) => "terminated",
        }
    }
}

/// What a run would read, without an index being written or even there.
///
/// # Errors
/// When the index or the settings cannot be used.
pub fn plan(
    options: &Options,
    settings: &dyn Fn(&Path) -> Result<Config, config::Error>,
    each: &mut dyn FnMut(&str, &str, Why),
) -> Result<(), Error> {
    let mut roots = Roots::load(&options.index)?;
    let mut chosen: Vec<Root> =
        options.roots.iter().map(|path| roots.remember(path, options.root_name.as_deref())).collect();
    if chosen.is_empty() {
        chosen = roots.iter().cloned().collect();
    }
    if chosen.is_empty() {
        return Err(Error::NoRoots { index: options.index.clone() });
    }
    let snapshot = match Snapshot::open(&options.index) {
        Ok(snapshot) if !options.rebuild => Some(snapshot),
        Ok(_) | Err(index::Error::NoIndex { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let mut decider = decide::Decider::new(snapshot, options)?;
    for root in chosen {
        let target = Target { config: settings(&root.path)?, root };
        root::plan(&target, &mut decider, each)?;
    }
    Ok(())
}
