//! A seller's table of counts against what was found.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Page, blocks, grouped, number_of_block};
use crate::world::World;

/// One ten-thousandth of the published table, and a load that has it to the digit, but for three
/// countries that are short, and one that is not in the table.
fn story() -> World {
    let world = World::new();
    let (mut claims, mut dump) = (String::new(), String::new());
    let short = ["US", "FR", "KH"];
    for (country, published, block) in blocks() {
        let claimed = (published / 10_000).max(20);
        let found = if short.contains(&country.as_str()) {
            claimed * 3 / 4
        } else {
            claimed
        };
        writeln!(claims, "{country},{claimed}").unwrap();
        for n in 0..found {
            writeln!(dump, "{}", number_of_block(&block, n)).unwrap();
        }
    }
    for n in 0..30 {
        writeln!(dump, "{}", number_of_block("36520:6", n)).unwrap();
    }
    claims = claims.replace("HU,", "# HU,");
    let claims: String = claims
        .lines()
        .filter(|row| !row.starts_with('#'))
        .map(|row| format!("{row}\n"))
        .collect();
    let hungary = blocks().into_iter().find(|row| row.0 == "HU").unwrap();
    assert!(!claims.contains("HU") && hungary.1 > 0);
    world.file("claims.csv", &claims);
    world.file("dump.txt", dump);
    load_story(&world);
    world
}

/// Loads `dump.txt` beside the seller's table of `claims.csv`.
fn load_story(world: &World) {
    let args = [
        "load",
        "--international",
        "--source",
        "story",
        "--claimed",
        "claims.csv",
        "dump.txt",
    ];
    world.run(args).expect(0);
}

#[test]
fn the_sellers_table_is_held_to_the_numbers_and_nothing_else_stands_out() {
    let world = story();
    let stats = |args: &[&str]| world.run([&["stats"], args].concat()).expect(0);
    let json = stats(&["--format", "json"]).json();
    let mut odd = BTreeMap::new();
    for row in json["countries"].as_array().unwrap() {
        let verdict = row["verdict"]["story"].as_str().unwrap();
        if verdict != "as claimed" {
            odd.insert(
                row["country"].as_str().unwrap().to_owned(),
                verdict.to_owned(),
            );
        }
    }
    assert_eq!(
        json!(odd),
        json!({"US": "short", "FR": "short", "KH": "short", "HU": "not claimed"})
    );
    let remarks = json["remarks"].as_array().unwrap();
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    let remark = remarks[0].as_str().unwrap();
    assert!(
        remark.contains("; short: United States, France, Cambodia; not claimed: Hungary"),
        "{remark}"
    );
}

#[test]
fn table_and_page_say_what_stands_out_and_nothing_else() {
    let world = story();
    let stats = |args: &[&str]| world.run([&["stats"], args].concat()).expect(0);
    let json = stats(&["--format", "json"]).json();
    let remark = json["remarks"][0].as_str().unwrap();
    let table = stats(&[]).text();
    assert_eq!(
        table.matches(" short").count() + table.matches(" not claimed").count(),
        4 + 2,
        "{table}"
    );
    let page = Page::read("story", &stats(&["--format", "html"]).text());
    assert_eq!(page.texts(".remarks li"), [remark]);
    // The verdicts are there at the usual width of a terminal.
    let mut command = world.command(["stats"]);
    let narrow = crate::world::finish(command.env("COLUMNS", "80"), b"")
        .expect(0)
        .text();
    let rows: Vec<&str> = narrow
        .lines()
        .take_while(|line| !line.contains("in all"))
        .collect();
    assert!(rows.iter().all(|row| row.chars().count() <= 80), "{narrow}");
    assert_eq!(
        rows.iter().filter(|row| row.contains("as claimed")).count(),
        84,
        "{narrow}"
    );
    assert_eq!(
        rows.iter().filter(|row| row.contains("short")).count(),
        3,
        "{narrow}"
    );
    let rows = page.table("story");
    let is_odd =
        |row: &&Vec<String>| row[0] != "country" && row[5] != "as claimed" && !row[5].is_empty();
    let names: Vec<&str> = rows
        .iter()
        .filter(is_odd)
        .map(|row| row[0].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "United States (US)",
            "France (FR)",
            "Hungary (HU)",
            "Cambodia (KH)"
        ]
    );
    assert_eq!(page.texts("tr.odd th"), names);
    for (row, json) in rows[1..].iter().zip(json["countries"].as_array().unwrap()) {
        let claimed = json["claimed"]["story"].as_u64();
        let observed = json["by_source"]["story"].as_u64().unwrap();
        assert_eq!(row[1], claimed.map_or("–".to_owned(), grouped));
        assert_eq!(row[2], grouped(observed));
        let off = json["difference"]["story"].as_i64();
        let off = off.map_or("–".to_owned(), |off| {
            let sign = if off < 0 { "−" } else { "" };
            format!("{sign}{}", grouped(off.unsigned_abs()))
        });
        assert_eq!(row[3], off);
    }
    let total: u64 = json["countries"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["claimed"]["story"].as_u64())
        .sum();
    assert_eq!(rows.last().unwrap()[1], grouped(total));
    assert_eq!(json["sources"][0]["claims"]["claimed"], json!(total));
    assert_eq!(
        json["sources"][0]["claims"]["verdicts"]["as claimed"],
        json!(84)
    );
}

#[test]
fn the_published_counts_are_possible_and_one_that_is_not_is_said() {
    let world = World::new();
    let claims: String = blocks()
        .iter()
        .map(|(country, published, _)| format!("{country},{published}\n"))
        .collect();
    world.file("claims.csv", format!("{claims}MC,5000000\n"));
    world.file("dump.txt", number_of_block("2011:8", 1));
    load_story(&world);
    let json = world.run(["stats", "--format", "json"]).expect(0).json();
    let impossible: Vec<&Value> = (json["countries"].as_array().unwrap().iter())
        .filter(|row| row["impossible"] != json!({}))
        .map(|row| &row["country"])
        .collect();
    assert_eq!(json!(impossible), json!(["MC"]));
    let remarks = json["remarks"].to_string();
    assert!(remarks.contains("story: Monaco: more "), "{remarks}");
}
