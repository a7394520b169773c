//! The objects of SARIF, as far as they are written: names and nesting are the format's.

use serde::Serialize;

use super::super::json::Counts;
use super::location::Location;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const VERSION: &str = "2.1.0";

/// The file up to its first result.
#[derive(Serialize)]
pub(super) struct SarifLog {
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

#[derive(Serialize)]
struct SarifTool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: [SarifRule; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRule {
    id: &'static str,
    name: &'static str,
    short_description: SarifMessage<&'static str>,
    full_description: SarifMessage<&'static str>,
    help: SarifMessage<&'static str>,
    help_uri: &'static str,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

/// GitHub's additions to SARIF.
#[derive(Serialize)]
struct RuleProperties {
    /// `security` makes GitHub heed the severity.
    tags: [&'static str; 2],
    /// From 7.0 on GitHub says "high".
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
}

impl SarifLog {
    /// The log of this program.
    pub(super) const THIS: SarifLog = SarifLog {
        schema: SCHEMA,
        version: VERSION,
        runs: [SarifRun {
            tool: SarifTool {
                driver: Driver {
                    name: "leakline",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: [SarifRule::EXPOSED],
                },
            },
            column_kind: "unicodeCodePoints",
            results: [],
        }],
    };
}

impl SarifRule {
    const EXPOSED: SarifRule = SarifRule {
        id: "exposed",
        name: "ExposedNumber",
        short_description: SarifMessage {
            text: "A phone number appears in a scraped dataset",
        },
        full_description: SarifMessage {
            text: "The number of this contact is in at least one dataset that somebody scraped or stole and \
                   passed on. The message names the datasets. A match does not show that a service was \
                   breached: a dataset is what somebody named so.",
        },
        help: SarifMessage {
            text: "Expect fraud by call and text message to the number, and do not use it to prove who \
                   somebody is. Tell the contact. Then make the finding known: `leakline check \
                   --update-baseline` writes it into a baseline with a reason and a date of expiry.",
        },
        help_uri: concat!(
            env!("CARGO_PKG_REPOSITORY"),
            "/blob/main/docs/threat-model.md"
        ),
        default_configuration: Configuration { level: "error" },
        properties: RuleProperties {
            tags: ["security", "privacy"],
            security_severity: "7.0",
        },
    };
}

/// One exposed contact.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
    pub(super) rule_id: &'static str,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    pub(super) message: SarifMessage<String>,
    pub(super) locations: [Location; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partial_fingerprints: Option<PartialFingerprints>,
    pub(super) properties: ResultProperties<'a>,
}

#[derive(Serialize)]
pub(super) struct SarifMessage<T> {
    pub(super) text: T,
}

#[derive(Serialize)]
pub(super) struct PartialFingerprints {
    /// Versioned: a fingerprint that is made in another way gets another name.
    #[serde(rename = "leaklineNumber/v1")]
    pub(super) number: String,
}

#[derive(Serialize)]
pub(super) struct ResultProperties<'a> {
    pub(super) country: Option<&'static str>,
    pub(super) sources: Vec<&'a str>,
}

/// The last part of a run, known at the end.
#[derive(Serialize)]
pub(super) struct RunTail {
    pub(super) invocations: [Invocation; 1],
    pub(super) properties: RunProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    pub(super) exit_code: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
pub(super) struct RunProperties {
    #[serde(flatten)]
    pub(super) counts: Counts,
    pub(super) false_positive_rate: f64,
}

#[derive(Serialize)]
pub(super) struct Notification {
    level: &'static str,
    message: SarifMessage<String>,
}

impl Notification {
    pub(super) fn error(text: String) -> Notification {
        Notification::new("error", text)
    }

    pub(super) fn warning(text: String) -> Notification {
        Notification::new("warning", text)
    }

    pub(super) fn note(text: String) -> Notification {
        Notification::new("note", text)
    }

    fn new(level: &'static str, text: String) -> Notification {
        Notification {
            level,
            message: SarifMessage { text },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposure::Exposure;

    #[test]
    fn the_rule_is_named_as_the_answer() {
        assert_eq!(SarifRule::EXPOSED.id, Exposure::Exposed.code());
    }
}
