//! The JSON of `check` against the schema that the project publishes.

use serde_json::{Value, json};

use crate::schemas::{assert_valid, closed_schema, validator};
use crate::world::World;

/// The part of the schema that describes a result.
fn result_validator() -> jsonschema::Validator {
    let mut schema = closed_schema("check");
    schema =
        json!({"$schema": schema["$schema"], "$ref": "#/$defs/result", "$defs": schema["$defs"]});
    jsonschema::validator_for(&schema).unwrap()
}

const LIST: &str = "phone,mobile,country\n+12125550100,+12125550100x7,\n+61491570156,0491570006,AU\n+46701740605,,\n\
    12,+1617436800,\n4917139200102,,DE\n+5215512345678,tel:+12125550101,Atlantis\n\"unclosed,,\n";

fn world() -> World {
    let world = World::with_source(
        "dump.txt",
        "12125550100\n61491570006\n4917139200102\n525512345678\n",
    );
    world.file("older.txt", "12125550100\n+870773111632\n");
    let meta = [
        "--date", "2019-04", "--status", "verified", "--title", "Older",
    ];
    world
        .run([&["load", "older.txt"][..], &meta].concat())
        .expect(0);
    world.file("list.csv", LIST);
    world
}

#[test]
fn every_kind_of_run_is_as_the_schema_says() {
    let world = world();
    let whole = validator("check");
    for args in [
        &[][..],
        &["--explain"],
        &["--explain", "--show-numbers", "--country", "DE"],
        &["--summary"],
        &["--only", "invalid"],
        &["+870773111632"],
        &["--baseline", "known.json", "--update-baseline"],
        &["--baseline", "known.json"],
        &["-i", "missing.csv"],
        &["--index", "nowhere"],
        &["--dump", "dump.txt"],
    ] {
        let run = world.run([&["check", "--format", "json", "-i", "list.csv"][..], args].concat());
        assert_valid(whole, &run.json());
    }
}

#[test]
fn lines_of_ndjson_are_results_of_the_schema() {
    let world = world();
    let result = result_validator();
    let run = world
        .run(["check", "--format", "ndjson", "--explain", "-i", "list.csv"])
        .expect(1);
    let mut answers: Vec<String> = Vec::new();
    for line in run.text().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert_valid(&result, &row);
        answers.push(row["status"].as_str().unwrap().to_owned());
    }
    answers.sort();
    answers.dedup();
    assert_eq!(answers, ["exposed", "invalid", "not-covered", "not-found"]);
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let world = world();
    let whole = validator("check");
    let good = world
        .run(["check", "--format", "json", "+12125550100"])
        .expect(1)
        .json();
    assert_valid(whole, &good);
    for (place, wrong) in [
        ("/results/0/status", json!("maybe")),
        ("/results/0/number", json!("12125550100")),
        ("/results/0/sources", json!([])),
        ("/results/0/fingerprint", json!("XYZ")),
        ("/exposed", json!(-1)),
        ("/countries/0/country", json!("usa")),
        ("/schema_version", json!(2)),
        ("/outcome/exit", json!(3)),
        ("/tool/plans_date", json!("October")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = wrong;
        assert!(!whole.is_valid(&bad), "{place}");
    }
}
