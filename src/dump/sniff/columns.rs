//! The columns of a table that hold numbers and the country: as the user says, else by names and
//! cells.

use super::{
    Sample,
    asked::find,
    cells::{Looks, is_name},
    choice::{Candidate, Choice, choose},
    delimiters::{Table, percent},
    header::{Header, could_be_header},
    names::{Meaning, country_rank, meaning, share_word},
};
use crate::dump::{ColumnRef, DumpError, HeaderRule};

/// The columns of a table.
pub(super) struct Columns {
    pub(super) phones: Vec<Column>,
    pub(super) country: Option<Column>,
    pub(super) has_header: bool,
    pub(super) remarks: Vec<String>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Counted from 0.
    pub(super) field: usize,
    /// Safe to print.
    pub(super) name: String,
}

/// Where no column is nearly all numbers, one whose cells are in this share of rows, in percent,
/// may be the one.
const ENOUGH: usize = 50;

/// Index of a column given by its number.
pub(super) fn field(column: &ColumnRef) -> Option<usize> {
    match column {
        ColumnRef::Field(field) => Some(field.get() - 1),
        ColumnRef::Name(_) => None,
    }
}

/// Settles the columns of a table.
pub(super) fn settle(table: &Table, sample: &Sample<'_>) -> Result<Columns, DumpError> {
    let options = sample.options;
    let mut has_header = has_asked_or_named_header(table, sample)?;
    let mut remarks = Vec::new();
    let country = match &options.country {
        Some(column) => Some(resolve(table, column, has_header, sample)?),
        None if has_header => country_by_name(table, None),
        None => None,
    };
    let phones = if options.phone.is_empty() {
        if options.header == HeaderRule::Detect && !has_header {
            has_header = is_unlike_the_rest(table, country, sample);
        }
        by_names_and_cells(table, country, has_header, sample, &mut remarks)?
    } else {
        let phones = asked_for(table, has_header, sample)?;
        if options.header == HeaderRule::Detect && !has_header {
            let looks = table.looks(false, country, sample);
            has_header = are_headings(table, &phones, &looks);
        }
        phones
    };
    // A header that was told by its cells may name the country too.
    let country = match &options.country {
        None if has_header => country_by_name(table, phones.first().copied()),
        _ => country,
    };
    let header = Header::new(table, has_header, sample);
    let column = |field| Column {
        field,
        name: header.name(field),
    };
    Ok(Columns {
        phones: phones.into_iter().map(column).collect(),
        country: country.map(column),
        has_header,
        remarks,
    })
}

/// Whether the first row is a header: by the option, by a column that is asked for, or by its
/// names.
fn has_asked_or_named_header(table: &Table, sample: &Sample<'_>) -> Result<bool, DumpError> {
    let options = sample.options;
    let columns = options.phone.iter().chain(&options.country);
    let mut names = columns.filter_map(|column| match column {
        ColumnRef::Name(name) => Some(name),
        ColumnRef::Field(_) => None,
    });
    let asked = names.next();
    let named = table.has_named_header(sample).is_some();
    match (options.header, asked) {
        (HeaderRule::Absent, Some(name)) => Err(DumpError::NoHeader { name: name.clone() }),
        (HeaderRule::Absent, None) => Ok(false),
        (HeaderRule::Detect, Some(name)) if !named && !could_be_header(table) => {
            Err(DumpError::NoHeader { name: name.clone() })
        }
        (HeaderRule::Detect, asked) => Ok(asked.is_some() || named),
    }
}

/// The columns that the user names, each once.
fn asked_for(
    table: &Table,
    has_header: bool,
    sample: &Sample<'_>,
) -> Result<Vec<usize>, DumpError> {
    let mut fields = Vec::new();
    for column in &sample.options.phone {
        let field = resolve(table, column, has_header, sample)?;
        // One column may be given by name and by number; its numbers count once.
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Ok(fields)
}

fn resolve(
    table: &Table,
    column: &ColumnRef,
    has_header: bool,
    sample: &Sample<'_>,
) -> Result<usize, DumpError> {
    match column {
        ColumnRef::Field(field) if field.get() > table.widest() && table.widest() > 0 => {
            Err(DumpError::MissingField {
                field: *field,
                fields: table.widest(),
            })
        }
        ColumnRef::Field(field) => Ok(field.get() - 1),
        ColumnRef::Name(name) => find(&table.first, name).ok_or_else(|| DumpError::MissingColumn {
            name: name.clone(),
            columns: Header::new(table, has_header, sample).known_names(),
        }),
    }
}

/// The country column: the one whose name says it best, of several such the one that goes with the
/// numbers.
fn country_by_name(table: &Table, phone: Option<usize>) -> Option<usize> {
    let name = |field: usize| {
        table
            .first
            .get(field)
            .map(|cell| String::from_utf8_lossy(cell))
    };
    let phone = phone.and_then(name);
    let ranked = (0..table.first.len()).filter_map(|field| {
        let name = name(field)?;
        let rank = country_rank(&name)?;
        let goes_with_it = phone.as_ref().is_some_and(|phone| share_word(phone, &name));
        Some((rank, !goes_with_it, field))
    });
    ranked.min().map(|(_, _, field)| field)
}

/// All columns of numbers; failing that, the one whose cells are mostly numbers, or mostly written
/// as numbers.
fn by_names_and_cells(
    table: &Table,
    country: Option<usize>,
    has_header: bool,
    sample: &Sample<'_>,
    remarks: &mut Vec<String>,
) -> Result<Vec<usize>, DumpError> {
    let looks = table.looks(!has_header, country, sample);
    let header = Header::new(table, has_header, sample);
    let Choice {
        read,
        by_cells,
        left_out,
    } = choose(
        &candidates(table, &looks, has_header),
        table.rows(!has_header).count(),
    );
    let names = |fields: &[usize]| -> String {
        let names: Vec<String> = fields.iter().map(|field| header.name(*field)).collect();
        names.join(", ")
    };
    if !by_cells.is_empty() {
        remarks.push(format!(
            "the cells of {} are phone numbers",
            names(&by_cells)
        ));
    }
    if !left_out.is_empty() {
        remarks.push(format!(
            "not read: {}, whose cells may be ids or national numbers; --phone-field reads it",
            names(&left_out)
        ));
    }
    if read.is_empty() {
        return Ok(vec![phone_by_looks(table, &looks, &header, remarks)?]);
    }
    Ok(read)
}

fn candidates(table: &Table, looks: &[Looks], has_header: bool) -> Vec<Candidate> {
    let meaning = |field: usize| match table.first.get(field) {
        Some(cell) if has_header => meaning(&String::from_utf8_lossy(cell)),
        Some(_) if has_header => Meaning::Unknown,
        _ => Meaning::Nameless,
    };
    let fields = looks
        .len()
        .max(if has_header { table.first.len() } else { 0 });
    let candidate = |field: usize| Candidate {
        meaning: meaning(field),
        looks: looks.get(field).copied().unwrap_or_default(),
    };
    (0..fields).map(candidate).collect()
}

/// The one column whose cells are numbers in half of the rows; failing that, are written as
/// numbers.
fn phone_by_looks(
    table: &Table,
    looks: &[Looks],
    header: &Header<'_>,
    remarks: &mut Vec<String>,
) -> Result<usize, DumpError> {
    let rows = table.rows(!header.is_there).count();
    let with = |count: fn(&Looks) -> usize| -> Vec<usize> {
        let counted = looks
            .iter()
            .map(|looks| percent(count(looks), rows))
            .enumerate();
        counted
            .filter(|(_, share)| *share >= ENOUGH)
            .map(|(field, _)| field)
            .collect()
    };
    let numbers = with(|looks| looks.numbers);
    let (candidates, how) = if numbers.is_empty() {
        (
            with(|looks| looks.shaped),
            "written as numbers are, though none can be told to be one without a country",
        )
    } else {
        (numbers, "phone numbers")
    };
    match candidates[..] {
        [field] => {
            remarks.push(format!("the cells of {} are {how}", header.name(field)));
            Ok(field)
        }
        [] => Err(DumpError::NoPhoneColumn {
            columns: header.if_it_were_one().known_names(),
        }),
        _ => {
            let candidates = candidates.iter().map(|field| header.name(*field)).collect();
            Err(DumpError::AmbiguousColumn { candidates })
        }
    }
}

/// Whether the first row has words where the other rows have numbers.
fn is_unlike_the_rest(table: &Table, country: Option<usize>, sample: &Sample<'_>) -> bool {
    let looks = table.looks(false, country, sample);
    let Choice { read, .. } = choose(&candidates(table, &looks, false), table.rows(false).count());
    let fields = if read.is_empty() {
        let header = Header::new(table, false, sample);
        let mostly = phone_by_looks(table, &looks, &header, &mut Vec::new());
        mostly.into_iter().collect()
    } else {
        read
    };
    are_headings(table, &fields, &looks)
}

/// Whether the first row has a word in each of these fields, over cells that are mostly numbers.
fn are_headings(table: &Table, fields: &[usize], looks: &[Looks]) -> bool {
    let is_heading = |field: &usize| {
        let cells = looks.get(*field).copied().unwrap_or_default();
        let others_are_numbers =
            cells.filled > 0 && cells.numbers.max(cells.shaped) * 2 >= cells.filled;
        table.first.get(*field).is_some_and(|cell| is_name(cell)) && others_are_numbers
    };
    !fields.is_empty() && fields.iter().all(is_heading)
}
