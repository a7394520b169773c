//! The section of a country: its chapters, and those fences of them that are kept in memory.

use std::{
    ops::Range,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    chapter::{Chapter, ChapterEntry},
    segment_file::SegmentFile,
};
use crate::index::{
    SegmentError,
    file::format::{ChapterRoot, CountryEntry, ROOT_LENGTH},
};

/// Bytes of fences that a segment keeps in memory: those of 40 million numbers. Fences of others
/// are read again, which is little beside the blocks that large batches need.
const KEPT: usize = 5 << 19;

/// The roots of all chapters of a segment, as they stand in its tail.
pub(super) struct Roots {
    tail: Vec<u8>,
    offset: usize,
}

/// Where the tags of a country are.
pub(in crate::index) struct Section {
    roots: Arc<Roots>,
    /// Its own among them.
    own: Range<usize>,
    /// How many tags it has.
    distinct: u64,
    /// Where it ends in the file.
    end: u64,
    chapters: OnceLock<Chapters>,
}

/// The chapters of a section. A look-up needs those of one country, and the roots of a large
/// segment have thousands: so they are decoded when they are first asked for.
struct Chapters {
    entries: Vec<ChapterEntry>,
    /// The fences that look-ups have read, as long as there is room.
    kept: Vec<OnceLock<Chapter>>,
}

/// Bytes of fences that a segment keeps.
#[derive(Default)]
pub(in crate::index) struct KeptBytes(AtomicUsize);

impl Roots {
    /// Those from `offset` to the end of `tail`.
    pub(super) fn new(tail: Vec<u8>, offset: usize) -> Roots {
        Roots { tail, offset }
    }

    pub(super) fn count(&self) -> usize {
        self.all().len()
    }

    fn all(&self) -> &[[u8; ROOT_LENGTH]] {
        self.tail[self.offset..].as_chunks().0
    }
}

impl Section {
    /// The section of `distinct` tags whose chapters begin with root `first`; `tail_offset` is
    /// where the last of all sections ends. `None` if there are no such chapters.
    pub(super) fn new(
        roots: &Arc<Roots>,
        first: usize,
        distinct: u64,
        tail_offset: u64,
    ) -> Option<Section> {
        let chapters = usize::try_from(CountryEntry::chapters(distinct)).ok()?;
        let own = first..first.checked_add(chapters)?;
        let after = roots.all().get(own.end..)?.first();
        let section = Section {
            end: after.map_or(tail_offset, |root| ChapterRoot::decode(root).offset),
            roots: Arc::clone(roots),
            own,
            distinct,
            chapters: OnceLock::new(),
        };
        let mut before = None;
        let are_chapters = section.entries().all(|entry| {
            entry.is_some_and(|ChapterEntry { first, .. }| {
                before.replace(first).is_none_or(|before| before < first)
            })
        });
        are_chapters.then_some(section)
    }

    /// The roots of its chapters, by their index among those of the segment.
    pub(super) fn own(&self) -> Range<usize> {
        self.own.clone()
    }

    /// Where its chapters are in the file.
    pub(super) fn range(&self) -> Range<u64> {
        let start = self.own_roots().first();
        start.map_or(self.end, |root| ChapterRoot::decode(root).offset)..self.end
    }

    fn own_roots(&self) -> &[[u8; ROOT_LENGTH]] {
        &self.roots.all()[self.own.clone()]
    }

    /// Its chapters; `None` in the place of one that there cannot be.
    fn entries(&self) -> impl Iterator<Item = Option<ChapterEntry>> {
        let roots = self.own_roots().iter();
        let mut roots = roots.map(ChapterRoot::decode).peekable();
        (0..self.own.len()).map(move |index| {
            let root = roots.next()?;
            let end = roots.peek().map_or(self.end, |next| next.offset);
            let (blocks, last_tags) = ChapterEntry::shape(self.distinct, index as u64);
            let length = (end.checked_sub(root.offset)?)
                .checked_sub(ChapterEntry::fences_length(blocks))
                .filter(|&length| length >= blocks as u64)?;
            Some(ChapterEntry {
                first: root.first,
                offset: root.offset,
                blocks,
                last_tags,
                length,
                checksums: root.checksums,
            })
        })
    }

    /// Its chapters, ascending.
    pub(in crate::index) fn chapters(&self) -> &[ChapterEntry] {
        &self.decoded().entries
    }

    fn decoded(&self) -> &Chapters {
        self.chapters.get_or_init(|| {
            let entries: Vec<ChapterEntry> = self.entries().flatten().collect();
            let kept = entries.iter().map(|_| OnceLock::new()).collect();
            Chapters { entries, kept }
        })
    }

    /// The fences of chapter `index`: the kept ones, or else read into `spare`.
    pub(in crate::index) fn chapter<'a>(
        &'a self,
        file: &SegmentFile,
        kept_bytes: &KeptBytes,
        index: usize,
        spare: &'a mut Option<Chapter>,
    ) -> Result<&'a Chapter, SegmentError> {
        let kept = &self.decoded().kept[index];
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
        let chapters = self.chapters();
        let after = chapters.get(index.saturating_add(1));
        let after = after.map(|entry| entry.first);
        Chapter::read(file, &chapters[index], after)
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
