//! The first steps of a check: batches of contacts are read and tagged until memory is full.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use super::{CheckError, CheckProgress, ContactCheck, ListBatch, ListReader};
use crate::dump::Buffering;
use crate::exposure::Checker;
use crate::index::LookupBatch;
use crate::intake::{BufferPool, FileReaderScratch};

/// The most lists that are gathered together: those that are read again keep their files open.
const LISTS: usize = 64;
/// After this time of waiting for more rows, the gathered batches are answered.
const PATIENCE: Duration = Duration::from_millis(500);

/// Batches that are looked up together.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) batches: Vec<ListBatch>,
    /// The numbers of each batch.
    pub(super) lookups: Vec<LookupBatch>,
    /// How the lists ended, if they did.
    pub(super) ended: Option<Result<(), CheckError>>,
}

/// When enough was gathered.
struct Limit {
    buffering: Buffering,
    most_bytes: usize,
    waited: Duration,
    lists: usize,
}

impl Limit {
    fn is_reached(&self, heap_bytes: usize) -> bool {
        match self.buffering {
            Buffering::Bulk => {
                heap_bytes >= self.most_bytes || self.waited >= PATIENCE || self.lists == LISTS
            }
            // While the next rows are waited for, the answers to the last are out.
            Buffering::Live => heap_bytes > 0,
        }
    }
}

impl ContactCheck<'_> {
    /// Gathers the next batches of the lists.
    pub(super) fn gather(
        &self,
        lists: &mut ListReader,
        progress: &RefCell<&mut dyn CheckProgress>,
        buffers: &BufferPool,
    ) -> Result<Gathered, CheckError> {
        let mut limit = Limit {
            buffering: self.buffering,
            most_bytes: self.memory.gathered(),
            waited: Duration::ZERO,
            lists: 0,
        };
        let heap_bytes = Cell::new(0);
        let mut gathered = Gathered::default();
        let mut ended = None;
        let checker = self.checker;
        self.pool(4).run(
            || {
                if limit.is_reached(heap_bytes.get()) {
                    return Ok(None);
                }
                let start = Instant::now();
                let batch = lists.next_batch(&mut **progress.borrow_mut(), buffers);
                limit.waited += start.elapsed();
                match batch {
                    Ok(Some(batch)) => {
                        limit.lists += usize::from(batch.rows.is_none());
                        heap_bytes.set(heap_bytes.get() + batch.heap_bytes());
                        Ok(Some(batch))
                    }
                    // The batches read before are answered all the same.
                    ending => {
                        ended = Some(ending.map(|_| ()));
                        Ok(None)
                    }
                }
            },
            FileReaderScratch::default,
            |scratch: &mut FileReaderScratch, batch: ListBatch| {
                let lookup = lookup_batch(&batch, checker, scratch);
                (batch, lookup)
            },
            |(mut batch, lookup)| {
                heap_bytes.set(heap_bytes.get() - batch.heap_bytes());
                if self.buffering == Buffering::Bulk {
                    batch.release_rows(buffers);
                }
                heap_bytes.set(heap_bytes.get() + batch.heap_bytes() + lookup.heap_bytes());
                gathered.batches.push(batch);
                gathered.lookups.push(lookup);
                Ok::<_, CheckError>(())
            },
        )?;
        gathered.ended = ended;
        Ok(gathered)
    }
}

/// The numbers of a batch, ready to be looked up.
fn lookup_batch(
    batch: &ListBatch,
    checker: &Checker<'_>,
    scratch: &mut FileReaderScratch,
) -> LookupBatch {
    let mut numbers = Vec::new();
    if let Some(rows) = &batch.rows {
        let spellings = checker.spellings();
        (batch.reader).numbers_to_look_up(rows, spellings, scratch, &mut numbers);
    }
    checker.batch(&numbers)
}
