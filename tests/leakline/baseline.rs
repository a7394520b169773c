//! `--baseline`: known findings do not fail, until their day has passed.

use serde_json::{Value, json};

use crate::world::{Run, World, finish};

const LIST: &str = "+12125550100\n+12125550101\n+12125550199\n";

fn world() -> World {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n12125550102\n");
    world.file("list.txt", LIST);
    world
}

/// A check of the list on a day, counted from that of the tests' clock.
fn check_on(world: &World, day: u64, args: &[&str]) -> Run {
    let now = (4_070_908_800 + day * 86_400).to_string();
    let args = [
        "check",
        "--format",
        "json",
        "-i",
        "list.txt",
        "--baseline",
        "baseline.json",
    ]
    .iter()
    .chain(args);
    finish(world.command(args).env("SOURCE_DATE_EPOCH", now), b"")
}

fn check(world: &World, args: &[&str]) -> Run {
    check_on(world, 0, args)
}

fn read(world: &World) -> Value {
    serde_json::from_slice(&std::fs::read(world.path("baseline.json")).unwrap()).unwrap()
}

#[test]
fn known_findings_stay_counted_and_do_not_fail() {
    let world = world();
    let made = check(
        &world,
        &["--update-baseline", "--baseline-reason", "told them"],
    )
    .expect(0);
    assert_eq!(made.json()["suppressed"], 2);
    let baseline = read(&world);
    assert_eq!(baseline["schema_version"], 1);
    let entries = baseline["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["reason"], "told them");
    assert_eq!(
        entries[0]["expires"], "2099-04-01",
        "90 days after 2099-01-01"
    );

    let run = check(&world, &[]).expect(0).json();
    assert_eq!(
        (&run["exposed"], &run["suppressed"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(run["results"][0]["suppressed"], true);
    assert_eq!(run["results"][2]["suppressed"], false);

    // A new finding fails, and only that one counts.
    world.file("list.txt", format!("+12125550102\n{LIST}"));
    let run = check(&world, &[]).expect(1).json();
    assert_eq!(
        (&run["exposed"], &run["suppressed"]),
        (&json!(3), &json!(2))
    );
    check(&world, &["--fail-on", "2"]).expect(0);
    let text = world
        .run(["check", "-i", "list.txt", "--baseline", "baseline.json"])
        .expect(1);
    assert_eq!(text.text().matches("(known: told them)").count(), 2);
    let new = [
        "check",
        "-i",
        "list.txt",
        "--baseline",
        "baseline.json",
        "--only",
        "new",
    ];
    let new = world.run(new).expect(1).text();
    assert_eq!(new.lines().count(), 1, "{new}");
    assert!(
        new.starts_with("exposed ") && new.contains("[line 1]"),
        "{new}"
    );
    assert!(
        text.stderr.contains("3 exposed (2 of them known)"),
        "{}",
        text.stderr
    );
}

#[test]
fn an_expired_entry_fails_again_and_is_named() {
    let world = world();
    check(
        &world,
        &["--update-baseline", "--baseline-expires", "2099-01-05"],
    )
    .expect(0);
    check_on(&world, 4, &[]).expect(0);
    let run = check_on(&world, 5, &[]).expect(1);
    assert_eq!(run.json()["suppressed"], 0);
    let fingerprint = read(&world)["entries"][0]["fingerprint"].clone();
    let fingerprint = fingerprint.as_str().unwrap();
    let text = std::fs::read_to_string(world.path("baseline.json")).unwrap();
    let line = text
        .lines()
        .position(|line| line.contains(fingerprint))
        .unwrap()
        + 1;
    let said = format!("baseline.json: line {line}: {fingerprint} expired on 2099-01-05");
    assert!(run.stderr.contains(&said), "{}", run.stderr);
    // An update renews it.
    check_on(&world, 5, &["--update-baseline"]).expect(0);
    assert_eq!(read(&world)["entries"][0]["expires"], "2099-04-06");
}

#[test]
fn a_day_that_has_passed_makes_nothing_known() {
    let world = world();
    let args = ["--update-baseline", "--baseline-expires", "2098-12-31"];
    let run = check(&world, &args).expect(1);
    assert_eq!(run.json()["suppressed"], 0);
    assert!(
        run.stderr.contains("2098-12-31 has passed"),
        "{}",
        run.stderr
    );
    check(&world, &[]).expect(1);
    // What is known already stays so.
    check(&world, &["--update-baseline"]).expect(0);
    let run = check(&world, &args).expect(0);
    assert_eq!(run.json()["suppressed"], 2);
}

#[test]
fn a_clock_that_is_set_back_keeps_nothing_known_and_no_index_fresh() {
    let world = world();
    check(
        &world,
        &["--update-baseline", "--baseline-expires", "2022-11-16"],
    )
    .expect(1);
    let run_in_2022 = |args: &[&str]| {
        let args = ["check", "-i", "list.txt"].iter().chain(args);
        finish(
            world.command(args).env("SOURCE_DATE_EPOCH", "1668556800"),
            b"",
        )
    };
    run_in_2022(&["--baseline", "baseline.json"]).expect(1);
    let load = ["load", "--replace", "--source", "breach", "dump.txt"];
    finish(
        world.command(load).env("SOURCE_DATE_EPOCH", "1668556800"),
        b"",
    )
    .expect(0);
    run_in_2022(&["--max-index-age", "90d"]).expect(2);
}

#[test]
fn an_update_keeps_reasons_and_drops_what_is_over() {
    let world = world();
    check(&world, &["--update-baseline", "--baseline-reason", "first"]).expect(0);
    world.file("list.txt", "+12125550102\n+12125550101\n");
    let run = check(
        &world,
        &["--update-baseline", "--baseline-reason", "second"],
    )
    .expect(0);
    assert!(
        run.stderr
            .contains("1 added, 1 kept, 0 renewed, 1 dropped; added and renewed ones hold until"),
        "{}",
        run.stderr
    );
    let baseline = read(&world);
    let mut reasons: Vec<_> = baseline["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["reason"].as_str().unwrap())
        .collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["first", "second"]);
    // A run over some sources only cannot tell what is over.
    world.file("list.txt", "+12125550101\n");
    check(&world, &["--update-baseline", "--source", "breach"]).expect(0);
    assert_eq!(read(&world)["entries"].as_array().unwrap().len(), 2);
}

#[test]
fn the_same_findings_give_the_same_bytes_in_any_order() {
    let world = world();
    check(&world, &["--update-baseline"]).expect(0);
    let before = std::fs::read(world.path("baseline.json")).unwrap();
    world.file(
        "list.txt",
        "x\n+12125550101\n+1 (212) 555-0100\n+12125550100\n",
    );
    check_on(&world, 3, &["--update-baseline"]).expect(0);
    assert_eq!(std::fs::read(world.path("baseline.json")).unwrap(), before);
    let text = String::from_utf8(before).unwrap();
    assert!(!text.contains("21255501"), "{text}");
}

#[test]
fn a_run_that_is_not_whole_leaves_the_baseline_alone() {
    let world = world();
    check(&world, &["--update-baseline", "-i", "missing.txt"]).expect(2);
    assert!(!world.path("baseline.json").exists());
    world.file("list.txt", "+46701740605\n");
    check(&world, &["--update-baseline"]).expect(2);
    assert!(!world.path("baseline.json").exists());
}

#[test]
fn a_baseline_that_cannot_be_relied_on_is_2() {
    let world = world();
    let run = check(&world, &[]).expect(2);
    assert!(run.stderr.contains("--update-baseline"), "{}", run.stderr);
    check(&world, &["--update-baseline"]).expect(0);
    let good = read(&world).to_string();
    for (what, text) in [
        (
            "another key",
            good.replace(read(&world)["key_id"].as_str().unwrap(), "0123456789abcdef"),
        ),
        ("no JSON", "[".to_owned()),
        ("no reason", good.replace("no reason given", "")),
        ("no date", good.replace("2099-04-01", "never")),
        (
            "a field that is not known",
            good.replace("\"expires\"", "\"until\""),
        ),
    ] {
        world.file("baseline.json", text);
        let run = check(&world, &[]);
        assert_eq!(run.code, Some(2), "{what}: {}", run.stderr);
        assert!(
            run.stderr.contains("baseline.json"),
            "{what}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_throw_away_key_makes_no_baseline() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let args = [
        "check",
        "--dump",
        "dump.txt",
        "--baseline",
        "b.json",
        "--update-baseline",
        "+12125550100",
    ];
    let run = world.run(args).expect(2);
    assert!(run.stderr.contains("leakline load"), "{}", run.stderr);
}
