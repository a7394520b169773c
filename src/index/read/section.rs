//! The section of a country: its chapters, and those fences of them that are kept in memory.

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    chapter::{Chapter, ChapterEntry},
    segment_file::SegmentFile,
};
use crate::index::SegmentError;

/// Bytes of fences that a segment keeps in memory: those of 40 million numbers. Fences of others
/// are read again, which is little beside the blocks that large batches need.
const KEPT: usize = 5 << 19;

/// Where the tags of a country are.
pub(in crate::index) struct Section {
    pub(in crate::index) chapters: Vec<ChapterEntry>,
    /// The fences that look-ups have read, as long as there is room.
    kept: Vec<OnceLock<Chapter>>,
}

/// Bytes of fences that a segment keeps.
#[derive(Default)]
pub(in crate::index) struct KeptBytes(AtomicUsize);

impl Section {
    pub(super) fn new(chapters: Vec<ChapterEntry>) -> Section {
        let kept = chapters.iter().map(|_| OnceLock::new()).collect();
        Section { chapters, kept }
    }

    /// The fences of chapter `index`: the kept ones, or else read into `spare`.
    pub(in crate::index) fn chapter<'a>(
        &'a self,
        file: &SegmentFile,
        kept_bytes: &KeptBytes,
        index: usize,
        spare: &'a mut Option<Chapter>,
    ) -> Result<&'a Chapter, SegmentError> {
        let kept = &self.kept[index];
        if let Some(chapter) = kept.get() {
            return Ok(chapter);
        }
        let chapter = self.read_chapter(file, index)?;
        if kept_bytes.reserve(chapter.heap_bytes()) {
            return Ok(kept.get_or_init(|| chapter));
        }
        Ok(spare.insert(chapter))
    }

    /// The fences of chapter `index`, checked.
    pub(super) fn read_chapter(
        &self,
        file: &SegmentFile,
        index: usize,
    ) -> Result<Chapter, SegmentError> {
        let after = self.chapters.get(index.saturating_add(1));
        let after = after.map(|entry| entry.first);
        Chapter::read(file, &self.chapters[index], after)
    }
}

impl KeptBytes {
    /// Whether there was room for `bytes` more, which are taken then.
    fn reserve(&self, bytes: usize) -> bool {
        let before = self.0.fetch_add(bytes, Ordering::Relaxed);
        let fits = before.saturating_add(bytes) <= KEPT;
        if !fits {
            self.0.fetch_sub(bytes, Ordering::Relaxed);
        }
        fits
    }
}
