//! The sample's rows as they are under one delimiter.

use std::ops::ControlFlow;

use memchr::memmem;

use super::{
    Sample,
    asked::asked_names,
    cells::{Looks, is_number, is_shaped},
    first_row::FirstRow,
    names::{Meaning, meaning},
    sample::spread,
};
use crate::dump::{
    BytesEnd, Delimiter, Quoting,
    rows::dialect::{Dialect, FieldScratch},
};

/// The delimiters that are tried, those that are less likely within a cell first.
///
/// Hive's tables have `\x01`, those of some databases `\x1f`.
pub(super) const DELIMITERS: [&[u8]; 11] = [
    b"\t",
    b"\x01",
    b"\x1f",
    b";",
    b"|",
    b",",
    b"----",
    "\u{a6}".as_bytes(),
    b"~",
    b"^",
    b":",
];

/// Rows in which a header is looked for, titles and banners above it included.
const HEAD_ROWS: usize = 20;

/// Rows split at one delimiter.
pub(super) struct Table {
    pub(super) dialect: Dialect,
    /// How many bytes of titles and banners are above the first row.
    pub(super) above: usize,
    /// The first row, whatever it is.
    pub(super) first: Vec<Vec<u8>>,
    /// The other rows, as far as they are looked at, but for empty ones.
    pub(super) rows: Vec<Vec<Vec<u8>>>,
    /// The length of the first row as found, with its line end.
    pub(super) first_length: usize,
}

impl Table {
    /// Splits the sample, from `start` on.
    pub(super) fn new(sample: &Sample<'_>, start: usize, delimiter: &Delimiter) -> Table {
        let quoting = match delimiter.as_bytes() {
            [b':'] | [_, _, ..] => Quoting::Off,
            [_] => Quoting::Rfc4180,
            [] => unreachable!("a delimiter has at least one byte"),
        };
        let mut dialect = Dialect {
            delimiter: delimiter.clone(),
            quoting,
            terminator: sample.terminator,
        };
        let bytes = &sample.bytes[start..];
        let (records, bad) = records(&dialect, bytes, sample.end);
        let quoted = records
            .iter()
            .filter(|(_, record)| record.contains(&b'"'))
            .count();
        // Where quotes are not usual, those that are mostly not closed are no quotes.
        let unusual = !matches!(delimiter.as_bytes(), [b',' | b';']);
        let records = if unusual && bad > quoted {
            dialect.quoting = Quoting::Off;
            self::records(&dialect, bytes, sample.end).0
        } else {
            records
        };
        let mut scratch = FieldScratch::default();
        let mut split = |record: &[u8]| {
            let mut fields = Vec::new();
            dialect.fields(dialect.body(record), &mut scratch, |_, field| {
                fields.push(field.to_vec());
                ControlFlow::Continue(())
            });
            fields
        };
        let head: Vec<Vec<Vec<u8>>> = (records.iter().take(HEAD_ROWS))
            .map(|(_, record)| split(record))
            .collect();
        let place = first_row(&head, sample);
        let (above, first_length) =
            (records.get(place)).map_or((0, 0), |(at, first)| (*at, first.len()));
        let first = head.into_iter().nth(place).unwrap_or_default();
        let others: Vec<&[u8]> = records
            .iter()
            .skip(place + 1)
            .map(|(_, record)| *record)
            .filter(|record| !is_empty(record))
            .collect();
        let rows = spread(others).into_iter().map(&mut split).collect();
        Table {
            dialect,
            above,
            first,
            rows,
            first_length,
        }
    }

    /// Whether the delimiter appears in the sample at all.
    pub(super) fn occurs(sample: &Sample<'_>, start: usize, delimiter: &[u8]) -> bool {
        memmem::find(&sample.bytes[start..], delimiter).is_some()
    }

    /// All rows looked at, the first among them if it may be one.
    pub(super) fn rows(&self, first_row: FirstRow) -> impl Iterator<Item = &Vec<Vec<u8>>> + Clone {
        let first = Some(&self.first).filter(|first| !first_row.is_header() && !first.is_empty());
        first.into_iter().chain(&self.rows)
    }

    /// How many fields the longest row has.
    pub(super) fn widest(&self) -> usize {
        self.rows(FirstRow::Data).map(Vec::len).max().unwrap_or(0)
    }

    /// How the cells of each column look.
    pub(super) fn looks(
        &self,
        first_row: FirstRow,
        country: Option<usize>,
        sample: &Sample<'_>,
    ) -> Vec<Looks> {
        let mut looks = vec![Looks::default(); self.widest()];
        for row in self.rows(first_row) {
            let country = country.and_then(|at| row.get(at)).map(Vec::as_slice);
            for (looks, cell) in looks.iter_mut().zip(row) {
                looks.add(cell, country, sample.judge);
            }
        }
        looks
    }

    /// The share of rows, in percent, with more than one field.
    pub(super) fn split_share(&self) -> usize {
        let (all, split) = self.rows(FirstRow::Data).fold((0, 0), |(all, split), row| {
            (all + 1, split + usize::from(row.len() > 1))
        });
        percent(split, all)
    }

    /// How many fields most rows have, and the share of those rows, in percent.
    pub(super) fn usual_width(&self) -> (usize, usize) {
        let mut widths: Vec<usize> = self.rows(FirstRow::Data).map(Vec::len).collect();
        widths.sort_unstable();
        let alike = widths
            .chunk_by(|a, b| a == b)
            .max_by_key(|alike| alike.len());
        alike.map_or((0, 0), |alike| {
            (alike[0], percent(alike.len(), widths.len()))
        })
    }

    /// Whether nearly every row is numbers and nothing but numbers: then it is one cell of several
    /// numbers.
    pub(super) fn is_all_numbers(&self, sample: &Sample<'_>) -> bool {
        let numeric = |cell: &Vec<u8>| is_number(cell, None, sample.judge);
        let (all, numbers) = self
            .rows(FirstRow::Data)
            .fold((0, 0), |(all, numbers), row| {
                let filled = || row.iter().filter(|cell| !cell.trim_ascii().is_empty());
                (
                    all + 1,
                    numbers + usize::from(filled().count() > 1 && filled().all(numeric)),
                )
            });
        percent(numbers, all) >= 90
    }

    /// Whether the first row is a header by the names in it: one that means numbers, and no cell
    /// that is one.
    pub(super) fn has_named_header(&self, sample: &Sample<'_>) -> Option<Meaning> {
        named_header(&self.first, sample)
    }
}

/// The best name of a number in a row that has no number.
fn named_header(row: &[Vec<u8>], sample: &Sample<'_>) -> Option<Meaning> {
    let numeric = |cell: &Vec<u8>| is_shaped(cell) || is_number(cell, None, sample.judge);
    // A cell that holds other delimiters may be a whole header under one of those.
    let is_name = |cell: &&Vec<u8>| !cell.iter().any(|byte| b",;|\t".contains(byte));
    let names = row.iter().filter(is_name);
    let meanings = names.map(|cell| meaning(&String::from_utf8_lossy(cell)));
    let best = meanings.max().filter(|best| *best >= Meaning::Maybe)?;
    (!row.iter().any(numeric)).then_some(best)
}

pub(super) fn percent(part: usize, of: usize) -> usize {
    (part * 100).checked_div(of).unwrap_or(0)
}

/// Whether there is nothing in a record, be it a run of NULs.
fn is_empty(record: &[u8]) -> bool {
    record
        .iter()
        .all(|byte| byte.is_ascii_whitespace() || *byte == 0)
}

/// Index of the first row of the table: a header that names numbers, if there is one above the
/// first number.
///
/// Titles and banners above it may have digits and words for phones, but fewer filled cells.
/// Without such a header, the table begins below empty rows, and below rows of one cell that
/// neither is a number nor names one.
fn first_row(head: &[Vec<Vec<u8>>], sample: &Sample<'_>) -> usize {
    let is_number = |cell: &Vec<u8>| is_number(cell, None, sample.judge);
    let numeric = |cell: &Vec<u8>| is_shaped(cell) || is_number(cell);
    let is_header =
        |row: &Vec<Vec<u8>>| named_header(row, sample).is_some() || asked_names(row, sample) > 0;
    let filled = |row: &Vec<Vec<u8>>| row.iter().filter(|cell| !is_empty(cell)).count();
    // A title may have a date or, in its one cell, somebody's number.
    let is_above = |row: &Vec<Vec<u8>>, header: usize| {
        let is_emptier = filled(row) < header && !row.iter().any(is_number);
        row.len() < 2 || is_emptier || !row.iter().any(numeric)
    };
    let headers = head.iter().enumerate().filter(|(at, row)| {
        let header = filled(row);
        is_header(row) && head[..*at].iter().all(|row| is_above(row, header))
    });
    // The first of several that are as full.
    if let Some((header, _)) = headers.rev().max_by_key(|(_, row)| filled(row)) {
        return header;
    }
    let is_title = |row: &&Vec<Vec<u8>>| row.len() < 2 && !row.iter().any(numeric);
    let above = head.iter().take_while(is_title).count();
    if above < head.len() { above } else { 0 }
}

/// The whole records of the sample with their places, and how many are bad.
fn records<'a>(
    dialect: &Dialect,
    bytes: &'a [u8],
    end: BytesEnd,
) -> (Vec<(usize, &'a [u8])>, usize) {
    let (boundary, _) = dialect.last_boundary(bytes, end);
    let (mut rest, mut records, mut bad) = (&bytes[..boundary], Vec::new(), 0);
    while !rest.is_empty() {
        let (record, damage) = dialect.split_record(rest);
        match damage {
            None => records.push((boundary - rest.len(), record)),
            Some(_) => bad += 1,
        }
        rest = &rest[record.len()..];
    }
    (records, bad)
}
