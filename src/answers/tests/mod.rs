//! Small archives, asked: each kind of query, and random ones against a slow and obvious reading.

mod handle;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use proptest::prelude::*;

use crate::{
    annotation::{NameKind, QuoteKind},
    answers::{
        Archive, ArticleHit, ArticleRequest, NamesRequest, Page, QueryLine, QuoteRequest, TitleHit,
        TopicsRequest, check_fields, facets, saved,
    },
    article::{Article, ArticleId, Origin, Published},
    extract::annotate,
    fields::FIELDS,
    index::{Batch, Budget, Opening, Snapshot, Waiting, Writer},
    query::{Error, Helpers, Idle, NoteCode, Query, Sort, parse, plain},
    state::{Arrivals, Saved, SavedSearch},
    view::{ArticleView, content_hash, file_key},
};

/// A story; its number is its day in January.
pub(super) fn story(day: usize, title: &str, text: &str) -> Article {
    Article {
        origin: Origin { root: "news".into(), path: format!("story{day}.txt"), record: 0 },
        record_id: Some(day.to_string()),
        title: Some(title.into()),
        text: text.into(),
        published: Some(Published { value: format!("2024-01-{day:02}"), source: "text".into() }),
        source: Some(if day.is_multiple_of(2) { "Sizzle Weekly" } else { "The Daily Reel" }.into()),
        byline: Some("Ada Quill".into()),
        section: Some("Courts".into()),
        lang: Some("en".into()),
        ..Default::default()
    }
}

pub(super) fn archive(stories: &[(&str, &str)]) -> Archive {
    let articles: Vec<Article> =
        (1..).zip(stories).map(|(day, (title, text))| story(day, title, text)).collect();
    Archive::of_snapshot(Snapshot::in_memory(&[&articles], annotate).expect("an index")).expect("an archive")
}

fn request(query: Query) -> ArticleRequest {
    ArticleRequest::new(query)
}

/// Record ids of the hits, in the order of the stories.
fn found(archive: &Archive, query: &str) -> Vec<usize> {
    let page = archive.search(&request(parse(query).expect(query))).expect(query);
    let mut ids: Vec<usize> = page
        .hits
        .iter()
        .map(|hit| hit.record_id.as_deref().unwrap_or("0").parse().expect("a number"))
        .collect();
    ids.sort_unstable();
    ids
}

#[test]
fn each_kind_of_query_finds_its_stories() {
    let archive = archive(&[
        (
            "Lawsuit filed",
            "The studio faces two lawsuits. To be or not to be, the star’s co-star asked in Beyoncé’s café.",
        ),
        (
            "Premiere delayed",
            "The premiere was delayed while lawyers pulled the trailer away from the studio lot.",
        ),
        ("Tour dates", "A tour begins in March. The lawsuit was never mentioned by the band."),
    ]);
    for (query, expected) in [
        ("lawsuit", &[1, 3][..]),
        ("\"lawsuit\"", &[1, 3]),
        ("\"two lawsuit\"", &[]),
        ("pulling", &[2]),
        ("\"to be or not to be\"", &[1]),
        ("\"TO BE, OR NOT TO BE\"", &[1]),
        ("beyonce cafe", &[1]),
        ("\"star's co-star\"", &[1]),
        ("co-star", &[1]),
        ("\"trailer away\"", &[2]),
        ("\"pulled away\"", &[]),
        ("\"pulled away\"~2", &[2]),
        ("trailer NEAR/3 pulled", &[2]),
        ("trailer NEAR/1 studio", &[]),
        ("premi*", &[2]),
        ("premeire~1", &[2]),
        ("studio -lawsuit", &[2]),
        ("tour OR premiere", &[2, 3]),
        ("studio AND lawsuit", &[1]),
        ("title:lawsuit", &[1]),
        ("body:lawsuit", &[1, 3]),
        ("source:sizzle", &[2]),
        ("source:\"daily reel\" -band", &[1]),
        ("byline:quill tour", &[3]),
        ("section:courts tour", &[3]),
        ("lang:en tour", &[3]),
        ("path:story2", &[2]),
        ("date:2024-01-02", &[2]),
        ("date:>2024-01-01", &[2, 3]),
        ("date:2024-01-01..2024-01-02", &[1, 2]),
        ("date:2023", &[]),
        ("query:unknown", &[]),
    ] {
        assert_eq!(found(&archive, query), expected, "{query}");
    }
}

#[test]
fn every_field_can_be_asked_for() {
    let text = "LONDON — Ada Lovelace won an Oscar for “The Salt Ledger” at the Academy Awards in Los Angeles on Monday. \
                Kestrel Pictures made the film.\n\n“We owe it all to Grace Hopper,” Lovelace said. The actress and her \
                husband filed for divorce in a London court.";
    let archive = archive(&[("Lovelace wins", text), ("Rain", "Rain fell.")]);
    let table = [
        ("body:husband", 1),
        ("title:wins", 1),
        ("person:\"Ada Lovelace\"", 1),
        ("person:Lovelace", 1),
        ("org:\"Kestrel Pictures\"", 1),
        ("work:\"The Salt Ledger\"", 1),
        ("place:London", 1),
        ("event:\"Academy Awards\"", 1),
        ("topic:divorce", 1),
        ("topic:courts", 2),
        ("source:\"The Daily Reel\"", 1),
        ("byline:Quill", 2),
        ("section:Courts", 2),
        ("lang:en", 2),
        ("path:story1", 1),
        ("date:2024-01-01", 1),
        ("quote:owe", 1),
        ("speaker:\"Ada Lovelace\"", 1),
        ("about:\"Grace Hopper\"", 1),
        ("kind:direct", 1),
        ("stance:said", 1),
        ("status:killed", 0),
    ];
    for (query, expected) in table {
        assert_eq!(found(&archive, query).len(), expected, "{query}");
    }
    for prefix in FIELDS.iter().filter_map(|row| row.prefix) {
        let asked = format!("{prefix}:");
        assert!(table.iter().any(|(query, _)| query.starts_with(&asked)), "nothing asks for {asked}");
    }
}

#[test]
fn most_of_many_words_are_enough_and_all_are_counted() {
    let archive = archive(&[
        ("One", "alder birch cedar elm fir"),
        ("Two", "alder birch cedar"),
        ("Three", "alder birch"),
    ]);
    let page =
        archive.search(&request(parse("alder birch cedar elm fir").expect("a query"))).expect("a page");
    assert_eq!((page.ranked, page.strict), (2, 1));
    let any = ArticleRequest { any_word: true, ..request(plain("(fir: alder-birch")) };
    let page = archive.search(&any).expect("a page");
    assert_eq!((page.ranked, page.strict), (3, 1));
}

/// Whether each hit is partial, and its record id, in the order shown.
fn shown(archive: &Archive, request: &ArticleRequest) -> Vec<(bool, String)> {
    let page = archive.search(request).expect("a page");
    page.hits.into_iter().map(|hit| (hit.partial, hit.record_id.unwrap_or_default())).collect()
}

#[test]
fn what_matches_in_part_comes_behind_under_every_order() {
    let archive = archive(&[
        ("One", "alder birch"),
        ("Two", "alder alder alder"),
        ("Three", "birch and alder"),
        ("Four", "birch birch"),
        ("Five", "cedar"),
    ]);
    let asked = |query, sort| ArticleRequest { sort, ..request(parse(query).expect("a query")) };
    let ids = |query, sort| shown(&archive, &asked(query, sort));
    let whole = |ids: [&str; 2]| ids.map(|id| (false, id.to_owned()));
    let part = |ids: [&str; 2]| ids.map(|id| (true, id.to_owned()));
    assert_eq!(ids("alder birch", Sort::Newest), [whole(["3", "1"]), part(["4", "2"])].concat());
    assert_eq!(ids("alder birch", Sort::Oldest), [whole(["1", "3"]), part(["2", "4"])].concat());
    let page = archive.search(&asked("alder birch", Sort::Relevance)).expect("a page");
    assert_eq!((page.strict, page.ranked, page.hits.len()), (2, 2, 4));
    let second = ArticleRequest { limit: 2, offset: 1, ..asked("alder birch", Sort::Newest) };
    assert_eq!(shown(&archive, &second), [(false, "1".to_owned()), (true, "4".to_owned())]);
    // What must be there is, and nothing is found by a date alone.
    assert_eq!(ids("+birch alder -cedar", Sort::Newest)[2..], [(true, "4".to_owned())]);
    assert_eq!(ids("date:2024 \"birch birch\" fir", Sort::Newest), [(false, "4".to_owned())]);
    assert_eq!(ids("alder AND birch", Sort::Newest).len(), 2);
    assert_eq!(ids("alder OR fir", Sort::Newest).len(), 3);
    // The strict reading knows no parts.
    assert_eq!(archive.strict(&parse("alder birch").expect("a query"), 10).expect("a page").hits.len(), 2);
}

#[test]
fn words_that_nothing_holds_are_set_aside_and_said() {
    let archive = archive(&[("One", "alder birch"), ("Two", "alder co-pilot"), ("Three", "pilot co")]);
    let page = |query| archive.search(&request(parse(query).expect("a query"))).expect("a page");
    let told = |query| {
        let page = page(query);
        (page.strict, page.ranked, page.hits.len(), page.unknown)
    };
    assert_eq!(told("zzyx alder qqop"), (0, 2, 2, vec!["zzyx".to_owned(), "qqop".to_owned()]));
    assert_eq!(told("zzyx the"), (0, 0, 0, vec!["zzyx".to_owned()]));
    assert_eq!(told("+zzyx alder"), (0, 0, 0, vec!["zzyx".to_owned()]));
    assert_eq!(told("co-pilot alder"), (1, 1, 2, vec![]));
    assert_eq!(told("pilot-alder birch"), (0, 1, 1, vec!["pilot alder".to_owned()]));
    assert_eq!(archive.strict(&parse("zzyx alder").expect("a query"), 10).expect("a page").strict, 0);
}

#[test]
fn groups_signs_and_places_mean_what_they_say() {
    let archive = archive(&[
        ("One", "the velvet piano velvet piano"),
        ("Two", "velvet curtain"),
        (
            "Three",
            "“The rehearsal was a joy,” Mia Voss said at the harbour.\n\n“The budget was a disaster,” Rafe Montclair said.",
        ),
    ]);
    assert_eq!(found(&archive, "the (velvet OR curtain)"), [1, 2]);
    assert_eq!(found(&archive, "speaker:voss (quote:rehearsal harbour)"), [3]);
    assert_eq!(found(&archive, "speaker:voss (quote:budget harbour)"), [0; 0]);
    assert_eq!(found(&archive, "+(-speaker:voss)"), found(&archive, "-speaker:voss"));
    assert_eq!(found(&archive, "\"velvet piano\" NEAR/3 piano"), [1]);
    assert_eq!(found(&archive, "\"velvet curtain\" NEAR/3 curtain"), [0; 0]);
}

#[test]
fn dates_are_also_none_or_counted_from_today() {
    let mut stories: Vec<Article> = [10, 14, 15].map(|day| story(day, "Tour", "A tour begins.")).to_vec();
    stories.push(Article { published: None, ..story(20, "Tour", "A tour of no date.") });
    stories.push(Article { lang: Some("en-US".into()), ..story(1, "Tour", "An album.") });
    stories.push(Article { lang: Some("eng".into()), ..story(2, "Tour", "An album.") });
    let snapshot = Snapshot::in_memory(&[&stories], annotate).expect("an index");
    let archive = Archive::of_snapshot(snapshot).expect("an archive");
    assert_eq!(found(&archive, "date:none"), [20]);
    assert_eq!(found(&archive, "date:today"), [0; 0], "nobody said what day it is");
    let archive = archive.on(jiff::civil::date(2024, 1, 15));
    assert_eq!(found(&archive, "date:today"), [15]);
    assert_eq!(found(&archive, "tour date:1d"), [14, 15]);
    assert_eq!(found(&archive, "begins date:1w"), [10, 14, 15]);
    for (query, undated) in [("tour date:2024", 1), ("date:2024 begins", 0), ("tour", 0), ("date:none", 0)] {
        let query = parse(query).expect(query);
        assert_eq!(archive.undated_articles(&query).expect("a count"), undated, "{query}");
    }
    assert_eq!(found(&archive, "lang:en album"), [1]);
    assert_eq!(found(&archive, "lang:en-us"), [1]);
    assert_eq!(found(&archive, "lang:eng"), [2]);
}

#[test]
fn the_word_itself_comes_before_what_is_only_like_it() {
    let archive = archive(&[("One", "cooper cooper cooper hall"), ("Two", "a copper hall of some length")]);
    let page = archive.search(&request(parse("copper~1").expect("a query"))).expect("a page");
    let ids: Vec<_> = page.hits.iter().map(|hit| hit.record_id.as_deref()).collect();
    assert_eq!(ids, [Some("2"), Some("1")]);
}

#[test]
fn conditions_on_quotes_hold_of_one_quote() {
    let archive = archive(&[(
        "Set report",
        "“The rehearsal was a joy,” Mia Voss said.\n\n“The budget was a disaster,” Rafe Montclair said.",
    )]);
    assert_eq!(found(&archive, "speaker:voss quote:rehearsal"), [1]);
    assert_eq!(found(&archive, "speaker:voss quote:budget"), [0; 0]);
    assert_eq!(found(&archive, "speaker:montclair kind:direct"), [1]);
}

#[test]
fn quotes_change_no_score_of_an_article() {
    // The same words, once with quotes in them.
    let with = archive(&[
        ("A", "“The rehearsal was a joy for the whole studio,” Mia Voss said."),
        ("B", "The studio sold the theatre."),
    ]);
    let without = archive(&[
        ("A", "The rehearsal was a joy for the whole studio, Mia Voss said."),
        ("B", "The studio sold the theatre."),
    ]);
    let scores = |archive: &Archive| -> Vec<f32> {
        let page = archive.search(&request(parse("studio").expect("a query"))).expect("a page");
        page.hits.iter().map(|hit| hit.score).collect()
    };
    assert_eq!(found(&with, "quote:rehearsal"), [1]);
    assert_eq!(found(&without, "quote:rehearsal"), [0; 0]);
    assert_eq!(scores(&with), scores(&without));
}

#[test]
fn a_query_that_stands_for_too_many_words_is_cut_and_says_so() {
    let words = (0..6000).map(|n| format!("pre{:03}x{n}", n / 10)).collect::<Vec<_>>().join(" ");
    let archive = archive(&[("Words", &words)]);
    let query = (0..600).map(|n| format!("pre{n:03}*")).collect::<Vec<_>>().join(" OR ");
    let page = archive.search(&request(parse(&query).expect("a query"))).expect("a page");
    assert_eq!(page.ranked, 1);
    assert!(page.notes.iter().any(|note| note.code == NoteCode::ExpansionsCut), "{:?}", page.notes);
    let few = archive.search(&request(parse("pre001* OR pre002*").expect("a query"))).expect("a page");
    assert!(few.notes.is_empty(), "{:?}", few.notes);
}

#[test]
fn near_copies_are_told_and_grouped() {
    let wire = (0..60).map(|n| format!("word{n} of the wire")).collect::<Vec<_>>().join(" ");
    let later = format!("{wire} and a line of our own");
    let other = (0..60).map(|n| format!("other{n} of the rest")).collect::<Vec<_>>().join(" ");
    // Story numbers are days: the second is the oldest of the three copies but for the first.
    let archive = archive(&[("Wire", &wire), ("Copy", &later), ("Else", &other), ("Copy too", &wire)]);
    let told = |group_copies| {
        let request = ArticleRequest { group_copies, ..request(parse("of").expect("a query")) };
        let mut hits = archive.search(&request).expect("a page").hits;
        hits.sort_by(|a, b| a.record_id.cmp(&b.record_id));
        hits
    };
    let every = told(false);
    let original = Some(every[0].id.clone());
    let copies: Vec<_> = every.iter().map(|hit| hit.copy_of.clone()).collect();
    assert_eq!(copies, [None, original.clone(), None, original]);
    let grouped = told(true);
    assert_eq!(grouped.len(), 2);
    assert_eq!(grouped.iter().filter_map(|hit| hit.copies).sum::<u32>(), 2);
    let words: Vec<&str> = grouped.iter().filter_map(|hit| hit.title.as_deref()).collect();
    assert!(words.contains(&"Else"), "{words:?}");
}

/// Stories of all lengths, of words from common to rare, some in several forms.
fn random_stories(count: usize) -> Vec<Article> {
    let mut state = 1u32;
    let mut random = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut story = |number: usize| {
        let length = 3 + random(40);
        let words = (0..length).map(|_| {
            let rank = random(12) * random(12);
            let ending = ["", "s", "ed"][random(3) as usize];
            if random(5) == 0 { "the".to_owned() } else { format!("bram{}{ending}", letters(rank)) }
        });
        Article {
            origin: Origin { root: "news".into(), path: format!("{number}.txt"), record: 0 },
            text: words.collect::<Vec<_>>().join(" "),
            ..Default::default()
        }
    };
    (0..count).map(&mut story).collect()
}

/// A word of the random stories; the higher its rank, the rarer.
fn random_word(rank: u32) -> String {
    format!("bram{}", letters(rank))
}

#[test]
fn the_best_are_the_same_however_many_are_asked_for() {
    let stories = random_stories(1200);
    let archive = Archive::of_snapshot(Snapshot::in_memory(&[&stories], annotate).expect("an index"))
        .expect("an archive");
    let word = random_word;
    let (common, middling, rare) = (word(0), word(12), word(99));
    for query in [
        common.clone(),
        rare.clone(),
        format!("{common} {middling}"),
        format!("{common} OR {middling}"),
        format!("{common} OR {middling} OR {rare}"),
        format!("{middling} OR {rare} the"),
        format!("+{middling} {common} {rare} {} {}", word(20), word(30)),
        format!("the {common} {middling} {rare} {} {}", word(20), word(30)),
    ] {
        for any_word in [false, true] {
            let request = ArticleRequest { any_word, ..request(parse(&query).expect("a query")) };
            let every = ArticleRequest { limit: stories.len(), ..request.clone() };
            let (page, every) = (archive.search(&request), archive.search(&every));
            let (page, every) = (page.expect("a page"), every.expect("a page"));
            let told = |hit: &ArticleHit| (hit.id.clone(), hit.score);
            let best: Vec<_> = page.hits.iter().map(told).collect();
            assert_eq!(best, every.hits.iter().take(10).map(told).collect::<Vec<_>>(), "{query}");
            assert_eq!((page.ranked, page.strict), (every.ranked, every.strict), "{query}");
            let whole = every.hits.iter().filter(|hit| !hit.partial).count();
            assert_eq!(every.ranked as usize, whole, "{query}");
        }
    }
}

#[test]
fn articles_that_claim_one_id_keep_their_order_in_any_segments() {
    let told = |path: &str| Article {
        origin: Origin { root: "news".into(), path: path.into(), record: 0 },
        url: Some("https://example.org/premiere".into()),
        text: "“The premiere was a joy,” Mia Voss said.".into(),
        ..Default::default()
    };
    let others: Vec<Article> = (1..9).map(|day| story(day, "Else", "Nothing of the kind.")).collect();
    let (first, second) = ([told("a.txt")], [told("b.txt")]);
    let with_others = |one: &[Article]| [one, &others].concat();
    let large_first = [with_others(&first), second.to_vec()];
    let large_second = [first.to_vec(), with_others(&second)];
    for parts in [large_first, large_second] {
        let parts: Vec<&[Article]> = parts.iter().map(Vec::as_slice).collect();
        let archive = Archive::of_snapshot(Snapshot::in_memory(&parts, annotate).expect("an index"))
            .expect("an archive");
        for sort in [Sort::Relevance, Sort::Newest, Sort::Oldest] {
            let request = ArticleRequest { sort, ..request(parse("premiere").expect("a query")) };
            let page = archive.search(&request).expect("a page");
            let paths: Vec<&str> = page.hits.iter().map(|hit| hit.path.as_str()).collect();
            assert_eq!(paths, ["a.txt", "b.txt"], "{sort:?}");
            let request = QuoteRequest {
                kinds: vec![QuoteKind::Direct],
                sort,
                ..QuoteRequest::new(parse("premiere").expect("a query"))
            };
            let page = archive.quotes(&request).expect("a page");
            let ids: Vec<u64> = page.hits.iter().map(|hit| hit.article_id.claimant()).collect();
            assert_eq!(ids, [1, 2], "{sort:?}");
        }
    }
}

#[test]
fn a_stop_word_counts_where_nothing_else_is_asked_for() {
    let archive = archive(&[("One", "The lawsuit of Mia Voss."), ("Two", "A lawsuit.")]);
    for (query, expected) in [
        ("the", &[1][..]),
        ("+the lawsuit", &[1]),
        ("lawsuit the", &[1, 2]),
        ("+lawsuit the", &[1, 2]),
        ("\"a lawsuit\" the", &[2]),
        ("source:sizzle the", &[]),
    ] {
        assert_eq!(found(&archive, query), expected, "{query}");
    }
}

#[test]
fn nothing_is_like_a_story_of_words_of_its_own() {
    let archive = archive(&[("Lorem", "Zaffre quillon"), ("Ipsum", "Bramble fenwick"), ("Dolor", "Bramble")]);
    let similar = |day: usize| {
        let id = archive.search(&request(parse(&format!("date:2024-01-0{day}")).expect("a query")));
        let id = id.expect("a page").hits[0].id.clone();
        archive.similar(id.as_str(), 10).expect("a page").hits.len()
    };
    assert_eq!((similar(1), similar(2)), (0, 1));
}

#[test]
fn no_limit_is_too_large() {
    let archive = archive(&[("One", "The lawsuit of Mia Voss."), ("Two", "A lawsuit.")]);
    for (limit, offset) in [(usize::MAX, 1), (usize::MAX / 2 - 4, 0), (1, usize::MAX)] {
        for group_copies in [false, true] {
            let query = parse("lawsuit").expect("a query");
            let request = ArticleRequest { limit, offset, group_copies, ..request(query) };
            let page = archive.search(&request).expect("a page");
            assert_eq!(page.hits.len(), 2usize.saturating_sub(offset), "{limit} {offset}");
        }
    }
}

/// Three parts of random stories, each a segment.
fn random_archive() -> Archive {
    let stories = random_stories(900);
    let parts: Vec<&[Article]> = stories.chunks(400).collect();
    Archive::of_snapshot(Snapshot::in_memory(&parts, annotate).expect("an index")).expect("an archive")
}

/// Adds stories to the index in a folder, as a run does: their arrival is written down before the commit.
pub(super) fn add(folder: &Path, stories: &[Article]) {
    let opening = Opening {
        budget: Budget { threads: 1, memory: 20 << 20 },
        rebuild: false,
        waiting: Waiting { patience: Duration::from_secs(60), now_ns: 0 },
    };
    let mut writer = Writer::open(folder, opening).expect("a writer");
    writer.start().expect("an engine");
    let ids: Vec<ArticleId> = stories.iter().map(ArticleId::claimed).collect();
    for (id, story) in ids.iter().zip(stories) {
        let (found, key) = (annotate(story), file_key(&story.origin.root, &story.origin.path));
        let mut batch = Batch::default();
        batch.add_article(&ArticleView::new(id, story, &found, key, content_hash(story)));
        writer.apply(batch).expect("a batch");
    }
    Arrivals::of(folder).add(&ids).expect("a journal");
    writer.commit(true).expect("a commit");
    writer.close(true).expect("an end");
}

#[test]
fn a_saved_search_without_a_name_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("watch.tsv");
    std::fs::write(&path, "no name\tlawsuit\nlawsuit\tlawsuit\n").expect("a file");
    let archive = archive(&[("One", "A lawsuit.")]).with_saved(Saved::load(&path).expect("a file"));
    assert_eq!(found(&archive, "query:lawsuit"), [1]);
    assert_eq!(found(&archive, "query:\"no name\""), [0; 0]);
}

#[test]
fn a_query_that_finds_nothing_may_have_meant_a_person() {
    let archive = archive(&[("One", "Rafe Montclair sang. “I sang,” Rafe Montclair said.")]);
    let suggested = |query: &str| {
        let near = archive.suggest(&parse(query).expect("a query")).expect("names");
        near.first().map(|near| (near.name.clone(), near.articles))
    };
    let meant = Some(("Rafe Montclair".to_owned(), 1));
    assert_eq!(suggested("Raef Montclaire"), meant);
    assert_eq!(suggested("sang speaker:\"Raef Montclaire\""), meant);
    assert_eq!(suggested("Rafe Montclair"), None);
    assert_eq!(suggested("quite another thing"), None);
}

#[test]
fn a_word_that_nothing_holds_may_be_two() {
    let archive =
        archive(&[("One", "They call it z-rock here. A light house keeper left."), ("Two", "More Z-Rock.")]);
    let suggested = |word: &str| archive.suggest_word(word).expect("words");
    assert_eq!(suggested("zrock").as_deref().map(str::to_lowercase).as_deref(), Some("z-rock"));
    assert_eq!(suggested("lighthouse").as_deref(), Some("light house"));
    assert_eq!(suggested("housekeeper").as_deref(), Some("house keeper"));
    assert_eq!(suggested("houseleft"), None);
}

#[test]
fn what_is_no_facet_and_no_field_is_told_with_those_there_are() {
    let archive = archive(&[("One", "A lawsuit.")]);
    let query = parse("lawsuit").expect("a query");
    for facet in facets::known() {
        assert_eq!(archive.facet(&query, facet, 5).expect("a facet").of, 1, "{facet}");
        facets::known_facet(facet).expect("a facet");
    }
    let fault = archive.facet(&query, "nope", 5).expect_err("no facet");
    assert_eq!(fault.to_string(), facets::known_facet("nope").expect_err("none").to_string());
    assert_eq!(fault.code(), "no-such-facet");
    let fields = ["title", "quotes", "query_id"].map(str::to_owned);
    check_fields::<ArticleHit>(&fields).expect("fields");
    check_fields::<TitleHit>(&fields).expect_err("it has no quotes");
    let fault = check_fields::<ArticleHit>(&["titel".to_owned()]).expect_err("no field");
    assert!(matches!(fault, Error::NoSuchField { field, known } if field == "titel" && known.len() > 20));
}

/// A number in letters.
fn letters(number: u32) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'k')).collect()
}

/// Words of the random archives; none is an inflection of another, or a stop word.
const WORDS: [&str; 6] = ["alder", "birch", "cedar", "elmo", "fir", "ginkgo"];

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(&WORDS[..]).prop_map(str::to_owned)
}

fn query() -> impl Strategy<Value = Query> {
    let leaf = prop_oneof![
        3 => word().prop_map(Query::Word),
        2 => prop::collection::vec(word(), 2..4).prop_map(|words| Query::Phrase(words.join(" "), 0)),
        1 => word().prop_map(|word| Query::Prefix(word[..2].to_owned())),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|query| Query::Not(Box::new(query))),
            inner.clone().prop_map(|query| Query::Must(Box::new(query))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Query::All),
            prop::collection::vec(inner, 1..4).prop_map(Query::Any),
        ]
    })
}

/// Whether a story matches, by reading it.
fn holds(query: &Query, words: &[String]) -> bool {
    match query {
        Query::Word(word) => words.contains(word),
        Query::Phrase(phrase, _) => {
            let phrase: Vec<&str> = phrase.split(' ').collect();
            words.windows(phrase.len()).any(|window| window == phrase)
        }
        Query::Prefix(stem) => words.iter().any(|word| word.starts_with(stem)),
        Query::Not(inner) => !holds(inner, words),
        Query::Must(inner) => holds(inner, words),
        Query::All(parts) => parts.iter().all(|part| holds(part, words)),
        Query::Any(parts) => parts.iter().any(|part| holds(part, words)),
        _ => unreachable!("no such query is made"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn random_queries_agree_with_reading(
        stories in prop::collection::vec(prop::collection::vec(word(), 1..12), 1..8),
        queries in prop::collection::vec(query(), 1..8),
    ) {
        let texts: Vec<String> = stories.iter().map(|words| words.join(" ")).collect();
        let archive = archive(&texts.iter().map(|text| ("Untitled", text.as_str())).collect::<Vec<_>>());
        for query in queries {
            let expected = stories.iter().filter(|words| holds(&query, words)).count();
            let page = archive.search(&request(query.clone())).expect("a page");
            prop_assert_eq!(page.strict as usize, expected, "{}", query);
            prop_assert_eq!(archive.matching(&query).expect("matches").len(), expected, "{}", query);
            prop_assert!(page.ranked >= page.strict);
        }
    }
}
