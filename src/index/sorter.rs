//! (region, tag) pairs of many threads → tags by country, ascending, in bounded memory.
//!
//! A worker collects tags by country in its share of the memory. When that is full, they are partitioned by their top bits
//! in bundles that fit a cache, and written to a temporary file that all workers share: unnamed, so that
//! nothing is left of it after a crash, and of tags only. All that is sorted later is parts of a country, each
//! small enough for memory. A load that fits its memory writes nothing. Records are counted as they come, before
//! repeated ones are dropped.

use std::{
    fs::File,
    io, mem, panic,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use super::{
    Sorted,
    bundle::{BUNDLE, Bundle, Bundler},
    format::TAG_LENGTH,
    sort_error::SortError,
    storage::{self, write_all_at},
};
use crate::{phone::Region, tag::Tag};

/// A handle holds at least this many tags, however little memory there is.
const LEAST: usize = 1024;
/// Tags of the smallest and the largest piece in which a country's memory grows: 512 bytes to 128 KiB.
const PIECE: std::ops::RangeInclusive<usize> = 64..=16 << 10;
/// Bytes of a segment a tag, rounded up: what the disk needs beside the temporary file.
const STORED: u64 = 6;

/// Hands out one [`SorterHandle`] a worker and takes them back.
pub struct Sorter {
    memory: usize,
    threads: usize,
    capacity: usize,
    space: Arc<Space>,
}

/// One worker's end of a [`Sorter`].
pub struct SorterHandle {
    countries: Vec<Pieces>,
    /// Tags that there is room for in all pieces.
    room: usize,
    capacity: usize,
    records: Vec<u64>,
    bundles: Vec<(Region, Bundle)>,
    bundler: Bundler,
    space: Arc<Space>,
}

/// The tags of a country in memory, in the order they came.
#[derive(Clone, Default)]
struct Pieces {
    full: Vec<Vec<Tag>>,
    open: Vec<Tag>,
}

/// What to do when memory is full.
#[derive(Clone, Debug)]
pub enum Spill {
    /// Write tags to an unnamed temporary file in this folder.
    Unnamed(PathBuf),
    /// Give up: nothing may be written to disk.
    Never,
}

/// The temporary file that the handles share, made when the first of them needs it.
pub(super) struct Space {
    spill: Spill,
    memory: usize,
    threads: usize,
    file: Mutex<Option<Arc<File>>>,
    end: AtomicU64,
    /// Bytes of the input that were read, and all its bytes; 0 if that is not known.
    read: AtomicU64,
    total: AtomicU64,
}

impl Sorter {
    /// Room for `memory` bytes, over `threads` handles.
    ///
    /// Where tags may be spilled, half of it is for them; the other half is for what goes on around them.
    pub fn new(memory: usize, threads: usize, spill: Spill) -> Sorter {
        let threads = threads.max(1);
        let for_tags = match spill {
            Spill::Unnamed(_) => memory / 2,
            Spill::Never => memory,
        };
        let capacity = (for_tags / threads / TAG_LENGTH).max(LEAST);
        let space = Space {
            spill,
            memory,
            threads,
            file: Mutex::new(None),
            end: AtomicU64::new(0),
            read: AtomicU64::new(0),
            total: AtomicU64::new(0),
        };
        Sorter {
            memory,
            threads,
            capacity,
            space: Arc::new(space),
        }
    }

    /// A handle; take one for each of the threads that the memory was divided by.
    pub fn handle(&self) -> SorterHandle {
        SorterHandle {
            countries: vec![Pieces::default(); Region::COUNT],
            room: 0,
            capacity: self.capacity,
            records: vec![0; Region::COUNT],
            bundles: Vec::new(),
            bundler: Bundler::default(),
            space: Arc::clone(&self.space),
        }
    }

    /// Tells how much of the input has been read, so that the disk needed can be estimated before it is used.
    pub fn has_read(&self, bytes: u64, total: Option<u64>) {
        self.space.read.store(bytes, Ordering::Relaxed);
        self.space
            .total
            .store(total.unwrap_or(0), Ordering::Relaxed);
    }

    /// Bundles what the handles still hold, all at the same time, and gives everything back by country.
    pub fn finish(self, mut handles: Vec<SorterHandle>) -> Result<Sorted, SortError> {
        let spilled = self.space.length() > 0;
        thread::scope(|scope| {
            let workers: Vec<_> = handles
                .iter_mut()
                .map(|handle| scope.spawn(move || handle.end(spilled)))
                .collect();
            workers.into_iter().try_for_each(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| panic::resume_unwind(panic))
            })
        })?;
        let mut records = vec![0; Region::COUNT];
        let mut bundles = Vec::new();
        bundles.resize_with(Region::COUNT, Vec::new);
        for handle in handles {
            for (sum, more) in records.iter_mut().zip(handle.records) {
                *sum += more;
            }
            for (region, bundle) in handle.bundles {
                bundles[region.index()].push(bundle);
            }
        }
        Sorted::new(self.space, self.memory / 2 / self.threads, records, bundles)
    }
}

impl SorterHandle {
    /// Takes tags of one country.
    pub fn push(&mut self, region: Region, mut tags: &[Tag]) -> Result<(), SortError> {
        let country = region.index();
        self.records[country] += tags.len() as u64;
        loop {
            let open = &mut self.countries[country].open;
            let fit = tags.len().min(open.capacity() - open.len());
            open.extend_from_slice(&tags[..fit]);
            tags = &tags[fit..];
            if tags.is_empty() {
                return Ok(());
            }
            self.grow(country)?;
        }
    }

    /// Room for a tag more of a country.
    #[cold]
    fn grow(&mut self, country: usize) -> Result<(), SortError> {
        let length = self.countries[country].open.capacity();
        let length = (2 * length).clamp(*PIECE.start(), *PIECE.end());
        if self.room + length > self.capacity && self.room > 0 {
            self.make_room()?;
        }
        let pieces = &mut self.countries[country];
        let full = mem::replace(&mut pieces.open, Vec::with_capacity(length));
        if !full.is_empty() {
            pieces.full.push(full);
        }
        self.room += length;
        Ok(())
    }

    fn make_room(&mut self) -> Result<(), SortError> {
        if matches!(self.space.spill, Spill::Unnamed(_)) {
            return self.end(true);
        }
        // A load that repeats itself stays in memory, as long as that frees enough of it.
        self.room = 0;
        for pieces in &mut self.countries {
            let mut tags = pieces.take().concat();
            tags.sort_unstable();
            tags.dedup();
            tags.shrink_to_fit();
            self.room += tags.len();
            pieces.full.extend((!tags.is_empty()).then_some(tags));
        }
        if self.room > self.capacity / 8 * 7 {
            return Err(SortError::Full {
                memory: self.space.memory,
            });
        }
        Ok(())
    }

    /// Bundles everything that is held in pieces, and writes the bundles if they are to be spilled.
    fn end(&mut self, spill: bool) -> Result<(), SortError> {
        if spill && self.room > 0 {
            self.space.begin(self.records.iter().sum())?;
        }
        for (region, pieces) in Region::all().zip(&mut self.countries) {
            let mut pieces = pieces.take().into_iter().peekable();
            while pieces.peek().is_some() {
                let mut length = 0;
                let together = std::iter::from_fn(|| {
                    let piece =
                        pieces.next_if(|piece| length == 0 || length + piece.len() <= BUNDLE)?;
                    length += piece.len();
                    Some(piece)
                });
                self.bundler.gather(together);
                let bundle = if spill {
                    let space = &self.space;
                    self.bundler.spill(|bytes| space.write(bytes))?
                } else {
                    self.bundler.hold()
                };
                self.bundles.push((region, bundle));
            }
        }
        self.room = 0;
        Ok(())
    }
}

impl Pieces {
    fn take(&mut self) -> Vec<Vec<Tag>> {
        let mut pieces = mem::take(&mut self.full);
        let open = mem::take(&mut self.open);
        pieces.extend((!open.is_empty()).then_some(open));
        pieces
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

    /// Writes at the end of the file, and says where.
    fn write(&self, bytes: &[u8]) -> Result<u64, SortError> {
        let file = self.file()?;
        let offset = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        write_all_at(&file, bytes, offset).map_err(|source| self.failed("write", source))?;
        Ok(offset)
    }

    /// Before the first byte is written: whether the disk has room for the whole of the load, as far as can be told
    /// from how much of it has been read. `records` are those of one thread.
    fn begin(&self, records: u64) -> Result<(), SortError> {
        let (read, total) = (
            self.read.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        );
        if self.length() > 0 || read == 0 || total < read {
            return Ok(());
        }
        let records = u128::from(records) * self.threads as u128;
        let needed = records * u128::from(total) / u128::from(read);
        let needed = needed * u128::from(TAG_LENGTH as u64 + STORED);
        let needed = u64::try_from(needed).unwrap_or(u64::MAX);
        match storage::available(self.folder()) {
            Some(available) if available < needed => Err(SortError::Disk {
                folder: self.folder().to_owned(),
                needed,
                available,
            }),
            _ => Ok(()),
        }
    }

    fn folder(&self) -> &Path {
        match &self.spill {
            Spill::Unnamed(folder) => folder,
            Spill::Never => Path::new(""),
        }
    }
}
