//! Why tags cannot be sorted.

use std::{io, path::PathBuf};

use crate::printable::shown;

/// Why tags could not be sorted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SortError {
    /// The system starts no more threads.
    #[error("cannot start a worker thread")]
    Thread(#[source] io::Error),
    /// More different numbers than memory holds, and nothing may be written to disk.
    #[error("more different numbers than fit into {memory} bytes of memory")]
    Full {
        /// The memory of all handles together.
        memory: usize,
    },
    /// A disk has no room for the temporary file, the segment or both.
    #[error(
        "{}: {} {} MB are needed there, and {} MB are free",
        shown(&folder), if *so_far { "at least" } else { "about" }, needed.div_ceil(1_000_000), available / 1_000_000
    )]
    Disk {
        /// The folder of the temporary file, or of the segment.
        folder: PathBuf,
        /// Whether the temporary file is there.
        spills: bool,
        /// Bytes that the whole load will take there, estimated.
        needed: u64,
        /// Whether the load has no known end, so that only the input read so far is in that.
        so_far: bool,
        /// Bytes that are free for it.
        available: u64,
    },
    /// The temporary file could not be made, written or read.
    #[error("{}: cannot {doing} a temporary file there", shown(&folder))]
    Io {
        /// The folder of the temporary file.
        folder: PathBuf,
        /// The operation that failed.
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}
