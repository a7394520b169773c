//! `--keep-column`: columns of the list in JSON.

use serde_json::{Value, json};

use crate::world::World;

fn kept(world: &World, list: &str, columns: &[&str]) -> Vec<Value> {
    let mut args = vec!["check", "-i", list, "--format", "ndjson", "--country", "DE"];
    for column in columns {
        args.extend(["--keep-column", column]);
    }
    let text = world.run(args).expect(1).text();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|row| row["kept"].clone()).collect()
}

fn world() -> World {
    World::with_source("dump.txt", "12125550100\n491713920010\n")
}

#[test]
fn a_column_of_a_csv_list_is_kept_for_each_answer() {
    let world = world();
    world.file(
        "list.csv",
        "\u{feff}id;name;phone;mobile\n7;\"Lee; Ann\";+12125550100;+12125550199\n8;Bo;12;\n",
    );
    let rows = kept(&world, "list.csv", &["id", "NAME"]);
    let ann = json!({"id": "7", "NAME": "Lee; Ann"});
    assert_eq!(rows, [ann.clone(), ann, json!({"id": "8", "NAME": "Bo"})]);
    let args = [
        "check",
        "-i",
        "list.csv",
        "--format",
        "json",
        "--keep-column",
        "id",
    ];
    let args = [&args[..], &["--only", "invalid"]].concat();
    let report: Value = serde_json::from_str(&world.run(args).expect(1).text()).unwrap();
    assert_eq!(report["results"][0]["kept"], json!({"id": "8"}));
}

#[test]
fn a_key_of_a_json_list_is_kept_and_a_missing_one_is_null() {
    let world = world();
    world.file(
        "list.json",
        r#"[{"id":12345678901234567890,"phone":"+12125550100","a":{"b":true}},{"phone":"+12125550101"}]"#,
    );
    let rows = kept(&world, "list.json", &["id", "a.b"]);
    assert_eq!(
        rows[0],
        json!({"id": "12345678901234567890", "a.b": "true"})
    );
    assert_eq!(rows[1], json!({"id": null, "a.b": null}));
}

#[test]
fn a_number_in_a_kept_column_is_masked() {
    let world = world();
    world.file(
        "list.csv",
        "id,phone\n12125550100,0171 3920010\n3,+12125550100\n",
    );
    let columns = [
        "--phone-column",
        "phone",
        "--keep-column",
        "id",
        "--keep-column",
        "phone",
    ];
    let args = [
        "check",
        "-i",
        "list.csv",
        "--format",
        "ndjson",
        "--country",
        "DE",
    ];
    let args = [&args[..], &columns].concat();
    let text = world.run(args).expect(1).text();
    assert!(
        !text.contains("2125550100") && !text.contains("3920010"),
        "{text}"
    );
    assert!(text.contains("\"kept\":{\"id\":\"3\""), "{text}");
}

#[test]
fn no_column_is_kept_unless_it_is_asked_for() {
    let world = world();
    world.file("list.csv", "id,phone\n7,+12125550100\n");
    let text = world
        .run(["check", "-i", "list.csv", "--format", "ndjson"])
        .expect(1)
        .text();
    assert!(!text.contains("kept"), "{text}");
}

#[test]
fn a_column_that_is_not_there_is_said() {
    let world = world();
    world.file("list.csv", "id,phone\n7,+12125550100\n");
    let list = ["check", "-i", "list.csv", "--format", "ndjson"];
    let args = [&list[..], &["--keep-column", "customer"]].concat();
    let run = world.run(args).expect(1);
    let said = "leakline: list.csv: --keep-column customer: there is no such column";
    assert!(run.stderr.starts_with(said), "{}", run.stderr);
    let there = [&list[..], &["--keep-column", "ID"]].concat();
    assert!(!world.run(there).expect(1).stderr.contains("no such"));
}
