//! How dumps are read, and who hears of it.

use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use crate::dump::{Limits, ReadOptions};
use crate::index::{FileRecord, Tombstones};
use crate::intake::{ReadingPolicy, ReadingProgress, RejectReason};
use crate::phone::Region;

/// How dumps are read.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// Formats and columns.
    pub read: ReadOptions,
    /// How far files may be unpacked.
    pub limits: Limits,
    /// Home regions and the reading of digits.
    pub policy: ReadingPolicy,
    /// The home region of rows for which neither a cell nor a file name gives one.
    pub fallback: Option<Region>,
    /// Worker threads.
    pub threads: NonZeroUsize,
    /// Go on after a file that cannot be read; the load is then incomplete.
    pub keep_going: bool,
    /// Files that the source holds already: they are skipped.
    pub held: Vec<FileRecord>,
    /// Numbers that are rejected.
    pub forgotten: Tombstones,
}

/// Receives events while dumps are read.
pub trait LoadProgress: ReadingProgress {
    /// A file could not be read to its end, and reading goes on with the next one.
    fn broke_off(&mut self, path: &Path, reason: &str);
    /// Numbers accepted so far.
    fn accepted(&mut self, numbers: u64);
    /// Whether [`LoadProgress::rejected`] is to be called.
    fn wants_rejects(&self) -> bool {
        false
    }
    /// A row was rejected. Called in the order of files and lines.
    fn rejected(&mut self, _path: &Path, _line: u64, _reason: RejectReason) -> io::Result<()> {
        Ok(())
    }
}
