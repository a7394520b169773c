//! The file that a segment is written to before it has its name.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::index::{WriteError, WriteLock};
use crate::key::{new_private_file, sync_folder};

/// Bytes that are handed to the operating system at once.
const BUFFER: usize = 256 << 10;

/// `NAME.partial` in a locked index, NAME being that of the file to be: removed when dropped before it is whole.
pub struct PartialFile<'lock> {
    file: BufWriter<File>,
    staged: StagedFile<'lock>,
}

/// The same file when all of its bytes are on disk: only its name is missing.
pub struct StagedFile<'lock> {
    partial: PathBuf,
    lock: &'lock WriteLock,
    whole: bool,
}

impl<'lock> PartialFile<'lock> {
    pub(in crate::index) fn create(lock: &'lock WriteLock, name: &str) -> Result<Self, WriteError> {
        let partial = lock.partial_path(name);
        match new_private_file(&partial) {
            Ok(file) => Ok(PartialFile {
                file: BufWriter::with_capacity(BUFFER, file),
                staged: StagedFile {
                    partial,
                    lock,
                    whole: false,
                },
            }),
            Err(source) => Err(WriteError::Io {
                path: partial,
                source,
            }),
        }
    }

    pub(in crate::index) fn path(&self) -> &Path {
        &self.staged.partial
    }

    /// Puts the bytes on disk.
    pub(in crate::index) fn stage(self) -> Result<StagedFile<'lock>, WriteError> {
        match self.file.get_ref().sync_all() {
            Ok(()) => Ok(self.staged),
            Err(source) => Err(WriteError::Io {
                path: self.staged.partial.clone(),
                source,
            }),
        }
    }
}

impl StagedFile<'_> {
    /// Gives it its name, and puts the folder that holds it on disk.
    pub fn publish(mut self) -> Result<(), WriteError> {
        let whole = self.partial.with_extension("");
        let published = fs::rename(&self.partial, &whole)
            .inspect(|()| self.whole = true)
            .and_then(|()| sync_folder(self.lock.folder()));
        published.map_err(|source| WriteError::Io {
            path: whole,
            source,
        })
    }
}

impl Write for PartialFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for StagedFile<'_> {
    fn drop(&mut self) {
        if !self.whole {
            // If this fails too, the next writer removes it.
            let _ = fs::remove_file(&self.partial);
        }
    }
}
