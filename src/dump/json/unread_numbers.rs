//! The texts of one JSON value that stand under keys which are not known: where no number is where it should be, one of
//! these may be it.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{NUMBER_KEYS, Paths, Target, mend};

/// Fewer digits than this are not worth telling of.
const FEWEST_DIGITS: usize = 7;

/// Calls `visit` with the keys above each such text that has digits enough, and the text. A key that has digits enough is
/// such a text itself.
pub(in crate::dump) fn unread_numbers(
    known: &Paths,
    value: &[u8],
    visit: &mut dyn FnMut(&[Cow<'_, str>], &str),
) {
    let text = match std::str::from_utf8(value) {
        Ok(text) if mend(value).is_none() => Cow::Borrowed(text),
        _ => Cow::Owned(mend(value).unwrap_or_default()),
    };
    let walk = UnreadWalk {
        known,
        node: Some(Paths::TOP),
        keys: &mut Vec::new(),
        visit,
    };
    // What cannot be parsed was told of when its cells were looked for.
    let _ = walk.deserialize(&mut serde_json::Deserializer::from_str(&text));
}

/// A walk through a value, at a node of the known keys or off them.
struct UnreadWalk<'w, 'de> {
    known: &'w Paths,
    node: Option<usize>,
    keys: &'w mut Vec<Cow<'de, str>>,
    visit: &'w mut dyn FnMut(&[Cow<'_, str>], &str),
}

impl<'de> UnreadWalk<'_, 'de> {
    fn at(&mut self, node: Option<usize>) -> UnreadWalk<'_, 'de> {
        UnreadWalk {
            known: self.known,
            node,
            keys: self.keys,
            visit: self.visit,
        }
    }

    fn text(&mut self, text: &str) {
        let is_known = self.node.and_then(|node| self.known.target(node)) == Some(Target::Other);
        if !is_known && has_digits(text) {
            (self.visit)(self.keys, text);
        }
    }
}

fn has_digits(text: &str) -> bool {
    let digits = text.chars().filter(|c| c.is_numeric());
    digits.take(FEWEST_DIGITS).count() == FEWEST_DIGITS
}

impl<'de> DeserializeSeed<'de> for UnreadWalk<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UnreadWalk<'_, 'de> {
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
        self.text(&number.to_string());
        Ok(())
    }

    fn visit_i64<E>(mut self, number: i64) -> Result<(), E> {
        self.text(&number.to_string());
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
        let node = self.node;
        while list.next_element_seed(self.at(node))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(KeyText)? {
            if NUMBER_KEYS.contains(&key.as_ref()) {
                let node = self.node;
                map.next_value_seed(self.at(node))?;
                continue;
            }
            let child = (self.node).and_then(|node| self.known.child(node, &key));
            self.keys.push(key.clone());
            if child.is_none() {
                self.at(None).text(&key);
            }
            let walked = map.next_value_seed(self.at(child));
            self.keys.pop();
            walked?;
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
    use super::*;

    fn texts(known: &[&[&str]], value: &[u8]) -> Vec<String> {
        let mut paths = Paths::new();
        for path in known {
            let keys: Vec<Cow<'_, str>> = path.iter().map(|key| Cow::Borrowed(*key)).collect();
            paths.insert(&keys, Target::Other);
        }
        let mut texts = Vec::new();
        unread_numbers(&paths, value, &mut |keys, text| {
            texts.push(format!("{}: {text}", keys.join(".")));
        });
        texts
    }

    #[test]
    fn texts_with_digits_under_unknown_keys_are_strays() {
        assert_eq!(
            texts(
                &[&["id"], &["a", "b"]],
                br#"{"id":12125550100,"a":{"b":"12125550101","c":["+1 212 555 0102",{"$numberLong":"12125550103"}]},
                    "d":12125550104,"short":"123456","id2":null,"e\u002e":true}"#
            ),
            ["a.c: +1 212 555 0102", "a.c: 12125550103", "d: 12125550104"]
        );
        assert_eq!(texts(&[&["a"]], br#"[["12125550100"]]"#), [": 12125550100"]);
        assert_eq!(
            texts(&[], b"{\"n\xe9\":\"1\t2125550100\"}"),
            ["n\u{fffd}: 1 2125550100"]
        );
    }

    #[test]
    fn numbers_that_are_keys_are_strays_and_so_are_texts_below_a_known_key() {
        assert_eq!(
            texts(
                &[&["a"]],
                br#"{"12125550100":{"name":"Ann"},"a":{"b":"12125550101"}}"#
            ),
            ["12125550100: 12125550100", "a.b: 12125550101"]
        );
    }
}
