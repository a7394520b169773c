//! Damaged dumps: one row lost for one row damaged, and files that are refused as a
//! whole.

use sha2::{Digest as _, Sha256};

use super::*;

fn refusal(bytes: impl AsRef<[u8]>) -> Option<Refusal> {
    refused(bytes, &ReadOptions::default()).refusal()
}

#[test]
fn a_quote_that_is_not_closed_costs_one_record() {
    let rows = "12125550102,\"Cy\"\n12125550103,Di\n";
    for (name, text) in [
        (
            "closed by the next row's",
            format!("12125550100,Ann\n12125550101,\"Bo\n{rows}"),
        ),
        (
            "never closed",
            "12125550100,Ann\n12125550101,\"Bo\n12125550102,Cy\n12125550103,Di\n".to_owned(),
        ),
    ] {
        assert_eq!(
            read(text).listing(),
            [
                "1: 12125550100",
                "2: bad_row",
                "3: 12125550102",
                "4: 12125550103"
            ],
            "{name}"
        );
    }
}

#[test]
fn a_quote_that_is_not_closed_for_megabytes_costs_one_record() {
    let mut text = "12125550100,\"Ann\"\n12125550101,\"Bo\n".to_owned();
    let more = 3 * MAX_ROW_BYTES / 16;
    text.push_str(&"12125550102,Cyd\n".repeat(more));
    let dump = read(&text);
    assert_eq!(dump.rows.len(), more + 2);
    assert_eq!(
        dump.rows
            .iter()
            .filter(|row| row.content == Err(Damage::BadRow))
            .count(),
        1
    );
    assert_eq!(dump.rows[1].content, Err(Damage::BadRow));
    assert_eq!(
        dump.rows.last().unwrap().line,
        u64::try_from(more).unwrap() + 2
    );
}

#[test]
fn a_line_without_end_is_passed_over_in_bounded_space() {
    let long = "1".repeat(5 * MAX_ROW_BYTES);
    for text in [
        format!("12125550100\n{long}\n12125550101\n"),
        format!("12125550100,Ann\n{long}\n12125550101,Bo\n"),
        format!("12125550100,Ann\n12125550102,\"{long}\"\n12125550101,\"Bo\"\n"),
        format!(
            "{{\"phone\":12125550100}}\n{{\"phone\":1}}\n{{\"phone\":{long}}}\n{{\"phone\":12125550101}}\n"
        ),
    ] {
        let mut file = open(text.as_bytes(), &ReadOptions::default()).unwrap();
        let mut rows = Vec::new();
        while let Some(batch) = file.next_batch(Vec::new()).unwrap() {
            assert!(batch.bytes().len() <= 2 * MAX_ROW_BYTES);
            batch.rows(&mut Scratch::default(), &mut |row| {
                rows.push(ReadRow::from(row));
            });
        }
        let bad = rows
            .iter()
            .position(|row| row.content == Err(Damage::LineTooLong))
            .unwrap();
        assert_eq!(rows[bad].raw.len(), MAX_ROW_BYTES);
        assert_eq!(rows[bad + 1].line, rows[bad].line + 1);
        assert_eq!(rows.len(), bad + 2);
        assert!(rows[bad + 1].content.is_ok());
    }
}

#[test]
fn rows_too_short_to_have_the_field_are_bad_and_empty_ones_blank() {
    let dump = read("id,phone\n1,12125550100\n2\n\n   \n3,\n");
    assert_eq!(
        dump.listing(),
        ["2: 12125550100", "3: bad_row", "4: ", "5: ", "6: "]
    );
}

#[test]
fn nuls_stay_in_the_cell() {
    let dump = read(b"12125550100\0\0:1:Ann\n\0\0\0:2:Bo\n12125550101:3:Cy\n");
    assert_eq!(dump.cells(), ["12125550100\0\0", "\0\0\0", "12125550101"]);
}

#[test]
fn broken_json_lines_are_bad_and_a_broken_tail_is_truncated() {
    let dump = read(
        "{\"phone\":1}\n{\"phone\":\n{\"phone\" 2}\n\n{\"phone\":3}{\"phone\":4}\n{\"phone\":5},\n{\"phone\":6}\n{\"phone\":7}\n{\"phone\":\"8",
    );
    assert_eq!(
        dump.listing(),
        [
            "1: 1",
            "2: bad_row",
            "3: bad_row",
            "4: ",
            "5: 3",
            "5: 4",
            "6: 5",
            "7: 6",
            "8: 7",
            "9: truncated"
        ]
    );
}

#[test]
fn a_broken_value_of_a_document_costs_itself_only() {
    let dump = read(r#"[{"phone":1},{"phone":},{"phone":"3"},{"phone":"4"#);
    assert_eq!(
        dump.listing(),
        ["1: 1", "2: bad_row", "3: 3", "4: truncated"]
    );
}

#[test]
fn nesting_beyond_measure_is_a_bad_row() {
    let deep = format!(
        "{{\"phone\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let dump = read(format!(
        "{{\"phone\":1}}\n{deep}\n{{\"phone\":3}}\n{{\"phone\":4}}\n"
    ));
    assert_eq!(dump.listing(), ["1: 1", "2: bad_row", "3: 3", "4: 4"]);
    let dump = read(format!("[{{\"phone\":1}},{deep},{{\"phone\":3}}]"));
    assert_eq!(dump.listing(), ["1: 1", "2: bad_row", "3: 3"]);
}

#[test]
fn what_is_no_dump_is_refused() {
    assert_eq!(
        refusal("<!DOCTYPE html><html><body>404</body></html>"),
        Some(Refusal::Html)
    );
    assert_eq!(
        refusal("It was a dark\nand stormy night,\nthe rain fell\nin torrents.\n"),
        Some(Refusal::NoNumbers)
    );
    assert_eq!(refusal("a,b\nc,d\ne,f\ng,h\n"), Some(Refusal::NoNumbers));
}

#[test]
fn damaged_numbers_are_rows_not_refusals() {
    for text in [
        "1212555xxxx\n",
        "1212555xxxx\n1212555xxxx\n1212555xxxx\n1212555xxxx\n",
        "not a number\n",
        "==== @seller ====\n12125550100\n",
    ] {
        let dump = read(text);
        assert_eq!(dump.rows.len(), text.lines().count(), "{text}");
        assert_eq!(dump.shape.format(), Format::Text);
    }
}

#[test]
fn what_cannot_be_told_is_an_error_that_says_what_to_do() {
    // Either has cells that are no numbers: one of them may be ids.
    let row = |first: &str, third: &str| format!("{first},Ann,{third}\n");
    let two = row("12125550100", "61491570006").repeat(7)
        + &row("99999999999", "61491570006").repeat(2)
        + &row("12125550100", "99999999999").repeat(3);
    let error = refused(two, &ReadOptions::default());
    assert_eq!(
        error.to_string(),
        "several columns could hold the phone numbers: field 1, field 3"
    );
    let none = "a,1234567\nb,12\nc,34567\nd,3\n";
    assert!(matches!(
        refused(none, &ReadOptions::default()),
        DumpError::NoPhoneColumn { .. }
    ));
}

#[test]
fn columns_that_are_not_there_are_errors_that_name_those_that_are() {
    let named = |name: &str| ReadOptions {
        phone: vec![ColumnRef::Name(name.to_owned())],
        ..ReadOptions::default()
    };
    let text = "phone,na\u{1b}me\n12125550100,Ann\n";
    assert_eq!(
        refused(text, &named("mobile")).to_string(),
        "there is no column `mobile`; columns: phone, na\u{fffd}me"
    );
    let error = refused("12125550100,Ann\n12125550101,Bo\n", &named("phone"));
    assert!(matches!(error, DumpError::NoHeader { .. }));
    assert!(!error.to_string().contains("1212"));
    let ninth = ReadOptions {
        phone: vec![ColumnRef::Field(9.try_into().unwrap())],
        ..ReadOptions::default()
    };
    assert!(matches!(
        refused(text, &ninth),
        DumpError::MissingField { fields: 2, .. }
    ));
}

#[test]
fn errors_hold_no_numbers() {
    // Two keys of three are numbers: they are no column, and no names either.
    let keyed_by_number = "{\"12125550100\":{\"x\":\"a\"},\"b\":1,\"c\":1}\n{\"12125550101\":{\"x\":\"b\"},\"b\":1}\n";
    let error = refused(keyed_by_number, &ReadOptions::default());
    assert!(
        !format!("{error} {error:?}").contains("12125550"),
        "{error}"
    );
}

#[test]
fn a_folder_and_a_missing_file_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path| Stream::open(Source::File(path), Limits::default()).err();
    assert!(matches!(
        open(folder.path().to_owned()),
        Some(DumpError::Folder)
    ));
    assert!(matches!(
        open(folder.path().join("none")),
        Some(DumpError::Open(_))
    ));
}

#[test]
fn rows_about_as_long_as_the_limit_are_the_same_in_batches_of_any_size() {
    for length in MAX_ROW_BYTES - 3..MAX_ROW_BYTES + 3 {
        let long = "1".repeat(length);
        for text in [
            format!("12125550100\n{long}\n12125550101\n12125550102"),
            format!("phone,name\n12125550100,Ann\n{long}\n1,\"{long}\"\n12125550102,\"Bo\"\n"),
            format!("phone,name\n12125550100,\"Ann\n{long}\n\"{long}\n12125550102,Bo\n"),
            format!(
                "{{\"phone\":1}}\n{{\"phone\":2}}\n{{\"phone\":\"{long}\"}}\n{{\"phone\":4}}\n"
            ),
            format!(
                "[{{\"phone\":1}},{{\"phone\":{{\"x\":\"{long}\"}},\"a\":[{{\"phone\":3}}]}},{{\"phone\":4}}]"
            ),
        ] {
            let [small, usual, large] = [100_000, MAX_ROW_BYTES, 8 * MAX_ROW_BYTES].map(|size| {
                read_with(text.as_bytes(), &ReadOptions::default(), size)
                    .unwrap()
                    .rows
            });
            assert!(small == usual && usual == large, "{length} {}", &text[..30]);
            assert!(usual.len() >= 4);
        }
    }
}

#[test]
fn a_file_that_grows_is_known_by_the_bytes_whose_rows_were_read() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.txt");
    let mut text = "12125550100\n".repeat(200_000);
    std::fs::write(&path, &text).unwrap();
    let mut growing = std::fs::File::options().append(true).open(&path).unwrap();
    let stream = Stream::open(Source::File(path), Limits::default()).unwrap();
    let mut file = DumpFile::open(stream, &ReadOptions::default(), &judge).unwrap();
    let mut rows = 0;
    let mut count = |batch: Batch| batch.rows(&mut Scratch::default(), &mut |_| rows += 1);
    count(file.next_batch(Vec::new()).unwrap().unwrap());
    // Before its end was seen, and after.
    text += "12125550101\n";
    growing.write_all(b"12125550101\n").unwrap();
    while let Some(batch) = file.next_batch(Vec::new()).unwrap() {
        count(batch);
    }
    growing.write_all(b"12125550102\n").unwrap();
    assert_eq!(rows, 200_001);
    let digest = file.finish().unwrap();
    assert_eq!(digest.bytes, text.len() as u64);
    assert_eq!(digest.sha256, <[u8; 32]>::from(Sha256::digest(text)));
}

#[test]
fn a_pipe_is_read_without_seeking() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let text = "12125550100,Ann\n".repeat(100_000);
    let writer = std::thread::spawn({
        let (pipe, text) = (pipe.clone(), text.clone());
        move || std::fs::write(pipe, text).unwrap()
    });
    let stream = Stream::open(Source::File(pipe), Limits::default()).unwrap();
    let mut file = DumpFile::open(stream, &ReadOptions::default(), &judge).unwrap();
    assert_eq!(file.total_bytes(), None);
    let mut rows = 0;
    while let Some(batch) = file.next_batch(Vec::new()).unwrap() {
        batch.rows(&mut Scratch::default(), &mut |_| rows += 1);
    }
    writer.join().unwrap();
    assert_eq!(rows, 100_000);
    assert_eq!(file.bytes_read(), text.len() as u64);
}

#[test]
fn a_quote_that_is_missing_costs_few_rows_that_are_keyed_by_id() {
    const ROWS: usize = 60;
    let row = |i: usize| {
        format!(
            "\"-M{i:04}\":{{\"phone\":\"12125550{}\",\"n\":\"x\"}}",
            100 + i
        )
    };
    for damaged in [0, 5, 50, 59] {
        let rows: Vec<String> = (0..ROWS)
            .map(|i| {
                if i == damaged {
                    row(i).replace("{\"phone\"", "hone\"")
                } else {
                    row(i)
                }
            })
            .collect();
        let dump = read(format!("{{\"users\":{{{}}}}}", rows.join("\n,")));
        let numbers = dump
            .cells()
            .into_iter()
            .filter(|cell| cell.starts_with("1212"));
        assert!(
            numbers.count() + 4 >= ROWS,
            "{damaged}: {:?}",
            dump.listing()
        );
    }
}
