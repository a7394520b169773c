//! Sorted tags by country in immutable segment files, one a source; a folder of them is an index.
//!
//! | room | what it owns |
//! |---|---|
//! | `file` | the bytes of a segment: records, blocks, seal; what a segment says of its source |
//! | `read` | one open segment: its parts, its chapters, its tags in order |
//! | `query` | batches of tags against segments |
//! | `sort` | the tags of a load, sorted by country in bounded memory |
//! | `write` | a new segment from sorted tags, and the merge of older segments |
//! | `folder` | the segments of an index folder, its lock, the numbers that are forgotten |
//!
//! Writing: workers push (region, tag) into a [`Sorter`]; a [`SegmentWriter`] takes the sorted tags
//! country by country. The segment appears by rename while a [`WriteLock`] is held.
//! Reading: an [`Index`] opens the segments of a folder; a [`Segment`] answers for batches of tags.
//! `docs/index-format.md` describes every byte. Only `file::format` and `file::coding` know their
//! order.

mod file;
mod folder;
mod query;
mod read;
mod sort;
mod write;

pub use file::format::FORMAT_VERSION;
pub use file::meta::{BadStatus, FileRecord, Provenance, SourceMeta, Status};
pub use file::partial_date::{BadDate, PartialDate};
pub use file::segment_error::{Damage, SegmentError};
pub use file::source_name::{BadSourceName, SourceName};
pub use folder::lock::{LockError, WriteLock};
pub use folder::partial_file::{PartialFile, StagedFile};
pub use folder::set::{Index, IndexError, false_positive_rate, segment_files};
pub use folder::tombstones::Tombstones;
pub use query::searcher::{LookupBatch, Matches, Searcher};
pub use read::segment::{CountryCount, Segment, Tags};
pub use sort::sort_error::SortError;
pub use sort::sorted::{Sorted, SortedRegion};
pub use sort::sorter::{Sorter, SorterWriter, Spill};
pub use write::source_merge::{Contradiction, SourceMerge};
pub use write::write_error::WriteError;
pub use write::writer::SegmentWriter;
