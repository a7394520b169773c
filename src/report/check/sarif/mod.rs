//! SARIF 2.1.0 for code scanning: a result per exposed contact that no baseline knows.
//!
//! The other contacts are counts in the properties of the run, because GitHub shows a result as an
//! open alert whatever its kind and its suppressions. A result names file and line, and never a
//! number, not even a masked one. `log.rs` holds the objects of the format, `location.rs` the place
//! of a contact.
//!
//! Source of the format: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.

mod location;
mod log;

use std::fmt::Write as _;

use super::json::Counts;
use super::{Closing, ContactList, Page, Report, ReportOptions, undecided_in_words};
use crate::exposure::{Exposure, Finding, Totals};
use crate::printable::printable;
use crate::report::table::grouped;
use location::Location;
use log::{
    Invocation, Notification, PartialFingerprints, ResultProperties, RunProperties, RunTail,
    SarifLog, SarifMessage, SarifResult,
};

/// One SARIF run.
pub struct Sarif<'a>(pub &'a ReportOptions);

/// The results of one run that GitHub takes; it refuses a file with more.
///
/// Source: GitHub Docs, SARIF support for code scanning, "Validating your SARIF file".
const MOST_RESULTS: u64 = 25_000;

impl Report for Sarif<'_> {
    fn start(&self, out: &mut Vec<u8>) {
        let log = serde_json::to_vec(&SarifLog::THIS).expect("writing to memory does not fail");
        // The brackets stay open: `page` writes the results, `end` the rest of the run.
        out.extend_from_slice(log.strip_suffix(b"]}]}").unwrap_or(&log));
        out.push(b'\n');
    }

    fn list(&self, _: &ContactList<'_>, _: &mut Vec<u8>) {}

    fn page(&self, page: &Page<'_>, out: &mut Vec<u8>) {
        let shown = page
            .findings
            .iter()
            .filter(|finding| self.0.shows(finding) && is_alert(finding));
        for (index, finding) in shown.enumerate() {
            if index > 0 {
                out.extend_from_slice(self.separator());
            }
            let result = self.result(&page.list, finding);
            serde_json::to_writer(&mut *out, &result).expect("writing to memory does not fail");
        }
    }

    fn separator(&self) -> &'static [u8] {
        b",\n"
    }

    fn within_limit<'p>(&self, page: &'p [u8], entries_before: u64) -> (&'p [u8], u64) {
        let room = MOST_RESULTS.saturating_sub(entries_before);
        if room == 0 || page.is_empty() {
            return (&[], 0);
        }
        // A result is one line: a line break within its text is escaped.
        let mut entries = 1;
        for line_end in memchr::memchr_iter(b'\n', page) {
            if entries == room {
                // Without the comma before the line break.
                return (&page[..line_end - 1], entries);
            }
            entries += 1;
        }
        (page, entries)
    }

    fn left_out(&self, totals: &Totals) -> u64 {
        self.alerts(totals).saturating_sub(MOST_RESULTS)
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        let ending = RunTail {
            invocations: [Invocation {
                execution_successful: closing.outcome.is_decided(),
                exit_code: closing.outcome.exit(),
                tool_execution_notifications: self.notifications(closing),
            }],
            properties: RunProperties {
                counts: Counts::of(closing.totals),
                false_positive_rate: self.0.false_positive_rate,
            },
        };
        let ending = serde_json::to_string(&ending).expect("writing to memory does not fail");
        out.extend_from_slice(b"\n],");
        // Cut the brace: these fields belong to the run that `start` opened.
        out.extend_from_slice(ending.trim_start_matches('{').as_bytes());
        out.extend_from_slice(b"]}\n");
    }
}

impl Sarif<'_> {
    /// Contacts that get a result, if there is room for all.
    fn alerts(&self, totals: &Totals) -> u64 {
        if self.0.shows_answer(Exposure::Exposed) {
            totals.exposed() - totals.suppressed
        } else {
            0
        }
    }

    fn result<'a>(&'a self, list: &ContactList<'_>, finding: &'a Finding) -> SarifResult<'a> {
        SarifResult {
            rule_id: Exposure::Exposed.code(),
            rule_index: 0,
            level: "error",
            message: SarifMessage {
                text: self.message(list, finding),
            },
            locations: [Location::of(list, finding)],
            partial_fingerprints: finding.fingerprint.map(|fingerprint| PartialFingerprints {
                number: fingerprint.to_string(),
            }),
            properties: ResultProperties {
                country: finding.number.map(|number| number.region().code()),
                sources: self.0.source_names(finding).collect(),
            },
        }
    }

    fn message(&self, list: &ContactList<'_>, finding: &Finding) -> String {
        let mut text = self.0.in_words(finding, Exposure::Exposed);
        let written = match list.cell(finding) {
            Some(cell) => write!(text, " (column {})", printable(cell)),
            None => Ok(()),
        };
        let written = written.and_then(|()| {
            if list.has_lines() {
                return Ok(());
            }
            let name = printable(list.input);
            write!(text, " (contact {} of {name})", finding.line)
        });
        written.expect("writing to memory does not fail");
        text
    }

    /// The failure of the run, the results that found no room, and the contacts without a result.
    fn notifications(&self, closing: &Closing<'_>) -> Vec<Notification> {
        let failure = closing.outcome.failure();
        let failure = failure.map(|reason| Notification::error(undecided_in_words(reason)));
        let left_out = self.left_out(closing.totals);
        let left_out = (left_out > 0).then(|| {
            Notification::warning(format!(
                "{} more contacts are exposed than the {} results here, the most that GitHub takes",
                grouped(left_out),
                grouped(MOST_RESULTS)
            ))
        });
        let others = without_result(closing.totals);
        (failure.into_iter().chain(left_out).chain(others)).collect()
    }
}

/// Whether a reader has something to do about `finding`.
fn is_alert(finding: &Finding) -> bool {
    finding.exposure == Some(Exposure::Exposed) && finding.suppressed.is_none()
}

/// Counts of the contacts that are no alert; `None` if there are none.
fn without_result(totals: &Totals) -> Option<Notification> {
    let counts = [
        ("known to the baseline", totals.suppressed),
        ("not found", totals.not_found()),
        ("not covered", totals.not_covered()),
        ("invalid", totals.invalid),
    ];
    let counts: Vec<String> = (counts.iter())
        .filter(|(_, count)| *count > 0)
        .map(|(answer, count)| format!("{count} {answer}"))
        .collect();
    (!counts.is_empty()).then(|| {
        let counts = counts.join(", ");
        Notification::note(format!("contacts without a result here: {counts}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_at_the_limit_whatever_their_sizes() {
        let options = ReportOptions::default();
        let sarif = Sarif(&options);
        let page = |results: usize| vec!["{}"; results].join(",\n").into_bytes();
        for sizes in [
            &[10_000, 10_000, 10_000, 5][..],
            &[25_000, 1],
            &[24_999, 1, 1],
        ] {
            let mut written = 0;
            for &size in sizes {
                let page = page(size);
                let (kept, entries) = sarif.within_limit(&page, written);
                let ends_whole = kept.is_empty() || kept.ends_with(b"{}");
                assert!(ends_whole, "{sizes:?}");
                let found = kept.split(|&byte| byte == b'\n');
                assert_eq!(
                    entries,
                    found.filter(|line| !line.is_empty()).count() as u64
                );
                written += entries;
            }
            assert_eq!(written, MOST_RESULTS, "{sizes:?}");
        }
    }
}
