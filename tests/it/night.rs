//! A scheduled run: what it leaves for those who watch it, and the units that start it.

use std::{
    fs,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::archive::{Archive, code, last_line, pullquote};

fn metric(text: &str, name: &str) -> f64 {
    let line = text.lines().find(|line| line.starts_with(&format!("pullquote_{name}{{")));
    let line = line.unwrap_or_else(|| panic!("no {name} in {text}"));
    line.rsplit(' ').next().and_then(|value| value.parse().ok()).expect("a number")
}

#[test]
fn metrics_tell_the_last_run_and_the_last_success_apart() {
    let archive = Archive::new();
    archive.write("a.txt", "A first story.");
    let file = archive.root.with_file_name("pullquote.prom");
    let args = ["--metrics-file", file.to_str().expect("a path")];
    assert_eq!(code(&archive.run(&args)), 0);
    let text = fs::read_to_string(&file).expect("metrics");
    assert_eq!((metric(&text, "articles"), metric(&text, "last_run_exit_code")), (1.0, 0.0), "{text}");
    let success = metric(&text, "last_success_timestamp_seconds");
    assert!(success > 0.0 && metric(&text, "running") == 0.0);
    assert!(text.lines().all(|line| line.starts_with("# ") || line.starts_with("pullquote_")), "{text}");
    // A run that fails early, and one that finds the lock held, say so too.
    fs::write(archive.root.join("pullquote.toml"), "nonsense = [").expect("a file");
    assert_eq!(code(&archive.run(&args)), 78);
    let text = fs::read_to_string(&file).expect("metrics");
    assert_eq!(metric(&text, "last_run_exit_code"), 78.0);
    assert_eq!(metric(&text, "last_success_timestamp_seconds"), success);
    fs::remove_file(archive.root.join("pullquote.toml")).expect("a file");
    let lock = fs::File::open(archive.index.join("lock")).expect("a lock");
    lock.lock().expect("nobody else holds it");
    assert_eq!(code(&archive.run(&args)), 75);
    assert_eq!(metric(&fs::read_to_string(&file).expect("metrics"), "last_run_exit_code"), 75.0);
}

#[test]
fn hooks_get_the_new_ids() {
    let archive = Archive::new();
    archive.write("a.txt", "A first story.");
    let ids = archive.root.with_file_name("ids");
    let after = format!("cat > '{}'; echo $PULLQUOTE_EXIT >> '{0}'", ids.display());
    assert_eq!(code(&archive.run(&["--before-run", "exit 4"])), 2);
    assert!(!archive.index.join("CURRENT").exists(), "nothing was read");
    assert_eq!(
        code(&archive.run(&["--before-run", "test -n \"$PULLQUOTE_INDEX\"", "--after-run", &after])),
        0
    );
    let first = fs::read_to_string(&ids).expect("ids");
    assert_eq!(first.lines().count(), 2, "{first}");
    archive.write("b.txt", "A second story.");
    let output = archive.run(&["--after-run", &after]);
    assert_eq!((code(&output), last_line(&output)["added"].as_u64()), (0, Some(1)));
    let second = fs::read_to_string(&ids).expect("ids");
    assert_eq!(second.lines().count(), 2, "{second}");
    let id = |ids: &str| ids.lines().next().expect("an id").to_owned();
    assert_ne!(id(&first), id(&second));
    assert_eq!(code(&archive.run(&["--after-run", "exit 5"])), 2);
}

#[test]
fn units_name_what_they_run() {
    let archive = Archive::new();
    let root = archive.root.with_file_name("my 100% news");
    fs::create_dir(&root).expect("a folder");
    let units = archive.root.with_file_name("units");
    let generate = |what: &str, more: &[&str]| {
        let output = pullquote().args(["generate", what]).arg(&root).args(more).output().expect("a run");
        assert_eq!(code(&output), 0, "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    generate("systemd", &["--at", "04:30", "--dir", units.to_str().expect("a path")]);
    let service = fs::read_to_string(units.join("pullquote.service")).expect("a service");
    assert!(service.contains("my 100%% news/.pullquote\"") && !service.contains("{{"), "{service}");
    let timer = fs::read_to_string(units.join("pullquote.timer")).expect("a timer");
    assert!(timer.contains("OnCalendar=*-*-* 04:30:00"), "{timer}");
    let cron = generate("cron", &["--at", "04:30"]);
    assert!(cron.contains("\n30 4 * * * ") && cron.contains("my 100\\% news'"), "{cron}");
    let plist = generate("launchd", &[]);
    assert!(plist.contains("my 100% news") && !plist.contains("{{"), "{plist}");
    // The real judge, where it is installed.
    let verify = Command::new("systemd-analyze").arg("verify").arg(units.join("pullquote.service")).output();
    if let Ok(output) = verify {
        assert!(output.status.success(), "{output:?}");
    }
}

/// How long readers and writers meet: a second, or as long as PULLQUOTE_SOAK says (by hand: 60).
fn soak() -> Duration {
    let seconds = std::env::var("PULLQUOTE_SOAK").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1))
}

/// Two writers and ten readers at once. Every article holds one word twice, in two stories that change together: a
/// reader that saw one of them old and one new would see a torn commit.
#[test]
fn two_writers_and_ten_readers_get_along() {
    let archive = Archive::new();
    let twins = |round: u64| {
        let story = |url: &str| {
            format!(
                "{{\"url\": \"https://example.org/{url}\", \"text\": \"The number is w{round}. “It is w{round},” Ada Lovelace said.\"}}\n"
            )
        };
        story("a") + &story("b")
    };
    archive.write("twins.jsonl", twins(0));
    assert_eq!(code(&archive.run(&[])), 0);
    let (done, until) = (AtomicBool::new(false), Instant::now() + soak());
    let (asked, held_back) = thread::scope(|scope| {
        let readers: Vec<_> = (0..10)
            .map(|_| {
                scope.spawn(|| {
                    let mut asked = 0;
                    while !done.load(Ordering::Relaxed) {
                        let output = pullquote()
                            .args(["search", "number", "--json", "--fields", "id,snippet", "--index"])
                            .arg(&archive.index)
                            .output()
                            .expect("a reader");
                        assert_eq!(code(&output), 0, "{output:?}");
                        let text = String::from_utf8_lossy(&output.stdout).into_owned();
                        let words: Vec<&str> = text
                            .split(|c: char| !c.is_alphanumeric())
                            .filter(|word| is_round(word))
                            .collect();
                        assert!(
                            words.len() >= 2 && words.iter().all(|&word| word == words[0]),
                            "torn: {text}"
                        );
                        asked += 1;
                    }
                    asked
                })
            })
            .collect();
        let mut held_back = 0;
        let mut round = 0;
        while Instant::now() < until {
            round += 1;
            archive.write("twins.jsonl", twins(round));
            let mut writers: Vec<_> = (0..2)
                .map(|_| {
                    archive.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a writer")
                })
                .collect();
            for writer in &mut writers {
                let code = writer.wait().expect("a writer").code();
                assert!(matches!(code, Some(0 | 75)), "{code:?}");
                held_back += u64::from(code == Some(75));
            }
        }
        done.store(true, Ordering::Relaxed);
        (readers.into_iter().map(|reader| reader.join().expect("a reader")).sum::<u64>(), held_back)
    });
    assert!(asked >= 10, "{asked} questions, {held_back} writers held back");
}

fn is_round(word: &str) -> bool {
    word.strip_prefix('w')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
