//! Where the values of a JSON document begin and end, without parsing them: brackets and strings only.
//!
//! A document is values one after another, or the values of an array; commas and white space between them say
//! nothing. A value that never ends must not take the rest of the file with it: a line end within a string
//! shows that a quote is missing, a bracket of the wrong kind that another one is, and a value over
//! [`MAX_ROW_BYTES`] is given up; reading goes on at the next object inside it. Only once, though: no byte is
//! looked at more than twice.

use memchr::memchr;

use crate::dump::{Damage, MAX_ROW_BYTES, rows::near};

/// What an array at the top level is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dump) enum Arrays {
    /// A list of values.
    AreLists,
    /// One value.
    AreValues,
}

/// One value of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dump) struct Span {
    pub(in crate::dump) start: usize,
    pub(in crate::dump) end: usize,
    /// What is already known to be wrong with it.
    pub(in crate::dump) damage: Option<Damage>,
}

/// Finds the values of a document, whose bytes come piece by piece.
#[derive(Clone)]
pub(in crate::dump) struct Elements {
    arrays: Arrays,
    in_list: bool,
    lost: Option<Lost>,
    /// Where the next piece begins, counted from the start of the document.
    offset: u64,
    /// Up to where a value without end was followed.
    followed: u64,
}

/// How to find the way back after a damaged value.
#[derive(Clone, Copy)]
enum Lost {
    /// To the next byte like this.
    Until(u8),
    /// To the next `{` that follows the end of an object, or, with `lists`, opens a list.
    Object { armed: bool, lists: bool },
}

enum Extent {
    Whole(usize),
    /// So many bytes, up to a line end within a string.
    Broken(usize),
    /// So many bytes, up to a bracket that closes one of the other kind.
    Torn(usize),
    Open,
}

impl Elements {
    pub(in crate::dump) fn new(arrays: Arrays) -> Elements {
        Elements {
            arrays,
            in_list: false,
            lost: None,
            offset: 0,
            followed: 0,
        }
    }

    /// Appends the values that end in `bytes`, and says how many bytes need not be seen again: the next call
    /// begins with those that follow. `complete` says that the document ends with `bytes`.
    pub(in crate::dump) fn take(
        &mut self,
        bytes: &[u8],
        complete: bool,
        spans: &mut Vec<Span>,
    ) -> usize {
        let mut at = 0;
        loop {
            at = self.find_way(bytes, at);
            let Some(&byte) = bytes.get(at) else { break };
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b'}' => at += 1,
                b']' => {
                    self.in_list = false;
                    at += 1;
                }
                b'[' if self.arrays == Arrays::AreLists && !self.in_list => {
                    self.in_list = true;
                    at += 1;
                }
                _ => match self.take_value(bytes, at, complete, spans) {
                    Some(next) => at = next,
                    None => break,
                },
            }
        }
        self.offset += as_u64(at);
        at
    }

    /// Takes the value that starts at `at`, and says where it ends; `None` if more bytes are needed.
    fn take_value(
        &mut self,
        bytes: &[u8],
        at: usize,
        complete: bool,
        spans: &mut Vec<Span>,
    ) -> Option<usize> {
        let view = &bytes[at..bytes.len().min(at + MAX_ROW_BYTES)];
        let limited = at + view.len() < bytes.len();
        let mut push = |end, damage| {
            spans.push(Span {
                start: at,
                end,
                damage,
            });
            Some(end)
        };
        match extent(view) {
            Extent::Whole(length) => push(at + length, None),
            Extent::Broken(length) => {
                self.lost = Some(view[0])
                    .filter(|byte| matches!(byte, b'{' | b'['))
                    .map(Lost::Until);
                push(at + length, Some(Damage::BadRow))
            }
            Extent::Open if !limited && !complete => None,
            Extent::Open if !limited && !matches!(view[0], b'{' | b'[' | b'"') => {
                push(bytes.len(), None)
            }
            Extent::Torn(length) => {
                let next = self.give_up(bytes, at, at + length, false);
                push(next, Some(Damage::BadRow))
            }
            Extent::Open => {
                let damage = if limited {
                    Damage::BadRow
                } else {
                    Damage::Truncated
                };
                let next = self.give_up(bytes, at, at + view.len(), limited);
                push(next, Some(damage))
            }
        }
    }

    /// Gives up the value from `at` to `end`, and says where reading goes on: inside it, unless it lies in one
    /// that was given up before. With `lists`, at the first object of a list; else after the end of an object.
    fn give_up(&mut self, bytes: &[u8], at: usize, end: usize, lists: bool) -> usize {
        self.lost = Some(Lost::Object {
            armed: false,
            lists,
        });
        let reread = self.offset + as_u64(at) < self.followed;
        self.followed = self.followed.max(self.offset + as_u64(end));
        if reread {
            end
        } else {
            self.find_way(&bytes[..end], at + 1)
        }
    }

    /// Where reading goes on at or after `at`.
    fn find_way(&mut self, bytes: &[u8], at: usize) -> usize {
        let way = match &mut self.lost {
            None => return at,
            Some(Lost::Until(byte)) => memchr(*byte, &bytes[at..]),
            Some(Lost::Object { armed, lists }) => bytes[at..].iter().position(|byte| match byte {
                b'{' if *armed => true,
                b' ' | b'\t' | b'\n' | b'\r' | b',' => false,
                _ => {
                    *armed = *byte == b'}' || (*lists && *byte == b'[');
                    false
                }
            }),
        };
        way.map_or(bytes.len(), |skipped| {
            self.lost = None;
            at + skipped
        })
    }
}

/// How far the value reaches that `bytes` begin with.
fn extent(bytes: &[u8]) -> Extent {
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
    // The kinds of the innermost open brackets, the last one lowest; those further out are not checked.
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

/// The place after the closing quote of a string whose text begins at `at`, or after the line end in it.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += near::find3(b'"', b'\\', b'\n', bytes.get(at..)?)? + 1;
        if bytes[at - 1] != b'\\' {
            return Some(at);
        }
        at += 1;
    }
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).expect("lengths fit 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(document: &[u8]) -> Vec<(&[u8], Option<Damage>)> {
        let mut spans = Vec::new();
        let taken = Elements::new(Arrays::AreLists).take(document, true, &mut spans);
        assert_eq!(taken, document.len());
        spans
            .iter()
            .map(|span| (&document[span.start..span.end], span.damage))
            .collect()
    }

    fn texts(document: &str) -> Vec<String> {
        values(document.as_bytes())
            .into_iter()
            .map(|(value, damage)| {
                let mark = damage.map_or("", |damage| damage.code());
                format!("{}{mark}", String::from_utf8_lossy(value))
            })
            .collect()
    }

    #[test]
    fn lists_and_concatenations_give_the_same_values() {
        let expected = [r#"{"a":"]}"}"#, r#"{"b":["x\"",{}]}"#, "12", r#""s""#];
        assert_eq!(texts(r#"[{"a":"]}"}, {"b":["x\"",{}]},12,"s",]"#), expected);
        assert_eq!(
            texts("{\"a\":\"]}\"}{\"b\":[\"x\\\"\",{}]}\n12 \"s\""),
            expected
        );
    }

    #[test]
    fn a_missing_quote_costs_one_value() {
        assert_eq!(
            texts("[{\"a\":\"1,\n \"b\":2},\n{\"a\":3}]"),
            ["{\"a\":\"1,\nbad_row", "{\"a\":3}"]
        );
    }

    #[test]
    fn a_missing_brace_costs_one_value() {
        assert_eq!(
            texts("[{\"a\":{\"b\":1},\n{\"a\":2},{\"a\":3}]"),
            ["{\"a\":{\"b\":1},\nbad_row", "{\"a\":2}", "{\"a\":3}"]
        );
    }

    #[test]
    fn a_cut_off_tail_is_truncated() {
        assert_eq!(
            texts(r#"{"a":1}{"a":"2"#),
            [r#"{"a":1}"#, r#"{"a":"2truncated"#]
        );
        assert_eq!(
            texts(r#"{"a":1}{"a":[{"b":"2"#),
            [r#"{"a":1}"#, r#"{"a":[{"b":"2truncated"#]
        );
    }

    #[test]
    fn a_value_over_the_limit_is_given_up_and_its_objects_are_read() {
        let inner = r#"{"a":1},"#;
        let document = format!(
            r#"{{"rows":[{}]}}"#,
            inner.repeat(2 * MAX_ROW_BYTES / inner.len())
        );
        let values = values(document.as_bytes());
        assert_eq!(values[0], (&b"{\"rows\":["[..], Some(Damage::BadRow)));
        assert!(
            values[1..]
                .iter()
                .all(|value| *value == (&b"{\"a\":1}"[..], None))
        );
        assert_eq!(values.len() - 1, 2 * MAX_ROW_BYTES / inner.len());
    }

    #[test]
    fn nesting_without_end_is_followed_in_linear_time() {
        let document = r#"[{"a":"#.repeat(700_000);
        let found = values(document.as_bytes());
        assert!(
            found.len() <= 2 * document.len() / MAX_ROW_BYTES + 2,
            "{}",
            found.len()
        );
        assert!(found.iter().all(|(_, damage)| damage.is_some()));
    }
}
