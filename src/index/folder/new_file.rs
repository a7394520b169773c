//! A file of an index that no manifest lists yet.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::{index::WriteError, key::new_private_file};

/// Bytes that are handed to the operating system at once.
const BUFFER: usize = 256 << 10;

/// A new file under the name that it is going to be listed by. Removed when dropped, unless it was
/// kept; nothing reads it before it is listed.
pub struct NewFile {
    file: BufWriter<File>,
    unlisted: UnlistedFile,
}

/// The same file when all of its bytes are on disk.
pub(super) struct UnlistedFile(Option<PathBuf>);

impl NewFile {
    pub(super) fn create(path: PathBuf) -> Result<NewFile, WriteError> {
        match new_private_file(&path) {
            Ok(file) => Ok(NewFile {
                file: BufWriter::with_capacity(BUFFER, file),
                unlisted: UnlistedFile(Some(path)),
            }),
            Err(source) => Err(WriteError::Io { path, source }),
        }
    }

    /// Puts the bytes on disk. They were flushed before.
    pub(super) fn sync(self) -> Result<UnlistedFile, WriteError> {
        match self.file.get_ref().sync_all() {
            Ok(()) => Ok(self.unlisted),
            Err(source) => Err(WriteError::Io {
                path: self.unlisted.path().to_owned(),
                source,
            }),
        }
    }
}

impl UnlistedFile {
    /// It is listed now, or may be.
    pub(super) fn keep(mut self) {
        self.0 = None;
    }

    fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for UnlistedFile {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // If this fails too, the next writer removes it.
            let _ = fs::remove_file(path);
        }
    }
}
