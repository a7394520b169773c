//! The cells of a sheet → lines of CSV. Missing rows and cells become empty lines and fields, so
//! that lines and fields count as in the sheet.

use std::fmt::Write as _;

use crossbeam_channel::Sender;

use super::step::{SheetStop, Step};
use crate::dump::opening::Fault;

/// The text of a sheet's cell with a formula whose value is not stored.
pub const UNCALCULATED: &str = "#FORMULA!";

/// The last row and column that a sheet may have, counted from 0: those of Excel and of
/// `LibreOffice`.
const LAST_ROW: u32 = (1 << 20) - 1;
const LAST_COLUMN: u32 = (1 << 14) - 1;

/// About as many bytes are sent at once.
const PIECE_BYTES: usize = 64 << 10;

/// Writes the rows of one sheet.
pub(super) struct Rows<'a> {
    steps: &'a Sender<Step>,
    /// Sent with the first row; `None` from then on.
    name: Option<String>,
    /// The row of `cells`.
    row: u32,
    cells: Vec<String>,
    /// Number of fields of the widest row so far: later rows have no fewer.
    width: usize,
    /// Number of lines written.
    written: u32,
    lines: Vec<u8>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(name: String, steps: &'a Sender<Step>) -> Rows<'a> {
        Rows {
            steps,
            name: Some(name),
            row: 0,
            cells: Vec::new(),
            width: 0,
            written: 0,
            lines: Vec::new(),
        }
    }

    /// Puts a cell. Rows come in order.
    pub(super) fn put(&mut self, row: u32, column: u32, text: String) -> Result<(), SheetStop> {
        if row > LAST_ROW || column > LAST_COLUMN {
            return Err(Fault::Damaged("spreadsheet").into());
        }
        self.go_to(row)?;
        let column = usize::try_from(column).expect("columns are few");
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    /// Ends the rows before `row`.
    pub(super) fn go_to(&mut self, row: u32) -> Result<(), SheetStop> {
        if row < self.row {
            return Err(Fault::Damaged("spreadsheet").into());
        }
        if row > self.row {
            self.repeat(1)?;
            self.row = row;
        }
        Ok(())
    }

    /// Ends the row and repeats it `times` times.
    pub(super) fn repeat(&mut self, times: u32) -> Result<(), SheetStop> {
        let next = self.row.saturating_add(times);
        if self.cells.iter().any(|cell| !cell.is_empty()) {
            if next > LAST_ROW + 1 {
                return Err(Fault::Damaged("spreadsheet").into());
            }
            let cells = std::mem::take(&mut self.cells);
            for row in self.row..next {
                self.row = row;
                self.line(&cells)?;
            }
        }
        self.cells.clear();
        self.row = next;
        Ok(())
    }

    /// Ends the sheet.
    pub(super) fn end(mut self) -> Result<(), SheetStop> {
        self.repeat(1)?;
        self.send()
    }

    fn line(&mut self, cells: &[String]) -> Result<(), SheetStop> {
        if let Some(name) = self.name.take() {
            self.step(Step::Sheet(name))?;
        }
        while self.written < self.row {
            self.lines.push(b'\n');
            self.written += 1;
        }
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.lines.push(b',');
            }
            field(cell, &mut self.lines);
        }
        self.width = self.width.max(cells.len());
        self.lines
            .resize(self.lines.len() + self.width - cells.len(), b',');
        self.lines.push(b'\n');
        self.written += 1;
        if self.lines.len() < PIECE_BYTES {
            return Ok(());
        }
        self.send()
    }

    fn send(&mut self) -> Result<(), SheetStop> {
        let lines = std::mem::take(&mut self.lines);
        if lines.is_empty() {
            return Ok(());
        }
        self.step(Step::Rows(lines))
    }

    fn step(&self, step: Step) -> Result<(), SheetStop> {
        self.steps.send(step).map_err(|_| SheetStop::NobodyReads)
    }
}

/// A field of one line, in quotes where it needs them.
fn field(text: &str, line: &mut Vec<u8>) {
    let quoted = text.contains([',', '"']) || text.starts_with(' ') || text.ends_with(' ');
    if quoted {
        line.push(b'"');
    }
    for byte in text.bytes() {
        match byte {
            b'"' => line.extend_from_slice(b"\"\""),
            // A vertical tab parts numbers as a line break does, and ends no line.
            b'\n' | b'\r' => line.push(0x0b),
            0 => line.push(b' '),
            byte => line.push(byte),
        }
    }
    if quoted {
        line.push(b'"');
    }
}

/// A number of a sheet with every digit. One with a fraction, or with more than the fifteen digits
/// that sheets keep, is no phone number, and is written so that it cannot be taken for one.
pub(super) fn number(value: f64) -> String {
    const MOST: f64 = 1e15;
    const FEW: f64 = 1e6;
    let mut text = String::new();
    let written = if value.fract() == 0.0 && value.abs() < MOST {
        write!(text, "{value:.0}")
    } else if value.abs() < FEW {
        write!(text, "{value}")
    } else {
        write!(text, "{value:E}")
    };
    written.expect("memory takes what is written");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_every_digit_or_are_none() {
        for (value, text) in [
            (61_491_570_006.0, "61491570006"),
            (999_999_999_999_999.0, "999999999999999"),
            (-1.0, "-1"),
            (3.5, "3.5"),
            (6_149_157_000.6, "6.1491570006E9"),
            (1e15, "1E15"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
