//! All numbering plans as one automaton: a digit string to a valid [`Number`], one table step a
//! digit.
//!
//! It gives the verdict of libphonenumber at the metadata version that the table
//! names: whether the number is valid, its E.164 digits and its region. `examples/compile_plans`
//! makes the table from the metadata, and compares the two.
//!
//! It says nothing of why a number is not valid, and it reads only digits and the punctuation that
//! numbers are written with; the rest is [`Verdict::Elsewhere`].

pub(in crate::phone) mod bare;
pub(in crate::phone) mod rules;
mod table;

use self::table::{Label, State};
use super::{Number, Region};

/// The compiled plans as they are in the package, for the program that makes and compares them.
#[doc(hidden)]
pub use self::table::BYTES;

/// The version of the metadata that the table is made of.
pub(in crate::phone) const VERSION: &str = table::VERSION;
/// The day of its release.
pub(in crate::phone) const DATE: &str = table::DATE;

/// The most digits that are told apart; a valid number is never written with more.
const MOST_DIGITS: usize = table::LONGEST;
/// The most bytes of a text that libphonenumber looks at.
const MOST_BYTES: usize = 250;
/// The most digits whose value a `u64` holds.
const NARROW: usize = 19;

/// What the digits of a string follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// A plus, or one that was left out.
    International,
    /// A plus, in a region: libphonenumber looks for the region's ways of dialling abroad behind
    /// it, where no calling code is.
    PlusAt(Region),
    /// Nothing: they are as the region dials them.
    Home(Region),
}

/// What the plans say of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A valid number.
    Valid(Number),
    /// No valid number.
    NotValid,
    /// The text holds signs that are not read here.
    Elsewhere,
}

impl Root {
    #[inline]
    fn state(self) -> State {
        match self {
            Root::International => table::INTERNATIONAL,
            Root::PlusAt(region) => table::after_plus(region),
            Root::Home(region) => table::home(region),
        }
    }
}

/// The valid number that a string of ASCII digits is; none for any other string.
#[expect(
    clippy::inline_always,
    reason = "called from several places, of which one reads nearly every number"
)]
#[inline(always)]
pub fn digits(digits: &[u8], root: Root) -> Option<Number> {
    number(digits, value(digits)?, root.state())
}

/// Whether digits without a plus that fit both ways are read as `region` dials them, though its own
/// calling code is in front of them. `plans/own_code.tsv` has the figures that decide.
#[inline]
pub fn reads_home_before_own_code(region: Region) -> bool {
    table::is_home_first(region)
}

/// What the plans say of a text of digits, spaces, `(`, `)`, `.`, `-` and `/`, with pluses before
/// the first digit or without, dialled from `home`. Without a home only a number with a plus is
/// valid.
#[inline]
pub fn text(text: &[u8], home: Option<Region>) -> Verdict {
    let (plain, plus) = match text {
        [b'+', rest @ ..] => (rest, true),
        _ => (text, false),
    };
    match value(plain) {
        Some(value) if text.len() <= MOST_BYTES => verdict(plain, value, plus, home),
        _ => punctuated(text, home),
    }
}

fn verdict(digits: &[u8], value: u64, plus: bool, home: Option<Region>) -> Verdict {
    let root = match (plus, home) {
        (true, None) => Root::International,
        (true, Some(region)) => Root::PlusAt(region),
        (false, Some(region)) => Root::Home(region),
        (false, None) => return Verdict::NotValid,
    };
    number(digits, value, root.state()).map_or(Verdict::NotValid, Verdict::Valid)
}

/// The verdict on a text of which not every byte is a digit.
fn punctuated(text: &[u8], home: Option<Region>) -> Verdict {
    if text.len() > MOST_BYTES {
        return Verdict::Elsewhere;
    }
    let mut digits = [0; MOST_DIGITS + 1];
    let mut count = 0;
    let mut pluses = 0;
    let mut before = None;
    for &byte in text {
        match byte {
            b'0'..=b'9' => {
                digits[count] = byte;
                count = MOST_DIGITS.min(count + 1);
            }
            b' ' | b'(' | b')' | b'.' | b'-' | b'/' => {}
            b'+' if count == 0 && (pluses == 0 || before == Some(b'+')) => pluses += 1,
            _ => return Verdict::Elsewhere,
        }
        before = Some(byte);
    }
    let digits = &digits[..count];
    value(digits).map_or(Verdict::Elsewhere, |value| {
        verdict(digits, value, pluses > 0, home)
    })
}

/// The number that digits of this value are, read from a root.
#[expect(
    clippy::inline_always,
    reason = "called from several places, of which one reads nearly every number"
)]
#[inline(always)]
fn number(digits: &[u8], value: u64, root: State) -> Option<Number> {
    let label = table::label(digits, root)?;
    if digits.len() > NARROW || !label.is_simple() {
        return made_of(label, digits);
    }
    if label.is_as_written() {
        return Some(Number::new(value, label.region()?));
    }
    let power = POWERS[digits.len() - label.rest()];
    // The dropped digit is a trunk zero most often, and leaves the value as it is.
    let rest = if value < power { value } else { value % power };
    Some(Number::new(
        label.inserted() * power + rest,
        label.region()?,
    ))
}

/// The number that these digits are, whatever the label.
#[cold]
fn made_of(label: Label, digits: &[u8]) -> Option<Number> {
    let rest = digits.get(label.rest()..)?;
    let Some(region) = label.region() else {
        return number(rest, value(rest)?, table::INTERNATIONAL);
    };
    let parts = digits[label.moved()].iter().chain(rest);
    let value = parts.fold(label.inserted(), |value, &byte| {
        value * 10 + u64::from(byte - b'0')
    });
    Some(Number::new(value, region))
}

/// The decimal value of a string of ASCII digits, wrapped around where there are more than
/// [`NARROW`]; none if another byte is among them.
#[expect(
    clippy::inline_always,
    reason = "called from several places, of which one reads nearly every number"
)]
#[inline(always)]
fn value(digits: &[u8]) -> Option<u64> {
    match (digits.first_chunk(), digits.last_chunk()) {
        (Some(&first), Some(&last)) if digits.len() <= 16 => {
            let (first, last) = (lanes(first)?, lanes(last)?);
            // Those of the first eight that are among the last eight too go out at the top.
            let shared = 8 * (16 - u32::try_from(digits.len()).ok()?);
            let first = first.checked_shl(shared).unwrap_or(0);
            Some(eight(first) * 100_000_000 + eight(last))
        }
        _ => digits.iter().try_fold(0u64, |value, &byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit < 10).then(|| value.wrapping_mul(10).wrapping_add(u64::from(digit)))
        }),
    }
}

/// The values of eight digits, one a byte, the first lowest; none if one is no digit.
#[inline]
fn lanes(digits: [u8; 8]) -> Option<u64> {
    let lanes = u64::from_le_bytes(digits) ^ 0x3030_3030_3030_3030;
    // Adding 118 takes 10 and more to the top bit, and carries nothing into the next byte but from
    // a byte that has its own top bit set.
    let outside = (lanes.wrapping_add(0x7676_7676_7676_7676) | lanes) & 0x8080_8080_8080_8080;
    (outside == 0).then_some(lanes)
}

/// The number that eight lanes of digits are: pairs, then fours, then all.
#[inline]
fn eight(lanes: u64) -> u64 {
    let pairs = (lanes * 10 + (lanes >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) & 0xffff_ffff
}

/// Powers of ten, as far as a `u64` holds them.
const POWERS: [u64; NARROW + 1] = {
    let mut powers = [1; NARROW + 1];
    let mut at = 1;
    while at <= NARROW {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str) -> Option<Region> {
        (!code.is_empty()).then(|| Region::from_code(code).unwrap())
    }

    /// The verdict as `+46701740605 SE`, `-` for not valid, `elsewhere`.
    fn read(written: &str, home: &str) -> String {
        match text(written.as_bytes(), region(home)) {
            Verdict::Valid(number) => format!("{} {}", number.in_full(), number.region()),
            Verdict::NotValid => "-".to_owned(),
            Verdict::Elsewhere => "elsewhere".to_owned(),
        }
    }

    #[test]
    fn a_number_reads_the_same_in_every_written_form() {
        for written in [
            "+46701740605",
            "+46 70 174 06 05",
            "+46 (0)70-174 06 05",
            "(+46) 70.174.06.05",
            " ( +46/701740605",
            "++46701740605",
            "0046701740605",
            "0701740605",
            "070-174 06 05",
            "701740605",
            "46701740605",
            "+46701740605 - ",
        ] {
            assert_eq!(read(written, "SE"), "+46701740605 SE", "{written}");
        }
    }

    #[test]
    fn without_a_home_only_a_plus_makes_a_number() {
        assert_eq!(read("+46701740605", ""), "+46701740605 SE");
        assert_eq!(read("46701740605", ""), "-");
        assert_eq!(read("46701740605", "001"), "-");
        let bare = digits(b"46701740605", Root::International).unwrap();
        assert_eq!(bare.digits_in_full(), 46_701_740_605);
    }

    #[test]
    fn the_region_is_the_numbers_and_not_the_calling_codes() {
        assert_eq!(read("+12125550100", ""), "+12125550100 US");
        assert_eq!(read("+16135550100", "US"), "+16135550100 CA");
        assert_eq!(read("+17875550100", "US"), "+17875550100 PR");
        assert_eq!(read("+447911123456", "GB"), "+447911123456 GG");
        assert_eq!(read("+447400123456", "GG"), "+447400123456 GB");
        assert_eq!(read("+77012345678", "RU"), "+77012345678 KZ");
        assert_eq!(read("+80012345678", ""), "+80012345678 001");
    }

    #[test]
    fn ways_of_dialling_abroad_are_the_regions_own() {
        assert_eq!(read("01146701740605", "US"), "+46701740605 SE");
        assert_eq!(read("0046701740605", "US"), "-");
        assert_eq!(read("81046701740605", "RU"), "+46701740605 SE");
        assert_eq!(read("001146701740605", "AU"), "+46701740605 SE");
        assert_eq!(read("0046701740605", "AU"), "-");
        for written in ["0046701740605", "00146701740605", "003046701740605"] {
            assert_eq!(read(written, "HK"), "+46701740605 SE", "{written}");
        }
        assert_eq!(read("001046701740605", "BO"), "+46701740605 SE");
        assert_eq!(
            read("00046701740605", "SE"),
            "-",
            "no calling code starts with 0"
        );
        assert_eq!(read("+0046701740605", "SE"), "+46701740605 SE");
        assert_eq!(read("+0046701740605", "US"), "-");
    }

    #[test]
    fn national_rules_rewrite_as_the_plan_has_it() {
        assert_eq!(read("011 15 2345-6789", "AR"), "+5491123456789 AR");
        assert_eq!(read("+54 011 15 2345-6789", ""), "+5491123456789 AR");
        assert_eq!(read("015 11 96123-4567", "BR"), "+5511961234567 BR");
        assert_eq!(read("06 12345678", "IT"), "+390612345678 IT");
        assert_eq!(read("3906123456", "IT"), "+393906123456 IT");
        assert_eq!(read("491850012348", "DE"), "+49491850012348 DE");
        assert_eq!(read("2345678", "BB"), "+12462345678 BB");
        assert_eq!(read("512345", "NF"), "-");
        assert_eq!(read("0891234", "SM"), "-");
    }

    #[test]
    fn more_digits_than_a_u64_holds_are_read_too() {
        let written = "0014 55 0 15 11 96123-4567";
        assert_eq!(read(written, "BR"), "+5511961234567 BR");
        assert_eq!(read(&"1".repeat(40), "US"), "-");
        assert_eq!(read(&"1 ".repeat(126), "US"), "elsewhere");
        assert_eq!(digits(&[b'4'; 300], Root::International), None);
    }

    #[test]
    fn what_is_no_number_is_not_valid_or_elsewhere() {
        for written in [
            "",
            "+",
            "1",
            "12",
            "- -",
            "+46",
            "+999701740605",
            "46701740605000",
        ] {
            assert_eq!(read(written, "US"), "-", "{written}");
        }
        for written in [
            "+46701740605x1",
            "46+701740605",
            "+ +46701740605",
            "\u{a0}46",
            "4670174060a",
        ] {
            assert_eq!(read(written, "SE"), "elsewhere", "{written}");
        }
        assert_eq!(digits(b"4670174060a", Root::International), None);
        assert_eq!(digits(b"+46701740605", Root::International), None);
    }
}
