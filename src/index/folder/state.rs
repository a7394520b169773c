//! Which state of an index answered: the id and the generation of its manifest.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use crate::index::file::seal::Seal;

/// Names one state of an index, shown as 16 hex digits: the first 8 bytes of the manifest's seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IndexId([u8; 8]);

/// A text that is no index id.
#[derive(Debug, thiserror::Error)]
#[error("an index id has 16 hex digits")]
pub struct BadIndexId;

/// The state of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct IndexState {
    /// Of the manifest, or of the segment that is an index alone.
    pub id: IndexId,
    /// How many commits the index has had; 0 for a segment alone.
    pub generation: u64,
}

impl IndexId {
    pub(super) fn of(seal: Seal) -> IndexId {
        IndexId(*seal.0.first_chunk().expect("a seal has 32 bytes"))
    }
}

impl fmt::Display for IndexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for IndexId {
    type Err = BadIndexId;

    fn from_str(text: &str) -> Result<IndexId, BadIndexId> {
        let mut bytes = [0; 8];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| BadIndexId)?;
        Ok(IndexId(bytes))
    }
}

impl Serialize for IndexId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for IndexState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, generation {}", self.id, self.generation)
    }
}
