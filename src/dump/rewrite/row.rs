//! One row on its way to a line of JSON.

use std::io::Write as _;

use crate::dump::MAX_ROW_BYTES;

/// An object that is written key by key.
#[derive(Default)]
pub(super) struct JsonRow {
    json: Vec<u8>,
}

impl JsonRow {
    /// A text, or null. What is too long for a row is not kept.
    pub(super) fn put(&mut self, key: &str, value: Option<&[u8]>) {
        self.json
            .push(if self.json.is_empty() { b'{' } else { b',' });
        string(&mut self.json, key.as_bytes());
        self.json.push(b':');
        match value {
            Some(value) => string(&mut self.json, value),
            None => self.json.extend_from_slice(b"null"),
        }
    }

    /// The value of a column known by its name, or else by its place.
    pub(super) fn put_in(&mut self, columns: &[String], place: usize, value: Option<&[u8]>) {
        match columns.get(place) {
            Some(name) => self.put(name, value),
            None => self.put(&format!("field {}", place + 1), value),
        }
    }

    /// Whether it can be a row no more.
    pub(super) fn is_too_long(&self) -> bool {
        self.json.len() > MAX_ROW_BYTES
    }

    /// Ends the row as it is; one that is too long is damaged.
    pub(super) fn end(&mut self, rows: &mut Vec<u8>) {
        if self.is_too_long() {
            return self.damaged(rows);
        }
        if self.json.is_empty() {
            self.json.push(b'{');
        }
        rows.append(&mut self.json);
        rows.extend_from_slice(b"}\n");
    }

    /// Ends the row as one that cannot be read.
    pub(super) fn damaged(&mut self, rows: &mut Vec<u8>) {
        self.json.clear();
        rows.extend_from_slice(b"!\n");
    }

    /// Ends the dump in the middle of the row.
    pub(super) fn cut_off(&mut self, rows: &mut Vec<u8>) {
        self.json.clear();
        rows.push(b'{');
    }
}

/// Bytes that are no UTF-8 stay as they are.
fn string(json: &mut Vec<u8>, text: &[u8]) {
    json.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => json.extend_from_slice(&[b'\\', byte]),
            0..=0x1f => {
                write!(json, "\\u{byte:04x}").expect("memory takes what is written");
            }
            _ => json.push(byte),
        }
    }
    json.push(b'"');
}
