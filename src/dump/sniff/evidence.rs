//! What speaks for a delimiter: the rows of the sample under it, against the lines as they are.

use super::{
    Sample,
    asked::asked_names,
    cells::Looks,
    columns,
    delimiters::{Table, percent},
    first_row::FirstRow,
    names::Meaning,
    sample::spread,
};
use crate::dump::{HeaderRule, rows::dialect::last_line_end};

/// What speaks for a delimiter, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DelimiterEvidence {
    /// Nearly all rows have several fields, as many each.
    Even,
    /// A column is written as numbers are.
    Shaped,
    /// The first row has a name that may be one of a column of numbers.
    LikelyHeader,
    /// A column holds numbers.
    Numbers,
    /// The first row names a column of numbers.
    Header,
    /// The first row has the column that the user names.
    Asked,
}

/// The sample's lines, unsplit.
pub(super) struct WholeLines<'a> {
    pub(super) lines: Vec<&'a [u8]>,
    pub(super) looks: Looks,
    /// Most lines are in quotes.
    pub(super) is_quoted: bool,
}

pub(super) fn whole_lines<'a>(sample: &Sample<'a>, start: usize) -> WholeLines<'a> {
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

/// What speaks for a table: the kind of evidence, how much of it, and how even its rows are.
pub(super) fn weigh(
    table: &Table,
    whole: &WholeLines<'_>,
    sample: &Sample<'_>,
) -> Option<(DelimiterEvidence, usize, usize)> {
    /// With a header to go by, more rows may be damaged.
    const SPLIT_UNDER_HEADER: usize = 50;
    let (split, (width, even)) = (table.split_share(), table.usual_width());
    let mut by_name = None;
    if sample.options.header == HeaderRule::Detect
        && table.first.len() > 1
        && split >= SPLIT_UNDER_HEADER
    {
        let asked = asked_names(&table.first, sample);
        if asked > 0 {
            return Some((DelimiterEvidence::Asked, asked, even));
        }
        // Names with the delimiter in them are not in the rows.
        let fields = table.first.len().min(width);
        match table.has_named_header(sample) {
            Some(Meaning::Maybe) => {
                by_name = Some((DelimiterEvidence::LikelyHeader, fields, even));
            }
            Some(_) => return Some((DelimiterEvidence::Header, fields, even)),
            None => {}
        }
    }
    by_name.max(weigh_cells(table, whole, sample, (split, even)))
}

/// What speaks for a table whatever its header says. `split` of its rows are split, and `even` of
/// them evenly, both in percent.
fn weigh_cells(
    table: &Table,
    whole: &WholeLines<'_>,
    sample: &Sample<'_>,
    (split, even): (usize, usize),
) -> Option<(DelimiterEvidence, usize, usize)> {
    /// Rows without the delimiter that are still taken for damage.
    const SPLIT: usize = 90;
    /// Fewer lines than this say nothing by being even.
    const EVEN_LINES: usize = 3;
    let options = sample.options;
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
