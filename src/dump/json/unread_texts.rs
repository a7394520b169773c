//! The texts of one JSON value that no wanted path leads to: keys, texts and numbers alike.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{ANY_KEY, NUMBER_KEYS, OwnKey, Paths, field_key, mend, split_key};
use crate::dump::{UnreadPlace, UnreadVisit};

/// The key under which `serde_json` gives a number that is no integer, so that no digit is lost.
const EXACT_NUMBER: &str = "$serde_json::private::Number";

/// Calls `visit` with each text that the `wanted` paths do not lead to, and with each key off them.
///
/// `node` is the node of the row; `own_key` says that the row begins with its own key, as in an
/// object keyed by id.
pub(in crate::dump) fn unread_texts(
    wanted: &Paths,
    node: Option<usize>,
    own_key: Option<OwnKey>,
    row: &[u8],
    visit: &mut UnreadVisit<'_>,
) {
    let (key, value) = match own_key {
        Some(_) => split_key(row),
        None => (None, row),
    };
    let mut keys = Vec::new();
    if let Some(key) = key.and_then(|key| serde_json::from_slice::<String>(key).ok()) {
        if own_key.is_some_and(|own| own.column.is_none()) {
            let place = UnreadPlace::Key {
                keys: &keys,
                index: 0,
            };
            visit(place, key.as_bytes());
        }
        keys.push(Cow::Borrowed(ANY_KEY));
    }
    let text = match std::str::from_utf8(value) {
        // Parsing costs less than a search for all that may need mending.
        Ok(text) if serde_json::from_str::<IgnoredAny>(text).is_ok() => Cow::Borrowed(text),
        _ => Cow::Owned(mend(value).unwrap_or_default()),
    };
    let walk = UnreadWalk {
        wanted,
        node,
        keys: &mut keys,
        index: 0,
        visit,
    };
    // What cannot be parsed was counted as damage when its cells were looked for.
    let _ = walk.deserialize(&mut serde_json::Deserializer::from_str(&text));
}

/// A walk through a value, at a node of the wanted paths or off them.
struct UnreadWalk<'w, 'v, 'de> {
    wanted: &'w Paths,
    node: Option<usize>,
    keys: &'w mut Vec<Cow<'de, str>>,
    /// Place of the last key in its object.
    index: usize,
    visit: &'w mut UnreadVisit<'v>,
}

impl<'v, 'de> UnreadWalk<'_, 'v, 'de> {
    fn at(&mut self, node: Option<usize>, index: usize) -> UnreadWalk<'_, 'v, 'de> {
        UnreadWalk {
            wanted: self.wanted,
            node,
            keys: self.keys,
            index,
            visit: self.visit,
        }
    }

    fn integer(&mut self, number: impl itoa::Integer) {
        self.text(itoa::Buffer::new().format(number));
    }

    fn text(&mut self, text: &str) {
        let is_wanted = self
            .node
            .and_then(|node| self.wanted.target(node))
            .is_some();
        if !is_wanted {
            let place = UnreadPlace::Value {
                keys: self.keys,
                index: self.index,
            };
            (self.visit)(place, text.as_bytes());
        }
    }
}

impl<'de> DeserializeSeed<'de> for UnreadWalk<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UnreadWalk<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(mut self, number: u64) -> Result<(), E> {
        self.integer(number);
        Ok(())
    }

    fn visit_i64<E>(mut self, number: i64) -> Result<(), E> {
        self.integer(number);
        Ok(())
    }

    fn visit_f64<E>(mut self, number: f64) -> Result<(), E> {
        self.text(&number.to_string());
        Ok(())
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let (node, index) = (self.node, self.index);
        let wanted = self.wanted;
        let fields = node.map_or(&[] as &[_], |node| wanted.fields(node));
        if fields.is_empty() {
            while list.next_element_seed(self.at(node, index))?.is_some() {}
            return Ok(());
        }
        for field in 0.. {
            self.keys.push(Cow::Owned(field_key(field)));
            let child = fields.get(field).copied().flatten();
            let next = list.next_element_seed(self.at(child, field));
            self.keys.pop();
            if next?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(key) = map.next_key_seed(KeyText)? {
            if NUMBER_KEYS.contains(&key.as_ref()) || key == EXACT_NUMBER {
                let (node, index) = (self.node, self.index);
                map.next_value_seed(self.at(node, index))?;
                continue;
            }
            let child = (self.node).and_then(|node| self.wanted.child(node, &key));
            let is_read = (self.node).is_some_and(|node| self.wanted.key_column(node).is_some());
            if child.is_none() && !is_read {
                let place = UnreadPlace::Key {
                    keys: self.keys,
                    index,
                };
                (self.visit)(place, key.as_bytes());
            }
            self.keys.push(key);
            let walked = map.next_value_seed(self.at(child, index));
            self.keys.pop();
            walked?;
            index += 1;
        }
        Ok(())
    }
}

/// A key as it is written, borrowed where it can be.
struct KeyText;

impl<'de> DeserializeSeed<'de> for KeyText {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeyText {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Target;
    use super::*;

    fn texts(wanted: &[&[&str]], value: &[u8]) -> Vec<String> {
        let mut paths = Paths::new();
        for path in wanted {
            let keys: Vec<Cow<'_, str>> = path.iter().map(|key| Cow::Borrowed(*key)).collect();
            paths.insert(&keys, Target::Phone(0));
        }
        let mut texts = Vec::new();
        unread_texts(&paths, Some(Paths::TOP), None, value, &mut |place, text| {
            let text = String::from_utf8_lossy(text);
            texts.push(match place {
                UnreadPlace::Value { keys, index } => {
                    format!("{}[{index}]: {text}", keys.join("."))
                }
                UnreadPlace::Key { keys, index } => format!("{}/{index}: {text}", keys.join(".")),
                UnreadPlace::Field(_) => unreachable!("JSON has keys"),
            });
        });
        texts
    }

    #[test]
    fn texts_off_the_wanted_paths_are_unread() {
        assert_eq!(
            texts(
                &[&["id"], &["a", "b"]],
                br#"{"id":1,"a":{"b":"2","c":["+3",{"$numberLong":"4"}]},"d":5,"e\u002e":true}"#
            ),
            [
                "a/1: c",
                "a.c[1]: +3",
                "a.c[1]: 4",
                "/2: d",
                "d[2]: 5",
                "/3: e."
            ]
        );
        assert_eq!(texts(&[&["a"]], br#"[["1"]]"#), ["[0]: 1"]);
        assert_eq!(
            texts(&[&["a"]], br#"{"a":12125550100.0,"b":1.50}"#),
            ["/1: b", "b[1]: 1.50"]
        );
        assert_eq!(
            texts(&[&["field 2"]], br#"["1","2",["3"]]"#),
            ["field 1[0]: 1", "field 3[2]: 3"]
        );
        assert_eq!(
            texts(&[], b"{\"n\xe9\":\"1\t2\"}"),
            ["/0: n\u{fffd}", "n\u{fffd}[0]: 1 2"]
        );
    }

    #[test]
    fn keys_and_what_stands_below_a_wanted_path_are_unread() {
        assert_eq!(
            texts(&[&["a"]], br#"{"1":{"n":"x"},"a":{"b":"2"}}"#),
            ["/0: 1", "1/0: n", "1.n[0]: x", "a/0: b", "a.b[0]: 2"]
        );
    }
}
