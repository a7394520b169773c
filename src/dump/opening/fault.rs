//! What is wrong with packed bytes, as it passes through readers of readers.

use std::{fmt, io};

use super::Excess;
use crate::dump::{DumpError, Refusal};

/// The reason within an [`io::Error`] that is not the system's.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// Nothing follows where something must.
    BrokenOff(&'static str),
    /// What stands there cannot be.
    Damaged(&'static str),
    /// More comes out than is allowed.
    Excess(Excess),
    /// It is of a kind that is not read.
    Refused(Refusal),
}

impl Fault {
    /// The error of a decoder of `kind`; what the system or a layer below says stays as it is.
    pub(super) fn of_decoder(error: io::Error, kind: &'static str) -> io::Error {
        let is_ours = matches!(error.get_ref(), Some(inner) if inner.is::<Fault>());
        if error.raw_os_error().is_some() || is_ours {
            return error;
        }
        match error.kind() {
            io::ErrorKind::Interrupted => error,
            io::ErrorKind::UnexpectedEof => Fault::BrokenOff(kind).into(),
            _ => Fault::Damaged(kind).into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&DumpError::from(*self), f)
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> io::Error {
        io::Error::other(fault)
    }
}

impl From<Fault> for DumpError {
    fn from(fault: Fault) -> DumpError {
        match fault {
            Fault::BrokenOff(kind) => DumpError::BrokenOff { kind },
            Fault::Damaged(kind) => DumpError::Damaged { kind },
            Fault::Excess(excess) => DumpError::Excess(excess),
            Fault::Refused(refusal) => DumpError::Refused(refusal),
        }
    }
}

impl DumpError {
    /// Why reading stopped.
    pub(in crate::dump) fn of_reading(error: io::Error) -> DumpError {
        error
            .downcast::<Fault>()
            .map_or_else(DumpError::Read, DumpError::from)
    }
}
