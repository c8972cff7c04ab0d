//! Tests of the rule of names.

use proptest::prelude::*;

use super::*;

fn table(people: &[(&str, u64)], corrections: &str) -> NameTable {
    let forms = people.iter().map(|&(form, count)| ((NameKind::Person, form.to_owned()), count)).collect();
    NameTable::of_forms(forms, &Corrections::parse(corrections).expect("valid corrections"))
}

fn names(table: &NameTable) -> Vec<(String, u64)> {
    let all = table.all(&NameKind::ALL).expect("names");
    all.iter().map(|known| (known.name.clone(), known.articles)).collect()
}

fn owned<const N: usize>(names: [(&str, u64); N]) -> Vec<(String, u64)> {
    names.map(|(name, articles)| (name.to_owned(), articles)).to_vec()
}

fn found(table: &NameTable, kind: NameKind, typed: &str) -> Option<Arc<Known>> {
    table.find(kind, typed).expect("an answer")
}

fn bearers(table: &NameTable, kind: NameKind, typed: &str) -> Bearers {
    table.bearers(kind, typed).expect("an answer")
}

#[test]
fn one_key_is_one_name() {
    let table = table(&[("Zoé Voss", 2), ("Zoe Voss", 5), ("ZOE VOSS", 1), ("Voss, Zoe", 1)], "");
    assert_eq!(names(&table), owned([("Zoe Voss", 9)]));
}

#[test]
fn a_surname_joins_the_only_bearer() {
    let one = table(&[("Zoe Voss", 5), ("Voss", 2)], "");
    assert_eq!(names(&one), owned([("Zoe Voss", 7)]));
    let two = table(&[("Zoe Voss", 5), ("Abel Voss", 1), ("Voss", 2)], "");
    assert_eq!(names(&two).len(), 3);
    assert!(found(&two, NameKind::Person, "voss").is_some_and(|known| known.articles == 2));
}

#[test]
fn a_first_name_of_others_is_nobodys_surname() {
    let people = [("Luckily Kim", 1), ("Kim", 2), ("Kim Karr", 30), ("Kim Catt", 9)];
    let table = table(&people, "");
    assert_eq!(names(&table).len(), 4);
    let Bearers::Several(bearers) = bearers(&table, NameKind::Person, "KIM") else { panic!("several") };
    let shown: Vec<&str> = bearers.iter().map(|known| known.name.as_str()).collect();
    assert_eq!(shown, ["Kim Karr", "Kim Catt", "Kim", "Luckily Kim"]);
    let one = table_of_more("Kim", 5);
    assert_eq!(found(&one, NameKind::Person, "kim").map(|known| known.articles), Some(5));
}

/// Who is known by one word, and somebody with many stories whose first name it is.
fn table_of_more(name: &str, stories: u64) -> NameTable {
    table(&[(name, stories), (&format!("{name} Karr"), 30)], "")
}

#[test]
fn a_leading_article_and_stops_make_no_other_name() {
    let kinds = [(NameKind::Person, "The Weekday", 4), (NameKind::Person, "Weekday", 2)];
    let places = [("US", 9), ("U.S.", 5), ("United States", 2), ("U.S.A.", 1), ("Leeds", 1)];
    let orgs = [("N.W.Q.", 2), ("NWQ", 1), ("F.B.I.", 1), ("FBI", 1)];
    let mut forms: Vec<((NameKind, String), u64)> =
        kinds.map(|(kind, form, count)| ((kind, form.to_owned()), count)).to_vec();
    forms.extend(places.map(|(form, count)| ((NameKind::Place, form.to_owned()), count)));
    forms.extend(orgs.map(|(form, count)| ((NameKind::Org, form.to_owned()), count)));
    let table = NameTable::of_forms(forms, &Corrections::default());
    let mut all = names(&table);
    all.sort_unstable();
    let expected = [("FBI", 2), ("Leeds", 1), ("NWQ", 3), ("The Weekday", 6), ("United States", 17)];
    let mut shown = all;
    shown.iter_mut().filter(|(name, _)| *name == "F.B.I.").for_each(|entry| entry.0 = "FBI".to_owned());
    assert_eq!(shown, owned(expected));
    for (kind, typed, name) in [
        (NameKind::Place, "u.s.", "United States"),
        (NameKind::Place, "USA", "United States"),
        (NameKind::Person, "weekday", "The Weekday"),
        (NameKind::Org, "n.w.q", "NWQ"),
    ] {
        assert_eq!(
            found(&table, kind, typed).map(|known| known.name.clone()).as_deref(),
            Some(name),
            "{typed}"
        );
    }
}

#[test]
fn what_corrections_take_away_is_known_to_be_gone() {
    let text = "not\tperson\tSay What\nkind\tperson\tCold Harbor\twork\n";
    let table = table(&[("Say What", 9), ("Cold Harbor", 2)], text);
    assert_eq!(bearers(&table, NameKind::Person, "say what"), Bearers::Corrected);
    assert_eq!(bearers(&table, NameKind::Person, "Cold Harbor"), Bearers::Corrected);
    let work = found(&table, NameKind::Work, "Cold Harbor").expect("a work");
    assert_eq!(work.keys, ["person:cold harbor"]);
}

#[test]
fn first_names_never_join_and_juniors_stay_apart() {
    let table = table(&[("Zoe Voss", 5), ("Zoe", 2), ("Rafe Mont Jr.", 1), ("Rafe Mont", 1)], "");
    assert_eq!(names(&table).len(), 4);
    assert!(found(&table, NameKind::Person, "Rafe Mont Jr").is_some());
}

#[test]
fn corrections_come_first() {
    let text = "merge\tperson\tDel Voss\tDelaney Voss\nnot\tperson\tSay What\nkind\tperson\tCold Harbor\twork\n\
                rename\tperson\tBob Banks\tRobert Banks\nsplit\tperson\tReyes\n";
    let people = [
        ("Del Voss", 1),
        ("Delaney Voss", 3),
        ("Say What", 9),
        ("Cold Harbor", 2),
        ("Bob Banks", 1),
        ("Ana Reyes", 4),
        ("Reyes", 2),
    ];
    let table = table(&people, text);
    assert_eq!(
        names(&table),
        owned([("Ana Reyes", 4), ("Robert Banks", 1), ("Delaney Voss", 4), ("Reyes", 2), ("Cold Harbor", 2)])
    );
}

/// Names of few letters, so that they meet: forms with the segment that has them, and how often.
fn forms() -> impl Strategy<Value = Vec<(usize, NameKind, String, u64)>> {
    let word = prop::sample::select(vec![
        "Ann", "Bo", "Cy", "Dee", "Jr.", "The", "Zoé", "zoe", "U.S.", "US", "FBI", "F.B.I.",
    ]);
    let form = prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "));
    let kind = prop::sample::select(vec![NameKind::Person, NameKind::Person, NameKind::Org, NameKind::Place]);
    prop::collection::vec((0..3usize, kind, form, 1..40u64), 0..40)
}

fn corrections() -> impl Strategy<Value = Corrections> {
    let name = || {
        prop::sample::select(vec!["Ann", "Bo", "Ann Bo", "Cy Dee", "Zoe", "US", "FBI", "Dee Bo", "Ann Cy"])
    };
    let kind = || prop::sample::select(vec!["person", "person", "org", "place"]);
    let rule = prop_oneof![
        (kind(), name(), name()).prop_map(|(kind, a, b)| format!("merge\t{kind}\t{a}\t{b}\n")),
        (kind(), name(), name()).prop_map(|(kind, a, b)| format!("rename\t{kind}\t{a}\t{b}\n")),
        (kind(), name(), kind()).prop_map(|(kind, a, b)| format!("kind\t{kind}\t{a}\t{b}\n")),
        (kind(), name()).prop_map(|(kind, a)| format!("not\t{kind}\t{a}\n")),
        name().prop_map(|a| format!("split\tperson\t{a}\n")),
    ];
    let rules = prop::collection::vec(rule, 0..4);
    prop_oneof![Just(String::new()), rules.prop_map(|rules| rules.concat())]
        .prop_map(|text| Corrections::parse(&text).expect("rules"))
}

proptest! {
    /// However the names are parted, and whatever is asked, the answer is that of all names joined at once.
    #[test]
    fn what_is_joined_when_asked_is_what_is_joined_at_once(forms in forms(), corrections in corrections()) {
        let mut parts: [FxHashMap<(NameKind, String), u64>; 3] = Default::default();
        let mut all: FxHashMap<(NameKind, String), u64> = FxHashMap::default();
        for (segment, kind, form, stories) in forms {
            *parts[segment].entry((kind, form.clone())).or_default() += stories;
            *all.entry((kind, form)).or_default() += stories;
        }
        let expected = oracle::names(all.clone().into_iter().collect(), &corrections);
        let parts = parts.into_iter().map(|forms| part(forms.into_iter().collect())).collect();
        let table = NameTable::of(parts, None, &corrections);
        let known: Vec<Known> = table.all(&NameKind::ALL).expect("names").iter().map(|it| (**it).clone()).collect();
        prop_assert_eq!(&known, &expected);
        for (kind, form) in all.keys() {
            let behind = expected.iter().find(|known| known.has_form(*kind, form));
            let found = table.of_form(*kind, form).expect("an answer");
            prop_assert_eq!(found.as_deref(), behind);
        }
        let by_stories = |kinds: &[NameKind], wanted: &dyn Fn(&Known) -> bool| {
            let mut sorted: Vec<Known> = expected.iter().filter(|it| kinds.contains(&it.kind) && wanted(it)).cloned().collect();
            sorted.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.name.cmp(&b.name)).then(a.kind.cmp(&b.kind)));
            sorted
        };
        for kinds in [&NameKind::ALL[..], &NameKind::ALL[..1], &NameKind::ALL[1..2]] {
            let sorted = by_stories(kinds, &|_| true);
            prop_assert_eq!(table.count(kinds).expect("a count"), sorted.len());
            let most: Vec<Known> =
                table.most_frequent(kinds, 3, &|| false).expect("names").iter().map(|it| (**it).clone()).collect();
            prop_assert_eq!(&most, &sorted[..3.min(sorted.len())]);
            for prefix in ["a", "bo", "the", "ann b", "dee"] {
                let begins = |known: &Known| crate::answers::listed::begins(&known.name, Some(prefix));
                let candidates = table.beginning(kinds, prefix).expect("names");
                let best = table.best(candidates, 2, &begins, &|| false).expect("names");
                let best: Vec<Known> = best.iter().map(|it| (**it).clone()).collect();
                let sorted = by_stories(kinds, &begins);
                prop_assert_eq!(&best, &sorted[..2.min(sorted.len())]);
            }
        }
        for key in ["ann", "bo", "ann bo", "jr", "zoe", "bo jr"] {
            let with: Vec<Known> =
                table.with_word(NameKind::Person, key).expect("names").iter().map(|it| (**it).clone()).collect();
            let has = |known: &&Known| {
                known.kind == NameKind::Person
                    && (known.key.strip_suffix(key).is_some_and(|rest| rest.ends_with(' '))
                        || known.key.strip_prefix(key).is_some_and(|rest| rest.starts_with(' ')))
            };
            let expected: Vec<Known> = expected.iter().filter(has).cloned().collect();
            prop_assert_eq!(with, expected);
        }
    }
}

#[test]
fn names_of_removed_stories_are_counted_again() {
    use crate::{
        article::{Article, ArticleId},
        extract::annotate,
        index::{Batch, Budget, Opening, Waiting, Writer},
        view::ArticleView,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let opening = Opening {
        budget: Budget { threads: 1, memory: 15 << 20 },
        rebuild: false,
        waiting: Waiting { patience: std::time::Duration::ZERO, now_ns: 0 },
    };
    let texts = [
        "Zoé Voss sang in Leeds, and Zoé Voss left. “It was loud,” Zoé Voss said.",
        "Zoe Voss sang in Leeds, and Zoe Voss left. “It was loud,” Zoe Voss said.",
        "Zoe Voss met Abel Rowan in the studio. “We sang,” Abel Rowan said.",
        "Ada Karr met Abel Rowan in Paris. “We sang,” Abel Rowan said.",
        "Ada Karr sang in London. “It was loud,” Ada Karr said.",
        "Bela Voss sang in London. “It was loud,” Bela Voss said.",
    ];
    let stories: Vec<Article> = (0..6)
        .map(|number| Article {
            origin: crate::article::Origin { path: format!("{number}.txt"), ..Default::default() },
            text: texts[number].into(),
            ..Article::default()
        })
        .collect();
    let mut writer = Writer::open(folder.path(), opening).expect("a writer");
    writer.start().expect("an engine");
    for part in stories.chunks(3) {
        for story in part {
            let (id, found) = (ArticleId::claimed(story), annotate(story));
            let mut batch = Batch::default();
            batch.add_article(&ArticleView::new(&id, story, &found, 0, 0));
            writer.apply(batch).expect("a batch");
        }
        writer.commit(true).expect("a commit");
    }
    // Every set of stories that may be left.
    let mut left = stories.clone();
    for gone in [1, 5, 2, 3] {
        let id = ArticleId::claimed(&stories[gone]);
        left.retain(|story| ArticleId::claimed(story) != id);
        let mut batch = Batch::default();
        batch.remove_article(&id);
        writer.apply(batch).expect("a batch");
        writer.commit(true).expect("a commit");
        let snapshot = writer.snapshot().expect("a snapshot");
        let has_deletes = snapshot.searcher().segment_readers().iter().any(|segment| segment.has_deletes());
        assert!(has_deletes, "{gone}");
        let fresh = Snapshot::in_memory(&[&left], annotate).expect("an index");
        let [table, fresh] = [&snapshot, &fresh]
            .map(|snapshot| NameTable::new(snapshot, &Corrections::default()).expect("names"));
        let names = |table: &NameTable| table.all(&NameKind::ALL).expect("names");
        assert!(!names(&fresh).is_empty());
        assert_eq!(names(&table), names(&fresh), "{gone}");
        let count = |table: &NameTable| table.count(&NameKind::ALL).expect("a count");
        assert_eq!(count(&table), count(&fresh));
        let most = |table: &NameTable| table.most_frequent(&NameKind::ALL, 2, &|| false).expect("names");
        assert_eq!(most(&table), most(&fresh));
    }
}
