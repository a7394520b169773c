//! Where results, summaries and errors of `check` go, in every format.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::process::{Command, Stdio};

use crate::world::{World, finish};

const FORMATS: [&str; 7] = ["text", "json", "ndjson", "csv", "sarif", "junit", "github"];

fn world() -> World {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n");
    world.file(
        "list.csv",
        "name,phone\nAnn,+12125550100\nBo,+12125550199\nCy,abc\n",
    );
    world
}

fn check<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["check", "-i", "list.csv"][..], more].concat()
}

#[test]
fn results_alone_are_on_stdout_and_the_summary_is_on_stderr() {
    let world = world();
    for format in FORMATS {
        let run = world.run(check(&["--format", format])).expect(1);
        assert_ne!(run.text(), "", "{format}");
        assert!(!run.text().contains("leakline: "), "{format}");
        let mut said = run.stderr.lines();
        assert_eq!(
            said.next(),
            Some("leakline: 2 checked: 1 exposed, 1 not found, 0 not covered; 1 invalid, 0 blank"),
            "{format}"
        );
        // People are told how sure an answer is; machines have a field for it.
        let sure = said.next().unwrap_or_default();
        assert_eq!(
            sure.ends_with("false-positive rate: 1.1e-19 per look-up"),
            format == "text",
            "{sure}"
        );
    }
}

/// Asserts that a file holds what stdout was given. Text goes on to explain its words, which
/// stderr does otherwise.
#[track_caller]
fn assert_holds(world: &World, file: &str, shown: &[u8], format: &str) {
    let held = std::fs::read(world.path(file)).unwrap();
    if format == "text" {
        let legend = held.strip_prefix(shown).expect(format);
        let legend = String::from_utf8_lossy(legend);
        assert!(legend.contains("\nbreach (alleged)\n"), "{legend}");
        assert!(legend.contains("\nno_digits: "), "{legend}");
    } else {
        assert!(held == shown, "{format}");
    }
}

#[test]
fn quiet_leaves_the_exit_code_files_and_errors() {
    let world = world();
    for format in FORMATS {
        let shown = world.run(check(&["--format", format])).expect(1).stdout;
        let run = world.run(check(&["-q", "--format", format])).expect(1);
        assert_eq!(
            (run.text().as_str(), run.stderr.as_str()),
            ("", ""),
            "{format}"
        );
        let run = world
            .run(check(&["-q", "--format", format, "-o", "out"]))
            .expect(1);
        assert_eq!(
            (run.text().as_str(), run.stderr.as_str()),
            ("", ""),
            "{format}"
        );
        assert_holds(&world, "out", &shown, format);
        let report = format!("{format}=report");
        let run = world
            .run(check(&["--quiet", "--report", &report]))
            .expect(1);
        assert_eq!(
            (run.text().as_str(), run.stderr.as_str()),
            ("", ""),
            "{format}"
        );
        assert_holds(&world, "report", &shown, format);
        let run = world
            .run(["check", "-q", "--format", format, "abc"])
            .expect(2);
        assert_eq!(run.text(), "");
        assert!(
            run.stderr.starts_with("leakline: nothing was decided"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn several_reports_come_from_one_run_beside_the_results() {
    let world = world();
    let reports: Vec<String> = FORMATS
        .iter()
        .map(|format| format!("{format}=r.{format}"))
        .collect();
    let mut args = check(&["--format", "csv", "-o", "out.csv"]);
    args.extend(reports.iter().flat_map(|report| ["--report", report]));
    assert_eq!(world.run(args).expect(1).text(), "");
    for format in FORMATS {
        let alone = world.run(check(&["--format", format])).expect(1).stdout;
        assert_holds(&world, &format!("r.{format}"), &alone, format);
    }
    assert_eq!(
        std::fs::read(world.path("out.csv")).unwrap(),
        std::fs::read(world.path("r.csv")).unwrap()
    );
}

#[test]
fn nothing_is_written_over_what_is_read_or_written() {
    let world = world();
    for args in [
        &["-o", "list.csv"][..],
        &["--report", "json=list.csv"],
        &["--report", "json=-"],
        &["-o", "-"],
        &["-o", "a", "--report", "json=a"],
        &["--report", "csv=a", "--report", "json=a"],
        &["--report", "json=./list.csv"],
        &["--report", "json"],
        &["--report", "json="],
        &["--report", "=a"],
    ] {
        let run = world.run(check(args));
        assert_eq!(run.code, Some(2), "{args:?}: {}", run.stderr);
        assert!(
            std::fs::read(world.path("list.csv"))
                .unwrap()
                .starts_with(b"name,phone\n"),
            "{args:?}"
        );
    }
    // A device may be written to twice.
    world
        .run(check(&["-o", "/dev/null", "--report", "json=/dev/null"]))
        .expect(1);
}

#[test]
fn a_full_disk_is_2_for_every_format_and_every_way_out() {
    let world = world();
    for format in FORMATS {
        let report = format!("{format}=/dev/full");
        let ways: [&[&str]; 4] = [
            &[],
            &["-o", "/dev/full"],
            &["-q", "--report", &report],
            &["--report", &report],
        ];
        for way in ways {
            let mut command = world.command(check(&[&["--format", format][..], way].concat()));
            let to_stdout = way.is_empty();
            command.stdout(if to_stdout { full() } else { Stdio::null() });
            let output = command.stderr(Stdio::piped()).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{format} {way:?}: {said}");
            let name = if to_stdout { "stdout" } else { "/dev/full" };
            assert!(
                said.contains(&format!(
                    "leakline: {name}: cannot be written: No space left"
                )),
                "{format} {way:?}: {said}"
            );
            assert!(said.contains("make room"), "{said}");
        }
    }
}

#[test]
fn help_that_cannot_be_written_is_2_and_said() {
    let world = World::new();
    for args in [&["--help"] as &[&str], &["load", "-h"], &["--version"]] {
        let mut command = world.command(args);
        let output = command.stdout(full()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains("stdout: cannot be written"), "{stderr}");
    }
}

fn full() -> Stdio {
    OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

#[test]
fn a_report_that_can_be_written_is_written_when_another_cannot() {
    let world = world();
    world
        .run(check(&[
            "--report",
            "text=/dev/full",
            "--report",
            "json=report.json",
        ]))
        .expect(2);
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(world.path("report.json")).unwrap()).unwrap();
    assert_eq!(report["complete"], false);
}

#[test]
fn a_reader_that_went_away_is_141_and_quiet_in_every_format() {
    let world = world();
    // More than any pipe holds.
    world.file(
        "long.csv",
        format!(
            "name,phone\n{}",
            "Ann,+12125550100\nBo,abc\n".repeat(20_000)
        ),
    );
    for format in FORMATS {
        let shows_much = format != "github";
        let list = if shows_much { "long.csv" } else { "list.csv" };
        let mut child = world
            .command(["check", "-i", list, "--format", format])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        if shows_much {
            stdout.read_exact(&mut [0; 10]).unwrap();
        }
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(141), "{format}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
    }
}

#[test]
fn colour_follows_flag_and_environment() {
    let world = world();
    for (flag, environment, is_colored) in [
        ("auto", &[][..], false),
        ("auto", &[("CLICOLOR_FORCE", "1")], true),
        ("auto", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ("auto", &[("NO_COLOR", "1")], false),
        ("auto", &[("TERM", "dumb")], false),
        ("always", &[("NO_COLOR", "1")], true),
        ("always", &[("TERM", "dumb")], true),
        ("never", &[("CLICOLOR_FORCE", "1")], false),
    ] {
        let mut command = world.command(check(&["--color", flag]));
        let run = finish(command.envs(environment.iter().copied()), b"").expect(1);
        assert_eq!(
            run.text().contains('\u{1b}'),
            is_colored,
            "{flag} {environment:?}"
        );
        // Files and machine formats are for machines.
        let mut command = world.command(check(&[
            "--color",
            "always",
            "-o",
            "out.txt",
            "--report",
            "text=r.txt",
        ]));
        finish(command.envs(environment.iter().copied()), b"").expect(1);
        for file in ["out.txt", "r.txt"] {
            assert!(
                !std::fs::read_to_string(world.path(file))
                    .unwrap()
                    .contains('\u{1b}')
            );
        }
    }
}

/// Runs the command on a terminal: `script` of util-linux gives it one for stdin, stdout and
/// stderr.
#[cfg(target_os = "linux")]
fn on_a_terminal(world: &World, args: &[&str], environment: &[(&str, &str)]) -> String {
    let line = [&[env!("CARGO_BIN_EXE_leakline")][..], args]
        .concat()
        .join(" ");
    let template = world.command([""; 0]);
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(world.path("."));
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .env("TERM", "xterm-256color")
        .envs(environment.iter().copied());
    finish(&mut command, b"").text()
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colour_and_one_warning_of_the_history() {
    let world = world();
    let shown = on_a_terminal(
        &world,
        &["check", "12125550100", "12125550199", "--international"],
        &[],
    );
    assert_eq!(shown.matches("shell's history").count(), 1, "{shown}");
    assert!(shown.contains("-i -"), "{shown}");
    assert!(
        shown.contains("\u{1b}[31m") || shown.contains("\u{1b}[1m"),
        "{shown:?}"
    );
    for environment in [
        &[("NO_COLOR", "1")][..],
        &[("TERM", "dumb")],
        // A build service sets `CI` and gives a terminal that is dumb.
        &[("TERM", "dumb"), ("CI", "true")],
    ] {
        for args in [&["check", "-i", "list.csv"][..], &["check", "--help"]] {
            let shown = on_a_terminal(&world, args, environment);
            assert!(!shown.contains('\u{1b}'), "{environment:?}: {shown:?}");
        }
    }
    let forced = [("TERM", "dumb"), ("CLICOLOR_FORCE", "1")];
    let shown = on_a_terminal(&world, &["check", "-i", "list.csv"], &forced);
    assert!(shown.contains("\u{1b}[31m"), "{shown:?}");
    let shown = on_a_terminal(&world, &["check", "-i", "list.csv"], &[]);
    assert!(!shown.contains("history"), "{shown}");
}
