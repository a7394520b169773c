//! What a sorter gives back: each country's tags, ascending and each once, part by part.

use std::{ops::RangeInclusive, sync::Arc};

use super::{
    bundle::{BUCKETS, Bundle},
    parts::{PartLimits, TagRange},
    radix::sort_and_dedup,
    sort_error::SortError,
    space::Space,
};
use crate::{index::file::format::TAG_LENGTH, phone::Region, tag::Tag};

/// All tags of a load. Countries may be read in any order, more than once, and by several threads.
pub struct Sorted {
    space: Arc<Space>,
    records: Vec<u64>,
    bundles: Vec<Vec<Bundle>>,
    limits: PartLimits,
    parts: Vec<TagRange>,
}

/// Space that a thread reuses from part to part.
#[derive(Default)]
pub(in crate::index) struct PartScratch {
    pub(in crate::index) tags: Vec<Tag>,
    pub(in crate::index) other: Vec<Tag>,
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
        let mut sorted = Sorted {
            space,
            records,
            bundles,
            limits: PartLimits::new(memory),
            parts: Vec::new(),
        };
        sorted.parts = sorted
            .limits
            .divide(|region, range, cells| sorted.count(region, range, cells))?;
        Ok(sorted)
    }

    /// The countries that have tags, in order of their codes, each with the number of its records.
    pub fn regions(&self) -> impl Iterator<Item = (Region, u64)> + '_ {
        Region::all()
            .zip(self.records.iter().copied())
            .filter(|(_, records)| *records > 0)
    }

    /// The records that were pushed for a country.
    pub(in crate::index) fn records(&self, region: Region) -> u64 {
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
    pub(in crate::index) fn parts(&self) -> &[TagRange] {
        &self.parts
    }

    /// How long its parts may be.
    pub(in crate::index) fn limits(&self) -> PartLimits {
        self.limits
    }

    /// Adds to each cell, an even share of `range`, how many tags of a country it has or may have.
    pub(in crate::index) fn count(
        &self,
        region: Region,
        range: &RangeInclusive<u64>,
        cells: &mut [u64],
    ) -> Result<(), SortError> {
        if let (0, &u64::MAX, Ok(buckets)) = (
            *range.start(),
            range.end(),
            <&mut [u64; BUCKETS]>::try_from(&mut *cells),
        ) {
            for bundle in &self.bundles[region.index()] {
                bundle.count(buckets);
            }
            return Ok(());
        }
        let width = (range.end() - range.start()) / cells.len() as u64 + 1;
        self.visit(region, range, &mut Vec::new(), &mut |tag| {
            let cell = usize::try_from((tag.0 - range.start()) / width);
            cells[cell.expect("tags of the range are in its cells")] += 1;
        })
    }

    /// Reads a part into `scratch.tags`, ascending and each once.
    pub(in crate::index) fn read(
        &self,
        part: &TagRange,
        scratch: &mut PartScratch,
    ) -> Result<(), SortError> {
        let PartScratch {
            tags,
            other,
            buffer,
        } = scratch;
        tags.clear();
        self.visit(part.region, &part.range, buffer, &mut |tag| tags.push(tag))?;
        sort_and_dedup(tags, other, &part.range);
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
}

/// The tags of one country.
pub struct SortedRegion<'a> {
    sorted: &'a Sorted,
    /// Those that are still to be read.
    parts: &'a [TagRange],
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
