//! Batches of tags against segments: which of them hold each.
//!
//! | file | owns |
//! |---|---|
//! | `lookup` | sorted tags of one country against one segment |
//! | `buckets` | where in all segments together a tag belongs, roughly |
//! | `batch` | the numbers of one batch by bucket, and which of them were found |
//! | `spilled` | what memory does not hold of many batches, in a temporary file |
//! | `searcher` | many batches against many segments, bucket by bucket |

// Counts and tags come from files that anybody may have written.
#![warn(clippy::arithmetic_side_effects)]

pub(in crate::index) mod batch;
mod buckets;
pub(in crate::index) mod lookup;
pub(in crate::index) mod searcher;
pub(in crate::index) mod spilled;
