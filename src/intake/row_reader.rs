//! The entries of one row: its cells, and the numbers in it that nothing reads.

use super::{
    EntryOutcome, FileReader, Home, RejectReason, RowEntry, UnreadNumber,
    damage::{give_unread, numbers_beside, numbers_of},
    found_row::FoundRow,
    witness::{ColumnChoice, Evidence},
};
use crate::dump::{Batch, Cell, Damage, Format, Row, RowContent, Scratch, UNCALCULATED};
use crate::phone::{CellOutcome, Purpose, Reason};

/// The content of a row where its numbers should be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellsHold {
    /// Nothing, or words for it.
    Nothing,
    /// Text with too few digits for any number.
    Words,
    /// Digits: a number, or one that is damaged.
    Digits,
}

/// A text with fewer digits is hardly a damaged number.
const FEWEST_DIGITS: usize = 7;

/// Whether a row of a sheet has a formula without a value where nothing is read: a number may be in
/// it.
fn has_uncalculated(batch: &Batch, row: &Row<'_>, scratch: &mut Scratch) -> bool {
    if !matches!(batch.shape().format(), Format::Xlsx | Format::Ods) {
        return false;
    }
    let mut any = false;
    batch.unread_texts(row.raw, scratch, &mut |_, text| {
        any |= text == UNCALCULATED.as_bytes();
    });
    any
}

/// Whether a cell has neither a plus nor `00` before its digits, nor is an address that always
/// holds an international number (`wa.me/`, `@c.us`).
fn is_bare(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell);
    let is_marked = text.contains(['+', '\u{ff0b}', '@']) || text.contains("wa.me");
    let digits: String = text.chars().filter(|c| c.is_numeric()).take(2).collect();
    !is_marked && digits != "00"
}

impl FileReader {
    /// Calls `sink` with the entries of a row: its cells, and the numbers in it that nothing reads.
    ///
    /// For a check, every such number is an entry; for a load, only if the row holds no other.
    #[inline]
    pub(super) fn read_row(
        &self,
        found: FoundRow<'_>,
        scratch: &mut Scratch,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) {
        let FoundRow { batch, row, home } = found;
        let Some(entry) = self.plain(row, home) else {
            return self.read_any_row(found, scratch, sink);
        };
        sink(entry);
        if batch.has_unread_texts() && self.wants_numbers_beside_others() {
            self.unread_numbers(found, Evidence::Needed, scratch, &mut false, sink);
        }
    }

    /// [`FileReader::read_row`] for a row that may be no plain number.
    // Not inlined, so that the loop over rows keeps to the few steps that most rows take.
    #[inline(never)]
    pub(super) fn read_any_row(
        &self,
        found: FoundRow<'_>,
        scratch: &mut Scratch,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) {
        let FoundRow { batch, row, home } = found;
        let RowContent::Cells(cells) = row.content else {
            self.read_cells(row, home, sink);
            return numbers_beside(row.raw, 1, row, home, sink);
        };
        if !batch.has_unread_texts() {
            self.read_all_of_cells(row, cells, home, sink);
            return;
        }
        let holds = self.holds(cells, home);
        // Where no number can be, it may have been pushed into another field.
        let waits = holds != CellsHold::Digits;
        let (mut first, mut has_number) = (true, false);
        if !waits {
            first = false;
            has_number = self.read_all_of_cells(row, cells, home, sink);
        }
        let is_wanted = match self.purpose {
            Purpose::Load(_) => !has_number,
            Purpose::Check | Purpose::Recognise => waits || self.wants_numbers_beside_others(),
        };
        if is_wanted {
            let evidence = match holds {
                CellsHold::Digits => Evidence::Needed,
                CellsHold::Nothing | CellsHold::Words => Evidence::NoOther,
            };
            self.unread_numbers(found, evidence, scratch, &mut first, sink);
        }
        if first && waits && has_uncalculated(batch, row, scratch) {
            first = false;
            let entry = EntryOutcome::Rejected(RejectReason::Row(Damage::Formula));
            sink(RowEntry::first(row, 0, home, entry));
        }
        if first {
            self.read_cells(row, home, sink);
        }
    }

    /// Whether numbers that nothing reads are entries in a row with other numbers, too.
    fn wants_numbers_beside_others(&self) -> bool {
        !matches!(self.purpose, Purpose::Load(_))
            && self.witness.columns() == ColumnChoice::Inferred
    }

    /// Calls `sink` with the numbers of a row that nothing reads. `first` says whether the row has
    /// no entry yet.
    fn unread_numbers(
        &self,
        found: FoundRow<'_>,
        evidence: Evidence,
        scratch: &mut Scratch,
        first: &mut bool,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) {
        let FoundRow { batch, row, home } = found;
        let visit = &mut |unread: &UnreadNumber| {
            let entry = EntryOutcome::Rejected(RejectReason::UnreadColumn);
            sink(RowEntry {
                unread: Some(unread),
                first: std::mem::take(first),
                ..RowEntry::first(row, 0, home, entry)
            });
        };
        (self.witness).numbers(batch, row, home.region(), scratch, evidence, visit);
    }

    /// The entry of a row of one cell, if that is a valid number in plain digits: most rows are.
    #[inline]
    fn plain<'a>(&self, row: &Row<'a>, home: Home) -> Option<RowEntry<'a>> {
        match row.content {
            RowContent::Cells([cell]) if home != Home::UnknownName => {
                let take = |reading| {
                    let entry = EntryOutcome::Number(reading);
                    RowEntry::first(row, cell.column, home, entry)
                };
                self.cells.plain_with(cell.text, home.region(), take)
            }
            _ => None,
        }
    }

    /// Calls `sink` with what the cells of a row hold, or with its damage.
    #[inline]
    pub(super) fn read_cells(
        &self,
        row: &Row<'_>,
        home: Home,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) {
        match self.plain(row, home) {
            Some(entry) => sink(entry),
            None => self.read_any_cells(row, home, sink),
        }
    }

    #[inline(never)]
    fn read_any_cells(&self, row: &Row<'_>, home: Home, sink: &mut impl FnMut(RowEntry<'_>)) {
        let mut first = true;
        let mut give = |column, entry| {
            sink(RowEntry {
                first,
                ..RowEntry::first(row, column, home, entry)
            });
            first = false;
        };
        match row.content {
            RowContent::Cells(cells) => {
                for cell in cells {
                    let reader = self.cells;
                    if home != Home::UnknownName
                        && let Some(reading) = reader.plain(cell.text, home.region())
                    {
                        give(cell.column, EntryOutcome::Number(reading));
                        continue;
                    }
                    if cell.text == UNCALCULATED.as_bytes() {
                        let reason = RejectReason::Row(Damage::Formula);
                        give(cell.column, EntryOutcome::Rejected(reason));
                        continue;
                    }
                    let is_at_home = home == Home::UnknownName && is_bare(cell.text);
                    reader.cell(cell.text, home.region(), &mut |outcome| {
                        let entry = match outcome {
                            CellOutcome::Blank => EntryOutcome::Blank,
                            // A number at home in a country that nobody knows.
                            CellOutcome::Number(_) if is_at_home => {
                                EntryOutcome::Rejected(RejectReason::Text(Reason::NoCountry))
                            }
                            CellOutcome::Number(reading) => EntryOutcome::Number(reading),
                            CellOutcome::Rejected(reason) => {
                                EntryOutcome::Rejected(RejectReason::Text(reason))
                            }
                        };
                        give(cell.column, entry);
                    });
                }
            }
            RowContent::Damaged(damage) => {
                give(0, EntryOutcome::Rejected(RejectReason::Row(damage)));
            }
        }
    }

    /// The content of a row where its numbers should be.
    #[inline]
    fn holds(&self, cells: &[Cell<'_>], home: Home) -> CellsHold {
        // Digits of other scripts have no ASCII byte.
        let may_be_digit = |byte: &&u8| matches!(byte, b'0'..=b'9' | 0x80..);
        let has_digits =
            |cell: &Cell<'_>| cell.text.iter().filter(may_be_digit).count() >= FEWEST_DIGITS;
        if cells.iter().any(has_digits) {
            return CellsHold::Digits;
        }
        let (mut blank, mut number) = (true, false);
        for cell in cells {
            self.cells.cell(cell.text, home.region(), &mut |outcome| {
                blank &= outcome == CellOutcome::Blank;
                number |= matches!(outcome, CellOutcome::Number(_));
            });
        }
        match (blank, number) {
            (true, _) => CellsHold::Nothing,
            (false, false) => CellsHold::Words,
            (false, true) => CellsHold::Digits,
        }
    }

    /// The entries of the cells of a row, and the numbers in a rejected cell beside the first.
    /// Returns whether any entry is a number.
    fn read_all_of_cells(
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
