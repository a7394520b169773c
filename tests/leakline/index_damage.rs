//! Damage: an error with what to do, never an answer.

use std::fs;

use crate::world::World;

fn world() -> World {
    let rows: String = (100..200)
        .map(|last| format!("12125550{last}\n614915700{last}\n"))
        .collect();
    let world = World::new();
    world.file("dump.txt", rows);
    world
        .run([
            "load",
            "--source",
            "breach",
            "--max-rejects",
            "100",
            "dump.txt",
        ])
        .expect(0);
    world
}

#[test]
fn one_flipped_byte_anywhere_is_2() {
    let world = world();
    let sound = fs::read(world.segment("breach")).unwrap();
    let step = (sound.len() / 60).max(1);
    for place in (0..sound.len()).step_by(step).chain([sound.len() - 1]) {
        let mut damaged = sound.clone();
        damaged[place] ^= 1;
        fs::write(world.segment("breach"), damaged).unwrap();
        for args in [&["check", "+12125550100"][..], &["verify"], &["stats"]] {
            let run = world.run(args);
            assert_eq!(
                run.code,
                Some(2),
                "byte {place}, {args:?}: {}{}",
                run.text(),
                run.stderr
            );
            assert!(run.stderr.lines().count() >= 2, "no remedy: {}", run.stderr);
        }
    }
    fs::write(world.segment("breach"), sound).unwrap();
    world.run(["check", "+12125550100"]).expect(1);
    world.run(["verify"]).expect(0);
}

#[test]
fn a_truncated_segment_is_2() {
    let world = world();
    let sound = fs::read(world.segment("breach")).unwrap();
    for length in [0, 1, 8, 100, sound.len() / 2, sound.len() - 1] {
        fs::write(world.segment("breach"), &sound[..length]).unwrap();
        for args in [&["check", "+12125550100"][..], &["verify"]] {
            assert_eq!(world.run(args).code, Some(2), "length {length}, {args:?}");
        }
    }
}

#[test]
fn a_damaged_segment_can_be_replaced_or_removed() {
    let world = world();
    fs::write(world.segment("breach"), b"damage").unwrap();
    world
        .run([
            "load",
            "--source",
            "breach",
            "--append",
            "--max-rejects",
            "100",
            "dump.txt",
        ])
        .expect(2);
    world
        .run([
            "load",
            "--source",
            "breach",
            "--replace",
            "--max-rejects",
            "100",
            "dump.txt",
        ])
        .expect(0);
    world.run(["check", "+12125550100"]).expect(1);
    fs::write(world.segment("breach"), b"damage").unwrap();
    world.run(["sources", "remove", "breach"]).expect(0);
}

#[test]
fn one_damaged_segment_among_several_spoils_the_answer() {
    let world = world();
    world.file("second.txt", "12125550100\n");
    world.run(["load", "second.txt"]).expect(0);
    fs::write(world.segment("breach"), b"damage").unwrap();
    world.run(["check", "+12125550100"]).expect(2);
    let outcome = world.run(["verify", "--json"]).expect(2).json();
    assert_eq!(
        (&outcome["ok"], &outcome["segments"][1]["ok"]),
        (&false.into(), &true.into())
    );
}

#[test]
fn verify_names_each_bad_segment_and_what_to_do_even_if_quiet() {
    let world = world();
    world.file("second.txt", "12125550100\n");
    world.run(["load", "second.txt"]).expect(0);
    world.run(["keygen", "other"]).expect(0);
    let run = world.run(["verify", "-q", "--key-file", "other"]).expect(2);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(
        lines[0].contains("manifest: made under the key"),
        "{}",
        run.stderr
    );
    assert!(lines[1].starts_with("  give the key "), "{}", run.stderr);
    assert_eq!(lines.len(), 2, "{}", run.stderr);

    let bad = ["breach", "second"].map(|name| world.segment(name));
    for path in &bad {
        fs::write(path, b"damage").unwrap();
    }
    let run = world.run(["verify", "-q"]).expect(2);
    let lines: Vec<&str> = run.stderr.lines().collect();
    for (line, path) in lines.iter().zip(&bad) {
        assert!(
            line.starts_with(&format!("leakline: {}: ", path.display())),
            "{line}"
        );
    }
    assert_eq!(lines.len(), 3, "one remedy for both: {}", run.stderr);
    let run = world.run(["verify"]).expect(2);
    assert!(run.text().starts_with("bad      "), "{}", run.text());
}

#[test]
fn without_the_key_verify_checks_the_rest_and_calls_nothing_good() {
    let world = world();
    fs::remove_file(world.path("config/leakline/key")).unwrap();
    let run = world.run(["verify", "--json"]).expect(2);
    let outcome = run.json();
    assert_eq!([&outcome["ok"], &outcome["complete"]], [true, false]);
    assert!(run.stderr.contains("there is no key"), "{}", run.stderr);
    assert!(world.run(["verify"]).expect(2).text().starts_with("ok "));
}
