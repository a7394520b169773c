//! (region, tag) pairs of many threads → tags by country, ascending, in bounded memory.
//!
//! Each worker collects tags by country in its share of the memory. When that is full, it takes the
//! country that has the most, partitions its tags by their top bits, as many tags as fit a cache,
//! and writes them to a temporary file that all workers share. The file is unnamed, so nothing is
//! left of it after a crash, and holds tags only. What is sorted later is parts of a country, each
//! small enough for memory. A load that fits its memory writes nothing. Records are counted as they
//! come, before repeated ones are dropped.

use std::{mem, panic, path::Path, sync::Arc, thread};

use crate::index::{
    Sorted,
    file::format::TAG_LENGTH,
    sort::bundle::{BUNDLE, Bundle, Gathered},
    sort::sort_error::SortError,
    sort::space::{Space, Spill},
};
use crate::{phone::Region, tag::Tag};

/// Of the memory, where tags may be spilled.
const SIXTEENTHS_FOR_TAGS: usize = 5;
/// A worker holds at least this many tags, however little memory there is.
const LEAST: usize = 1024;
/// The share of the tags in memory that is never given up: with fewer, bundles become so short that
/// there are too many of them.
const KEPT_SHARE: usize = 8;
/// Tags of the smallest and the largest piece in which a country's memory grows: 512 bytes to
/// 128 KiB.
const PIECE: std::ops::RangeInclusive<usize> = 64..=16 << 10;
/// Bytes that a thread bundles in: tags as they came, and in their buckets. One buffer more is
/// being written, for all threads.
const BUNDLING: usize = 2 * BUNDLE * TAG_LENGTH;

/// Hands out one [`SorterWriter`] per worker and takes them back.
pub struct Sorter {
    memory: usize,
    threads: usize,
    capacity: usize,
    space: Arc<Space>,
}

/// One worker's end of a [`Sorter`].
pub struct SorterWriter {
    countries: Vec<Pieces>,
    /// Tags that there is room for in all pieces.
    room: usize,
    capacity: usize,
    records: Vec<u64>,
    bundles: Vec<(Region, Bundle)>,
    space: Arc<Space>,
}

/// The tags of a country in memory, in the order they came.
#[derive(Clone, Default)]
struct Pieces {
    full: Vec<Vec<Tag>>,
    open: Vec<Tag>,
}

impl Sorter {
    /// Room for `memory` bytes, over `threads` workers.
    ///
    /// Where tags may be spilled, five sixteenths of it are for them: the system does not get all
    /// of that back while the segment is written, and what reads the bundles then needs as much
    /// as it can get. It is a third if bundling takes most of the memory.
    pub fn new(memory: usize, threads: usize, spill: Spill) -> Sorter {
        let threads = threads.max(1);
        let share = memory / threads;
        let for_tags = match spill {
            Spill::Unnamed(_) if share < 2 * BUNDLING => share / 3,
            Spill::Unnamed(_) => share / 16 * SIXTEENTHS_FOR_TAGS,
            Spill::Never => share,
        };
        Sorter {
            memory,
            threads,
            capacity: (for_tags / TAG_LENGTH).max(LEAST),
            space: Arc::new(Space::new(spill, memory, threads)),
        }
    }

    /// The same, for a segment that is going to be written into `folder`: the disk must have room
    /// for that, too. Call it before the first [`Sorter::handle`].
    #[must_use]
    pub fn storing_in(mut self, folder: &Path) -> Sorter {
        if let Some(space) = Arc::get_mut(&mut self.space) {
            space.store_in(folder.to_owned());
        }
        self
    }

    /// One per worker thread; `new` divided `memory` by their number.
    pub fn handle(&self) -> SorterWriter {
        SorterWriter {
            countries: vec![Pieces::default(); Region::COUNT],
            room: 0,
            capacity: self.capacity,
            records: vec![0; Region::COUNT],
            bundles: Vec::new(),
            space: Arc::clone(&self.space),
        }
    }

    /// Leaves `bytes` of the memory, in all, to others. False if what remains is too little to sort
    /// with.
    pub fn give_up(&self, bytes: usize) -> bool {
        self.space.give_up(bytes / self.threads / TAG_LENGTH);
        let for_tags = self.capacity * TAG_LENGTH * self.threads;
        let kept = for_tags / KEPT_SHARE;
        let without_bundles = self.memory.saturating_sub(BUNDLING * self.threads);
        bytes <= for_tags.max(without_bundles).saturating_sub(kept)
    }

    /// Says that `bytes` of the input were read, of `total` if that is known. The disk that the
    /// load needs is estimated from that.
    pub fn has_read(&self, bytes: u64, total: Option<u64>) {
        self.space.has_read(bytes, total);
    }

    /// Bundles what the workers still hold, all at the same time, and gives everything back by
    /// country.
    pub fn finish(self, mut handles: Vec<SorterWriter>) -> Result<Sorted, SortError> {
        let spilled = self.space.length() > 0;
        thread::scope(|scope| {
            let workers: Vec<_> = handles
                .iter_mut()
                .map(|handle| {
                    thread::Builder::new().spawn_scoped(scope, move || handle.end(spilled))
                })
                .collect::<Result<_, _>>()
                .map_err(SortError::Thread)?;
            workers.into_iter().try_for_each(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| panic::resume_unwind(panic))
            })
        })?;
        self.space.end_writing()?;
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
        let share = self.memory / self.threads;
        let left = share.saturating_sub(self.space.given_up() * TAG_LENGTH);
        Sorted::new(self.space, left / 2, records, bundles)
    }
}

impl SorterWriter {
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
        if self.room + length > self.capacity_left() && self.room > 0 {
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

    /// Tags that there may be room for now.
    fn capacity_left(&self) -> usize {
        let left = self.capacity.saturating_sub(self.space.given_up());
        left.max(self.capacity / KEPT_SHARE)
    }

    fn make_room(&mut self) -> Result<(), SortError> {
        if self.space.may_spill() {
            self.space.check_room(self.records.iter().sum())?;
            let longest = (self.countries.iter().enumerate())
                .max_by_key(|(_, pieces)| pieces.tags())
                .map(|(country, _)| country);
            // One bundle at a time: while a thread writes, the others soon wait for the rows that
            // it has.
            return longest.map_or(Ok(()), |country| self.bundle(country, true));
        }
        // A load that repeats itself stays in memory, as long as that frees enough of it.
        self.room = 0;
        for pieces in &mut self.countries {
            let mut tags = pieces.take(usize::MAX).concat();
            tags.sort_unstable();
            tags.dedup();
            tags.shrink_to_fit();
            self.room += tags.capacity();
            pieces.full.extend((!tags.is_empty()).then_some(tags));
        }
        if self.room > self.capacity_left() / 8 * 7 {
            return Err(SortError::Full {
                memory: self.space.memory(),
            });
        }
        Ok(())
    }

    /// Bundles everything that is held in pieces, and writes the bundles if they are to be spilled.
    fn end(&mut self, spill: bool) -> Result<(), SortError> {
        if spill && self.room > 0 {
            self.space.check_room(self.records.iter().sum())?;
        }
        for country in 0..self.countries.len() {
            while self.countries[country].tags() > 0 {
                self.bundle(country, spill)?;
            }
        }
        Ok(())
    }

    /// Bundles what a country holds, up to the length of a bundle.
    fn bundle(&mut self, country: usize, spill: bool) -> Result<(), SortError> {
        let pieces = self.countries[country].take(BUNDLE);
        self.room -= pieces.iter().map(Vec::capacity).sum::<usize>();
        let gathered = Gathered(pieces);
        let bundle = if spill {
            gathered.spill(&self.space)?
        } else {
            gathered.hold()
        };
        let region = Region::from_index(country).expect("there are as many countries as regions");
        self.bundles.push((region, bundle));
        Ok(())
    }
}

impl Pieces {
    fn tags(&self) -> usize {
        self.full.iter().map(Vec::len).sum::<usize>() + self.open.len()
    }

    /// Pieces of at most `most` tags, or one longer piece.
    fn take(&mut self, most: usize) -> Vec<Vec<Tag>> {
        let open = mem::take(&mut self.open);
        self.full.extend((open.capacity() > 0).then_some(open));
        let mut tags = 0;
        let count = (self.full.iter())
            .take_while(|piece| {
                tags += piece.len();
                tags <= most
            })
            .count();
        let rest = self.full.split_off(count.max(1).min(self.full.len()));
        mem::replace(&mut self.full, rest)
    }
}
