//! The linear sequence model: a table of weights by feature, scores of labels along a segment, the best path.

use std::sync::LazyLock;

use crate::annotation::NameKind;

/// Labels: outside, then beginning and inside of each kind.
pub const LABELS: usize = 11;

/// Rows of a bucket; a bucket fills a cache line of 64 bytes.
const ROWS: usize = 4;

/// Marks a file of weights, with its version.
const MAGIC: &[u8; 8] = b"pqnames1";

/// The label of a token that begins a name of this kind; the one that goes on with it is one higher.
#[cfg(feature = "train")]
pub fn begins(kind: NameKind) -> usize {
    1 + 2 * NameKind::ALL.iter().position(|&other| other == kind).expect("all kinds are listed")
}

/// The kind a label stands for.
pub fn kind_of(label: usize) -> Option<NameKind> {
    label.checked_sub(1).map(|label| NameKind::ALL[label / 2])
}

/// Whether label `to` may follow label `from`: a name goes on only behind its beginning.
pub fn may_follow(from: usize, to: usize) -> bool {
    to == 0 || to % 2 == 1 || from == to || from + 1 == to
}

/// Weights of one feature, and the check of its hash.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(16))]
struct Row {
    weights: [i8; 12],
    check: u32,
}

/// A cache line of rows.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Bucket([Row; ROWS]);

/// The trained weights.
#[derive(Debug)]
pub struct Model {
    buckets: Vec<Bucket>,
    /// From label to label.
    transitions: [[i16; LABELS]; LABELS],
    /// From the start of a segment.
    starts: [i16; LABELS],
}

/// Scores of the labels of one token.
pub type Scores = [i16; 12];

/// The model of the program.
pub static MODEL: LazyLock<Model> = LazyLock::new(|| {
    Model::decode(include_bytes!("../../../data/model/names.bin")).expect("the embedded weights are whole")
});

/// Weights of one feature as training leaves them, in units of the table.
#[cfg(any(test, feature = "train"))]
pub struct Trained {
    /// Hash of the feature.
    pub feature: u64,
    /// A weight for each label.
    pub weights: [i8; LABELS],
}

impl Model {
    /// Lays features out in a table of `2^bits` buckets, the weightiest first; returns how many found no room.
    #[cfg(any(test, feature = "train"))]
    pub fn build(
        bits: u32,
        rows: &[Trained],
        transitions: [[i16; LABELS]; LABELS],
        starts: [i16; LABELS],
    ) -> (Self, usize) {
        let mut model = Self { buckets: vec![Bucket::default(); 1 << bits], transitions, starts };
        let mut left = 0;
        for row in rows {
            let (bucket, check) = model.address(row.feature);
            let free = model.buckets[bucket].0.iter_mut().find(|row| row.check == 0);
            match free {
                Some(free) => {
                    free.weights[..LABELS].copy_from_slice(&row.weights);
                    free.check = check;
                }
                None => left += 1,
            }
        }
        (model, left)
    }

    /// The bytes of the model, little-endian.
    #[cfg(any(test, feature = "train"))]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(u32::to_le_bytes(self.buckets.len() as u32));
        for weight in self.starts.iter().chain(self.transitions.iter().flatten()) {
            bytes.extend(weight.to_le_bytes());
        }
        for row in self.buckets.iter().flat_map(|bucket| &bucket.0) {
            bytes.extend(row.weights[..LABELS].iter().map(|&weight| weight as u8));
            bytes.extend(row.check.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote; `None` when it is something else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (count, mut rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        let mut weights = [0i16; LABELS * (LABELS + 1)];
        for weight in &mut weights {
            let (two, after) = rest.split_first_chunk::<2>()?;
            *weight = i16::from_le_bytes(*two);
            rest = after;
        }
        let mut starts = [0; LABELS];
        starts.copy_from_slice(&weights[..LABELS]);
        let mut transitions = [[0; LABELS]; LABELS];
        for (from, row) in transitions.iter_mut().enumerate() {
            row.copy_from_slice(&weights[LABELS * (from + 1)..][..LABELS]);
        }
        let mut buckets = vec![Bucket::default(); count];
        for row in buckets.iter_mut().flat_map(|bucket| &mut bucket.0) {
            let (values, after) = rest.split_first_chunk::<LABELS>()?;
            let (check, after) = after.split_first_chunk::<4>()?;
            for (weight, value) in row.weights.iter_mut().zip(values) {
                *weight = *value as i8;
            }
            row.check = u32::from_le_bytes(*check);
            rest = after;
        }
        let is_twice = |rows: &[Row; ROWS]| {
            let held = |row: &&Row| row.check != 0;
            rows.iter()
                .filter(held)
                .any(|row| rows.iter().filter(|other| other.check == row.check).count() > 1)
        };
        let whole = count.is_power_of_two() && rest.is_empty();
        let sound = whole && !buckets.iter().any(|bucket| is_twice(&bucket.0));
        sound.then_some(Self { buckets, transitions, starts })
    }

    #[inline]
    fn address(&self, feature: u64) -> (usize, u32) {
        ((feature >> 32) as usize & (self.buckets.len() - 1), feature as u32 | 1)
    }

    /// Adds the weights of a feature to the scores of a token.
    #[inline]
    pub fn add(&self, feature: u64, scores: &mut Scores) {
        let (bucket, check) = self.address(feature);
        let rows = &self.buckets[bucket].0;
        // Which row it is, if it is any, no processor could foretell: nothing branches.
        let is = |row: usize| usize::from(rows[row].check == check);
        let row = &rows[is(1) + 2 * is(2) + 3 * is(3)];
        let held = -i16::from(row.check == check);
        for (score, weight) in scores.iter_mut().zip(row.weights) {
            *score += i16::from(weight) & held;
        }
    }

    /// The best labels along a segment, one for each token's scores.
    pub fn best_path(&self, scores: &[Scores], back: &mut Vec<[u8; LABELS]>, labels: &mut Vec<u8>) {
        labels.clear();
        back.clear();
        let Some(first) = scores.first() else { return };
        let mut best = [i32::MIN / 2; LABELS];
        for label in 0..LABELS {
            if label == 0 || label % 2 == 1 {
                best[label] = i32::from(first[label]) + i32::from(self.starts[label]);
            }
        }
        for token in &scores[1..] {
            let (next, from) = self.advance(&best, token);
            back.push(from);
            best = next;
        }
        let mut label = (0..LABELS).max_by_key(|&label| (best[label], LABELS - label)).unwrap_or(0) as u8;
        labels.push(label);
        for from in back.iter().rev() {
            label = from[usize::from(label)];
            labels.push(label);
        }
        labels.reverse();
    }

    #[inline]
    fn advance(&self, best: &[i32; LABELS], token: &Scores) -> ([i32; LABELS], [u8; LABELS]) {
        let mut next = [i32::MIN / 2; LABELS];
        let mut came = [0u8; LABELS];
        for (from, (&reached, moves)) in best.iter().zip(&self.transitions).enumerate() {
            for to in 0..LABELS {
                if may_follow(from, to) {
                    let score = reached + i32::from(moves[to]);
                    if score > next[to] {
                        next[to] = score;
                        came[to] = from as u8;
                    }
                }
            }
        }
        for (score, unary) in next.iter_mut().zip(token) {
            *score += i32::from(*unary);
        }
        (next, came)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_its_own_encoding_and_finds_the_best_path() {
        let rows = [
            Trained { feature: 0x1_0000_0007, weights: [0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
            Trained { feature: 0x2_0000_0009, weights: [0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0] },
        ];
        let (model, left) = Model::build(3, &rows, [[0; LABELS]; LABELS], [0; LABELS]);
        assert_eq!(left, 0);
        let model = Model::decode(&model.encode()).expect("what was encoded");
        let mut scores = [Scores::default(); 2];
        model.add(0x1_0000_0007, &mut scores[0]);
        model.add(0x2_0000_0009, &mut scores[1]);
        let (mut back, mut labels) = (Vec::new(), Vec::new());
        model.best_path(&scores, &mut back, &mut labels);
        assert_eq!(labels, [1, 2]);
        assert!(Model::decode(b"something else").is_none());
    }
}
