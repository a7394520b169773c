//! `check`: the four answers in every format, and nothing but the answers on stdout.

use serde_json::{Value, json};

use crate::world::{World, own_fields};

/// Numbers of the United States and Australia; Sweden is not covered.
fn world() -> World {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n61491570006\n");
    world.file("second.txt", "12125550100\n");
    world
        .run([
            "load",
            "--source",
            "older",
            "--date",
            "2019-04",
            "--status",
            "verified",
            "second.txt",
        ])
        .expect(0);
    world
}

const LIST: &str = "+12125550100\n+61491570156\n+46701740605\n12\n\n+61491570006\n";

#[test]
fn json_has_the_promised_fields() {
    let world = world();
    let run = world
        .run_with(["check", "--format", "json", "-i", "-"], LIST.as_bytes())
        .expect(1);
    let mut report = run.json();
    let fingerprint = report["results"][0]["fingerprint"].take();
    assert!(
        fingerprint
            .as_str()
            .unwrap()
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit()),
        "{fingerprint}"
    );
    report["results"][5 - 1]["fingerprint"].take();
    let result = |line: u64,
                  number: Value,
                  country: Value,
                  status: &str,
                  sources: Value,
                  reason: Value| {
        json!({
            "input": "-", "line": line, "number": number, "country": country, "status": status, "sources": sources,
            "cell": null, "reason": reason, "note": null, "suppressed": false, "fingerprint": null,
        })
    };
    let expected = json!({
        "schema_version": 1,
        "complete": true,
        "checked": 4,
        "exposed": 2,
        "not_found": 1,
        "not_covered": 1,
        "invalid": 1,
        "blank": 1,
        "suppressed": 0,
        "false_positive_rate": 3.0 / 2f64.powi(64),
        "sources": [
            {"name": "breach", "title": null, "date": null, "status": "alleged", "distinct": 3},
            {"name": "older", "title": null, "date": "2019-04", "status": "verified", "distinct": 1},
        ],
        "countries": [
            {"country": "AU", "name": "Australia", "checked": 2, "exposed": 1, "exposed_pct": 50.0},
            {"country": "US", "name": "United States", "checked": 1, "exposed": 1, "exposed_pct": 100.0},
            {"country": "SE", "name": "Sweden", "checked": 1, "exposed": 0, "exposed_pct": 0.0},
        ],
        "results": [
            result(1, json!("+1********00"), json!("US"), "exposed", json!(["breach", "older"]), json!(null)),
            result(2, json!("+61*******56"), json!("AU"), "not-found", json!([]), json!(null)),
            result(3, json!("+46*******05"), json!("SE"), "not-covered", json!([]), json!(null)),
            result(4, json!(null), json!(null), "invalid", json!([]), json!("too_short")),
            result(6, json!("+61*******06"), json!("AU"), "exposed", json!(["breach"]), json!(null)),
        ],
    });
    assert_eq!(own_fields(report), expected);
}

#[test]
fn ndjson_has_the_results_of_json_one_a_line() {
    let world = world();
    let run = |format| {
        world
            .run_with(["check", "--format", format, "-i", "-"], LIST.as_bytes())
            .expect(1)
    };
    let lines: Vec<Value> = run("ndjson")
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(Value::Array(lines), run("json").json()["results"]);
}

#[test]
fn nothing_found_is_an_empty_array() {
    let world = world();
    let run = world
        .run([
            "check",
            "--format",
            "json",
            "--only",
            "exposed",
            "+12125550199",
        ])
        .expect(0);
    assert_eq!(run.json()["results"], json!([]));
    assert_eq!(run.json()["not_found"], 1);
    assert_eq!(
        world
            .run([
                "check",
                "--format",
                "ndjson",
                "--only",
                "exposed",
                "+12125550199"
            ])
            .expect(0)
            .text(),
        ""
    );
}

#[test]
fn text_is_one_line_a_contact_and_the_summary_is_on_stderr() {
    let world = world();
    let run = world
        .run_with(["check", "-i", "-"], LIST.as_bytes())
        .expect(1);
    let text = run.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(
        lines[0].starts_with("exposed ") && lines[0].contains(": breach, older  [line 1]"),
        "{text}"
    );
    assert!(lines[1].starts_with("not-found "), "{text}");
    assert!(
        lines[2].starts_with("not-covered ") && lines[2].contains("Sweden"),
        "{text}"
    );
    assert!(lines.iter().all(|line| line.len() <= 80), "{text}");
    assert!(
        lines[3].starts_with("invalid ") && lines[3].contains("too_short"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "colour in a pipe: {text:?}");
    assert!(
        run.stderr
            .contains("4 checked: 2 exposed, 1 not found, 1 not covered; 1 invalid, 1 blank"),
        "{}",
        run.stderr
    );
    // The details of a source are said once, not on each line.
    assert!(
        run.stderr.contains("\n  older (2019-04, verified)\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn colour_follows_the_flag() {
    let world = world();
    let run = |when| {
        world
            .run(["check", "--color", when, "+12125550100"])
            .expect(1)
            .text()
    };
    assert!(run("always").contains('\u{1b}'));
    assert!(!run("never").contains('\u{1b}'));
    assert!(!run("auto").contains('\u{1b}'));
}

#[test]
fn numbers_are_shown_in_full_only_when_asked_for() {
    let world = world();
    for format in ["text", "json", "ndjson"] {
        let masked = world
            .run_with(["check", "--format", format, "-i", "-"], b"+12125550100\n")
            .expect(1);
        assert!(
            !masked.text().contains("2125550100") && masked.text().contains("+1********00"),
            "{format}"
        );
        let shown = world.run_with(
            ["check", "--format", format, "--show-numbers", "-i", "-"],
            b"+12125550100\n",
        );
        assert!(shown.expect(1).text().contains("+12125550100"), "{format}");
    }
}

#[test]
fn only_and_summary_change_what_is_shown_and_nothing_else() {
    let world = world();
    let run = |args: &[&str]| {
        world
            .run_with(["check", "-i", "-"].iter().chain(args), LIST.as_bytes())
            .expect(1)
    };
    let only = run(&[
        "--format",
        "json",
        "--only",
        "invalid",
        "--only",
        "not-covered",
    ])
    .json();
    assert_eq!((&only["checked"], &only["exposed"]), (&json!(4), &json!(2)));
    let shown: Vec<_> = only["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["status"].clone())
        .collect();
    assert_eq!(shown, ["not-covered", "invalid"]);
    let summary = run(&["--format", "json", "--summary"]).json();
    assert_eq!(
        (&summary["results"], &summary["exposed"]),
        (&json!([]), &json!(2))
    );
    let text = run(&["--summary"]).text();
    // Three countries, then the two sources.
    let heads = text.lines().filter(|line| line.contains("exposed"));
    assert_eq!((text.lines().count(), heads.count()), (8, 2), "{text}");
    assert!(
        text.lines().nth(1).unwrap().starts_with("Australia "),
        "{text}"
    );
    let csv = run(&["--summary", "--format", "csv"]).text();
    assert_eq!(
        csv.lines().next(),
        Some("country,name,checked,exposed,exposed_pct")
    );
    assert_eq!(csv.lines().nth(1), Some("AU,Australia,2,1,50.0"));
}

#[test]
fn quiet_says_nothing_but_the_exit_code_and_errors() {
    let world = world();
    let run = world.run(["check", "-q", "+12125550100"]).expect(1);
    assert_eq!((run.text().as_str(), run.stderr.as_str()), ("", ""));
    assert_ne!(world.run(["check", "-q", "12"]).expect(2).stderr, "");
}

#[test]
fn lists_come_from_arguments_files_and_stdin_and_keep_their_names_and_lines() {
    let world = world();
    world.file(
        "one.csv",
        "name,phone\nAnn,+12125550100\n\"Bo\nLee\",+12125550101\nCy,+12125550199\n",
    );
    world.file(
        "two.ndjson",
        "{\"phone\":\"+12125550100\"}\n{\"phone\":null}\n{\"phone\":12125550101}\n",
    );
    let run = world.run_with(
        [
            "check",
            "--format",
            "json",
            "+61491570006",
            "+61491570156",
            "-i",
            "one.csv",
            "-i",
            "-",
            "-i",
            "two.ndjson",
        ],
        b"+12125550100\n",
    );
    let report = run.expect(1).json();
    let places: Vec<String> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| format!("{}:{}", result["input"].as_str().unwrap(), result["line"]))
        .collect();
    let expected = [
        "argument:1",
        "argument:2",
        "one.csv:2",
        "one.csv:3",
        "one.csv:5",
        "-:1",
        "two.ndjson:1",
        "two.ndjson:3",
    ];
    assert_eq!(places, expected);
    assert_eq!(report["blank"], 1);
    // Stdin is read when nothing else is named.
    world.run_with(["check"], b"+12125550100\n").expect(1);
    world.run_with(["check", "-"], b"+12125550100\n").expect(1);
    // And is used once.
    world
        .run_with(["check", "-i", "-", "-i", "-"], b"+12125550100\n")
        .expect(2);
}

#[test]
fn every_number_of_a_contact_is_checked_and_its_cell_named() {
    let world = world();
    world.file(
        "contacts.csv",
        "Name,Mobile Phone,Business Phone\nAnn,+12125550199,+12125550100\n",
    );
    let report = world
        .run(["check", "--format", "json", "-i", "contacts.csv"])
        .expect(1)
        .json();
    let cells: Vec<_> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["cell"])
        .collect();
    assert_eq!(cells, ["Mobile Phone", "Business Phone"]);
}

#[test]
fn every_argument_is_one_contact() {
    let world = world();
    let report = world
        .run(["check", "--format", "json", "phone", "", "+1 212 555 0100"])
        .expect(1)
        .json();
    assert_eq!(
        (&report["invalid"], &report["blank"], &report["exposed"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(report["results"][1]["line"], 3);
}

#[test]
fn contacts_may_end_with_nul() {
    let world = world();
    let run = world.run_with(
        ["check", "-0", "--format", "ndjson", "-i", "-"],
        b"+12125550100\0+12125550199\0",
    );
    assert_eq!(run.expect(1).text().lines().count(), 2);
}

#[test]
fn contact_lists_take_no_country_from_their_name() {
    let world = world();
    world.file("Australia.txt", "0491570006\n");
    let run = world.run(["check", "-i", "Australia.txt"]).expect(2);
    assert!(run.text().contains("no_country"), "{}", run.text());
    world
        .run(["check", "-i", "Australia.txt", "--country", "AU"])
        .expect(1);
}

#[test]
fn sources_can_be_chosen_and_coverage_is_theirs() {
    let world = world();
    world
        .run(["check", "--source", "older", "+12125550101"])
        .expect(0);
    world
        .run(["check", "--source", "older", "+61491570006"])
        .expect(2);
    world
        .run([
            "check",
            "--source",
            "older",
            "--source",
            "breach",
            "+61491570006",
        ])
        .expect(1);
}

#[test]
fn a_dump_is_checked_in_memory_with_no_index_no_key_and_nothing_on_disk() {
    let world = World::new();
    world.file("Australia.txt", "0491570006\n0491570156\n");
    let run = world
        .run([
            "check",
            "--dump",
            "Australia.txt",
            "--format",
            "json",
            "+61491570006",
            "+61491570157",
            "+46701740605",
        ])
        .expect(1);
    let report = run.json();
    let answers: Vec<_> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["status"])
        .collect();
    assert_eq!(answers, ["exposed", "not-found", "not-covered"]);
    assert_eq!(report["sources"][0]["name"], "Australia");
    assert!(!world.path("data").exists() && !world.path("config").exists());
    // A dump on stdin leaves the contacts to arguments and files.
    world
        .run_with(["check", "--dump", "-", "+12125550100"], b"12125550100\n")
        .expect(1);
    world
        .run_with(["check", "--dump", "-"], b"12125550100\n")
        .expect(2);
}

#[test]
fn a_dump_that_gives_few_numbers_is_no_ground_for_not_found() {
    let world = World::new();
    world.file("dump.txt", "0491570006\n0491570156\n12125550100\n");
    let run = world
        .run(["check", "--dump", "dump.txt", "+12125550101"])
        .expect(2);
    assert!(run.stderr.contains("2 of 3 rows"), "{}", run.stderr);
    world
        .run([
            "check",
            "--dump",
            "dump.txt",
            "--country",
            "AU",
            "+12125550101",
        ])
        .expect(0);
}

#[test]
fn another_report_can_be_written_beside_the_results() {
    let world = world();
    let run = world
        .run([
            "check",
            "--report",
            "json=report.json",
            "--report",
            "csv=report.csv",
            "-o",
            "out.txt",
            "+12125550100",
        ])
        .expect(1);
    assert_eq!(run.text(), "");
    let report: Value =
        serde_json::from_slice(&std::fs::read(world.path("report.json")).unwrap()).unwrap();
    assert_eq!(report["exposed"], 1);
    assert_eq!(
        std::fs::read_to_string(world.path("report.csv")).unwrap(),
        "+12125550100,exposed,US,breach older\n"
    );
    assert!(
        std::fs::read_to_string(world.path("out.txt"))
            .unwrap()
            .starts_with("exposed")
    );
    world
        .run(["check", "--report", "pdf=x", "+12125550100"])
        .expect(2);
}

#[test]
fn digits_that_are_valid_both_ways_are_looked_up_both_ways() {
    // Under Germany these digits are a national number, and an international one without its plus.
    let world = World::new();
    world.file("dump.txt", "+4917139200102\n");
    world
        .run(["load", "--source", "breach", "dump.txt"])
        .expect(0);
    let run = world.run_with(
        ["check", "--country", "DE", "--format", "ndjson", "-i", "-"],
        b"4917139200102\n",
    );
    let result: Value = serde_json::from_str(run.expect(1).text().trim()).unwrap();
    assert_eq!(
        (&result["status"], &result["note"]),
        (&json!("exposed"), &json!("ambiguous"))
    );
}

#[test]
fn old_numbers_in_a_dump_meet_todays_contacts_and_the_other_way_round() {
    let old = "5215512345678\n22507123456\n551187654321\n";
    let new = "+525512345678\n+2250707123456\n+5511987654321\n";
    for (dump, contacts, migrated, note) in
        [(old, new, 3, json!(null)), (new, old, 0, json!("migrated"))]
    {
        let world = World::new();
        world.file("dump.txt", dump);
        let load = world.run(["load", "--json", "dump.txt"]).expect(0).json();
        assert_eq!(
            (&load["accepted"], &load["migrated"]),
            (&json!(3), &json!(migrated))
        );
        let run = world
            .run_with(
                ["check", "--format", "json", "-i", "-"],
                contacts.as_bytes(),
            )
            .expect(1);
        let report = run.json();
        assert_eq!(report["exposed"], 3, "{report}");
        for result in report["results"].as_array().unwrap() {
            assert_eq!(result["note"], note, "{result}");
        }
    }
}

#[test]
fn numbers_with_an_extension_are_read_without_a_home_country() {
    let world = world();
    for contact in [
        "61491570006x12",
        "61491570006 ext 12",
        "61491570006#12",
        "tel:61491570006;ext=12",
    ] {
        let run = world.run(["check", "--format", "json", contact]).expect(1);
        assert_eq!(run.json()["results"][0]["note"], "extension", "{contact}");
    }
}

#[test]
fn a_field_that_is_asked_for_makes_columns_of_numbers() {
    let world = world();
    let list = "+12125550199,+12125550100\n+12125550198,+12125550197\n";
    let run = world.run_with(
        ["check", "--format", "csv", "--phone-field", "2", "-i", "-"],
        list.as_bytes(),
    );
    assert_eq!(
        run.expect(1).text(),
        "+12125550199,+12125550100,exposed,US,breach older\n+12125550198,+12125550197,not-found,US,\n"
    );
}

#[test]
fn what_is_left_out_of_a_dump_is_said_even_if_quiet() {
    let world = World::new();
    world.file("dumps/page.html", "<!DOCTYPE html><html></html>\n");
    world.file("dumps/dump.txt", "12125550100\n");
    let run = world
        .run(["check", "-q", "--dump", "dumps", "+12125550199"])
        .expect(0);
    assert!(run.stderr.contains("page.html: skipped"), "{}", run.stderr);
    // There is no index whose sources or age could be chosen.
    world
        .run(["check", "--dump", "dumps", "--source", "x", "+12125550199"])
        .expect(2);
    world
        .run([
            "check",
            "--dump",
            "dumps",
            "--max-index-age",
            "1d",
            "+12125550199",
        ])
        .expect(2);
}
