//! The published schemas, and every JSON object that a test prints held to the one of its command.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use crate::world::World;

/// The commands with JSON output.
const NAMES: [&str; 10] = [
    "check", "extract", "forget", "load", "merge", "overlap", "sources", "stats", "verify",
    "version",
];

/// Reports whose fields are many and still grow: a field without a description is no mistake there.
const OPEN: [&str; 2] = ["overlap", "stats"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas")
}

fn published(name: &str) -> Value {
    let path = folder().join(format!("{name}.schema.json"));
    let schema = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    schema
}

/// The schema of a command's JSON. A published schema is open, so that fields may come; here a
/// field without a description fails.
pub(crate) fn closed_schema(name: &str) -> Value {
    let mut schema = published(name);
    if !OPEN.contains(&name) {
        close(&mut schema);
    }
    schema
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

/// Of [`closed_schema`].
pub(crate) fn validator(name: &str) -> &'static Validator {
    static VALIDATORS: LazyLock<HashMap<&str, Validator>> = LazyLock::new(|| {
        let named = NAMES.iter().map(|&name| {
            let validator = jsonschema::validator_for(&closed_schema(name)).unwrap();
            (name, validator)
        });
        named.collect()
    });
    &VALIDATORS[name]
}

#[track_caller]
pub(crate) fn assert_valid(validator: &Validator, value: &Value) {
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

/// Holds what `command` printed to the schema of its JSON, if it is JSON.
#[track_caller]
pub(crate) fn assert_published(command: &Command, stdout: &[u8]) {
    let words: Vec<&str> = command
        .get_args()
        .filter_map(|word| word.to_str())
        .collect();
    // `check` prints a value in an array or a SARIF log too: those have no version of a schema.
    let Ok(object) = serde_json::from_slice::<Value>(stdout) else {
        return;
    };
    if object.get("schema_version").is_none() {
        return;
    }
    let called = words.iter().find_map(|word| match *word {
        "query" => Some("check"),
        word => NAMES.contains(&word).then_some(word),
    });
    assert_valid(validator(called.unwrap_or("check")), &object);
}

#[test]
fn schemas_are_published_under_ids_and_say_the_same_of_the_same() {
    let files = crate::world::names(&folder());
    let names: Vec<&str> = (files.iter())
        .map(|file| file.strip_suffix(".schema.json").unwrap())
        .collect();
    assert_eq!(names, NAMES);
    let check = published("check");
    for name in NAMES {
        let schema = published(name);
        assert_eq!(schema["$id"], format!("urn:leakline:schema:{name}:1"));
        for part in ["tool", "outcome", "count", "country", "source"] {
            let other = &schema["$defs"][part];
            assert!(
                other.is_null() || *other == check["$defs"][part],
                "{name}: {part}"
            );
        }
    }
}

#[test]
fn every_command_with_json_prints_what_its_schema_says() {
    let world = World::with_source("dump.txt", "12125550100\n+61491570006\n12\n\n");
    world.file("claimed.csv", "US,10\n");
    world.file("other.csv", "phone,mobile\n+12125550101,+46701740605\n");
    let other = [
        "load",
        "--source",
        "c",
        "--index",
        "other",
        "other.csv",
        "--json",
    ];
    for (name, args) in [
        (
            "load",
            &["load", "other.csv", "--claimed", "claimed.csv", "--json"][..],
        ),
        (
            "load",
            &["load", "other.csv", "--dry-run", "--source", "x", "--json"],
        ),
        ("load", &other),
        ("check", &["check", "--format", "json", "+12125550100"]),
        ("stats", &["stats", "--format", "json"]),
        (
            "overlap",
            &["overlap", "breach", "other", "--format", "json"],
        ),
        ("sources", &["sources", "--json"]),
        ("verify", &["verify", "--json"]),
        ("extract", &["extract", "--country", "US", "out", "--json"]),
        ("merge", &["merge", "other", "--json"]),
        ("version", &["version", "--json"]),
    ] {
        let run = world.run(args);
        assert_valid(validator(name), &run.json());
    }
    let forgotten = world.run_with(["forget", "--json"], b"+12125550100\n");
    assert_valid(validator("forget"), &forgotten.json());
    let extracted = world
        .run(["extract", "--country", "AU", "small", "--json"])
        .json();
    assert_eq!(
        extracted["sources"][0]["countries"],
        serde_json::json!(["AU"])
    );
}
