//! The tail of a segment: its metadata, directory and roots, checked before they are believed.
//!
//! As a rule it is read at once. A longer tail holds the records of very many files: it passes by
//! in pieces, and no more is kept of it than was asked for.

use std::io::{self, BufReader, Read};

use highway::{HighwayHash as _, HighwayHasher};
use serde::de::DeserializeOwned;

use super::segment_file::SegmentFile;
use crate::index::{
    SegmentDamage, SegmentError,
    file::{
        chain::ChainKey,
        format::{TRAILER_LENGTH, Trailer},
        record::{Xxh3, checksum},
        seal::Sealer,
    },
};

/// The most bytes of a tail that is read at once: the records of some 10,000 files. In pieces, JSON
/// takes four times as long.
const SHORT_TAIL: u64 = 4 << 20;
/// Bytes that are read at once of a longer one.
const PIECE: usize = 64 << 10;

/// What was read of a tail whose checksum, and seal if that was asked for, are right.
pub(super) struct Tail<Meta> {
    pub(super) meta: Meta,
    pub(super) meta_checksum: u64,
    /// `None` if the file was opened without the key.
    pub(super) keyed_checksum: Option<u64>,
    /// The directory and the roots.
    pub(super) after_meta: Vec<u8>,
}

/// The offsets of a tail.
pub(super) struct TailRange {
    pub(super) start: u64,
    pub(super) after_meta: u64,
    end: u64,
}

/// Reads a tail and hashes what it gives.
struct TailReader<'a> {
    file: &'a SegmentFile,
    range: TailRange,
    position: u64,
    of_meta: Xxh3,
    digests: TailDigests,
    /// Why reading failed. A reader can only say it in less exact words.
    failed: Option<SegmentError>,
}

/// The digests of a tail while its bytes pass by.
struct TailDigests {
    plain: Xxh3,
    keyed: Option<HighwayHasher>,
    sealer: Option<Sealer>,
}

impl<Meta: DeserializeOwned> Tail<Meta> {
    /// Reads the tail of `trailer`, whose length was found to be possible. With `sealer`, the seal is
    /// checked.
    pub(super) fn read(
        file: &SegmentFile,
        trailer: &Trailer,
        sealer: Option<Sealer>,
    ) -> Result<Tail<Meta>, SegmentError> {
        let range = TailRange::of(trailer);
        let digests = TailDigests {
            plain: Xxh3::new(),
            keyed: file.chain().map(ChainKey::hasher),
            sealer,
        };
        if range.length() > SHORT_TAIL {
            return Self::in_pieces(file, trailer, digests);
        }
        let bytes = file.read(range.start, range.length())?;
        Self::of_bytes(bytes, file, trailer, digests)
    }

    fn of_bytes(
        mut bytes: Vec<u8>,
        file: &SegmentFile,
        trailer: &Trailer,
        mut digests: TailDigests,
    ) -> Result<Tail<Meta>, SegmentError> {
        digests.cover(&bytes);
        let keyed_checksum = digests.end(file, trailer)?;
        let meta_bytes = &bytes[..trailer.meta_length as usize];
        let meta = serde_json::from_slice(meta_bytes).map_err(|source| unreadable(file, source))?;
        let meta_checksum = checksum(meta_bytes);
        // Other memory would cost the first touch of its pages.
        bytes.drain(..meta_bytes.len());
        bytes.shrink_to_fit();
        Ok(Tail {
            meta,
            meta_checksum,
            keyed_checksum,
            after_meta: bytes,
        })
    }

    fn in_pieces(
        file: &SegmentFile,
        trailer: &Trailer,
        digests: TailDigests,
    ) -> Result<Tail<Meta>, SegmentError> {
        let range = TailRange::of(trailer);
        let mut bytes = BufReader::with_capacity(
            PIECE,
            TailReader {
                file,
                position: range.start,
                range,
                of_meta: Xxh3::new(),
                digests,
                failed: None,
            },
        );
        let mut meta_bytes = (&mut bytes).take(u64::from(trailer.meta_length));
        let meta = serde_json::from_reader(&mut meta_bytes);
        // Whatever JSON it is, the checksums decide first whether these are the bytes written.
        let rest = io::copy(&mut meta_bytes, &mut io::sink());
        let mut after_meta = Vec::new();
        let read = rest.and_then(|_| bytes.read_to_end(&mut after_meta));
        let reader = bytes.into_inner();
        if let Some(failed) = reader.failed {
            return Err(failed);
        }
        read.map_err(|source| SegmentError::Io {
            path: file.path().to_owned(),
            source,
        })?;
        let keyed_checksum = reader.digests.end(file, trailer)?;
        let meta_checksum = reader.of_meta.digest();
        Ok(Tail {
            meta: meta.map_err(|source| unreadable(file, source))?,
            meta_checksum,
            keyed_checksum,
            after_meta,
        })
    }
}

impl TailRange {
    pub(super) fn of(trailer: &Trailer) -> TailRange {
        let end = trailer.length.saturating_sub(TRAILER_LENGTH as u64);
        let length = trailer.tail_length().unwrap_or(end);
        let start = end.saturating_sub(length);
        TailRange {
            start,
            after_meta: start.saturating_add(u64::from(trailer.meta_length)),
            end,
        }
    }

    fn length(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}

impl Read for TailReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let is_meta = self.position < self.range.after_meta;
        let end = if is_meta {
            self.range.after_meta
        } else {
            self.range.end
        };
        let left = usize::try_from(end.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let count = left.min(buffer.len());
        let piece = &mut buffer[..count];
        if let Err(error) = self.file.fill(piece, self.position) {
            self.failed = Some(error);
            return Err(io::ErrorKind::Other.into());
        }
        self.position = self.position.saturating_add(count as u64);
        if is_meta {
            self.of_meta.update(piece);
        }
        self.digests.cover(piece);
        Ok(count)
    }
}

impl TailDigests {
    fn cover(&mut self, bytes: &[u8]) {
        self.plain.update(bytes);
        if let Some(keyed) = &mut self.keyed {
            keyed.append(bytes);
        }
        if let Some(sealer) = &mut self.sealer {
            sealer.cover(bytes);
        }
    }

    /// The keyed checksum of all, if the plain one and the seal are those of the trailer.
    fn end(self, file: &SegmentFile, trailer: &Trailer) -> Result<Option<u64>, SegmentError> {
        let TailRange { start, end, .. } = TailRange::of(trailer);
        if self.plain.digest() != trailer.tail_checksum {
            return Err(file.damaged(start, SegmentDamage::Tail));
        }
        if let Some(mut sealer) = self.sealer {
            sealer.cover(&trailer.sealed());
            if !sealer.is(trailer.seal) {
                return Err(file.damaged(end, SegmentDamage::Seal));
            }
        }
        Ok(self.keyed.map(HighwayHasher::finalize64))
    }
}

fn unreadable(file: &SegmentFile, source: serde_json::Error) -> SegmentError {
    SegmentError::Meta {
        path: file.path().to_owned(),
        source,
    }
}
