//! Numbers that damage hides: a row that cannot be read, a cell that is rejected, or the bytes that
//! belong to no row may hold more numbers than the one that they are counted for.
//!
//! Each of the others is an entry of its own, an unread number, so that none is lost unheard. Only
//! what is damaged is looked at.

use super::{
    EntryOutcome, FileReader, Home, RejectReason, RowEntry, UnreadNumber, witness::numbers_in,
};
use crate::dump::{Batch, Cell, Row};

/// A text with fewer bytes holds no two numbers.
const FEWEST_BYTES: usize = 16;

impl FileReader {
    /// The entries of the cells of a row, and the numbers in a rejected cell beside the first.
    /// Returns whether any entry is a number.
    pub(super) fn read_all_of_cells(
        &self,
        row: &Row<'_>,
        cells: &[Cell<'_>],
        home: Home,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) -> bool {
        let (mut entries, mut any_rejected, mut any_number) = (0, false, false);
        self.read_cells(row, home, &mut |entry: RowEntry<'_>| {
            entries += 1;
            any_rejected |= matches!(entry.entry, EntryOutcome::Rejected(_));
            any_number |= matches!(entry.entry, EntryOutcome::Number(_));
            sink(entry);
        });
        if any_rejected {
            let texts = cells.iter().map(|cell| cell.text);
            let numbers = texts.map(|text| numbers_of(text, home)).sum();
            give_unread(numbers, entries, row, home, sink);
        }
        any_number
    }
}

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

fn numbers_of(text: &[u8], home: Home) -> usize {
    if text.len() < FEWEST_BYTES {
        return 0;
    }
    numbers_in(text, home.region())
}

fn give_unread(
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
