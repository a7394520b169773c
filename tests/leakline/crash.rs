//! Killed and starved loads: the index is as it was, nothing is left behind, and the next load
//! works.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::world::World;

/// Some 10,000 numbers reserved for fiction.
fn dump() -> String {
    let areas = (201..302).filter(|area| area % 100 != 11);
    areas
        .flat_map(|area| (100..200).map(move |last| format!("1{area}5550{last}\n")))
        .collect()
}

const LOAD: [&str; 6] = [
    "load",
    "--international",
    "--max-rejects",
    "100%",
    "--memory",
    "64M",
];

fn start(world: &World, args: &[&str]) -> Child {
    let mut command: Command = world.command(args);
    (command.stdin(Stdio::null()).stdout(Stdio::null()))
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn index(world: &World) -> PathBuf {
    world.segment("old").parent().unwrap().to_owned()
}

/// Every file of the index with its bytes.
fn files(world: &World) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(index(world)).unwrap();
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), bytes)
        })
        .collect()
}

fn restore(world: &World, files: &BTreeMap<String, Vec<u8>>) {
    fs::remove_dir_all(index(world)).unwrap();
    for (name, bytes) in files {
        world.file(index(world).join(name).to_str().unwrap(), bytes);
    }
}

/// With a source, a dump that is not loaded yet, and the same in an index of its own.
fn world() -> World {
    let world = World::new();
    world.file("old.txt", "+12125550100\n+491713920010\n");
    world.file("new.txt", dump());
    world.file("list.txt", "+12125550100\n");
    world.run(["load", "old.txt"]).expect(0);
    world
        .run(["load", "--source", "second", "old.txt"])
        .expect(0);
    let load = ["--source", "old", "--index", "other", "new.txt"];
    world.run(LOAD.iter().chain(&load)).expect(0);
    world
}

#[test]
fn a_command_killed_at_any_moment_leaves_the_index_as_it_was() {
    let world = world();
    let before = files(&world);
    for (command, rest) in [
        (&LOAD[..], &["--source", "new", "new.txt"][..]),
        (&LOAD, &["--source", "old", "--append", "new.txt"]),
        (&LOAD, &["--source", "old", "--replace", "new.txt"]),
        (&["merge"], &["other"]),
        (&["forget"], &["-i", "list.txt"]),
        (&["sources", "remove"], &["old"]),
    ] {
        let args = [command, rest].concat();
        restore(&world, &before);
        let begin = Instant::now();
        assert!(start(&world, &args).wait().unwrap().success());
        let whole = begin.elapsed();
        let after = files(&world);
        assert!(after != before, "{args:?}");
        for moment in 0..5 {
            restore(&world, &before);
            let mut child = start(&world, &args);
            thread::sleep(whole * moment / 4 + Duration::from_micros(u64::from(moment) * 137));
            // On Unix, SIGKILL: nothing of the program runs after it.
            let _ = child.kill();
            child.wait().unwrap();
            // Killed late, it may be done; then wholly, with the old files perhaps still there.
            let left = files(&world);
            let is_done = left["manifest"] == after["manifest"];
            assert!(
                is_done || left["manifest"] == before["manifest"],
                "{args:?}"
            );
            let listed = if is_done { &after } else { &before };
            let is_there = |(name, bytes): (&String, &Vec<u8>)| left.get(name) == Some(bytes);
            assert!(listed.iter().all(is_there), "{args:?}");
            world.run(["verify"]).expect(0);
            if is_done {
                // The next writer, whatever it does, leaves no trace of the killed one.
                world.run(["sources", "remove", "none"]).expect(2);
                assert!(files(&world) == after, "{args:?}");
            } else {
                assert!(start(&world, &args).wait().unwrap().success());
                assert!(files(&world) == after, "{args:?}");
            }
        }
    }
}

#[test]
fn two_loads_into_one_index_at_once_both_end_right() {
    let world = World::new();
    world.run(["keygen", "config/leakline/key"]).expect(0);
    let names = ["a", "b", "c"];
    for (place, name) in names.iter().enumerate() {
        world.file(&format!("{name}.txt"), format!("+1212555010{place}\n"));
    }
    let loads: Vec<Child> = names
        .iter()
        .map(|name| start(&world, &["load", &format!("{name}.txt")]))
        .collect();
    for mut load in loads {
        assert!(load.wait().unwrap().success());
    }
    assert!(
        files(&world)
            .keys()
            .filter_map(|name| name.split_once('.'))
            .map(|(source, _)| source)
            .eq(["a", "b", "c"])
    );
    world.run(["verify"]).expect(0);
    // Of two loads of one source the second is told, or adds.
    for (more, codes) in [(&[][..], [0, 2]), (&["--append"], [0, 0])] {
        world.run(["sources", "remove", "a"]).expect(0);
        let args = [&["load", "--source", "a"][..], more].concat();
        let loads = ["b.txt", "c.txt"].map(|dump| start(&world, &[&args[..], &[dump]].concat()));
        let mut ended = loads.map(|mut load| load.wait().unwrap().code().unwrap());
        ended.sort_unstable();
        assert_eq!(ended, codes);
    }
    let sources = world.run(["sources", "--json"]).expect(0).json();
    assert_eq!(sources["sources"][0]["distinct"], 2);
}

#[test]
fn a_first_load_that_fails_leaves_nothing_but_the_key_that_it_made() {
    let world = World::new();
    world.file("empty.txt", "no number\n");
    for args in [&["load", "empty.txt"][..], &["load", "missing.txt"]] {
        world.run(args).expect(2);
        assert!(!world.path("data").exists(), "{args:?}");
    }
    assert!(world.path("config/leakline/key").exists());
}

#[cfg(unix)]
#[test]
fn a_load_that_may_write_no_more_leaves_the_index_as_it_was() {
    let world = world();
    let before = files(&world);
    let load = ["--source", "new", "new.txt"];
    // Files of up to so many blocks; what is beyond is an error, like a full disk.
    for blocks in [1, 20, 50] {
        let program = world.command(LOAD.iter().chain(&load));
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!(
                "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""
            ))
            .arg(program.get_program())
            .args(program.get_args())
            .envs(
                program
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            );
        if let Some(folder) = program.get_current_dir() {
            shell.current_dir(folder);
        }
        let run = shell.output().unwrap();
        assert_eq!(run.status.code(), Some(2), "{blocks} blocks");
        let told = String::from_utf8(run.stderr).unwrap();
        assert!(told.contains("the index is as it was"), "{told}");
        assert!(files(&world) == before);
        world.run(["verify"]).expect(0);
    }
    world.run(LOAD.iter().chain(&load)).expect(0);
    assert!(files(&world).keys().eq([
        "manifest",
        "new.3.segment",
        "old.1.segment",
        "second.2.segment"
    ]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_fails_after_the_commit_says_that_the_change_is_stored() {
    let world = world();
    for args in [
        &["load", "--source", "new", "old.txt", "--json"][..],
        &["merge", "other", "--json"],
        &["forget", "-i", "list.txt", "--json"],
    ] {
        let before = files(&world);
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let run = world.command(args).stdout(full).output().unwrap();
        assert_eq!(run.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.contains("stored all the same"), "{args:?}: {said}");
        assert!(!said.contains("as it was"), "{args:?}: {said}");
        assert!(files(&world)["manifest"] != before["manifest"], "{args:?}");
        world.run(["verify"]).expect(0);
    }
}
