//! SQL: the rows of INSERT, REPLACE and UPDATE statements and the lines of Postgres's `COPY`.
//!
//! A column goes by its name in the statement's own list, else in a `CREATE TABLE` before it, else
//! by its place (`field 3`). A statement that holds rows and of which none is read is counted.
//!
//! - `lexer` tells quotes and comments from the rest, and `line_start` finds verbs at line starts;
//! - this file follows a statement from its head to its end, and `head` reads heads;
//! - `row_values` collects the values of a row, and `copy` reads the lines of COPY.

mod copy;
mod head;
mod lexer;
mod line_start;
mod row_values;
mod tokens;

use super::{JsonRow, Rewriter, row::reject};
use crate::dump::{BytesEnd, Damage};
use copy::Copy;
use head::{Head, HeadEnd};
use lexer::{Event, HashSign, Lexer};
use line_start::{LineStart, LineWord};
use row_values::RowValues;

/// Where in a dump the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SqlPosition {
    /// In a statement, before its values.
    Head,
    /// Between the tuples of an INSERT.
    Tuples,
    /// In a tuple, this deep in its brackets.
    Tuple(u32),
    /// In `SET a = 1, b = 2`, this deep in brackets.
    Assignments(u32),
    /// In a list of values behind SELECT, this deep in brackets.
    Select(u32),
    /// Behind the FROM of a SELECT, before the name of the table.
    From,
    /// Behind the UNION of two SELECTs.
    Union,
    /// After the values, or in a statement that is too long: up to its end.
    Tail,
    /// After a COPY statement, up to the end of its line.
    CopyHead,
    /// In a line of COPY.
    Copy,
    /// After a tuple without end, up to a line end or the next tuple. Counts the signs of `),(`
    /// seen.
    Lost(usize),
}

/// The statement that is being read.
#[derive(Default)]
struct Statement {
    /// It adds rows.
    holds_rows: bool,
    /// Number of its rows so far, damaged ones included.
    rows: u64,
    /// A comma was the last sign between its tuples.
    expects_tuple: bool,
}

/// Reads statements.
pub(super) struct Sql {
    place: SqlPosition,
    lexer: Lexer,
    line_start: LineStart,
    head: Head,
    values: RowValues,
    /// The letters before the next byte, outside quotes and brackets.
    word: Vec<u8>,
    statement: Statement,
    /// INSERT at line starts in the comment that is open.
    in_comment: u64,
    /// Statements end with semicolons.
    has_semicolons: bool,
    /// Statements end without semicolons.
    lacks_semicolons: bool,
    copy: Option<Copy>,
    broken_off: bool,
}

impl Sql {
    pub(super) fn new() -> Sql {
        Sql {
            place: SqlPosition::Head,
            lexer: Lexer::new(),
            line_start: LineStart::default(),
            head: Head::default(),
            values: RowValues::default(),
            word: Vec::new(),
            statement: Statement::default(),
            in_comment: 0,
            has_semicolons: false,
            lacks_semicolons: false,
            copy: None,
            broken_off: false,
        }
    }

    fn byte(&mut self, byte: u8, rows: &mut Vec<u8>) {
        match self.place {
            SqlPosition::Copy => return self.copy_byte(byte, rows),
            SqlPosition::CopyHead => {
                if matches!(byte, b'\n' | b'\r') {
                    self.place = SqlPosition::Copy;
                    if let Some(copy) = &mut self.copy {
                        copy.begin(byte);
                    }
                }
                return;
            }
            SqlPosition::Lost(seen) => return self.lost_byte(byte, seen),
            _ => {}
        }
        if let Some(word) = self.line_start.word(byte) {
            self.line_word(word, rows);
        }
        let hash = match self.place {
            SqlPosition::Head | SqlPosition::Tuples | SqlPosition::Tail => HashSign::Comment,
            _ => HashSign::Operator,
        };
        let escape_string = self.values.is_escape_string();
        for event in self.lexer.step(byte, hash, escape_string) {
            match event {
                None => {}
                Some(Event::Plain(byte)) => self.plain(byte, rows),
                Some(event) => self.in_quotes(event, rows),
            }
        }
    }

    /// A word at the start of a line, which may begin or end a statement.
    fn line_word(&mut self, word: LineWord, rows: &mut Vec<u8>) {
        let text = self.line_start.take();
        if self.lexer.is_in_block_comment() {
            self.in_comment += u64::from(word == LineWord::Insert);
            return;
        }
        self.in_comment = 0;
        let in_quotes = self.lexer.is_in_quotes();
        let in_values = matches!(
            self.place,
            SqlPosition::Tuple(_) | SqlPosition::Assignments(_) | SqlPosition::Select(_)
        );
        match word {
            // In a value, quotes may hold the text of a statement.
            LineWord::Insert if in_quotes && in_values => {}
            LineWord::Insert => self.begin_with(text, rows),
            _ if in_quotes
                || matches!(self.place, SqlPosition::Tuple(_))
                || self.head.depth > 0 => {}
            LineWord::Verb => self.begin_with(text, rows),
            LineWord::Go => {
                if text == b"/" {
                    // The lexer still holds it back.
                    self.lexer.reset();
                } else {
                    self.drop_word(text.len());
                }
                self.end_unterminated(rows);
            }
            LineWord::Client if self.place == SqlPosition::Head && self.head.is(&text) => {
                self.head.clear();
                self.lexer.skip_line();
            }
            LineWord::Client => {}
        }
    }

    /// Ends the open statement, and begins one with this verb.
    fn begin_with(&mut self, verb: Vec<u8>, rows: &mut Vec<u8>) {
        self.drop_word(verb.len());
        self.end_unterminated(rows);
        self.lexer.reset();
        self.head.begin(verb);
    }

    /// Takes back the letters of a word that were taken for part of the statement before.
    fn drop_word(&mut self, length: usize) {
        match self.place {
            SqlPosition::Head => self.head.drop_last(length),
            SqlPosition::Assignments(_) | SqlPosition::Select(_) => self.values.drop_bare(length),
            _ => {}
        }
        self.word.clear();
    }

    /// Ends a statement that has no semicolon.
    fn end_unterminated(&mut self, rows: &mut Vec<u8>) {
        match self.place {
            SqlPosition::Tuple(_) => self.reject_row(Damage::BadRow, rows),
            SqlPosition::Assignments(_) | SqlPosition::Select(_) => self.end_row(rows),
            _ => {}
        }
        self.lacks_semicolons |= self.statement.holds_rows;
        if self.place == SqlPosition::Head {
            self.end_head(rows);
        } else {
            self.end_statement(rows);
        }
    }

    fn copy_byte(&mut self, byte: u8, rows: &mut Vec<u8>) {
        if let Some(copy) = &mut self.copy
            && copy.byte(byte, &mut self.values.row, rows)
        {
            return;
        }
        self.copy = None;
        self.begin_statement();
    }

    /// Finds the way back after a tuple without end: its line ends, or another tuple begins.
    fn lost_byte(&mut self, byte: u8, seen: usize) {
        const NEXT_TUPLE: &[u8; 3] = b"),(";
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

    fn in_quotes(&mut self, event: Event, rows: &mut Vec<u8>) {
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

    /// A byte outside quotes and comments.
    fn plain(&mut self, byte: u8, rows: &mut Vec<u8>) {
        match self.place {
            SqlPosition::Head => self.head_byte(byte, rows),
            SqlPosition::Tuples => self.between_tuples(byte, rows),
            SqlPosition::Tuple(depth) => self.in_tuple(byte, depth, rows),
            SqlPosition::Assignments(depth) | SqlPosition::Select(depth) => {
                self.in_list(byte, depth, rows);
            }
            SqlPosition::From | SqlPosition::Union => self.behind_keyword(byte, rows),
            SqlPosition::Tail if byte == b';' => self.end_by_semicolon(rows),
            _ => {}
        }
    }

    fn head_byte(&mut self, byte: u8, rows: &mut Vec<u8>) {
        match self.head.end_before(byte) {
            None => {}
            Some(HeadEnd::Statement) => {
                self.has_semicolons |= self.statement.holds_rows;
                return self.end_head(rows);
            }
            Some(HeadEnd::ClientLine) => return self.lexer.skip_line(),
            Some(HeadEnd::Values { backslashes }) => {
                self.begin_values(backslashes);
                return self.place = SqlPosition::Tuple(1);
            }
            Some(HeadEnd::Assignments) => {
                self.begin_values(None);
                return self.place = SqlPosition::Assignments(0);
            }
            Some(HeadEnd::Select { backslashes }) => {
                self.begin_values(backslashes);
                return self.place = SqlPosition::Select(0);
            }
        }
        self.push_head(byte);
    }

    fn begin_values(&mut self, backslashes: Option<bool>) {
        self.lexer.backslashes = backslashes.unwrap_or(self.lexer.backslashes);
        self.statement.holds_rows = true;
        self.values.columns = self.head.columns();
        self.values.begin();
        self.head.clear();
        self.word.clear();
    }

    fn push_head(&mut self, byte: u8) {
        if !self.head.push(byte) {
            self.statement.holds_rows |= self.head.adds_rows();
            self.head.clear();
            self.place = SqlPosition::Tail;
        }
    }

    fn between_tuples(&mut self, byte: u8, rows: &mut Vec<u8>) {
        if byte.is_ascii_alphabetic() {
            return self.word.push(byte.to_ascii_uppercase());
        }
        match (byte, self.word.as_slice()) {
            (b'(', b"" | b"ROW") => {
                self.word.clear();
                self.statement.expects_tuple = false;
                self.values.begin();
                self.place = SqlPosition::Tuple(1);
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

    fn in_tuple(&mut self, byte: u8, depth: u32, rows: &mut Vec<u8>) {
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
    fn in_list(&mut self, byte: u8, depth: u32, rows: &mut Vec<u8>) {
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
    fn behind_keyword(&mut self, byte: u8, rows: &mut Vec<u8>) {
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
                self.values.columns.clear();
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
    fn check_length(&mut self, rows: &mut Vec<u8>) {
        if self.values.is_too_long() {
            self.reject_row(Damage::BadRow, rows);
            self.lexer.reset();
            self.place = match self.place {
                SqlPosition::Tuple(_) => SqlPosition::Lost(0),
                _ => SqlPosition::Tail,
            };
        }
    }

    fn end_row(&mut self, rows: &mut Vec<u8>) {
        if !self.values.is_empty() {
            self.values.end_value();
        }
        self.values.row.end(rows);
        self.statement.rows += 1;
    }

    fn reject_row(&mut self, damage: Damage, rows: &mut Vec<u8>) {
        self.values.begin();
        self.values.row.reject(damage, rows);
        self.statement.rows += 1;
    }

    fn end_by_semicolon(&mut self, rows: &mut Vec<u8>) {
        self.has_semicolons |= self.statement.holds_rows;
        self.end_statement(rows);
    }

    /// Ends a statement, and counts it if it holds rows of which none was read.
    fn end_statement(&mut self, rows: &mut Vec<u8>) {
        if self.statement.holds_rows && self.statement.rows == 0 {
            reject(Damage::UnreadStatement, rows);
        }
        self.begin_statement();
    }

    fn begin_statement(&mut self) {
        self.place = SqlPosition::Head;
        self.head.clear();
        self.word.clear();
        self.statement = Statement::default();
    }

    /// At the end of a statement without values.
    fn end_head(&mut self, rows: &mut Vec<u8>) {
        self.statement.holds_rows |= self.head.adds_rows() || self.head.holds_number();
        self.lexer.backslashes &= !self.head.turns_backslashes_off();
        self.copy = self.head.copy();
        self.head.learn_table();
        self.end_statement(rows);
        if self.copy.is_some() {
            self.place = SqlPosition::CopyHead;
        }
    }

    /// At the end of the dump.
    fn end(&mut self, rows: &mut Vec<u8>) {
        if matches!(self.place, SqlPosition::Copy | SqlPosition::CopyHead) {
            if self.copy.take().is_some_and(|copy| copy.is_in_line()) {
                self.reject_row(Damage::Truncated, rows);
            }
            self.broken_off = true;
            return self.begin_statement();
        }
        // A word or quote at the very end waits for a byte behind it.
        self.byte(b'\n', rows);
        let in_quotes = self.lexer.is_in_quotes();
        let in_comment = self.lexer.is_in_block_comment();
        // Where other statements end with semicolons, one without is cut off.
        let must_end = self.has_semicolons && !self.lacks_semicolons;
        self.broken_off = match self.place {
            SqlPosition::Tuple(_) => {
                self.reject_row(Damage::Truncated, rows);
                true
            }
            SqlPosition::Assignments(_) | SqlPosition::Select(_) if in_quotes => {
                self.reject_row(Damage::Truncated, rows);
                true
            }
            SqlPosition::Assignments(_) | SqlPosition::Select(_) => {
                self.end_row(rows);
                must_end
            }
            SqlPosition::Head => self.head.is_open(in_quotes),
            _ => self.statement.expects_tuple || (self.statement.holds_rows && must_end),
        } || in_comment;
        if self.place == SqlPosition::Head {
            self.end_head(rows);
        } else {
            self.end_statement(rows);
        }
        if in_comment {
            for _ in 0..self.in_comment {
                reject(Damage::UnreadStatement, rows);
            }
        }
    }
}

impl Rewriter for Sql {
    fn rewrite(&mut self, bytes: &[u8], end: BytesEnd, rows: &mut Vec<u8>) {
        for &byte in bytes {
            self.byte(byte, rows);
        }
        if end.is_here() {
            self.end(rows);
        }
    }

    fn broken_off(&self) -> Option<&'static str> {
        self.broken_off.then_some("SQL")
    }
}
