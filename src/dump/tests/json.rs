//! JSON: rows within objects keyed by ids, paths with any key, and documents that break off.

use super::*;

fn with_path(path: &str) -> ReadOptions {
    ReadOptions {
        json_paths: vec![path.to_owned()],
        ..ReadOptions::default()
    }
}

/// A number of the range for fiction, the `index`th.
fn number(index: usize) -> String {
    format!("121255501{:02}", index % 100)
}

#[test]
fn objects_keyed_by_ids_are_rows_whatever_their_number() {
    for entries in [3, 9, 300, 30_000] {
        let users: Vec<String> = (0..entries)
            .map(|index| {
                let number = number(index);
                format!("\"-M{index:05}\":{{\"name\":\"n\",\"phone\":\"{number}\",\"country\":\"C{index}\"}}")
            })
            .collect();
        let users = users.join(",");
        for document in [
            format!("{{\"users\":{{{users}}}}}"),
            format!("{{{users}}}"),
            format!("{{\"version\":1,\"app\":{{\"users\":{{{users}}}}}}}"),
            format!(
                "{{\"users\" : {{\n{}\n}}\n}}\n",
                users.replace("},", "} ,\n ")
            ),
        ] {
            let dump = read_with(document.as_bytes(), &ReadOptions::default(), 1 << 20);
            let dump = dump.unwrap_or_else(|error| panic!("{entries} {document:.60} {error}"));
            assert_eq!(dump.broken_off, None);
            assert_eq!(dump.rows.len(), entries, "{document:.60}");
            for (index, row) in dump.rows.iter().enumerate() {
                let cells = row.content.as_ref().unwrap();
                assert_eq!(cells.len(), 1);
                assert_eq!(cells[0].1, number(index));
                assert_eq!(row.country, Some(format!("C{index}")));
            }
        }
    }
}

#[test]
fn rows_of_lists_in_objects_have_countries_of_their_own() {
    let text = r#"{"status":"ok","data":{"total":2,"users":[{"phone":"12125550100","country":"US"},{"phone":"491570006","country":"AU"}]}}"#;
    let dump = read(text);
    assert_eq!(dump.listing(), ["1: 12125550100 @US", "2: 491570006 @AU"]);
    assert_eq!(dump.shape.phone_columns(), ["data.users.phone"]);
    // One row that has lists is one row.
    let one = r#"{"phone":"12125550100","logins":[{"ip":"192.0.2.1"},{"ip":"192.0.2.2"}]}"#;
    assert_eq!(read(one).listing(), ["1: 12125550100"]);
}

#[test]
fn rows_keyed_by_ids_line_by_line_have_one_path() {
    let lines: Vec<String> = (0..1000)
        .map(|index| {
            let number = number(index);
            format!("{{\"u\":{{\"id{index}\":{{\"phone\":\"{number}\"}}}}}}\n")
        })
        .collect();
    let dump = read(lines.concat());
    assert_eq!(dump.rows.len(), 1000);
    assert!(dump.cells().iter().all(|cell| cell.starts_with("12125550")));
    assert_eq!(dump.shape.phone_columns(), ["u.*.phone"]);
}

#[test]
fn paths_may_have_any_key_and_lists() {
    let document = r#"{"users":{"a":{"phone":"12125550100","tel":"12125550102"},"b":{"phone":"12125550101"}},"old":{"c":{"phone":"12125550103"}}}"#;
    for (path, cells) in [
        ("users.*.phone", vec!["12125550100", "12125550101"]),
        ("$.users.*.phone", vec!["12125550100", "12125550101"]),
        ("users.b.phone", vec!["12125550101"]),
        (
            "*.*.phone",
            vec!["12125550100", "12125550101", "12125550103"],
        ),
        ("users.*.tel", vec!["12125550102"]),
    ] {
        let dump = read_as(document, &with_path(path));
        let found: Vec<&str> = dump
            .cells()
            .into_iter()
            .filter(|cell| !cell.is_empty())
            .collect();
        assert_eq!(found, cells, "{path}");
    }
    let list = r#"{"users":[{"phones":[{"n":"12125550100"}]},{"phones":[{"n":"12125550101"}]}]}"#;
    for path in [
        "users.phones.n",
        "users[].phones[].n",
        "$.users[*].phones[*].n",
        "users[0].phones[0].n",
    ] {
        assert_eq!(
            read_as(list, &with_path(path)).cells(),
            ["12125550100", "12125550101"],
            "{path}"
        );
    }
}

#[test]
fn any_number_of_keys_may_come_before_the_number() {
    let answers: Vec<String> = (0..3000)
        .map(|key| format!("\"q{key}\":\"x{key}\""))
        .collect();
    for (open, close) in [("\"answers\":{", "},"), ("", ",")] {
        let lines: Vec<String> = (0..3)
            .map(|row| {
                format!(
                    "{{{open}{}{close}\"phone\":\"{}\"}}\n",
                    answers.join(","),
                    number(row)
                )
            })
            .collect();
        let dump = read(lines.concat());
        assert_eq!(dump.cells(), ["12125550100", "12125550101", "12125550102"]);
        let dump = read_as(lines.concat(), &with_path("phone"));
        assert_eq!(dump.cells(), ["12125550100", "12125550101", "12125550102"]);
    }
}

#[test]
fn keys_that_are_numbers_are_cells() {
    let document = r#"{"12125550100":{"name":"Ann"},"+12125550101":{"name":"Bo"}}"#;
    assert_eq!(read(document).cells(), ["12125550100", "+12125550101"]);
    let below = r#"{"book":{"12125550100":"Ann","+12125550101":"Bo"}}"#;
    assert_eq!(read(below).cells(), ["12125550100", "+12125550101"]);
    let mended = r#"{"12125550100":{"age":NaN},"12125550101":{"age":3}}"#;
    assert_eq!(read(mended).cells(), ["12125550100", "12125550101"]);
    let lines = "{\"12125550100\":{\"name\":\"Ann\"}}\n{\"12125550101\":{\"name\":\"Bo\"}}\n";
    let dump = read(lines);
    assert_eq!(dump.cells(), ["12125550100", "12125550101"]);
    assert!(
        dump.shape
            .phone_columns()
            .iter()
            .all(|name| !name.contains("1212"))
    );
}

#[test]
fn words_for_no_number_cost_no_row() {
    let lines = "{\"phone\":\"12125550100\",\"age\":NaN}\n{\"age\":-Infinity,\"phone\":\"12125550101\"}\n{\"phone\":NaN,\"n\":\"Infinity\"}\n";
    assert_eq!(
        read(lines).listing(),
        ["1: 12125550100", "2: 12125550101", "3: "]
    );
    let list = format!("[{}]", lines.trim().replace('\n', ","));
    assert_eq!(
        read(list).listing(),
        ["1: 12125550100", "2: 12125550101", "3: "]
    );
}

#[test]
fn a_document_that_does_not_end_breaks_off() {
    for text in [
        r#"[{"phone":"12125550100"},"#,
        r#"[{"phone":"12125550100"}"#,
        r#"[{"phone":"12125550100"},{"phone":"1212"#,
        "{\"phone\":\"12125550100\"}\n{\"phone\":\"1212",
        "{\"phone\":\"12125550100\"}{\"phone\":",
        r#"{"users":{"a":{"phone":"12125550100"},"b":{"phone":"12125550101"},"c":{"phone":"12125550102"}"#,
        r#"{"users":[{"phone":"12125550100"},{"phone":"12125550101"}"#,
    ] {
        let dump = read(text);
        assert_eq!(dump.broken_off, Some("JSON"), "{text}");
        assert_eq!(dump.listing()[0], "1: 12125550100", "{text}");
    }
    for text in [
        r#"[{"phone":"12125550100"},]"#,
        "{\"phone\":\"12125550100\"}\n{\"phone\":\"12125550101\"}",
        r#"{"users":[{"phone":"12125550100"}]}"#,
    ] {
        assert_eq!(read(text).broken_off, None, "{text}");
    }
}
