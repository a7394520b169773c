//! Where a key may come from besides its file.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::world::{Run, World, finish};

fn world() -> World {
    World::with_source("dump.txt", "12125550100\n")
}

/// The command line in a shell, with `leakline` as `$0`.
fn shell(world: &World, line: &str) -> Run {
    let template = world.command([""; 0]);
    let mut command = Command::new("sh");
    command.args(["-c", line, env!("CARGO_BIN_EXE_leakline")]);
    command.current_dir(world.path(""));
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    finish(&mut command, b"")
}

/// Moves the default key away, so that nothing else is found.
fn move_key(world: &World) {
    fs::rename(world.path("config/leakline/key"), world.path("moved")).unwrap();
}

#[test]
fn a_key_comes_from_a_file_descriptor() {
    let world = world();
    move_key(&world);
    shell(&world, "$0 check +12125550100").expect(2);
    shell(&world, "$0 check +12125550100 --key-fd 3 3<moved").expect(1);
    shell(&world, "cat moved | $0 check +12125550100 --key-fd 0").expect(1);
    let closed = shell(&world, "$0 check +12125550100 --key-fd 9").expect(2);
    assert!(
        closed.stderr.contains("descriptor 9 is not open"),
        "{}",
        closed.stderr
    );
    let twice = shell(&world, "$0 check -i - --key-fd 0 <moved").expect(2);
    assert!(twice.stderr.contains("stdin"), "{}", twice.stderr);
}

#[test]
fn a_key_comes_from_a_command_that_no_shell_sees() {
    let world = world();
    move_key(&world);
    fs::rename(world.path("moved"), world.path("a key")).unwrap();
    let check = |command: &str| {
        let args = ["check", "+12125550100", "--key-command", command];
        world.run(args)
    };
    check("cat 'a key'").expect(1);
    // Nothing is expanded, and no second command is run.
    check("cat $HOME/key").expect(2);
    check("echo x; cat 'a key'").expect(2);
    assert!(check("false").expect(2).stderr.contains("failed"));
    assert!(check("'cat").expect(2).stderr.contains("quote"));
    assert!(check(" ").expect(2).stderr.contains("empty"));
    let missing = check("no-such-program 00").expect(2);
    assert!(
        missing.stderr.contains("cannot be run"),
        "{}",
        missing.stderr
    );
    // It goes on for ever, and is not waited for.
    let endless = check("yes").expect(2);
    assert!(
        endless.stderr.contains("64 hex digits"),
        "{}",
        endless.stderr
    );
    // A key that is printed by a program that fails is not to be trusted.
    fs::write(world.path("key.sh"), "cat 'a key'; exit 3").unwrap();
    assert!(check("sh key.sh").expect(2).stderr.contains("failed"));
}

#[test]
fn the_command_and_its_output_are_in_no_message() {
    let world = world();
    let secret = "5ec0".repeat(16);
    for command in [
        format!("echo {secret}z"),
        format!("no-such {secret}"),
        format!("'{secret}"),
    ] {
        let run = world.run(["check", "+12125550100", "--key-command", &command]);
        assert!(!run.expect(2).stderr.contains("5ec05ec0"));
    }
}

#[test]
fn the_id_of_a_key_is_printed_and_nothing_is_written() {
    let world = World::new();
    let made = world.run(["keygen", "team.key"]).expect(0).text();
    let id = world.run(["keygen", "--id", "team.key"]).expect(0).text();
    assert_eq!(made, id);
    world.run(["keygen", "--id", "none.key"]).expect(2);
    assert!(!world.path("none.key").exists());
    assert!(!world.path("config/leakline/key").exists());
}

#[test]
fn a_flag_takes_precedence_over_a_variable_and_two_flags_are_an_error() {
    let world = world();
    move_key(&world);
    shell(&world, "$0 keygen wrong").expect(0);
    let others = [
        "--key-env K",
        "--key-fd 3",
        "--key-command 'cat moved'",
        "--key-file moved",
    ];
    for (index, flag) in others.iter().enumerate() {
        let with_key = "K=$(cat moved) LEAKLINE_KEY_FILE=wrong";
        let line = format!("{with_key} $0 check +12125550100 {flag} 3<moved");
        shell(&world, &line).expect(1);
        let line = format!("{with_key} $0 {flag} check +12125550100 3<moved");
        shell(&world, &line).expect(1);
        for other in &others[index + 1..] {
            for line in [
                format!("{with_key} $0 check +12125550100 {flag} {other} 3<moved"),
                format!("{with_key} $0 {other} check +12125550100 {flag} 3<moved"),
            ] {
                let run = shell(&world, &line).expect(2);
                assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
                assert!(run.stderr.contains("--key-"), "{}", run.stderr);
            }
        }
    }
}
