//! Writes a segment front to back.
//!
//! Tags are taken in order only: a country after those of lower codes, a tag after all lower ones.
//! Others are refused, since a segment out of order would answer "not found" for numbers it holds.

use std::{io::Write, mem, path::PathBuf};

use super::write_error::WriteError;
use crate::{
    index::{
        CountryCount, SegmentRole, SourceMeta, SourceName,
        file::{
            chain::{ChainKey, Checksums},
            coding::{self, BLOCK_MAX, BLOCK_TAGS},
            format::{
                CHAPTER_BLOCKS, ChapterRoot, CountryEntry, ENTRY_LENGTH, FENCE_LENGTH, Fence,
                ROOT_LENGTH, SegmentHeader, TRAILER_LENGTH, Trailer,
            },
            record::checksum,
            seal::{Seal, Sealed, Sealer},
        },
    },
    key::{Key, KeyId},
    phone::Region,
    tag::Tag,
};

/// Takes the tags of one country after the other, ascending and each once.
pub struct SegmentWriter<W: Write> {
    sink: W,
    /// For errors.
    path: PathBuf,
    position: u64,
    source: SourceName,
    role: SegmentRole,
    key_id: KeyId,
    sealer: Sealer,
    chain: ChainKey,
    header_checksum: u64,
    meta: Vec<u8>,
    countries: Vec<CountryCount>,
    directory: Vec<u8>,
    roots: Vec<u8>,
    chapter: OpenChapter,
    /// Tags that do not fill a block yet.
    tags: Vec<Tag>,
    block: Vec<u8>,
    /// A section was begun and not ended, so the file can no longer become a segment.
    broken: bool,
}

/// The chapter that is being written.
struct OpenChapter {
    first: Tag,
    offset: u64,
    fences: Vec<u8>,
}

impl<W: Write> SegmentWriter<W> {
    /// Begins the segment of a source in any sink: `Vec::new()` for one in memory.
    pub fn new(sink: W, meta: &SourceMeta, key: &Key) -> Result<SegmentWriter<W>, WriteError> {
        let path = PathBuf::from("(memory)");
        Self::begin(sink, path, SegmentRole::Source, meta, key)
    }

    /// Begins a segment. Errors name `path`.
    pub(in crate::index) fn begin(
        sink: W,
        path: PathBuf,
        role: SegmentRole,
        meta: &SourceMeta,
        key: &Key,
    ) -> Result<SegmentWriter<W>, WriteError> {
        let source = meta.source.clone();
        let meta = serde_json::to_vec(meta).map_err(WriteError::Meta)?;
        let meta_length =
            u32::try_from(meta.len()).map_err(|_| WriteError::MetaLength { length: meta.len() })?;
        let header = SegmentHeader {
            key_id: key.id(),
            meta_length,
            meta_checksum: checksum(&meta),
        }
        .encode();
        let mut writer = SegmentWriter {
            sink,
            path,
            position: 0,
            source,
            role,
            key_id: key.id(),
            sealer: Sealer::new(key, Sealed::Segment),
            chain: ChainKey::new(key),
            header_checksum: SegmentHeader::own_checksum(&header),
            meta,
            countries: Vec::new(),
            directory: Vec::new(),
            roots: Vec::new(),
            chapter: OpenChapter {
                first: Tag(0),
                offset: 0,
                fences: Vec::with_capacity(CHAPTER_BLOCKS * FENCE_LENGTH),
            },
            tags: Vec::with_capacity(BLOCK_TAGS),
            block: Vec::with_capacity(BLOCK_MAX),
            broken: false,
        };
        writer.write(&header)?;
        Ok(writer)
    }

    /// Writes the section of a country, in order of the countries' codes, and counts its tags.
    ///
    /// A country without tags and records is left out. After an error no segment can come of this
    /// writer.
    pub fn section<E: Into<WriteError>>(
        &mut self,
        region: Region,
        records: u64,
        tags: impl IntoIterator<Item = Result<Tag, E>>,
    ) -> Result<CountryCount, WriteError> {
        if let Some(previous) = self
            .countries
            .last()
            .map(|last| last.region)
            .filter(|last| *last >= region)
        {
            return Err(WriteError::CountryOrder { previous, region });
        }
        self.broken = true;
        let mut distinct = 0;
        let mut last = None;
        for tag in tags {
            let tag = tag.map_err(Into::into)?;
            if last.replace(tag).is_some_and(|last| last >= tag) {
                return Err(WriteError::TagOrder { region });
            }
            distinct += 1;
            self.tags.push(tag);
            if self.tags.len() == BLOCK_TAGS {
                self.end_block()?;
            }
        }
        if !self.tags.is_empty() {
            self.end_block()?;
        }
        self.end_section(region, records, distinct)
    }

    /// Ends the section of a country whose blocks have all been written.
    pub(in crate::index) fn end_section(
        &mut self,
        region: Region,
        records: u64,
        distinct: u64,
    ) -> Result<CountryCount, WriteError> {
        self.end_chapter()?;
        if records < distinct || (records > 0 && distinct == 0) {
            return Err(WriteError::Counts {
                region,
                records,
                distinct,
            });
        }
        let count = CountryCount {
            region,
            records,
            distinct,
        };
        if distinct > 0 {
            let entry = CountryEntry {
                code: region.code().to_owned(),
                records,
                distinct,
            };
            self.directory.extend_from_slice(&entry.encode());
            self.countries.push(count);
        }
        self.broken = false;
        Ok(count)
    }

    /// Ends the segment: the sink back, and the counts of its countries.
    pub fn end(self) -> Result<(W, Vec<CountryCount>), WriteError> {
        self.end_sealed()
            .map(|(sink, countries, _)| (sink, countries))
    }

    /// The same, with the seal.
    pub(in crate::index) fn end_sealed(
        mut self,
    ) -> Result<(W, Vec<CountryCount>, Seal), WriteError> {
        if self.broken {
            return Err(WriteError::Broken);
        }
        let meta_length = self.meta.len();
        let chapters = self.roots.len() / ROOT_LENGTH;
        let mut tail = mem::take(&mut self.meta);
        tail.append(&mut self.directory);
        tail.append(&mut self.roots);
        debug_assert_eq!(
            tail.len(),
            meta_length + self.countries.len() * ENTRY_LENGTH + chapters * ROOT_LENGTH
        );
        let mut trailer = Trailer {
            key_id: self.key_id,
            meta_length: u32::try_from(meta_length).expect("checked when it began"),
            role: self.role,
            countries: u32::try_from(self.countries.len()).expect("there are few countries"),
            chapters: chapters as u64,
            length: self.position + (tail.len() + TRAILER_LENGTH) as u64,
            header_checksum: self.header_checksum,
            tail_checksum: checksum(&tail),
            seal: Seal([0; Seal::LENGTH]),
        };
        self.write(&tail)?;
        self.sealer.cover(&tail);
        self.sealer.cover(&trailer.sealed());
        let seal = self.sealer.clone().end();
        trailer.seal = seal;
        self.write(&trailer.encode())?;
        self.sink.flush().map_err(|source| WriteError::Io {
            path: self.path,
            source,
        })?;
        Ok((self.sink, self.countries, seal))
    }

    pub(in crate::index) fn source(&self) -> &SourceName {
        &self.source
    }

    pub(in crate::index) fn role(&self) -> SegmentRole {
        self.role
    }

    /// The key of the checksums of its blocks.
    pub(super) fn chain(&self) -> &ChainKey {
        &self.chain
    }

    fn end_block(&mut self) -> Result<(), WriteError> {
        let mut block = mem::take(&mut self.block);
        coding::encode(&self.tags, &mut block);
        let first = self.tags[0];
        self.tags.clear();
        let checksums = self.chain.checksums(&block);
        self.add_block(first, checksums, &block)?;
        block.clear();
        self.block = block;
        Ok(())
    }

    /// Writes a block, and the end of its chapter if it fills that.
    pub(in crate::index) fn add_block(
        &mut self,
        first: Tag,
        checksums: Checksums,
        block: &[u8],
    ) -> Result<(), WriteError> {
        if self.chapter.fences.is_empty() {
            self.chapter.first = first;
            self.chapter.offset = self.position;
        }
        let offset = self.position - self.chapter.offset;
        let fence = Fence {
            first,
            checksums,
            offset: u32::try_from(offset).expect("a chapter has some megabytes"),
        };
        self.chapter.fences.extend_from_slice(&fence.encode());
        self.write(block)?;
        if self.chapter.fences.len() == CHAPTER_BLOCKS * FENCE_LENGTH {
            self.end_chapter()?;
        }
        Ok(())
    }

    fn end_chapter(&mut self) -> Result<(), WriteError> {
        let mut fences = mem::take(&mut self.chapter.fences);
        if !fences.is_empty() {
            let root = ChapterRoot {
                first: self.chapter.first,
                offset: self.chapter.offset,
                checksums: self.chain.checksums(&fences),
            };
            self.roots.extend_from_slice(&root.encode());
            self.write(&fences)?;
            fences.clear();
        }
        self.chapter.fences = fences;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.position += bytes.len() as u64;
        self.sink.write_all(bytes).map_err(|source| WriteError::Io {
            path: self.path.clone(),
            source,
        })
    }
}
