//! Which segments are merged with which.

use tantivy::{
    index::{SegmentId, SegmentMeta},
    merge_policy::{LogMergePolicy, MergeCandidate, MergePolicy},
};

/// Documents, articles and quotes, that are merged at a time, at most. Merging holds the order and the columns of all of
/// them in memory, so that without a bound a run would need the more of it the larger the archive is. Ten million stories
/// come to some fifty segments.
pub(super) const MOST_DOCUMENTS: u32 = 1_000_000;

/// Tantivy's logarithmic policy, in lots of no more than [`MOST_DOCUMENTS`].
#[derive(Debug)]
pub(super) struct Bounded(LogMergePolicy);

impl Default for Bounded {
    fn default() -> Self {
        let mut policy = LogMergePolicy::default();
        policy.set_max_docs_before_merge(MOST_DOCUMENTS as usize / 2);
        Self(policy)
    }
}

impl MergePolicy for Bounded {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let sized = |MergeCandidate(ids): MergeCandidate| {
            let size = |id: SegmentId| {
                segments.iter().find(|segment| segment.id() == id).map_or(0, SegmentMeta::max_doc)
            };
            lots(ids.into_iter().map(|id| (id, size(id))).collect::<Vec<_>>()).filter(|lot| lot.len() > 1)
        };
        self.0.compute_merge_candidates(segments).into_iter().flat_map(sized).map(MergeCandidate).collect()
    }
}

/// Segments with how many documents they have, in lots. A segment that has more than a lot's is a lot of its own.
pub(super) fn lots<T>(segments: impl IntoIterator<Item = (T, u32)>) -> impl Iterator<Item = Vec<T>> {
    let (mut lots, mut lot, mut held) = (Vec::new(), Vec::new(), 0u32);
    for (segment, documents) in segments {
        if held.saturating_add(documents) > MOST_DOCUMENTS {
            lots.push(std::mem::take(&mut lot));
            held = 0;
        }
        held = held.saturating_add(documents);
        lot.push(segment);
    }
    lots.push(lot);
    lots.into_iter().filter(|lot| !lot.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_lot_of_several_is_too_large() {
        let sizes = [300_000, 400_000, 200_000, 400_000, 900_000, 150_000, 1_600_000, 10];
        let of = |sizes: &[u32]| lots(sizes.iter().map(|&size| (size, size))).collect::<Vec<_>>();
        let expected: [&[u32]; 5] =
            [&[300_000, 400_000, 200_000], &[400_000], &[900_000], &[150_000], &[1_600_000]];
        assert_eq!(of(&sizes), [&expected[..], &[&[10]]].concat());
        assert_eq!(of(&[10, 20, 30]), [[10, 20, 30]]);
        assert!(of(&[]).is_empty());
    }
}
