//! The paths to texts and numbers in the values of a sample, and how those look.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    Sample,
    cells::{Looks, has_digits},
    levels::{self, DocumentRow},
    lists::Lists,
    names::{is_known, path_name, safe_name},
    sample::{ROWS, step},
};
use crate::dump::{
    BytesEnd, Format,
    json::{ANY_KEY, Arrays, Elements, KEY_ITSELF, NUMBER_KEYS, Span, field_key, parse},
};

/// An object with more keys than this, whose values are alike, is keyed by ids.
const MOST_FIELDS: usize = 8;

/// A path of keys that ends at texts or numbers, and how they look.
pub(super) struct Leaf {
    pub(super) path: Vec<String>,
    pub(super) looks: Looks,
    /// Its name, if the path has only its place: the column of a table of lists.
    pub(super) title: Option<String>,
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
    /// Levels of objects and lists around the rows of a document.
    pub(super) levels: usize,
}

impl Leaves {
    /// The name of a leaf, safe to print: a key is shown if it is a known name, or if several
    /// values have it.
    pub(super) fn name(&self, leaf: usize) -> String {
        let Leaf {
            path,
            title,
            occurrences,
            ..
        } = &self.list[leaf];
        match title.as_deref().filter(|title| is_known(title)) {
            Some(title) => safe_name(title),
            None => path_name(path, |_| *occurrences > 1),
        }
    }
}

/// Walks through the values of the sample.
pub(super) fn leaves(sample: &Sample<'_>, format: Format) -> Leaves {
    let mut walk = LeafWalk {
        found: Vec::new(),
        by_path: HashMap::new(),
        value: 0,
        lists: Lists::default(),
        sample,
    };
    let document = (format == Format::Json)
        .then(|| levels::document(sample))
        .flatten();
    let levels = document.as_ref().map_or(0, |document| document.levels);
    if let Some(document) = &document {
        let mut rows = Vec::new();
        collect_rows(&document.value, levels, &mut Vec::new(), &mut rows);
        walk.lists = Lists::of(&rows, Some(&document.value), sample);
        walk.rows(&rows);
    } else {
        let spans = spans(sample, format);
        let values = spans
            .iter()
            .filter_map(|span| parse(&sample.bytes[span.start..span.end]));
        let values: Vec<Value> = values.collect();
        let rows: Vec<DocumentRow<'_>> = (values.iter())
            .map(|value| (Vec::new(), None, value))
            .collect();
        walk.lists = Lists::of(&rows, None, sample);
        walk.rows(&rows);
    }
    // Keys are cells only where they are numbers.
    let is_leaf =
        |leaf: &Leaf| leaf.looks.numbers > 0 || !leaf.path.ends_with(&[KEY_ITSELF.to_owned()]);
    walk.found.retain(is_leaf);
    Leaves {
        list: generalized(walk.found),
        values: walk.value,
        levels,
    }
}

fn spans(sample: &Sample<'_>, format: Format) -> Vec<Span> {
    let arrays = if format == Format::Ndjson {
        Arrays::AreValues
    } else {
        Arrays::AreLists
    };
    let mut spans = Vec::new();
    let mut elements = Elements::new(arrays);
    elements.take(sample.bytes, sample.end, &mut spans);
    if spans.is_empty() {
        // One value that is longer than a row may be: its parts are read as rows.
        elements.take(sample.bytes, BytesEnd::Here, &mut spans);
    }
    spans.retain(|span| span.damage.is_none());
    spans
}

/// The rows of a document, which are `levels` deep.
fn collect_rows<'v>(
    value: &'v Value,
    levels: usize,
    path: &mut Vec<String>,
    rows: &mut Vec<DocumentRow<'v>>,
) {
    let is_open = |value: &Value| levels > 1 && (value.is_object() || value.is_array());
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if is_open(value) {
                    path.push(key.clone());
                    collect_rows(value, levels - 1, path, rows);
                    path.pop();
                } else {
                    rows.push((path.clone(), Some(key), value));
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                if is_open(value) {
                    collect_rows(value, levels - 1, path, rows);
                } else {
                    rows.push((path.clone(), None, value));
                }
            }
        }
        _ => {}
    }
}

/// The keys above a row, and its own.
fn full_path(above: &[String], own: Option<&str>) -> Vec<String> {
    above
        .iter()
        .map(String::as_str)
        .chain(own)
        .map(str::to_owned)
        .collect()
}

/// A walk through the values, with the leaves found so far.
struct LeafWalk<'s> {
    found: Vec<Leaf>,
    by_path: HashMap<Vec<String>, usize>,
    /// Index of the value.
    value: usize,
    /// The rows that are lists of fields.
    lists: Lists,
    sample: &'s Sample<'s>,
}

impl LeafWalk<'_> {
    /// Looks at rows that are spread over all, and then at some with keys that those have not.
    fn rows(&mut self, rows: &[DocumentRow<'_>]) {
        let step = step(rows.len());
        for (path, key, row) in rows.iter().step_by(step) {
            self.row(path.clone(), *key, row);
        }
        // Few rows of another kind, such as users among posts, may all be between those.
        let others = rows
            .iter()
            .enumerate()
            .filter(|(index, _)| index % step > 0);
        let mut seen = 0;
        for (_, (path, key, row)) in others {
            if seen < ROWS && self.has_new_path(row, &mut full_path(path, *key)) {
                self.row(path.clone(), *key, row);
                seen += 1;
            }
        }
    }

    /// Whether a text or number in the value has a path that no row had.
    fn has_new_path(&self, value: &Value, path: &mut Vec<String>) -> bool {
        match value {
            Value::Array(values) => values.iter().any(|value| self.has_new_path(value, path)),
            Value::Object(object) => object.iter().any(|(key, value)| {
                let is_wrapping = NUMBER_KEYS.contains(&key.as_str());
                if !is_wrapping {
                    path.push(key.clone());
                }
                let is_new = self.has_new_path(value, path);
                if !is_wrapping {
                    path.pop();
                }
                is_new
            }),
            _ => !self.by_path.contains_key(path.as_slice()),
        }
    }

    fn row(&mut self, mut path: Vec<String>, key: Option<&str>, row: &Value) {
        if let Some(key) = key {
            path.push(KEY_ITSELF.to_owned());
            self.keep(key.as_bytes(), &path);
            path.pop();
            path.push(key.to_owned());
        }
        match row {
            Value::Array(fields) if self.lists.have(&path) => {
                for (index, field) in fields.iter().enumerate() {
                    path.push(field_key(index));
                    self.walk(field, &mut path);
                    path.pop();
                }
            }
            _ => self.walk(row, &mut path),
        }
        self.value += 1;
    }

    fn walk(&mut self, value: &Value, path: &mut Vec<String>) {
        match value {
            Value::Null => self.keep(b"", path),
            Value::Bool(_) => self.keep(b"true", path),
            Value::Number(number) => self.keep(number.to_string().as_bytes(), path),
            Value::String(text) => self.keep(text.as_bytes(), path),
            Value::Array(values) => values.iter().for_each(|value| self.walk(value, path)),
            Value::Object(object) => {
                // Keys may be numbers where one of them has digits enough.
                if object.keys().any(|key| has_digits(key.as_bytes())) {
                    path.push(KEY_ITSELF.to_owned());
                    for key in object.keys() {
                        self.keep(key.as_bytes(), path);
                    }
                    path.pop();
                }
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
        let index = self.by_path.get(path).copied();
        let index = index.unwrap_or_else(|| {
            self.found.push(Leaf {
                path: path.to_vec(),
                title: self.lists.title(path),
                looks: Looks::default(),
                occurrences: 0,
                last_value: 0,
            });
            self.by_path.insert(path.to_vec(), self.found.len() - 1);
            self.found.len() - 1
        });
        let leaf = &mut self.found[index];
        if leaf.occurrences == 0 || leaf.last_value < self.value {
            (leaf.occurrences, leaf.last_value) = (leaf.occurrences + 1, self.value);
        }
        leaf.looks.add(text, None, self.sample.judge);
    }
}

/// The leaves, where entries of objects keyed by ids have one path: `users.*.phone`.
fn generalized(mut leaves: Vec<Leaf>) -> Vec<Leaf> {
    let deepest = leaves.iter().map(|leaf| leaf.path.len()).max();
    for depth in 0..deepest.unwrap_or(0) {
        let mut groups: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
        for (index, leaf) in leaves.iter().enumerate() {
            let is_key = |key: &String| key != KEY_ITSELF && leaf.title.is_none();
            if leaf.path.get(depth).is_some_and(is_key) {
                let above = leaf.path[..depth].to_vec();
                groups.entry(above).or_default().push(index);
            }
        }
        for members in groups.into_values() {
            if keyed_by_ids(&leaves, &members, depth) {
                for index in members {
                    ANY_KEY.clone_into(&mut leaves[index].path[depth]);
                }
            }
        }
        leaves = merged(leaves);
    }
    leaves
}

/// Whether the keys at `depth` of these leaves, all of one object, are ids: they are many, and what
/// is below them is alike.
fn keyed_by_ids(leaves: &[Leaf], members: &[usize], depth: usize) -> bool {
    let mut entries: HashSet<&str> = HashSet::new();
    let mut below: HashMap<Option<&str>, usize> = HashMap::new();
    let (mut numbers, mut filled) = (0, 0);
    for leaf in members.iter().map(|index| &leaves[*index]) {
        entries.insert(&leaf.path[depth]);
        *below
            .entry(leaf.path.get(depth + 1).map(String::as_str))
            .or_default() += 1;
        if leaf.path.len() == depth + 1 {
            numbers += leaf.looks.numbers;
            filled += leaf.looks.filled;
        }
    }
    let scalars = below.remove(&None).unwrap_or(0);
    let alike = below.values().copied().max().unwrap_or(0);
    let are_numbers = scalars == members.len() && filled > 0 && numbers * 10 >= filled * 9;
    entries.len() > MOST_FIELDS && (alike * 2 > entries.len() || are_numbers)
}

/// Leaves of one path become one.
fn merged(leaves: Vec<Leaf>) -> Vec<Leaf> {
    let mut by_path: HashMap<Vec<String>, usize> = HashMap::new();
    let mut merged: Vec<Leaf> = Vec::new();
    for leaf in leaves {
        if let Some(&index) = by_path.get(&leaf.path) {
            let into: &mut Leaf = &mut merged[index];
            into.looks.merge(leaf.looks);
            into.occurrences += leaf.occurrences;
        } else {
            by_path.insert(leaf.path.clone(), merged.len());
            merged.push(leaf);
        }
    }
    merged
}
