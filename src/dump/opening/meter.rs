//! How far a file may be unpacked: a small file can hold more than any disk.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::{Fault, Tap};

/// Bounds on what one file may unpack to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that come out of it, those of every layer counted.
    pub expanded_bytes: u64,
    /// Bytes that come out for each byte of the file, once they are more than [`Limits::FREE_BYTES`].
    pub ratio: u64,
    /// Members of its archives.
    pub entries: u64,
    /// Layers of compression and archives around a dump: a ZIP of gzip files has two.
    pub layers: u32,
    /// Bytes of memory that unpacking may take: for what a compressed file may refer back to, for a spreadsheet, for the
    /// list of an archive's members.
    pub memory: u64,
}

/// Memory that a member takes for what is told of it: measured for a million of them, and rounded up.
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
    /// So much may come out of any file before its ratio counts: short lists of the same few rows shrink to
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

/// What has come out of one file as found.
pub(super) struct Meter {
    pub(super) limits: Limits,
    found: Tap,
    expanded: AtomicU64,
    entries: AtomicU64,
    passed: AtomicBool,
}

impl Meter {
    pub(super) fn new(limits: Limits, found: Tap) -> Meter {
        Meter {
            limits,
            found,
            expanded: AtomicU64::new(0),
            entries: AtomicU64::new(0),
            passed: AtomicBool::new(false),
        }
    }

    /// Whether a limit was passed: nothing more is to be read.
    pub(super) fn is_passed(&self) -> bool {
        self.passed.load(Ordering::Relaxed)
    }

    /// Counts a member.
    pub(super) fn entry(&self) -> Result<(), Excess> {
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

/// What a decoder gives, counted.
pub(super) struct Metered<R> {
    reader: R,
    meter: Arc<Meter>,
}

impl<R> Metered<R> {
    pub(super) fn new(reader: R, meter: &Arc<Meter>) -> Metered<R> {
        Metered {
            reader,
            meter: Arc::clone(meter),
        }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.meter.expand(read).map_err(Fault::Excess)?;
        Ok(read)
    }
}
