//! `serve`: the archive as pages and JSON over HTTP.

use std::{
    fs,
    io::Write,
    net::{IpAddr, SocketAddr, TcpListener},
    os::unix::{fs::FileTypeExt, net::UnixListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, bail};
use jiff::Timestamp;
use pullquote::{
    query::{Helpers, Idle},
    record::Line,
    report::Visit,
    serve::{Access, App, Listening, Log, Moment, Run, Settings, serve},
};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{ArchiveArgs, ask, exit::Exit, ui::Ui};

/// The archive as pages and JSON over HTTP, for browsers and programs
///
/// Read-only, and for this machine alone unless told otherwise. docs/SERVE.md tells how to serve a newsroom.
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen at; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", conflicts_with = "unix")]
    listen: SocketAddr,
    /// Unix socket to listen at instead, for a proxy on this machine
    #[arg(long, value_name = "PATH")]
    unix: Option<PathBuf>,
    /// Name of a host that the server answers to, beside those of this machine; may be given several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// File with the token that everybody must give, as Bearer or as the password of Basic
    #[arg(long, value_name = "FILE", conflicts_with = "user_header")]
    token_file: Option<PathBuf>,
    /// Header in which a proxy names whom it let in
    #[arg(long, value_name = "NAME")]
    user_header: Option<String>,
    /// Proxies that are believed over TCP; nobody else may ask then
    #[arg(long, value_name = "IP", requires = "user_header")]
    trusted_proxy: Vec<IpAddr>,
    /// Let pages write saved searches and corrections of names
    #[arg(long)]
    allow_writes: bool,
    /// Longest time for an answer, in milliseconds; what was not looked at by then is said
    #[arg(long, value_name = "MS", default_value_t = 2000)]
    patience: u64,
    /// Leave what was asked out of the access log
    #[arg(long)]
    redact: bool,
    /// Write the access log to a terminal too; elsewhere it goes to standard output, a line of JSON for each request
    #[arg(long)]
    log: bool,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let mut settings = settings(args, ui)?;
    let options = archive;
    let archive = ask::open(archive)?.with_helpers(Arc::new(Helpers::of_this_machine(Idle::Asleep)));
    settings.run = args.allow_writes.then(|| runs(archive.folder(), options)).transpose()?;
    let app = App::new(archive, settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    runtime.context("cannot start")?.block_on(async {
        let (listening, at) = listening(args)?;
        let signals = Signals::new()?;
        ui.note(&format!("{at} (Ctrl-C ends it)"));
        ui.out().flush()?;
        let warn = |fault: &str| {
            // The server runs on with what is open; who looks after it is told once.
            let _ = writeln!(std::io::stderr(), "warning: {}", pullquote::visible::line(fault));
        };
        serve(listening, app, || signals.next(), warn).await.context("cannot accept connections")?;
        Ok(signals.exit())
    })
}

fn settings(args: &Args, ui: &Ui) -> anyhow::Result<Settings> {
    let is_local = args.unix.is_none() && args.listen.ip().is_loopback() && args.user_header.is_none();
    let access = match (&args.token_file, &args.user_header) {
        (Some(path), _) => Access::Token(token(path)?),
        (None, Some(header)) => {
            if args.unix.is_none() && args.trusted_proxy.is_empty() {
                bail!(
                    "--user-header needs --unix, or --trusted-proxy: otherwise anybody could name themselves"
                );
            }
            let peers = args.trusted_proxy.iter().map(IpAddr::to_canonical).collect();
            Access::Proxy { header: header.to_ascii_lowercase(), peers }
        }
        (None, None) if is_local || args.unix.is_some() => Access::Open,
        (None, None) => {
            bail!("{} is open to others: give --token-file FILE, or --user-header with a proxy", args.listen)
        }
    };
    let mut hosts: Vec<String> = args.host.iter().map(|host| host.to_ascii_lowercase()).collect();
    if args.unix.is_none() && !args.listen.ip().is_unspecified() {
        hosts.push(match args.listen.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        });
    }
    Ok(Settings {
        hosts,
        access,
        is_local: is_local && args.token_file.is_none() && args.host.is_empty(),
        allow_writes: args.allow_writes,
        patience: Duration::from_millis(args.patience.max(1)),
        log: (!ui.args.quiet && (args.log || !ui.on_terminal())).then(log),
        redacts: args.redact,
        ..Settings::local(moment)
    })
}

/// Begins `pullquote index` beside the server, one run at a time. Another that is under way at that moment takes what was
/// written with it, or the next one does.
fn runs(index: &Path, options: &ArchiveArgs) -> anyhow::Result<Run> {
    let program = std::env::current_exe().context("cannot tell where this program is")?;
    let mut line = vec!["index".into(), "--index".into(), index.as_os_str().to_owned(), "--quiet".into()];
    line.extend(["--wait-lock".into(), "1m".into()]);
    if let Some(config) = &options.config {
        line.extend(["--config".into(), config.as_os_str().to_owned()]);
    }
    Ok(Box::new(move || {
        let mut run = Command::new(&program);
        run.args(&line).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Ok(mut run) = run.spawn() {
            // Somebody must hear that it ended.
            std::thread::spawn(move || run.wait());
        }
    }))
}

fn moment() -> Moment {
    Moment { now: Timestamp::now(), today: ask::today() }
}

/// The hash of a token.
fn token(path: &Path) -> anyhow::Result<blake3::Hash> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let token = text.trim();
    if token.len() < 16 {
        bail!("{}: a token has at least 16 characters", path.display());
    }
    Ok(blake3::hash(token.as_bytes()))
}

/// Writes the access log: a line of JSON for each request on standard output.
fn log() -> Log {
    let out = Mutex::new(std::io::stdout());
    Box::new(move |visit: &Visit| {
        let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
        let line = serde_json::to_string(&Line::of(visit)).unwrap_or_default();
        // Who reads the log may have gone: that is no reason to stop.
        let _ = writeln!(out, "{line}");
    })
}

/// Opens what is listened at: what systemd hands over, else a Unix socket, else a port.
fn listening(args: &Args) -> anyhow::Result<(Listening, String)> {
    let mut given = listenfd::ListenFd::from_env();
    if given.len() > 0 {
        if let Ok(Some(listener)) = given.take_unix_listener(0) {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::UnixListener::from_std(listener)?;
            return Ok((
                Listening::Unix(listener),
                "listening at the socket that was handed over".to_owned(),
            ));
        }
        if let Ok(Some(listener)) = given.take_tcp_listener(0) {
            return tcp(listener);
        }
        bail!("what was handed over is no socket that listens");
    }
    let Some(path) = &args.unix else {
        let listener =
            TcpListener::bind(args.listen).with_context(|| format!("cannot listen at {}", args.listen))?;
        return tcp(listener);
    };
    // What a server left that was killed is taken away; one that runs is not.
    let is_left = fs::symlink_metadata(path).is_ok_and(|of| of.file_type().is_socket())
        && std::os::unix::net::UnixStream::connect(path).is_err();
    if is_left {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    let listener =
        UnixListener::bind(path).with_context(|| format!("cannot listen at {}", path.display()))?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::UnixListener::from_std(listener)?;
    Ok((Listening::Unix(listener), format!("listening at {}", path.display())))
}

fn tcp(listener: TcpListener) -> anyhow::Result<(Listening, String)> {
    listener.set_nonblocking(true)?;
    let at = listener.local_addr()?;
    Ok((Listening::Tcp(tokio::net::TcpListener::from_std(listener)?), format!("http://{at}/")))
}

/// SIGINT and SIGTERM as they come.
struct Signals {
    streams: tokio::sync::Mutex<(Signal, Signal)>,
    first: AtomicU8,
}

impl Signals {
    fn new() -> anyhow::Result<Self> {
        let streams = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { streams: tokio::sync::Mutex::new(streams), first: AtomicU8::new(Exit::Done as u8) })
    }

    /// Waits for the next.
    async fn next(&self) {
        let mut streams = self.streams.lock().await;
        let (interrupt, terminate) = &mut *streams;
        let exit = tokio::select! {
            _ = interrupt.recv() => Exit::Interrupted,
            _ = terminate.recv() => Exit::Terminated,
        };
        let _ =
            self.first.compare_exchange(Exit::Done as u8, exit as u8, Ordering::AcqRel, Ordering::Acquire);
    }

    /// The code for the first.
    fn exit(&self) -> Exit {
        match self.first.load(Ordering::Acquire) {
            code if code == Exit::Interrupted as u8 => Exit::Interrupted,
            code if code == Exit::Terminated as u8 => Exit::Terminated,
            _ => Exit::Done,
        }
    }
}
