//! Files as found → batches of rows of cells.
//!
//! Knows nothing of numbers, keys or indexes: the caller passes a [`Judge`] that knows whether a text is
//! a phone number.
//!
//! [`discover()`] turns the paths that a user names into [`DiscoveredFile`] files; an [`Opening`] gives the dumps in one
//! of them, unpacked; [`DumpFile::open`] settles the [`Shape`] of one from a bounded sample at its start,
//! without seeking; [`DumpFile::next_batch`] cuts the rest at row boundaries on one thread, and
//! [`Batch::rows`] splits rows into cells on any other.
//! Every byte of a dump is untrusted: a damaged row is a row with [`RowContent::Damaged`], never a panic.

mod convert;
mod discover;
mod error;
mod file;
mod input;
mod json;
mod opening;
mod options;
mod rows;
mod shape;
mod sniff;

pub use discover::{DiscoveredFile, Origin, Skip, discover};
pub use error::{DumpError, Refusal};
pub use file::DumpFile;
pub use input::Source;
#[cfg(unix)]
pub use opening::stop_waiting;
pub use opening::{ArchiveMember, Digest, Excess, Limits, MemberContent, Opening, Stream};
pub use options::{
    Buffering, ColumnRef, Delimiter, Format, HeaderRule, LineEnd, OptionError, ReadOptions,
    TextEncoding,
};
pub use rows::{Batch, Cell, Damage, Row, RowContent, Scratch};
pub use shape::{Quoting, Shape};

/// Whether a cell is a phone number; the second text is the country cell of its row, if any.
pub type Judge<'a> = dyn Fn(&[u8], Option<&[u8]>) -> bool + 'a;

/// Called with a text that is not read, and before it with the name of its column, safe to print.
pub type UnreadVisit<'a> = dyn FnMut(&dyn Fn() -> String, &[u8]) + 'a;

/// A row of more bytes than this is damaged: it is counted, and read no further.
pub const MAX_ROW_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests;
