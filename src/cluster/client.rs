//! Requests to a cluster: one at a time, repeated where that may help, and every fault told apart.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use ureq::{
    Agent,
    http::{Request, header::AUTHORIZATION, header::CONTENT_TYPE},
    tls::{Certificate, RootCerts, TlsConfig, TlsProvider, parse_pem},
};

use super::Error;

/// Time for a connection to be made.
const CONNECTING: Duration = Duration::from_secs(10);

/// The first pause before a request is repeated; it doubles, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Bytes of an answer at the most.
const LONGEST_ANSWER: u64 = 1 << 30;

/// Who asks. It is shown nowhere.
#[derive(Clone)]
pub struct Credentials(String);

impl Credentials {
    /// Reads `USER:PASSWORD` or `Bearer TOKEN`.
    ///
    /// # Errors
    /// [`Error::BadCredentials`] with the place they come from, and never with what stands there.
    pub fn read(text: &str, place: &str) -> Result<Self, Error> {
        let bad = |why: &str| Error::BadCredentials { place: place.to_owned(), why: why.to_owned() };
        let text = text.trim_end_matches(['\r', '\n']);
        if text.contains(['\r', '\n']) {
            return Err(bad("there is more than one line"));
        }
        let token =
            text.get(..7).filter(|start| start.eq_ignore_ascii_case("bearer ")).map(|_| text[7..].trim());
        match (token, text.split_once(':')) {
            (Some(token), _) if !token.is_empty() => Ok(Self(format!("Bearer {token}"))),
            (None, Some((user, _))) if !user.is_empty() => {
                Ok(Self(format!("Basic {}", base64(text.as_bytes()))))
            }
            _ => Err(bad("it is neither USER:PASSWORD nor `Bearer TOKEN`")),
        }
    }

    /// Reads them from a file that nobody but its owner and group may read.
    ///
    /// # Errors
    /// [`Error::BadCredentials`].
    pub fn of_file(path: &Path) -> Result<Self, Error> {
        let place = path.display().to_string();
        let bad = |why: String| Error::BadCredentials { place: place.clone(), why };
        let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(path).map_err(|error| bad(error.to_string()))?.permissions(),
        );
        if mode & 0o004 != 0 {
            return Err(bad("everybody on this machine may read it (chmod 600 mends that)".to_owned()));
        }
        Self::read(&text, &place)
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

/// Where a cluster is, and how it is reached.
#[derive(Clone, Debug)]
pub struct Access {
    /// Addresses of its nodes, `https://search.example:9200`, one or several with commas between.
    pub url: String,
    /// Who asks.
    pub credentials: Option<Credentials>,
    /// Certificates, PEM, of those who vouch for the cluster's, in place of the system's.
    pub certificates: Option<std::path::PathBuf>,
    /// How long a request is repeated while the cluster is busy or away.
    pub patience: Duration,
    /// How long an answer may take.
    pub answering: Duration,
}

impl Access {
    /// A cluster that anybody may ask, with a minute's patience.
    pub fn open(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            credentials: None,
            certificates: None,
            patience: Duration::from_secs(60),
            answering: Duration::from_secs(60),
        }
    }
}

/// Asks a cluster.
#[derive(Debug)]
pub struct Client {
    nodes: Vec<String>,
    /// The node that is asked next; another when it is away.
    node: AtomicUsize,
    agent: Agent,
    access: Access,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Client {
    /// Prepares for a cluster; nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::BadUrl`], [`Error::BadCertificates`].
    pub fn new(access: Access) -> Result<Self, Error> {
        let nodes: Vec<String> =
            access.url.split(',').map(|url| url.trim().trim_end_matches('/').to_owned()).collect();
        for url in &nodes {
            let bad = |why| Error::BadUrl { url: url.clone(), why };
            let Some((scheme, rest)) = url.split_once("://") else {
                return Err(bad("it begins with http:// or https://"));
            };
            if !matches!(scheme, "http" | "https") || rest.is_empty() {
                return Err(bad("it begins with http:// or https://"));
            }
            if rest.split('/').next().is_some_and(|host| host.contains('@')) {
                let url = format!("{scheme}://…@{}", rest.rsplit('@').next().unwrap_or_default());
                let why = "a password in it would stand in the list of processes; give --credentials FILE, or set PULLQUOTE_CREDENTIALS";
                return Err(Error::BadUrl { url, why });
            }
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECTING))
            .timeout_global(Some(access.answering));
        if nodes.iter().any(|url| url.starts_with("https")) {
            config = config.tls_config(tls(access.certificates.as_deref())?);
        }
        let agent = config.build().into();
        Ok(Self { nodes, node: AtomicUsize::new(0), agent, access })
    }

    /// The address of the node that is asked now.
    pub(super) fn url(&self) -> &str {
        &self.nodes[self.node.load(Ordering::Relaxed) % self.nodes.len()]
    }

    /// Asks once, without patience: whether the cluster is there at all.
    pub(super) fn first(&self) -> Result<Value, Error> {
        let mut fault = None;
        for _ in &self.nodes {
            match self.once("GET", "/", None) {
                Ok(answer) => return self.taken(answer, "/"),
                Err(error) => fault = Some(self.fault(&error)),
            }
            self.node.fetch_add(1, Ordering::Relaxed);
        }
        Err(fault.expect("there is a node"))
    }

    /// Asks, and takes only what was done.
    pub(super) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Error> {
        let body = body.map(|body| serde_json::to_vec(body).expect("a request is plain data"));
        let answer = self.patiently(method, path, body.as_deref())?;
        self.taken(answer, path)
    }

    /// Asks, and gives nothing where there is no such thing.
    pub(super) fn find(&self, path: &str) -> Result<Option<Value>, Error> {
        let answer = self.patiently("GET", path, None)?;
        if answer.status == 404 { Ok(None) } else { self.taken(answer, path).map(Some) }
    }

    /// Asks, again and again while the cluster is busy or away and there is patience; another node each time.
    pub(super) fn patiently(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Answer, Error> {
        let mut pauses = Pauses::new(self.access.patience);
        loop {
            let fault = match self.once(method, path, body) {
                Ok(answer) if !matches!(answer.status, 429 | 502 | 503 | 504) => return Ok(answer),
                // A full disk does not empty itself while somebody waits.
                Ok(answer) => match self.refusal(answer, path) {
                    full @ Error::Full { .. } => return Err(full),
                    busy => busy,
                },
                Err(error @ (ureq::Error::Io(_) | ureq::Error::Timeout(_) | ureq::Error::HostNotFound)) => {
                    let fault = self.fault(&error);
                    self.node.fetch_add(1, Ordering::Relaxed);
                    fault
                }
                Err(error) => return Err(self.fault(&error)),
            };
            if !pauses.pause() {
                return Err(match fault {
                    Error::Busy { why, .. } => Error::Busy { seconds: self.access.patience.as_secs(), why },
                    other => other,
                });
            }
        }
    }

    /// How long somebody waits who is told that the cluster is busy.
    pub(super) fn pauses(&self) -> Pauses {
        Pauses::new(self.access.patience)
    }

    /// The seconds of it.
    pub(super) fn patience(&self) -> u64 {
        self.access.patience.as_secs()
    }

    /// Why an answer is a fault.
    pub(super) fn refusal(&self, answer: Answer, path: &str) -> Error {
        let status = answer.status;
        self.taken(answer, path)
            .err()
            .unwrap_or_else(|| Error::Other { status, why: "it says that all is well".to_owned() })
    }

    fn once(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url()));
        if let Some(Credentials(who)) = &self.access.credentials {
            request = request.header(AUTHORIZATION, who);
        }
        let mut response = match body {
            Some(body) => {
                let kind = if path.contains("_bulk") || path.contains("_msearch") {
                    "application/x-ndjson"
                } else {
                    "application/json"
                };
                self.agent.run(request.header(CONTENT_TYPE, kind).body(body)?)?
            }
            None if method == "GET" => self.agent.run(request.body(())?)?,
            None => self.agent.run(request.body(&[][..])?)?,
        };
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_vec()?;
        let text = || Value::String(String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned());
        Ok(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_else(|_| text()) })
    }

    /// What was answered, when it was done; else why it was not.
    fn taken(&self, Answer { status, body }: Answer, path: &str) -> Result<Value, Error> {
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let why = reason(&body);
        let url = self.url().to_owned();
        Err(match status {
            401 if self.access.credentials.is_none() => Error::Unknown { url },
            401 => Error::Refused { url },
            403 if is_blocked(&body) => Error::Full { why },
            403 => Error::Forbidden { url, why },
            429 if is_blocked(&body) => Error::Full { why },
            503 if is_red(&body) => Error::Red {
                index: path.trim_matches('/').split('/').next().unwrap_or_default().to_owned(),
                why,
            },
            429 | 502 | 503 | 504 => Error::Busy { seconds: 0, why },
            _ => Error::Other { status, why },
        })
    }

    fn fault(&self, error: &ureq::Error) -> Error {
        let url = self.url().to_owned();
        match error {
            ureq::Error::Timeout(ureq::Timeout::Connect) => {
                Error::Unreachable { url, why: format!("no connection within {} s", CONNECTING.as_secs()) }
            }
            ureq::Error::Timeout(_) => Error::Hanging { url, seconds: self.access.answering.as_secs() },
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                Error::Unreachable { url, why: "connection refused".to_owned() }
            }
            ureq::Error::HostNotFound => Error::Unreachable { url, why: "no such host".to_owned() },
            other => Error::Unreachable { url, why: other.to_string() },
        }
    }
}

/// Pauses between one try and the next, longer each time.
pub(super) struct Pauses {
    until: Instant,
    next: Duration,
}

impl Pauses {
    fn new(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, next: FIRST_PAUSE }
    }

    /// Waits; says whether there is patience for another try.
    pub(super) fn pause(&mut self) -> bool {
        if Instant::now() >= self.until {
            return false;
        }
        thread::sleep(self.next.min(self.until.saturating_duration_since(Instant::now())));
        self.next = (self.next * 2).min(LONGEST_PAUSE);
        true
    }
}

/// Why the cluster did not do what it was asked, in its own words.
pub(super) fn reason(body: &Value) -> String {
    let error = &body["error"];
    let cause = error["root_cause"].get(0).unwrap_or(error);
    let said = cause["reason"]
        .as_str()
        .or_else(|| error.as_str())
        .or_else(|| body.as_str())
        .or_else(|| body["message"].as_str());
    let kind = cause["type"].as_str().unwrap_or_default();
    match (said, kind) {
        (Some(said), "") => said.chars().take(300).collect(),
        (Some(said), kind) => format!("{kind}: {}", said.chars().take(300).collect::<String>()),
        (None, kind) => kind.to_owned(),
    }
}

/// Whether the cluster keeps documents out: since its disk is full, or somebody said so.
pub(super) fn is_blocked(body: &Value) -> bool {
    let error = if body["error"].is_null() { body } else { &body["error"] };
    matches!(error["type"].as_str(), Some("cluster_block_exception" | "index_create_block_exception"))
}

/// Whether shards are missing.
fn is_red(body: &Value) -> bool {
    let kind = &body["error"]["type"];
    kind == "unavailable_shards_exception"
        || kind == "search_phase_execution_exception"
        || kind == "no_shard_available_action_exception"
}

fn tls(certificates: Option<&Path>) -> Result<TlsConfig, Error> {
    let roots: Vec<Certificate<'static>> = match certificates {
        Some(path) => {
            let bad = |why: String| Error::BadCertificates { path: path.display().to_string(), why };
            let pem = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
            let certificates = parse_pem(&pem).filter_map(|item| match item {
                Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            });
            let certificates: Vec<_> = certificates.collect();
            if certificates.is_empty() {
                return Err(bad("there is no certificate in it".to_owned()));
            }
            certificates
        }
        None => {
            let found = rustls_native_certs::load_native_certs().certs;
            found.iter().map(|der| Certificate::from_der(der).to_owned()).collect()
        }
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build())
}

/// Bytes in base64 (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |n: usize| u32::from(three.get(n).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let is_there = digit <= three.len();
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if is_there { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_and_never_shown() {
        let read = |text| Credentials::read(text, "a test").map(|Credentials(who)| who);
        assert_eq!(read("ann:se:cret\n").expect("a user"), "Basic YW5uOnNlOmNyZXQ=");
        assert_eq!(read("bearer abc.def").expect("a token"), "Bearer abc.def");
        for wrong in ["", "ann", ":secret", "Bearer ", "ann:one\nbob:two"] {
            let error = read(wrong).expect_err("wrong").to_string();
            assert!(!error.contains("bob") && error.contains("a test"), "{error}");
        }
        assert_eq!(format!("{:?}", Credentials::read("ann:secret", "x").expect("a user")), "Credentials");
    }

    #[test]
    fn a_password_in_the_address_is_refused_and_not_repeated() {
        let error = Client::new(Access::open("https://ann:secret@search.example:9200")).expect_err("refused");
        let said = error.to_string();
        assert!(said.contains("search.example") && !said.contains("secret"), "{said}");
        for wrong in ["search.example:9200", "ftp://search.example", "http://"] {
            assert!(matches!(Client::new(Access::open(wrong)), Err(Error::BadUrl { .. })), "{wrong}");
        }
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        pairs.iter().for_each(|(plain, coded)| assert_eq!(base64(plain.as_bytes()), *coded));
    }
}
