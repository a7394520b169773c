//! Dumps with known truth, made by the project's generator: what comes out is exactly what went in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use leakline::index::Segment;
use serde_json::Value;

use crate::world::World;

/// Runs the generator, built by the cargo that runs the tests.
#[track_caller]
fn synthesize(world: &World, args: &[&str]) {
    let mut command = Command::new(env!("CARGO"));
    command
        .args([
            "run",
            "--quiet",
            "--locked",
            "--example",
            "synthesize",
            "--manifest-path",
        ])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--")
        .args(args)
        .current_dir(world.path(""));
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn truth(world: &World) -> Value {
    serde_json::from_slice(&fs::read(world.path("truth.json")).unwrap()).unwrap()
}

/// Records and distinct numbers of each country.
fn by_country(report: &Value) -> BTreeMap<String, (u64, u64)> {
    let countries = report["countries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|country| {
            let count = |name: &str| country[name].as_u64().unwrap();
            (
                country["country"].as_str().unwrap().to_owned(),
                (count("records"), count("distinct")),
            )
        });
    countries.collect()
}

#[test]
fn a_hundred_thousand_rows_of_88_countries_are_counted_and_found_exactly() {
    let world = World::new();
    let rows = "100000";
    synthesize(
        &world,
        &[
            "--rows",
            rows,
            "--seed",
            "7",
            "--duplicates",
            "0.05",
            "--at-least",
            "60",
            "--out",
            "dumps",
            "--truth",
            "truth.json",
            "--members",
            "members.txt",
            "--non-members",
            "others.txt",
            "--members-per-country",
            "50",
        ],
    );
    let truth = truth(&world);
    let report = world
        .run(["load", "--json", "--source", "leak", "dumps"])
        .expect(0)
        .json();
    assert_eq!(report["rows"], truth["rows"]);
    assert_eq!(report["accepted"], truth["rows"]);
    assert_eq!(report["distinct"], truth["distinct"]);
    assert_eq!(by_country(&report), by_country(&truth));
    assert_eq!(by_country(&report).len(), 88);

    let members = world
        .run(["check", "--format", "json", "-i", "members.txt"])
        .expect(1)
        .json();
    assert_eq!(
        (&members["exposed"], &members["checked"]),
        (&4400.into(), &4400.into())
    );
    let others = world
        .run(["check", "--format", "json", "-i", "others.txt"])
        .expect(0)
        .json();
    assert_eq!(
        (&others["not_found"], &others["checked"]),
        (&4400.into(), &4400.into())
    );

    // Without Egypt's file, absence of an Egyptian number says nothing.
    fs::remove_file(world.path("dumps/Egypt.txt")).unwrap();
    world
        .run(["load", "--replace", "--source", "leak", "dumps"])
        .expect(0);
    let members = world
        .run(["check", "--format", "json", "-i", "members.txt"])
        .expect(1)
        .json();
    assert_eq!(
        (&members["exposed"], &members["not_covered"]),
        (&4350.into(), &50.into())
    );
}

/// The tags of every country of a segment.
fn sections(path: &Path) -> Vec<(&'static str, u64, Vec<u64>)> {
    let segment = Segment::open(path, None).unwrap();
    let sections = segment.countries().iter().map(|country| {
        let tags = segment
            .tags(country.region)
            .map(|tag| tag.unwrap().0)
            .collect();
        (country.region.code(), country.records, tags)
    });
    sections.collect()
}

#[test]
fn every_format_order_and_number_of_threads_gives_the_same_sections() {
    let world = World::new();
    world.run(["keygen", "k"]).expect(0);
    let mut expected = None;
    for (turn, (format, split, order)) in [
        ("text", "country", "by-country"),
        ("csv", "country", "by-country"),
        ("json", "country", "by-country"),
        ("ndjson", "country", "by-country"),
        ("csv", "one", "shuffled"),
        ("ndjson", "one", "shuffled"),
    ]
    .into_iter()
    .enumerate()
    {
        let dumps = format!("dumps-{turn}");
        synthesize(
            &world,
            &[
                "--rows",
                "20000",
                "--seed",
                "9",
                "--duplicates",
                "0.1",
                "--format",
                format,
                "--split",
                split,
                "--order",
                order,
                "--out",
                &dumps,
            ],
        );
        let mut files: Vec<_> = fs::read_dir(world.path(&dumps))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        if turn % 2 == 1 {
            files.reverse();
        }
        let mut args: Vec<String> = [
            "load",
            "--source",
            &dumps,
            "--index",
            "index",
            "--key-file",
            "k",
            "--threads",
            &(turn % 3 + 1).to_string(),
        ]
        .map(String::from)
        .into();
        args.extend(files.iter().map(|file| file.display().to_string()));
        world.run(&args).expect(0);
        let got = sections(&world.segment_in("index", &dumps));
        let expected = expected.get_or_insert_with(|| got.clone());
        assert!(got == *expected, "{format}, {split}, {order}");
        assert_eq!(
            got.iter().map(|(_, records, _)| records).sum::<u64>(),
            20_000
        );
    }
}
