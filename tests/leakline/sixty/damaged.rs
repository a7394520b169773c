//! Damaged syntax: what it costs is no more than what it touches, and what it hides is counted.
//! And rows that are lists, whose columns are named elsewhere.

use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    let number = |index: usize| format!("+1212555{:04}", 100 + index);
    let tuples = |damaged: &str| {
        let rows: Vec<String> = (0..10)
            .map(|i| match i {
                3 => damaged.to_owned(),
                i => format!("({i},'{}','Ann')", number(i)),
            })
            .collect();
        format!(
            "INSERT INTO u (id,phone,name) VALUES\n{};\n",
            rows.join(",\n")
        )
    };
    let objects = |damaged: &str| {
        let rows: Vec<String> = (0..10)
            .map(|i| match i {
                3 => damaged.to_owned(),
                i => format!(r#"{{"id":{i},"phone":"{}"}}"#, number(i)),
            })
            .collect();
        rows.join("\n,")
    };
    let keyed: Vec<String> = (0..10)
        .map(|i| match i {
            3 => format!(r#""u{i}":{{"phone":"{}""#, number(i)),
            i => format!(r#""u{i}":{{"phone":"{}"}}"#, number(i)),
        })
        .collect();
    let lists: Vec<String> = (0..10)
        .map(|i| format!(r#"[{},"Ann","{}"]"#, 100_150 + i, number(i)))
        .collect();
    let lists = lists.join(",");
    vec![
        case(
            18,
            "a.sql",
            tuples("(3,'+12125550103,'Ann')"),
            "2: leakline: a.sql: the SQL data breaks off",
        ),
        case(18, "a.sql", tuples("3,'+12125550103','Ann')"), "US 10"),
        case(18, "a.sql", tuples("(3,'+12125550103','Ann');"), "US 10"),
        case(18, "a.sql", tuples("(3,'+12125550103,'Ann'')"), "US 10"),
        case(
            20,
            "a.json",
            format!("[{}]\n", objects(r#"{"id":3,"phone":"+12125550103""#)),
            "US 8; bad_row 1; unread_column 1",
        ),
        case(
            20,
            "a.json",
            format!(r#"{{"users":{{{}}}}}"#, keyed.join(",")),
            "2: leakline: a.json: the JSON data breaks off",
        ),
        case(
            86,
            "a.json",
            format!(r#"{{"columns":["id","name","phone"],"data":[{lists}]}}"#),
            "US 10",
        ),
        case(86, "a.json", format!("[{lists}]"), "US 10"),
        case(
            21,
            "a.ndjson",
            "{\"phone\":12125550100.0}\n{\"phone\":12125550101.0}\n",
            "US 2; float_tail 2",
        ),
        case(
            63,
            "a.vcf",
            "BEGIN:VCARD\nFN:A\nTEL;ENCODING=b:KzEyMTI1NTUwMTAw\nTEL:+12125550101\nTEL:+12125550103\nEND:VCARD\nTEL:+12125550102\n",
            "US 4; wrapper 1",
        ),
    ]
}
