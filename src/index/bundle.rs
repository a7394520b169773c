//! Bundles: tags of one country, partitioned by their top bits, in the temporary file or in memory.

use std::ops::RangeInclusive;

use super::{SortError, format::TAG_LENGTH, space::Space, storage::read_exact_at};
use crate::tag::Tag;

/// The most tags of a bundle: 4 MiB.
pub(super) const BUNDLE: usize = 512 << 10;
/// Top bits that a bundle is partitioned by.
const BITS: u32 = 8;
/// Buckets of a bundle.
pub(super) const BUCKETS: usize = 1 << BITS;
/// A bundle of fewer tags is not partitioned: what it would save is less than what its buckets take.
const WORTH_IT: usize = 16 * BUCKETS;
/// A bucket that has this many times its share, and so many tags more, holds repeated ones, or no keyed hashes.
const SKEWED: usize = 4;
const LEAST_SKEWED: usize = 1024;

/// A tag as it stands in a bundle.
type Bytes = [u8; TAG_LENGTH];

/// Tags of one country in no order, but those of a bucket next to each other.
pub(super) struct Bundle {
    place: Place,
    /// Where each bucket ends, counted in tags; one bucket of all if it was not partitioned.
    ends: Box<[u32]>,
}

enum Place {
    /// At this byte of the temporary file.
    Spilled(u64),
    Held(Vec<Bytes>),
}

/// Makes bundles in buffers that it keeps.
#[derive(Default)]
pub(super) struct Bundler {
    gathered: Vec<Tag>,
    partitioned: Vec<Bytes>,
}

/// The bucket of a tag in a partitioned bundle.
pub(super) fn bucket(tag: u64) -> usize {
    usize::try_from(tag >> (u64::BITS - BITS)).expect("as few as buckets")
}

/// The tags of some buckets, the first and the last.
pub(super) fn tags_of(buckets: RangeInclusive<usize>) -> RangeInclusive<u64> {
    let first = |bucket: usize| (bucket as u64) << (u64::BITS - BITS);
    first(*buckets.start())..=first(*buckets.end()) | (u64::MAX >> BITS)
}

impl Bundler {
    /// Takes pieces of at most [`BUNDLE`] tags in all, or one.
    pub(super) fn gather(&mut self, pieces: impl Iterator<Item = Vec<Tag>>) {
        self.gathered.clear();
        pieces.for_each(|piece| self.gathered.extend_from_slice(&piece));
    }

    /// The gathered tags as a bundle that `write` put somewhere.
    pub(super) fn spill(
        &mut self,
        write: impl FnOnce(&[u8]) -> Result<u64, SortError>,
    ) -> Result<Bundle, SortError> {
        let ends = self.partition();
        let offset = write(self.partitioned.as_flattened())?;
        Ok(Bundle {
            place: Place::Spilled(offset),
            ends,
        })
    }

    /// The gathered tags as a bundle in memory.
    pub(super) fn hold(&mut self) -> Bundle {
        let ends = self.partition();
        Bundle {
            place: Place::Held(self.partitioned.clone()),
            ends,
        }
    }

    fn partition(&mut self) -> Box<[u32]> {
        let mut counts = self.counts();
        let share = self.gathered.len() / BUCKETS;
        if counts
            .iter()
            .any(|&count| count > SKEWED * share + LEAST_SKEWED)
        {
            self.gathered.sort_unstable();
            self.gathered.dedup();
            counts = self.counts();
        }
        self.partitioned.clear();
        if self.gathered.len() < WORTH_IT {
            let bytes = self.gathered.iter().map(|tag| tag.0.to_le_bytes());
            self.partitioned.extend(bytes);
            return Box::new([as_u32(self.gathered.len())]);
        }
        self.partitioned
            .resize(self.gathered.len(), [0; TAG_LENGTH]);
        let mut starts = [0; BUCKETS];
        let mut end = 0;
        for (start, count) in starts.iter_mut().zip(counts) {
            *start = end;
            end += count;
        }
        for tag in &self.gathered {
            let place = &mut starts[bucket(tag.0)];
            self.partitioned[*place] = tag.0.to_le_bytes();
            *place += 1;
        }
        // Each bucket has been filled up to its end.
        starts.into_iter().map(as_u32).collect()
    }

    fn counts(&self) -> [usize; BUCKETS] {
        let mut counts = [0; BUCKETS];
        for tag in &self.gathered {
            counts[bucket(tag.0)] += 1;
        }
        counts
    }
}

impl Bundle {
    /// Adds to each bucket how many tags of it there are, or may be.
    pub(super) fn count(&self, counts: &mut [u64; BUCKETS]) {
        if let [all] = *self.ends {
            let share = u64::from(all).div_ceil(BUCKETS as u64);
            for count in counts {
                *count += share;
            }
            return;
        }
        let mut start = 0;
        for (count, &end) in counts.iter_mut().zip(&self.ends) {
            *count += u64::from(end - start);
            start = end;
        }
    }

    /// Calls `visit` with those of the tags that are in a range, some at a time.
    pub(super) fn visit(
        &self,
        range: &RangeInclusive<u64>,
        space: &Space,
        buffer: &mut Vec<Bytes>,
        visit: &mut impl FnMut(Tag),
    ) -> Result<(), SortError> {
        let (first, last) = match *self.ends {
            [_] => (0, 0),
            _ => (bucket(*range.start()), bucket(*range.end())),
        };
        let start = first.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
        let end = self.ends[last] as usize;
        let held;
        let tags = match &self.place {
            Place::Held(tags) => {
                held = tags;
                &held[start..end]
            }
            Place::Spilled(offset) => {
                buffer.resize(end - start, [0; TAG_LENGTH]);
                let offset = offset + (start * TAG_LENGTH) as u64;
                read_exact_at(&*space.file()?, buffer.as_flattened_mut(), offset)
                    .map_err(|source| space.failed("read", source))?;
                buffer.as_slice()
            }
        };
        let tags = tags.iter().map(|bytes| u64::from_le_bytes(*bytes));
        // Buckets that begin and end with the range need no second look.
        if self.ends.len() > 1 && *range == tags_of(first..=last) {
            tags.for_each(|tag| visit(Tag(tag)));
        } else {
            tags.filter(|tag| range.contains(tag))
                .for_each(|tag| visit(Tag(tag)));
        }
        Ok(())
    }
}

fn as_u32(length: usize) -> u32 {
    u32::try_from(length).expect("a bundle has fewer")
}
