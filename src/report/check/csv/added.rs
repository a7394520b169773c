//! The columns that are added to a list: their names, and those that an earlier run added.

use memchr::memmem;

use super::super::ContactList;
use super::raw::{csv_rows, last_cells, split_line_end, split_preamble};
use crate::dump::Delimiter;
use crate::exposure::Exposure;

const COLUMNS: [&str; 3] = ["exposure", "country", "sources"];
const REASON: &str = "reason";
/// Before the name of an added column, if the list has a column of that name.
const PREFIX: &str = "leakline_";

/// What the rows of one list have in common.
pub(super) struct CsvList<'a> {
    pub(super) list: &'a ContactList<'a>,
    pub(super) delimiter: &'a [u8],
    own_columns: OwnColumns,
}

/// The columns at the end of a list that an earlier run added.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OwnColumns {
    None,
    Answer,
    ReasonAndAnswer,
}

impl<'a> CsvList<'a> {
    pub(super) fn of(list: &'a ContactList<'a>) -> CsvList<'a> {
        let delimiter = (list.shape.delimiter()).map_or(&b","[..], Delimiter::as_bytes);
        let (header, _) = split_line_end(list.shape.header().unwrap_or_default());
        let names = last_cells(header, delimiter).filter(|(_, cells)| is_own_header(*cells));
        let own_columns = match names.map(|(others, _)| last_cells(others, delimiter)) {
            None => OwnColumns::None,
            Some(Some((_, [name]))) if is_own_name(name, REASON) => OwnColumns::ReasonAndAnswer,
            Some(_) => OwnColumns::Answer,
        };
        CsvList {
            list,
            delimiter,
            own_columns,
        }
    }

    /// The names of the added columns, the reason first, none of which the list has.
    pub(super) fn added_names(&self) -> [String; 4] {
        let (header, _) = split_line_end(self.list.shape.header().unwrap_or_default());
        let (_, header) = split_preamble(self.without_own_columns(header));
        let taken = self.cells(header);
        let [exposure, country, sources] = COLUMNS;
        [REASON, exposure, country, sources].map(|column| {
            let mut name = column.to_owned();
            // Databases and spreadsheets do not tell capitals from small letters.
            while (taken.iter()).any(|cell| cell.eq_ignore_ascii_case(name.as_bytes())) {
                name.insert_str(0, PREFIX);
            }
            name
        })
    }

    /// The cells of a row, without quotes and the blanks around them.
    fn cells(&self, row: &[u8]) -> Vec<Vec<u8>> {
        let trimmed = |cell: &[u8]| cell.trim_ascii().to_vec();
        let &[byte] = self.delimiter else {
            let starts = memmem::find_iter(row, self.delimiter).map(|at| at + self.delimiter.len());
            let ends = memmem::find_iter(row, self.delimiter).chain([row.len()]);
            let cells = std::iter::once(0).chain(starts).zip(ends);
            return cells
                .map(|(start, end)| trimmed(&row[start..end]))
                .collect();
        };
        let mut record = csv::ByteRecord::new();
        let read = csv_rows(row, byte, self.list.shape.quoting()).read_byte_record(&mut record);
        match read {
            Ok(true) => record.iter().map(trimmed).collect(),
            _ => Vec::new(),
        }
    }

    /// `row` without the columns that an earlier run added: a second run replaces them.
    pub(super) fn without_own_columns<'r>(&self, row: &'r [u8]) -> &'r [u8] {
        if self.own_columns == OwnColumns::None {
            return row;
        }
        let Some((rest, cells)) = last_cells(row, self.delimiter) else {
            return row;
        };
        if !is_own_header(cells) && !is_answer(cells[0]) {
            // A row of another length was not written by an earlier run.
            return row;
        }
        match last_cells(rest, self.delimiter) {
            Some((rest, [_])) if self.own_columns == OwnColumns::ReasonAndAnswer => rest,
            _ => rest,
        }
    }
}

fn is_own_header(cells: [&[u8]; 3]) -> bool {
    cells
        .into_iter()
        .zip(COLUMNS)
        .all(|(cell, column)| is_own_name(cell, column))
}

/// Whether `cell` is the name of the added column, with the prefix or without.
fn is_own_name(mut cell: &[u8], column: &str) -> bool {
    while let Some(rest) = cell.strip_prefix(PREFIX.as_bytes()) {
        cell = rest;
    }
    cell == column.as_bytes()
}

/// Whether an earlier run wrote this in the column `exposure`.
fn is_answer(cell: &[u8]) -> bool {
    let mut answers = Exposure::ALL.iter().map(|exposure| exposure.code());
    cell == b"blank" || answers.any(|answer| cell == answer.as_bytes())
}
