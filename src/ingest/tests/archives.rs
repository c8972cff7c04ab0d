//! Archives are folders, for any sequence of runs.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

/// A zip of these.
fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in members {
        zip.start_file(*path, SimpleFileOptions::default()).expect("a member");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// A tar of these.
fn tarred(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (path, bytes) in members {
        let mut block = vec![0; 512];
        block[..path.len()].copy_from_slice(path.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        block[148..157].copy_from_slice(b"        0");
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend(block);
        tar.extend(*bytes);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

fn story(number: usize) -> String {
    format!("Take {number}\n\n“I saw take {number} myself,” Ada Lovelace said on the set in London.\n")
}

/// Stories by their paths, `from` the first number on.
fn stories(numbers: std::ops::Range<usize>) -> Vec<(String, String)> {
    numbers.map(|number| (format!("{}/{number}.txt", number % 7), story(number))).collect()
}

fn refs(stories: &[(String, String)]) -> Vec<(&str, &[u8])> {
    stories.iter().map(|(path, text)| (&**path, text.as_bytes())).collect()
}

/// A root with one file.
fn root_of(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let root = archive(&[]);
    fs::write(root.path().join(name), bytes).expect("a file");
    root
}

/// Where each story was read, and why what was left out was.
fn places(index: &Path) -> (Vec<String>, Vec<(String, String)>) {
    let snapshot = Snapshot::open(index).expect("an index");
    let lines = snapshot.inventory().expect("a readable index");
    let stored = lines.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let path = |value: &serde_json::Value| value["path"].as_str().unwrap_or_default().to_owned();
    let mut stories: Vec<String> = stored
        .filter(|line| !line[0]["article"]["origin"].is_null())
        .map(|line| path(&line[0]["article"]["origin"]))
        .collect();
    stories.sort();
    let skipped = snapshot.skipped().expect("an index");
    let mut skipped: Vec<(String, String)> =
        skipped.into_iter().map(|skipped| (skipped.path, skipped.reason)).collect();
    skipped.sort();
    (stories, skipped)
}

#[test]
fn members_are_inputs_of_their_own() {
    let deepest = (0..5).fold(b"Deep down, she left the stage.".to_vec(), |bytes, depth| {
        zipped(&[(if depth == 0 { "e.txt" } else { "d.zip" }, &bytes)])
    });
    let lines = "{\"text\": \"One.\"}\n{broken\n{\"text\": \"Two.\"}\n";
    let tar =
        tarred(&[("2019/t.txt", b"A story in a tar."), ("2019/t.txt", b"The same path."), ("x.css", b"a{}")]);
    let members: [(&str, &[u8]); 8] = [
        ("2019/a.txt", b"A story."),
        ("2019/b.jsonl", lines.as_bytes()),
        ("__MACOSX/2019/._a.txt", b"x"),
        ("c.png", b"\x89PNG\r\n\x1a\n"),
        ("deep.zip", &deepest),
        ("in.tar.gz", &gzipped(&tar)),
        ("more.txt.gz", &gzipped(b"A compressed story.")),
        ("empty.html", b""),
    ];
    let root = root_of("a.zip", &zipped(&members));
    for options in [options, |index: &Path, roots: &[&Path]| streaming(index, roots[0])] {
        let folder = tempfile::tempdir().expect("a folder");
        let index = folder.path().join("index");
        let report = done(&options(&index, &[root.path()]));
        assert_eq!((report.added, report.hidden), (5, 1));
        let (stories, skipped) = places(&index);
        assert_eq!(
            stories,
            [
                "a.zip!/2019/a.txt",
                "a.zip!/2019/b.jsonl",
                "a.zip!/2019/b.jsonl",
                "a.zip!/in.tar.gz!/2019/t.txt",
                "a.zip!/more.txt.gz"
            ]
        );
        let skipped: Vec<(&str, &str)> = skipped.iter().map(|(path, reason)| (&**path, &**reason)).collect();
        assert_eq!(
            skipped,
            [
                ("a.zip!/2019/b.jsonl", "bad-record"),
                ("a.zip!/c.png", "image"),
                ("a.zip!/deep.zip!/d.zip!/d.zip!/d.zip", "too-deep"),
                ("a.zip!/empty.html", "empty"),
                ("a.zip!/in.tar.gz!/2019/t.txt", "same-name"),
                ("a.zip!/in.tar.gz!/x.css", "style-sheet"),
            ]
        );
        let again = done(&options(&index, &[root.path()]));
        assert_eq!((again.files_read, again.skipped, again.skipped_known), (0, 0, 6));
        assert_eq!((again.files, again.articles), (report.files, 5));
        // It was written again, and holds the same.
        fs::write(root.path().join("a.zip"), zipped(&members)).expect("a file");
        let again = done(&options(&index, &[root.path()]));
        assert_eq!((again.added, again.removed, again.skipped), (0, 0, 0));
        assert_like_fresh(&index, root.path());
    }
}

#[test]
fn of_a_changed_archive_only_what_changed_is_read() {
    type Pack = fn(&[(&str, &[u8])]) -> Vec<u8>;
    for (name, pack) in
        [("a.zip", zipped as Pack), ("a.tar", tarred), ("a.tgz", |members| gzipped(&tarred(members)))]
    {
        let mut all = stories(0..40);
        let root = root_of(name, &pack(&refs(&all)));
        let index = root.path().join(".pullquote");
        assert_eq!(done(&options(&index, &[root.path()])).added, 40, "{name}");
        all[3].1 = story(1003);
        all.remove(7);
        all.extend(stories(40..42));
        fs::write(root.path().join(name), pack(&refs(&all))).expect("a file");
        let report = done(&options(&index, &[root.path()]));
        assert_eq!((report.added, report.updated, report.removed), (2, 1, 1), "{name}");
        // The three, and the archive.
        assert_eq!(report.files_read, 4, "{name}");
        assert_like_fresh(&index, root.path());
        fs::remove_file(root.path().join(name)).expect("a file");
        assert_eq!(done(&options(&index, &[root.path()])).removed, 41, "{name}");
        assert_like_fresh(&index, root.path());
    }
}

#[test]
fn what_seems_lost_of_an_archive_stays() {
    let all = stories(0..60);
    let (whole, short) = (zipped(&refs(&all)), zipped(&refs(&all[..20])));
    let tar = gzipped(&tarred(&refs(&all)));
    // A damaged one of which most is left is told once, one of which too much is gone fails every run.
    for (name, before, after, skipped) in [
        ("a.zip", &whole, &short[..], None),
        ("a.zip", &whole, &whole[..whole.len() / 2], None),
        ("a.tgz", &tar, &tar[..tar.len() / 3], None),
        ("a.tgz", &tar, &tar[..tar.len() / 8 * 7], Some("damaged")),
    ] {
        let root = root_of(name, before);
        fs::write(root.path().join("other.txt"), "Another story.").expect("a file");
        let index = root.path().join(".pullquote");
        let wary = || Options { allow_shrink: false, ..options(&index, &[root.path()]) };
        done(&wary());
        fs::write(root.path().join(name), after).expect("a file");
        for again in [false, true] {
            let outcome = run_until(&wary(), None);
            assert_eq!(outcome.report.articles, 61, "{name}");
            assert_eq!(outcome.shrunk, skipped.is_none(), "{name}");
            let expected: Vec<&str> = skipped.into_iter().collect();
            let reasons: Vec<String> = places(&index).1.into_iter().map(|(_, reason)| reason).collect();
            assert_eq!(reasons, expected, "{name}, {again}");
        }
        fs::remove_file(root.path().join(name)).expect("a file");
        let outcome = run_until(&wary(), None);
        assert!(outcome.shrunk && outcome.report.articles == 61, "gone with its disk");
        done(&options(&index, &[root.path()]));
        assert_like_fresh(&index, root.path());
    }
}

#[test]
fn one_bad_member_leaves_the_rest_alone_and_keeps_what_it_held() {
    let all = stories(0..5);
    let mut bytes = zipped(&refs(&all));
    let root = root_of("a.zip", &bytes);
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    // Another check sum in the list, and bytes that do not fit it.
    let list = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("a list");
    bytes[list + 16] ^= 1;
    fs::write(root.path().join("a.zip"), &bytes).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.articles, report.skipped, report.removed), (5, 1, 0));
    assert_eq!(places(&index).1, [("a.zip!/0/0.txt".to_owned(), "damaged".to_owned())]);
    assert_eq!(done(&options(&index, &[root.path()])).files_read, 0);
}

#[test]
fn stops_inside_archives_go_on_where_they_stood() {
    let lines = long_lines(0..300);
    let all = stories(0..80);
    let inner = zipped(&[&refs(&all)[..40], &[("b.jsonl", lines.as_bytes())]].concat());
    let tar = tarred(&[&refs(&all)[40..], &[("in.zip", &inner)]].concat());
    for (name, bytes) in [("a.tgz", gzipped(&tar)), ("a.zip", zipped(&[("a.tar", &tar)]))] {
        let root = root_of(name, &bytes);
        let index = root.path().join(".pullquote");
        let (mut moment, mut ended, mut runs) = (Duration::from_millis(60), Ended::TimeLimit, 0);
        while ended != Ended::Done {
            let options = Options {
                max_runtime: Some(moment),
                large_file: 8 << 10,
                chunk_files: 8,
                ..options(&index, &[root.path()])
            };
            ended = run_until(&options, None).ended;
            moment += moment / 3;
            runs += 1;
            assert!(runs < 60, "{name}: it never ends");
        }
        assert!(runs > 2, "{name}: {runs} runs");
        assert_like_fresh(&index, root.path());
    }
}

#[test]
fn globs_choose_what_is_in_archives() {
    let zip =
        zipped(&[("2019/a.txt", b"A story."), ("drafts/b.txt", b"A draft."), ("c.md", b"Notes on her.")]);
    let root = root_of("a.zip", &zip);
    fs::write(root.path().join("d.md"), "Notes on him.").expect("a file");
    let index = root.path().join(".pullquote");
    let settings = |_: &Path| {
        let mut config = Config::default();
        config.crawl.include = vec!["*.txt".to_owned()];
        config.crawl.exclude = vec!["*/drafts".to_owned()];
        Ok(config)
    };
    let surroundings = &mut Surroundings { settings: &settings, stop: Stop::default(), tell: &mut |_| () };
    run(&options(&index, &[root.path()]), surroundings).expect("a run");
    assert_eq!(places(&index), (vec!["a.zip!/2019/a.txt".to_owned()], Vec::new()));
}

#[test]
fn a_plan_names_what_is_in_archives() {
    let inner = zipped(&[("b.txt", b"A story inside.")]);
    let tar = gzipped(&tarred(&[
        ("2019/a.html", b"<html><p>She left."),
        (".git/x", b"x"),
        ("in.zip", &inner),
        ("c.png", b"\x89PNG\r\n\x1a\n"),
    ]));
    let root = root_of("a.tgz", &tar);
    let index = root.path().join(".pullquote");
    let planned = || {
        let mut planned = Vec::new();
        let mut tell = |event: Event<'_>| {
            if let Event::Planned(it) = event {
                planned.push(format!("{} {} {}", it.action, it.path, it.input.unwrap_or(&it.reason)));
            }
        };
        super::super::plan(&options(&index, &[root.path()]), &|_| Ok(Config::default()), &mut tell)
            .expect("a plan");
        planned
    };
    assert_eq!(
        planned(),
        [
            "read a.tgz tar",
            "read a.tgz!/2019/a.html html",
            "skip a.tgz!/.git/x hidden",
            "read a.tgz!/in.zip zip",
            "read a.tgz!/in.zip!/b.txt text",
            "skip a.tgz!/c.png image"
        ]
    );
    done(&options(&index, &[root.path()]));
    assert_eq!(planned(), Vec::<String>::new());
}

#[test]
fn what_is_taken_down_of_an_archive_stays_out() {
    let all = stories(0..8);
    let root = root_of("a.zip", &zipped(&refs(&all)));
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    let take_down = |what: &str| {
        let waiting = Waiting { patience: Duration::ZERO, now_ns: 0 };
        let gone = remove(&index, what, "a court said so", 1, waiting).expect("a takedown");
        gone.articles.iter().map(|place| place.path.clone()).collect::<Vec<_>>()
    };
    let read_again = |members: &[(String, String)]| {
        fs::write(root.path().join("a.zip"), zipped(&refs(members))).expect("a file");
        let report = done(&options(&index, &[root.path()]));
        let rebuilt = done(&Options { rebuild: true, ..options(&index, &[]) });
        assert_eq!(report.articles, rebuilt.articles);
        report.articles
    };
    // One story by its path inside.
    assert_eq!(take_down("a.zip!/3/3.txt"), ["a.zip!/3/3.txt"]);
    assert_eq!(done(&options(&index, &[root.path()])).articles, 7);
    assert_eq!(read_again(&all), 7);
    // All that is in it, and whatever will be.
    let mut gone = take_down("a.zip");
    gone.sort();
    let left = all.iter().filter(|(path, _)| path != "3/3.txt").map(|(path, _)| format!("a.zip!/{path}"));
    let mut left: Vec<String> = left.collect();
    left.sort();
    assert_eq!(gone, left);
    assert_eq!(read_again(&stories(0..10)), 0);
    fs::write(root.path().join("b.zip"), zipped(&refs(&stories(20..22)))).expect("a file");
    assert_eq!(done(&options(&index, &[root.path()])).articles, 2, "another archive is another");
}
