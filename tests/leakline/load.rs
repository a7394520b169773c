//! `load`: a source is stored whole or not at all, and the counts add up.

use std::fs;

use serde_json::{Value, json};

use crate::world::{Run, World, finish, own_fields};

/// Loads with `--json` and holds the two sums against each other, for the load and for each file.
#[track_caller]
fn load(world: &World, args: &[&str]) -> Value {
    let run = world.run(["load", "--json"].iter().chain(args)).expect(0);
    sums_hold(&run)
}

/// A list of rows that is longer than any sample, and these after it.
fn long(row: &str, late: &str) -> String {
    row.repeat(300_000 / row.len()) + late
}

#[test]
fn a_number_under_a_key_that_comes_late_is_told_and_not_lost() {
    let world = World::new();
    let row = "{\"id\":99999999999,\"phone\":\"+12125550100\"}\n";
    let late = "{\"id\":99999999999}\n{\"handset\":\"+12125550101\"}\n{\"phone\":\"N/A\",\"handset\":12125550102}\n\
                {\"4917139200 10\":{\"12125550103\":1}}\n{\"phone\":\"+12125550104\",\"handset\":\"+12125550105\"}\n";
    world.file("late.json", long(row, late));
    let run = world.run(["load", "late.json", "--json", "--rejects", "r.tsv"]);
    let report = sums_hold(&run.expect(0));
    assert_eq!(report["blank"], 1);
    assert_eq!(report["distinct"], 2);
    assert_eq!(report["rejected_by_reason"], json!({"unread_column": 4}));
    let line = 300_000 / row.len() + 2;
    let run = world
        .run(["load", "late.json", "--quiet", "--replace"])
        .expect(0);
    assert_eq!(
        run.stderr,
        format!("leakline: late.json: 5 numbers in handset, key 1 are not read\n")
    );
    let args = [
        "late.json",
        "--replace",
        "--json-path",
        "phone",
        "--json-path",
        "handset",
    ];
    let report = load(&world, &args);
    assert_eq!(report["distinct"], 5);
    assert_eq!(report["rejected_by_reason"], json!({"unread_column": 2}));
    // A contact is no less a contact.
    let run = world.run([
        "check",
        "-i",
        "late.json",
        "--format",
        "json",
        "--only",
        "invalid",
    ]);
    let report = run.expect(1).json();
    assert_eq!(report["invalid"], 5);
    assert_eq!(report["results"][0]["reason"], "unread_column");
    assert_eq!(report["results"][0]["cell"], "handset");
    assert_eq!(report["results"][0]["line"], line);
}

#[test]
fn a_key_that_is_a_number_is_not_told() {
    let world = World::new();
    let row = "{\"id\":1,\"phone\":\"+12125550110\"}\n";
    for key in [
        "212-555-0177",
        "12125550177",
        "1.212.555.0177",
        "212_5550177",
    ] {
        let late = format!("{{\"{key}\":{{\"name\":\"Ann\"}}}}\n{{\"{key}\":\"+12125550111\"}}\n");
        world.file("late.json", long(row, &late));
        let run = world.run(["load", "late.json", "--replace", "--country", "US", "-vv"]);
        let told = run.expect(0).stderr;
        assert!(told.contains(" in key 1 "), "{told}");
        assert!(
            !told.contains("0177") && !told.contains("1212") && !told.contains("--json-path"),
            "{told}"
        );
    }
}

#[test]
fn too_many_numbers_under_keys_that_are_not_read_stop_a_load() {
    let world = World::new();
    let row = "{\"phone\":\"+12125550100\"}\n";
    let late = "{\"handset\":\"+12125550101\"}\n".repeat(20_000);
    world.file("late.json", long(row, &late));
    let run = world.run(["load", "late.json"]).expect(2);
    assert!(
        run.stderr
            .contains("20,000 unread_column, first at late.json: line"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_number_in_a_field_beyond_the_header_is_told_and_not_lost() {
    let world = World::new();
    let rows = "name;phone\nAnn;+12125550100\nLee;;\"+12125550101\"\nBo;;x\nCy;+12125550102;+12125550103\n";
    world.file("ragged.csv", rows);
    let run = world.run(["load", "ragged.csv", "--json"]).expect(0);
    let report = sums_hold(&run);
    assert_eq!(report["rejected_by_reason"], json!({"unread_column": 1}));
    assert_eq!(
        (&report["accepted"], &report["blank"]),
        (&json!(2), &json!(1))
    );
    assert!(
        run.stderr.contains(
            "ragged.csv: 2 numbers in field 3 are not read\n  \
             to read them, give --phone-column phone --phone-field 3\n"
        ),
        "{}",
        run.stderr
    );
    let args = [
        "ragged.csv",
        "--replace",
        "--phone-column",
        "phone",
        "--phone-field",
        "3",
    ];
    assert_eq!(load(&world, &args)["distinct"], 4);
}

#[test]
fn a_number_in_another_table_of_a_script_is_read_whatever_its_column_is_called() {
    let world = World::new();
    let script = "INSERT INTO users (id, phone) VALUES (1,'+12125550100'),(2,'+12125550101');\n\
                  INSERT INTO devices (id, handset) VALUES (1,'+12125550102');\n";
    world.file("dump.sql", script);
    let report = load(&world, &["dump.sql"]);
    assert_eq!(report["distinct"], 3);
    assert_eq!(
        report["files"][0]["phone_columns"],
        json!(["phone", "handset"])
    );
}

#[track_caller]
fn sums_hold(run: &Run) -> Value {
    let report = run.json();
    let count = |of: &Value, name: &str| of[name].as_u64().unwrap();
    let sum = |of: &Value| count(of, "accepted") + count(of, "rejected") + count(of, "blank");
    assert_eq!(count(&report, "rows"), sum(&report), "{report}");
    assert_eq!(
        count(&report, "accepted"),
        count(&report, "distinct") + count(&report, "duplicates"),
        "{report}"
    );
    let reasons: u64 = report["rejected_by_reason"]
        .as_object()
        .unwrap()
        .values()
        .map(|count| count.as_u64().unwrap())
        .sum();
    assert_eq!(reasons, count(&report, "rejected"), "{report}");
    let countries = report["countries"].as_array().unwrap();
    let of_countries = |name| {
        countries
            .iter()
            .map(|country| count(country, name))
            .sum::<u64>()
    };
    assert_eq!(
        of_countries("records"),
        count(&report, "accepted"),
        "{report}"
    );
    assert_eq!(
        of_countries("distinct"),
        count(&report, "distinct"),
        "{report}"
    );
    let files = report["files"].as_array().unwrap();
    for file in files {
        assert_eq!(count(file, "rows"), sum(file), "{file}");
    }
    for name in ["rows", "accepted", "rejected", "blank"] {
        assert_eq!(
            files.iter().map(|file| count(file, name)).sum::<u64>(),
            count(&report, name),
            "{name}: {report}"
        );
    }
    report
}

#[test]
fn the_report_has_the_promised_fields() {
    let world = World::new();
    world.file(
        "Australia.txt",
        "0491570006\n+61491570156\n61491570006\nxyz\n\n",
    );
    let report = load(&world, &["Australia.txt"]);
    let expected = json!({
        "schema_version": 1,
        "source": "Australia",
        "complete": true,
        "rows": 5,
        "blank": 1,
        "accepted": 3,
        "rejected": 1,
        "rejected_by_reason": {"no_digits": 1},
        "distinct": 2,
        "duplicates": 1,
        "migrated": 0,
        "ambiguous": 0,
        "repaired": {},
        "country_mismatch": 0,
        "countries": [{"country": "AU", "name": "Australia", "records": 3, "distinct": 2}],
        "files": [{
            "path": "Australia.txt",
            "bytes": 41,
            "sha256": report["files"][0]["sha256"],
            "format": "text",
            "encoding": "utf-8",
            "compression": null,
            "phone_columns": ["line"],
            "home": "AU",
            "reading": {"international": 2, "home": 1, "ambiguous": 0},
            "rows": 5,
            "accepted": 3,
            "rejected": 1,
            "blank": 1,
            "unread": {"numbers": 0, "rows_seen": 5, "places": []},
            "skipped": null,
        }],
    });
    assert_eq!(own_fields(report.clone()), expected);
    assert_eq!(report["index"]["generation"], 1);
    assert_eq!(report["index"]["id"].as_str().unwrap().len(), 16);
    assert_eq!(report["files"][0]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn a_source_takes_its_name_from_the_first_dump() {
    let world = World::new();
    world.file("Big Leak (2022).csv.txt", "12125550100\n");
    world.file("folder.d/numbers.txt", "12125550100\n");
    assert_eq!(
        load(&world, &["Big Leak (2022).csv.txt"])["source"],
        "Big-Leak--2022-"
    );
    assert_eq!(load(&world, &["folder.d"])["source"], "folder.d");
    assert_eq!(
        load(&world, &["--source", "given", "folder.d"])["source"],
        "given"
    );
    world.run_with(["load", "-"], b"12125550100\n").expect(2);
    world
        .run_with(["load", "--source", "piped", "-"], b"12125550100\n")
        .expect(0);
    world
        .run(["load", "--source", "not/allowed", "folder.d"])
        .expect(2);
}

#[test]
fn a_source_that_is_there_is_refused_without_a_word_on_what_to_do_with_it() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let before = fs::read(world.segment("breach")).unwrap();
    world.file("more.txt", "12125550101\n");
    let run = world
        .run(["load", "--source", "breach", "more.txt"])
        .expect(2);
    assert!(
        run.stderr.contains("--replace") && run.stderr.contains("--append"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read(world.segment("breach")).unwrap(), before);

    // The counts of a report are those of its load; the source holds both.
    let report = load(&world, &["--source", "breach", "--append", "more.txt"]);
    assert_eq!(
        (&report["rows"], &report["distinct"]),
        (&json!(1), &json!(1))
    );
    world.run(["check", "+12125550100"]).expect(1);
    world.run(["check", "+12125550101"]).expect(1);
    let stats = world.run(["stats", "--format", "json"]).expect(0).json();
    assert_eq!(stats["countries"][0]["distinct"], 2);

    let report = load(&world, &["--source", "breach", "--replace", "more.txt"]);
    assert_eq!(report["distinct"], 1);
    world.run(["check", "+12125550100"]).expect(0);
    world.run(["check", "+12125550101"]).expect(1);
}

#[test]
fn the_same_file_again_is_skipped_and_said() {
    let world = World::new();
    world.file("a/one.txt", "12125550100\n12125550100\n");
    world.file("a/two.txt", "12125550100\n12125550100\n");
    world.file("a/three.txt", "12125550101\n12125550102\n");
    let run = world.run(["load", "--json", "a"]).expect(0);
    let report = sums_hold(&run);
    assert_eq!(
        (&report["rows"], &report["distinct"]),
        (&json!(4), &json!(3))
    );
    assert!(run.stderr.contains("two.txt: skipped"), "{}", run.stderr);
    let skipped: Vec<_> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|file| !file["skipped"].is_null())
        .collect();
    assert_eq!(skipped.len(), 1);

    world.file("b/four.txt", "12125550103\n");
    fs::copy(world.path("a/one.txt"), world.path("b/again.txt")).unwrap();
    let report = load(&world, &["--source", "a", "--append", "b"]);
    assert_eq!(
        (&report["rows"], &report["distinct"]),
        (&json!(1), &json!(1))
    );

    // Nothing but what is held: the source stays as it is.
    let before = fs::read(world.segment("a")).unwrap();
    let report = load(&world, &["--source", "a", "--append", "a"]);
    assert_eq!(
        (&report["rows"], &report["complete"]),
        (&json!(0), &json!(true))
    );
    let piped = fs::read(world.path("b/four.txt")).unwrap();
    world
        .run_with(["load", "--source", "a", "--append", "-"], &piped)
        .expect(0);
    assert_eq!(fs::read(world.segment("a")).unwrap(), before);
}

#[test]
fn nothing_that_comes_through_a_pipe_beside_others_counts_twice() {
    let world = World::new();
    world.file("one.txt", "12125550100\n12125550101\n");
    world.file("two.txt", "12125550102\n");
    let one = fs::read(world.path("one.txt")).unwrap();
    world.run(["load", "one.txt"]).expect(0);
    let before = fs::read(world.segment("one")).unwrap();
    let refused = |args: &[&str], piped: &[u8]| {
        let run = world
            .run_with(["load", "--source"].iter().chain(args), piped)
            .expect(2);
        assert_eq!(
            run.stderr,
            "leakline: -: the same file is loaded already, which shows of a pipe only when it has been read; nothing was \
             stored\n  leave it out, or name the file itself: a file is skipped\n"
        );
    };
    refused(&["one", "--append", "two.txt", "-"], &one);
    refused(&["one", "--append", "-", "two.txt"], &one);
    assert_eq!(fs::read(world.segment("one")).unwrap(), before);
    refused(&["both", "one.txt", "-"], &one);
    assert!(!world.segment("both").exists());
    // The other way round a file is skipped, as is what is held beside nothing new; and nothing
    // counts as nothing.
    let loaded = |args: &[&str], piped: &[u8]| {
        let args = ["load", "--json", "--source"].iter().chain(args);
        sums_hold(&world.run_with(args, piped).expect(0))["rows"].clone()
    };
    assert_eq!(loaded(&["both", "-", "one.txt"], &one), 2);
    assert_eq!(loaded(&["one", "--append", "one.txt", "-"], &one), 0);
    world.file("empty.txt", "");
    assert_eq!(
        loaded(&["one", "--append", "empty.txt", "two.txt", "-"], b""),
        1
    );
}

#[test]
fn too_many_rejects_store_nothing_and_name_the_reasons_with_their_first_place() {
    let world = World::new();
    world.file("dump.txt", "12125550100\nabc\n+1212555xxxx\nxyz\n");
    let run = world.run(["load", "dump.txt"]).expect(2);
    assert!(
        run.stderr.contains("no_digits, first at dump.txt: line 2"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("redacted, first at dump.txt: line 3"),
        "{}",
        run.stderr
    );
    assert!(!world.segment("dump").exists());
    world
        .run(["load", "--max-rejects", "75", "dump.txt"])
        .expect(0);
    // Nothing at all is never a source.
    world.file("none.txt", "+1212555xxxx\n");
    world
        .run(["load", "--max-rejects", "100", "none.txt"])
        .expect(2);
    world.file("empty.txt", "");
    world.run(["load", "empty.txt"]).expect(2);
}

#[test]
fn the_rejects_file_has_places_and_reasons_in_order_and_no_content() {
    let world = World::new();
    let rows: String = (0..30_000)
        .map(|row| {
            if row % 3 == 0 {
                "abc9\n"
            } else {
                "12125550100\n"
            }
        })
        .collect();
    world.file("dump.txt", rows);
    world
        .run([
            "load",
            "--rejects",
            "rejects.tsv",
            "dump.txt",
            "--threads",
            "4",
        ])
        .expect(0);
    let rejects = fs::read_to_string(world.path("rejects.tsv")).unwrap();
    let expected: String = (0..10_000)
        .map(|reject| format!("dump.txt\t{}\tletters\n", reject * 3 + 1))
        .collect();
    assert_eq!(rejects, format!("file\tline\treason\n{expected}"));
}

#[test]
fn a_dry_run_counts_and_stores_nothing() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n12125550100\n");
    let report = load(&world, &["--dry-run", "dump.txt"]);
    assert_eq!(
        (&report["accepted"], &report["distinct"]),
        (&json!(2), &json!(1))
    );
    assert!(!world.path("data").exists() && !world.path("config").exists());
}

#[test]
fn a_named_file_that_is_no_dump_fails_the_load_and_one_in_a_folder_is_skipped() {
    let world = World::new();
    world.file(
        "folder/page.csv",
        "<!DOCTYPE html><html><body>gone</body></html>\n",
    );
    world.file("folder/dump.txt", "12125550100\n");
    let run = world.run(["load", "folder/page.csv"]).expect(2);
    assert!(run.stderr.contains("page.csv"), "{}", run.stderr);
    let run = world.run(["load", "--json", "folder"]).expect(0);
    let report = sums_hold(&run);
    assert_eq!(report["files"].as_array().unwrap().len(), 2);
    assert!(run.stderr.contains("page.csv: skipped"), "{}", run.stderr);
    // Nothing left is an error.
    fs::remove_file(world.path("folder/dump.txt")).unwrap();
    world.run(["load", "--source", "other", "folder"]).expect(2);
}

#[test]
fn keep_going_stores_what_can_be_read_and_is_still_2() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    world.file("page.csv", "<html>\n");
    world.run(["load", "dump.txt", "page.csv"]).expect(2);
    assert!(!world.segment("dump").exists());
    let run = world
        .run(["load", "--json", "--keep-going", "dump.txt", "page.csv"])
        .expect(2);
    assert_eq!(run.json()["complete"], false);
    world.run(["check", "+12125550100"]).expect(1);
}

#[test]
fn home_countries_come_from_flag_then_column_then_file_then_folder() {
    let world = World::new();
    world.file("by file/Sweden.txt", "0701740605\n");
    world.file("Sweden/numbers.txt", "0701740605\n");
    world.file(
        "column.csv",
        "phone,country\n0701740605,SE\n0491570006,Australia\n",
    );
    world.file("Italy.txt", "+46701740605\n0491570006\n");
    assert_eq!(load(&world, &["by file"])["countries"][0]["country"], "SE");
    assert_eq!(load(&world, &["Sweden"])["countries"][0]["country"], "SE");
    let report = load(&world, &["column.csv"]);
    assert_eq!(report["accepted"], 2);
    assert_eq!(report["country_mismatch"], 0);
    let report = load(&world, &["--country", "AU", "Italy.txt"]);
    assert_eq!(report["accepted"], 2);
    assert_eq!(report["country_mismatch"], 1);
}

#[test]
fn claims_are_kept_and_shown_against_the_count() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    world.file(
        "claims.csv",
        "country,count\nUSA,32315282\nEgitto,\"44,823,547\"\n",
    );
    world
        .run(["load", "--claimed", "claims.csv", "dump.txt"])
        .expect(0);
    let stats = world.run(["stats", "--format", "json"]).expect(0).json();
    assert_eq!(
        stats["countries"][0]["claimed"],
        json!({"dump": 32_315_282})
    );
    assert_eq!(stats["countries"][1]["country"], "EG");
    assert_eq!(
        (
            &stats["countries"][1]["distinct"],
            &stats["countries"][1]["claimed"]
        ),
        (&json!(0), &json!({"dump": 44_823_547}))
    );
    world.file("bad.csv", "Egypt,1\nAtlantis,2\n");
    let run = world
        .run(["load", "--source", "x", "--claimed", "bad.csv", "dump.txt"])
        .expect(2);
    assert!(run.stderr.contains("line 2"), "{}", run.stderr);
}

#[test]
fn the_same_rows_give_the_same_bytes_for_any_threads_and_memory() {
    let world = World::new();
    world.run(["keygen", "k"]).expect(0);
    let rows: String = (0..20_000)
        .map(|row| format!("1212555{:04}\n", 100 + row % 100))
        .collect();
    world.file("dump.txt", rows);
    let mut segments = Vec::new();
    for threads in ["1", "2", "8"] {
        for memory in ["64M", "256M", "4G"] {
            let args = [
                "load",
                "dump.txt",
                "--key-file",
                "k",
                "--index",
                "index",
                "--replace",
                "--threads",
                threads,
                "--memory",
                memory,
            ];
            world.run(args).expect(0);
            segments.push(fs::read(world.segment_in("index", "dump")).unwrap());
        }
    }
    assert!(segments.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn memory_that_no_load_works_in_is_refused_with_the_least_that_does() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let run = world.run(["load", "dump.txt", "--memory", "8M"]).expect(2);
    assert!(run.stderr.contains("30M at least"), "{}", run.stderr);
    assert!(!world.path("config").exists(), "no key is made for it");
    world.run(["load", "dump.txt", "--memory", "30M"]).expect(0);
    let few = [
        "load",
        "dump.txt",
        "--replace",
        "--memory",
        "40M",
        "--threads",
        "9",
        "-v",
    ];
    let run = world.run(few).expect(0);
    assert!(
        run.stderr.contains("enough for 1 of 9 threads"),
        "{}",
        run.stderr
    );
}

#[test]
fn keep_going_goes_past_a_file_that_is_not_there() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    world.run(["load", "dump.txt", "missing.txt"]).expect(2);
    assert!(!world.segment("dump").exists());
    let run = world
        .run([
            "load",
            "--json",
            "--keep-going",
            "missing.txt",
            "dump.txt",
            "--source",
            "dump",
        ])
        .expect(2);
    assert_eq!(sums_hold(&run)["complete"], false);
    // From then on the gap is told of.
    let run = world.run(["check", "+12125550199"]).expect(0);
    assert!(
        run.stderr.contains("source dump is incomplete"),
        "{}",
        run.stderr
    );
    assert!(
        world
            .run(["sources"])
            .expect(0)
            .text()
            .contains("incomplete")
    );
}

#[test]
fn no_number_behind_a_nul_is_lost() {
    let world = World::new();
    world.file(
        "dump.txt",
        "12125550100\x00\x0012125550101\0\n12125550102\0\0:1:Ann\n",
    );
    let report = load(&world, &["dump.txt"]);
    assert_eq!(
        (&report["accepted"], &report["repaired"]),
        (&json!(3), &json!({"nul": 3}))
    );
}

#[test]
fn missing_countries_are_told_of() {
    let world = World::new();
    world.file("Austriaia.txt", "12125550100\n12125550101\n0701740605\n");
    let run = world.run(["load", "Austriaia.txt"]).expect(0);
    assert!(
        run.stderr
            .contains("Austriaia.txt: line 3: a number without a country code"),
        "{}",
        run.stderr
    );
}

#[test]
fn no_file_is_overwritten_that_is_being_read() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world.file("list.txt", "12125550100\n");
    let segment = world.segment("breach");
    for args in [
        &["check", "-i", "list.txt", "-o", "./list.txt"][..],
        &[
            "check", "-i", "list.txt", "-o", "out", "--report", "json=out",
        ],
        &["check", "-i", "list.txt", "-o", segment.to_str().unwrap()],
        &["check", "-i", "list.txt", "--report", "json=-"],
        &[
            "check", "--dump", "dump.txt", "-i", "list.txt", "-o", "dump.txt",
        ],
        &["load", "--source", "x", "list.txt", "--rejects", "list.txt"],
    ] {
        assert_eq!(world.run(args).code, Some(2), "{args:?}");
        assert_eq!(
            fs::read(world.path("list.txt")).unwrap(),
            b"12125550100\n",
            "{args:?}"
        );
    }
    assert_eq!(fs::read(world.path("dump.txt")).unwrap(), b"12125550100\n");
    world
        .run(["check", "-i", "list.txt", "-o", "out"])
        .expect(1);
}

#[test]
fn a_table_of_claims_must_hold_some_and_two_columns_alone() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let claims = [
        "",
        "country,count\n",
        "Egypt 44823547\n",
        "EG,4.5\n",
        "EG,44,823,547\n",
    ];
    for claims in claims {
        world.file("claims.csv", claims);
        world
            .run(["load", "--claimed", "claims.csv", "dump.txt"])
            .expect(2);
    }
}

#[test]
fn segments_in_a_folder_are_no_dumps() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let report = load(&world, &["--source", "all", "."]);
    assert_eq!(report["accepted"], 1);
}

#[test]
fn a_table_of_claims_may_come_through_stdin_which_is_used_once() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let args = ["load", "--claimed", "-", "dump.txt"];
    world.run_with(args, b"US,7\n").expect(0);
    let stats = world.run(["stats", "--format", "json"]).expect(0).json();
    assert_eq!(stats["countries"][0]["claimed"], json!({"dump": 7}));
    let args = ["load", "--source", "twice", "--claimed", "-", "-"];
    let run = world.run_with(args, b"US,7\n").expect(2);
    assert!(run.stderr.contains("named twice"), "{}", run.stderr);
    let args = ["load", "--source", "x", "--claimed", "missing", "dump.txt"];
    let run = world.run(args).expect(2);
    assert!(
        run.stderr.contains("that you may read it"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_appending_load_keeps_what_it_says_of_the_source_though_nothing_is_new() {
    let world = World::with_source("dump.txt", "12125550100\n12125550100\n");
    let append = |more: &[&str]| {
        let args = ["load", "--append", "--source", "breach", "dump.txt"];
        world.run([&args, more].concat()).expect(0)
    };
    let before = fs::read(world.segment("breach")).unwrap();
    append(&[]);
    let dry = append(&["--dry-run", "--json"]).json();
    assert_eq!([&dry["rows"], &dry["accepted"]], [0, 0]);
    assert!(fs::read(world.segment("breach")).unwrap() == before);
    let run = append(&["--title", "A title", "--date", "2021", "--json"]);
    assert_eq!(run.json()["rows"], 0);
    assert!(
        run.stderr.contains("the details of the source are stored"),
        "{}",
        run.stderr
    );
    let sources = world.run(["sources", "--json"]).expect(0).json();
    let source = &sources["sources"][0];
    assert_eq!([&source["title"], &source["date"]], ["A title", "2021"]);
    assert_eq!([&source["records"], &source["distinct"]], [2, 1]);
    world.run(["verify"]).expect(0);
}

#[test]
fn a_delimiter_of_dashes_is_the_value_of_its_flag() {
    let world = World::new();
    world.file("dump.txt", "Ann----12125550100\nBo----12125550101\n");
    let args = ["load", "--delimiter", "----", "--phone-field", "2"];
    let run = world.run([&args[..], &["dump.txt", "--json"]].concat());
    assert_eq!(run.expect(0).json()["accepted"], 2);
}

#[test]
fn a_dry_run_may_append_to_nothing() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    fs::create_dir(world.path("index")).unwrap();
    for index in ["index", "none"] {
        let args = ["load", "--index", index, "--append", "--dry-run"];
        world.run([&args[..], &["dump.txt"]].concat()).expect(0);
    }
}

#[test]
fn a_column_that_is_named_twice_counts_once() {
    let world = World::new();
    world.file("dump.csv", "name,phone\nAnn,12125550100\n");
    let args = ["--phone-column", "phone", "--phone-field", "2", "dump.csv"];
    let report = load(&world, &args);
    assert_eq!([&report["rows"], &report["distinct"]], [1, 1]);
    assert_eq!(report["files"][0]["phone_columns"], json!(["phone"]));
}

#[test]
fn an_empty_source_date_epoch_counts_as_unset() {
    let world = World::new();
    world.file("dump.txt", "12125550100\n");
    let load = |epoch: &str| {
        let mut command = world.command(["load", "--replace", "dump.txt"]);
        finish(command.env("SOURCE_DATE_EPOCH", epoch), b"")
    };
    load("").expect(0);
    load("x").expect(2);
}

#[test]
fn more_files_than_fit_into_memory_are_an_error() {
    let world = World::new();
    for file in 0..4_500 {
        let text = format!("121255501{:02}\n\n{file}\n", file % 100);
        world.file(&format!("many/{}/{file}.txt", file / 100), text);
    }
    let load = ["load", "many", "--max-rejects", "100", "--memory"];
    let run = world.run([&load[..], &["30M"]].concat()).expect(2);
    for said in ["more files than fit into memory", "--memory"] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    assert!(!world.path("data/leakline/manifest").exists());
    world.run([&load[..], &["64M"]].concat()).expect(0);
    // None of them is read twice, nor taken for another.
    let again = [&load[..], &["64M", "--append", "--json"]].concat();
    let report = world.run(again).expect(0).json();
    assert_eq!(report["rows"], 0);
    assert_eq!(report["files"].as_array().unwrap().len(), 4_500);
}

#[test]
fn many_files_that_are_loaded_already_are_not_named_one_by_one() {
    let world = World::new();
    for index in 100..120 {
        world.file(&format!("many/{index}.txt"), format!("12125550{index}\n"));
    }
    world.run(["load", "--source", "many", "many"]).expect(0);
    let again = [
        "load", "--source", "many", "--append", "--title", "T", "many",
    ];
    let said = world.run(again).expect(0).stderr;
    let expected = "\
        leakline: many/100.txt and 19 others: skipped: loaded already; -v names all\n\
        leakline: many: no new numbers; the details of the source are stored\n";
    assert_eq!(said, expected);
    let all = world.run([&again[..], &["-v"]].concat()).expect(0).stderr;
    assert_eq!(
        all.matches("the same file is loaded already").count(),
        20,
        "{all}"
    );
}

#[test]
fn an_empty_dump_is_said_to_be_empty() {
    let world = World::new();
    world.file("empty.txt", "");
    let run = world.run(["load", "empty.txt"]).expect(2);
    assert!(run.stderr.contains("dump is empty"), "{}", run.stderr);
}
