//! When `check` fails, and when it cannot tell: 0, 1 or 2.

use crate::world::World;

/// Two exposed, two not found, one not covered, one invalid, one blank.
const LIST: &str = "+12125550100\n+12125550101\n+12125550198\n+12125550199\n+46701740605\nabc\n\n";

fn world() -> World {
    World::with_source("dump.txt", "12125550100\n12125550101\n")
}

#[test]
fn fail_on_counts_exposed_contacts_or_their_share_of_the_checked() {
    let world = world();
    for (policy, code) in [
        ("any", 1),
        ("none", 0),
        ("1", 1),
        ("2", 1),
        ("3", 0),
        ("0%", 1),
        ("39.9%", 1),
        // 2 of 5 checked: what is not covered is checked, what is invalid is not.
        ("40%", 1),
        ("40.1%", 0),
        ("100%", 0),
        ("0", 2),
        ("1.5", 2),
        ("100.1%", 2),
        ("%", 2),
        ("", 2),
        ("Any", 2),
        ("all", 2),
        ("99999999999999999999", 2),
    ] {
        let run = world.run_with(
            ["check", "-q", "-i", "-", "--fail-on", policy],
            LIST.as_bytes(),
        );
        assert_eq!(run.code, Some(code), "{policy}: {}", run.stderr);
    }
    // Nothing exposed reaches no share.
    world
        .run(["check", "--fail-on", "0%", "+12125550199"])
        .expect(0);
}

#[test]
fn max_invalid_is_a_share_of_what_is_not_blank() {
    let world = world();
    // 1 of 6.
    for (share, code) in [
        ("0", 2),
        ("16", 2),
        ("16.6%", 2),
        ("16.7", 1),
        ("17%", 1),
        ("100", 1),
        ("101", 2),
        ("x", 2),
        ("NaN", 2),
        ("", 2),
    ] {
        let run = world.run_with(
            ["check", "-q", "-i", "-", "--max-invalid", share],
            LIST.as_bytes(),
        );
        assert_eq!(run.code, Some(code), "{share}: {}", run.stderr);
    }
    // 2 beats 1, and `none` does not make it 0.
    let args = [
        "check",
        "-q",
        "-i",
        "-",
        "--max-invalid",
        "0",
        "--fail-on",
        "none",
    ];
    world.run_with(args, LIST.as_bytes()).expect(2);
    world
        .run(["check", "--max-invalid", "0", "+12125550199"])
        .expect(0);
}

#[test]
fn nothing_decided_is_2_whatever_the_policy() {
    let world = world();
    for list in [
        "",
        "\n\n",
        "12\nabc\n",
        "+46701740605\n",
        "+46701740605\n12\n\n",
        "phone\n",
        "\u{feff}",
    ] {
        for more in [
            &[][..],
            &["--fail-on", "none"],
            &["--summary"],
            &["--only", "exposed"],
            &["--max-invalid", "100"],
        ] {
            let args = ["check", "-i", "-"].iter().chain(more);
            let run = world.run_with(args, list.as_bytes());
            assert_eq!(run.code, Some(2), "{list:?} {more:?}: {}", run.stderr);
        }
    }
}

#[test]
fn the_summary_always_says_how_many_were_not_decided() {
    let world = world();
    for more in [
        &[][..],
        &["--summary"],
        &["--only", "exposed"],
        &["--format", "json"],
        &["-o", "out"],
    ] {
        let args = ["check", "-i", "-"].iter().chain(more);
        let run = world.run_with(args, LIST.as_bytes()).expect(1);
        let summary =
            "leakline: 5 checked: 2 exposed, 2 not found, 1 not covered; 1 invalid, 1 blank";
        assert_eq!(run.stderr.lines().next(), Some(summary), "{more:?}");
    }
}

#[test]
fn the_age_is_that_of_the_newest_source_searched() {
    let world = world();
    world.file("new.txt", "12125550102\n");
    let load = ["load", "new.txt"];
    let later = (4_070_908_800u64 + 10 * 86_400).to_string();
    let at = |args: &[&str]| {
        crate::world::finish(world.command(args).env("SOURCE_DATE_EPOCH", &later), b"")
    };
    at(&load).expect(0);
    for (args, code) in [
        (&["--max-index-age", "0d"][..], 1),
        (
            &[
                "--max-index-age",
                "9d",
                "--source",
                "new",
                "--source",
                "breach",
            ],
            1,
        ),
        (&["--max-index-age", "9d", "--source", "breach"], 2),
        (&["--max-index-age", "10d", "--source", "breach"], 1),
        (&["--max-index-age", "10", "--source", "breach"], 1),
        (&["--max-index-age", "1w", "--source", "breach"], 2),
        (&["--max-index-age", "2w", "--source", "breach"], 1),
        (&["--max-index-age", "90h"], 2),
        (&["--max-index-age", "d"], 2),
        (&["--max-index-age", "99999999999d"], 2),
    ] {
        let run = at(&[&["check", "-q", "+12125550100", "+12125550102"][..], args].concat());
        assert_eq!(run.code, Some(code), "{args:?}: {}", run.stderr);
    }
}
