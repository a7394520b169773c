//! The temporary file of a sorter, and whether the disks have room for it and for the segment.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::index::{
    SortError, Spill,
    file::format::TAG_LENGTH,
    file::storage::{self, write_all_at},
};

/// Bytes of a segment a tag, rounded up.
const STORED: u64 = 6;

/// The temporary file that the workers of a sorter share, made when the first of them needs it.
pub(in crate::index) struct Space {
    spill: Spill,
    /// Where the segment is going to be.
    stored_in: Option<PathBuf>,
    /// What the sorter may take.
    memory: usize,
    threads: usize,
    file: Mutex<Option<Arc<File>>>,
    end: AtomicU64,
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
            file: Mutex::new(None),
            end: AtomicU64::new(0),
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

    /// Notes that `bytes` of the input were read, of `total` if that is known.
    pub(in crate::index) fn has_read(&self, bytes: u64, total: Option<u64>) {
        self.read.store(bytes, Ordering::Relaxed);
        self.total.store(total.unwrap_or(0), Ordering::Relaxed);
    }

    /// The temporary file.
    pub(in crate::index) fn file(&self) -> Result<Arc<File>, SortError> {
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
    pub(in crate::index) fn length(&self) -> u64 {
        self.end.load(Ordering::Relaxed)
    }

    pub(in crate::index) fn failed(&self, doing: &'static str, source: io::Error) -> SortError {
        SortError::Io {
            folder: self.folder().to_owned(),
            doing,
            source,
        }
    }

    /// Writes at the end of the file, and says where.
    pub(in crate::index) fn write(&self, bytes: &[u8]) -> Result<u64, SortError> {
        let file = self.file()?;
        let offset = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        write_all_at(&file, bytes, offset).map_err(|source| self.failed("write", source))?;
        Ok(offset)
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
