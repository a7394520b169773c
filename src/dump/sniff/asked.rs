//! The columns that the user asks for by name, looked for in a row.

use super::{names::squash, sample::Sample};
use crate::dump::ColumnRef;

/// Index of a name in a header: letter for letter, else but for case, accents and punctuation.
pub(super) fn find(header: &[Vec<u8>], name: &str) -> Option<usize> {
    let names = || header.iter().map(|cell| String::from_utf8_lossy(cell));
    let same = |cell: &str| cell.trim() == name.trim();
    let alike = |cell: &str| !squash(name).is_empty() && squash(cell) == squash(name);
    names()
        .position(|cell| same(&cell))
        .or_else(|| names().position(|cell| alike(&cell)))
}

/// How many of the columns that the user asks for by name a row has.
pub(super) fn asked_names(row: &[Vec<u8>], sample: &Sample<'_>) -> usize {
    let asked = sample.options.phone.iter().chain(&sample.options.country);
    let has =
        |column: &&ColumnRef| matches!(column, ColumnRef::Name(name) if find(row, name).is_some());
    asked.filter(has).count()
}
