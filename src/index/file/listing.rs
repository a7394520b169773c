//! The bytes of a manifest: which segment files an index consists of, sealed under its key.
//!
//! Header, one entry a file, seal, checksum. Entries ascend by role and name, so there is one way
//! to write a manifest. `docs/index-format.md` is the description; the two change together.

use super::{
    format::{FORMAT_VERSION, SegmentRole},
    record::{RecordFields, checksum, chunk_at, ends_with_checksum, padded_text, u32_at, u64_at},
    seal::{Seal, Sealed, Sealer},
    source_name::SourceName,
};
use crate::key::{Key, KeyId};

/// As that of a segment: not ASCII, both line ends, the end of a DOS text.
const MAGIC: [u8; 8] = *b"\x89list\r\n\x1a";
const VERSION: usize = MAGIC.len();
const COUNT: usize = VERSION + 4;
const KEY_ID: usize = COUNT + 4;
const GENERATION: usize = KEY_ID + 8;
const HEADER_LENGTH: usize = GENERATION + 8;
const ENTRY_LENGTH: usize = SourceName::MAX_LENGTH + 4 + 4 + 8 + Seal::LENGTH;
const END_LENGTH: usize = Seal::LENGTH + 8;

/// Bytes of the longest manifest that is read, so that a forged one takes no more memory.
pub(in crate::index) const MAX_LENGTH: u64 = 16 << 20;
/// The most files that a manifest lists: as many as fit the longest.
pub(in crate::index) const MAX_FILES: usize =
    ((16 << 20) - HEADER_LENGTH - END_LENGTH) / ENTRY_LENGTH;

/// What an index consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::index) struct Listing {
    pub(in crate::index) key_id: KeyId,
    /// How many commits the index has had.
    pub(in crate::index) generation: u64,
    /// Ascending by role and name.
    pub(in crate::index) files: Vec<ListedFile>,
}

/// One file of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::index) struct ListedFile {
    pub(in crate::index) role: SegmentRole,
    pub(in crate::index) name: SourceName,
    /// The generation that the file came with; a part of its name.
    pub(in crate::index) generation: u64,
    /// The seal of the segment.
    pub(in crate::index) seal: Seal,
}

/// Why bytes are no manifest of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) enum ListingFault {
    Magic,
    Version(u32),
    Damaged,
}

impl Listing {
    pub(in crate::index) fn encode(&self, key: &Key) -> (Vec<u8>, Seal) {
        let mut header = RecordFields::<HEADER_LENGTH>::new();
        header.put(&MAGIC);
        header.put(&FORMAT_VERSION.to_le_bytes());
        let count = u32::try_from(self.files.len()).expect("an index has few files");
        header.put(&count.to_le_bytes());
        header.put(&self.key_id.to_bytes());
        header.put(&self.generation.to_le_bytes());
        let mut bytes = header.end().to_vec();
        for file in &self.files {
            bytes.extend_from_slice(&file.encode());
        }
        let mut sealer = Sealer::new(key, Sealed::Manifest);
        sealer.cover(&bytes);
        let seal = sealer.end();
        bytes.extend_from_slice(&seal.0);
        let own = checksum(&bytes);
        bytes.extend_from_slice(&own.to_le_bytes());
        (bytes, seal)
    }

    /// The listing, and its seal, which is not checked.
    pub(in crate::index) fn decode(bytes: &[u8]) -> Result<(Listing, Seal), ListingFault> {
        if !bytes.starts_with(&MAGIC) {
            return Err(ListingFault::Magic);
        }
        if bytes.len() < HEADER_LENGTH + END_LENGTH || !ends_with_checksum(bytes) {
            return Err(ListingFault::Damaged);
        }
        match u32_at(bytes, VERSION) {
            FORMAT_VERSION => {}
            other => return Err(ListingFault::Version(other)),
        }
        let (header, rest) = bytes.split_at(HEADER_LENGTH);
        let (entries, end) = rest.split_at(rest.len().saturating_sub(END_LENGTH));
        let (entries, leftover) = entries.as_chunks::<ENTRY_LENGTH>();
        let count = usize::try_from(u32_at(header, COUNT));
        if !leftover.is_empty() || count != Ok(entries.len()) {
            return Err(ListingFault::Damaged);
        }
        let listing = Listing {
            key_id: KeyId::from_bytes(chunk_at(header, KEY_ID)),
            generation: u64_at(header, GENERATION),
            files: (entries
                .iter()
                .map(ListedFile::decode)
                .collect::<Option<_>>())
            .ok_or(ListingFault::Damaged)?,
        };
        let order = |file: &ListedFile| (file.role, file.name.clone());
        let is_sound = listing.generation > 0
            && listing
                .files
                .is_sorted_by(|one, next| order(one) < order(next))
            && (listing.files.iter())
                .all(|file| (1..=listing.generation).contains(&file.generation));
        is_sound
            .then_some((listing, Seal(chunk_at(end, 0))))
            .ok_or(ListingFault::Damaged)
    }

    /// Whether the bytes of a manifest have the seal of `key`.
    pub(in crate::index) fn is_sealed(bytes: &[u8], seal: Seal, key: &Key) -> bool {
        let mut sealer = Sealer::new(key, Sealed::Manifest);
        sealer.cover(&bytes[..bytes.len().saturating_sub(END_LENGTH)]);
        sealer.is(seal)
    }
}

impl ListedFile {
    fn encode(&self) -> [u8; ENTRY_LENGTH] {
        let mut fields = RecordFields::new();
        fields.put_padded(self.name.as_str(), SourceName::MAX_LENGTH);
        fields.put(&self.role.code().to_le_bytes());
        fields.put(&[0; 4]);
        fields.put(&self.generation.to_le_bytes());
        fields.put(&self.seal.0);
        fields.end()
    }

    fn decode(bytes: &[u8; ENTRY_LENGTH]) -> Option<ListedFile> {
        const ROLE: usize = SourceName::MAX_LENGTH;
        if u32_at(bytes, ROLE + 4) != 0 {
            return None;
        }
        Some(ListedFile {
            role: SegmentRole::from_code(u32_at(bytes, ROLE))?,
            name: padded_text(&bytes[..ROLE])?.parse().ok()?,
            generation: u64_at(bytes, ROLE + 8),
            seal: Seal(chunk_at(bytes, ROLE + 16)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;

    /// A listing of `count` sources.
    fn of_sources(count: usize) -> Listing {
        let key = Key::from_hex(&"0b".repeat(32)).unwrap();
        let file = |n: usize| ListedFile {
            role: SegmentRole::Source,
            name: format!("source-{n:06}").parse().unwrap(),
            generation: 1,
            seal: Seal([0; Seal::LENGTH]),
        };
        Listing {
            key_id: key.id(),
            generation: 1,
            files: (0..count).map(file).collect(),
        }
    }

    #[cfg_attr(miri, ignore = "sixteen million bytes would take hours")]
    #[test]
    fn as_many_files_as_are_allowed_fit_the_longest_manifest() {
        let key = Key::from_hex(&"0b".repeat(32)).unwrap();
        let most = of_sources(MAX_FILES);
        let (bytes, seal) = most.encode(&key);
        assert!(Listing::is_sealed(&bytes, seal, &key));
        assert!(Listing::decode(&bytes).unwrap().0 == most);
        let length = bytes.len() as u64;
        assert!((MAX_LENGTH - ENTRY_LENGTH as u64 + 1..=MAX_LENGTH).contains(&length));
    }
}
