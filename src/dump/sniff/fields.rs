//! Text or CSV: by the delimiter under which the rows make most sense.

use std::num::NonZeroUsize;

use super::{
    Sample,
    asked::find,
    cells::is_name,
    columns::{self, Columns},
    delimiters::{DELIMITERS, Table},
    evidence::{DelimiterEvidence, WholeLines, weigh, whole_lines},
    names::{Meaning, is_known, meaning, safe_name},
    separators::separators,
};
use crate::dump::{
    ColumnRef, Delimiter, DumpError, Format, HeaderRule, ReadOptions, Refusal, Shape,
    shape::{Above, Fields, Layout, Role, Wanted, count},
};

/// Settles the shape of lines, of fields or not.
pub(super) fn settle(sample: &Sample<'_>) -> Result<Shape, DumpError> {
    let (separator_line, told) = separator_line(sample);
    let start = if sample.options.format == Some(Format::Text) {
        0
    } else {
        separator_line
    };
    let delimiter = sample
        .options
        .delimiter
        .clone()
        .or(told.filter(|_| start > 0));
    if sample.options.format == Some(Format::Text) {
        return lines(sample);
    }
    let must_split = delimiter.is_some() || sample.options.format == Some(Format::Csv);
    let whole = whole_lines(sample, start);
    let table = if let Some(delimiter) = delimiter {
        // Obeyed, whatever the rows look like under it.
        Table::new(sample, start, &delimiter)
    } else {
        let tables = DELIMITERS
            .into_iter()
            .filter(|delimiter| Table::occurs(sample, start, delimiter))
            .map(|delimiter| Table::new(sample, start, &plain(delimiter)))
            .collect();
        match best(tables, &whole, sample, must_split) {
            Some(table) => table,
            None if must_split || whole.is_quoted => Table::new(sample, start, &plain(b",")),
            None => match by_separator(&whole, start, sample) {
                Some(table) => table,
                None => return lines(sample),
            },
        }
    };
    let columns = match columns::settle(&table, sample) {
        Err(DumpError::NoPhoneColumn { .. })
            if !must_split && sample.holds_no_numbers(&whole.lines) =>
        {
            return Err(DumpError::Refused(Refusal::NoNumbers));
        }
        columns => columns?,
    };
    Ok(shape(sample, start, table, columns))
}

fn plain(delimiter: &[u8]) -> Delimiter {
    Delimiter::new(delimiter).expect("the delimiters that are tried are delimiters")
}

/// Excel's first line `sep=;`: its length and its delimiter.
fn separator_line(sample: &Sample<'_>) -> (usize, Option<Delimiter>) {
    let line = memchr::memchr(sample.terminator, sample.bytes).map_or(0, |end| end + 1);
    match sample.bytes[..line].trim_ascii_end() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => {
            (line, Delimiter::new(&[*delimiter]).ok())
        }
        _ => (0, None),
    }
}

/// The table whose rows make most sense, if splitting makes more sense than whole lines.
fn best(
    tables: Vec<Table>,
    whole: &WholeLines<'_>,
    sample: &Sample<'_>,
    must_split: bool,
) -> Option<Table> {
    let weighed = tables
        .into_iter()
        .filter_map(|table| Some((weigh(&table, whole, sample)?, table)));
    // The first of equals wins: delimiters are in order.
    let mut best: Option<((DelimiterEvidence, usize, usize), Table)> = None;
    for (weight, table) in weighed {
        if best.as_ref().is_none_or(|(heaviest, _)| weight > *heaviest) {
            best = Some((weight, table));
        }
    }
    let (weight, table) = best?;
    let asked = !sample.options.phone.is_empty();
    let is_list = weight.0 == DelimiterEvidence::Numbers && table.is_all_numbers(sample);
    if !must_split && !asked && is_list {
        return None;
    }
    Some(table)
}

/// The table of numbers under a separator that no list knows, if whole lines are no numbers.
fn by_separator(whole: &WholeLines<'_>, start: usize, sample: &Sample<'_>) -> Option<Table> {
    let tables = separators(&whole.lines)
        .into_iter()
        .map(|separator| Table::new(sample, start, &separator))
        .filter(|table| {
            let weighed = weigh(table, whole, sample);
            weighed.is_some_and(|(evidence, ..)| evidence >= DelimiterEvidence::Numbers)
        });
    best(tables.collect(), whole, sample, false)
}

/// The shape of lines that are one cell each.
fn lines(sample: &Sample<'_>) -> Result<Shape, DumpError> {
    let whole = whole_lines(sample, 0);
    if sample.holds_no_numbers(&whole.lines) {
        return Err(DumpError::Refused(Refusal::NoNumbers));
    }
    let first_end =
        memchr::memchr(sample.terminator, sample.bytes).map_or(sample.bytes.len(), |end| end + 1);
    let first = String::from_utf8_lossy(&sample.bytes[..first_end]);
    let is_header = sample.options.header == HeaderRule::Detect
        && meaning(&first) >= Meaning::Maybe
        && is_name(first.as_bytes());
    check_asked_of_lines(sample.options, is_header.then_some(&*first))?;
    let column = if is_header && is_known(&first) {
        safe_name(&first)
    } else {
        "line".to_owned()
    };
    let note = if is_header {
        "plain lines under a header"
    } else {
        "plain lines"
    };
    Ok(Shape {
        format: Format::Text,
        encoding: "utf-8",
        compression: None,
        terminator: sample.terminator,
        line_end: b"\n",
        layout: Layout::Lines,
        phone_columns: vec![column],
        country_column: None,
        lead: if is_header {
            sample.bytes[..first_end].to_vec()
        } else {
            Vec::new()
        },
        above: Above::default(),
        has_header: is_header,
        notes: vec![note.to_owned()],
        remarks: Vec::new(),
        awaited: None,
    })
}

/// Refuses columns that lines of one cell cannot have. `header` is the text of the first line, if
/// it is a header.
fn check_asked_of_lines(options: &ReadOptions, header: Option<&str>) -> Result<(), DumpError> {
    let missing = |field: &NonZeroUsize| DumpError::MissingField {
        field: *field,
        fields: 1,
    };
    for column in &options.phone {
        match (column, header) {
            (ColumnRef::Name(name), Some(header)) => {
                if find(&[header.as_bytes().to_vec()], name).is_none() {
                    return Err(DumpError::MissingColumn {
                        name: name.clone(),
                        columns: vec![safe_name(header)],
                    });
                }
            }
            (ColumnRef::Name(name), None) => {
                return Err(DumpError::NoHeader { name: name.clone() });
            }
            (ColumnRef::Field(field), _) if field.get() > 1 => return Err(missing(field)),
            (ColumnRef::Field(_), _) => {}
        }
    }
    match &options.country {
        Some(ColumnRef::Name(name)) => Err(DumpError::NoHeader { name: name.clone() }),
        Some(ColumnRef::Field(field)) => Err(missing(field)),
        None => Ok(()),
    }
}

fn shape(sample: &Sample<'_>, start: usize, table: Table, columns: Columns) -> Shape {
    let phones = columns
        .phones
        .iter()
        .enumerate()
        .map(|(place, column)| (column.field, Role::Phone(place)));
    let country = columns
        .country
        .iter()
        .map(|column| (column.field, Role::Country));
    let mut wanted: Vec<Wanted> = phones
        .chain(country)
        .map(|(field, role)| Wanted { field, role })
        .collect();
    wanted.sort_by_key(|wanted| wanted.field);
    let (above, header) = if columns.has_header {
        (table.above, table.first_length)
    } else {
        (0, 0)
    };
    let (start, rest) = sample.bytes.split_at(start);
    let (above, rest) = rest.split_at(above);
    let mut notes = vec![format!(
        "fields are separated by {}",
        table.dialect.delimiter
    )];
    notes.push(
        if columns.has_header {
            "the first row is a header"
        } else {
            "there is no header row"
        }
        .to_owned(),
    );
    Shape {
        format: Format::Csv,
        encoding: "utf-8",
        compression: None,
        terminator: sample.terminator,
        line_end: b"\n",
        layout: Layout::Fields(table.dialect, Fields { wanted }),
        phone_columns: columns
            .phones
            .into_iter()
            .map(|column| column.name)
            .collect(),
        country_column: columns.country.map(|column| column.name),
        lead: [start, &rest[..header]].concat(),
        above: Above {
            line: 1 + count(sample.terminator, start),
            rows: above.to_vec(),
        },
        has_header: columns.has_header,
        notes,
        remarks: columns.remarks,
        awaited: None,
    }
}
