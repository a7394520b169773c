//! Why tags cannot be sorted, and what the user can do about it.

use std::{io, path::PathBuf};

use super::SegmentError;

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
    /// The disk has no room for the temporary file and the segment.
    #[error(
        "{}: about {} MB are needed there, and {} MB are free",
        folder.display(), needed.div_ceil(1_000_000), available / 1_000_000
    )]
    Disk {
        /// The folder of the temporary file.
        folder: PathBuf,
        /// Bytes that the whole load will take, estimated.
        needed: u64,
        /// Bytes that are free.
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
            SortError::Disk { folder, .. } => {
                format!(
                    "make room on the disk of {}, name an index on another one with --index, or give more memory with --memory",
                    folder.display()
                )
            }
            SortError::Io { folder, source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                format!(
                    "make room on the disk of {}, or give more memory with --memory",
                    folder.display()
                )
            }
            SortError::Io { folder, .. } => {
                format!("check the rights and the disk of {}", folder.display())
            }
        }
    }
}
