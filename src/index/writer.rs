//! Writes a segment front to back, and makes it appear under its name whole or not at all.
//!
//! Tags are taken in order only: a country after those of lower codes, a tag after all lower ones. What is
//! given otherwise is refused, since a segment out of order would answer "not found" for numbers it holds.

use std::{io::Write, mem, path::PathBuf};

use super::{
    CountryCount, PartialFile, SourceMeta, WriteError, WriteLock,
    format::{self, BLOCK_LENGTH, Entry, Fence, Header, Trailer},
};
use crate::{key::KeyId, phone::Region, tag::Tag};

/// Takes the tags of one country after the other, ascending and each once.
pub struct SegmentWriter<W: Write> {
    sink: W,
    /// For errors.
    path: PathBuf,
    position: u64,
    header_checksum: u64,
    countries: Vec<CountryCount>,
    directory: Vec<u8>,
    fences: Vec<u8>,
    block: Vec<u8>,
    /// A section was begun and not ended: what was written can no longer become a segment.
    broken: bool,
}

impl<W: Write> SegmentWriter<W> {
    /// Begins a segment in any sink: `Vec::new()` for one in memory, `io::sink()` to count only.
    pub fn new(sink: W, meta: &SourceMeta, key_id: KeyId) -> Result<SegmentWriter<W>, WriteError> {
        Self::begin(sink, PathBuf::from("(memory)"), meta, key_id)
    }

    fn begin(
        sink: W,
        path: PathBuf,
        meta: &SourceMeta,
        key_id: KeyId,
    ) -> Result<SegmentWriter<W>, WriteError> {
        let meta = serde_json::to_vec(meta).map_err(WriteError::Meta)?;
        let meta_length =
            u32::try_from(meta.len()).map_err(|_| WriteError::MetaLength { length: meta.len() })?;
        let header = Header {
            key_id,
            meta_length,
            meta_checksum: format::checksum(&meta),
        }
        .encode();
        let mut writer = SegmentWriter {
            sink,
            path,
            position: 0,
            header_checksum: Header::own_checksum(&header),
            countries: Vec::new(),
            directory: Vec::new(),
            fences: Vec::new(),
            block: Vec::with_capacity(BLOCK_LENGTH),
            broken: false,
        };
        writer.write(&header)?;
        writer.write(&meta)?;
        Ok(writer)
    }

    /// Writes the section of a country, in order of the countries' codes, and counts its tags.
    ///
    /// A country without tags and records is left out. After an error no segment can come of this writer.
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
            self.block.extend_from_slice(&format::encode_tag(tag));
            if self.block.len() == BLOCK_LENGTH {
                self.end_block()?;
            }
        }
        if !self.block.is_empty() {
            self.end_block()?;
        }
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
            self.end_section(count)?;
        }
        self.broken = false;
        Ok(count)
    }

    /// Ends the segment: the sink back, and the counts of its countries.
    pub fn end(mut self) -> Result<(W, Vec<CountryCount>), WriteError> {
        if self.broken {
            return Err(WriteError::Broken);
        }
        let trailer = Trailer {
            countries: self.countries.len() as u64,
            length: self.position + (self.directory.len() + format::TRAILER_LENGTH) as u64,
            header_checksum: self.header_checksum,
            directory_checksum: format::checksum(&self.directory),
        };
        self.directory.extend_from_slice(&trailer.encode());
        let directory = mem::take(&mut self.directory);
        self.write(&directory)?;
        self.sink.flush().map_err(|source| WriteError::Io {
            path: self.path,
            source,
        })?;
        Ok((self.sink, self.countries))
    }

    fn end_block(&mut self) -> Result<(), WriteError> {
        let mut block = mem::take(&mut self.block);
        self.fences.extend_from_slice(&Fence::of(&block).encode());
        self.write(&block)?;
        block.clear();
        self.block = block;
        Ok(())
    }

    fn end_section(&mut self, count: CountryCount) -> Result<(), WriteError> {
        let fences = mem::take(&mut self.fences);
        debug_assert_eq!(
            Some(fences.len() as u64),
            Entry::fences_length(count.distinct)
        );
        self.write(&fences)?;
        let entry = Entry {
            code: count.region.code().to_owned(),
            records: count.records,
            distinct: count.distinct,
            fences_checksum: format::checksum(&fences),
        };
        self.directory.extend_from_slice(&entry.encode());
        self.countries.push(count);
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

impl<'lock> SegmentWriter<PartialFile<'lock>> {
    /// Begins `NAME.segment.partial` in a locked index, NAME being the source's.
    pub fn create(
        lock: &'lock WriteLock,
        meta: &SourceMeta,
        key_id: KeyId,
    ) -> Result<Self, WriteError> {
        let file = PartialFile::create(lock, &meta.source)?;
        let path = file.path().to_owned();
        Self::begin(file, path, meta, key_id)
    }

    /// Ends the segment, puts it on disk and renames it to `NAME.segment`, over an older one if there is one.
    ///
    /// The older one is what readers see until then, and what is left after an error or a crash.
    pub fn finish(self) -> Result<Vec<CountryCount>, WriteError> {
        let (file, countries) = self.end()?;
        file.publish()?;
        Ok(countries)
    }
}
