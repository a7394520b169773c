//! Rows that are put down until they are needed again, where their file can give them a second time.
//!
//! That is a regular file whose bytes are its rows: neither packed nor converted. What is read the second time is held
//! against a checksum of the first, so that a file which changes meanwhile is an error and never another row.

use std::{fs::File, io, sync::Arc};

use xxhash_rust::xxh3::xxh3_64;

use crate::dump::DumpError;

/// Where the bytes of a batch are.
pub(in crate::dump) struct Reread {
    pub(in crate::dump) file: Arc<File>,
    pub(in crate::dump) offset: u64,
    /// Set while they are put down.
    down: Option<Down>,
}

struct Down {
    length: usize,
    checksum: u64,
}

impl Reread {
    pub(in crate::dump) fn new(file: Arc<File>, offset: u64) -> Reread {
        Reread {
            file,
            offset,
            down: None,
        }
    }

    pub(in crate::dump) fn is_down(&self) -> bool {
        self.down.is_some()
    }

    /// To be called with the bytes before they are given up.
    pub(in crate::dump) fn release_rows(&mut self, bytes: &[u8]) {
        self.down = Some(Down {
            length: bytes.len(),
            checksum: xxh3_64(bytes),
        });
    }

    /// Reads the bytes over `buffer`, if they were put down.
    pub(in crate::dump) fn reload_rows(&mut self, buffer: &mut Vec<u8>) -> Result<(), DumpError> {
        let Some(Down { length, checksum }) = self.down.take() else {
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

/// Reading at a place leaves the file's own position alone, by which somebody else reads it.
#[cfg(unix)]
pub(in crate::dump) fn is_possible() -> bool {
    true
}

/// Reading at a place would move the file's own position, by which somebody else reads it.
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
