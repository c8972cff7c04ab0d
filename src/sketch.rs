//! The sketch of a text by which near-copies are found.

/// Bins of the sketch that finds near-copies.
const SKETCH_BINS: usize = 1 << BIN_BITS;
const BIN_BITS: u32 = 3;

/// Words of a shingle.
const SHINGLE_WORDS: usize = 5;

/// The least hash of the text's shingles in each of eight bins: one permutation hashing (Li, Owen and Zhang, NIPS
/// 2012). The share of equal bins of two texts estimates the Jaccard similarity of their shingles. Texts of fewer than
/// one shingle have none. Of each hash 32 bits are kept, which tell as much: one bin alone makes no near-copy.
pub fn sketch(text: &str) -> Vec<u32> {
    let mut least = [u64::MAX; SKETCH_BINS];
    let mut last = [0u64; SHINGLE_WORDS];
    let mut count = 0;
    let mut word = FNV_OFFSET;
    let mut inside = false;
    for &byte in text.as_bytes().iter().chain(b" ") {
        let folded = FOLDED[usize::from(byte)];
        if folded != 0 {
            word = (word ^ u64::from(folded)).wrapping_mul(FNV_PRIME);
            inside = true;
        } else if inside {
            let [_, a, b, c, d] = last;
            last = [a, b, c, d, word];
            count += 1;
            if count >= SHINGLE_WORDS {
                let hash = mix(last
                    .iter()
                    .fold(0, |hash: u64, &word| hash.rotate_left(13).wrapping_mul(FNV_PRIME) ^ word));
                let bin = (hash % SKETCH_BINS as u64) as usize;
                least[bin] = least[bin].min(hash);
            }
            word = FNV_OFFSET;
            inside = false;
        }
    }
    // The first bits of the least of many are alike, and the last tell the bin.
    least.into_iter().filter(|&hash| hash != u64::MAX).map(|hash| (hash >> BIN_BITS) as u32).collect()
}

/// What a byte counts as in a word, letters of ASCII in lower case; 0 for those that stand between words.
const FOLDED: [u8; 256] = {
    let mut folded = [0; 256];
    let mut at = 0;
    while at < folded.len() {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            folded[at] = byte.to_ascii_lowercase();
        }
        at += 1;
    }
    folded
};

/// FNV-1a, 64 bits (Fowler, Noll and Vo).
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// Finaliser of MurmurHash3 (Appleby): every bit of the input reaches every bit of the output.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sketches_of_near_copies_share_most_bins() {
        let words: Vec<String> = (0..300).map(|n| format!("word{n}")).collect();
        let story = words.join(" ");
        let edited = format!("{story} and one more sentence at its end");
        let (a, b) = (sketch(&story), sketch(&edited));
        assert_eq!(a.len(), SKETCH_BINS);
        assert!(a.iter().filter(|hash| b.contains(hash)).count() >= SKETCH_BINS - 2);
        let other: Vec<String> = (0..300).map(|n| format!("other{n}")).collect();
        assert!(!sketch(&other.join(" ")).iter().any(|hash| a.contains(hash)));
        assert!(sketch("too short a text").is_empty());
    }
}
