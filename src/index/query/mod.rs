//! Batches of tags against segments: which of them hold each.
//!
//! | file | owns |
//! |---|---|
//! | `lookup` | sorted tags of one country against one segment |
//! | `buckets` | where in all segments together a tag belongs, roughly |
//! | `searcher` | many batches against many segments, bucket by bucket |

// Counts and tags come from files that anybody may have written.
#![warn(clippy::arithmetic_side_effects)]

mod buckets;
pub(in crate::index) mod lookup;
pub(in crate::index) mod searcher;
