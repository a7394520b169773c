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
        .env("GITHUB_OUTPUT", world.path("outputs"))
        .envs(
            [
                "MAX_INDEX_AGE",
                "BASELINE",
                "COUNTRY",
                "PHONE_COLUMN",
                "SOURCE",
                "ARGS",
            ]
            .map(|name| (name, "")),
        )
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
    // What is in an input is never run.
    run_action(
        &world,
        &[("LISTS", "$(touch broken)"), ("COUNTRY", "; touch broken")],
    )
    .expect(2);
    assert!(!world.path("broken").exists());
}

/// An upload of SARIF closes alerts, so a job uploads only what was decided.
#[test]
fn the_action_tells_what_was_decided() {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n");
    world.file(
        "list.csv",
        "name,work phone,private\nAnn,+12125550100,+12125550101\nBo,+12125550199,\n",
    );
    let outputs = || {
        let text = fs::read_to_string(world.path("outputs")).unwrap();
        fs::remove_file(world.path("outputs")).unwrap();
        text
    };
    run_action(&world, &[("LISTS", "list.csv")]).expect(1);
    assert_eq!(outputs(), "decided=true\nexposed=2\n");
    let one_column = [("LISTS", "list.csv"), ("PHONE_COLUMN", "work phone")];
    run_action(&world, &one_column).expect(1);
    assert_eq!(outputs(), "decided=true\nexposed=1\n");
    let arguments = "--report\nmarkdown=counts.md\n";
    run_action(
        &world,
        &[
            ("LISTS", "list.csv"),
            ("FAIL_ON", "none"),
            ("ARGS", arguments),
        ],
    )
    .expect(0);
    assert_eq!(outputs(), "decided=true\nexposed=2\n");
    assert!(world.path("counts.md").exists());
    run_action(&world, &[("LISTS", "list.csv"), ("SOURCE", "breach")]).expect(1);
    assert_eq!(outputs(), "decided=true\nexposed=2\n");
    for undecided in [("SOURCE", "other"), ("MAX_INVALID", "x")] {
        run_action(&world, &[("LISTS", "list.csv"), undecided]).expect(2);
        assert_eq!(outputs(), "decided=false\nexposed=\n");
    }
    // Secrets are empty in a job for a pull request from a fork.
    let fork = run_action(&world, &[("LISTS", "list.csv"), ("LEAKLINE_KEY", "")]).expect(2);
    assert!(fork.stderr.contains("from a fork"), "{}", fork.stderr);
    assert_eq!(outputs(), "decided=false\nexposed=\n");
}

/// The release of a version is installed if its checksum is right.
#[cfg(target_os = "linux")]
#[test]
fn a_release_is_installed_under_its_checksum_only() {
    let world = World::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/install");
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let archive = format!("leakline-v0.1.0-{target}.tar.gz");
    // A shell script stands for the program.
    let program = world.file(
        "root/leakline-v0.1.0/leakline",
        "#!/bin/sh\necho released\n",
    );
    let make = format!(
        "chmod +x {} && mkdir -p releases/v0.1.0 && cd releases/v0.1.0 && \
         tar -czf {archive} -C ../../root leakline-v0.1.0 && sha256sum {archive} > SHA256SUMS",
        program.display()
    );
    let shell = |script: &str| {
        let mut command = std::process::Command::new("bash");
        command.args(["-euc", script]).current_dir(world.path(""));
        finish(&mut command, b"")
    };
    shell(&make).expect(0);
    // A `leakline` that this machine has would be taken as it is.
    shell(
        "mkdir tools && for tool in bash curl dirname env grep gzip mkdir mktemp sha256sum sh tar uname; do \
             ln -s \"$(command -v $tool)\" tools/; done",
    )
    .expect(0);
    let install = || {
        let mut command = std::process::Command::new("bash");
        command
            .arg(&script)
            .current_dir(world.path(""))
            .env("PATH", world.path("tools"))
            .env("VERSION", "v0.1.0")
            .env(
                "RELEASES",
                format!("file://{}", world.path("releases").display()),
            )
            .env("RUNNER_TEMP", world.path("temp"))
            .env("GITHUB_PATH", world.path("path"));
        finish(&mut command, b"")
    };
    let run = install().expect(0);
    assert!(run.text().ends_with("released\n"), "{}", run.text());
    let path = fs::read_to_string(world.path("path")).unwrap();
    assert!(Path::new(path.trim()).join("leakline").exists(), "{path}");
    world.file(&format!("releases/v0.1.0/{archive}"), "something else");
    let run = install();
    assert_ne!(run.code, Some(0), "{}", run.text());
}
