//! Outputs never take the place of what a run reads, and a system without room is an error.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::world::{World, names};

#[test]
fn no_output_is_written_over_what_is_read() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world
        .run(["load", "--source", "other", "dump.txt"])
        .expect(0);
    world.file("list.txt", "+12125550100\n");
    let known = [
        "check",
        "-i",
        "list.txt",
        "--baseline",
        "known.json",
        "--update-baseline",
    ];
    world.run(known).expect(0);
    let segment = world.segment("breach");
    let manifest = world.path("data/leakline/manifest");
    let key = world.path("config/leakline/key");
    let read = [
        key,
        segment,
        manifest,
        world.path("list.txt"),
        world.path("dump.txt"),
        world.path("known.json"),
    ];
    for (index, file) in read.iter().enumerate() {
        let before = fs::read(file).unwrap();
        let (soft, hard) = (format!("soft{index}"), format!("hard{index}"));
        symlink(file, world.path(&soft)).unwrap();
        fs::hard_link(file, world.path(&hard)).unwrap();
        for output in [file.to_str().unwrap(), &soft, &hard] {
            let report = format!("json={output}");
            let with_dump = ["--dump", "dump.txt", "-o", output];
            let list = ["check", "-i", "list.txt"];
            let known = ["--baseline", "known.json"];
            let mut commands = vec![
                [&list[..], &known, &["-o", output]].concat(),
                [&list[..], &known, &["--report", &report]].concat(),
                vec![
                    "load",
                    "--source",
                    "new",
                    "--claimed",
                    "list.txt",
                    "--rejects",
                    output,
                    "dump.txt",
                ],
            ];
            match index {
                // The key and the index are read by these too.
                0..=2 => commands.extend([
                    [&list[..], &["--baseline", output, "--update-baseline"]].concat(),
                    vec!["stats", "-o", output],
                    vec!["overlap", "breach", "other", "-o", output],
                ]),
                4 => commands = vec![[&list[..], &with_dump].concat(), commands.remove(2)],
                5 => drop(commands.remove(2)),
                _ => {}
            }
            for command in commands {
                let run = world.run(&command).expect(2);
                assert!(
                    run.stderr.contains("overwritten"),
                    "{command:?}: {}",
                    run.stderr
                );
                assert_eq!(fs::read(file).unwrap(), before, "{command:?}");
            }
        }
        fs::remove_file(world.path(&hard)).unwrap();
    }
    // Also where stdin is a file.
    let mut command = world.command(["check", "-o", "list.txt"]);
    command.stdin(fs::File::open(world.path("list.txt")).unwrap());
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(world.path("list.txt")).unwrap(), b"+12125550100\n");
}

#[test]
fn first_loads_at_once_share_one_whole_key() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let loads: Vec<_> = (0..8)
        .map(|index| {
            let index = format!("index{index}");
            let args = ["load", "--index", &index, "--source", "breach", "dump.txt"];
            world.command(args).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for load in loads {
        let output = load.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(names(&world.path("config/leakline")), ["key"]);
    for index in 0..8 {
        let index = format!("index{index}");
        world
            .run(["check", "--index", &index, "+12125550100"])
            .expect(1);
    }
}

#[test]
fn one_forgotten_number_takes_no_memory_from_a_load() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world.run_with(["forget"], b"+12125550101\n").expect(0);
    let load = ["load", "--memory", "30M", "--source", "more", "dump.txt"];
    world.run(load).expect(0);
}

#[test]
fn more_threads_than_a_system_has_room_for_are_an_error() {
    let world = World::with_source("dump.txt", "12125550100\n");
    for threads in ["20000", "1025", "0"] {
        let run = world
            .run(["check", "--threads", threads, "+12125550100"])
            .expect(2);
        assert!(run.stderr.contains("1024"), "{}", run.stderr);
    }
    world
        .run(["check", "--threads", "64", "+12125550100"])
        .expect(1);
}
