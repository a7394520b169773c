//! JSON: whether it is, as a document or by lines, and which keys hold numbers and the country.

use std::{borrow::Cow, iter, sync::Arc};

use super::{
    Sample,
    cells::Looks,
    choice::{Candidate, Choice, choose},
    leaves::{Leaf, Leaves, leaves},
    levels,
    names::{USUAL_KEYS, country_rank, path_meaning, safe_name, squash},
};
use crate::dump::{
    Buffering, ColumnRef, DumpError, Format, Shape,
    json::{ANY_KEY, Arrays, Elements, Keys, Paths, Span, Target, parse},
    rows::dialect::last_line_end,
    shape::{Above, Layout},
};

/// So many are named when none of them is the right one.
const MOST_NAMED: usize = 20;

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
    Elements::new(Arrays::AreLists).take(sample, false, &mut spans);
    spans.is_empty() && matches!(sample.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn format(sample: &Sample<'_>) -> Option<Format> {
    let text = sample.bytes.trim_ascii_start();
    let first = text.first().filter(|byte| matches!(byte, b'{' | b'['))?;
    let (boundary, _) = last_line_end(sample.bytes, sample.terminator, sample.complete);
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
    Elements::new(Arrays::AreLists).take(text, sample.complete, &mut spans);
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
    Elements::new(Arrays::AreValues).take(line, true, &mut spans);
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
            if !sample.complete && sample.options.buffering == Buffering::Bulk =>
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
        let all: Vec<Vec<String>> = leaves.list.iter().map(|leaf| leaf.path.clone()).collect();
        insert_late(&mut paths, &all, leaves.levels);
    } else if !is_chosen {
        let known: Vec<Vec<String>> = phones
            .iter()
            .flat_map(|phone| phone.paths.clone())
            .collect();
        let known: Vec<Vec<String>> = (known.into_iter())
            .filter(|path| !path.is_empty())
            .collect();
        insert_late(&mut paths, &known, leaves.levels);
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
fn insert_late(paths: &mut Paths, known: &[Vec<String>], levels: usize) {
    let mut parents: Vec<&[String]> = known.iter().map(|path| parent(path)).collect();
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

/// A column of a document: one name, and the paths that it goes by.
struct DocumentColumn {
    name: String,
    paths: Vec<Vec<String>>,
}

impl DocumentColumn {
    fn of(leaves: &Leaves, leaf: usize) -> DocumentColumn {
        DocumentColumn {
            name: leaves.name(leaf),
            paths: vec![leaves.list[leaf].path.clone()],
        }
    }

    /// A column that the sample does not have, under any of the usual keys.
    fn awaited() -> DocumentColumn {
        DocumentColumn {
            name: "phone".to_owned(),
            paths: Vec::new(),
        }
    }

    /// The values themselves.
    fn whole_value() -> DocumentColumn {
        DocumentColumn {
            name: "value".to_owned(),
            paths: vec![Vec::new()],
        }
    }

    /// A column that the sample does not have, beside those that it has: as it is written, or under
    /// the same keys as one of those.
    fn late(asked: &str, known: &[Vec<String>]) -> DocumentColumn {
        let below = |above: &[String]| -> Vec<String> {
            above.iter().cloned().chain(path_keys(asked)).collect()
        };
        let parents = known.iter().map(|path| parent(path));
        let paths = iter::once(&[] as &[String]).chain(parents).map(below);
        DocumentColumn {
            paths: paths.collect(),
            name: safe_name(asked),
        }
    }
}

fn keys(path: &[String]) -> Vec<Cow<'_, str>> {
    path.iter().map(|key| Cow::Borrowed(key.as_str())).collect()
}

/// The paths to numbers: those that the user names, else by names and values.
fn phones(
    sample: &Sample<'_>,
    leaves: &Leaves,
    remarks: &mut Vec<String>,
) -> Result<Vec<DocumentColumn>, DumpError> {
    let options = sample.options;
    if !options.json_paths.is_empty() || !options.phone.is_empty() {
        let paths = options.json_paths.iter();
        let paths = paths.map(|path| (path.as_str(), by_path(leaves, path)));
        let columns = options.phone.iter().map(|column| match column {
            ColumnRef::Name(name) => (name.as_str(), by_ref(leaves, column)),
            ColumnRef::Field(_) => ("", by_ref(leaves, column)),
        });
        return asked_for(paths.chain(columns).collect(), leaves, sample);
    }
    let read = by_names_and_values(leaves, remarks);
    if read.is_empty() {
        return by_looks(sample, leaves, remarks);
    }
    let read = read
        .into_iter()
        .map(|leaf| DocumentColumn::of(leaves, leaf));
    Ok(read.collect())
}

/// All leaves of numbers.
fn by_names_and_values(leaves: &Leaves, remarks: &mut Vec<String>) -> Vec<usize> {
    let candidates: Vec<Candidate> = (leaves.list.iter())
        .map(|leaf| Candidate {
            meaning: path_meaning(&leaf.path),
            looks: leaf.looks,
        })
        .collect();
    let Choice {
        read,
        by_cells,
        left_out,
    } = choose(&candidates, leaves.values);
    let names = |chosen: &[usize]| -> String {
        let names: Vec<String> = chosen.iter().map(|&leaf| leaves.name(leaf)).collect();
        names.join(", ")
    };
    if !by_cells.is_empty() {
        remarks.push(format!(
            "the values of {} are phone numbers",
            names(&by_cells)
        ));
    }
    if !left_out.is_empty() {
        remarks.push(format!(
            "not read: {}, whose values may be ids or national numbers; --json-path reads it",
            names(&left_out)
        ));
    }
    read
}

/// The one leaf whose values are mostly numbers; failing that, are mostly written as numbers.
fn by_looks(
    sample: &Sample<'_>,
    leaves: &Leaves,
    remarks: &mut Vec<String>,
) -> Result<Vec<DocumentColumn>, DumpError> {
    let like = |count: fn(&Looks) -> usize| -> Vec<usize> {
        let enough = |leaf: &Leaf| leaf.looks.filled > 0 && leaf.looks.are_half(count(&leaf.looks));
        let leaves = leaves.list.iter().enumerate();
        leaves
            .filter(|(_, leaf)| enough(leaf))
            .map(|(leaf, _)| leaf)
            .collect()
    };
    let numbers = like(|looks| looks.numbers);
    let candidates = if numbers.is_empty() {
        like(|looks| looks.shaped)
    } else {
        numbers
    };
    match candidates[..] {
        [leaf] => {
            remarks.push(format!(
                "the values of {} are phone numbers",
                leaves.name(leaf)
            ));
            Ok(vec![DocumentColumn::of(leaves, leaf)])
        }
        // An empty list, or nothing but empty objects.
        [] if leaves.list.is_empty() && sample.complete => Ok(vec![DocumentColumn::whole_value()]),
        // Lists of bare texts: each is answered for.
        [] if leaves.list.iter().all(|leaf| leaf.path.is_empty()) && !leaves.list.is_empty() => {
            Ok(vec![DocumentColumn::whole_value()])
        }
        [] => Err(DumpError::NoPhoneColumn {
            columns: leaf_names(leaves),
        }),
        _ => {
            let candidates = candidates
                .iter()
                .take(MOST_NAMED)
                .map(|&leaf| leaves.name(leaf))
                .collect();
            Err(DumpError::AmbiguousColumn { candidates })
        }
    }
}

/// The columns that the user names. Those that the sample lacks may come after it.
fn asked_for(
    asked: Vec<(&str, Result<DocumentColumn, DumpError>)>,
    leaves: &Leaves,
    sample: &Sample<'_>,
) -> Result<Vec<DocumentColumn>, DumpError> {
    let found: Vec<Vec<String>> = (asked.iter())
        .filter_map(|(_, places)| places.as_ref().ok())
        .flat_map(|places| places.paths.clone())
        .collect();
    let all: Vec<Vec<String>> = leaves.list.iter().map(|leaf| leaf.path.clone()).collect();
    let late = |(text, places)| match places {
        Err(DumpError::MissingColumn { .. }) if !sample.complete => Ok(DocumentColumn::late(
            text,
            if found.is_empty() { &all } else { &found },
        )),
        places => places,
    };
    asked.into_iter().map(late).collect()
}

fn leaf_names(leaves: &Leaves) -> Vec<String> {
    let shown = leaves.list.len().min(MOST_NAMED);
    (0..shown).map(|leaf| leaves.name(leaf)).collect()
}

/// `a.b.c`, also under the `_source` that Elasticsearch wraps a row in.
fn by_path(leaves: &Leaves, asked: &str) -> Result<DocumentColumn, DumpError> {
    let mut keys = path_keys(asked);
    let leads_somewhere = |keys: &[String]| {
        let mut leaves = leaves.list.iter();
        leaves.any(|leaf| narrowed(&leaf.path, keys).is_some())
    };
    // `users[*].phone` may also go through an object that is keyed by id.
    let any_entry = asked.replace("[*]", ".*").replace("[]", ".*");
    if any_entry != asked && !leads_somewhere(&keys) && leads_somewhere(&path_keys(&any_entry)) {
        keys = path_keys(&any_entry);
    }
    // Keys may hold dots themselves.
    let is_asked =
        |leaf: &Leaf| leaf.path.join(".") == asked || narrowed(&leaf.path, &keys).is_some();
    let mut places = found(is_asked, leaves, asked)?;
    for path in &mut places.paths {
        if let Some(narrowed) = narrowed(path, &keys) {
            *path = narrowed;
        }
    }
    Ok(places)
}

/// The keys of a path as users write it: `users.*.phone`, `$.users[*].phone`, `users[].phone`.
fn path_keys(asked: &str) -> Vec<String> {
    let asked = asked.strip_prefix('$').unwrap_or(asked);
    // Lists have no key, and are gone through whatever is said of them.
    let mut plain = asked.replace("[]", "").replace("[*]", "");
    while let Some(open) = plain.find('[')
        && let Some(length) = plain[open..].find(']')
        && plain[open + 1..open + length]
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    {
        plain.replace_range(open..=open + length, "");
    }
    let keys = plain.split('.').filter(|key| !key.is_empty());
    keys.map(str::to_owned).collect()
}

/// A path of the sample, narrowed to the keys that the user asks for; `None` if it is another one.
fn narrowed(path: &[String], asked: &[String]) -> Option<Vec<String>> {
    let fits = |path: &[String]| {
        let mut pairs = path.iter().zip(asked);
        path.len() == asked.len()
            && pairs.all(|(key, asked)| key == asked || key == ANY_KEY || asked == ANY_KEY)
    };
    match path {
        _ if fits(path) => Some(asked.to_vec()),
        [first, rest @ ..] if first == "_source" && fits(rest) => {
            Some([std::slice::from_ref(first), asked].concat())
        }
        _ => None,
    }
}

/// A path, or a key wherever it stands.
fn by_ref(leaves: &Leaves, column: &ColumnRef) -> Result<DocumentColumn, DumpError> {
    let asked = match column {
        ColumnRef::Field(field) => {
            // Where tables are known only by places, as in some SQL, keys are such.
            let of_place = by_path(leaves, &format!("field {field}"));
            return of_place.map_err(|_| DumpError::MissingField {
                field: *field,
                fields: 0,
            });
        }
        ColumnRef::Name(name) => name,
    };
    let alike =
        |key: &String| key == asked || (!squash(asked).is_empty() && squash(key) == squash(asked));
    by_path(leaves, asked)
        .or_else(|_| found(|leaf| leaf.path.last().is_some_and(alike), leaves, asked))
}

fn found(
    is_asked: impl Fn(&Leaf) -> bool,
    leaves: &Leaves,
    asked: &str,
) -> Result<DocumentColumn, DumpError> {
    let found: Vec<usize> = (0..leaves.list.len())
        .filter(|&leaf| is_asked(&leaves.list[leaf]))
        .collect();
    let paths = found.iter().map(|&leaf| leaves.list[leaf].path.clone());
    match found.first() {
        Some(&first) => Ok(DocumentColumn {
            name: leaves.name(first),
            paths: paths.collect(),
        }),
        None => Err(DumpError::MissingColumn {
            name: safe_name(asked),
            columns: leaf_names(leaves),
        }),
    }
}

/// The path to the country: as the user says, else by its name, beside the number rather than
/// elsewhere.
fn country(
    sample: &Sample<'_>,
    leaves: &Leaves,
    phones: &[DocumentColumn],
) -> Result<Option<DocumentColumn>, DumpError> {
    if let Some(column) = &sample.options.country {
        return by_ref(leaves, column).map(Some);
    }
    let beside = |path: &[String]| {
        let mut numbers = phones.iter().flat_map(|phone| &phone.paths);
        numbers.any(|number| parent(number) == parent(path))
    };
    let ranked = leaves.list.iter().enumerate().filter_map(|(index, leaf)| {
        let rank = country_rank(leaf.path.last()?)?;
        Some((!beside(&leaf.path), rank, index))
    });
    let Some((elsewhere, _, best)) = ranked.min() else {
        return Ok(None);
    };
    let mut places = DocumentColumn::of(leaves, best);
    // Numbers under several paths, as in objects keyed by ids, have their countries beside them.
    let name = leaves.list[best].path.last();
    let others = leaves.list.iter().filter(|leaf| leaf.path.last() == name);
    let others = others.filter(|leaf| !elsewhere && beside(&leaf.path));
    places.paths.extend(others.map(|leaf| leaf.path.clone()));
    Ok(Some(places))
}

fn parent(path: &[String]) -> &[String] {
    path.split_last().map_or(&[], |(_, parent)| parent)
}
