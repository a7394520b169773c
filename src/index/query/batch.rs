//! The numbers of one batch, ready to be looked up, and which of them were found.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::buckets::{BUCKETS, Buckets};
use crate::phone::{Number, Region};
use crate::tag::Tag;

/// Bits of a word of matches.
const WORD: usize = u64::BITS as usize;
/// The most numbers of a batch.
const MOST: usize = 1 << 24;

/// The numbers of one batch, ready to be looked up. Their indexes count from 0 in the order given.
pub struct LookupBatch {
    /// By bucket. Numbers of countries that no segment covers are left out.
    queries: Vec<Query>,
    /// Where the queries of each bucket end.
    ends: Vec<u32>,
    /// A bit for each number, segment after segment.
    found: Vec<AtomicU64>,
    words_of_segment: usize,
}

/// A number of a batch, as small as it can be, since millions of them are held at a time: its tag,
/// then its index in the batch and the index of its country in the lowest byte. Bytes, so that
/// a temporary file can hold them.
#[derive(Clone, Copy)]
pub(super) struct Query([u8; Query::LENGTH]);

/// A query as it is sorted, in one integer, so that sorting compares once. From the top: the
/// country, the tag, and the query's index in its job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SortKey(u128);

impl Query {
    /// Bytes of a query.
    pub(super) const LENGTH: usize = 12;

    fn new(region: Region, tag: Tag, index: u32) -> Query {
        let region = u32::try_from(region.index()).expect("a byte");
        let mut bytes = [0; Query::LENGTH];
        bytes[..8].copy_from_slice(&tag.0.to_le_bytes());
        bytes[8..].copy_from_slice(&(index << 8 | region).to_le_bytes());
        Query(bytes)
    }

    /// A query of the bytes that [`Query::bytes`] gave.
    pub(super) fn of_bytes(bytes: [u8; Query::LENGTH]) -> Query {
        Query(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; Query::LENGTH] {
        &self.0
    }

    pub(super) fn key(self, index: u32) -> SortKey {
        let (tag, region) = (self.tag(), self.index_and_region() & 0xff);
        SortKey(u128::from(region) << 96 | u128::from(tag) << 32 | u128::from(index))
    }

    fn tag(self) -> u64 {
        let (tag, _) = self.0.split_first_chunk().expect("it is longer");
        u64::from_le_bytes(*tag)
    }

    fn index_and_region(self) -> u32 {
        let (_, rest) = self.0.split_last_chunk().expect("it is longer");
        u32::from_le_bytes(*rest)
    }

    fn index(self) -> usize {
        (self.index_and_region() >> 8) as usize
    }
}

impl SortKey {
    pub(super) fn region(self) -> Region {
        let index = usize::try_from(self.0 >> 96).ok();
        (index.and_then(Region::from_index)).expect("it was made of a region")
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is above is cut off")]
    pub(super) fn tag(self) -> Tag {
        Tag((self.0 >> 32) as u64)
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is above is cut off")]
    pub(super) fn index(self) -> usize {
        self.0 as u32 as usize
    }
}

/// Which numbers of one batch are in which segments, given number by number.
pub struct Matches {
    /// A bit for each number, segment after segment.
    found: Vec<u64>,
    words_of_segment: usize,
    next: usize,
}

impl LookupBatch {
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "counts of the numbers of a batch, of which there are at most 2^24"
    )]
    pub(super) fn new(
        numbers: &[Number],
        tags: &[Tag],
        buckets: &Buckets,
        segments: usize,
    ) -> LookupBatch {
        assert!(numbers.len() <= MOST, "a batch is far smaller");
        let pairs = || numbers.iter().zip(tags);
        let chosen: Vec<Option<usize>> = pairs()
            .map(|(number, &tag)| buckets.of(number.region(), tag))
            .collect();
        let mut ends = vec![0; BUCKETS];
        for &bucket in chosen.iter().flatten() {
            ends[bucket] += 1;
        }
        let mut all = 0;
        for end in &mut ends {
            (*end, all) = (all, all + *end);
        }
        let mut queries = vec![Query([0; Query::LENGTH]); all as usize];
        for (((number, &tag), bucket), index) in pairs().zip(chosen).zip(0..) {
            if let Some(bucket) = bucket {
                let end = &mut ends[bucket];
                queries[*end as usize] = Query::new(number.region(), tag, index);
                *end += 1;
            }
        }
        let words_of_segment = numbers.len().div_ceil(WORD);
        let words = words_of_segment * segments;
        LookupBatch {
            queries,
            ends,
            found: (0..words).map(|_| AtomicU64::new(0)).collect(),
            words_of_segment,
        }
    }

    /// About the bytes that it takes.
    #[expect(clippy::arithmetic_side_effects, reason = "sizes of what is in memory")]
    pub fn heap_bytes(&self) -> usize {
        self.query_bytes() + size_of_val(self.ends.as_slice()) + size_of_val(self.found.as_slice())
    }

    /// Bytes of its queries, if they are in memory.
    pub(crate) fn query_bytes(&self) -> usize {
        size_of_val(self.queries.as_slice())
    }

    /// The matches, number by number in the order of the batch.
    pub fn matches(&self) -> Matches {
        let words = self.found.iter();
        Matches {
            found: words.map(|word| word.load(Ordering::Relaxed)).collect(),
            words_of_segment: self.words_of_segment,
            next: 0,
        }
    }

    /// Number of queries of a bucket.
    pub(super) fn queries_of(&self, bucket: usize) -> usize {
        self.range_of(bucket).len()
    }

    /// The queries of a bucket; `None` if they were spilled.
    pub(super) fn bucket(&self, bucket: usize) -> Option<&[Query]> {
        self.queries.get(self.range_of(bucket))
    }

    fn range_of(&self, bucket: usize) -> Range<usize> {
        let start = bucket.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[bucket] as usize
    }

    /// Gives up the queries: a temporary file has them.
    pub(super) fn release_queries(&mut self) {
        self.queries = Vec::new();
    }

    /// Records which of `queries` are in the segment.
    #[expect(clippy::arithmetic_side_effects, reason = "indexes within `found`")]
    pub(super) fn mark(&self, queries: &[Query], matches: &[bool], segment: usize) {
        let words = &self.found[segment * self.words_of_segment..][..self.words_of_segment];
        for (query, _) in queries.iter().zip(matches).filter(|(_, found)| **found) {
            let index = query.index();
            // Jobs of other buckets write to the same words.
            words[index / WORD].fetch_or(1 << (index % WORD), Ordering::Relaxed);
        }
    }
}

impl Matches {
    /// The segments that hold the next number, by their index.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "one for each number of a batch"
    )]
    pub fn of_next(&mut self) -> impl Iterator<Item = usize> {
        let index = self.next;
        self.next += 1;
        let words = self
            .found
            .iter()
            .skip(index / WORD)
            .step_by(self.words_of_segment.max(1));
        (0..)
            .zip(words)
            .filter(move |(_, word)| *word >> (index % WORD) & 1 == 1)
            .map(|(segment, _)| segment)
    }
}
