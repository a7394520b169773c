//! Which fields hold numbers and the country: as the user says, by the names in the header, else by the cells.

use super::{
    Sample,
    cells::{Looks, is_name},
    delimiters::{Table, percent},
    names::{PhoneName, country_rank, phone_name, safe_name, squash},
};
use crate::dump::{ColumnRef, DumpError, HeaderRule};

/// The columns of a table.
pub(super) struct Columns {
    pub(super) phones: Vec<Column>,
    pub(super) country: Option<Column>,
    pub(super) has_header: bool,
    pub(super) notes: Vec<String>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Counted from 0.
    pub(super) field: usize,
    /// Safe to print.
    pub(super) name: String,
}

/// A column whose cells are numbers in this share of rows, in percent, may be the one.
const ENOUGH: usize = 50;

/// The place of a column given by place.
pub(super) fn field(column: &ColumnRef) -> Option<usize> {
    match column {
        ColumnRef::Field(field) => Some(field.get() - 1),
        ColumnRef::Name(_) => None,
    }
}

/// The place of a name in a header: as it stands, else but for case, accents and punctuation.
pub(super) fn find(header: &[Vec<u8>], name: &str) -> Option<usize> {
    let names = || header.iter().map(|cell| String::from_utf8_lossy(cell));
    let same = |cell: &str| cell.trim() == name.trim();
    let alike = |cell: &str| !squash(name).is_empty() && squash(cell) == squash(name);
    names()
        .position(|cell| same(&cell))
        .or_else(|| names().position(|cell| alike(&cell)))
}

/// Settles the columns of a table.
pub(super) fn settle(table: &Table, sample: &Sample<'_>) -> Result<Columns, DumpError> {
    let options = sample.options;
    let asked_name = options
        .phone
        .iter()
        .chain(&options.country)
        .find_map(|column| match column {
            ColumnRef::Name(name) => Some(name),
            ColumnRef::Field(_) => None,
        });
    let named = table.has_named_header(sample);
    let mut has_header = match (options.header, asked_name) {
        (HeaderRule::Absent, Some(name)) => return Err(DumpError::NoHeader { name: name.clone() }),
        (HeaderRule::Absent, None) => false,
        (HeaderRule::Detect, Some(name)) if named.is_none() && !could_be_header(table) => {
            return Err(DumpError::NoHeader { name: name.clone() });
        }
        (HeaderRule::Detect, asked) => asked.is_some() || named.is_some(),
    };
    let mut notes = Vec::new();
    let country = match &options.country {
        Some(column) => Some(resolve(table, column, has_header)?),
        None if has_header => country_by_name(table),
        None => None,
    };
    let phones = if !options.phone.is_empty() {
        let mut fields = Vec::new();
        for column in &options.phone {
            let field = resolve(table, column, has_header)?;
            // By name and by place, say: its numbers count once all the same.
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        fields
    } else if has_header && let Some(fields) = phones_by_name(table, country, sample) {
        fields
    } else {
        let looks = table.looks(!has_header, country, sample);
        vec![phone_by_looks(table, &looks, has_header, &mut notes)?]
    };
    if options.header == HeaderRule::Detect && !has_header {
        has_header = is_unlike_the_rest(table, &phones, country, sample);
    }
    // A header that was told by its cells may name the country too.
    let country = country.or_else(|| {
        if has_header {
            country_by_name(table)
        } else {
            None
        }
    });
    let phones = phones
        .into_iter()
        .map(|field| column(table, field, has_header))
        .collect();
    let country = country.map(|field| column(table, field, has_header));
    Ok(Columns {
        phones,
        country,
        has_header,
        notes,
    })
}

/// No cell of the first row has digits enough for a number, or is an address: what it holds may be printed as names.
fn could_be_header(table: &Table) -> bool {
    const DIGITS: usize = 5;
    let digits = |cell: &[u8]| cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_name = |cell: &Vec<u8>| digits(cell) < DIGITS && !cell.contains(&b'@');
    !table.first.is_empty() && table.first.iter().all(is_name)
}

fn resolve(table: &Table, column: &ColumnRef, has_header: bool) -> Result<usize, DumpError> {
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
            columns: if has_header {
                header_names(table)
            } else {
                Vec::new()
            },
        }),
    }
}

fn header_names(table: &Table) -> Vec<String> {
    table
        .first
        .iter()
        .map(|cell| safe_name(&String::from_utf8_lossy(cell)))
        .collect()
}

fn column(table: &Table, field: usize, has_header: bool) -> Column {
    let cell = table
        .first
        .get(field)
        .filter(|cell| has_header && !cell.trim_ascii().is_empty());
    let name = cell.map_or_else(
        || format!("field {}", field + 1),
        |cell| safe_name(&String::from_utf8_lossy(cell)),
    );
    Column { field, name }
}

fn country_by_name(table: &Table) -> Option<usize> {
    let ranked = table.first.iter().enumerate().filter_map(|(field, cell)| {
        let rank = country_rank(&String::from_utf8_lossy(cell))?;
        Some((rank, field))
    });
    ranked.min().map(|(_, field)| field)
}

/// All columns whose names mean numbers; names that only may mean them count if the cells bear them out.
fn phones_by_name(
    table: &Table,
    country: Option<usize>,
    sample: &Sample<'_>,
) -> Option<Vec<usize>> {
    let named = |wanted: PhoneName| -> Vec<usize> {
        let names = table
            .first
            .iter()
            .map(|cell| phone_name(&String::from_utf8_lossy(cell)));
        names
            .enumerate()
            .filter(|(_, name)| *name == Some(wanted))
            .map(|(field, _)| field)
            .collect()
    };
    let sure = named(PhoneName::Sure);
    if !sure.is_empty() {
        return Some(sure);
    }
    let looks = table.looks(false, country, sample);
    let borne_out = |field: &usize| {
        looks.get(*field).is_none_or(|looks| {
            looks.filled == 0 || looks.shaped.max(looks.numbers) * 2 >= looks.filled
        })
    };
    let maybe: Vec<usize> = named(PhoneName::Maybe)
        .into_iter()
        .filter(borne_out)
        .collect();
    (!maybe.is_empty()).then_some(maybe)
}

/// The one column whose cells are numbers; failing that, the one whose cells are written as numbers are.
fn phone_by_looks(
    table: &Table,
    looks: &[Looks],
    has_header: bool,
    notes: &mut Vec<String>,
) -> Result<usize, DumpError> {
    let rows = table.rows(!has_header).count();
    let share = |count: usize| percent(count, rows);
    let with = |count: fn(&Looks) -> usize| -> Vec<usize> {
        let counted = looks.iter().map(|looks| share(count(looks))).enumerate();
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
            notes.push(format!("the cells of field {} are {how}", field + 1));
            Ok(field)
        }
        [] => {
            let columns = if could_be_header(table) && is_all_names(table) {
                header_names(table)
            } else {
                Vec::new()
            };
            Err(DumpError::NoPhoneColumn { columns })
        }
        _ => {
            let candidates = candidates
                .iter()
                .map(|field| column(table, *field, has_header).name)
                .collect();
            Err(DumpError::AmbiguousColumn { candidates })
        }
    }
}

fn is_all_names(table: &Table) -> bool {
    table.first.iter().all(|cell| is_name(cell))
}

/// Whether the first row has words where the other rows have numbers.
fn is_unlike_the_rest(
    table: &Table,
    phones: &[usize],
    country: Option<usize>,
    sample: &Sample<'_>,
) -> bool {
    let looks = table.looks(false, country, sample);
    let is_heading = |field: &usize| {
        let cells = looks.get(*field).copied().unwrap_or_default();
        let others_are_numbers =
            cells.filled > 0 && cells.numbers.max(cells.shaped) * 2 >= cells.filled;
        table.first.get(*field).is_some_and(|cell| is_name(cell)) && others_are_numbers
    };
    !phones.is_empty() && phones.iter().all(is_heading)
}
