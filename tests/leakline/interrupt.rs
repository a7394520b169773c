//! Ctrl-C at a check, whatever it waits for.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::world::World;

fn interrupt(child: &Child, signal: &str) {
    let id = child.id().to_string();
    let status = Command::new("kill").args([signal, &id]).status().unwrap();
    assert!(status.success());
}

fn start(world: &World, args: &[&str]) -> Child {
    // In the background, signals are ignored that are sent here.
    let mut words = vec!["env", "--default-signal=INT,HUP"];
    if cfg!(not(target_os = "linux")) {
        words.pop();
    }
    words.extend([env!("CARGO_BIN_EXE_leakline"), "check"]);
    words.extend(args);
    start_words(world, &words)
}

fn start_words(world: &World, words: &[&str]) -> Child {
    let template = world.command([""; 0]);
    let mut command = Command::new(words[0]);
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .args(&words[1..])
        .current_dir(world.path(""))
        .env("TMPDIR", world.path("tmp"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn world() -> World {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n");
    std::fs::create_dir(world.path("tmp")).unwrap();
    world.file("list.txt", "+12125550100\n");
    world
}

#[track_caller]
fn assert_interrupted(world: &World, child: Child) {
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(std::fs::read_dir(world.path("tmp")).unwrap().count(), 0);
}

#[track_caller]
fn assert_incomplete(report: &[u8]) {
    let report: Value = serde_json::from_slice(report).unwrap();
    assert_eq!(report["complete"], false);
}

#[test]
fn a_check_that_waits_for_stdin_closes_its_reports() {
    let world = world();
    for signal in ["-INT", "-TERM", "-HUP"] {
        let args = [
            "-i",
            "list.txt",
            "-i",
            "-",
            "--format",
            "json",
            "--report",
            "sarif=r.sarif",
            "--report",
            "junit=r.xml",
        ];
        let mut child = start(&world, &args);
        let mut stdin = child.stdin.take().unwrap();
        // What is there already is no reason to end.
        stdin.write_all(b"+12125550101\n").unwrap();
        let mut stdout = child.stdout.take().unwrap();
        // The report has begun, so nothing but contacts is waited for.
        let mut report = vec![0; 20];
        stdout.read_exact(&mut report).unwrap();
        interrupt(&child, signal);
        stdout.read_to_end(&mut report).unwrap();
        assert_interrupted(&world, child);
        assert_incomplete(&report);
        let sarif: Value =
            serde_json::from_slice(&std::fs::read(world.path("r.sarif")).unwrap()).unwrap();
        assert_eq!(
            sarif["runs"][0]["invocations"][0]["executionSuccessful"],
            false
        );
        let junit = std::fs::read_to_string(world.path("r.xml")).unwrap();
        assert!(
            quick_junit::Report::deserialize_from_str(&junit)
                .unwrap()
                .errors
                > 0
        );
        drop(stdin);
    }
}

#[test]
fn a_check_that_answers_line_by_line_has_answered_all_it_read() {
    let world = world();
    let mut child = start(
        &world,
        &[
            "--line-buffered",
            "--format",
            "ndjson",
            "--report",
            "json=r.json",
        ],
    );
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for last in 0..3 {
        let line = format!("+1212555010{last}\n");
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(line.as_bytes())
            .unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert!(answer.contains("\"line\":"), "{answer}");
    }
    interrupt(&child, "-TERM");
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    let mut said = String::new();
    child
        .stderr
        .as_mut()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(
        said.starts_with("leakline: so far, 3 checked: 2 exposed, 1 not found"),
        "{said}"
    );
    assert!(
        said.ends_with("leakline: interrupted: the index is as it was\n"),
        "{said}"
    );
    let stdin = child.stdin.take();
    assert_interrupted(&world, child);
    drop(stdin);
    let report = std::fs::read(world.path("r.json")).unwrap();
    assert_incomplete(&report);
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(
        (&report["exposed"], &report["checked"]),
        (&2.into(), &3.into())
    );
}

#[test]
fn a_pipe_behind_a_path_is_waited_for_in_the_same_way() {
    let world = world();
    let mut child = start(&world, &["-i", "/dev/fd/0", "--format", "json"]);
    let mut report = vec![0; 20];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut report).unwrap();
    interrupt(&child, "-TERM");
    stdout.read_to_end(&mut report).unwrap();
    let stdin = child.stdin.take();
    assert_interrupted(&world, child);
    drop(stdin);
    assert_incomplete(&report);
}

#[cfg(target_os = "linux")]
#[test]
fn a_named_pipe_that_nobody_writes_to_is_waited_for_in_the_same_way() {
    let world = world();
    let made = Command::new("mkfifo").arg(world.path("pipe")).status();
    assert!(made.unwrap().success());
    let args = ["-i", "list.txt", "-i", "pipe", "--format", "ndjson"];
    let mut child = start(
        &world,
        &[&args[..], &["--line-buffered", "--report", "json=r.json"]].concat(),
    );
    // The first list is answered, so the pipe is opened.
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut answer = String::new();
    stdout.read_line(&mut answer).unwrap();
    interrupt(&child, "-TERM");
    assert_interrupted(&world, child);
    assert_incomplete(&std::fs::read(world.path("r.json")).unwrap());

    let child = start(
        &world,
        &["--dump", "pipe", "--report", "json=d.json", "+12125550100"],
    );
    wait_until_it_sleeps(&child);
    interrupt(&child, "-TERM");
    assert_interrupted(&world, child);
    assert_incomplete(&std::fs::read(world.path("d.json")).unwrap());

    // Somebody who comes late is not too late, and an empty list is one that was written.
    let child = start(&world, &["-i", "pipe", "--format", "csv"]);
    wait_until_it_sleeps(&child);
    std::fs::write(world.path("pipe"), "+12125550100\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let child = start(&world, &["-i", "pipe"]);
    wait_until_it_sleeps(&child);
    std::fs::write(world.path("pipe"), "").unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(2));
}

/// Waits until a process takes SIGTERM itself and sleeps. SIGINT may be ignored: a background job
/// of a script begins so.
#[cfg(target_os = "linux")]
fn wait_until_it_sleeps(child: &Child) {
    // As a bit of the mask in /proc, where signal 1 is the lowest.
    const SIGTERM: u64 = 1 << 14;
    let status = format!("/proc/{}/status", child.id());
    for _ in 0..6000 {
        let status = std::fs::read_to_string(&status).unwrap();
        let field = |name: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .unwrap()
                .trim()
        };
        let caught = u64::from_str_radix(field("SigCgt:"), 16).unwrap();
        let state = field("State:");
        assert!(!state.starts_with('Z'), "it has ended");
        if caught & SIGTERM != 0 && state.starts_with('S') {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("it never waits");
}

#[test]
fn a_check_in_the_midst_of_a_long_list_ends_and_closes_its_report() {
    let world = world();
    let mut child = start(&world, &["--format", "json", "--only", "invalid"]);
    let mut stdin = child.stdin.take().unwrap();
    // An endless list, of few rows in many bytes: only the interrupt ends it.
    let list = format!("+12125550100,{}\n", "x".repeat(10_000)).repeat(20);
    let (send, written) = std::sync::mpsc::channel();
    let writer = std::thread::spawn(move || {
        while stdin.write_all(list.as_bytes()).is_ok() {
            let _ = send.send(());
        }
    });
    // More than a batch or two.
    assert_eq!(written.iter().take(30).count(), 30);
    interrupt(&child, "-TERM");
    let mut report = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut report)
        .unwrap();
    assert_interrupted(&world, child);
    writer.join().unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["complete"], false);
    assert_eq!(report["exposed"], report["checked"]);
}

#[cfg(target_os = "linux")]
#[test]
fn no_core_is_left_of_a_check_that_holds_numbers() {
    use std::os::unix::process::ExitStatusExt as _;
    let world = world();
    let line = format!(
        "ulimit -c unlimited; exec {} check --format json",
        env!("CARGO_BIN_EXE_leakline")
    );
    let template = world.command([""; 0]);
    let mut command = Command::new("sh");
    command.args(["-c", &line]).current_dir(world.path("tmp"));
    for (name, value) in template.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .as_mut()
        .unwrap()
        .write_all(b"+12125550100\n")
        .unwrap();
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut [0; 20])
        .unwrap();
    // SIGQUIT is ignored in the children of a background job, SIGABRT is not.
    interrupt(&child, "-ABRT");
    let status = child.wait().unwrap();
    assert!(
        status.signal().is_some() && !status.core_dumped(),
        "{status}"
    );
    assert_eq!(std::fs::read_dir(world.path("tmp")).unwrap().count(), 0);
}

/// An extract that waits for its key is where one is that checks seals: before it has made
/// anything.
#[cfg(target_os = "linux")]
#[test]
fn an_extract_that_has_not_checked_everything_leaves_nothing() {
    let world = world();
    let mut child = world
        .command([
            "extract",
            "--source",
            "breach",
            "--key-file",
            "/dev/fd/0",
            "small",
        ])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Held open: the end of the key must not come before the signal does.
    let _key = child.stdin.take();
    wait_until_it_sleeps(&child);
    let before: Vec<_> = std::fs::read_dir(world.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    interrupt(&child, "-TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let after: Vec<_> = std::fs::read_dir(world.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(after, before);
    assert!(
        !before
            .iter()
            .any(|name| name.to_string_lossy().starts_with(".extract")),
        "{before:?}"
    );
    assert!(!world.path("small").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_is_ignored_from_the_start_stays_ignored() {
    let world = world();
    let program = env!("CARGO_BIN_EXE_leakline");
    for (name, signal) in [("INT", "-INT"), ("HUP", "-HUP"), ("TERM", "-TERM")] {
        let ignored = format!("--ignore-signal={name}");
        let words = [
            "env", &ignored, program, "check", "-i", "-", "--format", "json",
        ];
        let mut child = start_words(&world, &words);
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 20]).unwrap();
        interrupt(&child, signal);
        std::thread::sleep(std::time::Duration::from_millis(700));
        stdin.write_all(b"+12125550101\n").unwrap();
        drop(stdin);
        let mut report = String::new();
        stdout.read_to_string(&mut report).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{name}");
        assert!(report.contains("\"complete\":true"), "{report}");
    }
}
