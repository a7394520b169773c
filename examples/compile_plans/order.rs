//! The order in which digits are read, stated once more by the library's answers alone.
//!
//! A plus: as the library reads it. `00`: a plus, and a carrier of the home where the digits behind
//! it have a trunk digit that would have to come off. No plus: the home's own calling code, unless
//! the table says otherwise of the region; then as dialled at home; then any other calling code.

use leakline::phone::{Accept, CellOutcome, CellReader, DigitOrder, Purpose, Region, plans};

use crate::library::{self, Answer};

/// The number that a string is first, and the other one that it may be.
pub(crate) type Ordered = (Answer, Option<Answer>);

const READER: CellReader = CellReader {
    purpose: Purpose::Load(Accept::Valid),
    order: DigitOrder::HomeFirst,
};

/// What the reader says of a string of digits, with a plus in front or not. `None` if it is no
/// number of today: nothing is compared there.
pub(crate) fn of_reader(text: &str, home: Option<Region>) -> Option<Ordered> {
    let answer =
        |number: leakline::phone::Number| Answer::Valid(number.digits_in_full(), number.region());
    let mut outcomes = Vec::new();
    READER.cell(text.as_bytes(), home, &mut |outcome| outcomes.push(outcome));
    let ordered = match outcomes[..] {
        [CellOutcome::Number(reading)] if !reading.migrated => {
            (answer(reading.number), reading.alternative.map(answer))
        }
        _ => return None,
    };
    if let Some(reading) = READER.plain(text.as_bytes(), home) {
        assert_eq!(
            (answer(reading.number), reading.alternative.map(answer)),
            ordered,
            "both ways to read a plain cell agree"
        );
    }
    Some(ordered)
}

/// The same by the library's answers.
pub(crate) fn of_library(text: &str, home: Option<Region>) -> Option<Ordered> {
    let valid = |text: &str, home| Some(library::answer(text, home)).filter(Answer::is_valid);
    let (digits, plus) = match text.strip_prefix('+') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let behind_00 = digits
        .strip_prefix("00")
        .filter(|rest| rest.starts_with(|first| first != '0'));
    let abroad = valid(&format!("+{}", behind_00.unwrap_or(digits)), None);
    let at_home = home.and_then(|home| valid(digits, Some(home)));
    let of_plus = plus.then(|| valid(text, home)).flatten();
    let (first, second) = match (plus, behind_00) {
        (true, Some(_)) => (of_plus, abroad),
        (true, None) => (of_plus, None),
        (false, Some(rest)) => match abroad {
            // A digit came off behind the `00`, so this is no plus but a carrier's code.
            Some(Answer::Valid(number, _)) if number.to_string() != rest => (at_home, abroad),
            _ => (abroad, at_home),
        },
        (false, None) if home.is_none_or(|home| is_code_first(digits, home)) => (abroad, at_home),
        (false, None) => (at_home, abroad),
    };
    match (first, second) {
        (Some(first), Some(second)) if first != second => Some((first, Some(second))),
        (Some(one), _) | (None, Some(one)) => Some((one, None)),
        (None, None) => None,
    }
}

fn is_code_first(digits: &str, home: Region) -> bool {
    let code = home.calling_code().map(|code| code.to_string());
    code.is_some_and(|code| digits.starts_with(&code)) && !plans::reads_home_before_own_code(home)
}
