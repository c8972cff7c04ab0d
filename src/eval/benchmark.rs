//! A benchmark of ranking: a folder with questions and judgements, asked of an archive and scored.

use std::path::Path;

use super::{
    Evaluation, Ranking, bootstrap,
    error::{self, Error},
    retrieval::{self, DEPTH, Judgements, Question, Run},
    sets,
};
use crate::{
    answers::{Archive, ArticleRequest},
    query::{self, Sort},
};

/// Questions with judgements.
#[derive(Clone, Debug)]
pub struct Benchmark {
    /// Its name, the folder's.
    pub name: String,
    /// The questions.
    pub questions: Vec<Question>,
    /// Which records answer them.
    pub judgements: Judgements,
}

impl Benchmark {
    /// Reads `queries.jsonl` and `qrels.tsv` of a folder.
    ///
    /// # Errors
    /// When one cannot be read, or holds something else.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let (queries, qrels) = (folder.join("queries.jsonl"), folder.join("qrels.tsv"));
        let questions = retrieval::questions(&error::text(&queries)?)
            .map_err(|source| Error::NoJudgements { path: queries, source })?;
        let judgements = retrieval::judgements(&error::text(&qrels)?)
            .map_err(|source| Error::NoJudgements { path: qrels, source })?;
        Ok(Self { name: sets::name(folder), questions, judgements })
    }

    /// Asks an archive every question as plain words.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn ask(&self, archive: &Archive) -> Result<Run, query::Error> {
        let mut run = Run::new();
        for question in &self.questions {
            let request = ArticleRequest {
                query: query::plain(&question.text),
                any_word: true,
                limit: DEPTH,
                offset: 0,
                sort: Sort::Relevance,
                group_copies: false,
            };
            for hit in archive.heads(&request)?.hits {
                if let Some(record) = &hit.article.record_id {
                    retrieval::add(&mut run, &question.id, record);
                }
            }
        }
        Ok(run)
    }

    /// Scores hits, and compares them with others.
    pub fn score(&self, run: &Run, baseline: Option<&Run>) -> Evaluation {
        let score = retrieval::score(&self.judgements, run);
        let before = baseline.map(|baseline| retrieval::score(&self.judgements, baseline));
        let ndcg_10_difference = before.and_then(|before| bootstrap::paired(&before.each, &score.each));
        Evaluation::of_retrieval(&self.name, Ranking { score, ndcg_10_difference })
    }
}

/// Reads hits that `search --batch --json` wrote to a file.
///
/// # Errors
/// When it cannot be read.
pub fn hits(file: &Path) -> Result<Run, Error> {
    Ok(retrieval::run(&error::text(file)?))
}
