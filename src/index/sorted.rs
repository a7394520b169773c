//! What a sorter gives back: each country's tags, ascending and each once.
//!
//! The runs of a country, spilled or in memory, are merged through a window of each. What is in all windows up to the
//! lowest end of one of them is complete: it is sorted as one batch, repeated tags dropped, and given out. That holds
//! for tags of any distribution, and takes the same memory however long the runs are.

use std::{fs::File, sync::Arc};

use super::{
    SortError,
    format::{self, TAG_LENGTH},
    sorter::{Pair, Space},
    storage::read_exact_at,
};
use crate::{phone::Region, tag::Tag};

/// Tags in a window: at least a page, at most 1 MiB.
const WINDOW: std::ops::RangeInclusive<usize> = 512..=128 << 10;
/// A window's tags are held as bytes as they are read, as tags, in the batch, and in the scratch of sorting it.
const COPIES: usize = 4;

/// All tags of a load. Countries may be read in any order, more than once, and by several threads.
pub struct Sorted {
    space: Arc<Space>,
    memory: usize,
    records: Vec<u64>,
    extents: Vec<Vec<Extent>>,
    runs: Vec<Vec<Pair>>,
}

/// Sorted tags of one country in the temporary file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) offset: u64,
    pub(super) tags: u64,
}

impl Sorted {
    pub(super) fn new(
        space: Arc<Space>,
        memory: usize,
        records: Vec<u64>,
        extents: Vec<Vec<Extent>>,
        runs: Vec<Vec<Pair>>,
    ) -> Sorted {
        Sorted {
            space,
            memory,
            records,
            extents,
            runs,
        }
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
        let extents = self.extents[region.index()]
            .iter()
            .copied()
            .map(Rest::Spilled);
        let runs = self.runs.iter().map(|run| {
            let start = run.partition_point(|pair| pair.0 < region);
            let length = run[start..].partition_point(|pair| pair.0 == region);
            Rest::Held(&run[start..start + length])
        });
        let cursors: Vec<_> = extents
            .chain(runs)
            .filter(|rest| !rest.is_empty())
            .map(Cursor::new)
            .collect();
        let window = self.memory / 2 / COPIES / TAG_LENGTH / cursors.len().max(1);
        SortedRegion {
            space: &self.space,
            window: window.clamp(*WINDOW.start(), *WINDOW.end()),
            cursors,
            batch: Vec::new(),
            given: 0,
        }
    }

    /// Bytes that were written to the temporary file.
    pub fn spilled(&self) -> u64 {
        self.space.length()
    }
}

/// The tags of one country.
pub struct SortedRegion<'a> {
    space: &'a Space,
    window: usize,
    cursors: Vec<Cursor<'a>>,
    batch: Vec<Tag>,
    given: usize,
}

/// One run of the country: a window of tags, and what comes after it.
struct Cursor<'a> {
    window: Vec<Tag>,
    /// Tags of the window that were given out.
    taken: usize,
    rest: Rest<'a>,
}

/// What of a run was not yet in a window.
enum Rest<'a> {
    Spilled(Extent),
    Held(&'a [Pair]),
}

impl Iterator for SortedRegion<'_> {
    type Item = Result<Tag, SortError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.given == self.batch.len()
            && let Err(error) = self.refill()
        {
            self.cursors.clear();
            self.batch.clear();
            self.given = 0;
            return Some(Err(error));
        }
        let tag = self.batch.get(self.given)?;
        self.given += 1;
        Some(Ok(*tag))
    }
}

impl SortedRegion<'_> {
    /// The next batch; empty at the end.
    fn refill(&mut self) -> Result<(), SortError> {
        self.batch.clear();
        self.given = 0;
        let mut file = None;
        for cursor in self
            .cursors
            .iter_mut()
            .filter(|cursor| cursor.window().is_empty())
        {
            cursor.read(self.window, self.space, &mut file)?;
        }
        self.cursors.retain(|cursor| !cursor.window().is_empty());
        // Above the end of a window, more tags of its run may follow.
        let unfinished = self.cursors.iter().filter(|cursor| !cursor.rest.is_empty());
        let complete = unfinished
            .filter_map(|cursor| cursor.window.last())
            .min()
            .copied();
        for cursor in &mut self.cursors {
            let window = cursor.window();
            let length = complete.map_or(window.len(), |complete| {
                window.partition_point(|tag| *tag <= complete)
            });
            self.batch.extend_from_slice(&window[..length]);
            cursor.taken += length;
        }
        if self.cursors.len() > 1 {
            // The stable sort finds the runs that are sorted already and merges them.
            self.batch.sort();
        }
        self.batch.dedup();
        Ok(())
    }
}

impl<'a> Cursor<'a> {
    fn new(rest: Rest<'a>) -> Cursor<'a> {
        Cursor {
            window: Vec::new(),
            taken: 0,
            rest,
        }
    }

    fn window(&self) -> &[Tag] {
        &self.window[self.taken..]
    }

    /// Moves on to the next window, empty at the end of the run. `file` keeps the temporary file for the next cursor.
    fn read(
        &mut self,
        length: usize,
        space: &Space,
        file: &mut Option<Arc<File>>,
    ) -> Result<(), SortError> {
        self.window.clear();
        self.taken = 0;
        match &mut self.rest {
            Rest::Held(pairs) => {
                let (window, rest) = pairs.split_at(length.min(pairs.len()));
                self.window.extend(window.iter().map(|(_, tag)| *tag));
                *pairs = rest;
            }
            Rest::Spilled(extent) => {
                let tags = usize::try_from(extent.tags).map_or(length, |tags| tags.min(length));
                let file = match file {
                    Some(file) => file,
                    None => file.insert(space.file()?),
                };
                let mut bytes = vec![0; tags * TAG_LENGTH];
                read_exact_at(file, &mut bytes, extent.offset)
                    .map_err(|source| space.failed("read", source))?;
                self.window.extend(format::tags(&bytes));
                extent.offset += bytes.len() as u64;
                extent.tags -= tags as u64;
            }
        }
        Ok(())
    }
}

impl Rest<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Rest::Spilled(extent) => extent.tags == 0,
            Rest::Held(pairs) => pairs.is_empty(),
        }
    }
}
