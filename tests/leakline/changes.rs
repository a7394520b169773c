//! `docs/changes.md`, cell by cell: at each moment of a change a signal, an error or a kill. What
//! is said of the change is what became of it.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::world::{World, names};

const INDEX: &str = "data/leakline";
const SIGNALS: [&str; 3] = ["INT", "TERM", "HUP"];
const ERRORS: [&str; 2] = ["EIO", "ENOSPC"];

/// Up to the commit, in order.
const BEFORE: [&str; 6] = [
    "read",
    "write segment",
    "sync segment",
    "write manifest",
    "sync manifest",
    "sync folder before",
];

type Files = BTreeMap<String, Vec<u8>>;

/// The library that makes the faults, built once.
fn faults() -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/leakline/faults.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]);
        compiler.arg(folder.path().join("faults.so"));
        let built = compiler.arg(source).arg("-ldl").output().unwrap();
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        folder
    });
    folder.path().join("faults.so")
}

/// Two sources in an index, another index, and what both can be changed by.
struct Change {
    world: World,
    before: Files,
}

/// How a run ended.
#[derive(Debug)]
struct Ending {
    code: Option<i32>,
    signal: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Change {
    fn new() -> Change {
        let world = World::new();
        world.file("old.txt", "+12125550100\n+491713920010\n");
        world.file("new.txt", "+12125550101\n+46701740605\n");
        world.file("list.txt", "+12125550100\n");
        world.run(["load", "old.txt"]).expect(0);
        let second = ["load", "--source", "second", "old.txt"];
        world.run(second).expect(0);
        for source in ["old", "third"] {
            let load = ["load", "--index", "other", "--source", source, "new.txt"];
            world.run(load).expect(0);
        }
        let before = files(&world);
        Change { world, before }
    }

    /// The command on the index as it was, with `fault` at `moment`.
    fn run(&self, args: &[&str], moment: &str, fault: &str) -> Ending {
        fs::remove_dir_all(self.world.path(INDEX)).unwrap();
        for (name, bytes) in &self.before {
            self.world.file(&format!("{INDEX}/{name}"), bytes);
        }
        // In the background, signals are ignored that are sent here.
        let command = self.world.command(args);
        let mut run = Command::new("env");
        run.arg("--default-signal=INT,HUP")
            .arg(format!("LD_PRELOAD={}", faults().display()))
            .arg(command.get_program())
            .args(command.get_args())
            .current_dir(self.world.path(""))
            .env("FAULT_AT", moment)
            .env("FAULT", fault);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => run.env(name, value),
                None => run.env_remove(name),
            };
        }
        let output = run.output().unwrap();
        Ending {
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The index is what it was, with no file beside it.
    #[track_caller]
    fn assert_as_it_was(&self, what: &str) {
        assert!(files(&self.world) == self.before, "{what}");
        self.world.run(["verify", "-q"]).expect(0);
    }

    /// The index has one generation more, and is whole.
    #[track_caller]
    fn assert_changed(&self, what: &str) {
        assert!(
            files(&self.world)["manifest"] != self.before["manifest"],
            "{what}"
        );
        let verified = self.world.run(["verify", "--json"]).expect(0).json();
        assert_eq!(verified["index"]["generation"], 3, "{what}");
    }
}

fn files(world: &World) -> Files {
    let folder = world.path(INDEX);
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        (name, bytes)
    };
    names(&folder).into_iter().map(read).collect()
}

const LOAD: &[&str] = &["load", "--json", "--source", "new", "new.txt"];
const CHANGES: [&[&str]; 5] = [
    LOAD,
    &["load", "--json", "--append", "--source", "old", "new.txt"],
    &["merge", "--json", "other"],
    &["forget", "--json", "-i", "list.txt"],
    &["sources", "remove", "old"],
];

#[test]
fn an_interrupt_before_the_commit_leaves_the_index_as_it_was() {
    let change = Change::new();
    for (place, moment) in BEFORE[..3].iter().enumerate() {
        // Each signal at each moment, and each command at some.
        for (turn, args) in CHANGES[..4].iter().enumerate() {
            let is_load = turn == 0;
            for signal in SIGNALS
                .iter()
                .skip(if is_load { 0 } else { (place + turn) % 3 })
            {
                if *moment == "read" && args[0] == "merge" {
                    continue;
                }
                let ending = change.run(args, moment, signal);
                let what = format!("{args:?}, {moment}, {signal}: {ending:?}");
                assert_eq!(ending.code, Some(130), "{what}");
                assert!(
                    ending
                        .stderr
                        .contains("interrupted: the index is as it was"),
                    "{what}"
                );
                assert_eq!(ending.stderr.matches("interrupted").count(), 1, "{what}");
                change.assert_as_it_was(&what);
                if !is_load {
                    break;
                }
            }
        }
    }
}

#[test]
fn an_error_before_the_commit_leaves_the_index_as_it_was() {
    let change = Change::new();
    for moment in BEFORE.iter().chain(&["rename"]) {
        for (turn, args) in CHANGES.iter().enumerate() {
            let reads_no_dump = matches!(args[0], "merge" | "sources");
            let writes_no_segment = args[0] == "sources";
            if (*moment == "read" && reads_no_dump)
                || (moment.ends_with("segment") && writes_no_segment)
            {
                continue;
            }
            let error = ERRORS[turn % 2];
            let ending = change.run(args, moment, error);
            let what = format!("{args:?}, {moment}, {error}: {ending:?}");
            assert_eq!(ending.code, Some(2), "{what}");
            assert!(!ending.stderr.contains("stored all the same"), "{what}");
            // Of what is read, the message is about the file.
            assert!(
                *moment == "read" || ending.stderr.contains("the index is as it was"),
                "{what}"
            );
            change.assert_as_it_was(&what);
        }
    }
}

#[test]
fn a_kill_at_any_moment_leaves_one_state_and_the_next_writer_no_trace() {
    let change = Change::new();
    let after = ["renamed", "sync folder after", "remove", "report"];
    for moment in BEFORE.iter().chain(&["rename"]).chain(&after) {
        let ending = change.run(CHANGES[1], moment, "KILL");
        let what = format!("{moment}: {ending:?}");
        assert_eq!(ending.signal, Some(9), "{what}");
        let left = files(&change.world);
        let is_done = after.contains(moment);
        assert_eq!(
            left["manifest"] != change.before["manifest"],
            is_done,
            "{what}"
        );
        let is_there = |(name, bytes): (&String, &Vec<u8>)| left.get(name) == Some(bytes);
        assert!(is_done || change.before.iter().all(is_there), "{what}");
        change.world.run(["verify", "-q"]).expect(0);
        // A writer that changes nothing.
        change.world.run(["sources", "remove", "none"]).expect(2);
        let generation = if is_done { 3 } else { 1 };
        let old = format!("old.{generation}.segment");
        assert_eq!(
            names(&change.world.path(INDEX)),
            ["manifest", &old, "second.2.segment"],
            "{what}"
        );
    }
}

#[test]
fn an_interrupt_after_the_last_look_is_said_to_be_too_late() {
    let change = Change::new();
    let late = [
        "write manifest",
        "sync manifest",
        "sync folder before",
        "rename",
        "renamed",
        "sync folder after",
        "remove",
    ];
    for (place, moment) in late.iter().enumerate() {
        for (turn, args) in CHANGES.iter().enumerate() {
            let removes_nothing = turn == 0;
            if *moment == "remove" && removes_nothing {
                continue;
            }
            let signal = SIGNALS[(place + turn) % 3];
            let ending = change.run(args, moment, signal);
            let what = format!("{args:?}, {moment}, {signal}: {ending:?}");
            assert_eq!(ending.code, Some(130), "{what}");
            assert!(
                ending
                    .stderr
                    .contains("interrupted: the change of the index is stored"),
                "{what}"
            );
            assert!(!ending.stderr.contains("as it was"), "{what}");
            change.assert_changed(&what);
            if args.contains(&"--json") {
                let report: Value = serde_json::from_str(&ending.stdout).unwrap();
                assert_eq!(report["stored"], true, "{what}");
                assert_eq!(report["outcome"]["exit"], 130, "{what}");
                assert_eq!(report["index"]["generation"], 3, "{what}");
            }
        }
    }
}

#[test]
fn an_error_after_the_commit_never_says_that_the_index_is_as_it_was() {
    let change = Change::new();
    for (turn, args) in CHANGES.iter().enumerate() {
        let run = |moment| {
            let error = ERRORS[turn % 2];
            let ending = change.run(args, moment, error);
            let what = format!("{args:?}, {moment}, {error}: {ending:?}");
            assert!(!ending.stderr.contains("as it was"), "{what}");
            change.assert_changed(&what);
            (ending, what)
        };
        // Reported as failed, and done: as a network disk does it.
        let (ending, what) = run("renamed");
        assert_eq!(ending.code, Some(0), "{what}");
        let (ending, what) = run("sync folder after");
        assert_eq!(ending.code, Some(2), "{what}");
        assert!(ending.stderr.contains("may not be on disk"), "{what}");
        assert!(ending.stderr.contains("leakline verify"), "{what}");
        let (ending, what) = run("remove");
        assert_eq!(ending.code, Some(0), "{what}");
        if args.contains(&"--json") {
            let report: Value = serde_json::from_str(&ending.stdout).unwrap();
            assert_eq!(report["stored"], true, "{what}");
            let (ending, what) = run("report");
            assert_eq!(ending.code, Some(2), "{what}");
            assert!(ending.stderr.contains("stored all the same"), "{what}");
        }
    }
}

#[test]
fn an_error_after_which_nobody_knows_removes_nothing() {
    let change = Change::new();
    for (turn, args) in CHANGES.iter().enumerate() {
        let error = ERRORS[turn % 2];
        let ending = change.run(args, "renamed and lost", error);
        let what = format!("{args:?}, {error}: {ending:?}");
        assert_eq!(ending.code, Some(2), "{what}");
        assert!(ending.stderr.contains("may not be on disk"), "{what}");
        assert!(!ending.stderr.contains("as it was"), "{what}");
        // The disk is well again: neither the new segments nor the old ones are gone.
        change.assert_changed(&what);
        let left = files(&change.world);
        let is_there = |name: &&String| left.contains_key(*name);
        assert!(change.before.keys().all(|name| is_there(&name)), "{what}");
    }
}

#[test]
fn an_interrupt_during_the_report_lets_it_end() {
    let change = Change::new();
    for signal in SIGNALS {
        let ending = change.run(LOAD, "report", signal);
        assert_eq!(ending.code, Some(0), "{signal}: {ending:?}");
        let report: Value = serde_json::from_str(&ending.stdout).unwrap();
        assert_eq!(report["stored"], true, "{signal}");
        assert_eq!(report["outcome"]["exit"], 0, "{signal}");
        change.assert_changed(signal);
    }
}

#[test]
fn a_report_that_nobody_wants_is_141_and_the_change_is_stored() {
    let change = Change::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run = change.world.command(LOAD).stdout(writer).output().unwrap();
    assert_eq!(run.status.code(), Some(141));
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(!said.contains("as it was"), "{said}");
    change.assert_changed("a closed pipe");
}

#[test]
fn whoever_does_not_read_the_report_is_still_told_that_the_change_is_stored() {
    let change = Change::new();
    let mut args = vec!["load", "--json", "--source", "new"];
    let dumps: Vec<String> = (0..400)
        .map(|place| {
            let name = format!("dump{place}.txt");
            change
                .world
                .file(&name, format!("+12125550{:03}\n", 100 + place % 100));
            name
        })
        .collect();
    args.extend(dumps.iter().map(String::as_str));
    // The report does not fit a pipe that nobody reads.
    let mut child = change
        .world
        .command(&args)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let manifest = change.world.path(INDEX).join("manifest");
    while fs::read(&manifest).unwrap() == change.before["manifest"] {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    let id = child.id().to_string();
    let killed = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut stderr = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut stderr).unwrap();
    assert!(
        stderr.contains("interrupted: the change of the index is stored"),
        "{stderr}"
    );
    change.assert_changed("a report that nobody reads");
}

#[test]
fn a_dry_run_and_a_refused_load_say_that_nothing_is_stored() {
    let change = Change::new();
    change
        .world
        .file("bad.txt", "+12125550100\nno number\nno number\n");
    for (args, code) in [
        (
            &["load", "--json", "--source", "new", "--dry-run", "new.txt"][..],
            0,
        ),
        (&["load", "--json", "--source", "new", "bad.txt"], 2),
        (
            &["load", "--json", "--append", "--source", "old", "old.txt"],
            0,
        ),
    ] {
        let report = change.world.run(args).expect(code).json();
        assert_eq!(report["stored"], false, "{args:?}");
        change.assert_as_it_was(&format!("{args:?}"));
    }
}
