//! An index folder: its segments together, its lock, the files that appear in it, its tombstones.

pub(in crate::index) mod lock;
pub(in crate::index) mod partial_file;
pub(in crate::index) mod set;
pub(in crate::index) mod tombstones;
