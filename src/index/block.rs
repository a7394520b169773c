//! The blocks of a section: read in runs, each checked before it is believed.

use super::{
    Damage, Segment, SegmentError,
    format::{self, BLOCK_LENGTH, Fence, TAG_LENGTH},
    segment::Section,
};

/// Blocks read at once: 256 KiB.
const RUN: usize = 64;

/// Neighbouring blocks of a section in memory, not yet checked.
pub(super) struct Run<'a> {
    segment: &'a Segment,
    section: &'a Section,
    first: usize,
    bytes: Vec<u8>,
}

impl<'a> Run<'a> {
    /// The most blocks that are read at once.
    pub(super) const LONGEST: usize = RUN;

    pub(super) fn new(segment: &'a Segment, section: &'a Section) -> Run<'a> {
        Run {
            segment,
            section,
            first: 0,
            bytes: Vec::new(),
        }
    }

    /// Reads the blocks from `first` up to `end`, in place of those before.
    pub(super) fn read(&mut self, first: usize, end: usize) -> Result<(), SegmentError> {
        let start = Self::place(first);
        let length = Self::place(end).min(self.section.distinct * TAG_LENGTH as u64) - start;
        self.first = first;
        self.bytes
            .resize(usize::try_from(length).expect("at most 64 blocks"), 0);
        self.segment
            .fill(&mut self.bytes, self.section.offset + start)
    }

    /// A block of the run, checked against its fence.
    pub(super) fn block(&self, block: usize, fence: Fence) -> Result<&[u8], SegmentError> {
        let bytes = &self.bytes[(block - self.first) * BLOCK_LENGTH..];
        let bytes = &bytes[..bytes.len().min(BLOCK_LENGTH)];
        if Fence::of(bytes) == fence {
            Ok(bytes)
        } else {
            Err(self.damaged(block, Damage::Block))
        }
    }

    /// That a block of the run is not as it was written.
    pub(super) fn damaged(&self, block: usize, damage: Damage) -> SegmentError {
        self.segment
            .damaged(self.section.offset + Self::place(block), damage)
    }

    fn place(block: usize) -> u64 {
        block as u64 * BLOCK_LENGTH as u64
    }
}

/// All blocks of a section one after the other, their tags ascending.
pub(super) struct Blocks<'a> {
    run: Run<'a>,
    /// Read with the first block.
    fences: Option<Vec<Fence>>,
    next: usize,
    end: usize,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(segment: &'a Segment, section: &'a Section) -> Blocks<'a> {
        Blocks {
            run: Run::new(segment, section),
            fences: None,
            next: 0,
            end: 0,
        }
    }

    /// The next block, checked for damage and order.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, SegmentError> {
        let fences = match self.fences.take() {
            Some(fences) => fences,
            None => self.run.segment.read_fences(self.run.section)?,
        };
        let fences = self.fences.insert(fences);
        let Some(&fence) = fences.get(self.next) else {
            return Ok(None);
        };
        if self.next == self.end {
            self.end = fences.len().min(self.next + RUN);
            self.run.read(self.next, self.end)?;
        }
        let after = fences.get(self.next + 1).map(|fence| fence.first);
        let block = self.run.block(self.next, fence)?;
        let last = format::tags(block).last();
        let ascending = format::tags(block).is_sorted_by(|one, next| one < next);
        if !ascending || after.is_some_and(|after| last >= Some(after)) {
            return Err(self.run.damaged(self.next, Damage::Order));
        }
        self.next += 1;
        Ok(Some(block))
    }
}
