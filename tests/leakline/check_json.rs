//! The JSON of `check` from its reader's side: these types take the promised fields and no others.

use serde::Deserialize;

use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    schema_version: u32,
    complete: bool,
    checked: u64,
    exposed: u64,
    not_found: u64,
    not_covered: u64,
    invalid: u64,
    blank: u64,
    suppressed: u64,
    false_positive_rate: f64,
    sources: Vec<Source>,
    countries: Vec<Country>,
    #[expect(dead_code, reason = "the test of readings looks at it")]
    inputs: Vec<Input>,
    results: Vec<Contact>,
    #[expect(dead_code, reason = "the module forger tests it")]
    index: serde_json::Value,
    #[expect(dead_code, reason = "the module outcomes tests it")]
    tool: serde_json::Value,
    #[expect(dead_code, reason = "the module outcomes tests it")]
    outcome: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    title: Option<String>,
    date: Option<String>,
    status: String,
    distinct: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Country {
    #[serde(rename = "country")]
    code: String,
    name: String,
    checked: u64,
    exposed: u64,
    exposed_pct: f64,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    path: String,
    format: String,
    encoding: String,
    #[serde(deserialize_with = "Option::deserialize")]
    compression: Option<String>,
    phone_columns: Vec<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    country_column: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    home: Option<String>,
}

/// Every field must be there, also where it is null.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    input: String,
    line: u64,
    #[serde(deserialize_with = "Option::deserialize")]
    number: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    country: Option<String>,
    status: String,
    sources: Vec<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    cell: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    reason: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    note: Option<String>,
    suppressed: bool,
    #[serde(deserialize_with = "Option::deserialize")]
    fingerprint: Option<String>,
}

const LIST: &str = "name,mobile phone,business phone\n\
    Ann,+12125550100,+12125550100 ext. 7\n\
    Bo,+61491570156,N/A\n\
    Cy,+46701740605,12\n\
    Di,+5215512345678,+1617436800\n\
    Ed,,\n";

fn world() -> World {
    let world = World::with_source("dump.txt", "12125550100\n61491570006\n525512345678\n");
    world.file("older.txt", "12125550100\n");
    let meta = [
        "--title", "Older", "--date", "2019-04", "--status", "verified",
    ];
    world
        .run([&["load", "older.txt"][..], &meta].concat())
        .expect(0);
    world.file("list.csv", LIST);
    world
}

fn report(world: &World, args: &[&str], code: i32) -> Report {
    let args = ["check", "--format", "json"].iter().chain(args);
    serde_json::from_slice(&world.run(args).expect(code).stdout).unwrap()
}

#[test]
fn the_fields_are_those_promised_and_the_sums_hold() {
    let world = world();
    let report = report(&world, &["-i", "list.csv"], 1);
    assert_eq!((report.schema_version, report.complete), (1, true));
    let (checked, exposed) = (report.checked, report.exposed);
    assert_eq!(checked, exposed + report.not_found + report.not_covered);
    assert_eq!(
        (
            checked,
            exposed,
            report.not_found,
            report.not_covered,
            report.invalid,
            report.blank,
            report.suppressed
        ),
        (5, 3, 1, 1, 2, 3, 0)
    );
    assert!(report.false_positive_rate > 0.0 && report.false_positive_rate < 1e-15);
    let sources: Vec<_> = report
        .sources
        .iter()
        .map(|source| (source.name.as_str(), source.distinct))
        .collect();
    assert_eq!(sources, [("breach", 3), ("older", 1)]);
    let older = &report.sources[1];
    assert_eq!(
        (
            older.title.as_deref(),
            older.date.as_deref(),
            older.status.as_str()
        ),
        (Some("Older"), Some("2019-04"), "verified")
    );
    let countries: Vec<_> = report
        .countries
        .iter()
        .map(|row| {
            (
                row.code.as_str(),
                row.name.as_str(),
                row.checked,
                row.exposed,
            )
        })
        .collect();
    assert_eq!(
        countries,
        [
            ("US", "United States", 2, 2),
            ("MX", "Mexico", 1, 1),
            ("AU", "Australia", 1, 0),
            ("SE", "Sweden", 1, 0)
        ]
    );
    assert!((report.countries[0].exposed_pct - 100.0).abs() < f64::EPSILON);
    assert_eq!(report.results.len() as u64, checked + report.invalid);
}

#[test]
fn every_result_tells_place_answer_and_note() {
    let world = world();
    let results = report(&world, &["-i", "list.csv"], 1).results;
    let told: Vec<_> = results
        .iter()
        .map(|row| {
            assert_eq!(row.fingerprint.is_some(), row.status == "exposed");
            assert_eq!(row.number.is_none(), row.status == "invalid");
            let short = |text: &Option<String>| text.clone().unwrap_or_default();
            format!(
                "{} {} {} {} {} [{}] {} {}",
                row.line,
                short(&row.cell),
                short(&row.number),
                short(&row.country),
                row.status,
                row.sources.join(" "),
                short(&row.reason),
                short(&row.note),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "2 mobile phone +1********00 US exposed [breach older]  ",
            "2 business phone +1********00 US exposed [breach older]  extension",
            "3 mobile phone +61*******56 AU not-found []  ",
            "4 mobile phone +46*******05 SE not-covered []  ",
            "4 business phone   invalid [] too_short ",
            "5 mobile phone +52********78 MX exposed [breach]  migrated",
            "5 business phone   invalid [] too_short ",
        ]
    );
}

#[test]
fn lines_of_ndjson_are_the_results() {
    let world = world();
    let run = world
        .run(["check", "--format", "ndjson", "-i", "list.csv"])
        .expect(1);
    let lines: Vec<Contact> = (run.text().lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines, report(&world, &["-i", "list.csv"], 1).results);
}

#[test]
fn what_is_shown_changes_no_sum() {
    let world = world();
    let whole = report(&world, &["-i", "list.csv"], 1);
    for (args, shown) in [
        (&["--summary"][..], 0),
        (&["--only", "exposed"], 3),
        (&["--only", "invalid", "--only", "not-found"], 3),
        (&["--only", "not-covered", "--only", "not-covered"], 1),
        (&["--summary", "--only", "exposed"], 0),
    ] {
        let part = report(&world, &[&["-i", "list.csv"][..], args].concat(), 1);
        assert_eq!(part.results.len(), shown, "{args:?}");
        assert_eq!(
            (
                part.checked,
                part.exposed,
                part.invalid,
                part.blank,
                part.countries.len()
            ),
            (
                whole.checked,
                whole.exposed,
                whole.invalid,
                whole.blank,
                whole.countries.len()
            ),
            "{args:?}"
        );
    }
}

#[test]
fn a_run_that_breaks_off_is_not_complete_and_says_what_was_read() {
    let world = world();
    for (args, exposed) in [
        (&["-i", "list.csv", "-i", "missing.csv"][..], 3),
        (&["-i", "missing.csv", "-i", "list.csv"], 0),
        (&["-i", "list.csv", "--source", "nothing"], 0),
        (&["-i", "list.csv", "--index", "nowhere"], 0),
        (&["-i", "list.csv", "--key-file", "nowhere"], 0),
        (&["-i", "list.csv", "--baseline", "missing.json"], 0),
        (&["-i", "-", "-i", "-"], 0),
    ] {
        let report = report(&world, args, 2);
        assert!(!report.complete, "{args:?}");
        assert_eq!(report.exposed, exposed, "{args:?}");
    }
}

#[test]
fn a_report_says_how_each_list_was_read() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world.file("list.csv", "name;phone;land\nAnn;+12125550100;US\n");
    let run = world.run([
        "check",
        "--country",
        "US",
        "-i",
        "list.csv",
        "--format",
        "json",
    ]);
    let run = run.expect(1);
    let inputs: Vec<Input> = serde_json::from_value(run.json()["inputs"].clone()).unwrap();
    let expected = Input {
        path: "list.csv".to_owned(),
        format: "csv".to_owned(),
        encoding: "utf-8".to_owned(),
        compression: None,
        phone_columns: vec!["phone".to_owned()],
        country_column: Some("land".to_owned()),
        home: Some("US".to_owned()),
    };
    assert_eq!(inputs, [expected]);
    let said = "  list.csv: csv; numbers in phone; country in land; home country US\n";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}
