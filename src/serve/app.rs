//! From a request to its answer.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock, atomic::Ordering},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts},
};
use http_body_util::{BodyExt, Limited};
use hyper::body::Body as _;
use percent_encoding::percent_decode_str;
use tokio::{task::spawn_blocking, time::timeout};

use super::{
    asked::{Asked, Format, rows},
    fault::Fault,
    gate::{Gate, Turn},
    guard::{self, Guest, HEADERS, Peer},
    live::{Current, Live},
    openapi,
    pages::{PAGES, Page},
    params::Params,
    reply::{Sending, body, lasting, refusal, reply},
    settings::Settings,
    shown::Answer,
    writes,
};
use crate::{answers::Archive, article::hash64, report::Visit};

/// Bytes of a form.
const MOST_BYTES: usize = 256 << 10;

/// How long a form may take to arrive.
const FORM_PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take to give every row.
const ALL_PATIENCE: Duration = Duration::from_secs(300);

/// Forms that are received at the same time.
const MOST_FORMS: usize = 32;

/// Streams of every row at the same time.
const MOST_STREAMS: usize = 2;

/// Files of the pages.
const ASSETS: [(&str, &str, &str); 2] = [
    ("/style.css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    ("/page.js", "text/javascript; charset=utf-8", include_str!("assets/page.js")),
];

/// An archive that is served.
pub struct App {
    live: Live,
    settings: Arc<Settings>,
    questions: Gate,
    streams: Gate,
    /// Forms that are being received.
    forms: Gate,
    /// What answers of this process have in common: it was started with these settings, from this build.
    stamp: String,
    openapi: OnceLock<String>,
}

impl App {
    /// Serves an archive.
    pub fn new(archive: Archive, settings: Settings) -> Arc<Self> {
        let (questions, streams) = (Gate::new(settings.at_once, settings.queue), Gate::new(MOST_STREAMS, 0));
        let (forms, stamp) = (Gate::new(MOST_FORMS, 0), (settings.clock)().now.to_string());
        let (live, settings) = (Live::new(archive), Arc::new(settings));
        Arc::new(Self { live, settings, questions, streams, forms, stamp, openapi: OnceLock::new() })
    }

    /// Looks for a newer commit, see `Live::renew`; says why there is none that can be read.
    ///
    /// # Errors
    /// When there is no index any more, or it cannot be read. What is open goes on answering.
    pub fn renew(&self) -> Result<(), crate::query::Error> {
        self.live.renew()
    }
}

/// Every route. Whoever gives no peer is taken for somebody at this machine.
pub fn router(app: Arc<App>) -> Router {
    Router::new().fallback(answer).with_state(app)
}

/// A request, taken apart.
struct Call {
    parts: Parts,
    path: String,
    format: Format,
    guest: Guest,
    sending: Sending,
}

async fn answer(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let (started, moment) = (Instant::now(), (app.settings.clock)());
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get().copied().unwrap_or(Peer::Tcp([127, 0, 0, 1].into()));
    let (path, format) = app.path(&parts);
    let packs = takes_gzip(&parts);
    let admitted = guard::admit(&app.settings, &parts, peer);
    let user = admitted.as_ref().ok().and_then(|guest| guest.user.clone());
    let (method, uri) = (parts.method.clone(), parts.uri.clone());
    let answered = match admitted {
        Ok(guest) => {
            let sending = Sending { tag: String::new(), packs };
            app.routed(Call { parts, path: path.clone(), format, guest, sending }, body).await
        }
        Err(fault) => Err(fault),
    };
    let params = Params::read(uri.query().unwrap_or_default());
    let mut response = answered.unwrap_or_else(|fault| refusal(&fault, &path, &params, format, packs));
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Some(log) = &app.settings.log {
        let query = uri.query().filter(|_| !app.settings.redacts).map(str::to_owned);
        log(&Visit {
            time: moment.now.to_string(),
            user,
            method: method.to_string(),
            path: uri.path().to_owned(),
            query,
            status: response.status().as_u16(),
            bytes: response.body().size_hint().exact(),
            took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        });
    }
    response
}

fn takes_gzip(parts: &Parts) -> bool {
    let accepted =
        parts.headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = accepted.flat_map(|value| value.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|part| part == "q=0")
    })
}

impl App {
    async fn routed(self: &Arc<Self>, call: Call, body: Body) -> Result<Response<Body>, Fault> {
        let is_reading = matches!(call.parts.method, Method::GET | Method::HEAD);
        if is_reading && let Some(response) = self.plain(&call) {
            return Ok(response);
        }
        let is_posted = call.parts.method == Method::POST;
        if is_posted && writes::is_route(&call.path) {
            guard::may_write(&self.settings, &call.parts.headers, &call.guest)?;
            let form = self.form(body).await?;
            return self.blocking(call, form, None).await;
        }
        let (page, id) = find(&call.path).ok_or_else(Fault::no_page)?;
        let has_it = match call.format {
            Format::Html => true,
            Format::Atom => page.has_feed,
            Format::Json | Format::Lines | Format::Csv => !page.rows.is_empty(),
        };
        if !has_it {
            return Err(Fault::no_page());
        }
        match call.parts.method {
            Method::GET | Method::HEAD => {
                let params = Params::read(call.parts.uri.query().unwrap_or_default());
                checked(page, &params)?;
                self.blocking(call, params, Some((page, id))).await
            }
            Method::POST if page.takes_form => {
                let form = self.form(body).await?;
                if form.get("draft").or(form.get("quote")).is_none() {
                    return Err(Fault::wrong("`draft` is missing."));
                }
                self.blocking(call, form, Some((page, id))).await
            }
            _ => {
                let is_posted_to = page.takes_form || writes::is_route(page.path);
                Err(Fault::no_method(if is_posted_to { "GET, HEAD, POST" } else { "GET, HEAD" }))
            }
        }
    }

    /// The path without its format. A saved search may be named like one.
    fn path(&self, parts: &Parts) -> (String, Format) {
        let path = parts.uri.path();
        let named = path.strip_prefix("/saved/").and_then(|id| percent_decode_str(id).decode_utf8().ok());
        if named.is_some_and(|name| self.live.current().archive.saved().named(&name).is_some()) {
            return (path.to_owned(), Format::Html);
        }
        let (path, format) = Format::of(path);
        (if path.is_empty() { "/" } else { path }.to_owned(), format)
    }

    /// Receives a form.
    async fn form(&self, body: Body) -> Result<Params, Fault> {
        let _place = self.forms.enter().await.ok_or_else(busy)?;
        let too_large = || {
            let said = format!("A form has at most {} KiB.", MOST_BYTES >> 10);
            Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", said)
        };
        let slow = || Fault::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "The form did not arrive in time.");
        let bytes =
            timeout(FORM_PATIENCE, Limited::new(body, MOST_BYTES).collect()).await.map_err(|_| slow())?;
        let bytes = bytes.map_err(|_| too_large())?.to_bytes();
        let text = std::str::from_utf8(&bytes).map_err(|_| Fault::wrong("A form is UTF-8."))?;
        Ok(Params::read(text))
    }

    /// What asks the archive nothing.
    fn plain(&self, call: &Call) -> Option<Response<Body>> {
        let path = call.parts.uri.path();
        if let Some((_, kind, text)) = ASSETS.iter().find(|(own, ..)| *own == path) {
            let mut response = body(text.as_bytes().to_vec(), kind, call.sending.packs);
            let tag = format!("{:016x}", hash64(text.as_bytes()));
            if is_known(&call.parts, &tag) {
                response = not_modified();
            }
            lasting(&mut response, &tag);
            return Some(response);
        }
        match path {
            "/healthz" => Some(body(b"alive\n".to_vec(), "text/plain; charset=utf-8", false)),
            "/readyz" => Some(self.readiness()),
            "/openapi.json" => {
                let text = self.openapi.get_or_init(|| openapi::description().to_string());
                Some(body(text.as_bytes().to_vec(), "application/json", call.sending.packs))
            }
            _ => None,
        }
    }

    /// Whether the index is open and its newest commit can be read.
    fn readiness(&self) -> Response<Body> {
        let Current { archive, fault, .. } = self.live.current();
        let said = match &fault {
            None => format!("ready, index {}\n", archive.snapshot().commit()),
            Some(_) => "the index cannot be read any more: what was open still answers\n".to_owned(),
        };
        let mut response = body(said.into_bytes(), "text/plain; charset=utf-8", false);
        if fault.is_some() {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        response
    }

    /// Has a thread answer that may wait for the disk.
    async fn blocking(
        self: &Arc<Self>,
        mut call: Call,
        params: Params,
        page: Option<(&'static Page, String)>,
    ) -> Result<Response<Body>, Fault> {
        let Current { archive, version, .. } = self.live.current();
        let moment = (self.settings.clock)();
        let address =
            call.parts.uri.path_and_query().map(|address| address.as_str().to_owned()).unwrap_or_default();
        let packed = if call.sending.packs { "gzip" } else { "" };
        let (stamp, origin) = (&self.stamp, &call.guest.origin);
        let whole = format!("{stamp}\0{version}\0{}\0{address}\0{packed}\0{origin}", moment.today);
        call.sending.tag = format!("{:016x}", hash64(whole.as_bytes()));
        let is_reading = call.parts.method == Method::GET || call.parts.method == Method::HEAD;
        if is_reading && is_known(&call.parts, &call.sending.tag) {
            let mut response = not_modified();
            lasting(&mut response, &call.sending.tag);
            return Ok(response);
        }
        let (mut asked, sending) = (self.asked(&call, archive, moment, params), call.sending);
        if let Some((page, id)) = &page {
            asked.id.clone_from(id);
            asked.streams = page.params.iter().any(|param| param.name == "all");
        }
        let gate = if asked.wants_all() { &self.streams } else { &self.questions };
        let turn = gate.enter().await.ok_or_else(busy)?;
        let app = Arc::clone(self);
        let answered = spawn_blocking(move || {
            // What goes wrong in one answer is no reason to stop.
            let answered = catch_unwind(AssertUnwindSafe(|| {
                app.answered(asked, page.map(|(page, _)| page), &sending, turn)
            }));
            answered.unwrap_or_else(|_| Err(broken()))
        });
        answered.await.unwrap_or_else(|_| Err(broken()))
    }

    fn asked(&self, call: &Call, archive: Archive, moment: super::settings::Moment, params: Params) -> Asked {
        Asked {
            archive: archive.on(moment.today),
            path: call.path.clone(),
            id: String::new(),
            params,
            format: call.format,
            streams: false,
            embargo: Arc::default(),
            origin: call.guest.origin.clone(),
            user: call.guest.user.clone(),
            moment,
            settings: Arc::clone(&self.settings),
        }
    }

    fn answered(
        &self,
        mut asked: Asked,
        page: Option<&Page>,
        sending: &Sending,
        turn: Turn,
    ) -> Result<Response<Body>, Fault> {
        let patience = if asked.wants_all() { ALL_PATIENCE } else { self.settings.patience };
        asked.archive = asked.archive.until(Instant::now() + patience);
        let mut answer = match page {
            Some(page) => (page.answer)(&asked)?,
            None => writes::answer(&asked, &self.live)?,
        };
        if let Answer::Shown(shown) = &mut answer {
            // What there was no time for may be there next time; an embargo ends.
            let is_whole = asked.archive.is_complete();
            shown.complete &= is_whole;
            shown.is_lasting &= is_whole && !asked.embargo.load(Ordering::Relaxed);
        }
        Ok(reply(&asked, answer, sending, turn))
    }
}

/// The page of a path, and what stands behind its own path.
fn find(path: &str) -> Option<(&'static Page, String)> {
    let of = |page: &&'static Page| match page.path.ends_with('/') && page.path != "/" {
        true => path.strip_prefix(page.path).filter(|id| !id.is_empty() && !id.contains('/')),
        false => (path == page.path).then_some(""),
    };
    let (page, id) = PAGES.iter().find_map(|page| Some((page, of(&page)?)))?;
    Some((page, percent_decode_str(id).decode_utf8().ok()?.into_owned()))
}

/// Values that must be one of several are one of these, and rows are asked for in a number that is given.
fn checked(page: &Page, params: &Params) -> Result<(), Fault> {
    rows(params)?;
    for param in page.params.iter().filter(|param| !param.values.is_empty()) {
        if params.get(param.name).is_some_and(|value| !param.values.contains(&value)) {
            return Err(Fault::wrong(format!("`{}` is one of: {}.", param.name, param.values.join(", "))));
        }
    }
    Ok(())
}

fn is_known(parts: &Parts, tag: &str) -> bool {
    let tags = parts.headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(','))
        .any(|own| own.trim().trim_start_matches("W/").trim_matches('"') == tag)
}

fn not_modified() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

fn busy() -> Fault {
    Fault::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "Too many ask at the same time: try again in a moment.",
    )
}

fn broken() -> Fault {
    Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", "This page is broken. The fault is ours.")
}
