//! `check --explain`: how each contact was read.

use serde_json::{Value, json};

use crate::world::World;

fn world() -> World {
    World::with_source(
        "dump.txt",
        "12125550100\n61491570006\n4917139200102\n525512345678\n",
    )
}

fn explained(list: &str, args: &[&str]) -> Vec<Value> {
    let world = world();
    let args = [&["check", "--explain", "--format", "ndjson"][..], args].concat();
    let run = world.run_with(args, list.as_bytes());
    let text = run.text();
    assert!(
        !text.contains("25550100") && !text.contains("91570006"),
        "{text}"
    );
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|row| row["explain"].clone()).collect()
}

#[test]
fn repairs_migrations_and_grades_are_told() {
    let list =
        "tel:+1-212-555-0100\n+12125550100x12\n'+12125550100\n+5215512345678\n+1617436800\nx\n";
    let rows = explained(list, &["--input-format", "text"]);
    let repairs: Vec<_> = rows.iter().map(|row| row["repairs"].clone()).collect();
    assert_eq!(
        repairs[..3],
        [
            json!(["wrapper"]),
            json!(["extension"]),
            json!(["text_guard"])
        ]
    );
    assert_eq!(rows[0]["grade"], "valid");
    assert_eq!(
        (&rows[3]["migrated"], &rows[0]["migrated"]),
        (&json!(true), &json!(false))
    );
    let nothing = json!({
        "home": null, "home_from": null, "reading": null, "grade": null, "migrated": false, "repairs": [],
        "alternative": null,
    });
    assert_eq!(rows[5], nothing);
}

#[test]
fn the_home_country_and_who_named_it_are_told() {
    let rows = explained("0491570006\n", &["--country", "AU"]);
    assert_eq!(
        (&rows[0]["home"], &rows[0]["home_from"]),
        (&json!("AU"), &json!("option"))
    );
    let rows = explained(
        "phone,country\n0491570006,Australia\n2125550100,US\n+12125550100,Atlantis\n",
        &[],
    );
    let homes: Vec<_> = rows
        .iter()
        .map(|row| (&row["home"], &row["home_from"]))
        .collect();
    let (row, none) = (json!("row"), json!(null));
    assert_eq!(
        homes,
        [(&json!("AU"), &row), (&json!("US"), &row), (&none, &row)]
    );
}

#[test]
fn both_readings_of_ambiguous_digits_are_told() {
    let rows = explained("4917139200102\n", &["--country", "DE"]);
    let alternative = &rows[0]["alternative"];
    assert_eq!(alternative["country"], "DE");
    assert!(
        alternative["number"].as_str().unwrap().starts_with("+49**"),
        "{alternative}"
    );
}

#[test]
fn text_has_lines_below_each_answer_that_fit_a_terminal() {
    let world = world();
    let args = ["check", "--explain", "--country", "AU", "-i", "-"];
    let text = world.run_with(args, b"0491570006\n12\n").expect(1).text();
    let lines: Vec<_> = text.lines().collect();
    let expected = [
        "             read as +61*******06, Australia, valid;",
        "             home country Australia by --country; read as dialled at home",
    ];
    assert_eq!(lines[1..3], expected);
    let expected = "             read as no number; home country Australia by --country";
    assert_eq!(lines[4..], [expected], "{text}");
    assert!(lines.iter().all(|line| line.len() <= 80), "{text}");
}

#[test]
fn nothing_is_told_unless_asked_for() {
    let run = world()
        .run(["check", "--format", "json", "+12125550100"])
        .expect(1);
    assert!(run.json()["results"][0].get("explain").is_none());
}
