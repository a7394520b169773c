//! A JSON object per finding and line: the objects of `results` of the JSON report.

use serde::{Serialize, Serializer};

use super::kept::{KeptCells, KeptColumns};
use super::{Closing, ContactList, Page, Report, ReportOptions};
use crate::exposure::{Explanation, Exposure, Finding, Totals};
use crate::index::IndexState;
use crate::phone::{Grade, Number, ReadAs, Region};
use crate::report::{RunOutcome, Tool, percent};

/// A stream of findings.
pub struct Ndjson<'a>(pub &'a ReportOptions);

impl Report for Ndjson<'_> {
    fn start(&self, _: &mut Vec<u8>) {}

    fn list(&self, _: &ContactList<'_>, _: &mut Vec<u8>) {}

    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        write_results(self.0, page, b"\n", out);
        if !out.is_empty() {
            out.push(b'\n');
        }
    }

    fn passes_rows_through(&self) -> bool {
        !self.0.keep.is_empty()
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        if self.0.summary {
            for country in countries(closing.totals) {
                serde_json::to_writer(&mut *out, &country)
                    .expect("writing to memory does not fail");
                out.push(b'\n');
            }
        }
        // A stream that just stops looks like that of a run that went well. Whoever interrupts
        // knows.
        if closing.outcome.failure().is_some() && !closing.outcome.is_interrupted() {
            let failure = Failure {
                complete: false,
                index: self.0.index,
                tool: Tool::THIS,
                outcome: closing.outcome,
            };
            serde_json::to_writer(&mut *out, &failure).expect("writing to memory does not fail");
            out.push(b'\n');
        }
    }
}

/// The last line of a run that is undecided.
#[derive(Serialize)]
struct Failure<'a> {
    complete: bool,
    index: Option<IndexState>,
    tool: Tool,
    outcome: &'a RunOutcome,
}

/// Writes the shown findings of `page` as JSON objects with `separator` between them.
pub(super) fn write_results(
    options: &ReportOptions,
    page: &Page<'_>,
    separator: &[u8],
    out: &mut Vec<u8>,
) {
    let kept = KeptColumns::new(options, page.list.shape);
    let mut rows = page.raw.rows(page.findings);
    let mut row: (&[u8], &[Finding]) = (&[], &[]);
    let mut is_first = true;
    for finding in page.findings {
        if kept.is_some() {
            while row.1.is_empty() {
                row = rows.next().expect("every finding is of a row");
            }
            row.1 = &row.1[1..];
        }
        if !options.shows(finding) {
            continue;
        }
        if !std::mem::take(&mut is_first) {
            out.extend_from_slice(separator);
        }
        let kept = kept.as_ref().map(|kept| kept.cells(row.0, finding));
        let row = ResultRow {
            input: page.list.input,
            line: finding.line,
            number: finding.number.map(|number| ShownNumber(options, number)),
            country: finding.number.map(|number| number.region().code()),
            status: finding.exposure.map_or("blank", Exposure::code),
            sources: SourceNames(options, finding),
            cell: page.list.cell(finding),
            reason: finding.reason,
            note: finding.note.map(crate::exposure::Note::code),
            explain: finding
                .explanation
                .as_deref()
                .map(|explanation| Explain::of(options, explanation)),
            suppressed: finding.suppressed.is_some(),
            kept,
            fingerprint: finding
                .fingerprint
                .map(|fingerprint| fingerprint.to_string()),
        };
        serde_json::to_writer(&mut *out, &row).expect("writing to memory does not fail");
    }
}

/// The counts by country of the checked numbers.
pub(super) fn countries(totals: &Totals) -> impl Iterator<Item = CheckedCountry> {
    totals
        .countries()
        .into_iter()
        .map(|(region, checked, exposed)| CheckedCountry {
            code: region.code(),
            name: region.name(),
            checked,
            exposed,
            exposed_pct: percent(exposed, checked),
        })
}

#[derive(Serialize)]
pub(super) struct CheckedCountry {
    #[serde(rename = "country")]
    code: &'static str,
    name: &'static str,
    checked: u64,
    exposed: u64,
    exposed_pct: f64,
}

#[derive(Serialize)]
struct ResultRow<'a> {
    input: &'a str,
    line: u64,
    number: Option<ShownNumber<'a>>,
    country: Option<&'static str>,
    status: &'static str,
    sources: SourceNames<'a>,
    cell: Option<&'a str>,
    reason: Option<&'static str>,
    note: Option<&'static str>,
    suppressed: bool,
    fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<KeptCells<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Explain<'a>>,
}

/// How a contact was read.
#[derive(Serialize)]
struct Explain<'a> {
    /// The home country of national numbers, and where it was named.
    home: Option<&'static str>,
    home_from: Option<&'static str>,
    /// `home` or `international`: how the digits of the number are written.
    reading: Option<&'static str>,
    grade: Option<&'static str>,
    migrated: bool,
    repairs: Vec<&'static str>,
    /// The other number that the same digits can be.
    alternative: Option<Alternative<'a>>,
}

#[derive(Serialize)]
struct Alternative<'a> {
    number: ShownNumber<'a>,
    country: &'static str,
}

impl<'a> Explain<'a> {
    fn of(options: &'a ReportOptions, explanation: &Explanation) -> Explain<'a> {
        let Explanation {
            home,
            home_from,
            reading,
        } = *explanation;
        Explain {
            home: home.region().map(Region::code),
            home_from: home_from.code(),
            reading: reading.map(|reading| match reading.read_as {
                ReadAs::Home => "home",
                ReadAs::International => "international",
            }),
            grade: reading.map(|reading| match reading.grade {
                Grade::Valid => "valid",
                Grade::Possible => "possible",
            }),
            migrated: reading.is_some_and(|reading| reading.migrated),
            repairs: reading
                .map(|reading| reading.repairs.codes().collect())
                .unwrap_or_default(),
            alternative: reading
                .and_then(|reading| reading.alternative)
                .map(|number| Alternative {
                    number: ShownNumber(options, number),
                    country: number.region().code(),
                }),
        }
    }
}

/// The names of the sources that hold a number.
struct SourceNames<'a>(&'a ReportOptions, &'a Finding);

impl Serialize for SourceNames<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.source_names(self.1))
    }
}

/// A number as the run shows it.
struct ShownNumber<'a>(&'a ReportOptions, Number);

impl Serialize for ShownNumber<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.number(self.1).as_str())
    }
}
