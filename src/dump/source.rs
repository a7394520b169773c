//! Where the bytes of a dump come from.

use std::path::PathBuf;

/// Where a dump is read from. It is never seeked, so a pipe is fine.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// A file or a named pipe.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes in memory, such as arguments.
    Memory(Vec<u8>),
}
