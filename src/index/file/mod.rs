//! The bytes of a segment: its records, its blocks, its seal, and its source's metadata.
//!
//! Nothing here opens a file by its path. Next: `read` opens segments, `write` makes them.

// Lengths and offsets come from files that anybody may have written.
#![warn(clippy::arithmetic_side_effects)]

pub(in crate::index) mod chain;
pub(in crate::index) mod coding;
pub(in crate::index) mod direct;
pub(in crate::index) mod format;
pub(in crate::index) mod listing;
pub(in crate::index) mod meta;
pub(in crate::index) mod partial_date;
pub(in crate::index) mod record;
pub(in crate::index) mod seal;
pub(in crate::index) mod segment_error;
pub(in crate::index) mod source_name;
pub(in crate::index) mod storage;
pub(in crate::index) mod write_thread;
