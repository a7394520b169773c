//! Why dumps could not be read.

use std::io;
use std::path::PathBuf;

use crate::dump::DumpError;
use crate::index::SortError;
use crate::intake::Interrupted;
use crate::printable::shown;

/// Why dumps could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file cannot be read, or is no dump.
    #[error("{}", shown(&path))]
    Dump {
        /// The file.
        path: PathBuf,
        /// The fault.
        #[source]
        error: DumpError,
    },
    /// Tags cannot be sorted.
    #[error(transparent)]
    Sort(#[from] SortError),
    /// The list of rejects cannot be written.
    #[error("the rejects file cannot be written: {0}")]
    Rejects(#[source] io::Error),
    /// Every file found was left out.
    #[error("none of the {files} files found is a dump of phone numbers")]
    NothingLeft {
        /// How many were found.
        files: usize,
    },
    /// More files than there is memory for.
    #[error("more files than fit into memory: {files} so far")]
    ManyFiles {
        /// How many were met, members of archives among them.
        files: usize,
    },
    /// A pipe that was read beside other files holds a file that is loaded already: its rows would
    /// count twice.
    #[error("{}: the same file is loaded already, which shows of a pipe only when it has been read; nothing was stored", shown(&path))]
    Repeated {
        /// The pipe.
        path: PathBuf,
    },
    /// The user asked it to end.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}
