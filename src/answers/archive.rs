//! An archive that is asked: one snapshot of an index with what questions about it share.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Instant,
};

use jiff::civil::Date;
use tantivy::DocAddress;

use crate::{
    answers::{
        backend::{Backend, DayCount},
        hit::Page,
        names::NameTable,
        saved,
    },
    article::hash64,
    fields::FieldId,
    index::{Snapshot, corrections::Corrections},
    query::{
        Error, Helpers, Note, NoteCode,
        bounds::Clock,
        engine::{
            plan::Plan,
            planner::{Context, Planner},
            rank::{self, Engine, Ranked, Sort},
            statistics::{Statistics, Target},
        },
        language::ast::Query,
    },
    state::{Roots, Saved},
};

/// An index, ready to be asked. Cloning it is cheap: clones share what was read.
///
/// What it answers is of one commit, whatever is written meanwhile, until [`refresh`](Self::refresh).
#[derive(Clone)]
pub struct Archive {
    folder: PathBuf,
    opened: Arc<Opened>,
    saved: Arc<Saved>,
    roots: Arc<Roots>,
    helpers: Arc<Helpers>,
    clock: Arc<Clock>,
    today: Option<Date>,
    /// Where the archive lies, when not here; and whether this is a part of it that was gathered.
    backend: Option<(Arc<dyn Backend>, bool)>,
}

/// One commit with what was read of it.
struct Opened {
    snapshot: Snapshot,
    statistics: Statistics,
    corrections: Corrections,
    names: Arc<OnceLock<NameTable>>,
    days: OnceLock<Vec<DayCount>>,
}

impl Opened {
    fn new(snapshot: Snapshot, corrections: Corrections) -> Result<Self, Error> {
        let statistics = Statistics::of(&snapshot)?;
        Ok(Self { snapshot, statistics, corrections, names: Arc::default(), days: OnceLock::new() })
    }
}

impl Archive {
    /// Opens the last commit of the index in a folder, with its corrections of names and its saved searches.
    ///
    /// # Errors
    /// When there is no index, or one of another version, or a file of it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Self::open_with_searches(folder, &Saved::file_of(folder))
    }

    /// The same, with the saved searches of another file than the index's own.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with_searches(folder: &Path, searches: &Path) -> Result<Self, Error> {
        let opened = Opened::new(Snapshot::open(folder)?, Corrections::load(folder)?)?;
        let saved = Saved::load(searches)?;
        let roots = Arc::new(Roots::load(folder)?);
        Ok(Self { roots, ..Self::of(folder.to_owned(), opened, saved) })
    }

    /// An archive of a snapshot alone, without corrections and saved searches.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn of_snapshot(snapshot: Snapshot) -> Result<Self, Error> {
        let opened = Opened::new(snapshot, Corrections::default())?;
        Ok(Self::of(PathBuf::new(), opened, Saved::default()))
    }

    fn of(folder: PathBuf, opened: Opened, saved: Saved) -> Self {
        Self {
            folder,
            opened: Arc::new(opened),
            saved: Arc::new(saved),
            roots: Arc::default(),
            helpers: Arc::new(Helpers::none()),
            clock: Arc::default(),
            today: None,
            backend: None,
        }
    }

    /// Has it lie elsewhere.
    pub(crate) fn with_backend(self, backend: Arc<dyn Backend>) -> Self {
        Self { backend: Some((backend, false)), ..self }
    }

    /// The same archive of stories that were gathered from it.
    pub(crate) fn with_stories(&self, snapshot: Snapshot) -> Result<Self, Error> {
        let (statistics, names) = (Statistics::of(&snapshot)?, Arc::clone(&self.opened.names));
        let opened = Opened {
            snapshot,
            statistics,
            corrections: self.opened.corrections.clone(),
            names,
            days: OnceLock::new(),
        };
        let backend = self.backend.as_ref().map(|(backend, _)| (Arc::clone(backend), true));
        Ok(Self { opened: Arc::new(opened), backend, ..self.clone() })
    }

    /// Where the archive lies, when not here.
    pub(crate) fn backend(&self) -> Option<&dyn Backend> {
        self.backend.as_ref().map(|(backend, _)| &**backend)
    }

    /// Where the stories are, when not here.
    pub(crate) fn elsewhere(&self) -> Option<&dyn Backend> {
        self.backend.as_ref().filter(|(_, is_gathered)| !is_gathered).map(|(backend, _)| &**backend)
    }

    /// That the stories are here, all of them.
    ///
    /// # Errors
    /// [`Error::NotThere`], with what was asked.
    pub(crate) fn is_here(&self, what: &'static str) -> Result<(), Error> {
        if self.elsewhere().is_some() { Err(Error::NotThere { what }) } else { Ok(()) }
    }

    /// Takes saved searches.
    #[cfg(test)]
    pub(crate) fn with_saved(mut self, saved: Saved) -> Self {
        self.saved = Arc::new(saved);
        self
    }

    /// Takes threads that help. Without them every question is answered by the thread that asks.
    #[must_use]
    pub fn with_helpers(mut self, helpers: Arc<Helpers>) -> Self {
        self.helpers = helpers;
        self
    }

    /// The same archive, asked until then: an answer that is not whole by that time says so with `complete: false`.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Self {
        Self { clock: Arc::new(Clock::until(deadline)), ..self.clone() }
    }

    /// The same archive, asked on that day: `date:today` and `date:7d` are counted from it, and match nothing without it.
    #[must_use]
    pub fn on(self, today: Date) -> Self {
        Self { today: Some(today), ..self }
    }

    /// Looks for a newer commit, and for changed corrections, roots and saved searches; says whether there was another
    /// commit or correction. Clones made before keep answering of theirs.
    ///
    /// # Errors
    /// As [`open`](Self::open). The archive then stays as it was.
    pub fn refresh(&mut self) -> Result<bool, Error> {
        if let Some((backend, _)) = &self.backend {
            // What was counted may be others' by now.
            let fresh = Self::of_backend(Arc::clone(backend))?;
            self.opened = fresh.opened;
            return Ok(true);
        }
        let corrections = Corrections::load(&self.folder)?;
        let (roots, saved) = (Roots::load(&self.folder)?, Saved::load(self.saved.path())?);
        let is_same =
            self.opened.snapshot.is_current(&self.folder)? && corrections == self.opened.corrections;
        if !is_same {
            self.opened = Arc::new(Opened::new(Snapshot::open(&self.folder)?, corrections)?);
        }
        (self.roots, self.saved) = (Arc::new(roots), Arc::new(saved));
        Ok(!is_same)
    }

    /// Folder of the index.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The saved searches.
    pub fn saved(&self) -> &Saved {
        &self.saved
    }

    /// The folders and files that the archive was read from.
    pub fn roots(&self) -> &Roots {
        &self.roots
    }

    /// Where the file lies on this machine that an article was read from: an absolute path of its root's name and its
    /// path below it. `None` when the archive knows no such root.
    pub fn path_of(&self, root: &str, path: &str) -> Option<PathBuf> {
        self.roots.path_of(root, path)
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        &self.opened.snapshot
    }

    /// The same for archives that answer alike: it tells the commit, the corrections and the saved searches. What an answer
    /// has of the day, the clock or the disk is not in it.
    pub fn version(&self) -> String {
        if let Some(whole) = self.snapshot().whole() {
            return format!("{:016x}", whole.token);
        }
        let searches: Vec<String> =
            self.saved.iter().map(|search| format!("{}\t{}", search.name, search.query)).collect();
        let searches = hash64(searches.join("\n").as_bytes());
        let corrections = self.opened.corrections.digest();
        format!("{}-{corrections:016x}-{searches:016x}", self.snapshot().commit())
    }

    /// Whether nothing was left out of what was answered, for want of time.
    pub fn is_complete(&self) -> bool {
        !self.clock.has_cut()
    }

    /// Whether the time is over. Whoever asks leaves out the rest when it is.
    pub(crate) fn is_over(&self) -> bool {
        self.clock.is_over()
    }

    /// The names of the archive; opened when first asked for.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn names(&self) -> Result<&NameTable, Error> {
        let Opened { snapshot, corrections, names, .. } = &*self.opened;
        if let Some(names) = names.get() {
            return Ok(names);
        }
        let read = match &self.backend {
            Some((backend, _)) => NameTable::elsewhere(Arc::clone(backend), corrections)?,
            None => NameTable::new(snapshot, corrections)?,
        };
        Ok(names.get_or_init(|| read))
    }

    /// The days of all live articles, once they were counted.
    pub(super) fn counted_days(&self) -> &OnceLock<Vec<DayCount>> {
        &self.opened.days
    }

    /// Live articles of the archive.
    pub(crate) fn articles(&self) -> u64 {
        self.statistics().documents(Target::Articles)
    }

    /// Counts that scores need.
    pub(crate) fn statistics(&self) -> &Statistics {
        &self.opened.statistics
    }

    /// The threads that help.
    pub(crate) fn helpers(&self) -> &Arc<Helpers> {
        &self.helpers
    }

    /// What looks through the index.
    pub(crate) fn engine(&self) -> Engine<'_> {
        let Opened { snapshot, statistics, .. } = &*self.opened;
        Engine { snapshot, statistics, helpers: &self.helpers, clock: &self.clock }
    }

    /// The same archive without a deadline.
    pub(crate) fn unhurried(&self) -> Self {
        Self { clock: Arc::default(), ..self.clone() }
    }

    pub(crate) fn plan(&self, query: &Query, target: Target) -> Result<Plan, Error> {
        self.knowing(|| self.planner(|planner| planner.plan(query, target)))
    }

    /// Does something with a planner.
    pub(crate) fn planner<T>(&self, with: impl FnOnce(Planner<'_>) -> T) -> T {
        let saved = |name: &str| saved::read(self.saved.named(name)?).ok();
        let names = |field: FieldId, typed: &str| self.meant(field, typed);
        let Opened { snapshot, statistics, .. } = &*self.opened;
        let (saved, names, today) = (&saved, &names, self.today);
        with(Planner::new(Context { snapshot, statistics, saved, names, today }))
    }

    /// A page of hits with its counts, and what its plan has to say.
    pub(crate) fn page<H>(&self, hits: Vec<H>, ranked: &Ranked, plan: Plan) -> Page<H> {
        let unknown = plan.unknown().map(str::to_owned).collect();
        Page { unknown, ..self.page_with(hits, ranked, plan.notes) }
    }

    /// A page of hits with its counts and notes.
    pub(crate) fn page_with<H>(&self, hits: Vec<H>, ranked: &Ranked, mut notes: Vec<Note>) -> Page<H> {
        let complete = self.is_complete();
        if !complete {
            let said = "the time was over before everything was looked at: there may be more";
            notes.push(Note::new(NoteCode::DeadlineReached, said));
        }
        let unknown = Vec::new();
        Page { hits, strict: ranked.strict, ranked: ranked.ranked, unknown, notes, complete }
    }

    /// How many articles, or quotes, without a date are left out by the dates of a query and by nothing else of it.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn left_out(&self, query: &Query, target: Target) -> Result<u64, Error> {
        let Some(undated) = query.of_undated() else { return Ok(0) };
        let plan = self.plan(&undated, target)?;
        Ok(self.rank(&plan, false, Sort::Newest, 0)?.1.ranked)
    }

    /// Articles without a date that the dates of a query leave out, and nothing else of it.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn undated_articles(&self, query: &Query) -> Result<u64, Error> {
        self.left_out(query, Target::Articles)
    }

    /// Quotes of articles without a date that the dates of a query leave out, and nothing else of it.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn undated_quotes(&self, query: &Query) -> Result<u64, Error> {
        self.left_out(query, Target::Quotes)
    }

    /// Articles under the strict reading of a query: every word, in the order of their addresses.
    pub(crate) fn matching(&self, query: &Query) -> Result<Vec<DocAddress>, Error> {
        self.is_here("a question that reads every story that matches")?;
        let plan = self.plan(query, Target::Articles)?;
        rank::matching(self.engine(), plan)
    }
}
