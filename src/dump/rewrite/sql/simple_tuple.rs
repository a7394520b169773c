//! The fast way through most tuples: from their bytes to a row, with no byte looked at alone.

use super::{super::row::escape, Columns, lexer::escaped};
use crate::dump::{MAX_ROW_BYTES, rows::near};

/// Appends the row of the tuple whose bracket opened before `bytes`, and returns the length up to
/// behind its closing bracket.
///
/// `None`, with `rows` as before, for a tuple that takes the long way: it ends elsewhere, or holds
/// anything but words, numbers and texts in single quotes. `escapes` says whether backslashes in
/// those are escapes.
pub(super) fn simple_tuple(
    bytes: &[u8],
    escapes: bool,
    columns: &mut Columns,
    rows: &mut Vec<u8>,
) -> Option<usize> {
    let before = rows.len();
    let taken = tuple(bytes, escapes, columns, rows);
    let is_too_long = |length| length > MAX_ROW_BYTES || rows.len() - before > MAX_ROW_BYTES;
    if taken.is_none_or(is_too_long) {
        rows.truncate(before);
        return None;
    }
    rows.extend_from_slice(b"}\n");
    taken
}

/// What follows on `),` up to behind the bracket of the next tuple.
pub(super) fn next_tuple(bytes: &[u8]) -> Option<usize> {
    let at = 1 + spaces(bytes.strip_prefix(b",")?, is_any_space);
    (bytes.get(at) == Some(&b'(')).then_some(at + 1)
}

fn tuple(bytes: &[u8], escapes: bool, columns: &mut Columns, rows: &mut Vec<u8>) -> Option<usize> {
    let mut at = 0;
    for index in 0.. {
        rows.push(if index == 0 { b'{' } else { b',' });
        rows.extend_from_slice(columns.key(index));
        // Behind the bracket, a space is for the long way: it would be looked at again and again.
        if index > 0 {
            at += spaces(&bytes[at..], is_space);
        }
        at = match bytes.get(at..)? {
            [b'\'', ..] => quoted(bytes, at + 1, escapes, rows)?,
            [b'N', b'\'', ..] => quoted(bytes, at + 2, escapes, rows)?,
            rest => at + bare(rest, rows)?,
        };
        at += spaces(&bytes[at..], is_space);
        match bytes.get(at)? {
            b',' => at += 1,
            b')' => return Some(at + 1),
            _ => return None,
        }
    }
    None
}

/// Writes the text in quotes that begins at `at`, and returns where it ends.
fn quoted(bytes: &[u8], mut at: usize, escapes: bool, rows: &mut Vec<u8>) -> Option<usize> {
    rows.push(b'"');
    loop {
        let rest = &bytes[at..];
        let run = near::find_quote_or_string_mark(b'\'', rest)?;
        rows.extend_from_slice(&rest[..run]);
        at += run + 1;
        match rest[run] {
            b'\'' => match bytes.get(at)? {
                b'\'' => {
                    rows.push(b'\'');
                    at += 1;
                }
                _ => break,
            },
            // A statement may begin behind a line end.
            b'\n' | b'\r' => return None,
            b'\\' if escapes => {
                let byte = *bytes.get(at)?;
                if matches!(byte, b'\n' | b'\r') {
                    return None;
                }
                escape(rows, escaped(byte));
                at += 1;
            }
            byte => escape(rows, byte),
        }
    }
    rows.push(b'"');
    Some(at)
}

/// Writes the word or number that `bytes` begin with, and returns its length.
fn bare(bytes: &[u8], rows: &mut Vec<u8>) -> Option<usize> {
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+');
    let length = bytes[sign..].iter().position(|byte| !is_bare(byte))?;
    let text = &bytes[..sign + length];
    if length == 0 {
        return None;
    }
    if text.eq_ignore_ascii_case(b"NULL") {
        rows.extend_from_slice(b"null");
    } else {
        rows.push(b'"');
        rows.extend_from_slice(text);
        rows.push(b'"');
    }
    Some(text.len())
}

fn spaces(bytes: &[u8], is_space: fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is_space(**byte)).count()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_any_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
