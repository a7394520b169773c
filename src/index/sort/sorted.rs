//! What a sorter gives back: each country's tags, ascending and each once, part by part.

use std::{
    num::NonZeroUsize,
    ops::{ControlFlow, RangeInclusive},
    sync::Arc,
};

use crossbeam_channel::bounded;

use super::{
    bundle::{BUCKETS, Bundle},
    parts::{PartLimits, TagRange},
    radix::sort_and_dedup,
    sort_error::SortError,
    space::Space,
    tag_group::TagGroup,
};
use crate::{
    index::file::{direct::AlignedBuffer, format::TAG_LENGTH},
    ordered_pool::OrderedPool,
    phone::Region,
    tag::Tag,
};

/// Share of the sorter's memory that a group of parts takes, while up to [`GROUPS`] of them are
/// under way and the memory of the tags is free again.
const GROUP_SHARE: usize = 40;
/// Bytes of a group, however much memory there is: more do not make reading faster.
const GROUP_MOST: usize = 16 << 20;
/// Groups that are read at a time: a disk gives half as much again to two readers as to one.
const READERS: NonZeroUsize = NonZeroUsize::new(2).unwrap();
/// Those that are being read, one that waits, and two that workers are at.
const GROUPS: usize = READERS.get() + 3;

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
    group: TagGroup,
}

/// Neighbouring parts of one country that are read together.
pub(in crate::index) struct PartGroup {
    region: Region,
    range: RangeInclusive<u64>,
    /// How many they are.
    pub(in crate::index) parts: usize,
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
        let mut group = TagGroup::default();
        for bundle in self.bundles[region.index()].chunks(1) {
            // One after the other, since a range that is counted again is too long for memory.
            group.read(bundle, range, &self.space)?;
            bundle[0].visit(range, &group.slice(0), &mut |tag| {
                let cell = usize::try_from((tag.0 - range.start()) / width);
                cells[cell.expect("tags of the range are in its cells")] += 1;
            });
        }
        Ok(())
    }

    /// The groups that `parts` are read in; none if all tags are in memory.
    pub(in crate::index) fn groups(&self, parts: &[TagRange]) -> Vec<PartGroup> {
        let mut groups = Vec::<PartGroup>::new();
        if self.space.length() == 0 {
            return groups;
        }
        let most = (self.space.memory() / GROUP_SHARE).min(GROUP_MOST) / TAG_LENGTH;
        let mut tags = 0;
        for part in parts {
            let bundles = self.bundles[part.region.index()].iter();
            let of_part: usize = bundles.map(|bundle| bundle.extent(&part.range).len()).sum();
            match groups.last_mut() {
                Some(group) if group.region == part.region && tags + of_part <= most => {
                    group.range = *group.range.start()..=*part.range.end();
                    group.parts += 1;
                    tags += of_part;
                }
                _ => {
                    groups.push(PartGroup {
                        region: part.region,
                        range: part.range.clone(),
                        parts: 1,
                    });
                    tags = of_part;
                }
            }
        }
        groups
    }

    /// Reads `groups` and gives each to `take`, in order, until that wants no more.
    pub(in crate::index) fn read_groups(
        &self,
        groups: &[PartGroup],
        mut take: impl FnMut(Result<TagGroup, SortError>) -> ControlFlow<()>,
    ) {
        // The memory of a buffer costs more than reading into it, so it is used again.
        let (used, free) = bounded::<AlignedBuffer>(GROUPS);
        let pool = OrderedPool {
            threads: READERS,
            window: READERS,
            alone: 1,
        };
        let mut groups = groups.iter();
        let read = |(): &mut (), part_group: &PartGroup| {
            let buffer = free.try_recv().unwrap_or_default();
            let mut group = TagGroup::reusing(buffer, used.clone());
            let bundles = &self.bundles[part_group.region.index()];
            let read = group.read(bundles, &part_group.range, &self.space);
            read.map(|()| group)
        };
        let take = |group| match take(group) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(()),
        };
        // What fails is given to `take`; the other end is that it wants no more.
        let _ = pool.run(|| Ok(groups.next()), || (), read, take);
    }

    /// Reads a part into `scratch.tags`, ascending and each once; out of `group`, if it was read
    /// with others.
    pub(in crate::index) fn read(
        &self,
        part: &TagRange,
        group: Option<&TagGroup>,
        scratch: &mut PartScratch,
    ) -> Result<(), SortError> {
        let PartScratch {
            tags,
            other,
            group: own,
        } = scratch;
        let bundles = &self.bundles[part.region.index()];
        let group = if let Some(group) = group {
            group
        } else {
            own.read(bundles, &part.range, &self.space)?;
            own
        };
        tags.clear();
        for (index, bundle) in bundles.iter().enumerate() {
            bundle.visit(&part.range, &group.slice(index), &mut |tag| tags.push(tag));
        }
        sort_and_dedup(tags, other, &part.range);
        Ok(())
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
            if let Err(error) = self.sorted.read(part, None, &mut self.part) {
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
