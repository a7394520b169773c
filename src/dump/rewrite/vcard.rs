//! vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350): a card is a row, and each of its `TEL` a cell.

use super::{FoldedLines, JsonRow, Rewriter};

/// Reads cards.
#[derive(Default)]
pub(super) struct Vcard {
    lines: FoldedLines,
    card: Card,
}

#[derive(Default)]
struct Card {
    row: JsonRow,
    open: bool,
}

impl Rewriter for Vcard {
    fn rewrite(&mut self, bytes: &[u8], last: bool, rows: &mut Vec<u8>) {
        let card = &mut self.card;
        self.lines.feed(bytes, last, breaks_softly, &mut |line| {
            card.line(line, rows);
        });
        if last && self.card.open {
            self.card.row.cut_off(rows);
            self.card.open = false;
        }
    }
}

impl Card {
    fn line(&mut self, line: &[u8], rows: &mut Vec<u8>) {
        let (property, value) = split(line);
        let mut parts = property.split(|byte| *byte == b';');
        // `item1.TEL` is a TEL in a group.
        let name = parts.next().unwrap_or_default();
        let name = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        let is = |word: &str| name.trim_ascii().eq_ignore_ascii_case(word.as_bytes());
        let is_card = value.trim_ascii().eq_ignore_ascii_case(b"VCARD");
        if is("BEGIN") && is_card {
            if self.open {
                self.row.damaged(rows);
            }
            self.open = true;
        } else if is("END") && is_card {
            self.row.end(rows);
            self.open = false;
        } else if is("TEL") && self.open {
            let quoted_printable = parts.any(is_quoted_printable);
            let text = if quoted_printable {
                from_quoted_printable(value)
            } else {
                unescape(value)
            };
            self.row.put("TEL", Some(&text));
        }
    }
}

/// Property and value; a colon within quotes is part of a parameter.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let mut quoted = false;
    let colon = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    });
    match colon {
        Some(colon) => (&line[..colon], &line[colon + 1..]),
        None => (line, b""),
    }
}

/// A line of quoted-printable text that ends in `=` goes on.
fn breaks_softly(line: &[u8]) -> bool {
    line.ends_with(b"=")
        && split(line)
            .0
            .split(|byte| *byte == b';')
            .any(is_quoted_printable)
}

fn is_quoted_printable(parameter: &[u8]) -> bool {
    let value = parameter.rsplit(|byte| *byte == b'=').next();
    value.is_some_and(|value| value.eq_ignore_ascii_case(b"QUOTED-PRINTABLE"))
}

/// RFC 2045, 6.7.
fn from_quoted_printable(text: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        if let [b'=', high, low, after @ ..] = rest
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            plain.extend(u8::try_from(high * 16 + low));
            rest = after;
        } else {
            plain.push(*first);
            rest = after;
        }
    }
    plain
}

/// `\,` and `\;` are a comma and a semicolon.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        plain.push(if byte == b'\\' {
            *bytes.next().unwrap_or(&byte)
        } else {
            byte
        });
    }
    plain
}
