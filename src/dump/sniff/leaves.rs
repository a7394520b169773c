//! The paths to texts and numbers in the values of a sample, and how those look.

use serde_json::Value;

use super::{
    Sample,
    cells::{Looks, has_digits},
    spread,
};
use crate::dump::{
    Format,
    json::{Arrays, Elements, NUMBER_KEYS, mend},
};

/// So many different paths are told apart; an object with keys of its own in each row has no columns.
const MOST_PATHS: usize = 512;

/// A path of keys that ends at texts or numbers, and how they look.
pub(super) struct Leaf {
    pub(super) path: Vec<String>,
    pub(super) looks: Looks,
    /// The values of the sample, by their turn, in which a text with a digit stands there.
    pub(super) values: Vec<usize>,
    /// Those of them in which it has digits enough for a number.
    pub(super) numbers: Vec<usize>,
}

/// The paths to texts and numbers in the sample, in order of their first appearance.
pub(super) fn leaves(sample: &Sample<'_>, format: Format) -> Vec<Leaf> {
    let arrays = if format == Format::Ndjson {
        Arrays::AreValues
    } else {
        Arrays::AreLists
    };
    let mut spans = Vec::new();
    let mut elements = Elements::new(arrays);
    elements.take(sample.bytes, sample.complete, &mut spans);
    if spans.is_empty() {
        // One value longer than any may be: what is inside it is read, and so it is looked at.
        elements.take(sample.bytes, true, &mut spans);
    }
    spans.retain(|span| span.damage.is_none());
    let mut leaves = Leaves {
        found: Vec::new(),
        turn: 0,
        sample,
    };
    for span in spread(spans) {
        if let Some(value) = parse(&sample.bytes[span.start..span.end]) {
            leaves.walk(&value, &mut Vec::new());
            leaves.turn += 1;
        }
    }
    leaves.found
}

/// The leaves of the values so far.
struct Leaves<'s> {
    found: Vec<Leaf>,
    /// Values before this one.
    turn: usize,
    sample: &'s Sample<'s>,
}

impl Leaves<'_> {
    fn walk(&mut self, value: &Value, path: &mut Vec<String>) {
        match value {
            Value::Null => self.keep(b"", path),
            Value::Bool(_) => self.keep(b"-", path),
            Value::Number(number) => self.keep(number.to_string().as_bytes(), path),
            Value::String(text) => self.keep(text.as_bytes(), path),
            Value::Array(values) => values.iter().for_each(|value| self.walk(value, path)),
            Value::Object(object) => {
                for (key, value) in object {
                    if NUMBER_KEYS.contains(&key.as_str()) {
                        self.walk(value, path);
                        continue;
                    }
                    path.push(key.clone());
                    self.walk(value, path);
                    path.pop();
                }
            }
        }
    }

    fn keep(&mut self, text: &[u8], path: &[String]) {
        let place = self.found.iter().position(|leaf| leaf.path == path);
        let place = match place {
            Some(place) => place,
            None if self.found.len() < MOST_PATHS => {
                self.found.push(Leaf {
                    path: path.to_vec(),
                    looks: Looks::default(),
                    values: Vec::new(),
                    numbers: Vec::new(),
                });
                self.found.len() - 1
            }
            None => return,
        };
        let leaf = &mut self.found[place];
        leaf.looks.add(text, None, self.sample.judge);
        if text.iter().any(u8::is_ascii_digit) {
            leaf.values.push(self.turn);
        }
        if has_digits(text) {
            leaf.numbers.push(self.turn);
        }
    }
}

/// One value, mended if need be.
pub(super) fn parse(value: &[u8]) -> Option<Value> {
    serde_json::from_slice(value)
        .ok()
        .or_else(|| serde_json::from_str(&mend(value)?).ok())
}
