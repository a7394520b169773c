//! Names that others chose: a number in them is masked, and nothing in them gives an order to a
//! terminal, a table or a service that reads the log.
#![cfg(unix)]

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;

use crate::world::{Run, World, names};

/// Digits that every number here has. Names hold them, and nothing that is written may.
const SECRET: &str = "1255501";
const FORMATS: [&str; 7] = ["text", "json", "ndjson", "csv", "sarif", "junit", "github"];

/// A load that says all it can.
const LOAD: [&str; 9] = [
    "load",
    "-vvv",
    "--json",
    "--source",
    "breach",
    "--rejects",
    "rejects.tsv",
    "--max-rejects",
    "100",
];

#[track_caller]
fn assert_masked(what: &str, bytes: &[u8]) {
    let bare: Vec<u8> = (bytes.iter().copied())
        .filter(|byte| !b" ()-.".contains(byte))
        .collect();
    let found = bare
        .windows(SECRET.len())
        .any(|part| part == SECRET.as_bytes());
    assert!(!found, "{what}: {}", String::from_utf8_lossy(bytes));
}

#[track_caller]
fn assert_run_masked(what: &str, run: &Run) {
    assert_masked(what, &run.stdout);
    assert_masked(what, run.stderr.as_bytes());
}

fn zip_of(path: &Path, members: &[(&str, &str)]) {
    let mut archive = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in members {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn numbers_in_names_are_masked_in_the_index_in_reports_and_in_messages() {
    let world = World::new();
    world.file("dumps/+12125550100.txt", "+61491570006\nx\n");
    world.file(
        "dumps/212 555 0101.csv",
        "name,phone\nAnn,+61491570156\nBo,\n",
    );
    world.file("dumps/+1-212-555-0102.pdf", "%PDF-1.4\n\0\0\0");
    zip_of(
        &world.path("dumps/+1 (212) 555-0103.zip"),
        &[
            ("12125550104.txt", "+46701740605\nx\n"),
            ("b/+12125550105.rar", "Rar!\x1a\x07\0"),
        ],
    );
    let mut book = rust_xlsxwriter::Workbook::new();
    for sheet in ["+1 212 555 0106", "other"] {
        let sheet = book.add_worksheet().set_name(sheet).unwrap();
        sheet.write(0, 0, "phone").unwrap();
        sheet.write(1, 0, "+46701740606").unwrap();
    }
    book.save(world.path("dumps/12125550107.xlsx")).unwrap();
    let load = [&LOAD[..], &["dumps"]].concat();
    let loaded = world.run(&load).expect(0);
    assert_run_masked("load", &loaded);
    let report = loaded.json();
    let paths: Vec<&str> = (report["files"].as_array().unwrap().iter())
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    assert!(paths.contains(&"dumps/+*********00.txt"), "{paths:?}");
    assert!(report["distinct"].as_u64().unwrap() >= 4, "{report}");
    let rejects = fs::read(world.path("rejects.tsv")).unwrap();
    assert!(rejects.windows(12).any(|part| part == b"*********00."));
    assert_masked("rejects", &rejects);
    for file in names(&world.path("data/leakline")) {
        assert_masked(&file, file.as_bytes());
        assert_masked(
            &file,
            &fs::read(world.path("data/leakline").join(&file)).unwrap(),
        );
    }
    // Files are still known by their bytes.
    let again = world.run([&load[..], &["--append"]].concat()).expect(0);
    assert!(again.json()["files"][0]["skipped"].is_string());
    assert_run_masked("again", &again);

    world.file("+12125550108.csv", "phone\n+61491570006\nx\n");
    for format in FORMATS {
        for target in [&["--source", "breach"][..], &["--dump", "dumps"]] {
            let report = format!("{format}=report");
            let args = [
                "check", "-vvv", "--format", format, "--report", &report, "-i",
            ];
            let lists = ["+12125550108.csv", "-i", "dumps/12125550107.xlsx"];
            let run = world.run([&args[..], &lists, target].concat()).expect(1);
            assert_run_masked(format, &run);
            assert_masked(format, &fs::read(world.path("report")).unwrap());
        }
    }
    for args in [
        &["verify", "-vvv", "--json"][..],
        &["sources", "--json"],
        &["stats"],
    ] {
        assert_run_masked(args[0], &world.run(args).expect(0));
    }
    // A source takes no number for its name unasked.
    let unnamed = world.run(["load", "dumps/+12125550100.txt"]).expect(2);
    assert!(unnamed.stderr.contains("--source"), "{}", unnamed.stderr);
    assert_run_masked("unnamed", &unnamed);
}

#[test]
fn a_number_in_the_wrong_place_is_in_no_message() {
    let world = World::with_source("dump.txt", "61491570006\n");
    world.file("list.csv", "phone,name\n61491570006,Ann\n");
    let misplaced: [&[&str]; 32] = [
        &["check", "-i", "N"],
        &["check", "--dump", "N", "+61491570006"],
        &["check", "--source", "N", "+61491570006"],
        &["check", "-i", "list.csv", "--phone-column", "N"],
        &["check", "-i", "list.csv", "--country-column", "N"],
        &["check", "-i", "list.csv", "--json-path", "N"],
        &["check", "-i", "list.csv", "--country", "N"],
        &["check", "-i", "list.csv", "--format", "N"],
        &["check", "-i", "list.csv", "--report", "N"],
        &["check", "-i", "list.csv", "--report", "N=x"],
        &["check", "-i", "list.csv", "--encoding", "N"],
        &["check", "-i", "list.csv", "--fail-on", "N+"],
        &["check", "-i", "list.csv", "--baseline", "N"],
        &["check", "-i", "list.csv", "--baseline-expires", "N"],
        &["check", "-i", "list.csv", "-o", "none/N"],
        &["check", "-i", "list.csv", "--index", "N"],
        &["check", "-i", "list.csv", "--key-file", "N"],
        &["check", "-i", "list.csv", "--key-env", "N"],
        &["check", "-i", "list.csv", "--key-command", "N"],
        &["check", "-i", "list.csv", "--key-fd", "N"],
        &["check", "-i", "list.csv", "--N"],
        &["forget", "-i", "N"],
        &["forget", "N"],
        &["load", "N"],
        &["load", "list.csv", "--source", "+N"],
        &["load", "list.csv", "--claimed", "N"],
        &["load", "list.csv", "--date", "N"],
        &["load", "list.csv", "--rejects", "none/N"],
        &["sources", "remove", "N"],
        &["merge", "N"],
        &["overlap", "breach", "N"],
        &["N"],
    ];
    for args in misplaced {
        for number in [
            "+12125550100",
            "12125550100",
            "+1 212 555 0100",
            "1-212-555-0100",
        ] {
            let args: Vec<String> = args.iter().map(|arg| arg.replace('N', number)).collect();
            let run = world.run(&args);
            assert_ne!(run.code, Some(0), "{args:?}");

            assert_run_masked(&args.join(" "), &run);
        }
    }
}

/// Every character that does something instead of being seen, and bytes that are no UTF-8.
fn hostile() -> Vec<Vec<u8>> {
    let controls = ('\u{1}'..='\u{1f}').chain('\u{7f}'..='\u{9f}');
    let marks = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
    let others = [
        '\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{feff}',
    ];
    let characters = controls.chain(marks).chain(others);
    let mut hostile: Vec<Vec<u8>> = characters.map(|c| c.to_string().into_bytes()).collect();
    hostile.extend([vec![0xff], vec![0xc3], vec![0xed, 0xa0, 0x80]]);
    hostile
}

#[track_caller]
fn assert_harmless(what: &str, bytes: &[u8]) {
    let text = str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    for line in text.lines() {
        let bad = |c: char| {
            c.is_control() && c != '\t'
                || "\u{61c}\u{feff}".contains(c)
                || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!line.contains(bad), "{what}: {line:?}");
        // GitHub looks for one command in a line.
        assert!(
            !line.contains("##[") || what == "github",
            "{what}: {line:?}"
        );
        let is_command = line.trim().starts_with("::");
        assert!(!is_command || what == "github", "{what}: {line:?}");
    }
}

#[test]
fn nothing_in_a_name_gives_an_order() {
    let world = World::new();
    let hostile = hostile();
    let mut lists = Vec::new();
    for (index, bytes) in hostile.iter().enumerate() {
        let shapes = [
            &b"::error::"[..],
            bytes,
            b"::warning::##[error]",
            &[bytes[0]],
            b".csv",
        ];
        let name = [&shapes.concat()[..], index.to_string().as_bytes()].concat();
        let path = world.path("dumps").join(OsString::from_vec(name));
        fs::create_dir_all(world.path("dumps")).unwrap();
        fs::write(&path, "phone\n+12125550100\nx\n").unwrap();
        lists.push(path);
    }
    let load = [&LOAD[..], &["--title", "\u{1b}]0;x\u{7}::error::\u{202e}"]].concat();
    // From the folder itself, so that a line could begin with a name.
    let mut command = world.command(load);
    let dumps = lists.iter().map(|path| path.file_name().unwrap());
    command
        .args(["--"])
        .args(dumps.clone())
        .current_dir(world.path("dumps"));
    let loaded = crate::world::finish(&mut command, b"").expect(0);
    assert_harmless("load", loaded.stderr.as_bytes());
    assert_harmless("load --json", &loaded.stdout);
    let rejects = fs::read(world.path("dumps/rejects.tsv")).unwrap();
    assert_harmless("rejects", &rejects);
    let rejects = String::from_utf8(rejects).unwrap();
    assert!(
        rejects.lines().all(|line| line.split('\t').count() == 3),
        "{rejects}"
    );
    fs::remove_file(world.path("dumps/rejects.tsv")).unwrap();

    for format in [
        "text", "json", "ndjson", "csv", "sarif", "junit", "github", "markdown",
    ] {
        let mut command = world.command(["check", "-vvv", "--format", format]);
        for list in dumps.clone() {
            command.arg("-i").arg(list);
        }
        let run = crate::world::finish(command.current_dir(world.path("dumps")), b"").expect(1);
        assert_harmless("check", run.stderr.as_bytes());
        let path_is_encoded = matches!(format, "sarif");
        if !path_is_encoded {
            assert_harmless(format, &run.stdout);
        }
    }
    // What is refused is named, too.
    for list in dumps {
        for args in [
            &["check", "--index"][..],
            &["check", "-i", "none", "--format"],
            &["load", "--date"],
        ] {
            let mut command = world.command(args);
            command.arg(list).current_dir(world.path("dumps"));
            let run = crate::world::finish(&mut command, b"").expect(2);
            assert_harmless("refused", run.stderr.as_bytes());
        }
    }
    for args in [
        &["sources"][..],
        &["sources", "--json"],
        &["verify", "-v"],
        &["verify", "--json"],
        &["stats"],
        &["stats", "--format", "json"],
        &["overlap", "breach", "breach", "--format", "json"],
        &["sources", "remove", "\u{1b}[2J"],
    ] {
        let run = world.run(args);
        assert_harmless(args[0], &run.stdout);
        assert_harmless(args[0], run.stderr.as_bytes());
    }
}
