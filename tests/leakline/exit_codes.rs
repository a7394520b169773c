//! 0, 1, 2, 130 and 141, each for the reasons that are promised.

use std::io::Read as _;
use std::process::Stdio;

use crate::world::{Run, World, finish, names};

const DUMP: &str = "12125550100\n12125550101\n";

fn check(world: &World, args: &[&str]) -> Run {
    world.run(["check"].iter().chain(args))
}

#[test]
fn clean_lists_are_0_and_exposed_ones_are_1() {
    let world = World::with_source("dump.txt", DUMP);
    check(&world, &["+12125550199"]).expect(0);
    check(&world, &["+12125550100"]).expect(1);
    check(&world, &["+12125550199", "+12125550101"]).expect(1);
}

#[test]
fn query_is_another_name_of_check() {
    let world = World::with_source("dump.txt", DUMP);
    world.run(["query", "+12125550100"]).expect(1);
}

#[test]
fn a_wrong_command_line_is_2_and_repeats_no_number() {
    let world = World::new();
    let run = world.run(["12125550100"]).expect(2);
    assert!(!run.stderr.contains("12125550100"), "{}", run.stderr);
    world.run(["check", "--no-such-flag"]).expect(2);
    world
        .run(["check", "--format", "pdf", "+12125550100"])
        .expect(2);
    world.run(["load"]).expect(2);
    world
        .run(["load", "--replace", "--append", "dump.txt"])
        .expect(2);
}

#[test]
fn help_and_version_are_0_and_help_tells_the_exit_codes() {
    let world = World::new();
    let help = world.run(["--help"]).expect(0).text();
    for code in ["0 ", "1 ", "2 ", "130", "141"] {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(code)),
            "{help}"
        );
    }
    assert!(
        world
            .run(["--version"])
            .expect(0)
            .text()
            .starts_with("leakline 0.")
    );
}

#[test]
fn a_missing_index_is_2_and_says_how_to_make_one() {
    let world = World::new();
    world.run(["keygen"]).expect(0);
    let run = check(&world, &["+12125550100"]).expect(2);
    assert!(run.stderr.contains("leakline load"), "{}", run.stderr);
    world.run(["stats"]).expect(2);
    world.run(["sources"]).expect(2);
    world.run(["verify"]).expect(2);
}

#[test]
fn a_missing_key_is_2() {
    let world = World::with_source("dump.txt", DUMP);
    std::fs::remove_file(world.path("config/leakline/key")).unwrap();
    let run = check(&world, &["+12125550100"]).expect(2);
    assert!(run.stderr.contains("--key-file"), "{}", run.stderr);
    // A new load must not start a second key either.
    world.file("other.txt", DUMP);
    world.run(["load", "other.txt"]).expect(2);
}

#[test]
fn a_wrong_key_is_2_and_both_ids_are_named() {
    let world = World::with_source("dump.txt", DUMP);
    let wrong = world.run(["keygen", "wrong"]).expect(0).text();
    let right = world.run(["sources", "--json"]).expect(0).json()["sources"][0]["key_id"].clone();
    for command in [
        &["check", "+12125550100"][..],
        &["load", "dump.txt", "--append", "--source", "breach"],
        &["verify"],
    ] {
        let run = world
            .run(command.iter().chain(&["--key-file", "wrong"]))
            .expect(2);
        let said = format!("{}{}", run.stderr, run.text());
        assert!(
            said.contains(wrong.trim()) && said.contains(right.as_str().unwrap()),
            "{said}"
        );
    }
}

#[test]
fn lists_that_decide_nothing_are_2() {
    let world = World::with_source("dump.txt", DUMP);
    for (list, what) in [
        ("", "an empty list"),
        ("\n\n", "blanks only"),
        ("12\nabc\n", "invalid only"),
        ("+46701740605\n", "not covered only"),
        ("+46701740605\n12\n\n", "none decided"),
    ] {
        let run = world.run_with(["check", "-i", "-"], list.as_bytes());
        assert_eq!(run.code, Some(2), "{what}: {}", run.stderr);
        assert!(
            run.stderr.contains("nothing was decided"),
            "{what}: {}",
            run.stderr
        );
    }
}

#[test]
fn unreadable_lists_are_2_and_the_report_says_that_it_is_not_complete() {
    let world = World::with_source("dump.txt", DUMP);
    world.file("list.txt", "+12125550100\n");
    let run = world
        .run([
            "check",
            "-i",
            "list.txt",
            "-i",
            "missing.txt",
            "--format",
            "json",
        ])
        .expect(2);
    assert_eq!(run.json()["complete"], false);
    assert_eq!(run.json()["exposed"], 1);
    assert!(run.stderr.contains("missing.txt"), "{}", run.stderr);
}

#[test]
fn a_source_that_is_not_there_is_2() {
    let world = World::with_source("dump.txt", DUMP);
    check(&world, &["--source", "other", "+12125550100"]).expect(2);
    check(&world, &["--source", "breach", "+12125550100"]).expect(1);
    world.run(["sources", "remove", "other"]).expect(2);
}

#[test]
fn the_policy_decides_when_exposed_contacts_fail() {
    let world = World::with_source("dump.txt", DUMP);
    let list = "+12125550100\n+12125550101\n+12125550102\n+12125550103\n";
    for (policy, code) in [
        ("any", 1),
        ("none", 0),
        ("2", 1),
        ("3", 0),
        ("50%", 1),
        ("51%", 0),
    ] {
        world
            .run_with(["check", "--fail-on", policy, "-i", "-"], list.as_bytes())
            .expect(code);
    }
    for wrong in ["0", "-1", "some", "101%"] {
        world
            .run_with(["check", "--fail-on", wrong, "-i", "-"], list.as_bytes())
            .expect(2);
    }
}

#[test]
fn more_invalid_contacts_than_allowed_are_2() {
    let world = World::with_source("dump.txt", DUMP);
    let list = b"+12125550100\n+12125550199\n12\n13\n";
    world.run_with(["check", "-i", "-"], list).expect(1);
    world
        .run_with(["check", "--max-invalid", "50", "-i", "-"], list)
        .expect(1);
    world
        .run_with(["check", "--max-invalid", "49", "-i", "-"], list)
        .expect(2);
}

#[test]
fn an_index_that_is_too_old_is_2() {
    let world = World::with_source("dump.txt", DUMP);
    let day = 86_400;
    let run = |days: u64, allowed: &str| {
        let now = (4_070_908_800 + days * day).to_string();
        let args = ["check", "--max-index-age", allowed, "+12125550100"];
        finish(world.command(args).env("SOURCE_DATE_EPOCH", now), b"")
    };
    run(90, "90d").expect(1);
    run(91, "90d").expect(2);
    run(14, "2w").expect(1);
    run(15, "2w").expect(2);
}

#[test]
fn a_full_disk_under_stdout_is_2() {
    let world = World::with_source("dump.txt", DUMP);
    for args in [
        &["check", "+12125550100"][..],
        &["stats"],
        &["sources"],
        &["verify"],
    ] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = world.command(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.contains("stdout") && !said.contains("panicked"),
            "{said}"
        );
    }
}

#[test]
fn a_closed_pipe_is_141_and_quiet() {
    let world = World::with_source("dump.txt", DUMP);
    let list = world.file("list.txt", "+12125550100\n".repeat(200_000));
    for format in ["text", "json", "ndjson", "csv"] {
        let mut child = world
            .command(["check", "--format", format, "-i", list.to_str().unwrap()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(141), "{format}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_130_and_leaves_the_index_as_it_was() {
    let world = World::with_source("dump.txt", DUMP);
    let before = std::fs::read(world.segment("breach")).unwrap();
    // A pipe that nobody closes keeps the load waiting.
    let mut child = world
        .command(["load", "--source", "breach", "--replace", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Long enough for the handler to be there on a busy machine.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let id = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let stdin = child.stdin.take();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(stdin);
    assert_eq!(std::fs::read(world.segment("breach")).unwrap(), before);
    let left = names(&world.path("data/leakline"));
    assert_eq!(left, ["breach.1.segment", "manifest"]);
}
