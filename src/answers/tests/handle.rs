//! An archive as a handle: its deadline, its helping threads, a newer commit.

use super::*;

#[test]
fn an_answer_says_whether_the_time_cut_it() {
    let archive = random_archive();
    let all = format!("{} OR {}", random_word(0), random_word(12));
    let strict = parse(&format!("+{}", random_word(0))).expect("a query");
    let asked = request(parse(&all).expect("a query"));
    let whole = archive.search(&asked).expect("a page");
    assert!(whole.complete && whole.notes.is_empty() && whole.hits.len() == 10);
    let over = archive.until(Instant::now());
    let cut = over.search(&asked).expect("a page");
    assert!(!cut.complete && cut.ranked < whole.ranked, "{} of {}", cut.ranked, whole.ranked);
    assert!(cut.notes.iter().any(|note| note.code == NoteCode::DeadlineReached), "{:?}", cut.notes);
    let over = || archive.until(Instant::now());
    assert!(!over().strict(&strict, 5).expect("a page").complete);
    assert_eq!(over().facet(&strict, "year", 5).expect("a facet").complete, Some(false));
    assert_eq!(QueryLine::answered("1", &cut, None).complete, Some(false));
    let far = archive.until(Instant::now() + Duration::from_secs(3600));
    let page = far.search(&asked).expect("a page");
    assert_eq!((told(&page), page.complete), (told(&whole), true));
    assert_eq!(far.facet(&strict, "year", 5).expect("a facet").complete, None);
    // The clock of one is not the clock of another.
    assert!(archive.search(&asked).expect("a page").complete);
}

#[test]
fn a_page_of_quotes_says_whether_the_time_cut_it() {
    let stories: Vec<Article> =
        (0..200).map(|n| story(1 + n % 28, "Set", "“The rehearsal was a joy,” Mia Voss said.")).collect();
    let archive = Archive::of_snapshot(Snapshot::in_memory(&[&stories], annotate).expect("an index"));
    let archive = archive.expect("an archive");
    for query in ["rehearsal", "rehearsal joy", "\"a joy\""] {
        let asked = QuoteRequest::new(parse(query).expect("a query"));
        let whole = archive.quotes(&asked).expect("a page");
        assert_eq!((whole.complete, whole.ranked), (true, 200), "{query}");
        let cut = archive.until(Instant::now()).quotes(&asked).expect("a page");
        assert!(!cut.complete && cut.ranked < 200, "{query}: {}", cut.ranked);
        let far = archive.until(Instant::now() + Duration::from_secs(3600)).quotes(&asked).expect("a page");
        assert_eq!((far.complete, far.ranked), (true, 200), "{query}");
    }
}

/// Everything that a page tells of its hits.
fn told(page: &Page<ArticleHit>) -> (Vec<(ArticleId, f32, String)>, u64, u64) {
    let hits = page.hits.iter().map(|hit| (hit.id.clone(), hit.score, hit.snippet.text.clone()));
    (hits.collect(), page.strict, page.ranked)
}

#[test]
fn any_number_of_helpers_finds_the_same_page() {
    let alone = random_archive();
    let (common, middling, rare) = (random_word(0), random_word(12), random_word(99));
    for query in [
        common.clone(),
        format!("{common} OR {middling} OR {rare}"),
        format!("+{middling} {common} {rare}"),
        format!("\"{common} {middling}\" OR \"{middling} the\""),
        format!("{}*", &middling[..5]),
    ] {
        let asked = request(parse(&query).expect("a query"));
        let expected = told(&alone.search(&asked).expect("a page"));
        assert!(expected.2 > 0, "{query}");
        for (threads, idle) in [(1, Idle::Awake), (2, Idle::Asleep), (3, Idle::Awake), (8, Idle::Asleep)] {
            let helped = alone.clone().with_helpers(Arc::new(Helpers::new(threads, idle)));
            for _ in 0..3 {
                assert_eq!(told(&helped.search(&asked).expect("a page")), expected, "{query}, {threads}");
            }
        }
    }
}

#[test]
fn a_refreshed_archive_sees_what_was_written_and_its_clone_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    add(folder, &[story(1, "Premiere", "Ada Lovelace sang at the premiere.")]);
    let mut archive = Archive::open(folder).expect("an archive");
    assert!(!archive.refresh().expect("nothing new"));
    let before = archive.clone();
    add(folder, &[story(2, "Second premiere", "Ada Lovelace left the premiere.")]);
    let mut saved = Saved::load(&Saved::file_of(folder)).expect("no file yet");
    saved::keep(&mut saved, SavedSearch { name: "ada".into(), query: "Lovelace".into() }).expect("a file");
    assert_eq!(found(&archive, "premiere"), [1], "one commit, whatever is written");
    assert!(archive.refresh().expect("a newer commit"));
    assert_eq!((found(&archive, "premiere"), found(&before, "premiere")), (vec![1, 2], vec![1]));
    assert_eq!((found(&archive, "query:ada"), found(&before, "query:ada")), (vec![1, 2], vec![]));
    let name = |archive: &Archive| {
        let table = archive.names().expect("names");
        table.find(NameKind::Person, "Ada Lovelace").expect("an answer").map(|known| known.name.clone())
    };
    assert_eq!(name(&archive).as_deref(), Some("Ada Lovelace"));
    let before = archive.clone();
    let kept = folder.join("state/names-1.tsv");
    std::fs::write(kept, "rename\tperson\tAda Lovelace\tCountess Lovelace\n").expect("a file");
    assert!(archive.refresh().expect("other corrections"));
    assert_eq!(name(&archive).as_deref(), Some("Countess Lovelace"));
    assert_eq!(name(&before).as_deref(), Some("Ada Lovelace"));
    // Saved searches alone are taken over too, though the commit is the same.
    saved::forget(&mut saved, "ada").expect("a file");
    assert!(!archive.refresh().expect("the same commit"));
    assert_eq!((found(&archive, "query:ada"), found(&before, "query:ada")), (vec![], vec![1, 2]));
}

#[test]
fn lists_of_names_and_topics_say_whether_the_time_cut_them() {
    let article = |n: usize| Article {
        tags: vec![format!("tag {n}")],
        ..story(1 + n % 28, "Set", &format!("Mia Voss{} said no on Friday.", (b'a' + n as u8 % 26) as char))
    };
    let stories: Vec<Article> = (0..60).map(article).collect();
    let archive = Archive::of_snapshot(Snapshot::in_memory(&[&stories], annotate).expect("an index"));
    let archive = archive.expect("an archive");
    let over = || archive.until(Instant::now());
    for prefix in [None, Some("m".to_owned())] {
        let request = NamesRequest { prefix, kind: None, limit: 5 };
        let whole = archive.known_names(&request).expect("names");
        assert!(whole.complete && !whole.entries.is_empty());
        let cut = over().known_names(&request).expect("names");
        assert!(!cut.complete && cut.entries.is_empty(), "{request:?}");
    }
    for prefix in [None, Some("t".to_owned())] {
        let request = TopicsRequest { prefix, kind: None, limit: 5 };
        let whole = archive.known_topics(&request).expect("topics");
        assert!(whole.complete && !whole.entries.is_empty());
        assert!(!over().known_topics(&request).expect("topics").complete, "{request:?}");
    }
}
