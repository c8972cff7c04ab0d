//! What a server says while it runs, and the runs that it begins: on threads of their own, so that no request waits for
//! whoever reads.

use std::{
    ffi::OsString,
    fs::File,
    io::Write,
    os::fd::AsFd,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use anyhow::Context;
use pullquote::{record::Line, report::Visit, serve::Run, visible::line};

use crate::cli::ArchiveArgs;

/// Lines that wait for whoever reads them; those that come then are lost, and counted.
const WAITING: usize = 4096;

/// Writes the access log to standard output and warnings to standard error.
#[derive(Clone)]
pub struct Teller {
    lines: SyncSender<Said>,
    lost: Arc<AtomicU64>,
}

enum Said {
    Visit(String),
    Warning(String),
}

impl Teller {
    /// Begins.
    pub fn start() -> Self {
        let (lines, said) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let teller = Self { lines, lost: Arc::clone(&lost) };
        thread::spawn(move || tell(&said, &lost));
        teller
    }

    /// Writes a line of the access log.
    pub fn visit(&self, visit: &Visit) {
        self.say(Said::Visit(serde_json::to_string(&Line::of(visit)).unwrap_or_default()));
    }

    /// Tells whoever looks after the server.
    pub fn warn(&self, text: &str) {
        self.say(Said::Warning(line(text).into_owned()));
    }

    fn say(&self, said: Said) {
        if self.lines.try_send(said).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Who reads may have gone: that is no reason to stop.
fn tell(said: &Receiver<Said>, lost: &AtomicU64) {
    let (mut out, mut err) = (own(std::io::stdout()), own(std::io::stderr()));
    for one in said {
        let _ = match one {
            Said::Visit(line) => out.write_all((line + "\n").as_bytes()),
            Said::Warning(text) => err.write_all(format!("warning: {text}\n").as_bytes()),
        };
        match lost.swap(0, Ordering::Relaxed) {
            0 => (),
            count => drop(writeln!(err, "warning: {count} lines were lost: nobody read them")),
        }
    }
}

/// The same stream without the lock of the program's own: a thread that waits for somebody to read must not keep the
/// program from ending.
fn own(stream: impl AsFd + Write + 'static) -> Box<dyn Write> {
    match stream.as_fd().try_clone_to_owned() {
        Ok(own) => Box::new(File::from(own)),
        Err(_) => Box::new(stream),
    }
}

/// Runs `pullquote index` when it is asked to: one run at a time, and at most one more after it.
pub struct Runner(SyncSender<()>);

impl Runner {
    /// Begins to wait for wishes.
    pub fn start(index: &Path, options: &ArchiveArgs, teller: Teller) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("cannot tell where this program is")?;
        let mut words: Vec<OsString> = vec!["index".into(), "--index".into(), index.as_os_str().to_owned()];
        words.extend(["--quiet", "--wait-lock", "1m"].map(OsString::from));
        if let Some(config) = &options.config {
            words.extend(["--config".into(), config.as_os_str().to_owned()]);
        }
        // One wish that waits stands for all that came after it.
        let (wishes, wished) = sync_channel(1);
        thread::spawn(move || {
            for () in wished {
                if let Some(fault) = fault(&program, &words) {
                    teller.warn(&format!("the run after a correction: {fault}"));
                }
            }
        });
        Ok(Self(wishes))
    }

    /// What the server calls.
    pub fn into_run(self) -> Run {
        Box::new(move || {
            // Where one waits already, it takes this one with it.
            let _ = self.0.try_send(());
        })
    }
}

/// Runs it to the end; what went wrong.
fn fault(program: &PathBuf, words: &[OsString]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null());
    match command.output() {
        Ok(output) if matches!(output.status.code(), Some(0 | 3)) => None,
        Ok(output) => Some(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Some(error.to_string()),
    }
}
