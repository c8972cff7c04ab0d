//! IPTC Media Topics of an article.
//!
//! Every topic with a cue in the article, and every one that the word model knows, is a candidate; a logistic model
//! over a few dozen features that all topics share turns its evidence into the chance that an editor would give it.

use std::sync::LazyLock;

use super::{
    evidence::{Evidence, Gathered, dot, ln_1p},
    words::WordModel,
};
use crate::{
    annotation::{Topic, TopicKind},
    taxonomy::{self, Subject},
};

static MODEL: LazyLock<SubjectModel> =
    LazyLock::new(|| SubjectModel::read(include_str!("../../../data/model/topics-subjects.tsv")));

/// Most topics given to an article; editors give 1 to 5.
const MOST: usize = 5;

/// What the publisher's own section or tag adds to the log odds of the topic it stands for: it takes an even chance to
/// 95 %. Training stories have no sections, so this is set, not learned.
const PUBLISHER_LOG_ODDS: f32 = 3.0;

/// Word-model scores are cut here, in log odds, where the model knows no difference any more.
const SCORE_CUT: f32 = 6.0;

/// Names of the features, as they stand in `data/model/topics-subjects.tsv`.
pub const FEATURES: [&str; 26] = [
    "bias",
    "strong-title",
    "strong-lead",
    "strong-body",
    "plain-title",
    "plain-lead",
    "plain-body",
    "weak-title",
    "weak-text",
    "strong-distinct",
    "plain-distinct",
    "weight",
    "density",
    "share",
    "rank",
    "no-cue",
    "branch-share",
    "better-below",
    "better-above",
    "known",
    "word-score",
    "word-score-positive",
    "branch-score",
    "word-rank",
    "word-best",
    "depth",
];

/// The features of one candidate.
pub type Features = [f32; FEATURES.len()];

/// A topic that may be given.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// [`Subject::index`].
    pub subject: u16,
    /// Its evidence, see [`FEATURES`].
    pub features: Features,
}

/// The candidates of an article, in the order of the tree.
pub fn candidates(gathered: &Gathered, words: &WordModel) -> Vec<Candidate> {
    let tree = taxonomy::all();
    let mut own = vec![f32::NAN; tree.len()];
    let mut wide = vec![0.0f32; tree.len()];
    for (target, &score) in words.targets.iter().zip(&gathered.scores) {
        let score = score.clamp(-SCORE_CUT, SCORE_CUT);
        if target.wide {
            wide[target.subject as usize] = score;
        } else {
            own[target.subject as usize] = score;
        }
    }
    let setting = Setting::new(gathered, &own, &wide);
    let mut found: Vec<Candidate> = Vec::with_capacity(gathered.subjects.len() + 8);
    let mut cued = gathered.subjects.iter().peekable();
    for (subject, &score) in (0..tree.len() as u16).zip(&own) {
        let evidence = cued.next_if(|evidence| evidence.subject == subject);
        if evidence.is_some() || score > -2.5 {
            let none = Evidence { subject, ..Evidence::default() };
            let features = setting.features(evidence.unwrap_or(&none));
            found.push(Candidate { subject, features });
        }
    }
    found
}

/// What the evidence of one topic is compared with.
struct Setting<'a> {
    gathered: &'a Gathered,
    own: &'a [f32],
    wide: &'a [f32],
    /// Evidence weight of every topic.
    by_subject: Vec<f32>,
    most: f32,
    /// Sum of the weights of each branch, by its root's index.
    branches: Vec<(u16, f32)>,
    sum: f32,
    best_score: f32,
    weights: Vec<f32>,
    /// The scores that are known.
    scores: Vec<f32>,
}

impl<'a> Setting<'a> {
    fn new(gathered: &'a Gathered, own: &'a [f32], wide: &'a [f32]) -> Self {
        let weights: Vec<f32> = gathered.subjects.iter().map(|evidence| evidence.weight).collect();
        let mut branches: Vec<(u16, f32)> = Vec::new();
        for evidence in &gathered.subjects {
            let root = root(evidence.subject);
            match branches.last_mut().filter(|(last, _)| *last == root) {
                Some((_, sum)) => *sum += evidence.weight,
                None => branches.push((root, evidence.weight)),
            }
        }
        let mut by_subject = vec![0.0f32; taxonomy::all().len()];
        for evidence in &gathered.subjects {
            by_subject[evidence.subject as usize] = evidence.weight;
        }
        let most = weights.iter().copied().fold(0.0, f32::max).max(1.0);
        let sum = weights.iter().sum::<f32>().max(1.0);
        let scores: Vec<f32> = own.iter().copied().filter(|score| !score.is_nan()).collect();
        let best_score = scores.iter().copied().fold(-SCORE_CUT, f32::max);
        Self { gathered, own, wide, by_subject, most, branches, sum, best_score, weights, scores }
    }

    fn features(&self, evidence: &Evidence) -> Features {
        let subject = &taxonomy::all()[evidence.subject as usize];
        let ln = ln_1p;
        let is = |yes: bool| if yes { 1.0 } else { 0.0 };
        let [strong, plain, weak] = evidence.mentions;
        let none = evidence.weight == 0.0;
        let behind = larger(&self.weights, evidence.weight);
        let branch = root(evidence.subject);
        let branch_sum = self.branches.iter().find(|(root, _)| *root == branch).map_or(0.0, |(_, sum)| *sum);
        let score = self.own[subject.index()];
        let known = !score.is_nan();
        let score_or = if known { score } else { 0.0 };
        let ahead = if known { larger(&self.scores, score) } else { 0 };
        [
            1.0,
            is(strong[0] > 0),
            ln(strong[1]),
            ln(strong[2]),
            is(plain[0] > 0),
            ln(plain[1]),
            ln(plain[2]),
            is(weak[0] > 0),
            ln(weak[1] + weak[2]),
            ln(evidence.distinct[0]),
            ln(evidence.distinct[1]),
            if none { 0.0 } else { evidence.weight.ln_1p() },
            if none { 0.0 } else { (100.0 * evidence.weight / (self.gathered.length as f32 + 50.0)).ln_1p() },
            evidence.weight / self.most,
            1.0 / (1.0 + behind as f32),
            is(none),
            branch_sum / self.sum,
            is(self.best_of(subject.descendants()) > evidence.weight),
            is(subject.ancestors().any(|above| self.by_subject[above.index()] > evidence.weight)),
            is(known),
            score_or,
            score_or.max(0.0),
            self.wide[branch as usize],
            if known { 1.0 / (1.0 + ahead as f32) } else { 0.0 },
            if known { (score - self.best_score).max(-SCORE_CUT) } else { -SCORE_CUT },
            subject.depth as f32,
        ]
    }

    fn best_of(&self, subjects: &[Subject]) -> f32 {
        let Some(first) = subjects.first() else { return 0.0 };
        self.by_subject[first.index()..][..subjects.len()].iter().copied().fold(0.0, f32::max)
    }
}

fn root(subject: u16) -> u16 {
    taxonomy::all()[subject as usize].root().index() as u16
}

/// How many of the values are larger.
fn larger(values: &[f32], value: f32) -> u32 {
    values.iter().map(|other| u32::from(*other > value)).sum()
}

/// The logistic model over the candidates.
#[derive(Clone, Debug)]
pub struct SubjectModel {
    /// Weight of each feature.
    pub weights: Features,
    /// What is added for single topics, by index.
    pub biases: Vec<f32>,
    /// Least chance at which a topic is given.
    pub threshold: f32,
}

impl SubjectModel {
    /// The shipped model.
    pub fn get() -> &'static Self {
        &MODEL
    }

    /// A model that knows nothing.
    pub fn empty() -> Self {
        Self { weights: [0.0; FEATURES.len()], biases: vec![0.0; taxonomy::all().len()], threshold: 0.5 }
    }

    /// Reads lines of a feature's name or a code, a tab, and its weight; and `threshold`.
    pub fn read(file: &str) -> Self {
        let mut model = Self::empty();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, value)) = line.split_once('\t') else { continue };
            let value = value.parse().unwrap_or(0.0);
            if name == "threshold" {
                model.threshold = value;
            } else if let Some(at) = FEATURES.iter().position(|feature| *feature == name) {
                model.weights[at] = value;
            } else if let Some(subject) = taxonomy::by_code(name) {
                model.biases[subject.index()] = value;
            }
        }
        model
    }

    /// The log odds of a candidate.
    pub fn log_odds(&self, candidate: &Candidate) -> f32 {
        dot(&candidate.features, &self.weights) + self.biases[candidate.subject as usize]
    }

    /// The topics to give, with their chances, best first.
    pub fn choose(&self, candidates: &[Candidate], publisher: &[&Subject]) -> Vec<(u16, f32)> {
        let least = (self.threshold / (1.0 - self.threshold)).ln();
        let mut chosen: Vec<(u16, f32)> = Vec::new();
        for candidate in candidates {
            let own = publisher.iter().any(|subject| subject.index() == candidate.subject as usize);
            let log_odds = self.log_odds(candidate) + if own { PUBLISHER_LOG_ODDS } else { 0.0 };
            if log_odds >= least {
                chosen.push((candidate.subject, chance(log_odds)));
            }
        }
        for subject in publisher {
            let index = subject.index() as u16;
            if !candidates.iter().any(|candidate| candidate.subject == index) {
                chosen.push((index, self.threshold.max(0.5)));
            }
        }
        chosen.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        chosen.truncate(MOST);
        chosen
    }
}

/// The chance behind log odds.
pub fn chance(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The topics of an article with their chances, best first.
pub fn find(gathered: &Gathered, publisher: &[&Subject]) -> Vec<(u16, f32)> {
    SubjectModel::get().choose(&candidates(gathered, WordModel::get()), publisher)
}

/// A topic as it is shown.
pub fn topic(subject: u16, chance: f32) -> Topic {
    let subject = &taxonomy::all()[subject as usize];
    Topic {
        label: subject.label.to_owned(),
        code: Some(subject.qualified()),
        kind: TopicKind::Iptc,
        score: rounded(chance),
    }
}

/// Scores are given to a thousandth.
pub fn rounded(score: f32) -> f32 {
    (score * 1000.0).round() / 1000.0
}
