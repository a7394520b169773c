//! The tags that a segment is written from: those of a load, of older segments, or of both.

use std::{convert::Infallible, ops::ControlFlow};

use super::{source_merge::SourceMerge, write_error::WriteError};
use crate::{
    index::sort::{
        parts::{PartLimits, TagRange},
        radix::sort_and_dedup,
        sort_error::SortError,
        sorted::{PartGroup, PartScratch, Sorted},
        tag_group::TagGroup,
    },
    phone::Region,
    tag::Tag,
};

/// Tags of a load and of older segments of its source, in parts that fit memory.
pub struct TagUnion<'a> {
    load: Option<&'a Sorted>,
    older: Option<&'a SourceMerge>,
    parts: Vec<TagRange>,
}

impl<'a> TagUnion<'a> {
    /// Those of a load.
    pub fn of_load(load: &'a Sorted) -> TagUnion<'a> {
        TagUnion {
            load: Some(load),
            older: None,
            parts: load.parts().to_vec(),
        }
    }

    /// Those of older segments; one thread may take `memory` bytes.
    pub fn of_merge(older: &'a SourceMerge, memory: usize) -> TagUnion<'a> {
        let limits = PartLimits::new(memory).at_least(older.worth_reading());
        let divided: Result<_, Infallible> = limits.divide(|region, range, cells| {
            older.count(region, range, cells);
            Ok(())
        });
        TagUnion {
            load: None,
            older: Some(older),
            parts: match divided {
                Ok(parts) => parts,
                Err(never) => match never {},
            },
        }
    }

    /// Those of a load and of older segments.
    pub fn of_both(load: &'a Sorted, older: &'a SourceMerge) -> Result<TagUnion<'a>, WriteError> {
        let limits = load.limits().at_least(older.worth_reading());
        let parts = limits.divide(|region, range, cells| {
            older.count(region, range, cells);
            load.count(region, range, cells)
        })?;
        Ok(TagUnion {
            load: Some(load),
            older: Some(older),
            parts,
        })
    }

    pub(super) fn parts(&self) -> &[TagRange] {
        &self.parts
    }

    /// The groups in which the tags of the load are read; none if they are in memory.
    pub(super) fn groups(&self) -> Vec<PartGroup> {
        self.load
            .map(|load| load.groups(&self.parts))
            .unwrap_or_default()
    }

    /// Reads `groups` in order and gives each to `take`, until that wants no more.
    pub(super) fn read_groups(
        &self,
        groups: &[PartGroup],
        take: impl FnMut(Result<TagGroup, SortError>) -> ControlFlow<()>,
    ) {
        if let Some(load) = self.load {
            load.read_groups(groups, take);
        }
    }

    /// Reads a part into `scratch.tags`, ascending and each once; the tags of the load out of
    /// `group`, if they were read with others. Returns how many of them are of the load.
    pub(super) fn read(
        &self,
        part: &TagRange,
        group: Option<&TagGroup>,
        scratch: &mut PartScratch,
    ) -> Result<u64, WriteError> {
        match self.load {
            Some(load) => load.read(part, group, scratch)?,
            None => scratch.tags.clear(),
        }
        let loaded = scratch.tags.len();
        if let Some(older) = self.older {
            let PartScratch { tags, other, .. } = scratch;
            older.visit(part.region, &part.range, other, &mut |tag: Tag| {
                tags.push(tag);
            })?;
            if tags.len() > loaded {
                sort_and_dedup(tags, other, &part.range);
            }
        }
        Ok(loaded as u64)
    }

    /// The records that the load has of a country.
    pub(super) fn loaded_records(&self, region: Region) -> u64 {
        self.load.map_or(0, |load| load.records(region))
    }

    /// The records of a country that has `distinct` tags in all.
    pub(super) fn records(&self, region: Region, distinct: u64) -> u64 {
        let loaded = self.loaded_records(region);
        match self.older {
            // All of them may be forgotten.
            Some(_) if distinct == 0 => 0,
            // The same files read in two ways may give more numbers than either way counts records.
            Some(older) => older.records(region).saturating_add(loaded).max(distinct),
            None => loaded,
        }
    }
}
