//! `serve`: the archive as pages and JSON over HTTP.

mod listening;
mod telling;

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use jiff::Timestamp;
use pullquote::{
    query::{Helpers, Idle},
    serve::{Access, App, Moment, Settings, serve},
};

use self::{
    listening::{Place, Signals, open},
    telling::{Runner, Teller},
};
use super::{ArchiveArgs, ask, exit::Exit, ui::Ui};

/// Characters of the shortest token.
const LEAST_TOKEN: usize = 16;

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
    /// Let pages write saved searches and corrections of names and speakers
    #[arg(long)]
    allow_writes: bool,
    /// Longest time for an answer, in milliseconds; what was not looked at by then is said
    #[arg(long, value_name = "MS", default_value_t = 2000)]
    deadline: u64,
    /// Leave what was asked out of the access log
    #[arg(long)]
    redact: bool,
    /// Write the access log to a terminal too; elsewhere it goes to standard output, a line of JSON for each request
    #[arg(long)]
    log: bool,
}

/// Runs the command.
pub fn run(args: &Args, options: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(options)?.with_helpers(Arc::new(Helpers::of_this_machine(Idle::Asleep)));
    // What listens is looked at, and not what was asked for: it may have been handed over.
    check(args, &Place::wished(args.listen, args.unix.as_deref()))?;
    let (socket, place) = open(args.listen, args.unix.as_deref())?;
    check(args, &place)?;
    let teller = Teller::start();
    let mut settings = settings(args, &place)?;
    if !ui.args.quiet && (args.log || !ui.on_terminal()) {
        let teller = teller.clone();
        settings.log = Some(Box::new(move |visit| teller.visit(visit)));
    }
    if args.allow_writes {
        settings.run = Some(Runner::start(archive.folder(), options, teller.clone())?.into_run());
    }
    let app = App::new(archive, settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = runtime.context("cannot start")?;
    let exit = runtime.block_on(async {
        let listening = socket.into_listening()?;
        let signals = Signals::new()?;
        ui.note(&format!("{place} (Ctrl-C ends it)"));
        serve(listening, app, || signals.next(), move |fault| teller.warn(fault))
            .await
            .context("cannot accept connections")?;
        Ok(signals.exit())
    });
    // A thread that still waits, for a disk that does not answer or a long question, is not waited for.
    runtime.shutdown_background();
    exit
}

/// Refuses to be open to others without knowing whom it lets in.
fn check(args: &Args, place: &Place) -> anyhow::Result<()> {
    let is_known = args.token_file.is_some() || args.user_header.is_some();
    match place {
        Place::Tcp(_) if args.user_header.is_some() && args.trusted_proxy.is_empty() => {
            bail!("--user-header needs --unix, or --trusted-proxy: otherwise anybody could name themselves")
        }
        Place::Tcp(at) if !at.ip().to_canonical().is_loopback() && !is_known => {
            bail!("{at} is open to others: give --token-file FILE, or --user-header with a proxy")
        }
        Place::Tcp(_) | Place::Unix(_) => Ok(()),
    }
}

fn settings(args: &Args, place: &Place) -> anyhow::Result<Settings> {
    let access = match (&args.token_file, &args.user_header) {
        (Some(path), _) => Access::Token(token(path)?),
        (None, Some(header)) => {
            let peers = args.trusted_proxy.iter().map(IpAddr::to_canonical).collect();
            Access::Proxy { header: header.to_ascii_lowercase(), peers }
        }
        (None, None) => Access::Open,
    };
    let mut hosts: Vec<String> = args.host.iter().map(|host| host.to_ascii_lowercase()).collect();
    // Under a name of its own, or behind a proxy, others read it.
    let mut is_local = matches!(access, Access::Open) && hosts.is_empty();
    match place {
        Place::Tcp(at) => {
            is_local &= at.ip().to_canonical().is_loopback();
            if !at.ip().is_unspecified() {
                hosts.push(match at.ip() {
                    IpAddr::V4(ip) => ip.to_string(),
                    IpAddr::V6(ip) => format!("[{ip}]"),
                });
            }
        }
        Place::Unix(_) => is_local = false,
    }
    Ok(Settings {
        hosts,
        access,
        is_local,
        allow_writes: args.allow_writes,
        patience: Duration::from_millis(args.deadline.max(1)),
        redacts: args.redact,
        ..Settings::local(moment)
    })
}

fn moment() -> Moment {
    Moment { now: Timestamp::now(), today: ask::today() }
}

/// The hash of a token.
fn token(path: &Path) -> anyhow::Result<blake3::Hash> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let token = text.trim();
    if token.len() < LEAST_TOKEN {
        bail!("{}: a token has at least {LEAST_TOKEN} characters", path.display());
    }
    Ok(blake3::hash(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn args(line: &str) -> Args {
        Line::try_parse_from(["serve"].into_iter().chain(line.split_whitespace())).expect("a line").args
    }

    fn tcp(at: &str) -> Place {
        Place::Tcp(at.parse().expect("an address"))
    }

    #[test]
    fn what_listens_tells_who_may_ask_and_not_what_was_asked_for() {
        // The socket was handed over: --listen says nothing about it.
        assert!(check(&args(""), &tcp("0.0.0.0:80")).is_err());
        assert!(check(&args(""), &tcp("[::]:80")).is_err() && check(&args(""), &tcp("10.0.0.5:80")).is_err());
        assert!(check(&args(""), &tcp("127.0.0.1:80")).is_ok() && check(&args(""), &tcp("[::1]:80")).is_ok());
        assert!(check(&args("--token-file t"), &tcp("0.0.0.0:80")).is_ok());
        assert!(
            check(&args("--user-header X"), &tcp("127.0.0.1:80")).is_err(),
            "an empty list trusts nobody"
        );
        assert!(check(&args("--user-header X --trusted-proxy 10.0.0.1"), &tcp("0.0.0.0:80")).is_ok());
        assert!(check(&args("--user-header X"), &Place::Unix("x".into())).is_ok());
    }

    #[test]
    fn only_this_machine_alone_is_local() {
        let local = |line: &str, place: &Place| settings(&args(line), place).expect("settings").is_local;
        assert!(local("", &tcp("127.0.0.1:80")) && local("", &tcp("[::1]:80")));
        assert!(!local("--host quotes.example", &tcp("127.0.0.1:80")));
        assert!(!local("", &tcp("0.0.0.0:80")) && !local("", &Place::Unix("x".into())));
        assert!(!local("--user-header X --trusted-proxy 127.0.0.1", &tcp("127.0.0.1:80")));
    }
}
