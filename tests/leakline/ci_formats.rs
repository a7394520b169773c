//! What CI services read: SARIF, `JUnit` and the workflow commands of GitHub.

use std::fs;
use std::path::Path;

use quick_junit::{NonSuccessKind, TestCaseStatus};
use serde_json::Value;

use crate::world::{Run, World, finish};

const LIST: &str =
    "name,phone\nAnn,+12125550100\nBo,+12125550199\nCy,+46701740605\nDi,12\n\nEd,+12125550101\n";

fn world() -> World {
    let world = World::with_source("dump.txt", "12125550100\n12125550101\n12125550102\n");
    world.file("my lists/list.csv", LIST);
    world
}

fn check(world: &World, args: &[&str]) -> Run {
    world.run(["check", "-i", "my lists/list.csv"].iter().chain(args))
}

#[track_caller]
fn assert_valid_sarif(sarif: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    // As published these are no regular expressions; no language is written here.
    for part in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][part]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(sarif)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn junit(run: &Run) -> quick_junit::Report {
    quick_junit::Report::deserialize_from_str(&run.text()).unwrap()
}

#[test]
fn sarif_is_valid_and_names_file_and_line() {
    let world = world();
    let sarif = check(&world, &["--format", "sarif"]).expect(1).json();
    assert_valid_sarif(&sarif);
    let run = &sarif["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["properties"]["exposed"], 2);
    let results = run["results"].as_array().unwrap();
    let found: Vec<_> = results
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "my%20lists/list.csv");
            let rule = result["ruleIndex"].as_u64().unwrap();
            let rules = &run["tool"]["driver"]["rules"];
            assert_eq!(
                rules[usize::try_from(rule).unwrap()]["id"],
                result["ruleId"]
            );
            (
                place["region"]["startLine"].as_u64().unwrap(),
                result["ruleId"].as_str().unwrap(),
                result["level"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [(2, "exposed", "error"), (7, "exposed", "error")];
    assert_eq!(found, expected);
    // What came through a pipe is in no file.
    let piped = world.run_with(["check", "--format", "sarif"], b"+12125550100\n");
    let piped = piped.expect(1).json();
    assert_valid_sarif(&piped);
    assert_eq!(
        piped["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "stdin"
    );
    // In a JSON document the place is no line.
    world.file("list.json", "[{\"phone\":\"+12125550100\"}]");
    let document = world
        .run(["check", "--format", "sarif", "-i", "list.json"])
        .expect(1)
        .json();
    assert_valid_sarif(&document);
    let result = &document["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 1);
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.ends_with("(contact 1 of list.json)"), "{text}");
    // GitHub shows a severity for rules of security alone, and says where to read on.
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["rules"].as_array().unwrap().len(), 1);
    let rule = &driver["rules"][0];
    assert_eq!(rule["properties"]["security-severity"], "7.0");
    assert!(
        rule["properties"]["tags"]
            .as_array()
            .unwrap()
            .contains(&"security".into())
    );
    assert_ne!(rule["fullDescription"]["text"], rule["help"]["text"]);
    for uri in [&driver["informationUri"], &rule["helpUri"]] {
        assert!(uri.as_str().unwrap().starts_with("https://"), "{uri}");
    }
}

#[test]
fn sarif_holds_no_number_and_its_fingerprints_move_with_the_row() {
    let world = world();
    let fingerprints = |run: &Run| {
        let mut fingerprints: Vec<String> = run.json()["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|result| {
                Some(
                    result["partialFingerprints"]
                        .as_object()?
                        .values()
                        .next()?
                        .to_string(),
                )
            })
            .collect();
        fingerprints.sort();
        fingerprints
    };
    let before = check(&world, &["--format", "sarif", "--show-numbers"]).expect(1);
    for secret in ["2125550", "+1", "**"] {
        assert!(!before.text().contains(secret), "{secret}");
    }
    world.file(
        "my lists/list.csv",
        "phone\n+12125550101\n\n+1 212 555 0100\n",
    );
    let after = check(&world, &["--format", "sarif"]).expect(1);
    assert_eq!(fingerprints(&before), fingerprints(&after));
    assert_eq!(fingerprints(&before).len(), 2);
}

#[test]
fn known_findings_have_no_result_in_sarif_and_are_skipped_in_junit() {
    let world = world();
    let baseline = ["--baseline", "baseline.json"];
    let update = ["--update-baseline", "--baseline-reason", "told"];
    check(&world, &[&baseline[..], &update].concat()).expect(0);
    let sarif = check(&world, &[&baseline[..], &["--format", "sarif"]].concat())
        .expect(0)
        .json();
    assert_valid_sarif(&sarif);
    let run = &sarif["runs"][0];
    assert_eq!(run["results"], Value::Array(Vec::new()));
    assert_eq!(run["properties"]["suppressed"], 2);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "note");
    let text = notification["message"]["text"].as_str().unwrap();
    assert!(text.contains("2 known to the baseline"), "{text}");
    let run = check(&world, &[&baseline[..], &["--format", "junit"]].concat()).expect(0);
    assert_eq!(junit(&run).failures, 0);
    assert!(run.text().contains("known: told"));
    let run = check(&world, &[&baseline[..], &["--format", "github"]].concat()).expect(0);
    assert!(!run.text().contains("::error"), "{}", run.text());
}

#[test]
fn junit_has_a_case_for_each_contact_and_fails_the_exposed() {
    let world = world();
    let run = check(&world, &["--format", "junit"]).expect(1);
    let report = junit(&run);
    assert_eq!((report.tests, report.failures, report.errors), (5, 2, 0));
    let [suite] = report.test_suites.as_slice() else {
        panic!("one suite");
    };
    assert_eq!((suite.tests, suite.failures, suite.skipped), (5, 2, 2));
    let cases: Vec<_> = suite
        .test_cases
        .iter()
        .map(|case| {
            assert_eq!(case.classname.as_deref(), Some("my lists/list.csv"));
            let outcome = match &case.status {
                TestCaseStatus::Success { .. } => "passed",
                TestCaseStatus::Skipped { .. } => "skipped",
                TestCaseStatus::NonSuccess {
                    kind: NonSuccessKind::Failure,
                    ..
                } => "failed",
                TestCaseStatus::NonSuccess {
                    kind: NonSuccessKind::Error,
                    ..
                } => "error",
            };
            (case.name.as_str(), outcome)
        })
        .collect();
    let expected = [
        ("line 2", "failed"),
        ("line 3", "passed"),
        ("line 4", "skipped"),
        ("line 5", "skipped"),
        ("line 7", "failed"),
    ];
    assert_eq!(cases, expected);
    let only = check(&world, &["--format", "junit", "--only", "exposed"]).expect(1);
    assert_eq!((junit(&only).tests, junit(&only).failures), (2, 2));
}

#[test]
fn names_that_xml_and_workflow_commands_would_choke_on_are_escaped() {
    let world = world();
    let name = "a<&\"\u{1b}::error::,%x.csv";
    world.file(name, "phone <b>,mobile &\n+12125550100,+12125550101\n");
    let run = world
        .run(["check", "--format", "junit", "-i", name])
        .expect(1);
    let report = junit(&run);
    let class = report.test_suites[0].test_cases[0].classname.as_deref();
    assert_eq!(class, Some("a<&\"\u{fffd}::error::,%x.csv"));
    let text = world
        .run(["check", "--format", "github", "-i", name])
        .expect(1)
        .text();
    assert!(
        text.starts_with("::error file=a<&\"\u{fffd}%3A%3Aerror%3A%3A%2C%25x.csv,line=2,"),
        "{text}"
    );
    assert_valid_sarif(
        &world
            .run(["check", "--format", "sarif", "-i", name])
            .expect(1)
            .json(),
    );
}

#[test]
fn github_gets_ten_annotations_of_a_level_and_a_table() {
    let world = world();
    let run = check(&world, &["--format", "github"]).expect(1).text();
    let expected = "\
        ::error file=my lists/list.csv,line=2,title=exposed::a number from the United States appears in breach (alleged)\n\
        ::error file=my lists/list.csv,line=7,title=exposed::a number from the United States appears in breach (alleged)\n\
        ::warning file=my lists/list.csv,line=4,title=not-covered::no source searched holds numbers from Sweden, so leakline cannot tell\n\
        ::warning file=my lists/list.csv,line=5,title=invalid::not a phone number: too_short: digits are missing; add the area code\n";
    assert_eq!(run, expected);

    world.file("many.txt", "+12125550100\n12\n".repeat(100_000));
    fs::write(world.path("summary.md"), "before\n").unwrap();
    let args = ["check", "--format", "github", "-i", "many.txt"];
    let run = finish(
        world
            .command(args)
            .env("GITHUB_STEP_SUMMARY", world.path("summary.md")),
        b"",
    )
    .expect(1);
    let count = |command: &str| {
        run.text()
            .lines()
            .filter(|line| line.starts_with(command))
            .count()
    };
    assert_eq!((count("::error "), count("::warning ")), (10, 10));
    assert!(
        run.text().contains("99,991 more contacts are exposed"),
        "{}",
        run.text()
    );
    assert!(
        run.text().starts_with("::error file=many.txt,line=1,"),
        "{}",
        run.text()
    );
    let summary = fs::read_to_string(world.path("summary.md")).unwrap();
    assert!(
        summary.starts_with("before\n### leakline: 100,000 of 100,000 numbers exposed"),
        "{summary}"
    );
    assert!(
        summary.contains("| United States | 100,000 | 100,000 | 100.00 % |"),
        "{summary}"
    );
}

#[test]
fn reports_of_a_run_that_fails_say_so() {
    let reports = [
        "--report",
        "sarif=report.sarif",
        "--report",
        "junit=report.xml",
        "--report",
        "json=report.json",
        "--report",
        "github=report.txt",
    ];
    let world = world();
    for (args, exposed) in [(["-i", "missing.csv"], 2), (["--source", "other"], 0)] {
        check(&world, &[&reports[..], &args].concat()).expect(2);
        let read = |name: &str| fs::read_to_string(world.path(name)).unwrap();
        let sarif: Value = serde_json::from_str(&read("report.sarif")).unwrap();
        assert_valid_sarif(&sarif);
        assert_eq!(
            sarif["runs"][0]["invocations"][0]["executionSuccessful"],
            false
        );
        assert_eq!(sarif["runs"][0]["properties"]["exposed"], exposed);
        let json: Value = serde_json::from_str(&read("report.json")).unwrap();
        assert_eq!(
            (&json["complete"], &json["exposed"]),
            (&false.into(), &exposed.into())
        );
        let report = quick_junit::Report::deserialize_from_str(&read("report.xml")).unwrap();
        assert_eq!((report.errors, report.failures), (1, exposed));
        assert!(read("report.txt").contains("::error title=undecided::"));
    }
}

/// GitHub refuses a file with more than 25,000 results.
#[test]
fn sarif_ends_at_25000_results_and_says_how_many_more_there_are() {
    let world = world();
    world.file("long.txt", "+12125550100\n+12125550199\n".repeat(25_123));
    for threads in ["1", "2"] {
        let args = ["check", "-q", "-i", "long.txt", "--threads", threads];
        let run = world
            .run([&args[..], &["--report", "sarif=long.sarif"]].concat())
            .expect(1);
        let message = "long.sarif: 123 more contacts are exposed than the report has room for";
        assert!(run.stderr.contains(message), "{}", run.stderr);
        let sarif: Value =
            serde_json::from_slice(&fs::read(world.path("long.sarif")).unwrap()).unwrap();
        let run = &sarif["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 25_000);
        let last = &results[24_999]["locations"][0]["physicalLocation"]["region"]["startLine"];
        assert_eq!(last, 49_999);
        assert_eq!(run["properties"]["exposed"], 25_123);
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
        assert_eq!(notification["level"], "warning");
        let text = notification["message"]["text"].as_str().unwrap();
        assert!(text.starts_with("123 more contacts are exposed"), "{text}");
    }
}

#[test]
fn no_two_cases_of_junit_have_one_name() {
    let world = world();
    world.file(
        "two.csv",
        "phone,mobile\n+12125550100 / +12125550101,+12125550102\n+12125550100,\n",
    );
    world.file(
        "cards.vcf",
        "BEGIN:VCARD\nTEL:+12125550100\nTEL:+12125550199\nEND:VCARD\n",
    );
    let lists = ["-i", "two.csv", "-i", "cards.vcf", "-i", "two.csv"];
    let run = world
        .run([&["check", "--format", "junit"][..], &lists].concat())
        .expect(1);
    let report = junit(&run);
    let cases = report.test_suites[0].test_cases.iter();
    let names: Vec<String> = cases
        .map(|case| {
            format!(
                "{}: {}",
                case.classname.as_ref().unwrap().as_str(),
                case.name.as_str()
            )
        })
        .collect();
    let expected = [
        "two.csv: line 2 phone",
        "two.csv: line 2 phone #2",
        "two.csv: line 2 mobile",
        "two.csv: line 3 phone",
        "cards.vcf: line 1",
        "cards.vcf: line 1 #2",
        "two.csv #2: line 2 phone",
        "two.csv #2: line 2 phone #2",
        "two.csv #2: line 2 mobile",
        "two.csv #2: line 3 phone",
    ];
    assert_eq!(names, expected);
}

#[test]
fn markdown_says_until_when_findings_are_known() {
    let world = world();
    let baseline = ["--format", "markdown", "--baseline", "baseline.json"];
    let update = ["--update-baseline", "--baseline-expires", "2099-01-31"];
    let updated = check(&world, &[&baseline[..], &update].concat()).expect(0);
    assert!(
        updated.stderr.contains("2 added, 0 kept,"),
        "{}",
        updated.stderr
    );
    let text = check(&world, &baseline).expect(0).text();
    let sentence = "The baseline holds 2 known findings. The next one expires after 2099-01-31.";
    assert!(text.contains(sentence), "{text}");
    assert!(
        text.contains("| of these known, in the baseline | 2 |"),
        "{text}"
    );
    assert!(
        !check(&world, &["--format", "markdown"])
            .expect(1)
            .text()
            .contains("baseline holds")
    );
}
