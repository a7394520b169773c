//! Cells as dumps and contact lists have them, and what the reader makes of each.

#![allow(clippy::unwrap_used)] // a test that finds no answer fails

use leakline::phone::{Accept, CellOutcome, CellReader, DigitOrder, Purpose, Region};

#[path = "numbers/cells.rs"]
mod cells;
#[path = "numbers/dumps.rs"]
mod dumps;
#[path = "numbers/old_plans.rs"]
mod old_plans;
#[path = "numbers/reference.rs"]
mod reference;
#[path = "numbers/robustness.rs"]
mod robustness;
#[path = "numbers/steps.rs"]
mod steps;

const LOAD: CellReader = CellReader {
    purpose: Purpose::Load(Accept::Valid),
    order: DigitOrder::HomeFirst,
};
const CHECK: CellReader = CellReader {
    purpose: Purpose::Check,
    order: DigitOrder::HomeFirst,
};

/// Reads a cell and spells what came of it: `+61491570156 AU`, then `possible`, `migrated`,
/// `or +… CC` and repairs where they apply; `blank`; or the code of the reason. Several numbers are
/// joined by ` | `.
fn read(reader: CellReader, cell: impl AsRef<[u8]>, home: &str) -> String {
    let home = (!home.is_empty()).then(|| Region::from_code(home).unwrap());
    let mut outcomes = Vec::new();
    reader.cell(cell.as_ref(), home, &mut |outcome| {
        outcomes.push(spell(outcome));
    });
    outcomes.join(" | ")
}

/// Asserts what `load` reads each cell as: cell, home region, expected.
#[track_caller]
fn assert_loaded(cases: &[(&str, &str, &str)]) {
    for (cell, home, expected) in cases {
        assert_eq!(
            read(LOAD, cell, home),
            *expected,
            "{cell:?} at home in {home:?}"
        );
    }
}

fn spell(outcome: CellOutcome) -> String {
    let reading = match outcome {
        CellOutcome::Blank => return "blank".into(),
        CellOutcome::Rejected(reason) => return reason.code().into(),
        CellOutcome::Number(reading) => reading,
    };
    let mut words = vec![format!(
        "{} {}",
        reading.number.in_full(),
        reading.number.region()
    )];
    if reading.grade == leakline::phone::Grade::Possible {
        words.push("possible".into());
    }
    if reading.migrated {
        words.push("migrated".into());
    }
    if let Some(other) = reading.alternative {
        words.push(format!("or {} {}", other.in_full(), other.region()));
    }
    words.extend(reading.repairs.codes().map(str::to_owned));
    words.join(" ")
}
