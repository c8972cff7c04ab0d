//! Any sequence of changes, runs and interruptions ends like a fresh build.

mod archives;

use std::{cell::Cell, fs, path::Path, sync::atomic::Ordering, time::Duration};

use proptest::prelude::*;

use super::{Ended, Event, Options, Outcome, Stop, Surroundings, remove, run};
use crate::{
    annotation::Annotations,
    article::{Article, ArticleId, Naming, Origin},
    config::Config,
    extract::annotate,
    index::{Batch, Budget, Opening, Snapshot, Waiting, Writer, check},
    report::{FileStamp, LeftOut, Report},
    source::{self, Place},
    view::{ArticleView, FileView, content_hash, file_key},
};

fn options(index: &Path, roots: &[&Path]) -> Options {
    thread_local!(static RUNS: Cell<i64> = const { Cell::new(1) });
    // Each run a second after the one before, long after all files were written.
    let number = RUNS.with(|runs| runs.replace(runs.get() + 1));
    Options {
        index: index.to_owned(),
        roots: roots.iter().map(|root| root.to_path_buf()).collect(),
        root_name: None,
        forget: Vec::new(),
        rebuild: false,
        verify_content: false,
        allow_shrink: true,
        threads: 2,
        memory: 60 << 20,
        max_runtime: None,
        wait_lock: Duration::ZERO,
        commit_every: Duration::ZERO,
        chunk_files: 2,
        large_file: 16 << 20,
        now_ns: 4_000_000_000_000_000_000 + number * 1_000_000_000,
    }
}

/// A run that reads every file as a stream.
fn streaming(index: &Path, root: &Path) -> Options {
    Options { large_file: 0, ..options(index, &[root]) }
}

/// Runs; is asked to stop after that many chunks, if any.
fn run_until(options: &Options, chunks: Option<usize>) -> Outcome {
    let stop = Stop::default();
    let flag = stop.0.clone();
    let mut seen = 0;
    let mut tell = |event: Event<'_>| {
        if let Event::Progress { .. } = event {
            seen += 1;
            if Some(seen) == chunks {
                flag.store(2, Ordering::Relaxed);
            }
        }
    };
    let settings = |_: &Path| Ok(Config::default());
    run(options, &mut Surroundings { settings: &settings, stop, tell: &mut tell }).expect("a run")
}

fn done(options: &Options) -> Report {
    let outcome = run_until(options, None);
    assert_eq!(outcome.ended, Ended::Done);
    outcome.report
}

fn inventory(index: &Path) -> Vec<String> {
    let snapshot = Snapshot::open(index).expect("an index");
    assert_eq!(check(&snapshot).expect("a readable index"), []);
    snapshot.inventory().expect("a readable index")
}

fn assert_like_fresh(index: &Path, root: &Path) {
    let fresh = tempfile::tempdir().expect("a folder");
    done(&options(fresh.path(), &[root]));
    let (ours, fresh) = (inventory(index), inventory(fresh.path()));
    let only = |here: &[String], there: &[String]| -> Vec<String> {
        here.iter().filter(|line| there.binary_search(line).is_err()).take(3).cloned().collect()
    };
    assert!(ours == fresh, "only here: {:#?}\nonly fresh: {:#?}", only(&ours, &fresh), only(&fresh, &ours));
}

/// A story, or a file of several that may claim the address of others.
fn story(kind: u8, words: u8) -> (&'static str, String) {
    let said = format!("“I saw take {words} myself,” Ada Lovelace said on the set in London.");
    match kind % 5 {
        0 => ("txt", format!("Title {words}\n\n{said}\n")),
        1 => ("jsonl", format!(r#"{{"url": "https://example.org/{}", "text": "{said}"}}"#, words % 3) + "\n"),
        2 => {
            let line = |url: u8, text: &str| {
                format!(r#"{{"url": "https://example.org/{}", "text": "{text} {said}"}}"#, url % 4) + "\n"
            };
            let lines: String =
                (0..words % 4).map(|number| line(number.wrapping_add(words), "Again.")).collect();
            ("jsonl", lines + "{broken\n" + &line(0, "Last."))
        }
        3 => ("jsonl", format!(r#"{{"id": "{}", "source": "Wire", "text": "{said}"}}"#, words % 2) + "\n"),
        _ => {
            // Records without address or id: some alike, some of one title, in any order.
            let line = |number: u8| match number % 3 {
                0 => format!(r#"{{"title": "Take", "text": "{number} {said}"}}"#) + "\n",
                _ => format!(r#"{{"text": "Take {}."}}"#, number % 4) + "\n",
            };
            ("jsonl", (0..words % 6).map(|number| line(number.wrapping_mul(words))).collect())
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Write(u8, u8, u8),
    Rename(u8, u8),
    Delete(u8),
    Run,
    /// A run for which every file is a large one.
    Streamed,
    Interrupted(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..8u8, any::<u8>(), any::<u8>()).prop_map(|(file, kind, words)| Step::Write(file, kind, words)),
        1 => (0..8u8, 0..8u8).prop_map(|(from, to)| Step::Rename(from, to)),
        1 => (0..8u8).prop_map(Step::Delete),
        2 => Just(Step::Run),
        1 => Just(Step::Streamed),
        2 => (0..3usize).prop_map(Step::Interrupted),
    ]
}

/// Files of that number, whatever their extension.
fn files(root: &Path, number: u8) -> Vec<std::path::PathBuf> {
    let folder = root.join((number % 2).to_string());
    ["txt", "jsonl"]
        .iter()
        .map(|extension| folder.join(format!("{number}.{extension}")))
        .filter(|path| path.exists())
        .collect()
}

fn take(root: &Path, index: &Path, step: &Step) {
    let at = |number: u8, extension: &str| {
        root.join((number % 2).to_string()).join(format!("{number}.{extension}"))
    };
    match step {
        Step::Write(file, kind, words) => {
            let (extension, text) = story(*kind, *words);
            fs::write(at(*file, extension), text).expect("a file");
        }
        Step::Rename(from, to) => {
            for path in files(root, *from) {
                let extension = path.extension().expect("an extension").to_string_lossy().into_owned();
                fs::rename(&path, at(*to, &extension)).expect("a new name");
            }
        }
        Step::Delete(file) => {
            files(root, *file).iter().for_each(|path| fs::remove_file(path).expect("a file"))
        }
        Step::Run => drop(done(&options(index, &[root]))),
        Step::Streamed => drop(done(&streaming(index, root))),
        Step::Interrupted(chunks) => drop(run_until(&options(index, &[root]), Some(chunks + 1))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn any_history_ends_like_a_fresh_build(steps in prop::collection::vec(step(), 1..14)) {
        let folder = tempfile::tempdir().expect("a folder");
        let (root, index) = (folder.path().join("root"), folder.path().join("index"));
        for number in ["0", "1"] {
            fs::create_dir_all(root.join(number)).expect("a folder");
        }
        steps.iter().for_each(|step| take(&root, &index, step));
        done(&options(&index, &[&root]));
        assert_like_fresh(&index, &root);
        let report = done(&options(&index, &[&root]));
        prop_assert!(report.is_idle() && report.skipped == 0, "{report:?}");
    }
}

fn archive(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

const LONG: &str = "Title\n\nThis is a story that goes on for long enough to be told from every other story by its words \
                    alone: a director left, a producer came, and a film that nobody had asked for was made all the \
                    same, in a small town by the sea where it rained for eleven weeks.\n";

#[test]
fn settings_and_skips_are_told_apart() {
    let root = archive(&[("a.jsonl", "{\"text\": \"One.\"}\n{broken\n"), ("b.txt", "Two.")]);
    let index = root.path().join(".pullquote");
    let first = done(&options(&index, &[root.path()]));
    assert_eq!((first.added, first.skipped, first.skipped_known), (2, 1, 0));
    let second = done(&options(&index, &[root.path()]));
    assert_eq!((second.files_read, second.skipped, second.skipped_known), (0, 0, 1));
    let settings = |_: &Path| {
        let mut config = Config::default();
        config.source.max_bytes -= 1;
        Ok(config)
    };
    let mut tell = |_: Event<'_>| ();
    let mut surroundings = Surroundings { settings: &settings, stop: Stop::default(), tell: &mut tell };
    let third = run(&options(&index, &[root.path()]), &mut surroundings).expect("a run").report;
    assert_eq!(third.read_because.get("settings"), Some(&2));
    assert_eq!((third.updated, third.added, third.skipped_known), (2, 0, 1));
}

#[test]
fn a_root_that_came_up_empty_or_lost_too_much_loses_nothing() {
    let names: Vec<String> = (0..50).map(|number| format!("{number}.txt")).collect();
    let root = archive(&names.iter().map(|name| (name.as_str(), "A story.")).collect::<Vec<_>>());
    let folder = tempfile::tempdir().expect("a folder");
    let index = folder.path().join("index");
    let careful = || Options { allow_shrink: false, ..options(&index, &[root.path()]) };
    assert_eq!(done(&careful()).added, 50);
    for name in &names[..30] {
        fs::remove_file(root.path().join(name)).expect("a file");
    }
    let outcome = run_until(&careful(), None);
    assert!(outcome.shrunk);
    assert_eq!((outcome.report.removed, outcome.report.withheld, outcome.report.articles), (0, 30, 50));
    assert_eq!(done(&options(&index, &[root.path()])).removed, 30);
    for name in &names[30..] {
        fs::remove_file(root.path().join(name)).expect("a file");
    }
    let outcome = run_until(&careful(), None);
    assert_eq!((outcome.report.articles, outcome.shrunk, outcome.name()), (20, true, "failed"));
    fs::remove_dir(root.path()).expect("an empty folder");
    let outcome = run_until(&options(&index, &[root.path()]), None);
    assert_eq!((outcome.report.articles, outcome.missing.len()), (20, 1));
}

#[test]
fn what_is_taken_down_stays_out() {
    let root = archive(&[("a.txt", LONG), ("copy/b.txt", LONG), ("c.txt", "Another story.")]);
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    let waiting = Waiting { patience: Duration::ZERO, now_ns: 0 };
    let gone = remove(&index, "a.txt", "a court said so", 1, waiting).expect("a takedown");
    assert_eq!(gone.articles.len(), 2, "the copy goes too");
    fs::rename(root.path().join("a.txt"), root.path().join("d.txt")).expect("a new name");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.articles, report.taken_down), (1, 1));
    let report = done(&Options { rebuild: true, ..options(&index, &[]) });
    assert_eq!((report.articles, report.taken_down), (1, 2));
}

#[test]
fn a_part_of_a_story_names_the_whole_for_a_takedown() {
    let root = archive(&[("a.txt", LONG), ("b.txt", "Another story."), ("c.txt", "A third one.")]);
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    let waiting = Waiting { patience: Duration::ZERO, now_ns: 0 };
    let id = |file: &str| {
        let name = root.path().file_name().expect("a name").to_string_lossy().into_owned();
        let snapshot = Snapshot::open(&index).expect("an index");
        snapshot.of_file(&(name, file.to_owned())).expect("a file").remove(0).id
    };
    let take_down = |what: &str| {
        let gone = remove(&index, what, "a wish", 1, waiting).expect("a takedown");
        (gone.whole_story, gone.articles.iter().map(|place| place.path.clone()).collect::<Vec<_>>())
    };
    assert_eq!(take_down(&format!("{}-0", id("a.txt").as_str())), (true, vec!["a.txt".to_owned()]));
    let words = format!("{}?at=0-7&h=00000000", id("b.txt").as_str());
    assert_eq!(take_down(&words), (true, vec!["b.txt".to_owned()]));
    assert_eq!(take_down(id("c.txt").as_str()), (false, vec!["c.txt".to_owned()]));
    assert_eq!(take_down("0123456789abcdef-3"), (false, Vec::new()));
    assert_eq!(done(&options(&index, &[root.path()])).articles, 0);
}

#[test]
fn a_run_touches_only_the_roots_it_names() {
    let (a, b) = (archive(&[("x.txt", "One."), ("z.txt", "Four.")]), archive(&[("x.txt", "Two.")]));
    let folder = tempfile::tempdir().expect("a folder");
    let index = folder.path().join("index");
    done(&options(&index, &[a.path(), b.path()]));
    fs::remove_file(a.path().join("x.txt")).expect("a file");
    fs::write(b.path().join("y.txt"), "Three.").expect("a file");
    assert_eq!(done(&options(&index, &[b.path()])).articles, 4);
    assert_eq!(done(&options(&index, &[])).articles, 3);
    let name = a.path().file_name().expect("a name").to_string_lossy().into_owned();
    let report = done(&Options { forget: vec![name], ..options(&index, &[]) });
    assert_eq!((report.removed, report.articles), (1, 2));
}

#[test]
fn a_rebuild_that_lacks_a_root_leaves_the_index_as_it_was() {
    let (a, b) = (archive(&[("x.txt", "One.")]), archive(&[("x.txt", "Two."), ("y.txt", "Three.")]));
    let folder = tempfile::tempdir().expect("a folder");
    let index = folder.path().join("index");
    done(&options(&index, &[a.path(), b.path()]));
    let before = inventory(&index);
    for name in ["x.txt", "y.txt"] {
        fs::remove_file(b.path().join(name)).expect("a file");
    }
    let rebuild = Options { rebuild: true, allow_shrink: false, ..options(&index, &[]) };
    let outcome = run_until(&rebuild, None);
    assert!(outcome.shrunk);
    assert_eq!((outcome.report.withheld, inventory(&index)), (2, before));
    let allowed = done(&Options { rebuild: true, ..options(&index, &[]) });
    assert_eq!((allowed.articles, inventory(&index).len()), (1, 2));
}

#[test]
fn a_root_gets_another_name_when_the_old_one_is_forgotten() {
    let root = archive(&[("x.txt", "One."), ("y.txt", "Two.")]);
    let folder = tempfile::tempdir().expect("a folder");
    let index = folder.path().join("index");
    let named = |name: &str| Options { root_name: Some(name.into()), ..options(&index, &[root.path()]) };
    done(&named("old"));
    let settings = |_: &Path| Ok(Config::default());
    let mut surroundings = Surroundings { settings: &settings, stop: Stop::default(), tell: &mut |_| () };
    let refused = run(&named("new"), &mut surroundings).expect_err("it has a name");
    assert!(refused.to_string().contains("--forget-root old"), "{refused}");
    let report = done(&Options { forget: vec!["old".into()], ..named("new") });
    assert_eq!((report.added, report.removed, report.articles), (2, 2, 2));
    assert_eq!(done(&options(&index, &[])).articles, 2);
}

#[test]
fn an_index_of_any_name_below_its_root_is_not_read() {
    let root = archive(&[("x.txt", "One.")]);
    let index = root.path().join("search");
    done(&options(&index, &[root.path()]));
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.files, report.skipped, report.articles), (1, 0, 1));
}

#[test]
fn what_a_first_run_left_unfinished_is_no_foreign_folder() {
    let root = archive(&[("x.txt", "One.")]);
    let index = root.path().join(".pullquote");
    fs::create_dir(&index).expect("a folder");
    fs::write(index.join(".new-abc"), "1").expect("a file");
    assert_eq!(done(&options(&index, &[root.path()])).articles, 1);
}

#[test]
fn records_that_are_alike_are_all_kept_and_all_go() {
    let line = "{\"url\": \"https://example.org/1\", \"text\": \"A story.\"}\n";
    let root = archive(&[("a.jsonl", &line.repeat(3))]);
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    fs::write(root.path().join("a.jsonl"), line.repeat(4)).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.added, report.articles), (1, 4));
    fs::write(root.path().join("a.jsonl"), line).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.removed, report.articles), (3, 1));
    assert_like_fresh(&index, root.path());
}

/// Ids of a file's articles by the numbers of their records.
fn ids(index: &Path, root: &Path, path: &str) -> Vec<ArticleId> {
    let root = root.file_name().expect("a name").to_string_lossy().into_owned();
    let mut articles = Snapshot::open(index)
        .and_then(|snapshot| snapshot.of_file(&(root, path.to_owned())))
        .expect("a readable index");
    articles.sort_by_key(|article| article.record);
    assert!((0..).zip(&articles).all(|(number, article)| article.record == number), "{articles:?}");
    articles.into_iter().map(|article| article.id).collect()
}

fn line(text: &str) -> String {
    format!("{{\"text\": \"{text}\"}}\n")
}

#[test]
fn a_line_put_before_others_changes_none_of_them() {
    let lines: String = (0..2000).map(|number| line(&format!("Story {number}."))).collect();
    let root = archive(&[("a.jsonl", &lines)]);
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    let before = ids(&index, root.path(), "a.jsonl");
    fs::write(root.path().join("a.jsonl"), line("“One more,” Ada Lovelace said.") + &lines).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.added, report.updated, report.removed, report.unchanged), (1, 0, 0, 2000));
    assert_eq!(ids(&index, root.path(), "a.jsonl")[1..], before);
    assert_like_fresh(&index, root.path());
    // And away again.
    fs::write(root.path().join("a.jsonl"), lines).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.added, report.updated, report.removed, report.unchanged), (0, 0, 1, 2000));
    assert_eq!(ids(&index, root.path(), "a.jsonl"), before);
    assert_like_fresh(&index, root.path());
}

#[test]
fn records_keep_their_ids_in_any_order_and_equal_ones_are_counted() {
    let titled = |text: &str| format!("{{\"title\": \"Take\", \"date\": \"2024\", \"text\": \"{text}\"}}\n");
    let (one, two, twice) = (line("One."), titled("Two."), line("Twice."));
    let root = archive(&[("a.jsonl", &[&one[..], &two, &twice, &twice].concat())]);
    let index = root.path().join(".pullquote");
    let first = done(&options(&index, &[root.path()]));
    assert_eq!((first.added, first.shared_ids), (4, 0));
    let before = ids(&index, root.path(), "a.jsonl");
    let turned = [&twice[..], &two, &twice, &one].concat();
    fs::write(root.path().join("a.jsonl"), turned).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.added, report.updated, report.removed, report.unchanged), (0, 0, 0, 4));
    let after = ids(&index, root.path(), "a.jsonl");
    assert_eq!(
        [&after[3], &after[1], &after[0], &after[2]],
        [&before[0], &before[1], &before[2], &before[3]]
    );
    assert_like_fresh(&index, root.path());
    // A text that is mended below its title is the same article.
    let mended = [&twice[..], &titled("Two, mended."), &twice, &one].concat();
    fs::write(root.path().join("a.jsonl"), mended).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.added, report.updated, report.removed, report.unchanged), (0, 1, 0, 3));
    assert_eq!(ids(&index, root.path(), "a.jsonl"), after);
}

#[test]
fn a_delivery_of_one_record_may_grow() {
    let root = archive(&[("a.jsonl", &line("One.")), ("b.json", r#"[{"text": "One."}]"#)]);
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    let before = ["a.jsonl", "b.json"].map(|path| ids(&index, root.path(), path));
    fs::write(root.path().join("a.jsonl"), line("One.") + &line("Two.")).expect("a file");
    fs::write(root.path().join("b.json"), r#"[{"text": "One."}, {"text": "Two."}]"#).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.added, report.updated, report.unchanged), (2, 0, 2));
    let after = ["a.jsonl", "b.json"].map(|path| ids(&index, root.path(), path));
    assert_eq!(after.map(|ids| ids[..1].to_vec()), before);
}

#[test]
fn ids_are_the_same_however_an_index_is_built() {
    let lines: String = (0..150).map(|number| line(&format!("Story {}.", number % 100))).collect();
    let root = archive(&[("a.jsonl", &lines), ("b/c.jsonl", &lines), ("d.txt", "A story.")]);
    let folder = tempfile::tempdir().expect("a folder");
    let built = |threads: usize, chunk_files: usize| {
        let index = folder.path().join(threads.to_string());
        done(&Options { threads, chunk_files, ..options(&index, &[root.path()]) });
        index
    };
    let (one, two, eight) = (built(1, 1), built(2, 100), built(8, 3));
    assert_eq!(inventory(&one), inventory(&two));
    assert_eq!(inventory(&one), inventory(&eight));
    done(&Options { rebuild: true, ..options(&two, &[]) });
    assert_eq!(inventory(&one), inventory(&two));
}

/// Writes a file into an index as the program did until 0.1: ids of its records hang on their position.
fn write_as_before(index: &Path, root: &Path, path: &str, texts: &[&str]) {
    let name = root.file_name().expect("a name").to_string_lossy().into_owned();
    let opening = Opening {
        budget: Budget { threads: 1, memory: 15 << 20 },
        rebuild: false,
        waiting: Waiting { patience: Duration::ZERO, now_ns: 0 },
    };
    let mut writer = Writer::open(index, opening).expect("a writer");
    writer.start().expect("an engine");
    let key = file_key(&name, path);
    for (record, text) in (0..).zip(texts) {
        let origin = Origin { root: name.clone(), path: path.to_owned(), record };
        let article = Article { origin, text: (*text).to_owned(), ..Article::default() };
        let (id, found) = (ArticleId::claimed(&article), annotate(&article));
        let mut batch = Batch::default();
        batch.add_article(&ArticleView::new(&id, &article, &found, key, 1));
        writer.apply(batch).expect("a batch");
    }
    let mut batch = Batch::default();
    let stamp = FileStamp::default();
    let left_out = &LeftOut::default();
    let unfinished = None;
    let file = FileView {
        key,
        root: &name,
        path,
        content: 1,
        stamp,
        read_ns: 0,
        config: 1,
        within: 0,
        left_out,
        unfinished,
    };
    batch.add_record(&file);
    writer.apply(batch).expect("a batch");
    writer.commit(true).expect("a commit");
    writer.close(true).expect("an end");
}

#[test]
fn an_archive_read_by_the_program_before_is_no_news() {
    let root = archive(&[("a.jsonl", &(line("One.") + &line("Two.")))]);
    let folder = tempfile::tempdir().expect("a folder");
    let (read_again, rebuilt) = (folder.path().join("read-again"), folder.path().join("rebuilt"));
    let arrived = |index: &Path| {
        let journal = fs::read_to_string(index.join("state/arrivals")).unwrap_or_default();
        journal.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    write_as_before(&read_again, root.path(), "a.jsonl", &["One.", "Two."]);
    let report = done(&options(&read_again, &[root.path()]));
    assert_eq!((report.added, report.updated, report.removed), (0, 2, 0));
    assert_eq!(arrived(&read_again), Vec::<String>::new());
    assert_like_fresh(&read_again, root.path());

    write_as_before(&rebuilt, root.path(), "a.jsonl", &["One.", "Two."]);
    fs::write(root.path().join("a.jsonl"), line("One.") + &line("Two.") + &line("Three.")).expect("a file");
    done(&Options { rebuild: true, ..options(&rebuilt, &[root.path()]) });
    let new = ids(&rebuilt, root.path(), "a.jsonl").pop().expect("three articles");
    assert_eq!(arrived(&rebuilt), [new.as_str()]);
}

#[test]
fn what_was_taken_down_by_its_position_stays_out_wherever_it_stands() {
    let root = archive(&[("a.jsonl", &(line("One.") + &line("Two.")))]);
    let index = root.path().join(".pullquote");
    write_as_before(&index, root.path(), "a.jsonl", &["One.", "Two."]);
    let former = ids(&index, root.path(), "a.jsonl").pop().expect("two articles");
    let waiting = Waiting { patience: Duration::ZERO, now_ns: 0 };
    remove(&index, former.as_str(), "a court said so", 1, waiting).expect("a takedown");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.articles, report.taken_down), (1, 1));
    fs::write(root.path().join("a.jsonl"), line("Two.") + &line("Three.") + &line("One.")).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((report.articles, report.taken_down, report.added), (2, 1, 1));
    let report = done(&Options { rebuild: true, ..options(&index, &[]) });
    assert_eq!((report.articles, report.taken_down), (2, 1));
}

/// Lines of a file that counts as large, some of them of one id and other words.
fn long_lines(numbers: std::ops::Range<u32>) -> String {
    numbers
        .map(|number| {
            let own = if number % 5 == 0 { format!("\"id\": \"{}\", ", number % 400) } else { String::new() };
            let words = number % 700;
            format!("{{{own}\"text\": \"“Take {words},” Ada Lovelace said.\"}}\n")
        })
        .collect()
}

#[test]
fn a_large_file_is_read_again_record_by_record() {
    let root = archive(&[("a.txt", "A story."), ("b.jsonl", &lines(0..1500))]);
    let index = root.path().join(".pullquote");
    let first = done(&streaming(&index, root.path()));
    assert_eq!(first.added, 1501);
    fs::write(root.path().join("b.jsonl"), lines(0..1500) + &line("One more.") + "{broken\n")
        .expect("a file");
    let second = done(&streaming(&index, root.path()));
    assert_eq!((second.added, second.updated, second.removed), (1, 0, 0));
    assert_eq!((second.articles, second.skipped), (1502, 1));
    assert_like_fresh(&index, root.path());
    fs::write(root.path().join("b.jsonl"), line("First.") + &lines(100..1500)).expect("a file");
    let third = done(&streaming(&index, root.path()));
    assert_eq!((third.added, third.updated, third.removed, third.articles), (1, 0, 101, 1402));
    assert_like_fresh(&index, root.path());
    let left = index.join("generations/1/passed").read_dir();
    assert!(!left.is_ok_and(|mut left| left.next().is_some()));
}

/// Runs for a moment at a time, each longer than the one before, until everything is read; gives back how many articles
/// there were after each. None of those that left something has removed anything.
fn by_moments(index: &Path, root: &Path, mut between: impl FnMut(usize)) -> Vec<u64> {
    let (mut counts, mut moment) = (Vec::new(), Duration::from_millis(100));
    for run in 0..40 {
        let outcome = run_until(&Options { max_runtime: Some(moment), ..streaming(index, root) }, None);
        let Report { left, articles, .. } = outcome.report;
        assert!(
            left == 0 || counts.last().is_none_or(|&before| before <= articles),
            "{counts:?}, {articles}"
        );
        counts.push(articles);
        if outcome.ended == Ended::Done {
            assert_eq!(outcome.report.left, 0);
            return counts;
        }
        moment += moment / 2;
        between(run);
    }
    panic!("it never ends: {counts:?}");
}

#[test]
fn a_large_file_gets_in_over_many_runs_each_going_on_where_the_last_one_ended() {
    let root = archive(&[("a.txt", "A story."), ("b.jsonl", &long_lines(0..3000)), ("c.txt", "The end.")]);
    let index = root.path().join(".pullquote");
    let counts = by_moments(&index, root.path(), |_| ());
    assert!(counts.len() > 1 && counts.is_sorted(), "{counts:?}");
    assert_like_fresh(&index, root.path());
    assert!(done(&options(&index, &[root.path()])).is_idle());
}

#[test]
fn what_a_large_file_held_stays_until_the_reading_has_passed_it() {
    let root = archive(&[("b.jsonl", &lines(0..1500))]);
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    // Other lines before, in between, none at the end; and changed once more on the way.
    let file = root.path().join("b.jsonl");
    fs::write(&file, lines(2000..2100) + &lines(300..1500)).expect("a file");
    by_moments(&index, root.path(), |run| {
        if run == 1 {
            fs::write(&file, lines(2050..2100) + &lines(200..1400)).expect("a file");
        }
    });
    assert_like_fresh(&index, root.path());
}

/// Writes a file into an index as a program did that found nothing in any story.
fn write_without_findings(index: &Path, root: &Path, path: &str) {
    let name = root.file_name().expect("a name").to_string_lossy().into_owned();
    let opening = Opening {
        budget: Budget { threads: 1, memory: 15 << 20 },
        rebuild: false,
        waiting: Waiting { patience: Duration::ZERO, now_ns: 0 },
    };
    let mut writer = Writer::open(index, opening).expect("a writer");
    writer.start().expect("an engine");
    let (key, bytes) = (file_key(&name, path), fs::read(root.join(path)).expect("a file"));
    let place = Place { root: &name, path, again: None };
    let mut naming = Naming::<rustc_hash::FxHashSet<u64>>::default();
    source::read(&mut &bytes[..], &place, &Config::default().source, &mut |record| {
        let article = record.expect("a story");
        let (id, found) = (naming.claim(&article, true).id(), Annotations::default());
        let mut batch = Batch::default();
        batch.add_article(&ArticleView::new(&id, &article, &found, key, content_hash(&article)));
        writer.apply(batch).expect("a batch");
    });
    let (mut batch, left_out) = (Batch::default(), LeftOut::default());
    batch.add_record(&FileView {
        key,
        root: &name,
        path,
        content: 1,
        stamp: FileStamp::default(),
        read_ns: 0,
        config: 1,
        within: 0,
        left_out: &left_out,
        unfinished: None,
    });
    writer.apply(batch).expect("a batch");
    writer.commit(true).expect("a commit");
    writer.close(true).expect("an end");
}

#[test]
fn what_another_program_found_goes_although_its_renewal_was_stopped() {
    for large_file in [0, 16 << 20] {
        let root = archive(&[("a.jsonl", &long_lines(0..600).replace("\"id\"", "\"url\""))]);
        let folder = tempfile::tempdir().expect("a folder");
        let index = folder.path().join("index");
        write_without_findings(&index, root.path(), "a.jsonl");
        let mut moment = Duration::from_millis(30);
        let mut ended = Ended::TimeLimit;
        while ended != Ended::Done {
            let options =
                Options { large_file, max_runtime: Some(moment), ..options(&index, &[root.path()]) };
            ended = run_until(&options, None).ended;
            moment += moment / 3;
        }
        assert_like_fresh(&index, root.path());
    }
}

#[test]
fn a_compressed_file_is_passed_over_up_to_where_the_last_run_ended() {
    let root = archive(&[]);
    let file = fs::File::create(root.path().join("b.jsonl.gz")).expect("a file");
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::none());
    std::io::Write::write_all(&mut packed, long_lines(0..1500).as_bytes()).expect("a file");
    packed.finish().expect("a file");
    let index = root.path().join(".pullquote");
    by_moments(&index, root.path(), |_| ());
    assert_like_fresh(&index, root.path());
}

#[test]
fn bad_records_are_named_up_to_twenty_and_counted() {
    let bad = |count: usize| "{broken\n".repeat(count);
    let root = archive(&[("a.jsonl", &(bad(30_000) + &line("One.")))]);
    let index = root.path().join(".pullquote");
    let told = || {
        let mut told = Vec::new();
        let settings = |_: &Path| Ok(Config::default());
        let mut tell = |event: Event<'_>| {
            if let Event::Skipped(skipped) = event {
                told.push((skipped.record, skipped.count));
            }
        };
        let surroundings = &mut Surroundings { settings: &settings, stop: Stop::default(), tell: &mut tell };
        let report = run(&options(&index, &[root.path()]), surroundings).expect("a run").report;
        (told, report.skipped, report.skipped_known)
    };
    let (lines, new, known) = told();
    assert_eq!((lines.len(), lines[19], lines[20]), (21, (Some(19), None), (None, Some(30_000))));
    assert_eq!((new, known), (30_000, 0));
    assert_eq!(told(), (Vec::new(), 0, 30_000));
    // They moved, and nothing is new.
    fs::write(root.path().join("a.jsonl"), line("One.") + &bad(30_000)).expect("a file");
    assert_eq!(told(), (Vec::new(), 0, 30_000));
    fs::write(root.path().join("a.jsonl"), line("One.") + &bad(30_002)).expect("a file");
    assert_eq!(told(), (vec![(None, Some(30_002))], 2, 30_000));
    let stored = Snapshot::open(&index).and_then(|snapshot| snapshot.skipped()).expect("an index");
    assert_eq!(stored.len(), 21);
}

/// A run that believes no large loss.
fn careful(index: &Path, root: &Path) -> Outcome {
    run_until(&Options { allow_shrink: false, ..options(index, &[root]) }, None)
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| line(&format!("Story {number}."))).collect()
}

#[test]
fn a_file_of_stories_that_came_shorter_keeps_them() {
    let root = archive(&[("a.jsonl", &lines(0..100)), ("b.txt", "A story.")]);
    let index = root.path().join(".pullquote");
    careful(&index, root.path());
    fs::write(root.path().join("a.jsonl"), lines(0..10) + &line("Another one.")).expect("a file");
    for held in [100, 101] {
        let outcome = careful(&index, root.path());
        assert_eq!((outcome.name(), outcome.report.withheld_articles), ("failed", held - 11));
        assert_eq!((outcome.report.removed, outcome.report.articles), (0, 102));
        let fault = format!("{} of {held} articles are gone", held - 11);
        assert!(outcome.faults[0].contains(&fault), "{:?}", outcome.faults);
    }
    assert_eq!(done(&options(&index, &[root.path()])).articles, 12);
    assert_like_fresh(&index, root.path());
    // What comes in the place of others is no loss.
    fs::write(root.path().join("a.jsonl"), lines(1000..1012)).expect("a file");
    let outcome = careful(&index, root.path());
    assert_eq!((outcome.name(), outcome.report.removed, outcome.report.articles), ("done", 11, 13));
    assert_like_fresh(&index, root.path());
}

#[test]
fn a_damaged_file_of_stories_keeps_what_it_held() {
    let root = archive(&[("b.txt", "A story.")]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut packed, lines(0..2000).as_bytes()).expect("bytes");
    let packed = packed.finish().expect("bytes");
    let write = |bytes: &[u8]| fs::write(root.path().join("a.jsonl.gz"), bytes).expect("a file");
    let index = root.path().join(".pullquote");
    write(&packed);
    assert_eq!(careful(&index, root.path()).report.articles, 2001);
    write(&packed[..packed.len() * 3 / 4]);
    let outcome = careful(&index, root.path());
    assert_eq!((outcome.name(), outcome.report.skipped, outcome.report.articles), ("done", 1, 2001));
    write(&packed[..packed.len() / 4]);
    let outcome = careful(&index, root.path());
    assert_eq!((outcome.name(), outcome.report.articles), ("failed", 2001));
    write(&packed);
    let outcome = careful(&index, root.path());
    assert_eq!((outcome.name(), outcome.report.added, outcome.report.articles), ("done", 0, 2001));
    assert_like_fresh(&index, root.path());
}

#[test]
fn a_loss_is_counted_in_articles_too() {
    let small: Vec<String> = (0..30).map(|number| format!("{number}.txt")).collect();
    let many = lines(0..500);
    let mut files: Vec<(&str, &str)> = small.iter().map(|name| (name.as_str(), "A story.")).collect();
    files.push(("all.jsonl", &many));
    let root = archive(&files);
    let index = root.path().join(".pullquote");
    careful(&index, root.path());
    fs::remove_file(root.path().join("all.jsonl")).expect("a file");
    let outcome = careful(&index, root.path());
    assert_eq!((outcome.name(), outcome.report.articles), ("failed", 530));
    assert!(outcome.faults[0].contains("500 of 530 articles"), "{:?}", outcome.faults);
    // Every file is there, and nothing is in it.
    fs::write(root.path().join("all.jsonl"), many).expect("a file");
    assert_eq!(careful(&index, root.path()).name(), "done");
    for name in small.iter().map(String::as_str).chain(["all.jsonl"]) {
        fs::write(root.path().join(name), "").expect("a file");
    }
    let outcome = careful(&index, root.path());
    assert_eq!((outcome.name(), outcome.report.articles, outcome.report.removed), ("failed", 530, 0));
}

#[test]
fn files_that_were_renamed_are_not_lost() {
    let names: Vec<String> = (0..50).map(|number| format!("old/{number}.txt")).collect();
    let root = archive(&names.iter().map(|name| (name.as_str(), "A story.")).collect::<Vec<_>>());
    let index = root.path().join(".pullquote");
    careful(&index, root.path());
    fs::rename(root.path().join("old"), root.path().join("new")).expect("a new name");
    let outcome = careful(&index, root.path());
    assert_eq!((outcome.name(), outcome.report.added, outcome.report.removed), ("done", 50, 50));
    assert_like_fresh(&index, root.path());
}

#[test]
fn a_rebuild_that_was_stopped_says_that_the_index_is_as_it_was() {
    let names: Vec<String> = (0..10).map(|number| format!("{number}.txt")).collect();
    let root = archive(&names.iter().map(|name| (name.as_str(), "A story.")).collect::<Vec<_>>());
    let index = root.path().join(".pullquote");
    done(&options(&index, &[root.path()]));
    fs::remove_file(root.path().join("9.txt")).expect("a file");
    let rebuild = || Options { rebuild: true, ..options(&index, &[]) };
    let outcome = run_until(&rebuild(), Some(2));
    assert_eq!(outcome.ended, Ended::Signal(2));
    let Report { added, articles, waiting, .. } = outcome.report;
    assert_eq!((added, articles, waiting), (0, 10, 4));
    let report = done(&rebuild());
    assert_eq!((report.articles, report.waiting), (9, 0));
}

#[test]
fn a_shared_address_belongs_to_the_first_in_crawl_order() {
    let story = |words: &str| format!("{{\"url\": \"https://example.org/1\", \"text\": \"{words}\"}}\n");
    let root = archive(&[("m.jsonl", &story("In the middle."))]);
    let index = root.path().join(".pullquote");
    let ids = || {
        let of = |path: &str| {
            let name = root.path().file_name().expect("a name").to_string_lossy().into_owned();
            let articles = Snapshot::open(&index).and_then(|it| it.of_file(&(name, path.to_owned())));
            articles.expect("an index").first().map(|article| article.id.as_str()[16..].to_owned())
        };
        [of("a.jsonl"), of("m.jsonl"), of("z.jsonl")]
    };
    let suffix = |text: &str| Some(text.to_owned());
    done(&options(&index, &[root.path()]));
    assert_eq!(ids(), [None, suffix(""), None]);
    fs::write(root.path().join("z.jsonl"), story("At the end.")).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((ids(), report.shared_ids), ([None, suffix(""), suffix(".2")], 1));
    fs::write(root.path().join("a.jsonl"), story("At first.")).expect("a file");
    done(&options(&index, &[root.path()]));
    assert_eq!(ids(), [suffix(""), suffix(".2"), suffix(".3")]);
    fs::remove_file(root.path().join("a.jsonl")).expect("a file");
    let report = done(&options(&index, &[root.path()]));
    assert_eq!((ids(), report.shared_ids), ([None, suffix(""), suffix(".2")], 1));
    assert_like_fresh(&index, root.path());
}
