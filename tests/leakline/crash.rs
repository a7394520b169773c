//! Killed and starved loads: the index is as it was, nothing is left behind, and the next load works.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::world::World;

/// More than 30,000 numbers reserved for fiction.
fn dump() -> String {
    let areas = (201..540).filter(|area| area % 100 != 11);
    areas
        .flat_map(|area| (100..200).map(move |last| format!("1{area}5550{last}\n")))
        .collect()
}

const LOAD: [&str; 8] = [
    "load",
    "--source",
    "new",
    "--international",
    "--max-rejects",
    "100%",
    "--memory",
    "64M",
];

fn start(world: &World) -> Child {
    let mut load: Command = world.command(LOAD.into_iter().chain(["new.txt"]));
    (load.stdin(Stdio::null()).stdout(Stdio::null()))
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn names(world: &World) -> Vec<String> {
    let folder = world.segment("new");
    let mut names: Vec<String> = fs::read_dir(folder.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_load_killed_at_any_moment_leaves_the_index_as_it_was() {
    let world = World::with_source("old.txt", "+12125550100\n");
    let old = fs::read(world.segment("breach")).unwrap();
    world.file("new.txt", dump());
    let begin = Instant::now();
    assert!(start(&world).wait().unwrap().success());
    let whole = begin.elapsed();
    let new = fs::metadata(world.segment("new")).unwrap().len();
    fs::remove_file(world.segment("new")).unwrap();

    for moment in 0..20 {
        let mut load = start(&world);
        thread::sleep(whole * moment / 19 + Duration::from_micros(u64::from(moment) * 137));
        // On Unix, SIGKILL: nothing of the program runs after it.
        let _ = load.kill();
        load.wait().unwrap();
        world.run(["verify"]).expect(0);
        world.run(["check", "+12125550100"]).expect(1);
        assert!(fs::read(world.segment("breach")).unwrap() == old);
        // Killed late, the new source may be there; then whole.
        if let Ok(found) = fs::metadata(world.segment("new")) {
            assert_eq!(found.len(), new);
            fs::remove_file(world.segment("new")).unwrap();
        }
    }
    assert!(start(&world).wait().unwrap().success());
    assert_eq!(names(&world), ["breach.segment", "new.segment"]);
    world.run(["verify"]).expect(0);
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
    let world = World::with_source("old.txt", "+12125550100\n");
    let old = fs::read(world.segment("breach")).unwrap();
    world.file("new.txt", dump());
    // Files of up to so many blocks; what is beyond is an error, like a full disk.
    for blocks in [1, 40, 100] {
        let program = world.command(LOAD.into_iter().chain(["new.txt"]));
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
        assert_eq!(names(&world), ["breach.segment"]);
        assert!(fs::read(world.segment("breach")).unwrap() == old);
        world.run(["verify"]).expect(0);
    }
    assert!(start(&world).wait().unwrap().success());
    assert_eq!(names(&world), ["breach.segment", "new.segment"]);
}
