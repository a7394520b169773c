//! The seal of a segment: that whoever wrote it had the key.
//!
//! HMAC-SHA-256 (RFC 2104) over everything in the file but the blocks, under a key that is itself
//! HMAC-SHA-256 of a purpose under the index's key. The blocks are in it by their checksums.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::key::Key;

/// What the key of seals is derived for. Holds letters, so it can never be the text of a number.
const PURPOSE: &[u8] = b"leakline segment seal 1";

/// Bytes of a seal.
pub(in crate::index) const SEAL_LENGTH: usize = 32;

/// A seal while the bytes that it covers pass by.
#[derive(Clone)]
pub(in crate::index) struct Seal(Hmac<Sha256>);

impl Seal {
    pub(in crate::index) fn new(key: &Key) -> Seal {
        let derived = key.derive(PURPOSE);
        Seal(Hmac::new_from_slice(&*derived).expect("HMAC takes keys of any length"))
    }

    pub(in crate::index) fn cover(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(in crate::index) fn end(self) -> [u8; SEAL_LENGTH] {
        self.0.finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub(in crate::index) fn is(self, seal: &[u8; SEAL_LENGTH]) -> bool {
        self.0.verify_slice(seal).is_ok()
    }
}
