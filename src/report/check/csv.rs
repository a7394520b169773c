//! The rows of the lists, byte for byte and in order, with the columns `exposure,country,sources`
//! added last, in the list's delimiter, quoting, line ends and encoding. One thing changes: a lone
//! half of a surrogate pair in UTF-16 becomes U+FFFD, because it is no text. Of a list that has
//! these three columns last already, they are replaced. `--explain` adds a column `reason` before
//! them.

use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem};
use smallvec::SmallVec;

use super::encoding::encode_from;
use super::ndjson::countries;
use super::{Closing, ContactList, Page, Report, ReportOptions};
use crate::dump::{Delimiter, Quoting};
use crate::exposure::{Exposure, Finding};

/// Annotated rows; with `--summary`, a table of countries.
pub struct Csv<'a> {
    /// The settings of the run.
    pub options: &'a ReportOptions,
    /// Put an apostrophe before each cell that a spreadsheet would take for a formula.
    pub guard_formulas: bool,
    /// Add the column `reason` before the others: why a row is invalid.
    pub reasons: bool,
}

const COLUMNS: [&str; 3] = ["exposure", "country", "sources"];
const REASON: &str = "reason";

/// The cells that are added to a row.
struct AddedCells<'a> {
    reason: &'a str,
    /// Under [`COLUMNS`].
    answer: [&'a str; 3],
}

impl Report for Csv<'_> {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, list: &ContactList<'_>, out: &mut Vec<u8>) {
        if self.options.summary {
            return;
        }
        let start = out.len();
        if list.shape.header().is_some() {
            let names = AddedCells {
                reason: REASON,
                answer: COLUMNS,
            };
            self.row(&CsvList::of(list), list.shape.lead(), &names, out);
        } else {
            out.extend_from_slice(list.shape.lead());
        }
        encode_from(start, list.shape.encoding(), out);
    }

    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        if self.options.summary {
            return;
        }
        let start = out.len();
        let list = CsvList::of(&page.list);
        for (raw, findings) in page.raw.rows(page.findings) {
            let Some(worst) = worst(findings) else {
                if self.options.only.is_empty() {
                    let added = AddedCells {
                        reason: "",
                        answer: ["blank", "", ""],
                    };
                    self.row(&list, raw, &added, out);
                }
                continue;
            };
            if self.options.shows(worst) {
                let exposure = worst.exposure.map_or("blank", Exposure::code);
                let country = worst.number.map_or("", |number| number.region().code());
                let mut sources: SmallVec<[&str; 4]> = findings
                    .iter()
                    .flat_map(|finding| self.options.source_names(finding))
                    .collect();
                let sources = match sources.as_slice() {
                    [] => Cow::Borrowed(""),
                    [one] => Cow::Borrowed(*one),
                    _ => {
                        sources.sort_unstable();
                        sources.dedup();
                        Cow::Owned(sources.join(" "))
                    }
                };
                let added = AddedCells {
                    reason: worst.reason.unwrap_or_default(),
                    answer: [exposure, country, &sources],
                };
                self.row(&list, raw, &added, out);
            }
        }
        encode_from(start, page.list.shape.encoding(), out);
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        if self.options.summary {
            let mut table = csv::Writer::from_writer(out);
            for country in countries(closing.totals) {
                table
                    .serialize(country)
                    .expect("writing to memory does not fail");
            }
            table.flush().expect("writing to memory does not fail");
        }
    }

    fn passes_rows_through(&self) -> bool {
        true
    }
}

/// What the rows of one list have in common.
struct CsvList<'a> {
    list: &'a ContactList<'a>,
    delimiter: &'a [u8],
    own_columns: OwnColumns,
}

/// The columns at the end of a list that an earlier run added.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OwnColumns {
    None,
    Answer,
    ReasonAndAnswer,
}

impl<'a> CsvList<'a> {
    fn of(list: &'a ContactList<'a>) -> CsvList<'a> {
        let delimiter = (list.shape.delimiter()).map_or(&b","[..], Delimiter::as_bytes);
        let (header, _) = split_line_end(list.shape.header().unwrap_or_default());
        let names = last_cells(header, delimiter).filter(|(_, cells)| is_own_header(*cells));
        let own_columns = match names.map(|(others, _)| last_cells(others, delimiter)) {
            None => OwnColumns::None,
            Some(Some((_, [name]))) if name == REASON.as_bytes() => OwnColumns::ReasonAndAnswer,
            Some(_) => OwnColumns::Answer,
        };
        CsvList {
            list,
            delimiter,
            own_columns,
        }
    }

    /// `row` without the columns that an earlier run added: a second run replaces them.
    fn without_own_columns<'r>(&self, row: &'r [u8]) -> &'r [u8] {
        if self.own_columns == OwnColumns::None {
            return row;
        }
        let Some((rest, cells)) = last_cells(row, self.delimiter) else {
            return row;
        };
        if !is_own_header(cells) && !is_answer(cells[0]) {
            // A row of another length was not written by an earlier run.
            return row;
        }
        match last_cells(rest, self.delimiter) {
            Some((rest, [_])) if self.own_columns == OwnColumns::ReasonAndAnswer => rest,
            _ => rest,
        }
    }
}

impl Csv<'_> {
    /// The row as it was, then the added cells, then its line end.
    fn row(&self, of_list: &CsvList<'_>, raw: &[u8], added: &AddedCells<'_>, out: &mut Vec<u8>) {
        let &CsvList {
            list, delimiter, ..
        } = of_list;
        let (row, line_end) = split_line_end(raw);
        let line_end = match (line_end, list.shape.line_end()) {
            // CSV rows end with a newline, even if the contacts end with NUL.
            ([0], _) | ([], [0]) => b"\n",
            ([], line_end) | (line_end, _) => line_end,
        };
        if list.shape.delimiter().is_none() {
            if self.guards(row) || memchr3(b',', b'"', b'\r', row).is_some() || row.contains(&b'\n')
            {
                self.cells([row].into_iter(), b",", out);
            } else {
                out.extend_from_slice(row);
            }
        } else if self.guard_formulas {
            let row = of_list.without_own_columns(row);
            let (before, row) = split_preamble(row);
            out.extend_from_slice(before);
            self.parsed_cells(list.shape.quoting(), row, delimiter, out);
        } else {
            out.extend_from_slice(of_list.without_own_columns(row));
        }
        let all_quoted =
            !self.guard_formulas && is_all_quoted(list.shape.quoting(), row, delimiter);
        let reason = self.reasons.then_some(added.reason);
        for cell in reason.into_iter().chain(added.answer) {
            out.extend_from_slice(delimiter);
            // Words, codes and source names never contain quotes, but an unusual delimiter may be
            // in them.
            let holds_delimiter = match delimiter {
                [byte] => cell.as_bytes().contains(byte),
                _ => memmem::find(cell.as_bytes(), delimiter).is_some(),
            };
            let quote: &[u8] = if all_quoted || holds_delimiter {
                b"\""
            } else {
                b""
            };
            out.extend_from_slice(quote);
            out.extend_from_slice(cell.as_bytes());
            out.extend_from_slice(quote);
        }
        out.extend_from_slice(line_end);
    }

    fn parsed_cells(&self, quoting: Quoting, row: &[u8], delimiter: &[u8], out: &mut Vec<u8>) {
        let &[byte] = delimiter else {
            let mut start = 0;
            let ends = memmem::find_iter(row, delimiter).chain(std::iter::once(row.len()));
            for end in ends {
                if start > 0 {
                    out.extend_from_slice(delimiter);
                }
                out.extend_from_slice(if self.guards(&row[start..end]) {
                    b"'"
                } else {
                    b""
                });
                out.extend_from_slice(&row[start..end]);
                start = end + delimiter.len();
            }
            return;
        };
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(byte)
            .quoting(quoting == Quoting::Rfc4180)
            .from_reader(row);
        let mut record = csv::ByteRecord::new();
        if rows.read_byte_record(&mut record).is_ok_and(|read| read) {
            self.cells(record.iter(), delimiter, out);
        }
    }

    /// Writes cells as a CSV row without a line end.
    fn cells<'c>(
        &self,
        cells: impl Iterator<Item = &'c [u8]>,
        delimiter: &[u8],
        out: &mut Vec<u8>,
    ) {
        let mut row = csv::WriterBuilder::new()
            .delimiter(delimiter.first().copied().unwrap_or(b','))
            .from_writer(Vec::new());
        let mut guarded = Vec::new();
        for cell in cells {
            guarded.clear();
            guarded.extend_from_slice(if self.guards(cell) { b"'" } else { b"" });
            guarded.extend_from_slice(cell);
            row.write_field(&guarded)
                .expect("writing to memory does not fail");
        }
        row.write_record(None::<&[u8]>)
            .expect("writing to memory does not fail");
        let row = row.into_inner().expect("writing to memory does not fail");
        let row = row.strip_suffix(b"\n").unwrap_or(&row);
        // `csv` quotes a single empty cell, so that it is no empty line. Here more cells follow.
        out.extend_from_slice(if row == b"\"\"" { b"" } else { row });
    }

    /// Whether to guard `cell`: a spreadsheet would take it for a formula. Source: OWASP, CSV
    /// Injection.
    fn guards(&self, cell: &[u8]) -> bool {
        self.guard_formulas
            && matches!(
                cell.first(),
                Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')
            )
    }
}

fn is_own_header(cells: [&[u8]; 3]) -> bool {
    cells == COLUMNS.map(str::as_bytes)
}

/// Whether an earlier run wrote this in the column `exposure`.
fn is_answer(cell: &[u8]) -> bool {
    let mut answers = Exposure::ALL.iter().map(|exposure| exposure.code());
    cell == b"blank" || answers.any(|answer| cell == answer.as_bytes())
}

/// The row before its last `N` cells, and those without their quotes. Source names, codes and
/// answers hold no quotes.
fn last_cells<'a, const N: usize>(
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

/// The finding that a row shows: the worst one. `None` if all are blank.
fn worst(findings: &[Finding]) -> Option<&Finding> {
    let answered = findings.iter().filter(|finding| finding.exposure.is_some());
    answered.max_by_key(|finding| finding.exposure.map(Exposure::severity))
}

/// Whether every cell of `row` is quoted. Then the added ones are quoted too.
fn is_all_quoted(quoting: Quoting, row: &[u8], delimiter: &[u8]) -> bool {
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

fn split_line_end(raw: &[u8]) -> (&[u8], &[u8]) {
    let end = match raw {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n' | b'\r' | 0] => 1,
        _ => 0,
    };
    raw.split_at(raw.len() - end)
}

/// Splits off a byte-order mark and a spreadsheet's `sep=` line, which are no cells.
fn split_preamble(row: &[u8]) -> (&[u8], &[u8]) {
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
