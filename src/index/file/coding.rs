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

/// How far the high bits of a block were looked through: a word, and the zeros before it.
#[derive(Clone, Copy, Default)]
pub(in crate::index) struct HighPosition {
    word: usize,
    zeros: usize,
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

    /// Whether a tag is in it. `from` is where the last look-up in this block ended: of ascending
    /// tags, each word of the high bits is counted once.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "`at` is behind `high` zeros, so it is not below `high`, and it ends with the block"
    )]
    pub(in crate::index) fn holds(&self, tag: Tag, from: &mut HighPosition) -> bool {
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
        let Some(mut at) = self.after_zeros(high, from) else {
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

    /// Whether these are the bytes that [`encode`] makes of the decoded `tags`. Those are read by the
    /// width and the places of the bits, so the rest is the width, the length and the bits between.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a block has fewer than 2^16 bits, and the last tag is not below the first"
    )]
    pub(in crate::index) fn is_canonical(&self, tags: &[Tag]) -> bool {
        let range = tags.last().map_or(0, |last| last.0 - self.first.0);
        if self.width != width(range, self.rest) {
            return false;
        }
        let low_bits = self.rest * self.width as usize;
        let after_lows = match low_bits % 8 {
            0 => 0,
            used => self.body[self.low_bytes - 1] >> used,
        };
        let length = self.low_bytes + high_bytes(range, self.rest, self.width);
        self.body.len() == length && after_lows == 0
    }

    /// Appends the tags. `None` if their number is not the expected one, or they do not ascend.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "`word` is not 0; `at` is behind `turn` ones, so it is not below `turn`"
    )]
    pub(in crate::index) fn decode(&self, tags: &mut Vec<Tag>) -> Option<()> {
        tags.reserve(self.rest.saturating_add(1));
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
    fn after_zeros(&self, zeros: usize, from: &mut HighPosition) -> Option<usize> {
        let Some(before) = zeros.checked_sub(1) else {
            return Some(0);
        };
        if before < from.zeros {
            *from = HighPosition::default();
        }
        for word in self.high_words().skip(from.word) {
            let ones = OnesOfBytes::of(!word);
            if before < from.zeros + ones.all() {
                return Some(64 * from.word + ones.place_of(before - from.zeros) + 1);
            }
            from.word += 1;
            from.zeros += ones.all();
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
        // Nearly always the bits are within eight bytes, and in the middle of the block.
        if self.width <= 57
            && let Some(word) = bytes.first_chunk()
        {
            return low(u64::from_le_bytes(*word) >> (bit % 8), self.width);
        }
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

/// How many ones a word has up to the end of each byte. Not every processor of its kind has an
/// instruction that counts ones, and without one these sums are how they are counted.
struct OnesOfBytes {
    word: u64,
    sums: u64,
}

const ONE_A_BYTE: u64 = u64::MAX / 255;

impl OnesOfBytes {
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "each step subtracts from more"
    )]
    #[inline]
    fn of(word: u64) -> OnesOfBytes {
        let two = word - (word >> 1 & (ONE_A_BYTE * 0x55));
        let four = (two & (ONE_A_BYTE * 0x33)) + (two >> 2 & (ONE_A_BYTE * 0x33));
        let eight = (four + (four >> 4)) & (ONE_A_BYTE * 0x0f);
        OnesOfBytes {
            word,
            sums: eight.wrapping_mul(ONE_A_BYTE),
        }
    }

    /// All ones of the word.
    #[inline]
    fn all(&self) -> usize {
        (self.sums >> 56) as usize
    }

    /// The position of the one that `before` others are before, of which there are fewer than
    /// [`OnesOfBytes::all`].
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a byte of `sums` is at most 64; `rest` has more ones than are cleared"
    )]
    #[inline]
    fn place_of(&self, before: usize) -> usize {
        // A top bit for each byte at whose end there are no more than `before`.
        let tops = ONE_A_BYTE << 7;
        let enough = ((before as u64 * ONE_A_BYTE) | tops) - self.sums;
        let bytes = ((enough & tops) >> 7).wrapping_mul(ONE_A_BYTE) >> 56;
        let place = 8 * bytes as usize;
        let passed = ((self.sums << 8) >> place & 0xff) as usize;
        let mut rest = self.word >> place;
        for _ in passed..before {
            rest &= rest - 1;
        }
        place + rest.trailing_zeros() as usize
    }
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
            prop_assert!(block.is_canonical(&decoded));
            let mut asked: Vec<Tag> = near.chain(strangers).map(Tag).collect();
            for sorted in [false, true] {
                let mut from = HighPosition::default();
                for &tag in &asked {
                    prop_assert_eq!(block.holds(tag, &mut from), tags.binary_search(&tag).is_ok());
                }
                if !sorted {
                    asked.sort_unstable();
                }
            }
        }

        #[test]
        fn other_bytes_give_no_panic(first: u64, count in 0..=BLOCK_TAGS, bytes in prop::collection::vec(any::<u8>(), 0..LONGEST_BYTES), tag: u64) {
            if let Some(block) = Block::new(Tag(first), count, &bytes) {
                let mut tags = Vec::new();
                if block.decode(&mut tags).is_some() {
                    prop_assert!(tags.len() == count && tags.is_sorted_by(|one, next| one < next));
                    prop_assert_eq!(block.is_canonical(&tags), encoded(&tags) == bytes);
                }
                block.holds(Tag(tag), &mut HighPosition::default());
            }
        }
    }

    proptest! {
        #[test]
        fn no_other_bytes_are_those_that_are_written(
            tags in sets(),
            at in any::<prop::sample::Index>(),
            bit in 0..8u32,
            more in prop::collection::vec(any::<u8>(), 0..2),
        ) {
            let tags: Vec<Tag> = tags.into_iter().map(Tag).collect();
            let mut bytes = encoded(&tags);
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            bytes.extend(more);
            if let Some(block) = Block::new(tags[0], tags.len(), &bytes) {
                let mut decoded = Vec::new();
                if block.decode(&mut decoded).is_some() {
                    prop_assert_eq!(block.is_canonical(&decoded), encoded(&decoded) == bytes);
                }
            }
        }
    }

    #[test]
    fn ones_are_found_by_their_number() {
        for word in [
            1,
            1 << 63,
            u64::MAX,
            0x8000_0000_0000_0001,
            0x0123_4567_89ab_cdef,
        ] {
            let ones = OnesOfBytes::of(word);
            let places: Vec<usize> = (0..64).filter(|place| word >> place & 1 == 1).collect();
            assert_eq!(ones.all(), places.len());
            for (before, place) in places.into_iter().enumerate() {
                assert_eq!(ones.place_of(before), place, "{word:x}");
            }
        }
        assert_eq!(OnesOfBytes::of(0).all(), 0);
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
