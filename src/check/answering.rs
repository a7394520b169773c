//! The last steps of a check: rows are read again, answered, and formatted as pages.

use std::collections::BTreeSet;

use super::{ContactCheck, ListBatch};
use crate::dump::Batch;
use crate::exposure::{Contact, Explanation, Finding, Fingerprint, HomeFrom, Totals};
use crate::index::LookupBatch;
use crate::intake::{EntryOutcome, FileReader, FileReaderScratch, Home, RowEntry};
use crate::report::{ContactList, Page, RawRows};

/// The answers of a batch: for every report the beginning of the list, and the page.
pub(super) struct AnsweredBatch {
    pub(super) totals: Totals,
    pub(super) pages: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) buffer: Vec<u8>,
}

/// One per worker thread, kept between batches.
#[derive(Default)]
pub(super) struct AnswerWorker {
    reader: FileReaderScratch,
    findings: Vec<Finding>,
    /// Length of the last page of each report: the next is about as long.
    page_bytes: Vec<usize>,
    raw: RawRows,
    exposed: BTreeSet<Fingerprint>,
}

impl AnswerWorker {
    /// The fingerprints of all exposed contacts that this worker saw.
    pub(super) fn into_exposed(self) -> BTreeSet<Fingerprint> {
        self.exposed
    }

    /// Answers the contacts of a batch whose numbers were looked up.
    pub(super) fn answer(
        &mut self,
        batch: ListBatch,
        lookup: &LookupBatch,
        check: &ContactCheck<'_>,
    ) -> AnsweredBatch {
        let ListBatch {
            name,
            repeat,
            shape,
            reader,
            rows,
        } = batch;
        let list = ContactList {
            input: &name,
            repeat,
            shape: &shape,
        };
        let mut answered = AnsweredBatch {
            totals: Totals::default(),
            pages: self.empty_pages(check.reports.len()),
            buffer: Vec::new(),
        };
        let Some(rows) = rows else {
            for (report, (head, _)) in check.reports.iter().zip(&mut answered.pages) {
                report.list(&list, head);
            }
            return answered;
        };
        let findings = self.findings(&rows, &reader, lookup, check);
        for finding in &findings {
            answered.totals.count(finding);
        }
        if check.outputs.fingerprints {
            let fingerprints = findings.iter().filter_map(|finding| finding.fingerprint);
            self.exposed.extend(fingerprints);
        }
        let page = Page {
            list,
            findings: &findings,
            raw: &self.raw,
        };
        let pages = answered.pages.iter_mut().zip(&mut self.page_bytes);
        for (report, ((_, body), bytes)) in check.reports.iter().zip(pages) {
            report.page(&page, body);
            *bytes = body.len();
        }
        self.findings = findings;
        answered.buffer = rows.into_buffer();
        answered
    }

    /// Joins the contacts of `rows` with their look-ups. Keeps the rows if a report passes them on.
    fn findings(
        &mut self,
        rows: &Batch,
        reader: &FileReader,
        lookup: &LookupBatch,
        check: &ContactCheck<'_>,
    ) -> Vec<Finding> {
        self.raw.clear();
        let mut answers = (check.checker).answers(lookup, std::mem::take(&mut self.findings));
        let keeps_rows = (check.reports.iter()).any(|report| report.passes_rows_through());
        reader.read(rows, &mut self.reader, &mut |row| {
            if keeps_rows {
                if row.first {
                    self.raw.add_row(row.raw);
                }
                self.raw.add_finding();
            }
            let explains = check.outputs.explanations;
            answers.add(Contact {
                line: row.line,
                column: row.column,
                entry: row.entry,
                unread_place: row.unread.map(|number| number.place().into()),
                explanation: explains.then(|| Box::new(explanation(&row, reader))),
            });
        });
        answers.finish()
    }

    /// An empty page for each report, with room for as many bytes as the last one had.
    fn empty_pages(&mut self, reports: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.page_bytes.resize(reports, 0);
        let with_room = |&bytes: &usize| (Vec::new(), Vec::with_capacity(bytes + bytes / 16));
        self.page_bytes.iter().map(with_room).collect()
    }
}

fn explanation(row: &RowEntry<'_>, reader: &FileReader) -> Explanation {
    Explanation {
        home: row.home,
        home_from: match row.home {
            Home::Region(_) if reader.given_home().is_some() => HomeFrom::Option,
            // Lists take none from their names.
            Home::Region(_) | Home::UnknownName => HomeFrom::Row,
            Home::None => HomeFrom::Nobody,
        },
        reading: match row.entry {
            EntryOutcome::Number(reading) => Some(reading),
            EntryOutcome::Blank | EntryOutcome::Rejected(_) => None,
        },
    }
}
