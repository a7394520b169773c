//! Numbers that damage hides: a row that cannot be read, a cell that is rejected, or the bytes that
//! belong to no row may hold more numbers than the one that they are counted for.
//!
//! Each of the others is an entry of its own, an unread number, so that none is lost unheard. Only
//! what is damaged is looked at.

use super::{EntryOutcome, Home, RejectReason, RowEntry, UnreadNumber, witness::numbers_in};
use crate::dump::{Batch, Row};

/// A text with fewer bytes holds no two numbers.
const FEWEST_BYTES: usize = 16;

/// Gives the numbers in the bytes of a batch that belong to no row.
pub(super) fn numbers_between_rows(batch: &Batch, home: Home, sink: &mut impl FnMut(RowEntry<'_>)) {
    batch.between_rows(&mut |row| numbers_beside(row.raw, 0, &row, home, sink));
}

/// Gives the numbers of a damaged text as unread, but for those that have `entries` already.
pub(super) fn numbers_beside(
    text: &[u8],
    entries: usize,
    row: &Row<'_>,
    home: Home,
    sink: &mut impl FnMut(RowEntry<'_>),
) {
    give_unread(numbers_of(text, home), entries, row, home, sink);
}

/// How many numbers a damaged text holds.
pub(super) fn numbers_of(text: &[u8], home: Home) -> usize {
    if text.len() < FEWEST_BYTES {
        return 0;
    }
    numbers_in(text, home.region())
}

/// Gives each of `numbers` as unread, but for those that have `entries` already.
pub(super) fn give_unread(
    numbers: usize,
    entries: usize,
    row: &Row<'_>,
    home: Home,
    sink: &mut impl FnMut(RowEntry<'_>),
) {
    let unread = UnreadNumber::in_damage();
    for index in entries..numbers {
        sink(RowEntry {
            unread: Some(&unread),
            first: index == 0,
            ..RowEntry::first(
                row,
                0,
                home,
                EntryOutcome::Rejected(RejectReason::UnreadColumn),
            )
        });
    }
}
