//! IPTC Media Topics of an article.
//!
//! Every topic with a cue in the article, and every one that the word model knows, is a candidate; a logistic model
//! over a few dozen features that all topics share turns its evidence into the chance that an editor would give it.

use std::sync::LazyLock;

use super::{
    evidence::{Evidence, Gathered, dot, ln_1p},
    words::{Target, WordModel},
};
use crate::{
    annotation::{Topic, TopicKind},
    taxonomy::{self, Subject},
};

/// Where every subject stands in the tree, by its index.
static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let place = |subject: &Subject| Place {
        root: subject.root().index() as u16,
        end: (subject.index() + 1 + subject.descendants().len()) as u16,
        depth: subject.depth as u16,
    };
    taxonomy::all().iter().map(place).collect()
});

/// Where a subject stands in the tree: what the features ask of it, close together.
#[derive(Clone, Copy)]
struct Place {
    /// [`Subject::index`] of the one at the top above it.
    root: u16,
    /// One past the last subject below it.
    end: u16,
    depth: u16,
}

static MODEL: LazyLock<SubjectModel> =
    LazyLock::new(|| SubjectModel::read(include_str!("../../../data/model/topics-subjects.tsv")));

/// Most topics given to an article; editors give 1 to 5.
const MOST: usize = 5;

/// What the publisher's own section or tag adds to the log odds of the topic it stands for: it takes an even chance to
/// 95 %. Training stories have no sections, so this is set, not learned.
const PUBLISHER_LOG_ODDS: f32 = 3.0;

/// Word-model scores are cut here, in log odds, where the model knows no difference any more.
const SCORE_CUT: f32 = 6.0;

/// Word-model score, in log odds, above which a topic without any cue is a candidate.
const LEAST_SCORE: f32 = -1.0;

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
    let setting = Setting::new(gathered, words);
    let likely = words.targets.iter().zip(&gathered.scores);
    let likely = likely.filter(|(target, score)| !target.wide && **score > LEAST_SCORE);
    let cued = gathered.subjects.iter().map(|evidence| evidence.subject);
    let mut subjects: Vec<u16> = cued.chain(likely.map(|(target, _)| target.subject)).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut cued = gathered.subjects.as_slice();
    // Of the topics with a cue above: where each one's branch ends, and the largest weight down to it.
    let mut above: Vec<(u16, f32)> = Vec::new();
    let mut found = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let is_cued = cued.first().is_some_and(|evidence| evidence.subject == subject);
        let (here, after) = cued.split_at(usize::from(is_cued));
        let Place { end, .. } = setting.places[usize::from(subject)];
        while above.last().is_some_and(|(end, _)| *end <= subject) {
            above.pop();
        }
        let best_above = above.last().map_or(0.0, |(_, weight)| *weight);
        let below = after.iter().take_while(|evidence| evidence.subject < end);
        let best_below = below.map(|evidence| evidence.weight).fold(0.0, f32::max);
        let features = setting.features(subject, here.first(), best_above, best_below);
        found.push(Candidate { subject, features });
        if let [evidence] = here {
            above.push((end, evidence.weight.max(best_above)));
        }
        cued = after;
    }
    found
}

/// What the evidence of one topic is compared with.
struct Setting<'a> {
    gathered: &'a Gathered,
    words: &'a WordModel,
    most: f32,
    /// Sum of the weights of each branch, by its root's index.
    branches: Vec<(u16, f32)>,
    sum: f32,
    best_score: f32,
    places: &'a [Place],
    weights: Vec<f32>,
    /// The scores of topics by themselves.
    scores: Vec<f32>,
}

impl<'a> Setting<'a> {
    fn new(gathered: &'a Gathered, words: &'a WordModel) -> Self {
        let weights: Vec<f32> = gathered.subjects.iter().map(|evidence| evidence.weight).collect();
        let mut branches: Vec<(u16, f32)> = Vec::new();
        let places = PLACES.as_slice();
        for evidence in &gathered.subjects {
            let Place { root, .. } = places[usize::from(evidence.subject)];
            match branches.last_mut().filter(|(last, _)| *last == root) {
                Some((_, sum)) => *sum += evidence.weight,
                None => branches.push((root, evidence.weight)),
            }
        }
        let most = weights.iter().copied().fold(0.0, f32::max).max(1.0);
        let sum = weights.iter().sum::<f32>().max(1.0);
        let own = words.targets.iter().zip(&gathered.scores).filter(|(target, _)| !target.wide);
        let scores: Vec<f32> = own.map(|(_, &score)| cut(score)).collect();
        let best_score = scores.iter().copied().fold(-SCORE_CUT, f32::max);
        Self { gathered, words, most, branches, sum, best_score, places, weights, scores }
    }

    /// The score of a topic, or of its branch; `None` when the word model does not know it.
    fn score(&self, subject: u16, wide: bool) -> Option<f32> {
        self.words.column(Target { subject, wide }).map(|column| cut(self.gathered.scores[column]))
    }

    /// The features of a topic, its evidence if it has a cue, and the largest weights above and below it.
    fn features(&self, subject: u16, cued: Option<&Evidence>, above: f32, below: f32) -> Features {
        let none = Evidence::default();
        let evidence = cued.unwrap_or(&none);
        let Place { root: branch, depth, .. } = self.places[usize::from(subject)];
        let known = self.score(subject, false);
        let ln = ln_1p;
        let is = |yes: bool| if yes { 1.0 } else { 0.0 };
        let [strong, plain, weak] = evidence.mentions;
        let none = evidence.weight == 0.0;
        let behind = larger(&self.weights, evidence.weight);
        let branch_sum = self.branches.iter().find(|(root, _)| *root == branch).map_or(0.0, |(_, sum)| *sum);
        let score = known.unwrap_or(0.0);
        [
            1.0,
            is(strong[0] > 0),
            ln(strong[1]),
            ln(strong[2]),
            is(plain[0] > 0),
            ln(plain[1]),
            ln(plain[2]),
            is(weak[0] > 0),
            ln(weak[1].saturating_add(weak[2])),
            ln(evidence.distinct[0]),
            ln(evidence.distinct[1]),
            (1.0 + evidence.weight).ln(),
            (1.0 + 100.0 * evidence.weight / (self.gathered.length as f32 + 50.0)).ln(),
            evidence.weight / self.most,
            1.0 / (1.0 + behind as f32),
            is(none),
            branch_sum / self.sum,
            is(below > evidence.weight),
            is(above > evidence.weight),
            is(known.is_some()),
            score,
            score.max(0.0),
            self.score(branch, true).unwrap_or(0.0),
            known.map_or(0.0, |score| 1.0 / (1.0 + larger(&self.scores, score) as f32)),
            known.map_or(-SCORE_CUT, |score| (score - self.best_score).max(-SCORE_CUT)),
            f32::from(depth),
        ]
    }
}

/// A score of the word model as the features have it.
fn cut(score: f32) -> f32 {
    score.clamp(-SCORE_CUT, SCORE_CUT)
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
