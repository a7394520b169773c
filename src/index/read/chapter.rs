//! A chapter of a section: its fences, and its blocks read in runs.
//!
//! Each is checked before it is believed: against its keyed checksum, if the file was opened with
//! the key.

use super::segment_file::SegmentFile;
use crate::{
    index::{
        SegmentDamage, SegmentError,
        file::{
            chain::Checksums,
            coding::{BLOCK_MAX, BLOCK_TAGS, Block},
            format::{CHAPTER_BLOCKS, FENCE_LENGTH, Fence},
        },
    },
    tag::Tag,
};

/// Blocks read at once: some 170 KiB.
const RUN: usize = 64;

/// Where a chapter is, as the roots in the tail say.
pub(in crate::index) struct ChapterEntry {
    pub(in crate::index) first: Tag,
    pub(in crate::index) offset: u64,
    pub(in crate::index) blocks: usize,
    /// Tags of its last block; all others are full.
    pub(in crate::index) last_tags: usize,
    /// Bytes of its blocks. The fences come after them.
    pub(in crate::index) length: u64,
    /// Of its fences.
    pub(in crate::index) checksums: Checksums,
}

impl ChapterEntry {
    /// Number of blocks of chapter `chapter` in a section of `distinct` tags, and number of tags in
    /// its last block.
    pub(in crate::index) fn shape(distinct: u64, chapter: u64) -> (usize, usize) {
        let before = chapter.saturating_mul((CHAPTER_BLOCKS * BLOCK_TAGS) as u64);
        let tags = distinct.saturating_sub(before);
        let tags =
            usize::try_from(tags).map_or(usize::MAX, |tags| tags.min(CHAPTER_BLOCKS * BLOCK_TAGS));
        let last = tags.saturating_sub(1) % BLOCK_TAGS;
        (tags.div_ceil(BLOCK_TAGS), last.saturating_add(1))
    }

    /// Checks the plain checksum of the fences.
    pub(super) fn check_plain(&self, file: &SegmentFile) -> Result<(), SegmentError> {
        let bytes = Chapter::bytes_of_fences(file, self)?;
        if self.checksums.are_of(&bytes, None) {
            return Ok(());
        }
        Err(file.damaged(self.fences_at(), SegmentDamage::Fences))
    }

    /// Where its fences begin in the file, which is longer.
    fn fences_at(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }

    pub(in crate::index) fn fences_length(blocks: usize) -> u64 {
        blocks.saturating_mul(FENCE_LENGTH) as u64
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
    /// Reads the fences of `entry`. `after` is the first tag of the next chapter.
    pub(in crate::index) fn read(
        file: &SegmentFile,
        entry: &ChapterEntry,
        after: Option<Tag>,
    ) -> Result<Chapter, SegmentError> {
        let fences_at = entry.fences_at();
        let bytes = Chapter::bytes_of_fences(file, entry)?;
        if !entry.checksums.are_of(&bytes, file.chain()) {
            return Err(file.damaged(fences_at, SegmentDamage::Fences));
        }
        let chapter = Chapter {
            offset: entry.offset,
            length: u32::try_from(entry.length)
                .map_err(|_| file.damaged(fences_at, SegmentDamage::Fences))?,
            last_tags: entry.last_tags,
            fences: Fence::decode_all(&bytes),
        };
        let (firsts, offsets) = (
            chapter.fences.iter().map(|fence| fence.first),
            chapter.fences.iter().map(|fence| fence.offset),
        );
        let ascending = firsts.chain(after).is_sorted_by(|one, next| one < next);
        let begins = (chapter.fences.first())
            .is_some_and(|fence| fence.first == entry.first && fence.offset == 0);
        let lengths_are_possible = offsets.chain([chapter.length]).is_sorted_by(|one, next| {
            let length = next.checked_sub(*one);
            length.is_some_and(|length| (1..=BLOCK_MAX).contains(&(length as usize)))
        });
        if ascending && begins && lengths_are_possible {
            Ok(chapter)
        } else {
            Err(file.damaged(fences_at, SegmentDamage::Order))
        }
    }

    /// The fences of a chapter, not checked.
    pub(in crate::index) fn bytes_of_fences(
        file: &SegmentFile,
        entry: &ChapterEntry,
    ) -> Result<Vec<u8>, SegmentError> {
        let mut bytes = vec![0; entry.blocks.saturating_mul(FENCE_LENGTH)];
        file.fill(&mut bytes, entry.fences_at())?;
        Ok(bytes)
    }

    /// Number of its blocks whose first tag is `tag` or below.
    pub(super) fn blocks_up_to(&self, tag: Tag) -> usize {
        self.fences.partition_point(|fence| fence.first <= tag)
    }

    /// Bytes that it takes in memory, about.
    pub(in crate::index) fn heap_bytes(&self) -> usize {
        self.fences.len().saturating_mul(size_of::<Fence>())
    }

    /// Where a block begins in the chapter; for the block after the last, where that ends.
    fn start(&self, block: usize) -> u32 {
        self.fences
            .get(block)
            .map_or(self.length, |fence| fence.offset)
    }

    /// Where what begins at `start` in the chapter is in the file.
    fn at(&self, start: u32) -> u64 {
        self.offset.saturating_add(u64::from(start))
    }

    /// A block of these bytes, if they are one.
    pub(super) fn block_of<'b>(&self, block: usize, bytes: &'b [u8]) -> Option<Block<'b>> {
        Block::new(self.fences[block].first, self.tags(block), bytes)
    }

    fn tags(&self, block: usize) -> usize {
        if block.saturating_add(1) == self.fences.len() {
            self.last_tags
        } else {
            BLOCK_TAGS
        }
    }
}

/// Neighbouring blocks of a chapter in memory, not yet checked.
pub(in crate::index) struct BlockRun<'a> {
    file: &'a SegmentFile,
    first: usize,
    /// Those of the run, and leftovers of longer runs.
    bytes: Vec<u8>,
}

impl<'a> BlockRun<'a> {
    /// The most blocks that are read at once.
    pub(in crate::index) const LONGEST: usize = RUN;

    pub(in crate::index) fn new(file: &'a SegmentFile) -> BlockRun<'a> {
        BlockRun {
            file,
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
        let length = end.saturating_sub(start) as usize;
        self.bytes.resize(self.bytes.len().max(length), 0);
        self.file.fill(&mut self.bytes[..length], chapter.at(start))
    }

    /// A block of the run, checked against its fence.
    pub(in crate::index) fn block(
        &self,
        chapter: &Chapter,
        block: usize,
    ) -> Result<Block<'_>, SegmentError> {
        let bytes = self.bytes(chapter, block);
        let fence = chapter.fences[block];
        let intact = fence.checksums.are_of(bytes, self.file.chain());
        (intact.then(|| chapter.block_of(block, bytes)).flatten())
            .ok_or_else(|| self.damaged(chapter, block, SegmentDamage::Block))
    }

    /// The bytes of a block of the run.
    pub(in crate::index) fn bytes(&self, chapter: &Chapter, block: usize) -> &[u8] {
        let base = chapter.start(self.first);
        let [start, end] = [block, block.saturating_add(1)]
            .map(|block| chapter.start(block).saturating_sub(base) as usize);
        &self.bytes[start..end]
    }

    /// That a block of the run is not as it was written.
    pub(in crate::index) fn damaged(
        &self,
        chapter: &Chapter,
        block: usize,
        damage: SegmentDamage,
    ) -> SegmentError {
        self.file.damaged(chapter.at(chapter.start(block)), damage)
    }
}
