//! Sorted tags by country in immutable segment files, one a source; a folder of them is an index.
//!
//! | room | owns |
//! |---|---|
//! | `file` | the bytes of a segment: records, blocks, seal; what a segment says of its source |
//! | `read` | one open segment: its parts, its chapters, its tags in order |
//! | `query` | batches of tags against segments |
//! | `sort` | the tags of a load, sorted by country in bounded memory |
//! | `write` | a new segment from sorted tags, and the merge of older segments |
//! | `folder` | an index folder: its manifest, its lock, and the commit of every change |
//!
//! Writing: workers push (region, tag) into a [`Sorter`]; a [`SegmentWriter`] takes the sorted tags
//! country by country. A [`IndexChange`] of a locked index lists new segments by one rename.
//! Reading: an [`Index`] opens the segments that the manifest lists; a [`Segment`] answers for
//! batches of tags. `docs/index-format.md` describes every byte. Only
//! `file::{format, listing, coding}` know their order.

mod file;
mod folder;
mod query;
mod read;
mod sort;
mod write;

pub use file::format::{FORMAT_VERSION, SegmentRole};
pub use file::meta::{
    BadStatus, FileCounts, FileRecord, Provenance, SourceMeta, SourceSummary, Status, UnreadRecord,
};
pub use file::partial_date::{BadDate, PartialDate};
pub use file::segment_error::{SegmentDamage, SegmentError};
pub use file::source_name::{BadSourceName, SourceName};
pub use folder::change::IndexChange;
pub use folder::index_error::IndexError;
pub use folder::lock::{LockError, WriteLock};
pub use folder::new_file::NewFile;
pub use folder::set::{
    CheckedFile, Index, Trust, check_files, false_positive_rate, files_of_index, holds_nothing,
};
pub use folder::state::{BadIndexId, IndexId, IndexState};
pub use folder::tombstones::Tombstones;
pub use query::batch::{LookupBatch, Matches};
pub use query::searcher::{LookupError, Searcher};
pub use query::spilled::{SpillError, SpilledQueries};
pub use read::parts::CountryCount;
pub use read::segment::{Segment, TagBlocks, Tags};
pub use sort::sort_error::SortError;
pub use sort::sorted::{Sorted, SortedRegion};
pub use sort::sorter::{Sorter, SorterWriter};
pub use sort::space::Spill;
pub use write::source_merge::{Contradiction, SourceMerge};
pub use write::tag_union::TagUnion;
pub use write::write_error::WriteError;
pub use write::writer::SegmentWriter;
