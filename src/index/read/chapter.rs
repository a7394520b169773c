//! The chapters of a section: their fences, and their blocks read in runs. Each is checked before it is believed.

use std::ops::RangeInclusive;

use crate::index::{
    Damage, Segment, SegmentError,
    file::coding::{BLOCK_MAX, BLOCK_TAGS, Block},
    file::format::{self, CHAPTER_BLOCKS, FENCE_LENGTH, Fence},
    read::segment::Section,
};
use crate::tag::Tag;

/// Blocks read at once: some 170 KiB.
const RUN: usize = 64;

/// Where a chapter is, as the tail of the segment says.
pub(in crate::index) struct ChapterEntry {
    pub(in crate::index) first: Tag,
    pub(in crate::index) offset: u64,
    pub(in crate::index) blocks: usize,
    /// Tags of its last block; all others are full.
    pub(in crate::index) last_tags: usize,
    /// Bytes of its blocks. The fences come after them.
    pub(in crate::index) length: u64,
    pub(in crate::index) checksum: u64,
}

impl ChapterEntry {
    /// The chapters of a section of so many tags have so many blocks, and the last block so many tags.
    pub(in crate::index) fn shape(distinct: u64, chapter: u64) -> (usize, usize) {
        let tags = distinct - chapter * (CHAPTER_BLOCKS * BLOCK_TAGS) as u64;
        let tags =
            usize::try_from(tags).map_or(usize::MAX, |tags| tags.min(CHAPTER_BLOCKS * BLOCK_TAGS));
        (tags.div_ceil(BLOCK_TAGS), (tags - 1) % BLOCK_TAGS + 1)
    }

    pub(in crate::index) fn fences_length(blocks: usize) -> u64 {
        (blocks * FENCE_LENGTH) as u64
    }
}

/// The fences of a chapter, checked.
pub(in crate::index) struct Chapter {
    offset: u64,
    length: u32,
    last_tags: usize,
    pub(in crate::index) fences: Vec<Fence>,
}

impl Chapter {
    /// `after` is the first tag of the next chapter.
    pub(in crate::index) fn read(
        segment: &Segment,
        place: &ChapterEntry,
        after: Option<Tag>,
    ) -> Result<Chapter, SegmentError> {
        let fences_at = place.offset + place.length;
        let bytes = Chapter::bytes_of_fences(segment, place)?;
        if format::checksum(&bytes) != place.checksum {
            return Err(segment.damaged(fences_at, Damage::Fences));
        }
        let chapter = Chapter {
            offset: place.offset,
            length: u32::try_from(place.length)
                .map_err(|_| segment.damaged(fences_at, Damage::Fences))?,
            last_tags: place.last_tags,
            fences: Fence::decode_all(&bytes),
        };
        let (firsts, offsets) = (
            chapter.fences.iter().map(|fence| fence.first),
            chapter.fences.iter().map(|fence| fence.offset),
        );
        let ascending = firsts.chain(after).is_sorted_by(|one, next| one < next);
        let begins = (chapter.fences.first())
            .is_some_and(|fence| fence.first == place.first && fence.offset == 0);
        let lengths_are_possible = offsets
            .chain([chapter.length])
            .is_sorted_by(|one, next| one < next && (next - one) as usize <= BLOCK_MAX);
        if ascending && begins && lengths_are_possible {
            Ok(chapter)
        } else {
            Err(segment.damaged(fences_at, Damage::Order))
        }
    }

    /// The fences of a chapter, not checked.
    pub(in crate::index) fn bytes_of_fences(
        segment: &Segment,
        place: &ChapterEntry,
    ) -> Result<Vec<u8>, SegmentError> {
        let mut bytes = vec![0; place.blocks * FENCE_LENGTH];
        segment.fill(&mut bytes, place.offset + place.length)?;
        Ok(bytes)
    }

    /// How many of its blocks begin with this tag or one below it.
    fn blocks_up_to(&self, tag: Tag) -> usize {
        self.fences.partition_point(|fence| fence.first <= tag)
    }

    /// Bytes that it takes in memory, about.
    pub(in crate::index) fn heap_bytes(&self) -> usize {
        self.fences.len() * size_of::<Fence>()
    }

    /// Where a block begins in the chapter; for the block after the last, where that ends.
    fn start(&self, block: usize) -> u32 {
        self.fences
            .get(block)
            .map_or(self.length, |fence| fence.offset)
    }

    fn tags(&self, block: usize) -> usize {
        if block + 1 == self.fences.len() {
            self.last_tags
        } else {
            BLOCK_TAGS
        }
    }
}

/// Neighbouring blocks of a chapter in memory, not yet checked.
pub(in crate::index) struct Run<'a> {
    segment: &'a Segment,
    first: usize,
    /// Those of the run, and what is left of longer ones.
    bytes: Vec<u8>,
}

impl<'a> Run<'a> {
    /// The most blocks that are read at once.
    pub(in crate::index) const LONGEST: usize = RUN;

    pub(in crate::index) fn new(segment: &'a Segment) -> Run<'a> {
        Run {
            segment,
            first: 0,
            bytes: Vec::new(),
        }
    }

    /// Reads the blocks from `first` up to `end`, in place of those before.
    pub(in crate::index) fn read(
        &mut self,
        chapter: &Chapter,
        first: usize,
        end: usize,
    ) -> Result<(), SegmentError> {
        let (start, end) = (chapter.start(first), chapter.start(end));
        self.first = first;
        let length = (end - start) as usize;
        self.bytes.resize(self.bytes.len().max(length), 0);
        self.segment
            .fill(&mut self.bytes[..length], chapter.offset + u64::from(start))
    }

    /// A block of the run, checked against its fence.
    pub(in crate::index) fn block(
        &self,
        chapter: &Chapter,
        block: usize,
    ) -> Result<Block<'_>, SegmentError> {
        let bytes = self.bytes(chapter, block);
        let fence = chapter.fences[block];
        let intact = format::checksum(bytes) == fence.checksum;
        let block_of = || Block::new(fence.first, chapter.tags(block), bytes);
        (intact.then(block_of).flatten()).ok_or_else(|| self.damaged(chapter, block, Damage::Block))
    }

    /// The bytes of a block of the run.
    pub(in crate::index) fn bytes(&self, chapter: &Chapter, block: usize) -> &[u8] {
        let base = chapter.start(self.first);
        let [start, end] = [block, block + 1].map(|block| (chapter.start(block) - base) as usize);
        &self.bytes[start..end]
    }

    /// That a block of the run is not as it was written.
    pub(in crate::index) fn damaged(
        &self,
        chapter: &Chapter,
        block: usize,
        damage: Damage,
    ) -> SegmentError {
        let offset = chapter.offset + u64::from(chapter.start(block));
        self.segment.damaged(offset, damage)
    }
}

/// The blocks of a section that may hold tags of a range, one after the other, decoded.
pub(in crate::index) struct Blocks<'a> {
    segment: &'a Segment,
    section: &'a Section,
    range: RangeInclusive<Tag>,
    run: Run<'a>,
    chapter: Option<Chapter>,
    next_chapter: usize,
    next: usize,
    end: usize,
}

impl<'a> Blocks<'a> {
    /// All blocks.
    pub(in crate::index) fn new(segment: &'a Segment, section: &'a Section) -> Blocks<'a> {
        Self::within(segment, section, Tag(0)..=Tag(u64::MAX))
    }

    /// Those that may hold tags of the range; the first and the last hold others as well.
    pub(in crate::index) fn within(
        segment: &'a Segment,
        section: &'a Section,
        range: RangeInclusive<Tag>,
    ) -> Blocks<'a> {
        let begun = section
            .chapters
            .partition_point(|place| place.first <= *range.start());
        Blocks {
            segment,
            section,
            range,
            run: Run::new(segment),
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
                let next = self.section.chapters.get(self.next_chapter);
                if next.is_none_or(|place| place.first > *self.range.end()) {
                    return Ok(false);
                }
                let chapter = self.section.read_chapter(self.segment, self.next_chapter)?;
                self.next_chapter += 1;
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
            self.end = last.min(self.next + RUN);
            self.run.read(chapter, self.next, self.end)?;
        }
        let block = self.run.block(chapter, self.next)?;
        let after = match chapter.fences.get(self.next + 1) {
            Some(fence) => Some(fence.first),
            None => (self.section.chapters.get(self.next_chapter)).map(|place| place.first),
        };
        let decoded = block.decode(tags);
        if decoded.is_none() || after.is_some_and(|after| tags.last() >= Some(&after)) {
            return Err(self.run.damaged(chapter, self.next, Damage::Order));
        }
        self.next += 1;
        Ok(true)
    }

    /// The block that was decoded last, as it is in the file.
    pub(in crate::index) fn last_bytes(&self) -> &[u8] {
        match &self.chapter {
            Some(chapter) => self.run.bytes(chapter, self.next - 1),
            None => &[],
        }
    }

    /// That the block that was decoded last is not as it was written.
    pub(in crate::index) fn damaged(&self, damage: Damage) -> SegmentError {
        match &self.chapter {
            Some(chapter) => self.run.damaged(chapter, self.next - 1, damage),
            None => self.segment.damaged(0, damage),
        }
    }
}
