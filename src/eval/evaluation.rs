//! What `eval` prints: a line for each set, or for each story of one.

use schemars::JsonSchema;
use serde::Serialize;

use super::{ExtractionScore, bootstrap::Difference, retrieval::RankingScore};
use crate::record::FORMAT;

/// The score of one set, or of one of its stories.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Evaluation {
    /// Version of the shape.
    pub format: u32,
    /// Always `evaluation`.
    pub r#type: &'static str,
    /// `extraction` or `retrieval`.
    pub task: &'static str,
    /// Name of the set.
    pub set: String,
    /// The story, where one is scored by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What makes the story hard, null when that is not known; only where one is scored by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traps: Option<Option<String>>,
    /// The figures of names, quotes and topics; only where the task is `extraction`.
    #[serde(flatten)]
    pub extraction: Option<ExtractionScore>,
    /// The figures of a ranking; only where the task is `retrieval`.
    #[serde(flatten)]
    pub retrieval: Option<Ranking>,
}

/// The figures of a ranking.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Ranking {
    /// The figures.
    #[serde(flatten)]
    pub score: RankingScore,
    /// nDCG@10 against that of other hits, where these were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ndcg_10_difference: Option<Difference>,
}

impl Evaluation {
    /// How well names, quotes and topics of a set were found.
    pub fn of_extraction(set: &str, score: ExtractionScore) -> Self {
        Self { extraction: Some(score), ..Self::empty("extraction", set) }
    }

    /// How well a set was ranked.
    pub fn of_retrieval(set: &str, ranking: Ranking) -> Self {
        Self { retrieval: Some(ranking), ..Self::empty("retrieval", set) }
    }

    fn empty(task: &'static str, set: &str) -> Self {
        Self {
            format: FORMAT,
            r#type: "evaluation",
            task,
            set: set.to_owned(),
            id: None,
            traps: None,
            extraction: None,
            retrieval: None,
        }
    }
}
