//! A new segment: `writer` writes it front to back, `sections` sorts and codes on several threads.
//!
//! `tag_union` is its input; `source_merge` says how older segments of one source
//! become one. `folder` puts new segments into an index.

mod sections;
pub(in crate::index) mod source_merge;
pub(in crate::index) mod tag_union;
pub(in crate::index) mod write_error;
pub(in crate::index) mod writer;
