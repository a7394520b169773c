//! A run that ends with 2 says so, and why, in every report: nobody who reads the report alone may
//! take it for a run in which nothing was exposed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::world::World;

/// Fifteen ways to end with 2: the arguments, and a part of the reason.
const WAYS: [(&str, &[&str], &str); 15] = [
    (
        "a list that is not there",
        &["-i", "missing.csv"],
        "missing.csv",
    ),
    (
        "a list that is empty",
        &["-i", "empty.csv"],
        "the list is empty",
    ),
    (
        "no contact is a number",
        &["-i", "words.txt"],
        "is a phone number",
    ),
    (
        "no country is covered",
        &["+46701740605"],
        "nothing was decided",
    ),
    (
        "too many invalid contacts",
        &["-i", "mixed.txt", "--max-invalid", "10"],
        "--max-invalid",
    ),
    (
        "a wrong key",
        &["--key-file", "other.key", "+12125550199"],
        "key",
    ),
    (
        "an empty key",
        &["--key-file", "empty.key", "+12125550199"],
        "empty.key",
    ),
    (
        "a key that is not there",
        &["--key-file", "no.key", "+12125550199"],
        "no.key",
    ),
    (
        "a key that others can read",
        &["--key-file", "open.key", "+12125550199"],
        "open.key",
    ),
    (
        "an index that is not there",
        &["--index", "nowhere", "+12125550199"],
        "nowhere",
    ),
    (
        "an index that is a list",
        &["--index", "mixed.txt", "+12125550199"],
        "mixed.txt",
    ),
    (
        "a source that is not there",
        &["--source", "other", "+12125550199"],
        "other",
    ),
    (
        "a dump that is not there",
        &["--dump", "no.zip", "+12125550199"],
        "no.zip",
    ),
    (
        "a dump that breaks off",
        &["--dump", "cut.gz", "+12125550199"],
        "cut.gz",
    ),
    (
        "a column that is not there",
        &["-i", "table.csv", "--phone-column", "fax"],
        "fax",
    ),
];

fn world() -> World {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n");
    world.file("empty.csv", "");
    world.file("words.txt", "hello\nthere\n");
    world.file("mixed.txt", "+12125550199\nhello\n");
    world.file("table.csv", "phone,name\n+12125550199,Ann\n");
    world.file(
        "cut.gz",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x33\x34\x32\x34\x32",
    );
    world.run(["keygen", "other.key"]).expect(0);
    world.run(["keygen", "open.key"]).expect(0);
    world.file("empty.key", "");
    let set_mode = |name: &str, mode| {
        fs::set_permissions(world.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    set_mode("empty.key", 0o600);
    set_mode("open.key", 0o644);
    world
}

/// A report: whether it says that the run is undecided, and its words about the reason.
type Told = (bool, String);
/// Reads a report.
type Reader = fn(&str) -> Told;

/// The formats that can say how a run ended: all but CSV, whose rows are the user's own.
const FORMATS: [(&str, Reader); 8] = [
    ("text", |report| {
        let last = report.lines().last().unwrap_or_default();
        (last.starts_with("undecided (exit 2): "), last.to_owned())
    }),
    ("json", |report| of_json(report)),
    ("ndjson", |report| {
        of_json(report.lines().last().unwrap_or_default())
    }),
    ("sarif", |report| {
        let log: Value = serde_json::from_str(report).unwrap();
        let invocation = &log["runs"][0]["invocations"][0];
        let notification = &invocation["toolExecutionNotifications"][0];
        let is_undecided = invocation["executionSuccessful"] == false
            && invocation["exitCode"] == 2
            && notification["level"] == "error";
        (is_undecided, notification["message"]["text"].to_string())
    }),
    ("junit", |report| {
        let parsed = quick_junit::Report::deserialize_from_str(report).unwrap();
        (parsed.errors == 1, report.to_owned())
    }),
    ("github", |report| {
        let first = report.lines().next().unwrap_or_default();
        let is_undecided = first.starts_with("::error title=undecided::");
        (is_undecided, first.to_owned())
    }),
    ("markdown", |report| {
        let first = report.lines().next().unwrap_or_default();
        (first.contains("undecided"), report.to_owned())
    }),
    ("html", |report| {
        let says = report.contains("This check is undecided (exit 2): ");
        (says, report.to_owned())
    }),
];

fn of_json(object: &str) -> Told {
    let object: Value = serde_json::from_str(object).unwrap();
    let is_undecided = object["complete"] == false && object["outcome"]["exit"] == 2;
    (is_undecided, object["outcome"]["reason"].to_string())
}

#[test]
fn every_report_of_an_undecided_run_says_so_and_why() {
    let world = world();
    let reports = FORMATS.map(|(format, _)| format!("{format}=report.{format}"));
    let reports: Vec<&str> = (reports.iter())
        .flat_map(|report| ["--report", report])
        .collect();
    let mut silent = Vec::new();
    for (way, args, reason) in WAYS {
        let args = [&["check"], &reports[..], args].concat();
        world.run(args).expect(2);
        for (format, told) in FORMATS {
            let report = fs::read_to_string(world.path(&format!("report.{format}"))).unwrap();
            let (is_undecided, words) = told(&report);
            if !is_undecided {
                silent.push(format!("{way}, {format}: looks decided"));
            } else if !words.contains(reason) {
                silent.push(format!("{way}, {format}: no `{reason}` in: {words}"));
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn the_page_of_a_github_job_says_that_the_run_is_undecided() {
    let world = world();
    let args = ["check", "--format", "github", "-i", "empty.csv"];
    let mut command = world.command(args);
    command.env("GITHUB_STEP_SUMMARY", world.path("summary.md"));
    crate::world::finish(&mut command, b"").expect(2);
    let summary = fs::read_to_string(world.path("summary.md")).unwrap();
    let first = summary.lines().next().unwrap();
    assert!(first.contains("undecided"), "{first}");
}

#[test]
fn a_summary_of_nothing_shows_no_zeros() {
    let world = world();
    world.file("more.txt", "12125550102\n");
    world.run(["load", "more.txt"]).expect(0);
    let run = world
        .run(["check", "--summary", "-i", "empty.csv"])
        .expect(2);
    assert_eq!(run.text(), "");
}

#[test]
fn every_json_object_names_the_program_and_the_outcome() {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n");
    world.file("more.txt", "12125550102\n");
    let runs: [(&[&str], i32); 8] = [
        (&["load", "more.txt", "--json"], 0),
        (&["check", "--format", "json", "+12125550100"], 1),
        (&["check", "--format", "json", "+12125550199"], 0),
        (&["stats", "--format", "json"], 0),
        (&["overlap", "breach", "more", "--format", "json"], 0),
        (&["sources", "--json"], 0),
        (&["verify", "--json"], 0),
        (&["forget", "--json"], 0),
    ];
    for (args, exit) in runs {
        let stdin: &[u8] = if args[0] == "forget" {
            b"+12125550198\n"
        } else {
            b""
        };
        let object = world.run_with(args, stdin).expect(exit).json();
        let tool = &object["tool"];
        assert_eq!(tool["version"], env!("CARGO_PKG_VERSION"), "{args:?}");
        assert_eq!(tool["plans"], leakline::phone::METADATA_VERSION, "{args:?}");
        assert_eq!(
            tool["index_format"],
            leakline::index::FORMAT_VERSION,
            "{args:?}"
        );
        assert_eq!(object["outcome"]["exit"], exit, "{args:?}");
        assert_eq!(object["outcome"]["reason"].is_null(), exit == 0, "{args:?}");
    }
}
