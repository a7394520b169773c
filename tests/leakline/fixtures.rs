//! The fixtures against their expected results, as the README's first command runs them.

use std::fs;

use serde_json::Value;

use crate::world::{World, fixture};

fn expected(name: &str) -> Value {
    serde_json::from_slice(&fs::read(fixture("expected").join(name)).unwrap()).unwrap()
}

/// Every field of `expected` must be in `got`. Rows of tables are matched by the field that names
/// them.
#[track_caller]
fn assert_holds(got: &Value, expected: &Value, place: &str) {
    match (got, expected) {
        (Value::Object(got), Value::Object(expected)) => {
            for (name, expected) in expected {
                let got = got
                    .get(name)
                    .unwrap_or_else(|| panic!("{place} has no {name}"));
                assert_holds(got, expected, &format!("{place}.{name}"));
            }
        }
        (Value::Array(got), Value::Array(expected)) => {
            assert_eq!(got.len(), expected.len(), "{place}");
            for expected in expected {
                let key = ["country", "path", "line"]
                    .into_iter()
                    .find(|key| !expected[*key].is_null());
                let key = key.unwrap_or_else(|| panic!("{place} holds a row without a name"));
                let mut rows = got.iter().filter(|row| row[key] == expected[key]);
                // Numbers of one country may be in several rows of results: those have lines.
                let key = if expected["line"].is_null() {
                    key
                } else {
                    "line"
                };
                let row = rows.find(|row| row[key] == expected[key]);
                let row = row.unwrap_or_else(|| panic!("{place} has no row {}", expected[key]));
                assert_holds(row, expected, &format!("{place}[{}]", expected[key]));
            }
        }
        _ => assert_eq!(got, expected, "{place}"),
    }
}

#[test]
fn the_dumps_load_as_expected() {
    let world = World::new();
    let mut command = world.command(["load", "--json", "--source", "fixtures", "dumps"]);
    let run = crate::world::finish(
        command
            .current_dir(fixture(""))
            .env("LEAKLINE_INDEX", world.path("index")),
        b"",
    );
    assert_holds(&run.expect(0).json(), &expected("load.json"), "load");
}

#[test]
fn the_contacts_are_answered_as_expected() {
    let world = World::new();
    let (dumps, contacts) = (fixture("dumps"), fixture("contacts.csv"));
    let run = world.run([
        "check".as_ref(),
        "--format".as_ref(),
        "json".as_ref(),
        "--dump".as_ref(),
        dumps.as_os_str(),
        "-i".as_ref(),
        contacts.as_os_str(),
    ]);
    let mut expected = expected("check.json");
    let code = expected.as_object_mut().unwrap().remove("exit").unwrap();
    let run = run.expect(i32::try_from(code.as_i64().unwrap()).unwrap());
    assert_holds(&run.json(), &expected, "check");
}
