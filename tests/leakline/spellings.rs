//! Every writing of a number meets every other: without a plus, with twins, through old plans.

use crate::world::World;

/// Loads `rows` as a dump of this name, and asks for the contacts with more arguments.
fn exposed(file: &str, rows: &[&str], contacts: &[&str], args: &[&str]) -> Vec<String> {
    let world = World::new();
    world.file(file, rows.join("\n") + "\n");
    world.run(["load", "--source", "breach", file]).expect(0);
    let all = [&["check", "-i", "-", "--format", "ndjson"], args].concat();
    let run = world.run_with(all, (contacts.join("\n") + "\n").as_bytes());
    let lines = run.text();
    let rows = lines.lines().map(|line| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        format!(
            "{} {}",
            row["status"].as_str().unwrap(),
            row["note"].as_str().unwrap_or("-")
        )
    });
    rows.collect()
}

#[test]
fn digits_without_a_plus_meet_the_number_with_one() {
    for (file, row, contact, args) in [
        ("Germany.txt", "49-171-3920010", "+491713920010", &[][..]),
        ("Germany.txt", "49 (171) 3920012", "+491713920012", &[]),
        ("dump.txt", "+12125550100", "1-212-555-0100", &[]),
        (
            "dump.txt",
            "+46701740605",
            "46 70-174 06 05",
            &["--country", "DE"],
        ),
        ("Brazil.txt", "005533929420954", "+5533929420954", &[]),
        ("dump.txt", "+12125550100", "+1 (0)2125550100", &[]),
        ("dump.txt", "+393134558122", "+39 (0)3134558122", &[]),
    ] {
        let found = exposed(file, &[row], &[contact], args);
        assert!(
            found[0].starts_with("exposed"),
            "{row} {contact}: {found:?}"
        );
    }
}

#[test]
fn rows_of_the_other_kind_change_no_reading() {
    let rows = [
        "4917139200010",
        "4917139200011",
        "03012345678",
        "xyz",
        "03012345679",
    ];
    let found = exposed(
        "Germany.txt",
        &rows,
        &["+4917139200010", "+4917139200011"],
        &[],
    );
    assert_eq!(found, ["exposed -", "exposed -"]);
}

#[test]
fn a_home_s_number_is_not_an_american_one() {
    let found = exposed(
        "China.txt",
        &["13125550199"],
        &["+8613125550199", "+13125550199"],
        &[],
    );
    assert_eq!(found, ["exposed -", "not-covered -"]);
}

#[test]
fn a_number_is_found_under_its_twin() {
    for (row, contact) in [
        ("+553176543210", "+5531976543210"),
        ("+37744123456", "+38344123456"),
        ("+38643123456", "+38343123456"),
        ("+972599123456", "+970599123456"),
        ("+5491123456789", "+541123456789"),
    ] {
        assert_eq!(
            exposed("dump.txt", &[row], &[contact], &[]),
            ["exposed twin"],
            "{row}"
        );
        assert_eq!(
            exposed("dump.txt", &[contact], &[row], &[]),
            ["exposed twin"],
            "{contact}"
        );
        assert_eq!(
            exposed("dump.txt", &[row, contact], &[row], &[]),
            ["exposed -"],
            "{row}"
        );
    }
}

#[test]
fn an_old_number_meets_today_s() {
    for (old, new) in [
        ("+23418040123", "+2342018040123"),
        ("+5651212345", "+56512212345"),
        ("+38649123456", "+38349123456"),
    ] {
        assert_eq!(
            exposed("dump.txt", &[old], &[new], &[]),
            ["exposed -"],
            "{old}"
        );
        assert_eq!(
            exposed("dump.txt", &[new], &[old], &[]),
            ["exposed migrated"],
            "{old}"
        );
    }
}
