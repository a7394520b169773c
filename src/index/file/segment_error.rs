//! Errors of a segment.

use std::{fmt, io, path::PathBuf};

use crate::index::FORMAT_VERSION;
use crate::printable::shown;
use crate::{key::KeyId, phone::METADATA_VERSION};

/// Why a segment could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// It does not begin as segments do.
    #[error("{}: no leakline index, or damaged in its first bytes", shown(&path))]
    NotASegment {
        /// The file.
        path: PathBuf,
    },
    /// A format of another version.
    #[error("{}: has format version {found}, and this program reads version {FORMAT_VERSION}", shown(&path))]
    Version {
        /// The file.
        path: PathBuf,
        /// The version it has.
        found: u32,
    },
    /// Not as it was written.
    #[error("{}: damaged at byte {offset}: {damage}", shown(&path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the damaged part begins.
        offset: u64,
        /// Which part it is.
        damage: SegmentDamage,
    },
    /// Intact, but its metadata lacks what every segment has.
    #[error("{}: its metadata cannot be read", shown(&path))]
    Meta {
        /// The file.
        path: PathBuf,
        /// What the reader of JSON said.
        source: serde_json::Error,
    },
    /// A country that these numbering plans do not have.
    #[error(
        "{}: holds numbers of {code:?}, a country that is not in the numbering plans {METADATA_VERSION} of this program; it was made with {metadata_version}",
        shown(&path)
    )]
    UnknownCountry {
        /// The file.
        path: PathBuf,
        /// The code of the country.
        code: String,
        /// The plans that the segment was made with.
        metadata_version: String,
    },
    /// Made under another key than the one that was given.
    #[error("{}: made under the key {made_under}, and the key given is {given}", shown(&path))]
    WrongKey {
        /// The file.
        path: PathBuf,
        /// The key that its tags were made under.
        made_under: KeyId,
        /// The key that was given.
        given: KeyId,
    },
    /// The operating system could not read it.
    #[error("{}: cannot be read", shown(&path))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Which part of a segment is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SegmentDamage {
    /// The file ends too early.
    Truncated,
    /// The header.
    Header,
    /// The metadata, the directory of countries or the roots of the chapters.
    Tail,
    /// The trailer: damaged, cut off, or followed by something.
    Trailer,
    /// The directory of countries.
    Directory,
    /// The fences of a chapter.
    Fences,
    /// A block of tags.
    Block,
    /// Tags that do not ascend.
    Order,
    /// The file changed since it was opened.
    Changed,
    /// The seal, which only the key can make.
    Seal,
}

impl fmt::Display for SegmentDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SegmentDamage::Truncated => "the file ends here, too early",
            SegmentDamage::Header => "the header does not match its checksum",
            SegmentDamage::Tail => "metadata, directory and roots do not match their checksum",
            SegmentDamage::Trailer => "the file does not end with the trailer that belongs to it",
            SegmentDamage::Directory => "the directory of countries contradicts the file",
            SegmentDamage::Fences => "the fences of a chapter do not match their checksum",
            SegmentDamage::Block => {
                "a block of tags does not match its checksum, or is not as blocks are"
            }
            SegmentDamage::Order => "tags are not in ascending order",
            SegmentDamage::Changed => "the file changed while it was open",
            SegmentDamage::Seal => {
                "the seal is not that of the key: the file was made or changed without it"
            }
        })
    }
}
