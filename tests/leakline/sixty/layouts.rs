//! How a dump is laid out: delimiters, headers, columns, formats.

use super::{Case, case};

const COLON: &str = "12125550100:100000000000001:Ann:Lee:female:::::5/8/2018 12:00:00 AM::\n\
    12125550101:100000000000002:Bo:Ray:male:Riga::::6/8/2018 1:00:00 PM:bo@example.org:\n";

const IDS_FIRST: &str = "100000000000001:12125550100:Ann\n100000000000002:12125550101:Bo\n100000000000003:12125550102:Cy\n";

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once('\u{feff}').chain(text.chars());
    units
        .flat_map(|unit| u16::try_from(unit).unwrap().to_le_bytes())
        .collect()
}

#[allow(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        case(1, "a.txt", COLON, "US 2"),
        case(2, "a.txt", format!("{COLON}12125550102:1:Cy\n"), "US 3"),
        case(
            3,
            "a.csv",
            "phone,uid,email\n61491570006,1,a@example.org\n",
            "AU 1",
        ),
        case(
            4,
            "a.csv",
            "id,phone,first_name\n100000000000001,12125550101,Bo\n",
            "US 1",
        ),
        case(5, "a.txt", IDS_FIRST, "US 3"),
        case(
            5,
            "a.txt",
            "12125550100,61491570006,Ann\n12125550101,61491570156,Bo\n",
            "2: leakline: a.txt: several columns could hold the phone numbers: field 1, field 2",
        ),
        case(6, "a.csv", "msisdn;pays\n0491570006;AU\n", "AU 1"),
        case(6, "a.csv", "nome,telefono\nAnn,+61491570006\n", "AU 1"),
        case(6, "a.csv", "اسم,رقم\nAnn,+61491570006\n", "AU 1"),
        case(6, "a.csv", "Name,Phone Number \nAnn,+61491570006\n", "AU 1"),
        case(8, "a.csv", "\u{feff}phone,country\n0491570006,AU\n", "AU 1"),
        case(
            9,
            "a.txt",
            utf16("phone\tname\r\n61491570006\tAnn\r\n12125550100\tZo\u{eb}\r\n"),
            "AU 1; US 1",
        ),
        case(9, "a.txt", utf16("12125550100\r\n"), "US 1"),
        case(
            18,
            "a.sql",
            "INSERT INTO t VALUES ('12125550100','a'),('12125550101','b');\n",
            "US 2",
        ),
        case(
            19,
            "a.sql",
            "COPY u (phone, name) FROM stdin;\n12125550100\tann\n\\N\t\\N\n12125550101\t\\N\n\\.\nx\n",
            "US 2; blank 1",
        ),
        case(
            20,
            "a.json",
            "[{\"phone\":\"+12125550100\"},\n{\"phone\":\"+12125550101\"}]\n",
            "US 2",
        ),
        case(
            21,
            "a.ndjson",
            "{\"phone\":12125550100}\n{\"phone\":12125550101}\n",
            "US 2",
        ),
        case(
            22,
            "a.json",
            r#"{"phone":"12125550100"}{"phone":"12125550101"},{"phone":"1212"#,
            "US 2; truncated 1",
        ),
        case(
            22,
            "a.json",
            r#"[{"phone":"12125550100"},{"phone":"12125550101"},]"#,
            "US 2",
        ),
        case(
            23,
            "a.json",
            r#"{"_id":"9","_source":{"phone":"12125550100"}}"#,
            "US 1",
        ),
        case(
            23,
            "a.json",
            r#"{"phone":{"$numberLong":"12125550100"}}"#,
            "US 1",
        ),
        case(
            23,
            "a.json",
            r#"{"a":{"b":"12125550100"},"c":"12125550101"}"#,
            "US 1",
        )
        .with(&["--json-path", "a.b"]),
        // Contact lists, which have shapes of their own.
        case(
            6,
            "a.csv",
            "Name,Phone 1 - Type,Phone 1 - Value\nAnn,Mobile,+1 212-555-0100 ::: +1 212-555-0101\n",
            "US 2",
        ),
        case(
            6,
            "a.csv",
            "First Name,Mobile Phone,Business Phone\nAnn,+1 212-555-0100,+61 491 570 006\n",
            "AU 1; US 1",
        ),
    ];
    for delimiter in [";", "\t", "|", "----"] {
        let rows = ["12125550100", "Ann", "US"].join(delimiter);
        let more = ["12125550101", "Bo", "US"].join(delimiter);
        cases.push(case(7, "a.txt", format!("{rows}\n{more}\n"), "US 2"));
    }
    cases.push(
        case(7, "a.txt", "12125550100~Ann\n12125550101~Bo\n", "US 2").with(&["--delimiter", "~"]),
    );
    cases
}
