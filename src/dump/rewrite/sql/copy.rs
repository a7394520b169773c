//! The lines that follow on `COPY … FROM stdin`: fields between tabs, or CSV where its options say
//! so.

use std::ops::ControlFlow;

use super::super::row::{put_value, reject_with};
use super::{
    Columns, JsonRow,
    tokens::{Token, tokens},
};
use crate::dump::{
    Damage, Delimiter, MAX_ROW_BYTES, Quoting,
    rows::{
        dialect::{Dialect, FieldScratch},
        near,
    },
};

/// Reads the lines of one COPY.
pub(super) struct Copy {
    columns: Columns,
    dialect: Dialect,
    scratch: FieldScratch,
    /// The first line names the columns.
    header: bool,
    line: Vec<u8>,
    in_quotes: bool,
    after_return: bool,
}

impl Copy {
    /// From the statement and the columns that it names, or that its table has.
    pub(super) fn new(statement: &[u8], columns: Vec<String>) -> Copy {
        let tokens = tokens(statement);
        let position = |word: &str| {
            let is_word = |token: &Token| matches!(token, Token::Name(name) if name.eq_ignore_ascii_case(word));
            let stdin = tokens.iter().position(
                |token| matches!(token, Token::Name(name) if name.eq_ignore_ascii_case("STDIN")),
            )?;
            Some(stdin + tokens[stdin..].iter().position(is_word)?)
        };
        let quoting = if position("CSV").is_some() {
            Quoting::Rfc4180
        } else {
            Quoting::Off
        };
        let usual: &[u8] = if quoting == Quoting::Off { b"\t" } else { b"," };
        // `DELIMITER ','`, or `DELIMITER AS ','`.
        let given = position("DELIMITER").and_then(|at| {
            tokens[at + 1..]
                .iter()
                .take(2)
                .find_map(|token| match token {
                    Token::Name(name) if name.len() == 1 => Delimiter::new(name.as_bytes()).ok(),
                    _ => None,
                })
        });
        let usual = Delimiter::new(usual).expect("tabs and commas are delimiters");
        Copy {
            columns: Columns::new(columns),
            dialect: Dialect {
                delimiter: given.unwrap_or(usual),
                quoting,
                terminator: b'\n',
            },
            scratch: FieldScratch::default(),
            header: quoting == Quoting::Rfc4180 && position("HEADER").is_some(),
            line: Vec::new(),
            in_quotes: false,
            after_return: false,
        }
    }

    /// At the line end of the statement.
    pub(super) fn begin(&mut self, line_end: u8) {
        self.after_return = line_end == b'\r';
    }

    /// Takes the whole lines at the start of `bytes` that are rows as they stand, and returns their
    /// length.
    pub(super) fn take_lines(&mut self, bytes: &[u8], rows: &mut Vec<u8>) -> usize {
        let mut taken = 0;
        if self.is_in_line() || self.after_return || self.dialect.quoting != Quoting::Off {
            return taken;
        }
        while let Some(end) = near::find2(b'\n', b'\r', &bytes[taken..]) {
            let (line, rest) = bytes[taken..].split_at(end);
            let end_bytes = match rest {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => break,
            };
            if line.len() > MAX_ROW_BYTES || is_end(line) {
                break;
            }
            let before = rows.len();
            self.values(line, |columns, index, value| {
                rows.push(if index == 0 { b'{' } else { b',' });
                rows.extend_from_slice(columns.key(index));
                put_value(rows, value);
            });
            if rows.len() - before > MAX_ROW_BYTES {
                rows.truncate(before);
                break;
            }
            rows.extend_from_slice(b"}\n");
            taken += end + end_bytes;
        }
        taken
    }

    /// Takes the bytes up to the next one that may end a line, and returns their number.
    pub(super) fn take_run(&mut self, bytes: &[u8]) -> usize {
        let run = near::find3(b'\n', b'\r', b'"', bytes).unwrap_or(bytes.len());
        if run > 0 {
            self.after_return = false;
            let room = (MAX_ROW_BYTES + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(&bytes[..run.min(room)]);
        }
        run
    }

    /// Takes the next byte; false once the lines have ended.
    pub(super) fn byte(&mut self, byte: u8, row: &mut JsonRow, rows: &mut Vec<u8>) -> bool {
        let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
        if after_return && byte == b'\n' {
            return true;
        }
        self.in_quotes ^= byte == b'"' && self.dialect.quoting == Quoting::Rfc4180;
        let too_long = self.line.len() > MAX_ROW_BYTES;
        if !matches!(byte, b'\n' | b'\r') || (self.in_quotes && !too_long) {
            if !too_long {
                self.line.push(byte);
            }
            return true;
        }
        self.in_quotes = false;
        let line = std::mem::take(&mut self.line);
        if is_end(&line) {
            return false;
        }
        if too_long {
            reject_with(Damage::BadRow, &line, rows);
        } else if std::mem::take(&mut self.header) {
            self.columns = Columns::new(self.names(&line));
        } else {
            self.values(&line, |columns, index, value| {
                row.put_in(columns, index, value);
            });
            row.end(rows);
        }
        self.line = line;
        self.line.clear();
        true
    }

    /// Whether a line is open.
    pub(super) fn is_in_line(&self) -> bool {
        !self.line.is_empty()
    }

    /// Calls `visit` with each value of a line.
    fn values(&mut self, line: &[u8], mut visit: impl FnMut(&mut Columns, usize, Option<&[u8]>)) {
        let Copy {
            columns,
            dialect,
            scratch,
            ..
        } = self;
        let is_csv = dialect.quoting == Quoting::Rfc4180;
        dialect.fields(line, scratch, |index, field| {
            let unescaped;
            let value = match field {
                b"\\N" if !is_csv => None,
                field if is_csv => Some(field),
                field if !field.contains(&b'\\') => Some(field),
                field => {
                    unescaped = unescape(field);
                    Some(unescaped.as_slice())
                }
            };
            visit(columns, index, value);
            ControlFlow::Continue(())
        });
    }

    fn names(&mut self, line: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        self.dialect.fields(line, &mut self.scratch, |_, field| {
            names.push(String::from_utf8_lossy(field).into_owned());
            ControlFlow::Continue(())
        });
        names
    }
}

/// Whether this line ends the lines of a COPY.
fn is_end(line: &[u8]) -> bool {
    line.trim_ascii() == b"\\."
}

/// The text of a COPY field: Postgres's escapes, which are C's.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(field.len());
    let mut bytes = field.iter();
    while let Some(&byte) = bytes.next() {
        text.push(match byte {
            b'\\' => match bytes.next() {
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'r') => b'\r',
                Some(&other) => other,
                None => b'\\',
            },
            byte => byte,
        });
    }
    text
}
