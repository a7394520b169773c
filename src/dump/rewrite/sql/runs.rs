//! What most of a dump is: heads like the one before, whole tuples, lines of COPY and text in quotes.
//! All of it is also read byte by byte, to the same rows, where it comes in pieces.

use super::{
    Copy, Sql, SqlPosition,
    simple_tuple::{next_tuple, simple_tuple},
};

impl Sql {
    /// Takes the bytes at the start of `bytes` that need not be looked at one by one, and returns
    /// their number.
    pub(super) fn take_run(&mut self, bytes: &[u8], rows: &mut Vec<u8>) -> usize {
        match self.place {
            SqlPosition::Copy => {
                let take = |copy: &mut Copy| match copy.take_lines(bytes, rows) {
                    0 => copy.take_run(bytes),
                    lines => lines,
                };
                self.copy.as_mut().map_or(0, take)
            }
            SqlPosition::Tuple(1) if self.values.is_untouched() => self.take_tuples(bytes, rows),
            SqlPosition::Head | SqlPosition::Tuples => self.take_head(bytes, rows),
            SqlPosition::Tuple(_) | SqlPosition::Assignments(_) | SqlPosition::Select(_)
                if self.line_start.is_past() =>
            {
                let run = self.lexer.quoted_run(bytes);
                if run == 0 {
                    return 0;
                }
                let taken = self.values.push_run(&bytes[..run]);
                self.check_length(rows);
                taken
            }
            _ => 0,
        }
    }

    /// Takes the tuples at the start of `bytes` that the fast way takes, and returns their length.
    fn take_tuples(&mut self, bytes: &[u8], rows: &mut Vec<u8>) -> usize {
        let mut taken = 0;
        if !self.lexer.is_outside() || !self.line_start.is_past() {
            return taken;
        }
        let escapes = self.lexer.backslashes;
        let columns = &mut self.values.columns;
        while let Some(length) = simple_tuple(&bytes[taken..], escapes, columns, rows) {
            taken += length;
            self.statement.rows += 1;
            match next_tuple(&bytes[taken..]) {
                // A sign of `),(` was seen before: that is for the long way to count.
                Some(next) if self.statement.signs_outside == 0 => taken += next,
                _ => {
                    self.place = SqlPosition::Tuples;
                    break;
                }
            }
        }
        taken
    }

    /// Takes the head of a statement if `bytes` begin with the same as the last one had, and returns
    /// its length.
    fn take_head(&mut self, bytes: &[u8], rows: &mut Vec<u8>) -> usize {
        let begins_line = self.line_start.is_here();
        let is_between = match self.place {
            SqlPosition::Tuples => begins_line && self.word.is_empty(),
            _ => begins_line || self.line_start.is_past(),
        };
        let Some((length, backslashes)) = self.head.repeated(bytes) else {
            return 0;
        };
        if !is_between || !self.lexer.is_outside() {
            return 0;
        }
        if begins_line {
            self.in_comment = 0;
            self.line_start.pass();
            self.end_unterminated(rows);
        }
        self.statement.follows_rows = false;
        self.begin_values(backslashes);
        self.place = SqlPosition::Tuple(1);
        length
    }
}
