//! `check --format csv`: the user's rows byte for byte, and three columns.

use crate::world::World;

fn world() -> World {
    World::with_source("dump.txt", "12125550100\n12125550101\n61491570006\n")
}

#[track_caller]
fn annotated(world: &World, list: &str, args: &[&str]) -> String {
    let args = ["check", "--format", "csv", "-i", "-"].iter().chain(args);
    world.run_with(args, list.as_bytes()).expect(1).text()
}

#[test]
fn rows_keep_their_bytes_delimiter_quotes_and_line_ends() {
    let list = "\u{feff}name;\"phone\";note\r\nAnn;\"+12125550100\";\"a \"\"b\"\"; c\"\r\nBo;+12125550199;\"two\r\nlines\"\r\nCy;;x\r\nDi;12;";
    let expected = "\u{feff}name;\"phone\";note;exposure;country;sources\r\n\
        Ann;\"+12125550100\";\"a \"\"b\"\"; c\";exposed;US;breach\r\n\
        Bo;+12125550199;\"two\r\nlines\";not-found;US;\r\n\
        Cy;;x;blank;;\r\n\
        Di;12;;invalid;;\r\n";
    assert_eq!(annotated(&world(), list, &[]), expected);
}

#[test]
fn a_second_run_replaces_the_columns_of_the_first() {
    let world = world();
    for list in [
        "name,country,phone\nAnn,US,+12125550100\nBo,US,+12125550199\n,,\n",
        "\"a\";\"phone\"\n\"x\";\"+12125550100\"\n\"y\";\"12\"\n",
    ] {
        let first = annotated(&world, list, &["--phone-column", "phone"]);
        let second = annotated(&world, &first, &["--phone-column", "phone"]);
        assert_eq!(first, second);
    }
}

#[test]
fn a_column_of_the_list_keeps_its_name_for_itself() {
    let world = world();
    for (list, names) in [
        ("name,country,phone", "exposure,leakline_country,sources"),
        ("\"Country \",phone", "exposure,leakline_country,sources"),
        (
            "exposure,sources,phone",
            "leakline_exposure,country,leakline_sources",
        ),
        (
            "leakline_country,country,phone",
            "exposure,leakline_leakline_country,sources",
        ),
        ("country code,phone", "exposure,country,sources"),
    ] {
        let cells = "x,".repeat(list.matches(',').count());
        let list = format!("{list}\n{cells}+12125550100\n");
        let expected = list.replacen('\n', &format!(",{names}\n"), 1);
        let expected = expected.trim_end().to_owned() + ",exposed,US,breach\n";
        let args = ["--phone-column", "phone"];
        assert_eq!(annotated(&world, &list, &args), expected);
        assert_eq!(annotated(&world, &expected, &args), expected);
    }
    let list = "reason;country;phone\nold;US;+12125550100\n";
    let expected = "reason;country;phone;leakline_reason;exposure;leakline_country;sources\n\
                    old;US;+12125550100;;exposed;US;breach\n";
    for list in [list, expected] {
        assert_eq!(annotated(&world, list, &["--explain"]), expected);
    }
}

#[test]
fn explaining_adds_the_reason_of_invalid_rows_before_the_promised_columns() {
    let world = world();
    let explained =
        "phone,exposure,country,sources\n+12125550100,exposed,US,breach\n12,invalid,,\n,blank,,\n";
    let expected = "phone,reason,exposure,country,sources\n\
         +12125550100,,exposed,US,breach\n12,too_short,invalid,,\n,,blank,,\n";
    assert_eq!(annotated(&world, explained, &["--explain"]), expected);
    // Each run replaces what the one before added.
    assert_eq!(annotated(&world, expected, &["--explain"]), expected);
    assert_eq!(annotated(&world, expected, &[]), explained);
}

#[test]
fn explaining_is_refused_where_no_report_has_room_for_it() {
    let world = world();
    let sarif = ["check", "--format", "sarif", "--explain", "-i", "-"];
    let run = world.run_with(sarif, b"+12125550100\n").expect(2);
    assert!(run.stderr.contains("--explain is for the formats"));
    let beside = [&sarif[..], &["--report", "json=r"]].concat();
    world.run_with(beside, b"+12125550100\n").expect(1);
}

#[test]
fn a_list_without_a_header_gets_none_and_lines_become_one_column() {
    let world = world();
    assert_eq!(
        annotated(&world, "+12125550100\n+12125550199\n\n", &[]),
        "+12125550100,exposed,US,breach\n+12125550199,not-found,US,\n,blank,,\n"
    );
    assert_eq!(
        annotated(&world, "1,+12125550100\n2,+12125550199\n", &[]),
        "1,+12125550100,exposed,US,breach\n2,+12125550199,not-found,US,\n"
    );
}

#[test]
fn a_row_of_several_numbers_shows_the_worst() {
    let list = "a,phone 1,phone 2\n\
        1,+12125550100,+12125550199\n\
        2,+12125550199,+46701740605\n\
        3,+12125550199,12\n\
        4,12,+46701740605\n\
        5,,+12125550199\n";
    let expected = "a,phone 1,phone 2,exposure,country,sources\n\
        1,+12125550100,+12125550199,exposed,US,breach\n\
        2,+12125550199,+46701740605,not-covered,SE,\n\
        3,+12125550199,12,invalid,,\n\
        4,12,+46701740605,not-covered,SE,\n\
        5,,+12125550199,not-found,US,\n";
    let args = ["--phone-column", "phone 1", "--phone-column", "phone 2"];
    assert_eq!(annotated(&world(), list, &args), expected);
}

#[test]
fn only_leaves_rows_out() {
    let list = "name,phone\nAnn,+12125550100\nBo,+12125550199\n";
    assert_eq!(
        annotated(&world(), list, &["--only", "exposed"]),
        "name,phone,exposure,country,sources\nAnn,+12125550100,exposed,US,breach\n"
    );
}

#[test]
fn order_and_bytes_hold_over_many_batches_and_threads() {
    let world = world();
    let rows = 150_000;
    let list: String = (0..rows)
        .map(|row| format!("{row},+121255501{:02},é\"x\n", row % 100))
        .collect();
    let expected: String = (0..rows)
        .map(|row| {
            let answer = if row % 100 < 2 {
                "exposed,US,breach"
            } else {
                "not-found,US,"
            };
            format!("{row},+121255501{:02},é\"x,{answer}\n", row % 100)
        })
        .collect();
    for threads in ["1", "3"] {
        let got = annotated(
            &world,
            &list,
            &["--threads", threads, "--phone-field", "2", "--no-header"],
        );
        assert!(got == expected, "with {threads} threads");
    }
}

#[test]
fn formulas_are_guarded_only_when_asked_for() {
    let list = "name,phone\n=cmd(),+12125550100\n\"@a,b\",12125550199\n";
    assert_eq!(
        annotated(&world(), list, &["--csv-safe"]),
        "name,phone,exposure,country,sources\n\
         '=cmd(),'+12125550100,exposed,US,breach\n\
         \"'@a,b\",12125550199,not-found,US,\n"
    );
    assert!(annotated(&world(), list, &[]).contains("\n=cmd(),+12125550100,exposed"));
}

#[test]
fn cells_are_quoted_where_all_of_the_row_are() {
    let list = "\"name\";\"phone\"\r\n\"A;n\"\"n\";\"+12125550100\"\r\n\"Bo\";+12125550199\r\n";
    let expected = "\"name\";\"phone\";\"exposure\";\"country\";\"sources\"\r\n\
        \"A;n\"\"n\";\"+12125550100\";\"exposed\";\"US\";\"breach\"\r\n\
        \"Bo\";+12125550199;not-found;US;\r\n";
    assert_eq!(annotated(&world(), list, &[]), expected);
}

#[test]
fn rows_of_every_shape_are_passed_through() {
    let world = world();
    for (list, expected) in [
        // The byte-order mark stays in front of the header, or of the first row.
        (
            "\u{feff}phone\n+12125550100\n",
            "\u{feff}phone,exposure,country,sources\n+12125550100,exposed,US,breach\n",
        ),
        (
            "\u{feff}+12125550100\n",
            "\u{feff}+12125550100,exposed,US,breach\n",
        ),
        (
            "sep=;\r\nphone;name\r\n+12125550100;a\r\n",
            "sep=;\r\nphone;name;exposure;country;sources\r\n+12125550100;a;exposed;US;breach\r\n",
        ),
        (
            "phone\tname\n+12125550100\ta\n",
            "phone\tname\texposure\tcountry\tsources\n+12125550100\ta\texposed\tUS\tbreach\n",
        ),
        (
            "phone|name\n+12125550100|a\n",
            "phone|name|exposure|country|sources\n+12125550100|a|exposed|US|breach\n",
        ),
        (
            "12125550100----Ann\n12125550101----Bo\n",
            "12125550100----Ann----exposed----US----breach\n12125550101----Bo----exposed----US----breach\n",
        ),
        // Lone carriage returns, and no line end at the end.
        (
            "phone,name\r+12125550100,a\r+12125550199,b",
            "phone,name,exposure,country,sources\r+12125550100,a,exposed,US,breach\r+12125550199,b,not-found,US,\r",
        ),
        // Blank rows, and rows of too few and too many cells.
        (
            "name,phone\nAnn,+12125550100\n\nBo,\n,,,\nCy\n",
            "name,phone,exposure,country,sources\nAnn,+12125550100,exposed,US,breach\n,blank,,\nBo,,blank,,\n,,,,blank,,\nCy,invalid,,\n",
        ),
        // Several numbers in a cell.
        (
            "name,phone\nAnn,+12125550199 ::: +12125550100\n",
            "name,phone,exposure,country,sources\nAnn,+12125550199 ::: +12125550100,exposed,US,breach\n",
        ),
        // Plain lines become one column, quoted where they have to be.
        (
            "+12125550100\r\n\r\nx \"y\"\r\n",
            "+12125550100,exposed,US,breach\r\n,blank,,\r\n\"x \"\"y\"\"\",invalid,,\r\n",
        ),
    ] {
        assert_eq!(annotated(&world, list, &[]), expected);
    }
    // Bytes that are no UTF-8 stay what they are.
    let run = world
        .run_with(
            ["check", "--format", "csv"],
            b"phone,name\n+12125550100,Jos\xe9\n",
        )
        .expect(1);
    assert_eq!(
        run.stdout,
        b"phone,name,exposure,country,sources\n+12125550100,Jos\xe9,exposed,US,breach\n"
    );
    // NUL ends contacts, and rows of CSV end with newlines.
    let run = world
        .run_with(["check", "--format", "csv", "-0"], b"+12125550100\0a,b\0")
        .expect(1);
    assert_eq!(
        run.text(),
        "+12125550100,exposed,US,breach\n\"a,b\",invalid,,\n"
    );
}

#[test]
fn the_encoding_of_the_list_is_kept() {
    let world = world();
    let list = "phone\tname\r\n+12125550100\tJos\u{e9} \u{1f600}\r\n";
    let expected = "phone\tname\texposure\tcountry\tsources\r\n+12125550100\tJos\u{e9} \u{1f600}\texposed\tUS\tbreach\r\n";
    let big = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<u8>>()
    };
    let little = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let mark = |text: &str| format!("\u{feff}{text}");
    for (list, expected) in [
        (little(&mark(list)), little(&mark(expected))),
        (big(&mark(list)), big(&mark(expected))),
        (little(list), little(expected)),
    ] {
        for more in [&[][..], &["--line-buffered"]] {
            let args = ["check", "--format", "csv"].iter().chain(more);
            assert!(world.run_with(args, &list).expect(1).stdout == expected);
        }
    }
    let args = ["check", "--format", "csv", "--encoding", "shift_jis"];
    let run = world
        .run_with(args, b"phone,name\n+12125550100,\x83\x5c\n")
        .expect(1);
    assert_eq!(
        run.stdout,
        b"phone,name,exposure,country,sources\n+12125550100,\x83\x5c,exposed,US,breach\n"
    );
}

#[test]
fn each_list_is_passed_through_in_its_own_manner() {
    let world = world();
    world.file("a.csv", "phone,name\n+12125550100,a\n");
    world.file("b.csv", "name;phone\r\nb;+12125550199\r\n");
    let run = world
        .run(["check", "--format", "csv", "-i", "a.csv", "-i", "b.csv"])
        .expect(1);
    assert_eq!(
        run.text(),
        "phone,name,exposure,country,sources\n+12125550100,a,exposed,US,breach\n\
         name;phone;exposure;country;sources\r\nb;+12125550199;not-found;US;\r\n"
    );
}
