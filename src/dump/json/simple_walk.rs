//! The fast way through most JSON values: along the wanted paths, byte by byte, with nothing made of
//! what is passed over.
//!
//! It takes what `serde_json` takes, or less: whatever it does not know is left to the long way.

use super::Paths;
use crate::dump::rows::near;

/// Values within one another are followed this deep; the long way goes on from there.
const DEEPEST: u32 = 64;

/// A value that a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathEnd<'a> {
    /// A text without escapes, without its quotes.
    Text(&'a str),
    /// Any value, as it is written.
    Value(&'a str),
}

/// Calls `end_of_path` with the node and the value that each path leads to, from `node` on; `None` if the value is for the long way, after any number of calls.
pub(super) fn simple_walk<'a>(
    paths: &Paths,
    node: usize,
    text: &'a str,
    end_of_path: &mut impl FnMut(usize, PathEnd<'a>) -> Option<()>,
) -> Option<()> {
    let mut walk = SimpleWalk {
        paths,
        text,
        end_of_path,
    };
    let at = walk.value(Some(node), behind_space(text.as_bytes(), 0), 0)?;
    (behind_space(text.as_bytes(), at) == text.len()).then_some(())
}

struct SimpleWalk<'p, 'f, 'a, F> {
    paths: &'p Paths,
    text: &'a str,
    end_of_path: &'f mut F,
}

impl<'a, F: FnMut(usize, PathEnd<'a>) -> Option<()>> SimpleWalk<'_, '_, 'a, F> {
    /// Follows the value at `at` from `node` on, or passes over it. Returns where it ends.
    fn value(&mut self, node: Option<usize>, at: usize, depth: u32) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let Some(node) = node else {
            return value_end(bytes, at);
        };
        if self.paths.target(node).is_some() {
            if *bytes.get(at)? == b'"'
                && let Some(length) = plain_text(&bytes[at + 1..])
            {
                let end = at + 1 + length;
                (self.end_of_path)(node, PathEnd::Text(self.text.get(at + 1..end)?))?;
                return Some(end + 1);
            }
            let end = value_end(bytes, at)?;
            (self.end_of_path)(node, PathEnd::Value(self.text.get(at..end)?))?;
            return Some(end);
        }
        if depth == DEEPEST {
            return None;
        }
        match bytes.get(at)? {
            b'{' => self.object(node, at, depth),
            b'[' => self.list(node, at, depth),
            b'"' => Some(at + 1 + plain_text(&bytes[at + 1..])? + 1),
            _ => None,
        }
    }

    fn object(&mut self, node: usize, at: usize, depth: u32) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if self.paths.key_column(node).is_some() {
            return None;
        }
        let mut at = behind_space(bytes, at + 1);
        if bytes.get(at) == Some(&b'}') {
            return Some(at + 1);
        }
        loop {
            if *bytes.get(at)? != b'"' {
                return None;
            }
            let end = at + 1 + plain_text(&bytes[at + 1..])?;
            let child = self.paths.child(node, &self.text[at + 1..end]);
            at = behind_colon(bytes, end + 1)?;
            at = match (child, bytes.get(at)?) {
                // Most values are texts that nobody reads.
                (None, b'"') => text_end(bytes, at + 1)?,
                _ => self.value(child, at, depth + 1)?,
            };
            at = behind_space(bytes, at);
            match bytes.get(at)? {
                b',' => at = behind_space(bytes, at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    fn list(&mut self, node: usize, at: usize, depth: u32) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = behind_space(bytes, at + 1);
        if bytes.get(at) == Some(&b']') {
            return Some(at + 1);
        }
        let paths = self.paths;
        let fields = paths.fields(node);
        for index in 0.. {
            let child = if fields.is_empty() {
                Some(node)
            } else {
                fields.get(index).copied().flatten()
            };
            at = behind_space(bytes, self.value(child, at, depth + 1)?);
            match bytes.get(at)? {
                b',' => at = behind_space(bytes, at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
        None
    }
}

/// Where the value at `at` ends.
fn value_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    // Whether each bracket that is open is one of an object, the innermost lowest.
    let (mut depth, mut objects) = (0, 0_u64);
    loop {
        at = match *bytes.get(at)? {
            b'"' => text_end(bytes, at + 1)?,
            b't' => behind_word(bytes, at, b"true")?,
            b'f' => behind_word(bytes, at, b"false")?,
            b'n' => behind_word(bytes, at, b"null")?,
            bracket @ (b'{' | b'[') => {
                let is_object = bracket == b'{';
                at = behind_space(bytes, at + 1);
                // The closing bracket is two behind in ASCII.
                if *bytes.get(at)? == bracket + 2 {
                    at + 1
                } else if depth == DEEPEST {
                    return None;
                } else {
                    depth += 1;
                    objects = objects << 1 | u64::from(is_object);
                    if is_object {
                        at = behind_key(bytes, at)?;
                    }
                    continue;
                }
            }
            _ => number_end(bytes, at)?,
        };
        loop {
            if depth == 0 {
                return Some(at);
            }
            let is_object = objects & 1 == 1;
            at = behind_space(bytes, at);
            match (bytes.get(at)?, is_object) {
                (b',', _) => {
                    at = behind_space(bytes, at + 1);
                    if is_object {
                        at = behind_key(bytes, at)?;
                    }
                    break;
                }
                (b'}', true) | (b']', false) => {
                    (depth, objects) = (depth - 1, objects >> 1);
                    at += 1;
                }
                _ => return None,
            }
        }
    }
}

/// Where the value of the key at `at` begins.
fn behind_key(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? != b'"' {
        return None;
    }
    behind_colon(bytes, text_end(bytes, at + 1)?)
}

#[inline]
fn behind_colon(bytes: &[u8], at: usize) -> Option<usize> {
    let at = behind_space(bytes, at);
    (*bytes.get(at)? == b':').then(|| behind_space(bytes, at + 1))
}

#[inline]
fn behind_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

fn behind_word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes[at..].starts_with(word).then_some(at + word.len())
}

/// The length of a text without escapes, up to its closing quote.
#[inline]
fn plain_text(bytes: &[u8]) -> Option<usize> {
    let end = near::find_string_mark(bytes)?;
    (bytes[end] == b'"').then_some(end)
}

/// Where the string whose text begins at `at` ends, behind its closing quote.
#[inline]
fn text_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += near::find_string_mark(bytes.get(at..)?)?;
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => return Some(at + 1),
            (b'\\', Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => at += 2,
            (b'\\', Some(b'u')) => {
                let digits = bytes.get(at + 2..at + 6)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                at += 6;
            }
            _ => return None,
        }
    }
}

/// Where the number at `at` ends (RFC 8259, section 6).
fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let behind_digits = |from: usize| {
        let digits = bytes.get(from..)?.iter();
        let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
        (digits > 0).then_some(from + digits)
    };
    let whole = at + usize::from(bytes[at] == b'-');
    let mut end = behind_digits(whole)?;
    if bytes[whole] == b'0' && end > whole + 1 {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        end = behind_digits(end + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let is_signed = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        end = behind_digits(end + 1 + usize::from(is_signed))?;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::Target;
    use super::*;

    fn paths(of: &[&str]) -> Paths {
        let mut paths = Paths::new();
        for (column, path) in of.iter().enumerate() {
            let keys: Vec<Cow<'_, str>> = path.split('.').map(Cow::Borrowed).collect();
            paths.insert(&keys, Target::Phone(column));
        }
        paths
    }

    fn ends<'a>(paths: &Paths, text: &'a str) -> Option<Vec<&'a str>> {
        let mut ends = Vec::new();
        simple_walk(paths, Paths::TOP, text, &mut |_, value| {
            ends.push(match value {
                PathEnd::Text(text) => text,
                PathEnd::Value(value) => value,
            });
            Some(())
        })?;
        Some(ends)
    }

    #[test]
    fn gives_the_values_at_the_ends_of_paths() {
        let paths = paths(&["a", "b.c"]);
        assert_eq!(
            ends(
                &paths,
                r#" {"x":{"a":[1,{}]},"a" : "1\"" ,"b":[{"c":-2.5e+3},{"c":[3]},"s"],"a":null}"#
            ),
            Some(vec![r#""1\"""#, "-2.5e+3", "[3]", "null"])
        );
    }

    #[test]
    fn lists_that_are_rows_have_fields() {
        let paths = paths(&["field 2"]);
        assert_eq!(ends(&paths, r#"["1","2",["3"]]"#), Some(vec!["2"]));
    }

    #[test]
    fn takes_no_value_that_the_parser_refuses() {
        let paths = paths(&["a"]);
        for text in [
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":-}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u12g4"}"#,
            "{\"z\":\"\t\"}",
            r#"{"z":[1}"#,
            r#"{"z":[1,]}"#,
            r#"{"z":{"y"}}"#,
            r#"{"z":tru}"#,
            r#"{"a":1} 2"#,
            r#"{"a":"#,
            "",
        ] {
            assert_eq!(ends(&paths, text), None, "{text}");
        }
    }
}
