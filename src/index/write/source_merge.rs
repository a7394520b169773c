//! Segments of one source that become one: its metadata, its records, and its tags by ranges.
//!
//! The first segment's metadata is kept; each missing field is taken from the next segment that
//! has it. Records add up. Rows that both sides count would count twice, so if all files of one
//! side were read in the same way on the other, the greater count of each country is kept. Files that are on
//! both sides beside others do count twice, since a segment does not say how many records of a
//! country came from which file; [`SourceMerge::repeated`] says how many there are.

use std::{fmt, ops::RangeInclusive, path::PathBuf};

use crate::index::{
    Provenance, Segment, SegmentError, SourceMeta, Tombstones, file::coding::BLOCK_TAGS,
};
use crate::{phone::Region, tag::Tag};

/// Segments of one source, and the source that they become.
pub struct SourceMerge {
    meta: SourceMeta,
    records: Vec<u64>,
    segments: Vec<Segment>,
    /// Tags that are left out.
    forgotten: Tombstones,
    contradictions: Vec<Contradiction>,
    repeated: usize,
}

/// A part of a segment's metadata that differs from that of a segment before, which is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The segment.
    pub path: PathBuf,
    /// What both say: `title`, `date`, `status`, `note`, `claimed`, `numbering plans` or
    /// `old plans`.
    pub what: &'static str,
    /// The value that is kept.
    pub kept: String,
    /// What this segment says.
    pub found: String,
}

/// Which files two sides share.
enum SharedFiles {
    /// All files of the second are on the first side.
    Within,
    /// All files of the first are on the second side.
    Around,
    /// Some are on both sides: this many.
    Some(usize),
}

impl SourceMerge {
    /// Of one segment, whose metadata is kept, without the numbers that are `forgotten`.
    pub fn new(first: Segment, forgotten: Tombstones) -> Result<SourceMerge, SegmentError> {
        Ok(SourceMerge {
            meta: first.full_meta()?,
            records: records(&first, &forgotten)?,
            segments: vec![first],
            forgotten,
            contradictions: Vec::new(),
            repeated: 0,
        })
    }

    /// Adds a segment of the same source.
    pub fn add(&mut self, segment: Segment) -> Result<(), SegmentError> {
        let theirs = records(&segment, &self.forgotten)?;
        let provenance = segment.full_meta()?.provenance;
        let overlap = SharedFiles::of(&self.meta.provenance, &provenance);
        for (records, theirs) in self.records.iter_mut().zip(theirs) {
            *records = match overlap {
                SharedFiles::Within | SharedFiles::Around => theirs.max(*records),
                SharedFiles::Some(_) => records.saturating_add(theirs),
            };
        }
        match overlap {
            SharedFiles::Within => {}
            SharedFiles::Around => self.meta.provenance = provenance,
            SharedFiles::Some(repeated) => {
                self.repeated = self.repeated.saturating_add(repeated);
                self.meta.provenance.add(provenance);
            }
        }
        self.add_words(&segment);
        self.segments.push(segment);
        Ok(())
    }

    /// The metadata of the source.
    pub fn meta(&self) -> &SourceMeta {
        &self.meta
    }

    /// The segments, in the order they were given.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The fields in which they contradict each other.
    pub fn contradictions(&self) -> &[Contradiction] {
        &self.contradictions
    }

    /// Number of files whose rows the records count twice.
    pub fn repeated(&self) -> usize {
        self.repeated
    }

    /// The records of a country.
    pub(in crate::index) fn records(&self, region: Region) -> u64 {
        self.records[region.index()]
    }

    /// Adds to each cell, an even share of `range`, about how many of a country's tags it has. Tags
    /// are keyed hashes, and the seals say that the key made them, so every share has as many.
    pub(super) fn count(&self, region: Region, range: &RangeInclusive<u64>, cells: &mut [u64]) {
        let countries = (self.segments.iter()).filter_map(|segment| segment.country(region));
        let distinct: u128 = countries.map(|country| u128::from(country.distinct)).sum();
        if distinct > 0 {
            let length = u128::from(range.end() - range.start()) + 1;
            let in_range = distinct.saturating_mul(length) >> u64::BITS;
            let share = in_range.div_ceil(cells.len() as u128).max(1);
            let share = u64::try_from(share).unwrap_or(u64::MAX);
            for cell in &mut *cells {
                *cell += share;
            }
        }
    }

    /// Number of tags that are worth reading at once: a few blocks of each segment.
    pub(in crate::index) fn worth_reading(&self) -> u64 {
        (self.segments.len() * 4 * BLOCK_TAGS) as u64
    }

    /// Calls `visit` with the tags of a country that are in a range, segment after segment.
    pub(in crate::index) fn visit(
        &self,
        region: Region,
        range: &RangeInclusive<u64>,
        block: &mut Vec<Tag>,
        visit: &mut impl FnMut(Tag),
    ) -> Result<(), SegmentError> {
        let range = Tag(*range.start())..=Tag(*range.end());
        let forgotten = self.forgotten.of(region);
        let mut visit = |tag| {
            if forgotten.is_empty() || forgotten.binary_search(&tag).is_err() {
                visit(tag);
            }
        };
        self.segments
            .iter()
            .try_for_each(|segment| segment.visit(region, &range, block, &mut visit))
    }

    fn add_words(&mut self, segment: &Segment) {
        let (ours, theirs) = (&mut self.meta, segment.meta());
        let mut contradict = |what, kept: &dyn fmt::Display, found: &dyn fmt::Display| {
            self.contradictions.push(Contradiction {
                path: segment.path().to_owned(),
                what,
                kept: kept.to_string(),
                found: found.to_string(),
            });
        };
        if let Some((kept, found)) = settle(&mut ours.title, theirs.title.as_ref()) {
            contradict("title", kept, found);
        }
        if let Some((kept, found)) = settle(&mut ours.date, theirs.date.as_ref()) {
            contradict("date", kept, found);
        }
        if let Some((kept, found)) = settle(&mut ours.note, theirs.note.as_ref()) {
            contradict("note", kept, found);
        }
        if let Some((kept, found)) = settle(&mut ours.claimed, theirs.claimed.as_ref()) {
            let countries = |count: usize| format!("a table of {count} countries");
            contradict("claimed", &countries(kept.len()), &countries(found.len()));
        }
        if ours.status != theirs.status {
            contradict("status", &ours.status, &theirs.status);
        }
        // Whoever asks is warned as long as any of the numbers was read by older plans.
        let (old, new) = (&ours.metadata_version, &theirs.metadata_version);
        if old != new {
            let oldest = if release(old) <= release(new) {
                old
            } else {
                new
            };
            contradict("numbering plans", oldest, new);
            ours.metadata_version = oldest.clone();
        }
        if ours.migrations_version != theirs.migrations_version {
            let (old, new) = (ours.migrations_version, theirs.migrations_version);
            contradict("old plans", &old.min(new), &new);
            ours.migrations_version = old.min(new);
        }
        // The newest of the loads; RFC 3339 in UTC sorts as text.
        if ours.loaded_at < theirs.loaded_at {
            ours.loaded_at.clone_from(&theirs.loaded_at);
        }
        env!("CARGO_PKG_VERSION").clone_into(&mut ours.leakline_version);
    }
}

/// The records of a segment by region, without forgotten numbers.
fn records(segment: &Segment, forgotten: &Tombstones) -> Result<Vec<u64>, SegmentError> {
    let mut records = vec![0; Region::COUNT];
    for country in segment.countries() {
        records[country.region.index()] = forgotten.count_others(segment, *country)?.records;
    }
    Ok(records)
}

/// Keeps what `ours` says, else takes what `theirs` says. Returns both if they differ.
fn settle<'a, T: Clone + PartialEq>(
    ours: &'a mut Option<T>,
    theirs: Option<&'a T>,
) -> Option<(&'a T, &'a T)> {
    if ours.is_none() {
        *ours = theirs.cloned();
    }
    ours.as_ref()
        .zip(theirs)
        .filter(|(kept, found)| kept != found)
}

/// The numbers of a version, for comparing.
fn release(version: &str) -> Vec<u64> {
    version
        .split('.')
        .map(|number| number.parse().unwrap_or(0))
        .collect()
}

impl SharedFiles {
    fn of(first: &Provenance, second: &Provenance) -> SharedFiles {
        let (of_first, of_second) = (first.files_in(second), second.files_in(first));
        if of_second == second.files.len() && of_second > 0 {
            SharedFiles::Within
        } else if of_first == first.files.len() && of_first > 0 {
            SharedFiles::Around
        } else {
            SharedFiles::Some(of_second)
        }
    }
}
