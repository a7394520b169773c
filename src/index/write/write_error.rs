//! Why a segment cannot be written.

use std::{convert::Infallible, io, path::PathBuf};

use crate::index::{SegmentError, SortError};
use crate::phone::Region;
use crate::printable::shown;

/// Why a segment could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The sorter could not give the tags.
    #[error(transparent)]
    Sort(#[from] SortError),
    /// A segment whose tags come in could not be read.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The bytes could not be written.
    #[error("{}: cannot be written", shown(&path))]
    Io {
        /// The segment file, `(memory)` for another sink.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The manifest was renamed, or may be, and that is perhaps not on disk.
    #[error("{}: the change was made, but may not be on disk", shown(&path))]
    OutcomeUnknown {
        /// The manifest.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// One more source than a manifest lists.
    #[error("the index has {most} sources, and no index can have more")]
    TooManySources {
        /// The most files that a manifest lists.
        most: usize,
    },
    /// A country was given after one whose code is higher, or twice.
    #[error("the tags of {region} were given after those of {previous}")]
    CountryOrder {
        /// The country before.
        previous: Region,
        /// The country that was given.
        region: Region,
    },
    /// A tag was given after one that is not below it.
    #[error("the tags of {region} do not ascend")]
    TagOrder {
        /// The country of the tags.
        region: Region,
    },
    /// More different numbers than records, or records without a number.
    #[error("{region} has {records} records and {distinct} different numbers")]
    Counts {
        /// The country.
        region: Region,
        /// The records that were given for it.
        records: u64,
        /// The tags that were given for it.
        distinct: u64,
    },
    /// The caller gave up.
    #[error("given up")]
    GivenUp,
    /// The segment was to be ended after a section that failed.
    #[error("a section was not written to its end")]
    Broken,
    /// The metadata does not fit a segment.
    #[error("the metadata of the source cannot be stored")]
    Meta(#[source] serde_json::Error),
    /// The metadata is longer than a segment can say.
    #[error("the metadata of the source has {length} bytes, more than a segment holds")]
    MetaLength {
        /// Its length as JSON.
        length: usize,
    },
}

impl From<Infallible> for WriteError {
    fn from(never: Infallible) -> WriteError {
        match never {}
    }
}
