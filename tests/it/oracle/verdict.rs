//! What the answer to a query must be, and what is wrong with the one that was given.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    ask::{Ask, Target},
    judge::{Document, Judge},
    words,
    world::text,
};

/// Candidates that get a closer look, which adds to their score.
const CLOSELY: usize = 40;

/// How results are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Relevance,
    Newest,
    Oldest,
}

/// How a query is asked.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub target: Target,
    pub sort: Sort,
    pub limit: usize,
    /// Quotes of every kind, not only those in marks.
    pub every_kind: bool,
}

impl Manner {
    /// The command, and its arguments.
    pub fn arguments(&self) -> (&'static str, Vec<String>) {
        let mut arguments =
            vec![format!("--sort={:?}", self.sort).to_lowercase(), format!("--limit={}", self.limit)];
        match (self.target, self.sort) {
            (Target::Stories, Sort::Relevance) => arguments.push("--fields=id,score".to_owned()),
            (Target::Stories, _) => arguments.push("--fields=id".to_owned()),
            (Target::Quotes, _) if self.every_kind => arguments.push("--kind=all".to_owned()),
            (Target::Quotes, _) => (),
        }
        (if self.target == Target::Stories { "search" } else { "quotes" }, arguments)
    }
}

/// A bare word of a query.
struct Bare<'a> {
    typed: Vec<String>,
    word: &'a str,
    is_must: bool,
    is_stop_word: bool,
    times: usize,
}

/// A query with its bare words set apart: they are preferred, and not all required.
pub struct Reading<'a> {
    words: Vec<Bare<'a>>,
    rest: Vec<&'a Ask>,
    is_any: bool,
    /// Whether words were set aside, and whether none was left to look for.
    has_unknown: bool,
    is_nothing: bool,
}

impl<'a> Reading<'a> {
    pub fn of(ask: &'a Ask) -> Self {
        let is_any = matches!(ask, Ask::Any(parts) if parts.iter().all(|part| matches!(part, Ask::Word(_))));
        let (parts, all_must) = match ask {
            Ask::All(parts) => (&parts[..], false),
            Ask::And(parts) => (&parts[..], true),
            Ask::Any(parts) if is_any => (&parts[..], false),
            other => (std::slice::from_ref(other), false),
        };
        let mut reading =
            Self { words: Vec::new(), rest: Vec::new(), is_any, has_unknown: false, is_nothing: false };
        for part in parts {
            let (word, is_must) = match part {
                Ask::Word(word) => (word, all_must),
                Ask::Must(inner) if matches!(**inner, Ask::Word(_)) => match &**inner {
                    Ask::Word(word) => (word, true),
                    _ => unreachable!("matched above"),
                },
                other => {
                    reading.rest.push(other);
                    continue;
                }
            };
            let mut typed = words::words(word);
            if typed.len() > 1 && typed.last().is_some_and(|last| last == "s") {
                typed.pop();
            }
            match reading.words.iter_mut().find(|bare| bare.typed == typed) {
                Some(bare) => {
                    bare.times += 1;
                    bare.is_must |= is_must;
                }
                None => {
                    let is_stop_word = typed.len() == 1 && words::is_stop_word(&typed[0]);
                    reading.words.push(Bare { typed, word, is_must, is_stop_word, times: 1 });
                }
            }
        }
        let others = reading.rest.iter().any(|part| part.asks_for_words());
        let only_stops = reading.words.iter().all(|bare| bare.is_stop_word) && !others;
        for bare in &mut reading.words {
            bare.is_stop_word &= !bare.is_must && !only_stops && !is_any;
        }
        reading
    }

    /// Whether a bare word stands in some document.
    fn is_held(bare: &Bare<'_>, judge: &Judge<'_>, target: Target) -> bool {
        let field = super::ask::Field::of(target);
        match judge.typed(field, bare.word) {
            Ok(words) => judge.found(field, &words) > 0,
            Err(_) => {
                judge.all(target).into_iter().any(|it| judge.bare(bare.word, false, 1, target, it).is_some())
            }
        }
    }

    /// Sets words aside that no document holds: they are not counted, and nothing has all words.
    pub fn known(mut self, judge: &Judge<'_>, target: Target) -> Self {
        let before = self.words.len();
        self.words.retain(|bare| bare.is_must || bare.is_stop_word || Self::is_held(bare, judge, target));
        self.has_unknown = self.words.len() < before && !self.is_any;
        let is_left = |bare: &Bare<'_>| bare.is_must || !bare.is_stop_word;
        self.is_nothing =
            self.words.len() < before && self.rest.is_empty() && !self.words.iter().any(is_left);
        self
    }

    /// What a document is to the query, if it is anything.
    pub fn judge<'w>(&self, judge: &Judge<'w>, target: Target, document: Document<'w>) -> Option<Verdict> {
        let mut score = judge.together(&self.rest, target, document)?;
        let (mut counting, mut matched, mut musts) = (0_usize, 0, 0);
        for bare in &self.words {
            let found = judge.bare(bare.word, bare.is_stop_word, bare.times, target, document);
            if bare.is_must && found.is_none() {
                return None;
            }
            musts += usize::from(bare.is_must);
            if !bare.is_must && !bare.is_stop_word {
                counting += 1;
                matched += usize::from(found.is_some());
            }
            score += found.unwrap_or(0.0);
        }
        // 60 %, of one or two all.
        let (least, strict) = match counting {
            0 => (0, 0),
            _ if self.is_any => (1, 1),
            1 | 2 => (counting, counting),
            _ => ((counting * 3).div_ceil(5), counting),
        };
        let is_partial = matched < least;
        if self.is_nothing || is_partial && matched + musts == 0 {
            return None;
        }
        Some(Verdict { score, is_strict: matched >= strict && !self.has_unknown, is_partial })
    }
}

/// What a document is to a query.
pub struct Verdict {
    /// Its score without the closer look.
    pub score: f64,
    /// Whether it is a hit under the strict reading.
    pub is_strict: bool,
    /// Whether it holds too few of the words, and stands behind all that hold enough.
    pub is_partial: bool,
}

/// A hit that is expected.
struct Hit<'w> {
    document: Document<'w>,
    score: f64,
}

/// What is wrong with the lines of one query's answer.
pub fn fault(judge: &Judge<'_>, ask: &Ask, manner: Manner, lines: &[&Value]) -> Option<String> {
    let reading = Reading::of(ask).known(judge, manner.target);
    let (mut hits, mut parts, mut strict) = (Vec::new(), Vec::new(), 0);
    for document in judge.all(manner.target) {
        if document.quote.is_some_and(|quote| quote.kind == "indirect" && !manner.every_kind) {
            continue;
        }
        if let Some(verdict) = reading.judge(judge, manner.target, document) {
            strict += u64::from(verdict.is_strict);
            let all = if verdict.is_partial { &mut parts } else { &mut hits };
            all.push(Hit { document, score: verdict.score });
        }
    }
    let Some(told) = lines.iter().find(|line| line["type"] == "query") else {
        return Some("no answer".to_owned());
    };
    let counts = (told["hits"].as_u64(), told["hits_ranked"].as_u64());
    let whole = hits.len() as u64;
    let got: Vec<&Value> = lines.iter().filter(|line| line["type"] != "query").copied().collect();
    let begin = got.iter().position(|line| line["partial"] == true).unwrap_or(got.len());
    if let Some(line) = got[begin..].iter().find(|line| line["partial"] != true) {
        return Some(format!("{line} stands behind what matches only in part"));
    }
    let has_look = reading.words.iter().any(|bare| !bare.is_stop_word);
    let room = manner.limit - hits.len().min(manner.limit);
    let in_full = (&mut hits, &got[..begin], manner.limit);
    let in_part = (&mut parts, &got[begin..], room);
    let fault = [in_full, in_part]
        .into_iter()
        .find_map(|(hits, got, limit)| misgiven(hits, got, limit, manner.sort, has_look));
    fault.or_else(|| {
        let are_right = counts == (Some(strict), Some(whole));
        (!are_right).then(|| format!("hits {counts:?}, expected {strict} and {whole}"))
    })
}

/// What is wrong with the hits that were given of those that are expected.
fn misgiven(
    hits: &mut [Hit<'_>],
    got: &[&Value],
    limit: usize,
    sort: Sort,
    has_look: bool,
) -> Option<String> {
    let by_id: BTreeMap<String, usize> = (0..).zip(&*hits).map(|(at, hit)| (hit.document.id(), at)).collect();
    if let Some(wrong) = got.iter().find(|line| !by_id.contains_key(text(&line["id"]))) {
        return Some(format!("{wrong} is no hit; expected {:?}", by_id.keys().take(20).collect::<Vec<_>>()));
    }
    let got: Vec<(usize, f64)> = got
        .iter()
        .map(|line| (by_id[text(&line["id"])], line["score"].as_f64().unwrap_or_default()))
        .collect();
    if got.len() != hits.len().min(limit) {
        let is_missing = |(_, at): &(&String, &usize)| got.iter().all(|(got, _)| got != *at);
        let missing: Vec<_> = by_id.iter().filter(is_missing).map(|(id, _)| id).take(20).collect();
        return Some(format!("{} hits shown of {}; missing {missing:?}", got.len(), hits.len()));
    }
    match sort {
        Sort::Relevance => misranked(hits, &got, has_look),
        sort => misordered(hits, &got, sort),
    }
}

/// What is wrong with an order by date: equal ones by id, undated ones last.
fn misordered(hits: &mut [Hit<'_>], got: &[(usize, f64)], sort: Sort) -> Option<String> {
    let got: Vec<String> = got.iter().map(|&(at, _)| hits[at].document.id()).collect();
    hits.sort_by(|a, b| {
        let seconds = |hit: &Hit<'_>| hit.document.story.seconds();
        let (first, second) = (seconds(a), seconds(b));
        let by_date = match sort {
            Sort::Oldest => first.is_none().cmp(&second.is_none()).then(first.cmp(&second)),
            _ => second.cmp(&first),
        };
        by_date.then_with(|| a.document.tie().cmp(&b.document.tie()))
    });
    let expected: Vec<String> = hits.iter().take(got.len()).map(|hit| hit.document.id()).collect();
    (got != expected).then(|| format!("order {got:?}, expected {expected:?}"))
}

fn is_about(a: f64, b: f64) -> bool {
    (a - b).abs() <= 2e-4 * (1.0 + b.abs())
}

/// What is wrong with a ranking, given the scores before the closer look. That look adds to the best forty, and what
/// it adds is not looked at here: it must only take nothing away, and choose those that are the best without it.
fn misranked(hits: &[Hit<'_>], got: &[(usize, f64)], has_look: bool) -> Option<String> {
    let close = if has_look { CLOSELY } else { 0 };
    let shown = |at: usize| format!("{} ({:.5})", hits[at].document.id(), hits[at].score);
    for (rank, &(at, score)) in got.iter().enumerate() {
        let base = hits[at].score;
        let is_right =
            if rank < close { score >= base || is_about(score, base) } else { is_about(score, base) };
        if !is_right {
            return Some(format!("{} scores {score}", shown(at)));
        }
    }
    for pair in got.windows(2) {
        let (a, b) = (&hits[pair[0].0], &hits[pair[1].0]);
        if pair[0].1 < pair[1].1 || pair[0].1 == pair[1].1 && a.document.tie() > b.document.tie() {
            return Some(format!("{} stands before {}", shown(pair[0].0), shown(pair[1].0)));
        }
    }
    let order = |a: &usize, b: &usize| {
        let (a, b) = (&hits[*a], &hits[*b]);
        b.score.total_cmp(&a.score).then_with(|| a.document.tie().cmp(&b.document.tie()))
    };
    // Where fewer are wanted than are looked at closely, each of them is one of these.
    if got.len() < close {
        let is_better = |at: usize, than: usize| {
            order(&at, &than).is_lt()
                && (hits[at].score == hits[than].score || !is_about(hits[at].score, hits[than].score))
        };
        let is_too_far = |at: usize| (0..hits.len()).filter(|&other| is_better(other, at)).count() >= close;
        let wrong = got.iter().find(|(at, _)| is_too_far(*at));
        return wrong.map(|(at, _)| format!("{} is not among those that are looked at", shown(*at)));
    }
    // None that was left behind is better than any of those before it.
    let mut left: Vec<usize> = (0..hits.len()).collect();
    for (end, chosen) in [(close.min(got.len()), close > 0), (got.len(), true)] {
        let before: Vec<usize> = got[..end].iter().map(|(at, _)| *at).collect();
        left.retain(|at| !before.contains(at));
        let after = got[..end].iter().map(|(at, _)| *at).max_by(order);
        let Some((worst, best)) = after.zip(left.iter().copied().min_by(order)).filter(|_| chosen) else {
            continue;
        };
        let is_equal = hits[worst].score == hits[best].score;
        if order(&worst, &best).is_gt() && (is_equal || !is_about(hits[worst].score, hits[best].score)) {
            return Some(format!("{} is left behind {}", shown(best), shown(worst)));
        }
    }
    None
}
