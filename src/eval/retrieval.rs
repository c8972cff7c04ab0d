//! Ranking, against judgements: folders laid out as the BEIR benchmark does, with `queries.jsonl`, `qrels.tsv` and a
//! corpus of JSON Lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Hits that nDCG looks at.
const CUT: usize = 10;

/// Hits that recall looks at, and that are asked for.
pub const DEPTH: usize = 100;

/// A question with its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its id in the judgements.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// For each question the grades, over 0, of the records that answer it.
pub type Judgements = BTreeMap<String, BTreeMap<String, u32>>;

/// For each question the records that were found, best first, each once.
pub type Run = HashMap<String, Vec<String>>;

/// A line that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Error {
    line: usize,
    message: &'static str,
}

/// How good a ranking is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RankingScore {
    /// Questions with judgements.
    pub queries: usize,
    /// Normalised discounted cumulative gain of the first ten hits, 0 to 1.
    pub ndcg_10: f64,
    /// Mean average precision, 0 to 1.
    pub map: f64,
    /// Recall within the first hundred hits, 0 to 1.
    pub recall_100: f64,
    /// nDCG of each question, in the order of their ids.
    #[serde(skip)]
    pub each: Vec<f64>,
}

/// Reads `queries.jsonl`.
///
/// # Errors
/// When a line has no `_id` or no `text`.
pub fn questions(lines: &str) -> Result<Vec<Question>, Error> {
    let mut questions = Vec::new();
    for (line, text) in (1..).zip(lines.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let value: Value =
            serde_json::from_str(text).map_err(|_| Error { line, message: "no JSON object" })?;
        let field = |name: &str| value.get(name).and_then(Value::as_str);
        let (Some(id), Some(text)) = (field("_id"), field("text")) else {
            return Err(Error { line, message: "a query has `_id` and `text`" });
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        questions.push(Question { id: id.to_owned(), text });
    }
    Ok(questions)
}

/// Reads `qrels.tsv`: a line of column names, then query, record and grade.
///
/// # Errors
/// When a line has not three columns, or its grade is no number.
pub fn judgements(lines: &str) -> Result<Judgements, Error> {
    let mut judgements = Judgements::new();
    for (line, text) in (1..).zip(lines.lines()).skip(1) {
        let columns: Vec<&str> = text.split('\t').collect();
        let grade = columns.get(2).and_then(|grade| grade.trim().parse::<i64>().ok());
        let (&[query, record, _], Some(grade)) = (&columns[..], grade) else {
            return Err(Error { line, message: "a judgement has query, record and a whole number" });
        };
        if let Some(grade) = u32::try_from(grade).ok().filter(|&grade| grade > 0) {
            judgements.entry(query.to_owned()).or_default().insert(record.to_owned(), grade);
        }
    }
    Ok(judgements)
}

/// Reads the hits that `search --batch --json` wrote.
pub fn run(lines: &str) -> Run {
    let mut run = Run::new();
    for value in lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if let (Some("article"), Some(query), Some(record)) =
            (value["type"].as_str(), value["query_id"].as_str(), value["record_id"].as_str())
        {
            add(&mut run, query, record);
        }
    }
    run
}

/// Adds the next hit of a question, unless the record was found before.
pub fn add(run: &mut Run, query: &str, record: &str) {
    let hits = run.entry(query.to_owned()).or_default();
    if !hits.iter().any(|hit| hit == record) {
        hits.push(record.to_owned());
    }
}

/// Scores a run.
pub fn score(judgements: &Judgements, run: &Run) -> RankingScore {
    let (mut each, mut precision, mut recall) = (Vec::new(), 0.0, 0.0);
    for (query, grades) in judgements {
        let hits = run.get(query).map(Vec::as_slice).unwrap_or_default();
        each.push(ndcg(grades, hits));
        precision += average_precision(grades, hits);
        let found: BTreeSet<&String> =
            hits.iter().take(DEPTH).filter(|hit| grades.contains_key(*hit)).collect();
        recall += found.len() as f64 / grades.len() as f64;
    }
    let queries = judgements.len();
    let mean = |sum: f64| (sum / queries.max(1) as f64 * 10_000.0).round() / 10_000.0;
    RankingScore {
        queries,
        ndcg_10: mean(each.iter().sum()),
        map: mean(precision),
        recall_100: mean(recall),
        each,
    }
}

fn ndcg(grades: &BTreeMap<String, u32>, hits: &[String]) -> f64 {
    let gain = |(place, grade): (usize, u32)| f64::from(grade) / (place as f64 + 2.0).log2();
    let grade = |hit: &String| grades.get(hit).copied().unwrap_or_default();
    let got: f64 = hits.iter().take(CUT).map(grade).enumerate().map(gain).sum();
    let mut best: Vec<u32> = grades.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let ideal: f64 = best.into_iter().take(CUT).enumerate().map(gain).sum();
    if ideal > 0.0 { got / ideal } else { 0.0 }
}

fn average_precision(grades: &BTreeMap<String, u32>, hits: &[String]) -> f64 {
    let right = hits.iter().enumerate().filter(|(_, hit)| grades.contains_key(*hit));
    let sum: f64 =
        right.enumerate().map(|(before, (place, _))| (before + 1) as f64 / (place + 1) as f64).sum();
    sum / grades.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranking_is_scored_by_hand() {
        let judged = judgements("query-id\tcorpus-id\tscore\nq\ta\t2\nq\tb\t1\nq\tc\t0\nr\tz\t1\n")
            .expect("judgements");
        let mut found = Run::new();
        for record in ["c", "a", "a", "b"] {
            add(&mut found, "q", record);
        }
        let score = score(&judged, &found);
        let ideal = 2.0 + 1.0 / 3f64.log2();
        let got = 2.0 / 3f64.log2() + 0.5;
        assert_eq!(score.queries, 2);
        assert!((score.each[0] - got / ideal).abs() < 1e-12 && score.each[1] == 0.0);
        assert_eq!(score.map, ((0.5 + 2.0 / 3.0) / 2.0 / 2.0 * 1e4f64).round() / 1e4);
        assert_eq!(score.recall_100, 0.5);
    }

    #[test]
    fn hits_and_questions_are_read() {
        let hits = "{\"type\":\"article\",\"query_id\":\"q\",\"record_id\":\"a\"}\n{\"type\":\"query\",\"query_id\":\"q\"}\n";
        assert_eq!(run(hits)["q"], ["a"]);
        let asked = questions("{\"_id\":\"q\",\"text\":\"who\\nsaid\"}\n").expect("a question");
        assert_eq!(asked[0].text, "who said");
        assert!(questions("{\"text\":\"x\"}").is_err());
    }
}
