//! One number as it is written: its plus, its digits, its extension; or its kind if it is not a
//! number.
//!
//! Works on the alphabet of `clean`. Masks, letters and spreadsheet notation are turned away here,
//! before any numbering plan is asked. Separators carry no meaning in any plan, so only digits go
//! on.

use super::{
    Reason,
    clean::{DOB, LETTER},
    extension::{self, Extension},
};

/// One number as written.
#[derive(Clone, Copy)]
pub(super) struct Written {
    digits: [u8; Written::MAX],
    length: u8,
    /// It starts with a plus, or its wrapper says that it is international.
    pub(super) plus: bool,
    /// Index of the zero of a `(0)` behind other digits.
    optional_zero: Option<u8>,
    /// How the extension was told that was cut off.
    pub(super) extension: Option<extension::ExtensionLabel>,
    /// The `.0` of a floating-point column was taken off.
    pub(super) float_tail: bool,
}

/// Digits as somebody dials them, with their plus and their optional zero.
#[derive(Clone, Copy)]
pub(super) struct Dialled<'a> {
    /// ASCII digits.
    pub(super) digits: &'a [u8],
    /// A plus is in front of them, or something else says that they are international.
    pub(super) plus: bool,
    /// Index of the zero of a `(0)` behind other digits: left out by whoever dials from abroad.
    pub(super) optional_zero: Option<usize>,
}

impl Written {
    /// More digits than any prefix and number together have in any plan.
    pub(super) const MAX: usize = 32;
    /// Fewer digits than this are a word for nothing, or too short for the short ways of reading.
    pub(super) const FEWEST: u8 = 4;

    /// Reads text, cleaned or not, that is a number in plain writing: digits, spaces, brackets,
    /// dashes, single dots, a plus in front. `None` for any other text: nothing is decided about it
    /// here.
    pub(super) fn plain(text: &[u8]) -> Option<Written> {
        let mut written = Written::EMPTY;
        let mut dot = None;
        for (at, &byte) in text.iter().enumerate() {
            match byte {
                b'0'..=b'9' => written.push(byte).ok()?,
                b')' => written.note_optional_zero(&text[..at]),
                b' ' | b'(' | b'-' => {}
                b'.' if at == 0 || text[at - 1] != b'.' => dot = Some(at),
                b'+' if written.length == 0 && !written.plus => written.plus = true,
                _ => return None,
            }
        }
        let float_tail = dot.is_some_and(|at| text[at + 1..].iter().all(|&byte| byte == b'0'));
        (written.length >= Written::FEWEST && !float_tail).then_some(written)
    }

    /// Reads cleaned text as one number.
    pub(super) fn parse(text: &[u8]) -> Result<Written, Reason> {
        if !text.iter().any(u8::is_ascii_digit) {
            return Err(Reason::NoDigits);
        }
        if has_run(text) {
            return Err(Reason::Redacted);
        }
        let text = trim(text);
        if is_scientific(text) {
            return Err(Reason::Scientific);
        }
        let (text, float_tail) = without_float_tail(text);
        let mut written = Written {
            float_tail,
            ..Written::EMPTY
        };
        for (at, &byte) in text.iter().enumerate() {
            match byte {
                b'0'..=b'9' => written.push(byte)?,
                b')' => written.note_optional_zero(&text[..at]),
                b' ' | b'\n' | b'(' | b'-' | b'.' | b'/' => {}
                b'+' if written.length == 0 && text[..at].iter().all(|&before| before == b'+') => {
                    written.plus = true;
                }
                _ => match extension::read(&text[at..]) {
                    Extension::Digits(label) if written.length > 0 => {
                        written.extension = Some(label);
                        break;
                    }
                    Extension::Masked => return Err(Reason::Redacted),
                    // The wait for a tone, within a prefix.
                    Extension::None if byte == b'~' => {}
                    // `Int: 491570006`: a word in front of the digits labels no extension.
                    _ => return Err(blame(text)),
                },
            }
        }
        Ok(written)
    }

    /// The digits, with their plus and their optional zero.
    pub(super) fn dialled(&self) -> Dialled<'_> {
        Dialled {
            digits: &self.digits[..usize::from(self.length)],
            plus: self.plus,
            optional_zero: self.optional_zero.map(usize::from),
        }
    }

    const EMPTY: Written = Written {
        digits: [0; Written::MAX],
        length: 0,
        plus: false,
        optional_zero: None,
        extension: None,
        float_tail: false,
    };

    /// Notes the zero that `before` a closing bracket ends with, if it is alone in its brackets and
    /// not in front.
    fn note_optional_zero(&mut self, before: &[u8]) {
        if before.ends_with(b"(0") && self.length > 1 {
            self.optional_zero = Some(self.length - 1);
        }
    }

    fn push(&mut self, digit: u8) -> Result<(), Reason> {
        let place = self
            .digits
            .get_mut(usize::from(self.length))
            .ok_or(Reason::TooLong)?;
        *place = digit;
        self.length += 1;
        Ok(())
    }
}

/// Drops the text before the first and after the last sign that can matter. libphonenumber does
/// the same, but drops letters and masks in front too.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && !matters(*first)
        && *first != b'+'
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && !matters(*last)
    {
        text = rest;
    }
    text
}

fn matters(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= LETTER || matches!(byte, b'*' | b'#' | b'?' | b'_')
}

/// Whether dots or underscores are in the place of digits: the groups of two numbers never
/// have that many between them.
fn has_run(text: &[u8]) -> bool {
    let candidate = |&byte: &u8| byte == b'.' || byte == b'_';
    text.iter().any(candidate)
        && (text.windows(3).any(|three| three == b"...") || text.windows(2).any(|two| two == b"__"))
}

/// Why a text with digits and something foreign between them is no number.
fn blame(text: &[u8]) -> Reason {
    let letter = |byte: &u8| byte.is_ascii_lowercase() || *byte >= LETTER;
    if text.iter().any(|byte| letter(byte) && *byte != b'x') {
        Reason::Letters
    } else if text
        .iter()
        .any(|byte| matches!(byte, b'x' | b'*' | b'#' | b'?'))
        || text.last() == Some(&b'_')
    {
        Reason::Redacted
    } else {
        Reason::StrayMarks
    }
}

/// `2.01e+11`, `1,2e11`: digits, a decimal sign, an exponent, and nothing else.
fn is_scientific(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let Some(at) = text.iter().position(|&byte| byte == b'e') else {
        return false;
    };
    let exponent = &text[at + 1..];
    let exponent = exponent
        .strip_prefix(b"+")
        .or(exponent.strip_prefix(b"-"))
        .unwrap_or(exponent);
    let decimal = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    at > 0
        && text[..at].iter().all(decimal)
        && !exponent.is_empty()
        && exponent.iter().all(u8::is_ascii_digit)
}

/// Takes off `.0` (or `.00`) behind digits that have no other separator, and no zero in front, as
/// floating-point numbers have none.
fn without_float_tail(text: &[u8]) -> (&[u8], bool) {
    let whole = text
        .iter()
        .position(|&byte| byte == b'.')
        .unwrap_or(text.len());
    let digits = text[..whole].strip_prefix(b"+").unwrap_or(&text[..whole]);
    match &text[whole..] {
        [b'.', zeros @ ..]
            if !zeros.is_empty()
                && zeros.iter().all(|&byte| byte == b'0')
                && digits.first().is_some_and(|&first| first != b'0')
                && digits.iter().all(u8::is_ascii_digit) =>
        {
            (&text[..whole], true)
        }
        _ => (text, false),
    }
}

/// Whether cleaned text is one of the words for nothing.
pub(super) fn is_blank(text: &[u8]) -> bool {
    matches!(
        text.trim_ascii(),
        b"" | b"null"
            | b"n/a"
            | b"none"
            | b"-"
            | b"0"
            // What programs write for nothing: pandas, R, MySQL, spreadsheets, scripts, Cloud SQL.
            | b"nan"
            | b"na"
            | b"nil"
            | b"\\n"
            | b"\"n"
            | b"#n/a"
            | b"undefined"
            | b"()"
            | b"{}"
            | b"(null)"
            | b"(none)"
            | b"n.a."
            | b"--"
            | b"0.0"
            | b"-nan"
            | b"#na"
            | b"#n/a n/a"
            | b"#null!"
            | b"nat"
            | b"1.#ind"
            | b"-1.#ind"
            | b"1.#qnan"
            | b"(empty)"
            | b"(blank)"
    )
}

const _: () = assert!(DOB[0] > LETTER, "the letters of labels count as letters");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn plain_writing_is_read_as_any_other(text in "[ (]{0,2}[+]{0,2}[0-9 ().+-]{0,24}") {
            let text = text.as_bytes();
            if let Some(plain) = Written::plain(text) {
                let Ok(parsed) = Written::parse(text) else { panic!("plain, but not read") };
                let (one, other) = (plain.dialled(), parsed.dialled());
                prop_assert_eq!((one.digits, one.plus), (other.digits, other.plus));
                prop_assert_eq!(one.optional_zero, other.optional_zero);
                prop_assert!(parsed.extension.is_none() && !parsed.float_tail);
            }
        }
    }

    fn digits(text: &str) -> Result<String, Reason> {
        let written = Written::parse(text.as_bytes())?;
        let plus = if written.plus { "+" } else { "" };
        Ok(format!(
            "{plus}{}",
            String::from_utf8_lossy(written.dialled().digits)
        ))
    }

    #[test]
    fn separators_go_and_a_plus_stays() {
        assert_eq!(digits("+61 (0)491-570.006"), Ok("+610491570006".into()));
        assert_eq!(digits("8~10 61 491 570 006"), Ok("81061491570006".into()));
        assert_eq!(digits("++61 491570006."), Ok("+61491570006".into()));
        assert_eq!(digits("\"+61491570006\""), Ok("+61491570006".into()));
        assert_eq!(digits("+61491570006+61491570156"), Err(Reason::StrayMarks));
    }

    #[test]
    fn a_zero_in_brackets_behind_digits_is_optional() {
        let zero = |text: &str| {
            Written::parse(text.as_bytes())
                .ok()
                .and_then(|one| one.optional_zero)
        };
        assert_eq!(zero("+39 (0)3134558122"), Some(2));
        assert_eq!(zero("(0)3134558122"), None);
        assert_eq!(zero("+39 (06) 12345678"), None);
    }

    #[test]
    fn masks_letters_and_exponents_are_told_apart() {
        for masked in [
            "+61491570xxx",
            "61491570xx",
            "+61491570***",
            "6149157####",
            "6149157....",
            "614915____",
            "61x91570006x",
            "+614?1570006",
        ] {
            assert_eq!(digits(masked), Err(Reason::Redacted), "{masked}");
        }
        for letters in [
            "+61-491-phones",
            "ann 61491570006",
            "61491570006abc",
            "61491570006 y",
        ] {
            assert_eq!(digits(letters), Err(Reason::Letters), "{letters}");
        }
        for scientific in [
            "6.14916e+10",
            "6.1491570006e10",
            "6e10",
            "6,1e10",
            "+6.1e+10",
        ] {
            assert_eq!(digits(scientific), Err(Reason::Scientific), "{scientific}");
        }
        assert_eq!(digits("==== @seller ===="), Err(Reason::NoDigits));
        assert_eq!(digits("61_491_570_006"), Err(Reason::StrayMarks));
    }

    #[test]
    fn a_float_tail_goes_only_from_a_floating_point_number() {
        assert_eq!(digits("61491570006.0"), Ok("61491570006".into()));
        assert_eq!(digits("01.99.00.12.00"), Ok("0199001200".into()));
        assert_eq!(digits("020.00"), Ok("02000".into()));
        assert_eq!(digits("61491570006.5"), Ok("614915700065".into()));
    }

    #[test]
    fn more_digits_than_any_plan_has_are_too_long() {
        assert_eq!(digits(&"1".repeat(33)), Err(Reason::TooLong));
    }
}
