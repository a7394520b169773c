//! Columns of ids, times, prices and hashes: none of them is read as numbers beside a column of
//! numbers.

use crate::world::World;

const ROWS: u64 = 100;

/// A value of a kind of column in a row; `random` is the same in every run.
fn value(kind: &str, row: u64) -> String {
    let random =
        row.wrapping_mul(6_364_136_223_846_793_005).rotate_left(29) ^ 0x9e37_79b9_7f4a_7c15;
    match kind {
        "counter" => format!("{}", 100_001 + row),
        "long_id" => format!("{}", 100_000_000_000_000 + row * 7),
        "random_id" => format!("{}", 1_000_000_000 + random % 9_000_000_000),
        "id12" => format!("{}", 100_000_000_000 + random % 900_000_000_000),
        "snowflake" => format!("{}", 1_300_000_000_000_000_000 + row * 4_194_304),
        "uuid" => format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            random >> 32,
            random & 0xffff,
            random & 0xfff,
            row & 0xfff,
            random >> 16
        ),
        "unix" => format!("{}", 1_617_436_800 + row * 3_601),
        "unix_new" => format!("{}", 1_712_000_000 + row * 3_601),
        "millis" => format!("{}", 1_617_436_800_000 + row * 3_601_007),
        "date" => format!("2021-{:02}-{:02}", 1 + row % 12, 1 + row % 28),
        "compact_date" => format!("2021{:02}{:02}", 1 + row % 12, 1 + row % 28),
        "datetime" => format!(
            "2021-{:02}-{:02} {:02}:{:02}:11",
            1 + row % 12,
            1 + row % 28,
            row % 24,
            row % 60
        ),
        "price" => format!("{}.{:02}", random % 5_000, random % 100),
        "imei" => format!("35{:013}", random % 10_000_000_000_000),
        "imei_in_groups" => {
            let digits = format!("35{:013}", random % 10_000_000_000_000);
            let (a, b, c) = (&digits[..2], &digits[2..8], &digits[8..14]);
            format!("{a}-{b}-{c}-{}", &digits[14..])
        }
        "imsi" => format!("310260{:09}", random % 1_000_000_000),
        "iccid" => format!("8901260{:012}", random % 1_000_000_000_000),
        "ip" => format!(
            "{}.{}.{}.{}",
            random % 223 + 1,
            random % 255,
            row % 255,
            random % 97
        ),
        "md5" => format!("{random:016x}{:016x}", random.rotate_left(17)),
        "ean" => format!("400638{:07}", random % 10_000_000),
        "iban" => format!("DE{:020}", random % 1_000_000_000_000_000_000),
        "zip" => format!("{:05}", random % 100_000),
        "ssn" => format!(
            "{:03}-{:02}-{:04}",
            random % 900,
            random % 100,
            random % 10_000
        ),
        "card" => format!("4{:015}", random % 1_000_000_000_000_000),
        "order" => format!("{}", 4_000_000_000 + row),
        "coordinate" => format!("{}.{:06}", random % 90, random % 1_000_000),
        "latitude" => format!("{}.{:07}", 40 + random % 20, random % 10_000_000),
        "excel_time" => format!("{}.{:010}", 44_000 + row, random % 10_000_000_000),
        "year_code" => format!("2021-{:07}", random % 10_000_000),
        "cep" => format!("{:05}-{:03}", random % 100_000, random % 1_000),
        other => panic!("no values of {other}"),
    }
}

/// Names of columns, each with the kind of its values; the numbers come first.
#[rustfmt::skip]
const TABLES: [(&str, &[(&str, &str)]); 24] = [
    ("", &[("user_id", "long_id"), ("created_at", "unix"), ("email_hash", "md5")]),
    ("", &[("imei", "imei"), ("imsi", "imsi"), ("iccid", "iccid")]),
    ("", &[("Order ID", "order"), ("Price", "price"), ("Date", "datetime")]),
    ("", &[("id", "random_id"), ("ref", "id12"), ("ts", "millis")]),
    ("", &[("tweet", "snowflake"), ("uuid", "uuid"), ("ip", "ip")]),
    ("US", &[("account", "random_id"), ("ssn", "ssn"), ("zip", "zip")]),
    ("US", &[("created", "unix"), ("updated", "unix_new"), ("card", "card")]),
    ("US", &[("x", "random_id"), ("y", "id12"), ("z", "counter")]),
    ("DE", &[("created_at", "unix_new"), ("order_no", "order"), ("plz", "zip")]),
    ("DE", &[("Kundennummer", "counter"), ("IBAN", "iban"), ("Datum", "compact_date")]),
    ("DE", &[("timestamp", "unix"), ("id", "random_id"), ("ean", "ean")]),
    ("GB", &[("customer id", "long_id"), ("invoice", "id12"), ("dob", "compact_date")]),
    ("FR", &[("code postal", "zip"), ("commande id", "counter"), ("prix", "price")]),
    ("IN", &[("aadhaar", "id12"), ("txn", "long_id"), ("date", "datetime")]),
    ("BR", &[("cpf", "id12"), ("pedido", "counter"), ("preco", "price")]),
    ("ID", &[("nid", "long_id"), ("created", "millis"), ("order id", "random_id")]),
    ("IT", &[("id cliente", "counter"), ("data", "compact_date"), ("ean", "ean")]),
    ("CN", &[("订单号", "id12"), ("日期", "compact_date"), ("价格", "price")]),
    ("RU", &[("инн", "id12"), ("заказ", "random_id"), ("дата", "datetime")]),
    ("AU", &[("lat", "coordinate"), ("sku", "ean"), ("epoch", "unix_new")]),
    ("DE", &[("breite", "latitude"), ("x", "imei_in_groups"), ("y", "year_code")]),
    ("IT", &[("x", "latitude"), ("pratica", "year_code"), ("cep", "cep")]),
    ("BR", &[("CEP", "cep"), ("x", "year_code"), ("y", "latitude")]),
    ("EG", &[("cep", "cep"), ("x", "year_code"), ("y", "excel_time")]),
];

fn phone(row: u64) -> String {
    format!("+1212555{:04}", 100 + row % 100)
}

#[test]
fn only_the_numbers_are_read_of_tables_full_of_ids_and_times() {
    let world = World::new();
    let mut wrong = Vec::new();
    for (home, others) in TABLES {
        let header: Vec<&str> = others.iter().map(|(name, _)| *name).collect();
        let mut table = format!("phone,{}\n", header.join(","));
        let mut objects = String::new();
        let mut bare = String::new();
        for row in 0..ROWS {
            let values: Vec<String> = others.iter().map(|(_, kind)| value(kind, row)).collect();
            let line = format!("{},{}\n", phone(row), values.join(","));
            table += &line;
            bare += &line;
            let keys = header
                .iter()
                .zip(&values)
                .map(|(key, value)| format!(",\"{key}\":\"{value}\""));
            let keys: String = keys.collect();
            let object = format!("{{\"phone\":\"{}\"{}}}\n", phone(row), keys);
            objects += &object;
        }
        for (name, text) in [("a.csv", table), ("a.ndjson", objects), ("bare.txt", bare)] {
            world.file(name, text);
            let mut args = vec!["load", name, "--dry-run", "--json", "--source", "s"];
            if !home.is_empty() {
                args.extend(["--country", home]);
            }
            let run = world.run(&args);
            let columns = match run.code {
                Some(0) => run.json()["files"][0]["phone_columns"].to_string(),
                _ => run.stderr.clone(),
            };
            if !matches!(columns.as_str(), r#"["phone"]"# | r#"["field 1"]"#) {
                wrong.push(format!("{home} {header:?} {name}: {columns}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Names with a word for a phone, each with the kind of its values.
const OF_PHONES: [(&str, &str); 10] = [
    ("Cell Site", "counter"),
    ("phone_md5", "md5"),
    ("SMS sent", "counter"),
    ("mobile_sessions", "counter"),
    ("cell_lat", "latitude"),
    ("Phone paid on", "date"),
    ("phone_updated", "datetime"),
    ("Mobile revenue", "price"),
    ("Tel. IP", "ip"),
    ("whatsapp uuid", "uuid"),
];

#[test]
fn a_word_for_a_phone_reads_no_ids_and_times_beside_numbers() {
    let world = World::new();
    for (name, kind) in OF_PHONES {
        for home in ["US", "DE", ""] {
            let row = |row| format!("{},{}\n", phone(row), value(kind, row));
            let rows: String = (0..ROWS).map(row).collect();
            world.file("a.csv", format!("phone,{name}\n{rows}"));
            let args = ["load", "a.csv", "--dry-run", "--json", "--source", "s"];
            let home = if home.is_empty() {
                None
            } else {
                Some(["--country", home])
            };
            let run = world.run(args.into_iter().chain(home.into_iter().flatten()));
            let report = run.expect(0).json();
            let columns = &report["files"][0]["phone_columns"];
            assert_eq!(*columns, serde_json::json!(["phone"]), "{name}");
        }
    }
}
