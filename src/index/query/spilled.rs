//! Queries of more batches than memory holds, in a temporary file.
//!
//! Each time that memory is full, the queries of the batches in it are written as one run, bucket
//! after bucket. So one bucket of all batches is read with one read a run, and the index is passed
//! over once, however long the lists are. The file holds tags, never numbers, and has no name.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::batch::{LookupBatch, Query};
use super::buckets::BUCKETS;
use crate::index::file::storage;
use crate::printable::shown;

/// Bytes that are written at once.
const WRITTEN_AT_ONCE: usize = 1 << 20;

/// The queries of the first batches of a list, in a temporary file.
#[derive(Default)]
pub struct SpilledQueries {
    file: Option<(File, PathBuf)>,
    runs: Vec<Run>,
    /// Bytes of the file.
    length: u64,
}

/// The queries of neighbouring batches.
struct Run {
    batches: Range<usize>,
    /// Where those of each bucket begin in the file.
    starts: Vec<u64>,
}

/// The temporary file of a check could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot read a temporary file there", shown(&folder))]
pub struct SpillError {
    /// The folder of the temporary file.
    pub folder: PathBuf,
    /// What the operating system said.
    pub source: io::Error,
}

impl SpilledQueries {
    /// Whether nothing was spilled.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How many of the first batches it holds.
    fn batches(&self) -> usize {
        self.runs.last().map_or(0, |run| run.batches.end)
    }

    /// Writes the queries of those `batches` that have them to a temporary file in `folder`, and
    /// frees their memory. Returns whether it did: a disk that is full or may not be
    /// written to leaves all as it was.
    #[must_use]
    pub fn spill(&mut self, batches: &mut [LookupBatch], folder: &Path) -> bool {
        let Ok(run) = self.write(batches, folder) else {
            return false;
        };
        for batch in &mut batches[run.batches.clone()] {
            batch.release_queries();
        }
        self.runs.push(run);
        true
    }

    #[expect(clippy::arithmetic_side_effects, reason = "sizes of what is in memory")]
    fn write(&mut self, batches: &[LookupBatch], folder: &Path) -> io::Result<Run> {
        let first = self.batches();
        let new = &batches[first..];
        let bytes: usize = new.iter().map(LookupBatch::query_bytes).sum();
        // What is left belongs to others, too.
        if storage::available(folder).is_some_and(|available| available / 2 < bytes as u64) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let (file, _) = match &self.file {
            Some(file) => file,
            None => (self.file).insert((tempfile::tempfile_in(folder)?, folder.to_owned())),
        };
        let mut starts = Vec::with_capacity(BUCKETS);
        let (mut buffer, mut written) = (Vec::new(), self.length);
        for bucket in 0..BUCKETS {
            starts.push(written + buffer.len() as u64);
            for batch in new {
                for query in batch.bucket(bucket).unwrap_or_default() {
                    buffer.extend_from_slice(query.bytes());
                }
                if buffer.len() >= WRITTEN_AT_ONCE {
                    storage::write_all_at(file, &buffer, written)?;
                    written += buffer.len() as u64;
                    buffer.clear();
                }
            }
        }
        storage::write_all_at(file, &buffer, written)?;
        self.length = written + buffer.len() as u64;
        let batches = first..batches.len();
        Ok(Run { batches, starts })
    }

    /// Appends the queries of a bucket of those `batches` that are here, of which `range` is asked
    /// for.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "sums of queries that were written"
    )]
    pub(super) fn read(
        &self,
        batches: &[LookupBatch],
        range: Range<usize>,
        bucket: usize,
        queries: &mut Vec<Query>,
    ) -> Result<(), SpillError> {
        let Some((file, folder)) = &self.file else {
            return Ok(());
        };
        let mut bytes = Vec::new();
        for run in &self.runs {
            let wanted = run.batches.start.max(range.start)..run.batches.end.min(range.end);
            if wanted.is_empty() {
                continue;
            }
            let length = |range: Range<usize>| {
                let queries = batches[range].iter().map(|batch| batch.queries_of(bucket));
                queries.sum::<usize>() * Query::LENGTH
            };
            let before = length(run.batches.start..wanted.start) as u64;
            bytes.resize(length(wanted), 0);
            storage::read_exact_at(file, &mut bytes, run.starts[bucket] + before).map_err(
                |source| SpillError {
                    folder: folder.clone(),
                    source,
                },
            )?;
            queries.extend(bytes.as_chunks().0.iter().copied().map(Query::of_bytes));
        }
        Ok(())
    }
}
