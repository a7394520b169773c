//! What a sorter gives back: each country's tags, ascending and each once; with them, if wanted, those of segments.
//!
//! A country is read in parts, ranges of tags that follow one another, each of which fits memory. How long the parts are is
//! known from the buckets of the bundles; a bucket that is longer than memory (which keyed hashes never make) is
//! counted again by its next bits.

use std::{ops::RangeInclusive, sync::Arc};

use crate::index::{
    SortError, SourceMerge,
    file::format::TAG_LENGTH,
    sort::bundle::{self, BUCKETS, Bundle},
    sort::radix::sort_and_dedup,
    sort::space::Space,
};
use crate::{phone::Region, tag::Tag};

/// Tags of a part, as a rule: as many as a core's own cache holds twice, while memory is ample.
const PART: usize = 64 << 10;
/// Tags of a part, however little memory there is.
const LEAST: usize = 1024;
/// A tag of a part is held as it is read, among the part's, in the scratch of sorting, and coded.
const COPIES: usize = 4;
/// Bits that a bucket which is too long is counted by.
const BITS: u32 = 8;

/// All tags of a load. Countries may be read in any order, more than once, and by several threads.
pub struct Sorted {
    space: Arc<Space>,
    records: Vec<u64>,
    bundles: Vec<Vec<Bundle>>,
    /// Segments whose tags are given with those of the load.
    joined: Option<SourceMerge>,
    /// Buckets of up to so many tags are one part.
    together: u64,
    /// The most tags of a part.
    longest: u64,
    parts: Vec<Part>,
}

/// A range of a country's tags that fits memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::index) struct Part {
    pub(in crate::index) region: Region,
    pub(in crate::index) range: RangeInclusive<u64>,
}

/// Space that a thread reuses from part to part.
#[derive(Default)]
pub(in crate::index) struct PartScratch {
    pub(in crate::index) tags: Vec<Tag>,
    scratch: Vec<Tag>,
    buffer: Vec<[u8; TAG_LENGTH]>,
}

impl Sorted {
    /// `memory` is what one thread may take.
    pub(in crate::index) fn new(
        space: Arc<Space>,
        memory: usize,
        records: Vec<u64>,
        bundles: Vec<Vec<Bundle>>,
    ) -> Result<Sorted, SortError> {
        let longest = (memory / COPIES / TAG_LENGTH).max(LEAST);
        let sorted = Sorted {
            space,
            records,
            bundles,
            joined: None,
            together: longest.min(PART) as u64,
            longest: longest as u64,
            parts: Vec::new(),
        };
        sorted.divided()
    }

    /// The same, together with all tags of these segments.
    pub fn with(self, joined: SourceMerge) -> Result<Sorted, SortError> {
        let sorted = Sorted {
            together: self.together.max(joined.worth_reading()).min(self.longest),
            joined: Some(joined),
            ..self
        };
        sorted.divided()
    }

    /// With parts that fit memory.
    fn divided(mut self) -> Result<Sorted, SortError> {
        let mut parts = Vec::new();
        for region in Region::all() {
            let mut counts = [0; BUCKETS];
            for bundle in &self.bundles[region.index()] {
                bundle.count(&mut counts);
            }
            if let Some(joined) = &self.joined {
                joined.count(region, &mut counts, u64::BITS);
            }
            for group in groups(&counts, self.together) {
                let range = bundle::tags_of(group.first..=group.last);
                self.divide(region, range, group.length, &mut parts)?;
            }
        }
        self.parts = parts;
        Ok(self)
    }

    /// The countries that have tags, in order of their codes, each with the number of records that were pushed for it.
    pub fn regions(&self) -> impl Iterator<Item = (Region, u64)> + '_ {
        Region::all()
            .zip(self.records.iter().copied())
            .filter(|(_, records)| *records > 0)
    }

    /// The records that were pushed for a country.
    pub(in crate::index) fn records(&self, region: Region) -> u64 {
        self.records[region.index()]
    }

    /// The records of a country that has so many tags in all, those of segments included.
    pub(in crate::index) fn all_records(&self, region: Region, distinct: u64) -> u64 {
        let own = self.records(region);
        match &self.joined {
            // All of them may be forgotten.
            Some(_) if distinct == 0 => 0,
            // The same files read in two ways may give more numbers than either way counts records.
            Some(joined) => (joined.records(region) + own).max(distinct),
            None => own,
        }
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
    pub(in crate::index) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Reads a part into `scratch.tags`, ascending and each once. Returns how many different tags were pushed.
    pub(in crate::index) fn read(
        &self,
        part: &Part,
        scratch: &mut PartScratch,
    ) -> Result<u64, SortError> {
        let PartScratch {
            tags,
            scratch,
            buffer,
        } = scratch;
        tags.clear();
        self.visit(part.region, &part.range, buffer, &mut |tag| tags.push(tag))?;
        sort_and_dedup(tags, scratch, &part.range);
        let pushed = tags.len();
        if let Some(joined) = &self.joined {
            joined.visit(part.region, &part.range, scratch, &mut |tag| tags.push(tag))?;
            if tags.len() > pushed {
                sort_and_dedup(tags, scratch, &part.range);
            }
        }
        Ok(pushed as u64)
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
        parts: &mut Vec<Part>,
    ) -> Result<(), SortError> {
        let varying = u64::BITS - (range.start() ^ range.end()).leading_zeros();
        if length <= self.longest || varying == 0 {
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
        if let Some(joined) = &self.joined {
            joined.count(region, &mut counts, varying);
        }
        groups(&counts, self.together)
            .into_iter()
            .try_for_each(|group| {
                let [start, last] = [group.first, group.last].map(|digit| (digit as u64) << shift);
                let range = first + start..=first + last + ((1 << shift) - 1);
                self.divide(region, range, group.length, parts)
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
