//! Why a check could not go on.

use std::path::PathBuf;

use crate::dump::DumpError;
use crate::index::SegmentError;
use crate::intake::Interrupted;
use crate::printable::shown;

/// Why a check could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A list cannot be read, or is none.
    #[error("{}", shown(&path))]
    List {
        /// The list.
        path: PathBuf,
        /// The fault.
        #[source]
        error: DumpError,
    },
    /// The index cannot be read.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The user asked it to end.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}
