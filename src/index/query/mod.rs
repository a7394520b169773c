//! Batches of tags against one segment: which of them it holds.

pub(in crate::index) mod lookup;
