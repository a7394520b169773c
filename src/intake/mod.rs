//! Rows of text → numbers with their lines: the room that joins [`crate::dump`] and
//! [`crate::phone`].
//!
//! Load and check both read through a [`FileReader`], one per file, so both read a number the same
//! way. It is shared by the worker threads. It never stores or prints a number. The numbers go on
//! to [`crate::tag`].
//!
//! - `file_reader` reads a file by a `policy`, and knows the home region of each row (`home`);
//! - `row_reader` reads one `found_row`: its cells, and the numbers in it that nothing reads;
//! - `entry` is the outcome of a cell, `reason` explains why it is no number, `tally` counts;
//! - `judge` says what a cell of an unknown column is, for the dump reader;
//! - `witness` counts the numbers in places that are not read, and `damage` those that a
//!   damaged row hides;
//! - `walk` opens files and members one after the other, for load and check.

mod damage;
mod entry;
mod file_reader;
mod found_row;
mod home;
mod judge;
mod policy;
mod reason;
mod row_reader;
mod tally;
mod walk;
mod witness;

pub use entry::{EntryOutcome, RejectReason, RowEntry, SpellingKind, Spellings};
pub use file_reader::{FileReader, FileReaderScratch, open};
pub use home::Home;
pub use policy::{MostlyUnread, ReadingPolicy};
pub use reason::explanation;
pub use tally::{RowPosition, Tally};
pub use walk::{BufferPool, Expected, Interrupted, OpenDump, ReadingProgress, Walk, WalkStep};
pub use witness::{UnreadCounts, UnreadNumber, UnreadSummary};
