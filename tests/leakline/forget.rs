//! `forget`: numbers go out of every source, stay out, and nothing tells whether they were there.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::world::{Run, World, names, own_fields};

/// Of a dump in three countries, one number twice.
const DUMP: &str = "12125550100\n12125550101\n12125550101\n12125550102\n61491570006\n46701740605\n";

/// With two sources: `breach`, and `other`, which shares one number with it.
fn world() -> World {
    let world = World::with_source("dump.txt", DUMP);
    world.file("other.txt", "12125550101\n12125550103\n");
    world
        .run(["load", "--source", "other", "other.txt"])
        .expect(0);
    world
}

fn forget(world: &World, numbers: &str) -> Run {
    world.run_with(["forget"], numbers.as_bytes())
}

/// The answer about each number.
fn answers(world: &World, numbers: &[&str]) -> Vec<String> {
    let args = [&["check", "--format", "json"][..], numbers].concat();
    let report = world.run(args).json();
    let results = report["results"].as_array().unwrap().iter();
    results
        .map(|result| result["status"].as_str().unwrap().to_owned())
        .collect()
}

fn tombstones(world: &World) -> std::path::PathBuf {
    let index = world.path("data/leakline");
    let is_tombstones = |name: &String| name.ends_with(".tombstones");
    let name = names(&index).into_iter().find(is_tombstones);
    index.join(name.unwrap_or_default())
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn stats(world: &World) -> Value {
    world.run(["stats", "--format", "json"]).expect(0).json()
}

#[test]
fn what_is_forgotten_is_in_no_source_and_takes_one_record_with_it() {
    let world = world();
    forget(&world, "+12125550101\n+61491570006\n").expect(0);
    let asked = [
        "+12125550101",
        "+61491570006",
        "+12125550100",
        "+12125550103",
        "+46701740605",
    ];
    // No other number of Australia is held.
    let expected = ["not-found", "not-covered", "exposed", "exposed", "exposed"];
    assert_eq!(answers(&world, &asked), expected);

    let stats = stats(&world);
    assert_eq!(stats["distinct"], 4);
    let sources: Vec<_> = (stats["sources"].as_array().unwrap().iter())
        .map(|source| (&source["name"], &source["records"], &source["distinct"]))
        .collect();
    let expected = [
        (&json!("breach"), &json!(4), &json!(3)),
        (&json!("other"), &json!(1), &json!(1)),
    ];
    assert_eq!(sources, expected);
    let overlap = world.run(["overlap", "breach", "other", "--format", "json"]);
    assert_eq!(overlap.expect(0).json()["shared"], 0);
}

#[test]
fn the_tombstones_are_no_source_and_are_verified() {
    let world = world();
    forget(&world, "+12125550101\n").expect(0);
    let sources = world.run(["sources", "--json"]).expect(0).json();
    assert_eq!(sources["sources"].as_array().unwrap().len(), 2);
    let verify = world.run(["verify", "--json"]).expect(0).json();
    let row = &verify["segments"][2];
    assert_eq!(
        [&row["source"], &row["distinct"], &row["ok"]],
        [&Value::Null, &json!(1), &json!(true)]
    );
    let path = tombstones(&world);
    let alone = path.to_str().unwrap();
    for args in [
        &["check", "--index", alone, "+12125550101"][..],
        &["verify", "--index", alone],
        &["sources", "--index", alone],
    ] {
        let run = world.run(args).expect(2);
        assert!(run.stderr.contains("is no source"), "{}", run.stderr);
    }

    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
    let verify = world.run(["verify", "--json"]).expect(2).json();
    assert_eq!(verify["segments"][2]["ok"], false);
}

#[test]
fn a_later_load_rejects_it_with_its_place_and_the_sums_hold() {
    let world = world();
    forget(&world, "+12125550101\n").expect(0);
    world.file(
        "more.txt",
        "x\n12125550104\n12125550101\n\n12125550101\n46701740605\n",
    );
    for way in [&["--append"][..], &["--replace"], &["--dry-run"]] {
        let load = [
            "load",
            "--source",
            "breach",
            "--json",
            "--max-rejects",
            "90",
            "--rejects",
            "rejects.tsv",
            "more.txt",
        ];
        let report = world.run([&load[..], way].concat()).expect(0).json();
        assert_eq!(
            report["rejected_by_reason"],
            json!({"forgotten": 2, "no_digits": 1}),
            "{way:?}"
        );
        let count = |name: &str| report[name].as_u64().unwrap();
        assert_eq!(count("rows"), 6);
        assert_eq!(
            count("rows"),
            count("accepted") + count("rejected") + count("blank")
        );
        assert_eq!(count("accepted"), count("distinct") + count("duplicates"));
        assert_eq!([count("accepted"), count("distinct")], [2, 2]);
        assert_eq!(report["files"][0]["rejected"], 3);
        assert_eq!(
            fs::read_to_string(world.path("rejects.tsv")).unwrap(),
            "file\tline\treason\nmore.txt\t1\tno_digits\nmore.txt\t3\tforgotten\nmore.txt\t5\tforgotten\n"
        );
        let asked = ["+12125550101", "+12125550104"];
        assert_eq!(answers(&world, &asked), ["not-found", "exposed"]);
    }
}

#[test]
fn nothing_tells_whether_it_was_there() {
    let (there, not_there) = (world(), world());
    // The same key, so that the tombstones can be compared.
    let key = fs::read(there.path("config/leakline/key")).unwrap();
    fs::write(not_there.path("config/leakline/key"), key).unwrap();
    fs::remove_dir_all(not_there.path("data")).unwrap();
    for (source, dump) in [("breach", "dump.txt"), ("other", "other.txt")] {
        let kept = fs::read_to_string(not_there.path(dump)).unwrap();
        not_there.file(dump, kept.replace("12125550101\n", ""));
        let load = ["load", "--source", source, dump];
        not_there.run(load).expect(0);
    }
    for args in [&["forget"][..], &["forget", "--json"], &["forget", "-v"]] {
        let runs = [&there, &not_there].map(|world| {
            let run = world.run_with(args, b"+12125550101\n").expect(0);
            // The dumps are others, so the ids of the indexes are too.
            let is_id = |line: &&str| line.contains("\"id\": ");
            let text = run.text();
            let lines = text.lines().filter(|line| !is_id(line)).map(str::to_owned);
            (lines.collect::<Vec<_>>(), run.stderr)
        });
        assert_eq!(runs[0], runs[1]);
    }
    let names = |world: &World| -> Vec<String> {
        let files = files(&world.path("data/leakline")).into_iter();
        files.map(|(name, _)| name).collect()
    };
    assert_eq!(names(&there), names(&not_there));
    assert!(fs::read(tombstones(&there)).unwrap() == fs::read(tombstones(&not_there)).unwrap());
}

#[test]
fn what_a_killed_writer_left_is_removed() {
    let world = world();
    world.file("data/leakline/forgotten.3.tombstones", "half");
    world.file("data/leakline/manifest.partial", "half");
    forget(&world, "+12125550101\n").expect(0);
    let names = files(&world.path("data/leakline")).into_iter();
    let names: Vec<_> = names.map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "breach.3.segment",
            "forgotten.3.tombstones",
            "manifest",
            "other.3.segment"
        ]
    );
}

#[test]
fn merge_takes_over_tombstones_and_brings_nobody_back() {
    let world = world();
    let colleague = ["load", "--index", "colleague", "--source"];
    let load = |rest: &[&str]| world.run([&colleague[..], rest].concat()).expect(0);
    load(&["breach", "dump.txt"]);
    load(&["third", "dump.txt"]);
    let theirs = ["forget", "--index", "colleague"];
    world.run_with(theirs, b"+12125550100\n").expect(0);
    forget(&world, "+12125550101\n").expect(0);

    let report = world.run(["merge", "--json", "colleague"]).expect(0).json();
    let counts: Vec<_> = (report["sources"].as_array().unwrap().iter())
        .map(|source| (&source["source"], &source["distinct"], &source["records"]))
        .collect();
    let expected = [
        (&json!("breach"), &json!(3), &json!(4)),
        (&json!("third"), &json!(3), &json!(4)),
    ];
    assert_eq!(counts, expected);
    let asked = ["+12125550100", "+12125550101", "+12125550102"];
    let expected = ["not-found", "not-found", "exposed"];
    assert_eq!(answers(&world, &asked), expected);
    let verify = world.run(["verify", "--json"]).expect(0).json();
    assert_eq!(verify["segments"][3]["distinct"], 2);
    // Sources that did not come in are rid of them too.
    world.file("sold.txt", "12125550104\n");
    world
        .run(["load", "--index", "third", "--source", "sold", "sold.txt"])
        .expect(0);
    world
        .run_with(["forget", "--index", "third"], b"+12125550103\n")
        .expect(0);
    world.run(["merge", "third"]).expect(0);
    assert_eq!(answers(&world, &["+12125550103"]), ["not-found"]);
    let sources = || {
        let stored = files(&world.path("data/leakline")).into_iter();
        let stored = stored.filter(|(name, _)| name != "manifest");
        stored.map(|(_, bytes)| bytes).collect::<Vec<_>>()
    };
    let before = sources();
    world.run(["merge", "third", "colleague"]).expect(0);
    assert!(sources() == before);
}

#[test]
fn an_extract_forgets_the_same_numbers_of_its_countries() {
    let world = world();
    forget(&world, "+12125550101\n+61491570006\n").expect(0);
    world.run(["extract", "--country", "US", "small"]).expect(0);
    let verify = world.run(["verify", "--index", "small", "--json"]);
    assert_eq!(verify.expect(0).json()["segments"][2]["distinct"], 1);
    let load = [
        "load", "--index", "small", "--source", "again", "--json", "dump.txt",
    ];
    let report = world.run(load).expect(0).json();
    assert_eq!(report["rejected_by_reason"], json!({"forgotten": 2}));
}

#[test]
fn digits_that_may_be_two_numbers_and_old_forms_are_forgotten_as_check_finds_them() {
    for (dump, asked, options) in [
        // Under Germany a national number, and an international one without its plus.
        (
            "+4917139200102\n",
            "4917139200102\n",
            &["--country", "DE"][..],
        ),
        ("4917139200102\n", "4917139200102\n", &["--country", "DE"]),
        ("5215512345678\n", "+525512345678\n", &[]),
        ("+525512345678\n", "5215512345678\n", &[]),
    ] {
        let world = World::new();
        world.file("dump.txt", format!("{dump}+46701740605\n"));
        let load = ["load", "--source", "breach", "dump.txt", "--json"];
        let loaded = world.run(load).expect(0).json();
        assert_eq!(loaded["accepted"], 2);
        let check = [&["check", "-i", "-"][..], options].concat();
        world.run_with(&check, asked.as_bytes()).expect(1);
        let forget = [&["forget"][..], options].concat();
        world.run_with(forget, asked.as_bytes()).expect(0);
        // No other number of the country is held.
        world.run_with(&check, asked.as_bytes()).expect(2);
        let again = world.run([&load[..], &["--replace"]].concat());
        assert_eq!(
            again.expect(0).json()["rejected_by_reason"],
            json!({"forgotten": 1})
        );
    }
}

#[test]
fn contacts_that_are_no_numbers_are_told_by_line_and_the_others_forgotten() {
    let world = world();
    world.file(
        "list.csv",
        "name,phone\nA,12125550101\nB,12\nC,\nD,+12125550100\n",
    );
    let args = ["forget", "--json", "-i", "list.csv", "-i", "-"];
    // Not everything asked was done.
    let run = world.run_with(args, b"+61491570006\n").expect(2);
    let index = run.json()["index"].clone();
    let report = own_fields(run.json());
    let expected = json!({
        "schema_version": 1, "forgotten": 3, "invalid": 1, "blank": 1,
    });
    assert_eq!(report, expected);
    assert_eq!(index["generation"], 3);
    let told = "leakline: list.csv: line 3: no phone number: too_short";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(!run.stderr.contains("555"), "{}", run.stderr);
    let asked = ["+12125550101", "+12125550100", "+12125550102"];
    let expected = ["not-found", "not-found", "exposed"];
    assert_eq!(answers(&world, &asked), expected);

    // Titles above the header are nobody.
    world.file(
        "titled.csv",
        "Requests of May\n\nname,phone\nA,+12125550101\nB,+12125550100\n",
    );
    let run = world
        .run(["forget", "--json", "-i", "titled.csv"])
        .expect(0);
    assert_eq!([&run.json()["forgotten"], &run.json()["invalid"]], [2, 1]);

    let before = files(&world.path("data/leakline"));
    for nothing in ["", "\n\n", "12\nx\n"] {
        forget(&world, nothing).expect(2);
    }
    world.run(["forget", "-i", "missing.txt"]).expect(2);
    world.run(["forget", "-i", "-", "-i", "-"]).expect(2);
    assert!(files(&world.path("data/leakline")) == before);
}

#[test]
fn another_key_or_no_index_is_2_and_changes_nothing() {
    let world = world();
    forget(&world, "+12125550100\n").expect(0);
    world.run(["keygen", "other.key"]).expect(0);
    let before = files(&world.path("data/leakline"));
    let other = ["--key-file", "other.key"];
    let run = world.run_with([&["forget"][..], &other].concat(), b"+12125550101\n");
    let run = run.expect(2);
    assert!(run.stderr.contains("made under the key"), "{}", run.stderr);
    assert!(files(&world.path("data/leakline")) == before);
    // Tombstones alone bind an index to its key too.
    for source in ["breach", "other"] {
        world.run(["sources", "remove", source]).expect(0);
    }
    let load = ["load", "--source", "breach", "dump.txt"];
    world.run([&load[..], &other].concat()).expect(2);
    fs::rename(world.path("config"), world.path("elsewhere")).unwrap();
    world.run(load).expect(2);
    fs::rename(world.path("elsewhere"), world.path("config")).unwrap();
    let report = world
        .run([&load[..], &["--json"]].concat())
        .expect(0)
        .json();
    assert_eq!(report["rejected_by_reason"], json!({"forgotten": 1}));

    let nowhere = ["forget", "--index", "nowhere"];
    let run = world.run_with(nowhere, b"+12125550101\n").expect(2);
    assert!(
        run.stderr.contains("nowhere: no index there"),
        "{}",
        run.stderr
    );
    assert!(!world.path("nowhere").exists());
}

#[test]
fn damaged_tombstones_are_never_passed_over() {
    let world = world();
    forget(&world, "+12125550101\n").expect(0);
    let sound = fs::read(tombstones(&world)).unwrap();
    let segments = fs::read(world.segment("breach")).unwrap();
    for place in (0..sound.len()).step_by(sound.len() / 20) {
        let mut damaged = sound.clone();
        damaged[place] ^= 1;
        for bytes in [damaged, sound[..place].to_vec()] {
            fs::write(tombstones(&world), bytes).unwrap();
            let load = ["load", "--append", "--source", "breach", "other.txt"];
            let run = world.run(load).expect(2);
            assert!(run.stderr.contains("forgotten."), "{}", run.stderr);
            assert!(
                run.stderr.contains("restore the whole folder"),
                "{}",
                run.stderr
            );
            forget(&world, "+12125550100\n").expect(2);
        }
    }
    // Nor is a source in their place.
    fs::copy(world.segment("other"), tombstones(&world)).unwrap();
    let load = ["load", "--append", "--source", "breach", "other.txt"];
    world.run(load).expect(2);
    assert!(fs::read(world.segment("breach")).unwrap() == segments);
}

#[test]
fn no_report_is_written_over_a_file_of_the_index() {
    let world = world();
    forget(&world, "+12125550101\n").expect(0);
    let before = files(&world.path("data/leakline"));
    for path in [tombstones(&world), world.segment("breach")] {
        let path = path.to_str().unwrap();
        for args in [
            &["stats", "-o", path][..],
            &["overlap", "breach", "other", "-o", path],
            &["check", "+12125550101", "-o", path],
            &[
                "load",
                "--append",
                "--source",
                "other",
                "--rejects",
                path,
                "dump.txt",
            ],
        ] {
            let run = world.run(args).expect(2);
            assert!(
                run.stderr.contains("would be overwritten"),
                "{}",
                run.stderr
            );
        }
    }
    assert!(files(&world.path("data/leakline")) == before);
}

#[test]
fn a_number_as_an_argument_is_refused_with_the_flag_to_use() {
    let run = world().run(["forget", "+12125550100"]).expect(2);
    assert!(run.stderr.contains("-i FILE"), "{}", run.stderr);
    assert!(!run.stderr.contains("2125550"), "{}", run.stderr);
}
