//! The key: made once, refused when others may read it, never seen.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

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
    assert!(world.path("here/dump.segment").exists());
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
            "here/dump.segment",
            "--key-file",
            "k",
            "+12125550100",
        ])
        .expect(1);
}
