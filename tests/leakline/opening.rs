//! Compressed dumps and archives: every file in them is a file of the load, and none is lost in
//! silence.

use std::fs;
use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::world::{Run, World};

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn zip<B: AsRef<[u8]>>(members: impl IntoIterator<Item = (impl ToString, B)>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes.as_ref()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[track_caller]
fn load(world: &World, args: &[&str]) -> Value {
    world
        .run(["load", "--json"].iter().chain(args))
        .expect(0)
        .json()
}

/// The path, what it is packed in, the rows accepted and why it was skipped, of each file.
fn files(report: &Value) -> Vec<(String, Value, u64, Value)> {
    let files = report["files"].as_array().unwrap();
    let file = |file: &Value| {
        (
            file["path"].as_str().unwrap().to_owned(),
            file["compression"].clone(),
            file["accepted"].as_u64().unwrap(),
            file["skipped"].clone(),
        )
    };
    files.iter().map(file).collect()
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}

#[test]
fn a_compressed_dump_is_known_by_its_bytes_whatever_its_name() {
    let world = World::new();
    let packed = gzip("12125550100\n12125550101\n");
    world.file("dump.txt", &packed);
    let report = load(&world, &["dump.txt"]);
    assert_eq!(report["accepted"], 2);
    let file = &report["files"][0];
    assert_eq!(file["compression"], "gzip");
    assert_eq!(file["format"], "text");
    assert_eq!(file["bytes"], packed.len());
    assert_eq!(file["sha256"], sha256(&packed));
    world.file("plain.txt", "12125550100\n");
    assert_eq!(
        load(&world, &["plain.txt"])["files"][0]["compression"],
        Value::Null
    );

    let run = world.run_with(["load", "--source", "piped", "--json", "-"], &packed);
    assert_eq!(run.expect(0).json()["accepted"], 2);
    // A name that says otherwise says nothing.
    world.file("plain.gz", "12125550100\n");
    assert_eq!(
        load(&world, &["--source", "named", "plain.gz"])["accepted"],
        1
    );
    world
        .run_with(["check", "-i", "-"], &gzip("+12125550100\n"))
        .expect(1);
}

#[test]
fn members_of_archives_are_files_of_the_load_and_their_names_tell_the_country() {
    let world = World::new();
    let members: [(&str, Vec<u8>); 5] = [
        ("Sweden.txt", b"0701740605\n".to_vec()),
        ("Sweden/rows.csv.gz", gzip("name,phone\nAnn,0701740606\n")),
        ("__MACOSX/._Sweden.txt", vec![0, 5, 22, 7]),
        ("page.csv", b"<html>gone</html>".to_vec()),
        ("rar.rar", b"Rar!\x1a\x07\0rest of it".to_vec()),
    ];
    let archive = zip(members);
    world.file("leak.dat", &archive);
    let run = world.run(["load", "--json", "leak.dat"]).expect(0);
    let report = run.json();
    let zipped = || json!("zip");
    assert_eq!(
        files(&report),
        [
            ("leak.dat".to_owned(), Value::Null, 0, Value::Null),
            ("leak.dat!Sweden.txt".to_owned(), zipped(), 1, Value::Null),
            (
                "leak.dat!Sweden/rows.csv.gz".to_owned(),
                json!("zip+gzip"),
                1,
                Value::Null
            ),
            (
                "leak.dat!__MACOSX/._Sweden.txt".to_owned(),
                Value::Null,
                0,
                json!("left by an operating system")
            ),
            (
                "leak.dat!page.csv".to_owned(),
                Value::Null,
                0,
                json!("is a web page, not a dump")
            ),
            (
                "leak.dat!rar.rar".to_owned(),
                Value::Null,
                0,
                json!("is a RAR archive")
            ),
        ]
    );
    assert_eq!(report["countries"][0]["country"], "SE");
    assert_eq!(report["files"][0]["sha256"], sha256(&archive));
    assert_eq!(report["files"][1]["sha256"], sha256(b"0701740605\n"));
    assert!(
        run.stderr.contains("leak.dat!page.csv: skipped"),
        "{}",
        run.stderr
    );

    // The archive's own name counts where its members' names say nothing.
    world.file("Sweden.zip", zip([("1.txt", "0701740607\n")]));
    assert_eq!(
        load(&world, &["Sweden.zip"])["countries"][0]["country"],
        "SE"
    );
    assert!(!world.path("Sweden").exists());
}

#[test]
fn the_same_archive_again_is_skipped() {
    let world = World::new();
    let archive = zip([("a.txt", "12125550100\n"), ("b.txt", "12125550101\n")]);
    world.file("leak.zip", &archive);
    load(&world, &["leak.zip"]);
    let before = fs::read(world.segment("leak")).unwrap();
    let report = load(&world, &["--source", "leak", "--append", "leak.zip"]);
    assert_eq!(report["rows"], 0);
    world
        .run_with(["load", "--source", "leak", "--append", "-"], &archive)
        .expect(0);
    assert_eq!(fs::read(world.segment("leak")).unwrap(), before);
}

#[test]
fn rejects_of_members_are_named_after_them() {
    let world = World::new();
    let archive = zip([
        ("a.txt", "12125550100\nabc9\n"),
        ("b.txt", "12125550101\nabc9\nabc9\n"),
    ]);
    world.file("leak.zip", archive);
    let args = [
        "load",
        "--rejects",
        "r.tsv",
        "--max-rejects",
        "90",
        "leak.zip",
    ];
    world.run(args).expect(0);
    assert_eq!(
        fs::read_to_string(world.path("r.tsv")).unwrap(),
        "file\tline\treason\nleak.zip!a.txt\t2\tletters\nleak.zip!b.txt\t2\tletters\nleak.zip!b.txt\t3\tletters\n"
    );
    let run = world
        .run(["load", "--source", "b", "--max-rejects", "5", "leak.zip"])
        .expect(2);
    assert!(
        run.stderr.contains("leak.zip!a.txt: line 2"),
        "{}",
        run.stderr
    );
}

#[track_caller]
fn nothing_is_stored(world: &World, run: Run, says: &str) {
    let run = run.expect(2);
    assert!(run.stderr.contains(says), "{}", run.stderr);
    assert!(!world.segment("dump").exists());
}

#[test]
fn a_dump_that_breaks_off_is_stored_only_when_asked_and_never_called_whole() {
    let world = World::new();
    let rows: String = (0..50_000)
        .map(|row| format!("1212555{:04}\n", 100 + (row * 7919) % 100))
        .collect();
    let packed = gzip(&rows);
    world.file("dump.gz", &packed[..packed.len() - 20]);
    let run = world.run(["load", "dump.gz"]);
    nothing_is_stored(&world, run, "dump.gz: the gzip data breaks off");
    let run = world
        .run(["load", "--json", "--keep-going", "dump.gz"])
        .expect(2);
    let report = run.json();
    assert_eq!(report["complete"], false);
    let accepted = report["accepted"].as_u64().unwrap();
    assert!((40_000..50_000).contains(&accepted), "{accepted}");
    assert_eq!(report["rejected"], 0);
    world.run(["check", "+12125550100"]).expect(1);
    // It is not held: the whole file is another one.
    world.file("whole.gz", &packed);
    let report = load(&world, &["--source", "dump", "--append", "whole.gz"]);
    assert_eq!(report["accepted"], 50_000);
    world
        .run_with(["check", "-i", "-"], &packed[..packed.len() - 20])
        .expect(2);
}

#[test]
fn encrypted_archives_are_refused_by_name() {
    let world = World::new();
    let mut archive = zip([("a.txt", "12125550100\n"), ("b.txt", "12125550101\n")]);
    archive[6] |= 1;
    world.file("dump.zip", &archive);
    let run = world.run(["load", "dump.zip"]);
    nothing_is_stored(&world, run, "dump.zip!a.txt: is encrypted");
    world.file("folder/dump.zip", &archive);
    let report = load(&world, &["folder"]);
    assert_eq!(report["files"][1]["skipped"], "is encrypted");
    assert_eq!(report["accepted"], 1);
}

#[test]
fn bombs_end_with_the_flag_that_bounds_them() {
    let world = World::new();
    // 70 MiB of one line in less than one.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![b'1'; 1 << 20];
    bomb.write_all(b"12125550100\n").unwrap();
    for _ in 0..70 {
        bomb.write_all(&block).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    world.file("dump.gz", &bomb);
    let run = world.run(["load", "--max-expansion", "10M", "dump.gz"]);
    nothing_is_stored(&world, run, "--max-expansion");
    let run = world.run(["load", "--max-ratio", "50", "dump.gz"]);
    nothing_is_stored(&world, run, "--max-ratio");
    world.file("dump.zip", zip([("dump.gz", &bomb)]));
    let run = world.run(["load", "--max-expansion", "10M", "dump.zip"]);
    nothing_is_stored(&world, run, "--max-expansion");
    // Everything that came out before the end is kept when asked for.
    let args = [
        "load",
        "--keep-going",
        "--json",
        "--max-expansion",
        "10M",
        "dump.zip",
    ];
    let run = world.run(args).expect(2);
    assert_eq!(run.json()["accepted"], 1);

    let unlike = |place| format!("12125550100\n{}", "\n".repeat(place));
    let many = zip((0..2000).map(|place| (format!("{place}.txt"), unlike(place))));
    world.file("many.zip", many);
    let run = world
        .run([
            "load",
            "--source",
            "dump2",
            "--max-entries",
            "1000",
            "many.zip",
        ])
        .expect(2);
    assert!(run.stderr.contains("--max-entries"), "{}", run.stderr);
    assert_eq!(load(&world, &["many.zip"])["accepted"], 2000);
    let nested = gzip(gzip(gzip("12125550100\n")));
    world.file("nested.gz", nested);
    world
        .run(["load", "--max-layers", "2", "nested.gz"])
        .expect(2);
    world.run(["load", "nested.gz"]).expect(0);
}

#[test]
fn contact_lists_may_be_packed_and_are_named_by_member() {
    let world = World::with_source("dump.zip", zip([("a.txt", "12125550100\n")]));
    world.file(
        "lists.zip",
        zip([
            ("a.csv", "phone\n+12125550100\n"),
            ("b.txt", "+12125550101\n"),
        ]),
    );
    let run = world
        .run(["check", "--format", "json", "-i", "lists.zip"])
        .expect(1);
    let results = run.json()["results"].clone();
    assert_eq!(results[0]["input"], "lists.zip!a.csv");
    assert_eq!(results[0]["line"], 2);
    assert_eq!(results[1]["input"], "lists.zip!b.txt");
    assert_eq!(results[1]["status"], "not-found");
    // A member that cannot be read may hold contacts: nothing is decided.
    world.file(
        "broken.zip",
        zip([("a.txt", "+12125550101\n"), ("b.txt", "<html>")]),
    );
    world.run(["check", "-i", "broken.zip"]).expect(2);
    // A dump may be packed as well.
    world.file("again.zip", zip([("a.txt", "12125550100\n")]));
    world
        .run(["check", "--dump", "again.zip", "+12125550100"])
        .expect(1);
}

#[test]
fn sql_dumps_are_loaded_tuple_by_tuple_and_packed_too() {
    let world = World::new();
    let rows: Vec<String> = (0..30_000)
        .map(|row| format!("({row},'O\\'Hara','1212555{:04}')", 100 + row % 100))
        .collect();
    let create = "CREATE TABLE `u` (`id` int, `name` text, `phone` text, PRIMARY KEY (`id`));\n";
    let dump = format!(
        "-- MySQL dump 10.13\n{create}INSERT INTO `u` VALUES {};\n",
        rows.join(",")
    );
    world.file("dump.sql.gz", gzip(dump));
    let report = load(&world, &["dump.sql.gz"]);
    assert_eq!(
        (&report["rows"], &report["accepted"], &report["distinct"]),
        (&json!(30_000), &json!(30_000), &json!(100))
    );
    let file = &report["files"][0];
    assert_eq!(file["format"], "sql");
    assert_eq!(file["compression"], "gzip");
    assert_eq!(file["phone_columns"], json!(["phone"]));
    world.file(
        "c.txt",
        "COPY u (phone, country) FROM stdin;\n0701740605\tSE\n\\N\t\\N\n\\.\n",
    );
    let report = load(
        &world,
        &["--source", "copy", "--input-format", "sql", "c.txt"],
    );
    assert_eq!(
        (&report["accepted"], &report["blank"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn contact_cards_are_checked_card_by_card() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nTEL;TYPE=CELL:+1 212 555-0100\r\nEND:VCARD\r\n\
                 BEGIN:VCARD\r\nVERSION:4.0\r\nTEL;VALUE=uri:tel:+1-212-555-0101\r\nEND:VCARD\r\n";
    world.file("contacts.vcf", cards);
    let run = world
        .run(["check", "--format", "json", "-i", "contacts.vcf"])
        .expect(1);
    let results = run.json()["results"].clone();
    assert_eq!(
        (&results[0]["line"], &results[0]["status"]),
        (&json!(1), &json!("exposed"))
    );
    assert_eq!(
        (&results[1]["line"], &results[1]["status"]),
        (&json!(2), &json!("not-found"))
    );
}

/// Sheet by sheet, names and rows of cells.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write(row, column, number).unwrap(),
                    Err(_) => sheet.write(row, column, *cell).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn spreadsheets_are_read_sheet_by_sheet_and_every_digit_counts() {
    let world = World::new();
    let list: &[&[&str]] = &[
        &["name", "mobile", "phone"],
        &["Ann", "61491570006", "+1 212 555 0100"],
        &["Bo", "447700900123.5", ""],
    ];
    let one = workbook(&[("Sheet1", list)]);
    world.file("breach.dat", &one);
    let report = load(&world, &["breach.dat"]);
    let file = &report["files"][0];
    assert_eq!(file["format"], "xlsx");
    assert_eq!(file["phone_columns"], json!(["mobile", "phone"]));
    assert_eq!(file["sha256"], sha256(&one));
    assert_eq!(
        (
            &report["accepted"],
            &report["blank"],
            &report["rejected_by_reason"]
        ),
        (&json!(2), &json!(1), &json!({"scientific": 1}))
    );
    let report = load(&world, &["--source", "breach", "--append", "breach.dat"]);
    assert_eq!(report["rows"], 0);

    world.file("contacts.xlsx", &one);
    let run = world
        .run(["check", "--format", "json", "-i", "contacts.xlsx"])
        .expect(1);
    let results = run.json()["results"].clone();
    let place = |at: usize| {
        let found = &results[at];
        (
            found["input"].clone(),
            found["line"].clone(),
            found["cell"].clone(),
        )
    };
    assert_eq!(
        place(0),
        (json!("contacts.xlsx"), json!(2), json!("mobile"))
    );
    assert_eq!(place(1), (json!("contacts.xlsx"), json!(2), json!("phone")));
    assert_eq!(results[2]["reason"], "scientific");
    // Rows of a sheet pass through as the CSV that they are.
    let run = world
        .run(["check", "--format", "csv", "-i", "contacts.xlsx"])
        .expect(1);
    assert_eq!(
        run.text(),
        "name,mobile,phone,exposure,country,sources\n\
         Ann,61491570006,+1 212 555 0100,exposed,US,breach\n\
         Bo,4.477009001235E11,,invalid,,\n"
    );

    let several = workbook(&[
        ("List", list),
        ("Empty", &[]),
        ("Notes", &[&["remark"], &["none of these is one"]]),
    ]);
    let run = world
        .run_with(
            [
                "check",
                "--format",
                "json",
                "--input-format",
                "xlsx",
                "-i",
                "-",
            ],
            &several,
        )
        .expect(1);
    assert_eq!(run.json()["results"][0]["input"], "-!List");
    assert!(run.stderr.contains("-!Notes: skipped"), "{}", run.stderr);
    world.file("several.xlsx", &several);
    world
        .run(["check", "--dump", "several.xlsx", "+61491570006"])
        .expect(1);
    let report = load(&world, &["several.xlsx"]);
    let paths: Vec<_> = files(&report).into_iter().map(|(path, ..)| path).collect();
    assert_eq!(
        paths,
        ["several.xlsx", "several.xlsx!List", "several.xlsx!Notes"]
    );
    assert_eq!(report["files"][0]["format"], "xlsx");
    assert_eq!(report["accepted"], 2);

    let run = world.run([
        "load",
        "--source",
        "x",
        "--memory",
        "64M",
        "--input-format",
        "ods",
        "breach.dat",
    ]);
    let run = run.expect(2);
    assert!(
        run.stderr.contains("breach.dat: is not ods"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_in_two_archives_is_loaded_once() {
    let world = World::new();
    let (india, more) = ("+919876543210\n", "+919876543211\n");
    world.file("a.zip", zip([("India 1.txt", india)]));
    let members = [("India 1.txt", india), ("2.txt", more), ("3.txt", more)];
    world.file("b.zip", zip(members));
    let report = load(&world, &["a.zip", "b.zip"]);
    assert_eq!([&report["rows"], &report["distinct"]], [2, 2]);
    let skipped = |report: &Value| -> Vec<String> {
        let files = files(report).into_iter();
        files
            .filter(|(_, _, _, skipped)| *skipped == json!("the same file is loaded already"))
            .map(|(path, ..)| path)
            .collect()
    };
    assert_eq!(skipped(&report), ["b.zip!India 1.txt", "b.zip!3.txt"]);

    load(&world, &["--source", "later", "a.zip"]);
    let report = load(&world, &["--source", "later", "--append", "b.zip"]);
    assert_eq!([&report["rows"], &report["duplicates"]], [1, 0]);
    assert_eq!(skipped(&report), ["b.zip!India 1.txt", "b.zip!3.txt"]);
    world.run(["verify"]).expect(0);
}

#[test]
fn the_same_digits_under_another_country_are_other_numbers() {
    let world = World::new();
    let digits = "3123456789\n";
    let members = [
        ("Italy/1.txt", digits),
        ("India/1.txt", "9876543210\n"),
        ("Italy/2.txt", digits),
    ];
    world.file("z.zip", zip(members));
    let report = load(&world, &["z.zip"]);
    assert_eq!([&report["rows"], &report["distinct"]], [2, 2]);
    world.file(
        "y.zip",
        zip([
            ("Mexico/1.txt", "5512345678\n"),
            ("United States/1.txt", "5512345678\n"),
        ]),
    );
    let report = load(&world, &["y.zip", "--max-rejects", "100"]);
    assert!(
        files(&report).iter().all(|(.., skipped)| skipped.is_null()),
        "{report}"
    );
}

#[test]
fn dumps_that_break_off_at_the_same_length_are_two() {
    let world = World::new();
    let broken = |first: u64| {
        let rows: String = (0..20_000).fold(String::new(), |rows, turn| {
            rows + "1212" + &format!("{}\n", 5_550_100 + (first + turn * 7919) % 100)
        });
        let mut packed = gzip(rows);
        packed.truncate(1000);
        packed
    };
    world.file("a.gz", broken(0));
    world.file("b.gz", broken(50));
    for args in [&["a.gz"][..], &["b.gz", "--append"]] {
        let flags = ["load", "--json", "--source", "g", "--keep-going"];
        let report = world.run(flags.iter().chain(args)).expect(2).json();
        assert!(report["accepted"].as_u64() > Some(100), "{report}");
    }
}
