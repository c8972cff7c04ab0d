//! Saved searches and what they find among new articles.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::archive::{Archive, Dice, code, pullquote};

impl Archive {
    fn saved(&self, words: &[&str]) -> Output {
        self.ask("saved", words)
    }

    fn ask(&self, command: &str, words: &[&str]) -> Output {
        self.asking(command).args(words).output().expect("the program runs")
    }

    fn asking(&self, command: &str) -> Command {
        let mut asking = pullquote();
        asking.arg(command).arg("--index").arg(&self.index);
        asking
    }

    fn alerts(&self) -> Vec<Value> {
        let output = self.ask("alerts", &["--json"]);
        assert_eq!(code(&output), 0, "{output:?}");
        lines(&output.stdout)
    }
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn story(url: u64, words: &str) -> String {
    format!("{{\"url\": \"https://example.org/{url}\", \"text\": \"{words}\"}}\n")
}

fn told(alerts: &[Value]) -> Vec<(&str, &str)> {
    alerts
        .iter()
        .map(|alert| {
            (alert["search"].as_str().unwrap_or_default(), alert["url"].as_str().unwrap_or_default())
        })
        .collect()
}

#[test]
fn a_saved_search_is_kept_run_and_used_in_queries() {
    let archive = Archive::new();
    archive.write("a.jsonl", story(1, "Ada Lovelace sang in London.") + &story(2, "Rain fell in Leeds."));
    assert_eq!(code(&archive.run(&[])), 0);
    assert_eq!(code(&archive.saved(&["add", "ada", "person:\"Ada Lovelace\""])), 0);
    assert_eq!(code(&archive.saved(&["add", "wet", "rain", "OR", "query:ada"])), 0);
    assert_eq!(code(&archive.saved(&["add", "no name", "rain"])), 2, "a name has no spaces");
    let broken = archive.saved(&["add", "broken", "(rain"]);
    assert_eq!(code(&broken), 2);
    assert!(String::from_utf8_lossy(&broken.stderr).contains('^'), "{broken:?}");
    let found = archive.ask("search", &["--json", "query:ada"]);
    assert_eq!(lines(&found.stdout).len(), 1, "{found:?}");
    let ran = archive.saved(&["run", "--json"]);
    let hits: Vec<(String, u64)> = lines(&ran.stdout)
        .iter()
        .filter(|line| line["type"] == "query")
        .map(|line| {
            (line["query_id"].as_str().unwrap_or_default().to_owned(), line["hits"].as_u64().unwrap_or(0))
        })
        .collect();
    assert_eq!(hits, [("ada".to_owned(), 1), ("wet".to_owned(), 2)]);
    let listed = archive.saved(&["list", "--json"]);
    assert_eq!(lines(&listed.stdout)[1]["query"], "rain OR query:ada");
    assert_eq!(code(&archive.saved(&["remove", "ada"])), 0);
    assert_eq!(code(&archive.saved(&["remove", "ada"])), 1);
    assert_eq!(code(&archive.ask("search", &["query:ada"])), 1);
    assert_eq!(code(&archive.saved(&["run", "ada"])), 2);
}

#[test]
fn only_what_is_new_is_told_and_only_once() {
    let archive = Archive::new();
    archive.write("a.jsonl", story(1, "Ada Lovelace sang in London."));
    assert_eq!(code(&archive.run(&[])), 0);
    archive.saved(&["add", "ada", "person:\"Ada Lovelace\""]);
    assert_eq!(told(&archive.alerts()), [("ada", "https://example.org/1")]);
    assert_eq!(archive.alerts(), [] as [Value; 0], "told once");
    // Changed, moved and rebuilt articles are not new.
    archive.write("a.jsonl", story(1, "Ada Lovelace sang in London again."));
    archive.run(&[]);
    fs::rename(archive.root.join("a.jsonl"), archive.root.join("b.jsonl")).expect("a file");
    archive.run(&[]);
    assert_eq!(code(&archive.run(&["--rebuild"])), 0);
    archive.saved(&["add", "london", "London"]);
    assert_eq!(archive.alerts(), [] as [Value; 0]);
    archive.write("c.jsonl", story(2, "Ada Lovelace left London.") + &story(3, "Rain fell in Leeds."));
    assert_eq!(code(&archive.run(&["--rebuild"])), 0);
    let both = [("ada", "https://example.org/2"), ("london", "https://example.org/2")];
    // A command that fails gets them again, with the same ids.
    let failed = archive.ask("alerts", &["--exec", "cat >/dev/null; exit 7"]);
    assert_eq!(code(&failed), 2, "{failed:?}");
    let again = archive.alerts();
    assert_eq!(told(&again), both);
    assert_eq!(archive.alerts(), [] as [Value; 0]);
    let log = archive.ask("alerts", &["--log", "--json"]);
    assert_eq!(lines(&log.stdout)[1..], again);
    let feed = fs::read_to_string(archive.index.join("state/alerts.xml")).expect("a feed");
    assert_eq!(feed.matches("<entry>").count(), 3, "{feed}");
    archive.write("d.jsonl", story(4, "Ada Lovelace is back in London."));
    archive.run(&[]);
    assert_eq!(code(&archive.ask("alerts", &["--from-now"])), 0);
    assert_eq!(archive.alerts(), [] as [Value; 0]);
}

#[test]
fn a_search_that_cannot_be_read_keeps_no_other_from_being_watched() {
    let archive = Archive::new();
    archive.write("a.jsonl", story(1, "Ada Lovelace sang in London."));
    archive.run(&[]);
    let file = archive.root.with_file_name("watch.tsv");
    fs::write(&file, "# ours\nbroken\t(rain\nno tab\nada\tAda\n").expect("a file");
    let file = file.to_str().expect("a path");
    let output = archive.ask("alerts", &["--json", "--saved", file]);
    assert_eq!(code(&output), 3, "{output:?}");
    assert_eq!(told(&lines(&output.stdout)), [("ada", "https://example.org/1")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("broken") && said.contains("line 3"), "{said}");
}

/// Thirty kills, of the run and of the alerts, while stories come in: the log holds every match, each once, and the
/// command got every one.
#[test]
fn killed_while_alerting_none_is_lost_and_none_is_twice_in_the_log() {
    let archive = Archive::new();
    let mut dice = Dice::new(0xa1e7);
    archive.write("a.jsonl", story(0, "Rain."));
    archive.run(&[]);
    archive.saved(&["add", "ada", "person:\"Ada Lovelace\""]);
    archive.saved(&["add", "storm", "storm"]);
    let got = archive.root.with_file_name("got.jsonl");
    let deliver = format!("cat >> '{}'", got.display());
    let mut url = 0;
    for round in 0..30 {
        for _ in 0..3 {
            let words = ["Ada Lovelace met a storm.", "Ada Lovelace sang.", "Storms are near.", "Nothing."];
            url += 1;
            let text = story(url, words[dice.roll(4) as usize]);
            archive.write(&format!("{url}.jsonl"), text);
        }
        let mut run = archive.command();
        run.args(["--commit-every", "0s", "--chunk-files", "1"]);
        let mut alerts = archive.asking("alerts");
        alerts.args(["--quiet", "--exec", &deliver]);
        for command in [&mut run, &mut alerts] {
            let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = quiet.spawn().expect("the program runs");
            thread::sleep(Duration::from_micros(dice.roll(if round % 3 == 0 { 200_000 } else { 40_000 })));
            child.kill().expect("a child");
            child.wait().expect("a child");
        }
    }
    assert!(matches!(code(&archive.run(&[])), 0 | 3));
    let last = archive.ask("alerts", &["--exec", &deliver]);
    assert_eq!(code(&last), 0, "{last:?}");
    let log = lines(&archive.ask("alerts", &["--log", "--json"]).stdout);
    let mut logged: BTreeMap<String, u32> = BTreeMap::new();
    for alert in &log {
        *logged.entry(alert["delivery_id"].to_string()).or_default() += 1;
    }
    assert!(logged.values().all(|&times| times == 1), "{logged:?}");
    let ran = archive.saved(&["run", "--json", "--limit", "1000"]);
    let hits: BTreeSet<(String, String)> = lines(&ran.stdout)
        .iter()
        .filter(|line| line["type"] == "article")
        .map(|hit| (hit["query_id"].to_string(), hit["id"].to_string()))
        .collect();
    let told: BTreeSet<_> =
        log.iter().map(|alert| (alert["search"].to_string(), alert["id"].to_string())).collect();
    assert!(hits.len() > 20, "{}", hits.len());
    assert_eq!(told, hits);
    // A torn line of a killed command's output is none of ours; whole lines tell what was delivered.
    let received = fs::read_to_string(&got).expect("deliveries");
    let received: BTreeSet<String> = received
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|alert| alert["delivery_id"].to_string())
        .collect();
    assert_eq!(received, logged.keys().cloned().collect());
}
