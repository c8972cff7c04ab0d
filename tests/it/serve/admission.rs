//! Nobody is let in who should not be, nothing of a story is markup, nothing of what is held back is told.

use std::sync::{Arc, Mutex};

use pullquote::{
    record::Line,
    serve::{Access, Settings},
};

use crate::{
    archive,
    sample::{ROOT, sample},
    schema_lines::Judge,
};

use super::*;

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
