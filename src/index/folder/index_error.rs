//! Why an index could not be opened.

use std::{io, path::PathBuf};

use crate::printable::{mask_numbers, shown};
use crate::{
    index::{FORMAT_VERSION, SegmentError, SourceName},
    key::KeyId,
};

/// Why an index could not be opened or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is nothing at the path.
    #[error("{}: no index there", shown(&path))]
    Missing {
        /// The path that was tried.
        path: PathBuf,
    },
    /// No source is in the index.
    #[error("{}: no source is loaded in this index", shown(&path))]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// Segments, and nothing that says which of them the index consists of.
    #[error("{}: the manifest of the index is missing", shown(&path))]
    NoManifest {
        /// Where it should be.
        path: PathBuf,
    },
    /// Not as a writer made it.
    #[error("{}: the manifest of the index is damaged", shown(&path))]
    DamagedManifest {
        /// The manifest.
        path: PathBuf,
    },
    /// A format of another version.
    #[error(
        "{}: has format version {found}, and this program reads version {FORMAT_VERSION}",
        shown(&path)
    )]
    Version {
        /// The manifest.
        path: PathBuf,
        /// The version it has.
        found: u32,
    },
    /// Sealed by nobody who has the key.
    #[error("{}: made or changed without the key", shown(&path))]
    Forged {
        /// The manifest.
        path: PathBuf,
    },
    /// A segment that the manifest lists is not there.
    #[error("{}: belongs to the index and is missing", shown(&path))]
    ListedMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A segment that the manifest lists is not the one that was put there.
    #[error("{}: is not the file that belongs to the index under this name", shown(&path))]
    ListedOther {
        /// The segment file.
        path: PathBuf,
    },
    /// Tombstones in the place of a source, or the other way round.
    #[error("{}: has another role than the manifest says", shown(&path))]
    ListedRole {
        /// The segment file.
        path: PathBuf,
    },
    /// The file holds numbers that are to be forgotten.
    #[error("{}: holds the numbers that are forgotten, and is no source", shown(&path))]
    NotASource {
        /// The file.
        path: PathBuf,
    },
    /// The folder could not be read.
    #[error("{}: cannot be read", shown(&path))]
    Io {
        /// The folder, or a file in it.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// What killed writers left could not be removed.
    #[error("{}: cannot be removed; a writer that was cut short left it", shown(&path))]
    CleanUp {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A segment could not be read.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The numbers that are to be forgotten could not be read.
    #[error(transparent)]
    Tombstones(SegmentError),
    /// The index was made under another key.
    #[error("{}: made under the key {made_under}, and the key given is {given}", shown(&path))]
    WrongKey {
        /// The manifest.
        path: PathBuf,
        /// The key that it was sealed under.
        made_under: KeyId,
        /// The key that was given.
        given: KeyId,
    },
    /// A source that was asked for is not there.
    #[error("{}: no source {} in this index", shown(&path), mask_numbers(name.as_str()))]
    NoSource {
        /// The index.
        path: PathBuf,
        /// The source.
        name: SourceName,
    },
}
