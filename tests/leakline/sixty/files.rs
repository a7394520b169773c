//! Files as a whole: their names and countries, what they are packed in, what is no dump. And what
//! is said of them: no name does harm.

use std::io::Write as _;

use super::{Case, case};
use crate::world::World;

/// Quirks that take more than one load, each with a test of its own here.
pub(super) const TESTED_APART: [u8; 3] = [50, 59, 60];

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn cases() -> Vec<Case> {
    let countries = "phone,country\n0491570006,AUS\n0491570156,Australia \n0491570157,أستراليا\n0491570158,61\n0491570159,+61\n0491570110,0061\n01001234567,602\n0491570156,AU\n0491570157,Atlantis\n61491570158,Atlantis\n";
    let mut cases = vec![
        case(
            47,
            "Italy.txt",
            "+46701740605\n",
            "SE 1; country_mismatch 1",
        ),
        case(
            48,
            "a.csv",
            countries,
            "AU 7; EG 1; no_country 2; duplicates 1",
        ),
        case(
            51,
            "a.zip",
            zip(&[("1.txt", b"12125550100\n"), ("../2.txt", b"12125550101\n")]),
            "US 2",
        ),
        case(51, "a.gz", gzip("12125550100\n"), "US 1"),
        case(
            51,
            "a.txt",
            zstd::encode_all(&b"12125550100\n"[..], 1).unwrap(),
            "US 1",
        ),
        case(
            51,
            "a.rar",
            b"Rar!\x1a\x07\x01\0rest".to_vec(),
            "2: leakline: a.rar: is a RAR archive",
        ),
        case(
            51,
            "a.7z",
            b"7z\xbc\xaf\x27\x1crest".to_vec(),
            "2: leakline: a.7z: is a 7z archive",
        ),
        case(
            51,
            "a.zip",
            zip(&[
                ("1.rar", b"Rar!\x1a\x07\x01\0rest"),
                ("2.txt", b"12125550100\n"),
            ]),
            "US 1; skipped a.zip!1.rar: is a RAR archive",
        ),
        case(52, "a.txt", gzip("12125550100\n"), "US 1"),
        case(
            52,
            "a.csv",
            "<html><body>12125550100</body></html>\n",
            "2: leakline: a.csv: is a web page, not a dump",
        ),
    ];
    for (name, comes_to) in [
        ("UK.txt", "GB 1"),
        ("uae.txt", "AU 1; not_valid 1; country_mismatch 1"),
        ("Austriaia.txt", "AU 1; no_country 1"),
        ("africa.txt", "AU 1; no_country 1"),
        ("1.txt", "AU 1; no_country 1"),
    ] {
        let national = if comes_to.starts_with("GB") {
            ""
        } else {
            "61491570006\n"
        };
        cases.push(case(49, name, format!("{national}02079460000\n"), comes_to));
    }
    let junk: [(&str, &[u8]); 5] = [
        ("SHA1SUMS", b"0123456789 1.txt\n"),
        ("readme.txt", b"call 12125550199\n"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
        ("__MACOSX/._1.txt", b"\0\x05\x16\x07"),
        ("1.txt", b"12125550100\n"),
    ];
    let skipped = "US 1; skipped a.zip!SHA1SUMS: checksums; skipped a.zip!readme.txt: readme or licence; \
        skipped a.zip!.DS_Store: left by an operating system; skipped a.zip!__MACOSX/._1.txt: left by an operating system";
    cases.push(case(57, "a.zip", zip(&junk), skipped));
    cases
}

#[test]
fn the_same_file_again_is_skipped_and_parts_of_one_are_not() {
    let world = World::new();
    world.file("a/India 1.txt", "+919876543210\n");
    world.file("a/India 2.txt", "+919876543211\n");
    world.file("b.zip", zip(&[("India 1.txt", b"+919876543210\n")]));
    let report = world.run(["load", "--json", "a", "b.zip"]).expect(0).json();
    assert_eq!([&report["distinct"], &report["rows"]], [2, 2]);
    let skipped = "skipped b.zip!India 1.txt: the same file is loaded already";
    let said = super::summary(&report);
    assert!(said.contains(skipped), "{said}");
    let report = world
        .run(["load", "--json", "--source", "a", "--append", "a"])
        .expect(0)
        .json();
    assert_eq!(super::summary(&report).matches("loaded already").count(), 2);
}

#[test]
fn names_are_neither_formulas_nor_commands_to_terminals() {
    let world = World::new();
    world.file("=cmd|x.csv", "phone\n12125550100\nabc9\n");
    world.file("@x\ty.csv", "phone\n12125550101\nabc9\n");
    let args = [
        "load",
        "--source",
        "s",
        "--rejects",
        "r.tsv",
        "=cmd|x.csv",
        "@x\ty.csv",
    ];
    world.run(args).expect(0);
    let rejects = std::fs::read_to_string(world.path("r.tsv")).unwrap();
    assert_eq!(
        rejects,
        "file\tline\treason\n'=cmd|x.csv\t3\tletters\n'@x\u{fffd}y.csv\t3\tletters\n"
    );
    world.file(
        "\u{1b}]0;x\u{7}.csv",
        "\u{1b}]0;phone\u{7},\u{1b}[31mid\n12125550100,x\n",
    );
    for flags in [&["-v"][..], &["--phone-column", "none"]] {
        let run = world.run(
            ["load", "--dry-run", "--source", "t", "\u{1b}]0;x\u{7}.csv"]
                .iter()
                .chain(flags),
        );
        assert!(
            !run.stderr.contains(['\u{1b}', '\u{7}']) && !run.stderr.is_empty(),
            "{}",
            run.stderr
        );
        assert!(!run.stdout.contains(&0x1b));
    }
}
