//! One immutable segment: opened by its directory, answering for batches of tags, streamed by country.
//!
//! Nothing is believed before its checksum: metadata, directory and roots when opened, fences and blocks
//! when read. A segment that fails one gives an error, never the answer "not found".

use std::{
    fs::File,
    io,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::index::{
    Damage, SegmentError, SourceMeta,
    file::coding,
    file::seal::Seal,
    file::storage::Storage,
    read::chapter::{Blocks, Chapter, ChapterEntry},
    read::parts::{self, Parts},
};
use crate::{
    key::{Key, KeyId},
    phone::Region,
    tag::Tag,
};

/// A file up to this length is read and verified whole when opened: that takes less than a millisecond.
const SMALL: u64 = 1 << 20;
/// Fences are kept in memory up to this many bytes: those of 40 million numbers. Those of others are read again, which is
/// little beside the blocks that large batches need.
const KEPT: usize = 2 << 20;

/// An open segment. Several threads may look up at once.
pub struct Segment {
    path: PathBuf,
    storage: Storage,
    length: u64,
    key_id: KeyId,
    meta: SourceMeta,
    countries: Vec<CountryCount>,
    sections: Vec<Section>,
    /// Bytes of fences that are kept.
    kept: AtomicUsize,
}

/// How many numbers of a country a segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountryCount {
    /// The country of the numbers.
    pub region: Region,
    /// Rows that gave a number of it.
    pub records: u64,
    /// Different numbers among them.
    pub distinct: u64,
}

/// Where the tags of a country are.
pub(in crate::index) struct Section {
    pub(in crate::index) chapters: Vec<ChapterEntry>,
    /// Kept once a look-up needed them, as long as there is room.
    kept: Vec<OnceLock<Chapter>>,
}

impl Section {
    pub(in crate::index) fn new(chapters: Vec<ChapterEntry>) -> Section {
        let kept = chapters.iter().map(|_| OnceLock::new()).collect();
        Section { chapters, kept }
    }

    /// The fences of a chapter: the kept ones, or else read into `spare`.
    pub(in crate::index) fn chapter<'a>(
        &'a self,
        segment: &Segment,
        number: usize,
        spare: &'a mut Option<Chapter>,
    ) -> Result<&'a Chapter, SegmentError> {
        let kept = &self.kept[number];
        if let Some(chapter) = kept.get() {
            return Ok(chapter);
        }
        let chapter = self.read_chapter(segment, number)?;
        let heap_bytes = chapter.heap_bytes();
        if segment.kept.fetch_add(heap_bytes, Ordering::Relaxed) + heap_bytes <= KEPT {
            return Ok(kept.get_or_init(|| chapter));
        }
        segment.kept.fetch_sub(heap_bytes, Ordering::Relaxed);
        Ok(spare.insert(chapter))
    }

    /// The fences of a chapter, checked.
    pub(in crate::index) fn read_chapter(
        &self,
        segment: &Segment,
        number: usize,
    ) -> Result<Chapter, SegmentError> {
        let after = self.chapters.get(number + 1).map(|place| place.first);
        Chapter::read(segment, &self.chapters[number], after)
    }
}

impl Segment {
    /// Opens a segment file and checks its length, metadata, directory and roots; a file of up to 1 MiB is
    /// verified whole, but for the seal.
    pub fn open(path: &Path) -> Result<Segment, SegmentError> {
        let segment = Self::open_up_to(path, SMALL)?;
        if matches!(segment.storage, Storage::Memory(_)) {
            segment.verify(None)?;
        }
        Ok(segment)
    }

    /// The same, but nothing of its sections is held in memory or verified, however small it is: for many at once.
    pub fn open_unread(path: &Path) -> Result<Segment, SegmentError> {
        Self::open_up_to(path, 0)
    }

    /// With all of a file in memory that is not longer than so many bytes.
    fn open_up_to(path: &Path, small: u64) -> Result<Segment, SegmentError> {
        let failed = |source| SegmentError::Io {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        if !found.is_file() {
            return Err(SegmentError::NotASegment {
                path: path.to_owned(),
            });
        }
        if found.len() > small {
            let storage = Storage::random(file);
            return Segment::read(path.to_owned(), storage, found.len());
        }
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(file, small + 1), &mut bytes).map_err(failed)?;
        let length = bytes.len() as u64;
        Segment::read(path.to_owned(), Storage::Memory(bytes), length)
    }

    /// A segment in memory, as [`crate::index::SegmentWriter::new`] over a `Vec<u8>` makes it.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Segment, SegmentError> {
        let length = bytes.len() as u64;
        Segment::read(PathBuf::from("(memory)"), Storage::Memory(bytes), length)
    }

    /// The file it was opened from; `(memory)` for none.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The source.
    pub fn meta(&self) -> &SourceMeta {
        &self.meta
    }

    /// The key that its tags were made under.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// The countries, in order of their codes; none is empty.
    pub fn countries(&self) -> &[CountryCount] {
        &self.countries
    }

    /// The counts of a country, if any number of it is here.
    pub fn country(&self, region: Region) -> Option<CountryCount> {
        self.place(region).map(|place| self.countries[place])
    }

    /// The tags of a country, ascending, each once; none if the country is not here. Ends after the first error.
    pub fn tags(&self, region: Region) -> Tags<'_> {
        Tags {
            blocks: self
                .section(region)
                .map(|section| Blocks::new(self, section)),
            block: Vec::new(),
            given: 0,
        }
    }

    /// Calls `visit` with the tags of a country that lie in a range, ascending.
    pub(in crate::index) fn visit(
        &self,
        region: Region,
        range: &RangeInclusive<Tag>,
        block: &mut Vec<Tag>,
        visit: &mut impl FnMut(Tag),
    ) -> Result<(), SegmentError> {
        let Some(section) = self.section(region) else {
            return Ok(());
        };
        let mut blocks = Blocks::within(self, section, range.clone());
        while blocks.next(block)? {
            let start = block.partition_point(|tag| tag < range.start());
            let end = block.partition_point(|tag| tag <= range.end());
            block[start..end].iter().copied().for_each(&mut *visit);
        }
        Ok(())
    }

    /// Reads every byte again and checks checksums, order, counts and lengths; with the key that the segment was
    /// made under, the seal as well.
    pub fn verify(&self, key: Option<&Key>) -> Result<(), SegmentError> {
        let parts = self.read_again()?;
        let header = parts.read_header(&self.path, &self.storage)?;
        let mut tags = Vec::new();
        let mut again = Vec::new();
        for section in &parts.sections {
            let mut blocks = Blocks::new(self, section);
            while blocks.next(&mut tags)? {
                again.clear();
                coding::encode(&tags, &mut again);
                if again != blocks.last_bytes() {
                    return Err(blocks.damaged(Damage::Block));
                }
            }
        }
        key.map_or(Ok(()), |key| self.check(&parts, &header, key))
    }

    /// Checks that whoever made it had this key: the seal, over all that is in the file but the blocks. Those are checked
    /// as they are read.
    pub fn check_seal(&self, key: &Key) -> Result<(), SegmentError> {
        let parts = self.read_again()?;
        let header = parts.read_header(&self.path, &self.storage)?;
        self.check(&parts, &header, key)
    }

    /// Its parts, which must be what they were when it was opened.
    fn read_again(&self) -> Result<Parts, SegmentError> {
        let parts = Parts::read(&self.path, &self.storage, self.length)?;
        let same = parts.countries == self.countries
            && parts.trailer.key_id == self.key_id
            && parts.meta == self.meta;
        if same {
            Ok(parts)
        } else {
            Err(self.damaged(0, Damage::Changed))
        }
    }

    fn check(&self, parts: &Parts, header: &[u8], key: &Key) -> Result<(), SegmentError> {
        let mut seal = Seal::new(key);
        seal.cover(header);
        for place in parts.sections.iter().flat_map(|section| &section.chapters) {
            seal.cover(&Chapter::bytes_of_fences(self, place)?);
        }
        seal.cover(&parts.tail);
        seal.cover(&parts.trailer.sealed());
        if seal.is(&parts.trailer.seal) {
            Ok(())
        } else {
            Err(self.damaged(self.length, Damage::Seal))
        }
    }

    pub(in crate::index) fn section(&self, region: Region) -> Option<&Section> {
        self.place(region).map(|place| &self.sections[place])
    }

    /// Fills `buffer` from `offset` on.
    pub(in crate::index) fn fill(
        &self,
        buffer: &mut [u8],
        offset: u64,
    ) -> Result<(), SegmentError> {
        self.storage
            .read_exact_at(buffer, offset)
            .map_err(|source| parts::unreadable(&self.path, offset, source))
    }

    pub(in crate::index) fn damaged(&self, offset: u64, damage: Damage) -> SegmentError {
        SegmentError::Damaged {
            path: self.path.clone(),
            offset,
            damage,
        }
    }

    fn place(&self, region: Region) -> Option<usize> {
        self.countries
            .binary_search_by_key(&region, |country| country.region)
            .ok()
    }

    fn read(path: PathBuf, storage: Storage, length: u64) -> Result<Segment, SegmentError> {
        let parts = Parts::read(&path, &storage, length)?;
        Ok(Segment {
            path,
            storage,
            length,
            key_id: parts.trailer.key_id,
            meta: parts.meta,
            countries: parts.countries,
            sections: parts.sections,
            kept: AtomicUsize::new(0),
        })
    }
}

/// The tags of one country of a segment, read block by block.
pub struct Tags<'a> {
    blocks: Option<Blocks<'a>>,
    block: Vec<Tag>,
    given: usize,
}

impl Iterator for Tags<'_> {
    type Item = Result<Tag, SegmentError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.given == self.block.len() {
            self.given = 0;
            match self.blocks.as_mut()?.next(&mut self.block) {
                Ok(true) => {}
                Ok(false) => self.blocks = None,
                Err(error) => {
                    self.blocks = None;
                    self.block.clear();
                    return Some(Err(error));
                }
            }
        }
        let tag = self.block.get(self.given)?;
        self.given += 1;
        Some(Ok(*tag))
    }
}
