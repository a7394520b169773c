//! An index folder: the manifest, its segments, the lock, and the one commit of every change.
//!
//! `manifest` reads the list and opens its segments, `set` is an open index, `change` is how an
//! index becomes another. `names` says how files are named, `lock` that one writer is at work at a
//! time.

// Counts and generations come from files that anybody may have written.
#![warn(clippy::arithmetic_side_effects)]

pub(in crate::index) mod change;
pub(in crate::index) mod index_error;
pub(in crate::index) mod lock;
mod manifest;
mod names;
pub(in crate::index) mod new_file;
pub(in crate::index) mod set;
pub(in crate::index) mod state;
pub(in crate::index) mod tombstones;
