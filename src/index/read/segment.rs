//! One immutable segment: opened by its parts, answering for batches of tags, streamed by country.
//!
//! Nothing is believed before its checksum: metadata, directory and roots when opened, fences and
//! blocks when read. Opened with the key, a segment gives nothing that the key has not sealed. A
//! segment that fails a check gives an error, never the answer "not found".

use std::{num::NonZeroUsize, ops::RangeInclusive, path::Path};

use super::{
    blocks::Blocks,
    parts::{CountryCount, SegmentParts},
    section::{KeptBytes, Section},
    segment_file::SegmentFile,
};
use crate::{
    index::{
        SegmentDamage, SegmentError, SegmentRole, SourceMeta, SourceSummary,
        file::{record::checksum, seal::Seal},
    },
    key::{Key, KeyId},
    ordered_pool::OrderedPool,
    phone::Region,
    tag::Tag,
};

/// A file up to this length is verified whole when opened: that takes a part of a millisecond, and
/// damage anywhere in a small index is an error of every command.
const SMALL: u64 = 128 << 10;

/// An open segment. Several threads may look up at once.
pub struct Segment {
    file: SegmentFile,
    parts: SegmentParts,
    kept: KeptBytes,
}

impl Segment {
    /// Opens a segment file and checks its length, metadata, directory and roots. With `key`,
    /// checks the seal and binds all that is read later to it; without, only damage is found. A
    /// file of up to 128 KiB is verified whole.
    pub fn open(path: &Path, key: Option<&Key>) -> Result<Segment, SegmentError> {
        let segment = Segment::new(SegmentFile::open(path, key)?, key)?;
        if segment.length() <= SMALL {
            segment.verify()?;
        }
        Ok(segment)
    }

    /// A segment in memory, as [`crate::index::SegmentWriter::new`] over a `Vec<u8>` makes it.
    pub fn from_bytes(bytes: Vec<u8>, key: Option<&Key>) -> Result<Segment, SegmentError> {
        Segment::new(SegmentFile::in_memory(bytes, key), key)
    }

    fn new(file: SegmentFile, key: Option<&Key>) -> Result<Segment, SegmentError> {
        Ok(Segment {
            parts: SegmentParts::read(&file, key)?,
            file,
            kept: KeptBytes::default(),
        })
    }

    /// The file it was opened from; `(memory)` for none.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// The length in bytes.
    pub fn length(&self) -> u64 {
        self.file.length()
    }

    /// The source, without the records of its files.
    pub fn meta(&self) -> &SourceSummary {
        &self.parts.meta
    }

    /// The source with the records of its files, read again.
    ///
    /// # Errors
    /// The metadata cannot be read, or is not what it was when the segment was opened.
    pub fn full_meta(&self) -> Result<SourceMeta, SegmentError> {
        self.parts.full_meta(&self.file)
    }

    /// The key that its tags were made under.
    pub fn key_id(&self) -> KeyId {
        self.parts.trailer.key_id
    }

    /// What its tags are for.
    pub fn role(&self) -> SegmentRole {
        self.parts.trailer.role
    }

    /// The countries, in order of their codes; none is empty.
    pub fn countries(&self) -> &[CountryCount] {
        &self.parts.countries
    }

    /// The counts of a country, if any number of it is here.
    pub fn country(&self, region: Region) -> Option<CountryCount> {
        self.position(region)
            .map(|position| self.parts.countries[position])
    }

    /// Different numbers of all countries.
    pub fn distinct(&self) -> u64 {
        self.countries()
            .iter()
            .map(|country| country.distinct)
            .sum()
    }

    /// Rows that gave a number, of all countries.
    pub fn records(&self) -> u64 {
        self.countries().iter().map(|country| country.records).sum()
    }

    /// The tags of a country, ascending, each once; none if the country is not here. Ends after the
    /// first error.
    pub fn tags(&self, region: Region) -> Tags<'_> {
        Tags {
            blocks: self
                .section(region)
                .map(|section| Blocks::new(&self.file, section)),
            block: Vec::new(),
            given: 0,
        }
    }

    /// The tags of a country that are in `range`, a decoded block at a time.
    pub(crate) fn tag_blocks(&self, region: Region, range: RangeInclusive<Tag>) -> TagBlocks<'_> {
        TagBlocks {
            blocks: self
                .section(region)
                .map(|section| Blocks::within(&self.file, section, range.clone())),
            range,
            block: Vec::new(),
        }
    }

    /// Calls `visit` with the tags of a country that are in `range`, ascending.
    pub(in crate::index) fn visit(
        &self,
        region: Region,
        range: &RangeInclusive<Tag>,
        block: &mut Vec<Tag>,
        visit: &mut impl FnMut(Tag),
    ) -> Result<(), SegmentError> {
        let Some(section) = self.section(region) else {
            return Ok(());
        };
        let mut blocks = Blocks::within(&self.file, section, range.clone());
        while blocks.next(block)? {
            let start = block.partition_point(|tag| tag < range.start());
            let end = block.partition_point(|tag| tag <= range.end());
            block[start..end].iter().copied().for_each(&mut *visit);
        }
        Ok(())
    }

    /// Reads every byte again and checks checksums, order, counts and lengths. Of a segment that
    /// was opened with the key, the keyed checksums as well.
    pub fn verify(&self) -> Result<(), SegmentError> {
        self.verify_with(NonZeroUsize::MIN)
    }

    /// The same on several threads, a chapter at a time.
    pub(in crate::index) fn verify_with(&self, threads: NonZeroUsize) -> Result<(), SegmentError> {
        // The seal was checked when it was opened; it must be the same.
        let parts = SegmentParts::read(&self.file, None)?;
        if parts.trailer != self.parts.trailer || parts.meta != self.parts.meta {
            return Err(self.file.damaged(0, SegmentDamage::Changed));
        }
        parts.check_header(&self.file)?;
        let chapters = |section: &Section| 0..section.chapters().len();
        let mut jobs = (parts.sections.iter())
            .flat_map(|section| chapters(section).map(move |chapter| (section, chapter)));
        if threads == NonZeroUsize::MIN {
            let mut tags = Vec::new();
            return jobs.try_for_each(|(section, chapter)| {
                self.verify_chapter(section, chapter, &mut tags)
            });
        }
        OrderedPool::new(threads).run(
            || Ok(jobs.next()),
            Vec::new,
            |tags, (section, chapter)| self.verify_chapter(section, chapter, tags),
            |verified| verified,
        )?;
        Ok(())
    }

    fn verify_chapter(
        &self,
        section: &Section,
        chapter: usize,
        tags: &mut Vec<Tag>,
    ) -> Result<(), SegmentError> {
        let entry = &section.chapters()[chapter];
        entry.check_plain(&self.file)?;
        let end = match section.chapters().get(chapter.saturating_add(1)) {
            Some(next) => Tag(next.first.0.saturating_sub(1)),
            None => Tag(u64::MAX),
        };
        // In such a range are no blocks, so none would be looked at.
        if end < entry.first {
            return Err(self.file.damaged(entry.offset, SegmentDamage::Order));
        }
        let mut blocks = Blocks::within(&self.file, section, entry.first..=end);
        while blocks.next(tags)? {
            let is_intact = blocks.last().is_some_and(|(block, bytes, plain)| {
                block.is_canonical(tags) && checksum(bytes) == plain
            });
            if !is_intact {
                return Err(blocks.damaged(SegmentDamage::Block));
            }
        }
        Ok(())
    }

    /// What its seal is, whoever made it.
    pub(in crate::index) fn seal(&self) -> Seal {
        self.parts.trailer.seal
    }

    pub(in crate::index) fn file(&self) -> &SegmentFile {
        &self.file
    }

    pub(in crate::index) fn kept(&self) -> &KeptBytes {
        &self.kept
    }

    pub(in crate::index) fn section(&self, region: Region) -> Option<&Section> {
        self.position(region)
            .map(|position| &self.parts.sections[position])
    }

    fn position(&self, region: Region) -> Option<usize> {
        self.countries()
            .binary_search_by_key(&region, |country| country.region)
            .ok()
    }
}

/// The tags of one country of a segment, read block by block.
pub struct Tags<'a> {
    blocks: Option<Blocks<'a>>,
    block: Vec<Tag>,
    given: usize,
}

impl Iterator for Tags<'_> {
    type Item = Result<Tag, SegmentError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.given == self.block.len() {
            self.given = 0;
            match self.blocks.as_mut()?.next(&mut self.block) {
                Ok(true) => {}
                Ok(false) => self.blocks = None,
                Err(error) => {
                    self.blocks = None;
                    self.block.clear();
                    return Some(Err(error));
                }
            }
        }
        let tag = self.block.get(self.given)?;
        self.given = self.given.saturating_add(1);
        Some(Ok(*tag))
    }
}

/// The tags of one country of a segment within a range, for those who compare whole arrays.
pub struct TagBlocks<'a> {
    blocks: Option<Blocks<'a>>,
    range: RangeInclusive<Tag>,
    block: Vec<Tag>,
}

impl TagBlocks<'_> {
    /// Decodes the next tags, ascending and each once. Empty at the end.
    ///
    /// # Errors
    /// A block that cannot be read or is damaged.
    pub(crate) fn decode_next(&mut self) -> Result<&[Tag], SegmentError> {
        let Some(blocks) = &mut self.blocks else {
            return Ok(&[]);
        };
        // The first and the last block may lie outside of the range, with all of their tags.
        while blocks.next(&mut self.block)? {
            let start = self.block.partition_point(|tag| tag < self.range.start());
            let end = self.block.partition_point(|tag| tag <= self.range.end());
            if start < end {
                return Ok(&self.block[start..end]);
            }
        }
        self.blocks = None;
        Ok(&[])
    }
}
