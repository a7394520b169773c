//! The tags of a block as bytes: Elias-Fano coding of their distances from the first.
//!
//! The low bits of each distance are written as they are. The high bits hardly grow from tag to
//! tag, so their growth is written as a run of zeros. (P. Elias, Journal of the ACM 21(2), 1974; R.
//! Fano, 1971.) That takes about half a bit a tag more than any coding must, and a tag is found
//! without decoding those before it. Tags must ascend; nothing else is assumed of them.

use crate::tag::Tag;

/// The most tags of a block.
pub(in crate::index) const BLOCK_TAGS: usize = 512;
/// The most bytes of a block: the width, then for each tag after the first 55 low bits, where 511
/// distances fill 64 bits, and three bits of high parts.
pub(in crate::index) const BLOCK_MAX: usize =
    1 + ((BLOCK_TAGS - 1) * 55).div_ceil(8) + ((BLOCK_TAGS - 1) * 3).div_ceil(8);

/// Appends the block of `tags`, which ascend strictly. The first is not in it, but in its fence.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "positions of bits in a block, counted up from 0 to fewer than 2^16"
)]
pub(in crate::index) fn encode(tags: &[Tag], block: &mut Vec<u8>) {
    let Some((&first, rest)) = tags.split_first() else {
        return;
    };
    let Some(last) = rest.last() else {
        block.push(0);
        return;
    };
    let distance = |tag: Tag| tag.0.checked_sub(first.0).expect("tags ascend");
    let range = distance(*last);
    let width = width(range, rest.len());
    block.push(u8::try_from(width).expect("at most 63"));

    let lows = block.len();
    let mut bits = 0;
    let mut filled = 0;
    for tag in rest {
        let low = low(distance(*tag), width);
        bits |= low << filled;
        filled += width;
        if filled >= 64 {
            block.extend_from_slice(&bits.to_le_bytes());
            filled -= 64;
            // What did not fit; nothing if the last word was filled exactly.
            bits = low >> (width - filled);
        }
    }
    block.extend_from_slice(&bits.to_le_bytes());
    block.truncate(lows + low_bytes(rest.len(), width));

    let highs = block.len();
    block.resize(highs + high_bytes(range, rest.len(), width), 0);
    let high_bits = &mut block[highs..];
    for (turn, tag) in rest.iter().enumerate() {
        let at = high(distance(*tag), width) + turn;
        high_bits[at / 8] |= 1 << (at % 8);
    }
}

/// A block, its tags not yet decoded.
pub(in crate::index) struct Block<'a> {
    first: Tag,
    /// Tags after the first.
    rest: usize,
    width: u32,
    /// Low bits, then high bits.
    body: &'a [u8],
    low_bytes: usize,
}

impl<'a> Block<'a> {
    /// `None` if `bytes` are no block of `tags` tags.
    pub(in crate::index) fn new(first: Tag, tags: usize, bytes: &'a [u8]) -> Option<Block<'a>> {
        let (&width, body) = bytes.split_first()?;
        let rest = tags.checked_sub(1)?;
        let low_bytes = low_bytes(rest, u32::from(width));
        (width < 64 && low_bytes <= body.len()).then_some(Block {
            first,
            rest,
            width: u32::from(width),
            body,
            low_bytes,
        })
    }

    /// Whether a tag is in it.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "`at` is behind `high` zeros, so it is not below `high`, and it ends with the block"
    )]
    pub(in crate::index) fn holds(&self, tag: Tag) -> bool {
        let Some(distance) = tag.0.checked_sub(self.first.0) else {
            return false;
        };
        if distance == 0 {
            return true;
        }
        let (high, low) = (distance >> self.width, low(distance, self.width));
        // More high bits than a block can have: beyond its last tag.
        let Some(high) = usize::try_from(high)
            .ok()
            .filter(|&high| high <= 8 * BLOCK_MAX)
        else {
            return false;
        };
        let Some(mut at) = self.after_zeros(high) else {
            return false;
        };
        // The ones before the next zero are the tags with these high bits.
        while self.high_bit(at) && at - high < self.rest {
            let found = self.low(at - high);
            if found >= low {
                return found == low;
            }
            at += 1;
        }
        false
    }

    /// Appends the tags. `None` if their number is not the expected one, or they do not ascend.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "`word` is not 0; `at` is behind `turn` ones, so it is not below `turn`"
    )]
    pub(in crate::index) fn decode(&self, tags: &mut Vec<Tag>) -> Option<()> {
        tags.push(self.first);
        let mut before = 0;
        let mut turn = 0;
        for (place, mut word) in (0..).step_by(64).zip(self.high_words()) {
            while word != 0 {
                let at = place + word.trailing_zeros() as usize;
                word &= word - 1;
                if turn == self.rest {
                    return None;
                }
                let high = u64::try_from(at - turn).ok()?;
                if high > u64::MAX >> self.width {
                    return None;
                }
                let distance = high << self.width | self.low(turn);
                if distance <= before {
                    return None;
                }
                before = distance;
                tags.push(Tag(self.first.0.checked_add(distance)?));
                turn += 1;
            }
        }
        (turn == self.rest).then_some(())
    }

    /// The position after the first `zeros` zeros of the high bits.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "positions of bits in a block, counted up from 0 to fewer than 2^16"
    )]
    #[inline]
    fn after_zeros(&self, zeros: usize) -> Option<usize> {
        let Some(mut more) = zeros.checked_sub(1) else {
            return Some(0);
        };
        for (place, word) in (0..).step_by(64).zip(self.high_words()) {
            let here = word.count_zeros() as usize;
            if more < here {
                return Some(place + place_of_one(!word, more) + 1);
            }
            more -= here;
        }
        None
    }

    /// The high bits in words; the last word ends with zeros.
    fn high_words(&self) -> impl Iterator<Item = u64> + '_ {
        let (words, rest) = self.body[self.low_bytes..].as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let last = (!rest.is_empty()).then_some(last);
        (words.iter().copied().chain(last)).map(u64::from_le_bytes)
    }

    fn high_bit(&self, at: usize) -> bool {
        let byte = self.body.get(self.low_bytes.saturating_add(at / 8));
        byte.is_some_and(|byte| byte >> (at % 8) & 1 == 1)
    }

    /// The low bits of tag `turn`, counted from 0 after the first tag.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "fewer tags than a block has, of 63 bits at most"
    )]
    #[inline]
    fn low(&self, turn: usize) -> u64 {
        let bit = turn * self.width as usize;
        let bytes = &self.body[(bit / 8).min(self.body.len())..];
        let word = bytes.first_chunk::<16>().copied().unwrap_or_else(|| {
            let mut word = [0; 16];
            word[..bytes.len()].copy_from_slice(bytes);
            word
        });
        let word = u128::from_le_bytes(word);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the rest is cut off anyway"
        )]
        let word = (word >> (bit % 8)) as u64;
        low(word, self.width)
    }
}

/// The position of one number `before` of a word, both counted from 0 from the lowest bit. There
/// are more ones than `before`.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "`before` ones are left; `rest` is not 0 while there are; a word has 64 bits"
)]
fn place_of_one(word: u64, mut before: usize) -> usize {
    let mut place = 0;
    // Each step halves the bits that it can be in.
    for half in [32, 16, 8] {
        let ones = (word >> place & ((1 << half) - 1)).count_ones() as usize;
        if ones <= before {
            before -= ones;
            place += half;
        }
    }
    let mut rest = word >> place;
    for _ in 0..before {
        rest &= rest - 1;
    }
    place + rest.trailing_zeros() as usize
}

/// Number of low bits of each distance: one less than the mean distance has.
fn width(range: u64, rest: usize) -> u32 {
    let mean = range.checked_div(rest as u64).unwrap_or(0);
    mean.checked_ilog2().unwrap_or(0)
}

fn low(distance: u64, width: u32) -> u64 {
    distance & !(u64::MAX << width)
}

fn high(distance: u64, width: u32) -> usize {
    usize::try_from(distance >> width).expect("at most three a tag")
}

fn low_bytes(rest: usize, width: u32) -> usize {
    rest.saturating_mul(width as usize).div_ceil(8)
}

fn high_bytes(range: u64, rest: usize, width: u32) -> usize {
    high(range, width).saturating_add(rest).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn encoded(tags: &[Tag]) -> Vec<u8> {
        let mut block = Vec::new();
        encode(tags, &mut block);
        block
    }

    /// The most tags of a stretch. Miri takes a second for a few dozen.
    const LONGEST_STRETCH: usize = if cfg!(miri) { 24 } else { 600 };
    /// The most bytes that are no block.
    const LONGEST_BYTES: usize = if cfg!(miri) { 200 } else { 5000 };

    /// Tags of any distribution: scattered over 64 bits, in stretches, at the ends.
    fn sets() -> impl Strategy<Value = Vec<u64>> {
        let stretch =
            (any::<u64>(), 0..64u32, 1..LONGEST_STRETCH).prop_map(|(start, shift, length)| {
                (0..length as u64)
                    .map(|n| start.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift))
                    .collect::<Vec<_>>()
            });
        let ends = prop_oneof![Just(vec![]), Just(vec![0, u64::MAX]), Just(vec![u64::MAX])];
        (prop::collection::vec(stretch, 1..3), ends).prop_map(|(stretches, ends)| {
            let all: BTreeSet<u64> = stretches.into_iter().flatten().chain(ends).collect();
            all.into_iter().take(BLOCK_TAGS).collect()
        })
    }

    proptest! {
        #[test]
        fn blocks_come_back_and_say_what_they_hold(tags in sets(), strangers in prop::collection::vec(any::<u64>(), 0..20)) {
            let tags: Vec<Tag> = tags.into_iter().map(Tag).collect();
            let bytes = encoded(&tags);
            prop_assert!(bytes.len() <= BLOCK_MAX);
            let block = Block::new(tags[0], tags.len(), &bytes).unwrap();
            let mut decoded = Vec::new();
            block.decode(&mut decoded).unwrap();
            prop_assert!(decoded == tags);
            let near = tags.iter().flat_map(|tag| [tag.0, tag.0.wrapping_add(1), tag.0.wrapping_sub(1)]);
            for tag in near.chain(strangers).map(Tag) {
                prop_assert_eq!(block.holds(tag), tags.binary_search(&tag).is_ok());
            }
        }

        #[test]
        fn other_bytes_give_no_panic(first: u64, count in 0..=BLOCK_TAGS, bytes in prop::collection::vec(any::<u8>(), 0..LONGEST_BYTES), tag: u64) {
            if let Some(block) = Block::new(Tag(first), count, &bytes) {
                let mut tags = Vec::new();
                if block.decode(&mut tags).is_some() {
                    prop_assert!(tags.len() == count && tags.is_sorted_by(|one, next| one < next));
                }
                block.holds(Tag(tag));
            }
        }
    }

    /// The longest are those whose mean distance is just below a power of two.
    #[test]
    fn the_longest_block_is_as_documented() {
        let rest = BLOCK_TAGS as u64 - 1;
        for width in [1, 8, 32, 53, 54, 55] {
            let mean = (2 << width) - 1;
            let mean = u64::min(mean, u64::MAX / rest);
            let tags: Vec<Tag> = (0..=rest).map(|n| Tag(n * mean)).collect();
            let length = encoded(&tags).len();
            assert!((1..=BLOCK_MAX).contains(&length), "{width}: {length}");
        }
        assert_eq!(BLOCK_MAX, 3707);
    }

    #[test]
    fn the_documented_example_holds() {
        let tags = [100, 101, 105, 113].map(Tag);
        // Distances 1, 5, 13; the mean is 4, so two low bits: 1, 1, 1. High parts 0, 1, 3.
        assert_eq!(encoded(&tags), [2, 0b01_01_01, 0b10_0101]);
        assert_eq!(encoded(&tags[..1]), [0]);
    }

    #[test]
    fn scattered_tags_take_half_a_bit_more_than_they_must() {
        let mut tags: Vec<Tag> = (0..BLOCK_TAGS as u64)
            .map(|n| Tag(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n << 40))
            .collect();
        tags.sort_unstable();
        let least = 64.0 - 9.0 + 1.44;
        let bits = 8.0 * encoded(&tags).len() as f64 / BLOCK_TAGS as f64;
        assert!(bits < least + 0.65, "{bits}");
    }
}
