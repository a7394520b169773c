//! `--keep-column`: cells of the list's own columns, carried into JSON, such as a row's id.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::ReportOptions;
use crate::dump::{Delimiter, Quoting, Shape};
use crate::exposure::Finding;
use crate::phone::{Accept, CellOutcome, CellReader, DigitOrder, Number, Purpose, Region};

/// The columns to keep, and where one list holds them.
pub(super) struct KeptColumns<'a> {
    options: &'a ReportOptions,
    phone_columns: &'a [String],
    fields: Option<KeptFields<'a>>,
}

/// The columns of a list whose rows are fields.
struct KeptFields<'a> {
    delimiter: &'a Delimiter,
    quoting: Quoting,
    /// For each column to keep, its index in a row.
    indexes: Vec<Option<usize>>,
}

/// The kept cells of one row, by name.
pub(super) struct KeptCells<'a> {
    columns: &'a KeptColumns<'a>,
    cells: Vec<Option<String>>,
    /// The country of the row's number, as which its other numbers are read.
    home: Option<Region>,
}

impl<'a> KeptColumns<'a> {
    /// The columns as `shape` has them; `None` if none are to be kept.
    pub(super) fn new(options: &'a ReportOptions, shape: &'a Shape) -> Option<KeptColumns<'a>> {
        if options.keep.is_empty() {
            return None;
        }
        let fields = shape.delimiter().map(|delimiter| KeptFields {
            delimiter,
            quoting: shape.quoting(),
            indexes: indexes(&options.keep, shape, delimiter),
        });
        Some(KeptColumns {
            options,
            phone_columns: shape.phone_columns(),
            fields,
        })
    }

    /// The cells of one row, given byte for byte, about whose number `finding` is.
    pub(super) fn cells(&'a self, raw: &[u8], finding: &Finding) -> KeptCells<'a> {
        let cells = if let Some(fields) = &self.fields {
            let row = split(raw, fields.delimiter, fields.quoting);
            let indexes = fields.indexes.iter();
            indexes
                .map(|index| index.and_then(|index| row.get(index).cloned()))
                .collect()
        } else {
            let row: Value = serde_json::from_slice(raw).unwrap_or_default();
            let names = self.options.keep.iter();
            names.map(|name| value_at(&row, name)).collect()
        };
        KeptCells {
            columns: self,
            cells,
            home: finding.number.map(Number::region),
        }
    }
}

/// For each column to keep, its index in a row.
fn indexes(keep: &[String], shape: &Shape, delimiter: &Delimiter) -> Vec<Option<usize>> {
    let header = shape.header().unwrap_or_default();
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
    let names = split(header, delimiter, shape.quoting());
    let index = |name: &String| {
        let is_same = |other: &String| other.trim().to_lowercase() == name.to_lowercase();
        names.iter().position(is_same)
    };
    keep.iter().map(index).collect()
}

/// The columns to keep that a list of this shape lacks. Rows of JSON may each have other keys.
pub fn columns_not_there<'a>(keep: &'a [String], shape: &Shape) -> Vec<&'a str> {
    let Some(delimiter) = shape.delimiter() else {
        return Vec::new();
    };
    let indexes = indexes(keep, shape, delimiter);
    let missing = keep
        .iter()
        .zip(indexes)
        .filter(|(_, index)| index.is_none());
    missing.map(|(name, _)| name.as_str()).collect()
}

impl Serialize for KeptCells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let KeptColumns {
            options,
            phone_columns,
            ..
        } = self.columns;
        let columns = options.keep.iter().zip(&self.cells);
        serializer.collect_map(columns.map(|(name, cell)| {
            // Elsewhere a national number cannot be told from an id.
            let home = self.home.filter(|_| phone_columns.contains(name));
            let shown = cell.as_deref().map(|text| shown(text, home, options));
            (name, shown)
        }))
    }
}

/// A cell as it is, or masked like any number if it is one.
fn shown<'a>(text: &'a str, home: Option<Region>, options: &ReportOptions) -> Cow<'a, str> {
    let reader = CellReader {
        purpose: Purpose::Load(Accept::Valid),
        order: DigitOrder::InternationalFirst,
    };
    let mut shown = Cow::Borrowed(text);
    reader.cell(text.as_bytes(), home, &mut |outcome| {
        if let CellOutcome::Number(reading) = outcome {
            shown = options.number(reading.number).as_str().to_owned().into();
        }
    });
    shown
}

/// The value under `path`, whose keys have dots between them, as text.
fn value_at(row: &Value, path: &str) -> Option<String> {
    let value = row
        .get(path)
        .or_else(|| path.split('.').try_fold(row, |value, key| value.get(key)))?;
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The fields of the last row in `raw`.
fn split(raw: &[u8], delimiter: &Delimiter, quoting: Quoting) -> Vec<String> {
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    let &[delimiter_byte] = delimiter.as_bytes() else {
        let row = String::from_utf8_lossy(raw);
        let delimiter = String::from_utf8_lossy(delimiter.as_bytes());
        let row = row.trim_end_matches(['\r', '\n', '\0']);
        return row.split(&*delimiter).map(str::to_owned).collect();
    };
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter_byte)
        .quoting(quoting == Quoting::Rfc4180)
        .from_reader(raw);
    let last = rows.byte_records().filter_map(Result::ok).last();
    let fields = last.unwrap_or_default();
    fields.iter().map(text).collect()
}
