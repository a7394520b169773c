//! Records of fields → rows: the wanted cells, or the damage.

use std::ops::ControlFlow;

use super::{
    Cell, Damage, Row, RowContent,
    dialect::{Dialect, FieldScratch},
    row::CellList,
};
use crate::dump::{
    MAX_ROW_BYTES, UnreadPlace, UnreadVisit,
    shape::{Role, Wanted, count},
};

/// Calls `visit` with the row of each of these records.
pub(in crate::dump) fn rows(
    bytes: &[u8],
    first_line: u64,
    dialect: &Dialect,
    wanted: &[Wanted],
    scratch: &mut FieldScratch,
    visit: &mut impl FnMut(Row<'_>),
) {
    let (mut rest, mut line) = (bytes, first_line);
    while !rest.is_empty() {
        let mut cells = RowCells::of(wanted);
        let simple = dialect.simple_record(rest, |field, text| cells.take(field, text));
        let (length, lines) = if let Some((length, lines)) = simple {
            visit(cells.row(line, &rest[..length], dialect));
            (length, lines)
        } else {
            let (raw, damage) = dialect.split_record(rest);
            record(dialect, wanted, scratch, line, raw, damage, visit);
            (raw.len(), count(dialect.terminator, raw))
        };
        rest = &rest[length..];
        line += lines;
    }
}

/// Calls `visit` with the fields of a record that are not `wanted`.
pub(in crate::dump) fn unread_texts(
    raw: &[u8],
    dialect: &Dialect,
    wanted: &[Wanted],
    scratch: &mut FieldScratch,
    visit: &mut UnreadVisit<'_>,
) {
    dialect.fields(dialect.body(raw), scratch, |field, text| {
        if !text.is_empty() && wanted.iter().all(|wanted| wanted.field != field) {
            visit(UnreadPlace::Field(field), text);
        }
        ControlFlow::Continue(())
    });
}

/// One record of fields, the long way.
fn record(
    dialect: &Dialect,
    wanted: &[Wanted],
    scratch: &mut FieldScratch,
    line: u64,
    raw: &[u8],
    damage: Option<Damage>,
    visit: &mut impl FnMut(Row<'_>),
) {
    if let Some(damage) = damage {
        let raw = if damage == Damage::LineTooLong {
            &raw[..MAX_ROW_BYTES]
        } else {
            raw
        };
        return visit(Row {
            line,
            raw,
            country: None,
            content: RowContent::Damaged(damage),
        });
    }
    let mut cells = RowCells::of(wanted);
    dialect.fields(dialect.body(raw), scratch, |field, text| {
        if cells.take(field, text) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    visit(cells.row(line, raw, dialect));
}

/// The cells of a record while its fields pass by.
struct RowCells<'w, 'a> {
    /// Fields that are still to come.
    wanted: &'w [Wanted],
    cells: CellList<'a>,
    country: Option<&'a [u8]>,
}

impl<'w, 'a> RowCells<'w, 'a> {
    #[inline]
    fn of(wanted: &'w [Wanted]) -> RowCells<'w, 'a> {
        RowCells {
            wanted,
            cells: CellList::default(),
            country: None,
        }
    }

    /// Whether more fields are wanted.
    #[inline]
    fn take(&mut self, field: usize, text: &'a [u8]) -> bool {
        while let [first, rest @ ..] = self.wanted
            && first.field == field
        {
            self.wanted = rest;
            match first.role {
                Role::Phone(column) => self.cells.push(Cell { column, text }),
                Role::Country => self.country = Some(text),
            }
        }
        !self.wanted.is_empty()
    }

    #[expect(
        clippy::inline_always,
        reason = "a row that is returned through memory is copied at once, before the processor has stored it"
    )]
    #[inline(always)]
    fn row<'r>(&'r mut self, line: u64, raw: &'r [u8], dialect: &Dialect) -> Row<'r> {
        if self.cells.is_empty() {
            if !dialect.body(raw).trim_ascii().is_empty() {
                let content = RowContent::Damaged(Damage::BadRow);
                return Row {
                    line,
                    raw,
                    country: self.country,
                    content,
                };
            }
            self.cells.push(Cell {
                column: 0,
                text: b"",
            });
        }
        Row {
            line,
            raw,
            country: self.country,
            content: RowContent::Cells(self.cells.as_slice()),
        }
    }
}
