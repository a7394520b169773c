//! Help texts, manual pages, completions and messages, as users see them.
//!
//! `LEAKLINE_SNAPSHOTS=write cargo test help` writes the snapshots anew.

use std::fs;
use std::path::Path;

use crate::world::World;

const CODES: [&str; 5] = ["0", "1", "2", "130", "141"];

#[track_caller]
fn assert_snapshot(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/leakline/snapshots")
        .join(name);
    if std::env::var_os("LEAKLINE_SNAPSHOTS").is_some_and(|value| value == "write") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    assert_eq!(text, expected, "{name}: see the head of this module");
}

#[test]
fn help_is_as_it_was() {
    let world = World::new();
    for (name, args) in [
        ("leakline.short.txt", &["-h"][..]),
        ("leakline.long.txt", &["--help"]),
        ("check.short.txt", &["check", "-h"]),
        ("check.long.txt", &["check", "--help"]),
        ("merge.long.txt", &["merge", "--help"]),
    ] {
        assert_snapshot(name, &world.run(args).expect(0).text());
    }
}

#[test]
fn messages_are_as_they_were() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world.file("list.txt", "+12125550100\n12\n");
    let empty = world.path("empty");
    let mut said = String::new();
    for args in [
        &["check"][..],
        &["check", "--format", "pdf"],
        &["check", "--index", "none", "-i", "list.txt"],
        &["check", "--key-file", "none", "-i", "list.txt"],
        &["check", "--source", "other", "-i", "list.txt"],
        &["check", "-i", "missing.txt"],
        &["check", "-i", "list.txt", "--max-invalid", "5"],
        &["check", "+46701740605"],
        &["check", "12"],
        &["check", "-i", "list.txt", "--baseline", "known.json"],
        &[
            "check",
            "--dump",
            "dump.txt",
            "-i",
            "list.txt",
            "--baseline",
            "known.json",
        ],
        &["man", "nothing"],
        &["stats", "--threads", "0"],
        &["load", "dump.txt", "--phone-field", "-1"],
    ] {
        let run = world.run(args).expect(2);
        said.extend(["$ leakline ", &args.join(" "), "\n", &run.stderr, "\n"]);
    }
    let folder = empty.parent().unwrap().display().to_string();
    assert_snapshot("messages.txt", &said.replace(&folder, "FOLDER"));
}

#[test]
fn exit_codes_stand_in_short_help_long_help_and_manual() {
    let world = World::new();
    let holds_codes = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        CODES.iter().all(|code| words.contains(code))
    };
    for command in [
        "keygen",
        "load",
        "check",
        "stats",
        "overlap",
        "sources",
        "forget",
        "verify",
        "extract",
        "completions",
        "man",
    ] {
        let short = world.run([command, "-h"]).expect(0).text();
        let long = world.run([command, "--help"]).expect(0).text();
        let page = world.run(["man", command]).expect(0).text();
        for text in [&short, &long, &page] {
            assert!(holds_codes(text), "{command}: {text}");
        }
        assert!(
            !short.contains("Examples:") && long.contains("Examples:"),
            "{command}"
        );
        assert!(page.contains(&format!("leakline\\-{command}")), "{page}");
    }
}

#[test]
fn the_manual_is_a_page_a_command() {
    let world = World::new();
    world.run(["man", "--folder", "man1"]).expect(0);
    for page in [
        "leakline.1",
        "leakline-check.1",
        "leakline-load.1",
        "leakline-sources-remove.1",
    ] {
        let text = fs::read_to_string(world.path("man1").join(page)).unwrap();
        assert!(text.contains(".SH NAME"), "{page}");
    }
    let pages = fs::read_dir(world.path("man1")).unwrap();
    for page in pages {
        let name = page.unwrap().file_name().into_string().unwrap();
        assert!(!name.contains("help"), "{name}");
        let asked = name.trim_end_matches(".1").trim_start_matches("leakline");
        let asked = asked.trim_start_matches('-');
        let written = fs::read_to_string(world.path("man1").join(&name)).unwrap();
        let args = ["man", asked];
        let args = if asked.is_empty() { &args[..1] } else { &args };
        assert_eq!(world.run(args).expect(0).text(), written, "{name}");
    }
    let quiet = world.run(["man", "-q"]).expect(0);
    assert_eq!(quiet.text(), "");
    assert!(
        world
            .run(["man"])
            .expect(0)
            .text()
            .contains(".SH SUBCOMMANDS")
    );
}

#[test]
fn completions_know_the_flags_in_every_shell() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = world.run(["completions", shell]).expect(0).text();
        assert!(script.contains("update-baseline"), "{shell}");
    }
    world.run(["completions", "tcsh"]).expect(2);
    let quiet = world.run(["completions", "bash", "-q"]).expect(0);
    assert_eq!(quiet.text(), "");
}

/// Bash itself completes a flag from the script.
#[cfg(target_os = "linux")]
#[test]
fn bash_completes_from_the_script() {
    let world = World::new();
    let script = world.run(["completions", "bash"]).expect(0).text();
    world.file("leakline.bash", script);
    let ask = "source ./leakline.bash; COMP_WORDS=(leakline check --update-b); COMP_CWORD=2; \
        _leakline leakline --update-b check; echo \"${COMPREPLY[@]}\"";
    let output = std::process::Command::new("bash")
        .args(["--norc", "-c", ask])
        .current_dir(world.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.trim(), "--update-baseline");
}
