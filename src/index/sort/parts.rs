//! Ranges of a country's tags that follow one another, each of which fits memory.
//!
//! How long they are is known from counts over even shares of a range. A share that is longer than
//! memory (keyed hashes never make one) is counted again by its next bits.

use std::ops::RangeInclusive;

use super::bundle::BITS;
use crate::{index::file::format::TAG_LENGTH, phone::Region};

/// Tags of a part, as a rule: as many as a core's own cache holds twice, while memory is ample.
const USUAL: u64 = 64 << 10;
/// Tags of a part, however little memory there is.
const LEAST: usize = 1024;
/// A tag of a part is held as it is read, among the part's, in the scratch of sorting, and coded.
const COPIES: usize = 4;
/// Bits that a share which is too long is counted by.
const NEXT_BITS: u32 = 8;

/// A range of a country's tags that fits memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::index) struct TagRange {
    pub(in crate::index) region: Region,
    pub(in crate::index) range: RangeInclusive<u64>,
}

/// How many tags parts have.
#[derive(Clone, Copy)]
pub(in crate::index) struct PartLimits {
    /// Neighbouring shares of up to this many tags are one part.
    usual: u64,
    most: u64,
}

impl PartLimits {
    /// For threads that may take `memory` bytes each.
    pub(in crate::index) fn new(memory: usize) -> PartLimits {
        let most = (memory / COPIES / TAG_LENGTH).max(LEAST) as u64;
        PartLimits {
            usual: most.min(USUAL),
            most,
        }
    }

    /// The same, where parts of fewer than `tags` tags are not worth it.
    pub(in crate::index) fn at_least(self, tags: u64) -> PartLimits {
        PartLimits {
            usual: self.usual.max(tags).min(self.most),
            ..self
        }
    }

    /// The parts of all countries, in order. `count` adds to each cell, an even share of a range,
    /// the number of tags that it has or may have.
    pub(in crate::index) fn divide<E>(
        self,
        mut count: impl FnMut(Region, &RangeInclusive<u64>, &mut [u64]) -> Result<(), E>,
    ) -> Result<Vec<TagRange>, E> {
        let mut parts = Vec::new();
        for region in Region::all() {
            let whole = TagRange {
                region,
                range: 0..=u64::MAX,
            };
            self.divide_part(&whole, BITS, &mut count, &mut parts)?;
        }
        Ok(parts)
    }

    fn divide_part<E>(
        self,
        whole: &TagRange,
        bits: u32,
        count: &mut impl FnMut(Region, &RangeInclusive<u64>, &mut [u64]) -> Result<(), E>,
        parts: &mut Vec<TagRange>,
    ) -> Result<(), E> {
        let varying = whole.varying_bits();
        let shift = varying.saturating_sub(bits);
        let mut cells = vec![0; 1 << (varying - shift)];
        count(whole.region, &whole.range, &mut cells)?;
        for group in groups(&cells, self.usual) {
            let [first, last] = [group.first, group.last].map(|cell| (cell as u64) << shift);
            let start = whole.range.start();
            let part = TagRange {
                region: whole.region,
                range: start + first..=start + last + ((1 << shift) - 1),
            };
            if group.length <= self.most || part.varying_bits() == 0 {
                parts.push(part);
            } else {
                self.divide_part(&part, NEXT_BITS, count, parts)?;
            }
        }
        Ok(())
    }
}

impl TagRange {
    /// How many low bits differ between the tags of the range.
    fn varying_bits(&self) -> u32 {
        u64::BITS - (self.range.start() ^ self.range.end()).leading_zeros()
    }
}

/// Neighbouring cells of a count, the first and the last not empty.
struct CellGroup {
    first: usize,
    last: usize,
    length: u64,
}

/// The cells that are not empty, in groups of up to `longest`; one alone may be longer.
fn groups(counts: &[u64], longest: u64) -> Vec<CellGroup> {
    let mut groups = Vec::<CellGroup>::new();
    for (cell, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        match groups.last_mut() {
            Some(group) if group.length + count <= longest => {
                group.last = cell;
                group.length += count;
            }
            _ => groups.push(CellGroup {
                first: cell,
                last: cell,
                length: count,
            }),
        }
    }
    groups
}
