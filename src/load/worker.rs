//! Batches of rows → numbers → tags, which go into the sorter, and counts.

use std::mem;
use std::path::Path;
use std::sync::Arc;

use crate::dump::Batch;
use crate::index::{SortError, SorterWriter, Tombstones};
use crate::intake::{EntryOutcome, FileReader, FileReaderScratch, RejectReason, Tally};
use crate::phone::Number;
use crate::tag::{Tag, Tagger};

/// Rows of a dump on their way to a worker.
pub(super) struct DumpBatch {
    pub(super) file: usize,
    pub(super) path: Arc<Path>,
    pub(super) reader: Arc<FileReader>,
    /// Whether the witness looks at its rows.
    pub(super) is_witnessed: bool,
    pub(super) batch: Batch,
}

/// What all workers of a load share.
pub(super) struct Tagging<'a> {
    pub(super) tagger: &'a Tagger,
    /// Numbers that are rejected.
    pub(super) forgotten: &'a Tombstones,
    /// Whether the rejected rows are listed.
    pub(super) wants_rejects: bool,
}

/// The counts of one batch; its tags are in the sorter.
pub(super) struct CountedBatch {
    pub(super) file: usize,
    pub(super) path: Arc<Path>,
    pub(super) tally: Tally,
    pub(super) rejects: Vec<(u64, RejectReason)>,
    pub(super) buffer: Vec<u8>,
}

/// One per worker thread, kept between batches.
pub(super) struct LoadWorker {
    handle: SorterWriter,
    scratch: FileReaderScratch,
    numbers: Vec<Number>,
    tags: Vec<Tag>,
}

impl LoadWorker {
    pub(super) fn new(handle: SorterWriter) -> LoadWorker {
        LoadWorker {
            handle,
            scratch: FileReaderScratch::default(),
            numbers: Vec::new(),
            tags: Vec::new(),
        }
    }

    pub(super) fn into_handle(self) -> SorterWriter {
        self.handle
    }

    /// Reads the numbers of a batch, and gives their tags to the sorter.
    pub(super) fn count(
        &mut self,
        job: DumpBatch,
        tagging: &Tagging<'_>,
    ) -> Result<CountedBatch, SortError> {
        let DumpBatch {
            file,
            path,
            reader,
            is_witnessed,
            batch,
        } = job;
        let mut counted = CountedBatch {
            file,
            path,
            tally: Tally::default(),
            rejects: Vec::new(),
            buffer: Vec::new(),
        };
        self.numbers.clear();
        self.tags.clear();
        reader.numbers(
            file,
            &batch,
            &mut self.scratch,
            &mut self.numbers,
            &mut counted.tally,
            &mut |line, reason| {
                if tagging.wants_rejects {
                    counted.rejects.push((line, reason));
                }
            },
        );
        tagging.tagger.extend(&self.numbers, &mut self.tags);
        if tagging.forgotten.count() > 0 && self.holds_any(tagging.forgotten) {
            self.leave_out_forgotten(&reader, &batch, tagging, &mut counted);
        }
        if is_witnessed {
            reader.witness(&batch, &mut self.scratch, &mut counted.tally);
        }
        self.sort()?;
        counted.buffer = batch.into_buffer();
        Ok(counted)
    }

    /// Whether any number of the batch is one of these.
    fn holds_any(&self, forgotten: &Tombstones) -> bool {
        let mut numbers = self.numbers.iter().zip(&self.tags);
        numbers.any(|(number, tag)| forgotten.holds(number.region(), *tag))
    }

    /// Counts the batch again, its forgotten numbers as rejects.
    fn leave_out_forgotten(
        &mut self,
        reader: &FileReader,
        batch: &Batch,
        tagging: &Tagging<'_>,
        counted: &mut CountedBatch,
    ) {
        counted.tally = Tally::default();
        counted.rejects.clear();
        let (numbers, tags) = (mem::take(&mut self.numbers), mem::take(&mut self.tags));
        let mut read = numbers.into_iter().zip(tags);
        // The same rows give the same numbers in the same order, this time with their lines.
        reader.read(batch, &mut self.scratch, &mut |mut row| {
            if matches!(row.entry, EntryOutcome::Number(_))
                && let Some((number, tag)) = read.next()
            {
                if tagging.forgotten.holds(number.region(), tag) {
                    row.entry = EntryOutcome::Rejected(RejectReason::Forgotten);
                } else {
                    self.numbers.push(number);
                    self.tags.push(tag);
                }
            }
            if let EntryOutcome::Rejected(reason) = row.entry
                && tagging.wants_rejects
            {
                counted.rejects.push((row.line, reason));
            }
            counted.tally.count(counted.file, &row);
        });
    }

    /// Gives the tags to the sorter, a run of one country at a time.
    fn sort(&mut self) -> Result<(), SortError> {
        let mut tags = self.tags.as_slice();
        for run in (self.numbers).chunk_by(|one, other| one.region() == other.region()) {
            let (of_run, rest) = tags.split_at(run.len());
            self.handle.push(run[0].region(), of_run)?;
            tags = rest;
        }
        Ok(())
    }
}
