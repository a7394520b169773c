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
        "version",
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
        for section in [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "EXIT STATUS",
            "ENVIRONMENT",
            "FILES",
            "EXAMPLES",
            "SEE ALSO",
        ] {
            let heading = [format!(".SH {section}\n"), format!(".SH \"{section}\"\n")];
            assert!(
                heading.iter().any(|heading| page.contains(heading)),
                "{command}: {section}"
            );
        }
    }
}

/// What `mandoc` finds fault with in a page; nothing where there is no `mandoc`.
fn lint(page: &Path) -> String {
    let mut mandoc = std::process::Command::new("mandoc");
    let output = mandoc.args(["-Tlint", "-W", "all"]).arg(page).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8(output.stdout).unwrap(),
    )
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
        assert_eq!(lint(&world.path("man1").join(&name)), "");
        assert!(written.lines().all(|line| line.len() <= 80), "{name}");
    }
    let check = world.run(["man", "check"]).expect(0).text();
    let synopsis = ".SH SYNOPSIS\n\\fBleakline check\\fR [OPTIONS] [NUMBER]...\n";
    assert!(check.contains(synopsis), "{check}");
    let unwrapped = check.replace("\\\n", "");
    assert!(unwrapped.contains(" [possible values: auto, text, csv, json, "));
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
fn there_are_completions_for_five_shells() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = world.run(["completions", shell]).expect(0).text();
        assert!(script.contains("leakline"), "{shell}");
    }
    world.run(["completions", "tcsh"]).expect(2);
    let quiet = world.run(["completions", "bash", "-q"]).expect(0);
    assert_eq!(quiet.text(), "");
}

/// What bash proposes for the last of `words`.
#[cfg(target_os = "linux")]
fn proposed(world: &World, words: &[&str]) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_leakline")).parent().unwrap();
    let search = std::env::var("PATH").unwrap();
    let last = words.len() - 1;
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let ask = format!(
        "source ./leakline.bash; COMP_WORDS=({}); COMP_CWORD={last}; COMP_TYPE=9; \
         $(complete -p leakline | sed 's/.*-F \\([^ ]*\\).*/\\1/') leakline '{}' '{}'; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words[last],
        words[last - 1],
    );
    let mut command = std::process::Command::new("bash");
    command
        .args(["--norc", "-c", &ask])
        .current_dir(world.path(""))
        .env("PATH", format!("{}:{search}", program.display()))
        .env("XDG_DATA_HOME", world.path("data"))
        .env("XDG_CONFIG_HOME", world.path("config"));
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().map(|line| line.trim().to_owned()).collect()
}

/// Bash itself completes flags, values and the sources of the index from the script.
#[cfg(target_os = "linux")]
#[test]
fn bash_completes_flags_values_and_sources() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world
        .run(["load", "--source", "forum-2021", "dump.txt"])
        .expect(0);
    let script = world.run(["completions", "bash"]).expect(0).text();
    world.file("leakline.bash", script);
    let with = |words: &[&str]| proposed(&world, &[&["leakline"], words].concat());
    assert_eq!(with(&["check", "--update-b"]), ["--update-baseline"]);
    let answers = ["exposed", "not-found", "not-covered", "invalid", "new"];
    assert_eq!(with(&["check", "--only", ""]), answers);
    let grades = ["alleged", "verified", "disputed", "fabricated"];
    assert_eq!(with(&["load", "--status", ""]), grades);
    assert_eq!(with(&["load", "--accept", ""]), ["valid", "possible"]);
    let countries = with(&["check", "--country", ""]);
    assert!(
        countries.contains(&"EG".to_owned()) && countries.len() > 200,
        "{countries:?}"
    );
    for words in [
        &["check", "--source", ""][..],
        &["extract", "--source", ""],
        &["sources", "remove", ""],
        &["overlap", ""],
    ] {
        let sources = with(words);
        assert!(
            sources.contains(&"forum-2021".to_owned()),
            "{words:?}: {sources:?}"
        );
    }
    assert_eq!(with(&["check", "--report", "sar"]), ["sarif="]);
    assert_eq!(with(&["man", "sources-r"]), ["sources-remove"]);
    // Another index than the default one: it has no such source.
    let elsewhere = with(&["check", "--index", "nowhere", "--source", "forum"]);
    assert_eq!(elsewhere, [""]);
}

#[test]
fn the_version_is_one_line_and_tells_all_when_asked() {
    let world = World::new();
    let line = concat!("leakline ", env!("CARGO_PKG_VERSION"), "\n");
    for flag in ["-V", "--version"] {
        assert_eq!(world.run([flag]).expect(0).text(), line);
    }
    let text = world.run(["version"]).expect(0).text();
    assert!(text.starts_with(line), "{text}");
    let tool = &world.run(["version", "--json"]).expect(0).json()["tool"];
    let plans = tool["plans"].as_str().unwrap();
    let date = tool["plans_date"].as_str().unwrap();
    assert!(
        text.contains(&format!("libphonenumber {plans} of {date}")),
        "{text}"
    );
}
