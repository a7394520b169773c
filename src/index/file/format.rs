//! The bytes of a segment file: header, sections, metadata, directory, roots, trailer.
//!
//! With `coding` and `listing`, the only code that knows byte order and offsets. Everything is
//! little-endian and of fixed width. The checksums form a chain from the seal in the trailer: it
//! covers the tail, the roots in the tail cover the fences, the fences cover the blocks.
//! `docs/index-format.md` is the description; the two change together.

use super::{
    chain::Checksums,
    coding::BLOCK_TAGS,
    record::{RecordFields, chunk_at, ends_with_checksum, padded_text, u32_at, u64_at},
    seal::Seal,
};
use crate::{key::KeyId, tag::Tag};

/// The version of the format that this program writes, and the only one it reads.
pub const FORMAT_VERSION: u32 = 3;

/// Bytes of the header.
pub(in crate::index) const HEADER_LENGTH: usize = KEY_ID + 8 + 8 + 8;
/// Bytes of one country in the directory.
pub(in crate::index) const ENTRY_LENGTH: usize = CODE_LENGTH + 8 + 8;
/// Bytes of one chapter in the roots.
pub(in crate::index) const ROOT_LENGTH: usize = TAG_LENGTH + 8 + Checksums::LENGTH;
/// Bytes of the trailer.
pub(in crate::index) const TRAILER_LENGTH: usize = SEALED_LENGTH + Seal::LENGTH + 8 + 8;
/// Bytes of the trailer that the seal covers.
pub(in crate::index) const SEALED_LENGTH: usize = 4 + 4 + 8 + 4 + 4 + 4 * 8;
/// Bytes of a tag that is not coded.
pub(in crate::index) const TAG_LENGTH: usize = 8;
/// Bytes of a fence.
pub(in crate::index) const FENCE_LENGTH: usize = TAG_LENGTH + Checksums::LENGTH + 4;
/// Blocks of every chapter of a section but the last, which may have fewer.
pub(in crate::index) const CHAPTER_BLOCKS: usize = 512;

/// A byte that is not ASCII, both line ends, and the end of a DOS text: a transfer as text damages
/// it visibly.
const MAGIC: [u8; 8] = *b"\x89leak\r\n\x1a";
const END_MAGIC: [u8; 8] = *b"leak end";

const VERSION: usize = MAGIC.len();
const META_LENGTH: usize = VERSION + 4;
const KEY_ID: usize = META_LENGTH + 4;

/// Bytes of a country's code, padded with zeros.
const CODE_LENGTH: usize = 8;

/// The magic number of a segment, as far as `length` bytes of a file hold it.
pub(in crate::index) fn magic_of(length: u64) -> &'static [u8] {
    let length = usize::try_from(length).map_or(MAGIC.len(), |length| length.min(MAGIC.len()));
    &MAGIC[..length]
}

/// What the tags of a segment are for. A segment in another role than its own is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SegmentRole {
    /// The numbers of a source: what look-ups read.
    Source,
    /// Numbers that no source may hold again.
    Tombstones,
}

/// The start of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct SegmentHeader {
    pub(in crate::index) key_id: KeyId,
    pub(in crate::index) meta_length: u32,
    pub(in crate::index) meta_checksum: u64,
}

/// Why the start of a file is no header of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) enum HeaderFault {
    Magic,
    Checksum,
    Version(u32),
}

/// One country in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::index) struct CountryEntry {
    pub(in crate::index) code: String,
    pub(in crate::index) records: u64,
    pub(in crate::index) distinct: u64,
}

/// One chapter of a section: what the tail says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::index) struct ChapterRoot {
    /// The first tag of the chapter.
    pub(in crate::index) first: Tag,
    /// Where the chapter begins in the file.
    pub(in crate::index) offset: u64,
    /// Of its fences.
    pub(in crate::index) checksums: Checksums,
}

/// The end of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct Trailer {
    pub(in crate::index) key_id: KeyId,
    pub(in crate::index) meta_length: u32,
    pub(in crate::index) role: SegmentRole,
    pub(in crate::index) countries: u32,
    pub(in crate::index) chapters: u64,
    pub(in crate::index) length: u64,
    pub(in crate::index) header_checksum: u64,
    pub(in crate::index) tail_checksum: u64,
    pub(in crate::index) seal: Seal,
}

/// What a chapter says of one of its blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::index) struct Fence {
    pub(in crate::index) first: Tag,
    pub(in crate::index) checksums: Checksums,
    /// Where the block begins in the chapter.
    pub(in crate::index) offset: u32,
}

impl SegmentRole {
    pub(super) fn code(self) -> u32 {
        match self {
            SegmentRole::Source => 0,
            SegmentRole::Tombstones => 1,
        }
    }

    pub(super) fn from_code(code: u32) -> Option<SegmentRole> {
        [SegmentRole::Source, SegmentRole::Tombstones]
            .into_iter()
            .find(|role| role.code() == code)
    }
}

impl SegmentHeader {
    pub(in crate::index) fn encode(&self) -> [u8; HEADER_LENGTH] {
        let mut fields = RecordFields::new();
        fields.put(&MAGIC);
        fields.put(&FORMAT_VERSION.to_le_bytes());
        fields.put(&self.meta_length.to_le_bytes());
        fields.put(&self.key_id.to_bytes());
        fields.put(&self.meta_checksum.to_le_bytes());
        fields.end_with_checksum()
    }

    /// Magic, version, length and checksum are the same in all versions, so that a damaged header
    /// is not taken for one of another version.
    pub(in crate::index) fn decode(
        bytes: &[u8; HEADER_LENGTH],
    ) -> Result<SegmentHeader, HeaderFault> {
        if !bytes.starts_with(&MAGIC) {
            return Err(HeaderFault::Magic);
        }
        if !ends_with_checksum(bytes) {
            return Err(HeaderFault::Checksum);
        }
        match u32_at(bytes, VERSION) {
            FORMAT_VERSION => Ok(SegmentHeader {
                meta_length: u32_at(bytes, META_LENGTH),
                key_id: KeyId::from_bytes(chunk_at(bytes, KEY_ID)),
                meta_checksum: u64_at(bytes, KEY_ID + 8),
            }),
            other => Err(HeaderFault::Version(other)),
        }
    }

    /// The last field: what the trailer repeats.
    pub(in crate::index) fn own_checksum(bytes: &[u8; HEADER_LENGTH]) -> u64 {
        u64_at(bytes, HEADER_LENGTH - 8)
    }
}

impl CountryEntry {
    pub(in crate::index) fn encode(&self) -> [u8; ENTRY_LENGTH] {
        let mut fields = RecordFields::new();
        fields.put_padded(&self.code, CODE_LENGTH);
        fields.put(&self.records.to_le_bytes());
        fields.put(&self.distinct.to_le_bytes());
        fields.end()
    }

    /// `None` if the code is not capital letters and digits followed by zeros.
    pub(in crate::index) fn decode(bytes: &[u8; ENTRY_LENGTH]) -> Option<CountryEntry> {
        let code = padded_text(&bytes[..CODE_LENGTH])?;
        let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        code.bytes().all(is_code).then(|| CountryEntry {
            code: code.to_owned(),
            records: u64_at(bytes, CODE_LENGTH),
            distinct: u64_at(bytes, CODE_LENGTH + 8),
        })
    }

    /// Blocks of the section.
    pub(in crate::index) fn blocks(distinct: u64) -> u64 {
        distinct.div_ceil(BLOCK_TAGS as u64)
    }

    /// Chapters of the section.
    pub(in crate::index) fn chapters(distinct: u64) -> u64 {
        Self::blocks(distinct).div_ceil(CHAPTER_BLOCKS as u64)
    }
}

impl ChapterRoot {
    pub(in crate::index) fn encode(self) -> [u8; ROOT_LENGTH] {
        let mut fields = RecordFields::new();
        fields.put(&self.first.0.to_le_bytes());
        fields.put(&self.offset.to_le_bytes());
        fields.put(&self.checksums.encode());
        fields.end()
    }

    pub(in crate::index) fn decode(bytes: &[u8; ROOT_LENGTH]) -> ChapterRoot {
        ChapterRoot {
            first: tag_at(bytes, 0),
            offset: u64_at(bytes, TAG_LENGTH),
            checksums: Checksums::decode(bytes, TAG_LENGTH + 8),
        }
    }
}

impl Trailer {
    /// The bytes that the seal covers.
    pub(in crate::index) fn sealed(&self) -> [u8; SEALED_LENGTH] {
        let mut fields = RecordFields::new();
        fields.put(&FORMAT_VERSION.to_le_bytes());
        fields.put(&self.meta_length.to_le_bytes());
        fields.put(&self.key_id.to_bytes());
        fields.put(&self.role.code().to_le_bytes());
        fields.put(&self.countries.to_le_bytes());
        fields.put(&self.chapters.to_le_bytes());
        fields.put(&self.length.to_le_bytes());
        fields.put(&self.header_checksum.to_le_bytes());
        fields.put(&self.tail_checksum.to_le_bytes());
        fields.end()
    }

    pub(in crate::index) fn encode(&self) -> [u8; TRAILER_LENGTH] {
        let mut fields = RecordFields::new();
        fields.put(&self.sealed());
        fields.put(&self.seal.0);
        fields.put(&END_MAGIC);
        fields.end_with_checksum()
    }

    /// `None` if the bytes are no trailer of this version.
    pub(in crate::index) fn decode(bytes: &[u8; TRAILER_LENGTH]) -> Option<Trailer> {
        let is_intact = ends_with_checksum(bytes)
            && chunk_at(bytes, SEALED_LENGTH + Seal::LENGTH) == END_MAGIC
            && u32_at(bytes, 0) == FORMAT_VERSION;
        let role = SegmentRole::from_code(u32_at(bytes, 16))?;
        is_intact.then(|| Trailer {
            meta_length: u32_at(bytes, 4),
            key_id: KeyId::from_bytes(chunk_at(bytes, 8)),
            role,
            countries: u32_at(bytes, 20),
            chapters: u64_at(bytes, 24),
            length: u64_at(bytes, 32),
            header_checksum: u64_at(bytes, 40),
            tail_checksum: u64_at(bytes, 48),
            seal: Seal(chunk_at(bytes, SEALED_LENGTH)),
        })
    }
}

impl Fence {
    pub(in crate::index) fn encode(self) -> [u8; FENCE_LENGTH] {
        let mut fields = RecordFields::new();
        fields.put(&self.first.0.to_le_bytes());
        fields.put(&self.checksums.encode());
        fields.put(&self.offset.to_le_bytes());
        fields.end()
    }

    pub(in crate::index) fn decode_all(bytes: &[u8]) -> Vec<Fence> {
        let (fences, rest) = bytes.as_chunks::<FENCE_LENGTH>();
        debug_assert!(rest.is_empty(), "a whole number of fences");
        fences
            .iter()
            .map(|fence| Fence {
                first: tag_at(fence, 0),
                checksums: Checksums::decode(fence, TAG_LENGTH),
                offset: u32_at(fence, TAG_LENGTH + Checksums::LENGTH),
            })
            .collect()
    }
}

fn tag_at(bytes: &[u8], at: usize) -> Tag {
    Tag(u64_at(bytes, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::file::record::checksum;

    const SUMS: Checksums = Checksums { plain: 3, keyed: 4 };

    #[test]
    fn records_have_the_documented_lengths_and_come_back() {
        assert_eq!((HEADER_LENGTH, ENTRY_LENGTH, ROOT_LENGTH), (40, 24, 32));
        assert_eq!((FENCE_LENGTH, SEALED_LENGTH, TRAILER_LENGTH), (28, 56, 104));
        let header = SegmentHeader {
            key_id: KeyId::from_bytes(*b"01234567"),
            meta_length: 7,
            meta_checksum: 8,
        };
        assert_eq!(SegmentHeader::decode(&header.encode()), Ok(header));
        let entry = CountryEntry {
            code: "001".into(),
            records: 3,
            distinct: 2,
        };
        assert_eq!(CountryEntry::decode(&entry.encode()), Some(entry));
        let root = ChapterRoot {
            first: Tag(1),
            offset: 2,
            checksums: SUMS,
        };
        assert!(ChapterRoot::decode(&root.encode()) == root);
        let fence = Fence {
            first: Tag(1),
            checksums: SUMS,
            offset: 3,
        };
        assert!(Fence::decode_all(&fence.encode()) == [fence]);
        let trailer = Trailer {
            key_id: KeyId::from_bytes(*b"01234567"),
            meta_length: 7,
            role: SegmentRole::Tombstones,
            countries: 1,
            chapters: 2,
            length: 3,
            header_checksum: 4,
            tail_checksum: 5,
            seal: Seal([6; Seal::LENGTH]),
        };
        assert_eq!(Trailer::decode(&trailer.encode()), Some(trailer));
    }

    #[test]
    fn a_later_version_is_told_from_a_damaged_header() {
        let header = SegmentHeader {
            key_id: KeyId::from_bytes([7; 8]),
            meta_length: 7,
            meta_checksum: 8,
        };
        let mut bytes = header.encode();
        bytes[VERSION] = 4;
        assert_eq!(SegmentHeader::decode(&bytes), Err(HeaderFault::Checksum));
        let own = checksum(&bytes[..HEADER_LENGTH - 8]);
        bytes[HEADER_LENGTH - 8..].copy_from_slice(&own.to_le_bytes());
        assert_eq!(SegmentHeader::decode(&bytes), Err(HeaderFault::Version(4)));
        bytes[0] = b'l';
        assert_eq!(SegmentHeader::decode(&bytes), Err(HeaderFault::Magic));
    }

    #[test]
    fn codes_are_capitals_and_digits_padded_with_zeros() {
        let entry = CountryEntry {
            code: "EG".into(),
            records: 1,
            distinct: 1,
        };
        for (at, byte) in [(0, 0), (0, b'e'), (1, b' '), (3, b'X'), (7, 1)] {
            let mut bytes = entry.encode();
            bytes[at] = byte;
            assert_eq!(CountryEntry::decode(&bytes), None, "{at} {byte}");
        }
    }
}
