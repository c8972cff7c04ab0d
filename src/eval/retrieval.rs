//! Ranking: nDCG@10, MAP and R@100 over questions with judged articles.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::Deserialize;

use super::Figures;

/// Depth at which recall is measured, and of a run.
const DEPTH: usize = 100;

/// Rounds of the bootstrap.
const ROUNDS: u64 = 1000;

/// Questions with their judged articles.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Id and words of each question that has a relevant article, in the order of the file.
    pub questions: Vec<(String, String)>,
    /// By question: articles and their grades, all above 0.
    relevant: BTreeMap<String, BTreeMap<String, f64>>,
}

#[derive(Deserialize)]
struct Question {
    _id: String,
    text: String,
}

/// Reads `queries.jsonl` and `qrels.tsv` of a folder.
///
/// # Errors
/// When a file cannot be read or is not of that layout.
pub fn judged(dir: &Path) -> io::Result<Judged> {
    let mut judged = Judged::default();
    for line in fs::read_to_string(dir.join("qrels.tsv"))?.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        if let [question, article, grade] = cells.as_slice()
            && let Some(grade) = grade.trim().parse().ok().filter(|grade| *grade > 0.0)
        {
            judged.relevant.entry((*question).to_owned()).or_default().insert((*article).to_owned(), grade);
        }
    }
    for line in fs::read_to_string(dir.join("queries.jsonl"))?.lines() {
        let question: Question = serde_json::from_str(line)?;
        if judged.relevant.contains_key(&question._id) {
            let words: Vec<&str> = question.text.split_whitespace().collect();
            judged.questions.push((question._id, words.join(" ")));
        }
    }
    Ok(judged)
}

impl Judged {
    /// Scores a run: for each question the ids of the articles found, best first.
    pub fn score(&self, name: &str, run: &BTreeMap<String, Vec<String>>, figures: &mut Figures) {
        let empty = Vec::new();
        let mut gains = Vec::new();
        let (mut precision, mut recall) = (0.0, 0.0);
        for (question, relevant) in &self.relevant {
            let hits = run.get(question).unwrap_or(&empty);
            gains.push(ndcg(relevant, hits));
            let (mut seen, mut sum) = (0.0, 0.0);
            for (rank, hit) in (1..).zip(hits) {
                if relevant.contains_key(hit) {
                    seen += 1.0;
                    sum += seen / f64::from(rank);
                }
            }
            precision += sum / relevant.len() as f64;
            recall += hits.iter().take(DEPTH).filter(|hit| relevant.contains_key(*hit)).count() as f64
                / relevant.len() as f64;
        }
        let count = gains.len().max(1) as f64;
        figures.insert(format!("{name}.ndcg10"), gains.iter().sum::<f64>() / count);
        let (low, high) = bootstrap(&gains);
        figures.insert(format!("{name}.ndcg10.low95"), low);
        figures.insert(format!("{name}.ndcg10.high95"), high);
        figures.insert(format!("{name}.map"), precision / count);
        figures.insert(format!("{name}.recall100"), recall / count);
    }
}

fn ndcg(relevant: &BTreeMap<String, f64>, hits: &[String]) -> f64 {
    let discount = |rank: usize| (rank as f64 + 2.0).log2();
    let gain: f64 = hits
        .iter()
        .take(10)
        .enumerate()
        .map(|(rank, hit)| relevant.get(hit).unwrap_or(&0.0) / discount(rank))
        .sum();
    let mut grades: Vec<f64> = relevant.values().copied().collect();
    grades.sort_by(|a, b| b.total_cmp(a));
    let best: f64 = grades.iter().take(10).enumerate().map(|(rank, grade)| grade / discount(rank)).sum();
    gain / best
}

/// The 95 % interval of a mean, by resampling the questions; the draws are always the same.
fn bootstrap(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut draw = || {
        // xorshift64 (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        values[(state % values.len() as u64) as usize]
    };
    let mut means: Vec<f64> =
        (0..ROUNDS).map(|_| (0..values.len()).map(|_| draw()).sum::<f64>() / values.len() as f64).collect();
    means.sort_by(f64::total_cmp);
    (means[ROUNDS as usize / 40], means[ROUNDS as usize - 1 - ROUNDS as usize / 40])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_run_scores_one() {
        let relevant = BTreeMap::from([("a".to_owned(), 1.0), ("b".to_owned(), 1.0)]);
        assert!((ndcg(&relevant, &["b".to_owned(), "a".to_owned()]) - 1.0).abs() < 1e-9);
        assert!(ndcg(&relevant, &["x".to_owned(), "a".to_owned()]) < 0.5);
        let (low, high) = bootstrap(&[0.0, 1.0, 1.0, 1.0]);
        assert!(low < 0.75 && high > 0.75);
    }
}
