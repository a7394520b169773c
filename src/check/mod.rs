//! Contact lists → answers and pages of reports: the part of `check` between flags and outputs.
//!
//! A list may be longer than memory, and an index too. Looked up one by one, each number would cost
//! two reads of a disk; sorted together, a million of them read each block of the index once. So a
//! [`ContactCheck`] works in rounds of five steps:
//!
//! 1. **Gather.** Batches of rows are read from the lists until their numbers fill the memory that
//!    the run may take. Worker threads read the numbers, tag them, and keep the tags by bucket.
//! 2. **Release.** A batch whose rows can be read again gives them up, so that the memory holds
//!    tags; one from a pipe keeps them.
//! 3. **Look up.** The [`Searcher`](crate::index::Searcher) looks up all batches, bucket by bucket,
//!    in the order of the index.
//! 4. **Read again.** Rows that were released are read again, in order.
//! 5. **Answer.** Worker threads read the numbers of the rows a second time, which gives the same
//!    numbers, join them with the matches, and format a page for each report. The calling thread
//!    writes the pages in the order of the contacts.
//!
//! | file | owns |
//! |---|---|
//! | `lists` | contact lists, opened one after the other, read in batches (also for `forget`) |
//! | `memory` | how the memory is divided among threads and gathered batches |
//! | `gathering` | steps 1 and 2 |
//! | `answering` | steps 4 and 5 |
//!
//! It writes nothing itself: pages are handed to the caller. How an answer comes about is in
//! [`crate::exposure`], how it looks in [`crate::report`].

mod answering;
mod gathering;
mod lists;
mod memory;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::dump::{Buffering, DumpError};
use crate::exposure::{Checker, Fingerprint, Totals};
use crate::index::SegmentError;
use crate::intake::{BufferPool, Interrupted, ReadingPolicy, ReadingProgress};
use crate::ordered_pool::OrderedPool;
use crate::printable::shown;
use crate::report::Report;

use answering::{AnswerWorker, AnsweredBatch};
pub use lists::{ListBatch, ListReader, UnreadList};
pub use memory::MemoryShares;

/// Receives events while lists are checked.
pub trait CheckProgress: ReadingProgress {
    /// Numbers checked so far.
    fn checked(&mut self, numbers: u64);
}

/// Why a check could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A list cannot be read, or is none.
    #[error("{}", shown(&path))]
    List {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: DumpError,
    },
    /// The index cannot be read.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The user asked it to end.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// Further outputs of a check, beside the pages.
#[derive(Clone, Copy, Debug)]
pub struct CheckOutputs {
    /// The fingerprints of exposed contacts.
    pub fingerprints: bool,
    /// How each contact was read.
    pub explanations: bool,
}

/// How far one report is written.
#[derive(Clone, Copy, Default)]
struct WrittenPages {
    any_page: bool,
    /// Entries in its pages, if the format counts them.
    entries: u64,
}

/// Answers contact lists.
pub struct ContactCheck<'a> {
    /// Knows the sources that are searched.
    pub checker: &'a Checker<'a>,
    /// The formats of the pages.
    pub reports: &'a [&'a dyn Report],
    /// How numbers are read.
    pub policy: ReadingPolicy,
    /// Further outputs.
    pub outputs: CheckOutputs,
    /// Whether answers wait for more contacts.
    pub buffering: Buffering,
    /// How memory is divided.
    pub memory: MemoryShares,
}

impl ContactCheck<'_> {
    /// Answers all `lists`. Adds to `totals`, and gives each page to `write` with the index of
    /// its report, until it ends or fails. Returns the fingerprints of exposed contacts, if they
    /// are wanted.
    ///
    /// # Errors
    /// A list or a segment that cannot be read, an interrupt, an error of `write`. The
    /// contacts before a list that cannot be read are answered all the same.
    pub fn run<E: From<CheckError>>(
        &self,
        lists: Vec<UnreadList>,
        progress: &mut dyn CheckProgress,
        totals: &mut Totals,
        mut write: impl FnMut(usize, &[u8]) -> Result<(), E>,
    ) -> Result<BTreeSet<Fingerprint>, E> {
        let progress = RefCell::new(progress);
        let buffers = BufferPool::default();
        let mut lists = ListReader::new(lists, self.policy);
        let mut written = vec![WrittenPages::default(); self.reports.len()];
        let mut exposed = BTreeSet::new();
        loop {
            let gathered = self.gather(&mut lists, &progress, &buffers)?;
            (self.checker.searcher())
                .look_up(&gathered.lookups, self.memory.threads())
                .map_err(CheckError::from)?;
            let ended = gathered.ended;
            let mut batches = gathered.batches.into_iter().zip(gathered.lookups);
            let workers = self.pool(2).run(
                || {
                    let Some((mut batch, lookup)) = batches.next() else {
                        return Ok(None);
                    };
                    progress
                        .borrow_mut()
                        .read(lists.bytes_read())
                        .map_err(CheckError::from)?;
                    batch.reload_rows(&buffers)?;
                    Ok::<_, E>(Some((batch, lookup)))
                },
                AnswerWorker::default,
                |worker: &mut AnswerWorker, (batch, lookup)| worker.answer(batch, &lookup, self),
                |answered: AnsweredBatch| {
                    totals.add(&answered.totals);
                    progress.borrow_mut().checked(totals.checked());
                    self.write_pages(&answered, &mut written, &mut write)?;
                    buffers.give(answered.buffer);
                    Ok(())
                },
            )?;
            exposed.extend(workers.into_iter().flat_map(AnswerWorker::into_exposed));
            if let Some(ended) = ended {
                return ended.map(|()| exposed).map_err(E::from);
            }
        }
    }

    fn write_pages<E>(
        &self,
        answered: &AnsweredBatch,
        written: &mut [WrittenPages],
        write: &mut impl FnMut(usize, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for (index, (head, page)) in answered.pages.iter().enumerate() {
            if !head.is_empty() {
                write(index, head)?;
            }
            let written = &mut written[index];
            let (page, entries) = self.reports[index].within_limit(page, written.entries);
            if !page.is_empty() {
                // A separator is between pages, so the first page has none before it.
                if std::mem::replace(&mut written.any_page, true) {
                    write(index, self.reports[index].separator())?;
                }
                written.entries += entries;
                write(index, page)?;
            }
        }
        Ok(())
    }

    /// Worker threads, with `jobs` under way for each.
    fn pool(&self, jobs: usize) -> OrderedPool {
        let threads = self.memory.threads();
        match self.buffering {
            Buffering::Bulk => OrderedPool {
                threads,
                window: threads.saturating_mul(NonZeroUsize::MIN.saturating_add(jobs - 1)),
            },
            Buffering::Live => OrderedPool {
                threads: NonZeroUsize::MIN,
                window: NonZeroUsize::MIN,
            },
        }
    }
}
