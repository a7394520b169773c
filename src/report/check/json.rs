//! One JSON object. The results come first, because they are written while the lists are still
//! read; the totals come last.

use serde::Serialize;

use super::ndjson::{CheckedCountry, countries, write_results};
use super::{Closing, ContactList, ListReading, Page, Report, ReportOptions};
use crate::exposure::Totals;
use crate::index::IndexState;
use crate::report::{RunOutcome, SourceLine, Tool};

/// One object for the whole check.
pub struct Json<'a>(pub &'a ReportOptions);

impl Report for Json<'_> {
    fn start(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"schema_version\":1,\"results\":[\n");
    }

    fn list(&self, _: &ContactList<'_>, _: &mut Vec<u8>) {}

    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        write_results(self.0, page, self.separator(), out);
    }

    fn separator(&self) -> &'static [u8] {
        b",\n"
    }

    fn passes_rows_through(&self) -> bool {
        !self.0.keep.is_empty()
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        let totals = closing.totals;
        let sums = Sums {
            complete: closing.outcome.is_decided(),
            counts: Counts::of(totals),
            false_positive_rate: self.0.false_positive_rate,
            sources: &self.0.sources,
            countries: countries(totals).collect(),
            inputs: closing.inputs,
            index: self.0.index,
            tool: Tool::THIS,
            outcome: closing.outcome,
        };
        let sums = serde_json::to_string(&sums).expect("writing to memory does not fail");
        out.extend_from_slice(b"\n],");
        // Cut the brace: these fields belong to the object that `start` opened.
        out.extend_from_slice(sums.trim_start_matches('{').as_bytes());
        out.push(b'\n');
    }
}

#[derive(Serialize)]
struct Sums<'a> {
    complete: bool,
    #[serde(flatten)]
    counts: Counts,
    false_positive_rate: f64,
    sources: &'a [SourceLine],
    countries: Vec<CheckedCountry>,
    inputs: &'a [ListReading],
    index: Option<IndexState>,
    tool: Tool,
    outcome: &'a RunOutcome,
}

/// The counts by answer, under their JSON names.
#[derive(Serialize)]
pub(super) struct Counts {
    checked: u64,
    exposed: u64,
    not_found: u64,
    not_covered: u64,
    invalid: u64,
    blank: u64,
    suppressed: u64,
}

impl Counts {
    pub(super) fn of(totals: &Totals) -> Counts {
        Counts {
            checked: totals.checked(),
            exposed: totals.exposed(),
            not_found: totals.not_found(),
            not_covered: totals.not_covered(),
            invalid: totals.invalid,
            blank: totals.blank,
            suppressed: totals.suppressed,
        }
    }

    /// Name and count, for formats without fields of their own for them.
    pub(super) fn named(&self) -> [(&'static str, u64); 7] {
        [
            ("checked", self.checked),
            ("exposed", self.exposed),
            ("not_found", self.not_found),
            ("not_covered", self.not_covered),
            ("invalid", self.invalid),
            ("blank", self.blank),
            ("suppressed", self.suppressed),
        ]
    }
}
