//! The composite action: its script runs the check that it promises.

use std::fs;
use std::path::Path;

use crate::world::{Run, World, finish};

/// The script of the last step.
fn script() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    let text = fs::read_to_string(path).unwrap();
    let (_, script) = text.rsplit_once("      run: |\n").unwrap();
    script
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("        ").unwrap()))
        .collect()
}

fn run_action(world: &World, variables: &[(&str, &str)]) -> Run {
    let key = fs::read_to_string(world.path("config/leakline/key")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_leakline")).parent().unwrap();
    let search = std::env::var("PATH").unwrap();
    let mut command = std::process::Command::new("bash");
    // As GitHub runs a step of `shell: bash`.
    command
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script()])
        .current_dir(world.path(""))
        .env("PATH", format!("{}:{search}", program.display()))
        .env("HOME", world.path(""))
        .env("LEAKLINE_KEY", key.trim())
        .env("LEAKLINE_INDEX", world.path("data/leakline"))
        .env("GITHUB_STEP_SUMMARY", world.path("summary.md"))
        .envs([
            ("FAIL_ON", "any"),
            ("MAX_INVALID", "100"),
            ("SARIF", "leakline.sarif"),
        ])
        .envs(["MAX_INDEX_AGE", "BASELINE", "COUNTRY"].map(|name| (name, "")))
        .envs(variables.iter().copied());
    finish(&mut command, b"+12125550100\n")
}

#[test]
fn the_action_annotates_and_leaves_sarif_and_a_table() {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n");
    world.file("lists/one list.csv", "name,phone\nAnn,+12125550100\n");
    world.file("two.txt", "+12125550199\n");
    let run = run_action(&world, &[("LISTS", "lists/one list.csv\n\ntwo.txt\n")]).expect(1);
    assert!(
        run.text()
            .starts_with("::error file=lists/one list.csv,line=2,"),
        "{}",
        run.text()
    );
    let sarif = fs::read_to_string(world.path("leakline.sarif")).unwrap();
    assert!(sarif.contains("one%20list.csv"), "{sarif}");
    assert!(
        fs::read_to_string(world.path("summary.md"))
            .unwrap()
            .contains("1 of 2 numbers exposed")
    );
    run_action(&world, &[("LISTS", "two.txt")]).expect(0);
    let load = ["load", "--replace", "--source", "breach", "dump.txt"];
    finish(
        world.command(load).env("SOURCE_DATE_EPOCH", "1668556800"),
        b"",
    )
    .expect(0);
    run_action(&world, &[("LISTS", "two.txt"), ("MAX_INDEX_AGE", "1d")]).expect(2);
    // Nothing named is nothing checked: stdin is no list here.
    run_action(&world, &[("LISTS", "")]).expect(2);
    // What stands in an input is never run.
    run_action(
        &world,
        &[("LISTS", "$(touch broken)"), ("COUNTRY", "; touch broken")],
    )
    .expect(2);
    assert!(!world.path("broken").exists());
}
