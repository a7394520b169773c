//! The columns of JSON: paths of keys to numbers and to the country, as the user says, else by
//! names and values.

use std::iter;

use super::{
    Sample,
    cells::Looks,
    choice::{Candidate, Choice, choose},
    leaves::{Leaf, Leaves},
    names::{country_rank, is_of_ids, meaning, path_meaning, safe_name, squash},
};
use crate::dump::{ColumnRef, DumpError, json::ANY_KEY};

/// Candidates that an error names when none of them is the right one.
const MOST_NAMED: usize = 20;

/// A column of a document: one name, and the paths that it goes by.
pub(super) struct DocumentColumn {
    pub(super) name: String,
    pub(super) paths: Vec<Vec<String>>,
}

impl DocumentColumn {
    fn of(leaves: &Leaves, leaf: usize) -> DocumentColumn {
        DocumentColumn {
            name: leaves.name(leaf),
            paths: vec![leaves.list[leaf].path.clone()],
        }
    }

    /// A column that the sample does not have, under any of the usual keys.
    pub(super) fn awaited() -> DocumentColumn {
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

/// The paths to numbers: those that the user names, else by names and values.
pub(super) fn phones(
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
            meaning: match &leaf.title {
                Some(title) => meaning(title),
                None => path_meaning(&leaf.path),
            },
            looks: leaf.looks,
        })
        .collect();
    let Choice {
        read,
        by_cells,
        left_out,
    } = choose(&candidates, leaves.values);
    let names = |chosen: &[usize]| named(leaves, chosen.iter().copied()).join(", ");
    if !by_cells.is_empty() {
        remarks.push(format!(
            "the values of {} are phone numbers",
            names(&by_cells)
        ));
    }
    if !left_out.is_empty() {
        remarks.push(format!(
            "not read: {}, whose values may be something else than phone numbers; --json-path reads it",
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
        [] if leaves.list.is_empty() && sample.end.is_here() => {
            Ok(vec![DocumentColumn::whole_value()])
        }
        // Lists of bare texts: each is answered for.
        [] if leaves.list.iter().all(|leaf| leaf.path.is_empty()) && !leaves.list.is_empty() => {
            Ok(vec![DocumentColumn::whole_value()])
        }
        [] => Err(DumpError::NoPhoneColumn {
            columns: leaf_names(leaves),
        }),
        _ => {
            let candidates = named(leaves, candidates.into_iter());
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
        Err(DumpError::MissingColumn { .. }) if !sample.end.is_here() => Ok(DocumentColumn::late(
            text,
            if found.is_empty() { &all } else { &found },
        )),
        places => places,
    };
    asked.into_iter().map(late).collect()
}

fn leaf_names(leaves: &Leaves) -> Vec<String> {
    named(leaves, 0..leaves.list.len())
}

/// The names of some leaves, each once: those that may not be shown are alike.
fn named(leaves: &Leaves, chosen: impl Iterator<Item = usize>) -> Vec<String> {
    let mut names = Vec::new();
    for leaf in chosen {
        let name = leaves.name(leaf);
        if !names.contains(&name) {
            names.push(name);
        }
        if names.len() == MOST_NAMED {
            break;
        }
    }
    names
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

/// A path, or a key wherever it is.
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
        .or_else(|_| found(|leaf| leaf.title.as_ref().is_some_and(alike), leaves, asked))
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
pub(super) fn country(
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
        let name = leaf.title.as_ref().or(leaf.path.last())?;
        let rank = country_rank(name)?;
        // A number of a row is no calling code.
        let is_code = !is_of_ids(name) || leaf.looks.marked > 0;
        is_code.then_some(())?;
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

pub(super) fn parent(path: &[String]) -> &[String] {
    path.split_last().map_or(&[], |(_, parent)| parent)
}
