//! The columns of a table that hold numbers and the country: as the user says, else by names and
//! cells.

use super::{
    Sample,
    asked::find,
    cells::{Looks, is_name},
    choice::{Candidate, Choice, choose},
    delimiters::{Table, percent},
    first_row::FirstRow,
    header::{Header, could_be_header},
    names::{Meaning, country_rank, is_of_ids, meaning, share_word},
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
    let mut first_row = asked_or_named_header(table, sample)?;
    let mut remarks = Vec::new();
    let country = match &options.country {
        Some(column) => Some(resolve(table, column, first_row, sample)?),
        None if first_row.is_header() => country_by_name(table, None),
        None => None,
    };
    let phones = if options.phone.is_empty() {
        if options.header == HeaderRule::Detect && !first_row.is_header() {
            first_row = FirstRow::of(is_unlike_the_rest(table, country, sample));
        }
        by_names_and_cells(table, country, first_row, sample, &mut remarks)?
    } else {
        let phones = asked_for(table, first_row, sample)?;
        if options.header == HeaderRule::Detect && !first_row.is_header() {
            let looks = table.looks(FirstRow::Header, country, sample);
            first_row = FirstRow::of(are_headings(table, &phones, &looks));
        }
        phones
    };
    // A header that was told by its cells may name the country too.
    let country = match &options.country {
        None if first_row.is_header() => country_by_name(table, phones.first().copied()),
        _ => country,
    };
    let header = Header::new(table, first_row, sample);
    let column = |field| Column {
        field,
        name: header.name(field),
    };
    Ok(Columns {
        phones: phones.into_iter().map(column).collect(),
        country: country.map(column),
        has_header: first_row.is_header(),
        remarks,
    })
}

/// Whether the first row is a header: by the option, by a column that is asked for, or by its
/// names.
fn asked_or_named_header(table: &Table, sample: &Sample<'_>) -> Result<FirstRow, DumpError> {
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
        (HeaderRule::Absent, None) => Ok(FirstRow::Data),
        (HeaderRule::Detect, Some(name)) if !named && !could_be_header(table) => {
            Err(DumpError::NoHeader { name: name.clone() })
        }
        (HeaderRule::Detect, asked) => Ok(FirstRow::of(asked.is_some() || named)),
    }
}

/// The columns that the user names, each once.
fn asked_for(
    table: &Table,
    first_row: FirstRow,
    sample: &Sample<'_>,
) -> Result<Vec<usize>, DumpError> {
    let mut fields = Vec::new();
    for column in &sample.options.phone {
        let field = resolve(table, column, first_row, sample)?;
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
    first_row: FirstRow,
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
            columns: Header::new(table, first_row, sample).known_names(),
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
        // A number of a row is no calling code.
        if is_of_ids(&name) && is_of_digits(table, field) {
            return None;
        }
        let goes_with_it = phone.as_ref().is_some_and(|phone| share_word(phone, &name));
        Some((rank, !goes_with_it, field))
    });
    ranked.min().map(|(_, _, field)| field)
}

/// Whether each cell of a column is empty or nothing but digits.
fn is_of_digits(table: &Table, field: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.get(field));
    cells.all(|cell| cell.trim_ascii().iter().all(u8::is_ascii_digit))
}

/// All columns of numbers; failing that, the one whose cells are mostly numbers, or mostly written
/// as numbers.
fn by_names_and_cells(
    table: &Table,
    country: Option<usize>,
    first_row: FirstRow,
    sample: &Sample<'_>,
    remarks: &mut Vec<String>,
) -> Result<Vec<usize>, DumpError> {
    let looks = table.looks(first_row, country, sample);
    let header = Header::new(table, first_row, sample);
    let Choice {
        read,
        by_cells,
        left_out,
    } = choose(
        &candidates(table, &looks, first_row),
        table.rows(first_row).count(),
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
            "not read: {}, whose cells may be something else than phone numbers; --phone-field reads it",
            names(&left_out)
        ));
    }
    if read.is_empty() {
        return Ok(vec![phone_by_looks(table, &looks, &header, remarks)?]);
    }
    Ok(read)
}

fn candidates(table: &Table, looks: &[Looks], first_row: FirstRow) -> Vec<Candidate> {
    let meaning = |field: usize| match table.first.get(field) {
        Some(cell) if first_row.is_header() => meaning(&String::from_utf8_lossy(cell)),
        Some(_) if first_row.is_header() => Meaning::Unknown,
        _ => Meaning::Nameless,
    };
    let fields = looks.len().max(if first_row.is_header() {
        table.first.len()
    } else {
        0
    });
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
    let rows = table.rows(header.first_row).count();
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
            "like phone numbers, but lack a country code",
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
    let looks = table.looks(FirstRow::Header, country, sample);
    let Choice { read, .. } = choose(
        &candidates(table, &looks, FirstRow::Data),
        table.rows(FirstRow::Header).count(),
    );
    let fields = if read.is_empty() {
        let header = Header::new(table, FirstRow::Data, sample);
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
