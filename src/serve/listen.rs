//! Connections: accepted as long as there is room, given up when they are slow, let go when the server ends.

use std::{
    collections::HashSet,
    future::Future,
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, UnixListener},
    sync::Semaphore,
    task::spawn_blocking,
    time::{Instant, Sleep, interval, sleep, timeout},
};

use super::{
    app::{App, router},
    guard::Peer,
};

/// How long a client may take for its headers, or be silent between two requests.
const HEADERS: Duration = Duration::from_secs(5);

/// How long a client may take nothing of an answer.
const STALLED: Duration = Duration::from_secs(10);

/// How long what is being answered may take when the server ends.
const DRAIN: Duration = Duration::from_secs(5);

/// Connections at the same time.
const MOST: usize = 1024;

/// What passes after a connection that could not be accepted.
const BREATH: Duration = Duration::from_millis(50);

/// How often a newer commit is looked for.
const LOOK: Duration = Duration::from_secs(1);

/// Where connections come from.
pub enum Listening {
    /// A port.
    Tcp(TcpListener),
    /// A socket in the file system.
    Unix(UnixListener),
}

/// Either kind of connection.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Listening {
    async fn accept(&self) -> io::Result<(Box<dyn Stream>, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                // Of a connection that is gone already it cannot be set.
                let _ = stream.set_nodelay(true);
                Ok((Box::new(stream), Peer::Tcp(address.ip())))
            }
            Self::Unix(listener) => Ok((Box::new(listener.accept().await?.0), Peer::Unix)),
        }
    }
}

/// Serves until `stop` is done: then nobody is let in any more, and what is being answered has some seconds, or until `stop`
/// is done again. `warn` hears what goes wrong, once each: a newer commit that cannot be read, connections that cannot be accepted.
///
/// # Errors
/// None yet: whatever goes wrong with one connection leaves the others alone.
pub async fn serve<F: Future<Output = ()>>(
    listening: Listening,
    app: Arc<App>,
    mut stop: impl FnMut() -> F,
    warn: impl Fn(&str) + Clone + Send + 'static,
) -> io::Result<()> {
    let router = router(Arc::clone(&app));
    let (graceful, room) = (GracefulShutdown::new(), Arc::new(Semaphore::new(MOST)));
    let (looking, mut told) = (tokio::spawn(look(app, warn.clone())), HashSet::new());
    {
        let mut stopped = pin!(stop());
        loop {
            let accepted = tokio::select! {
                accepted = listening.accept() => accepted,
                () = &mut stopped => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Of a client that went away, of its network, or for want of files: others may still come.
                    if told.insert(error.kind()) {
                        warn(&format!("a connection cannot be accepted: {error}"));
                    }
                    sleep(BREATH).await;
                    continue;
                }
            };
            // Whoever finds no room is let go at once.
            let Ok(place) = Arc::clone(&room).try_acquire_owned() else { continue };
            let connection = connection(stream, peer, router.clone());
            let watched = graceful.watch(connection);
            tokio::spawn(async move {
                let _place = place;
                // A client that breaks off is no fault.
                let _ = watched.await;
            });
        }
    }
    drop(listening);
    looking.abort();
    tokio::select! {
        _ = timeout(DRAIN, graceful.shutdown()) => (),
        () = stop() => (),
    }
    Ok(())
}

fn connection(
    stream: Box<dyn Stream>,
    peer: Peer,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let mut router = router.clone();
        let request = request.map(axum::body::Body::new);
        async move { tower_service::Service::call(&mut router, request).await }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(Patient::new(stream)), service)
}

/// Looks for newer commits for as long as the server runs.
async fn look(app: Arc<App>, warn: impl Fn(&str) + Send + 'static) {
    let (mut ticks, mut last) = (interval(LOOK), None);
    loop {
        ticks.tick().await;
        let app = Arc::clone(&app);
        let fault = match spawn_blocking(move || app.renew().err().map(|error| error.to_string())).await {
            Ok(fault) => fault,
            Err(_) => return,
        };
        if let Some(fault) = fault.as_ref().filter(|fault| last.as_ref() != Some(*fault)) {
            warn(fault);
        }
        last = fault;
    }
}

/// A connection that is given up when the client takes nothing for too long.
struct Patient {
    stream: Box<dyn Stream>,
    /// When it is given up; nothing while it takes what it is given.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: Box<dyn Stream>) -> Self {
        Self { stream, stalled: None }
    }

    fn waited<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled =
            self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + STALLED)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, bytes)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.waited(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.waited(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.waited(context, shut)
    }
}
