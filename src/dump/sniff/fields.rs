//! Text or CSV: by the delimiter under which the rows make most sense.

use std::num::NonZeroUsize;

use super::{
    Sample,
    asked::{asked_names, find},
    cells::{Looks, is_name},
    columns::{self, Columns},
    delimiters::{DELIMITERS, Table, percent},
    first_row::FirstRow,
    names::{Meaning, is_known, meaning, safe_name},
    sample::spread,
    separators::separators,
};
use crate::dump::{
    ColumnRef, Delimiter, DumpError, Format, HeaderRule, ReadOptions, Refusal, Shape,
    rows::dialect::last_line_end,
    shape::{Above, Fields, Layout, Role, Wanted, count},
};

/// What speaks for a delimiter, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum DelimiterEvidence {
    /// Nearly all rows have several fields, as many each.
    Even,
    /// A column is written as numbers are.
    Shaped,
    /// A column holds numbers.
    Numbers,
    /// The first row names a column of numbers.
    Header,
    /// The first row has the column that the user names.
    Asked,
}

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

/// The sample's lines, unsplit.
struct WholeLines<'a> {
    lines: Vec<&'a [u8]>,
    looks: Looks,
    /// Most lines are in quotes.
    is_quoted: bool,
}

fn whole_lines<'a>(sample: &Sample<'a>, start: usize) -> WholeLines<'a> {
    let bytes = &sample.bytes[start..];
    let (boundary, _) = last_line_end(bytes, sample.terminator, sample.end);
    let lines = bytes[..boundary]
        .split(|byte| *byte == sample.terminator)
        .map(<[u8]>::trim_ascii);
    let lines = spread(lines.filter(|line| !line.is_empty()).collect());
    let mut looks = Looks::default();
    for line in &lines {
        looks.add(line, None, sample.judge);
    }
    let quoted = lines
        .iter()
        .filter(|line| line.len() > 1 && line.starts_with(b"\"") && line.ends_with(b"\""))
        .count();
    WholeLines {
        looks,
        is_quoted: quoted * 2 > lines.len(),
        lines,
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
    for (heap_bytes, table) in weighed {
        if best
            .as_ref()
            .is_none_or(|(heaviest, _)| heap_bytes > *heaviest)
        {
            best = Some((heap_bytes, table));
        }
    }
    let (heap_bytes, table) = best?;
    let asked = !sample.options.phone.is_empty();
    let is_list = heap_bytes.0 == DelimiterEvidence::Numbers && table.is_all_numbers(sample);
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

/// What speaks for a table: the kind of evidence, how much of it, and how even its rows are.
fn weigh(
    table: &Table,
    whole: &WholeLines<'_>,
    sample: &Sample<'_>,
) -> Option<(DelimiterEvidence, usize, usize)> {
    /// Rows without the delimiter that are still taken for damage.
    const SPLIT: usize = 90;
    /// With a header to go by, more rows may be damaged.
    const SPLIT_UNDER_HEADER: usize = 50;
    /// Fewer lines than this say nothing by being even.
    const EVEN_LINES: usize = 3;
    let (split, even) = (table.split_share(), table.even_share());
    let options = sample.options;
    if options.header == HeaderRule::Detect && table.first.len() > 1 && split >= SPLIT_UNDER_HEADER
    {
        let asked = asked_names(&table.first, sample);
        if asked > 0 {
            return Some((DelimiterEvidence::Asked, asked, even));
        }
        if table.has_named_header(sample).is_some() {
            return Some((DelimiterEvidence::Header, table.first.len(), even));
        }
    }
    if split < SPLIT {
        return None;
    }
    let fields: Vec<usize> = options.phone.iter().filter_map(columns::field).collect();
    if fields
        .iter()
        .any(|&field| (1..table.widest()).contains(&field))
    {
        return Some((DelimiterEvidence::Asked, fields.len(), even));
    }
    let rows = table.rows(FirstRow::Data).count();
    let Shares { numbers, shaped } = Shares::of(table, &fields, sample);
    let whole_numbers = percent(whole.looks.numbers, whole.looks.filled);
    let whole_shaped = percent(whole.looks.shaped, whole.looks.filled);
    if numbers >= 50 && numbers > whole_numbers {
        Some((DelimiterEvidence::Numbers, numbers, even))
    } else if whole_numbers >= 50 {
        None
    } else if shaped >= 50 && shaped > whole_shaped {
        Some((DelimiterEvidence::Shaped, shaped, even))
    } else if even >= SPLIT && rows >= EVEN_LINES && whole_shaped < 50 {
        Some((DelimiterEvidence::Even, table.widest(), even))
    } else {
        None
    }
}

/// Shares of the rows of a table, in percent.
struct Shares {
    /// Rows with a number in a column of numbers.
    numbers: usize,
    /// Rows with a cell that is written as numbers are, in the column with most of them.
    shaped: usize,
}

impl Shares {
    /// `asked` are the fields that the user asks for, if any.
    fn of(table: &Table, asked: &[usize], sample: &Sample<'_>) -> Shares {
        let country = sample.options.country.as_ref().and_then(columns::field);
        let is_asked = |field: usize| asked.is_empty() || asked.contains(&field);
        let all = table.looks(FirstRow::Data, country, sample);
        let rows = table.rows(FirstRow::Data).count();
        let most = |count: fn(&Looks) -> usize| {
            let looks = all.iter().enumerate();
            let counts = looks.filter(|(field, _)| is_asked(*field));
            counts.map(|(_, looks)| percent(count(looks), rows)).max()
        };
        // Each row may fill another of many columns. The first row may be a header.
        let rest = table.looks(FirstRow::Header, country, sample);
        let is_of_numbers = |field: usize| {
            let looks = rest.get(field);
            is_asked(field) && looks.is_some_and(|looks| looks.are_nearly_all(looks.numbers))
        };
        let columns: Vec<usize> = (0..rest.len())
            .filter(|field| is_of_numbers(*field))
            .collect();
        let is_filled = |row: &&Vec<Vec<u8>>| {
            let mut cells = columns.iter().filter_map(|field| row.get(*field));
            cells.any(|cell| !cell.trim_ascii().is_empty())
        };
        let with_number = table.rows(FirstRow::Header).filter(is_filled).count();
        let spread = percent(with_number, table.rows(FirstRow::Header).count());
        Shares {
            numbers: spread.max(most(|looks| looks.numbers).unwrap_or(0)),
            shaped: most(|looks| looks.shaped).unwrap_or(0),
        }
    }
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
