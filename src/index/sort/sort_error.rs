//! Why tags cannot be sorted, and what the user can do about it.

use std::{io, path::PathBuf};

use crate::index::SegmentError;

/// Why tags could not be sorted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SortError {
    /// A segment whose tags come in as well could not be read.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// More different numbers than memory holds, and nothing may be written to disk.
    #[error("more different numbers than fit into {memory} bytes of memory")]
    Full {
        /// The memory of all handles together.
        memory: usize,
    },
    /// A disk has no room for the temporary file, the segment or both.
    #[error(
        "{}: {} {} MB are needed there, and {} MB are free",
        folder.display(), if *so_far { "at least" } else { "about" }, needed.div_ceil(1_000_000), available / 1_000_000
    )]
    Disk {
        /// The folder of the temporary file, or of the segment.
        folder: PathBuf,
        /// Whether the temporary file is there.
        spills: bool,
        /// Bytes that the whole load will take there, estimated.
        needed: u64,
        /// Whether the load has no known end, so that only what was read so far is in that.
        so_far: bool,
        /// Bytes that are free for it.
        available: u64,
    },
    /// The temporary file could not be made, written or read.
    #[error("{}: cannot {doing} a temporary file there", folder.display())]
    Io {
        /// The folder of the temporary file.
        folder: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

impl SortError {
    /// What the user can do about it: one line.
    pub fn remedy(&self) -> String {
        match self {
            SortError::Segment(error) => error.remedy(),
            SortError::Full { .. } => {
                "give more with --memory, or load the dump into an index and check against that"
                    .to_owned()
            }
            SortError::Disk {
                folder,
                spills: true,
                ..
            } => {
                format!(
                    "make room on the disk of {}, name a folder for temporary files on another one with TMPDIR, or give more \
                     memory with --memory (some 16 bytes a number need no temporary file)",
                    folder.display()
                )
            }
            SortError::Disk { folder, .. } => {
                format!(
                    "make room on the disk of {}, or name an index on another one with --index",
                    folder.display()
                )
            }
            SortError::Io { folder, source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                format!(
                    "make room on the disk of {}, name a folder for temporary files on another one with TMPDIR, or give more \
                     memory with --memory; the index is as it was",
                    folder.display()
                )
            }
            SortError::Io { folder, .. } => {
                format!("check the rights and the disk of {}", folder.display())
            }
        }
    }
}
