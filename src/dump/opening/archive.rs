//! Archives: several files in one, read in order. What ZIP, tar and workbooks have in common.

use std::{
    io::{self, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Buffered, member::Member, tar::Tar, workbook::Workbook, zip::Zip};
use crate::dump::{Buffering, Format};

/// An archive, read in order and once.
pub(super) enum Archive {
    Zip(Zip),
    Tar(Tar),
    Workbook(Workbook),
}

impl Archive {
    /// The archive in `reader`, or `reader` if it is none.
    ///
    /// Its members may take `memory` bytes for windows that they refer back to.
    pub(super) fn of(
        mut reader: Buffered,
        buffering: Buffering,
        memory: u64,
    ) -> Result<Archive, Buffered> {
        let head = reader.peek_at_pace(super::tar::BLOCK, buffering);
        if Zip::begins(head) {
            Ok(Archive::Zip(Zip::new(reader, memory)))
        } else if Tar::begins(head) {
            Ok(Archive::Tar(Tar::new(reader)))
        } else {
            Err(reader)
        }
    }

    /// Its name in reports.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Archive::Zip(_) => "zip",
            Archive::Tar(_) => "tar",
            Archive::Workbook(book) => book.format.as_str(),
        }
    }

    /// The format of the sheets that are its members, if they are no files.
    pub(super) fn sheet_format(&self) -> Option<Format> {
        match self {
            Archive::Zip(_) | Archive::Tar(_) => None,
            Archive::Workbook(book) => Some(book.format),
        }
    }

    /// The next member. The rest of the member before it is passed over.
    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        match self {
            Archive::Zip(zip) => zip.next(),
            Archive::Tar(tar) => tar.next(),
            Archive::Workbook(book) => book.next(),
        }
    }
}

impl Read for Archive {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Archive::Zip(zip) => zip.read(buffer),
            Archive::Tar(tar) => tar.read(buffer),
            Archive::Workbook(book) => book.read(buffer),
        }
    }
}

/// An archive, shared by the list of its members and the member that is read.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Archive>>);

impl Shared {
    pub(super) fn new(archive: Archive) -> Shared {
        Shared(Arc::new(Mutex::new(archive)))
    }

    pub(super) fn archive(&self) -> MutexGuard<'_, Archive> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of the member that comes next.
impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.archive().read(buffer)
    }
}
