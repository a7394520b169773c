//! SARIF 2.1.0 for code scanning: a result per exposed contact that no baseline knows. The others
//! are counts in the properties of the run, because GitHub shows a result as an open alert whatever
//! its kind and its suppressions. A result names file and line, and never a number, not even a
//! masked one.
//!
//! Source of the format: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::github::undecided_in_words;
use super::json::Counts;
use super::{Closing, ContactList, Page, Report, ReportOptions};
use crate::dump::Format;
use crate::exposure::{Exposure, Finding};
use crate::printable::printable;

/// One SARIF run.
pub struct Sarif<'a>(pub &'a ReportOptions);

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const VERSION: &str = "2.1.0";

impl Report for Sarif<'_> {
    fn start(&self, out: &mut Vec<u8>) {
        let log = Log {
            schema: SCHEMA,
            version: VERSION,
            runs: [SarifRun {
                tool: SarifTool::of_this(),
                column_kind: "unicodeCodePoints",
                results: [],
            }],
        };
        let log = serde_json::to_vec(&log).expect("writing to memory does not fail");
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
            if let Some(exposure) = finding.exposure {
                let result = self.result(&page.list, finding, exposure);
                serde_json::to_writer(&mut *out, &result).expect("writing to memory does not fail");
            }
        }
    }

    fn separator(&self) -> &'static [u8] {
        b",\n"
    }

    fn end(&self, closing: &Closing<'_>, out: &mut Vec<u8>) {
        let ending = SarifRunEnd {
            invocations: [Invocation {
                execution_successful: closing.outcome.is_decided(),
                exit_code: closing.outcome.exit(),
                tool_execution_notifications: notifications(closing),
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
    fn result<'a>(
        &'a self,
        list: &ContactList<'a>,
        finding: &'a Finding,
        exposure: Exposure,
    ) -> SarifResult<'a> {
        let rule = SarifRule::of(exposure);
        SarifResult {
            rule_id: exposure.code(),
            rule_index: exposure as usize,
            kind: rule.kind,
            level: rule.default_configuration.level,
            message: SarifMessage {
                text: self.message(list, finding, exposure),
            },
            locations: [Location::of(list, finding)],
            partial_fingerprints: finding.fingerprint.map(|fingerprint| PartialFingerprints {
                number: fingerprint.to_string(),
            }),
            properties: ResultProperties {
                country: finding.number.map(|number| number.region().code()),
                sources: self.0.source_names(finding).collect(),
                reason: finding.reason,
            },
        }
    }

    fn message(&self, list: &ContactList<'_>, finding: &Finding, exposure: Exposure) -> String {
        let mut text = self.0.in_words(finding, exposure);
        if let Some(cell) = list.cell(finding) {
            write!(text, " (column {})", printable(cell)).expect("writing to memory does not fail");
        }
        if !list.has_lines() {
            write!(
                text,
                " (contact {} of {})",
                finding.line,
                printable(list.input)
            )
            .expect("writing to memory does not fail");
        }
        text
    }
}

impl ContactList<'_> {
    /// Its path; `None` for stdin and arguments.
    pub(super) fn path(&self) -> Option<&str> {
        (!matches!(self.input, "-" | "argument")).then_some(self.input)
    }

    /// Whether [`Finding::line`] is a line of a file. In a JSON document it counts values.
    pub(super) fn has_lines(&self) -> bool {
        self.path().is_some() && self.shape.format() != Format::Json
    }
}

/// Whether a reader has something to do about `finding`.
fn is_alert(finding: &Finding) -> bool {
    finding.exposure == Some(Exposure::Exposed) && finding.suppressed.is_none()
}

/// `path` as a URI reference (RFC 3986): bytes that a URI may not contain become `%XX`.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if Path::new(path).is_absolute() {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => write!(uri, "%{byte:02X}").expect("writing to memory does not fail"),
        }
    }
    uri
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun; 1],
}

/// The first part of a run, known before the lists are read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun {
    tool: SarifTool,
    column_kind: &'static str,
    results: [(); 0],
}

/// The last part of a run, known at the end.
#[derive(Serialize)]
struct SarifRunEnd {
    invocations: [Invocation; 1],
    properties: RunProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

/// The failure of the run, and the contacts that have no result.
fn notifications(closing: &Closing<'_>) -> Vec<Notification> {
    let failure = closing.outcome.failure().map(|reason| Notification {
        level: "error",
        message: SarifMessage {
            text: undecided_in_words(reason),
        },
    });
    let totals = closing.totals;
    let without_result = [
        ("known to the baseline", totals.suppressed),
        ("not found", totals.not_found()),
        ("not covered", totals.not_covered()),
        ("invalid", totals.invalid),
    ];
    let counts: Vec<String> = without_result
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(answer, count)| format!("{count} {answer}"))
        .collect();
    let others = (!counts.is_empty()).then(|| Notification {
        level: "note",
        message: SarifMessage {
            text: format!("contacts without a result here: {}", counts.join(", ")),
        },
    });
    failure.into_iter().chain(others).collect()
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: SarifMessage<String>,
}

#[derive(Serialize)]
struct RunProperties {
    #[serde(flatten)]
    counts: Counts,
    false_positive_rate: f64,
}

#[derive(Serialize)]
struct SarifTool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: [SarifRule; 4],
}

impl SarifTool {
    fn of_this() -> SarifTool {
        SarifTool {
            driver: Driver {
                name: "leakline",
                semantic_version: env!("CARGO_PKG_VERSION"),
                // `rule_index` of a result is its `Exposure` as a number.
                rules: Exposure::ALL.map(SarifRule::of),
            },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRule {
    id: &'static str,
    name: &'static str,
    short_description: SarifMessage<&'static str>,
    full_description: SarifMessage<&'static str>,
    help: SarifMessage<&'static str>,
    default_configuration: Configuration,
    properties: RuleProperties,
    #[serde(skip)]
    kind: &'static str,
}

/// GitHub's additions to SARIF.
#[derive(Serialize)]
struct RuleProperties {
    tags: [&'static str; 1],
    /// From 7.0 on GitHub says "high".
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

impl SarifRule {
    /// The rule for `exposure`. Only a failure has a level other than `none` (SARIF 2.1.0,
    /// 3.27.10).
    fn of(exposure: Exposure) -> SarifRule {
        let (name, kind, level, short, help) = match exposure {
            Exposure::Exposed => (
                "ExposedNumber",
                "fail",
                "error",
                "A phone number appears in a scraped dataset",
                "Treat calls and messages to and from the number with care, and do not use it to prove who somebody is. \
                 Findings that are known are kept quiet with --baseline.",
            ),
            Exposure::NotFound => (
                "NumberNotFound",
                "pass",
                "none",
                "A phone number appears in no dataset that was searched",
                "Nothing is to be done.",
            ),
            Exposure::NotCovered => (
                "CountryNotCovered",
                "open",
                "none",
                "No dataset that was searched holds numbers of this country",
                "leakline cannot tell. Load a dataset of the country; `leakline stats` lists the covered countries.",
            ),
            Exposure::Invalid => (
                "NotANumber",
                "notApplicable",
                "none",
                "A contact is not a phone number",
                "Correct the contact, or say how to read it: --country says how to read numbers without a country code.",
            ),
        };
        SarifRule {
            id: exposure.code(),
            name,
            short_description: SarifMessage { text: short },
            full_description: SarifMessage { text: help },
            help: SarifMessage { text: help },
            default_configuration: Configuration { level },
            properties: RuleProperties {
                tags: ["privacy"],
                security_severity: (exposure == Exposure::Exposed).then_some("7.0"),
            },
            kind,
        }
    }
}

#[derive(Serialize)]
struct SarifMessage<T> {
    text: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    kind: &'static str,
    level: &'static str,
    message: SarifMessage<String>,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_fingerprints: Option<PartialFingerprints>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct PartialFingerprints {
    /// Versioned: a fingerprint that is made in another way gets another name.
    #[serde(rename = "leaklineNumber/v1")]
    number: String,
}

#[derive(Serialize)]
struct ResultProperties<'a> {
    country: Option<&'static str>,
    sources: Vec<&'a str>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<LineRegion>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineRegion {
    start_line: u64,
}

impl Location {
    fn of(list: &ContactList<'_>, finding: &Finding) -> Location {
        // GitHub refuses a file with a result without a physical location.
        let path = match list.input {
            "-" => "stdin",
            path => path,
        };
        Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: uri(path) },
                region: list.has_lines().then_some(LineRegion {
                    start_line: finding.line,
                }),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uri_references() {
        assert_eq!(uri("lists/a b%ü.csv"), "lists/a%20b%25%C3%BC.csv");
        assert_eq!(uri("/tmp/a:b"), "file:///tmp/a%3Ab");
    }

    #[test]
    fn each_rule_has_the_index_of_its_answer() {
        for (index, rule) in SarifTool::of_this().driver.rules.iter().enumerate() {
            assert_eq!(rule.id, Exposure::ALL[index].code());
            assert_eq!(Exposure::ALL[index] as usize, index);
        }
    }
}
