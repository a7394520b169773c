//! Files as found → batches of rows of cells. Nothing here knows numbers, keys or indexes: the
//! caller passes a [`Judge`] that says whether a text is a phone number.
//!
//! 1. [`discover()`] turns the paths that a user names into files ([`DiscoveredFile`]);
//! 2. an [`Opening`] (room `opening`) gives the dumps in one file, unpacked;
//! 3. [`DumpFile::open`] settles the [`Shape`] of a dump from a sample at its start (`settling`, and
//!    room `sniff`);
//!    SQL, cards and directories become lines of JSON on the way (room `rewrite`);
//! 4. [`DumpFile::next_batch`] cuts the bytes between rows, on one thread;
//! 5. [`Batch::rows`] splits rows into cells, on any thread (rooms `rows` and `json`).
//!
//! `options` is what the caller asks for, `limits` what a dump may take, `source` where it is read
//! from, and `unread` where a text is that no column reads.
//!
//! Every byte of a dump is untrusted: a damaged row is [`RowContent::Damaged`], never a panic. The
//! next step is `intake`, which makes numbers of cells.

mod bytes_end;
mod discover;
mod error;
mod file;
mod input;
mod json;
mod judge;
mod limits;
mod opening;
mod options;
mod rewrite;
mod rows;
mod settling;
mod shape;
mod sniff;
mod source;
mod unread;

use bytes_end::BytesEnd;
pub use discover::{DiscoveredFile, Origin, Skip, discover};
pub use error::{DumpError, Refusal};
pub use file::DumpFile;
pub use input::ConvertedSample;
pub use judge::{CellVerdict, Judge};
pub use limits::{Excess, Limits, MAX_ROW_BYTES};
#[cfg(unix)]
pub use opening::stop_waiting;
pub use opening::{ArchiveMember, Digest, MemberContent, Opening, Stream, UNCALCULATED};
pub use options::{
    Buffering, ColumnRef, Delimiter, Format, HeaderRule, LineEnd, OptionError, ReadOptions,
    TextEncoding,
};
pub use rows::{Batch, Cell, Damage, Quoting, Row, RowContent, Scratch};
pub use shape::Shape;
pub use sniff::path_name;
pub use source::Source;
pub use unread::{UnreadPlace, UnreadVisit};

#[cfg(test)]
mod tests;
