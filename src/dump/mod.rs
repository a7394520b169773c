//! Files as found → batches of rows of cells. Nothing here knows numbers, keys or indexes: the
//! caller passes a [`Judge`] that says whether a text is a phone number.
//!
//! 1. [`discover()`] turns the paths that a user names into files ([`DiscoveredFile`]);
//! 2. an [`Opening`] (room `opening`) gives the dumps in one file, unpacked;
//! 3. [`DumpFile::open`] settles the [`Shape`] of a dump from a sample at its start (room `sniff`);
//!    SQL, cards and directories become lines of JSON on the way (room `rewrite`);
//! 4. [`DumpFile::next_batch`] cuts the bytes between rows, on one thread;
//! 5. [`Batch::rows`] splits rows into cells, on any thread (rooms `rows` and `json`).
//!
//! Every byte of a dump is untrusted: a damaged row is [`RowContent::Damaged`], never a panic. The
//! next step is `intake`, which makes numbers of cells.

mod discover;
mod error;
mod file;
mod input;
mod json;
mod opening;
mod options;
mod rewrite;
mod rows;
mod shape;
mod sniff;

pub use discover::{DiscoveredFile, Origin, Skip, discover};
pub use error::{DumpError, Refusal};
pub use file::DumpFile;
pub use input::ConvertedSample;
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
pub use sniff::path_name;

/// What a cell is, as far as its text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellVerdict {
    /// Empty, or a word for nothing.
    Blank,
    /// Something else than a phone number.
    Other,
    /// A phone number of its home region.
    National,
    /// A phone number, whatever the home region.
    International,
}

/// Judges a cell; the second text is the country cell of its row, if any.
pub type Judge<'a> = dyn Fn(&[u8], Option<&[u8]>) -> CellVerdict + 'a;

/// Where a text stands that no phone column or country column takes.
#[derive(Clone, Copy)]
pub enum UnreadPlace<'a> {
    /// In a field, counted from 0.
    Field(usize),
    /// Under these keys, the last of which is the `index`th of its object, from 0.
    Value {
        /// The keys from the top. Arrays have none.
        keys: &'a [std::borrow::Cow<'a, str>],
        /// Place of the last key.
        index: usize,
    },
    /// It is itself a key of the object under these keys.
    Key {
        /// The keys above it.
        keys: &'a [std::borrow::Cow<'a, str>],
        /// Place of the key in its object, from 0.
        index: usize,
    },
}

/// Called with the place and the text of what is not read.
pub type UnreadVisit<'a> = dyn FnMut(UnreadPlace<'_>, &[u8]) + 'a;

/// The text of a sheet's cell with a formula whose value is not stored.
pub const UNCALCULATED: &str = "#FORMULA!";

/// A row of more bytes than this is damaged: it is counted, and read no further.
pub const MAX_ROW_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests;
