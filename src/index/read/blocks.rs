//! The blocks of a section one after the other, decoded and checked for order.

use std::ops::RangeInclusive;

use super::{
    chapter::{BlockRun, Chapter},
    section::Section,
    segment_file::SegmentFile,
};
use crate::{
    index::{SegmentDamage, SegmentError, file::coding::Block},
    tag::Tag,
};

/// The blocks of a section that may hold tags of a range, one after the other, decoded.
pub(in crate::index) struct Blocks<'a> {
    file: &'a SegmentFile,
    section: &'a Section,
    range: RangeInclusive<Tag>,
    run: BlockRun<'a>,
    chapter: Option<Chapter>,
    next_chapter: usize,
    next: usize,
    end: usize,
}

impl<'a> Blocks<'a> {
    /// All blocks.
    pub(in crate::index) fn new(file: &'a SegmentFile, section: &'a Section) -> Blocks<'a> {
        Self::within(file, section, Tag(0)..=Tag(u64::MAX))
    }

    /// Those that may hold tags of the range; the first and the last hold others as well.
    pub(in crate::index) fn within(
        file: &'a SegmentFile,
        section: &'a Section,
        range: RangeInclusive<Tag>,
    ) -> Blocks<'a> {
        let begun = section
            .chapters()
            .partition_point(|entry| entry.first <= *range.start());
        Blocks {
            file,
            section,
            range,
            run: BlockRun::new(file),
            chapter: None,
            next_chapter: begun.saturating_sub(1),
            next: 0,
            end: 0,
        }
    }

    /// Decodes the next block over `tags`, checked for damage and order. False at the end.
    pub(in crate::index) fn next(&mut self, tags: &mut Vec<Tag>) -> Result<bool, SegmentError> {
        tags.clear();
        let chapter = match &mut self.chapter {
            Some(chapter) if self.next < chapter.fences.len() => chapter,
            other => {
                let next = self.section.chapters().get(self.next_chapter);
                if next.is_none_or(|entry| entry.first > *self.range.end()) {
                    return Ok(false);
                }
                let chapter = self.section.read_chapter(self.file, self.next_chapter)?;
                self.next_chapter = self.next_chapter.saturating_add(1);
                let begun = chapter.blocks_up_to(*self.range.start());
                self.next = begun.saturating_sub(1);
                self.end = self.next;
                other.insert(chapter)
            }
        };
        if self.next == self.end {
            let last = chapter.blocks_up_to(*self.range.end());
            if self.next == last {
                return Ok(false);
            }
            self.end = last.min(self.next.saturating_add(BlockRun::LONGEST));
            self.run.read(chapter, self.next, self.end)?;
        }
        let block = self.run.block(chapter, self.next)?;
        let after = match chapter.fences.get(self.next.saturating_add(1)) {
            Some(fence) => Some(fence.first),
            None => (self.section.chapters().get(self.next_chapter)).map(|entry| entry.first),
        };
        let decoded = block.decode(tags);
        if decoded.is_none() || after.is_some_and(|after| tags.last() >= Some(&after)) {
            return Err(self.run.damaged(chapter, self.next, SegmentDamage::Order));
        }
        self.next = self.next.saturating_add(1);
        Ok(true)
    }

    /// The block that was decoded last, its bytes in the file, and its plain checksum.
    pub(in crate::index) fn last(&self) -> Option<(Block<'_>, &[u8], u64)> {
        let chapter = self.chapter.as_ref()?;
        let block = self.next.saturating_sub(1);
        let bytes = self.run.bytes(chapter, block);
        let plain = chapter.fences[block].checksums.plain;
        Some((chapter.block_of(block, bytes)?, bytes, plain))
    }

    /// That the block that was decoded last is not as it was written.
    pub(in crate::index) fn damaged(&self, damage: SegmentDamage) -> SegmentError {
        match &self.chapter {
            Some(chapter) => {
                let block = self.next.saturating_sub(1);
                self.run.damaged(chapter, block, damage)
            }
            None => self.file.damaged(0, damage),
        }
    }
}
