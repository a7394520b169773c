//! Dumps → sorted tags and a tally: the reading half of a load, shared by `load` and
//! `check --dump`.
//!
//! The calling thread reads files and cuts batches of whole rows; worker threads turn rows into
//! numbers and numbers into tags. Nothing is written but the sorter's unnamed spill file, which
//! holds tags only.
//!
//! | file | owns |
//! |---|---|
//! | `files` | the files one after the other: opened, skipped, read in batches |
//! | `records` | one record for each file, and which files are loaded already |
//! | `worker` | batches of rows → tags in the sorter, and counts |
//! | `budget` | how memory is divided among the process, its threads and the sorter |
//! | `report` | the counts of a load, as `load --json` prints them |

mod budget;
mod claims;
mod files;
mod records;
mod report;
mod worker;

use std::cell::RefCell;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::dump::{Batch, DiscoveredFile, DumpError, Limits, ReadOptions, Source};
use crate::index::{FileRecord, SortError, Sorted, Sorter, Tombstones};
use crate::intake::{
    BufferPool, FileReader, Interrupted, MostlyUnread, ReadingPolicy, ReadingProgress,
    RejectReason, Tally,
};
use crate::ordered_pool::OrderedPool;
use crate::phone::Region;
use crate::printable::shown;
use crate::tag::Tagger;

pub use budget::Budget;
pub use claims::{ClaimsError, read_claims};
use files::Files;
use records::Ended;
pub use records::HELD;
pub use report::{CountryReport, LoadReport};
use worker::{Counted, LoadWorker, Tagging};

/// How dumps are read.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// Formats and columns.
    pub read: ReadOptions,
    /// How far files may be unpacked.
    pub limits: Limits,
    /// Home regions and the reading of digits.
    pub policy: ReadingPolicy,
    /// The home region of rows for which neither a cell nor a file name gives one.
    pub fallback: Option<Region>,
    /// Worker threads.
    pub threads: NonZeroUsize,
    /// Go on after a file that cannot be read; the load is then incomplete.
    pub keep_going: bool,
    /// Files that the source holds already: they are skipped.
    pub held: Vec<FileRecord>,
    /// Numbers that are rejected.
    pub forgotten: Tombstones,
}

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

/// Receives events while dumps are read.
pub trait LoadProgress: ReadingProgress {
    /// A file could not be read to its end, and reading goes on with the next one.
    fn broke_off(&mut self, path: &Path, reason: &str);
    /// Numbers accepted so far.
    fn accepted(&mut self, numbers: u64);
    /// Whether [`LoadProgress::rejected`] is to be called.
    fn wants_rejects(&self) -> bool {
        false
    }
    /// A row was rejected. Called in the order of files and lines.
    fn rejected(&mut self, _path: &Path, _line: u64, _reason: RejectReason) -> io::Result<()> {
        Ok(())
    }
}

/// Why dumps could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file cannot be read, or is no dump.
    #[error("{}", shown(&path))]
    Dump {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: DumpError,
    },
    /// Tags cannot be sorted.
    #[error(transparent)]
    Sort(#[from] SortError),
    /// The list of rejects cannot be written.
    #[error("the rejects file cannot be written: {0}")]
    Rejects(#[source] io::Error),
    /// Every file found was left out.
    #[error("none of the {files} files found is a dump of phone numbers")]
    NothingLeft {
        /// How many were found.
        files: usize,
    },
    /// A pipe that was read beside other files holds a file that is loaded already: its rows would
    /// count twice.
    #[error("{}: the same file is loaded already, which shows of a pipe only when it has been read; nothing was stored", shown(&path))]
    Repeated {
        /// The pipe.
        path: PathBuf,
    },
    /// The user asked it to end.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// Rows of a dump on their way to a worker.
struct DumpBatch {
    file: usize,
    path: Arc<Path>,
    reader: Arc<FileReader>,
    /// Whether the witness looks at its rows.
    is_witnessed: bool,
    batch: Batch,
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
            let batch = files.next_batch(&buffers);
            sorter.has_read(files.bytes_read(), total);
            batch
        },
        || LoadWorker::new(sorter.handle()),
        |worker, batch: DumpBatch| worker.count(batch, &tagging),
        |counted: Result<Counted, SortError>| {
            let counted = counted?;
            let mut watch = watch.borrow_mut();
            for &(line, reason) in &counted.rejects {
                watch
                    .rejected(&counted.path, line, reason)
                    .map_err(LoadError::Rejects)?;
            }
            accepted += counted.tally.accepted;
            watch.accepted(accepted);
            if tallies.len() <= counted.file {
                tallies.resize_with(counted.file + 1, Tally::default);
            }
            tallies[counted.file].add(&counted.tally);
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
