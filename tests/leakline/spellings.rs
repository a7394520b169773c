//! Every writing of a number meets every other: without a plus, with twins, through old plans.

use crate::world::{World, finish};

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

#[test]
fn what_a_dump_without_a_plus_was_taken_for_is_asked_for_too() {
    // Read as international in Germany, and as a national number in Italy.
    for (file, row, contact) in [
        ("Germany.txt", "4917139200010", "+494917139200010"),
        ("Germany.txt", "4917139200010", "+4917139200010"),
        ("Italy.txt", "3912345678", "+393912345678"),
    ] {
        let found = exposed(file, &[row], &[contact], &[]);
        assert!(
            found[0].starts_with("exposed"),
            "{row} {contact}: {found:?}"
        );
    }
}

#[test]
fn numbers_of_the_overseas_departments_and_of_manila_meet_their_old_forms() {
    let rows = ["+33692123456", "+6327891234", "+24107123456"];
    let contacts = ["+262692123456", "+63287891234", "+24177123456"];
    let found = exposed("dump.txt", &rows, &contacts, &[]);
    assert_eq!(found, ["exposed -", "exposed -", "exposed twin"]);
}

#[test]
fn a_check_says_when_the_plans_are_too_old_by_the_true_time() {
    let world = World::new();
    world.file("dump.txt", "+12125550100\n");
    let today = jiff::tz::Offset::UTC
        .to_datetime(jiff::Timestamp::now())
        .date();
    let is_old = leakline::phone::new_ranges_may_be_unknown(today);
    // Build systems set the variable to the past, and these tests to the future.
    for seconds in ["1000000000", "4070908800"] {
        let mut command = world.command(["check", "--dump", "dump.txt", "+12125550100"]);
        let run = finish(command.env("SOURCE_DATE_EPOCH", seconds), b"").expect(1);
        assert_eq!(run.stderr.contains("months old"), is_old, "{}", run.stderr);
    }
}
