//! The sample of a dump that its shape is settled from, and how few of its rows are judged.

use crate::dump::{BytesEnd, Judge, ReadOptions};

/// Rows of the sample that are judged, spread over it.
// Judging a cell may be slow.
pub(super) const ROWS: usize = 256;

/// The start of a dump, and the options for it.
pub(super) struct Sample<'a> {
    /// The first bytes as UTF-8, or as found where they are in an 8-bit encoding; the byte-order
    /// mark is off.
    pub(super) bytes: &'a [u8],
    /// Whether the dump ends with them.
    pub(super) end: BytesEnd,
    /// The last byte of a line end.
    pub(super) terminator: u8,
    pub(super) options: &'a ReadOptions,
    pub(super) judge: &'a Judge<'a>,
}

/// At most [`ROWS`] of these, spread evenly, the first among them.
pub(super) fn spread<T>(all: Vec<T>) -> Vec<T> {
    let step = step(all.len());
    all.into_iter().step_by(step).collect()
}

/// Of `rows` rows, every `step`th is judged.
pub(super) fn step(rows: usize) -> usize {
    rows.div_ceil(ROWS).max(1)
}
