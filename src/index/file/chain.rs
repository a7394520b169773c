//! The keyed checksums of fences and blocks: the links between the seal of a segment and its tags.
//!
//! `HighwayHash`, 64 bits (J. Alakuijala, B. Cox, J. Wassenberg, 2016), under a key derived from
//! the index's. Who does not have the key cannot make other bytes with the same checksum. A plain
//! XXH3 is beside each, so that damage is found without the key, too.

use std::sync::Arc;

use highway::{HighwayHash as _, HighwayHasher, Key as HighwayKey};
use zeroize::Zeroizing;

use super::record::{checksum, chunk_at, u64_at};
use crate::key::Key;

/// The purpose of the key of the checksums.
const PURPOSE: &[u8] = b"leakline checksums 1";

/// The key of the checksums. Clones share it; the last one wipes it.
#[derive(Clone)]
pub(in crate::index) struct ChainKey(Arc<Zeroizing<[u64; 4]>>);

/// Both checksums of the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct Checksums {
    pub(in crate::index) plain: u64,
    pub(in crate::index) keyed: u64,
}

impl ChainKey {
    pub(in crate::index) fn new(key: &Key) -> ChainKey {
        let derived = key.derive(PURPOSE);
        let words = [0, 8, 16, 24].map(|offset| u64_at(&*derived, offset));
        ChainKey(Arc::new(Zeroizing::new(words)))
    }

    pub(in crate::index) fn checksum(&self, bytes: &[u8]) -> u64 {
        self.hasher().hash64(bytes)
    }

    /// For bytes that pass by in pieces: `append` each, and end with `finalize64`.
    pub(in crate::index) fn hasher(&self) -> HighwayHasher {
        HighwayHasher::new(HighwayKey(**self.0))
    }

    pub(in crate::index) fn checksums(&self, bytes: &[u8]) -> Checksums {
        Checksums {
            plain: checksum(bytes),
            keyed: self.checksum(bytes),
        }
    }
}

impl Checksums {
    /// Bytes of the two.
    pub(in crate::index) const LENGTH: usize = 8 + 8;

    pub(super) fn encode(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..8].copy_from_slice(&self.plain.to_le_bytes());
        bytes[8..].copy_from_slice(&self.keyed.to_le_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8], offset: usize) -> Checksums {
        let bytes: [u8; Self::LENGTH] = chunk_at(bytes, offset);
        Checksums {
            plain: u64_at(&bytes, 0),
            keyed: u64_at(&bytes, 8),
        }
    }

    /// Whether these are the checksums of `bytes`: the keyed one, if `chain` is there to make it.
    pub(in crate::index) fn are_of(self, bytes: &[u8], chain: Option<&ChainKey>) -> bool {
        match chain {
            Some(chain) => chain.checksum(bytes) == self.keyed,
            None => checksum(bytes) == self.plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_of_all_bytes_and_of_the_key() {
        let key = |digit: &str| ChainKey::new(&Key::from_hex(&digit.repeat(64)).unwrap());
        let sums = key("1").checksums(b"block");
        assert!(sums.are_of(b"block", Some(&key("1"))) && sums.are_of(b"block", None));
        assert!(!sums.are_of(b"blocl", Some(&key("1"))) && !sums.are_of(b"blocl", None));
        assert!(!sums.are_of(b"block", Some(&key("2"))));
        assert_eq!(Checksums::decode(&sums.encode(), 0), sums);
    }

    /// The first of the published vectors of `HighwayHash` with 64 bits: the key of bytes 0 to 31.
    #[test]
    fn the_hash_is_the_published_one() {
        let words = [
            0x0706_0504_0302_0100,
            0x0f0e_0d0c_0b0a_0908,
            0x1716_1514_1312_1110,
            0x1f1e_1d1c_1b1a_1918,
        ];
        let chain = ChainKey(Arc::new(Zeroizing::new(words)));
        assert_eq!(chain.checksum(b""), 0x907a_56de_22c2_6e53);
        assert_eq!(chain.checksum(&[0]), 0x7eab_43aa_c7cd_dd78);
    }
}
