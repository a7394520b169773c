//! A phone number after reading: E.164 digits and the region they belong to.
//!
//! Numbers are personal data: `Debug` is masked, and the full digits come out only through methods
//! that say so.

use std::fmt;

use super::Region;

/// A phone number in E.164 with its region. Only the reader of this module's parent makes one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    digits: u64,
    region: Region,
}

impl Number {
    /// `digits` is calling code and national number as one decimal number; a calling code never
    /// starts with 0, so no leading zero is lost.
    pub(in crate::phone) const fn new(digits: u64, region: Region) -> Number {
        Number { digits, region }
    }

    /// Any digits as a number, for tests of the steps after reading.
    #[cfg(test)]
    pub(crate) const fn for_tests(digits: u64, region: Region) -> Number {
        Number::new(digits, region)
    }

    /// The region of the number itself, as libphonenumber tells it.
    pub fn region(self) -> Region {
        self.region
    }

    /// The E.164 digits without the plus, as one decimal number.
    pub fn digits_in_full(self) -> u64 {
        self.digits
    }

    /// The whole number with its plus, for a user who asked to see it.
    pub fn in_full(self) -> NumberText {
        NumberText::of(self.digits)
    }

    /// Calling code and last two digits, the rest as `*`: `+20********67`.
    pub fn masked(self) -> NumberText {
        let mut text = NumberText::of(self.digits);
        let [_, digits @ .., _, _] = &mut text.bytes[usize::from(text.start)..] else {
            return text;
        };
        let code = calling_code_length(self.first_three()) as usize;
        digits.iter_mut().skip(code).for_each(|digit| *digit = b'*');
        text
    }

    /// The country calling code (ITU-T E.164: one digit for 1 and 7, else two or three).
    pub fn calling_code(self) -> u16 {
        let head = self.first_three();
        let rest = 10u64.pow(3 - calling_code_length(head));
        u16::try_from(head / rest).expect("three digits at most")
    }

    fn first_three(self) -> u64 {
        let mut head = self.digits;
        while head > 999 {
            head /= 10;
        }
        head
    }
}

/// A number as text. It has no `Debug`: whoever asked for it writes it where it belongs.
#[derive(Clone, Copy)]
pub struct NumberText {
    bytes: [u8; NumberText::LONGEST],
    start: u8,
}

impl NumberText {
    /// A plus and the digits of any `u64`.
    const LONGEST: usize = 1 + 20;

    fn of(digits: u64) -> NumberText {
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(digits).as_bytes();
        let mut bytes = [b'+'; NumberText::LONGEST];
        let start = NumberText::LONGEST - digits.len();
        bytes[start..].copy_from_slice(digits);
        NumberText {
            bytes,
            start: u8::try_from(start - 1).expect("a few digits"),
        }
    }

    /// `+`, then digits or stars.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[usize::from(self.start)..]).expect("digits are ASCII")
    }
}

impl fmt::Display for NumberText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.masked().as_str())
    }
}

/// Length of the calling code that a number's first three digits begin with. Source: ITU-T E.164,
/// list of assigned country codes: zones 1 and 7 have one digit, the codes below two, all others
/// three.
fn calling_code_length(first_three: u64) -> u32 {
    match first_three / 10 {
        10..=19 | 70..=79 => 1,
        20
        | 27
        | 30..=34
        | 36
        | 39..=41
        | 43..=49
        | 51..=58
        | 60..=66
        | 81
        | 82
        | 84
        | 86
        | 90..=95
        | 98 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(digits: u64, region: &str) -> Number {
        Number::new(digits, Region::from_code(region).unwrap())
    }

    #[test]
    fn debug_and_mask_hide_all_but_calling_code_and_two_digits() {
        let one = number(201_001_234_567, "EG");
        assert_eq!(format!("{one:?}"), "+20********67");
        assert_eq!(
            number(12_125_550_100, "US").masked().to_string(),
            "+1********00"
        );
        assert_eq!(
            number(35_699_000_000, "MT").masked().to_string(),
            "+356******00"
        );
        assert_eq!(one.in_full().to_string(), "+201001234567");
    }

    #[test]
    fn calling_codes_of_one_two_and_three_digits_agree_with_the_regions() {
        for region in Region::all() {
            let Some(code) = region.calling_code() else {
                continue;
            };
            let digits: u64 = format!("{code}2345678").parse().unwrap();
            assert_eq!(Number::new(digits, region).calling_code(), code);
        }
    }
}
