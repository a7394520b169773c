//! No number anywhere but where the user asked for it.

use std::fs;
use std::path::Path;

use crate::world::{Run, World};

/// Digits that are in every number used here, after the calling code.
const SECRET: &str = "21255501";

fn assert_absent(what: &str, bytes: &[u8]) {
    // Also where there are marks between the digits.
    let marks = b" ()-.";
    let bare: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|byte| !marks.contains(byte))
        .collect();
    let found = [bytes, &bare].into_iter().any(|bytes| {
        bytes
            .windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes())
    });
    assert!(
        !found,
        "{what} holds a number: {}",
        String::from_utf8_lossy(bytes)
    );
}

fn assert_quiet(what: &str, run: &Run) {
    assert_absent(what, &run.stdout);
    assert_absent(what, run.stderr.as_bytes());
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn no_number_in_the_index_the_logs_or_the_errors() {
    let world = World::new();
    let numbers: String = (0..100)
        .map(|last| format!("121255501{last:02}\n"))
        .collect();
    // Rows that are rejected for every reason, each with the digits in it.
    let bad = "121255501xx\n2125550100 ext\n1.2125550E10\n12125550100125550\n+9992125550100\n0012125550\n\
        \"12125550100\n{\"phone\":\"12125550100\n121255501\u{0}00\n2125550123\n";
    world.file("good.txt", &numbers);
    world.file("bad.txt", format!("{bad}{numbers}"));
    world.file("broken.csv", format!("phone,name\n{bad}{numbers}"));
    world.file(
        "broken.ndjson",
        "{\"phone\":\"12125550100\"}\n{\"phone\":\"12125550101\n{\"phone\":12125550102,}\n",
    );
    let dumps = ["good.txt", "bad.txt", "broken.csv", "broken.ndjson"];
    for (turn, dump) in dumps.iter().enumerate() {
        let source = format!("s{turn}");
        let args = [
            "load",
            "-vvv",
            "--json",
            "--rejects",
            "rejects.tsv",
            "--source",
            &source,
            dump,
        ];
        assert_quiet(dump, &world.run(args));
        assert_absent(
            "the rejects file",
            &fs::read(world.path("rejects.tsv")).unwrap_or_default(),
        );
        let args = [
            "load",
            "-vvv",
            "--max-rejects",
            "0",
            "--source",
            &format!("{source}-strict"),
            dump,
        ];
        assert_quiet(dump, &world.run(args));
        for format in ["text", "json", "ndjson", "sarif", "junit", "github"] {
            assert_quiet(
                dump,
                &world.run(["check", "-vvv", "--format", format, "-i", dump]),
            );
            assert_quiet(
                dump,
                &world.run([
                    "check", "-vvv", "--format", format, "--dump", "good.txt", "-i", dump,
                ]),
            );
        }
        for format in ["text", "json", "csv"] {
            assert_quiet(
                dump,
                &world.run(["check", "--summary", "--format", format, "-i", dump]),
            );
        }
    }
    for args in [
        &["stats", "-vvv"][..],
        &["sources", "-vvv"],
        &["verify", "-vvv"],
    ] {
        assert_quiet("counts", &world.run(args));
    }
    assert!(world.segment("s0").exists());
    for file in files_below(&world.path("data"))
        .into_iter()
        .chain(files_below(&world.path("config")))
    {
        assert_absent(&file.display().to_string(), &fs::read(&file).unwrap());
    }
}

#[test]
fn the_index_holds_no_digits_of_a_number_in_binary_either() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let segment = fs::read(world.segment("breach")).unwrap();
    for number in [12_125_550_100u64, 2_125_550_100] {
        // The bytes that are not zero anyway.
        let (little, big) = (number.to_le_bytes(), number.to_be_bytes());
        let holds = |bytes: &[u8]| segment.windows(5).any(|window| window == bytes);
        assert!(!holds(&little[..5]) && !holds(&big[3..]));
    }
}

#[test]
fn no_number_in_any_report_baseline_or_temporary_folder() {
    let world = World::new();
    fs::create_dir(world.path("tmp")).unwrap();
    let run = |args: &[&str]| {
        let mut command = world.command(args);
        command
            .env("TMPDIR", world.path("tmp"))
            .env("GITHUB_STEP_SUMMARY", world.path("summary.md"));
        let run = crate::world::finish(&mut command, b"");
        let left: Vec<_> = fs::read_dir(world.path("tmp")).unwrap().collect();
        assert!(left.is_empty(), "{args:?}: {left:?}");
        run
    };
    let numbers: String = (0..100)
        .map(|last| format!("121255501{last:02}\n"))
        .collect();
    // Enough rows for the spill file.
    world.file("long.txt", numbers.repeat(3000));
    world.file("dump.txt", &numbers);
    let load = [
        "load",
        "-vvv",
        "--memory",
        "30M",
        "--threads",
        "1",
        "--source",
        "breach",
        "long.txt",
        "dump.txt",
    ];
    assert_quiet("load", &run(&load).expect(0));
    let extra = "Ann,+12125550100 ext. 5,2125550101\nBo,+1 (212) 555-0102,=\"12125550103\"\n\
        Cy,tel:+1-212-555-0104,+1212555010x\nDi,1.2125550105E+10,0012125550106\nEd,+9992125550107,\n";
    world.file("list.csv", format!("name,mobile,phone\n{extra}"));
    let formats = ["text", "json", "ndjson", "sarif", "junit", "github"];
    let inputs: [&[&str]; 4] = [
        &["-i", "list.csv"],
        &["-i", "dump.txt", "-i", "missing.csv"],
        &["-i", "list.csv", "--country", "US", "--explain"],
        &["-i", "list.csv", "--dump", "dump.txt"],
    ];
    for input in inputs {
        for format in formats {
            let report = format!("{format}=report");
            let args = [
                &["check", "-vvv", "--format", format, "--report", &report][..],
                input,
            ];
            assert_quiet(format, &run(&args.concat()));
            assert_absent(format, &fs::read(world.path("report")).unwrap());
        }
        // The rows are the user's own; what is said of them is not.
        let run = run(&[&["check", "-vvv", "--format", "csv"][..], input].concat());
        assert_absent("csv", run.stderr.as_bytes());
    }
    let update = [
        "check",
        "-vvv",
        "-i",
        "list.csv",
        "--country",
        "US",
        "--baseline",
        "known.json",
        "--update-baseline",
    ];
    assert_quiet("update", &run(&update).expect(0));
    assert_quiet("baseline", &run(&update[..update.len() - 1]).expect(0));
    for file in ["known.json", "summary.md"] {
        let bytes = fs::read(world.path(file)).unwrap();
        assert!(!bytes.is_empty());
        assert_absent(file, &bytes);
    }
    assert_quiet(
        "extract",
        &run(&["extract", "-vvv", "--source", "breach", "small"]).expect(0),
    );
    for file in files_below(&world.path("small")) {
        assert_absent("extract", &fs::read(&file).unwrap());
    }
    let forget = [
        "forget", "-vvv", "--json", "-i", "list.csv", "-i", "dump.txt",
    ];
    let run = run(&forget).expect(2);
    assert_quiet("forget", &run);
    assert!(run.json()["invalid"].as_u64().unwrap() > 0);
    for file in files_below(&world.path("data/leakline")) {
        assert_absent("forget", &fs::read(&file).unwrap());
    }
}
