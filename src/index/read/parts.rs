//! Opening a segment: its trailer and tail in one read, checked against each other and the length.
//!
//! Lengths are checked against the file's before anything is allocated for them. The header repeats what the trailer says;
//! it is looked at when the trailer is not one, to say what the file is instead, and when the whole is verified.

use std::{io, path::Path};

use crate::index::{
    CountryCount, Damage, SegmentError, SourceMeta,
    file::format::{
        self, ENTRY_LENGTH, Entry, HEADER_LENGTH, Header, HeaderFault, ROOT_LENGTH, Root,
        TRAILER_LENGTH, Trailer,
    },
    file::storage::Storage,
    read::chapter::ChapterEntry,
    read::segment::Section,
};
use crate::phone::Region;

/// Bytes at the end of a file that are read at once: as a rule, all that opening needs.
const END: u64 = 128 << 10;

/// What a segment says about itself, checked as far as can be without reading the sections.
pub(in crate::index) struct Parts {
    pub(in crate::index) trailer: Trailer,
    pub(in crate::index) meta: SourceMeta,
    pub(in crate::index) countries: Vec<CountryCount>,
    pub(in crate::index) sections: Vec<Section>,
    /// Metadata, directory and roots as they are in the file.
    pub(in crate::index) tail: Vec<u8>,
}

impl Parts {
    pub(in crate::index) fn read(
        path: &Path,
        storage: &Storage,
        length: u64,
    ) -> Result<Parts, SegmentError> {
        let file = Opening { path, storage };
        let mut end = file.read(length - length.min(END), length.min(END))?;
        let trailer = end
            .len()
            .checked_sub(TRAILER_LENGTH)
            .and_then(|at| Trailer::decode(end[at..].first_chunk()?))
            .filter(|trailer| trailer.length == length);
        let Some(trailer) = trailer else {
            return Err(file.not_a_trailer(length));
        };
        let trailer_at = length - TRAILER_LENGTH as u64;
        end.truncate(end.len() - TRAILER_LENGTH);

        let tail_length = trailer
            .tail_length()
            .filter(|&tail| tail <= trailer_at - HEADER_LENGTH as u64)
            .ok_or_else(|| file.damaged(trailer_at, Damage::Trailer))?;
        let tail_at = trailer_at - tail_length;
        let tail = match (end.len() as u64).checked_sub(tail_length) {
            Some(before) => {
                end.drain(..usize::try_from(before).unwrap_or(usize::MAX));
                end
            }
            None => file.read(tail_at, tail_length)?,
        };
        if format::checksum(&tail) != trailer.tail_checksum {
            return Err(file.damaged(tail_at, Damage::Tail));
        }
        let (meta, rest) = tail.split_at(trailer.meta_length as usize);
        let meta: SourceMeta =
            serde_json::from_slice(meta).map_err(|source| SegmentError::Meta {
                path: path.to_owned(),
                source,
            })?;
        let directory_at = tail_at + u64::from(trailer.meta_length);
        let directory_length = usize::try_from(trailer.countries)
            .map_err(|_| file.damaged(directory_at, Damage::Directory))?
            * ENTRY_LENGTH;
        let (directory, roots) = rest.split_at(directory_length);
        let countries = file.directory(directory, directory_at, &meta)?;
        let roots: Vec<Root> = roots.as_chunks().0.iter().map(Root::decode).collect();
        let sections = sections(&countries, &roots, tail_at)
            .ok_or_else(|| file.damaged(directory_at, Damage::Directory))?;
        Ok(Parts {
            trailer,
            meta,
            countries,
            sections,
            tail,
        })
    }

    /// The header: `Ok` if it is the one that belongs to the trailer.
    pub(in crate::index) fn read_header(
        &self,
        path: &Path,
        storage: &Storage,
    ) -> Result<[u8; HEADER_LENGTH], SegmentError> {
        let file = Opening { path, storage };
        let bytes = file.header()?;
        let header = Header {
            key_id: self.trailer.key_id,
            meta_length: self.trailer.meta_length,
            meta_checksum: format::checksum(&self.tail[..self.trailer.meta_length as usize]),
        };
        let belongs = header.encode() == bytes
            && Header::own_checksum(&bytes) == self.trailer.header_checksum;
        belongs
            .then_some(bytes)
            .ok_or_else(|| file.damaged(0, Damage::Header))
    }
}

/// The chapters of each country, if they fill the file from the header to the tail.
fn sections(countries: &[CountryCount], mut roots: &[Root], tail_at: u64) -> Option<Vec<Section>> {
    let mut next = HEADER_LENGTH as u64;
    let mut sections = Vec::with_capacity(countries.len());
    for country in countries {
        let chapters = usize::try_from(Entry::chapters(country.distinct)).ok()?;
        let (own, others) = roots.split_at_checked(chapters)?;
        let mut places = Vec::with_capacity(chapters);
        for (number, root) in own.iter().enumerate() {
            let end = roots.get(number + 1).map_or(tail_at, |root| root.offset);
            let (blocks, last_tags) = ChapterEntry::shape(country.distinct, number as u64);
            let length = (end.checked_sub(root.offset)?)
                .checked_sub(ChapterEntry::fences_length(blocks))
                .filter(|&length| length >= blocks as u64)?;
            if root.offset != next {
                return None;
            }
            next = end;
            places.push(ChapterEntry {
                first: root.first,
                offset: root.offset,
                blocks,
                last_tags,
                length,
                checksum: root.checksum,
            });
        }
        if !places.is_sorted_by(|one, next| one.first < next.first) {
            return None;
        }
        sections.push(Section::new(places));
        roots = others;
    }
    (roots.is_empty() && next == tail_at).then_some(sections)
}

impl Trailer {
    /// Bytes of metadata, directory and roots, if that many can be.
    fn tail_length(&self) -> Option<u64> {
        let directory = self.countries.checked_mul(ENTRY_LENGTH as u64)?;
        let roots = self.chapters.checked_mul(ROOT_LENGTH as u64)?;
        directory
            .checked_add(roots)?
            .checked_add(u64::from(self.meta_length))
    }
}

/// The file while it is being opened.
#[derive(Clone, Copy)]
struct Opening<'a> {
    path: &'a Path,
    storage: &'a Storage,
}

impl Opening<'_> {
    fn directory(
        self,
        bytes: &[u8],
        offset: u64,
        meta: &SourceMeta,
    ) -> Result<Vec<CountryCount>, SegmentError> {
        let mut countries = Vec::<CountryCount>::new();
        for entry in bytes.as_chunks::<ENTRY_LENGTH>().0 {
            let bad = || self.damaged(offset, Damage::Directory);
            let Entry {
                code,
                records,
                distinct,
            } = Entry::decode(entry).ok_or_else(bad)?;
            let region = Region::from_code(&code).ok_or_else(|| SegmentError::UnknownCountry {
                path: self.path.to_owned(),
                code,
                metadata_version: meta.metadata_version.clone(),
            })?;
            let ascending = countries.last().is_none_or(|last| last.region < region);
            if !ascending || distinct == 0 || records < distinct {
                return Err(bad());
            }
            countries.push(CountryCount {
                region,
                records,
                distinct,
            });
        }
        Ok(countries)
    }

    /// What a file is that does not end with a trailer of its length.
    fn not_a_trailer(self, length: u64) -> SegmentError {
        let begins = match length {
            short if short < HEADER_LENGTH as u64 => Err(self.damaged(length, Damage::Truncated)),
            _ => self.header(),
        };
        begins.err().unwrap_or_else(|| {
            let at = length.saturating_sub(TRAILER_LENGTH as u64);
            self.damaged(at.max(HEADER_LENGTH as u64), Damage::Trailer)
        })
    }

    /// The header, if it is one of this version.
    fn header(self) -> Result<[u8; HEADER_LENGTH], SegmentError> {
        let mut bytes = [0; HEADER_LENGTH];
        self.storage
            .read_exact_at(&mut bytes, 0)
            .map_err(|source| unreadable(self.path, 0, source))?;
        let path = || self.path.to_owned();
        match Header::decode(&bytes) {
            Ok(_) => Ok(bytes),
            Err(HeaderFault::Magic) => Err(SegmentError::NotASegment { path: path() }),
            Err(HeaderFault::Checksum) => Err(self.damaged(0, Damage::Header)),
            Err(HeaderFault::Version(found)) => Err(SegmentError::Version {
                path: path(),
                found,
            }),
        }
    }

    /// `length` is part of the file's own length, so no more is allocated than there is.
    fn read(self, offset: u64, length: u64) -> Result<Vec<u8>, SegmentError> {
        let length = usize::try_from(length)
            .map_err(|_| unreadable(self.path, offset, io::ErrorKind::OutOfMemory.into()))?;
        let mut bytes = vec![0; length];
        self.storage
            .read_exact_at(&mut bytes, offset)
            .map_err(|source| unreadable(self.path, offset, source))?;
        Ok(bytes)
    }

    fn damaged(self, offset: u64, damage: Damage) -> SegmentError {
        SegmentError::Damaged {
            path: self.path.to_owned(),
            offset,
            damage,
        }
    }
}

pub(in crate::index) fn unreadable(path: &Path, offset: u64, source: io::Error) -> SegmentError {
    match source.kind() {
        // The file became shorter while it was open.
        io::ErrorKind::UnexpectedEof => SegmentError::Damaged {
            path: path.to_owned(),
            offset,
            damage: Damage::Truncated,
        },
        _ => SegmentError::Io {
            path: path.to_owned(),
            source,
        },
    }
}
