//! vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350): a card is a row, and each property with digits a
//! cell.
//!
//! Numbers are also under names other than `TEL`: `X-WHATSAPP`, `IMPP`, a `waid` parameter. So
//! every value with enough digits is kept under its name, and what it holds decides whether it is
//! read.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    FoldedLines, JsonRow, Rewriter,
    lines::{Folding, Unfolded},
    row::reject,
};
use crate::dump::{BytesEnd, Damage, rows::near};

/// Values with fewer digits hold no number.
const FEWEST_DIGITS: usize = 7;
/// Longer values are pictures, sounds and keys.
const MAX_VALUE_BYTES: usize = 4096;

/// Reads cards.
pub(super) struct Vcard {
    lines: FoldedLines,
    card: Card,
}

#[derive(Default)]
struct Card {
    row: JsonRow,
    open: bool,
    /// Values of `TEL` that are longer than a row may be.
    too_long: usize,
}

impl Default for Vcard {
    fn default() -> Vcard {
        Vcard {
            lines: FoldedLines::new(Folding {
                is_soft: breaks_softly,
                is_whole: |line| line.is_empty() || begins_or_ends_card(line),
            }),
            card: Card::default(),
        }
    }
}

impl Rewriter for Vcard {
    fn rewrite(&mut self, bytes: &[u8], end: BytesEnd, rows: &mut Vec<u8>) {
        let card = &mut self.card;
        self.lines
            .feed(bytes, end, &mut |line| card.line(line, rows));
        if end.is_here() && self.card.open {
            self.card.row.reject(Damage::Truncated, rows);
            self.card.open = false;
        }
    }
}

impl Card {
    fn line(&mut self, line: Unfolded<'_>, rows: &mut Vec<u8>) {
        let (property, value) = split(line.text);
        let mut parts = property.split(|byte| *byte == b';');
        let name = parts.next().unwrap_or_default().trim_ascii();
        let is_card = value.trim_ascii().eq_ignore_ascii_case(b"VCARD");
        if name.eq_ignore_ascii_case(b"BEGIN") && is_card {
            if self.open {
                self.row.reject(Damage::BadRow, rows);
            }
            self.open = true;
        } else if name.eq_ignore_ascii_case(b"END") && is_card {
            self.end(rows);
        } else if self.open {
            // Names, dates and addresses are most lines of a card.
            if !may_be_tel(name) && !has_number(line.text) {
                return;
            }
            let name = without_group(name);
            if line.is_cut {
                self.too_long += usize::from(name == "TEL");
            } else if value.is_empty() {
                // A line without a colon is damaged, and may be a number.
                self.put("LINE", std::iter::empty(), property);
            } else {
                self.put(&name, parts, value);
            }
        } else if line.text.len() <= MAX_VALUE_BYTES && digits(line.text).count() >= FEWEST_DIGITS {
            // A line in no card is a row of its own: a card may have lost its first line.
            self.row.put("LINE", Some(line.text));
            self.row.end(rows);
        }
    }

    fn put<'a>(
        &mut self,
        name: &str,
        parameters: impl Iterator<Item = &'a [u8]> + Clone,
        value: &[u8],
    ) {
        let is_encoded = |encoding: &[u8]| parameters.clone().any(|part| names(part, encoding));
        let text = if is_encoded(b"QUOTED-PRINTABLE") {
            from_percent_or_equals(value, b'=').into()
        } else if name == "TEL" && (is_encoded(b"BASE64") || is_encoded(b"B")) {
            // A value that is no base64 is kept, and rejected as no number.
            let decoded = STANDARD.decode(value.trim_ascii());
            decoded.map_or(Cow::Borrowed(value), Cow::Owned)
        } else {
            unescape(value)
        };
        if name == "TEL" {
            self.row.put(name, Some(&text));
        } else if value.len() <= MAX_VALUE_BYTES {
            let text = without_scheme(&text);
            if has_number(&text) {
                self.row.put(name, Some(&text));
            }
        }
        // WhatsApp's own id of the contact: the number in full, without a plus.
        for id in parameters.filter_map(whatsapp_id) {
            if !digits(id).eq(digits(&text)) {
                self.row.put("waid", Some(&[b"+", id].concat()));
            }
        }
    }

    fn end(&mut self, rows: &mut Vec<u8>) {
        if self.open {
            self.row.end(rows);
        }
        self.open = false;
        for _ in 0..std::mem::take(&mut self.too_long) {
            reject(Damage::LineTooLong, rows);
        }
    }
}

fn begins_or_ends_card(line: &[u8]) -> bool {
    let (name, value) = split(line);
    let name = name.trim_ascii();
    (name.eq_ignore_ascii_case(b"BEGIN") || name.eq_ignore_ascii_case(b"END"))
        && value.trim_ascii().eq_ignore_ascii_case(b"VCARD")
}

/// Whether a property may be a `TEL`, in a group or not.
fn may_be_tel(name: &[u8]) -> bool {
    let tail = name.last_chunk::<3>();
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(b"TEL"))
}

/// Whether there are digits enough for a number. No escape takes fewer digits than it stands for.
fn has_number(text: &[u8]) -> bool {
    digits(text).count() >= FEWEST_DIGITS
}

/// The name of a property in capitals: `item1.TEL` is a `TEL` in a group.
fn without_group(name: &[u8]) -> Cow<'static, str> {
    if name == b"TEL" {
        return Cow::Borrowed("TEL");
    }
    let name = String::from_utf8_lossy(name).to_ascii_uppercase();
    match name.split_once('.') {
        Some((group, rest)) if group != "PHONE" && !rest.is_empty() => rest.to_owned().into(),
        _ => name.into(),
    }
}

/// Property and value; a colon within quotes is part of a parameter.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while let Some(found) = near::find2(b':', b'"', &line[at..]) {
        at += found + 1;
        if line[at - 1] == b':' {
            return (&line[..at - 1], &line[at..]);
        }
        let Some(quote) = near::find(b'"', &line[at..]) else {
            break;
        };
        at += quote + 1;
    }
    (line, b"")
}

fn digits(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    text.iter().copied().filter(u8::is_ascii_digit)
}

/// The number in `waid=12125550100`.
fn whatsapp_id(parameter: &[u8]) -> Option<&[u8]> {
    let (name, id) = parameter.split_at_checked(5)?;
    let id = id.trim_ascii();
    let is_id = name.eq_ignore_ascii_case(b"waid=") && id.iter().all(u8::is_ascii_digit);
    (is_id && id.len() >= FEWEST_DIGITS).then_some(id)
}

/// A URI without its scheme: `whatsapp:+12125550100`, `x-apple:%2B12125550100`.
fn without_scheme(text: &[u8]) -> Vec<u8> {
    let is_scheme_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let scheme = text.iter().take_while(|byte| is_scheme_byte(byte)).count();
    match text.get(scheme) {
        Some(b':') if text[0].is_ascii_alphabetic() => {
            from_percent_or_equals(&text[scheme + 1..], b'%')
        }
        _ => text.to_vec(),
    }
}

/// A line of quoted-printable text that ends in `=` goes on.
fn breaks_softly(line: &[u8]) -> bool {
    line.ends_with(b"=")
        && split(line)
            .0
            .split(|byte| *byte == b';')
            .any(|part| names(part, b"QUOTED-PRINTABLE"))
}

/// Whether a parameter names this encoding: vCard 2.1 leaves `ENCODING=` out.
fn names(parameter: &[u8], encoding: &[u8]) -> bool {
    let value = parameter.rsplit(|byte| *byte == b'=').next();
    value.is_some_and(|value| value.eq_ignore_ascii_case(encoding))
}

/// Bytes written as `mark` and two hexadecimal digits: `=` (RFC 2045, 6.7) or `%` (RFC 3986, 2.1).
fn from_percent_or_equals(text: &[u8], mark: u8) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        if let [_, high, low, after @ ..] = rest
            && *first == mark
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
fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return text.into();
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        plain.push(if byte == b'\\' {
            *bytes.next().unwrap_or(&byte)
        } else {
            byte
        });
    }
    plain.into()
}
