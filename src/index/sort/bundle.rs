//! Bundles: tags of one country, partitioned by their top bits, in the temporary file or in memory.

use std::{
    mem,
    ops::{Range, RangeInclusive},
};

use super::space::Space;
use crate::index::{SortError, file::format::TAG_LENGTH};
use crate::tag::Tag;

/// The most tags of a bundle: 4 MiB.
pub(in crate::index) const BUNDLE: usize = 512 << 10;
/// Top bits that the longest bundles are partitioned by.
pub(super) const BITS: u32 = 10;
/// Buckets of the longest bundles.
pub(in crate::index) const BUCKETS: usize = 1 << BITS;
/// Tags of a bucket, as a rule: 4 KiB, which is worth a read.
const BUCKET: usize = BUNDLE / BUCKETS;
/// A bucket that has `SKEWED` times its share, and `LEAST_SKEWED` tags more, holds repeated tags or
/// no keyed hashes.
const SKEWED: usize = 4;
const LEAST_SKEWED: usize = 1024;

/// A tag in a bundle.
pub(super) type Bytes = [u8; TAG_LENGTH];

/// Tags of one country, bucket by bucket; within a bucket in no order.
pub(in crate::index) struct Bundle {
    place: BucketRange,
    partition: Partition,
}

/// Tags of one bundle that were read.
pub(super) struct GroupSlice<'a> {
    pub(super) tags: &'a [Bytes],
    /// Index in its bundle of the first of them.
    pub(super) first: usize,
}

/// How the tags of a bundle are partitioned.
struct Partition {
    /// Number of top bits that choose the bucket.
    bits: u32,
    /// Where each bucket ends, counted in tags.
    ends: Box<[u32]>,
}

enum BucketRange {
    /// At this byte of the temporary file.
    Spilled(u64),
    Held(Vec<Bytes>),
}

/// Tags of one country, as they came, to be made a bundle of: at most [`BUNDLE`] of them, or one
/// piece.
pub(in crate::index) struct Gathered(pub(in crate::index) Vec<Vec<Tag>>);

/// The bucket of `tag` by its top `bits` bits.
fn bucket(tag: u64, bits: u32) -> usize {
    let bucket = tag.checked_shr(u64::BITS - bits).unwrap_or(0);
    usize::try_from(bucket).expect("as few as buckets")
}

fn tags_within(first: usize, last: usize, bits: u32) -> RangeInclusive<u64> {
    let start = |bucket: usize| (bucket as u64).checked_shl(u64::BITS - bits).unwrap_or(0);
    start(first)..=start(last) | u64::MAX.checked_shr(bits).unwrap_or(0)
}

impl Gathered {
    /// A bundle in the temporary file.
    pub(in crate::index) fn spill(mut self, space: &Space) -> Result<Bundle, SortError> {
        let (bits, counts) = self.evened();
        let mut buffer = space.empty_buffer()?;
        buffer.resize(self.tags() * TAG_LENGTH);
        let partition = self.partition(bits, counts, buffer.as_chunks_mut().0);
        Ok(Bundle {
            place: BucketRange::Spilled(space.write(buffer)?),
            partition,
        })
    }

    /// A bundle in memory.
    pub(in crate::index) fn hold(mut self) -> Bundle {
        let (bits, counts) = self.evened();
        let mut tags = vec![[0; TAG_LENGTH]; self.tags()];
        let partition = self.partition(bits, counts, &mut tags);
        Bundle {
            place: BucketRange::Held(tags),
            partition,
        }
    }

    fn tags(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// The number of bits to partition by, and the number of tags of each bucket. Drops repeated
    /// tags first if they make a bucket too long.
    fn evened(&mut self) -> (u32, Vec<usize>) {
        let (bits, counts) = self.counts();
        let share = self.tags() >> bits;
        let is_skewed = |&count: &usize| count > SKEWED * share + LEAST_SKEWED;
        if counts.iter().any(is_skewed) {
            let mut tags = mem::take(&mut self.0).concat();
            tags.sort_unstable();
            tags.dedup();
            self.0.push(tags);
            return self.counts();
        }
        (bits, counts)
    }

    /// Puts the tags into `partitioned`, which is as long, bucket by bucket.
    fn partition(&self, bits: u32, counts: Vec<usize>, partitioned: &mut [Bytes]) -> Partition {
        let mut places = counts;
        let mut end = 0;
        for place in &mut places {
            (*place, end) = (end, end + *place);
        }
        for piece in &self.0 {
            for tag in piece {
                let place = &mut places[bucket(tag.0, bits)];
                partitioned[*place] = tag.0.to_le_bytes();
                *place += 1;
            }
        }
        // Each bucket has been filled up to its end.
        let ends = places.into_iter().map(as_u32).collect();
        Partition { bits, ends }
    }

    /// The number of bits that its length is worth, and the number of tags of each bucket.
    fn counts(&self) -> (u32, Vec<usize>) {
        let buckets = (self.tags() / BUCKET).clamp(1, BUCKETS);
        let bits = buckets.ilog2();
        let mut counts = vec![0; 1 << bits];
        for piece in &self.0 {
            for tag in piece {
                counts[bucket(tag.0, bits)] += 1;
            }
        }
        (bits, counts)
    }
}

impl Bundle {
    /// Adds to each bucket of the longest bundles how many tags it has here, or may have.
    pub(in crate::index) fn count(&self, counts: &mut [u64; BUCKETS]) {
        let Partition { bits, ends } = &self.partition;
        let each = BUCKETS >> bits;
        let mut start = 0;
        for (counts, &end) in counts.chunks_mut(each).zip(ends) {
            let share = u64::from(end - start).div_ceil(each as u64);
            for count in counts {
                *count += share;
            }
            start = end;
        }
    }

    /// Where the tags of the buckets that `range` touches are, counted in tags.
    pub(super) fn extent(&self, range: &RangeInclusive<u64>) -> Range<usize> {
        let (first, last) = self.buckets(range);
        let ends = &self.partition.ends;
        let start = first.checked_sub(1).map_or(0, |before| ends[before]) as usize;
        start..ends[last] as usize
    }

    /// Its byte in the temporary file, if it is there.
    pub(super) fn spilled_at(&self) -> Option<u64> {
        match self.place {
            BucketRange::Spilled(offset) => Some(offset),
            BucketRange::Held(_) => None,
        }
    }

    /// Calls `visit` with the tags that are in `range`. `read` has its tags if it is in
    /// the temporary file.
    pub(super) fn visit(
        &self,
        range: &RangeInclusive<u64>,
        read: &GroupSlice<'_>,
        visit: &mut impl FnMut(Tag),
    ) {
        let extent = self.extent(range);
        let tags = match &self.place {
            BucketRange::Held(tags) => &tags[extent],
            BucketRange::Spilled(_) => {
                &read.tags[extent.start - read.first..extent.end - read.first]
            }
        };
        let (first, last) = self.buckets(range);
        let tags = tags.iter().map(|bytes| u64::from_le_bytes(*bytes));
        // Buckets that begin and end with the range need no second look.
        if *range == tags_within(first, last, self.partition.bits) {
            tags.for_each(|tag| visit(Tag(tag)));
        } else {
            tags.filter(|tag| range.contains(tag))
                .for_each(|tag| visit(Tag(tag)));
        }
    }

    /// The first and the last bucket that `range` touches.
    fn buckets(&self, range: &RangeInclusive<u64>) -> (usize, usize) {
        let bits = self.partition.bits;
        (bucket(*range.start(), bits), bucket(*range.end(), bits))
    }
}

fn as_u32(length: usize) -> u32 {
    u32::try_from(length).expect("a bundle has fewer")
}
