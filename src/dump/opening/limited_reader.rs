//! A reader that stops where a file unpacks to more than its [`Limits`] allow: a small file can
//! unpack to more than any disk holds.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::{DigestingReader, Fault};
use crate::dump::{Excess, Limits};

/// Memory for the report of one member: measured for a million of them, and rounded up.
const ENTRY_BYTES: u64 = 2 << 10;

/// Counts the bytes that one file unpacks to.
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
