//! The input of a format: a batch of findings, and the list that they come from.

use serde::Serialize;

use crate::dump::{Format, Shape};
use crate::exposure::Finding;
use crate::phone::Region;

/// One contact list.
#[derive(Clone, Copy)]
pub struct ContactList<'a> {
    /// Its path, `-` for stdin, `argument` for arguments.
    pub input: &'a str,
    /// Number of earlier lists with the same path.
    pub repeat: usize,
    /// Its columns and delimiter.
    pub shape: &'a Shape,
}

/// How one list was read, for reports.
#[derive(Clone, Debug, Serialize)]
pub struct ListReading {
    /// Its path, `-` for stdin, `argument` for arguments.
    pub path: String,
    /// Its format, as `--input-format` names it.
    pub format: &'static str,
    /// Its encoding.
    pub encoding: &'static str,
    /// How it is packed, the outermost layer first, if it is.
    pub compression: Option<String>,
    /// The columns that hold numbers.
    pub phone_columns: Vec<String>,
    /// The column that names each row's country, if there is one.
    pub country_column: Option<String>,
    /// The home country of its numbers, if the user gave one.
    pub home: Option<&'static str>,
}

impl ListReading {
    /// The reading of a list of this shape under `home`.
    pub fn new(path: String, shape: &Shape, home: Option<Region>) -> ListReading {
        ListReading {
            path,
            format: shape.format().as_str(),
            encoding: shape.encoding(),
            compression: shape.compression().map(str::to_owned),
            phone_columns: shape.phone_columns().to_vec(),
            country_column: shape.country_column().map(str::to_owned),
            home: home.map(Region::code),
        }
    }

    /// The reading in words: `contacts.csv: csv; numbers in phone; country in land`.
    pub fn in_words(&self) -> String {
        // Plain lines have no columns.
        let columns = if self.format == Format::Text.as_str() {
            "one number a line".to_owned()
        } else {
            format!("numbers in {}", self.phone_columns.join(", "))
        };
        let mut words = format!("{}: {}; {columns}", self.path, self.format);
        if let Some(column) = &self.country_column {
            words.push_str("; country in ");
            words.push_str(column);
        }
        if let Some(home) = self.home {
            words.push_str("; home country ");
            words.push_str(home);
        }
        words
    }
}

/// A batch of findings of one list, in order.
pub struct Page<'a> {
    /// The list.
    pub list: ContactList<'a>,
    /// The findings. Those of one row follow each other.
    pub findings: &'a [Finding],
    /// The rows of the findings, for formats that pass rows through.
    pub raw: &'a RawRows,
}

/// Rows byte for byte, and the number of findings of each.
#[derive(Default)]
pub struct RawRows {
    bytes: Vec<u8>,
    /// Per row: its end in `bytes`, and the end of its findings.
    ends: Vec<(usize, usize)>,
}

impl RawRows {
    /// Adds a row without findings; [`RawRows::add_finding`] adds those.
    pub fn add_row(&mut self, raw: &[u8]) {
        self.bytes.extend_from_slice(raw);
        let findings = self.ends.last().map_or(0, |&(_, findings)| findings);
        self.ends.push((self.bytes.len(), findings));
    }

    /// Adds one finding to the last row.
    pub fn add_finding(&mut self) {
        if let Some((_, findings)) = self.ends.last_mut() {
            *findings += 1;
        }
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// The rows, each with its part of `findings`.
    pub fn rows<'a>(
        &'a self,
        findings: &'a [Finding],
    ) -> impl Iterator<Item = (&'a [u8], &'a [Finding])> {
        let mut start = (0, 0);
        self.ends.iter().map(move |&(byte, finding)| {
            let row = (&self.bytes[start.0..byte], &findings[start.1..finding]);
            start = (byte, finding);
            row
        })
    }
}

impl ContactList<'_> {
    /// Its path; `None` for stdin and arguments.
    pub(super) fn path(&self) -> Option<&str> {
        (!matches!(self.input, "-" | "argument")).then_some(self.input)
    }

    /// Whether [`Finding::line`] is a line of a file. In a JSON document it counts values.
    pub(super) fn has_lines(&self) -> bool {
        self.path().is_some() && self.shape.format() != Format::Json
    }

    /// The column of `finding`, if the list has several phone columns, or the place of an
    /// unread number.
    pub(super) fn cell<'f>(&'f self, finding: &'f Finding) -> Option<&'f str> {
        let columns = self.shape.phone_columns();
        match &finding.unread_place {
            Some(place) => Some(place),
            None if columns.len() > 1 => columns.get(finding.column).map(String::as_str),
            None => None,
        }
    }
}
