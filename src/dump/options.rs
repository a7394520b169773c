//! How the user wants a dump to be read. The rest is inferred from the sample.

use std::{fmt, num::NonZeroUsize, str::FromStr};

use encoding_rs::Encoding;

/// The formats that are read. The content decides, not the name of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The whole line is the cell.
    Text,
    /// Lines of fields between delimiters, with or without quotes.
    Csv,
    /// One JSON array, or JSON values one after another, on any number of lines.
    Json,
    /// JSON values one a line.
    Ndjson,
    /// SQL statements: `INSERT`, `REPLACE`, and Postgres's `COPY … FROM stdin`.
    Sql,
    /// Contact cards.
    Vcard,
    /// Entries of a directory.
    Ldif,
    /// Sheets of Excel.
    Xlsx,
    /// Sheets of `OpenDocument`.
    Ods,
}

/// A column as a user names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnRef {
    /// By the name in the header, or a key of JSON objects.
    Name(String),
    /// By its place, counted from 1.
    Field(NonZeroUsize),
}

/// The text between two fields of a line: one character, or several such as `----`.
#[derive(Clone, PartialEq, Eq)]
pub struct Delimiter(Vec<u8>);

/// A text encoding, by any of the labels of the WHATWG Encoding Standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding(&'static Encoding);

/// Whether the first row may be a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderRule {
    /// Decided from the first row and the rows after it.
    #[default]
    Detect,
    /// There is none: the first row holds data.
    Absent,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n` or `\r\n`, or a lone `\r` where the sample has no `\n`.
    #[default]
    Newline,
    /// A NUL byte, as `find -print0` writes it.
    Nul,
}

/// How long rows are waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Buffering {
    /// Until there are many: for files and fast pipes.
    #[default]
    Bulk,
    /// Not at all: rows are given out as they come. The first rows that allow it settle the shape.
    Live,
}

/// Everything that a user may say about a dump or a contact list.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The format; `None` sniffs it.
    pub format: Option<Format>,
    /// The encoding; `None` detects UTF-16 and reads everything else as bytes.
    pub encoding: Option<TextEncoding>,
    /// The delimiter of fields; `None` sniffs it. Given, it makes lines of text CSV.
    pub delimiter: Option<Delimiter>,
    /// Whether the first row may be a header.
    pub header: HeaderRule,
    /// The columns that hold numbers; empty means that names and cells decide.
    pub phone: Vec<ColumnRef>,
    /// The column that holds the country of national numbers; `None` means that names decide.
    pub country: Option<ColumnRef>,
    /// Paths of keys (`a.b.c`) to numbers in JSON; arrays on the way are walked through.
    pub json_paths: Vec<String>,
    /// What ends a line.
    pub line_end: LineEnd,
    /// How long rows are waited for.
    pub buffering: Buffering,
}

/// Why an option's value cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// Not a format that is read.
    #[error("unknown format (formats are text, csv, json, ndjson, sql, vcard, ldif, xlsx and ods)")]
    UnknownFormat,
    /// Not a label of an encoding.
    #[error("unknown encoding (give a name such as utf-16le, windows-1252 or shift_jis)")]
    UnknownEncoding,
    /// Empty, over eight bytes, or holding a quote or a line end.
    #[error(
        "a delimiter is one character, `tab`, one byte such as \\x01, or a short text such as ---- without quotes and line ends"
    )]
    BadDelimiter,
}

impl Format {
    /// Every format, in the order of declaration.
    pub const ALL: [Format; 9] = [
        Format::Text,
        Format::Csv,
        Format::Json,
        Format::Ndjson,
        Format::Sql,
        Format::Vcard,
        Format::Ldif,
        Format::Xlsx,
        Format::Ods,
    ];

    /// The name in flags and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Sql => "sql",
            Format::Vcard => "vcard",
            Format::Ldif => "ldif",
            Format::Xlsx => "xlsx",
            Format::Ods => "ods",
        }
    }
}

impl FromStr for Format {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Format, OptionError> {
        Format::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or(OptionError::UnknownFormat)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TextEncoding {
    pub(super) fn encoding(self) -> &'static Encoding {
        self.0
    }
}

impl FromStr for TextEncoding {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<TextEncoding, OptionError> {
        // The standard maps unsafe labels to an encoding that decodes to nothing.
        Encoding::for_label_no_replacement(text.as_bytes())
            .map(TextEncoding)
            .ok_or(OptionError::UnknownEncoding)
    }
}

impl Delimiter {
    const MAX_BYTES: usize = 8;

    /// From its bytes.
    pub fn new(bytes: &[u8]) -> Result<Delimiter, OptionError> {
        let unusable = |&byte: &u8| matches!(byte, b'"' | b'\n' | b'\r' | 0) && bytes != [0];
        if bytes.is_empty() || bytes.len() > Self::MAX_BYTES || bytes.iter().any(unusable) {
            return Err(OptionError::BadDelimiter);
        }
        Ok(Delimiter(bytes.to_vec()))
    }

    /// The bytes between two fields.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Delimiter {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Delimiter, OptionError> {
        match text {
            "tab" | "\\t" => Delimiter::new(b"\t"),
            "\\0" => Delimiter::new(b"\0"),
            _ => match hex_escape(text) {
                Some(byte) => Delimiter::new(&[byte]),
                None => Delimiter::new(text.as_bytes()),
            },
        }
    }
}

/// The byte of `\x01`.
fn hex_escape(text: &str) -> Option<u8> {
    let digits = text
        .strip_prefix("\\x")
        .filter(|digits| digits.len() == 2)?;
    u8::from_str_radix(digits, 16).ok()
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            b"\t" => f.write_str("tab"),
            bytes => write!(f, "`{}`", String::from_utf8_lossy(bytes).escape_debug()),
        }
    }
}

impl fmt::Debug for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_read_back_from_their_names() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        assert_eq!("xml".parse::<Format>(), Err(OptionError::UnknownFormat));
    }

    #[test]
    fn encodings_go_by_their_labels() {
        for (label, name) in [
            ("UTF8", "UTF-8"),
            ("latin1", "windows-1252"),
            ("utf-16", "UTF-16LE"),
        ] {
            assert_eq!(label.parse::<TextEncoding>().unwrap().0.name(), name);
        }
        for bad in ["", "ebcdic", "hz-gb-2312"] {
            assert_eq!(
                bad.parse::<TextEncoding>(),
                Err(OptionError::UnknownEncoding)
            );
        }
    }

    #[test]
    fn a_delimiter_is_short_and_holds_no_quote_or_line_end() {
        assert_eq!("tab".parse::<Delimiter>().unwrap().as_bytes(), b"\t");
        assert_eq!("\\t".parse::<Delimiter>().unwrap().as_bytes(), b"\t");
        assert_eq!("\\x01".parse::<Delimiter>().unwrap().as_bytes(), b"\x01");
        assert_eq!("\\xff".parse::<Delimiter>().unwrap().as_bytes(), b"\xff");
        assert_eq!("----".parse::<Delimiter>().unwrap().as_bytes(), b"----");
        for nul in ["\\0", "\\x00"] {
            assert_eq!(nul.parse::<Delimiter>().unwrap().as_bytes(), b"\0");
        }
        for bad in ["", "\"", "\n", "\r", "\0,", "\\x0a", "123456789"] {
            assert_eq!(
                bad.parse::<Delimiter>(),
                Err(OptionError::BadDelimiter),
                "{bad:?}"
            );
        }
    }
}
