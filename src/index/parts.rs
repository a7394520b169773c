//! Opening a segment: header, metadata, directory and trailer, checked against each other and the length.
//!
//! Lengths are checked against the file's before anything is allocated for them.

use std::{io, path::Path};

use super::{
    CountryCount, Damage, SegmentError, SourceMeta,
    format::{
        self, ENTRY_LENGTH, Entry, HEADER_LENGTH, Header, HeaderFault, TRAILER_LENGTH, Trailer,
    },
    segment::Section,
    storage::Storage,
};
use crate::{key::KeyId, phone::Region};

/// What a segment says about itself, checked as far as can be without reading the sections.
pub(super) struct Parts {
    pub(super) key_id: KeyId,
    pub(super) meta: SourceMeta,
    pub(super) countries: Vec<CountryCount>,
    pub(super) sections: Vec<Section>,
}

impl Parts {
    pub(super) fn read(path: &Path, storage: &Storage, length: u64) -> Result<Parts, SegmentError> {
        let damaged = |offset, damage| SegmentError::Damaged {
            path: path.to_owned(),
            offset,
            damage,
        };
        let (header, header_checksum) = read_header(path, storage, length)?;
        let body = HEADER_LENGTH as u64;
        let end = length
            .checked_sub(TRAILER_LENGTH as u64)
            .filter(|&end| end >= body)
            .ok_or_else(|| damaged(length, Damage::Truncated))?;
        let trailer: [u8; TRAILER_LENGTH] = read_array(path, storage, end)?;
        let trailer = Trailer::decode(&trailer).ok_or_else(|| damaged(end, Damage::Trailer))?;
        if trailer.length != length || trailer.header_checksum != header_checksum {
            return Err(damaged(end, Damage::Trailer));
        }

        let sections_at = Some(body + u64::from(header.meta_length)).filter(|&at| at <= end);
        let sections_at = sections_at.ok_or_else(|| damaged(body, Damage::Meta))?;
        let meta = read(path, storage, body, u64::from(header.meta_length))?;
        if format::checksum(&meta) != header.meta_checksum {
            return Err(damaged(body, Damage::Meta));
        }
        let meta: SourceMeta =
            serde_json::from_slice(&meta).map_err(|source| SegmentError::Meta {
                path: path.to_owned(),
                source,
            })?;

        let directory_at = trailer
            .countries
            .checked_mul(ENTRY_LENGTH as u64)
            .and_then(|length| end.checked_sub(length))
            .filter(|&at| at >= sections_at)
            .ok_or_else(|| damaged(end, Damage::Trailer))?;
        let directory = read(path, storage, directory_at, end - directory_at)?;
        if format::checksum(&directory) != trailer.directory_checksum {
            return Err(damaged(directory_at, Damage::Directory));
        }
        let (entries, _) = directory.as_chunks::<ENTRY_LENGTH>();
        let mut countries = Vec::<CountryCount>::with_capacity(entries.len());
        let mut sections = Vec::with_capacity(entries.len());
        let mut offset = sections_at;
        for entry in entries {
            let bad = || damaged(directory_at, Damage::Directory);
            let entry = Entry::decode(entry).ok_or_else(bad)?;
            let Entry {
                records,
                distinct,
                fences_checksum,
                ..
            } = entry;
            let region =
                Region::from_code(&entry.code).ok_or_else(|| SegmentError::UnknownCountry {
                    path: path.to_owned(),
                    code: entry.code,
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
            sections.push(Section::new(offset, distinct, fences_checksum));
            let length = Entry::tags_length(distinct).zip(Entry::fences_length(distinct));
            offset = length
                .and_then(|(tags, fences)| offset.checked_add(tags)?.checked_add(fences))
                .filter(|&next| next <= directory_at)
                .ok_or_else(bad)?;
        }
        if offset != directory_at {
            return Err(damaged(offset, Damage::Directory));
        }
        Ok(Parts {
            key_id: header.key_id,
            meta,
            countries,
            sections,
        })
    }
}

fn read_header(path: &Path, storage: &Storage, length: u64) -> Result<(Header, u64), SegmentError> {
    if length < HEADER_LENGTH as u64 {
        return Err(SegmentError::Damaged {
            path: path.to_owned(),
            offset: length,
            damage: Damage::Truncated,
        });
    }
    let bytes = read_array(path, storage, 0)?;
    let header = Header::decode(&bytes).map_err(|fault| match fault {
        HeaderFault::Magic => SegmentError::NotASegment {
            path: path.to_owned(),
        },
        HeaderFault::Checksum => SegmentError::Damaged {
            path: path.to_owned(),
            offset: 0,
            damage: Damage::Header,
        },
        HeaderFault::Version(found) => SegmentError::Version {
            path: path.to_owned(),
            found,
        },
    })?;
    Ok((header, Header::own_checksum(&bytes)))
}

fn read_array<const LENGTH: usize>(
    path: &Path,
    storage: &Storage,
    offset: u64,
) -> Result<[u8; LENGTH], SegmentError> {
    let mut bytes = [0; LENGTH];
    storage
        .read_exact_at(&mut bytes, offset)
        .map_err(|source| unreadable(path, offset, source))?;
    Ok(bytes)
}

/// `length` is part of the file's own length, so no more is allocated than there is.
pub(super) fn read(
    path: &Path,
    storage: &Storage,
    offset: u64,
    length: u64,
) -> Result<Vec<u8>, SegmentError> {
    let length = usize::try_from(length)
        .map_err(|_| unreadable(path, offset, io::ErrorKind::OutOfMemory.into()))?;
    let mut bytes = vec![0; length];
    storage
        .read_exact_at(&mut bytes, offset)
        .map_err(|source| unreadable(path, offset, source))?;
    Ok(bytes)
}

pub(super) fn unreadable(path: &Path, offset: u64, source: io::Error) -> SegmentError {
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
