//! One row on its way to a line of JSON, or a mark in its place.

use std::io::Write as _;

use crate::dump::{Damage, MAX_ROW_BYTES, rows::near};

/// Begins the line of a row that cannot be read; the code of the reason follows, and what is known
/// of the row: it may hold numbers.
const MARK: u8 = b'!';
/// Longest rest of a row behind its mark.
const LONGEST_REST: usize = MAX_ROW_BYTES / 2;

/// Why a row cannot be read, if `line` is a mark in its place.
pub(in crate::dump) fn marked_damage(line: &[u8]) -> Option<Damage> {
    // Every row is asked, and few are marks.
    let mark = line.strip_prefix(&[MARK])?;
    let code = mark.split(u8::is_ascii_whitespace).next()?;
    let is_code = |damage: &Damage| damage.code().as_bytes() == code;
    Damage::ALL.into_iter().find(is_code)
}

/// Appends a mark in the place of a row that cannot be read.
pub(super) fn reject(damage: Damage, rows: &mut Vec<u8>) {
    reject_with(damage, b"", rows);
}

/// Appends a mark in the place of a row that cannot be read, with what is known of it.
pub(super) fn reject_with(damage: Damage, rest: &[u8], rows: &mut Vec<u8>) {
    rows.push(MARK);
    rows.extend_from_slice(damage.code().as_bytes());
    rows.push(b' ');
    let is_line_end = |byte: u8| matches!(byte, b'\n' | b'\r');
    let rest = rest.iter().take(LONGEST_REST);
    rows.extend(rest.map(|byte| if is_line_end(*byte) { b' ' } else { *byte }));
    rows.push(b'\n');
}

/// An object that is written key by key.
#[derive(Default)]
pub(super) struct JsonRow {
    json: Vec<u8>,
}

impl JsonRow {
    /// Adds a text, or null.
    pub(super) fn put(&mut self, key: &str, value: Option<&[u8]>) {
        self.separate();
        string(&mut self.json, key.as_bytes());
        self.json.push(b':');
        put_value(&mut self.json, value);
    }

    /// Adds the value of the column at `index`.
    pub(super) fn put_in(&mut self, columns: &mut Columns, index: usize, value: Option<&[u8]>) {
        self.separate();
        self.json.extend_from_slice(columns.key(index));
        put_value(&mut self.json, value);
    }

    fn separate(&mut self) {
        let sign = if self.json.is_empty() { b'{' } else { b',' };
        self.json.push(sign);
    }

    /// Whether it is longer than a row may be.
    pub(super) fn is_too_long(&self) -> bool {
        self.json.len() > MAX_ROW_BYTES
    }

    /// Ends the row; one that is too long is damaged.
    pub(super) fn end(&mut self, rows: &mut Vec<u8>) {
        if self.is_too_long() {
            return self.reject(Damage::BadRow, rows);
        }
        if self.json.is_empty() {
            self.json.push(b'{');
        }
        rows.append(&mut self.json);
        rows.extend_from_slice(b"}\n");
    }

    /// Ends the row as one that cannot be read.
    pub(super) fn reject(&mut self, damage: Damage, rows: &mut Vec<u8>) {
        reject_with(damage, &self.json, rows);
        self.discard();
    }

    /// Drops the row so far.
    pub(super) fn discard(&mut self) {
        self.json.clear();
    }
}

/// The columns of a table, as the keys of their values.
#[derive(Default)]
pub(super) struct Columns {
    names: Vec<String>,
    /// Written as JSON, each with its colon; as many as were asked for.
    keys: Vec<Vec<u8>>,
}

impl Columns {
    pub(super) fn new(names: Vec<String>) -> Columns {
        Columns {
            names,
            keys: Vec::new(),
        }
    }

    /// The key of the column at `index`: its name if it is known, else `field N`.
    pub(super) fn key(&mut self, index: usize) -> &[u8] {
        while self.keys.len() <= index {
            let mut key = Vec::new();
            match self.names.get(self.keys.len()) {
                Some(name) => string(&mut key, name.as_bytes()),
                None => string(
                    &mut key,
                    format!("field {}", self.keys.len() + 1).as_bytes(),
                ),
            }
            key.push(b':');
            self.keys.push(key);
        }
        &self.keys[index]
    }
}

/// Writes a text, or null.
pub(super) fn put_value(json: &mut Vec<u8>, value: Option<&[u8]>) {
    match value {
        Some(value) => string(json, value),
        None => json.extend_from_slice(b"null"),
    }
}

/// Bytes that are no UTF-8 stay as they are.
fn string(json: &mut Vec<u8>, text: &[u8]) {
    json.push(b'"');
    let mut rest = text;
    // A byte in a hundred thousand is escaped, so the rest is copied in one piece.
    while let Some(at) = near::find_string_mark(rest) {
        json.extend_from_slice(&rest[..at]);
        escape(json, rest[at]);
        rest = &rest[at + 1..];
    }
    json.extend_from_slice(rest);
    json.push(b'"');
}

/// Writes a byte of a JSON string, as an escape if need be (RFC 8259, section 7).
pub(super) fn escape(json: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' | b'\\' => json.extend_from_slice(&[b'\\', byte]),
        0..b' ' => write!(json, "\\u{byte:04x}").expect("a Vec takes every write"),
        _ => json.push(byte),
    }
}
