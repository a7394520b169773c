//! SQL: the tuples of `INSERT INTO … VALUES` and the lines of Postgres's `COPY … FROM stdin`.
//!
//! A column goes by its name in the statement's own list, else in a `CREATE TABLE` before it, else by its place
//! (`field 3`). A tuple that never ends costs itself and the rest of its line.

mod copy;
mod tokens;

use std::collections::HashMap;

use super::{JsonRow, Rewriter};
use crate::dump::MAX_ROW_BYTES;
use copy::Copy;
use tokens::{Token, created, tokens};

/// The longest statement without tuples that is looked at.
const MAX_HEAD_BYTES: usize = 256 << 10;
/// As many tables are known by their columns.
const MAX_TABLES: usize = 10_000;

/// Where in a dump the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenPosition {
    /// In a statement, before its tuples.
    Head,
    /// Between the tuples of an INSERT.
    Tuples,
    /// In a tuple, this deep in its brackets.
    Tuple(u32),
    /// After the tuples, or in a statement that is too long: up to the semicolon.
    Tail,
    /// After a COPY statement, up to the end of its line.
    CopyHead,
    /// In a line of COPY.
    Copy,
    /// Up to the end of the line, after a tuple without end.
    Lost,
}

/// What is around the next byte, wherever it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Nothing,
    /// Quotes of this kind, with backslashes as escapes or not.
    Quotes {
        kind: u8,
        escapes: bool,
    },
    LineComment,
    BlockComment,
}

/// Reads statements.
pub(super) struct Sql {
    place: TokenPosition,
    around: Around,
    /// A byte whose meaning hangs on the next one: a quote, a backslash, a dash, a slash, a star.
    pending: Option<u8>,
    head: Vec<u8>,
    /// How deep in brackets the head is.
    depth: u32,
    comment: Vec<u8>,
    /// Whether strings have backslashes as escapes, as `MySQL` has it.
    backslashes: bool,
    tables: HashMap<String, Vec<String>>,
    columns: Vec<String>,
    row: JsonRow,
    field: usize,
    /// What stands in quotes, and what does not.
    quoted: Option<Vec<u8>>,
    bare: Vec<u8>,
    copy: Option<Copy>,
}

impl Sql {
    pub(super) fn new() -> Sql {
        Sql {
            place: TokenPosition::Head,
            around: Around::Nothing,
            pending: None,
            head: Vec::new(),
            depth: 0,
            comment: Vec::new(),
            backslashes: true,
            tables: HashMap::new(),
            columns: Vec::new(),
            row: JsonRow::default(),
            field: 0,
            quoted: None,
            bare: Vec::new(),
            copy: None,
        }
    }

    fn byte(&mut self, byte: u8, rows: &mut Vec<u8>) {
        match self.place {
            TokenPosition::Copy => {
                if let Some(copy) = &mut self.copy
                    && copy.byte(byte, &mut self.row, rows)
                {
                    return;
                }
                self.copy = None;
                return self.begin_statement();
            }
            TokenPosition::CopyHead => {
                if byte == b'\n' {
                    self.place = TokenPosition::Copy;
                }
                return;
            }
            TokenPosition::Lost => {
                if byte == b'\n' {
                    self.begin_statement();
                }
                return;
            }
            _ => {}
        }
        if let Some(before) = self.pending.take()
            && self.second(before, byte, rows)
        {
            return;
        }
        match self.around {
            Around::LineComment => {
                if byte == b'\n' {
                    self.around = Around::Nothing;
                    self.end_comment();
                } else if self.comment.len() < 200 {
                    self.comment.push(byte);
                }
            }
            Around::BlockComment => {
                if byte == b'*' {
                    self.pending = Some(byte);
                }
            }
            Around::Quotes { kind, escapes } => {
                if byte == kind || (byte == b'\\' && escapes) {
                    self.pending = Some(byte);
                } else {
                    self.in_quotes(byte, rows);
                }
            }
            Around::Nothing => match byte {
                b'-' | b'/' => self.pending = Some(byte),
                b'#' if matches!(self.place, TokenPosition::Head | TokenPosition::Tuples) => {
                    self.around = Around::LineComment;
                }
                b'\'' | b'"' | b'`' => {
                    let is_escape_string =
                        matches!(self.bare.last(), Some(b'e' | b'E')) && self.bare.len() == 1;
                    self.around = Around::Quotes {
                        kind: byte,
                        escapes: byte != b'`' && (self.backslashes || is_escape_string),
                    };
                    self.open_quotes(byte);
                }
                _ => self.plain(byte, rows),
            },
        }
    }

    /// What the byte after `before` makes of it; whether that is all there is to it.
    fn second(&mut self, before: u8, byte: u8, rows: &mut Vec<u8>) -> bool {
        match (self.around, before) {
            (Around::Nothing, b'-') if byte == b'-' => self.around = Around::LineComment,
            (Around::Nothing, b'/') if byte == b'*' => self.around = Around::BlockComment,
            (Around::Nothing, _) => {
                self.plain(before, rows);
                return false;
            }
            (Around::BlockComment, _) => {
                if byte == b'/' {
                    self.around = Around::Nothing;
                    return true;
                }
                return false;
            }
            (Around::Quotes { kind, .. }, _) if before == kind => {
                if byte != kind {
                    self.around = Around::Nothing;
                    self.close_quotes(kind);
                    return false;
                }
                if self.place == TokenPosition::Head {
                    self.in_quotes(kind, rows);
                }
                self.in_quotes(kind, rows);
            }
            (Around::Quotes { .. }, _) => {
                let meant = match byte {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'0' => 0,
                    other => other,
                };
                self.in_quotes(meant, rows);
            }
            (Around::LineComment, _) => return false,
        }
        true
    }

    fn open_quotes(&mut self, kind: u8) {
        match self.place {
            TokenPosition::Head => self.push_head(kind),
            TokenPosition::Tuple(_) => {
                self.quoted.get_or_insert_default();
            }
            _ => {}
        }
    }

    fn close_quotes(&mut self, kind: u8) {
        if self.place == TokenPosition::Head {
            self.push_head(kind);
        }
    }

    fn in_quotes(&mut self, byte: u8, rows: &mut Vec<u8>) {
        match self.place {
            TokenPosition::Head => self.push_head(byte),
            TokenPosition::Tuple(_) => {
                let quoted = self.quoted.get_or_insert_default();
                quoted.push(byte);
                if quoted.len() > MAX_ROW_BYTES {
                    self.lose(rows);
                }
            }
            _ => {}
        }
    }

    /// A byte outside quotes and comments.
    fn plain(&mut self, byte: u8, rows: &mut Vec<u8>) {
        match self.place {
            TokenPosition::Head => self.head_byte(byte),
            TokenPosition::Tuples => match byte {
                b'(' => {
                    self.place = TokenPosition::Tuple(1);
                    self.field = 0;
                    self.quoted = None;
                    self.bare.clear();
                }
                b';' => self.begin_statement(),
                byte if byte.is_ascii_alphabetic() => self.place = TokenPosition::Tail,
                _ => {}
            },
            TokenPosition::Tuple(depth) => match byte {
                b'(' => {
                    self.place = TokenPosition::Tuple(depth + 1);
                    self.bare.push(byte);
                }
                b')' if depth == 1 => {
                    if self.field > 0 || self.quoted.is_some() || !self.bare.trim_ascii().is_empty()
                    {
                        self.end_value();
                    }
                    self.row.end(rows);
                    self.place = TokenPosition::Tuples;
                }
                b')' => {
                    self.place = TokenPosition::Tuple(depth - 1);
                    self.bare.push(byte);
                }
                b',' if depth == 1 => {
                    self.end_value();
                    if self.row.is_too_long() {
                        self.lose(rows);
                    }
                }
                _ => {
                    if !byte.is_ascii_whitespace() || !self.bare.is_empty() {
                        self.bare.push(byte);
                    }
                    if self.bare.len() > MAX_ROW_BYTES {
                        self.lose(rows);
                    }
                }
            },
            TokenPosition::Tail if byte == b';' => self.begin_statement(),
            _ => {}
        }
    }

    fn head_byte(&mut self, byte: u8) {
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_';
        if !is_word && self.depth == 0 && self.head_ends_with_values() {
            self.columns = self.columns_of_head();
            self.head.clear();
            self.place = TokenPosition::Tuples;
            if byte == b'(' {
                self.place = TokenPosition::Tuple(1);
                self.field = 0;
                self.quoted = None;
                self.bare.clear();
            } else if byte == b';' {
                self.begin_statement();
            }
            return;
        }
        match byte {
            b';' => return self.end_head(),
            b'(' => self.depth += 1,
            b')' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if !self.head.is_empty() || !byte.is_ascii_whitespace() {
            self.push_head(byte);
        }
    }

    fn push_head(&mut self, byte: u8) {
        self.head.push(byte);
        if self.head.len() > MAX_HEAD_BYTES {
            self.head.clear();
            self.place = TokenPosition::Tail;
        }
    }

    fn begin_statement(&mut self) {
        self.place = TokenPosition::Head;
        self.head.clear();
        self.depth = 0;
    }

    fn head_ends_with_values(&self) -> bool {
        let start = self
            .head
            .iter()
            .rposition(|byte| !byte.is_ascii_alphabetic())
            .map_or(0, |at| at + 1);
        let word = &self.head[start..];
        (word.eq_ignore_ascii_case(b"VALUES") || word.eq_ignore_ascii_case(b"VALUE"))
            && (starts_with(&self.head, b"INSERT") || starts_with(&self.head, b"REPLACE"))
    }

    /// At the semicolon of a statement without tuples.
    fn end_head(&mut self) {
        let head = std::mem::take(&mut self.head);
        self.begin_statement();
        if starts_with(&head, b"CREATE") {
            let tokens = tokens(&head);
            if let Some((table, columns)) = created(&tokens)
                && self.tables.len() < MAX_TABLES
            {
                self.tables.insert(table, columns);
            }
        } else if starts_with(&head, b"COPY") && is_from_stdin(&head) {
            self.head = head;
            let columns = self.columns_of_head();
            self.copy = Some(Copy::new(&self.head, columns));
            self.head.clear();
            self.place = TokenPosition::CopyHead;
        } else if contains(&head, b"STANDARD_CONFORMING_STRINGS") || starts_with(&head, b"PRAGMA") {
            self.backslashes = false;
        }
    }

    fn end_comment(&mut self) {
        if contains(&self.comment, b"POSTGRESQL") {
            self.backslashes = false;
        }
        self.comment.clear();
    }

    /// The columns that an INSERT or COPY lists, else those of its table.
    fn columns_of_head(&self) -> Vec<String> {
        let tokens = tokens(&self.head);
        let open = tokens.iter().position(|token| *token == Token::Sign(b'('));
        let name = |token: &Token| match token {
            Token::Name(name) => Some(name.clone()),
            Token::Sign(_) => None,
        };
        if let Some(open) = open {
            let list = &tokens[open + 1..];
            let end = list.iter().position(|token| *token == Token::Sign(b')'));
            return list[..end.unwrap_or(list.len())]
                .iter()
                .filter_map(name)
                .collect();
        }
        let keywords = ["VALUES", "VALUE", "FROM", "STDIN"];
        let table = tokens.iter().filter_map(name).rfind(|name| {
            !keywords
                .iter()
                .any(|keyword| keyword.eq_ignore_ascii_case(name))
        });
        table
            .and_then(|table| self.tables.get(&table).cloned())
            .unwrap_or_default()
    }

    fn put(&mut self, value: Option<&[u8]>) {
        self.row.put_in(&self.columns, self.field, value);
        self.field += 1;
    }

    /// A text is what stands in its quotes, whatever mark or cast is around it.
    fn end_value(&mut self) {
        let (quoted, bare) = (self.quoted.take(), std::mem::take(&mut self.bare));
        let bare_text = bare.trim_ascii();
        match &quoted {
            Some(text) => self.put(Some(text)),
            None if bare_text.eq_ignore_ascii_case(b"NULL") || bare_text.is_empty() => {
                self.put(None);
            }
            None => self.put(Some(bare_text)),
        }
        self.bare = bare;
        self.bare.clear();
    }

    fn lose(&mut self, rows: &mut Vec<u8>) {
        self.row.damaged(rows);
        self.around = Around::Nothing;
        self.quoted = None;
        self.bare.clear();
        self.place = TokenPosition::Lost;
    }
}

impl Rewriter for Sql {
    fn rewrite(&mut self, bytes: &[u8], last: bool, rows: &mut Vec<u8>) {
        for &byte in bytes {
            self.byte(byte, rows);
        }
        if last {
            let in_copy = self.copy.take().is_some_and(|copy| copy.is_cut_off());
            if in_copy || matches!(self.place, TokenPosition::Tuple(_)) {
                self.row.cut_off(rows);
            }
            self.begin_statement();
        }
    }
}

fn starts_with(text: &[u8], upper: &[u8]) -> bool {
    text.get(..upper.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(upper))
}

/// `COPY … FROM stdin`, with options or none.
fn is_from_stdin(statement: &[u8]) -> bool {
    let words = statement.split(u8::is_ascii_whitespace);
    let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
    let mut pairs = words.windows(2);
    pairs
        .any(|pair| pair[0].eq_ignore_ascii_case(b"FROM") && pair[1].eq_ignore_ascii_case(b"STDIN"))
}

fn contains(text: &[u8], upper: &[u8]) -> bool {
    memchr::memmem::find(&text.to_ascii_uppercase(), upper).is_some()
}
