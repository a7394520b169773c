//! Sorted tags by country in immutable segment files, one a source; a folder of them is an index.
//!
//! Writing: workers push (region, tag) into a [`Sorter`], a [`SegmentWriter`] takes the sorted tags
//! country by country, and the segment appears under its name by rename while a [`WriteLock`] is held.
//! Reading: an [`Index`] opens the segments of a folder, a [`Segment`] answers for batches of tags.
//! `docs/index-format.md` describes every byte; `format.rs` and `coding.rs` alone know their order.

mod bundle;
mod chapter;
mod coding;
mod format;
mod lock;
mod lookup;
mod meta;
mod partial_date;
mod partial_file;
mod parts;
mod radix;
mod seal;
mod sections;
mod segment;
mod segment_error;
mod set;
mod sort_error;
mod sorted;
mod sorter;
mod source_merge;
mod source_name;
mod space;
mod storage;
mod tombstones;
mod write_error;
mod writer;

pub use format::FORMAT_VERSION;
pub use lock::{LockError, WriteLock};
pub use meta::{BadStatus, FileRecord, Provenance, SourceMeta, Status};
pub use partial_date::{BadDate, PartialDate};
pub use partial_file::{PartialFile, StagedFile};
pub use segment::{CountryCount, Segment, Tags};
pub use segment_error::{Damage, SegmentError};
pub use set::{Index, IndexError, false_positive_rate, segment_files};
pub use sort_error::SortError;
pub use sorted::{Sorted, SortedRegion};
pub use sorter::{Sorter, SorterWriter, Spill};
pub use source_merge::{Contradiction, SourceMerge};
pub use source_name::{BadSourceName, SourceName};
pub use tombstones::Tombstones;
pub use write_error::WriteError;
pub use writer::SegmentWriter;
