//! A linear-chain conditional random field, trained online with AdaGrad.

use crate::extract::names::model::{LABELS, may_follow};

/// A row of weights, one a label.
pub type Row = [f32; LABELS];

/// A stretch of tokens with their features and labels.
pub struct Segment {
    /// Feature numbers of each token.
    pub features: Vec<Vec<u32>>,
    /// The right labels.
    pub labels: Vec<u8>,
    /// How much it counts.
    pub weight: f32,
}

impl Segment {
    /// The segment without a share of its features, chosen by chance; `None` when nothing is to be left out.
    fn thinned(&self, dropout: f32, random: &mut Random) -> Option<Self> {
        if dropout <= 0.0 {
            return None;
        }
        let least = (dropout * 1000.0) as usize;
        let mut thin = |row: &Vec<u32>| row.iter().copied().filter(|_| random.below(1000) >= least).collect();
        let features = self.features.iter().map(&mut thin).collect();
        Some(Self { features, labels: self.labels.clone(), weight: self.weight })
    }
}

/// Settings of training.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Passes over the segments.
    pub epochs: usize,
    /// Step of AdaGrad.
    pub rate: f32,
    /// Weight of the L2 penalty, per visit of a feature.
    pub decay: f32,
    /// Share of features that a step does not see, so that no name is learnt by its words alone.
    pub dropout: f32,
    /// Trainings in other orders; their mean is steadier than each.
    pub runs: usize,
}

/// Weights and their sums of squared gradients.
#[derive(Clone)]
pub struct Crf {
    pub rows: Vec<Row>,
    squares: Vec<Row>,
    pub transitions: [Row; LABELS],
    pub starts: Row,
    transition_squares: [Row; LABELS],
    start_squares: Row,
}

impl Crf {
    /// Trains on the segments.
    pub fn train(
        features: usize,
        segments: &[Segment],
        settings: Settings,
        mut told: impl FnMut(usize, f64),
    ) -> Self {
        let mut crf = Self {
            rows: vec![[0.0; LABELS]; features],
            squares: vec![[1e-6; LABELS]; features],
            transitions: [[0.0; LABELS]; LABELS],
            starts: [0.0; LABELS],
            transition_squares: [[1e-6; LABELS]; LABELS],
            start_squares: [1e-6; LABELS],
        };
        let fresh = crf.clone();
        let mut sum = crf.rows.clone();
        let (mut transitions, mut starts) = (crf.transitions, crf.starts);
        let mut order: Vec<usize> = (0..segments.len()).collect();
        let mut random = Random(0x1234_5678_9abc_def1);
        for _ in 0..settings.runs {
            crf.clone_from(&fresh);
            for epoch in 0..settings.epochs {
                random.shuffle(&mut order);
                let mut loss = 0.0;
                for &number in &order {
                    let seen = segments[number].thinned(settings.dropout, &mut random);
                    loss += f64::from(crf.step(seen.as_ref().unwrap_or(&segments[number]), settings));
                }
                told(epoch, loss);
                for (total, row) in sum.iter_mut().zip(&crf.rows) {
                    total.iter_mut().zip(row).for_each(|(total, weight)| *total += weight);
                }
            }
            let moves = transitions.iter_mut().chain([&mut starts]).flatten();
            moves.zip(crf.transitions.iter().chain([&crf.starts]).flatten()).for_each(|(sum, it)| *sum += it);
        }
        // The mean over the epochs is steadier than the last state.
        let seen = 1.0 - settings.dropout;
        let passes = (settings.epochs * settings.runs) as f32;
        for (row, total) in crf.rows.iter_mut().zip(&sum) {
            row.iter_mut().zip(total).for_each(|(weight, total)| *weight = total * seen / passes);
        }
        let moves = transitions.iter_mut().chain([&mut starts]).flatten();
        moves.for_each(|sum| *sum /= settings.runs as f32);
        (crf.transitions, crf.starts) = (transitions, starts);
        crf
    }

    fn scores(&self, segment: &Segment) -> Vec<Row> {
        let token = |features: &Vec<u32>| {
            let mut row = [0.0; LABELS];
            for &feature in features {
                for (score, weight) in row.iter_mut().zip(&self.rows[feature as usize]) {
                    *score += weight;
                }
            }
            row
        };
        segment.features.iter().map(token).collect()
    }

    /// One step of gradient ascent; returns the loss before it.
    #[allow(clippy::needless_range_loop)]
    fn step(&mut self, segment: &Segment, settings: Settings) -> f32 {
        let scores = self.scores(segment);
        let count = scores.len();
        let mut moves = [[0.0f32; LABELS]; LABELS];
        for from in 0..LABELS {
            for to in 0..LABELS {
                if may_follow(from, to) {
                    moves[from][to] = self.transitions[from][to].exp();
                }
            }
        }
        let (mut forward, mut backward) = (vec![[0.0f32; LABELS]; count], vec![[1.0f32; LABELS]; count]);
        let mut local = Vec::with_capacity(count);
        let mut log_z = 0.0f32;
        for at in 0..count {
            let top = scores[at].iter().copied().fold(f32::MIN, f32::max);
            let here: Row = std::array::from_fn(|label| (scores[at][label] - top).exp());
            log_z += top;
            for to in 0..LABELS {
                let reach: f32 = if at == 0 {
                    if to == 0 || to % 2 == 1 { self.starts[to].exp() } else { 0.0 }
                } else {
                    (0..LABELS).map(|from| forward[at - 1][from] * moves[from][to]).sum()
                };
                forward[at][to] = reach * here[to];
            }
            let sum: f32 = forward[at].iter().sum();
            forward[at].iter_mut().for_each(|value| *value /= sum);
            log_z += sum.ln();
            local.push(here);
        }
        for at in (0..count.saturating_sub(1)).rev() {
            let mut row = [0.0; LABELS];
            for from in 0..LABELS {
                row[from] =
                    (0..LABELS).map(|to| moves[from][to] * local[at + 1][to] * backward[at + 1][to]).sum();
            }
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|value| *value /= sum);
            backward[at] = row;
        }
        let mut gold_score = self.starts[usize::from(segment.labels[0])];
        let mut transition_gradient = [[0.0f32; LABELS]; LABELS];
        for at in 0..count {
            let gold = usize::from(segment.labels[at]);
            gold_score += scores[at][gold];
            let mut marginal: Row = std::array::from_fn(|label| forward[at][label] * backward[at][label]);
            let sum: f32 = marginal.iter().sum();
            marginal.iter_mut().for_each(|value| *value /= sum);
            let mut gradient: Row = std::array::from_fn(|label| -marginal[label]);
            gradient[gold] += 1.0;
            if at == 0 {
                update(&mut self.starts, &mut self.start_squares, &gradient, settings, segment.weight);
            } else {
                let before = usize::from(segment.labels[at - 1]);
                gold_score += self.transitions[before][gold];
                transition_gradient[before][gold] += 1.0;
                let mut joint = [[0.0f32; LABELS]; LABELS];
                let mut total = 0.0;
                for from in 0..LABELS {
                    for to in 0..LABELS {
                        joint[from][to] =
                            forward[at - 1][from] * moves[from][to] * local[at][to] * backward[at][to];
                        total += joint[from][to];
                    }
                }
                for from in 0..LABELS {
                    for to in 0..LABELS {
                        transition_gradient[from][to] -= joint[from][to] / total;
                    }
                }
            }
            if gradient[gold] < 1e-4 {
                continue;
            }
            for &feature in &segment.features[at] {
                let feature = feature as usize;
                update(
                    &mut self.rows[feature],
                    &mut self.squares[feature],
                    &gradient,
                    settings,
                    segment.weight,
                );
            }
        }
        if count > 1 {
            for from in 0..LABELS {
                update(
                    &mut self.transitions[from],
                    &mut self.transition_squares[from],
                    &transition_gradient[from],
                    settings,
                    segment.weight,
                );
            }
        }
        log_z - gold_score
    }
}

#[inline]
fn update(row: &mut Row, squares: &mut Row, gradient: &Row, settings: Settings, weight: f32) {
    for label in 0..LABELS {
        let gradient = gradient[label] * weight - settings.decay * row[label];
        squares[label] += gradient * gradient;
        row[label] += settings.rate * gradient / (squares[label].sqrt() + 0.1);
    }
}

/// A xorshift generator: the same order on every machine.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            order.swap(at, (self.next() % (at as u64 + 1)) as usize);
        }
    }
}
