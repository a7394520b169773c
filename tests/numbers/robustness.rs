//! Whatever a cell holds: an answer, the same each time, and never a panic.

use leakline::phone::{Accept, CellOutcome, CellReader, DigitOrder, Purpose, Region};
use proptest::prelude::*;

/// What numbers are written with, and what is around them.
const SOUP: &str = concat!(
    r#"([0-9+x#~,;*.@:/ ()\[\]_="'eE\n\t\x00-]{0,8}"#,
    r"(tel:|wa\.me/|ext|\u{434}\u{43E}\u{431}|;ext=|;phone-context=|@c\.us|\u{200E}|\u{A0}|\u{661}|\u{FF11}|[0-9 +.-]){1,4}){0,4}",
);

fn any_reader() -> impl Strategy<Value = CellReader> {
    let purposes = [
        Purpose::Check,
        Purpose::Load(Accept::Valid),
        Purpose::Load(Accept::Possible),
    ];
    let orders = [DigitOrder::HomeFirst, DigitOrder::InternationalFirst];
    (
        proptest::sample::select(purposes.to_vec()),
        proptest::sample::select(orders.to_vec()),
    )
        .prop_map(|(purpose, order)| CellReader { purpose, order })
}

fn any_home() -> impl Strategy<Value = Option<Region>> {
    proptest::option::of((0..Region::COUNT).prop_map(|at| Region::from_index(at).unwrap()))
}

fn outcomes(reader: CellReader, cell: &[u8], home: Option<Region>) -> Vec<CellOutcome> {
    let mut outcomes = Vec::new();
    reader.cell(cell, home, &mut |outcome| outcomes.push(outcome));
    outcomes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_get_an_answer(cell in proptest::collection::vec(any::<u8>(), 0..300), reader in any_reader(), home in any_home()) {
        let first = outcomes(reader, &cell, home);
        prop_assert!(!first.is_empty());
        prop_assert_eq!(outcomes(reader, &cell, home), first);
    }

    #[test]
    fn any_writing_gets_an_answer(cell in SOUP, reader in any_reader(), home in any_home()) {
        let first = outcomes(reader, cell.as_bytes(), home);
        prop_assert!(!first.is_empty());
        if first.len() > 1 {
            prop_assert!(first.iter().all(|outcome| matches!(outcome, CellOutcome::Number(_))));
        }
        for outcome in first {
            if let CellOutcome::Number(reading) = outcome {
                // A number once read is the same number wherever it is read again.
                let again = outcomes(reader, reading.number.in_full().to_string().as_bytes(), home);
                prop_assert!(matches!(again[..], [CellOutcome::Number(same)] if same.number == reading.number));
            }
        }
    }

    #[test]
    fn checks_find_what_loads_store(cell in SOUP, column in any_reader(), home in any_home()) {
        let load = CellReader { purpose: Purpose::Load(Accept::Valid), order: column.order };
        let check = CellReader { purpose: Purpose::Check, order: column.order };
        let stored = outcomes(load, cell.as_bytes(), home);
        let sought = outcomes(check, cell.as_bytes(), home);
        prop_assert_eq!(stored.len(), sought.len());
        for (stored, sought) in stored.into_iter().zip(sought) {
            if let CellOutcome::Number(stored) = stored {
                let CellOutcome::Number(sought) = sought else { panic!("stored, and not sought") };
                prop_assert!(stored.number == sought.number && stored.migrated == sought.migrated);
            }
        }
    }
}
