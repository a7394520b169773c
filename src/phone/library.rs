//! The slow path: digits that are no valid number, read by the `rlibphonenumber` crate.
//!
//! It tells which number digits would be, and whether they are of a possible length; what is valid
//! is for the compiled plans to say, which are of the same metadata. Only a plus and ASCII digits
//! ever reach the crate, so its known panic (on `;phone-context=`) is out of reach, and so is what
//! it makes of letters. Its other known fault is made good here: it keeps at most ten leading zeros
//! and judges a shorter number.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, Region as LibraryRegion};

use super::{Number, Region, plans::Root, written::Written};

/// The number that digits would be, valid or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    /// In no assigned range, its region is the main one of its calling code.
    pub(super) number: Number,
    pub(super) length: Length,
}

/// Whether a number has as many digits as whole numbers of its plan may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Possible,
    /// Too few, too many, or only enough within one area.
    NotPossible,
}

/// Reads digits as dialled from `root`.
pub(super) fn parse(digits: &[u8], root: Root) -> Option<Parsed> {
    let (plus, home): (&[u8], _) = match root {
        Root::International => (b"+", None),
        Root::PlusAt(region) => (b"+", Some(region)),
        Root::Home(region) => (b"", Some(region)),
    };
    let home = home.and_then(|region| LibraryRegion::from_code(region.code()).ok());
    let mut text = [0; Written::MAX + 1];
    let text = text.get_mut(..plus.len() + digits.len())?;
    let (before, place) = text.split_at_mut(plus.len());
    before.copy_from_slice(plus);
    place.copy_from_slice(digits);
    let parsed = PHONE_NUMBER_UTIL
        .parse(std::str::from_utf8(text).ok()?, home)
        .ok()?;
    number_of(&parsed)
}

fn number_of(parsed: &PhoneNumber) -> Option<Parsed> {
    let zeros = match (
        parsed.italian_leading_zero(),
        parsed.number_of_leading_zeros(),
    ) {
        (false, _) => 0,
        (true, zeros) => u32::try_from(zeros).ok()?,
    };
    let owner = PHONE_NUMBER_UTIL.get_region_for_number(parsed);
    let owner =
        owner.or_else(|| PHONE_NUMBER_UTIL.get_region_for_country_code(parsed.country_code))?;
    let region = Region::from_code(owner.as_region_str().as_str())?;
    let number = Number::new(e164(parsed, zeros)?, region);
    let whole = PHONE_NUMBER_UTIL.is_possible_number_with_reason(parsed)
        == Ok(NumberLengthType::IsPossible);
    let length = if whole && zeros <= MOST_ZEROS_KEPT {
        Length::Possible
    } else {
        Length::NotPossible
    };
    Some(Parsed { number, length })
}

/// The crate writes no more leading zeros than this, so it judges longer runs by a shorter number.
const MOST_ZEROS_KEPT: u32 = 10;

fn e164(parsed: &PhoneNumber, zeros: u32) -> Option<u64> {
    let national = parsed.national_number;
    let length = national.checked_ilog10().unwrap_or(0) + 1 + zeros;
    let code = u64::try_from(parsed.country_code).ok()?;
    code.checked_mul(10u64.checked_pow(length)?)?
        .checked_add(national)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(digits: &[u8]) -> (String, &'static str, Length) {
        let Parsed { number, length } = parse(digits, Root::International).unwrap();
        (number.in_full().to_string(), number.region().code(), length)
    }

    #[test]
    fn every_region_is_known_to_the_crate_by_the_same_code() {
        for region in Region::all() {
            let theirs = LibraryRegion::from_code(region.code()).unwrap();
            assert_eq!(
                Region::from_code(theirs.as_region_str().as_str()),
                Some(region)
            );
        }
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
