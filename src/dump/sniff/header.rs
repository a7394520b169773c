//! The names in a header row, as far as they may be printed: a first row may be content.

use std::borrow::Cow;

use super::{
    Sample,
    asked::asked_names,
    delimiters::Table,
    first_row::FirstRow,
    names::{is_known, safe_name},
};

/// The first row of a table, if it is a header.
pub(super) struct Header<'a> {
    table: &'a Table,
    pub(super) first_row: FirstRow,
    /// Whether a known name is in it, or one that the user gives, so that it is a header for sure.
    is_certain: bool,
    shown: ShownNames,
}

/// Which names may be printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ShownNames {
    /// Known ones, and what can hardly be content.
    Plausible,
    /// Known ones.
    Known,
}

impl<'a> Header<'a> {
    pub(super) fn new(table: &'a Table, first_row: FirstRow, sample: &Sample<'_>) -> Header<'a> {
        let known = |cell: &Vec<u8>| is_known(&String::from_utf8_lossy(cell));
        let has_known = asked_names(&table.first, sample) > 0 || table.first.iter().any(known);
        Header {
            table,
            first_row,
            is_certain: could_be_header(table) && has_known,
            shown: ShownNames::Plausible,
        }
    }

    /// The same row as a header, for an error that names the columns.
    pub(super) fn if_it_were_one(&self) -> Header<'a> {
        Header {
            first_row: FirstRow::Header,
            shown: ShownNames::Known,
            ..*self
        }
    }

    /// The name of a field if it may be printed, else its number.
    pub(super) fn name(&self, field: usize) -> String {
        let name = self
            .cell(field)
            .filter(|name| self.may_be_shown(field, name));
        name.map_or_else(|| format!("field {}", field + 1), |name| safe_name(&name))
    }

    /// All names, if the row is a header for sure.
    pub(super) fn known_names(&self) -> Vec<String> {
        if !(self.first_row.is_header() && self.is_certain) {
            return Vec::new();
        }
        (0..self.table.first.len())
            .map(|field| self.name(field))
            .collect()
    }

    fn cell(&self, field: usize) -> Option<Cow<'a, str>> {
        let cell = self
            .table
            .first
            .get(field)
            .filter(|_| self.first_row.is_header())?;
        let name = String::from_utf8_lossy(cell);
        (!name.trim().is_empty()).then_some(name)
    }

    /// A known name is no content. Another word is none if the row is a header for sure, and no
    /// other row has it.
    fn may_be_shown(&self, field: usize, name: &str) -> bool {
        const LONGEST: usize = 40;
        const DIGITS: usize = 5;
        let digits = name.chars().filter(|c| c.is_numeric()).count();
        if digits >= DIGITS || name.contains('@') {
            return false;
        }
        let is_cell = |row: &Vec<Vec<u8>>| {
            let cell = row.get(field).map(|cell| String::from_utf8_lossy(cell));
            cell.is_some_and(|cell| cell.trim() == name.trim())
        };
        is_known(name)
            || (self.is_certain
                && self.shown == ShownNames::Plausible
                && digits == 0
                && name.chars().count() <= LONGEST
                && !self.table.rows(FirstRow::Header).any(is_cell))
    }
}

/// No cell of the first row has digits enough for a number, or is an address: its cells may be
/// printed as names.
pub(super) fn could_be_header(table: &Table) -> bool {
    const DIGITS: usize = 5;
    let digits = |cell: &[u8]| cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_name = |cell: &Vec<u8>| digits(cell) < DIGITS && !cell.contains(&b'@');
    !table.first.is_empty() && table.first.iter().all(is_name)
}
