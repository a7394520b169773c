//! Faults of packed bytes, carried through layers of readers inside an [`io::Error`].

use std::{fmt, io};

use crate::dump::{DumpError, Excess, Refusal};

/// The reason inside an [`io::Error`] that is not the system's.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// The data ends too early.
    BrokenOff(&'static str),
    /// The data contradicts itself.
    Damaged(&'static str),
    /// The data unpacks to more than the limits allow.
    Excess(Excess),
    /// The data is of a kind that is not read.
    Refused(Refusal),
    /// The file became shorter while it was read.
    Changed,
}

impl Fault {
    /// The error of a decoder of `kind`; errors of the system or of a layer below stay as they are.
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
            Fault::Changed => DumpError::Changed,
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
