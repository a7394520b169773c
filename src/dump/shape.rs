//! The shape of a dump: its format, its columns, and how they were inferred.

use std::sync::Arc;

use super::{Delimiter, Format, Quoting, json::Keys, rows::dialect::Dialect};

/// The format of a dump and the columns of its numbers, settled once from options and sample.
pub struct Shape {
    pub(super) format: Format,
    pub(super) encoding: &'static str,
    pub(super) compression: Option<String>,
    pub(super) terminator: u8,
    pub(super) line_end: &'static [u8],
    pub(super) layout: Layout,
    pub(super) phone_columns: Vec<String>,
    pub(super) country_column: Option<String>,
    pub(super) lead: Vec<u8>,
    pub(super) above: Above,
    pub(super) has_header: bool,
    pub(super) notes: Vec<String>,
    pub(super) remarks: Vec<String>,
    /// The columns of the sample, safe to print, if none of them holds numbers: one may still come.
    pub(super) awaited: Option<Vec<String>>,
}

/// Rows above the header: titles, banners, empty lines.
#[derive(Default)]
pub(super) struct Above {
    /// The line of the first.
    pub(super) line: u64,
    pub(super) rows: Vec<u8>,
}

/// How a row is split into cells.
pub(super) enum Layout {
    /// The line is the cell.
    Lines,
    /// Fields between delimiters.
    Fields(Dialect, Fields),
    /// Values in a JSON document.
    Document(Arc<Keys>),
    /// JSON values one a line.
    JsonLines(Arc<Keys>),
}

/// The fields of a row.
pub(super) struct Fields {
    pub(super) wanted: Vec<Wanted>,
}

/// A field that is wanted; kept in order of `field`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Counted from 0.
    pub(super) field: usize,
    pub(super) role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Index in [`Shape::phone_columns`].
    Phone(usize),
    Country,
}

impl Shape {
    /// The format of the rows.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The encoding that the user gave, or that the sample shows: `utf-8`, `utf-16le`, `utf-16be`,
    /// or `8-bit` if some bytes are not UTF-8.
    pub fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// How the dump is packed, the outermost layer first (`gzip`, `zip+gzip`), if it is.
    pub fn compression(&self) -> Option<&str> {
        self.compression.as_deref()
    }

    /// The columns that hold numbers: header names, JSON paths, `field N`, or `line` for plain text
    /// without a header. Safe to print.
    pub fn phone_columns(&self) -> &[String] {
        &self.phone_columns
    }

    /// The column that holds the country of national numbers. Safe to print.
    pub fn country_column(&self) -> Option<&str> {
        self.country_column.as_deref()
    }

    /// The delimiter, if a row is a list of fields.
    pub fn delimiter(&self) -> Option<&Delimiter> {
        match &self.layout {
            Layout::Fields(dialect, _) => Some(&dialect.delimiter),
            _ => None,
        }
    }

    /// Whether fields may be in quotes.
    pub(crate) fn quoting(&self) -> Quoting {
        match &self.layout {
            Layout::Fields(dialect, _) => dialect.quoting,
            _ => Quoting::Off,
        }
    }

    /// The line end of the first line: `\n`, `\r\n`, `\r` or NUL.
    pub fn line_end(&self) -> &'static [u8] {
        self.line_end
    }

    /// The bytes before the first row that belong to no row: byte-order mark, `sep=;`, header row.
    ///
    /// Rows above the header are rows too, the first ones.
    pub fn lead(&self) -> &[u8] {
        &self.lead
    }

    /// [`Shape::lead`], if it holds a header row.
    pub fn header(&self) -> Option<&[u8]> {
        self.has_header.then_some(self.lead.as_slice())
    }

    /// Columns that the cells decided about and no name, for people: they must hear of it.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// How the rest of the shape was inferred, for people. Names no cell.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The line of the first row below the header, counted from 1; in a JSON document the number of
    /// the first value.
    pub fn first_line(&self) -> u64 {
        1 + count(self.terminator, &self.lead) + count(self.terminator, &self.above.rows)
    }
}

/// Number of times that `byte` occurs in `bytes`.
pub(super) fn count(byte: u8, bytes: &[u8]) -> u64 {
    u64::try_from(memchr::memchr_iter(byte, bytes).count()).expect("lengths fit 64 bits")
}
