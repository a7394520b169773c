//! Numbers that are found although nothing names their place, or although they come late.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};

use super::{Case, case};

/// Rows of a table without numbers, longer than any sample.
fn posts(row: impl Fn(usize) -> String) -> String {
    (0..6000).map(row).collect()
}

#[allow(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn cases() -> Vec<Case> {
    let sql =
        posts(|i| format!("INSERT INTO `posts` VALUES ({i},'lorem ipsum dolor sit amet');\n"));
    let objects = posts(|i| format!("{{\"id\":{i},\"body\":\"lorem ipsum dolor sit amet\"}}\n"));
    let list: String =
        posts(|i| format!("{{\"id\":{i},\"body\":\"lorem ipsum dolor sit amet\"}},"));
    let mut cases = vec![
        case(
            69,
            "a.sql",
            format!("{sql}INSERT INTO users (id,mobile) VALUES (1,'+12125550100');\n"),
            "US 1; blank 6000",
        ),
        case(
            69,
            "a.sql",
            format!(
                "{sql}CREATE TABLE users (id int, phone text);\nINSERT INTO users VALUES (1,'+12125550100');\n"
            ),
            "US 1; blank 6000",
        )
        .with(&["--phone-column", "phone"]),
        case(
            69,
            "a.sql",
            format!("{sql}INSERT INTO users (id,wert) VALUES (1,'+12125550100');\n"),
            "2: leakline: a.sql: no column holds phone numbers; columns: field 1, field 2",
        ),
        case(
            69,
            "a.ndjson",
            format!("{objects}{{\"id\":1,\"phone\":\"+12125550100\"}}\n"),
            "US 1; blank 6000",
        ),
        case(
            69,
            "a.json",
            format!("{{\"posts\":[{list}{{}}],\"users\":[{{\"phone\":\"+12125550100\"}}]}}\n"),
            "US 1; blank 6001",
        ),
        case(
            62,
            "a.txt",
            "12125550100\tAnn\nBo\t12125550101\n12125550102\tCy\n12125550103\tDi\n",
            "US 3; unread_column 1",
        ),
        case(
            81,
            "a.csv",
            "name,phone,city\nAnn,+12125550100,Rome\nBo,+12125550101,Rome\nphone,name,city\n+12125550102,Cy,Rome\n+12125550103,Di,Rome\n",
            "US 2; no_digits 1; unread_column 2",
        ),
        case(
            81,
            "a.csv",
            "Account: 100000000000001\nName,Wert\nAnn,+12125550100\nBo,+61491570006\n",
            "AU 1; US 1; bad_row 1",
        ),
        case(
            81,
            "a.csv",
            "Help line: +46701740605\nName,Phone\nAnn,+12125550100\nBo,+61491570006\n",
            "AU 1; US 1; bad_row 1",
        ),
        case(
            68,
            "a.sql",
            "INSERT u SET id=1, phone='+12125550100';\n",
            "US 1",
        ),
        case(
            70,
            "a.json",
            r#"{"users":{"a":{"phone":"+12125550100"},"b":{"phone":"+61491570006"}}}"#,
            "AU 1; US 1",
        )
        .with(&["--json-path", "users[*].phone"]),
        case(
            82,
            "a.csv",
            "name,phone\nAnn,+12125550100\n",
            "2: leakline: a.csv: paths of JSON keys are asked for, but this is not JSON",
        )
        .with(&["--json-path", "phone"]),
        case(
            75,
            "a.csv",
            "name,phone\nAnn,\"+12125550100\n+61491570006\"\n",
            "AU 1; US 1",
        ),
        case(
            66,
            "a.csv",
            "country,phone\nКитай,13123456789\n중국,13123456780\nAtlantis,13123456781\n",
            "CN 2; no_country 1",
        ),
        case(86, "a.yaml", yaml(), "2: leakline: a.yaml: no column holds phone numbers; columns: - name, field 2"),
    ];
    for card in [
        "PHONE.WORK:+12125550100",
        "X-WHATSAPP:+12125550100",
        "IMPP;X-SERVICE-TYPE=WhatsApp:whatsapp:+12125550100",
        "TEL;waid=12125550100:+12125550100",
    ] {
        let card = format!("BEGIN:VCARD\nFN:Ann\n{card}\nEND:VCARD\n");
        cases.push(case(63, "a.vcf", card, "US 1"));
    }
    for attribute in ["otherMobile", "otherTelephone", "pager", "info"] {
        let entry = format!("dn: cn=ann\n{attribute}: +12125550100\n");
        cases.push(case(63, "a.ldif", entry, "US 1"));
    }
    cases.push(case(
        76,
        "a.xlsx",
        sheet("mobile"),
        "US 1; formula 1; blank 2",
    ));
    cases.push(case(76, "a.xlsx", sheet("wert"), "US 1; formula 1"));
    for keys in [256, 600, 2000] {
        let mut row = String::from("{");
        for key in 0..keys {
            write!(row, "\"q{key:04}\":\"x\",").expect("a String takes every write");
        }
        let row = format!("{row}\"phone\":\"+12125550100\"}}\n");
        cases.push(case(71, "a.ndjson", row, "US 1"));
    }
    // Nearly any digits are a number at home in Germany.
    for other in ["2015-04-03", "4001234567890", "19.05.1980", "201504031012"] {
        let rows: String = (10..30)
            .map(|i| format!("Ann,+49171392001{i},{other}\n"))
            .collect();
        let comes_to = "DE 20";
        cases.push(case(
            44,
            "Germany.csv",
            format!("name,phone,x\n{rows}"),
            comes_to,
        ));
    }
    for number in ["49-171-3920010", "49 171 3920010", "(49) 171 3920010"] {
        cases.push(case(84, "Germany.txt", format!("{number}\n"), "DE 1"));
    }
    cases
}

/// A sheet with a number, and one that a formula has and the file does not.
fn sheet(column_of_formulas: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["name", "phone", column_of_formulas].iter().enumerate() {
        let column = u16::try_from(column).unwrap();
        sheet.write_string(0, column, *name).unwrap();
    }
    sheet.write_string(1, 1, "+12125550100").unwrap();
    sheet.write_string(2, 0, "Bo").unwrap();
    let formula = rust_xlsxwriter::Formula::new("=A1").set_result("none");
    sheet.write_formula(2, 2, formula).unwrap();
    let book = book.save_to_buffer().unwrap();
    let mut members = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut without_value = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..members.len() {
        let mut member = members.by_index(index).unwrap();
        let mut text = String::new();
        member.read_to_string(&mut text).unwrap();
        let options = zip::write::SimpleFileOptions::default();
        without_value
            .start_file(member.name().unwrap(), options)
            .unwrap();
        let text = text.replace(" t=\"str\"", "").replace("<v>none</v>", "");
        without_value.write_all(text.as_bytes()).unwrap();
    }
    without_value.finish().unwrap().into_inner()
}

fn yaml() -> String {
    let user = |i| format!("- name: P{i}\n  note: see\n  phone: '+121255501{i:02}'\n");
    (0..60).map(user).collect()
}
