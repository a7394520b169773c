//! Formats that are neither lines of text nor JSON → JSON values one a line, which are read as
//! such.
//!
//! - `sql` reads the statements of SQL dumps;
//! - `vcard` reads contact cards, and `ldif` entries of directories;
//! - `lines` puts folded lines together, and `row` writes a row as JSON.
//!
//! A rewriter sees the dump once, in pieces of any size, and keeps no more of it than one row. A
//! row that cannot be read becomes a mark, so that it is counted. The next step is `rows`.

mod ldif;
mod lines;
mod row;
mod sql;
mod vcard;

use super::Format;
use ldif::Ldif;
use lines::FoldedLines;
use row::JsonRow;
pub(super) use row::marked_damage;
use sql::Sql;
use vcard::Vcard;

/// Turns one format into JSON values one a line, as its bytes come.
pub(super) trait Rewriter: Send {
    /// Appends the rows that end in `bytes`. `last` says that the dump ends with them, whole.
    fn rewrite(&mut self, bytes: &[u8], last: bool, rows: &mut Vec<u8>);

    /// The kind of data that broke off, if the dump ended in the middle of it.
    fn broken_off(&self) -> Option<&'static str> {
        None
    }
}

/// The rewriter of a format, if it has one.
pub(super) fn rewriter(format: Format) -> Option<Box<dyn Rewriter>> {
    match format {
        Format::Sql => Some(Box::new(Sql::new())),
        Format::Vcard => Some(Box::new(Vcard::default())),
        Format::Ldif => Some(Box::new(Ldif::default())),
        Format::Text | Format::Csv | Format::Json | Format::Ndjson | Format::Xlsx | Format::Ods => {
            None
        }
    }
}
