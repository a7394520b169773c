//! Dumps → sorted tags and a tally: the reading half of a load, shared by `load` and
//! `check --dump`.
//!
//! The calling thread reads files and cuts batches of whole rows; worker threads turn rows into
//! numbers and numbers into tags. Nothing is written but the sorter's unnamed spill file, which
//! holds tags only.
//!
//! | file | owns |
//! |---|---|
//! | `options` | how dumps are read, and who hears of it |
//! | `files` | the files one after the other: opened, skipped, read in batches |
//! | `records` | one record for each file, and which files are loaded already |
//! | `known_files` | where they are, by length and digest |
//! | `worker` | batches of rows → tags in the sorter, and counts |
//! | `budget` | how memory is divided among the process, its threads and the sorter |
//! | `report` | the counts of a load, as `load --json` prints them |

mod budget;
mod claims;
mod error;
mod files;
mod known_files;
mod options;
mod records;
mod report;
mod worker;

use std::cell::RefCell;

use crate::dump::{DiscoveredFile, Source};
use crate::index::{FileRecord, SortError, Sorted, Sorter};
use crate::intake::{BufferPool, MostlyUnread, Tally};
use crate::ordered_pool::OrderedPool;
use crate::tag::Tagger;

pub use budget::Budget;
pub use claims::{ClaimsError, read_claims};
pub use error::LoadError;
use files::Files;
pub use options::{LoadOptions, LoadProgress};
use records::Ended;
pub use records::HELD;
pub use report::{CountryReport, LoadReport};
use worker::{CountedBatch, DumpBatch, LoadWorker, Tagging};

/// Bytes of the records of files that fit into the share of the process: the shares are rounded up.
const FEW_FILES: usize = 2 << 20;

/// The tags and counts of the dumps.
pub struct Loaded {
    /// The tags by country; `None` if every file was skipped.
    pub sorted: Option<Sorted>,
    /// One record for each file found, in order, skipped ones included; an archive's comes
    /// before those of its members. File indexes of the tally are indexes into this list.
    pub files: Vec<FileRecord>,
    /// Counts over all files that were read.
    pub tally: Tally,
    /// Whether everything was read that was asked for.
    pub complete: bool,
    /// Index of the first file that holds more unread numbers than read ones and is not to be
    /// loaded.
    pub mostly_unread: Option<usize>,
}

/// Reads the files found into the sorter.
///
/// # Errors
/// A file named by the user that is no dump, any file that cannot be read to its end (unless
/// `keep_going`), a full disk, an interruption. Nothing is left behind.
pub fn read_dumps(
    found: &[DiscoveredFile],
    options: &LoadOptions,
    tagger: &Tagger,
    sorter: Sorter,
    watch: &mut dyn LoadProgress,
) -> Result<Loaded, LoadError> {
    let tagging = Tagging {
        tagger,
        forgotten: &options.forgotten,
        wants_rejects: watch.wants_rejects(),
    };
    let watch = RefCell::new(watch);
    let buffers = BufferPool::default();
    let mut files = Files::new(found, options, &watch);
    let total = total_bytes(found);
    let mut tallies: Vec<Tally> = Vec::new();
    let mut accepted = 0;

    let workers = OrderedPool::new(options.threads).run(
        || {
            let batch = files.next_batch(&buffers)?;
            sorter.has_read(files.bytes_read(), total);
            let of_files = files.heap_bytes().saturating_sub(FEW_FILES);
            if !sorter.give_up(of_files) {
                let files = files.count();
                return Err(LoadError::ManyFiles { files });
            }
            Ok(batch)
        },
        || LoadWorker::new(sorter.handle()),
        |worker, batch: DumpBatch| worker.count(batch, &tagging),
        |counted: Result<CountedBatch, SortError>| {
            let counted = counted?;
            let mut watch = watch.borrow_mut();
            add_counted(&counted, &mut tallies, &mut **watch)?;
            accepted += counted.tally.accepted;
            watch.accepted(accepted);
            buffers.give(counted.buffer);
            Ok(())
        },
    )?;
    let handles = workers.into_iter().map(LoadWorker::into_handle).collect();
    tallies.resize_with(files.count(), Tally::default);
    let ended = files.end(&mut tallies)?;
    if let Some(files) = ended.nothing_left {
        return Err(LoadError::NothingLeft { files });
    }
    let sorted = if ended.any_read {
        Some(sorter.finish(handles)?)
    } else {
        None
    };
    Ok(Loaded::new(sorted, ended, &tallies, options))
}

/// Fails if the records of so many files, which a source holds already, do not fit into memory: to
/// be asked before they are read.
///
/// # Errors
/// [`LoadError::ManyFiles`].
pub fn require_memory_for_files(files: usize, budget: Budget) -> Result<(), LoadError> {
    let bytes = files.saturating_mul(records::FILE);
    if bytes.saturating_sub(FEW_FILES) > budget.sorter() {
        return Err(LoadError::ManyFiles { files });
    }
    Ok(())
}

/// Adds a batch to the tally of its file, and tells its rejects.
fn add_counted(
    counted: &CountedBatch,
    tallies: &mut Vec<Tally>,
    watch: &mut dyn LoadProgress,
) -> Result<(), LoadError> {
    for &(line, reason) in &counted.rejects {
        watch
            .rejected(&counted.path, line, reason)
            .map_err(LoadError::Rejects)?;
    }
    if tallies.len() <= counted.file {
        tallies.resize_with(counted.file + 1, Tally::default);
    }
    tallies[counted.file].add(&counted.tally);
    Ok(())
}

impl Loaded {
    fn new(
        sorted: Option<Sorted>,
        ended: Ended,
        tallies: &[Tally],
        options: &LoadOptions,
    ) -> Loaded {
        let refuses = options.policy.mostly_unread == MostlyUnread::Refused
            && options.read.phone.is_empty()
            && options.read.json_paths.is_empty();
        let is_mostly_unread = |tally: &Tally| tally.unread.outweigh_the_read();
        let mut tally = Tally::default();
        for of_file in tallies {
            tally.add(of_file);
        }
        Loaded {
            sorted,
            files: ended.records,
            tally,
            complete: ended.complete,
            mostly_unread: (tallies.iter().position(is_mostly_unread)).filter(|_| refuses),
        }
    }
}

/// How many bytes the files found have, unless one comes through a pipe.
fn total_bytes(found: &[DiscoveredFile]) -> Option<u64> {
    let read = found.iter().filter(|found| found.skip.is_none());
    read.map(|found| match found.source() {
        Source::File(path) => {
            let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some(metadata.len())
        }
        Source::Stdin => None,
        Source::Memory(bytes) => Some(bytes.len() as u64),
    })
    .sum()
}
