//! What a sorter gives back: each country's tags, ascending and each once.
//!
//! A country is read in parts, ranges of tags that follow one another, each of which fits memory. How long the parts are is
//! known from the buckets of the bundles; a bucket that is longer than memory (which keyed hashes never make) is
//! counted again by its next bits.

use std::{ops::RangeInclusive, sync::Arc};

use super::{
    SortError,
    bundle::{self, BUCKETS, Bundle},
    format::TAG_LENGTH,
    radix::sort_and_dedup,
    sorter::Space,
};
use crate::{phone::Region, tag::Tag};

/// Tags of a part, at most: as many as a core's own cache holds twice, while memory is ample.
const PART: std::ops::RangeInclusive<usize> = 1024..=64 << 10;
/// A tag of a part is held as it is read, among the part's, in the scratch of sorting, and coded.
const COPIES: usize = 4;
/// Bits that a bucket which is too long is counted by.
const BITS: u32 = 8;

/// All tags of a load. Countries may be read in any order, more than once, and by several threads.
pub struct Sorted {
    space: Arc<Space>,
    records: Vec<u64>,
    bundles: Vec<Vec<Bundle>>,
    parts: Vec<Part>,
}

/// A range of a country's tags that fits memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) region: Region,
    pub(super) range: RangeInclusive<u64>,
}

/// Space that a thread reuses from part to part.
#[derive(Default)]
pub(super) struct PartScratch {
    pub(super) tags: Vec<Tag>,
    scratch: Vec<Tag>,
    buffer: Vec<[u8; TAG_LENGTH]>,
}

impl Sorted {
    /// `memory` is what one thread may take.
    pub(super) fn new(
        space: Arc<Space>,
        memory: usize,
        records: Vec<u64>,
        bundles: Vec<Vec<Bundle>>,
    ) -> Result<Sorted, SortError> {
        let longest = (memory / COPIES / TAG_LENGTH).clamp(*PART.start(), *PART.end()) as u64;
        let mut sorted = Sorted {
            space,
            records,
            bundles,
            parts: Vec::new(),
        };
        let mut parts = Vec::new();
        for region in Region::all() {
            if sorted.bundles[region.index()].is_empty() {
                continue;
            }
            let mut counts = [0; BUCKETS];
            for bundle in &sorted.bundles[region.index()] {
                bundle.count(&mut counts);
            }
            for group in groups(&counts, longest) {
                let range = bundle::tags_of(group.first..=group.last);
                sorted.divide(region, range, group.length, longest, &mut parts)?;
            }
        }
        sorted.parts = parts;
        Ok(sorted)
    }

    /// The countries that have tags, in order of their codes, each with the number of records that were pushed for it.
    pub fn regions(&self) -> impl Iterator<Item = (Region, u64)> + '_ {
        Region::all()
            .zip(self.records.iter().copied())
            .filter(|(_, records)| *records > 0)
    }

    /// The records that were pushed for a country.
    pub fn records(&self, region: Region) -> u64 {
        self.records[region.index()]
    }

    /// A country's tags, ascending and each once. Ends after the first error.
    pub fn region(&self, region: Region) -> SortedRegion<'_> {
        let start = self.parts.partition_point(|part| part.region < region);
        let length = self.parts[start..].partition_point(|part| part.region == region);
        SortedRegion {
            sorted: self,
            parts: &self.parts[start..start + length],
            part: PartScratch::default(),
            given: 0,
        }
    }

    /// Bytes that were written to the temporary file.
    pub fn spilled(&self) -> u64 {
        self.space.length()
    }

    /// The parts of all countries, in order.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Reads a part into `scratch.tags`, ascending and each once.
    pub(super) fn read(&self, part: &Part, scratch: &mut PartScratch) -> Result<(), SortError> {
        let PartScratch {
            tags,
            scratch,
            buffer,
        } = scratch;
        tags.clear();
        self.visit(part.region, &part.range, buffer, &mut |tag| tags.push(tag))?;
        sort_and_dedup(tags, scratch, &part.range);
        Ok(())
    }

    fn visit(
        &self,
        region: Region,
        range: &RangeInclusive<u64>,
        buffer: &mut Vec<[u8; TAG_LENGTH]>,
        visit: &mut impl FnMut(Tag),
    ) -> Result<(), SortError> {
        self.bundles[region.index()]
            .iter()
            .try_for_each(|bundle| bundle.visit(range, &self.space, buffer, visit))
    }

    /// Adds a range as one part, or, if it is of one bucket that is too long, as parts of that.
    fn divide(
        &self,
        region: Region,
        range: RangeInclusive<u64>,
        length: u64,
        longest: u64,
        parts: &mut Vec<Part>,
    ) -> Result<(), SortError> {
        let varying = u64::BITS - (range.start() ^ range.end()).leading_zeros();
        if length <= longest || varying == 0 {
            parts.push(Part { region, range });
            return Ok(());
        }
        let shift = varying.saturating_sub(BITS);
        let first = *range.start();
        let digit = |tag: u64| usize::try_from((tag - first) >> shift).expect("at most 8 bits");
        let mut counts = vec![0_u64; digit(*range.end()) + 1];
        self.visit(region, &range, &mut Vec::new(), &mut |tag| {
            counts[digit(tag.0)] += 1;
        })?;
        groups(&counts, longest).into_iter().try_for_each(|group| {
            let [start, last] = [group.first, group.last].map(|digit| (digit as u64) << shift);
            let range = first + start..=first + last + ((1 << shift) - 1);
            self.divide(region, range, group.length, longest, parts)
        })
    }
}

/// Neighbouring cells of a count, the first and the last not empty.
struct Group {
    first: usize,
    last: usize,
    length: u64,
}

/// The cells that are not empty, in groups of up to `longest`; one alone may be longer.
fn groups(counts: &[u64], longest: u64) -> Vec<Group> {
    let mut groups = Vec::<Group>::new();
    for (cell, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        match groups.last_mut() {
            Some(group) if group.length + count <= longest => {
                group.last = cell;
                group.length += count;
            }
            _ => groups.push(Group {
                first: cell,
                last: cell,
                length: count,
            }),
        }
    }
    groups
}

/// The tags of one country.
pub struct SortedRegion<'a> {
    sorted: &'a Sorted,
    /// Those that are still to be read.
    parts: &'a [Part],
    part: PartScratch,
    given: usize,
}

impl Iterator for SortedRegion<'_> {
    type Item = Result<Tag, SortError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.given == self.part.tags.len() {
            let (part, rest) = self.parts.split_first()?;
            self.parts = rest;
            self.given = 0;
            if let Err(error) = self.sorted.read(part, &mut self.part) {
                self.parts = &[];
                self.part.tags.clear();
                return Some(Err(error));
            }
        }
        let tag = self.part.tags[self.given];
        self.given += 1;
        Some(Ok(tag))
    }
}
