//! The pages, asked in-process: who asks, how, and what of an answer is looked at.

mod admission;
mod pages;
mod writes;

use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::BodyExt;
use pullquote::{
    answers::Archive,
    query::{Helpers, Idle},
    serve::{App, Moment, Settings, router},
};
use serde_json::Value;
use tower::ServiceExt;

use crate::sample::{ROOT, run, sample_of_our_own};

/// Of each page an address with rows, on the sample archive.
const ADDRESSES: &[&str] = &[
    "/search?q=grief",
    "/search?q=speaker%3AValcourt%20fire&copies=all&limit=3",
    "/search?q=person%3A%22Ines%20Valcourt%22&sort=newest&limit=5",
    "/search?q=",
    "/search?q=zyzzyva%20grief",
    "/story/200f31bb1183d7ef?q=grief",
    "/story/bd42f90c4ee0b322",
    "/quotes?q=grief",
    "/quotes?by=Ines%20Valcourt&kind=all&limit=30",
    "/quotes?about=Callum%20Reyes-Holt&sort=oldest",
    "/person?name=Ines%20Valcourt",
    "/person?name=Kestrel%20Pictures",
    "/origin?words=you%20cannot%20schedule%20grief%2C%20you%20can%20only%20make%20room%20for%20it",
    "/verify?quote=You%20cannot%20plan%20grief%2C%20you%20can%20only%20make%20room%20for%20it&by=Ines%20Valcourt",
    "/timeline?q=fire",
    "/timeline?q=fire&by=year&per=thousand",
    "/names",
    "/names?prefix=va&kind=person&limit=5",
    "/topics",
    "/topics?under=society",
    "/topics?kind=keyphrase&limit=20",
    "/saved",
    "/saved/grief",
    "/alerts",
    "/status",
    "/skipped",
];

fn moment() -> Moment {
    Moment { now: "2026-07-01T08:00:00Z".parse().expect("a time"), today: jiff::civil::date(2026, 7, 1) }
}

fn local() -> Settings {
    Settings {
        patience: Duration::from_secs(60),
        facet_patience: Duration::from_secs(60),
        ..Settings::local(moment)
    }
}

/// Serves the index in a folder.
fn app(index: &Path, settings: Settings) -> Arc<App> {
    let archive = Archive::open(index).expect("an archive");
    App::new(archive.with_helpers(Arc::new(Helpers::new(2, Idle::Asleep))), settings)
}

/// The sample archive with a saved search and an alert.
fn served() -> &'static Arc<App> {
    static APP: OnceLock<Arc<App>> = OnceLock::new();
    APP.get_or_init(|| {
        let folder = sample_of_our_own().keep();
        assert_eq!(run(&folder, "saved add grief 'schedule grief'").status.code(), Some(0));
        assert!(run(&folder, "alerts").status.code().is_some());
        app(&folder.join(ROOT).join(".pullquote"), local())
    })
}

/// An answer.
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Got {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("UTF-8")
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

fn ask(app: &Arc<App>, request: Request<Body>) -> Got {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let response = router(Arc::clone(app)).oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
        Got { status: parts.status, headers: parts.headers, bytes }
    })
}

fn request(method: &str, address: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(address);
    let request = if headers.iter().any(|(name, _)| *name == "host") {
        request
    } else {
        request.header("host", "localhost")
    };
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(body.to_owned())).expect("a request")
}

fn get(app: &Arc<App>, address: &str) -> Got {
    ask(app, request("GET", address, &[], ""))
}

fn post(app: &Arc<App>, address: &str, form: &str) -> Got {
    ask(app, request("POST", address, &[("sec-fetch-site", "same-origin")], form))
}

/// The address of a twin.
fn twin(address: &str, end: &str) -> String {
    match address.split_once('?') {
        Some((path, query)) => format!("{path}{end}?{query}"),
        None => format!("{address}{end}"),
    }
}
