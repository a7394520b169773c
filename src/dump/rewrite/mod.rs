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
pub(super) use row::marked_damage;
use row::{Columns, JsonRow};
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dump::BytesEnd;

    /// Pieces of SQL, of which many make statements that are read the fast way.
    const SQL: [&str; 40] = [
        "INSERT INTO t (id, phone) VALUES (",
        "INSERT INTO t (id, phone) VALUES (",
        "INSERT INTO `u` VALUES\n(",
        "replace into t values (",
        "CREATE TABLE t (a int, b int);\n",
        "COPY t (a, b) FROM stdin;\n",
        "COPY t FROM stdin CSV HEADER;\n",
        "12125550100\tAnn\n",
        "\\N\ta\\tb\r\n",
        "\\.\n",
        "INSERT INTO t SELECT 1 FROM (VALUES (",
        "UPDATE t SET phone = ",
        "12125550100",
        "-1",
        "NULL",
        "'12125550100'",
        "'Ann'",
        "N'Ann'",
        "E'a\\n'",
        "'O''Brien'",
        "'a\\'b\\\\'",
        "'\"x\"\t'",
        "'",
        "\"",
        "\\",
        ",",
        ",",
        ", ",
        ")",
        "),(",
        "),\n(",
        "),(",
        ") , (",
        ");\n",
        ");\n",
        ")\nGO\n",
        "\n",
        "-- it's",
        "/* INSERT */",
        " ",
    ];

    /// Pieces of cards and entries.
    const LINES: [&str; 24] = [
        "BEGIN:VCARD\r\n",
        "BEGIN:VCARD\n",
        "TEL;TYPE=CELL:+12125550100\r\n",
        "TEL:+1212",
        "item1.TEL;waid=12125550101:",
        "NOTE;ENCODING=QUOTED-PRINTABLE:12=31255501=\n",
        "END:VCARD\r\n",
        "END:VCARD\n",
        "dn: cn=Ann\n",
        "mobile: +12125550100\n",
        "mobile;x:: KzEyMTI1NTUwMTAw\n",
        "version: 1\n",
        "# 12125550100\n",
        "5550100",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "\n ",
        "\n  ",
        "\t",
        "=",
        ":",
    ];

    /// What a rewriter makes of a text that comes in pieces of `size` bytes.
    fn rewritten(format: Format, text: &str, size: usize) -> (String, Option<&'static str>) {
        let mut rewriter = rewriter(format).unwrap();
        let mut rows = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            rewriter.rewrite(piece, BytesEnd::of(false), &mut rows);
        }
        rewriter.rewrite(b"", BytesEnd::Here, &mut rows);
        let rows = String::from_utf8_lossy(&rows).into_owned();
        (rows, rewriter.broken_off())
    }

    proptest! {
        // Byte by byte, all is read the long way.
        #[test]
        fn sql_is_the_same_byte_by_byte(
            pieces in proptest::collection::vec(proptest::sample::select(SQL.to_vec()), 0..40),
        ) {
            let text = pieces.concat();
            let whole = rewritten(Format::Sql, &text, text.len().max(1));
            prop_assert_eq!(whole, rewritten(Format::Sql, &text, 1));
        }

        #[test]
        fn lines_are_the_same_byte_by_byte(
            pieces in proptest::collection::vec(proptest::sample::select(LINES.to_vec()), 0..40),
        ) {
            let text = pieces.concat();
            for format in [Format::Vcard, Format::Ldif] {
                let whole = rewritten(format, &text, text.len().max(1));
                prop_assert_eq!(whole, rewritten(format, &text, 1));
            }
        }
    }
}
