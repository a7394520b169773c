//! The paths to texts and numbers in the values of a sample, and how those look.

use serde_json::Value;

use super::{Sample, cells::Looks, spread};
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
    let mut leaves = Vec::new();
    for span in spread(spans) {
        if let Some(value) = parse(&sample.bytes[span.start..span.end]) {
            walk(&value, &mut Vec::new(), &mut leaves, sample);
        }
    }
    leaves
}

fn walk(value: &Value, path: &mut Vec<String>, leaves: &mut Vec<Leaf>, sample: &Sample<'_>) {
    match value {
        Value::Null => keep(b"", path, leaves, sample),
        Value::Bool(_) => keep(b"-", path, leaves, sample),
        Value::Number(number) => keep(number.to_string().as_bytes(), path, leaves, sample),
        Value::String(text) => keep(text.as_bytes(), path, leaves, sample),
        Value::Array(values) => values
            .iter()
            .for_each(|value| walk(value, path, leaves, sample)),
        Value::Object(object) => {
            for (key, value) in object {
                if NUMBER_KEYS.contains(&key.as_str()) {
                    walk(value, path, leaves, sample);
                    continue;
                }
                path.push(key.clone());
                walk(value, path, leaves, sample);
                path.pop();
            }
        }
    }
}

fn keep(text: &[u8], path: &[String], leaves: &mut Vec<Leaf>, sample: &Sample<'_>) {
    let place = leaves.iter().position(|leaf| leaf.path == path);
    let place = match place {
        Some(place) => place,
        None if leaves.len() < MOST_PATHS => {
            leaves.push(Leaf {
                path: path.to_vec(),
                looks: Looks::default(),
            });
            leaves.len() - 1
        }
        None => return,
    };
    leaves[place].looks.add(text, None, sample.judge);
}

/// One value, mended if need be.
pub(super) fn parse(value: &[u8]) -> Option<Value> {
    serde_json::from_slice(value)
        .ok()
        .or_else(|| serde_json::from_str(&mend(value)?).ok())
}
