//! `push`: the live set of an index to an OpenSearch cluster.

use std::time::Instant;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use pullquote::{
    cluster::{PushOptions, Pushing, push},
    record::Line,
};

use super::{ArchiveArgs, archive, cluster, exit::Exit, index::is_watched, print, ui::Ui};

/// Bring an OpenSearch cluster up to date with this index
///
/// Only what changed since the last push is sent; stories that were removed or taken down leave. Each root has indices of
/// its own, and a push that was stopped goes on where it was. docs/CLUSTER.md tells the rest.
#[derive(clap::Args)]
pub struct Args {
    /// Address of the cluster, or of several of its nodes with commas between
    #[arg(long, value_name = "URL")]
    to: String,
    /// Fill new indices of each root, and swap them in when they are whole
    #[arg(long)]
    rebuild: bool,
    /// Say what would be sent, and send nothing
    #[arg(long, conflicts_with = "rebuild")]
    dry_run: bool,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let start = Instant::now();
    let folder = archive::find(archive)?;
    let client = cluster::client(&archive.cluster, &args.to)?;
    let bar = if is_watched(ui) { ProgressBar::no_length() } else { ProgressBar::hidden() };
    let style = ProgressStyle::with_template("{bar:24} {percent:>3} % {msg}, {eta} left");
    let bar = bar.with_style(style.expect("a valid template"));
    let options = PushOptions { rebuild: args.rebuild, dry_run: args.dry_run };
    let pushed = push(&client, &folder, options, &mut |event| match event {
        Pushing::Progress { seen, of, sent } => {
            bar.set_length(of);
            bar.set_position(seen);
            bar.set_message(format!(
                "{} of {} stories, {} sent",
                HumanCount(seen),
                HumanCount(of),
                HumanCount(sent)
            ));
        }
        Pushing::Note(text) => bar.suspend(|| ui.note(text)),
    });
    bar.finish_and_clear();
    let mut pushed = pushed?;
    pushed.elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    if ui.json() {
        ui.record(&Line::of(&pushed))?;
        return Ok(Exit::Done);
    }
    let there: u64 = pushed.roots.values().sum();
    let did = format!(
        "{} added, {} updated, {} removed, {} unchanged",
        pushed.added, pushed.updated, pushed.removed, pushed.unchanged
    );
    ui.note(&match pushed.dry_run {
        true => format!("nothing was sent; a push would have {did}, and {} there", print::articles(there)),
        false => format!("{did}; {} and {} quotes there", print::articles(there), HumanCount(pushed.quotes)),
    });
    Ok(Exit::Done)
}
