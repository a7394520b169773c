//! The values of one row on their way into a [`JsonRow`].

use super::{Columns, JsonRow};
use crate::dump::MAX_ROW_BYTES;

/// Collects the values of a tuple, an assignment list or a select list.
#[derive(Default)]
pub(super) struct RowValues {
    pub(super) row: JsonRow,
    pub(super) columns: Columns,
    /// The column that the next value belongs to, if the statement names it (`SET a = 1`).
    assigned: Option<String>,
    field: usize,
    /// The text in quotes, and the text outside.
    quoted: Vec<u8>,
    bare: Vec<u8>,
    /// The value has quotes, perhaps with nothing in them.
    is_quoted: bool,
    /// An alias follows on the value.
    ignores_rest: bool,
}

impl RowValues {
    pub(super) fn begin(&mut self) {
        self.field = 0;
        self.clear_value();
        self.assigned = None;
        self.ignores_rest = false;
        self.row.discard();
    }

    pub(super) fn open_quotes(&mut self) {
        if self.ignores_rest {
            return;
        }
        // The texts of a list are several, those of `'a' || 'b'` one.
        let is_list = self.bare.contains(&b'[')
            || self.bare.starts_with(b"{")
            || self
                .bare
                .get(..4)
                .is_some_and(|word| word.eq_ignore_ascii_case(b"CASE"));
        if self.is_quoted && is_list {
            self.quoted.push(b'\n');
        }
        if self.bare.last().is_some_and(u8::is_ascii_digit) {
            self.bare.push(b' ');
        }
        self.is_quoted = true;
    }

    pub(super) fn push_quoted(&mut self, byte: u8) {
        self.push_run(&[byte]);
    }

    /// Adds text in quotes, up to the byte that makes it too long, and returns the number of bytes
    /// taken.
    pub(super) fn push_run(&mut self, text: &[u8]) -> usize {
        if self.ignores_rest {
            return text.len();
        }
        let room = (MAX_ROW_BYTES + 1).saturating_sub(self.quoted.len());
        let taken = room.min(text.len());
        self.is_quoted = true;
        self.quoted.extend_from_slice(&text[..taken]);
        taken
    }

    pub(super) fn push_bare(&mut self, byte: u8) {
        if !self.ignores_rest && (!byte.is_ascii_whitespace() || !self.bare.is_empty()) {
            self.bare.push(byte);
        }
    }

    /// Whether the next quote opens a string with backslash escapes: `E'…'`.
    pub(super) fn is_escape_string(&self) -> bool {
        matches!(self.bare.as_slice(), [b'e' | b'E'])
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.quoted.len().max(self.bare.len()) > MAX_ROW_BYTES || self.row.is_too_long()
    }

    /// Whether nothing of the row was seen yet.
    pub(super) fn is_untouched(&self) -> bool {
        self.field == 0 && !self.is_quoted && self.bare.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.field == 0 && !self.is_quoted && self.bare.trim_ascii().is_empty()
    }

    /// At the `=` of an assignment: the text so far is the name of the column.
    pub(super) fn assign(&mut self) {
        if self.assigned.is_some() {
            // A comparison within the value.
            return self.bare.push(b'=');
        }
        let name = if self.is_quoted {
            &self.quoted
        } else {
            &self.bare
        };
        let name = String::from_utf8_lossy(name);
        let name = name.trim().rsplit('.').next().unwrap_or_default();
        self.assigned = Some(name.trim_matches(['[', ']']).to_owned());
        self.clear_value();
    }

    fn clear_value(&mut self) {
        self.quoted.clear();
        self.bare.clear();
        self.is_quoted = false;
    }

    /// Ends the value. Text in quotes is the value, whatever marks or casts are around it, but for
    /// digits enough for a number: a quote that is missing turns text and quotes around.
    pub(super) fn end_value(&mut self) {
        const FEWEST_DIGITS: usize = 7;
        let bare = self.bare.trim_ascii();
        self.ignores_rest = false;
        let digits = bare.iter().filter(|byte| byte.is_ascii_digit());
        if self.is_quoted && digits.count() >= FEWEST_DIGITS {
            self.quoted.push(b'\n');
            self.quoted.extend_from_slice(bare);
        }
        let value = if self.is_quoted {
            Some(self.quoted.as_slice())
        } else if bare.is_empty() || bare.eq_ignore_ascii_case(b"NULL") {
            None
        } else {
            Some(bare)
        };
        match self.assigned.take() {
            Some(name) => self.row.put(&name, value),
            None => self.row.put_in(&mut self.columns, self.field, value),
        }
        self.clear_value();
        self.field += 1;
    }

    /// Takes back the last letters outside quotes: they are a keyword.
    pub(super) fn drop_bare(&mut self, bytes: usize) {
        self.bare.truncate(self.bare.len().saturating_sub(bytes));
    }

    /// Passes over the rest of the value: an alias.
    pub(super) fn ignore_rest(&mut self) {
        self.ignores_rest = true;
    }
}
