//! The shapes that dumps come in.

use super::*;

fn phone_name(name: &str) -> ReadOptions {
    ReadOptions {
        phone: vec![ColumnRef::Name(name.to_owned())],
        ..ReadOptions::default()
    }
}

fn phone_field(field: usize) -> ReadOptions {
    ReadOptions {
        phone: vec![ColumnRef::Field(field.try_into().unwrap())],
        ..ReadOptions::default()
    }
}

#[test]
fn bare_lines_with_any_line_end_and_none_at_the_end() {
    for end in ["\n", "\r\n", "\r"] {
        let dump = read(format!("12125550100{end}{end}12125550101"));
        assert_eq!(dump.shape.format(), Format::Text, "{end:?}");
        assert_eq!(dump.shape.line_end(), end.as_bytes());
        assert_eq!(
            dump.listing(),
            ["1: 12125550100", "2: ", "3: 12125550101"],
            "{end:?}"
        );
        assert_eq!(dump.shape.phone_columns(), ["line"]);
    }
}

#[test]
fn nul_ends_lines_when_asked() {
    let options = ReadOptions {
        line_end: LineEnd::Nul,
        ..ReadOptions::default()
    };
    let dump = read_as(b"12125550100\x0012125550101\0", &options);
    assert_eq!(dump.listing(), ["1: 12125550100", "2: 12125550101"]);
    assert_eq!(dump.rows[0].raw, b"12125550100\0");
}

#[test]
fn an_encoding_is_what_the_user_says() {
    let said = |name: &str| ReadOptions {
        encoding: Some(name.parse().unwrap()),
        ..ReadOptions::default()
    };
    let text = "nom;téléphone\nAndré;12125550100\n";
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let dump = read_as(&latin, &said("latin1"));
    assert_eq!(dump.shape.encoding(), "windows-1252");
    assert_eq!(dump.shape.phone_columns(), ["téléphone"]);
    assert_eq!(dump.rows[0].raw, "André;12125550100\n".as_bytes());
    // Too short, and too far from digits, to be seen as UTF-16.
    let utf16: Vec<u8> = "电话\n12125550100\n"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let dump = read_as(&utf16, &said("utf-16be"));
    assert_eq!(dump.shape.encoding(), "utf-16be");
    assert_eq!(dump.cells(), ["12125550100"]);
    assert_eq!(dump.digest.bytes, utf16.len() as u64);
    // What a user says is not overruled by a mark, and what cannot be decoded costs no row.
    let dump = read_as(b"\xff\xfe12125550100\n\xe9:12125550101\n", &said("utf-8"));
    assert_eq!(dump.rows.len(), 2);
    let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("電話,名前\n12125550100,山田\n");
    let dump = read_as(&japanese, &said("shift_jis"));
    assert_eq!(dump.shape.phone_columns(), ["電話"]);
}

#[test]
fn an_empty_file_has_no_rows() {
    for empty in ["", "\u{feff}", "[]", "[ ]\n"] {
        let dump = read(empty);
        assert!(dump.rows.is_empty(), "{empty:?}");
        assert!(!dump.shape.phone_columns().is_empty() || dump.shape.format() == Format::Text);
    }
}

#[test]
fn numbers_keep_the_delimiters_that_are_written_in_them() {
    for line in [
        "+1 (212) 555-0100",
        "tel:+1-212-555-0100",
        "+49 171/39200-10",
        "12125550100 12125550101",
    ] {
        let dump = read(format!("{line}\n{line}\n{line}\n"));
        assert_eq!(dump.shape.format(), Format::Text, "{line}");
        assert_eq!(dump.cells(), [line; 3]);
    }
}

#[test]
fn lines_of_nothing_but_numbers_are_cells_of_several() {
    for separator in [";", ",", " / ", "\t"] {
        let line = format!("12125550100{separator}12125550101");
        let dump = read(format!("{line}\n{line}\n"));
        assert_eq!(dump.shape.format(), Format::Text, "{separator:?}");
        assert_eq!(dump.cells(), [line.as_str(); 2]);
    }
}

#[test]
fn headerless_colon_rows_need_no_field_count() {
    let rows =
        "12125550100:100000000000001:Ann:Lee:female:::::5/8/2018 12:00:00 AM::\n12125550101:1:Bo\n";
    let dump = read(rows);
    assert_eq!(dump.shape.format(), Format::Csv);
    assert_eq!(dump.shape.delimiter().unwrap().as_bytes(), b":");
    assert_eq!(dump.shape.quoting(), Quoting::Off);
    assert_eq!(dump.shape.phone_columns(), ["field 1"]);
    assert_eq!(dump.shape.header(), None);
    assert_eq!(dump.listing(), ["1: 12125550100", "2: 12125550101"]);
}

#[test]
fn stray_quotes_in_colon_rows_swallow_nothing() {
    let dump = read("12125550100:1:Ann \"Sunny:Lee\n12125550101:\"2:Bo\n12125550102:3:\"\n");
    assert_eq!(dump.cells(), ["12125550100", "12125550101", "12125550102"]);
}

#[test]
fn header_names_tell_columns() {
    let cases: [(&str, &[&str], &str); 7] = [
        (
            "phone,uid,email\n61491570006,1,a@example.com\n",
            &["phone"],
            "2: 61491570006",
        ),
        (
            "id,phone,first_name\n100000000000001,12125550101,Bo\n",
            &["phone"],
            "2: 12125550101",
        ),
        (
            "msisdn;pays\n491570006;AU\n",
            &["msisdn"],
            "2: 491570006 @AU",
        ),
        (
            "name\tالهاتف\nAnn\t12125550100\n",
            &["الهاتف"],
            "2: 12125550100",
        ),
        (
            "رقم|الدولة\n12125550100|US\n",
            &["رقم"],
            "2: 12125550100 @US",
        ),
        (
            "\u{feff}Phone Number ,country\r\n12125550100,US\r\n",
            &["Phone Number"],
            "2: 12125550100 @US",
        ),
        (
            "Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Value\nAnn,Mobile,+12125550100 ::: +12125550101,\n",
            &["Phone 1 - Value", "Phone 2 - Value"],
            "2: +12125550100 ::: +12125550101 | ",
        ),
    ];
    for (text, columns, row) in cases {
        let dump = read(text);
        assert_eq!(dump.shape.phone_columns(), columns, "{text}");
        assert_eq!(dump.listing(), [row], "{text}");
        let header_length = text.find('\n').unwrap() + 1;
        assert_eq!(dump.shape.header(), Some(&text.as_bytes()[..header_length]));
    }
}

#[test]
fn a_header_alone_is_a_header() {
    let dump = read("phone,name\n");
    assert!(dump.rows.is_empty());
    assert_eq!(dump.shape.phone_columns(), ["phone"]);
    let dump = read("phone\n12125550100\n");
    assert_eq!(
        (dump.shape.format(), dump.listing()),
        (Format::Text, vec!["2: 12125550100".to_owned()])
    );
    assert_eq!(dump.shape.header(), Some(&b"phone\n"[..]));
}

#[test]
fn a_header_in_unknown_words_is_told_by_the_numbers_below_it() {
    let dump = read("who,where to reach\nAnn,12125550100\nBo,12125550101\n");
    assert_eq!(dump.shape.phone_columns(), ["field 2"]);
    assert_eq!(dump.listing(), ["2: 12125550100", "3: 12125550101"]);
}

#[test]
fn a_first_row_that_is_merely_wrong_is_no_header() {
    for first in [
        "999,Ann",
        "1212555xxxx,Ann",
        "xxxxxxx,Ann",
        "N/A,Ann",
        ",Ann",
    ] {
        let dump = read(format!(
            "{first}\n12125550100,Bo\n12125550101,Cy\n12125550102,Di\n"
        ));
        assert_eq!(dump.rows.len(), 4, "{first}");
        assert_eq!(dump.shape.header(), None, "{first}");
    }
}

#[test]
fn the_column_of_numbers_is_found_without_a_header() {
    let dump = read("100000000000001:12125550101:Bo\n100000000000002:12125550102:Cy\n");
    assert_eq!(dump.shape.phone_columns(), ["field 2"]);
    assert_eq!(dump.cells(), ["12125550101", "12125550102"]);
    assert!(
        dump.shape
            .remarks()
            .iter()
            .any(|note| note.contains("field 2"))
    );
}

#[test]
fn delimiters_are_told_apart() {
    for delimiter in [",", ";", "\t", "|", "----", ":"] {
        let dump = read(format!(
            "12125550100{delimiter}Ann{delimiter}US\n12125550101{delimiter}Bo{delimiter}US\n"
        ));
        assert_eq!(
            dump.shape.delimiter().unwrap().as_bytes(),
            delimiter.as_bytes()
        );
        assert_eq!(dump.cells(), ["12125550100", "12125550101"], "{delimiter}");
    }
}

#[test]
fn the_delimiter_that_a_user_gives_is_taken() {
    let options = ReadOptions {
        delimiter: Some("~".parse().unwrap()),
        ..ReadOptions::default()
    };
    let dump = read_as("Ann~12125550100\nBo~12125550101\n", &options);
    assert_eq!(dump.cells(), ["12125550100", "12125550101"]);
}

#[test]
fn excels_line_about_the_separator_is_no_row() {
    let dump = read("sep=;\r\nphone;name\r\n12125550100;Ann\r\n");
    assert_eq!(dump.shape.header(), Some(&b"sep=;\r\nphone;name\r\n"[..]));
    assert_eq!(dump.listing(), ["3: 12125550100"]);
}

#[test]
fn quotes_hold_delimiters_quotes_and_line_ends() {
    let text = "\"phone\",\"name\"\r\n\"12125550100\",\"Ann\r\n\"\"Sunny\"\" Lee\"\r\n12125550101,\"Bo, jr\"\r\n";
    let dump = read(text);
    assert_eq!(dump.listing(), ["2: 12125550100", "4: 12125550101"]);
    assert_eq!(
        dump.rows[0].raw,
        b"\"12125550100\",\"Ann\r\n\"\"Sunny\"\" Lee\"\r\n"
    );
    assert_eq!(dump.shape.quoting(), Quoting::Rfc4180);
}

#[test]
fn one_column_in_quotes_is_csv() {
    let dump = read("\"12125550100\"\n\"12125550101\"\n");
    assert_eq!(dump.shape.format(), Format::Csv);
    assert_eq!(dump.cells(), ["12125550100", "12125550101"]);
}

#[test]
fn columns_are_taken_as_the_user_says() {
    let text = "a,b,c\n1,12125550100,61491570006\n2,12125550101,61491570156\n";
    assert_eq!(
        read_as(text, &phone_name("C")).cells(),
        ["61491570006", "61491570156"]
    );
    assert_eq!(
        read_as(text, &phone_field(2)).cells(),
        ["12125550100", "12125550101"]
    );
    assert_eq!(read_as(text, &phone_name("b")).shape.phone_columns(), ["b"]);
    let both = ReadOptions {
        phone: [phone_field(2).phone, phone_name("c").phone].concat(),
        ..ReadOptions::default()
    };
    assert_eq!(
        read_as(text, &both).listing()[0],
        "2: 12125550100 | 61491570006"
    );
    let country = ReadOptions {
        country: Some(ColumnRef::Name("a".to_owned())),
        ..phone_field(3)
    };
    assert_eq!(read_as(text, &country).listing()[0], "2: 61491570006 @1");
}

#[test]
fn no_header_makes_the_first_row_a_row() {
    let options = ReadOptions {
        header: HeaderRule::Absent,
        ..phone_field(1)
    };
    assert_eq!(
        read_as("phone,name\n12125550100,Ann\n", &options).cells(),
        ["phone", "12125550100"]
    );
    let options = ReadOptions {
        format: Some(Format::Text),
        header: HeaderRule::Absent,
        ..ReadOptions::default()
    };
    assert_eq!(
        read_as("phone\nnot, a: number\n", &options).cells(),
        ["phone", "not, a: number"]
    );
}

#[test]
fn utf16_is_decoded_with_and_without_its_mark() {
    let text = "phone\tname\r\n12125550100\tAnn\r\n12125550101\tZo\u{eb}\r\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, encoding) in [
        ([vec![0xff, 0xfe], little.clone()].concat(), "utf-16le"),
        ([vec![0xfe, 0xff], big.clone()].concat(), "utf-16be"),
        (little, "utf-16le"),
        (big, "utf-16be"),
    ] {
        let dump = read(&bytes);
        assert_eq!(dump.shape.encoding(), encoding);
        assert_eq!(dump.listing(), ["2: 12125550100", "3: 12125550101"]);
        assert_eq!(dump.digest.bytes, u64::try_from(bytes.len()).unwrap());
    }
}

#[test]
fn eight_bit_names_cost_nothing() {
    let dump = read(b"12125550100:1:Jos\xe9\n12125550101:2:Zo\xc3\xab\n12125550102:3:\xc7\xe1\n");
    assert_eq!(dump.shape.encoding(), "8-bit");
    assert_eq!(dump.cells(), ["12125550100", "12125550101", "12125550102"]);
}

#[test]
fn json_arrays_and_concatenations_and_lines() {
    let objects = [
        r#"{"phone":"+12125550100","n":{"x":[1]}}"#,
        r#"{"n":"]}","phone":12125550101}"#,
    ];
    let array = format!("[{}]", objects.join(","));
    let pretty = format!("[\n  {},\n  {},\n]\n", objects[0], objects[1]);
    let concatenated = objects.concat();
    let spread = objects.concat().replace(',', ",\n");
    for (text, format, second) in [
        (array, Format::Json, 2_u8),
        (pretty, Format::Json, 2),
        (concatenated, Format::Json, 2),
        (spread, Format::Json, 2),
        (objects.join("\n"), Format::Ndjson, 2),
        (
            format!("\n{},\n{}\n", objects[0], objects[1]),
            Format::Ndjson,
            3,
        ),
        (
            format!("{}\n{}\n{}", objects[0], objects.concat(), objects[0]),
            Format::Ndjson,
            2,
        ),
    ] {
        let dump = read(&text);
        assert_eq!(dump.shape.format(), format, "{text}");
        assert_eq!(dump.shape.phone_columns(), ["phone"]);
        let cells: Vec<&str> = dump
            .cells()
            .into_iter()
            .filter(|cell| !cell.is_empty())
            .collect();
        assert_eq!(
            cells[..2],
            [
                "+12125550100",
                if cells.len() == 4 {
                    "+12125550100"
                } else {
                    "12125550101"
                }
            ],
            "{text}"
        );
        assert_eq!(
            dump.rows
                .iter()
                .filter(|row| row.content.is_ok())
                .nth(usize::from(second) - 1)
                .unwrap()
                .line,
            u64::from(second),
            "{text}"
        );
    }
}

#[test]
fn json_arrays_of_bare_numbers() {
    let dump = read(r#"["+12125550100", 12125550101, null]"#);
    assert_eq!(dump.listing(), ["1: +12125550100", "2: 12125550101", "3: "]);
}

#[test]
fn wrapped_rows_and_numbers_are_understood() {
    let dump = read("{\"_id\":\"9\",\"_source\":{\"phone\":\"12125550100\",\"country\":\"US\"}}\n");
    assert_eq!(dump.shape.phone_columns(), ["_source.phone"]);
    assert_eq!(dump.listing(), ["1: 12125550100 @US"]);
    let dump = read(r#"{"phone":{"$numberLong":"12125550100"}}"#);
    assert_eq!(dump.cells(), ["12125550100"]);
    let dump = read(r#"{"phones":["12125550100","12125550101"],"phone":null}"#);
    assert_eq!(dump.cells(), ["12125550100", "12125550101", ""]);
}

#[test]
fn json_keys_are_taken_as_the_user_says() {
    let text = "{\"_source\":{\"a\":{\"b\":[{\"c\":1},{\"c\":2}]}},\"phone\":3}\n";
    let options = ReadOptions {
        json_paths: vec!["a.b.c".to_owned()],
        ..ReadOptions::default()
    };
    assert_eq!(read_as(text, &options).cells(), ["1", "2"]);
    assert_eq!(read_as(text, &phone_name("c")).cells(), ["1", "2"]);
    let missing = ReadOptions {
        json_paths: vec!["a.z".to_owned()],
        ..ReadOptions::default()
    };
    assert_eq!(
        refused(text, &missing).to_string(),
        "there is no column `a.z`; columns: _source.a.b.c, phone"
    );
}

#[test]
fn a_json_key_of_numbers_is_found_by_its_values() {
    let dump = read(
        "{\"id\":100000000000001,\"who\":\"+12125550100\"}\n{\"id\":2,\"who\":\"+12125550101\"}\n",
    );
    assert_eq!(dump.shape.phone_columns(), ["who"]);
}

#[test]
fn sample_rows_come_again_in_the_batches() {
    let text = "phone,country\n12125550100,US\n\n61491570006,AU";
    let mut sampled = Vec::new();
    open(text.as_bytes(), &ReadOptions::default())
        .unwrap()
        .for_each_sample_row(&mut |row| sampled.push(ReadRow::from(row)));
    assert_eq!(sampled, read(text).rows);
    assert_eq!(sampled.len(), 3);
}

#[test]
fn rows_within_one_large_object_are_read() {
    let rows = |count: usize| {
        let rows: Vec<String> = (0..count)
            .map(|i| format!("{{\"id\":{i},\"phone\":\"1212555010{}\"}}", i % 10))
            .collect();
        format!(
            "{{\"status\":\"ok\",\"users\":[{}],\"total\":{count}}}",
            rows.join(",")
        )
    };
    for count in [2, 15_000, 100_000] {
        let dump = read(rows(count));
        assert_eq!(dump.shape.phone_columns(), ["users.phone"]);
        assert_eq!((dump.rows.len(), dump.cells().len()), (count, count));
    }
    let dump = read(rows(100_000));
    let cells = dump.cells();
    assert_eq!(
        cells
            .iter()
            .filter(|cell| cell.starts_with("1212555010"))
            .count(),
        100_000
    );
}

#[test]
fn a_column_of_numbers_beside_columns_of_ids_is_found() {
    let dump = read(
        "12125550100,356938035643809,310150123456789\n12125550101,356938035643817,310150123456790\n",
    );
    assert_eq!(dump.shape.phone_columns(), ["field 1"]);
}

#[test]
fn national_numbers_are_found_by_how_they_are_written() {
    let dump = read("Ann,491570006\nBo,491570156\n");
    assert_eq!(dump.cells(), ["491570006", "491570156"]);
    assert!(
        dump.shape
            .remarks()
            .iter()
            .any(|note| note.contains("lack a country code"))
    );
}

#[test]
fn quotes_within_quotes_are_taken_off() {
    let dump = read("name,phone\n\"Ann \"\"S\"\"\",\"=\"\"12125550100\"\"\"\n");
    assert_eq!(dump.cells(), ["=\"12125550100\""]);
}

#[test]
fn keys_of_numbers_that_come_late_are_read() {
    let early = "{\"name\":\"Ann\",\"phone\":\"12125550100\"}\n".repeat(10_000);
    let late = "{\"name\":\"Bo\",\"mobile\":\"12125550101\"}\n{\"name\":\"Cy\"}\n";
    let dump = read(format!("{early}{late}"));
    assert_eq!(dump.shape.phone_columns(), ["phone"]);
    assert_eq!(dump.cells()[10_000..], ["12125550101", ""]);
    // What the user asks for is all that is read.
    let options = phone_name("phone");
    let dump = read_as(format!("{early}{late}"), &options);
    assert_eq!(dump.cells()[10_000..], ["", ""]);
}

#[test]
fn keys_that_are_asked_for_and_come_late_are_read() {
    let early = "{\"_source\":{\"phone\":\"12125550100\"}}\n".repeat(10_000);
    let dump = format!("{early}{{\"_source\":{{\"handset\":\"12125550101\"}}}}\n");
    let options = ReadOptions {
        json_paths: vec!["phone".to_owned(), "handset".to_owned()],
        ..ReadOptions::default()
    };
    let read = read_as(&dump, &options);
    assert_eq!(read.shape.phone_columns(), ["_source.phone", "handset"]);
    assert_eq!(read.cells()[10_000..], ["12125550101"]);
    // A key that is nowhere in a dump is a slip of the pen.
    refused(&dump[..1000], &options);
    let options = ReadOptions {
        json_paths: vec!["handset".to_owned()],
        ..options
    };
    assert_eq!(read_as(&dump, &options).cells()[10_000..], ["12125550101"]);
}

#[test]
fn keys_that_are_content_are_not_told() {
    let dump = read(
        r#"{"ann@example.org":{"phone":"12125550100"},"Bo Ray":{"phone":"12125550101"},"@x":{"phone":"12125550102"}}"#,
    );
    assert_eq!(dump.shape.phone_columns(), ["*.phone"; 3]);
    let says = |text: &str| refused(text, &ReadOptions::default()).to_string();
    assert_eq!(
        says(r#"{"ann@example.org":{"id":"x"},"Bo Ray":{"id":"y"}}"#),
        "no column holds phone numbers; columns: *.id"
    );
    let options = ReadOptions {
        format: Some(Format::Csv),
        ..ReadOptions::default()
    };
    assert_eq!(
        refused("Ann,ann@example.org\nBo,bo@example.org\n", &options).to_string(),
        "no column holds phone numbers"
    );
}
