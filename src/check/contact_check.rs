//! What a check works with: sources, formats, memory.

use std::num::NonZeroUsize;

use super::MemoryShares;
use crate::dump::Buffering;
use crate::exposure::Checker;
use crate::index::Spill;
use crate::intake::{ReadingPolicy, ReadingProgress};
use crate::ordered_pool::OrderedPool;
use crate::report::Report;

/// Receives events while lists are checked.
pub trait CheckProgress: ReadingProgress {
    /// Numbers checked so far.
    fn checked(&mut self, numbers: u64);
}

/// Further outputs of a check, beside the pages.
#[derive(Clone, Copy, Debug)]
pub struct CheckOutputs {
    /// The fingerprints of exposed contacts.
    pub fingerprints: bool,
    /// How each contact was read.
    pub explanations: bool,
}

/// Answers contact lists.
pub struct ContactCheck<'a> {
    /// Knows the sources that are searched.
    pub checker: &'a Checker<'a>,
    /// The formats of the pages.
    pub reports: &'a [&'a dyn Report],
    /// How numbers are read.
    pub policy: ReadingPolicy,
    /// Further outputs.
    pub outputs: CheckOutputs,
    /// Whether answers wait for more contacts.
    pub buffering: Buffering,
    /// How memory is divided.
    pub memory: MemoryShares,
    /// Where the tags of contacts are written that memory does not hold. Without it, the index is
    /// passed over each time that memory is full.
    pub spill: Spill,
}

impl ContactCheck<'_> {
    /// Worker threads, with `jobs` under way for each.
    pub(super) fn pool(&self, jobs: usize) -> OrderedPool {
        let threads = self.memory.threads();
        match self.buffering {
            Buffering::Bulk => OrderedPool {
                threads,
                window: threads.saturating_mul(NonZeroUsize::MIN.saturating_add(jobs - 1)),
                // The beginning of a list is one.
                alone: 2,
            },
            Buffering::Live => OrderedPool {
                threads: NonZeroUsize::MIN,
                window: NonZeroUsize::MIN,
                alone: 1,
            },
        }
    }
}
