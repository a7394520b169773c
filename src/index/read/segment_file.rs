//! The file of an open segment: positioned reads of it, and the key that they are checked under.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    index::{
        SegmentDamage, SegmentError,
        file::{chain::ChainKey, storage::Storage},
    },
    key::Key,
};

/// An open file, or bytes in memory. Several threads may read at once.
pub(in crate::index) struct SegmentFile {
    path: PathBuf,
    storage: Storage,
    length: u64,
    chain: Option<ChainKey>,
}

impl SegmentFile {
    /// Opens a regular file, and nothing else: a pipe or a device could be read for ever.
    pub(super) fn open(path: &Path, key: Option<&Key>) -> Result<SegmentFile, SegmentError> {
        let failed = |source| SegmentError::Io {
            path: path.to_owned(),
            source,
        };
        let (file, length) = Storage::open_regular(path)
            .map_err(failed)?
            .ok_or_else(|| SegmentError::NotASegment {
                path: path.to_owned(),
            })?;
        Ok(SegmentFile {
            path: path.to_owned(),
            storage: Storage::random(file),
            length,
            chain: key.map(ChainKey::new),
        })
    }

    /// Bytes in memory; errors call their path `(memory)`.
    pub(super) fn in_memory(bytes: Vec<u8>, key: Option<&Key>) -> SegmentFile {
        SegmentFile {
            path: PathBuf::from("(memory)"),
            length: bytes.len() as u64,
            storage: Storage::Memory(bytes),
            chain: key.map(ChainKey::new),
        }
    }

    pub(in crate::index) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The key of the checksums; without it, only damage is found.
    pub(super) fn chain(&self) -> Option<&ChainKey> {
        self.chain.as_ref()
    }

    /// Tells the system that the end of the file, from `offset` on, is read next.
    pub(super) fn read_ahead(&self, offset: u64) {
        self.storage.read_ahead(offset);
    }

    /// Fills `buffer` from `offset` on.
    pub(super) fn fill(&self, buffer: &mut [u8], offset: u64) -> Result<(), SegmentError> {
        self.storage
            .read_exact_at(buffer, offset)
            .map_err(|source| self.unreadable(offset, source))
    }

    /// Reads `length` bytes, which are no more than the file has.
    pub(super) fn read(&self, offset: u64, length: u64) -> Result<Vec<u8>, SegmentError> {
        let mut bytes = Vec::new();
        let is_reserved = usize::try_from(length).is_ok_and(|length| {
            let is_reserved = bytes.try_reserve_exact(length).is_ok();
            if is_reserved {
                bytes.resize(length, 0);
            }
            is_reserved
        });
        if !is_reserved {
            return Err(self.unreadable(offset, io::ErrorKind::OutOfMemory.into()));
        }
        self.fill(&mut bytes, offset)?;
        Ok(bytes)
    }

    pub(super) fn damaged(&self, offset: u64, damage: SegmentDamage) -> SegmentError {
        SegmentError::Damaged {
            path: self.path.clone(),
            offset,
            damage,
        }
    }

    fn unreadable(&self, offset: u64, source: io::Error) -> SegmentError {
        match source.kind() {
            // The file became shorter while it was open.
            io::ErrorKind::UnexpectedEof => self.damaged(offset, SegmentDamage::Truncated),
            _ => SegmentError::Io {
                path: self.path.clone(),
                source,
            },
        }
    }
}
