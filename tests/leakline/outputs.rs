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
fn no_page_of_the_manual_or_of_a_job_is_written_over_the_key_or_an_input() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let list = world.file("list.txt", "+12125550100\n");
    let key = world.path("config/leakline/key");
    fs::create_dir(world.path("man")).unwrap();
    for (index, file) in [&key, &world.segment("breach")].into_iter().enumerate() {
        let page = world
            .path("man")
            .join(["leakline-load.1", "leakline.1"][index]);
        let before = fs::read(file).unwrap();
        for is_hard in [true, false] {
            if is_hard {
                fs::hard_link(file, &page).unwrap();
            } else {
                symlink(file, &page).unwrap();
            }
            world.run(["man", "--folder", "man"]).expect(2);
            assert_eq!(fs::read(file).unwrap(), before);
            fs::remove_file(&page).unwrap();
        }
    }
    world.run(["man", "--folder", "man"]).expect(0);
    world.run(["man", "--folder", "man"]).expect(0);
    let manifest = world.path("data/leakline/manifest");
    for file in [&key, &list, &manifest] {
        let before = fs::read(file).unwrap();
        let mut command = world.command(["check", "-i", "list.txt", "--format", "github"]);
        let run = crate::world::finish(command.env("GITHUB_STEP_SUMMARY", file), b"");
        assert!(run.expect(2).stderr.contains("overwritten"));
        assert_eq!(fs::read(file).unwrap(), before);
    }
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

#[test]
fn updates_of_a_baseline_at_once_keep_the_entries_of_all() {
    let world = World::with_source(
        "dump.txt",
        "12125550100\n12125550101\n12125550102\n12125550103\n",
    );
    // What a killed update left is taken over.
    world.file(".known.json.partial", "{\"half");
    let update = [
        "check",
        "--source",
        "breach",
        "--baseline",
        "known.json",
        "--update-baseline",
    ];
    let updates: Vec<_> = (0..4)
        .map(|index| {
            let number = format!("+1212555010{index}");
            let mut command = world.command(update);
            command
                .arg(&number)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut update in updates {
        assert_eq!(update.wait().unwrap().code(), Some(0));
    }
    let known = ["check", "--baseline", "known.json"];
    let numbers = [
        "+12125550100",
        "+12125550101",
        "+12125550102",
        "+12125550103",
    ];
    world.run([&known[..], &numbers].concat()).expect(0);
    let left = names(&world.path(""));
    assert!(
        !left.iter().any(|name| name.ends_with("partial")),
        "{left:?}"
    );
    // One that fails leaves nothing, and nothing that is in the way.
    world.run([&update[..], &["no number"]].concat()).expect(2);
    assert_eq!(names(&world.path("")), left);
}

/// `leakline` behind a limit of the shell, as a user without special rights.
fn limited(world: &World, limit: &str, line: &str) -> crate::world::Run {
    let template = world.command([""; 0]);
    let mut command = std::process::Command::new("sh");
    let line = format!("{limit}; exec {line}");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_leakline")]);
    command.current_dir(world.path(""));
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    crate::world::finish(&mut command, b"")
}

#[test]
fn a_file_that_gets_too_long_is_an_error() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let before = names(&world.path("data/leakline"));
    let many: String = (0..20_000)
        .map(|row| format!("{}\n", 46_700_000_000_u64 + row))
        .collect();
    world.file("many.txt", many);
    for line in [
        "$0 load --source more --accept possible --max-rejects 100 --rejects r.tsv many.txt",
        "$0 check -i many.txt --format json -o report.json",
    ] {
        let run = limited(&world, "ulimit -f 8", line).expect(2);
        assert!(run.stderr.contains("too large"), "{line}: {}", run.stderr);
    }
    assert_eq!(names(&world.path("data/leakline")), before);
}

#[cfg(target_os = "linux")]
#[test]
fn threads_that_do_not_start_are_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::with_source("dump.txt", "12125550100\n");
    // Root has no such limit, and another user must be able to reach the program.
    fs::copy(env!("CARGO_BIN_EXE_leakline"), world.path("program")).unwrap();
    for path in ["", "program"] {
        fs::set_permissions(world.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let is_root = fs::metadata("/proc/self").unwrap();
    let is_root = std::os::unix::fs::MetadataExt::uid(&is_root) == 0;
    let user = if is_root {
        "setpriv --reuid=61234 --clear-groups "
    } else {
        ""
    };
    let line = format!("{user}prlimit --nproc=1 ./program check --dump dump.txt +12125550100");
    let run = limited(&world, "true", &line);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.starts_with("leakline: "), "{}", run.stderr);
}
