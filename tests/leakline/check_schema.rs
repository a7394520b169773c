//! The JSON of `check` against the schema that the project publishes.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::world::World;

/// The whole schema, or the part of it that describes a result.
fn validator(part: Option<&str>) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/check.schema.json");
    let mut schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    // A published schema is open, so that fields may come; here a field without a description
    // fails.
    close(&mut schema);
    if let Some(part) = part {
        schema = json!({"$schema": schema["$schema"], "$ref": format!("#/$defs/{part}"), "$defs": schema["$defs"]});
    }
    jsonschema::validator_for(&schema).unwrap()
}

/// Refuses fields that a schema does not name.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("type") == Some(&"object".into())
                && !fields.contains_key("additionalProperties")
            {
                fields.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[track_caller]
fn assert_valid(validator: &jsonschema::Validator, value: &Value) {
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
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
    let whole = validator(None);
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
        assert_valid(&whole, &run.json());
    }
}

#[test]
fn lines_of_ndjson_are_results_of_the_schema() {
    let world = world();
    let result = validator(Some("result"));
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
    let whole = validator(None);
    let good = world
        .run(["check", "--format", "json", "+12125550100"])
        .expect(1)
        .json();
    assert_valid(&whole, &good);
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
