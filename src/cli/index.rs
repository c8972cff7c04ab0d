//! `index`: crawl and bring the index up to date.

mod print;
mod tell;

use std::{
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use pullquote::{
    config::{self, Config},
    crawl::CONFIG_FILE,
    index,
    ingest::{self, Ended, Event, Options, Outcome, Stop, Surroundings, Total},
};

pub use self::print::more;
use self::tell::Listener;
pub use self::tell::is_watched;
use super::{
    ArchiveArgs, archive,
    exit::Exit,
    hooks::{HookArgs, Hooks},
    metrics::Metrics,
    ui::Ui,
};

/// Crawl folders and bring their index up to date
#[derive(clap::Args)]
pub struct Args {
    /// Folders or files to read [default: all that the index remembers]
    #[arg(value_name = "ROOT")]
    roots: Vec<PathBuf>,
    /// Remember the ROOT under this name; an archive that moved keeps its name so
    #[arg(long, value_name = "NAME")]
    root_name: Option<String>,
    /// Leave a root, with all its articles
    #[arg(long, value_name = "NAME")]
    forget_root: Vec<String>,
    /// Build everything anew beside the index, and swap at the end
    #[arg(long)]
    rebuild: bool,
    /// Where an older program wrote the index, build it anew beside the old one, which that program's readers use until
    /// the swap at the end; saved searches, alerts, takedowns and corrections stay. Else like any run
    #[arg(long, conflicts_with = "rebuild")]
    upgrade: bool,
    /// Say what would be read, left out and removed, and why; read and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Read every file, whatever its size and times say
    #[arg(long)]
    verify_content: bool,
    /// Remove what is gone even when it is more than half of a root, or all of it
    #[arg(long)]
    allow_shrink: bool,
    /// Exit with 3 also for inputs that were skipped before
    #[arg(long)]
    strict: bool,
    /// Threads [default: as many as there are processors]
    #[arg(long, value_name = "N", help_heading = "Budget")]
    threads: Option<std::num::NonZeroUsize>,
    /// Memory for what is not written out yet, in MB; at least 60
    #[arg(long, value_name = "MB", default_value_t = 64, help_heading = "Budget",
        value_parser = clap::value_parser!(u64).range(60..4000))]
    memory: u64,
    /// Stop cleanly after this time (`90s`, `30m`, `2h`); the next run goes on
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Budget")]
    max_runtime: Option<Duration>,
    /// Give way to other work: lowest processor priority, and with it lowest disk priority
    #[arg(long, help_heading = "Budget")]
    nice: bool,
    /// Wait that long for another run to end (`10m`)
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "skip_if_locked")]
    wait_lock: Option<Duration>,
    /// Do nothing, and exit with 0, while another run writes
    #[arg(long)]
    skip_if_locked: bool,
    /// Write the run's metrics there for Prometheus' text-file collector, whatever the outcome
    #[arg(long, value_name = "FILE")]
    metrics_file: Option<PathBuf>,
    #[command(flatten)]
    hooks: HookArgs,
    /// Commit at least that often
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "30s", hide = true)]
    commit_every: Duration,
    /// Read that many files together
    #[arg(long, value_name = "N", default_value_t = 256, hide = true,
        value_parser = clap::value_parser!(u64).range(1..))]
    chunk_files: u64,
    /// Read files of that many bytes as a stream
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 20, hide = true)]
    large_file: u64,
}

fn time(text: &str) -> Result<Duration, String> {
    let duration: SignedDuration = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    duration.try_into().map_err(|_| "a time from now on, please".to_owned())
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let Some(file) = args.metrics_file.as_ref().filter(|_| !args.dry_run) else {
        return around(args, archive, ui);
    };
    let index = index_of(args, archive).unwrap_or_default();
    let metrics = Metrics::begin(file, &index)
        .with_context(|| format!("cannot write metrics to {}", file.display()))?;
    let done = around(args, archive, ui);
    metrics.end(done.as_ref().map_or_else(Exit::of, |&exit| exit))?;
    done
}

/// The run between its hooks.
fn around(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let options = options(args, archive)?;
    if args.dry_run {
        return plan(archive, &options, ui);
    }
    let hooks = Hooks::before(&args.hooks, &options.index)?;
    let done = run_once(args, archive, &options, ui);
    match done.as_ref().map_or_else(Exit::of, |&exit| exit) {
        Exit::Locked if args.skip_if_locked => Ok(Exit::Done),
        Exit::Locked => done,
        exit => {
            let after = hooks.after(exit);
            // The run's own failure is what matters most.
            done.and_then(|exit| after.map(|()| exit))
        }
    }
}

fn run_once(args: &Args, archive: &ArchiveArgs, options: &Options, ui: &mut Ui) -> anyhow::Result<Exit> {
    if args.nice {
        // The kernel derives the disk priority of a process that has set none from this one.
        rustix::process::nice(19).context("cannot lower the priority")?;
    }
    let settings = |root: &Path| settings(archive, root);
    let stop = stop_on_signals()?;
    let total = Total::default();
    let outcome = thread::scope(|scope| {
        if tell::is_watched(ui) {
            scope.spawn(|| total.count(options, &settings));
        }
        let mut listener = Listener::new(ui, &total);
        let mut tell = |event: Event<'_>| listener.hear(event);
        let outcome = ingest::run(options, &mut Surroundings { settings: &settings, stop, tell: &mut tell });
        total.give_up();
        listener.end(outcome.as_ref().is_ok_and(|outcome| exit(outcome, args.strict) == Exit::Failed))?;
        io::Result::Ok(outcome)
    })?;
    match outcome {
        Err(ingest::Error::Index(index::Error::Locked { owner, .. })) if args.skip_if_locked => {
            ui.note(&format!("another run is at work ({owner}): nothing done"));
            Ok(Exit::Locked)
        }
        Err(error) => Err(explained(error, &options.index)),
        Ok(outcome) => {
            print::summary(&outcome, ui)?;
            Ok(exit(&outcome, args.strict))
        }
    }
}

/// Says what a run would do.
fn plan(archive: &ArchiveArgs, options: &Options, ui: &mut Ui) -> anyhow::Result<Exit> {
    let total = Total::default();
    let mut listener = Listener::new(ui, &total);
    ingest::plan(options, &|root| settings(archive, root), &mut |event| listener.hear(event))?;
    listener.end(false)?;
    Ok(Exit::Done)
}

/// The settings for a root.
fn settings(archive: &ArchiveArgs, root: &Path) -> Result<Config, config::Error> {
    match &archive.config {
        Some(file) => Config::read(file),
        None if root.join(CONFIG_FILE).is_file() => Config::read(&root.join(CONFIG_FILE)),
        None => Ok(Config::default()),
    }
}

fn index_of(args: &Args, archive: &ArchiveArgs) -> anyhow::Result<PathBuf> {
    Ok(match (&archive.index, &args.roots[..]) {
        (Some(index), _) => index.clone(),
        (None, []) => archive::find(archive)?,
        (None, [root]) if root.is_file() => {
            bail!("{} is a file: say where its index goes, with --index", root.display())
        }
        (None, [root]) => archive::of_root(archive, root),
        (None, _) => bail!("several roots share one index: say where it goes, with --index"),
    })
}

fn options(args: &Args, archive: &ArchiveArgs) -> anyhow::Result<Options> {
    let index = index_of(args, archive)?;
    // A root that vanished is told by the run, which keeps what the index holds of it; without an index it is a slip.
    if let Some(gone) = args.roots.iter().find(|root| !root.exists())
        && !index.join("CURRENT").exists()
    {
        bail!("there is no {}", gone.display());
    }
    if args.root_name.is_some() && args.roots.len() != 1 {
        bail!("--root-name names one ROOT");
    }
    let rebuild = args.rebuild || (args.upgrade && index::is_outdated(&index)?);
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok());
    let now = Timestamp::now().as_nanosecond();
    Ok(Options {
        index,
        roots: args.roots.clone(),
        root_name: args.root_name.clone(),
        forget: args.forget_root.clone(),
        rebuild,
        verify_content: args.verify_content,
        allow_shrink: args.allow_shrink,
        threads: threads.map_or(1, std::num::NonZeroUsize::get),
        memory: usize::try_from(args.memory << 20)?,
        max_runtime: args.max_runtime,
        wait_lock: args.wait_lock.unwrap_or_default(),
        commit_every: args.commit_every,
        chunk_files: usize::try_from(args.chunk_files)?,
        large_file: args.large_file,
        now_ns: i64::try_from(now)?,
    })
}

/// The first signal asks the run to stop; a second one ends the process at once.
fn stop_on_signals() -> anyhow::Result<Stop> {
    let stop = Stop::default();
    for (signal, code) in
        [(signal_hook::consts::SIGINT, Exit::Interrupted), (signal_hook::consts::SIGTERM, Exit::Terminated)]
    {
        let second = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        signal_hook::flag::register_conditional_shutdown(signal, i32::from(code as u8), second.clone())?;
        signal_hook::flag::register(signal, second)?;
        signal_hook::flag::register_usize(signal, stop.0.clone(), usize::try_from(signal)?)?;
    }
    Ok(stop)
}

/// Says what to do about the usual failures.
fn explained(error: ingest::Error, index: &Path) -> anyhow::Error {
    let refused = |kind| matches!(kind, io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
    let place = index.display();
    let why = match &error {
        ingest::Error::Index(index::Error::Io { source, .. }) if refused(source.kind()) => {
            format!("{place} cannot be written: keep the index elsewhere with --index DIR")
        }
        ingest::Error::Index(index::Error::Engine(_)) if is_full(index) => {
            format!("no room is left at {place}: make some and run again; what was committed stands")
        }
        _ => return error.into(),
    };
    anyhow::Error::from(error).context(why)
}

/// Bytes without which the engine cannot write a segment.
const LEAST_ROOM: u64 = 4 << 20;

fn is_full(index: &Path) -> bool {
    rustix::fs::statvfs(index).is_ok_and(|disk| disk.f_bavail * disk.f_frsize < LEAST_ROOM)
}

fn exit(outcome: &Outcome, strict: bool) -> Exit {
    let report = &outcome.report;
    match outcome.ended {
        Ended::Signal(2) => Exit::Interrupted,
        Ended::Signal(_) => Exit::Terminated,
        _ if !outcome.missing.is_empty() || outcome.shrunk => Exit::Failed,
        Ended::TimeLimit => Exit::Done,
        Ended::Done if report.skipped > 0 || (strict && report.skipped_known > 0) => Exit::Skipped,
        Ended::Done => Exit::Done,
    }
}
