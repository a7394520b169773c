//! Many batches of numbers against many segments, bucket by bucket.
//!
//! The more numbers are looked up together, the more of them share a block of the index. So a
//! caller gathers several batches first. Each batch divides its numbers into buckets by their
//! position in the index, and the [`Searcher`] looks up one bucket of all batches at a time.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::buckets::{BUCKETS, Buckets};
use crate::index::{Segment, SegmentError, false_positive_rate};
use crate::ordered_pool::OrderedPool;
use crate::phone::{Number, Region};
use crate::tag::Tag;

/// About the most queries of one job, which matters for a list whose numbers fall into few buckets.
const QUERIES_OF_A_JOB: usize = 64 << 10;
/// Bits of a word of matches.
const WORD: usize = u64::BITS as usize;
/// The most numbers of a batch.
const MOST: usize = 1 << 24;

/// Segments that are searched together.
pub struct Searcher<'a> {
    segments: Vec<&'a Segment>,
    buckets: Buckets,
    queries_of_a_job: usize,
}

/// The numbers of one batch, ready to be looked up. Their indexes count from 0 in the order given.
pub struct LookupBatch {
    /// By bucket. Numbers of countries that no segment covers are left out.
    queries: Vec<Query>,
    /// Where the queries of each bucket end.
    ends: Vec<u32>,
    /// How many numbers there are.
    numbers: usize,
    /// A bit for each query, segment after segment.
    found: Vec<AtomicU64>,
}

/// A number of a batch, as small as it can be: a million of them are held at a time.
#[derive(Clone, Copy)]
struct Query {
    tag: [u32; 2],
    /// The number's index in the batch, and the index of its country in the lowest byte.
    index_and_region: u32,
}

/// A query as it is sorted, in one integer, so that sorting compares once. From the top: the
/// country, the tag, and the query's index in its job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SortKey(u128);

/// What a worker thread keeps from job to job.
#[derive(Default)]
struct SearchScratch {
    keys: Vec<SortKey>,
    /// Which queries of the job one segment holds, by their index.
    matches: Vec<bool>,
}

impl Query {
    fn new(region: Region, tag: Tag, index: u32) -> Query {
        let region = u32::try_from(region.index()).expect("a byte");
        Query {
            #[expect(clippy::cast_possible_truncation, reason = "each takes its half")]
            tag: [(tag.0 >> 32) as u32, tag.0 as u32],
            index_and_region: index << 8 | region,
        }
    }

    fn key(self, index: u32) -> SortKey {
        let [high, low] = self.tag.map(u128::from);
        let region = u128::from(self.index_and_region & 0xff);
        SortKey(region << 96 | high << 64 | low << 32 | u128::from(index))
    }

    fn index(self) -> usize {
        (self.index_and_region >> 8) as usize
    }
}

impl SortKey {
    fn region(self) -> Region {
        let index = usize::try_from(self.0 >> 96).ok();
        (index.and_then(Region::from_index)).expect("it was made of a region")
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is above is cut off")]
    fn tag(self) -> Tag {
        Tag((self.0 >> 32) as u64)
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is above is cut off")]
    fn index(self) -> usize {
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
    fn new(numbers: &[Number], tags: &[Tag], buckets: &Buckets, segments: usize) -> LookupBatch {
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
        let unset = Query {
            tag: [0; 2],
            index_and_region: 0,
        };
        let mut queries = vec![unset; all as usize];
        for (((number, &tag), bucket), index) in pairs().zip(chosen).zip(0..) {
            if let Some(bucket) = bucket {
                let end = &mut ends[bucket];
                queries[*end as usize] = Query::new(number.region(), tag, index);
                *end += 1;
            }
        }
        let words = queries.len().div_ceil(WORD) * segments;
        LookupBatch {
            queries,
            ends,
            numbers: numbers.len(),
            found: (0..words).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// About the bytes that it takes.
    #[expect(clippy::arithmetic_side_effects, reason = "sizes of what is in memory")]
    pub fn heap_bytes(&self) -> usize {
        size_of_val(self.queries.as_slice())
            + size_of_val(self.ends.as_slice())
            + size_of_val(self.found.as_slice())
    }

    /// The matches, number by number in the order of the batch.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "indexes within `found`, `queries` and the new words"
    )]
    pub fn matches(&self) -> Matches {
        let words_of_segment = self.numbers.div_ceil(WORD);
        let segments = self.found.len().checked_div(self.words()).unwrap_or(0);
        let mut found = vec![0; segments * words_of_segment];
        for (at, word) in self.found.iter().enumerate() {
            let (segment, first) = (at / self.words(), at % self.words() * WORD);
            let mut ones = word.load(Ordering::Relaxed);
            while ones != 0 {
                let index = self.queries[first + ones.trailing_zeros() as usize].index();
                found[segment * words_of_segment + index / WORD] |= 1 << (index % WORD);
                ones &= ones - 1;
            }
        }
        Matches {
            found,
            words_of_segment,
            next: 0,
        }
    }

    /// Words of matches of one segment.
    fn words(&self) -> usize {
        self.queries.len().div_ceil(WORD)
    }

    fn of_bucket(&self, bucket: usize) -> Range<usize> {
        let start = bucket.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[bucket] as usize
    }

    /// Records which queries from `first` on are in the segment.
    #[expect(clippy::arithmetic_side_effects, reason = "indexes within `found`")]
    fn mark(&self, first: usize, matches: &[bool], segment: usize) {
        let words = &self.found[segment * self.words()..][..self.words()];
        let mut query = first;
        let mut rest = matches;
        while !rest.is_empty() {
            let (of_word, others) = rest.split_at(rest.len().min(WORD - query % WORD));
            let bits = (of_word.iter().rev()).fold(0, |bits, &found| bits << 1 | u64::from(found));
            if bits != 0 {
                // Another job may write to the same word: the first and the last are shared.
                words[query / WORD].fetch_or(bits << (query % WORD), Ordering::Relaxed);
            }
            query += of_word.len();
            rest = others;
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

impl<'a> Searcher<'a> {
    /// Searches `segments`, which one key made.
    pub fn new(segments: Vec<&'a Segment>) -> Searcher<'a> {
        Searcher {
            buckets: Buckets::new(&segments),
            segments,
            queries_of_a_job: QUERIES_OF_A_JOB,
        }
    }

    /// The segments, in the order of the indexes that [`Matches`] gives.
    pub fn segments(&self) -> &[&'a Segment] {
        &self.segments
    }

    /// Whether any segment holds a number of this country.
    pub fn covers(&self, region: Region) -> bool {
        self.buckets.cover(region)
    }

    /// The chance that one look-up finds a number that is in no segment, in the worst country.
    pub fn false_positive_rate(&self) -> f64 {
        false_positive_rate(self.segments.iter().copied())
    }

    /// A batch of `numbers` with their `tags`, to be looked up together with others.
    ///
    /// # Panics
    /// If there are more than 2^24 numbers.
    pub fn batch(&self, numbers: &[Number], tags: &[Tag]) -> LookupBatch {
        LookupBatch::new(numbers, tags, &self.buckets, self.segments.len())
    }

    /// Looks up the numbers of all `batches`, in the order of the index.
    ///
    /// # Errors
    /// A segment that cannot be read or is damaged: then nothing is known of any batch.
    pub fn look_up(
        &self,
        batches: &[LookupBatch],
        threads: NonZeroUsize,
    ) -> Result<(), SegmentError> {
        let is_used =
            |bucket: &usize| (batches.iter()).any(|batch| !batch.of_bucket(*bucket).is_empty());
        let mut jobs = (0..BUCKETS).filter(is_used).flat_map(|bucket| {
            let mut start = 0_usize;
            std::iter::from_fn(move || {
                let first = start;
                start = first.saturating_add(self.batches_of_a_job(&batches[first..], bucket));
                (first < start).then_some((bucket, first..start))
            })
        });
        OrderedPool::new(threads).run(
            || Ok(jobs.next()),
            SearchScratch::default,
            |scratch, (bucket, range)| self.look_up_bucket(&batches[range], bucket, scratch),
            |looked_up| looked_up,
        )?;
        Ok(())
    }

    /// The same with small jobs, so that few numbers make several.
    #[cfg(test)]
    pub(crate) fn with_queries_of_a_job(mut self, queries: usize) -> Searcher<'a> {
        self.queries_of_a_job = queries;
        self
    }

    fn look_up_bucket(
        &self,
        batches: &[LookupBatch],
        bucket: usize,
        scratch: &mut SearchScratch,
    ) -> Result<(), SegmentError> {
        let SearchScratch { keys, matches } = scratch;
        let queries = batches
            .iter()
            .flat_map(|batch| &batch.queries[batch.of_bucket(bucket)]);
        keys.clear();
        keys.extend((0..).zip(queries).map(|(index, query)| query.key(index)));
        keys.sort_unstable();
        for (number, segment) in self.segments.iter().enumerate() {
            matches.clear();
            matches.resize(keys.len(), false);
            for of_region in keys.chunk_by(|one, other| one.region() == other.region()) {
                segment.look_up(
                    of_region[0].region(),
                    of_region,
                    |key| key.tag(),
                    |key| matches[key.index()] = true,
                )?;
            }
            let mut rest = matches.as_slice();
            for batch in batches {
                let queries = batch.of_bucket(bucket);
                let (of_batch, others) = rest.split_at(queries.len());
                batch.mark(queries.start, of_batch, number);
                rest = others;
            }
        }
        Ok(())
    }

    /// How many of the first `batches` make a job of this bucket.
    fn batches_of_a_job(&self, batches: &[LookupBatch], bucket: usize) -> usize {
        let mut queries = 0;
        let fits = |batch: &&LookupBatch| {
            let has_room = queries < self.queries_of_a_job;
            queries = batch.of_bucket(bucket).len().saturating_add(queries);
            has_room
        };
        batches.iter().take_while(fits).count()
    }
}
