//! The kinds that were met since, each in other clothes: what other programs write.

use super::{Case, case};

/// `row` for each of three numbers.
fn rows(row: impl Fn(usize, &str) -> String) -> String {
    let numbers = ["+12125550100", "+12125550101", "+12125550102"];
    (0..)
        .zip(numbers)
        .map(|(i, number)| row(i, number))
        .collect()
}

const READ: &str = "US 3";

pub(super) fn cases() -> Vec<Case> {
    [tables(), joints(), statements(), documents(), contacts()]
        .into_iter()
        .flatten()
        .collect()
}

/// Lines of fields.
fn tables() -> Vec<Case> {
    let mut cases = Vec::new();
    for delimiter in [
        "\u{1}", "\u{1f}", "~", "^", "\u{a6}", "||", "\t|\t", " => ", "\u{a7}", " -> ", "$", "\0",
        "\u{ff0c}",
    ] {
        let text = rows(|i, n| format!("{i}{delimiter}{n}{delimiter}Rome\n"));
        cases.push(case(7, "a.txt", text, READ));
    }
    let box_of = |row: &str| format!("+----+---------------+\n| id | phone         |\n{row}");
    cases.extend([
        case(
            61,
            "a.csv",
            format!(
                "{}\n{}",
                ",".repeat(39),
                rows(|_, n| format!("{}{n}\n", "x,".repeat(39)))
            ),
            "US 3; blank 1",
        ),
        case(
            81,
            "a.csv",
            rows_under("Members 2021;;\n2024-05-01;;\nPage 1 of 20211103;;\n\nname;tel;x\n"),
            "US 3; blank 4",
        ),
        case(
            81,
            "a.txt",
            box_of(&rows(|i, n| format!("| {i:>2} | {n:<13} |\n"))),
            "US 3; bad_row 1",
        ),
        case(
            86,
            "a.md",
            format!(
                "| name | phone |\n|---|---|\n{}",
                rows(|_, n| format!("| Ann | {n} |\n"))
            ),
            "US 3; no_digits 1",
        ),
        case(
            15,
            "a.csv",
            format!(
                "name,phone,note\n{}",
                rows(|_, n| format!("Ann,{n},\"a\nb, \"\"c\"\"\"\n"))
            ),
            READ,
        ),
        case(
            79,
            "a.csv",
            format!("x,y\n{}", rows(|_, n| format!("Ann,Tel/Fax: {n}\n"))),
            "US 3; label 3",
        ),
        case(
            41,
            "a.csv",
            format!(
                "name,link\n{}",
                rows(|_, n| format!("Ann,https://wa.me/{}?text=hi\n", &n[1..]))
            ),
            "US 3; wrapper 3",
        ),
        case(
            83,
            "a.csv",
            format!(
                "name,phone\nA,<null>\nA,n.a.\nA,NIL\nA,{{}}\nA,#VALUE!\n{}",
                rows(|_, n| format!("A,{n}\n"))
            ),
            "US 3; no_digits 1; blank 4",
        ),
    ]);
    cases
}

/// Two numbers in one cell.
fn joints() -> Vec<Case> {
    let mut cases = Vec::new();
    for joint in [
        " y ",
        " e ",
        " \u{2022} ",
        "\u{30fb}",
        " + ",
        "  ",
        " :: ",
        " \u{2192} ",
        "\\n",
        " ~ ",
        "<br/>",
        "",
    ] {
        let text = format!("phone,n\n+12125550100{joint}+12125550101,A\n+12125550102,B\n");
        let comes_to = if joint == "<br/>" {
            "US 3; wrapper 2"
        } else {
            READ
        };
        cases.push(case(78, "a.csv", text, comes_to));
    }
    for joint in [" ", "  ", " - ", " :: ", ") (", " \u{2192} "] {
        for number in ["12125550100", "212-555-0100", "(212) 555 0100"] {
            let text = format!("phone,n\n{number}{joint}{number},A\n+12125550102,B\n");
            cases.push(case(78, "USA.csv", text, "US 3; duplicates 1"));
        }
    }
    cases
}

fn rows_under(titles: &str) -> String {
    format!("{titles}{}", rows(|_, n| format!("Ann;{n};\n")))
}

/// SQL of other databases.
fn statements() -> Vec<Case> {
    let sql = |quirk, text: String| case(quirk, "a.sql", text, READ);
    let tuples = rows(|i, n| format!("{}({i}, '{n}')", if i > 0 { ",\n" } else { "" }));
    let selects = rows(|i, n| {
        format!(
            "{}SELECT {i}, N'{n}'",
            if i > 0 { "\nUNION ALL\n" } else { "" }
        )
    });
    vec![
        sql(
            68,
            format!(
                "MERGE INTO u t USING (VALUES\n{tuples}) AS s (id, x) ON t.id = s.id\nWHEN NOT MATCHED THEN INSERT (id, x) VALUES (s.id, s.x);\n"
            ),
        ),
        sql(
            68,
            rows(|i, n| format!("MERGE INTO u (id, phone) KEY (id) VALUES ({i}, '{n}');\n")),
        ),
        sql(
            68,
            rows(|i, n| {
                format!(
                    "MERGE INTO u USING dual ON (id={i}) WHEN MATCHED THEN UPDATE SET phone='{n}' WHEN NOT MATCHED THEN INSERT (id, phone) VALUES ({i}, '{n}')\n/\n"
                )
            }),
        ),
        sql(
            68,
            format!("INSERT INTO u SELECT * FROM (VALUES {tuples}) AS v (id, x);\n"),
        ),
        sql(68, format!("INSERT INTO u (id, phone)\n{selects}\nGO\n")),
        sql(
            68,
            format!(
                "INSERT ALL\n{}SELECT 1 FROM dual\n/\n",
                rows(|i, n| format!(" INTO u (id, phone) VALUES ({i}, '{n}')\n"))
            ),
        ),
        sql(
            68,
            rows(|i, n| format!("INSERT INTO u (id, phones) VALUES ({i}, ARRAY['{n}']);\n")),
        ),
        sql(
            67,
            format!(
                "SET TERM ^ ;\n{}SET TERM ; ^\n",
                rows(|i, n| format!("INSERT INTO U (ID, PHONE) VALUES ({i}, '{n}')^\n"))
            ),
        ),
        sql(
            67,
            format!(
                "DO $$ BEGIN\n{}END $$;\n",
                rows(|i, n| format!("  INSERT INTO u (id, phone) VALUES ({i}, '{n}');\n"))
            ),
        ),
        sql(
            67,
            rows(|i, n| format!("insert into u (id, phone) values ({i}, '{n}')\n/\n")),
        ),
        sql(
            67,
            rows(|i, n| {
                format!("INSERT INTO ks.u (id, phone) VALUES ({i}, '{n}') USING TTL 86400;\n")
            }),
        ),
        sql(
            18,
            format!(
                "INSERT INTO u (id, phone) VALUES\n-- it's first\n{};\n",
                rows(|i, n| format!(
                    "{}({i} /* id */, '{n}' -- isn't it\n)",
                    if i > 0 { ", # next\n" } else { "" }
                ))
            ),
        ),
        sql(
            19,
            format!(
                "COPY u (id, phones) FROM stdin;\n{}\\.\n",
                rows(|i, n| format!("{i}\t{{{n}}}\n"))
            ),
        ),
        case(
            68,
            "a.sql",
            format!(
                "{}CALL add_user(7, '+12125550103');\n",
                rows(|i, n| format!("INSERT INTO u (id, phone) VALUES ({i}, '{n}');\n"))
            ),
            "US 3; unread_statement 1",
        ),
    ]
}

/// JSON of other programs.
fn documents() -> Vec<Case> {
    let list = |row: &dyn Fn(usize, &str) -> String| {
        rows(|i, n| format!("{}{}", if i > 0 { "," } else { "" }, row(i, n)))
    };
    let json = |quirk, text: String| case(quirk, "a.json", text, READ);
    vec![
        Case {
            comes_to: "US 3; blank 3",
            ..json(
                23,
                rows(|i, n| {
                    format!(
                        "{{\"index\":{{\"_id\":\"{i}\"}}}}\n{{\"name\":\"Ann\",\"msisdn\":\"{n}\"}}\n"
                    )
                }),
            )
        },
        json(
            23,
            rows(|_, n| {
                format!("{{\"Item\":{{\"phone\":{{\"S\":\"{n}\"}},\"age\":{{\"N\":\"4\"}}}}}}\n")
            }),
        ),
        json(
            23,
            format!(
                "{{\"hits\":{{\"hits\":[{}]}}}}",
                list(&|i, n| format!("{{\"_id\":\"{i}\",\"fields\":{{\"phone\":[\"{n}\"]}}}}"))
            ),
        ),
        json(
            70,
            format!(
                "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
                list(&|_, n| format!(
                    "{{\"geometry\":{{\"coordinates\":[13.4123456,52.5123456]}},\"properties\":{{\"contact:phone\":\"{n}\"}}}}"
                ))
            ),
        ),
        json(
            70,
            format!(
                "{{\"columns\":[\"id\",\"phone\"],\"data\":[{}]}}",
                list(&|i, n| format!("[{i},\"{n}\"]"))
            ),
        ),
        json(
            70,
            format!(
                "{{\"phone\":{{{}}}}}",
                list(&|i, n| format!("\"{i}\":\"{n}\""))
            ),
        ),
        json(
            70,
            format!(
                "{{\"contacts\":{{\"list\":[{}]}}}}",
                list(&|i, n| format!(
                    "{{\"user_id\":{},\"phone_number\":\"00{}\",\"date_unixtime\":\"1617436800\"}}",
                    1000 + i,
                    &n[1..]
                ))
            ),
        ),
        Case {
            comes_to: "US 3; wrapper 3",
            ..json(
                63,
                format!(
                    "{{\"wa_contacts\":[{}]}}",
                    list(&|_, n| format!("{{\"jid\":\"{}@s.whatsapp.net\"}}", &n[1..]))
                ),
            )
        },
        json(22, rows(|_, n| format!("\u{1e}{{\"phone\":\"{n}\"}}\n"))),
        json(22, rows(|_, n| format!("{{\"phone\":\"{n}\"}},\n"))),
    ]
}

/// Contacts, directories and sheets.
fn contacts() -> Vec<Case> {
    let card = |quirk, property: &dyn Fn(&str) -> String| {
        let text = rows(|_, n| format!("BEGIN:VCARD\r\n{}\r\nEND:VCARD\r\n", property(n)));
        case(quirk, "a.vcf", text, READ)
    };
    vec![
        card(63, &|n| format!("VERSION:2.1\r\nA.TEL;CELL;PREF:{n}")),
        card(63, &|n| {
            format!("IMPP;X-SERVICE-TYPE=WhatsApp:whatsapp:{n}")
        }),
        card(63, &|n| {
            format!(
                "VERSION:2.1\r\nTEL;CELL;ENCODING=QUOTED-PRINTABLE:=2B{}",
                &n[1..]
            )
        }),
        case(
            63,
            "a.ldif",
            rows(|i, n| {
                format!("dn: cn={i}\nchangetype: modify\nreplace: mobile\nmobile: {n}\n-\n\n")
            }),
            READ,
        ),
        case(
            63,
            "a.ldif",
            rows(|i, n| format!("dn: cn={i}\ntelephoneNumber;lang-en: {n}\n\n")),
            READ,
        ),
        case(
            74,
            "a.txt",
            format!(
                "# extended LDIF\n#\n\n{}# search result\nsearch: 2\nresult: 0 Success\n",
                rows(|i, n| format!("# u{i}\ndn: uid=u{i}\nmobile: {n}\n\n"))
            ),
            "US 3; blank 1",
        ),
    ]
}
