//! The quirks of dumps as they are found, sixty and those met since, each by its number with at
//! least one case, through the binary: a file, the flags, and what the load comes to.

mod beside;
mod damaged;
mod files;
mod found;
mod layouts;
mod rows;
mod variants;
mod writings;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::World;

/// One file and what is to come of loading it.
struct Case {
    quirk: u8,
    /// The path of the file: its name may tell the country.
    path: &'static str,
    content: Vec<u8>,
    flags: &'static [&'static str],
    /// As [`summary`] has it.
    comes_to: &'static str,
}

fn case(
    quirk: u8,
    path: &'static str,
    content: impl Into<Vec<u8>>,
    comes_to: &'static str,
) -> Case {
    Case {
        quirk,
        path,
        content: content.into(),
        flags: &[],
        comes_to,
    }
}

impl Case {
    fn with(self, flags: &'static [&'static str]) -> Case {
        Case { flags, ..self }
    }

    fn outcome(&self) -> String {
        let world = World::new();
        world.file(self.path, &self.content);
        let named = self.path.split('/').next().unwrap();
        let args = [
            "load",
            "--json",
            "--max-rejects",
            "100",
            "--source",
            "s",
            "--dry-run",
            named,
        ];
        let run = world.run(args.iter().chain(self.flags));
        if run.code == Some(0) {
            summary(&run.json())
        } else {
            let said = run.stderr.lines().next().unwrap_or_default();
            format!("{}: {said}", run.code.unwrap())
        }
    }
}

/// The countries with their records, what is blank, rejected and repaired, and what was skipped.
fn summary(report: &Value) -> String {
    let mut parts = Vec::new();
    for country in report["countries"].as_array().unwrap() {
        let code = country["country"].as_str().unwrap();
        parts.push(format!("{code} {}", country["records"]));
    }
    for of in ["rejected_by_reason", "repaired"] {
        for (code, count) in report[of].as_object().unwrap() {
            parts.push(format!("{code} {count}"));
        }
    }
    for of in ["blank", "migrated", "country_mismatch", "duplicates"] {
        if report[of] != 0 {
            parts.push(format!("{of} {}", report[of]));
        }
    }
    for file in report["files"].as_array().unwrap() {
        if let Some(reason) = file["skipped"].as_str() {
            parts.push(format!(
                "skipped {}: {reason}",
                file["path"].as_str().unwrap()
            ));
        }
    }
    let count = |of: &Value, name: &str| of[name].as_u64().unwrap();
    let sum = ["accepted", "rejected", "blank"].map(|name| count(report, name));
    assert_eq!(count(report, "rows"), sum.iter().sum::<u64>(), "{report}");
    parts.join("; ")
}

fn cases() -> impl Iterator<Item = Case> {
    let groups = [
        beside::cases(),
        damaged::cases(),
        files::cases(),
        found::cases(),
        layouts::cases(),
        rows::cases(),
        variants::cases(),
        writings::cases(),
    ];
    groups.into_iter().flatten()
}

/// What is wrong with a case, if anything is.
fn mistake(case: &Case) -> Option<String> {
    let outcome = case.outcome();
    let Case {
        quirk,
        path,
        comes_to,
        ..
    } = case;
    (outcome != *comes_to).then(|| format!("{quirk} {path}:\n  is {outcome}\n  not {comes_to}\n"))
}

#[test]
fn each_quirk_comes_to_what_it_should() {
    let cases: Vec<Case> = cases().collect();
    let mistakes: String = std::thread::scope(|scope| {
        let parts = cases.chunks(cases.len().div_ceil(4));
        let threads: Vec<_> = parts
            .map(|part| scope.spawn(|| part.iter().filter_map(mistake).collect::<String>()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(mistakes.is_empty(), "\n{mistakes}");
}

#[test]
fn none_of_the_quirks_is_missing() {
    let seen: BTreeSet<u8> = cases()
        .map(|case| case.quirk)
        .chain(files::TESTED_APART)
        .collect();
    assert!((1..=86).all(|quirk| seen.contains(&quirk)));
}
