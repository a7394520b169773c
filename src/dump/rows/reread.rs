//! Rows that are released until they are needed again, and then read a second time.
//!
//! Only a regular file whose bytes are its rows can be reread: neither packed nor converted. The
//! second reading is compared with a checksum of the first, so a file that changed is an error and
//! never another row.

use std::{fs::File, io, sync::Arc};

use xxhash_rust::xxh3::xxh3_64;

use crate::dump::DumpError;

/// Where the bytes of a batch are.
pub(in crate::dump) struct Reread {
    pub(in crate::dump) file: Arc<File>,
    pub(in crate::dump) offset: u64,
    /// Set while the bytes are released.
    released: Option<Released>,
}

struct Released {
    length: usize,
    checksum: u64,
}

impl Reread {
    pub(in crate::dump) fn new(file: Arc<File>, offset: u64) -> Reread {
        Reread {
            file,
            offset,
            released: None,
        }
    }

    pub(in crate::dump) fn is_released(&self) -> bool {
        self.released.is_some()
    }

    /// Remembers a checksum of `bytes`, which the caller then drops.
    pub(in crate::dump) fn release_rows(&mut self, bytes: &[u8]) {
        self.released = Some(Released {
            length: bytes.len(),
            checksum: xxh3_64(bytes),
        });
    }

    /// Reads the bytes over `buffer`, if they were released.
    pub(in crate::dump) fn reload_rows(&mut self, buffer: &mut Vec<u8>) -> Result<(), DumpError> {
        let Some(Released { length, checksum }) = self.released.take() else {
            return Ok(());
        };
        buffer.resize(length, 0);
        match read_exact_at(&self.file, buffer, self.offset) {
            Ok(()) if xxh3_64(buffer) == checksum => Ok(()),
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                Err(DumpError::Read(error))
            }
            Ok(()) | Err(_) => Err(DumpError::Changed),
        }
    }
}

/// Whether a file can be read at an offset without moving its own position.
// Another reader goes by that position.
#[cfg(unix)]
pub(in crate::dump) fn is_possible() -> bool {
    true
}

/// Whether a file can be read at an offset without moving its own position.
#[cfg(not(unix))]
pub(in crate::dump) fn is_possible() -> bool {
    false
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(not(unix))]
fn read_exact_at(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
