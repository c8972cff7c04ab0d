//! Every page and its twins agree; answers are said once, packed, and in time.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use axum::http::StatusCode;
use pullquote::serve::{PAGES, Settings};
use serde_json::Value;

use crate::{
    sample::{ROOT, run, sample, sample_of_our_own},
    schema_lines::Judge,
};

use super::*;

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
fn words_that_somebody_may_have_said_lead_to_who_said_them_first() {
    let leads = |query: &str| {
        let page = get(served(), &format!("/search?q={query}"));
        page.text().contains("/origin?words=you")
    };
    assert!(leads("%22you%20cannot%20schedule%22") && leads("you%20can%20only%20make%20room"));
    assert!(!leads("%22you%20cannot%22") && !leads("you%20cannot%20schedule") && !leads("you%20OR%20can"));
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
