//! Where the values of a JSON document begin and end, without parsing them: brackets and strings
//! only.
//!
//! A document is values one after another, or the values of an array; commas and white space
//! between them mean nothing. Where its rows are deeper, in `{"users": {"id": row}}`, the levels
//! around them are gone through key by key, so that no document is too large.
//!
//! A value that never ends must not take the rest of the file with it. A line end within a string
//! shows that a quote is missing, a bracket of the wrong kind that another one is, and a value over
//! [`MAX_ROW_BYTES`] is given up; reading goes on at the next object inside it. Not without end,
//! though: no byte is looked at more than [`MOST_REREADS`] times over.

use std::sync::Arc;

use memchr::memchr;

use super::{
    Keys, Paths,
    extent::{Extent, KeyEnd, extent, key_end},
};
use crate::dump::{BytesEnd, Damage, MAX_ROW_BYTES};

/// Values that are given up within one another before all of them are left.
const MOST_REREADS: usize = 16;

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
    /// The start of the value, or of its own key in an object keyed by id.
    pub(in crate::dump) start: usize,
    pub(in crate::dump) end: usize,
    /// The damage that shows already.
    pub(in crate::dump) damage: Option<Damage>,
    /// The node of the wanted paths that the value is at; `None` off them.
    pub(in crate::dump) node: Option<usize>,
    /// The value follows on its own key.
    pub(in crate::dump) key: Option<OwnKey>,
}

/// The key of a value in an object keyed by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dump) struct OwnKey {
    /// The column that the key belongs to, if such keys are numbers.
    pub(in crate::dump) column: Option<usize>,
}

/// Finds the values of a document, whose bytes come piece by piece.
#[derive(Clone)]
pub(in crate::dump) struct Elements {
    arrays: Arrays,
    /// The wanted paths, and the levels around the rows.
    keys: Option<Arc<Keys>>,
    in_list: bool,
    /// The objects and lists around the next value, outermost first.
    levels: Vec<Level>,
    lost: Option<Lost>,
    /// Where the next piece begins, counted from the start of the document.
    offset: u64,
    /// Up to where values without end were followed, and how often values were given up since
    /// then.
    followed: u64,
    rereads: usize,
    /// The document ended within a value.
    truncated: bool,
}

/// An object or list around rows.
#[derive(Clone, Copy)]
struct Level {
    is_object: bool,
    /// Its node of the wanted paths.
    node: Option<usize>,
}

/// How to find the way back after a damaged value.
#[derive(Clone, Copy)]
enum Lost {
    /// To the next byte like this.
    Until(u8),
    /// To the next `{` that may begin a row.
    Object { after: Behind, within: WayBack },
}

/// The last sign before the next byte of a value that was given up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// Nothing that a row follows on.
    Anything,
    /// The end of an object: the next one may be a row.
    Object,
    /// There, in a key; and behind the key, up to its object.
    Key,
    KeyEnd,
}

impl Behind {
    /// The state behind `byte`; `None` if a row begins there.
    fn after(self, byte: u8, within: WayBack) -> Option<Behind> {
        Some(match (self, byte) {
            (Behind::Object | Behind::KeyEnd, b'{') => return None,
            (Behind::Object, b'"') if within == WayBack::KeysToo => Behind::Key,
            (Behind::Key, b'"') | (Behind::KeyEnd, b' ' | b':') => Behind::KeyEnd,
            (Behind::Key, b'\n' | b'\r') => Behind::Anything,
            (Behind::Key, _) => Behind::Key,
            (Behind::Object, b' ' | b'\t' | b'\n' | b'\r' | b',') | (_, b'}') => Behind::Object,
            (_, b'[') if within == WayBack::ListsToo => Behind::Object,
            _ => Behind::Anything,
        })
    }
}

/// Where rows may begin in a value that was given up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WayBack {
    /// Behind the end of an object.
    BehindObjects,
    /// There, and at the beginning of a list.
    ListsToo,
    /// Behind objects, and behind the keys that follow on them: rows are keyed by id.
    KeysToo,
}

impl Elements {
    /// Scalars in the levels around rows are rows if they have at least this many digits.
    const FEWEST_DIGITS: usize = 7;

    pub(in crate::dump) fn new(arrays: Arrays) -> Elements {
        Elements {
            arrays,
            keys: None,
            in_list: false,
            levels: Vec::new(),
            lost: None,
            offset: 0,
            followed: 0,
            rereads: 0,
            truncated: false,
        }
    }

    /// The values of a document whose rows are as deep as `keys` says.
    pub(in crate::dump) fn below(keys: Arc<Keys>) -> Elements {
        Elements {
            keys: Some(keys),
            ..Elements::new(Arrays::AreLists)
        }
    }

    /// Whether the document ended before its brackets closed.
    pub(in crate::dump) fn is_open(&self) -> bool {
        self.truncated || self.in_list || !self.levels.is_empty()
    }

    /// Appends the values that end in `bytes`, and returns the number of bytes that need not be
    /// seen again: the next call begins behind them. `end` says whether the document
    /// ends with `bytes`.
    pub(in crate::dump) fn take(
        &mut self,
        bytes: &[u8],
        end: BytesEnd,
        spans: &mut Vec<Span>,
    ) -> usize {
        let mut at = 0;
        loop {
            at = self.find_way(bytes, at);
            let Some(&byte) = bytes.get(at) else { break };
            match byte {
                // The last two end a script around the document.
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b';' | b')' => at += 1,
                b'}' | b']' => {
                    // A bracket within levels closes the innermost one.
                    if self.levels.pop().is_none() && byte == b']' {
                        self.in_list = false;
                    }
                    at += 1;
                }
                b'[' if self.arrays == Arrays::AreLists
                    && !self.in_list
                    && self.levels.is_empty() =>
                {
                    self.in_list = true;
                    at += 1;
                }
                _ => match self.take_child(bytes, at, end, spans) {
                    Some(next) => at = next,
                    None => break,
                },
            }
        }
        self.offset += as_u64(at);
        at
    }

    /// Takes the value at `at`, with its key if it is in an object around rows, or goes into it.
    /// Returns where reading goes on; `None` if more bytes are needed.
    fn take_child(
        &mut self,
        bytes: &[u8],
        at: usize,
        end: BytesEnd,
        spans: &mut Vec<Span>,
    ) -> Option<usize> {
        let around = self.levels.last().copied();
        let parent = around.map_or(Some(Paths::TOP), |level| level.node);
        let mut value = ValueStart {
            start: at,
            value: at,
            node: parent,
            key: None,
        };
        if around.is_some_and(|level| level.is_object) && bytes[at] == b'"' {
            match key_end(bytes, at) {
                KeyEnd::Value(start) => {
                    value.value = start;
                    self.follow_key(&bytes[at..start], parent, &mut value);
                }
                KeyEnd::Open if !end.is_here() && bytes.len() - at < MAX_ROW_BYTES => return None,
                KeyEnd::None | KeyEnd::Open => {}
            }
        }
        let opens = matches!(bytes[value.value], b'{' | b'[');
        if opens && self.levels.len() < self.depth() {
            self.levels.push(Level {
                is_object: bytes[value.value] == b'{',
                node: value.node,
            });
            return Some(value.value + 1);
        }
        if self.levels.is_empty() || opens {
            return self.take_value(bytes, value, end, spans);
        }
        // Beside the rows are versions and counts, which are no rows.
        let before = spans.len();
        let next = self.take_value(bytes, value, end, spans);
        if let [.., span] = spans.as_slice()
            && spans.len() > before
            && span.damage.is_none()
            && !self.is_row(&bytes[span.start..span.end], span)
        {
            spans.pop();
        }
        next
    }

    /// The number of levels around rows.
    fn depth(&self) -> usize {
        match &self.keys {
            Some(keys) if !self.in_list => keys.levels,
            _ => 0,
        }
    }

    /// Notes where the key leads, and whether it is a cell itself.
    fn follow_key(&self, key: &[u8], parent: Option<usize>, value: &mut ValueStart) {
        value.key = Some(OwnKey { column: None });
        value.node = None;
        let (Some(keys), Some(parent)) = (&self.keys, parent) else {
            return;
        };
        let text = key.iter().rposition(|byte| *byte == b'"').unwrap_or(0);
        if let Ok(key) = serde_json::from_slice::<String>(&key[..=text]) {
            value.node = keys.wanted.child(parent, &key);
        }
        value.key = Some(OwnKey {
            column: keys.wanted.key_column(parent),
        });
    }

    fn is_row(&self, raw: &[u8], span: &Span) -> bool {
        let is_wanted = |node| {
            let keys = self.keys.as_ref();
            keys.is_some_and(|keys| keys.wanted.target(node).is_some())
        };
        span.node.is_some_and(is_wanted)
            || span.key.is_some_and(|key| key.column.is_some())
            || raw.iter().filter(|byte| byte.is_ascii_digit()).count() >= Self::FEWEST_DIGITS
    }

    /// Takes the value that starts at `start`, and returns where it ends; `None` if more bytes are
    /// needed.
    fn take_value(
        &mut self,
        bytes: &[u8],
        start: ValueStart,
        end: BytesEnd,
        spans: &mut Vec<Span>,
    ) -> Option<usize> {
        let at = start.value;
        let view = &bytes[at..bytes.len().min(at + MAX_ROW_BYTES)];
        let limited = at + view.len() < bytes.len();
        let mut push = |end, damage| {
            spans.push(Span {
                start: start.start,
                end,
                damage,
                node: start.node,
                key: start.key,
            });
            Some(end)
        };
        match extent(view) {
            Extent::Whole(length) => push(at + length, None),
            // Rows that are keyed by id may be before the damage.
            Extent::Broken(length) if self.is_keyed() => {
                let next = self.give_up(bytes, at, at + length, WayBack::BehindObjects);
                push(next, Some(Damage::BadRow))
            }
            Extent::Broken(length) => {
                self.lost = Some(view[0])
                    .filter(|byte| matches!(byte, b'{' | b'['))
                    .map(Lost::Until);
                push(at + length, Some(Damage::BadRow))
            }
            Extent::Open if !limited && !end.is_here() => None,
            Extent::Open if !limited && !matches!(view[0], b'{' | b'[' | b'"') => {
                push(bytes.len(), None)
            }
            Extent::Torn(length) => {
                let next = self.give_up(bytes, at, at + length, WayBack::BehindObjects);
                push(next, Some(Damage::BadRow))
            }
            Extent::Open => {
                let (damage, way) = if limited {
                    (Damage::BadRow, WayBack::ListsToo)
                } else {
                    self.truncated = true;
                    (Damage::Truncated, WayBack::BehindObjects)
                };
                let next = self.give_up(bytes, at, at + view.len(), way);
                push(next, Some(damage))
            }
        }
    }

    /// Whether rows may be keyed by id here.
    fn is_keyed(&self) -> bool {
        self.keys.is_some() && !self.in_list
    }

    /// Gives up the value from `at` to `end`, and returns where reading goes on: inside it, unless
    /// it is in many that were given up before.
    fn give_up(&mut self, bytes: &[u8], at: usize, end: usize, within: WayBack) -> usize {
        let is_keyed = within == WayBack::BehindObjects && self.is_keyed();
        self.lost = Some(Lost::Object {
            after: Behind::Anything,
            within: if is_keyed { WayBack::KeysToo } else { within },
        });
        let is_reread = self.offset + as_u64(at) < self.followed;
        self.rereads = if is_reread { self.rereads + 1 } else { 0 };
        self.followed = self.followed.max(self.offset + as_u64(end));
        if self.rereads > MOST_REREADS {
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
            Some(Lost::Object { after, within }) => bytes[at..].iter().position(|byte| match after
                .after(*byte, *within)
            {
                Some(behind) => {
                    *after = behind;
                    false
                }
                None => true,
            }),
        };
        way.map_or(bytes.len(), |skipped| {
            self.lost = None;
            at + skipped
        })
    }
}

/// Where a value starts, and what leads to it.
#[derive(Clone, Copy)]
struct ValueStart {
    /// The start of its key, or of the value.
    start: usize,
    value: usize,
    node: Option<usize>,
    key: Option<OwnKey>,
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).expect("lengths fit 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(document: &[u8]) -> Vec<(&[u8], Option<Damage>)> {
        let mut spans = Vec::new();
        let taken = Elements::new(Arrays::AreLists).take(document, BytesEnd::Here, &mut spans);
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
            found.len() <= (MOST_REREADS + 2) * (document.len() / MAX_ROW_BYTES + 1),
            "{}",
            found.len()
        );
        assert!(found.iter().all(|(_, damage)| damage.is_some()));
    }
}
