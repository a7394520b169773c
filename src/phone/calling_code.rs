//! The reason why digits are no number that follows from their calling code, and how long the
//! numbers behind it may be.

use super::{Reason, Region, plans::rules::Rules};

/// Why the digits of an international number are no number.
pub(super) fn reason(digits: &[u8]) -> Reason {
    match split(digits) {
        Some((rules, national)) => reason_of(rules, national.len(), national.len()),
        None if digits.len() < FEWEST => Reason::TooShort,
        None if digits.len() > MOST => Reason::TooLong,
        None => Reason::UnknownCallingCode,
    }
}

/// Why digits dialled within `home` are no number.
pub(super) fn reason_at_home(digits: &[u8], home: Region) -> Reason {
    let Some(rules) = home.calling_code().and_then(Rules::of_code) else {
        return reason(digits);
    };
    // Home's own calling code and one digit of trunk prefix may be in front.
    let without_code = match split(digits) {
        Some((own, national)) if own.calling_code() == rules.calling_code() => national.len(),
        _ => digits.len(),
    };
    reason_of(rules, digits.len(), without_code.saturating_sub(1))
}

/// `most` and `fewest`: how many digits the national number may be taken to have.
fn reason_of(rules: Rules, most: usize, fewest: usize) -> Reason {
    match rules.shortest_and_longest() {
        Some((shortest, _)) if most < shortest as usize => Reason::TooShort,
        Some((_, longest)) if fewest > longest as usize => Reason::TooLong,
        _ => Reason::NotValid,
    }
}

/// Whether the digits are a calling code, no more and no less.
pub(super) fn is_one(digits: &[u8]) -> bool {
    matches!(split(digits), Some((_, [])))
}

/// The calling code that digits begin with (no code is the beginning of another), and the rest.
pub(super) fn split(digits: &[u8]) -> Option<(Rules, &[u8])> {
    let mut code = 0;
    for (at, &digit) in digits.iter().enumerate().take(3) {
        code = code * 10 + u16::from(digit - b'0');
        if code == 0 {
            return None;
        }
        if let Some(rules) = Rules::of_code(code) {
            return Some((rules, &digits[at + 1..]));
        }
    }
    None
}

/// Fewer digits than any international number.
const FEWEST: usize = 6;
/// As many digits as any international number: ITU-T E.164.
const MOST: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_name_what_is_wrong_with_the_digits() {
        assert_eq!(reason(b"112"), Reason::TooShort);
        assert_eq!(reason(b"6149157000"), Reason::NotValid);
        assert_eq!(reason(b"614915700060000000"), Reason::TooLong);
        assert_eq!(reason(b"1212555010012125550101"), Reason::TooLong);
        assert_eq!(reason(b"99912345678"), Reason::UnknownCallingCode);
        assert_eq!(reason(b"2105550100"), Reason::UnknownCallingCode);
    }

    #[test]
    fn at_home_prefixes_do_not_make_a_number_too_long() {
        let au = Region::from_code("AU").unwrap();
        assert_eq!(reason_at_home(b"112", au), Reason::TooShort);
        assert_eq!(reason_at_home(b"61049157000600", au), Reason::NotValid);
        assert_eq!(reason_at_home(b"9999999999999999", au), Reason::TooLong);
    }
}
