//! Cells as found → ASCII that a number is read from.
//!
//! Every character becomes one byte, or none: digits of every script, full-width forms and
//! typographic dashes become their ASCII twins; invisible marks go; masks become `*`; letters are
//! lower case; what no phone number has becomes [`MARK`]. Nothing is judged here, only spelled in
//! one alphabet.

use super::Repairs;

/// A letter outside ASCII, of no extension label.
pub(super) const LETTER: u8 = 0x80;
/// The three letters of the Russian label for an extension.
pub(super) const DOB: [u8; 3] = [0x81, 0x82, 0x83];
/// A sign that no phone number has.
pub(super) const MARK: u8 = 0x7F;

/// A cell in the alphabet of this module.
#[derive(Clone, Copy)]
pub(super) struct Clean<'a> {
    pub(super) text: &'a [u8],
    pub(super) repairs: Repairs,
}

/// Cleans a cell, on the stack unless it is longer than any cell should be.
pub(super) fn with_clean<T>(text: &[u8], read: impl FnOnce(Clean<'_>) -> T) -> T {
    if text.len() <= USUAL_CELL {
        read(clean(text, &mut [0; USUAL_CELL]))
    } else {
        read(clean(text, &mut vec![0; text.len()]))
    }
}

/// Bytes of a cell that are cleaned without allocating.
const USUAL_CELL: usize = 256;

/// Takes off what makes a spreadsheet keep digits as text: `'…`, `="…"`, or quotes left behind.
pub(super) fn without_guard(text: &[u8]) -> (&[u8], Repairs) {
    let quoted = text.strip_prefix(b"=").unwrap_or(text);
    let inside = match quoted {
        [b'"', inside @ .., b'"'] => inside,
        _ => match text {
            [b'\'', inside @ ..] => inside.strip_suffix(b"'").unwrap_or(inside),
            _ => return (text, Repairs::NONE),
        },
    };
    (inside.trim_ascii(), Repairs::TEXT_GUARD)
}

/// Spells `text` in one alphabet, in `buffer`, which must be at least as long.
pub(super) fn clean<'a>(text: &[u8], buffer: &'a mut [u8]) -> Clean<'a> {
    let (text, nul) = without_nul(text);
    let mut repairs = match nul {
        Nul::None => Repairs::NONE,
        Nul::Ends | Nul::Nothing | Nul::Separates => Repairs::NUL,
    };
    let mut length = 0;
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            let byte = match character {
                '\0' if nul == Nul::Separates => b'\n',
                '\0' => continue,
                '\0'..='\x7F' => ascii(character as u8),
                _ => match other(character) {
                    Spelling::Digit(digit) => {
                        repairs = repairs.with(Repairs::OTHER_DIGITS);
                        digit
                    }
                    Spelling::Byte(byte) => byte,
                    Spelling::Space => {
                        repairs = repairs.with(Repairs::INVISIBLE);
                        b' '
                    }
                    Spelling::Nothing => {
                        repairs = repairs.with(Repairs::INVISIBLE);
                        continue;
                    }
                },
            };
            buffer[length] = byte;
            length += 1;
        }
        for &byte in chunk.invalid() {
            repairs = repairs.with(Repairs::BAD_BYTES);
            if let Some(spelled) = single_byte_encoding(byte) {
                buffer[length] = spelled;
                length += 1;
            }
        }
    }
    Clean {
        text: &buffer[..length],
        repairs,
    }
}

/// What the NULs of a cell are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nul {
    /// There are none.
    None,
    /// The end of the cell.
    Ends,
    /// Nothing: a cell of UTF-16 bytes, or NULs around it.
    Nothing,
    /// The end of one number and the beginning of another: what follows must not be lost.
    Separates,
}

/// Ends the cell at its first NUL if a number may be before it and none behind it.
fn without_nul(text: &[u8]) -> (&[u8], Nul) {
    let may_be_number = |part: &[u8]| part.iter().filter(|byte| byte.is_ascii_digit()).count() >= 4;
    if !text.contains(&0) {
        return (text, Nul::None);
    }
    let start = text
        .iter()
        .position(|&byte| byte != 0)
        .unwrap_or(text.len());
    let rest = &text[start..];
    match memchr::memchr(0, rest) {
        Some(end) if may_be_number(&rest[..end]) && may_be_number(&rest[end..]) => {
            (rest, Nul::Separates)
        }
        Some(end) if may_be_number(&rest[..end]) => (&rest[..end], Nul::Ends),
        _ => (rest, Nul::Nothing),
    }
}

fn ascii(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => byte.to_ascii_lowercase(),
        b'\t' | b'\r' | 0x0B | 0x0C => b'\n',
        b'[' => b'(',
        b']' => b')',
        b'\n' | b' '..=b'~' => byte,
        _ => MARK,
    }
}

enum Spelling {
    Digit(u8),
    Byte(u8),
    Space,
    Nothing,
}

fn other(character: char) -> Spelling {
    use Spelling::{Byte, Digit, Nothing, Space};
    let code = u32::from(character);
    match character {
        // Full-width forms of ASCII.
        '\u{FF10}'..='\u{FF19}' => Digit(low_byte(code - 0xFF10) + b'0'),
        '\u{FF01}'..='\u{FF5E}' => Byte(ascii(low_byte(code - 0xFF01) + b'!')),
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
            Space
        }
        '\u{2028}' | '\u{2029}' | '\u{85}' => Byte(b'\n'),
        // What libphonenumber takes for a dash (its ー and ∼ too), and the small and full-width
        // dashes.
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{30FC}'
        | '\u{2053}'
        | '\u{223C}'
        | '\u{FE58}'
        | '\u{FE63}' => Byte(b'-'),
        '·' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' | '\u{2024}' => Byte(b'.'),
        '、' | '،' => Byte(b','),
        '؛' => Byte(b';'),
        '‘' | '’' | '‚' | '´' | 'ʼ' => Byte(b'\''),
        '“' | '”' | '„' | '«' | '»' => Byte(b'"'),
        // Signs that stand for a hidden digit.
        '…' | '‥' | '⋯' | '•' | '●' | '○' | '◦' | '∗' | '★' | '☆' | '■' | '□' | '▪' | '▫' | '◆'
        | '◇' | '░' | '▒' | '▓' | '█' | '؟' => Byte(b'*'),
        'х' | 'Х' | '×' | '✕' | '✖' => Byte(b'x'),
        'д' | 'Д' => Byte(DOB[0]),
        'о' | 'О' => Byte(DOB[1]),
        'б' | 'Б' => Byte(DOB[2]),
        'ó' | 'Ó' => Byte(b'o'),
        _ if is_invisible(code) => Nothing,
        _ => match digit(code) {
            Some(digit) => Digit(digit),
            None if character.is_alphabetic() => Byte(LETTER),
            None => Byte(MARK),
        },
    }
}

/// The digits of all scripts come in runs of ten from these zeros.
fn digit(code: u32) -> Option<u8> {
    let at = ZEROS.partition_point(|&zero| zero <= code);
    let value = code - ZEROS[at.checked_sub(1)?];
    (value < 10).then(|| low_byte(value) + b'0')
}

fn is_invisible(code: u32) -> bool {
    let at = INVISIBLE.partition_point(|&(first, _)| first <= code);
    at > 0 && code <= INVISIBLE[at - 1].1
}

/// What a byte that is no UTF-8 was in the Windows and Latin encodings, where it matters to a
/// number: a space, a dash or a mask. The rest (letters of a name, mostly) is dropped.
fn single_byte_encoding(byte: u8) -> Option<u8> {
    match byte {
        0xA0 => Some(b' '),
        0x96 | 0x97 => Some(b'-'),
        0x85 | 0x95 => Some(b'*'),
        _ => None,
    }
}

fn low_byte(code: u32) -> u8 {
    u8::try_from(code).expect("offsets within a run of ASCII forms")
}

/// The zeros of category Nd. Source: the derived numeric types of Unicode 17.
#[rustfmt::skip]
const ZEROS: [u32; 76] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11DE0, 0x11F50,
    0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
    0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// Category Cf, and what else is never seen: the combining accent of `extensión`, the combining
/// keycap, the variation selectors, and the replacement character of an earlier lossy decoding.
#[rustfmt::skip]
const INVISIBLE: [(u32, u32); 27] = [
    (0x80, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x300, 0x36F), (0x600, 0x605), (0x61C, 0x61C),
    (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x180E, 0x180E), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F), (0x20E3, 0x20E3), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xFFFD, 0xFFFD), (0x110BD, 0x110BD), (0x110CD, 0x110CD),
    (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0001, 0xE0001), (0xE0020, 0xE007F),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &[u8]) -> (String, Repairs) {
        let mut buffer = [0; 256];
        let clean = clean(text, &mut buffer);
        (
            String::from_utf8_lossy(clean.text).into_owned(),
            clean.repairs,
        )
    }

    #[test]
    fn digits_of_every_script_are_those_that_libphonenumber_knows() {
        for character in (0x80..=0x10_FFFF).filter_map(char::from_u32) {
            let theirs = rlibphonenumber::PHONE_NUMBER_UTIL
                .normalize_digits_only(character.encode_utf8(&mut [0; 4]));
            let ours = match other(character) {
                Spelling::Digit(digit) => char::from(digit).to_string(),
                _ => String::new(),
            };
            assert_eq!(ours, theirs, "U+{:04X}", u32::from(character));
        }
        assert!(ZEROS.is_sorted() && INVISIBLE.is_sorted());
    }

    #[test]
    fn forms_of_ascii_become_ascii() {
        let (text, repairs) = spelled("＋６１ ４９１‑５７０．００６ ｘ１２".as_bytes());
        assert_eq!(text, "+61 491-570.006 x12");
        assert_eq!(repairs, Repairs::OTHER_DIGITS);
        let (text, repairs) =
            spelled("\u{202A}+61\u{A0}491\u{2009}570\u{AD}006\u{202C}".as_bytes());
        assert_eq!(text, "+61 491 570006");
        assert_eq!(repairs, Repairs::INVISIBLE);
    }

    #[test]
    fn a_nul_ends_a_number_and_is_dropped_elsewhere() {
        assert_eq!(
            spelled(b"12125550100\0\0:Ann"),
            ("12125550100".into(), Repairs::NUL)
        );
        assert_eq!(
            spelled(b"6\x001\x004\x009\x001\0"),
            ("61491".into(), Repairs::NUL)
        );
        assert_eq!(spelled(b"\0\0\0"), (String::new(), Repairs::NUL));
        assert_eq!(spelled(b""), (String::new(), Repairs::NONE));
    }

    #[test]
    fn bytes_of_other_encodings_cost_no_number() {
        assert_eq!(
            spelled(b"+61\xA0491 570\x96006 \xE9\xFF"),
            ("+61 491 570-006 ".into(), Repairs::BAD_BYTES)
        );
        assert_eq!(spelled(b"+61491570\x95\x95\x95").0, "+61491570***");
    }
}
