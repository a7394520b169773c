//! The temporary file of a sorter, and whether the disks have room for it and for the segment.

use std::{
    io, mem, panic,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
};

use crate::index::{
    SortError,
    file::direct::{AlignedBuffer, DirectFile, align_up},
    file::format::TAG_LENGTH,
    file::storage,
    file::write_thread::WriteThread,
};

/// Bytes of a segment a tag, rounded up.
const STORED: u64 = 6;

/// Pieces that one reader reads at a time. A disk takes a quarter of a millisecond for a piece, and
/// works at several meanwhile.
const READS: usize = 4;

/// Whole blocks of the temporary file.
pub(in crate::index) struct Piece {
    pub(in crate::index) offset: u64,
    pub(in crate::index) length: usize,
}

/// What to do when memory is full.
#[derive(Clone, Debug)]
pub enum Spill {
    /// Write tags to an unnamed temporary file in this folder.
    Unnamed(PathBuf),
    /// Write nothing to disk.
    Never,
}

/// The temporary file that the workers of a sorter share.
pub(in crate::index) struct Space {
    spill: Spill,
    /// Where the segment is going to be.
    stored_in: Option<PathBuf>,
    /// What the sorter may take.
    memory: usize,
    threads: usize,
    /// Made when the first worker needs it.
    file: OnceLock<Arc<DirectFile>>,
    /// Writes to the file, until all is written.
    writing: Mutex<Option<Arc<WriteThread>>>,
    end: AtomicU64,
    /// Tags that each worker has no room for any more.
    given_up: AtomicUsize,
    /// Bytes of the input that were read, and all its bytes; 0 if that is not known.
    read: AtomicU64,
    total: AtomicU64,
}

impl Space {
    pub(in crate::index) fn new(spill: Spill, memory: usize, threads: usize) -> Space {
        Space {
            spill,
            stored_in: None,
            memory,
            threads,
            file: OnceLock::new(),
            writing: Mutex::new(None),
            end: AtomicU64::new(0),
            given_up: AtomicUsize::new(0),
            read: AtomicU64::new(0),
            total: AtomicU64::new(0),
        }
    }

    /// The disk of `folder` must have room for the segment.
    pub(in crate::index) fn store_in(&mut self, folder: PathBuf) {
        self.stored_in = Some(folder);
    }

    /// What the sorter may take.
    pub(in crate::index) fn memory(&self) -> usize {
        self.memory
    }

    /// Whether anything may be written.
    pub(in crate::index) fn may_spill(&self) -> bool {
        matches!(self.spill, Spill::Unnamed(_))
    }

    /// From now on each worker has room for this many tags less than in the beginning.
    pub(in crate::index) fn give_up(&self, tags: usize) {
        self.given_up.store(tags, Ordering::Relaxed);
    }

    pub(in crate::index) fn given_up(&self) -> usize {
        self.given_up.load(Ordering::Relaxed)
    }

    /// Notes that `bytes` of the input were read, of `total` if that is known.
    pub(in crate::index) fn has_read(&self, bytes: u64, total: Option<u64>) {
        self.read.store(bytes, Ordering::Relaxed);
        self.total.store(total.unwrap_or(0), Ordering::Relaxed);
    }

    /// A buffer to fill for [`Space::write`]; waits until the disk has taken one.
    pub(in crate::index) fn empty_buffer(&self) -> Result<AlignedBuffer, SortError> {
        self.writing()?
            .empty_buffer()
            .map_err(|source| self.failed("write", source))
    }

    /// Has `buffer` written at the end of the file, and says where that is.
    pub(in crate::index) fn write(&self, buffer: AlignedBuffer) -> Result<u64, SortError> {
        let length = align_up(buffer.len()) as u64;
        let offset = self.end.fetch_add(length, Ordering::Relaxed);
        self.writing()?
            .write(buffer, offset)
            .map_err(|source| self.failed("write", source))?;
        Ok(offset)
    }

    /// Waits until all is written. Nothing may be written after it.
    pub(in crate::index) fn end_writing(&self) -> Result<(), SortError> {
        let writing = self.lock_writing().take();
        match writing.and_then(Arc::into_inner) {
            Some(writing) => writing.end().map_err(|source| self.failed("write", source)),
            None => Ok(()),
        }
    }

    /// Fills `buffer` with pieces of the file, one behind the other, several at a time.
    pub(in crate::index) fn read(
        &self,
        mut buffer: &mut [u8],
        pieces: &[Piece],
    ) -> Result<(), SortError> {
        let places = pieces.iter().map(|piece| {
            let (here, behind) = mem::take(&mut buffer).split_at_mut(piece.length);
            buffer = behind;
            (here, piece.offset)
        });
        let waiting = Mutex::new(places.collect::<Vec<_>>());
        let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let read = || {
            while let Some((here, offset)) = next() {
                let read = match self.file.get() {
                    Some(file) => file.read_at(here, offset),
                    None => Err(io::ErrorKind::UnexpectedEof.into()),
                };
                read.map_err(|source| self.failed("read", source))?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            // A system that gives no more threads gives fewer: those that start read the pieces.
            let others: Vec<_> = (1..READS.min(pieces.len()))
                .map_while(|_| thread::Builder::new().spawn_scoped(scope, read).ok())
                .collect();
            read()?;
            others.into_iter().try_for_each(|other| {
                other
                    .join()
                    .unwrap_or_else(|panic| panic::resume_unwind(panic))
            })
        })
    }

    /// The thread that writes to the temporary file. Both are made when they are first needed.
    fn writing(&self) -> Result<Arc<WriteThread>, SortError> {
        let mut writing = self.lock_writing();
        if let Some(writing) = &*writing {
            return Ok(Arc::clone(writing));
        }
        let made =
            tempfile::tempfile_in(self.folder()).map_err(|source| self.failed("make", source))?;
        let file = Arc::clone(self.file.get_or_init(|| Arc::new(DirectFile::new(made))));
        // One that each worker fills, and one that is being written.
        let started = WriteThread::start(file, self.threads + 1).map_err(SortError::Thread)?;
        Ok(Arc::clone(writing.insert(Arc::new(started))))
    }

    fn lock_writing(&self) -> std::sync::MutexGuard<'_, Option<Arc<WriteThread>>> {
        // A thread that panicked with the lock left either no writer or a whole one.
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that were written.
    pub(in crate::index) fn length(&self) -> u64 {
        self.end.load(Ordering::Relaxed)
    }

    fn failed(&self, doing: &'static str, source: io::Error) -> SortError {
        SortError::Io {
            folder: self.folder().to_owned(),
            doing,
            source,
        }
    }

    /// Checks that the disks have room for all that the load will write. That is estimated from how
    /// much of the input has been read; of an input without a known end, it is what has been read
    /// so far. `records` are those of one thread.
    pub(in crate::index) fn check_room(&self, records: u64) -> Result<(), SortError> {
        let so_far = u128::from(records) * self.threads as u128;
        let (read, total) = (
            u128::from(self.read.load(Ordering::Relaxed)),
            u128::from(self.total.load(Ordering::Relaxed)),
        );
        let is_known = 0 < read && read <= total;
        let all = if is_known {
            so_far * total / read
        } else {
            so_far
        };
        let all = u64::try_from(all).unwrap_or(u64::MAX);
        let spilled = all.saturating_mul(TAG_LENGTH as u64);
        let stored = match &self.stored_in {
            Some(_) => all.saturating_mul(STORED),
            None => 0,
        };
        let spill = self.folder();
        let index = self.stored_in.as_deref().unwrap_or(spill);
        let needed = if storage::is_same_disk(spill, index) {
            [
                (spill, spilled.saturating_add(stored), self.length()),
                (index, 0, 0),
            ]
        } else {
            [(spill, spilled, self.length()), (index, stored, 0)]
        };
        for (folder, needed, written) in needed {
            let left = needed.saturating_sub(written);
            match storage::available(folder) {
                Some(available) if available < left => {
                    return Err(SortError::Disk {
                        folder: folder.to_owned(),
                        spills: folder == spill,
                        needed,
                        so_far: !is_known,
                        available: available.saturating_add(written),
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn folder(&self) -> &Path {
        match &self.spill {
            Spill::Unnamed(folder) => folder,
            Spill::Never => Path::new(""),
        }
    }
}
