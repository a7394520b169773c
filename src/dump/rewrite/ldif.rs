//! LDIF (RFC 2849): an entry is a row, and its attributes are keys without their options.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    FoldedLines, JsonRow, Rewriter,
    lines::{Folding, Unfolded},
    row::reject,
};
use crate::dump::{BytesEnd, Damage, rows::near};

/// Packed values that are longer and no text are pictures and certificates.
const MAX_BINARY_BYTES: usize = 4096;

/// A line with fewer digits holds no number.
const FEWEST_DIGITS: usize = 7;

/// Reads entries.
pub(super) struct Ldif {
    lines: FoldedLines,
    entry: LdifEntry,
}

#[derive(Default)]
struct LdifEntry {
    row: JsonRow,
    open: bool,
    /// Values that are longer than a row may be.
    too_long: usize,
}

impl Default for Ldif {
    fn default() -> Ldif {
        Ldif {
            lines: FoldedLines::new(Folding {
                is_soft: |_| false,
                // An empty line ends the entry, so nothing goes on with it.
                is_whole: |line| line.trim_ascii().is_empty(),
            }),
            entry: LdifEntry::default(),
        }
    }
}

impl Rewriter for Ldif {
    fn rewrite(&mut self, bytes: &[u8], end: BytesEnd, rows: &mut Vec<u8>) {
        let entry = &mut self.entry;
        self.lines
            .feed(bytes, end, &mut |line| entry.line(line, rows));
        if end.is_here() {
            self.entry.end(rows);
        }
    }
}

impl LdifEntry {
    fn line(&mut self, line: Unfolded<'_>, rows: &mut Vec<u8>) {
        let text = line.text;
        if text.trim_ascii().is_empty() {
            return self.end(rows);
        }
        let Some(colon) = near::find(b':', text) else {
            // A line without a colon is damaged, and may be a number.
            let digits = text.iter().filter(|byte| byte.is_ascii_digit());
            if digits.count() >= FEWEST_DIGITS && !text.starts_with(b"#") {
                self.row.put("line", Some(text));
                self.open = true;
            }
            return;
        };
        let (name, value) = (&text[..colon], &text[colon + 1..]);
        let name = name.split(|byte| *byte == b';').next().unwrap_or_default();
        let name = name.trim_ascii();
        let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
        if name.starts_with(b"#") || (is(b"version") && !self.open) {
            return;
        }
        self.open = true;
        // The distinguished name repeats attributes of the entry.
        if is(b"dn") {
            return;
        }
        if line.is_cut {
            self.too_long += 1;
            return;
        }
        let name = String::from_utf8_lossy(name);
        match value {
            [b':', packed @ ..] => self.put_packed(&name, packed.trim_ascii()),
            [b'<', ..] => {}
            plain => self.row.put(&name, Some(plain.trim_ascii())),
        }
    }

    fn put_packed(&mut self, name: &str, packed: &[u8]) {
        // A value that is no base64 is kept, and rejected as no number.
        let text = STANDARD.decode(packed);
        let text = text.as_deref().unwrap_or(packed);
        if packed.len() <= MAX_BINARY_BYTES || std::str::from_utf8(text).is_ok() {
            self.row.put(name, Some(text));
        }
    }

    fn end(&mut self, rows: &mut Vec<u8>) {
        if !self.open {
            return;
        }
        self.row.end(rows);
        self.open = false;
        for _ in 0..std::mem::take(&mut self.too_long) {
            reject(Damage::LineTooLong, rows);
        }
    }
}
