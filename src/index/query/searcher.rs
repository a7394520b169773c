//! Many batches of numbers against many segments, bucket by bucket.
//!
//! The more numbers are looked up together, the more of them share a block of the index. So a
//! caller gathers several batches first. Each batch divides its numbers into buckets by their
//! position in the index, and the [`Searcher`] looks up one bucket of all batches at a time.

use std::num::NonZeroUsize;

use super::batch::{LookupBatch, Query, SortKey};
use super::buckets::{BUCKETS, Buckets};
use super::spilled::{SpillError, SpilledQueries};
use crate::index::{Segment, SegmentError, false_positive_rate};
use crate::ordered_pool::OrderedPool;
use crate::phone::{Number, Region};
use crate::tag::Tag;

/// About the most queries of one job, which matters for a list whose numbers fall into few buckets.
const QUERIES_OF_A_JOB: usize = 64 << 10;
/// How many times as many where queries were spilled: each job passes over the blocks of its bucket.
const SPILLED_IN_JOB: usize = 3;

/// Segments that are searched together.
pub struct Searcher<'a> {
    segments: Vec<&'a Segment>,
    buckets: Buckets,
    queries_of_a_job: usize,
}

/// Why numbers could not be looked up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// The index cannot be read.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The temporary file cannot be read.
    #[error(transparent)]
    Spill(#[from] SpillError),
}

/// What a worker thread keeps from job to job.
#[derive(Default)]
struct SearchScratch {
    /// Those of the job that were spilled.
    spilled: Vec<Query>,
    keys: Vec<SortKey>,
    /// Which queries of the job one segment holds, by their index.
    matches: Vec<bool>,
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

    /// The segments, in the order of the indexes that [`Matches`](super::batch::Matches) gives.
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
        let looked_up =
            self.look_up_spilled(batches, &SpilledQueries::default(), threads, || Ok(()));
        looked_up.map_err(|error| match error {
            LookupError::Segment(error) => error,
            LookupError::Spill(_) => unreachable!("nothing was spilled"),
        })
    }

    /// [`Searcher::look_up`], where the queries of the first of `batches` were `spilled`. Asks
    /// `proceed` again and again whether to go on.
    ///
    /// # Errors
    /// A segment or a temporary file that cannot be read, an error of `proceed`: then nothing is
    /// known of any batch.
    pub fn look_up_spilled<E: From<LookupError>>(
        &self,
        batches: &[LookupBatch],
        spilled: &SpilledQueries,
        threads: NonZeroUsize,
        mut proceed: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let most = if spilled.is_empty() {
            self.queries_of_a_job
        } else {
            self.queries_of_a_job.saturating_mul(SPILLED_IN_JOB)
        };
        let is_used = |bucket: &usize| (batches.iter()).any(|batch| batch.queries_of(*bucket) > 0);
        let mut jobs = (0..BUCKETS).filter(is_used).flat_map(|bucket| {
            let mut start = 0_usize;
            std::iter::from_fn(move || {
                let first = start;
                start = first.saturating_add(batches_of_a_job(&batches[first..], bucket, most));
                (first < start).then_some((bucket, first..start))
            })
        });
        OrderedPool::new(threads).run(
            || proceed().map(|()| jobs.next()),
            SearchScratch::default,
            |scratch, (bucket, range)| {
                let SearchScratch {
                    spilled: read,
                    keys,
                    ..
                } = scratch;
                // Growing step by step, they would take up to three times as much.
                let queries = batches[range.clone()].iter();
                let queries = queries.map(|batch| batch.queries_of(bucket)).sum();
                read.clear();
                keys.clear();
                keys.reserve_exact(queries);
                if !spilled.is_empty() {
                    read.reserve_exact(queries);
                }
                spilled.read(batches, range.clone(), bucket, read)?;
                self.look_up_bucket(&batches[range], bucket, scratch)?;
                Ok::<_, LookupError>(())
            },
            |looked_up| looked_up.map_err(E::from),
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
        let SearchScratch {
            spilled,
            keys,
            matches,
        } = scratch;
        keys.clear();
        let mut indexes = 0..;
        each_batch(batches, bucket, spilled, |_, queries| {
            let indexed = queries.iter().zip(indexes.by_ref());
            keys.extend(indexed.map(|(query, index)| query.key(index)));
        });
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
            each_batch(batches, bucket, spilled, |batch, queries| {
                let (of_batch, others) = rest.split_at(queries.len());
                batch.mark(queries, of_batch, number);
                rest = others;
            });
        }
        Ok(())
    }
}

/// Calls `visit` with each batch and its queries of a bucket, those in memory and those that were
/// read back.
fn each_batch<'b>(
    batches: &'b [LookupBatch],
    bucket: usize,
    read: &'b [Query],
    mut visit: impl FnMut(&'b LookupBatch, &'b [Query]),
) {
    let mut read = read;
    for batch in batches {
        let queries = batch.bucket(bucket).unwrap_or_else(|| {
            let (of_batch, others) = read.split_at(batch.queries_of(bucket));
            read = others;
            of_batch
        });
        visit(batch, queries);
    }
}

/// How many of the first `batches` make a job of this bucket, of about `most` queries.
fn batches_of_a_job(batches: &[LookupBatch], bucket: usize, most: usize) -> usize {
    let mut queries = 0;
    let fits = |batch: &&LookupBatch| {
        let has_room = queries < most;
        queries = batch.queries_of(bucket).saturating_add(queries);
        has_room
    };
    batches.iter().take_while(fits).count()
}
