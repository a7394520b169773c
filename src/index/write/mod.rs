//! A new segment: `writer` writes it front to back, `sections` sorts and codes on several threads.
//!
//! `source_merge` says what older segments of one source come to.

pub(in crate::index) mod sections;
pub(in crate::index) mod source_merge;
pub(in crate::index) mod write_error;
pub(in crate::index) mod writer;
