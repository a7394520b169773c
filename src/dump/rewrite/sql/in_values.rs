//! The bytes of the values of a statement: tuples, assignments, and the values behind SELECT.

use super::{Columns, Damage, Event, Sql, SqlPosition};

/// The signs between two tuples.
const NEXT_TUPLE: &[u8; 3] = b"),(";

impl Sql {
    /// A quote, or a byte of the text in quotes.
    pub(super) fn in_quotes(&mut self, event: Event, rows: &mut Vec<u8>) {
        match self.place {
            SqlPosition::Head => match event {
                Event::Open(byte) | Event::Inside(byte) | Event::Close(byte) => {
                    self.push_head(byte);
                }
                Event::Doubled(byte) => {
                    self.push_head(byte);
                    self.push_head(byte);
                }
                Event::Plain(_) => {}
            },
            // The bracket before the first value is missing.
            SqlPosition::Tuples if self.statement.expects_tuple => {
                self.begin_tuple();
                self.in_quotes(event, rows);
            }
            SqlPosition::Tuple(_) | SqlPosition::Assignments(_) | SqlPosition::Select(_) => {
                match event {
                    Event::Open(_) => self.values.open_quotes(),
                    Event::Inside(byte) | Event::Doubled(byte) => self.values.push_quoted(byte),
                    Event::Close(_) | Event::Plain(_) => {}
                }
                self.check_length(rows);
            }
            _ => {}
        }
    }

    pub(super) fn between_tuples(&mut self, byte: u8, rows: &mut Vec<u8>) {
        if byte.is_ascii_alphabetic() {
            return self.word.push(byte.to_ascii_uppercase());
        }
        match (byte, self.word.as_slice()) {
            (b'(', b"" | b"ROW") => self.begin_tuple(),
            (b'0'..=b'9', b"") if self.statement.expects_tuple => {
                self.begin_tuple();
                self.in_tuple(byte, 1, rows);
            }
            (_, b"INTO") => {
                // Oracle's INSERT ALL names several tables.
                self.word.clear();
                self.head.begin(b"INSERT INTO".to_vec());
                self.place = SqlPosition::Head;
                self.push_head(byte);
            }
            (_, b"INSERT" | b"REPLACE") => {
                let verb = std::mem::take(&mut self.word);
                self.begin_with(verb, rows);
                self.push_head(byte);
            }
            (b';', _) => self.end_by_semicolon(rows),
            (b',', b"") => self.statement.expects_tuple = true,
            (_, b"") | (b' ' | b'\t' | b'\n' | b'\r', b"ROW") => {}
            _ => {
                self.word.clear();
                self.place = SqlPosition::Tail;
            }
        }
    }

    pub(super) fn begin_tuple(&mut self) {
        self.word.clear();
        self.statement.expects_tuple = false;
        self.values.begin();
        self.place = SqlPosition::Tuple(1);
    }

    /// Whether a tuple begins with this byte, in what was taken for the rest of a statement.
    pub(super) fn is_tuple_outside(&mut self, byte: u8) -> bool {
        let seen = self.statement.signs_outside;
        self.statement.signs_outside = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => seen,
            _ if byte == NEXT_TUPLE[seen] => seen + 1,
            b')' => 1,
            _ => 0,
        } % NEXT_TUPLE.len();
        let is_last = seen + 1 == NEXT_TUPLE.len() && byte == NEXT_TUPLE[seen];
        is_last && self.statement.holds_rows
    }

    pub(super) fn in_tuple(&mut self, byte: u8, depth: u32, rows: &mut Vec<u8>) {
        match byte {
            b')' if depth == 1 => {
                self.end_row(rows);
                return self.place = SqlPosition::Tuples;
            }
            b',' if depth == 1 => self.values.end_value(),
            b'(' | b'[' | b'{' => {
                self.place = SqlPosition::Tuple(depth + 1);
                self.values.push_bare(byte);
            }
            b')' | b']' | b'}' => {
                self.place = SqlPosition::Tuple((depth - 1).max(1));
                self.values.push_bare(byte);
            }
            _ => self.values.push_bare(byte),
        }
        self.check_length(rows);
    }

    /// A byte of `a = 1, b = 2`, or of the values behind SELECT.
    pub(super) fn in_list(&mut self, byte: u8, depth: u32, rows: &mut Vec<u8>) {
        let is_select = matches!(self.place, SqlPosition::Select(_));
        let at = |depth| {
            if is_select {
                SqlPosition::Select(depth)
            } else {
                SqlPosition::Assignments(depth)
            }
        };
        if depth == 0 {
            if byte.is_ascii_alphabetic() {
                self.word.push(byte.to_ascii_uppercase());
            } else if self.keyword(is_select, rows) && self.place != at(0) {
                return self.plain(byte, rows);
            }
        }
        match byte {
            b';' if depth == 0 => {
                self.end_row(rows);
                return self.end_by_semicolon(rows);
            }
            b',' if depth == 0 => self.values.end_value(),
            b'=' if depth == 0 && !is_select => self.values.assign(),
            b')' if depth == 0 && is_select => {
                // The end of `(SELECT …)`; `UNION (SELECT …)` may follow.
                self.end_row(rows);
                return self.place = SqlPosition::Union;
            }
            b'(' => {
                self.place = at(depth + 1);
                self.values.push_bare(byte);
            }
            b')' => {
                self.place = at(depth.saturating_sub(1));
                self.values.push_bare(byte);
            }
            _ => self.values.push_bare(byte),
        }
        self.check_length(rows);
    }

    /// Whether the letters so far are a keyword that ends a value. It is then acted on.
    fn keyword(&mut self, is_select: bool, rows: &mut Vec<u8>) -> bool {
        let word = std::mem::take(&mut self.word);
        match (is_select, word.as_slice()) {
            (true, b"FROM" | b"UNION" | b"WHERE") | (false, b"WHERE" | b"AND" | b"OR" | b"ON") => {
                self.values.drop_bare(word.len());
            }
            (_, b"AS") => {
                self.values.drop_bare(word.len());
                self.values.ignore_rest();
                return false;
            }
            _ => return false,
        }
        self.place = match word.as_slice() {
            b"FROM" => {
                self.values.end_value();
                SqlPosition::From
            }
            b"UNION" => {
                self.end_row(rows);
                SqlPosition::Union
            }
            b"ON" => {
                self.end_row(rows);
                SqlPosition::Tail
            }
            _ if is_select => {
                self.end_row(rows);
                SqlPosition::Tail
            }
            // The conditions of an UPDATE name columns too.
            _ => {
                self.values.end_value();
                SqlPosition::Assignments(0)
            }
        };
        true
    }

    /// Behind FROM the table decides whether the values are a row; behind UNION comes SELECT.
    pub(super) fn behind_keyword(&mut self, byte: u8, rows: &mut Vec<u8>) {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') {
            return self.word.push(byte.to_ascii_uppercase());
        }
        let word = std::mem::take(&mut self.word);
        match (self.place, word.as_slice()) {
            (_, b"") if byte != b';' => return,
            (SqlPosition::From, b"DUAL" | b"SYSIBM.SYSDUMMY1" | b"SYS.DUAL") => {
                self.values.row.end(rows);
                self.statement.rows += 1;
                self.place = SqlPosition::Tail;
            }
            // `SELECT * FROM (VALUES …)`: those are the rows.
            (SqlPosition::From, b"VALUES") => {
                self.values.row.discard();
                self.values.columns = Columns::default();
                self.head.forget();
                self.place = SqlPosition::Tuples;
            }
            (SqlPosition::Union, b"UNION" | b"ALL" | b"DISTINCT") => return,
            (SqlPosition::Union, b"SELECT") => {
                self.values.begin();
                self.place = SqlPosition::Select(0);
            }
            // The rows are those of another table, and are there if it is.
            _ => {
                self.values.row.discard();
                self.place = SqlPosition::Tail;
            }
        }
        self.plain(byte, rows);
    }

    /// Gives up a row that is longer than a row may be.
    pub(super) fn check_length(&mut self, rows: &mut Vec<u8>) {
        if self.values.is_too_long() {
            self.reject_row(Damage::BadRow, rows);
            self.lexer.reset();
            self.place = match self.place {
                SqlPosition::Tuple(_) => SqlPosition::Lost(0),
                _ => SqlPosition::Tail,
            };
        }
    }

    /// Finds the way back after a tuple without end: its line ends, or another tuple begins.
    pub(super) fn lost_byte(&mut self, byte: u8, seen: usize) {
        self.place = match byte {
            b'\n' | b'\r' => SqlPosition::Tuples,
            _ if byte == NEXT_TUPLE[seen] && seen == 2 => {
                self.values.begin();
                SqlPosition::Tuple(1)
            }
            _ if byte == NEXT_TUPLE[seen] => SqlPosition::Lost(seen + 1),
            b' ' | b'\t' => SqlPosition::Lost(seen),
            b')' => SqlPosition::Lost(1),
            _ => SqlPosition::Lost(0),
        };
    }
}
