//! SQL: the rows of INSERT, REPLACE and UPDATE statements and the lines of Postgres's `COPY`.
//!
//! A column goes by its name in the statement's own list, else in a `CREATE TABLE` before it, else
//! by its place (`field 3`). A statement that holds rows and of which none is read is counted.
//!
//! - `lexer` tells quotes and comments from the rest, and `line_start` finds verbs at line starts;
//! - this file follows a statement from its head to its end, and `head` reads heads;
//! - `in_values` follows its values, and `row_values` collects those of one row;
//! - `runs` takes many bytes at once, most rows by `simple_tuple`;
//! - `copy` reads the lines of COPY.

mod copy;
mod head;
mod in_values;
mod lexer;
mod line_start;
mod row_values;
mod runs;
mod simple_tuple;
mod tokens;

use super::{
    Columns, JsonRow, Rewriter,
    row::{reject, reject_with},
};
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
    /// The statement before it had rows, and nothing came since.
    follows_rows: bool,
    /// Signs of `),(` seen outside its tuples, in quotes or not: a quote that is missing turns text
    /// and quotes around.
    signs_outside: usize,
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
        let is_outside = matches!(self.place, SqlPosition::Tuples | SqlPosition::Tail);
        if is_outside && self.is_tuple_outside(byte) {
            self.lexer.reset();
            return self.begin_tuple();
        }
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
        if self.statement.follows_rows && !byte.is_ascii_whitespace() {
            self.statement.follows_rows = false;
            if byte == b',' {
                // No statement begins so: the semicolon is damage, and the tuples go on.
                self.statement = Statement {
                    holds_rows: true,
                    rows: 1,
                    expects_tuple: true,
                    ..Statement::default()
                };
                return self.place = SqlPosition::Tuples;
            }
        }
        match self.head.end_before(byte) {
            None => {}
            Some(HeadEnd::Statement) => {
                self.has_semicolons |= self.statement.holds_rows;
                return self.end_head(rows);
            }
            Some(HeadEnd::ClientLine) => return self.lexer.skip_line(),
            Some(HeadEnd::Values { backslashes }) => {
                self.set_columns();
                self.head.keep(backslashes);
                self.begin_values(backslashes);
                return self.place = SqlPosition::Tuple(1);
            }
            Some(HeadEnd::Assignments) => {
                self.set_columns();
                self.begin_values(None);
                return self.place = SqlPosition::Assignments(0);
            }
            Some(HeadEnd::Select { backslashes }) => {
                self.set_columns();
                self.begin_values(backslashes);
                return self.place = SqlPosition::Select(0);
            }
        }
        self.push_head(byte);
    }

    fn set_columns(&mut self) {
        self.values.columns = Columns::new(self.head.columns());
        self.head.forget();
    }

    fn begin_values(&mut self, backslashes: Option<bool>) {
        self.lexer.backslashes = backslashes.unwrap_or(self.lexer.backslashes);
        self.statement.holds_rows = true;
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

    fn end_row(&mut self, rows: &mut Vec<u8>) {
        if !self.values.is_empty() {
            self.values.end_value();
        }
        self.values.row.end(rows);
        self.statement.rows += 1;
    }

    fn reject_row(&mut self, damage: Damage, rows: &mut Vec<u8>) {
        self.values.end_value();
        self.values.row.reject(damage, rows);
        self.values.begin();
        self.statement.rows += 1;
    }

    fn end_by_semicolon(&mut self, rows: &mut Vec<u8>) {
        self.has_semicolons |= self.statement.holds_rows;
        self.end_statement(rows);
    }

    /// Ends a statement, and counts it if it holds rows of which none was read.
    fn end_statement(&mut self, rows: &mut Vec<u8>) {
        if self.statement.holds_rows && self.statement.rows == 0 {
            reject_with(Damage::UnreadStatement, self.head.text(), rows);
        }
        self.begin_statement();
    }

    fn begin_statement(&mut self) {
        self.place = SqlPosition::Head;
        self.head.clear();
        self.word.clear();
        self.statement = Statement {
            follows_rows: self.statement.rows > 0,
            ..Statement::default()
        };
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
                reject(Damage::Truncated, rows);
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
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            let run = self.take_run(rest, rows);
            if run > 0 {
                rest = &rest[run..];
            } else {
                self.byte(byte, rows);
                rest = after;
            }
        }
        if end.is_here() {
            self.end(rows);
        }
    }

    fn broken_off(&self) -> Option<&'static str> {
        self.broken_off.then_some("SQL")
    }
}
