//! JSON: whether it is, as a document or by lines, and which keys hold numbers and the country.

use std::{borrow::Cow, iter, sync::Arc};

use super::{
    Sample,
    key_columns::{DocumentColumn, country, parent, phones},
    leaves::leaves,
    levels,
    names::USUAL_KEYS,
};
use crate::dump::{
    Buffering, BytesEnd, DumpError, Format, Shape,
    json::{ANY_KEY, Arrays, Elements, Keys, Paths, Span, Target, parse},
    rows::dialect::last_line_end,
    shape::{Above, Layout},
};

/// The shape, if the sample is JSON.
pub(super) fn sniff(sample: &Sample<'_>) -> Result<Option<Shape>, DumpError> {
    if sample.options.delimiter.is_some() || sample.options.format.is_some() {
        return Ok(None);
    }
    match format(sample) {
        Some(format) => settle_as(sample, format).map(Some),
        None => Ok(None),
    }
}

/// The shape of what the user says is JSON.
pub(super) fn settle(sample: &Sample<'_>) -> Result<Shape, DumpError> {
    settle_as(sample, sample.options.format.unwrap_or(Format::Json))
}

/// Whether the sample is the start of one JSON value and no more.
pub(super) fn is_one_open_value(sample: &[u8]) -> bool {
    let mut spans = Vec::new();
    Elements::new(Arrays::AreLists).take(sample, BytesEnd::Later, &mut spans);
    spans.is_empty() && matches!(sample.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn format(sample: &Sample<'_>) -> Option<Format> {
    let text = sample.bytes.trim_ascii_start();
    let first = text.first().filter(|byte| matches!(byte, b'{' | b'['))?;
    let (boundary, _) = last_line_end(sample.bytes, sample.terminator, sample.end);
    let lines = sample.bytes[..boundary]
        .split(|byte| *byte == sample.terminator)
        .map(<[u8]>::trim_ascii);
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).take(64).collect();
    let values = lines.iter().filter(|line| is_value(line, *first)).count();
    let by_lines = match first {
        b'{' => values * 2 > lines.len() && (lines.len() > 1 || parse(lines[0]).is_some()),
        _ => lines.len() > 1 && values * 2 > lines.len() && is_value(lines[0], b'['),
    };
    // One object on one line may be a document with many rows.
    let is_document = || lines.len() == 1 && levels::document(sample).is_some();
    if by_lines && !is_document() {
        return Some(Format::Ndjson);
    }
    let mut spans = Vec::new();
    Elements::new(Arrays::AreLists).take(text, sample.end, &mut spans);
    let value = |span: &Span| span.damage.is_none() && parse(&text[span.start..span.end]).is_some();
    let some_value = spans.iter().take(64).any(value);
    // Without a whole value in the sample, `{"` and `[{"` still tell.
    let rest = text[1..].trim_ascii_start();
    let looks_so = rest.is_empty() || matches!(rest[0], b'"' | b'{' | b'[' | b']' | b'}');
    (some_value || (spans.iter().all(|span| span.damage.is_some()) && looks_so))
        .then_some(Format::Json)
}

/// Whether a line is values and nothing else, and begins with this byte.
fn is_value(line: &[u8], first: u8) -> bool {
    let mut spans = Vec::new();
    Elements::new(Arrays::AreValues).take(line, BytesEnd::Here, &mut spans);
    let is_whole =
        |span: &Span| span.damage.is_none() && parse(&line[span.start..span.end]).is_some();
    line.first() == Some(&first) && spans.iter().all(is_whole)
}

fn settle_as(sample: &Sample<'_>, format: Format) -> Result<Shape, DumpError> {
    let leaves = leaves(sample, format);
    let mut remarks = Vec::new();
    let (phones, awaited) = match phones(sample, &leaves, &mut remarks) {
        // Another table may come: who waits for rows of a live source cannot wait for that.
        Err(DumpError::NoPhoneColumn { columns })
            if !sample.end.is_here() && sample.options.buffering == Buffering::Bulk =>
        {
            (vec![DocumentColumn::awaited()], Some(columns))
        }
        phones => (phones?, None),
    };
    let mut paths = Paths::new();
    for (column, places) in phones.iter().enumerate() {
        for place in &places.paths {
            paths.insert(&keys(place), Target::Phone(column));
        }
    }
    let is_chosen = !(sample.options.json_paths.is_empty() && sample.options.phone.is_empty());
    if awaited.is_some() {
        let all = leaves.list.iter().map(|leaf| leaf.path.as_slice());
        insert_late(&mut paths, all, leaves.levels);
    } else if !is_chosen {
        let known = phones.iter().flat_map(|phone| &phone.paths);
        let known = known.map(Vec::as_slice).filter(|path| !path.is_empty());
        insert_late(&mut paths, known, leaves.levels);
    }
    let country = country(sample, &leaves, &phones)?;
    if let Some(country) = &country {
        for place in &country.paths {
            paths.insert(&keys(place), Target::Country);
        }
    }
    let keys = Keys {
        levels: leaves.levels,
        wanted: paths,
    };
    let layout = if format == Format::Ndjson {
        Layout::JsonLines(Arc::new(keys))
    } else {
        Layout::Document(Arc::new(keys))
    };
    Ok(Shape {
        format,
        encoding: "utf-8",
        compression: None,
        terminator: sample.terminator,
        line_end: b"\n",
        layout,
        phone_columns: phones.into_iter().map(|phone| phone.name).collect(),
        country_column: country.map(|country| country.name),
        lead: Vec::new(),
        above: Above::default(),
        has_header: false,
        notes: Vec::new(),
        remarks,
        awaited,
    })
}

/// Objects under whose keys a number may come first after the sample.
const MOST_LATE: usize = 16;

/// Keys that come first after the sample are not lost if they are of the usual ones: they are read
/// as the first column, beside the keys that the sample has. The rows of a document may come under
/// another key of its `levels`: `users` behind `posts`.
fn insert_late<'a>(paths: &mut Paths, known: impl Iterator<Item = &'a [String]>, levels: usize) {
    let mut parents: Vec<&[String]> = known.map(parent).collect();
    parents.sort_unstable();
    parents.dedup();
    parents.truncate(MOST_LATE);
    for parent in parents {
        for key in USUAL_KEYS {
            let levels = levels.min(parent.len());
            let above = parent[levels..].iter().map(String::as_str);
            let path = iter::repeat_n(ANY_KEY, levels).chain(above).chain([key]);
            let path: Vec<Cow<'_, str>> = path.map(Cow::Borrowed).collect();
            paths.insert(&path, Target::Phone(0));
        }
    }
}

fn keys(path: &[String]) -> Vec<Cow<'_, str>> {
    path.iter().map(|key| Cow::Borrowed(key.as_str())).collect()
}
