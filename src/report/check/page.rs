//! The input of a format: a batch of findings, and the list that they come from.

use crate::dump::{Format, Shape};
use crate::exposure::Finding;

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
