//! What a server is told when it starts.

use std::{net::IpAddr, time::Duration};

use jiff::{Timestamp, civil::Date};

use crate::report::Visit;

/// A moment with the day it lies in where the server stands.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The instant.
    pub now: Timestamp,
    /// The day.
    pub today: Date,
}

/// Who may ask.
#[derive(Clone, Debug)]
pub enum Access {
    /// Whoever reaches it: for an address that this machine alone reaches.
    Open,
    /// Whoever has the token, of which only the hash is kept: as `Authorization: Bearer`, or as the password of `Basic`.
    Token(blake3::Hash),
    /// Whoever a proxy has let in: it names them in a header. Over TCP only these peers are believed.
    Proxy {
        /// The header, in lower case.
        header: String,
        /// Proxies that are believed. Over a Unix socket everybody is: the socket's permissions tell who may write to it.
        peers: Vec<IpAddr>,
    },
}

/// Takes the line of the access log about each request.
pub type Log = Box<dyn Fn(&Visit) + Send + Sync>;

/// Begins a run that brings the index up to date, so that corrected speakers hold.
pub type Run = Box<dyn Fn() + Send + Sync>;

/// What a server is told when it starts.
pub struct Settings {
    /// Names of hosts it answers to, in lower case and without a port, beside those of this machine itself.
    pub hosts: Vec<String>,
    /// Who may ask.
    pub access: Access,
    /// Whether only this machine reaches it. Elsewhere the text of stories under embargo is withheld.
    pub is_local: bool,
    /// Whether saved searches and corrections may be written.
    pub allow_writes: bool,
    /// How long a question may take.
    pub patience: Duration,
    /// How long facets may take.
    pub facet_patience: Duration,
    /// Questions that are answered at the same time.
    pub at_once: usize,
    /// Questions that wait for their turn.
    pub queue: usize,
    /// Tells the time.
    pub clock: fn() -> Moment,
    /// Begins a run after speakers were corrected; without it they hold with the next one.
    pub run: Option<Run>,
    /// Takes the access log.
    pub log: Option<Log>,
    /// Whether the log leaves out what was asked.
    pub redacts: bool,
}

impl Settings {
    /// For this machine alone, read-only.
    pub fn local(clock: fn() -> Moment) -> Self {
        Self {
            hosts: Vec::new(),
            access: Access::Open,
            is_local: true,
            allow_writes: false,
            patience: Duration::from_secs(2),
            facet_patience: Duration::from_millis(300),
            at_once: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            queue: 32,
            clock,
            run: None,
            log: None,
            redacts: false,
        }
    }
}
