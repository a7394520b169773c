//! Sorting tags that are known to be in a range.
//!
//! Tags are keyed hashes, so the bits that differ within a range are as good as random. Two
//! counting passes over a few more bits than the number of tags has, the lower half first, leave
//! few tags out of place. Those are inserted. Other tags, such as repeated ones, show by how far
//! they must move, and are sorted by comparison.

use std::ops::RangeInclusive;

use crate::tag::Tag;

/// Bits of a pass. The fewer there are, the more buckets have their end in the nearest cache.
const BITS: RangeInclusive<u32> = 8..=11;
const MOST_BUCKETS: usize = 1 << *BITS.end();
/// Below this, passes cost more than they bring.
const FEW: usize = 1 << 10;
/// Steps of insertion a tag, before sorting by comparison is taken to be faster.
const STEPS: usize = 8;

/// Sorts and drops repeated tags. `scratch` is overwritten.
pub(in crate::index) fn sort_and_dedup(
    tags: &mut Vec<Tag>,
    scratch: &mut Vec<Tag>,
    range: &RangeInclusive<u64>,
) {
    if tags.len() < FEW {
        tags.sort_unstable();
    } else {
        let varying = u64::BITS - (range.start() ^ range.end()).leading_zeros();
        // All of it is written over.
        scratch.resize(tags.len(), Tag(0));
        let bits = (tags.len().ilog2() + 2).div_ceil(2);
        let bits = bits.clamp(*BITS.start(), *BITS.end());
        pass(tags, scratch, varying.saturating_sub(2 * bits), bits);
        pass(scratch, tags, varying.saturating_sub(bits), bits);
        if !insert(tags) {
            tags.sort_unstable();
        }
    }
    tags.dedup();
}

/// A stable counting sort by `bits` bits from `shift` on.
fn pass(from: &[Tag], to: &mut [Tag], shift: u32, bits: u32) {
    let mask = (1 << bits) - 1;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most eleven bits are left"
    )]
    let digit = |tag: Tag| (tag.0 >> shift & mask) as usize % MOST_BUCKETS;
    let mut places = [0; MOST_BUCKETS];
    for tag in from {
        places[digit(*tag)] += 1;
    }
    let mut start = 0;
    for place in &mut places {
        (*place, start) = (start, start + *place);
    }
    for tag in from {
        let place = &mut places[digit(*tag)];
        to[*place] = *tag;
        *place += 1;
    }
}

/// Sorts by insertion. False if that was given up, since too much was out of place.
fn insert(tags: &mut [Tag]) -> bool {
    let mut left = STEPS * tags.len();
    for next in 1..tags.len() {
        let tag = tags[next];
        let mut place = next;
        while place > 0 && tags[place - 1] > tag {
            tags[place] = tags[place - 1];
            place -= 1;
        }
        tags[place] = tag;
        match left.checked_sub(next - place) {
            Some(less) => left = less,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Cases, and the most tags in one. Miri is a thousand times slower.
    const SIZE: (u32, u64) = if cfg!(miri) { (4, 2500) } else { (64, 5000) };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(SIZE.0))]
        #[test]
        fn sorts_tags_of_any_distribution(count in 0..SIZE.1, factor: u64, shift in 0..64u32, repeat in 1..SIZE.1) {
            let tags: Vec<u64> = (0..count).map(|n| (n % repeat).wrapping_mul(factor) >> shift).collect();
            let least = tags.iter().min().copied().unwrap_or(0);
            let most = tags.iter().max().copied().unwrap_or(0);
            let expected: Vec<u64> = tags.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            for range in [least..=most, 0..=u64::MAX] {
                let mut sorted: Vec<Tag> = tags.iter().copied().map(Tag).collect();
                sort_and_dedup(&mut sorted, &mut Vec::new(), &range);
                prop_assert!(sorted.iter().map(|tag| tag.0).eq(expected.iter().copied()));
            }
        }
    }
}
