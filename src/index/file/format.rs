//! The bytes of a segment file, version 2: header, sections, metadata, directory, roots, trailer.
//!
//! The only code that knows byte order and places, beside the coding of blocks. Everything is little-endian and of fixed
//! width. The checksums form a chain that ends in the trailer: it covers the header and the tail, the roots in the tail
//! cover the fences, the fences cover the blocks. `docs/index-format.md` is the description; the two change together.

use xxhash_rust::xxh3::xxh3_64;

use crate::index::{file::coding::BLOCK_TAGS, file::seal::SEAL_LENGTH};
use crate::{key::KeyId, tag::Tag};

/// The version of the format that this program writes, and the only one it reads.
pub const FORMAT_VERSION: u32 = 2;

/// Bytes of the header.
pub(in crate::index) const HEADER_LENGTH: usize = KEY_ID + 8 + 8 + 8;
/// Bytes of one country in the directory.
pub(in crate::index) const ENTRY_LENGTH: usize = CODE_LENGTH + 8 + 8;
/// Bytes of one chapter in the roots.
pub(in crate::index) const ROOT_LENGTH: usize = TAG_LENGTH + 8 + 8;
/// Bytes of the trailer.
pub(in crate::index) const TRAILER_LENGTH: usize = SEALED_LENGTH + SEAL_LENGTH + 8 + 8;
/// Bytes of the trailer that the seal covers.
pub(in crate::index) const SEALED_LENGTH: usize = 4 + 4 + 6 * 8;
/// Bytes of a tag where it stands as it is.
pub(in crate::index) const TAG_LENGTH: usize = 8;
/// Bytes of a fence.
pub(in crate::index) const FENCE_LENGTH: usize = TAG_LENGTH + 8 + 4;
/// Blocks of every chapter of a section but the last, which may have fewer.
pub(in crate::index) const CHAPTER_BLOCKS: usize = 512;

/// First byte not ASCII, both line ends, and the end of a DOS text: a transfer as text damages it visibly.
const MAGIC: [u8; 8] = *b"\x89leak\r\n\x1a";
const END_MAGIC: [u8; 8] = *b"leak end";

const VERSION: usize = MAGIC.len();
const META_LENGTH: usize = VERSION + 4;
const KEY_ID: usize = META_LENGTH + 4;

/// Bytes of a country's code, padded with zeros.
const CODE_LENGTH: usize = 8;

/// The checksum of everything in a segment: `XXH3`, 64 bits, no seed.
pub(in crate::index) fn checksum(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// The start of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct Header {
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
pub(in crate::index) struct Entry {
    pub(in crate::index) code: String,
    pub(in crate::index) records: u64,
    pub(in crate::index) distinct: u64,
}

/// One chapter of a section: what the tail says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::index) struct Root {
    /// The first tag of the chapter.
    pub(in crate::index) first: Tag,
    /// Where the chapter begins in the file.
    pub(in crate::index) offset: u64,
    /// Of its fences.
    pub(in crate::index) checksum: u64,
}

/// The end of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct Trailer {
    pub(in crate::index) key_id: KeyId,
    pub(in crate::index) meta_length: u32,
    pub(in crate::index) countries: u64,
    pub(in crate::index) chapters: u64,
    pub(in crate::index) length: u64,
    pub(in crate::index) header_checksum: u64,
    pub(in crate::index) tail_checksum: u64,
    pub(in crate::index) seal: [u8; SEAL_LENGTH],
}

/// What a chapter says of one of its blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::index) struct Fence {
    pub(in crate::index) first: Tag,
    pub(in crate::index) checksum: u64,
    /// Where the block begins in the chapter.
    pub(in crate::index) offset: u32,
}

impl Header {
    pub(in crate::index) fn encode(&self) -> [u8; HEADER_LENGTH] {
        let mut fields = Fields::new();
        fields.put(&MAGIC);
        fields.put(&FORMAT_VERSION.to_le_bytes());
        fields.put(&self.meta_length.to_le_bytes());
        fields.put(&self.key_id.to_bytes());
        fields.put(&self.meta_checksum.to_le_bytes());
        fields.seal()
    }

    /// Magic, version and the place of the checksum are the same in all versions, so that a damaged
    /// header is not taken for one of a later version.
    pub(in crate::index) fn decode(bytes: &[u8; HEADER_LENGTH]) -> Result<Header, HeaderFault> {
        if !bytes.starts_with(&MAGIC) {
            return Err(HeaderFault::Magic);
        }
        if !is_sealed(bytes) {
            return Err(HeaderFault::Checksum);
        }
        match u32_at(bytes, VERSION) {
            FORMAT_VERSION => Ok(Header {
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

impl Entry {
    pub(in crate::index) fn encode(&self) -> [u8; ENTRY_LENGTH] {
        let mut code = [0; CODE_LENGTH];
        code[..self.code.len()].copy_from_slice(self.code.as_bytes());
        let mut fields = Fields::new();
        fields.put(&code);
        fields.put(&self.records.to_le_bytes());
        fields.put(&self.distinct.to_le_bytes());
        fields.end()
    }

    /// `None` if the code is not capital letters and digits followed by zeros.
    pub(in crate::index) fn decode(bytes: &[u8; ENTRY_LENGTH]) -> Option<Entry> {
        let padded = &bytes[..CODE_LENGTH];
        let length = padded
            .iter()
            .position(|&byte| byte == 0)
            .unwrap_or(CODE_LENGTH);
        let (code, padding) = padded.split_at(length);
        let plain = code
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let plain = plain && !code.is_empty() && padding.iter().all(|&byte| byte == 0);
        plain.then(|| Entry {
            code: code.iter().copied().map(char::from).collect(),
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

impl Root {
    pub(in crate::index) fn encode(self) -> [u8; ROOT_LENGTH] {
        let mut fields = Fields::new();
        fields.put(&self.first.0.to_le_bytes());
        fields.put(&self.offset.to_le_bytes());
        fields.put(&self.checksum.to_le_bytes());
        fields.end()
    }

    pub(in crate::index) fn decode(bytes: &[u8; ROOT_LENGTH]) -> Root {
        Root {
            first: tag_at(bytes, 0),
            offset: u64_at(bytes, TAG_LENGTH),
            checksum: u64_at(bytes, TAG_LENGTH + 8),
        }
    }
}

impl Trailer {
    /// The part that the seal covers; the seal itself is not looked at.
    pub(in crate::index) fn sealed(&self) -> [u8; SEALED_LENGTH] {
        let mut fields = Fields::new();
        fields.put(&FORMAT_VERSION.to_le_bytes());
        fields.put(&self.meta_length.to_le_bytes());
        fields.put(&self.key_id.to_bytes());
        fields.put(&self.countries.to_le_bytes());
        fields.put(&self.chapters.to_le_bytes());
        fields.put(&self.length.to_le_bytes());
        fields.put(&self.header_checksum.to_le_bytes());
        fields.put(&self.tail_checksum.to_le_bytes());
        fields.end()
    }

    pub(in crate::index) fn encode(&self) -> [u8; TRAILER_LENGTH] {
        let mut fields = Fields::new();
        fields.put(&self.sealed());
        fields.put(&self.seal);
        fields.put(&END_MAGIC);
        fields.seal()
    }

    /// `None` if it is not the trailer that somebody wrote in this version.
    pub(in crate::index) fn decode(bytes: &[u8; TRAILER_LENGTH]) -> Option<Trailer> {
        let intact = is_sealed(bytes)
            && chunk_at(bytes, SEALED_LENGTH + SEAL_LENGTH) == END_MAGIC
            && u32_at(bytes, 0) == FORMAT_VERSION;
        intact.then(|| Trailer {
            meta_length: u32_at(bytes, 4),
            key_id: KeyId::from_bytes(chunk_at(bytes, 8)),
            countries: u64_at(bytes, 16),
            chapters: u64_at(bytes, 24),
            length: u64_at(bytes, 32),
            header_checksum: u64_at(bytes, 40),
            tail_checksum: u64_at(bytes, 48),
            seal: chunk_at(bytes, SEALED_LENGTH),
        })
    }
}

impl Fence {
    pub(in crate::index) fn encode(self) -> [u8; FENCE_LENGTH] {
        let mut fields = Fields::new();
        fields.put(&self.first.0.to_le_bytes());
        fields.put(&self.checksum.to_le_bytes());
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
                checksum: u64_at(fence, TAG_LENGTH),
                offset: u32_at(fence, TAG_LENGTH + 8),
            })
            .collect()
    }
}

/// A record of fixed length while it is written, field after field.
struct Fields<const LENGTH: usize> {
    bytes: [u8; LENGTH],
    end: usize,
}

impl<const LENGTH: usize> Fields<LENGTH> {
    fn new() -> Self {
        Fields {
            bytes: [0; LENGTH],
            end: 0,
        }
    }

    fn put(&mut self, field: &[u8]) {
        self.bytes[self.end..][..field.len()].copy_from_slice(field);
        self.end += field.len();
    }

    fn end(self) -> [u8; LENGTH] {
        debug_assert_eq!(self.end, LENGTH, "every byte is given");
        self.bytes
    }

    /// Ends with the checksum of all that stands before it.
    fn seal(mut self) -> [u8; LENGTH] {
        let own = checksum(&self.bytes[..self.end]);
        self.put(&own.to_le_bytes());
        self.end()
    }
}

fn is_sealed(bytes: &[u8]) -> bool {
    let (fields, _) = bytes.split_at(bytes.len() - 8);
    checksum(fields) == u64_at(bytes, fields.len())
}

fn chunk_at<const LENGTH: usize>(bytes: &[u8], at: usize) -> [u8; LENGTH] {
    *bytes[at..]
        .first_chunk()
        .expect("places lie within the record")
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(chunk_at(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(chunk_at(bytes, at))
}

fn tag_at(bytes: &[u8], at: usize) -> Tag {
    Tag(u64_at(bytes, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_have_the_documented_lengths_and_come_back() {
        assert_eq!((HEADER_LENGTH, ENTRY_LENGTH, ROOT_LENGTH), (40, 24, 24));
        assert_eq!((FENCE_LENGTH, SEALED_LENGTH, TRAILER_LENGTH), (20, 56, 104));
        let header = Header {
            key_id: KeyId::from_bytes(*b"01234567"),
            meta_length: 7,
            meta_checksum: 8,
        };
        assert_eq!(Header::decode(&header.encode()), Ok(header));
        let entry = Entry {
            code: "001".into(),
            records: 3,
            distinct: 2,
        };
        assert_eq!(Entry::decode(&entry.encode()), Some(entry));
        let root = Root {
            first: Tag(1),
            offset: 2,
            checksum: 3,
        };
        assert!(Root::decode(&root.encode()) == root);
        let fence = Fence {
            first: Tag(1),
            checksum: 2,
            offset: 3,
        };
        assert!(Fence::decode_all(&fence.encode()) == [fence]);
        let trailer = Trailer {
            key_id: KeyId::from_bytes(*b"01234567"),
            meta_length: 7,
            countries: 1,
            chapters: 2,
            length: 3,
            header_checksum: 4,
            tail_checksum: 5,
            seal: [6; SEAL_LENGTH],
        };
        assert_eq!(Trailer::decode(&trailer.encode()), Some(trailer));
    }

    #[test]
    fn a_later_version_is_told_from_a_damaged_header() {
        let header = Header {
            key_id: KeyId::from_bytes([7; 8]),
            meta_length: 7,
            meta_checksum: 8,
        };
        let mut bytes = header.encode();
        bytes[VERSION] = 3;
        assert_eq!(Header::decode(&bytes), Err(HeaderFault::Checksum));
        let own = checksum(&bytes[..HEADER_LENGTH - 8]);
        bytes[HEADER_LENGTH - 8..].copy_from_slice(&own.to_le_bytes());
        assert_eq!(Header::decode(&bytes), Err(HeaderFault::Version(3)));
        bytes[0] = b'l';
        assert_eq!(Header::decode(&bytes), Err(HeaderFault::Magic));
    }

    #[test]
    fn codes_are_capitals_and_digits_padded_with_zeros() {
        let entry = Entry {
            code: "EG".into(),
            records: 1,
            distinct: 1,
        };
        for (at, byte) in [(0, 0), (0, b'e'), (1, b' '), (3, b'X'), (7, 1)] {
            let mut bytes = entry.encode();
            bytes[at] = byte;
            assert_eq!(Entry::decode(&bytes), None, "{at} {byte}");
        }
    }
}
