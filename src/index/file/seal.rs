//! Seals: whoever made these bytes had the key.
//!
//! HMAC-SHA-256 (RFC 2104) under a key that is derived from the index's for this kind of file.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::key::Key;

/// The kind of sealed thing. Seals of one kind are never taken for seals of another.
#[derive(Clone, Copy)]
pub(in crate::index) enum Sealed {
    Segment,
    Manifest,
}

/// A seal as it is in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::index) struct Seal(pub(in crate::index) [u8; Seal::LENGTH]);

/// A seal while the bytes that it covers pass by.
#[derive(Clone)]
pub(in crate::index) struct Sealer(Hmac<Sha256>);

impl Sealed {
    fn purpose(self) -> &'static [u8] {
        match self {
            Sealed::Segment => b"leakline segment seal 3",
            Sealed::Manifest => b"leakline manifest seal 3",
        }
    }
}

impl Seal {
    /// Bytes of a seal.
    pub(in crate::index) const LENGTH: usize = 32;
}

impl Sealer {
    pub(in crate::index) fn new(key: &Key, what: Sealed) -> Sealer {
        let derived = key.derive(what.purpose());
        Sealer(Hmac::new_from_slice(&*derived).expect("HMAC takes keys of any length"))
    }

    pub(in crate::index) fn cover(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(in crate::index) fn end(self) -> Seal {
        Seal(self.0.finalize().into_bytes().into())
    }

    /// Whether the seal is `seal`, compared in constant time.
    pub(in crate::index) fn is(self, seal: Seal) -> bool {
        self.0.verify_slice(&seal.0).is_ok()
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({})", hex::encode(self.0))
    }
}
