//! How far a JSON value, a string or a key reaches, by brackets and quotes alone.

use crate::dump::rows::near;

/// How far a value reaches.
pub(super) enum Extent {
    /// To its end.
    Whole(usize),
    /// Up to a line end within a string.
    Broken(usize),
    /// Up to a bracket that closes one of the other kind.
    Torn(usize),
    /// Beyond the bytes that are there.
    Open,
}

/// What follows on a string in an object.
pub(super) enum KeyEnd {
    /// It is a key, and its value starts here.
    Value(usize),
    /// It is no key.
    None,
    /// More bytes are needed.
    Open,
}

/// Where the value of the key at `at` starts.
pub(super) fn key_end(bytes: &[u8], at: usize) -> KeyEnd {
    let Some(end) = string_end(bytes, at + 1) else {
        return KeyEnd::Open;
    };
    let skip = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count()
    };
    if bytes[end - 1] == b'\n' {
        return KeyEnd::None;
    }
    let colon = skip(end);
    match bytes.get(colon) {
        None => return KeyEnd::Open,
        Some(b':') => {}
        Some(_) => return KeyEnd::None,
    }
    let value = skip(colon + 1);
    match bytes.get(value) {
        None => KeyEnd::Open,
        Some(b'}' | b']' | b',') => KeyEnd::None,
        Some(_) => KeyEnd::Value(value),
    }
}

/// The key that a row begins with, if it does, and its value.
pub(in crate::dump) fn split_key(row: &[u8]) -> (Option<&[u8]>, &[u8]) {
    if row.first() == Some(&b'"')
        && let KeyEnd::Value(value) = key_end(row, 0)
        && let Some(end) = string_end(row, 1)
    {
        return (Some(&row[..end]), &row[value..]);
    }
    (None, row)
}

/// How far the value at the start of `bytes` reaches.
pub(super) fn extent(bytes: &[u8]) -> Extent {
    match bytes[0] {
        b'{' | b'[' => {}
        b'"' => {
            return match string_end(bytes, 1) {
                Some(end) if bytes[end - 1] == b'\n' => Extent::Broken(end),
                Some(end) => Extent::Whole(end),
                None => Extent::Open,
            };
        }
        _ => {
            let ends = |byte: &u8| {
                matches!(
                    byte,
                    b' ' | b'\t' | b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}' | b'"'
                )
            };
            // The first byte belongs to it whatever it is, so that reading goes on.
            return bytes[1..]
                .iter()
                .position(ends)
                .map_or(Extent::Open, |at| Extent::Whole(1 + at));
        }
    }
    // The kinds of the innermost open brackets, the last one lowest; those further out are not
    // checked.
    let (mut depth, mut at, mut kinds) = (0_u32, 0, 0_u128);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => match string_end(bytes, at) {
                Some(end) if bytes[end - 1] == b'\n' => return Extent::Broken(end),
                Some(end) => at = end,
                None => return Extent::Open,
            },
            b'{' | b'[' => {
                depth += 1;
                kinds = kinds << 1 | u128::from(byte == b'{');
            }
            b'}' | b']' => {
                if depth <= u128::BITS && (kinds & 1 == 1) != (byte == b'}') {
                    return Extent::Torn(at);
                }
                depth -= 1;
                kinds >>= 1;
                if depth == 0 {
                    return Extent::Whole(at);
                }
            }
            _ => {}
        }
    }
    Extent::Open
}

/// Where the string whose text begins at `at` ends: behind its closing quote, or behind a line end
/// in it.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += near::find3(b'"', b'\\', b'\n', bytes.get(at..)?)? + 1;
        if bytes[at - 1] != b'\\' {
            return Some(at);
        }
        at += 1;
    }
}
