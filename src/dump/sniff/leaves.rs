//! The paths to texts and numbers in the values of a sample, and how those look.

use serde_json::Value;

use super::{Sample, cells::Looks, names::path_name, spread};
use crate::dump::{
    Format,
    json::{Arrays, Elements, NUMBER_KEYS, mend},
};

/// Paths that are told apart; an object with other keys in each row has no columns.
const MOST_PATHS: usize = 512;

/// A path of keys that ends at texts or numbers, and how they look.
pub(super) struct Leaf {
    pub(super) path: Vec<String>,
    pub(super) looks: Looks,
    /// Values of the sample that have this path.
    occurrences: usize,
    /// The last of them.
    last_value: usize,
}

/// The paths to texts and numbers in the sample, in order of their first appearance.
pub(super) struct Leaves {
    pub(super) list: Vec<Leaf>,
    /// Values of the sample that were looked at.
    pub(super) values: usize,
}

impl Leaves {
    /// The name of a leaf, safe to print: a key is shown if it is a known name, or if several values have it.
    pub(super) fn name(&self, leaf: usize) -> String {
        let Leaf {
            path, occurrences, ..
        } = &self.list[leaf];
        path_name(path, |_| *occurrences > 1)
    }
}

/// Walks through the values of the sample.
pub(super) fn leaves(sample: &Sample<'_>, format: Format) -> Leaves {
    let arrays = if format == Format::Ndjson {
        Arrays::AreValues
    } else {
        Arrays::AreLists
    };
    let mut spans = Vec::new();
    let mut elements = Elements::new(arrays);
    elements.take(sample.bytes, sample.complete, &mut spans);
    if spans.is_empty() {
        // One value that is longer than a row may be: its parts are read as rows.
        elements.take(sample.bytes, true, &mut spans);
    }
    spans.retain(|span| span.damage.is_none());
    let mut walk = Walk {
        found: Vec::new(),
        value: 0,
        sample,
    };
    for span in spread(spans) {
        if let Some(value) = parse(&sample.bytes[span.start..span.end]) {
            walk.walk(&value, &mut Vec::new());
            walk.value += 1;
        }
    }
    Leaves {
        list: walk.found,
        values: walk.value,
    }
}

/// A walk through the values, with the leaves found so far.
struct Walk<'s> {
    found: Vec<Leaf>,
    /// Index of the value.
    value: usize,
    sample: &'s Sample<'s>,
}

impl Walk<'_> {
    fn walk(&mut self, value: &Value, path: &mut Vec<String>) {
        match value {
            Value::Null => self.keep(b"", path),
            Value::Bool(_) => self.keep(b"true", path),
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
        let known = self.found.iter().position(|leaf| leaf.path == path);
        let index = match known {
            Some(index) => index,
            None if self.found.len() < MOST_PATHS => {
                self.found.push(Leaf {
                    path: path.to_vec(),
                    looks: Looks::default(),
                    occurrences: 0,
                    last_value: 0,
                });
                self.found.len() - 1
            }
            None => return,
        };
        let leaf = &mut self.found[index];
        if leaf.occurrences == 0 || leaf.last_value < self.value {
            (leaf.occurrences, leaf.last_value) = (leaf.occurrences + 1, self.value);
        }
        leaf.looks.add(text, None, self.sample.judge);
    }
}

/// One value, mended if need be.
pub(super) fn parse(value: &[u8]) -> Option<Value> {
    serde_json::from_slice(value)
        .ok()
        .or_else(|| serde_json::from_str(&mend(value)?).ok())
}
