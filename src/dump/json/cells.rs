//! The cells of one JSON value. Only the wanted paths are looked at, and text is borrowed if
//! possible.

use std::{borrow::Cow, fmt, str::Utf8Error};

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    Paths, Target, mend,
    simple_walk::{self, simple_walk},
};

/// Lists within lists at the end of a path are followed this deep.
const DEEPEST_LIST: usize = 8;

/// Mongo's Extended JSON writes a number as an object with one of these keys (its specification,
/// version 2).
pub(in crate::dump) const NUMBER_KEYS: [&str; 4] = [
    "$numberLong",
    "$numberInt",
    "$numberDouble",
    "$numberDecimal",
];

/// The bytes around some values, and the same as text if all of them are UTF-8: one check of the
/// whole is faster than one of each value.
#[derive(Clone, Copy)]
pub(in crate::dump) struct BatchText<'a> {
    bytes: &'a [u8],
    text: Option<&'a str>,
}

impl<'a> BatchText<'a> {
    pub(in crate::dump) fn new(bytes: &'a [u8]) -> BatchText<'a> {
        BatchText {
            bytes,
            text: std::str::from_utf8(bytes).ok(),
        }
    }

    pub(in crate::dump) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// A part of the bytes as text, or any other bytes.
    fn text_of(self, part: &'a [u8]) -> Result<&'a str, Utf8Error> {
        let start = part
            .as_ptr()
            .addr()
            .wrapping_sub(self.bytes.as_ptr().addr());
        let known = self
            .text
            .and_then(|text| text.get(start..start.checked_add(part.len())?));
        known.map_or_else(|| std::str::from_utf8(part), Ok)
    }
}

/// The cells found in one value.
#[derive(Default)]
pub(in crate::dump) struct JsonCells<'de> {
    /// Index of the column and text, in the order of the value.
    pub(in crate::dump) phones: Vec<(usize, Cow<'de, str>)>,
    pub(in crate::dump) country: Option<Cow<'de, str>>,
}

/// Adds to `found` what the paths lead to from `node` on in `value`.
pub(in crate::dump) fn cells_of<'de>(
    paths: &Paths,
    node: usize,
    value: &'de [u8],
    around: BatchText<'de>,
    found: &mut JsonCells<'de>,
) -> Result<(), serde_json::Error> {
    // The row's own key may be among them already.
    let before = found.phones.len();
    let tried = match around.text_of(value) {
        Ok(text) => {
            let mut simple = CellWalk::new(paths, node, found);
            let mut end_of_path = |node, end| simple.at(node).simple_end(end);
            if simple_walk(paths, node, text, &mut end_of_path).is_some() {
                return Ok(());
            }
            found.clear_from(before);
            try_cells_of(paths, node, text, found)
        }
        Err(error) => Err(de::Error::custom(error)),
    };
    let Err(error) = tried else {
        return Ok(());
    };
    let Some(mended) = mend(value) else {
        return Err(error);
    };
    found.clear_from(before);
    let mut owned = JsonCells::default();
    try_cells_of(paths, node, &mended, &mut owned)?;
    let phones = owned.phones.into_iter();
    found
        .phones
        .extend(phones.map(|(column, text)| (column, Cow::Owned(text.into_owned()))));
    found.country = owned.country.map(|text| Cow::Owned(text.into_owned()));
    Ok(())
}

/// Whether the value breaks off, and is valid up to there.
pub(in crate::dump) fn is_cut_off(error: &serde_json::Error) -> bool {
    error.is_eof()
}

fn try_cells_of<'de>(
    paths: &Paths,
    node: usize,
    value: &'de str,
    found: &mut JsonCells<'de>,
) -> Result<(), serde_json::Error> {
    let walk = CellWalk::new(paths, node, found);
    if paths.target(node).is_some() {
        let value: &RawValue = serde_json::from_str(value)?;
        return walk.end_of_path(value.get());
    }
    let mut deserializer = serde_json::Deserializer::from_str(value);
    walk.deserialize(&mut deserializer)?;
    deserializer.end()
}

impl JsonCells<'_> {
    pub(in crate::dump) fn clear(&mut self) {
        self.clear_from(0);
    }

    /// Takes back the cells that were added to the first `phones`.
    fn clear_from(&mut self, phones: usize) {
        self.phones.truncate(phones);
        self.country = None;
    }
}

/// A walk through a value along the paths, at one node.
struct CellWalk<'p, 'f, 'de> {
    paths: &'p Paths,
    node: usize,
    lists: usize,
    found: &'f mut JsonCells<'de>,
}

impl<'p, 'f, 'de> CellWalk<'p, 'f, 'de> {
    fn new(paths: &'p Paths, node: usize, found: &'f mut JsonCells<'de>) -> Self {
        CellWalk {
            paths,
            node,
            lists: 0,
            found,
        }
    }

    fn at(&mut self, node: usize) -> CellWalk<'p, '_, 'de> {
        CellWalk {
            paths: self.paths,
            node,
            lists: self.lists,
            found: self.found,
        }
    }

    fn simple_end(mut self, end: simple_walk::PathEnd<'de>) -> Option<()> {
        match end {
            simple_walk::PathEnd::Text(text) => {
                self.keep(Cow::Borrowed(text));
                Some(())
            }
            simple_walk::PathEnd::Value(value) => self.end_of_path(value).ok(),
        }
    }

    /// The value at the end of a path: a text, a number, or a list or wrapping of them.
    fn end_of_path(mut self, value: &'de str) -> Result<(), serde_json::Error> {
        match value.as_bytes().first() {
            Some(b'"') => {
                let text = match value.get(1..value.len() - 1) {
                    Some(text) if !text.contains('\\') => Cow::Borrowed(text),
                    _ => Cow::Owned(serde_json::from_str(value)?),
                };
                self.keep(text);
                Ok(())
            }
            Some(b'[') => {
                self.lists += 1;
                if self.lists > DEEPEST_LIST {
                    return Err(de::Error::custom("lists too deep"));
                }
                serde_json::Deserializer::from_str(value).deserialize_seq(PathEnd(self))
            }
            Some(b'{') => serde_json::Deserializer::from_str(value).deserialize_map(PathEnd(self)),
            Some(b'n') => {
                self.keep(Cow::Borrowed(""));
                Ok(())
            }
            _ => {
                self.keep(Cow::Borrowed(value));
                Ok(())
            }
        }
    }

    fn keep(&mut self, text: Cow<'de, str>) {
        match self.paths.target(self.node) {
            Some(Target::Phone(column)) => self.found.phones.push((column, text)),
            Some(Target::Country) => self.found.country = Some(text),
            None => {}
        }
    }

    /// Walks on behind one key of an object.
    fn follow<A: MapAccess<'de>>(
        &mut self,
        child: Option<usize>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match child {
            None => map.next_value::<IgnoredAny>().map(|_| ()),
            Some(child) if self.paths.target(child).is_some() => {
                let value: &'de RawValue = map.next_value()?;
                self.at(child)
                    .end_of_path(value.get())
                    .map_err(de::Error::custom)
            }
            Some(child) => map.next_value_seed(self.at(child)),
        }
    }
}

impl<'de> CellWalk<'_, '_, 'de> {
    /// The next value of a list that is a row: one of its fields.
    fn next_field<A: SeqAccess<'de>>(
        &mut self,
        child: usize,
        list: &mut A,
    ) -> Result<Option<()>, A::Error> {
        if self.paths.target(child).is_none() {
            return list.next_element_seed(self.at(child));
        }
        let Some(value) = list.next_element::<&'de RawValue>()? else {
            return Ok(None);
        };
        let kept = self.at(child).end_of_path(value.get());
        kept.map(Some).map_err(de::Error::custom)
    }
}

impl<'de> DeserializeSeed<'de> for CellWalk<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Texts and numbers before the end of a path lead nowhere.
macro_rules! lead_nowhere {
    ($($visit:ident: $type:ty),*) => {
        $(fn $visit<E>(self, _: $type) -> Result<(), E> { Ok(()) })*
    };
}

impl<'de> Visitor<'de> for CellWalk<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    lead_nowhere!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let node = self.node;
        let paths = self.paths;
        for field in paths.fields(node) {
            let next = match field {
                Some(child) => self.next_field(*child, &mut list)?,
                None => list.next_element::<IgnoredAny>()?.map(drop),
            };
            if next.is_none() {
                return Ok(());
            }
        }
        if !paths.fields(node).is_empty() {
            while list.next_element::<IgnoredAny>()?.is_some() {}
        }
        while list.next_element_seed(self.at(node))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        if let Some(column) = self.paths.key_column(self.node) {
            while let Some(key) = map.next_key::<Cow<'_, str>>()? {
                let child = self.paths.child(self.node, &key);
                let text = Cow::Owned(key.into_owned());
                self.found.phones.push((column, text));
                self.follow(child, &mut map)?;
            }
            return Ok(());
        }
        while let Some(child) = map.next_key_seed(KeyNode {
            paths: self.paths,
            node: self.node,
        })? {
            self.follow(child, &mut map)?;
        }
        Ok(())
    }
}

/// A key, as the node that it leads to.
struct KeyNode<'p> {
    paths: &'p Paths,
    node: usize,
}

impl<'de> DeserializeSeed<'de> for KeyNode<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyNode<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.paths.child(self.node, key))
    }
}

/// A list or an object where a path ends.
struct PathEnd<'p, 'f, 'de>(CellWalk<'p, 'f, 'de>);

impl<'de> Visitor<'de> for PathEnd<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let node = self.0.node;
        while let Some(value) = list.next_element::<&'de RawValue>()? {
            self.0
                .at(node)
                .end_of_path(value.get())
                .map_err(de::Error::custom)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if NUMBER_KEYS.contains(&key.as_ref()) {
                let value: &'de RawValue = map.next_value()?;
                // A number holds no list or object, so this goes no deeper.
                if !value.get().starts_with(['[', '{']) {
                    let node = self.0.node;
                    self.0
                        .at(node)
                        .end_of_path(value.get())
                        .map_err(de::Error::custom)?;
                }
            } else {
                let child = self.0.paths.child(self.0.node, &key);
                self.0.follow(child, &mut map)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
