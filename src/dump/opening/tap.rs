//! Bytes as found, counted and hashed while whoever unpacks them reads them.

use std::{
    io::{self, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest as _, Sha256};

/// What was read, as found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: [u8; 32],
}

/// One reader in several hands: a decoder takes the bytes, and somebody else asks how many they were.
#[derive(Clone)]
pub(in crate::dump) struct Tap(Arc<Mutex<Tapped>>);

struct Tapped {
    reader: Box<dyn Read + Send>,
    hasher: Sha256,
    bytes: u64,
    /// The end was seen. What is written after that is read by nobody, so the digest must not cover it.
    ended: bool,
}

impl Tap {
    pub(super) fn new(reader: impl Read + Send + 'static) -> Tap {
        Tap(Arc::new(Mutex::new(Tapped {
            reader: Box::new(reader),
            hasher: Sha256::new(),
            bytes: 0,
            ended: false,
        })))
    }

    /// How many bytes were read.
    pub(in crate::dump) fn found_bytes(&self) -> u64 {
        self.tapped().bytes
    }

    /// Reads what is left, and says what there was in all.
    pub(in crate::dump) fn finish(&self) -> io::Result<Digest> {
        io::copy(&mut self.clone(), &mut io::sink())?;
        let tapped = self.tapped();
        Ok(Digest {
            bytes: tapped.bytes,
            sha256: tapped.hasher.clone().finalize().into(),
        })
    }

    fn tapped(&self) -> MutexGuard<'_, Tapped> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Tap {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut tapped = self.tapped();
        if tapped.ended || buffer.is_empty() {
            return Ok(0);
        }
        let read = tapped.reader.read(buffer)?;
        tapped.ended = read == 0;
        tapped.hasher.update(&buffer[..read]);
        tapped.bytes += read as u64;
        Ok(read)
    }
}
