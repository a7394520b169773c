//! LDIF (RFC 2849): an entry is a row, and its attributes are keys without their options.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{FoldedLines, JsonRow, Rewriter};

/// Values that are longer are pictures and certificates.
const MAX_VALUE_BYTES: usize = 4096;

/// Reads entries.
#[derive(Default)]
pub(super) struct Ldif {
    lines: FoldedLines,
    entry: LdifEntry,
}

#[derive(Default)]
struct LdifEntry {
    row: JsonRow,
    open: bool,
}

impl Rewriter for Ldif {
    fn rewrite(&mut self, bytes: &[u8], last: bool, rows: &mut Vec<u8>) {
        let entry = &mut self.entry;
        self.lines
            .feed(bytes, last, |_| false, &mut |line| entry.line(line, rows));
        if last {
            self.entry.end(rows);
        }
    }
}

impl LdifEntry {
    fn line(&mut self, line: &[u8], rows: &mut Vec<u8>) {
        if line.trim_ascii().is_empty() {
            return self.end(rows);
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return;
        };
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        let name = name.split(|byte| *byte == b';').next().unwrap_or_default();
        let name = String::from_utf8_lossy(name.trim_ascii());
        match name.to_ascii_lowercase().as_str() {
            name if name.starts_with('#') => return,
            "version" if !self.open => return,
            // A distinguished name says nothing that its entry does not.
            "dn" => {
                self.open = true;
                return;
            }
            _ => self.open = true,
        }
        if value.len() > MAX_VALUE_BYTES {
            return;
        }
        match value {
            [b':', packed @ ..] => {
                let text = STANDARD.decode(packed.trim_ascii());
                // What is no base64 is still a value, and will be counted as no number.
                self.row.put(&name, Some(text.as_deref().unwrap_or(packed)));
            }
            [b'<', ..] => {}
            plain => self.row.put(&name, Some(plain.trim_ascii())),
        }
    }

    fn end(&mut self, rows: &mut Vec<u8>) {
        if self.open {
            self.row.end(rows);
            self.open = false;
        }
    }
}
