//! How a query is understood.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    answers::{archive::Archive, articles::ArticleRequest},
    query::{
        Error,
        engine::{explain, statistics::Target},
    },
    record::FORMAT,
};

/// How a query is understood.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Explanation {
    /// Version of the shape.
    pub format: u32,
    /// Always `explanation`.
    pub r#type: &'static str,
    /// The query as it was read, written out.
    pub query: String,
    /// What must match besides its words, in words.
    pub required: String,
    /// How many of the words that count a hit has at least.
    pub least: usize,
    /// How many words count.
    pub counting: usize,
    /// Its words.
    pub words: Vec<ExplainedWord>,
}

/// One word of a query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainedWord {
    /// As typed, folded.
    pub typed: String,
    /// Its forms that the archive holds.
    pub forms: Vec<String>,
    /// Articles its forms stand in, each form's added up.
    pub found: u64,
    /// Its weight.
    pub weight: f32,
    /// Whether it only adds to the score.
    pub is_stop_word: bool,
    /// Whether a hit must hold it.
    pub is_required: bool,
}

impl Archive {
    /// How a query is understood.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn explain(&self, request: &ArticleRequest) -> Result<Explanation, Error> {
        let plan = self.plan(&request.query, Target::Articles)?;
        let words = plan.words.iter().map(|word| ExplainedWord {
            typed: word.typed.clone(),
            forms: word.terms.clone(),
            found: word.found,
            weight: word.idf,
            is_stop_word: word.is_stop_word,
            is_required: word.is_must,
        });
        Ok(Explanation {
            format: FORMAT,
            r#type: "explanation",
            query: request.query.to_string(),
            required: explain::clauses(&plan.required),
            least: plan.least_words(request.any_word),
            counting: plan.counting(),
            words: words.collect(),
        })
    }
}
