//! Rows as bytes: their cells, quotes, line ends, and what is before the first cell.

use memchr::{memchr, memmem};

use crate::dump::Quoting;

pub(super) fn csv_rows(row: &[u8], delimiter: u8, quoting: Quoting) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .quoting(quoting == Quoting::Rfc4180)
        .from_reader(row)
}

/// The row before its last `N` cells, and those without their quotes. Source names, codes and
/// answers hold no quotes.
pub(super) fn last_cells<'a, const N: usize>(
    row: &'a [u8],
    delimiter: &[u8],
) -> Option<(&'a [u8], [&'a [u8]; N])> {
    let mut rest = row;
    let mut cells = [&row[..0]; N];
    for cell in cells.iter_mut().rev() {
        let start = memmem::rfind(rest, delimiter)?;
        let text = &rest[start + delimiter.len()..];
        let unquoted = text
            .strip_prefix(b"\"")
            .and_then(|text| text.strip_suffix(b"\""));
        *cell = unquoted.unwrap_or(text);
        rest = &rest[..start];
    }
    Some((rest, cells))
}

/// Whether every cell of `row` is quoted. Then the added ones are quoted too.
pub(super) fn is_all_quoted(quoting: Quoting, row: &[u8], delimiter: &[u8]) -> bool {
    let (_, row) = split_preamble(row);
    if quoting == Quoting::Off || row.len() < 2 || row[0] != b'"' {
        return false;
    }
    let mut rest = row;
    loop {
        let Some(quoted) = rest.strip_prefix(b"\"") else {
            return false;
        };
        let Some(end) = end_of_quotes(quoted) else {
            return false;
        };
        rest = &quoted[end..];
        match rest.strip_prefix(delimiter) {
            Some(next) => rest = next,
            None => return rest.is_empty(),
        }
    }
}

/// The index after the closing quote of `cell`. Two quotes in a row are a quote of the text.
fn end_of_quotes(cell: &[u8]) -> Option<usize> {
    let mut end = 0;
    loop {
        end += memchr(b'"', &cell[end..])? + 1;
        if cell.get(end) != Some(&b'"') {
            return Some(end);
        }
        end += 1;
    }
}

pub(super) fn split_line_end(raw: &[u8]) -> (&[u8], &[u8]) {
    let end = match raw {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n' | b'\r' | 0] => 1,
        _ => 0,
    };
    raw.split_at(raw.len() - end)
}

/// Splits off a byte-order mark and a spreadsheet's `sep=` line, which are no cells.
pub(super) fn split_preamble(row: &[u8]) -> (&[u8], &[u8]) {
    let mark = if row.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let separator = match memchr(b'\n', row) {
        Some(end) if row[mark..].starts_with(b"sep=") => end + 1,
        _ => mark,
    };
    row.split_at(separator)
}
