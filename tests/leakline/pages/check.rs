//! The page of `check`, for a contact list.

use std::fs;

use serde_json::json;

use super::three_sources::ThreeSources;
use super::{Page, grouped};
use crate::world::{Run, World};

/// Two contact lists beside three sources: `ours.csv` has members of the last source, `theirs.txt`
/// none.
struct TwoLists {
    three: ThreeSources,
}

impl TwoLists {
    fn new() -> TwoLists {
        let lists = TwoLists {
            three: ThreeSources::load(),
        };
        let list = |rows: &[&str]| {
            let rows: String = rows.iter().map(|row| format!("+{row}\n")).collect();
            format!("{rows}+61491570006\nnot a number\n\n")
        };
        let world = &lists.three.world;
        world.file("ours.csv", list(&lists.members()));
        world.file("theirs.txt", list(&["12125550100"]));
        lists
    }

    /// The members of the last source in `ours.csv`.
    fn members(&self) -> Vec<&str> {
        let numbers = self.three.sources[2].1.iter().step_by(7);
        numbers.map(|number| number.1.as_str()).collect()
    }

    fn check(&self, args: &[&str]) -> Run {
        let args = [&["check", "-i", "ours.csv", "-i", "theirs.txt"], args].concat();
        self.three.world.run(args).expect(1)
    }
}

#[test]
fn the_page_of_a_check_has_its_counts_and_masked_rows() {
    let lists = TwoLists::new();
    let (sources, members) = (&lists.three.sources, lists.members());
    let json = lists.check(&["--format", "json"]).json();
    let page = Page::read("check", &lists.check(&["--format", "html"]).text());
    let figures = page.figures();
    for (words, field) in [
        ("checked", "checked"),
        ("exposed", "exposed"),
        ("not found", "not_found"),
        ("not covered", "not_covered"),
        ("invalid", "invalid"),
    ] {
        assert_eq!(
            figures[words],
            grouped(json[field].as_u64().unwrap()),
            "{words}"
        );
    }
    assert_eq!(json["exposed"], json!(members.len()));
    let countries = page.table("Countries of the contacts");
    for (row, json) in countries[1..]
        .iter()
        .zip(json["countries"].as_array().unwrap())
    {
        let shown = json!([row[0], row[1], row[2], row[3]]);
        let name = format!(
            "{} ({})",
            json["name"].as_str().unwrap(),
            json["country"].as_str().unwrap()
        );
        let count = |field: &str| grouped(json[field].as_u64().unwrap());
        let share = format!("{:.2} %", json["exposed_pct"].as_f64().unwrap());
        assert_eq!(
            shown,
            json!([name, count("exposed"), count("checked"), share])
        );
    }
    assert_eq!(
        countries.len() - 1,
        json["countries"].as_array().unwrap().len()
    );
    let by_source = page.table("Sources that were searched");
    for (row, (name, numbers)) in by_source[1..]
        .iter()
        .zip([&sources[1], &sources[0], &sources[2]])
    {
        let held = members
            .iter()
            .filter(|member| numbers.iter().any(|number| number.1 == **member))
            .count();
        assert_eq!(
            [&*row[0], &*row[1]],
            [*name, &*grouped(u64::try_from(held).unwrap())]
        );
    }
    let lists = page.table("Lists that were checked");
    let ours = grouped(u64::try_from(members.len()).unwrap());
    assert_eq!(lists[1], ["ours.csv", &ours, "0", "1", "1", "1"]);
    assert_eq!(lists[2], ["theirs.txt", "0", "1", "1", "1", "1"]);
}

#[test]
fn the_rows_are_masked_and_under_a_fold() {
    let lists = TwoLists::new();
    let members = lists.members();
    let page = Page::read("check", &lists.check(&["--format", "html"]).text());
    let rows = page.table("Contacts");
    // Two names of lists; exposed, not covered and invalid contacts, but not the one that is not
    // found.
    assert_eq!(rows.len(), 1 + 2 + members.len() + 2 + 2);
    let masked = rows
        .iter()
        .filter(|row| row.len() == 5 && row[1].starts_with('+'));
    assert!(masked.clone().count() > 100 && masked.clone().all(|row| row[1].contains("******")));
    let text = fs::read_to_string(lists.three.world.path("ours.csv")).unwrap();
    let page_text = page.0.html();
    assert!(
        text.lines()
            .take(members.len())
            .all(|number| !page_text.contains(&number[1..]))
    );
    assert!(
        lists
            .check(&["--format", "html", "--show-numbers"])
            .text()
            .contains(members[0])
    );
    let summary = lists.check(&["--summary"]).text();
    for line in ["ours.csv", "theirs.txt", "other", "not covered"] {
        assert!(summary.contains(line), "{summary}");
    }
    let shown = lists.check(&["--format", "html", "--summary"]).text();
    assert!(
        Page::read("check-summary", &shown)
            .all("#contacts")
            .is_empty()
    );
}

#[test]
fn a_page_of_a_check_that_decided_nothing_says_so_first() {
    let world = World::with_source("dump.txt", "12125550100\n");
    let run = world
        .run(["check", "--format", "html", "+61491570006"])
        .expect(2);
    let page = Page::read("undecided", &run.text());
    let failed = page.texts(".failed");
    assert!(
        failed[0].starts_with("This check is undecided (exit 2): "),
        "{failed:?}"
    );
}
