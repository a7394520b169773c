//! A new segment: `writer` writes it front to back, `sections` sorts and codes on several threads.
//!
//! `tag_union` is what it is written from; `source_merge` says what older segments of one source
//! come to. `folder` puts what was written into an index.

mod sections;
pub(in crate::index) mod source_merge;
pub(in crate::index) mod tag_union;
pub(in crate::index) mod write_error;
pub(in crate::index) mod writer;
