//! Where the server listens, and the signals that end it.

use std::{
    fmt, fs,
    net::{SocketAddr, TcpListener},
    os::unix::{
        fs::FileTypeExt,
        net::{UnixListener, UnixStream},
    },
    path::Path,
    sync::atomic::{AtomicU8, Ordering},
};

use anyhow::{Context, bail};
use pullquote::serve::Listening;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::Mutex,
};

use crate::cli::exit::Exit;

/// Where the server listens.
pub enum Place {
    /// At a port.
    Tcp(SocketAddr),
    /// At a socket in the file system, by its path.
    Unix(String),
}

impl Place {
    /// Where somebody wants it to listen. What is handed over may be elsewhere.
    pub fn wished(listen: SocketAddr, unix: Option<&Path>) -> Self {
        match unix {
            Some(path) => Self::Unix(path.display().to_string()),
            None if std::env::var_os("LISTEN_FDS").is_some() => Self::Unix(String::new()),
            None => Self::Tcp(listen),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(at) => write!(f, "http://{at}/"),
            Self::Unix(path) => write!(f, "listening at {path}"),
        }
    }
}

/// What listens.
pub enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Socket {
    /// The same for the loop that accepts.
    pub fn into_listening(self) -> anyhow::Result<Listening> {
        Ok(match self {
            Self::Tcp(listener) => Listening::Tcp(tokio::net::TcpListener::from_std(listener)?),
            Self::Unix(listener) => Listening::Unix(tokio::net::UnixListener::from_std(listener)?),
        })
    }
}

/// Opens what is listened at: what systemd hands over, else a Unix socket, else a port.
pub fn open(listen: SocketAddr, path: Option<&Path>) -> anyhow::Result<(Socket, Place)> {
    let mut given = listenfd::ListenFd::from_env();
    if given.len() > 0 {
        if let Ok(Some(listener)) = given.take_unix_listener(0) {
            return unix(listener, "the socket that was handed over".to_owned());
        }
        if let Ok(Some(listener)) = given.take_tcp_listener(0) {
            return tcp(listener);
        }
        bail!("what was handed over is no socket that listens");
    }
    let Some(path) = path else {
        let listener = TcpListener::bind(listen);
        return tcp(listener.with_context(|| format!("cannot listen at {listen}"))?);
    };
    remove_left(path)?;
    let listener =
        UnixListener::bind(path).with_context(|| format!("cannot listen at {}", path.display()))?;
    unix(listener, path.display().to_string())
}

/// Takes away what a server left that was killed; one that runs keeps its own.
fn remove_left(path: &Path) -> anyhow::Result<()> {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|of| of.file_type().is_socket());
    if is_socket && UnixStream::connect(path).is_err() {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

fn tcp(listener: TcpListener) -> anyhow::Result<(Socket, Place)> {
    listener.set_nonblocking(true)?;
    let at = listener.local_addr()?;
    Ok((Socket::Tcp(listener), Place::Tcp(at)))
}

fn unix(listener: UnixListener, path: String) -> anyhow::Result<(Socket, Place)> {
    listener.set_nonblocking(true)?;
    Ok((Socket::Unix(listener), Place::Unix(path)))
}

/// SIGINT and SIGTERM as they come.
pub struct Signals {
    streams: Mutex<(Signal, Signal)>,
    first: AtomicU8,
}

impl Signals {
    /// Listens for them.
    pub fn new() -> anyhow::Result<Self> {
        let streams = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { streams: Mutex::new(streams), first: AtomicU8::new(Exit::Done as u8) })
    }

    /// Waits for the next.
    pub async fn next(&self) {
        let mut streams = self.streams.lock().await;
        let (interrupt, terminate) = &mut *streams;
        let exit = tokio::select! {
            _ = interrupt.recv() => Exit::Interrupted,
            _ = terminate.recv() => Exit::Terminated,
        };
        let (none, exit) = (Exit::Done as u8, exit as u8);
        let _ = self.first.compare_exchange(none, exit, Ordering::AcqRel, Ordering::Acquire);
    }

    /// The code for the first.
    pub fn exit(&self) -> Exit {
        match self.first.load(Ordering::Acquire) {
            code if code == Exit::Interrupted as u8 => Exit::Interrupted,
            code if code == Exit::Terminated as u8 => Exit::Terminated,
            _ => Exit::Done,
        }
    }
}
