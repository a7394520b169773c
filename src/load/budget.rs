//! How the memory that a load may take is divided among the process, its threads and the sorter.
//!
//! The shares were measured as the most that the process ever held (glibc, text and CSV, 1 to 8
//! threads), and rounded up.

use std::num::NonZeroUsize;

/// The program itself, the tables of numbering plans, the sample and the buffers of the file that
/// is read.
const PROCESS: usize = 16 << 20;
/// A thread's batches, one worked on and the others waiting, and the numbers and tags of the first.
const THREAD: usize = 8 << 20;
/// The least that a thread needs to sort with.
const SORTING: usize = 6 << 20;

/// What the threads of a load may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    threads: NonZeroUsize,
    sorter: usize,
}

impl Budget {
    /// The least memory that a load works in.
    pub const LEAST: usize = PROCESS + THREAD + SORTING;

    /// Divides `memory` bytes among as many of the threads as it is enough for; `None` if it is
    /// less than [`Self::LEAST`].
    pub fn new(memory: usize, threads: NonZeroUsize) -> Option<Budget> {
        let for_threads = memory.checked_sub(PROCESS)?;
        let enough_for = NonZeroUsize::new(for_threads / (THREAD + SORTING))?;
        let threads = threads.min(enough_for);
        Some(Budget {
            threads,
            sorter: for_threads - threads.get() * THREAD,
        })
    }

    /// Worker threads.
    pub fn threads(self) -> NonZeroUsize {
        self.threads
    }

    /// Bytes for the sorter.
    pub fn sorter(self) -> usize {
        self.sorter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn nothing_is_given_out_that_is_not_there() {
        for memory in (0..600).map(|megabytes| megabytes << 20) {
            for wanted in [1, 2, 8, 100].map(threads) {
                let Some(budget) = Budget::new(memory, wanted) else {
                    assert!(memory < Budget::LEAST);
                    continue;
                };
                assert!(memory >= Budget::LEAST && budget.threads() <= wanted);
                let each = budget.threads().get();
                assert_eq!(PROCESS + each * THREAD + budget.sorter(), memory);
                assert!(budget.sorter() >= each * SORTING);
            }
        }
    }

    #[test]
    fn threads_are_left_out_that_memory_is_not_enough_for() {
        let of = |memory: usize, wanted| Budget::new(memory << 20, threads(wanted)).unwrap();
        assert_eq!(of(64, 8).threads(), threads(3));
        assert_eq!(of(256, 8).threads(), threads(8));
        assert_eq!(of(30, 8).threads(), threads(1));
        assert_eq!(Budget::new((30 << 20) - 1, threads(1)), None);
    }
}
