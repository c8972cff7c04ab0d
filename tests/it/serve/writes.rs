//! What is written holds at once, and is taken back.

use std::{fs, sync::Arc};

use pullquote::serve::{App, Settings};

use crate::{
    archive::{self, pullquote},
    sample::{ROOT, run, sample_of_our_own},
    schema_lines::Judge,
};

use super::*;

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
