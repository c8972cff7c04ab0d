//! What `push` brings to a cluster, whatever happens on the way.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use crate::{
    fake_cluster::{FakeCluster, Fault},
    sample::{ROOT, run, sample_of_our_own},
};

const ARTICLES: &str = "pullquote-articles";
const QUOTES: &str = "pullquote-quotes";

fn push(folder: &Path, cluster: &FakeCluster) -> Value {
    let output = run(folder, &format!("--json push --to {}", cluster.url()));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("a line")
}

fn fails(folder: &Path, cluster: &FakeCluster) -> String {
    let output = run(folder, &format!("push --to {}", cluster.url()));
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    said(&output)
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// Every document, as a text.
fn all(cluster: &FakeCluster) -> Vec<String> {
    cluster.with(|held| {
        let of = |(index, it): (&String, &std::collections::BTreeMap<String, Value>)| {
            let kind = index.split('-').nth(1).unwrap_or_default().to_owned();
            it.iter().map(|(id, document)| format!("{kind} {id} {document}")).collect::<Vec<_>>()
        };
        let mut all: Vec<String> = held.indices.iter().flat_map(of).collect();
        all.sort();
        all
    })
}

#[test]
fn only_what_changed_is_sent_and_what_is_gone_leaves() {
    let (folder, cluster) = (sample_of_our_own(), FakeCluster::start());
    let first = push(folder.path(), &cluster);
    let articles = first["added"].as_u64().expect("a count");
    assert!(articles > 50 && first["roots"][ROOT] == articles && first["shared_ids"] == 0, "{first}");
    assert_eq!(cluster.with(|held| held.ids(ARTICLES).len()) as u64, articles);
    assert_eq!(
        cluster.with(|held| held.ids(QUOTES).len()) as u64,
        first["quotes"].as_u64().expect("a count")
    );
    let documents = cluster.with(|held| held.documents);
    let second = push(folder.path(), &cluster);
    assert_eq!(
        (second["unchanged"].as_u64(), cluster.with(|held| held.documents)),
        (Some(articles), documents)
    );

    let id = "200f31bb1183d7ef";
    let text = "A new story.\n\n“Nobody asked us,” Mara Voss said in Leeds.\n";
    fs::write(folder.path().join(ROOT).join("new.txt"), text).expect("a file");
    run(folder.path(), "index .");
    assert_eq!(run(folder.path(), &format!("remove {id} --reason wish")).status.code(), Some(0));
    let dry = run(folder.path(), &format!("--json push --dry-run --to {}", cluster.url()));
    let dry: Value = serde_json::from_slice(&dry.stdout).expect("a line");
    assert_eq!(cluster.with(|held| held.documents), documents, "a dry run sends nothing");
    let third = push(folder.path(), &cluster);
    for told in [&dry, &third] {
        assert_eq!((told["added"].as_u64(), told["removed"].as_u64()), (Some(1), Some(1)), "{told}");
    }
    assert!(
        !cluster
            .with(|held| [held.ids(ARTICLES), held.ids(QUOTES)].concat().iter().any(|it| it.starts_with(id)))
    );
}

#[test]
fn whatever_happens_on_the_way_the_next_push_ends_with_the_same() {
    let expected = {
        let (folder, cluster) = (sample_of_our_own(), FakeCluster::start());
        push(folder.path(), &cluster);
        all(&cluster)
    };
    for fault in [Fault::Busy, Fault::SomeBusy, Fault::CutBefore, Fault::CutAfter, Fault::TooLarge] {
        let (folder, cluster) = (sample_of_our_own(), FakeCluster::start());
        cluster.with(|held| held.faults.push(fault));
        push(folder.path(), &cluster);
        assert!(all(&cluster) == expected, "{fault:?}");
    }
    for (fault, hint) in [(Fault::Full, "disk is probably full"), (Fault::SomeRefused, "not taken")] {
        let (folder, cluster) = (sample_of_our_own(), FakeCluster::start());
        cluster.with(|held| held.faults.push(fault));
        let said = fails(folder.path(), &cluster);
        assert!(said.contains(hint), "{fault:?}: {said}");
        push(folder.path(), &cluster);
        let (held, is_other) = (all(&cluster), |of: &[String], line: &&String| !of.contains(line));
        let missing: Vec<&String> = expected.iter().filter(|line| is_other(&held, line)).take(2).collect();
        let strange: Vec<&String> = held.iter().filter(|line| is_other(&expected, line)).take(2).collect();
        assert!(held == expected, "{fault:?} lacks {missing:#?} and has {strange:#?}");
    }
}

#[test]
fn a_journal_or_a_cluster_that_lost_something_is_noticed_and_mended() {
    let (folder, cluster) = (sample_of_our_own(), FakeCluster::start());
    push(folder.path(), &cluster);
    let expected = all(&cluster);
    // The cluster lost a story and a quote, and has a quote of a story that nobody knows.
    cluster.with(|held| {
        let (article, quote) = (held.ids(ARTICLES)[3].clone(), held.ids(QUOTES)[40].clone());
        for (name, documents) in &mut held.indices {
            documents.remove(if name.starts_with(ARTICLES) { &article } else { &quote });
            if name.starts_with(QUOTES) {
                documents.insert("0000000000000001-3".to_owned(), Value::Null);
            }
        }
    });
    push(folder.path(), &cluster);
    assert!(all(&cluster) == expected);
    // The journal is gone.
    fs::remove_dir_all(folder.path().join(ROOT).join(".pullquote/state/pushed")).expect("a folder");
    let documents = cluster.with(|held| held.documents);
    let told = push(folder.path(), &cluster);
    assert_eq!((told["added"].as_u64(), cluster.with(|held| held.documents)), (Some(0), documents), "{told}");
    assert!(all(&cluster) == expected);
}

#[test]
fn a_rebuild_swaps_whole_indices() {
    let (folder, cluster) = (sample_of_our_own(), FakeCluster::start());
    push(folder.path(), &cluster);
    let before = all(&cluster);
    let names = |cluster: &FakeCluster| cluster.with(|held| held.indices.keys().cloned().collect::<Vec<_>>());
    let first = names(&cluster);
    cluster.with(|held| held.faults.push(Fault::Full));
    let rebuild = format!("push --rebuild --to {}", cluster.url());
    assert_eq!(run(folder.path(), &rebuild).status.code(), Some(2));
    assert_eq!(names(&cluster).len(), 2 * first.len(), "the old ones stay until the new ones are whole");
    assert_eq!(run(folder.path(), &rebuild).status.code(), Some(0));
    assert!(names(&cluster).iter().all(|name| !first.contains(name)) && all(&cluster) == before);
    assert_eq!(
        push(folder.path(), &cluster)["unchanged"].as_u64(),
        Some(cluster.with(|held| held.ids(ARTICLES).len()) as u64)
    );
}

#[test]
fn a_root_of_another_index_is_left_alone() {
    let (one, other, cluster) = (sample_of_our_own(), sample_of_our_own(), FakeCluster::start());
    push(one.path(), &cluster);
    let before = all(&cluster);
    let said = fails(other.path(), &cluster);
    assert!(said.contains("--root-name"), "{said}");
    assert!(all(&cluster) == before);
}

#[test]
fn who_asks_is_told_to_nobody_else() {
    let (folder, cluster) = (sample_of_our_own(), FakeCluster::start());
    cluster.with(|held| held.authorization = Some("Basic YW5uOnNlOmNyZXQ=".to_owned()));
    let said = fails(folder.path(), &cluster);
    assert!(said.contains("--credentials"), "{said}");
    let file = folder.path().join("key");
    let with = |mode: u32, text: &str| {
        fs::write(&file, text).expect("a file");
        fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("a mode");
        run(folder.path(), &format!("-v push --credentials {} --to {}", file.display(), cluster.url()))
    };
    let wrong = with(0o600, "ann:guess");
    assert!(wrong.status.code() == Some(2) && self::said(&wrong).contains("does not accept"), "{wrong:?}");
    let open = with(0o644, "ann:se:cret");
    assert!(self::said(&open).contains("chmod 600"), "{open:?}");
    let right = with(0o600, "ann:se:cret\n");
    assert_eq!(right.status.code(), Some(0), "{right:?}");
    for output in [wrong, open, right] {
        let said = self::said(&output);
        assert!(!said.contains("cret") && !said.contains("guess") && !said.contains("YW5u"), "{said}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullquote"));
    command.args(["push", "--dry-run", "--to", cluster.url()]).current_dir(folder.path().join(ROOT));
    let output = command.env("PULLQUOTE_CREDENTIALS", "ann:se:cret").output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    // An address with a password in it stands in the list of processes.
    let output = run(folder.path(), "push --to http://ann:cret@127.0.0.1:1");
    assert!(output.status.code() == Some(2) && !self::said(&output).contains("cret"), "{output:?}");
}

#[test]
fn a_cluster_that_is_not_there_is_said_at_once() {
    let folder = sample_of_our_own();
    let output = run(folder.path(), "push --to http://127.0.0.1:1");
    assert!(output.status.code() == Some(2) && said(&output).contains("connection refused"), "{output:?}");
}
