//! The pages, asked in-process: every page and its twins agree, nothing of a story is markup, nobody is let in who should
//! not be, what is written holds at once.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Arc, Mutex, OnceLock},
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
    record::Line,
    serve::{Access, App, Moment, PAGES, Settings, router},
};
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    archive::{self, pullquote},
    sample::{ROOT, run, sample, sample_of_our_own},
    schema_lines::Judge,
};

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

/// What a page shows of a row, as it stands in the markup.
fn mark(row: &Value) -> Option<String> {
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    Some(match text("type").as_str() {
        "article" | "story" | "alert" | "appearance" => format!("/{}", text("id")),
        "quote" => text("quote_at"),
        "person" | "name" | "topic" | "saved" => text("name"),
        "period" if row["articles"] == 0 => return None,
        "period" => text("period"),
        "verdict" => text("quote").split(' ').next().unwrap_or_default().to_owned(),
        "origin" | "undated" | "draft" | "status" => return None,
        "skipped" => text("path"),
        other => panic!("a row of type {other}"),
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[test]
fn every_page_and_its_twins_agree() {
    let (app, judge) = (served(), Judge::new());
    for address in ADDRESSES {
        let page = get(app, address);
        assert_eq!(page.status, 200, "{address}: {}", page.text());
        assert!(page.header("content-type").starts_with("text/html"), "{address}");
        let json = get(app, &twin(address, ".json")).json();
        assert_eq!(judge.fault(&json), None, "{address}");
        let rows = json["results"].as_array().expect("rows");
        for row in rows {
            assert_eq!(judge.fault(row), None, "{address}");
            if let Some(mark) = mark(row) {
                assert!(page.text().contains(&escaped(&mark)), "{address}: the page lacks {mark}");
            }
        }
        assert!(!rows.is_empty() || ["/alerts", "/skipped"].contains(address), "{address} has no row");
        let lines = get(app, &twin(address, ".jsonl"));
        let lines: Vec<Value> =
            lines.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.iter().collect::<Vec<_>>(), rows.iter().collect::<Vec<_>>(), "{address}");
        let table = get(app, &twin(address, ".csv"));
        let mut table = csv::Reader::from_reader(table.bytes.as_slice());
        let first = table.headers().expect("a head").get(0).expect("a column").to_owned();
        // What holds only a part of what was typed is no match to a program that cannot tell.
        let fitting = rows.iter().filter(|row| row.get(&first).is_some() && row["partial"] != true).count();
        let read = table.records().collect::<Result<Vec<_>, _>>().expect("rows");
        assert_eq!(read.len(), fitting, "{address}");
        // Rows of lists stand on the page as often as in its twins.
        let shown = page.text().matches("data-row").count();
        if ["/search", "/quotes", "/verify"].iter().any(|path| address.starts_with(path)) {
            assert_eq!(shown, rows.len(), "{address}");
        }
        let count = json["hits_ranked"].as_u64().unwrap_or_default();
        assert!(count < 1000 && (count == 0 || page.text().contains(&count.to_string())), "{address}");
    }
}

#[test]
fn every_page_is_asked_and_described() {
    let app = served();
    let description = get(app, "/openapi.json").json();
    for page in PAGES {
        let is_asked = ADDRESSES
            .iter()
            .any(|address| address.split('?').next() == Some(page.path) || address.starts_with(page.path));
        assert!(is_asked || page.rows.is_empty() || page.path == "/quote/", "{} is in no test", page.path);
        let path = match page.path.strip_suffix('/') {
            Some(path) => format!("{path}/{{id}}.json"),
            None => format!("{}.json", page.path),
        };
        let known = description["paths"].get(&path);
        assert_eq!(known.is_some(), !page.rows.is_empty(), "{path}");
    }
    // Every schema is there, and is that of schema/.
    let text = description.to_string();
    let mut referred = BTreeSet::new();
    for part in text.split("\"$ref\":\"#").skip(1) {
        referred.insert(part.split('"').next().expect("an end"));
    }
    assert!(referred.len() > 30, "{referred:?}");
    for pointer in referred {
        assert!(description.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    for name in ["quote", "article", "page"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.json"));
        let own: Value = serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON");
        let described = &description["components"]["schemas"][name];
        assert_eq!(described["required"], own["required"], "{name}");
    }
}

#[test]
fn paging_gives_each_row_once() {
    let app = served();
    let whole = get(app, "/search.json?q=fire&copies=all&limit=200").json();
    let ids = |page: &Value| -> Vec<String> {
        page["results"].as_array().expect("rows").iter().map(|row| row["id"].to_string()).collect()
    };
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(app, &format!("/search.json?q=fire&copies=all&limit=4&after={after}")).json();
        paged.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    assert_eq!(paged, ids(&whole));
    let ranked = whole["hits_ranked"].as_u64().expect("a count") as usize;
    let all = get(app, "/search.jsonl?q=fire&all=1");
    assert_eq!(all.text().lines().count(), ranked);
    let quotes = get(app, "/quotes.csv?by=Ines+Valcourt&all=1");
    let count = get(app, "/quotes.json?by=Ines+Valcourt").json()["total"].as_u64().expect("a count");
    assert_eq!(csv::Reader::from_reader(quotes.bytes.as_slice()).records().count() as u64, count);
    assert_eq!(get(app, "/search.json?q=fire&after=x").json()["code"], "wrong-use");
    assert_eq!(get(app, "/search.json?q=fire&after=99999999").json()["code"], "too-deep");
}

#[test]
fn words_have_an_address_that_leads_to_them() {
    let app = served();
    let quote = get(app, "/quotes.json?q=grief&limit=1").json()["results"][0].clone();
    let (at, start, end) = (quote["quote_at"].as_str().expect("an address"), &quote["start"], &quote["end"]);
    let found = get(app, &format!("/quote/{at}"));
    assert_eq!(found.status, StatusCode::SEE_OTHER);
    let story = quote["article_id"].as_str().expect("an id");
    assert_eq!(found.header("location"), format!("/story/{story}#q{start}-{end}"));
    assert!(get(app, &format!("/story/{story}")).text().contains(&format!("id=\"q{start}-{end}\"")));
    let changed = get(app, &format!("/quote/{story}?at={start}-{end}&h=00000000"));
    assert!(changed.status == 200 && changed.text().contains("The story has changed"));
    assert_eq!(get(app, &format!("/quote/{story}?at=x&h=00000000")).status, 400);
    // The story opens where it was found.
    let page = get(app, &format!("/story/{story}?q=grief"));
    assert!(page.text().contains("<mark id=\"m1\">") && page.text().contains("href=\"#m1\""));
    assert!(get(app, "/search?q=grief").text().contains("?q=grief#m1\""));
}

#[test]
fn what_is_not_there_is_said_and_nothing_is_repeated() {
    let app = served();
    for (address, status) in [
        ("/nowhere", 404),
        ("/story/0000000000000000", 404),
        ("/story/..%2f..%2fetc%2fpasswd", 404),
        ("/story/feeds%2Fthe-albion-courier.jsonl", 404),
        ("/saved/%3Cscript%3E", 404),
        ("/origin?words=one", 400),
        ("/search?q=(grief", 400),
        ("/search?q=grief&sort=%3Cscript%3E", 400),
        ("/topics?under=%3Cscript%3E", 404),
        ("/help.json", 404),
        ("/search.atom?q=fire", 404),
        ("/search.json?q=fire&facets=some", 400),
        ("/person.atom", 404),
    ] {
        let got = get(app, address);
        assert_eq!(got.status, status, "{address}");
        assert!(!got.text().contains("<script>") && !got.text().contains("&lt;script&gt;"), "{address}");
    }
    let fault = get(app, "/search?q=%28grief");
    assert!(fault.text().contains("value=\"(grief\"") && fault.text().contains("class=\"caret\""));
    let judge = Judge::new();
    for address in ["/search.json?q=%28grief", "/nowhere.json", "/story/0000000000000000.json"] {
        assert_eq!(judge.fault(&get(app, address).json()), None, "{address}");
    }
    let refused = ask(app, request("DELETE", "/search", &[], ""));
    assert_eq!((refused.status.as_u16(), refused.header("allow")), (405, "GET, HEAD"));
    assert_eq!(ask(app, request("POST", "/verify", &[], "")).status, 400);
    // What finds nothing helps on.
    let nothing = get(app, "/search?q=%22Ines%20Valcort%22%20%2Bzebra");
    assert!(
        nothing.text().contains("No story in the archive matches")
            && nothing.text().contains("What each part finds")
    );
    assert!(get(app, "/person?name=Ines%20Valcort").text().contains("Ines Valcourt"));
}

#[test]
fn an_answer_that_is_known_is_not_sent_again() {
    let folder = sample_of_our_own();
    let index = folder.path().join(ROOT).join(".pullquote");
    let app = app(&index, local());
    let first = get(&app, "/search?q=grief");
    let tag = first.header("etag").to_owned();
    assert!(!tag.is_empty() && first.header("cache-control") == "private, no-cache");
    let again = |address: &str| ask(&app, request("GET", address, &[("if-none-match", &tag)], "")).status;
    assert_eq!((again("/search?q=grief").as_u16(), again("/search?q=fire").as_u16()), (304, 200));
    // Another commit is another answer, and takes the place of the first without a restart.
    fs::write(folder.path().join(ROOT).join("new.txt"), "Grief came back, and nobody had scheduled it.")
        .expect("a file");
    assert_eq!(run(folder.path(), "index .").status.code(), Some(0));
    app.renew().expect("a newer commit");
    assert_eq!(again("/search?q=grief"), 200);
    let counts = |got: Got| got.json()["total"].as_u64().expect("a count");
    assert!(counts(get(&app, "/search.json?q=grief+scheduled")) > 0);
    // A rebuilt index takes its place too; one that is gone is told, and what was open goes on.
    assert_eq!(run(folder.path(), "index . --rebuild").status.code(), Some(0));
    app.renew().expect("a newer commit");
    assert_eq!(get(&app, "/readyz").status, 200);
    fs::remove_dir_all(&index).expect("the index");
    assert!(app.renew().is_err());
    assert_eq!((get(&app, "/readyz").status.as_u16(), get(&app, "/healthz").status.as_u16()), (503, 200));
    assert_eq!(get(&app, "/search?q=fire").status, 200);
}

#[test]
fn an_answer_without_time_says_that_it_is_none() {
    let app = app(&sample().join(ROOT).join(".pullquote"), Settings { patience: Duration::ZERO, ..local() });
    let page = get(&app, "/search.json?q=grief");
    assert_eq!(page.json()["complete"], false);
    assert_eq!(page.header("etag"), "", "it may be whole next time");
    for address in ADDRESSES {
        let json = get(&app, &twin(address, ".json"));
        if json.status == 200 && json.json()["complete"] == false {
            assert_eq!(json.header("etag"), "", "{address}");
            let page = get(&app, address);
            let told = ["No story in", "No quote in", "stand nowhere", "not in the archive<"];
            let told =
                told.iter().find(|told| page.text().contains(**told) && !page.text().contains("so far"));
            assert_eq!(told, None, "{address}: cut short is never nothing");
        }
    }
    assert!(!get(&app, "/search?q=grief").text().contains("No story in the archive matches"));
}

#[test]
fn bodies_are_packed_for_those_who_take_them_so() {
    let app = served();
    let packed = ask(app, request("GET", "/search?q=fire", &[("accept-encoding", "br, gzip")], ""));
    assert_eq!(packed.header("content-encoding"), "gzip");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.bytes.as_slice()), &mut text)
        .expect("gzip");
    assert_eq!(text, get(app, "/search?q=fire").text());
    let weight: usize = ["/search?q=fire", "/style.css", "/page.js"]
        .map(|address| ask(app, request("GET", address, &[("accept-encoding", "gzip")], "")).bytes.len())
        .iter()
        .sum();
    assert!(weight < 15 * 1024, "a page weighs {weight} bytes");
    let refused = ask(app, request("GET", "/search?q=fire", &[("accept-encoding", "gzip;q=0")], ""));
    assert_eq!(refused.header("content-encoding"), "");
}

#[test]
fn nothing_but_our_own_is_fetched_run_or_framed() {
    let app = served();
    for address in ADDRESSES.iter().chain(&["/", "/help", "/nowhere", "/style.css"]) {
        let got = get(app, address);
        assert!(
            got.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"),
            "{address}"
        );
        assert_eq!(
            (got.header("x-content-type-options"), got.header("referrer-policy")),
            ("nosniff", "no-referrer")
        );
        if got.header("content-type").starts_with("text/html") {
            let text = got.text();
            assert_eq!((text.matches("<script").count(), text.contains(" style=")), (1, false), "{address}");
            for tag in tags(text).iter().filter(|tag| tag.contains(" src=") || tag.starts_with("<link ")) {
                assert!(!tag.contains("=\"http") && !tag.contains("=\"//"), "{address}: {tag}");
            }
        }
    }
}

#[test]
fn only_those_are_let_in_who_should_be() {
    let index = sample().join(ROOT).join(".pullquote");
    let log = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&log);
    let locked = Settings {
        access: Access::Token(blake3::hash(b"a very long secret")),
        log: Some(Box::new(move |visit| heard.lock().expect("one thread").push(visit.clone()))),
        redacts: true,
        ..local()
    };
    let app = app(&index, locked);
    assert_eq!(get(&app, "/search?q=grief").status, 401);
    let with =
        |headers: &[(&str, &str)]| ask(&app, request("GET", "/search?q=grief", headers, "")).status.as_u16();
    assert_eq!(with(&[("authorization", "Bearer a very long secret")]), 200);
    assert_eq!(with(&[("authorization", "Bearer a very long secret"), ("host", "evil.example")]), 403);
    assert_eq!(get(&app, "/healthz").status, 401, "nothing is told to strangers");
    let log = log.lock().expect("one thread");
    let judge = Judge::new();
    assert!(log.len() == 4 && log.iter().all(|visit| visit.query.is_none()), "{log:?}");
    for visit in &*log {
        assert_eq!(judge.fault(&serde_json::to_value(Line::of(visit)).expect("plain data")), None);
    }
}

#[test]
fn what_a_form_writes_holds_at_once_and_is_taken_back() {
    let folder = sample_of_our_own();
    let index = folder.path().join(ROOT).join(".pullquote");
    let read_only = app(&index, local());
    assert_eq!(post(&read_only, "/saved", "name=a&query=fire").status, 403);
    assert!(!get(&read_only, "/person?name=Ines+Valcourt").text().contains("/correct"));
    let app = app(&index, Settings { allow_writes: true, ..local() });
    let foreign = request("POST", "/saved", &[("sec-fetch-site", "cross-site")], "name=a&query=fire");
    assert_eq!(ask(&app, foreign).status, 403);
    assert_eq!(ask(&app, request("POST", "/saved", &[], "name=a&query=fire")).status, 403);
    // Saved searches.
    assert_eq!(post(&app, "/saved", "name=a&query=%28fire").status, 400);
    let saved = post(&app, "/saved", "name=a&query=fire");
    assert!(saved.status == 200 && saved.text().contains("Undo"), "{}", saved.text());
    assert_eq!(get(&app, "/saved.json").json()["results"][0]["query"], "fire");
    let feed = get(&app, "/saved/a.atom");
    assert!(
        feed.header("content-type").starts_with("application/atom+xml")
            && feed.text().contains("http://localhost/story/")
    );
    let deleted = post(&app, "/saved/delete", "name=a");
    assert!(deleted.text().contains("value=\"fire\"") && get(&app, "/saved.json").json()["total"] == 0);
    assert_eq!(post(&app, "/saved/delete", "name=a").status, 404);
    // One may be named like a format.
    assert_eq!(post(&app, "/saved", "name=news.csv&query=fire").status, 200);
    assert!(get(&app, "/saved/news.csv").text().contains("Saved: news.csv"));
    // Whoever writes at the same time loses nothing.
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let app = &app;
            scope.spawn(move || {
                for number in 0..5 {
                    let form = format!("name=s{writer}-{number}&query=fire");
                    assert_eq!(post(app, "/saved", &form).status, 200);
                }
            });
        }
    });
    assert_eq!(get(&app, "/saved.json").json()["total"], 21);
    // Corrections of names.
    let stories = |app: &Arc<App>, name: &str| {
        get(app, &format!("/person.json?name={name}")).json()["results"][0]["articles"]
            .as_u64()
            .unwrap_or_default()
    };
    let (one, other) = (stories(&app, "Ines+Valcourt"), stories(&app, "Percival+Amory"));
    assert!(one > 0 && other > 0);
    let merged = post(&app, "/correct.json", "rule=merge&kind=person&name=Percival+Amory&into=Ines+Valcourt");
    let correction = &merged.json()["results"][0];
    assert_eq!(Judge::new().fault(correction), None);
    let both = stories(&app, "Percival+Amory");
    assert!(both > one && both <= one + other, "{one} and {other} make {both}");
    let output = pullquote()
        .args(["--index", index.to_str().expect("UTF-8"), "--json", "person", "Percival Amory"])
        .output();
    let told = archive::last_line(&output.expect("the program runs"));
    assert_eq!(told["articles"].as_u64(), Some(both), "every command says the same");
    assert_eq!(run(folder.path(), "index . --rebuild").status.code(), Some(0));
    app.renew().expect("a newer commit");
    assert_eq!(stories(&app, "Percival+Amory"), both, "a rebuild keeps it");
    let rule = correction["rule"].as_str().expect("a rule").replace('\t', "%09").replace(' ', "+");
    assert_eq!(post(&app, "/correct/undo", &format!("rule={rule}")).status, 200);
    assert_eq!((stories(&app, "Ines+Valcourt"), stories(&app, "Percival+Amory")), (one, other));
    // Corrections of speakers hold with the next run, which the server begins where it can.
    let quote = get(&app, "/quotes.json?by=Ines+Valcourt&limit=1").json()["results"][0].clone();
    let at = quote["quote_at"].as_str().expect("an address").replace('=', "%3D").replace('&', "%26");
    let told = post(&app, "/correct", &format!("quote={at}&said=Dov+Lindqvist"));
    assert!(told.text().contains("next run") && told.text().contains("quotes.tsv"), "{}", told.text());
    assert_eq!(run(folder.path(), "index .").status.code(), Some(0));
    app.renew().expect("a newer commit");
    let now = get(
        &app,
        &format!(
            "/quote/{}.json?{}",
            quote["article_id"].as_str().expect("an id"),
            quote["quote_at"].as_str().and_then(|at| at.split_once('?')).expect("an address").1
        ),
    );
    assert_eq!(now.json()["results"][0]["speaker"], "Dov Lindqvist");
    assert_eq!(post(&app, "/correct", "quote=nothing&said=Dov").status, 400);
    // What is no rule changes nothing.
    for wrong in [
        "rule=merge&kind=person&name=A",
        "rule=not&kind=dog&name=A",
        "rule=not&kind=person&name=A%0Anot%09person%09B",
    ] {
        assert_eq!(post(&app, "/correct", wrong).status, 400, "{wrong}");
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_changes_nothing_and_is_said() {
    let folder = sample_of_our_own();
    let index = folder.path().join(ROOT).join(".pullquote");
    let app = app(&index, Settings { allow_writes: true, ..local() });
    // A folder where the file should be: nobody can write it, whoever runs the tests.
    fs::create_dir(index.join("state/saved.tsv")).expect("a folder");
    let got = post(&app, "/saved", "name=a&query=fire");
    assert_eq!(got.status, 500);
    assert_eq!(get(&app, "/search?q=fire").status, 200);
}

/// A story that nobody may print before 2030.
const HELD: &str = "<nitf><head><docdata><doc-id id-string='held'/><date.issue norm='20260601T080000Z'/><date.release norm='20300101T080000Z'/></docdata></head>\
                    <body><body.head><hedline><hl1>Voss sells the hall</hl1></hedline></body.head><body.content>\
                    <p>“We sold the hall in secret last night,” Mara Voss told Zebulon Quirk in Leeds.</p></body.content></body></nitf>";

#[test]
fn an_embargoed_story_is_marked_here_and_withheld_elsewhere() {
    let archive = archive::Archive::new();
    archive.write("held.nitf", HELD);
    archive.write("free.txt", "“Nobody sold anything at all to anybody,” Odo Quench said.");
    assert_eq!(archive.run(&[]).status.code(), Some(0));
    let (here, elsewhere) =
        (app(&archive.index, local()), app(&archive.index, Settings { is_local: false, ..local() }));
    let id = get(&here, "/search.json?q=hall").json()["results"][0]["id"].as_str().expect("an id").to_owned();
    let story = format!("/story/{id}");
    let page = get(&here, &story);
    assert!(page.text().contains("Embargo") && page.text().contains("in secret"), "{}", page.text());
    let words = "quote=We+sold+the+hall+in+secret+last+night";
    for address in [
        &*story,
        "/",
        "/search?q=hall",
        "/quotes?q=hall",
        "/quotes?by=Mara+Voss",
        "/person?name=Mara+Voss",
        "/origin?words=sold+the+hall+in+secret",
        "/verify?quote=We+bought+the+hall+in+secret+last+week",
    ] {
        for end in ["", ".json", ".jsonl", ".csv"] {
            let got = get(&elsewhere, &twin(address, end));
            let said = got
                .text()
                .replace("sold the hall in secret</h1>", "")
                .replace("value=\"sold the hall in secret\"", "");
            let said = said
                .replace("\"query\":\"sold the hall in secret\"", "")
                .replace("“sold the hall in secret”", "");
            assert!(
                !said.contains("in secret last night") && !said.contains("sold the hall in secret"),
                "{address}{end}: {said}"
            );
            if end == ".json" && got.status == 200 {
                let rows = got.json()["results"].to_string();
                // Who appears with whom is a count over the archive.
                assert!(!rows.contains("Zebulon") || address.starts_with("/person"), "{address}: {rows}");
                let credits = !address.contains("Mara") && rows.contains("\"speaker\":\"Mara Voss\"");
                assert!(!credits && !rows.contains("\"credited\":[\"Mara"), "{address}: {rows}");
                assert_eq!(got.header("etag"), "", "{address}: an embargo ends");
            }
        }
    }
    assert!(get(&elsewhere, "/search?q=anything").text().contains("Nobody sold"));
    assert!(get(&here, &format!("/verify?{words}")).text().contains("verdict good"));
}

/// Headlines, names and words that would do harm where they were taken for markup.
const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</title></textarea></svg><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\u{202e}gnp.exe\u{202c}\u{200b}\u{2066}",
    "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{0}",
    "' onmouseover='alert(1)",
];

#[test]
fn nothing_of_a_story_is_markup() {
    let archive = archive::Archive::new();
    for (number, words) in HOSTILE.iter().enumerate() {
        let said = format!("“{words} is what we wanted to say,” Mara {words} Voss said in Leeds.");
        let record = serde_json::json!({
            "id": format!("h{number}"), "title": format!("{words} headline"), "text": format!("{said}\n\nMara Voss left. {words}"),
            "url": "javascript:alert(1)", "source": words, "byline": words, "section": words, "tags": [words],
        });
        archive.write(&format!("{number}.jsonl"), format!("{record}\n"));
    }
    let long =
        serde_json::json!({ "id": "long", "title": "<b>".repeat(33_000), "text": "Mara Voss waited." });
    archive.write("long.jsonl", format!("{long}\n"));
    assert!(matches!(archive.run(&[]).status.code(), Some(0 | 3)));
    let app = app(&archive.index, Settings { allow_writes: true, ..local() });
    let stories = get(&app, "/search.json?q=voss&limit=50&copies=all").json();
    let stories: Vec<String> = stories["results"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| format!("/story/{}?q=voss", row["id"].as_str().expect("an id")))
        .collect();
    assert!(stories.len() >= 8, "{stories:?}");
    let hostile = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22onload%3D%22x";
    let lists = [
        "/search?q=voss",
        "/quotes?q=wanted",
        "/names?limit=200",
        "/topics?kind=publisher",
        "/person?name=Mara+Voss",
    ];
    let typed = [
        "/search?q=",
        "/quotes?by=",
        "/person?name=",
        "/names?prefix=",
        "/timeline?q=",
        "/topics?prefix=",
        "/verify?quote=a+b+",
    ];
    let typed = typed.map(|address| format!("{address}{hostile}"));
    let typed: Vec<String> = typed.into_iter().chain(["/search?q=%28%E2%80%AEgrief".to_owned()]).collect();
    for address in stories.iter().map(String::as_str).chain(lists).chain(typed.iter().map(String::as_str)) {
        let got = get(&app, address);
        let text = got.text();
        assert!(got.status == 200 || got.status == 400, "{address}: {}", got.status);
        assert!(got.bytes.len() < 400_000, "{address}: {} bytes", got.bytes.len());
        let tags = tags(text);
        assert!(text.ends_with("</html>"), "{address}");
        for tag in &tags {
            assert!(!tag.contains("onerror=") || tag.contains("value="), "{address}: {tag}");
            assert!(!tag.to_lowercase().contains("href=\"javascript:"), "{address}: {tag}");
        }
        assert_eq!(tags.iter().filter(|tag| tag.starts_with("<script")).count(), 1, "{address}");
        assert!(!tags.iter().any(|tag| tag.starts_with("<img") || tag.starts_with("<b>")), "{address}");
        let steers = |c: char| {
            c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{2066}'
        };
        assert!(!text.contains(steers), "{address}: a character steers the page");
    }
    let table = get(&app, "/search.csv?q=voss&copies=all&limit=50");
    let mut table = csv::Reader::from_reader(table.bytes.as_slice());
    for cell in
        table.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']), "{cell}");
    }
}

/// The tags of a page: what a browser takes for markup.
fn tags(page: &str) -> Vec<&str> {
    let parts = page.split('<').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('>')?.0))
        .map(|tag| {
            &page[page.len().min(tag.as_ptr() as usize - page.as_ptr() as usize - 1)..][..tag.len() + 1]
        })
        .collect()
}

#[test]
fn a_draft_is_read_answered_and_not_kept() {
    let app = served();
    let draft = "draft=%E2%80%9CYou+cannot+schedule+grief%2C+you+can+only+make+room+for+it%2C%E2%80%9D+Ines+Valcourt+said.%0A%0A\
                 %E2%80%9CThe+moon+is+a+cheese+that+nobody+dared+to+slice%2C%E2%80%9D+Ines+Valcourt+said.";
    let page = ask(app, request("POST", "/verify", &[], draft));
    assert!(
        page.status == 200 && page.text().contains("1 exact") && page.text().contains("1 not in the archive"),
        "{}",
        page.text()
    );
    assert_eq!((page.header("cache-control"), page.header("etag")), ("no-store", ""));
    let rows = ask(app, request("POST", "/verify.json", &[], draft)).json();
    let types: Vec<&str> =
        rows["results"].as_array().expect("rows").iter().filter_map(|row| row["type"].as_str()).collect();
    assert_eq!(types, ["verdict", "verdict", "draft"]);
    let large = ask(app, request("POST", "/verify", &[], &format!("draft={}", "a".repeat(300_000))));
    assert_eq!(large.status, 413);
    let many = format!("draft={}", "%E2%80%9CWe+never+sell%2C%E2%80%9D+Voss+said.%0A%0A".repeat(201));
    assert_eq!(ask(app, request("POST", "/verify", &[], &many)).status, 413);
}
