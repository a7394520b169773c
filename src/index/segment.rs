//! One immutable segment: opened by its directory, answering for batches of tags, streamed by country.
//!
//! Nothing is believed before its checksum: header, metadata and directory when opened, fences and blocks
//! when read. A segment that fails one gives an error, never the answer "not found".

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{
    Damage, SegmentError, SourceMeta,
    block::Blocks,
    format::{self, Entry, Fence},
    parts::{self, Parts},
    storage::Storage,
};
use crate::{key::KeyId, phone::Region, tag::Tag};

/// A file up to this length is read and verified whole when opened: that takes less than a millisecond.
const SMALL: u64 = 1 << 20;

/// An open segment. Several threads may look up at once.
pub struct Segment {
    path: PathBuf,
    storage: Storage,
    length: u64,
    key_id: KeyId,
    meta: SourceMeta,
    countries: Vec<CountryCount>,
    sections: Vec<Section>,
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

/// Where the tags of a country are. The fences follow the blocks.
pub(super) struct Section {
    pub(super) offset: u64,
    pub(super) distinct: u64,
    fences_checksum: u64,
    /// Kept once a look-up needed them.
    fences: OnceLock<Vec<Fence>>,
}

impl Section {
    pub(super) fn new(offset: u64, distinct: u64, fences_checksum: u64) -> Section {
        Section {
            offset,
            distinct,
            fences_checksum,
            fences: OnceLock::new(),
        }
    }
}

impl Segment {
    /// Opens a segment file and checks its header, metadata, directory and length; a file of up to 1 MiB is
    /// verified whole.
    pub fn open(path: &Path) -> Result<Segment, SegmentError> {
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
        if found.len() > SMALL {
            return Segment::read(path.to_owned(), Storage::File(file), found.len());
        }
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(file, SMALL + 1), &mut bytes).map_err(failed)?;
        let length = bytes.len() as u64;
        let segment = Segment::read(path.to_owned(), Storage::Memory(bytes), length)?;
        segment.verify()?;
        Ok(segment)
    }

    /// A segment in memory, as [`super::SegmentWriter::new`] over a `Vec<u8>` makes it.
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
            tags: Vec::new().into_iter(),
        }
    }

    /// Reads every byte again and checks checksums, order, counts and lengths.
    pub fn verify(&self) -> Result<(), SegmentError> {
        let parts = Parts::read(&self.path, &self.storage, self.length)?;
        let same = parts.countries == self.countries
            && parts.key_id == self.key_id
            && parts.meta == self.meta;
        if !same {
            return Err(self.damaged(0, Damage::Changed));
        }
        for section in &self.sections {
            let mut blocks = Blocks::new(self, section);
            while blocks.next()?.is_some() {}
        }
        Ok(())
    }

    pub(super) fn section(&self, region: Region) -> Option<&Section> {
        self.place(region).map(|place| &self.sections[place])
    }

    /// The fences of a section, kept from the first time on.
    pub(super) fn fences<'a>(&self, section: &'a Section) -> Result<&'a [Fence], SegmentError> {
        if let Some(fences) = section.fences.get() {
            return Ok(fences);
        }
        let fences = self.read_fences(section)?;
        Ok(section.fences.get_or_init(|| fences))
    }

    /// The fences of a section, checked.
    pub(super) fn read_fences(&self, section: &Section) -> Result<Vec<Fence>, SegmentError> {
        let length = Entry::fences_length(section.distinct).expect("checked when opened");
        let offset =
            section.offset + Entry::tags_length(section.distinct).expect("checked when opened");
        let bytes = parts::read(&self.path, &self.storage, offset, length)?;
        if format::checksum(&bytes) != section.fences_checksum {
            return Err(self.damaged(offset, Damage::Fences));
        }
        let fences = Fence::decode_all(&bytes);
        if !fences.is_sorted_by(|one, next| one.first < next.first) {
            return Err(self.damaged(offset, Damage::Order));
        }
        Ok(fences)
    }

    /// Fills `buffer` from `offset` on.
    pub(super) fn fill(&self, buffer: &mut [u8], offset: u64) -> Result<(), SegmentError> {
        self.storage
            .read_exact_at(buffer, offset)
            .map_err(|source| parts::unreadable(&self.path, offset, source))
    }

    pub(super) fn damaged(&self, offset: u64, damage: Damage) -> SegmentError {
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
        let Parts {
            key_id,
            meta,
            countries,
            sections,
        } = Parts::read(&path, &storage, length)?;
        Ok(Segment {
            path,
            storage,
            length,
            key_id,
            meta,
            countries,
            sections,
        })
    }
}

/// The tags of one country of a segment, read block by block.
pub struct Tags<'a> {
    blocks: Option<Blocks<'a>>,
    tags: std::vec::IntoIter<Tag>,
}

impl Iterator for Tags<'_> {
    type Item = Result<Tag, SegmentError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(tag) = self.tags.next() {
            return Some(Ok(tag));
        }
        match self.blocks.as_mut()?.next() {
            Ok(Some(block)) => {
                self.tags = format::tags(block).collect::<Vec<_>>().into_iter();
                self.tags.next().map(Ok)
            }
            Ok(None) => {
                self.blocks = None;
                None
            }
            Err(error) => {
                self.blocks = None;
                Some(Err(error))
            }
        }
    }
}
