//! The key: made once, refused when others may read it, never seen.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::world::{World, finish};

#[test]
fn keygen_writes_64_hex_digits_for_the_owner_alone_and_prints_the_id() {
    let world = World::new();
    let run = world.run(["keygen", "my.key"]).expect(0);
    let id = run.text();
    assert_eq!(id.trim().len(), 16);
    assert!(id.trim().bytes().all(|byte| byte.is_ascii_hexdigit()));
    let key = fs::read_to_string(world.path("my.key")).unwrap();
    assert_eq!(key.trim_end().len(), 64);
    assert!(!key.contains(id.trim()));
    assert_eq!(
        fs::metadata(world.path("my.key"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
    // Never over an existing file.
    let run = world.run(["keygen", "my.key"]).expect(2);
    assert!(run.stderr.contains("my.key"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(world.path("my.key")).unwrap(), key);
}

#[test]
fn the_first_load_makes_the_default_key_and_says_so() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let run = world.run(["load", "dump.txt"]).expect(0);
    assert!(
        run.stderr.contains("new key") && run.stderr.contains("worthless"),
        "{}",
        run.stderr
    );
    assert!(world.path("config/leakline/key").exists());
    world.file("other.txt", "12125550101\n");
    let run = world.run(["load", "other.txt"]).expect(0);
    assert!(!run.stderr.contains("new key"), "{}", run.stderr);
}

#[test]
fn a_key_that_others_may_read_is_refused_with_the_remedy() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let key = world.path("config/leakline/key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    let run = world.run(["check", "+12125550100"]).expect(2);
    assert!(run.stderr.contains("chmod 600"), "{}", run.stderr);
}

#[test]
fn a_key_of_the_wrong_length_or_alphabet_is_refused() {
    let world = World::with_source("dump.txt", "12125550100\n");
    for (content, what) in [
        ("", "empty"),
        ("00", "short"),
        (&"0".repeat(66), "long"),
        (&"g".repeat(64), "no hex"),
    ] {
        let key = world.file("bad.key", content);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let run = world.run(["check", "--key-file", "bad.key", "+12125550100"]);
        assert_eq!(run.code, Some(2), "{what}");
        assert!(
            content.is_empty() || !run.stderr.contains(content),
            "{what}: {}",
            run.stderr
        );
    }
}

#[test]
fn the_key_may_come_from_the_environment_or_a_pipe() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let key = fs::read_to_string(world.path("config/leakline/key")).unwrap();
    fs::remove_file(world.path("config/leakline/key")).unwrap();
    let mut command = world.command(["check", "--key-env", "THE_KEY", "+12125550100"]);
    finish(command.env("THE_KEY", key.trim()), b"").expect(1);
    let run = finish(
        world
            .command(["check", "--key-env", "THE_KEY", "+12125550100"])
            .env("THE_KEY", "12"),
        b"",
    );
    assert!(run.expect(2).stderr.contains("THE_KEY"));
    world
        .run(["check", "--key-env", "NOT_SET", "+12125550100"])
        .expect(2);
    let piped = world.run_with(
        ["check", "--key-file", "/dev/stdin", "+12125550100"],
        key.as_bytes(),
    );
    piped.expect(1);
}

#[test]
fn the_key_and_index_places_follow_flags_then_environment_then_xdg() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    world.run(["keygen", "k"]).expect(0);
    world
        .run(["load", "dump.txt", "--index", "here", "--key-file", "k"])
        .expect(0);
    assert!(world.path("here/dump.1.segment").exists());
    let mut command = world.command(["check", "+12125550100"]);
    finish(
        command
            .env("LEAKLINE_INDEX", "here")
            .env("LEAKLINE_KEY_FILE", "k"),
        b"",
    )
    .expect(1);
    // One segment file alone is also an index.
    world
        .run([
            "check",
            "--index",
            "here/dump.1.segment",
            "--key-file",
            "k",
            "+12125550100",
        ])
        .expect(1);
}

#[test]
fn a_new_key_is_the_owners_to_read_under_any_umask() {
    let world = World::new();
    let keygen = format!("umask 777; {} keygen k", env!("CARGO_BIN_EXE_leakline"));
    let made = Command::new("sh")
        .args(["-c", &keygen])
        .current_dir(world.path(""))
        .output();
    assert!(made.unwrap().status.success());
    let mode = fs::metadata(world.path("k")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn a_key_given_in_the_place_of_its_name_is_not_repeated() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let key = "0123456789abcdef".repeat(4);
    let assigned = format!("KEY={key}");
    for args in [
        ["--key-env", &key, "stats"],
        ["--key-env", &assigned, "stats"],
        ["--key-env", "", "stats"],
        ["--key-file", &key, "stats"],
    ] {
        let run = world.run(args).expect(2);
        assert!(!run.stderr.contains(&key), "{}", run.stderr);
        assert!(run.stderr.contains("wants the "), "{}", run.stderr);
    }
}

#[test]
fn an_empty_path_is_refused_on_the_command_line_and_unset_in_a_variable() {
    let world = World::with_source("dump.txt", "12125550100\n");
    for flag in ["--index", "--key-file"] {
        let run = world.run([flag, "", "check", "+12125550100"]).expect(2);
        let expected = format!("leakline: {flag} is given no path\n");
        assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
    }
    let mut command = world.command(["check", "+12125550100"]);
    command
        .env("LEAKLINE_INDEX", "")
        .env("LEAKLINE_KEY_FILE", "");
    finish(&mut command, b"").expect(1);
}

#[test]
fn a_key_that_is_given_must_be_the_indexs_even_where_none_is_needed() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world.file("second.txt", "12125550101\n");
    world.run(["load", "second.txt"]).expect(0);
    world.run(["keygen", "other"]).expect(0);
    for command in [
        &["stats"] as &[&str],
        &["sources"],
        &["overlap", "breach", "second"],
    ] {
        world.run(command).expect(0);
        for (key, said) in [("other", "made under the key"), ("none", "no key file")] {
            let run = world
                .run([&["--key-file", key], command].concat())
                .expect(2);
            assert!(run.stderr.contains(said), "{}", run.stderr);
            assert!(run.stdout.is_empty());
        }
    }
}
