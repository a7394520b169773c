//! A number in a place that is not read is counted, and what only looks like one is not.

use std::fmt::Write as _;

use serde_json::json;

use crate::world::World;

/// Numbers of fiction, without their plus.
fn number(index: usize) -> String {
    match index % 3 {
        0 => format!("1212555{:04}", 100 + index % 100),
        1 => format!(
            "6149157{:04}",
            if index.is_multiple_of(2) { 6 } else { 156 }
        ),
        _ => format!("49171392{:04}", 10 + index % 90),
    }
}

const NUMBERS: usize = 60;

fn repeated(line: impl Fn(usize, &str) -> String) -> String {
    (0..NUMBERS)
        .map(|index| line(index, &number(index)))
        .collect()
}

/// Files in notations that are not read, each with the same numbers.
fn notations() -> Vec<(&'static str, String)> {
    let table = repeated(|_, n| format!("<tr><td>Ann</td><td>+{n}</td></tr>\n"));
    let users = repeated(|i, n| format!("<user id=\"{i}\"><tel>+{n}</tel></user>\n"));
    vec![
        (
            "yaml",
            repeated(|i, n| format!("- name: P{i}\n  id: {i}\n  phone: '+{n}'\n")),
        ),
        (
            "yaml-bare",
            repeated(|i, n| format!("u{i}:\n  phone: {n}\n  city: Rome\n")),
        ),
        (
            "toml",
            repeated(|i, n| format!("[[user]]\nname = \"P{i}\"\nphone = \"+{n}\"\n\n")),
        ),
        ("xml", format!("<users>\n{users}</users>\n")),
        (
            "ini",
            repeated(|i, n| format!("[user{i}]\nname=Ann\nphone=+{n}\n")),
        ),
        ("html-table", format!("<table>\n{table}</table>\n")),
        (
            "log",
            repeated(|i, n| format!("2021-04-03 12:{i:02}:00,123 INFO login phone=+{n} ok\n")),
        ),
        (
            "log-bare",
            repeated(|i, n| format!("2021-04-03T12:{i:02}:00Z 10.0.0.{i} login {n} ok\n")),
        ),
        (
            "chat",
            repeated(|i, n| format!("[03/04/2021, 12:{i:02}:10] Ann: I am +{n}, call me\n")),
        ),
        (
            "chat-sender",
            repeated(|i, n| format!("03.04.21, 12:{i:02} - +{n}: hello, friend\n")),
        ),
        (
            "php",
            format!(
                "<?php return [\n{}];\n",
                repeated(|_, n| format!("  ['p' => '+{n}'],\n"))
            ),
        ),
        (
            "python",
            format!(
                "[{}]\n",
                repeated(|_, n| format!("{{'n': 'P', 'phone': '+{n}'}}, "))
            ),
        ),
        (
            "python-lines",
            repeated(|_, n| format!("{{'name': 'P', 'phone': '+{n}', 'age': 30}}\n")),
        ),
        (
            "fixed-width",
            repeated(|i, n| format!("{i:06}Ann Lee       +{n:<15}Rome      \n")),
        ),
        (
            "two-records",
            repeated(|i, n| format!("Ann,+{n}{}", if i % 2 == 0 { ";" } else { "\n" })),
        ),
        (
            "key-value",
            repeated(|i, n| format!("id={i} name=Ann phone=+{n} city=Rome\n")),
        ),
        (
            "markdown",
            repeated(|_, n| format!("| Ann | Rome | +{n} |\n")),
        ),
        (
            "rtf",
            repeated(|_, n| format!("\\par Ann \\tab +{n}\\line\n")),
        ),
        (
            "mail",
            repeated(|_, n| format!("From: Ann <a@example.com>\nX-Phone: +{n}\nSubject: Hi\n\n")),
        ),
        (
            "lua",
            repeated(|_, n| format!("  {{ name = \"Ann\", phone = \"+{n}\" }},\n")),
        ),
        (
            "ruby",
            repeated(|_, n| format!("{{:name=>\"Ann\", :phone=>\"+{n}\"}}\n")),
        ),
        (
            "sentences",
            repeated(|_, n| format!("Dear Ann, your number +{n} was seen; thanks.\n")),
        ),
        (
            "links",
            repeated(|i, n| format!("https://example.com/u?id={i}&tel=%2B{n}&n=Ann\n")),
        ),
    ]
}

#[test]
fn no_notation_that_is_not_read_is_passed_by_in_silence() {
    let world = World::new();
    for (name, text) in notations() {
        world.file("d.txt", text);
        let run = world.run(["load", "--dry-run", "--json", "--source", "t", "d.txt"]);
        if run.code == Some(2) {
            assert!(run.stderr.contains("d.txt"), "{name}: {}", run.stderr);
            continue;
        }
        let report = run.expect(0).json();
        let count = |value: &serde_json::Value| value.as_u64().unwrap();
        let unread = count(&report["files"][0]["unread"]["numbers"]);
        let heard = count(&report["accepted"]) + count(&report["rejected"]) + unread;
        assert!(heard * 100 >= NUMBERS as u64 * 95, "{name}: {report}");
    }
}

/// Seeded digits.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap()))
            .collect()
    }

    /// One cell of a kind that is no phone number.
    fn cell(&mut self, kind: usize, row: usize) -> String {
        let (year, month, day) = (
            2010 + self.below(15),
            1 + self.below(12),
            1 + self.below(28),
        );
        let (hour, minute) = (self.below(24), self.below(60));
        let digits =
            |dice: &mut Dice, first: &str, rest: usize| first.to_owned() + &dice.digits(rest);
        match kind {
            0 => format!("{}", 100_000_000_000 + row * 37),
            1 => digits(self, "7", 9),
            2 => digits(self, "8", 10),
            3 => digits(self, "3", 11),
            4 => digits(self, "1000", 11),
            5 => digits(self, "35", 13),
            6 => digits(self, "86", 13),
            7 => digits(self, "26201", 10),
            8 => digits(self, "404", 12),
            9 => format!("{}", 1_500_000_000 + self.below(200_000_000)),
            10 => format!("{}", 1_500_000_000_000 + self.below(200_000_000_000)),
            11 => format!("{year}{month:02}{day:02}{hour:02}{minute:02}"),
            12 => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:00"),
            13 => format!("{}.{}", 1 + self.below(99_999), self.digits(2)),
            14 => format!("{}-{}-{}", self.digits(3), self.digits(7), self.digits(7)),
            15 => format!(
                "{:016x}{:016x}",
                self.below(u64::MAX >> 31) << 31,
                self.below(1 << 31)
            ),
            16 => format!("{}-41d4-a716-{}", self.digits(8), self.digits(12)),
            17 => format!(
                "4{} {} {} {}",
                self.digits(3),
                self.digits(4),
                self.digits(4),
                self.digits(4)
            ),
            18 => format!(
                "DE{} {} {} {}",
                self.digits(2),
                self.digits(4),
                self.digits(4),
                self.digits(4)
            ),
            19 => digits(self, "97", 11),
            20 => format!(
                "{}.{} {}.{}",
                self.below(90),
                self.digits(7),
                self.below(180),
                self.digits(7)
            ),
            21 => format!(
                "{}.{}.{}.{}",
                self.below(255),
                self.below(255),
                self.below(255),
                self.below(255)
            ),
            22 => format!("order {} of {day:02}.{month:02}.{year}", self.digits(11)),
            23 => format!(
                "https://example.com/p/{}?v={}",
                self.digits(12),
                self.digits(10)
            ),
            24 => format!("{}@example.com", self.digits(10)),
            25 => digits(self, "400", 10),
            26 => digits(self, "49", 10),
            27 => format!("{}", 4_900_000_000_u64 + row as u64 * 7),
            28 => format!("{}{month:02}{day:02}{}", 50 + row % 50, self.digits(5)),
            29 => digits(self, "4", 14),
            _ => digits(self, "Order 49", 10),
        }
    }
}

#[test]
fn ids_times_prices_and_codes_raise_nothing() {
    const KINDS: usize = 31;
    let world = World::new();
    let mut dice = Dice(16);
    // Their names give a home, under which digits without a calling code may be numbers.
    let names = ["t.csv", "Germany.csv", "USA.csv", "Italy.csv", "India.csv"];
    for table in 0..25 {
        let name = names[table % names.len()];
        let kinds: Vec<usize> = (0..10)
            .map(|column| (table / names.len() * 7 + column * 3) % KINDS)
            .collect();
        let mut csv = "phone".to_owned();
        for column in 0..kinds.len() {
            write!(csv, ",c{column}").unwrap();
        }
        csv.push('\n');
        for row in 0..300 {
            // A row without a number, in which any other digits might be one.
            if row % 3 > 0 {
                write!(csv, "+1212555{:04}", 100 + row % 100).unwrap();
            }
            for &kind in &kinds {
                write!(csv, ",{}", dice.cell(kind, row)).unwrap();
            }
            csv.push('\n');
        }
        world.file(name, csv);
        let run = world
            .run(["load", "--dry-run", "--json", "--source", "t", name])
            .expect(0);
        let unread = &run.json()["files"][0]["unread"];
        assert_eq!(
            *unread,
            json!({"numbers": 0, "rows_seen": 300, "places": []}),
            "{name} {kinds:?}"
        );
        let country = match name {
            "Germany.csv" => &["--country", "DE"][..],
            _ => &[],
        };
        let args = ["check", "--dump", name, "-i", name, "--format", "json"];
        let check = world.run(args.iter().chain(country));
        assert_eq!(check.expect(1).json()["invalid"], 0, "{name} {kinds:?}");
    }
}

#[test]
fn a_column_that_begins_late_is_heard() {
    let world = World::new();
    let mut csv = "id,phone,x\n".to_owned();
    let mut objects = String::new();
    for row in 0..20_000 {
        let other = if row < 19_000 {
            String::new()
        } else {
            number(row)
        };
        writeln!(csv, "{row},+{},{other}", number(row)).unwrap();
        writeln!(
            objects,
            "{{\"id\":{row},\"phone\":\"+{}\",\"x\":\"{other}\"}}",
            number(row)
        )
        .unwrap();
    }
    for (name, text) in [("d.csv", csv), ("d.ndjson", objects)] {
        world.file(name, text);
        let run = world
            .run(["load", "--dry-run", "--json", "--source", "t", name])
            .expect(0);
        let unread = run.json()["files"][0]["unread"]["numbers"].as_u64();
        assert!(unread > Some(100), "{name}: {unread:?}");
    }
}

#[test]
fn more_unread_numbers_than_read_ones_refuse_a_file() {
    let world = World::new();
    let rows: String = (0..40)
        .map(|i| {
            format!(
                "+{},Ann,on 3 May call +{} then +{} today\n",
                number(i),
                number(i + 1),
                number(i + 2)
            )
        })
        .collect();
    world.file("d/notes.csv", format!("phone,name,note\n{rows}"));
    world.file("d/good.txt", "+12125550100\n");
    let run = world
        .run(["load", "--source", "t", "d/notes.csv"])
        .expect(2);
    assert!(run.stderr.contains("--allow-unread"), "{}", run.stderr);
    let report = world
        .run(["load", "--json", "--source", "t", "d"])
        .expect(0)
        .json();
    let skipped: Vec<bool> = (report["files"].as_array().unwrap().iter())
        .map(|file| !file["skipped"].is_null())
        .collect();
    assert_eq!(
        (report["accepted"].as_u64(), skipped),
        (Some(1), vec![false, true])
    );
    let run = world
        .run([
            "load",
            "--json",
            "--source",
            "u",
            "--allow-unread",
            "d/notes.csv",
        ])
        .expect(0);
    assert_eq!(
        run.json()["files"][0]["unread"],
        json!({"numbers": 80, "rows_seen": 40, "places": ["field 3"]})
    );
    assert!(
        run.stderr.contains("80 numbers in field 3 are not read\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_unread_number_of_a_list_is_an_entry_of_its_own() {
    let world = World::with_source("dump.txt", "12125550100\n");
    world.file(
        "l.csv",
        "phone,note\n+12125550100,x\n+12125550101,or +12125550102\n",
    );
    let report = world
        .run(["check", "-i", "l.csv", "--format", "json"])
        .expect(1)
        .json();
    assert_eq!(
        (&report["checked"], &report["invalid"]),
        (&json!(2), &json!(1))
    );
    let entry = &report["results"][2];
    assert_eq!(
        (&entry["line"], &entry["reason"], &entry["cell"]),
        (&json!(3), &json!("unread_column"), &json!("field 2"))
    );
    world
        .run(["check", "-i", "l.csv", "--max-invalid", "10"])
        .expect(2);
    // Columns that the user chose leave others out on purpose.
    let chosen = world.run([
        "check",
        "-i",
        "l.csv",
        "--phone-column",
        "phone",
        "--format",
        "json",
    ]);
    assert_eq!(chosen.expect(1).json()["invalid"], 0);
}

#[test]
fn what_no_row_is_made_of_is_looked_at_too() {
    let world = World::new();
    let cards = repeated(|_, n| format!("BEGIN:VCARD\nFN:Ann\nTEL;waid={n}:+{n}\nEND:VCARD\n"));
    let tuples = repeated(|_, n| format!("INSERT INTO u (phone) VALUES ('+{n}');\n"));
    let entries = repeated(|i, n| format!("dn: CN={i}\nmobile: +{n}\n\n"));
    for (name, rows) in [("d.vcf", &cards), ("d.sql", &tuples), ("d.ldif", &entries)] {
        let load = |text: &str| {
            world.file(name, text);
            let run = world
                .run(["load", "--dry-run", "--json", "--source", "t", name])
                .expect(0);
            let file = run.json()["files"][0].clone();
            (file["accepted"].as_u64().unwrap(), file["unread"].clone())
        };
        let (accepted, unread) = load(rows);
        assert_eq!(
            (accepted, &unread["numbers"]),
            (NUMBERS as u64, &json!(0)),
            "{name}"
        );
        let comment = match name {
            "d.vcf" => "X-COMMENT-BETWEEN:call +46701740605 or +447911123456\n",
            "d.sql" => "-- call +46701740605 or +447911123456\n",
            _ => "# call +46701740605 or +447911123456\n\n",
        };
        let (accepted, unread) = load(&format!("{rows}{comment}"));
        assert_eq!(accepted, NUMBERS as u64, "{name}");
        // A line between cards is a row.
        let place = match name {
            "d.vcf" => "LINE",
            _ => "text outside of rows",
        };
        assert_eq!(
            (&unread["numbers"], &unread["places"]),
            (&json!(2), &json!([place])),
            "{name}"
        );
    }
}
