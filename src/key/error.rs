//! Why a key could not be had, and what to do about it. Holds no part of a secret.

use std::io;
use std::path::{Path, PathBuf};

use super::length::{READ_LENGTH, TEXT_LENGTH};
use crate::printable::shown;

/// Why a key could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Random(#[source] getrandom::Error),
    /// There is no such file.
    #[error("{}: no key file there", shown(&path))]
    Missing {
        /// The path that was tried.
        path: PathBuf,
    },
    /// A new key was to be written over something.
    #[error("{}: exists already, and a key is never overwritten", shown(&path))]
    Exists {
        /// The path of the new key.
        path: PathBuf,
    },
    /// Neither a regular file nor a pipe.
    #[error("{}: a key file must be a regular file or a pipe, this is {kind}", shown(&path))]
    Kind {
        /// The path that was opened.
        path: PathBuf,
        /// Its kind: `a folder`.
        kind: &'static str,
    },
    /// Somebody else could have put another key there.
    #[error("{}: belongs to user {owner}, not to user {user} who runs this", shown(&path))]
    Owner {
        /// The path that was opened.
        path: PathBuf,
        /// The owner's user number.
        owner: u32,
        /// The effective user number of this process.
        user: u32,
    },
    /// Group or others have rights on it.
    #[error("{}: mode {mode:04o}: others can read the key; it must be 0600 or stricter", shown(&path))]
    Mode {
        /// The path that was opened.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not as long as a key is.
    #[error("{}a key is {TEXT_LENGTH} hex digits, this has {}", prefix(path.as_deref()), counted(*length))]
    Length {
        /// The file, if it came from one.
        path: Option<PathBuf>,
        /// The characters found; more than a key has means "or more".
        length: usize,
    },
    /// As long as a key is, but with other characters in it.
    #[error("{}a key is {TEXT_LENGTH} hex digits, this has other characters", prefix(path.as_deref()))]
    NotHex {
        /// The file, if it came from one.
        path: Option<PathBuf>,
    },
    /// The file could not be opened, read or written.
    #[error("{}: cannot {doing} the key file", shown(&path))]
    Io {
        /// The path.
        path: PathBuf,
        /// The operation that failed.
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

fn prefix(path: Option<&Path>) -> String {
    path.map(|path| format!("{}: ", shown(&path)))
        .unwrap_or_default()
}

fn counted(length: usize) -> String {
    if length < READ_LENGTH {
        format!("{length} characters")
    } else {
        "more characters".to_owned()
    }
}
