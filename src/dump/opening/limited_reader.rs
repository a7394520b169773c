//! Limits on unpacking: a small file can unpack to more than any disk holds.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::{DigestingReader, Fault};

/// Bounds on what one file may unpack to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that come out of it, summed over all layers.
    pub expanded_bytes: u64,
    /// Bytes that come out for each byte of the file, beyond [`Limits::FREE_BYTES`].
    pub ratio: u64,
    /// Members of its archives.
    pub entries: u64,
    /// Layers of compression and archives around a dump: a ZIP of gzip files has two.
    pub layers: u32,
    /// Bytes of memory for unpacking: windows of decoders, a spreadsheet, the list of members.
    pub memory: u64,
}

/// Memory for the report of one member: measured for a million of them, and rounded up.
const ENTRY_BYTES: u64 = 2 << 10;

/// The limit that a file passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Excess {
    /// [`Limits::expanded_bytes`].
    Bytes(u64),
    /// [`Limits::ratio`].
    Ratio(u64),
    /// [`Limits::entries`].
    Entries(u64),
    /// [`Limits::memory`].
    Memory(u64),
}

impl Limits {
    /// Number of bytes below which the ratio does not count: short lists of equal rows compress to
    /// almost nothing.
    pub const FREE_BYTES: u64 = 64 << 20;
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            expanded_bytes: 256 << 30,
            ratio: 1000,
            entries: 20_000,
            layers: 4,
            memory: 256 << 20,
        }
    }
}

/// Counts what comes out of one file.
pub(super) struct UnpackBudget {
    pub(super) limits: Limits,
    found: DigestingReader,
    expanded: AtomicU64,
    entries: AtomicU64,
    passed: AtomicBool,
}

impl UnpackBudget {
    pub(super) fn new(limits: Limits, found: DigestingReader) -> UnpackBudget {
        UnpackBudget {
            limits,
            found,
            expanded: AtomicU64::new(0),
            entries: AtomicU64::new(0),
            passed: AtomicBool::new(false),
        }
    }

    /// Whether a limit was passed: then nothing more is read.
    pub(super) fn is_passed(&self) -> bool {
        self.passed.load(Ordering::Relaxed)
    }

    /// Counts a member.
    pub(super) fn count_entry(&self) -> Result<(), Excess> {
        let entries = 1 + self.entries.fetch_add(1, Ordering::Relaxed);
        let Limits {
            entries: most,
            memory,
            ..
        } = self.limits;
        let excess = if entries > most {
            Excess::Entries(most)
        } else if entries.saturating_mul(ENTRY_BYTES) > memory {
            Excess::Memory(memory)
        } else {
            return Ok(());
        };
        self.passed.store(true, Ordering::Relaxed);
        Err(excess)
    }

    fn expand(&self, bytes: usize) -> Result<(), Excess> {
        let bytes = bytes as u64;
        let expanded = self.expanded.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let Limits {
            expanded_bytes,
            ratio,
            ..
        } = self.limits;
        let excess = if expanded > expanded_bytes {
            Excess::Bytes(expanded_bytes)
        } else if expanded > Limits::FREE_BYTES
            && expanded / self.found.found_bytes().max(1) >= ratio
        {
            Excess::Ratio(ratio)
        } else {
            return Ok(());
        };
        self.passed.store(true, Ordering::Relaxed);
        Err(excess)
    }
}

/// A decoder whose bytes count against the limits.
pub(super) struct LimitedReader<R> {
    reader: R,
    budget: Arc<UnpackBudget>,
}

impl<R> LimitedReader<R> {
    pub(super) fn new(reader: R, budget: &Arc<UnpackBudget>) -> LimitedReader<R> {
        LimitedReader {
            reader,
            budget: Arc::clone(budget),
        }
    }
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.budget.expand(read).map_err(Fault::Excess)?;
        Ok(read)
    }
}
