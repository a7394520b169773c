//! The first steps of a check: batches of contacts are read and tagged until memory is full, and the
//! temporary file has what it can hold.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use super::{CheckError, CheckProgress, ContactCheck, ListBatch, ListReader};
use crate::dump::Buffering;
use crate::exposure::Checker;
use crate::index::{LookupBatch, Spill, SpilledQueries};
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
    /// Those of the first batches that memory does not hold.
    pub(super) spilled: SpilledQueries,
    /// Lists that were begun.
    lists: usize,
    /// How the lists ended, if they did.
    pub(super) ended: Option<Result<(), CheckError>>,
}

impl Gathered {
    fn heap_bytes(&self) -> usize {
        let batches = self.batches.iter().map(ListBatch::heap_bytes);
        let lookups = self.lookups.iter().map(LookupBatch::heap_bytes);
        batches.chain(lookups).sum()
    }

    fn query_bytes(&self) -> usize {
        self.lookups.iter().map(LookupBatch::query_bytes).sum()
    }
}

/// When memory is full.
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
    /// Gathers the next batches of the lists: as many as memory and a temporary file hold.
    pub(super) fn gather(
        &self,
        lists: &mut ListReader,
        progress: &RefCell<&mut dyn CheckProgress>,
        buffers: &BufferPool,
    ) -> Result<Gathered, CheckError> {
        let mut gathered = Gathered::default();
        loop {
            self.fill_memory(&mut gathered, lists, progress, buffers)?;
            let has_spilled = self.spill(&mut gathered);
            if gathered.ended.is_some() || !has_spilled {
                return Ok(gathered);
            }
        }
    }

    /// Writes what was gathered to a temporary file, if that is worth while. Returns whether there
    /// is room for more.
    fn spill(&self, gathered: &mut Gathered) -> bool {
        let Spill::Unnamed(folder) = &self.spill else {
            return false;
        };
        let memory = self.memory.gathered();
        // What cannot be spilled must leave room, and passing over a small index takes less time.
        let is_full = gathered.query_bytes() >= memory / 2;
        let index = (self.checker.searcher().segments().iter()).map(|segment| segment.length());
        let is_worth_while = index.sum::<u64>() >= 2 * memory as u64;
        // Once a part is there, the memory of the rest is for looking up.
        let is_begun = !gathered.spilled.is_empty() && gathered.ended.is_some();
        let goes_on = gathered.ended.is_none() && is_full && is_worth_while;
        (is_begun || goes_on) && (gathered.spilled).spill(&mut gathered.lookups, folder)
    }

    /// Gathers batches until memory is full or the lists end.
    fn fill_memory(
        &self,
        gathered: &mut Gathered,
        lists: &mut ListReader,
        progress: &RefCell<&mut dyn CheckProgress>,
        buffers: &BufferPool,
    ) -> Result<(), CheckError> {
        let mut limit = Limit {
            buffering: self.buffering,
            most_bytes: self.memory.gathered(),
            waited: Duration::ZERO,
            lists: gathered.lists,
        };
        let heap_bytes = Cell::new(gathered.heap_bytes());
        let mut ended = None;
        let checker = self.checker;
        self.pool(4).run(
            || {
                if limit.is_reached(heap_bytes.get()) {
                    return Ok(None);
                }
                let start = Instant::now();
                let batch = lists.next_batch(&mut **progress.borrow_mut(), buffers);
                match batch {
                    Ok(Some(batch)) => {
                        // Only who writes to a pipe may wait for answers.
                        if !batch.can_be_read_again() {
                            limit.waited += start.elapsed();
                        }
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
        gathered.lists = limit.lists;
        gathered.ended = ended;
        Ok(())
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
