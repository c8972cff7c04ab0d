//! What one run did, and what it had to leave out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::Shape;

/// What the file system says of a file. Two equal stamps mean the same bytes, once the file is older than the run
/// that read it by the grain of the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileStamp {
    /// Size in bytes.
    pub len: u64,
    /// Last change of the content, nanoseconds from 1970.
    pub mtime_ns: i64,
    /// Last change of the entry, nanoseconds from 1970.
    pub ctime_ns: i64,
    /// Number of the entry in its file system.
    pub inode: u64,
}

/// An input that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// Name of the root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Number of the record, when only that one was left out.
    pub record: Option<u32>,
    /// A stable code: `unreadable`, `binary`, `bad-record`, …
    pub reason: String,
    /// What happened and what to do.
    pub message: String,
    /// How many inputs of this file were left out for this reason, where only the first of them are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

impl Skipped {
    /// Whether the reason may pass without the file changing.
    pub fn is_passing(&self) -> bool {
        PASSING.contains(&self.reason.as_str())
    }
}

impl Shape for Skipped {
    const TYPE: &'static str = "skipped";
}

/// Inputs of one file that are named for each reason; of more there is a count.
pub const NAMED_SKIPS: u64 = 20;

/// What had to be left out of one file: for each reason the first [`NAMED_SKIPS`] inputs and, where there are more, a
/// line with their number. A file of millions of bad records is told, and kept, in a few lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    lines: Vec<Skipped>,
}

impl LeftOut {
    /// What these lines say, which an earlier [`LeftOut::lines`] gave.
    pub fn of(lines: Vec<Skipped>) -> Self {
        Self { lines }
    }

    /// One line for each input that is named, and one for each reason with more than those.
    pub fn lines(&self) -> &[Skipped] {
        &self.lines
    }

    /// Leaves out one input.
    pub fn add(&mut self, skipped: Skipped) {
        let named = self.count(&skipped.reason);
        if named < NAMED_SKIPS {
            return self.lines.push(skipped);
        }
        let counted = |line: &&mut Skipped| line.reason == skipped.reason && line.count.is_some();
        let count = match self.lines.iter_mut().find(counted) {
            Some(line) => line,
            None => {
                self.lines.push(Skipped { record: None, count: Some(named), ..skipped });
                self.lines.last_mut().expect("it was just put there")
            }
        };
        let number = count.count.map_or(1, |number| number + 1);
        count.count = Some(number);
        count.message = format!("{number} in this file, of which the first {NAMED_SKIPS} are named");
    }

    /// How many inputs were left out for that reason.
    pub fn count(&self, reason: &str) -> u64 {
        let of_reason = || self.lines.iter().filter(|line| line.reason == reason);
        of_reason().find_map(|line| line.count).unwrap_or_else(|| of_reason().count() as u64)
    }

    /// How many inputs were left out.
    pub fn total(&self) -> u64 {
        self.reasons().map(|reason| self.count(reason)).sum()
    }

    /// The reasons, each once, in the order they came up.
    pub fn reasons(&self) -> impl Iterator<Item = &str> {
        let lines = &self.lines;
        (lines.iter().enumerate())
            .filter(|&(at, line)| !lines[..at].iter().any(|before| before.reason == line.reason))
            .map(|(_, line)| line.reason.as_str())
    }

    /// What is left out for reasons that pass by themselves is not to be believed of the file's next reading.
    pub fn without_passing(&self) -> Self {
        let stays = |line: &&Skipped| !line.is_passing();
        Self { lines: self.lines.iter().filter(stays).cloned().collect() }
    }

    /// What is new against an earlier reading of the same file, and how many inputs that are and are not. A count that
    /// grew is new; that a bad record stands elsewhere in its file is not.
    pub fn news(&self, before: &Self) -> News {
        let mut news = News::default();
        for reason in self.reasons() {
            let (now, then) = (self.count(reason), before.count(reason));
            news.known += now.min(then);
            let Some(grown) = now.checked_sub(then).filter(|&grown| grown > 0) else { continue };
            news.new += grown;
            let known = |line: &Skipped| {
                let mut old = before.lines.iter().filter(|old| old.reason == reason && old.count.is_none());
                old.any(|old| old.record == line.record)
            };
            let of_reason = || self.lines.iter().filter(move |line| line.reason == reason);
            let named = of_reason().filter(|line| line.count.is_none() && !known(line));
            news.lines.extend(named.take(usize::try_from(grown).unwrap_or(usize::MAX)).cloned());
            news.lines.extend(of_reason().filter(|line| line.count.is_some()).cloned());
        }
        news
    }
}

/// What a reading left out that the one before did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// What is told of it.
    pub lines: Vec<Skipped>,
    /// Inputs that are left out for the first time, or for a new reason.
    pub new: u64,
    /// Inputs left out as before.
    pub known: u64,
}

/// Where a record that is not the first of its file begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// Name of the file's format.
    pub format: String,
    /// Bytes before it.
    pub offset: u64,
    /// Line ends before it.
    pub lines: u64,
    /// Its number.
    pub record: u32,
}

/// How far a run came in a file that it could not finish. The next run goes on there when the file has not changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// How many records were passed, those that could not be read too.
    pub records: u64,
    /// How many ids they claimed.
    pub claimed: u64,
    /// Where the next one begins, where reading can begin there.
    pub next: Option<Begin>,
    /// How many articles of the file stood in the index when its reading began.
    pub held: u64,
    /// Whether those were read by another program or with other settings: none of them is what it should be until the
    /// reading has passed it.
    pub renews: bool,
}

/// The reason code under which an unfinished file is recorded, so that the next run reads it.
pub const UNFINISHED: &str = "unfinished";

/// What a run would do with an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Planned {
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Number of the record, when only that one is left out.
    pub record: Option<u32>,
    /// What would be done: `read`, `skip`, `remove`; `keep` what seems gone and is kept.
    pub action: &'static str,
    /// Why it would be read: `new`, `changed`, `recent`, `settings`, `program`, `retry`, `verify`, `rebuild`; skipped:
    /// the code of its skip; removed: `gone`, `forgotten`; kept: `unreadable`, `too-many-gone`.
    pub reason: String,
    /// The format it would be read as, by its name and its first bytes.
    pub input: Option<&'static str>,
}

impl Shape for Planned {
    const TYPE: &'static str = "plan";
}

/// A code that the program exits with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExitCode {
    /// The code.
    pub code: u8,
    /// What it means.
    pub meaning: &'static str,
}

impl Shape for ExitCode {
    const TYPE: &'static str = "exit-code";
}

/// A request that a server answered: a line of its access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Visit {
    /// When it came, RFC 3339, UTC.
    pub time: String,
    /// What the proxy that let it in calls whoever asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// What stands behind it; null where queries are not logged. Drafts and forms never are.
    pub query: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// Bytes of the answer's body; null where it is a stream.
    pub bytes: Option<u64>,
    /// Microseconds until the answer was there.
    pub took_us: u64,
}

impl Shape for Visit {
    const TYPE: &'static str = "visit";
}

/// A message on standard error, where these are JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LogLine<'a> {
    /// When, RFC 3339, UTC.
    pub time: String,
    /// `note`, `warning`, `error` or `hint`.
    pub level: &'a str,
    /// What is said.
    pub message: &'a str,
    /// What it counts, by name: of a run, every figure of its report; of skipped inputs, how many for each reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: &'a BTreeMap<String, u64>,
}

/// Reason codes that may pass without the file changing: such inputs are tried again by every run.
pub const PASSING: [&str; 7] =
    ["unreadable", "changing", "vanished", "dangling-link", "folder-link", "link-loop", UNFINISHED];

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Report {
    /// Articles that are new.
    pub added: u64,
    /// Articles whose record was changed.
    pub updated: u64,
    /// Articles that are gone.
    pub removed: u64,
    /// Articles left as they were.
    pub unchanged: u64,
    /// Inputs left out for the first time, or for a new reason.
    pub skipped: u64,
    /// Inputs left out as before.
    pub skipped_known: u64,
    /// Hidden files and folders, and what systems and editors left behind, that were not looked at.
    pub hidden: u64,
    /// Articles that something was mended or guessed in, by what: `mojibake`, `bad-bytes`, `language`, `columns`.
    pub remarks: BTreeMap<String, u64>,
    /// Articles kept out because they were taken down.
    pub taken_down: u64,
    /// Articles in the index now.
    pub articles: u64,
    /// Quotes in the index now.
    pub quotes: u64,
    /// Files found.
    pub files: u64,
    /// Files read.
    pub files_read: u64,
    /// Why they were read: `new`, `changed`, `recent`, `settings`, `program`, `retry`, `verify`.
    pub read_because: BTreeMap<String, u64>,
    /// Files that still wait to be read, when the run stopped early.
    pub left: u64,
    /// Files that seem gone and were kept, because too many are.
    pub withheld: u64,
    /// Articles that seem gone and were kept, because too many are.
    pub withheld_articles: u64,
    /// Articles that wait beside the index in a rebuild which was stopped; the next `--rebuild` goes on with it.
    pub waiting: u64,
    /// Articles that claim an id another one has, in the index now.
    pub shared_ids: u64,
    /// Bytes read from files.
    pub bytes_read: u64,
    /// Wall time.
    pub elapsed_ms: u64,
}

impl Report {
    /// Whether the run changed nothing.
    pub fn is_idle(&self) -> bool {
        self.added + self.updated + self.removed == 0
    }

    /// Its figures by their names.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let report = serde_json::to_value(self).expect("a report is plain data");
        let figures = report.as_object().into_iter().flatten();
        figures.filter_map(|(name, value)| Some((name.clone(), value.as_u64()?))).collect()
    }
}

/// The last line of `index --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// Version of the shape.
    pub format: u32,
    /// Always `summary`.
    pub r#type: &'static str,
    /// How the run ended: `done`, `time-limit`, `interrupted`, `terminated`, `failed`.
    pub outcome: String,
    /// What it did.
    #[serde(flatten)]
    pub report: Report,
}

impl Summary {
    /// The summary of a run that ended in that way.
    pub fn new(outcome: &str, report: &Report) -> Self {
        Self { format: 1, r#type: "summary", outcome: outcome.to_owned(), report: report.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(record: u32, reason: &str) -> Skipped {
        Skipped { record: Some(record), reason: reason.to_owned(), ..Skipped::default() }
    }

    fn left_out(records: std::ops::Range<u32>) -> LeftOut {
        let mut left_out = LeftOut::default();
        records.for_each(|record| left_out.add(skipped(record, "bad-record")));
        left_out
    }

    #[test]
    fn the_first_twenty_are_named_and_all_are_counted() {
        assert_eq!((left_out(0..20).lines().len(), left_out(0..20).total()), (20, 20));
        let many = left_out(5..200_005);
        assert_eq!((many.lines().len(), many.total(), many.count("empty")), (21, 200_000, 0));
        assert_eq!((many.lines()[0].record, many.lines()[20].count), (Some(5), Some(200_000)));
        let mut two = many;
        two.add(skipped(3, "empty"));
        assert_eq!((two.lines().len(), two.total()), (22, 200_001));
        assert_eq!(two.reasons().collect::<Vec<_>>(), ["bad-record", "empty"]);
        assert_eq!(LeftOut::of(two.lines().to_vec()), two);
    }

    #[test]
    fn what_grew_is_new_and_what_moved_is_not() {
        let news = |now: LeftOut, before: LeftOut| {
            let News { lines, new, known } = now.news(&before);
            (lines.len(), new, known)
        };
        assert_eq!(news(left_out(0..3), LeftOut::default()), (3, 3, 0));
        assert_eq!(news(left_out(1..4), left_out(0..3)), (0, 0, 3));
        assert_eq!(news(left_out(0..2), left_out(0..3)), (0, 0, 2));
        assert_eq!(news(left_out(0..4), left_out(0..3)), (1, 1, 3));
        assert_eq!(left_out(0..4).news(&left_out(0..3)).lines[0].record, Some(3));
        // The first twenty moved, and ten came.
        assert_eq!(news(left_out(1..41), left_out(0..30)), (2, 10, 30));
        assert_eq!(news(left_out(0..100), left_out(0..100)), (0, 0, 100));
    }
}
