//! How the memory that a check may take is divided.
//!
//! The shares were measured as the most that the process ever held, and rounded up.

use std::num::NonZeroUsize;

/// The program with its tables.
const PROCESS: usize = 14 << 20;
/// A thread without its pages.
const THREAD: usize = 5 << 20;
/// The pages of one report in one thread.
const PAGES: usize = 5 << 20;
/// What is being written to a temporary file, and what of it is looked up beyond the share of a thread.
const SPILLING: usize = 4 << 20;
/// The least that is worth gathering.
const LEAST_GATHERED: usize = 4 << 20;

/// What a check does with the memory that it may take.
#[derive(Clone, Copy, Debug)]
pub struct MemoryShares {
    threads: NonZeroUsize,
    gathered: usize,
}

impl MemoryShares {
    /// Divides `memory` bytes: as many of `threads` as leave a third of it for gathered batches.
    pub fn new(memory: usize, threads: NonZeroUsize, reports: usize) -> MemoryShares {
        let thread = THREAD + PAGES * reports;
        let fit = (memory / 3 * 2).saturating_sub(PROCESS) / thread;
        let threads = NonZeroUsize::new(fit).map_or(NonZeroUsize::MIN, |fit| fit.min(threads));
        MemoryShares {
            threads,
            gathered: memory
                .saturating_sub(PROCESS + SPILLING + threads.get() * thread)
                .max(LEAST_GATHERED),
        }
    }

    /// Shares of any size.
    #[cfg(test)]
    pub(super) fn for_tests(threads: NonZeroUsize, gathered: usize) -> MemoryShares {
        MemoryShares { threads, gathered }
    }

    /// Worker threads.
    pub fn threads(self) -> NonZeroUsize {
        self.threads
    }

    /// Bytes of batches that are gathered until they are looked up together.
    pub(super) fn gathered(self) -> usize {
        self.gathered
    }
}
