//! The reader against libphonenumber's own answers: string for string the same, but where the
//! reading says otherwise on purpose, which is listed here by rule and counted.

use std::collections::BTreeMap;

use leakline::phone::{CellOutcome, CellReader, Grade, ReadAs, Reading, Region, Repairs};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, Region as TheirRegion,
};

use super::{CHECK, LOAD};

/// `fixtures/numbers/cases.tsv`: texts made from the plans' example numbers and at random, with
/// libphonenumber's answers.
const CASES: &str = include_str!("../../fixtures/numbers/cases.tsv");

struct Case {
    input: &'static str,
    home: Option<Region>,
    /// Region of a valid number.
    region: &'static str,
    /// E.164 form, also of a number in no assigned range.
    e164: &'static str,
}

fn cases() -> impl Iterator<Item = Case> {
    CASES
        .lines()
        .filter(|line| !line.starts_with("# "))
        .skip(1)
        .map(|line| {
            let [input, home, region, e164] =
                line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            Case {
                input,
                home: Region::from_code(home),
                region,
                e164,
            }
        })
}

/// Why the reader differs from libphonenumber, told from the text and what was made of it; `None`
/// where no rule says that it may.
fn rule(case: &Case, outcomes: &[CellOutcome]) -> Option<&'static str> {
    let (valid, input) = (!case.region.is_empty(), case.input);
    if outcomes.len() > 1 {
        return Some("step 1: several numbers in a cell");
    }
    let repaired = |reading: &Reading, repair| reading.repairs.contains(repair);
    match &outcomes[0] {
        CellOutcome::Number(reading) if repaired(reading, Repairs::FLOAT_TAIL) => {
            Some("step 1: float tail")
        }
        CellOutcome::Rejected(_) if valid && input.ends_with(".0") => Some("step 1: float tail"),
        CellOutcome::Number(reading) if reading.migrated && !valid => Some("step 4: migrated"),
        CellOutcome::Number(_) if input.contains("(0)") => Some("step 3: a zero in brackets"),
        CellOutcome::Number(_) if valid && input.starts_with("00") => {
            Some("step 3: 00 before carriers of the home")
        }
        CellOutcome::Number(reading)
            if valid && begins_with_own_code(case) && reading.read_as == ReadAs::International =>
        {
            Some("step 3: the home's own calling code in front")
        }
        CellOutcome::Number(_) if !valid && input.replace('~', "").starts_with("00") => {
            Some("step 3: 00 is a plus")
        }
        CellOutcome::Number(_)
            if !valid && !input.contains(['+', '\u{ff0b}']) && !input.contains('\u{9}') =>
        {
            Some("step 3: international without its plus")
        }
        CellOutcome::Number(_) if !valid && input.contains('\u{9}') => Some("step 1: tab"),
        CellOutcome::Rejected(reason) if valid => match reason.code() {
            "redacted" if input.contains(['#', '*']) => Some("step 1: masked"),
            "letters" => Some("step 1: letters"),
            _ => None,
        },
        _ => None,
    }
}

fn begins_with_own_code(case: &Case) -> bool {
    let digits = PHONE_NUMBER_UTIL.normalize_digits_only(case.input);
    let code = case.home.and_then(Region::calling_code);
    code.is_some_and(|code| digits.starts_with(&code.to_string()))
}

#[test]
fn equal_to_libphonenumber_but_where_a_rule_says_otherwise() {
    let mut counts = BTreeMap::<&str, usize>::new();
    let mut unexplained = Vec::new();
    for case in cases() {
        let mut outcomes = Vec::new();
        LOAD.cell(case.input.as_bytes(), case.home, &mut |outcome| {
            outcomes.push(outcome);
        });
        let same = match outcomes[..] {
            [CellOutcome::Number(Reading { number, .. })] => {
                number.region().code() == case.region && number.in_full().to_string() == case.e164
            }
            [_] => case.region.is_empty(),
            _ => false,
        };
        if !same {
            match rule(&case, &outcomes) {
                Some(rule) => *counts.entry(rule).or_default() += 1,
                None => unexplained.push((case.input, case.home, case.e164)),
            }
        }
    }
    assert_eq!(unexplained, []);
    let listed: Vec<_> = counts.into_iter().collect();
    let expected = [
        ("step 1: float tail", 437),
        ("step 1: several numbers in a cell", 695),
        ("step 3: 00 before carriers of the home", 11),
        ("step 3: 00 is a plus", 698),
        ("step 3: a zero in brackets", 39),
        ("step 3: international without its plus", 553),
        ("step 3: the home's own calling code in front", 48),
        ("step 4: migrated", 275),
    ];
    assert_eq!(listed, expected);
}

#[test]
fn international_readings_are_what_libphonenumber_reads_behind_a_plus() {
    let mut count = 0;
    for case in cases().filter(|case| case.region.is_empty()) {
        let Some(reading) = one(LOAD, &case).filter(|reading| !reading.migrated) else {
            continue;
        };
        if reading.repairs.contains(Repairs::FLOAT_TAIL) || case.input.contains("(0)") {
            continue;
        }
        let digits = PHONE_NUMBER_UTIL.normalize_digits_only(case.input);
        let text = format!("+{}", digits.trim_start_matches("00"));
        let parsed = PHONE_NUMBER_UTIL.parse(&text, None).unwrap();
        assert!(
            PHONE_NUMBER_UTIL.is_valid_number(&parsed),
            "{:?}",
            case.input
        );
        let theirs = PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::E164);
        assert_eq!(
            reading.number.in_full().to_string(),
            theirs,
            "{:?}",
            case.input
        );
        count += 1;
    }
    assert_eq!(count, 698 + 553);
}

#[test]
fn possible_numbers_are_spelled_as_libphonenumber_spells_them() {
    let mut count = 0;
    let reads_home_first = |case: &Case| {
        case.region.is_empty() && !begins_with_own_code(case) && !case.input.starts_with("00")
    };
    for case in cases().filter(reads_home_first) {
        let Some(reading) = one(CHECK, &case).filter(|reading| reading.grade == Grade::Possible)
        else {
            continue;
        };
        // libphonenumber's reading comes first; where it is not possible, the digits may be
        // international.
        let home = case
            .home
            .and_then(|region| TheirRegion::from_code(region.code()).ok());
        let Ok(parsed) = PHONE_NUMBER_UTIL.parse(case.input, home) else {
            continue;
        };
        if PHONE_NUMBER_UTIL.is_possible_number_with_reason(&parsed)
            == Ok(NumberLengthType::IsPossible)
        {
            assert_eq!(
                reading.number.in_full().to_string(),
                case.e164,
                "{:?}",
                case.input
            );
            count += 1;
        }
    }
    assert!(count > 1000, "{count}");
}

/// The reading of a case that is one number.
fn one(reader: CellReader, case: &Case) -> Option<Reading> {
    let mut readings = Vec::new();
    reader.cell(case.input.as_bytes(), case.home, &mut |outcome| {
        readings.push(outcome);
    });
    match readings[..] {
        [CellOutcome::Number(reading)] => Some(reading),
        _ => None,
    }
}
