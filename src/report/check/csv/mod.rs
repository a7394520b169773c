//! The rows of the lists, byte for byte and in order, with the columns `exposure,country,sources`
//! added last, in the list's delimiter, quoting, line ends and encoding. One thing changes: a lone
//! half of a surrogate pair in UTF-16 becomes U+FFFD, because it is no text. Of a list that has
//! these three columns last already, they are replaced. `--explain` adds a column `reason` before
//! them. Where the list has a column of such a name, ours is `leakline_country`.

mod added;
mod raw;

use std::borrow::Cow;

use memchr::{memchr3, memmem};
use smallvec::SmallVec;

use super::encoding::encode_from;
use super::ndjson::countries;
use super::{Closing, ContactList, Page, Report, ReportOptions};
use crate::dump::Quoting;
use crate::exposure::{Exposure, Finding};
use added::CsvList;
use raw::{csv_rows, is_all_quoted, split_line_end, split_preamble};

/// Annotated rows; with `--summary`, a table of countries.
pub struct Csv<'a> {
    /// The settings of the run.
    pub options: &'a ReportOptions,
    /// Put an apostrophe before each cell that a spreadsheet would take for a formula.
    pub guard_formulas: bool,
    /// Add the column `reason` before the others: why a row is invalid.
    pub reasons: bool,
}

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
            let of_list = CsvList::of(list);
            let [reason, exposure, country, sources] = of_list.added_names();
            let names = AddedCells {
                reason: &reason,
                answer: [&exposure, &country, &sources],
            };
            self.row(&of_list, list.shape.lead(), &names, out);
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
        let mut record = csv::ByteRecord::new();
        let read = csv_rows(row, byte, quoting).read_byte_record(&mut record);
        if read.is_ok_and(|read| read) {
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

/// The finding that a row shows: the worst one. `None` if all are blank.
fn worst(findings: &[Finding]) -> Option<&Finding> {
    let answered = findings.iter().filter(|finding| finding.exposure.is_some());
    answered.max_by_key(|finding| finding.exposure.map(Exposure::severity))
}
