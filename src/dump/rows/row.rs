//! One row of a dump: where it stands, its bytes as found, and its cells.

/// One row. Borrowed from the batch, or from the scratch space where quotes and escapes were taken off.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Counted from 1: the line on which the row starts, headers counted; in a JSON document the place of the value.
    pub line: u64,
    /// The row as found with its line end (UTF-8 where the file is UTF-16); the first [`crate::dump::MAX_ROW_BYTES`] of
    /// a row that is too long. In a JSON document the value alone.
    pub raw: &'a [u8],
    /// The text of the country cell, if the shape has such a column and the row has the cell.
    pub country: Option<&'a [u8]>,
    /// The cells that should hold numbers.
    pub content: RowContent<'a>,
}

/// What a row holds.
#[derive(Clone, Copy)]
pub enum RowContent<'a> {
    /// At least one cell; an empty row has one empty cell.
    Cells(&'a [Cell<'a>]),
    /// Nothing that can be read.
    Damaged(Damage),
}

/// One cell that should hold a number, or several.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    /// Its place in [`crate::dump::Shape::phone_columns`].
    pub column: usize,
    /// Its text, quotes and escapes taken off.
    pub text: &'a [u8],
}

/// Why a row cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Damage {
    /// No row of this format: an unclosed quote, broken JSON, no field where the number should be.
    BadRow,
    /// More bytes than [`crate::dump::MAX_ROW_BYTES`] without a line end.
    LineTooLong,
    /// The input ends in the middle of it.
    Truncated,
}

impl Damage {
    /// Every kind of damage, in the order of declaration.
    pub const ALL: [Damage; 3] = [Damage::BadRow, Damage::LineTooLong, Damage::Truncated];

    /// The stable snake-case reason code.
    pub fn code(self) -> &'static str {
        match self {
            Damage::BadRow => "bad_row",
            Damage::LineTooLong => "line_too_long",
            Damage::Truncated => "truncated",
        }
    }
}

impl<'a> Row<'a> {
    /// The bytes as found without the line end, and the line end (`\n`, `\r\n`, `\r`, NUL or nothing).
    pub fn split_line_end(&self) -> (&'a [u8], &'a [u8]) {
        let end = match self.raw {
            [.., b'\r', b'\n'] => 2,
            [.., b'\n' | b'\r' | 0] => 1,
            _ => 0,
        };
        self.raw.split_at(self.raw.len() - end)
    }
}

/// The cells of one row: on the stack while they are few.
pub(in crate::dump) struct CellList<'a> {
    few: [Cell<'a>; CellList::FEW],
    count: usize,
    many: Vec<Cell<'a>>,
}

impl Default for CellList<'_> {
    #[inline]
    fn default() -> Self {
        CellList {
            few: [Cell {
                column: 0,
                text: b"",
            }; CellList::FEW],
            count: 0,
            many: Vec::new(),
        }
    }
}

impl<'a> CellList<'a> {
    #[inline]
    pub(in crate::dump) fn push(&mut self, cell: Cell<'a>) {
        if self.many.is_empty() && self.count < CellList::FEW {
            self.few[self.count] = cell;
        } else {
            if self.many.is_empty() {
                self.many.extend_from_slice(&self.few);
            }
            self.many.push(cell);
        }
        self.count += 1;
    }

    #[inline]
    pub(in crate::dump) fn as_slice(&self) -> &[Cell<'a>] {
        if self.many.is_empty() {
            &self.few[..self.count]
        } else {
            &self.many
        }
    }
}

impl CellList<'_> {
    const FEW: usize = 4;
}
