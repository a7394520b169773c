//! (region, tag) pairs of many threads → tags by country, ascending, in bounded memory.
//!
//! A worker collects pairs in its share of the memory. When that is full, the pairs are sorted, repeated ones dropped, and the
//! tags written as one run to a temporary file that all workers share: unnamed, so that nothing is left of it after
//! a crash, and of tags only. Sorting and spilling go on in the workers at the same time; a load that fits its memory
//! writes nothing. Records are counted as they come, before repeated ones are dropped.

use std::{
    fs::File,
    io, panic,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use super::{
    Sorted,
    format::{TAG_LENGTH, encode_tag},
    sorted::Extent,
    storage::write_all_at,
};
use crate::{phone::Region, tag::Tag};

/// Bytes written to the temporary file at once.
const WRITE: usize = 256 << 10;
/// A handle holds at least this many pairs, however little memory there is.
const LEAST: usize = 1024;

/// A tag with its country, ordered as segments are.
pub(super) type Pair = (Region, Tag);

/// Hands out one [`SorterHandle`] a worker and takes them back.
pub struct Sorter {
    memory: usize,
    capacity: usize,
    space: Arc<Space>,
}

/// One worker's end of a [`Sorter`].
pub struct SorterHandle {
    pairs: Vec<Pair>,
    capacity: usize,
    records: Vec<u64>,
    extents: Vec<(Region, Extent)>,
    space: Arc<Space>,
}

/// What to do when memory is full.
#[derive(Clone, Debug)]
pub enum Spill {
    /// Write sorted tags to an unnamed temporary file in this folder.
    Unnamed(PathBuf),
    /// Give up: nothing may be written to disk.
    Never,
}

/// Why tags could not be sorted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SortError {
    /// More different numbers than memory holds, and nothing may be written to disk.
    #[error("more different numbers than fit into {memory} bytes of memory")]
    Full {
        /// The memory of all handles together.
        memory: usize,
    },
    /// The temporary file could not be made, written or read.
    #[error("{}: cannot {doing} a temporary file there", folder.display())]
    Io {
        /// The folder of the temporary file.
        folder: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

/// The temporary file that the handles share, made when the first of them needs it.
pub(super) struct Space {
    spill: Spill,
    memory: usize,
    file: Mutex<Option<Arc<File>>>,
    end: AtomicU64,
}

impl Sorter {
    /// Room for `memory` bytes, over `threads` handles.
    pub fn new(memory: usize, threads: usize, spill: Spill) -> Sorter {
        let capacity = (memory / threads.max(1) / size_of::<Pair>()).max(LEAST);
        let space = Space {
            spill,
            memory,
            file: Mutex::new(None),
            end: AtomicU64::new(0),
        };
        Sorter {
            memory,
            capacity,
            space: Arc::new(space),
        }
    }

    /// A handle; take one for each of the threads that the memory was divided by.
    pub fn handle(&self) -> SorterHandle {
        SorterHandle {
            pairs: Vec::new(),
            capacity: self.capacity,
            records: vec![0; Region::COUNT],
            extents: Vec::new(),
            space: Arc::clone(&self.space),
        }
    }

    /// Sorts what the handles still hold, all at the same time, and gives everything back by country.
    pub fn finish(self, mut handles: Vec<SorterHandle>) -> Result<Sorted, SortError> {
        let spilled = handles.iter().any(|handle| !handle.extents.is_empty());
        thread::scope(|scope| {
            let end = |handle: &mut SorterHandle| {
                if spilled {
                    return handle.spill();
                }
                handle.sort();
                Ok(())
            };
            let workers: Vec<_> = handles
                .iter_mut()
                .map(|handle| scope.spawn(move || end(handle)))
                .collect();
            workers.into_iter().try_for_each(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| panic::resume_unwind(panic))
            })
        })?;
        let mut records = vec![0; Region::COUNT];
        let mut extents = vec![Vec::new(); Region::COUNT];
        let mut runs = Vec::new();
        for handle in handles {
            for (sum, more) in records.iter_mut().zip(handle.records) {
                *sum += more;
            }
            for (region, extent) in handle.extents {
                extents[region.index()].push(extent);
            }
            runs.push(handle.pairs);
        }
        runs.retain(|run| !run.is_empty());
        Ok(Sorted::new(self.space, self.memory, records, extents, runs))
    }
}

impl SorterHandle {
    /// Takes tags of one country.
    pub fn push(&mut self, region: Region, tags: &[Tag]) -> Result<(), SortError> {
        self.extend(tags.iter().map(|tag| (region, *tag)))
    }

    /// Takes tags of several countries.
    pub fn extend(
        &mut self,
        tags: impl IntoIterator<Item = (Region, Tag)>,
    ) -> Result<(), SortError> {
        for pair in tags {
            if self.pairs.len() == self.pairs.capacity() {
                self.make_room()?;
            }
            self.records[pair.0.index()] += 1;
            self.pairs.push(pair);
        }
        Ok(())
    }

    /// Room for one pair at least, and never for more than the handle's share.
    fn make_room(&mut self) -> Result<(), SortError> {
        let length = self.pairs.len();
        if length < self.capacity {
            let target = (2 * length).clamp(LEAST, self.capacity);
            self.pairs.reserve_exact(target - length);
            return Ok(());
        }
        self.sort();
        // A load that repeats itself stays in memory, as long as that frees enough of it.
        match self.space.spill {
            Spill::Unnamed(_) if self.pairs.len() > self.capacity / 2 => self.spill(),
            Spill::Never if self.pairs.len() > self.capacity / 8 * 7 => Err(SortError::Full {
                memory: self.space.memory,
            }),
            _ => Ok(()),
        }
    }

    fn sort(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
    }

    /// Writes everything that is held as one run, country after country, and forgets it.
    fn spill(&mut self) -> Result<(), SortError> {
        self.sort();
        let file = self.space.file()?;
        let mut offset = self.space.reserve(self.pairs.len());
        let failed = |source| self.space.failed("write", source);
        let mut bytes = Vec::with_capacity(WRITE);
        for country in self.pairs.chunk_by(|one, next| one.0 == next.0) {
            let extent = Extent {
                offset: offset + bytes.len() as u64,
                tags: country.len() as u64,
            };
            self.extents.push((country[0].0, extent));
            for (_, tag) in country {
                if bytes.len() == WRITE {
                    write_all_at(&file, &bytes, offset).map_err(failed)?;
                    offset += WRITE as u64;
                    bytes.clear();
                }
                bytes.extend_from_slice(&encode_tag(*tag));
            }
        }
        write_all_at(&file, &bytes, offset).map_err(failed)?;
        self.pairs.clear();
        Ok(())
    }
}

impl Space {
    /// The temporary file.
    pub(super) fn file(&self) -> Result<Arc<File>, SortError> {
        // A thread that panicked with the lock left either no file or a whole one.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &*file {
            return Ok(Arc::clone(file));
        }
        let made =
            tempfile::tempfile_in(self.folder()).map_err(|source| self.failed("make", source))?;
        Ok(Arc::clone(file.insert(Arc::new(made))))
    }

    /// Bytes that were written.
    pub(super) fn length(&self) -> u64 {
        self.end.load(Ordering::Relaxed)
    }

    pub(super) fn failed(&self, doing: &'static str, source: io::Error) -> SortError {
        SortError::Io {
            folder: self.folder().to_owned(),
            doing,
            source,
        }
    }

    /// Where to write this many tags.
    fn reserve(&self, tags: usize) -> u64 {
        self.end
            .fetch_add((tags * TAG_LENGTH) as u64, Ordering::Relaxed)
    }

    fn folder(&self) -> &Path {
        match &self.spill {
            Spill::Unnamed(folder) => folder,
            Spill::Never => Path::new(""),
        }
    }
}

impl SortError {
    /// What the user can do about it: one line.
    pub fn remedy(&self) -> String {
        match self {
            SortError::Full { .. } => {
                "give more with --memory, or load the dump into an index and check against that"
                    .to_owned()
            }
            SortError::Io { folder, source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                format!(
                    "make room on the disk of {}, or give more memory with --memory",
                    folder.display()
                )
            }
            SortError::Io { folder, .. } => {
                format!("check the rights and the disk of {}", folder.display())
            }
        }
    }
}
