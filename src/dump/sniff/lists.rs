//! Rows that are lists of fields, as `{"columns": ["id", "phone"], "data": [[1, "+…"], …]}` has
//! them: their columns go by place, and have names where a list of as many names is found.
//!
//! Lists whose values are all alike, such as the numbers of one person, have no fields.

use std::collections::HashMap;

use serde_json::Value;

use super::{Sample, cells::is_number, levels::DocumentRow, sample::step};

/// Keys under which exports give the names of columns, most telling first.
const KEYS_OF_NAMES: [&str; 7] = [
    "columns", "fields", "header", "headers", "names", "cols", "schema",
];
/// Keys that hold the name of a column that is an object.
const KEYS_OF_NAME: [&str; 6] = ["name", "title", "label", "header", "field", "columnName"];
/// Names are looked for so deep in a document.
const DEEPEST: usize = 6;

/// The places of a document where rows are lists of fields, with the names of those.
#[derive(Default)]
pub(super) struct Lists(HashMap<Vec<String>, Vec<String>>);

impl Lists {
    /// Looks at the rows of a sample, and for names in the document around them.
    pub(super) fn of(
        rows: &[DocumentRow<'_>],
        document: Option<&Value>,
        sample: &Sample<'_>,
    ) -> Lists {
        let mut tables: HashMap<Vec<String>, Vec<&[Value]>> = HashMap::new();
        for (above, key, row) in rows {
            if let (Value::Array(fields), None) = (row, key) {
                tables.entry(above.clone()).or_default().push(fields);
            }
        }
        let mut lists = Lists::default();
        for (above, rows) in tables {
            let Some(width) = width(&rows, sample) else {
                continue;
            };
            let mut found = Vec::new();
            if let Some(document) = document {
                find_names(document, &mut Vec::new(), width, &mut found);
            }
            // Of several, the one that is nearest to the rows.
            let nearness = |path: &[String]| {
                let shared = path.iter().zip(&above).take_while(|(one, two)| one == two);
                let last = path.last().map_or("", String::as_str);
                let rank = KEYS_OF_NAMES.iter().position(|key| *key == last);
                (rank.is_some(), shared.count())
            };
            let best = found.into_iter().max_by_key(|(path, _)| nearness(path));
            let first = || names(rows[0], width).filter(|_| !holds_number(rows[0], sample));
            let titles = best.map(|(_, names)| names).or_else(first);
            lists.0.insert(above, titles.unwrap_or_default());
        }
        lists
    }

    /// Whether rows at this path are lists of fields.
    pub(super) fn have(&self, above: &[String]) -> bool {
        self.0.contains_key(above)
    }

    /// The name of the field at `path`, if it is the field of a list; empty if it has none.
    pub(super) fn title(&self, path: &[String]) -> Option<String> {
        let at = (0..path.len()).find(|at| self.have(&path[..*at]))?;
        let index = path[at].strip_prefix("field ")?.parse::<usize>().ok()?;
        let names = &self.0[&path[..at]];
        Some(names.get(index - 1).cloned().unwrap_or_default())
    }
}

/// The number of fields, if rows are lists of as many fields that are not alike.
fn width(rows: &[&[Value]], sample: &Sample<'_>) -> Option<usize> {
    const FEWEST_ROWS: usize = 2;
    let width = rows.iter().map(|row| row.len()).max()?;
    let as_wide = rows.iter().filter(|row| row.len() == width).count();
    if width < 2 || rows.len() < FEWEST_ROWS || as_wide * 10 < rows.len() * 9 {
        return None;
    }
    let (mut seen, mut numbers) = (0, vec![0; width]);
    for row in rows.iter().step_by(step(rows.len())) {
        seen += 1;
        for (count, field) in numbers.iter_mut().zip(*row) {
            *count += usize::from(is_number_value(field, sample));
        }
    }
    let any_of_numbers = numbers.iter().any(|count| count * 2 >= seen);
    let any_of_others = numbers.iter().any(|count| count * 10 < seen);
    (any_of_numbers && any_of_others).then_some(width)
}

fn is_number_value(value: &Value, sample: &Sample<'_>) -> bool {
    match value {
        Value::String(text) => is_number(text.as_bytes(), None, sample.judge),
        Value::Number(number) => is_number(number.to_string().as_bytes(), None, sample.judge),
        Value::Array(values) => values.iter().any(|value| is_number_value(value, sample)),
        Value::Object(fields) => fields.values().any(|value| is_number_value(value, sample)),
        _ => false,
    }
}

fn holds_number(row: &[Value], sample: &Sample<'_>) -> bool {
    row.iter().any(|value| is_number_value(value, sample))
}

/// The names that a list consists of, if they are as many as asked for.
fn names(values: &[Value], width: usize) -> Option<Vec<String>> {
    let name = |value: &Value| match value {
        Value::String(name) => Some(name.clone()),
        Value::Object(column) => {
            let mut names = KEYS_OF_NAME
                .iter()
                .filter_map(|key| column.get(*key)?.as_str());
            names.next().map(str::to_owned)
        }
        _ => None,
    };
    if values.len() != width {
        return None;
    }
    values.iter().map(name).collect()
}

/// Finds the lists of `width` names in a document, with their paths.
fn find_names(
    value: &Value,
    path: &mut Vec<String>,
    width: usize,
    found: &mut Vec<(Vec<String>, Vec<String>)>,
) {
    if path.len() > DEEPEST {
        return;
    }
    match value {
        Value::Array(values) => {
            if let Some(names) = names(values, width) {
                found.push((path.clone(), names));
            }
            // Lists of lists are rows.
            for value in values.iter().take(4).filter(|value| value.is_object()) {
                find_names(value, path, width, found);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                path.push(key.clone());
                find_names(value, path, width, found);
                path.pop();
            }
        }
        _ => {}
    }
}
