//! Bytes as found: counted and hashed while a decoder reads them.

use std::{
    io::{self, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest as _, Sha256};

/// Length and hash of a dump as found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Number of bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: [u8; 32],
}

/// One reader, shared: a decoder takes the bytes, and the owner asks for their number and hash.
#[derive(Clone)]
pub(in crate::dump) struct DigestingReader(Arc<Mutex<DigestState>>);

struct DigestState {
    reader: Box<dyn Read + Send>,
    /// Until somebody says that no digest is wanted.
    hasher: Option<Sha256>,
    bytes: u64,
    /// Set at the end of the file. Bytes appended later are not read, so the digest leaves them
    /// out.
    ended: bool,
}

impl DigestingReader {
    pub(super) fn new(reader: impl Read + Send + 'static) -> DigestingReader {
        DigestingReader(Arc::new(Mutex::new(DigestState {
            reader: Box::new(reader),
            hasher: Some(Sha256::new()),
            bytes: 0,
            ended: false,
        })))
    }

    /// Number of bytes read so far.
    pub(in crate::dump) fn found_bytes(&self) -> u64 {
        self.state().bytes
    }

    /// Hashes nothing more: there will be no [`DigestingReader::finish`].
    pub(super) fn forgo_digest(&self) {
        self.state().hasher = None;
    }

    /// Reads the rest, and gives the digest of everything.
    pub(in crate::dump) fn finish(&self) -> io::Result<Digest> {
        io::copy(&mut self.clone(), &mut io::sink())?;
        let state = self.state();
        let hasher = state.hasher.clone();
        let sha256 = hasher.expect("who forgoes the digest does not ask for it");
        Ok(Digest {
            bytes: state.bytes,
            sha256: sha256.finalize().into(),
        })
    }

    fn state(&self) -> MutexGuard<'_, DigestState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for DigestingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.state();
        if state.ended || buffer.is_empty() {
            return Ok(0);
        }
        let read = state.reader.read(buffer)?;
        state.ended = read == 0;
        if let Some(hasher) = &mut state.hasher {
            hasher.update(&buffer[..read]);
        }
        state.bytes += read as u64;
        Ok(read)
    }
}
