//! How deep the rows of a JSON document are: `{"users": {"id": row}}` has two levels around them.

use serde_json::Value;

use super::{Sample, cells::is_shaped};
use crate::dump::{
    BytesEnd, MAX_ROW_BYTES,
    json::{Arrays, Elements, Span, parse},
};

/// A row of a document: the keys above it, its own key, and its value.
pub(super) type DocumentRow<'v> = (Vec<String>, Option<&'v str>, &'v Value);

/// Values of an object or list that are looked at.
const SAMPLE: usize = 64;
/// Fewer values under keys of their own are the fields of one row.
const FEWEST_ENTRIES: usize = 2;

/// The one object that a document is, as far as the sample has it, and the levels around its rows.
pub(super) struct Document {
    pub(super) value: Value,
    pub(super) levels: usize,
}

/// The document, if it is one object with rows inside.
pub(super) fn document(sample: &Sample<'_>) -> Option<Document> {
    // A longer value would be given up, and its parts taken for values.
    let most = sample.bytes.len().min(MAX_ROW_BYTES);
    let text = sample.bytes[..most].trim_ascii();
    if text.first() != Some(&b'{') {
        return None;
    }
    let mut spans = Vec::new();
    // A value that breaks off is looked at as far as it goes.
    Elements::new(Arrays::AreLists).take(text, BytesEnd::Later, &mut spans);
    let value = match spans[..] {
        [] => closed(text)?,
        [Span { end, .. }] if text[end..].trim_ascii().is_empty() => closed(text)?,
        _ => return None,
    };
    let levels = levels(&value, sample)?;
    Some(Document { value, levels })
}

/// The value, its brackets closed behind the last comma if they are open.
fn closed(text: &[u8]) -> Option<Value> {
    if let Some(value) = parse(text) {
        return Some(value);
    }
    let (comma, _) = brackets(text);
    let head = &text[..comma?];
    let (_, open) = brackets(head);
    let closing = open.iter().rev();
    let text: Vec<u8> = head.iter().chain(closing).copied().collect();
    parse(&text)
}

/// The last comma outside strings, and the closing brackets that are missing.
fn brackets(text: &[u8]) -> (Option<usize>, Vec<u8>) {
    let (mut comma, mut open) = (None, Vec::new());
    let (mut in_string, mut escaped) = (false, false);
    for (at, &byte) in text.iter().enumerate() {
        if in_string {
            in_string = byte != b'"' || escaped;
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => {
                open.pop();
            }
            b',' => comma = Some(at),
            _ => {}
        }
    }
    (comma, open)
}

/// Levels around the rows below `value`; `None` if it is a row itself.
fn levels(value: &Value, sample: &Sample<'_>) -> Option<usize> {
    let Value::Object(fields) = value else {
        return None;
    };
    let numbers = keys_are_numbers(value, sample);
    if numbers || is_map(value) {
        return Some(1);
    }
    let is_number = |value: &Value| match value {
        Value::String(text) => is_shaped(text.as_bytes()) || is_judged(text, sample),
        Value::Number(number) => is_shaped(number.to_string().as_bytes()),
        _ => false,
    };
    if fields.values().any(is_number) {
        return None;
    }
    let is_row = |value: &Value| value.is_object() || value.is_array();
    // The largest of the collections decides how deep rows are.
    let below = fields.values().filter_map(|field| match field {
        Value::Array(values) if values.iter().any(is_row) => Some((values.len(), 2)),
        Value::Object(entries) => Some((entries.len(), 1 + levels(field, sample)?)),
        _ => None,
    });
    below.max().map(|(_, levels)| levels)
}

/// Whether an object is keyed by ids: its values are objects of like shape.
fn is_map(value: &Value) -> bool {
    let Value::Object(fields) = value else {
        return false;
    };
    let mut entries = fields.values().take(SAMPLE);
    let Some(Value::Object(first)) = entries.clone().next() else {
        return false;
    };
    fields.len() >= FEWEST_ENTRIES
        && entries.all(|entry| match entry {
            Value::Object(entry) => {
                // An empty entry is one of which nothing is known.
                entry.is_empty() || entry.keys().any(|key| first.contains_key(key))
            }
            _ => false,
        })
}

/// Whether the keys of an object are numbers themselves.
fn keys_are_numbers(value: &Value, sample: &Sample<'_>) -> bool {
    let Value::Object(fields) = value else {
        return false;
    };
    let keys = || fields.keys().take(SAMPLE);
    let numbers = keys().filter(|key| is_judged(key, sample)).count();
    numbers > 0 && numbers * 10 >= keys().count() * 9
}

fn is_judged(text: &str, sample: &Sample<'_>) -> bool {
    super::cells::is_number(text.as_bytes(), None, sample.judge)
}
