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
            "AU 2; US 2",
        ),
        case(
            5,
            "a.txt",
            "12125550100,61491570006,Ann\n12125550101,99999999999,Bo\n99999999999,61491570156,Cy\n",
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
            "2: leakline: a.json: the JSON data breaks off",
        ),
        case(
            22,
            "a.json",
            r#"[{"phone":"12125550100"},{"phone":"12125550101"},]"#,
            "US 2",
        ),
        case(
            67,
            "a.sql",
            "prompt it's\nINSERT [dbo].[U] ([Id],[Phone]) VALUES (1,N'+12125550100')\nGO\nINSERT [dbo].[U] ([Id],[Phone]) VALUES (2,N'+61491570006')\nGO\n",
            "AU 1; US 1",
        ),
        case(
            68,
            "a.sql",
            "INSERT INTO u (id,phone) OVERRIDING SYSTEM VALUE VALUES (1,'+12125550100');\nINSERT INTO u SET id=2, phone='+61491570006';\nINSERT INTO u SELECT * FROM v;\n",
            "AU 1; US 1; unread_statement 1",
        ),
        case(
            70,
            "a.json",
            r#"{"users":{"-M1":{"phone":"12125550100"},"-M2":{"phone":"61491570006"}}}"#,
            "AU 1; US 1",
        ),
        case(
            72,
            "a.js",
            r#"callback([{"phone":"12125550100"}]);"#,
            "US 1",
        ),
        case(
            72,
            "a.txt",
            "[{'phone': '12125550100'}]\n",
            "2: leakline: a.txt: unsupported: Python's notation",
        ),
        case(
            73,
            "a.json",
            "{\"phone\":\"12125550100\",\"age\":NaN}\n",
            "US 1",
        ),
        case(
            74,
            "a.vcf",
            "BEGIN:VCARD\r  TEL:+12125550100\rEND:VCARD\r",
            "US 1",
        ),
        case(
            74,
            "a.csv",
            "phone,name\n",
            "2: leakline: a.csv: holds no rows",
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
    cases.extend(since());
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

/// What was met since the first sixty.
#[allow(clippy::too_many_lines, reason = "it is a table")]
fn since() -> Vec<Case> {
    const TITLES: &str = "Members 2021\nReport generated: 2024-05-01\n\nName,Phone,City\nAnn,+12125550100,Riga\nBo,+61491570006,Rome\n";
    const TILDES: &str =
        "61491570156~12125550100~x,61491570006\nnote\n61491570156~12125550100~x,61491570006\n";
    vec![
        case(
            61,
            "a.csv",
            "Prénom,Téléphone (domicile),Tél. mobile\nAnn,+12125550100,\nBo,,+61491570006\nCy,+12125550101,+61491570156\n",
            "AU 2; US 2; blank 2",
        ),
        case(
            61,
            "a.csv",
            "who,p,q\nAnn,+12125550100,+61491570006\nBo,+12125550101,+61491570156\n",
            "AU 2; US 2",
        ),
        case(
            61,
            "a.json",
            "[{\"p\":\"+12125550100\",\"q\":\"+61491570006\"}]",
            "AU 1; US 1",
        ),
        case(
            61,
            "a.sql",
            "INSERT INTO t (p, q) VALUES ('+12125550100', '+61491570006');\n",
            "AU 1; US 1",
        ),
        case(
            61,
            "a.csv",
            "order_id,phone\n0171200300,+12125550100\n0171200301,+12125550101\n",
            "US 2; country_mismatch 2",
        )
        .with(&["--country", "DE"]),
        case(
            64,
            "a.csv",
            "name,Мобильный телефон\na,\nb,\nc,+61491570006\n",
            "AU 1; blank 2",
        ),
        case(
            64,
            "a.csv",
            "name;Telefon Numarası\na;\nb;\nc;+61491570006\n",
            "AU 1; blank 2",
        ),
        case(
            64,
            "a.csv",
            "tên,Số điện thoại\na,\nb,+61491570006\n",
            "AU 1; blank 1",
        ),
        case(
            64,
            "a.csv",
            "नाम,फोन\na,\nb,+61491570006\n",
            "AU 1; blank 1",
        ),
        case(
            65,
            "a.csv",
            "Country/Region,Phone\nAustralia (AU),0491570006\nen-AU,0491570156\n🇦🇺,0491570157\n",
            "AU 3",
        ),
        case(
            65,
            "a.csv",
            "Billing Country,Billing Phone,Name\nAustralia,0491570006,Ann\n",
            "AU 1",
        ),
        case(
            65,
            "a.csv",
            "dial_code,phone\n+61,491570006\n61,491570156\n",
            "AU 2",
        ),
        case(
            66,
            "a.csv",
            "country,phone\nАтлантида,13123456789\nАтлантида,+61491570006\nАтлантида,0061491570156\n",
            "AU 2; no_country 1",
        ),
        case(81, "a.csv", TITLES, "AU 1; US 1; bad_row 2; blank 1"),
        case(
            81,
            "a.csv",
            "Phone list 2021;;\nName;Phone;City\nAnn;+12125550100;Riga\n",
            "US 1; blank 1",
        ),
        case(82, "a.txt", TILDES, "US 2; bad_row 1; duplicates 1").with(&[
            "--delimiter",
            "~",
            "--phone-field",
            "2",
        ]),
        case(
            82,
            "a.txt",
            "12125550100\u{1}Ann\n12125550101\u{1}Bo\n",
            "US 2",
        )
        .with(&["--delimiter", "\\x01"]),
        case(
            82,
            "a.txt",
            "12125550100,Ann\n12125550101,Bo\n",
            "2: leakline: a.txt: there is no field 2: the rows have 1 at most",
        )
        .with(&["--delimiter", "~", "--phone-field", "2"]),
        case(
            7,
            "a.csv",
            "Contacts::Name,Contacts::Mobile\nAnn 10:30,+12125550100\nBo 9:15,+61491570006\n",
            "AU 1; US 1",
        ),
        case(
            7,
            "a.csv",
            "name,phone\nX,+61491570006\nAnn,\"+12125550100; home\"\nBo,\"+12125550101; home\"\n",
            "AU 1; letters 2",
        ),
        case(
            65,
            "Australia.csv",
            "id_country,phone\n1,0491570006\n20,0491570156\n",
            "AU 2",
        ),
        case(
            65,
            "a.ndjson",
            "{\"country_id\":61,\"phone\":\"491570006\"}\n{\"country_id\":1,\"phone\":\"61491570156\"}\n",
            "AU 1; no_country 1",
        ),
        case(
            65,
            "a.csv",
            "country_id,phone\nAU,0491570006\nAU,0491570156\n",
            "AU 2",
        ),
        case(85, "a.txt", "Ann Lee:Riga\n12125550100:Rome\n", "US 1"),
    ]
}
