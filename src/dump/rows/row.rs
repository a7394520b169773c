//! One row of a dump: its line, its bytes as found, and its cells.

use smallvec::SmallVec;

/// One row, borrowed from the batch, or from the scratch space if it has quotes or escapes.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// The line on which the row starts, counted from 1, headers included; in a JSON document the
    /// number of the value.
    pub line: u64,
    /// The row as found, its line end included; UTF-8 if the file is UTF-16.
    ///
    /// The first [`crate::dump::MAX_ROW_BYTES`] of a row that is too long. In a JSON document the
    /// value alone.
    pub raw: &'a [u8],
    /// The text of the country cell, if the shape has such a column and the row has the cell.
    pub country: Option<&'a [u8]>,
    /// The cells that should hold numbers.
    pub content: RowContent<'a>,
}

/// The content of a row.
#[derive(Clone, Copy)]
pub enum RowContent<'a> {
    /// At least one cell; an empty row has one empty cell.
    Cells(&'a [Cell<'a>]),
    /// The row cannot be read.
    Damaged(Damage),
}

/// One cell that should hold a number, or several.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    /// Index in [`crate::dump::Shape::phone_columns`].
    pub column: usize,
    /// Its text without quotes and escapes.
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
    /// A SQL statement that adds rows, and of which none can be read.
    UnreadStatement,
    /// A cell of a sheet with a formula whose value is not stored.
    Formula,
}

impl Damage {
    /// Every kind of damage, in the order of declaration.
    pub const ALL: [Damage; 5] = [
        Damage::BadRow,
        Damage::LineTooLong,
        Damage::Truncated,
        Damage::UnreadStatement,
        Damage::Formula,
    ];

    /// The stable snake-case reason code.
    pub fn code(self) -> &'static str {
        match self {
            Damage::BadRow => "bad_row",
            Damage::LineTooLong => "line_too_long",
            Damage::Truncated => "truncated",
            Damage::UnreadStatement => "unread_statement",
            Damage::Formula => "formula",
        }
    }
}

/// The cells of one row: on the stack while they are few.
pub(in crate::dump) type CellList<'a> = SmallVec<[Cell<'a>; 2]>;
