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
        "no contact is a phone number",
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

#[test]
fn every_report_of_an_undecided_run_says_so_and_why() {
    let world = world();
    let summary = world.path("summary.md");
    for (way, args, reason) in WAYS {
        let _ = fs::remove_file(&summary);
        let reports = [
            "check",
            "--report",
            "json=report.json",
            "--report",
            "ndjson=report.ndjson",
            "--report",
            "sarif=report.sarif",
            "--report",
            "junit=report.xml",
            "--report",
            "github=report.log",
            "--report",
            "text=report.txt",
        ];
        let mut command = world.command([&reports[..], args].concat());
        command.env("GITHUB_STEP_SUMMARY", &summary);
        crate::world::finish(&mut command, b"").expect(2);
        let read = |name: &str| fs::read_to_string(world.path(name)).unwrap();
        let says = |report: &str, text: &str| {
            assert!(text.contains(reason), "{way}, {report}: {text}");
        };

        let json: Value = serde_json::from_str(&read("report.json")).unwrap();
        assert_eq!(json["complete"], false, "{way}");
        assert_eq!(json["outcome"]["exit"], 2, "{way}");
        says("json", json["outcome"]["reason"].as_str().unwrap());

        let last: Value =
            serde_json::from_str(read("report.ndjson").lines().last().unwrap()).unwrap();
        assert_eq!(last["complete"], false, "{way}");
        assert_eq!(last["outcome"], json["outcome"], "{way}");

        let sarif: Value = serde_json::from_str(&read("report.sarif")).unwrap();
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false, "{way}");
        assert_eq!(invocation["exitCode"], 2, "{way}");
        let notification = &invocation["toolExecutionNotifications"][0];
        assert_eq!(notification["level"], "error", "{way}");
        says("sarif", notification["message"]["text"].as_str().unwrap());

        let junit = quick_junit::Report::deserialize_from_str(&read("report.xml")).unwrap();
        assert_eq!(junit.errors, 1, "{way}");
        says("junit", &read("report.xml"));

        let annotations = read("report.log");
        let first = annotations.lines().next().unwrap();
        assert!(
            first.starts_with("::error title=undecided::"),
            "{way}: {first}"
        );
        says("github", first);

        let summary = read("summary.md");
        let first = summary.lines().next().unwrap();
        assert!(first.contains("undecided"), "{way}: {first}");

        let text = read("report.txt");
        let last = text.lines().last().unwrap();
        assert!(last.starts_with("undecided (exit 2): "), "{way}: {last}");
        says("text", last);
    }
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
