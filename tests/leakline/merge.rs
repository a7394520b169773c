//! `merge`: several indexes of parts answer and count as one index of the whole.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::world::{Run, World, finish, names};

/// Numbers reserved for fiction, of three countries; some are in both parts, and some twice in one.
const FIRST: &str = "12125550100\n12125550101\n12125550100\n61491570006\nnot one\n";
const SECOND: &str = "12125550101\n12125550102\n46701740605\n\n";

fn load(world: &World, index: &str, args: &[&str]) -> Run {
    let load = ["load", "--index", index, "--key-file", "key"];
    world.run([&load[..], args].concat())
}

fn merge(world: &World, index: &str, paths: &[&str]) -> Run {
    let merge = ["merge", "--index", index, "--key-file", "key"];
    world.run([&merge[..], paths].concat())
}

fn stats(world: &World, index: &str) -> serde_json::Value {
    let stats = ["stats", "--index", index, "--format", "json"];
    world.run(stats).expect(0).json()
}

fn segment(world: &World, index: &str, source: &str) -> Vec<u8> {
    fs::read(world.segment_in(index, source)).unwrap()
}

/// With a key, two dumps, and an index of each as the source `leak`.
fn world() -> World {
    let world = World::new();
    world.run(["keygen", "key"]).expect(0);
    world.file("1.txt", FIRST);
    world.file("2.txt", SECOND);
    for part in ["1", "2"] {
        let dump = format!("{part}.txt");
        load(&world, part, &["--source", "leak", &dump]).expect(0);
    }
    world
}

#[test]
fn parts_merged_are_the_bytes_of_one_load_of_all() {
    let world = world();
    load(&world, "whole", &["--source", "leak", "1.txt", "2.txt"]).expect(0);
    let report = merge(&world, "merged", &["1", "2", "--json"])
        .expect(0)
        .json();
    assert_eq!(names(&world.path("merged")), ["leak.1.segment", "manifest"]);
    assert!(segment(&world, "merged", "leak") == segment(&world, "whole", "leak"));
    let country = |country, name, records, distinct| json!({"country": country, "name": name, "records": records, "distinct": distinct, "new": distinct});
    let expected = json!({
        "source": "leak", "from": ["1/leak.1.segment", "2/leak.1.segment"], "complete": true,
        "records": 7, "distinct": 5, "new": 5, "repeated_files": 0,
        "countries": [country("AU", "Australia", 1, 1), country("SE", "Sweden", 1, 1), country("US", "United States", 5, 3)],
    });
    assert_eq!(report["sources"], json!([expected]));
    assert_eq!(report["index"]["generation"], 1);
    // The other way round, one after the other, and by appending.
    merge(&world, "reverse", &["2", "1"]).expect(0);
    merge(&world, "turns", &["2/leak.1.segment"]).expect(0);
    merge(&world, "turns", &["1/leak.1.segment"]).expect(0);
    load(&world, "appended", &["--source", "leak", "1.txt"]).expect(0);
    load(
        &world,
        "appended",
        &["--source", "leak", "--append", "2.txt"],
    )
    .expect(0);
    for index in ["reverse", "turns", "appended"] {
        assert!(
            segment(&world, index, "leak") == segment(&world, "whole", "leak"),
            "{index}"
        );
    }
    let verify = ["verify", "--index", "merged", "--key-file", "key"];
    world.run(verify).expect(0);
}

#[test]
fn an_index_merged_again_or_with_itself_stays_as_it_is() {
    let world = world();
    merge(&world, "merged", &["1", "2"]).expect(0);
    let before = segment(&world, "merged", "leak");
    for again in [&["1"][..], &["2", "1"], &["merged"], &["1", "1", "merged"]] {
        let run = merge(&world, "merged", again).expect(0);
        assert!(run.stderr.contains(" 0 of them new"), "{}", run.stderr);
        assert!(segment(&world, "merged", "leak") == before, "{again:?}");
    }
    // What is a part of the other is no more than the other.
    merge(&world, "1", &["merged"]).expect(0);
    assert!(segment(&world, "1", "leak") == before);
}

#[test]
fn one_index_into_an_empty_one_is_a_copy() {
    let world = world();
    fs::create_dir(world.path("empty")).unwrap();
    merge(&world, "empty", &["1"]).expect(0);
    assert!(segment(&world, "empty", "leak") == segment(&world, "1", "leak"));
}

#[test]
fn sources_of_other_names_join_and_those_there_stay() {
    let world = world();
    load(&world, "3", &["--source", "other", "1.txt"]).expect(0);
    let kept = segment(&world, "3", "other");
    let report = merge(&world, "3", &["2", "1", "--json"]).expect(0).json();
    assert_eq!(report["sources"].as_array().unwrap().len(), 1);
    assert_eq!(
        names(&world.path("3")),
        ["leak.2.segment", "manifest", "other.1.segment"]
    );
    assert!(segment(&world, "3", "other") == kept);
    let stats = stats(&world, "3");
    assert_eq!(stats["distinct"], 5);
    assert_eq!(stats["sources"][0]["records"], 7);
}

#[test]
fn a_file_on_both_sides_beside_others_counts_its_rows_twice_and_says_so() {
    let world = world();
    world.file("3.txt", "12125550103\n");
    load(&world, "a", &["--source", "leak", "1.txt", "2.txt"]).expect(0);
    load(&world, "b", &["--source", "leak", "2.txt", "3.txt"]).expect(0);
    let run = merge(&world, "merged", &["a", "b", "--json"]).expect(0);
    assert!(run.stderr.contains("1 files were loaded"), "{}", run.stderr);
    let source = &run.json()["sources"][0];
    assert_eq!(source["repeated_files"], 1);
    assert_eq!(
        (&source["distinct"], &source["records"]),
        (&json!(6), &json!(11))
    );
    // The file is listed once, and known to later loads.
    let again = ["--source", "leak", "--append", "2.txt", "3.txt", "1.txt"];
    let run = load(&world, "merged", &again).expect(0);
    assert!(run.stderr.contains("no new numbers"), "{}", run.stderr);
}

#[test]
fn the_same_file_read_in_two_ways_gives_the_numbers_of_both() {
    let world = World::new();
    world.run(["keygen", "key"]).expect(0);
    world.file(
        "two.csv",
        "12125550100,12125550101\n12125550102,12125550103\n",
    );
    for field in ["1", "2"] {
        let args = [
            "--source",
            "leak",
            "--delimiter",
            ",",
            "--no-header",
            "--phone-field",
            field,
        ];
        load(&world, field, &[&args[..], &["two.csv"]].concat()).expect(0);
    }
    let report = merge(&world, "1", &["2", "--json"]).expect(0).json();
    let source = &report["sources"][0];
    assert_eq!(
        [&source["distinct"], &source["new"], &source["records"]],
        [&json!(4), &json!(2), &json!(4)]
    );
}

#[test]
fn what_this_index_says_of_a_source_stands_and_what_it_lacks_is_taken() {
    let world = World::new();
    world.run(["keygen", "key"]).expect(0);
    world.file("1.txt", FIRST);
    world.file("2.txt", SECOND);
    world.file("claims.csv", "US,5\n");
    let ours = ["--source", "leak", "--date", "2022-11", "1.txt"];
    load(&world, "1", &ours).expect(0);
    let theirs = [
        "--source",
        "leak",
        "--date",
        "2021",
        "--status",
        "verified",
        "--title",
        "A title",
        "--claimed",
        "claims.csv",
        "2.txt",
    ];
    load(&world, "2", &theirs).expect(0);
    let run = merge(&world, "1", &["2"]).expect(0);
    for said in [
        "source leak: date of 2/leak.1.segment is 2021; 2022-11 is kept",
        "source leak: status of 2/leak.1.segment is verified; alleged is kept",
    ] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    assert!(!run.stderr.contains("title"), "{}", run.stderr);
    let sources = world
        .run(["sources", "--json", "--index", "1"])
        .expect(0)
        .json();
    let source = &sources["sources"][0];
    assert_eq!(
        [&source["title"], &source["date"], &source["status"]],
        [&json!("A title"), &json!("2022-11"), &json!("alleged")]
    );
    assert_eq!(
        stats(&world, "1")["countries"][0]["claimed"],
        json!({"leak": 5})
    );
    let quiet = merge(&world, "1", &["2", "-q"]).expect(0);
    assert_eq!((quiet.stderr.as_str(), quiet.text().as_str()), ("", ""));
}

#[test]
fn a_part_that_is_incomplete_makes_the_source_incomplete() {
    let world = world();
    world.file("3.txt", "12125550103\n");
    let keep_going = ["--source", "leak", "--keep-going", "3.txt", "missing.txt"];
    load(&world, "3", &keep_going).expect(2);
    let run = merge(&world, "1", &["3", "--json"]).expect(0);
    assert!(run.stderr.contains("is incomplete"), "{}", run.stderr);
    assert_eq!(run.json()["sources"][0]["complete"], false);
}

#[test]
fn what_cannot_be_merged_changes_nothing() {
    let world = world();
    world.run(["keygen", "other.key"]).expect(0);
    let args = [
        "load",
        "--index",
        "foreign",
        "--key-file",
        "other.key",
        "--source",
        "a",
        "1.txt",
    ];
    world.run(args).expect(0);
    fs::create_dir(world.path("empty")).unwrap();
    let mut damaged = segment(&world, "2", "leak");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    load(&world, "damaged", &["--source", "leak", "2.txt"]).expect(0);
    world.file("damaged/leak.1.segment", damaged);
    let before = segment(&world, "1", "leak");
    for (path, said) in [
        ("foreign", "made under the key"),
        ("empty", "no source is loaded in this index"),
        ("missing", "no index there"),
        ("damaged", "damaged at byte"),
        ("1.txt", "no leakline index"),
    ] {
        let run = merge(&world, "1", &["2", path]).expect(2);
        assert!(run.stderr.contains(said), "{path}: {}", run.stderr);
        assert!(run.stderr.contains(path), "{path}: {}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 2, "what to do: {}", run.stderr);
        assert_eq!(names(&world.path("1")), ["leak.1.segment", "manifest"]);
        assert!(segment(&world, "1", "leak") == before);
        merge(&world, "new", &[path]).expect(2);
        assert!(!world.path("new").exists(), "{path}");
    }
    // Without paths, without a key, into what is a file.
    merge(&world, "1", &[]).expect(2);
    world.run(["merge", "--index", "1", "2"]).expect(2);
    merge(&world, "1/leak.1.segment", &["2"]).expect(2);
    assert!(segment(&world, "1", "leak") == before);
}

#[test]
fn a_segment_that_somebody_changed_without_the_key_is_refused() {
    let world = world();
    let mut forged = segment(&world, "2", "leak");
    let seal = forged.len() - 104 + 56;
    forged[seal] ^= 1;
    let checksum = xxhash_rust::xxh3::xxh3_64(&forged[seal - 56..seal + 40]);
    forged[seal + 40..].copy_from_slice(&checksum.to_le_bytes());
    let alone = world.file("forged.segment", &forged);
    world.file("2/leak.1.segment", forged);
    for path in [alone.to_str().unwrap(), "2"] {
        let run = merge(&world, "1", &[path]).expect(2);
        assert!(run.stderr.contains("seal"), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn more_segments_than_files_may_be_open_at_first_are_merged() {
    let world = World::new();
    world.run(["keygen", "key"]).expect(0);
    let parts: Vec<String> = (0..24).map(|part| format!("part-{part}")).collect();
    for (part, name) in parts.iter().enumerate() {
        world.file(&format!("{name}.txt"), format!("121255501{part:02}\n"));
        load(&world, name, &["--source", "leak", &format!("{name}.txt")]).expect(0);
    }
    let merge = ["merge", "--index", "merged", "--key-file", "key"];
    let merge = world.command(merge.into_iter().chain(parts.iter().map(String::as_str)));
    let mut shell = Command::new("sh");
    (shell.args(["-c", "ulimit -S -n 20; exec \"$0\" \"$@\""]))
        .arg(merge.get_program())
        .args(merge.get_args())
        .current_dir(world.path("."));
    finish(&mut shell, b"").expect(0);
    assert_eq!(stats(&world, "merged")["distinct"], 24);
}
