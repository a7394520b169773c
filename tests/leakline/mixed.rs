//! A folder of files in every shape, whose truth is known: one load counts each of them exactly.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use serde_json::{Value, json};

use crate::world::World;

/// Numbers of each file, of which the last forty are the next file's first.
const NUMBERS: usize = 100;
const APART: usize = 60;

/// Area codes, whose 555-0100 to 555-0199 are reserved for fiction.
const AREAS: [u16; 20] = [
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225,
    228,
];

fn number(place: usize) -> String {
    format!("1{}55501{:02}", AREAS[place / 100], place % 100)
}

/// What is in the phone cells of a file: numbers, one that is masked, and nothing.
fn cells(file: usize) -> Vec<String> {
    let first = file * APART;
    let mut cells: Vec<String> = (first..first + NUMBERS).map(number).collect();
    cells.insert(50, "1212555xxxx".to_owned());
    cells.insert(51, String::new());
    cells
}

/// A row for each cell.
fn rows(cells: &[String], row: impl Fn(usize, &str) -> String) -> String {
    cells
        .iter()
        .enumerate()
        .map(|(place, cell)| row(place, cell))
        .collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = format!("\u{feff}{text}");
    text.encode_utf16().flat_map(unit).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap()).collect()
}

fn quoted_json(cell: &str) -> String {
    if cell.is_empty() {
        "null".to_owned()
    } else {
        format!("\"{cell}\"")
    }
}

fn sql(cell: &str) -> String {
    if cell.is_empty() {
        "NULL".to_owned()
    } else {
        format!("'{cell}'")
    }
}

fn xlsx(cells: &[String]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "name").unwrap();
    sheet.write(0, 1, "phone").unwrap();
    for (row, cell) in (1..).zip(cells) {
        sheet.write(row, 0, "Ann").unwrap();
        match cell.parse::<f64>() {
            Ok(number) => sheet.write(row, 1, number).unwrap(),
            Err(_) => sheet.write(row, 1, cell).unwrap(),
        };
    }
    book.save_to_buffer().unwrap()
}

fn ods(cells: &[String]) -> Vec<u8> {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let row = |_, number: &str| {
        format!(
            "<table:table-row>{}{}</table:table-row>",
            cell("Ann"),
            cell(number)
        )
    };
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"1\">\
         {}{}</table:table></office:spreadsheet></office:body></office:document-content>",
        format_args!(
            "<table:table-row>{}{}</table:table-row>",
            cell("name"),
            cell("phone")
        ),
        rows(cells, row)
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    zip(&[
        ("mimetype", kind.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A file of these cells: its format in reports, how it is packed, and its bytes.
type Shape = (&'static str, Option<&'static str>, fn(&[String]) -> Vec<u8>);

fn lines(cells: &[String]) -> String {
    rows(cells, |_, cell| format!("{cell}\n"))
}

fn csv(cells: &[String]) -> String {
    format!(
        "name,phone\n{}",
        rows(cells, |place, cell| format!("Ann {place},{cell}\n"))
    )
}

fn ndjson(cells: &[String]) -> String {
    rows(cells, |place, cell| {
        format!("{{\"id\":{place},\"phone\":{}}}\n", quoted_json(cell))
    })
}

const SHAPES: [Shape; 32] = [
    ("text", None, |cells| lines(cells).into()),
    ("text", None, |cells| {
        lines(cells).replace('\n', "\r\n").into()
    }),
    ("text", None, |cells| {
        lines(cells).replace('\n', "\r").into()
    }),
    ("text", None, |cells| {
        rows(cells, |_, cell| {
            format!("{}{cell}\n", if cell.is_empty() { "" } else { "+" })
        })
        .into()
    }),
    ("text", None, |cells| utf16(&lines(cells), u16::to_le_bytes)),
    ("csv", None, |cells| {
        utf16(&csv(cells).replace(',', "\t"), u16::to_be_bytes)
    }),
    ("csv", None, |cells| {
        format!("\u{feff}{}", csv(cells)).into()
    }),
    ("csv", None, |cells| {
        rows(cells, |place, cell| {
            format!("\"{cell}\",\"Ann\nLee \"\"{place}\"\"\"\n")
        })
        .into()
    }),
    ("csv", None, |cells| {
        format!(
            "msisdn;pays\n{}",
            rows(cells, |_, cell| format!("{cell};US\n"))
        )
        .into()
    }),
    ("csv", None, |cells| {
        rows(cells, |place, cell| {
            format!("10000000000{place:04}\t{cell}\tAnn\n")
        })
        .into()
    }),
    ("csv", None, |cells| {
        rows(cells, |_, cell| format!("{cell}|Ann|US\n")).into()
    }),
    ("csv", None, |cells| {
        rows(cells, |_, cell| format!("{cell}----Ann\n")).into()
    }),
    ("csv", None, |cells| {
        rows(cells, |place, cell| {
            format!("{cell}:{place}:Ann \"Sunny:Lee::5/8/2018 12:00:00 AM\n")
        })
        .into()
    }),
    ("csv", None, |cells| {
        latin1(&rows(cells, |place, cell| {
            format!("{cell}:{place}:Jos\u{e9}:\u{dc}\n")
        }))
    }),
    ("csv", None, |cells| {
        format!("sep=;\n{}", csv(cells).replace(',', ";")).into()
    }),
    ("json", None, |cells| {
        format!(
            "[{}]",
            rows(cells, |_, cell| format!(
                "{{\"n\":{{\"a\":[\"]\"]}},\n\"phone\":{}}},",
                quoted_json(cell)
            ))
        )
        .into()
    }),
    ("ndjson", None, |cells| ndjson(cells).into()),
    ("json", None, |cells| {
        ndjson(cells).replace("}\n", "}").into()
    }),
    ("ndjson", None, |cells| {
        rows(cells, |place, cell| {
            format!(
                "{{\"_id\":\"{place}\",\"_source\":{{\"phone\":{}}}}}\n",
                quoted_json(cell)
            )
        })
        .into()
    }),
    ("ndjson", None, |cells| {
        rows(cells, |_, cell| match cell.parse::<u64>() {
            Ok(number) => format!("{{\"phone\":{{\"$numberLong\":\"{number}\"}}}}\n"),
            Err(_) => format!("{{\"phone\":{}}}\n", quoted_json(cell)),
        })
        .into()
    }),
    ("sql", None, |cells| {
        format!(
            "INSERT INTO t (n,phone) VALUES {};\n",
            rows(cells, |place, cell| format!(
                "{}({place},{})",
                if place == 0 { "" } else { "," },
                sql(cell)
            ))
        )
        .into()
    }),
    ("sql", None, |cells| {
        format!(
            "-- MySQL dump\nCREATE TABLE `t` (`n` text, `phone` text);\n{}",
            rows(cells, |_, cell| format!(
                "INSERT INTO `t` VALUES ('O\\'Hara',{});\n",
                sql(cell)
            ))
        )
        .into()
    }),
    ("sql", None, |cells| {
        format!(
            "COPY t (phone, n) FROM stdin;\n{}\\.\n",
            rows(cells, |_, cell| format!(
                "{}\tx\n",
                if cell.is_empty() { "\\N" } else { cell }
            ))
        )
        .into()
    }),
    ("vcard", None, |cells| {
        rows(cells, |_, cell| {
            let tel = if cell.is_empty() {
                String::new()
            } else {
                format!("TEL;TYPE=CELL:{cell}\r\n")
            };
            format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\n{tel}END:VCARD\r\n")
        })
        .into()
    }),
    ("ldif", None, |cells| {
        rows(cells, |place, cell| {
            format!("dn: cn={place}\nmobile: {cell}\n\n")
        })
        .into()
    }),
    ("xlsx", None, xlsx),
    ("ods", None, ods),
    ("text", Some("gzip"), |cells| gzip(lines(cells).as_bytes())),
    ("csv", Some("zstd"), |cells| {
        zstd::encode_all(csv(cells).as_bytes(), 1).unwrap()
    }),
    ("ndjson", Some("xz"), |cells| xz(ndjson(cells).as_bytes())),
    ("csv", Some("zip+bzip2"), |cells| {
        zip(&[("list", &bzip2(csv(cells).as_bytes()))])
    }),
    ("text", Some("gzip"), |cells| {
        gzip(&tar(&[
            ("a/list.txt", lines(cells).as_bytes()),
            ("a/SHA1SUMS", b"0"),
        ]))
    }),
];

#[test]
fn a_folder_of_every_shape_is_counted_exactly() {
    let world = World::new();
    for (place, (_, _, write)) in SHAPES.iter().enumerate() {
        world.file(&format!("dump/{place:02}"), write(&cells(place)));
    }
    world.file("dump/page.csv", "<html>12125550100</html>\n");
    let run = world
        .run(["load", "--json", "--rejects", "r.tsv", "dump"])
        .expect(0);
    let report = run.json();

    let mut wrong = String::new();
    let files = report["files"].as_array().unwrap();
    for (place, (format, compression, _)) in SHAPES.iter().enumerate() {
        // Of an archive, the member.
        let is_it = |file: &&Value| {
            let path = file["path"].as_str().unwrap();
            path.starts_with(&format!("dump/{place:02}")) && file["rows"] != 0
        };
        let file = files.iter().find(is_it).cloned().unwrap_or_default();
        let found = json!([
            file["format"],
            file["compression"],
            file["rows"],
            file["accepted"],
            file["rejected"],
            file["blank"]
        ]);
        let expected = json!([format, compression, NUMBERS + 2, NUMBERS, 1, 1]);
        if found != expected {
            writeln!(wrong, "{place}: {found}, not {expected}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}{}", run.stderr);

    let shapes = SHAPES.len();
    let distinct = (shapes - 1) * APART + NUMBERS;
    let count = |name: &str| report[name].as_u64().unwrap();
    let counted = [
        "rows",
        "accepted",
        "rejected",
        "blank",
        "distinct",
        "duplicates",
    ]
    .map(count);
    let expected = [
        shapes * (NUMBERS + 2),
        shapes * NUMBERS,
        shapes,
        shapes,
        distinct,
        shapes * NUMBERS - distinct,
    ];
    assert_eq!(counted, expected.map(|count| count as u64));
    assert_eq!(report["rejected_by_reason"], json!({"redacted": shapes}));
    assert_eq!(report["countries"][0]["distinct"], distinct);
    let skipped = files
        .iter()
        .filter(|file| !file["skipped"].is_null())
        .count();
    assert_eq!(skipped, 2, "the page and the checksums");
    let rejects = std::fs::read_to_string(world.path("r.tsv")).unwrap();
    assert_eq!(rejects.lines().count(), 1 + shapes);
    // Every number is found again, and one beyond them is not.
    let list: String = (0..=distinct)
        .map(|place| format!("+{}\n", number(place)))
        .collect();
    let run = world
        .run_with(["check", "--format", "json"], list.as_bytes())
        .expect(1);
    assert_eq!(run.json()["exposed"], distinct);
    assert_eq!(run.json()["not_found"], 1);
}
