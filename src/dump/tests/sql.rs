//! SQL dumps: tuples as rows, columns by their names.

use proptest::prelude::*;

use super::*;

fn sql_options() -> ReadOptions {
    ReadOptions {
        format: Some(Format::Sql),
        ..ReadOptions::default()
    }
}

#[test]
fn tuples_are_rows_and_columns_go_by_their_names() {
    let create = "CREATE TABLE `users` (\n `id` int(11) NOT NULL,\n `phone` varchar(20) DEFAULT 'a,b;c)',\n PRIMARY KEY (`id`),\n KEY `k` (`phone`)\n) ENGINE=InnoDB;\n";
    let tuples = "(1,'12125550100'),(2,'12125550101');";
    for (name, text) in [
        ("own list", format!("INSERT INTO `users` (`id`, `phone`) VALUES {tuples}")),
        ("table before", format!("{create}INSERT INTO `users` VALUES {tuples}")),
        ("standard quoting", format!("INSERT INTO \"public\".\"users\" (\"id\", \"phone\") VALUES\n{tuples}")),
        ("no space", format!("insert into users(id,phone)values{tuples}")),
        ("one a statement", "INSERT INTO users (id, phone) VALUES (1, '12125550100');\nINSERT INTO users (id, phone) VALUES (2, '12125550101');\n".to_owned()),
        ("values in a list", "INSERT INTO t (`values`, phone) VALUES ('(', '12125550100'),(');', '12125550101');".to_owned()),
        ("comments", format!("-- it's MySQL dump\n/*!40101 SET NAMES utf8; */;\n/* INSERT INTO x VALUES (1) */\n# isn't\nINSERT INTO users (id, phone) /* ; */ VALUES {tuples} -- end")),
        ("replace", format!("REPLACE INTO users (id, phone) VALUES {tuples}")),
        ("conflict", "INSERT INTO users (id, phone) VALUES (1,'12125550100') ON DUPLICATE KEY UPDATE id=VALUES(id);\nINSERT INTO users (id, phone) VALUES (2,'12125550101') ON CONFLICT (id) DO NOTHING;".to_owned()),
        ("another table", format!("CREATE TABLE logs (id int, text text DEFAULT 'a;b');\n{create}INSERT INTO users VALUES {tuples}")),
        ("numbers", "INSERT INTO users (id,phone) VALUES (1,12125550100),( 2 , 12125550101 );".to_owned()),
        ("casts and marks", "INSERT INTO users (id,phone) VALUES (now(),N'12125550100'),(f(1,(2)), '12125550101'::text);".to_owned()),
    ] {
        let dump = read(&text);
        assert_eq!(dump.shape.format(), Format::Sql, "{name}");
        assert_eq!(dump.shape.phone_columns(), ["phone"], "{name}");
        assert_eq!(dump.listing(), ["1: 12125550100", "2: 12125550101"], "{name}");
        assert_eq!(dump.digest.bytes, text.len() as u64);
    }
}

#[test]
fn columns_without_names_go_by_their_places() {
    let text = "INSERT INTO t VALUES (1,'12125550100','a'),(2,'12125550101','b');";
    let dump = read(text);
    assert_eq!(dump.shape.phone_columns(), ["field 2"]);
    assert_eq!(dump.cells(), ["12125550100", "12125550101"]);
    let third = ReadOptions {
        phone: vec![ColumnRef::Field(3.try_into().unwrap())],
        ..ReadOptions::default()
    };
    assert_eq!(read_as(text, &third).cells(), ["a", "b"]);
}

#[test]
fn copy_blocks_are_rows_until_their_end() {
    let dump = read(
        "--\n-- PostgreSQL database dump\n--\nSET x = 1;\nCOPY public.users (phone, name, country) FROM stdin;\n12125550100\tann\t\\N\n\\N\tit's; \\t(\tAU\n12125550101\tb\\\\\tUS\n\\.\n\nCOPY public.orders (id, total) FROM stdin;\n1\t2\n\\.\nSELECT 1;\n",
    );
    assert_eq!(dump.shape.format(), Format::Sql);
    assert_eq!(dump.shape.phone_columns(), ["phone"]);
    assert_eq!(
        dump.listing(),
        ["1: 12125550100 @", "2:  @AU", "3: 12125550101 @US", "4: "]
    );
}

#[test]
fn copy_blocks_are_csv_where_their_options_say_so() {
    for (options, rows) in [
        (" WITH CSV", "12125550100,\"Ann\nLee\"\n,\n12125550101,Bo\n"),
        (
            " WITH (FORMAT csv, HEADER)",
            "phone,name\n12125550100,\"Ann, \"\"A\"\"\"\n,x\r\n12125550101,Bo\n",
        ),
        (
            " CSV DELIMITER AS '|'",
            "12125550100|Ann\n|x\n12125550101|Bo\n",
        ),
        (
            " WITH DELIMITER ';'",
            "12125550100;Ann\n\\N;x\n12125550101;Bo\n",
        ),
    ] {
        let dump = read(format!(
            "COPY u (phone, name) FROM stdin{options};\n{rows}\\.\nSELECT 1;\n"
        ));
        assert_eq!(dump.shape.format(), Format::Sql, "{options}");
        assert_eq!(dump.shape.phone_columns(), ["phone"], "{options}");
        assert_eq!(
            dump.cells(),
            ["12125550100", "", "12125550101"],
            "{options}"
        );
    }
    // A quote that is not closed costs as much as a row may have.
    let open = format!(
        "COPY u (phone) FROM stdin CSV;\n12125550100\n\"{}\n12125550101\n\\.\n",
        "x\n".repeat(MAX_ROW_BYTES)
    );
    let dump = read(&open);
    assert_eq!(
        dump.rows[0].content,
        Ok(vec![(0, "12125550100".to_owned())])
    );
    assert_eq!(dump.rows[1].content, Err(Damage::BadRow));
    assert_eq!(dump.cells().last(), Some(&"12125550101"));
}

#[test]
fn quotes_are_read_as_the_dialect_has_them() {
    let text = r#"INSERT INTO t (name, phone) VALUES ('O''Hara', '12125550100'), ('a\'), (', '12125550101'), ("b\\", "12125550102");"#;
    assert_eq!(
        read(text).cells(),
        ["12125550100", "12125550101", "12125550102"]
    );
    let standard = r"SET standard_conforming_strings = on;
INSERT INTO t (name, phone) VALUES ('C:\', '12125550100'), (E'a\'b', '12125550101');";
    assert_eq!(read(standard).cells(), ["12125550100", "12125550101"]);
}

#[test]
fn nulls_are_blank_and_bytes_that_are_no_utf8_cost_nothing() {
    let dump = read(b"INSERT INTO t (name, phone) VALUES ('Jos\xe9', '12125550100'), ('a\nb', NULL), ('', ''), ('\0', '12125550101');");
    assert_eq!(
        dump.listing(),
        ["1: 12125550100", "2: ", "3: ", "4: 12125550101"]
    );
}

#[test]
fn a_dump_that_ends_in_a_tuple_is_truncated() {
    let dump = read("INSERT INTO t (name, phone) VALUES ('a', '12125550100'), ('b', '1212555");
    assert_eq!(dump.listing(), ["1: 12125550100", "2: truncated"]);
}

#[test]
fn a_quote_that_is_not_closed_costs_one_tuple_and_the_line() {
    let long = "x".repeat(3 * MAX_ROW_BYTES);
    let dump = read(format!(
        "INSERT INTO t (name, phone) VALUES ('a', '12125550100'), ('{long}\nINSERT INTO t (name, phone) VALUES ('b', '12125550101');\n"
    ));
    assert_eq!(
        dump.listing(),
        ["1: 12125550100", "2: bad_row", "3: 12125550101"]
    );
}

#[test]
fn a_giant_statement_is_read_in_bounded_space() {
    let mut text = "INSERT INTO t (name, phone) VALUES ('a','12125550100')".to_owned();
    text.push_str(&",('bo','12125550101')".repeat(200_000));
    let mut file = open(text.as_bytes(), &ReadOptions::default()).unwrap();
    let mut rows = 0;
    while let Some(batch) = file.next_batch(Vec::new()).unwrap() {
        assert!(batch.bytes().len() <= 4 * MAX_ROW_BYTES);
        batch.rows(&mut Scratch::default(), &mut |_| rows += 1);
    }
    assert_eq!(rows, 200_001);
}

/// Statements of many dialects, each file with the same two rows.
#[rustfmt::skip]
const DIALECTS: [(&str, &str); 28] = [
    (
        "T-SQL",
        "SET IDENTITY_INSERT [dbo].[U] ON\nINSERT [dbo].[U] ([Id],[Phone]) VALUES (1,N'12125550100')\nGO\nINSERT INTO [dbo].[U] ([Id],[Phone]) VALUES (2,N'12125550101')\nGO",
    ),
    (
        "T-SQL without GO",
        "USE [x]\r\nINSERT [U] ([Id],[Phone]) VALUES (1,N'12125550100')\r\nINSERT [U] ([Id],[Phone]) VALUES (2,N'12125550101')\r\n",
    ),
    (
        "one a line, lone CR",
        "INSERT INTO u (phone) VALUES ('12125550100')\rINSERT INTO u (phone) VALUES ('12125550101')\r",
    ),
    (
        "on one line",
        "INSERT INTO u (phone) VALUES ('12125550100') INSERT INTO u (phone) VALUES ('12125550101')",
    ),
    (
        "a backslash is no escape",
        "INSERT [U] ([n],[Phone]) VALUES (N'C:\\',N'12125550100')\nINSERT [U] ([n],[Phone]) VALUES (N'D:\\',N'12125550101')\n",
    ),
    (
        "sqlplus",
        "REM INSERTING into USERS\nSET DEFINE OFF\nprompt Loading users' rows\nInsert into USERS (ID,PHONE) values (1,'12125550100');\nInsert into USERS (ID,PHONE) values (2,'12125550101');\ncommit\n/\n",
    ),
    (
        "psql",
        "\\connect x'y\n\\set a 'b\nINSERT INTO u (phone) VALUES ('12125550100');\n\\echo it's\nINSERT INTO u (phone) VALUES ('12125550101');\n",
    ),
    (
        "mysql client",
        "DELIMITER ;;\nUSE x\nINSERT INTO u (phone) VALUES ('12125550100');;\nINSERT INTO u (phone) VALUES ('12125550101');;\n",
    ),
    (
        "DB2",
        "INSERT INTO U (PHONE) VALUES ('12125550100')\n@\nINSERT INTO U (PHONE) VALUES ('12125550101')\n@\n",
    ),
    (
        "identity columns",
        "INSERT INTO u (id, phone) OVERRIDING SYSTEM VALUE VALUES (1, '12125550100');\nINSERT INTO u (id, phone) OVERRIDING USER VALUE VALUES (2, '12125550101');",
    ),
    (
        "VALUE",
        "INSERT INTO u (phone) VALUE ('12125550100');INSERT INTO u (phone) VALUE('12125550101');",
    ),
    (
        "ROW",
        "INSERT INTO u (phone) VALUES ROW('12125550100'), ROW ('12125550101');",
    ),
    (
        "SET",
        "INSERT INTO u SET id=1, phone='12125550100';\nREPLACE u SET `phone` = '12125550101', n = f(1, 2) ON DUPLICATE KEY UPDATE n='x';",
    ),
    (
        "UPDATE",
        "UPDATE u SET phone = '12125550100' WHERE id = 1;\nUPDATE u SET a = 'x', u.phone = '12125550101' WHERE id = 2 AND b = 'y';",
    ),
    (
        "SELECT",
        "INSERT INTO u (id,phone) SELECT 1, '12125550100';\nINSERT INTO u (id,phone) SELECT 2 AS id, '12125550101' AS phone FROM dual;",
    ),
    (
        "UNION",
        "INSERT INTO u (id,phone)\nSELECT 1, '12125550100' UNION ALL\nSELECT 2, '12125550101';",
    ),
    (
        "INSERT ALL",
        "INSERT ALL\n INTO u (phone) VALUES ('12125550100')\n INTO u (phone) VALUES ('12125550101')\nSELECT * FROM dual;",
    ),
    (
        "guarded",
        "IF NOT EXISTS (SELECT 1 FROM u) INSERT INTO u (phone) VALUES ('12125550100');\nWITH x AS (SELECT 1) INSERT INTO u (phone) VALUES ('12125550101');",
    ),
    (
        "a table named value",
        "INSERT INTO value (phone) VALUES ('12125550100'), ('12125550101');",
    ),
    (
        "a word at a line start within a value",
        "INSERT INTO u (n, phone) VALUES ('a\nINSERT INTO x VALUES (', '12125550100'),\n(REPLACE\n('a','b','c'), '12125550101');",
    ),
    (
        "COPY with lone CR",
        "COPY u (phone) FROM stdin;\r12125550100\r12125550101\r\\.\r",
    ),
    (
        "COPY after an open statement",
        "SELECT 1\nCOPY u (phone) FROM stdin;\r\n12125550100\r\n12125550101\r\n\\.\r\n",
    ),
    (
        "MERGE of a list",
        "MERGE INTO u t USING (VALUES\n (1, N'12125550100'),\n (2, N'12125550101')\n) AS s (id, x) ON t.id = s.id\nWHEN MATCHED THEN\n UPDATE SET x = s.x\nWHEN NOT MATCHED THEN\n INSERT (id, x) VALUES (s.id, s.x);\nGO\n",
    ),
    (
        "MERGE of a row",
        "MERGE INTO u t USING (SELECT 1 id, '12125550100' x FROM dual) s ON (t.id = s.id) WHEN NOT MATCHED THEN INSERT (id, x) VALUES (s.id, s.x);\nMERGE INTO u t USING (SELECT 2 id, '12125550101' x FROM dual) s ON (t.id = s.id) WHEN NOT MATCHED THEN INSERT (id, x) VALUES (s.id, s.x);\n",
    ),
    (
        "a list to select from",
        "INSERT INTO u SELECT * FROM (VALUES (1, '12125550100'), (2, '12125550101')) AS v (id, x);",
    ),
    (
        "SELECT in brackets",
        "INSERT INTO u (id, phone) (SELECT 1, '12125550100') UNION ALL (SELECT 2, '12125550101');",
    ),
    (
        "a slash on a line of its own",
        "INSERT INTO u (phone) VALUES ('12125550100')\n/\nINSERT INTO u (phone) VALUES ('12125550101')\n/\n",
    ),
    (
        "a comment that ends with CR",
        "-- it's\rINSERT INTO u (phone) VALUES ('12125550100'),\r-- it's\r('12125550101');",
    ),
];

#[test]
fn statements_begin_at_their_verbs_whatever_came_before() {
    let two = ["1: 12125550100", "2: 12125550101"];
    for (name, text) in DIALECTS {
        let dump = read_with(text.as_bytes(), &sql_options(), 1 << 20).unwrap();
        assert_eq!(dump.listing(), two, "{name}");
        assert_eq!(dump.broken_off, None, "{name}");
        assert_eq!(
            open(text.as_bytes(), &ReadOptions::default())
                .map(|file| file.shape().format())
                .ok(),
            Some(Format::Sql),
            "{name}"
        );
    }
}

#[test]
fn a_statement_of_which_no_row_is_read_is_counted() {
    let first = "INSERT INTO u (phone) VALUES ('12125550100');\n";
    for statement in [
        "INSERT INTO u SELECT id, phone FROM v WHERE id = 5;",
        "INSERT INTO u (phone) VALUES;",
        "INSERT INTO u DEFAULT VALUES;",
        "MERGE INTO u USING (SELECT '12125550101' AS phone FROM v) s ON (u.id = s.id) WHEN MATCHED THEN UPDATE SET phone = s.phone;",
        "INSERT INTO u TABLE v;",
        "CALL add_user(7, '+12125550101');",
        "EXEC(N'INSERT INTO u VALUES (7, ''12125550101'')');",
        "DELETE FROM u WHERE phone = '+12125550101';",
    ] {
        let dump = read(format!("{first}{statement}\n"));
        assert_eq!(
            dump.listing(),
            ["1: 12125550100", "2: unread_statement"],
            "{statement}"
        );
    }
    // Settings, an empty COPY, a grant and a trigger hold no rows.
    let dump = read(format!(
        "{first}SET @x = '20210403120000';\nSELECT setval('u_id_seq', 12345678901);\nCOPY v (id) FROM stdin;\n\\.\nGRANT SELECT,\nINSERT ON u TO x;\nCREATE TRIGGER t AFTER\nINSERT OR UPDATE ON u EXECUTE f();\n"
    ));
    assert_eq!(dump.listing(), ["1: 12125550100"]);
}

#[test]
fn lists_and_cases_are_one_cell_of_several_texts() {
    let text = "INSERT INTO u (id, phone, n) VALUES (1, ARRAY['12125550100', '12125550101'], 'a'), (2, {'12125550102', '12125550103'}, 'b'), (3, '1212' || '5550104', 'c');\nUPDATE u SET phone = CASE id WHEN 1 THEN '12125550105' WHEN 2 THEN '12125550106' END;\n";
    assert_eq!(
        read(text).listing(),
        [
            "1: 12125550100\n12125550101",
            "2: 12125550102\n12125550103",
            "3: 12125550104",
            "4: 12125550105\n12125550106",
        ]
    );
}

#[test]
fn a_dump_that_ends_within_a_statement_breaks_off() {
    let first = "INSERT INTO u (phone) VALUES ('12125550100');\n";
    for (tail, rows) in [
        (
            "INSERT INTO u (phone) VALUES ('1212555",
            &["2: truncated"][..],
        ),
        (
            "INSERT INTO u (phone) VALUES ('12125550101'),",
            &["2: 12125550101"],
        ),
        (
            "INSERT INTO u (phone) VALUES ('12125550101')",
            &["2: 12125550101"],
        ),
        (
            "INSERT INTO u SET phone='12125550101', n='",
            &["2: truncated"],
        ),
        ("INSERT INTO u (phone) ", &["2: unread_statement"]),
        (
            "COPY u (phone) FROM stdin;\n12125550101\n",
            &["2: 12125550101"],
        ),
        (
            "COPY u (phone) FROM stdin;\n12125550101\n1212",
            &["2: 12125550101", "3: truncated"],
        ),
        ("CREATE TABLE t (a int, ", &[]),
        (
            "/* never closed\nINSERT INTO u (phone) VALUES ('12125550101');\nINSERT INTO u (phone) VALUES ('12125550101');\n",
            &["2: unread_statement", "3: unread_statement"],
        ),
    ] {
        let dump = read(format!("{first}{tail}"));
        assert_eq!(dump.broken_off, Some("SQL"), "{tail}");
        assert_eq!(dump.listing()[0], "1: 12125550100", "{tail}");
        assert_eq!(&dump.listing()[1..], rows, "{tail}");
    }
}

#[test]
fn a_tuple_that_never_ends_costs_no_tuple_that_follows_on_its_line() {
    let long = "x".repeat(MAX_ROW_BYTES);
    let dump = read(format!(
        "INSERT INTO t (name, phone) VALUES ('a', '12125550100'), (\"{long}'),('b','12125550101'),('c','12125550102');\n"
    ));
    assert_eq!(
        dump.listing(),
        [
            "1: 12125550100",
            "2: bad_row",
            "3: 12125550101",
            "4: 12125550102"
        ]
    );
}

fn any_sql() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "COPY u (phone) FROM stdin CSV HEADER;\n",
        "INSERT INTO t (name, phone) VALUES ",
        "('a','12125550100')",
        ",",
        ";",
        "\n",
        "'",
        "\"",
        "`",
        "\\",
        "(",
        ")",
        "--",
        "/*",
        "*/",
        "NULL",
        "COPY t (phone) FROM stdin;\n",
        "12125550101\n",
        "\\.\n",
        "\t",
        "\\N",
        "CREATE TABLE t (a int, phone text);",
        "#",
        " ",
        "é",
        "VALUES",
        "\nINSERT ",
        "SET a='12125550100'",
        " SELECT ",
        " FROM ",
        " UNION ALL ",
        "ROW",
        "\r",
        "\nGO\n",
        "\nprompt it's\n",
        "!",
        "{",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn sql_is_the_same_in_pieces_of_any_size(text in any_sql(), size in 1_usize..40) {
        let options = sql_options();
        let Ok(whole) = read_with(&text, &options, 1 << 20) else { return Ok(()) };
        prop_assert_eq!(whole.digest.bytes, text.len() as u64);
        let mut file = open(&text, &options).unwrap();
        file.set_batch_bytes(size);
        file.reread_after_lead(&text);
        let mut rows = Vec::new();
        // A dump that breaks off gives an error at its end.
        while let Ok(Some(batch)) = file.next_batch(Vec::new()) {
            batch.rows(&mut Scratch::default(), &mut |row| rows.push(ReadRow::from(row)));
        }
        prop_assert_eq!(whole.rows, rows);
    }
}
