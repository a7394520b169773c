//! A list of 10,000 contacts: every format counts the same.

use std::fs;

use quick_junit::TestCaseStatus;
use serde_json::Value;

use crate::world::{World, finish};

const CONTACTS: u64 = 10_000;
const EXPOSED: u64 = 37;
const BASELINED: u64 = 3;
const EXPIRED: u64 = 1;
const INVALID: u64 = 12;
const NOT_COVERED: u64 = 5;
const CHECKED: u64 = CONTACTS - INVALID;
const NOT_FOUND: u64 = CHECKED - EXPOSED - NOT_COVERED;
const SUPPRESSED: u64 = BASELINED;
/// The expired one is among them.
const FAILING: u64 = EXPOSED - SUPPRESSED;

/// Numbers for fiction: +1 NPA 555 0100 to 0199, of area codes in use.
fn number(place: u64) -> String {
    const AREAS: [u64; 10] = [201, 202, 203, 205, 206, 207, 208, 209, 210, 212];
    let area = AREAS[usize::try_from(place / 100 % 10).unwrap()];
    format!("+1{area}55501{:02}", place % 100)
}

/// The list, its special contacts spread over it. Numbers 0 to 36 are exposed.
fn list() -> String {
    let mut contacts: Vec<String> = (0..CONTACTS)
        .map(|place| number(37 + place % 900))
        .collect();
    let special = (0..EXPOSED)
        .map(number)
        .chain((0..INVALID).map(|place| format!("{place}x")))
        .chain((0..NOT_COVERED).map(|_| "+46701740605".to_owned()));
    for (turn, contact) in special.enumerate() {
        contacts[turn * 181] = contact;
    }
    let rows = contacts
        .iter()
        .enumerate()
        .map(|(row, contact)| format!("person {row},{contact}\n"));
    format!("name,phone\n{}", rows.collect::<String>())
}

fn world() -> World {
    let dump: String = (0..EXPOSED).map(|place| number(place) + "\n").collect();
    let world = World::with_source("dump.txt", dump);
    world.file("list.csv", list());
    // Four are in the baseline, one of them only until yesterday.
    for (numbers, expires) in [
        (0..EXPIRED, "2099-01-01"),
        (0..EXPIRED + BASELINED, "2099-03-19"),
    ] {
        let known: String = numbers.map(|place| number(place) + "\n").collect();
        world.file("known.txt", known);
        let args = [
            "check",
            "-q",
            "-i",
            "known.txt",
            "--baseline",
            "known.json",
            "--update-baseline",
        ];
        world
            .run([&args[..], &["--baseline-expires", expires]].concat())
            .expect(0);
    }
    world
}

/// The counts under the names that machines know them by.
const NAMED: [(&str, u64); 7] = [
    ("checked", CHECKED),
    ("exposed", EXPOSED),
    ("not_found", NOT_FOUND),
    ("not_covered", NOT_COVERED),
    ("invalid", INVALID),
    ("blank", 0),
    ("suppressed", SUPPRESSED),
];

#[test]
fn every_format_has_the_same_totals() {
    let world = world();
    let mut args = vec![
        "check",
        "-i",
        "list.csv",
        "--baseline",
        "known.json",
        "--format",
        "json",
    ];
    let reports = ["text", "ndjson", "csv", "sarif", "junit", "github", "json"]
        .map(|format| format!("{format}=report.{format}"));
    args.extend(reports.iter().flat_map(|report| ["--report", report]));
    let mut command = world.command(&args);
    // A day later.
    command.env(
        "SOURCE_DATE_EPOCH",
        (4_070_908_800_u64 + 86_400).to_string(),
    );
    command.env("GITHUB_STEP_SUMMARY", world.path("summary.md"));
    let run = finish(&mut command, b"").expect(1);
    let read = |name: &str| fs::read_to_string(world.path(name)).unwrap();
    assert_eq!(run.text(), read("report.json"));

    assert_json(&run.json());
    assert_rows(
        &read("report.ndjson"),
        &read("report.csv"),
        &read("report.text"),
    );
    assert_sarif(&serde_json::from_str(&read("report.sarif")).unwrap());
    assert_junit(&quick_junit::Report::deserialize_from_str(&read("report.junit")).unwrap());
    assert_github(&read("report.github"), &read("summary.md"));
    let said = "9,988 checked: 37 exposed (3 of them known), 9,946 not found, 5 not covered; 12 invalid, 0 blank";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!(
        run.stderr.matches("expired on 2099-01-01").count() as u64,
        EXPIRED
    );
}

const ANSWERS: [(&str, u64); 4] = [
    ("exposed", EXPOSED),
    ("not-found", NOT_FOUND),
    ("not-covered", NOT_COVERED),
    ("invalid", INVALID),
];

fn assert_json(json: &Value) {
    for (name, count) in NAMED {
        assert_eq!(json[name], count, "{name}");
    }
    let results = json["results"].as_array().unwrap();
    for (status, count) in ANSWERS {
        let of_status = results.iter().filter(|result| result["status"] == status);
        assert_eq!(of_status.count() as u64, count, "{status}");
    }
}

/// The formats that have a line a contact.
fn assert_rows(ndjson: &str, csv: &str, text: &str) {
    let rows: Vec<Value> = ndjson
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (status, count) in ANSWERS {
        let of_ndjson = rows.iter().filter(|row| row["status"] == status).count();
        let of_csv = csv
            .lines()
            .filter(|line| line.split(',').nth(2) == Some(status))
            .count();
        let of_text = text
            .lines()
            .filter(|line| line.split(' ').next() == Some(status))
            .count();
        assert_eq!(
            [of_ndjson, of_csv, of_text].map(|rows| rows as u64),
            [count; 3],
            "{status}"
        );
    }
    assert_eq!(text.matches("(known: ").count() as u64, SUPPRESSED);
}

fn assert_sarif(sarif: &Value) {
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    let (_, exposed) = ANSWERS
        .into_iter()
        .find(|(rule, _)| *rule == "exposed")
        .unwrap();
    assert!(results.iter().all(|result| result["ruleId"] == "exposed"));
    assert_eq!(results.len() as u64, exposed - SUPPRESSED);
    for (name, count) in NAMED {
        assert_eq!(run["properties"][name], count, "{name}");
    }
}

fn assert_junit(junit: &quick_junit::Report) {
    assert_eq!(
        (junit.tests as u64, junit.failures as u64),
        (CONTACTS, FAILING)
    );
    let suite = &junit.test_suites[0];
    assert_eq!(suite.skipped as u64, SUPPRESSED + NOT_COVERED + INVALID);
    let is_failed =
        |case: &&quick_junit::TestCase| matches!(case.status, TestCaseStatus::NonSuccess { .. });
    let failed = suite.test_cases.iter().filter(is_failed);
    assert_eq!(
        (suite.test_cases.len() as u64, failed.count() as u64),
        (CONTACTS, FAILING)
    );
    for (property, (name, count)) in suite.properties.iter().zip(NAMED) {
        assert_eq!(
            (property.name.as_str(), property.value.as_str()),
            (name, count.to_string().as_str())
        );
    }
}

fn assert_github(annotations: &str, page: &str) {
    assert!(
        annotations.contains("25 more contacts are exposed"),
        "{annotations}"
    );
    for row in [
        "| exposed | 37 |",
        "baseline | 3 |",
        "| not found | 9,946 |",
        "cannot tell | 5 |",
        "| invalid | 12 |",
    ] {
        assert!(page.contains(row), "{row}: {page}");
    }
}
