//! Runs, from the lock to the last commit.

use std::{
    iter,
    path::{Path, PathBuf},
    time::Instant,
};

use super::{
    ending::{Limit, Outcome},
    error::Error,
    job::{self, Target},
    moved,
    options::{Event, Options, Surroundings, engine_threads},
    walk::Walk,
};
use crate::{
    config::{self, Config},
    index::{
        Budget, Opening, Waiting, Writer,
        corrections::{
            self, Corrections,
            speakers::{self, Speakers},
        },
    },
    state::{Root, Roots, Run, Runs},
};

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
            run.outcome = outcome.name().to_owned();
            run.error = (!outcome.faults.is_empty()).then(|| outcome.faults.join("; "));
            run.report = Some(outcome.report.clone());
        }
        Err(error) => {
            run.outcome = "failed".to_owned();
            let causes = iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
            run.error = Some(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "));
        }
    }
    let recorded = runs.record(&options.index, run);
    let outcome = result?;
    recorded?;
    Ok(outcome)
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
        let faults = [
            (corrections::FILE, Corrections::keep(&options.index, &root.name, &root.path)?),
            (speakers::FILE, Speakers::keep(&options.index, &root.name, &root.path)?),
        ];
        for (file, fault) in faults.into_iter().filter_map(|(file, fault)| Some((file, fault?))) {
            let file = root.path.join(file);
            let text = format!("{}: {fault}: the corrections kept before stay in force", file.display());
            (surroundings.tell)(Event::Warning(text));
        }
    }
    let limit = Limit { stop: surroundings.stop.clone(), begun, runtime: options.max_runtime };
    let mut walk = Walk::begin(writer, options, surroundings, limit, shared)?;
    for name in &options.forget {
        walk.forget_root(name)?;
    }
    for target in &targets {
        walk.root(target)?;
    }
    let outcome = walk.finish()?;
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
    moved::refuse(roots, options)?;
    let mut chosen = job::chosen(roots, options)?;
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
