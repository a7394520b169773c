//! Files one after the other: opened, unpacked into members, read in batches of whole rows.
//!
//! `load` and `check` read through the same [`Walk`]. It gives the next member or batch; its caller
//! records it, skips it or fails. It never reads a row.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use super::FileReader;
use crate::dump::{
    ArchiveMember, Batch, Buffering, DumpError, DumpFile, Limits, Opening, Shape, Source,
};

/// Told how reading goes, and asked whether it is to go on.
pub trait ReadingProgress {
    /// A dump or list was opened: how it is read.
    fn opened(&mut self, path: &Path, shape: &Shape, reader: &FileReader);
    /// A file was left out, and whether that was to be expected.
    fn skipped(&mut self, path: &Path, reason: &str, expected: Expected);
    /// Bytes read so far.
    ///
    /// # Errors
    /// The user wants the run to end.
    fn read(&mut self, bytes: u64) -> Result<(), Interrupted>;
}

/// The user asked the run to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Whether leaving a file out loses anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It is no dump by its name, or is loaded already.
    Yes,
    /// It may be a dump that cannot be read.
    No,
}

/// Buffers of batches, used again and again.
#[derive(Default)]
pub struct BufferPool(RefCell<Vec<Vec<u8>>>);

impl BufferPool {
    /// A used buffer, or a new one.
    pub fn take(&self) -> Vec<u8> {
        self.0.borrow_mut().pop().unwrap_or_default()
    }

    /// Keeps a buffer for the next batch, unless it has no room.
    pub fn give(&self, buffer: Vec<u8>) {
        if buffer.capacity() > 0 {
            self.0.borrow_mut().push(buffer);
        }
    }
}

/// The dump that is being read.
pub struct OpenDump {
    /// Its path, behind that of its archive.
    pub path: Arc<Path>,
    /// Its rows to come.
    pub file: DumpFile,
    /// How its numbers are read.
    pub reader: Arc<FileReader>,
}

/// The next step of a walk.
pub enum WalkStep {
    /// No file is open: the next one is to be opened.
    NextFile,
    /// A member of the file, or the file itself if it is no archive. A dump among them is to be
    /// begun.
    Member(ArchiveMember),
    /// Rows of the dump.
    Batch(Batch),
    /// The dump has no more rows, or none that can be read.
    DumpEnded(Box<OpenDump>, Result<(), DumpError>),
    /// The file has no more members.
    FileEnded(Opening),
}

/// The files of a run, and how far reading them has come.
#[derive(Default)]
pub struct Walk {
    file: Option<Opening>,
    dump: Option<Box<OpenDump>>,
    bytes_of_ended: u64,
}

impl Walk {
    /// Opens a file. `names` are those that may name the country of its numbers.
    pub fn open(
        &mut self,
        source: Source,
        path: &Path,
        names: Vec<String>,
        limits: Limits,
        buffering: Buffering,
    ) -> Result<(), DumpError> {
        self.file = Some(Opening::new(source, path, names, limits, buffering)?);
        Ok(())
    }

    /// Nobody will ask for the digests of the file that was opened.
    pub(crate) fn forgo_digests(&mut self) {
        self.file.iter_mut().for_each(Opening::forgo_digests);
    }

    /// Begins with a dump that the file holds.
    pub fn begin(&mut self, dump: OpenDump) {
        self.dump = Some(Box::new(dump));
    }

    /// The dump that was begun, until it ends.
    pub fn dump(&self) -> Option<&OpenDump> {
        self.dump.as_deref()
    }

    /// Takes the next step.
    ///
    /// # Errors
    /// The user asked the run to end.
    pub fn step(
        &mut self,
        progress: &mut dyn ReadingProgress,
        buffers: &BufferPool,
    ) -> Result<WalkStep, Interrupted> {
        progress.read(self.bytes_read())?;
        if let Some(mut dump) = self.dump.take() {
            let ended = match dump.file.next_batch(buffers.take()) {
                Ok(Some(batch)) => {
                    self.dump = Some(dump);
                    return Ok(WalkStep::Batch(batch));
                }
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            return Ok(WalkStep::DumpEnded(dump, ended));
        }
        let Some(file) = &mut self.file else {
            return Ok(WalkStep::NextFile);
        };
        if let Some(member) = file.next_member() {
            return Ok(WalkStep::Member(member));
        }
        self.bytes_of_ended = self.bytes_read();
        Ok(self
            .file
            .take()
            .map_or(WalkStep::NextFile, WalkStep::FileEnded))
    }

    /// Bytes of all files so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_of_ended + self.file.as_ref().map_or(0, Opening::bytes_read)
    }

    /// Counts bytes that were read elsewhere, or not at all.
    pub(crate) fn add_bytes(&mut self, bytes: u64) {
        self.bytes_of_ended += bytes;
    }
}
