//! Formats that are neither lines of text nor JSON → JSON values one a line, which are read as
//! such.
//!
//! - `rewriter` is the interface of all of them;
//! - `sql` reads the statements of SQL dumps;
//! - `vcard` reads contact cards, and `ldif` entries of directories;
//! - `lines` puts folded lines together, and `row` writes a row as JSON.
//!
//! A rewriter sees the dump once, in pieces of any size, and keeps no more of it than one row. A
//! row that cannot be read becomes a mark, so that it is counted. The next step is `rows`.

mod ldif;
mod lines;
mod rewriter;
mod row;
mod sql;
mod vcard;

use super::Format;
use ldif::Ldif;
use lines::FoldedLines;
pub(super) use rewriter::Rewriter;
use row::JsonRow;
pub(super) use row::marked_damage;
use sql::Sql;
use vcard::Vcard;

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
