//! The rounds of a check: gather, look up, read again, answer, write, until the lists end.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::answering::{AnswerWorker, AnsweredBatch};
use super::{CheckError, CheckProgress, ContactCheck, ListReader, UnreadList};
use crate::exposure::{Fingerprint, Totals};
use crate::intake::BufferPool;

/// How far one report is written.
#[derive(Clone, Copy, Default)]
struct WrittenPages {
    any_page: bool,
    /// Entries in its pages, if the format counts them.
    entries: u64,
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
            (self.checker.searcher()).look_up_spilled(
                &gathered.lookups,
                &gathered.spilled,
                self.memory.threads(),
                || {
                    let mut progress = progress.borrow_mut();
                    progress.read(lists.bytes_read()).map_err(CheckError::from)
                },
            )?;
            let ended = gathered.ended;
            drop(gathered.spilled);
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
}
