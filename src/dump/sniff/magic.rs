//! Files that are refused as a whole, by their first bytes and never by their name.

use super::notation::notation;
use crate::dump::{Delimiter, Format, LineEnd, ReadOptions, Refusal};

/// First bytes of files that are refused.
#[rustfmt::skip]
const MAGIC: [(&[u8], Refusal); 24] = [
    (b"Rar!\x1a\x07", Refusal::Rar),
    (b"7z\xbc\xaf\x27\x1c", Refusal::SevenZip),
    (b"\x04\x22\x4d\x18", Refusal::Compressed { kind: "lz4", tool: "unlz4" }),
    (b"\x1f\x9d", Refusal::Compressed { kind: "compress", tool: "uncompress" }),
    (b"SQLite format 3\0", Refusal::Unsupported("a SQLite database")),
    (b"PAR1", Refusal::Unsupported("Parquet")),
    (b"Obj\x01", Refusal::Unsupported("Avro")),
    (b"ARROW1", Refusal::Unsupported("Arrow")),
    (b"FEA1", Refusal::Unsupported("Arrow")),
    (b"\x89HDF\r\n", Refusal::Unsupported("HDF5")),
    (b"PGDMP", Refusal::Unsupported("a custom dump of Postgres")),
    (b"\0\x01\0\0Standard Jet DB", Refusal::Unsupported("an Access database")),
    (b"\0\x01\0\0Standard ACE DB", Refusal::Unsupported("an Access database")),
    (b"\x6d\xe2\x99\x81", Refusal::Unsupported("an archive of mongodump")),
    (b"%PDF-", Refusal::Unsupported("PDF")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Refusal::Unsupported("an old Office file")),
    (b"-----BEGIN PGP MESSAGE", Refusal::Encrypted),
    (b"-----BEGIN AGE ENCRYPTED FILE", Refusal::Encrypted),
    (b"age-encryption.org/", Refusal::Encrypted),
    (b"Salted__", Refusal::Encrypted),
    (b"\x89leak\r\n\x1a", Refusal::Unsupported("part of an index")),
    (b"\x89list\r\n\x1a", Refusal::Unsupported("part of an index")),
    (b"\xff\xfe\0\0", Refusal::Unsupported("UTF-32")),
    (b"\0\0\xfe\xff", Refusal::Unsupported("UTF-32")),
];

/// Starts of first lines of files that are refused, in upper case.
const FIRST_LINE_STARTS: [(&[u8], Refusal); 4] = [
    (b"<!DOCTYPE HTML", Refusal::Html),
    (b"<HTML", Refusal::Html),
    (b"<HEAD", Refusal::Html),
    (b"<?XML", Refusal::Unsupported("XML")),
];

/// How many lines, empty ones aside, are looked at for [`FIRST_LINE_STARTS`].
const FIRST_LINES: usize = 5;

/// Starts of SQL statements and comments, in upper case.
const SQL_STARTS: [&[u8]; 14] = [
    b"-- MYSQL DUMP",
    b"-- MARIADB DUMP",
    b"-- PHPMYADMIN SQL DUMP",
    b"-- POSTGRESQL DATABASE DUMP",
    b"PRAGMA FOREIGN_KEYS",
    b"REM INSERTING",
    b"SET IDENTITY_INSERT",
    b"INSERT INTO ",
    b"REPLACE INTO ",
    b"MERGE INTO ",
    b"UPSERT INTO ",
    b"CREATE TABLE ",
    b"CREATE TEMPORARY TABLE ",
    b"CREATE UNLOGGED TABLE ",
];

/// How many lines are looked at for [`SQL_STARTS`].
const SQL_LINES: usize = 200;

/// Text has at most one control character in this many bytes.
// Damaged dumps hold some; programs and pictures hold a tenth and more.
const CONTROLS_ONE_IN: usize = 20;

/// Why the whole file is not taken, if so. `sample` is as found.
pub(super) fn refusal(sample: &[u8], options: &ReadOptions) -> Option<Refusal> {
    if let Some((_, refusal)) = MAGIC.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Some(*refusal);
    }
    if is_orc(sample) {
        return Some(Refusal::Unsupported("ORC"));
    }
    if is_bson(sample) {
        return Some(Refusal::Unsupported("BSON"));
    }
    let delimiter = options
        .delimiter
        .as_ref()
        .map_or(&[] as &[u8], Delimiter::as_bytes);
    let is_control = |byte: &&u8| {
        matches!(byte, 1..=8 | 0x0e..=0x19 | 0x1c..=0x1f | 0x7f) && !delimiter.contains(byte)
    };
    let controls = sample.iter().filter(is_control).count();
    if controls * CONTROLS_ONE_IN > sample.len() && !are_delimiters(sample, controls) {
        return Some(Refusal::Binary);
    }
    let nuls = memchr::memchr_iter(0, sample).count();
    (options.line_end == LineEnd::Newline && nuls * 2 > sample.len()).then_some(Refusal::Binary)
}

/// Whether all control characters of the sample are one of those that separate fields.
fn are_delimiters(sample: &[u8], controls: usize) -> bool {
    [0x01, 0x1f]
        .iter()
        .any(|delimiter| memchr::memchr_iter(*delimiter, sample).count() == controls)
}

/// `ORC`, and then bytes that are no text: a header may begin with these letters too.
fn is_orc(sample: &[u8]) -> bool {
    let head = &sample[..sample.len().min(64)];
    head.starts_with(b"ORC") && head.iter().any(|byte| *byte < b'\t')
}

/// Whether the sample begins with a document of BSON: its length, and an element with the key
/// `_id`.
fn is_bson(sample: &[u8]) -> bool {
    matches!(sample, [_, _, _, 0, 0x01..=0x13, b'_', b'i', b'd', 0, ..])
}

/// Why text of this kind is refused, unless the user named its format. `sample` is UTF-8.
pub(super) fn text_refusal(sample: &[u8], format: Option<Format>) -> Option<Refusal> {
    if format.is_some() {
        return None;
    }
    let lines = sample
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii_start);
    let mut lines = lines.filter(|line| !line.is_empty()).take(FIRST_LINES);
    let by_line = lines.find_map(|line| {
        FIRST_LINE_STARTS
            .iter()
            .find(|(start, _)| starts_with(line, start))
            .map(|(_, refusal)| *refusal)
    });
    by_line.or_else(|| notation(sample).map(Refusal::Unsupported))
}

/// The format of text that is converted before it is read, by its first lines. `sample` is UTF-8.
pub(super) fn rewritten(sample: &[u8]) -> Option<Format> {
    let lines = sample
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii_start);
    let mut lines = lines.filter(|line| !line.is_empty()).take(SQL_LINES);
    // `ldapsearch` begins with a dozen lines of comments.
    let first = lines.clone().filter(|line| !line.starts_with(b"#"));
    let contacts = first.take(FIRST_LINES).find_map(|line| match line {
        _ if starts_with(line, b"BEGIN:VCARD") => Some(Format::Vcard),
        _ if starts_with(line, b"DN:") => Some(Format::Ldif),
        _ => None,
    });
    if contacts.is_some() {
        return contacts;
    }
    let is_sql = |line: &[u8]| {
        is_copy(line) || is_insert(line) || SQL_STARTS.iter().any(|start| starts_with(line, start))
    };
    lines.any(is_sql).then_some(Format::Sql)
}

/// `COPY table (columns) FROM stdin;` as the dumps of Postgres have it, with its options or none.
fn is_copy(line: &[u8]) -> bool {
    let line = line.trim_ascii_end().to_ascii_uppercase();
    let from = memchr::memmem::find(&line, b" FROM STDIN");
    line.starts_with(b"COPY ") && from.is_some() && line.ends_with(b";")
}

/// `INSERT [dbo].[t] (…) VALUES (…)`, `INSERT IGNORE INTO t …`, `UPDATE t SET …`.
fn is_insert(line: &[u8]) -> bool {
    let line = line[..line.len().min(1000)].to_ascii_uppercase();
    let has = |word: &[u8]| memchr::memmem::find(&line, word).is_some();
    let wraps: [&[u8]; 4] = [b"IF ", b"WITH ", b"BEGIN ", b"EXPLAIN "];
    line.trim_ascii_end() == b"INSERT ALL"
        || (wraps.iter().any(|word| line.starts_with(word)) && has(b" INSERT INTO "))
        || (line.starts_with(b"INSERT ")
            && (has(b" INTO ") || has(b"VALUES") || has(b"SELECT ") || has(b" SET ")))
        || (line.starts_with(b"UPDATE ") && has(b" SET ") && has(b"="))
}

fn starts_with(line: &[u8], upper: &[u8]) -> bool {
    line.get(..upper.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sample: &[u8]) -> Option<Refusal> {
        refusal(sample, &ReadOptions::default()).or_else(|| text_refusal(sample, None))
    }

    #[test]
    fn what_is_no_dump_is_refused_by_its_first_bytes() {
        let cases: [(&[u8], Refusal); 10] = [
            (b"Rar!\x1a\x07\x01\0rest", Refusal::Rar),
            (b"7z\xbc\xaf\x27\x1crest", Refusal::SevenZip),
            (
                b"\x04\x22\x4d\x18rest",
                Refusal::Compressed {
                    kind: "lz4",
                    tool: "unlz4",
                },
            ),
            (b"\n<!doctype html><html>", Refusal::Html),
            (b"<html lang=en>", Refusal::Html),
            (b"Obj\x01\x04\x14avro.codec", Refusal::Unsupported("Avro")),
            (b"\x16\0\0\0\x07_id\0rest", Refusal::Unsupported("BSON")),
            (
                b"PGDMP\x01\x0e\0",
                Refusal::Unsupported("a custom dump of Postgres"),
            ),
            (b"-----BEGIN PGP MESSAGE-----", Refusal::Encrypted),
            (
                b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0",
                Refusal::Binary,
            ),
        ];
        for (sample, expected) in cases {
            assert_eq!(refused(sample), Some(expected), "{}", sample.escape_ascii());
        }
    }

    #[test]
    fn sql_is_told_by_its_statements() {
        for sample in [
            "-- comment\n\ninsert into t values ('1');",
            "COPY public.users (phone, name) FROM stdin;\n",
        ] {
            assert_eq!(rewritten(sample.as_bytes()), Some(Format::Sql), "{sample}");
        }
        assert_eq!(rewritten(b"12125550100,copy\n"), None);
    }

    #[test]
    fn damaged_text_is_not_refused() {
        for sample in [
            "12125550100\0\0:1:Ann\n",
            "",
            "12125550100\r\x1b[0m61491570006\r12125550101",
            "BZh9",
        ] {
            assert_eq!(refused(sample.as_bytes()), None, "{sample:?}");
        }
    }

    #[test]
    fn a_format_that_the_user_names_goes_before_what_text_looks_like() {
        assert_eq!(text_refusal(b"<html>", Some(Format::Text)), None);
    }
}
