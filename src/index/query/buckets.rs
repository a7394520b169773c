//! Where in an index a number belongs, roughly: its country and tag give one of `BUCKETS` buckets.

use crate::index::Segment;
use crate::phone::Region;
use crate::tag::Tag;

/// How many buckets there are. A bucket's share of a million numbers is sorted in a core's own
/// cache.
pub(super) const BUCKETS: usize = 128;
/// Bits of a position within a bucket.
const WITHIN: u32 = 32;

/// The numbers of all segments in the order of countries and tags, in buckets of about the same
/// length. Tags are keyed hashes, so those of a country are spread evenly.
pub(super) struct Buckets {
    /// By region; `None` where no segment has a number.
    stretches: [Option<Stretch>; Region::COUNT],
}

/// The part of all buckets that belongs to one country, in parts of a bucket.
#[derive(Clone, Copy)]
struct Stretch {
    start: u64,
    length: u64,
}

impl Buckets {
    /// For `segments` together.
    pub(super) fn new(segments: &[&Segment]) -> Buckets {
        let mut distinct = [0_u128; Region::COUNT];
        for country in segments.iter().flat_map(|segment| segment.countries()) {
            let sum = &mut distinct[country.region.index()];
            *sum = sum.saturating_add(u128::from(country.distinct));
        }
        Buckets::of_counts(&distinct)
    }

    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a segment has fewer than 2^48 numbers, and there are fewer than 2^40 segments"
    )]
    fn of_counts(distinct: &[u128; Region::COUNT]) -> Buckets {
        let all = distinct.iter().sum::<u128>().max(1);
        let parts = |numbers: u128| {
            let parts = ((numbers * BUCKETS as u128) << WITHIN) / all;
            u64::try_from(parts).expect("not more than all buckets have")
        };
        let mut before = 0;
        let stretches = distinct.map(|distinct: u128| {
            let start = parts(before);
            before += distinct;
            (distinct > 0).then(|| Stretch {
                start,
                length: parts(before) - start,
            })
        });
        Buckets { stretches }
    }

    /// Whether any segment has a number of this country.
    pub(super) fn cover(&self, region: Region) -> bool {
        self.stretches[region.index()].is_some()
    }

    /// The bucket of a number, or `None` if no segment holds numbers of its country. Buckets ascend
    /// with countries and tags.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "both factors have 64 bits, and a stretch ends with the last bucket"
    )]
    pub(super) fn of(&self, region: Region, tag: Tag) -> Option<usize> {
        let Stretch { start, length } = self.stretches[region.index()]?;
        let within = (u128::from(tag.0) * u128::from(length)) >> u64::BITS;
        let position = start + u64::try_from(within).expect("less than the length");
        let bucket = usize::try_from(position >> WITHIN).expect("there are few buckets");
        // A stretch may be too short to be seen, at the very end.
        Some(bucket.min(BUCKETS - 1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_counts(counts: &[(usize, u64)]) -> Buckets {
        let mut distinct = [0_u128; Region::COUNT];
        for &(region, numbers) in counts {
            let sum = &mut distinct[region % Region::COUNT];
            *sum = sum.saturating_add(u128::from(numbers));
        }
        Buckets::of_counts(&distinct)
    }

    proptest! {
        #[test]
        fn buckets_ascend_with_countries_and_tags(
            counts in prop::collection::vec((any::<usize>(), prop_oneof![0..3u64, any::<u32>().prop_map(u64::from)]), 1..40),
            tags in prop::collection::vec(any::<u64>(), 1..20),
        ) {
            let buckets = of_counts(&counts);
            let mut tags = tags;
            tags.extend([0, u64::MAX]);
            tags.sort_unstable();
            let mut before = 0;
            for region in Region::all() {
                let covered = counts.iter().any(|&(at, numbers)| at % Region::COUNT == region.index() && numbers > 0);
                prop_assert_eq!(buckets.cover(region), covered);
                for &tag in &tags {
                    let bucket = buckets.of(region, Tag(tag));
                    prop_assert_eq!(bucket.is_some(), covered);
                    let bucket = bucket.unwrap_or(before);
                    prop_assert!(before <= bucket && bucket < BUCKETS);
                    before = bucket;
                }
            }
        }
    }

    #[test]
    fn a_country_alone_has_all_buckets() {
        let buckets = of_counts(&[(7, 1000)]);
        let region = Region::from_index(7).unwrap();
        let shift = u64::BITS - BUCKETS.ilog2();
        for bucket in 0..BUCKETS {
            let first = (bucket as u64) << shift;
            let last = first | ((1 << shift) - 1);
            assert_eq!(buckets.of(region, Tag(first)), Some(bucket));
            assert_eq!(buckets.of(region, Tag(last)), Some(bucket));
        }
    }
}
