//! Opening a segment: its trailer and tail, checked against each other and the length.
//!
//! Lengths are bounded
//! by the file's before anything is allocated for them. The header repeats what the trailer says;
//! it is read when there is no trailer, to say what the file is instead, and when all is verified.

use std::sync::Arc;

use super::{
    section::{Roots, Section},
    segment_file::SegmentFile,
    tail::{Tail, TailRange},
};
use crate::{
    index::{
        SegmentDamage, SegmentError, SourceMeta, SourceSummary,
        file::{
            coding::BLOCK_TAGS,
            format::{
                CHAPTER_BLOCKS, CountryEntry, ENTRY_LENGTH, FENCE_LENGTH, HEADER_LENGTH,
                HeaderFault, ROOT_LENGTH, SegmentHeader, TRAILER_LENGTH, Trailer, magic_of,
            },
            seal::{Sealed, Sealer},
        },
    },
    key::Key,
    phone::Region,
};

/// Bytes at the end of a file that the system is told of: as a rule, all that opening needs.
const END: u64 = 128 << 10;
/// The fewest bytes of a chapter of 512 blocks: fences, and a bit a tag in the blocks.
const LEAST_CHAPTER: u64 = (CHAPTER_BLOCKS * (FENCE_LENGTH + BLOCK_TAGS / 8)) as u64;

/// More records than all countries of a segment may have together. No dump has as many rows, and
/// the records of any number of segments still add up in 64 bits.
const TOO_MANY_RECORDS: u64 = 1 << 48;

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

/// What a segment says about itself, checked as far as can be without reading the sections.
pub(super) struct SegmentParts {
    pub(super) trailer: Trailer,
    pub(super) meta: SourceSummary,
    pub(super) countries: Vec<CountryCount>,
    pub(super) sections: Vec<Section>,
    /// Checksum of the metadata, which the header repeats.
    meta_checksum: u64,
    /// Keyed checksum of the tail; `None` without the key.
    keyed_checksum: Option<u64>,
}

impl SegmentParts {
    pub(super) fn read(
        file: &SegmentFile,
        key: Option<&Key>,
    ) -> Result<SegmentParts, SegmentError> {
        file.read_ahead(file.length().saturating_sub(END));
        let trailer = read_trailer(file, key)?;
        let sealer = key.map(|key| Sealer::new(key, Sealed::Segment));
        let tail = Tail::<SourceSummary>::read(file, &trailer, sealer)?;
        let TailRange {
            start, after_meta, ..
        } = TailRange::of(&trailer);
        let directory_length = trailer.directory_length();
        let entries = &tail.after_meta[..directory_length];
        let countries = countries(file, entries, after_meta, &tail.meta)?;
        let roots = Roots::new(tail.after_meta, directory_length);
        let sections = sections(&countries, roots, start)
            .ok_or_else(|| file.damaged(after_meta, SegmentDamage::Directory))?;
        Ok(SegmentParts {
            meta_checksum: tail.meta_checksum,
            keyed_checksum: tail.keyed_checksum,
            trailer,
            meta: tail.meta,
            countries,
            sections,
        })
    }

    /// The metadata with the records of all files, from the same tail as was read before.
    pub(super) fn full_meta(&self, file: &SegmentFile) -> Result<SourceMeta, SegmentError> {
        let tail = Tail::<SourceMeta>::read(file, &self.trailer, None)?;
        // Anybody finds other bytes with the same plain checksum.
        if tail.keyed_checksum != self.keyed_checksum {
            let start = TailRange::of(&self.trailer).start;
            return Err(file.damaged(start, SegmentDamage::Changed));
        }
        Ok(tail.meta)
    }

    /// Checks that the header is the one that belongs to the trailer.
    pub(super) fn check_header(&self, file: &SegmentFile) -> Result<(), SegmentError> {
        let bytes = header(file)?;
        let expected = SegmentHeader {
            key_id: self.trailer.key_id,
            meta_length: self.trailer.meta_length,
            meta_checksum: self.meta_checksum,
        };
        let belongs = expected.encode() == bytes
            && SegmentHeader::own_checksum(&bytes) == self.trailer.header_checksum;
        belongs
            .then_some(())
            .ok_or_else(|| file.damaged(0, SegmentDamage::Header))
    }
}

/// The trailer, whose tail can be in the file.
fn read_trailer(file: &SegmentFile, key: Option<&Key>) -> Result<Trailer, SegmentError> {
    let length = file.length();
    let trailer_offset = length
        .checked_sub(TRAILER_LENGTH as u64)
        .ok_or_else(|| instead_of_trailer(file))?;
    let mut bytes = [0; TRAILER_LENGTH];
    file.fill(&mut bytes, trailer_offset)?;
    let trailer = Trailer::decode(&bytes)
        .filter(|trailer| trailer.length == length)
        .ok_or_else(|| instead_of_trailer(file))?;
    if let Some(key) = key.filter(|key| key.id() != trailer.key_id) {
        return Err(SegmentError::WrongKey {
            path: file.path().to_owned(),
            made_under: trailer.key_id,
            given: key.id(),
        });
    }
    trailer
        .tail_length()
        .filter(|&tail| tail.saturating_add(HEADER_LENGTH as u64) <= trailer_offset)
        .ok_or_else(|| file.damaged(trailer_offset, SegmentDamage::Trailer))?;
    Ok(trailer)
}

impl Trailer {
    pub(super) fn directory_length(&self) -> usize {
        (self.countries as usize).saturating_mul(ENTRY_LENGTH)
    }

    /// Bytes of metadata, directory and roots, if a file of this length can have them.
    pub(super) fn tail_length(&self) -> Option<u64> {
        let countries = self.countries as usize;
        let most = (self.length / LEAST_CHAPTER).saturating_add(u64::from(self.countries));
        if countries > Region::COUNT || self.chapters > most {
            return None;
        }
        let roots = self.chapters.checked_mul(ROOT_LENGTH as u64)?;
        roots
            .checked_add(self.directory_length() as u64)?
            .checked_add(u64::from(self.meta_length))
    }
}

fn countries(
    file: &SegmentFile,
    entries: &[u8],
    offset: u64,
    meta: &SourceSummary,
) -> Result<Vec<CountryCount>, SegmentError> {
    let mut countries = Vec::<CountryCount>::new();
    let mut all_records: u64 = 0;
    for entry in entries.as_chunks::<ENTRY_LENGTH>().0 {
        let damaged = || file.damaged(offset, SegmentDamage::Directory);
        let CountryEntry {
            code,
            records,
            distinct,
        } = CountryEntry::decode(entry).ok_or_else(damaged)?;
        let region = Region::from_code(&code).ok_or_else(|| SegmentError::UnknownCountry {
            path: file.path().to_owned(),
            code,
            metadata_version: meta.metadata_version.clone(),
        })?;
        let ascending = countries.last().is_none_or(|last| last.region < region);
        all_records = all_records.saturating_add(records);
        let is_too_much = all_records >= TOO_MANY_RECORDS;
        if !ascending || distinct == 0 || records < distinct || is_too_much {
            return Err(damaged());
        }
        countries.push(CountryCount {
            region,
            records,
            distinct,
        });
    }
    Ok(countries)
}

/// The section of each country, if they fill the file from the header to the tail.
fn sections(countries: &[CountryCount], roots: Roots, tail_offset: u64) -> Option<Vec<Section>> {
    let roots = Arc::new(roots);
    let mut next = HEADER_LENGTH as u64;
    let mut root = 0;
    let mut sections = Vec::with_capacity(countries.len());
    for country in countries {
        let section = Section::new(&roots, root, country.distinct, tail_offset)?;
        let range = section.range();
        if range.start != next {
            return None;
        }
        (next, root) = (range.end, section.own().end);
        sections.push(section);
    }
    (root == roots.count() && next == tail_offset).then_some(sections)
}

/// What a file is that does not end with a trailer of its length.
fn instead_of_trailer(file: &SegmentFile) -> SegmentError {
    let length = file.length();
    if length < HEADER_LENGTH as u64 {
        let magic = magic_of(length);
        let mut start = vec![0; magic.len()];
        if let Err(error) = file.fill(&mut start, 0) {
            return error;
        }
        if start != magic {
            let path = file.path().to_owned();
            return SegmentError::NotASegment { path };
        }
        return file.damaged(length, SegmentDamage::Truncated);
    }
    header(file).err().unwrap_or_else(|| {
        let offset = length.saturating_sub(TRAILER_LENGTH as u64);
        file.damaged(offset.max(HEADER_LENGTH as u64), SegmentDamage::Trailer)
    })
}

/// The header, if it is one of this version.
fn header(file: &SegmentFile) -> Result<[u8; HEADER_LENGTH], SegmentError> {
    let mut bytes = [0; HEADER_LENGTH];
    file.fill(&mut bytes, 0)?;
    let path = || file.path().to_owned();
    match SegmentHeader::decode(&bytes) {
        Ok(_) => Ok(bytes),
        Err(HeaderFault::Magic) => Err(SegmentError::NotASegment { path: path() }),
        Err(HeaderFault::Checksum) => Err(file.damaged(0, SegmentDamage::Header)),
        Err(HeaderFault::Version(found)) => Err(SegmentError::Version {
            path: path(),
            found,
        }),
    }
}
