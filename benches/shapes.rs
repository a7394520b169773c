//! Rows a second on one core for each shape of a dump: from bytes in memory to numbers read, with
//! nothing stored.
//!
//! `cargo bench --bench shapes [-- NAME]`; without `--bench`, as `cargo test --all-targets` runs
//! it, each takes few rows.

use std::io::{self, Write as _};
use std::time::Instant;

use leakline::dump::{Limits, ReadOptions, Source, Stream};
use leakline::intake::{self, EntryOutcome, FileReaderScratch, MostlyUnread, ReadingPolicy};
use leakline::phone::{Accept, Purpose};

/// A shape by its name, and a dump with the given number of rows in it.
type Shape = (&'static str, fn(usize) -> Vec<u8>);

const SHAPES: [Shape; 20] = [
    ("text", |rows| lines(rows).into()),
    ("csv", |rows| csv(rows, |n| format!("{n},Ann,Lee\n"))),
    ("csv, number last", |rows| {
        csv_under("name,town,phone", rows, |n| format!("Ann,Riga,{n}\n"))
    }),
    ("csv, quoted", |rows| {
        csv(rows, |n| {
            format!("\"{n}\",\"Ann \"\"A\"\"\",\"Lee\nRay\"\n")
        })
    }),
    ("colon, headerless", |rows| {
        each(rows, |n| {
            format!("{n}:100000000000001:Ann:Lee:female::::5/8/2018 12:00:00 AM\n")
        })
    }),
    ("colon, 12 fields", |rows| {
        each(rows, |n| {
            format!(
                "{n}:100000000000001:Ann:Lee:female:Riga, Latvia:Lagos, Nigeria:single:Ann and Lee Ltd:\
                 5/8/2018 12:00:00 AM:ann.lee@mail.example.org:04/03/1980\n"
            )
        })
    }),
    ("csv, 30 columns", |rows| {
        let names: Vec<String> = (3..=30).map(|column| format!("column {column}")).collect();
        let rest = ["Ann", "\"Lee, Ray\"", "17", "Riga"].repeat(7).join(",");
        csv_under(&format!("id,phone,{}", names.join(",")), rows, |n| {
            format!("1,{n},{rest}\n")
        })
    }),
    ("tsv", |rows| each(rows, |n| format!("{n}\tAnn\tLee\n"))),
    ("ndjson", |rows| {
        each(rows, |n| {
            format!("{{\"id\":1,\"name\":\"Ann\",\"phone\":\"{n}\"}}\n")
        })
    }),
    ("ndjson, 400 B", |rows| {
        let rest =
            r#","about":"Ann \"A\" Lee, of Riga: tall, kind; likes trees, rain and long walks""#
                .repeat(5);
        each(rows, |n| format!("{{\"id\":1{rest},\"phone\":\"{n}\"}}\n"))
    }),
    ("json array", |rows| {
        let values = each(rows, |n| {
            format!("{{\"id\":1,\"name\":\"Ann\",\"phone\":\"{n}\"}},\n")
        });
        [b"[", values.as_slice(), b"]"].concat()
    }),
    ("sql insert", |rows| {
        let tuples = each(rows, |n| format!("(1,'Ann','{n}'),"));
        [
            b"INSERT INTO t (id,name,phone) VALUES ",
            tuples.as_slice(),
            b"(1,'','');",
        ]
        .concat()
    }),
    ("sql, 12 columns", |rows| {
        let tuples = each(rows, |n| {
            format!(
                "(1,'{n}','Ann','O''Brien','female','Riga, Latvia',NULL,'Ann & Lee Ltd',-1.5,\
                 '2018-05-08 12:00:00','ann.lee@mail.example.org','1980-04-03'),\n"
            )
        });
        let names = "id,phone,name,surname,sex,town,state,work,score,seen,mail,born";
        let head = format!("INSERT INTO t ({names}) VALUES ");
        [head.as_bytes(), tuples.as_slice(), b"(1);"].concat()
    }),
    ("sql copy", |rows| {
        let lines = each(rows, |n| format!("1\tAnn\t{n}\n"));
        [
            b"COPY t (id, name, phone) FROM stdin;\n",
            lines.as_slice(),
            b"\\.\n",
        ]
        .concat()
    }),
    ("vcard", |rows| {
        each(rows, |n| {
            format!(
                "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Lee\r\nTEL;TYPE=CELL:+{n}\r\nEND:VCARD\r\n"
            )
        })
    }),
    ("ldif", |rows| {
        each(rows, |n| {
            format!("dn: cn=Ann,dc=example\ncn: Ann\nmobile: +{n}\n\n")
        })
    }),
    ("xlsx", xlsx),
    ("text, gzip", |rows| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder
            .write_all(lines(rows).as_bytes())
            .expect("memory takes what is written");
        encoder.finish().expect("memory takes what is written")
    }),
    ("text, zstd", |rows| {
        zstd::encode_all(lines(rows).as_bytes(), 3).expect("memory takes what is written")
    }),
    ("text, utf-16", |rows| {
        let text = format!("\u{feff}{}", lines(rows));
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
];

fn main() -> io::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    arguments.retain(|argument| !argument.starts_with('-'));
    let rows = if is_bench { 1_000_000 } else { 1000 };
    let rounds = if is_bench { 3 } else { 1 };
    let mut out = io::stdout().lock();
    for (name, dump) in SHAPES {
        if !arguments.is_empty()
            && !arguments
                .iter()
                .any(|wanted| name.starts_with(wanted.as_str()))
        {
            continue;
        }
        let dump = dump(rows);
        let best = (0..rounds)
            .map(|_| {
                let begun = Instant::now();
                assert_eq!(numbers(&dump), rows, "{name}");
                begun.elapsed().as_secs_f64()
            })
            .fold(f64::MAX, f64::min);
        writeln!(
            out,
            "{name:18} {:7.2} M rows/s {:8.0} MB/s",
            rows as f64 / best / 1e6,
            dump.len() as f64 / best / 1e6
        )?;
    }
    Ok(())
}

/// How many numbers are read, by this thread alone.
fn numbers(dump: &[u8]) -> usize {
    let limits = Limits {
        memory: 1 << 30,
        ..Limits::default()
    };
    let stream = Stream::open(Source::Memory(dump.to_vec()), limits).expect("one dump");
    let policy = ReadingPolicy {
        purpose: Purpose::Load(Accept::Valid),
        country: None,
        order: leakline::phone::DigitOrder::InternationalFirst,
        mostly_unread: MostlyUnread::Read,
    };
    let (mut file, lens) =
        intake::open(stream, &ReadOptions::default(), policy, None).expect("a dump");
    let (mut scratch, mut buffer, mut numbers) = (FileReaderScratch::default(), Vec::new(), 0);
    while let Some(batch) = file.next_batch(buffer).expect("a whole dump") {
        lens.read(&batch, &mut scratch, &mut |row| {
            numbers += usize::from(matches!(row.entry, EntryOutcome::Number(_)));
        });
        buffer = batch.into_buffer();
    }
    numbers
}

/// A row for each number: a hundred that are reserved for fiction, over and over.
fn each(rows: usize, row: impl Fn(&str) -> String) -> Vec<u8> {
    let numbers = (0..rows).map(|place| format!("1212555{:04}", 100 + place * 37 % 100));
    numbers
        .flat_map(|number| row(&number).into_bytes())
        .collect()
}

fn lines(rows: usize) -> String {
    String::from_utf8(each(rows, |n| format!("{n}\n"))).expect("digits are text")
}

fn csv(rows: usize, row: impl Fn(&str) -> String) -> Vec<u8> {
    csv_under("phone,name,town", rows, row)
}

fn csv_under(header: &str, rows: usize, row: impl Fn(&str) -> String) -> Vec<u8> {
    [header.as_bytes(), b"\n", &each(rows, row)].concat()
}

fn xlsx(rows: usize) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let cells = (0..rows).map(|place| 12_125_550_100.0 + (place * 37 % 100) as f64);
    sheet.write(0, 0, "phone").expect("a cell is written");
    for (row, number) in (1..).zip(cells) {
        sheet.write(row, 0, number).expect("a cell is written");
        sheet.write(row, 1, "Ann").expect("a cell is written");
    }
    book.save_to_buffer().expect("memory takes what is written")
}
