//! A file of an index that no manifest lists yet.

use std::{
    fs,
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    index::{
        WriteError,
        file::{
            direct::{AlignedBuffer, DirectFile},
            write_thread::WriteThread,
        },
    },
    key::new_private_file,
};

/// Bytes that are handed to the operating system at once.
const BUFFER: usize = 1 << 20;
/// One that is filled, and one that is being written.
const BUFFERS: usize = 2;

/// A new file under the name that it is going to be listed by. Removed when dropped, unless it was
/// kept; nothing reads it before it is listed.
pub struct NewFile {
    file: Arc<DirectFile>,
    /// The bytes from `written` on, of which `filled` are there.
    buffer: AlignedBuffer,
    filled: usize,
    /// Bytes that were handed over.
    written: u64,
    /// Started when a buffer is full: most files are shorter.
    thread: Option<WriteThread>,
    unlisted: UnlistedFile,
}

/// The same file when all of its bytes are on disk.
pub(super) struct UnlistedFile(Option<PathBuf>);

impl NewFile {
    pub(super) fn create(path: PathBuf) -> Result<NewFile, WriteError> {
        match new_private_file(&path) {
            Ok(file) => {
                let mut buffer = AlignedBuffer::default();
                buffer.resize(BUFFER);
                Ok(NewFile {
                    file: Arc::new(DirectFile::new(file)),
                    buffer,
                    filled: 0,
                    written: 0,
                    thread: None,
                    unlisted: UnlistedFile(Some(path)),
                })
            }
            Err(source) => Err(WriteError::Io { path, source }),
        }
    }

    /// Puts the bytes on disk. They were flushed before.
    pub(super) fn sync(self) -> Result<UnlistedFile, WriteError> {
        match self.file.file().sync_all() {
            Ok(()) => Ok(self.unlisted),
            Err(source) => Err(WriteError::Io {
                path: self.unlisted.path().to_owned(),
                source,
            }),
        }
    }

    /// Hands the full buffer over to the thread that writes.
    fn hand_over(&mut self) -> io::Result<()> {
        let thread = match self.thread.take() {
            Some(thread) => thread,
            None => WriteThread::start(Arc::clone(&self.file), BUFFERS)?,
        };
        let thread = self.thread.insert(thread);
        let mut next = thread.empty_buffer()?;
        next.resize(BUFFER);
        thread.write(mem::replace(&mut self.buffer, next), self.written)?;
        self.written = self.written.saturating_add(BUFFER as u64);
        self.filled = 0;
        Ok(())
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
        let room = &mut self.buffer[self.filled..];
        let taken = bytes.len().min(room.len());
        room[..taken].copy_from_slice(&bytes[..taken]);
        self.filled = self.filled.saturating_add(taken);
        if self.filled == BUFFER {
            self.hand_over()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(thread) = self.thread.take() {
            thread.end()?;
        }
        // Kept in the buffer, so that more can follow.
        self.file
            .write_cached_at(&self.buffer[..self.filled], self.written)
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
