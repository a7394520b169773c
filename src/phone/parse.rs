//! Digits that are no valid number → the number that they would be, as libphonenumber parses them,
//! and whether a whole number may have so many digits.
//!
//! The compiled automaton says which numbers are valid; this is asked where it says no. The steps
//! and their order are those of libphonenumber's parser (`PhoneNumberUtil::parse`), run on the
//! rules that are compiled into the same table. `examples/compile_plans` compares the two.

use super::plans::Root;
use super::plans::rules::{Fit, Rules};
use super::{Number, Region, calling_code};

/// The number that digits would be, valid or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// In no assigned range, its region is the main one of its calling code.
    pub number: Number,
    /// Whether it is of a whole number.
    pub length: Length,
}

/// Whether a number has as many digits as whole numbers of its plan may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Whole numbers of this many digits there may be.
    Possible,
    /// Too few, too many, or only enough within one area.
    NotPossible,
}

/// The fewest digits of a national number.
const FEWEST: usize = 2;
/// The most digits of a national number.
const MOST: usize = 17;

/// Reads ASCII digits as dialled from `root`.
pub fn parse(digits: &[u8], root: Root) -> Option<Parsed> {
    let (rules, national) = match root {
        Root::International => after_plus(digits, None)?,
        Root::PlusAt(region) => after_plus(digits, Rules::of_region(region))?,
        Root::Home(region) => from_home(digits, Rules::of_region(region)?)?,
    };
    let national = national_number(national, rules)?;
    let code = rules.calling_code();
    let digits = joined(code, &national)?;
    let length = match Rules::of_code(code)?.fit(national.len()) {
        Fit::Possible => Length::Possible,
        _ => Length::NotPossible,
    };
    let number = Number::new(digits, region(code, &national)?);
    Some(Parsed { number, length })
}

/// The plan and the national number of digits behind a plus.
fn after_plus(digits: &[u8], home: Option<Rules>) -> Option<(Rules, Vec<u8>)> {
    // A plus and two digits are no number.
    if digits.len() <= FEWEST {
        return None;
    }
    let found = calling_code::split(digits).or_else(|| {
        // No calling code leads: the plus may be before the home's way of dialling abroad.
        let abroad = without_way_abroad(digits, home?)?;
        (abroad.len() > FEWEST).then_some(())?;
        calling_code::split(abroad)
    });
    found.map(|(rules, national)| (rules, national.to_vec()))
}

/// The plan and the national number of digits without a plus, dialled in a region.
fn from_home(digits: &[u8], home: Rules) -> Option<(Rules, Vec<u8>)> {
    if digits.len() < FEWEST {
        return None;
    }
    if let Some(abroad) = without_way_abroad(digits, home) {
        (abroad.len() > FEWEST).then_some(())?;
        let (rules, national) = calling_code::split(abroad)?;
        return Some((rules, national.to_vec()));
    }
    let code = home.calling_code();
    if let Some(behind) = digits.strip_prefix(code.to_string().as_bytes()) {
        let behind = without_national_prefix(behind, home);
        // Digits that are a number of the region as they are keep what looks like its calling code.
        let is_better = !home.describes(digits) && home.describes(&behind);
        if is_better || home.fit(digits.len()) == Fit::TooLong {
            return Some((Rules::of_code(code)?, behind));
        }
    }
    Some((home, digits.to_vec()))
}

/// What follows a region's way of dialling abroad. No calling code starts with 0, so none may
/// follow.
fn without_way_abroad(digits: &[u8], home: Rules) -> Option<&[u8]> {
    let matched = home.ways_abroad().find_map(|way| way.matched(digits))?;
    let abroad = &digits[matched..];
    (abroad.first() != Some(&b'0')).then_some(abroad)
}

/// The national number without its prefix, unless only the number with it matches the general
/// description.
fn without_national_prefix(digits: &[u8], rules: Rules) -> Vec<u8> {
    let mut prefixes = rules.national_prefixes();
    let found = prefixes.find_map(|way| Some((way, way.matched(digits)?)));
    let Some((way, matched)) = found else {
        return digits.to_vec();
    };
    let rest = digits[matched..].iter().copied();
    let stripped: Vec<u8> = way.made_of(digits).chain(rest).collect();
    if rules.describes(digits) && !rules.describes(&stripped) {
        return digits.to_vec();
    }
    stripped
}

/// The digits of the national number that count.
fn national_number(digits: Vec<u8>, rules: Rules) -> Option<Vec<u8>> {
    if digits.len() < FEWEST {
        return None;
    }
    let stripped = without_national_prefix(&digits, rules);
    let national = match rules.fit(stripped.len()) {
        Fit::TooShort | Fit::LocalOnly | Fit::Invalid => digits,
        Fit::Possible | Fit::TooLong => stripped,
    };
    (FEWEST..=MOST)
        .contains(&national.len())
        .then_some(national)
}

/// The region that a national number belongs to by its first digits, else the main one of its code.
fn region(code: u16, national: &[u8]) -> Option<Region> {
    let mut regions = Rules::all_of_code(code);
    let main = regions.clone().next()?;
    let leads = |rules: &Rules| {
        rules
            .leading_digits()
            .any(|way| way.matched(national).is_some())
    };
    let is_shared = regions.clone().nth(1).is_some();
    let owner = regions.find(leads).filter(|_| is_shared).unwrap_or(main);
    owner.region()
}

fn joined(code: u16, national: &[u8]) -> Option<u64> {
    (national.iter()).try_fold(u64::from(code), |value, digit| {
        value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(digits: &[u8]) -> (String, &'static str, Length) {
        let Parsed { number, length } = parse(digits, Root::International).unwrap();
        (number.in_full().to_string(), number.region().code(), length)
    }

    #[test]
    fn zeros_in_front_are_kept_and_runs_of_eleven_are_not_possible() {
        assert_eq!(
            parsed(b"390612"),
            ("+390612".into(), "IT", Length::NotPossible)
        );
        assert_eq!(
            parsed(b"39061234567"),
            ("+39061234567".into(), "IT", Length::Possible)
        );
        assert_eq!(parsed(b"888000000000000").2, Length::NotPossible);
    }

    #[test]
    fn possible_numbers_have_the_main_region_of_their_calling_code() {
        assert_eq!(
            parsed(b"15550000000"),
            ("+15550000000".into(), "US", Length::Possible)
        );
        assert_eq!(
            parsed(b"15550100").2,
            Length::NotPossible,
            "enough within one area only"
        );
    }
}
