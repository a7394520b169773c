//! Why a check could not go on.

use std::path::PathBuf;

use crate::dump::DumpError;
use crate::index::{LookupError, SegmentError, SpillError};
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
    /// The temporary file cannot be read.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// The user asked it to end.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl From<LookupError> for CheckError {
    fn from(error: LookupError) -> CheckError {
        match error {
            LookupError::Segment(error) => CheckError::Segment(error),
            LookupError::Spill(error) => CheckError::Spill(error),
        }
    }
}
