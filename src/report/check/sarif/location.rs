//! The place of a contact, as SARIF says it.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::super::ContactList;
use crate::dump::Format;
use crate::exposure::Finding;

/// The place of a result. GitHub refuses a whole file for one result without file and line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: LineRegion,
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
    pub(super) fn of(list: &ContactList<'_>, finding: &Finding) -> Location {
        let path = match list.input {
            "-" => "stdin",
            path => path,
        };
        // A JSON document and arguments have no lines: the message names the contact.
        let has_lines = list.input != "argument" && list.shape.format() != Format::Json;
        Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: uri(path) },
                region: LineRegion {
                    start_line: if has_lines { finding.line } else { 1 },
                },
            },
        }
    }
}

/// `path` as a URI reference (RFC 3986): bytes that a URI may not contain become `%XX`.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if Path::new(path).is_absolute() {
        uri.push_str("file://");
    }
    // GitHub knows a file by its path from the root of the repository.
    for byte in path.strip_prefix("./").unwrap_or(path).bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => write!(uri, "%{byte:02X}").expect("writing to memory does not fail"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uri_references() {
        assert_eq!(uri("lists/a b%ü.csv"), "lists/a%20b%25%C3%BC.csv");
        assert_eq!(uri("/tmp/a:b"), "file:///tmp/a%3Ab");
        assert_eq!(uri("./list.csv"), "list.csv");
    }
}
