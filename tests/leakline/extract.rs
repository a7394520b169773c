//! `extract`: a smaller index that answers as the whole one does, for what it holds.

use serde_json::json;

use crate::world::{World, finish};

fn world() -> World {
    let world = World::with_source(
        "dump.txt",
        "12125550100\n12125550101\n12125550100\n61491570006\n+870773111632\n",
    );
    world.file("second.txt", "12125550100\n+46701740605\n");
    world.file("claims.csv", "US,5\nAU,7\n");
    let args = [
        "load",
        "--source",
        "older",
        "--claimed",
        "claims.csv",
        "--title",
        "Old one",
        "second.txt",
    ];
    world.run(args).expect(0);
    world
}

fn run_on(world: &World, index: &str, args: &[&str]) -> crate::world::Run {
    finish(
        world.command(args).env("LEAKLINE_INDEX", world.path(index)),
        b"",
    )
}

#[test]
fn it_holds_the_countries_named_and_answers_not_covered_for_others() {
    let world = world();
    world
        .run(["extract", "--country", "US", "--country", "Sweden", "small"])
        .expect(0);
    let numbers = [
        "+12125550100",
        "+12125550101",
        "+12125550199",
        "+46701740605",
        "+61491570006",
    ];
    let args = [&["check", "--format", "json"][..], &numbers].concat();
    let report = run_on(&world, "small", &args).expect(1).json();
    let results: Vec<_> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| (&result["status"], &result["sources"]))
        .collect();
    let (exposed, none) = (json!("exposed"), json!([]));
    let expected = [
        (&exposed, &json!(["breach", "older"])),
        (&exposed, &json!(["breach"])),
        (&json!("not-found"), &none),
        (&exposed, &json!(["older"])),
        (&json!("not-covered"), &none),
    ];
    assert_eq!(results, expected);
    run_on(&world, "small", &["verify"]).expect(0);
}

#[test]
fn counts_and_metadata_are_those_of_the_part() {
    let world = world();
    world
        .run(["extract", "--source", "older", "--country", "US", "small"])
        .expect(0);
    let whole = world.run(["sources", "--json"]).expect(0).json();
    let part = run_on(&world, "small", &["sources", "--json"])
        .expect(0)
        .json();
    let [source] = part["sources"].as_array().unwrap().as_slice() else {
        panic!("one source");
    };
    assert_eq!(
        (&source["title"], &source["records"], &source["countries"]),
        (&json!("Old one"), &json!(1), &json!(1))
    );
    assert_eq!(source["key_id"], whole["sources"][0]["key_id"]);
    let stats = run_on(&world, "small", &["stats", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(stats["countries"][0]["claimed"], json!({"older": 5}));
    assert_eq!(
        stats["countries"].as_array().unwrap().len(),
        1,
        "claims of other countries are left behind"
    );
}

#[test]
fn numbers_of_no_country_can_be_named() {
    let world = world();
    world
        .run(["extract", "--country", "001", "small"])
        .expect(0);
    run_on(&world, "small", &["check", "+870773111632"]).expect(1);
}

#[test]
fn all_of_an_index_is_the_same_bytes() {
    let world = world();
    world
        .run(["extract", "--source", "breach", "--source", "older", "copy"])
        .expect(0);
    for source in ["breach", "older"] {
        let copy = std::fs::read(world.segment_in("copy", source)).unwrap();
        assert!(
            copy == std::fs::read(world.segment(source)).unwrap(),
            "{source}"
        );
    }
}

#[test]
fn what_cannot_be_taken_is_2() {
    let world = world();
    world.run(["extract", "small"]).expect(2);
    world.run(["extract", "--country", "XX", "small"]).expect(2);
    world
        .run(["extract", "--source", "other", "small"])
        .expect(2);
    let run = world.run(["extract", "--country", "EG", "small"]).expect(2);
    assert!(run.stderr.contains("Egypt"), "{}", run.stderr);
    assert!(!world.path("small").exists());
    world.run(["keygen", "other.key"]).expect(0);
    world
        .run([
            "extract",
            "--country",
            "US",
            "--key-file",
            "other.key",
            "small",
        ])
        .expect(2);
    let segment = world.segment("older");
    let mut bytes = std::fs::read(&segment).unwrap();
    let whole = bytes.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    world.run(["extract", "--country", "US", "small"]).expect(2);
    assert!(!world.path("small").exists());
    std::fs::write(&segment, whole).unwrap();
    std::fs::create_dir(world.path("small")).unwrap();
    world.run(["extract", "--country", "US", "small"]).expect(0);
    let run = world.run(["extract", "--country", "SE", "small"]).expect(2);
    assert!(run.stderr.contains("is there already"), "{}", run.stderr);
}
