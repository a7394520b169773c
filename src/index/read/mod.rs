//! One open segment: opened by its parts, read chapter by chapter, streamed by country.
//!
//! Nothing here writes. Next: `query` asks a segment for batches of tags.

// Lengths and offsets come from files that anybody may have written.
#![warn(clippy::arithmetic_side_effects)]

pub(in crate::index) mod blocks;
pub(in crate::index) mod chapter;
pub(in crate::index) mod parts;
pub(in crate::index) mod section;
pub(in crate::index) mod segment;
mod segment_file;
mod tail;
