//! `names.tsv` and `quotes.tsv` from end to end: what a newsroom says of its names holds in every answer, after a rebuild, and until it is
//! taken back; a file that cannot be read changes nothing.

use std::{fs, process::Output};

use serde_json::Value;

use crate::archive::{Archive, code, last_line, pullquote};

/// Stories of one person under two names, of a film that is taken for a person, and of a phrase that is no name.
const STORIES: [(&str, &str); 5] = [
    ("a.txt", "“I wrote it at sea,” Orla Quist said in Leeds on Monday. Quist was tired."),
    ("b.txt", "“The harbour was cold,” Orla Quist said on Tuesday. Quist laughed at the harbour."),
    ("c.txt", "“The harbour was warm,” Orla Brandvold said on Friday. Brandvold left early with Orla Quist."),
    ("d.txt", "“We sail again,” Jens Tarn said on Sunday. Tarn met Rosa Tideway at the harbour."),
    ("e.txt", "“Rosa is a fine ship,” Rosa Tideway said, according to Jens Tarn. Tideway was seen in Leeds."),
];

fn archive() -> Archive {
    let archive = Archive::new();
    STORIES.iter().for_each(|(path, text)| archive.write(path, text));
    assert_eq!(code(&archive.run(&[])), 0);
    archive
}

impl Archive {
    /// Runs with these corrections; standard error is given back.
    fn correct(&self, rules: impl AsRef<[u8]>, more: &[&str]) -> String {
        self.write("names.tsv", rules);
        let output = self.run(more);
        assert_eq!(code(&output), 0, "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn asked(&self, words: &[&str]) -> Output {
        let output = pullquote().args(words).arg("--json").arg("--index").arg(&self.index).output();
        let output = output.expect("the program runs");
        assert!(matches!(code(&output), 0 | 1), "{words:?}: {output:?}");
        output
    }

    fn lines(&self, words: &[&str]) -> Vec<Value> {
        let output = self.asked(words);
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// Stories of a name of that kind, as `names` counts them; nothing where there is no such name.
    fn listed(&self, kind: &str, name: &str) -> Option<u64> {
        let all = self.lines(&["names", "--kind", kind, "--limit", "1000"]);
        all.iter().find(|line| line["name"] == name)?["articles"].as_u64()
    }

    /// Holds against what is expected how many stories of somebody each answer knows.
    fn agree(&self, name: &str, expected: u64) {
        let page = self.lines(&["person", name]);
        let page = page.first().unwrap_or_else(|| panic!("no page of {name}"));
        let shown = page["name"].as_str().expect("a name");
        let found =
            self.lines(&["search", &format!("person:\"{name}\""), "--facet", "person", "--limit", "100"]);
        let whole = self.lines(&["search", "harbour OR said", "--facet", "person", "--limit", "0"]);
        let facet = |lines: &[Value]| {
            let facet = lines.iter().find(|line| line["type"] == "facet").expect("a facet");
            let counts = facet["counts"].as_array().into_iter().flatten();
            counts
                .filter(|count| count["label"] == shown)
                .find_map(|count| count["articles"].as_u64())
                .unwrap_or(0)
        };
        let answers = [
            ("person", page["articles"].as_u64().expect("a count")),
            ("names", self.listed("person", shown).unwrap_or(0)),
            ("search", found.iter().filter(|line| line["type"] == "article").count() as u64),
            ("facet of the search", facet(&found)),
            ("facet of all", facet(&whole)),
        ];
        assert!(answers.iter().all(|(_, count)| *count == expected), "{name}, {expected}: {answers:?}");
    }

    /// Who is credited with the quotes by somebody, as the stories write it.
    fn said(&self, name: &str) -> Vec<String> {
        let quotes = self.lines(&["quotes", "--by", name, "--limit", "100"]);
        let mut words: Vec<String> = quotes
            .iter()
            .map(|quote| quote["text"].as_str().unwrap_or_default().trim_end_matches(',').to_owned())
            .collect();
        words.sort();
        words
    }

    /// Stories that a search finds.
    fn hits(&self, query: &str) -> usize {
        self.lines(&["search", query, "--limit", "100"]).len()
    }

    fn in_force(&self) -> u64 {
        self.lines(&["status"])[0]["corrections"].as_u64().expect("a count")
    }
}

#[test]
fn the_stories_are_read_as_these_tests_need_them() {
    let archive = archive();
    for (name, stories) in [("Orla Quist", 3), ("Orla Brandvold", 1), ("Rosa Tideway", 2), ("Jens Tarn", 2)] {
        archive.agree(name, stories);
    }
    assert_eq!(archive.said("Orla Quist"), ["I wrote it at sea", "The harbour was cold"]);
    assert_eq!(archive.said("Orla Brandvold"), ["The harbour was warm"]);
    assert_eq!(archive.in_force(), 0);
}

#[test]
fn two_names_become_one_in_every_answer_and_after_a_rebuild() {
    let archive = archive();
    for more in [&[][..], &["--rebuild"]] {
        assert_eq!(archive.correct("merge\tperson\tOrla Brandvold\tOrla Quist\n", more), "");
        assert_eq!(archive.in_force(), 1);
        assert_eq!(archive.listed("person", "Orla Brandvold"), None);
        archive.agree("Orla Quist", 3);
        archive.agree("Orla Brandvold", 3);
        let forms = &archive.lines(&["person", "Orla Brandvold"])[0]["forms"];
        assert_eq!(forms.as_array().map(Vec::len), Some(2), "{forms}");
        for name in ["Orla Quist", "Orla Brandvold"] {
            assert_eq!(
                archive.said(name),
                ["I wrote it at sea", "The harbour was cold", "The harbour was warm"]
            );
        }
        let page = &archive.lines(&["person", "Orla Quist"])[0];
        assert_eq!(page["quotes_by"], 3);
        let with = page["people"].as_array().expect("people");
        assert!(
            with.iter().all(|other| other["label"] != "Orla Brandvold" && other["label"] != "Orla Quist"),
            "nobody keeps company with herself: {with:?}"
        );
    }
}

#[test]
fn a_name_is_shown_as_the_newsroom_writes_it() {
    let archive = archive();
    archive.correct("rename\tperson\tOrla Quist\tOrla Quist-Vane\n", &[]);
    assert_eq!(archive.listed("person", "Orla Quist"), None);
    assert_eq!(archive.listed("person", "Orla Quist-Vane"), Some(3));
    archive.agree("Orla Quist-Vane", 3);
    archive.agree("Orla Quist", 3);
    assert_eq!(archive.said("Orla Quist-Vane").len(), 2);
}

#[test]
fn what_is_no_person_is_nowhere_a_person() {
    let archive = archive();
    for more in [&[][..], &["--rebuild"]] {
        archive.correct("not\tperson\tRosa Tideway\n", more);
        assert_eq!(archive.listed("person", "Rosa Tideway"), None);
        assert_eq!(archive.lines(&["person", "Rosa Tideway"]), [] as [Value; 0]);
        assert_eq!(archive.hits("person:\"Rosa Tideway\""), 0);
        let found = archive.lines(&["search", "harbour", "--facet", "person", "--limit", "0"]);
        assert!(!found[0].to_string().contains("Tideway"), "{found:?}");
        archive.agree("Jens Tarn", 2);
    }
}

#[test]
fn a_name_of_another_kind_moves_there() {
    let archive = archive();
    archive.correct("kind\tperson\tRosa Tideway\twork\n", &[]);
    assert_eq!(archive.listed("person", "Rosa Tideway"), None);
    assert_eq!(archive.listed("work", "Rosa Tideway"), Some(2));
    assert_eq!(archive.hits("work:\"Rosa Tideway\""), 2);
    assert_eq!(archive.hits("person:\"Rosa Tideway\""), 0);
    assert_eq!(
        archive.lines(&["person", "Rosa Tideway"]).first().map(|page| &page["kind"]),
        Some(&"work".into())
    );
}

#[test]
fn a_faulty_file_is_told_and_changes_nothing() {
    let archive = archive();
    archive.correct("# ours\nmerge\tperson\tOrla Brandvold\tOrla Quist\n", &[]);
    let latin = b"# ours\nmerge\tperson\tOrla Brandvold\tOrla Quist\nnot\tperson\tRos\xe9 Tideway\n";
    let faults: [(&[u8], [&str; 2]); 3] = [
        (b"not\tperson\tRosa Tideway\nmerge\tperson\tA\n", ["line 2", "merge"]),
        (b"not\tpeople\tRosa Tideway\n", ["line 1", "people"]),
        (latin, ["line 3", "not UTF-8"]),
    ];
    for (rules, told) in faults {
        for more in [&[][..], &["--rebuild"]] {
            let said = archive.correct(rules, more);
            assert!(said.contains("names.tsv") && said.contains("stay in force"), "{said}");
            assert!(told.iter().all(|part| said.contains(part)), "{told:?}: {said}");
            assert_eq!(archive.in_force(), 1, "{said}");
            assert_eq!(archive.listed("person", "Orla Brandvold"), None, "the rule before stays");
            archive.agree("Rosa Tideway", 2);
        }
    }
}

#[test]
fn corrections_go_when_the_file_goes() {
    let archive = archive();
    archive.correct("merge\tperson\tOrla Brandvold\tOrla Quist\nnot\tperson\tRosa Tideway\n", &[]);
    assert_eq!(archive.in_force(), 2);
    fs::remove_file(archive.root.join("names.tsv")).expect("it is there");
    let report = last_line(&archive.run(&[]));
    assert_eq!((&report["added"], &report["updated"], &report["removed"]), (&0.into(), &0.into(), &0.into()));
    assert_eq!(archive.in_force(), 0);
    for (name, stories) in [("Orla Quist", 3), ("Orla Brandvold", 1), ("Rosa Tideway", 2)] {
        archive.agree(name, stories);
    }
}

#[test]
fn the_file_is_no_story() {
    let archive = archive();
    archive.correct("not\tperson\tRosa Tideway\n", &[]);
    let report = last_line(&archive.run(&[]));
    assert_eq!(
        (&report["articles"], &report["skipped"], &report["skipped_known"]),
        (&5.into(), &0.into(), &0.into())
    );
}

impl Archive {
    /// The address of those words, as the program prints it.
    fn address(&self, words: &str) -> String {
        let quotes = self.lines(&["quotes", &format!("\"{words}\"")]);
        let quote =
            quotes.iter().find(|quote| quote["text"].as_str().is_some_and(|text| text.contains(words)));
        quote.unwrap_or_else(|| panic!("no quote {words:?}"))["quote_at"].as_str().expect("one").to_owned()
    }

    /// Runs with these corrections of speakers: what was updated, and standard error.
    fn credit(&self, rules: &str, more: &[&str]) -> (u64, String) {
        self.write("quotes.tsv", rules);
        let output = self.run(more);
        assert_eq!(code(&output), 0, "{output:?}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (last_line(&output)["updated"].as_u64().expect("a count"), told)
    }
}

#[test]
fn words_are_given_to_whom_the_archive_says_at_once_and_after_a_rebuild() {
    let archive = archive();
    let sea = archive.address("I wrote it at sea");
    let rules = format!("# ours\n{sea}\tJens Tarn\n");
    assert_eq!(archive.credit(&rules, &[]).0, 1, "the story is written again");
    for more in [&[][..], &["--rebuild"], &["--verify-content"]] {
        archive.credit(&rules, more);
        assert_eq!(archive.said("Orla Quist"), ["The harbour was cold"], "{more:?}");
        assert_eq!(archive.said("Jens Tarn"), ["I wrote it at sea", "We sail again"], "{more:?}");
        assert_eq!(archive.inventory(), archive.fresh_inventory(), "{more:?}");
    }
    assert_eq!(archive.credit(&rules, &[]).0, 0, "once");
    let quote = archive.lines(&["quotes", "--by", "Jens Tarn", "sea"]).remove(0);
    assert_eq!((&quote["rule"], &quote["confidence"]), (&"correction".into(), &1.0.into()));
    assert_eq!(archive.lines(&["status"])[0]["speaker_corrections"], 1);
}

#[test]
fn corrections_of_speakers_are_taken_back() {
    let archive = archive();
    let before = archive.inventory();
    let (sea, cold) = (archive.address("I wrote it at sea"), archive.address("The harbour was cold"));
    archive.credit(&format!("{sea}\tnobody\n{cold}\tno quote\n"), &[]);
    assert_eq!(archive.said("Orla Quist"), [] as [&str; 0]);
    assert_eq!(archive.inventory(), archive.fresh_inventory());
    assert_eq!(archive.credit(&format!("{sea}\tnobody\n"), &[]).0, 1, "only the story that changes");
    assert_eq!(archive.said("Orla Quist"), ["The harbour was cold"]);
    fs::remove_file(archive.root.join("quotes.tsv")).expect("it is there");
    assert_eq!(last_line(&archive.run(&[]))["updated"], 1);
    assert_eq!(archive.inventory(), before);
}

#[test]
fn corrections_of_large_files_outlive_stops() {
    let archive = Archive::new();
    let line = |n: u32| {
        format!("{{\"id\":\"{n}\",\"text\":\"“The harbour was number {n} cold,” Orla Quist said.\"}}\n")
    };
    archive.write("all.jsonl", (0..300).map(line).collect::<String>());
    let streamed = ["--large-file", "0"];
    assert_eq!(code(&archive.run(&streamed)), 0);
    let rule = format!("{}\tJens Tarn\n", archive.address("number 7 cold"));
    archive.write("quotes.tsv", &rule);
    for _ in 0..3 {
        archive.run(&["--large-file", "0", "--max-runtime", "0s"]);
    }
    archive.run(&streamed);
    archive.run(&streamed);
    assert_eq!(archive.said("Jens Tarn"), ["The harbour was number 7 cold"]);
    assert_eq!(archive.inventory(), archive.fresh_inventory());
}

#[test]
fn words_inside_an_archive_are_given_to_whom_it_says() {
    let archive = Archive::new();
    let zip = |last: &str| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (path, text) in STORIES.into_iter().chain([("2019/z.txt", last)]) {
            zip.start_file(path, zip::write::SimpleFileOptions::default()).expect("a member");
            std::io::Write::write_all(&mut zip, text.as_bytes()).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    };
    archive.write("all.zip", zip("Nobody said anything."));
    assert_eq!(code(&archive.run(&[])), 0);
    let sea = archive.address("I wrote it at sea");
    let rules = format!("{sea}\tJens Tarn\n");
    assert_eq!(archive.credit(&rules, &[]).0, 1, "the archive was not written again, and the story is");
    for more in [&[][..], &["--rebuild"], &["--verify-content"]] {
        archive.credit(&rules, more);
        assert_eq!(archive.said("Jens Tarn"), ["I wrote it at sea", "We sail again"], "{more:?}");
        assert_eq!(archive.inventory(), archive.fresh_inventory(), "{more:?}");
    }
    archive.write("all.zip", zip("Nobody said anything at all."));
    assert_eq!(archive.credit(&rules, &[]).0, 1, "the other story");
    assert_eq!(archive.said("Jens Tarn"), ["I wrote it at sea", "We sail again"]);
    fs::remove_file(archive.root.join("quotes.tsv")).expect("it is there");
    assert_eq!(last_line(&archive.run(&[]))["updated"], 1);
    assert_eq!(archive.said("Jens Tarn"), ["We sail again"]);
}

#[test]
fn words_that_are_gone_and_rules_that_are_none_are_told() {
    let archive = archive();
    let sea = archive.address("I wrote it at sea");
    archive.credit(&format!("{sea}\tJens Tarn\n"), &[]);
    archive.write("a.txt", "“It was written in Leeds,” Orla Quist said on Monday. Quist was tired.");
    let (_, told) = archive.credit(&format!("{sea}\tJens Tarn\n"), &[]);
    assert!(told.contains("quotes.tsv") && told.contains("not in their story"), "{told}");
    let (_, told) = archive.credit(&format!("{sea}\n"), &[]);
    assert!(told.contains("quotes.tsv: line 1") && told.contains("stay in force"), "{told}");
}
