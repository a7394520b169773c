//! Numbers in any text, found by their digits alone: what a reader without columns would take for
//! one.
//!
//! A candidate is a run of digits with the punctuation of phones. With a plus it needs 7 digits,
//! without one 10, or 7 where it is all of its text and the row has a home. Dates, decimal numbers,
//! addresses of the internet and runs that touch letters (hashes, codes) are never numbers.

use super::chance;
use crate::phone::{CellOutcome, CellReader, DigitOrder, Number, Purpose, Region, with_ascii};

/// Fewest digits of any candidate.
pub(super) const FEWEST: usize = 7;
/// Fewest digits of a candidate without a plus whose home nobody knows.
const FEWEST_BARE: usize = 10;
/// Most digits of a number: 15 in E.164, and a dialling prefix before them.
const MOST_DIALLED: usize = 18;
/// Most bytes that the parts of a number take: a text of nothing but digits and spaces is looked at
/// piece by piece.
const LONGEST_RUN: usize = 64;
/// Most bytes of punctuation between two digits of one number.
const LONGEST_GAP: usize = 3;

/// How a candidate is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// Behind a plus, as hardly anything but a phone number is.
    Plus,
    /// Digits that may be anything, and may be valid by chance.
    Bare,
    /// Digits that are a number at home, where most digits of this length are one.
    HomeDigits,
}

/// Calls `visit` with each candidate of `text`, and the number that it is, if it is one.
pub(super) fn candidates(
    text: &[u8],
    home: Option<Region>,
    visit: &mut impl FnMut(Writing, Option<Number>),
) {
    if !has_digits(text) {
        return;
    }
    if text.is_ascii() {
        return in_ascii(text.trim_ascii(), home, visit);
    }
    with_ascii(text, |text| {
        if has_digits(text) {
            in_ascii(text.trim_ascii(), home, visit);
        }
    });
}

/// Whether a text may hold a candidate. Digits of other scripts have no ASCII byte.
fn has_digits(text: &[u8]) -> bool {
    text.len() >= FEWEST && possible_digits(text) >= FEWEST
}

/// The number of bytes that may be digits, or parts of them.
pub(super) fn possible_digits(text: &[u8]) -> usize {
    let may_be_digit = |byte: &&u8| byte.is_ascii_digit() || !byte.is_ascii();
    text.iter().filter(may_be_digit).count()
}

/// How the candidates of a text may be written; nothing if it can hold none.
pub(super) fn writings(text: &[u8]) -> &'static [Writing] {
    if !has_digits(text) {
        &[]
    } else if text.is_ascii() && !text.contains(&b'+') {
        &[Writing::Bare, Writing::HomeDigits]
    } else {
        &[Writing::Plus, Writing::Bare, Writing::HomeDigits]
    }
}

fn in_ascii(text: &[u8], home: Option<Region>, visit: &mut impl FnMut(Writing, Option<Number>)) {
    let mut at = 0;
    while let Some(run) = DigitRun::next(text, at) {
        at = run.end;
        run.candidates(text, home, visit);
    }
}

/// Digits and the punctuation between them, as far as one number may reach.
struct DigitRun {
    start: usize,
    end: usize,
    plus: bool,
}

impl DigitRun {
    /// The first run that begins at `from` or later.
    fn next(text: &[u8], from: usize) -> Option<DigitRun> {
        let first = from + text[from..].iter().position(u8::is_ascii_digit)?;
        let mut start = first;
        while start > from && matches!(text[start - 1], b'+' | b'(') {
            start -= 1;
        }
        let mut end = first;
        while let Some(gap) = text[end..].iter().position(|byte| !is_between(*byte)) {
            let next = end + gap;
            let is_one_gap =
                gap <= LONGEST_GAP && !text[end..next].windows(2).any(|two| two == b"  ");
            if !text[next].is_ascii_digit() || !is_one_gap || next - start > LONGEST_RUN {
                break;
            }
            let digits = text[next..].iter().take_while(|byte| byte.is_ascii_digit());
            end = next + digits.count();
        }
        Some(DigitRun {
            start,
            end,
            plus: text[start..first].contains(&b'+'),
        })
    }

    fn candidates(
        &self,
        text: &[u8],
        home: Option<Region>,
        visit: &mut impl FnMut(Writing, Option<Number>),
    ) {
        let run = &text[self.start..self.end];
        let before = &text[..self.start];
        let after = &text[self.end..];
        if before.is_empty() && after.is_empty() && !self.plus {
            return alone(run, home, visit);
        }
        if self.plus {
            return behind_plus(run, before, after, visit);
        }
        if is_free(before, after) {
            let digits = count_digits(run);
            if digits < FEWEST_BARE {
                return;
            }
            if let Some(number) = bare_number(run) {
                return visit(Writing::Bare, Some(number));
            }
        }
        words(run, before, after, visit);
    }
}

/// The longest number that begins with a plus; what follows it is looked at on its own.
fn behind_plus(
    run: &[u8],
    before: &[u8],
    after: &[u8],
    visit: &mut impl FnMut(Writing, Option<Number>),
) {
    let is_within_word = before.last().is_some_and(u8::is_ascii_alphanumeric)
        && after.first().is_some_and(u8::is_ascii_alphanumeric);
    if count_digits(run) < FEWEST || is_within_word {
        return;
    }
    let is_masked = after.first() == Some(&b'*');
    let words_end = |end: &usize| run[..*end].iter().rposition(|byte| *byte == b' ');
    let ends = std::iter::successors(Some(run.len()), words_end);
    let mut ends = ends.take_while(|end| count_digits(&run[..*end]) >= FEWEST);
    let found = ends.find_map(|end| {
        let is_whole = end < run.len() || !is_masked;
        let number = number(&run[..end], None).filter(|_| is_whole)?;
        Some((end, number))
    });
    visit(Writing::Plus, found.map(|(_, number)| number));
    let first_word = || run.iter().position(|byte| *byte == b' ');
    let end = found.map(|(end, _)| end).or_else(first_word);
    let end = end.unwrap_or(run.len());
    words(&run[end..], b" ", after, visit);
}

/// A text that is one run without a plus.
fn alone(run: &[u8], home: Option<Region>, visit: &mut impl FnMut(Writing, Option<Number>)) {
    let digits = count_digits(run);
    if digits >= FEWEST_BARE || (home.is_some() && digits >= FEWEST) {
        let international = bare_number(run);
        let may_be_home = !is_time(run) && !is_something_else(run);
        let home = home.filter(|_| may_be_home && international.is_none());
        let at_home = home.and_then(|_| number(run, home));
        let by_chance = home.is_some_and(|home| {
            !is_marked(run) && chance::is_likely(home, digits, |text| number(text, Some(home)))
        });
        if by_chance {
            // Counted in both ways, so that the share of either is known.
            visit(Writing::Bare, None);
            visit(Writing::HomeDigits, at_home);
        } else {
            visit(Writing::Bare, international.or(at_home));
        }
    }
}

/// Whether digits have what ids have not: the trunk zero, or the punctuation of phones.
pub(in crate::intake) fn is_marked(digits: &[u8]) -> bool {
    digits.starts_with(b"0") || !digits.iter().all(u8::is_ascii_digit)
}

/// A run that is no number as a whole: the words in it, if they are long enough.
fn words(run: &[u8], before: &[u8], after: &[u8], visit: &mut impl FnMut(Writing, Option<Number>)) {
    let mut any = false;
    let mut start = 0;
    for word in run.split(|byte| *byte == b' ') {
        let end = start + word.len();
        if count_digits(word) >= FEWEST_BARE {
            any = true;
            let before = if start == 0 { before } else { b" " };
            let after = if end == run.len() { after } else { b" " };
            if is_free(before, after) {
                visit(Writing::Bare, bare_number(word));
            }
        }
        start = end + 1;
    }
    if !any && count_digits(run) >= FEWEST_BARE && is_free(before, after) {
        visit(Writing::Bare, None);
    }
}

/// Whether digits between these texts touch nothing that makes them part of something longer.
fn is_free(before: &[u8], after: &[u8]) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x80..);
    let begins = match before {
        [.., last] if is_word(last) || b"@#%&\\*$".contains(last) => false,
        [.., second, b'.' | b'-'] => !is_word(second),
        [.., second, b':' | b'/'] => !second.is_ascii_digit(),
        _ => true,
    };
    let is_address = |rest: &[u8]| rest.starts_with(b"s.whatsapp.net") || rest.starts_with(b"c.us");
    let ends = match after {
        [b'@', rest @ ..] => is_address(rest),
        [first, ..] if is_word(first) || b"%*".contains(first) => false,
        [b'.' | b'-', second, ..] => !is_word(second),
        [b':', second, ..] => !second.is_ascii_digit(),
        _ => true,
    };
    begins && ends
}

/// The international number that digits without a plus are.
fn bare_number(text: &[u8]) -> Option<Number> {
    if count_digits(text) < FEWEST_BARE || is_something_else(text) {
        return None;
    }
    number(text, None)
}

/// Whether digits are a date, a decimal number, an address of the internet, numbered by year, or as
/// long as what is in a phone.
pub(in crate::intake) fn is_something_else(text: &[u8]) -> bool {
    /// Of an IMEI or IMSI. No number that is in use is as long, with its calling code.
    const OF_PHONES: usize = 15;
    let is_of_phone = count_digits(text) == OF_PHONES && !text.starts_with(b"0");
    if is_of_phone
        && text
            .iter()
            .all(|byte| byte.is_ascii_digit() || is_between(*byte))
    {
        return true;
    }
    if text.iter().all(u8::is_ascii_digit) {
        return is_date(text);
    }
    let dots = memchr::memchr_iter(b'.', text).count();
    let others = text.iter().filter(|byte| !byte.is_ascii_digit()).count();
    // A zero before other digits is a trunk zero.
    let has_trunk_zero = || text[0] == b'0' && text[1] != b'.';
    let is_decimal = dots == 1 && others == 1 && !text.ends_with(b".0") && !has_trunk_zero();
    let mut parts = text.split(|byte| *byte == b'.');
    let is_address = dots == 3 && others == 3 && parts.all(|part| (1..=3).contains(&part.len()));
    is_decimal || is_address || is_date(text) || is_numbered_by_year(text)
}

/// `2021-0012345`, as orders and cases are numbered. With a year in front it is a number of Egypt.
fn is_numbered_by_year(text: &[u8]) -> bool {
    /// Four digits behind four are a number of Hong Kong.
    const FEWEST: usize = 5;
    let ([b'1', b'9', _, _, rest @ ..] | [b'2', b'0', _, _, rest @ ..]) = text else {
        return false;
    };
    let [b'-' | b'/', count @ ..] = rest else {
        return false;
    };
    count.len() >= FEWEST && count.iter().all(u8::is_ascii_digit)
}

/// `2021-04-03`, `03.04.2021`, and the former with an hour, a minute, a second behind it.
fn is_date(text: &[u8]) -> bool {
    let length = count_digits(text);
    // Most texts are ids of other lengths.
    if !matches!(length, 8 | 10 | 12 | 14) {
        return false;
    }
    let mut digits = [0; 14];
    let found = text.iter().filter(|byte| byte.is_ascii_digit());
    for (digit, &byte) in digits.iter_mut().zip(found) {
        *digit = byte;
    }
    let two = |at: usize| (digits[at] - b'0') * 10 + (digits[at + 1] - b'0');
    let is_year = |at: usize| matches!(two(at), 19 | 20);
    let is_day =
        |day: usize, month: usize| (1..=31).contains(&two(day)) && (1..=12).contains(&two(month));
    match length {
        8 if is_year(4) && text.len() > 8 => is_day(0, 2) || is_day(2, 0),
        8 => is_year(0) && is_day(6, 4),
        10 | 12 | 14 => {
            let hour =
                two(8) < 24 && (length < 12 || two(10) < 60) && (length < 14 || two(12) < 60);
            is_year(0) && is_day(6, 4) && hour
        }
        _ => false,
    }
}

/// Ten digits that are seconds since 1970, from 2001 to 2033.
// Later ones are numbers of New York and New Jersey.
fn is_time(text: &[u8]) -> bool {
    text.len() == 10 && text[0] == b'1'
}

/// What the reader of cells takes a text for.
// Valid only: a 15-digit id is of a possible length.
fn number(text: &[u8], home: Option<Region>) -> Option<Number> {
    if count_digits(text) > MOST_DIALLED {
        return None;
    }
    let reader = CellReader {
        purpose: Purpose::Recognise,
        order: DigitOrder::HomeFirst,
    };
    let mut number = None;
    reader.cell(text, home, &mut |outcome| {
        if let CellOutcome::Number(reading) = outcome {
            number.get_or_insert(reading.number);
        }
    });
    number
}

fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'(' | b')')
}

pub(super) fn count_digits(text: &[u8]) -> usize {
    text.iter().filter(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers, and candidates that are none.
    fn counts(text: &str, home: &str) -> (usize, usize) {
        let (mut numbers, mut others) = (0, 0);
        candidates(
            text.as_bytes(),
            Region::from_code(home),
            &mut |_, number| {
                *(if number.is_some() {
                    &mut numbers
                } else {
                    &mut others
                }) += 1;
            },
        );
        (numbers, others)
    }

    #[test]
    fn numbers_are_found_wherever_they_stand() {
        for (text, numbers) in [
            ("+61 491 570 006", 1),
            ("61491570006", 1),
            ("call +61491570006, or (+46) 70-174 06 05!", 2),
            ("phone: \"+1 (212) 555-0100\"", 1),
            ("<td>61491570006</td><td>+46701740605</td>", 2),
            ("12:00:00 61491570006 2021-04-03", 1),
            ("+61491570006 2021-04-03 12:00", 1),
            ("+61491570006 +61491570156", 2),
            ("tel:+61491570006;61491570156@s.whatsapp.net", 2),
            ("https://wa.me/61491570006", 1),
            ("\u{202a}+61\u{a0}491\u{2011}570\u{2011}006\u{202c}", 1),
            ("+٦١٤٩١٥٧٠٠٠٦", 1),
            ("[('Ann', '+61491570006'), ('Bo', 61491570156)]", 2),
        ] {
            assert_eq!(counts(text, "").0, numbers, "{text}");
        }
    }

    #[test]
    fn national_numbers_need_a_home_and_a_text_of_their_own() {
        for (text, home, numbers) in [
            ("0491 570 006", "AU", 1),
            ("0491.570006", "AU", 1),
            ("52.5123456", "DE", 0),
            ("2021-1234567", "JP", 0),
            ("0491 570 006", "", 0),
            ("call 0491 570 006", "AU", 0),
            ("2021-04-03", "DK", 0),
            ("20210403", "DK", 0),
            ("1617436800", "GB", 0),
            ("3023125000", "DE", 1),
        ] {
            assert_eq!(counts(text, home).0, numbers, "{text}");
        }
    }

    #[test]
    fn digits_alone_say_little_where_most_are_numbers() {
        let writing = |text: &str, home: &str| {
            let mut written = None;
            let home = Region::from_code(home);
            candidates(text.as_bytes(), home, &mut |writing, number| {
                written = number.map(|_| writing);
            });
            written
        };
        assert_eq!(writing("3023125000", "DE"), Some(Writing::HomeDigits));
        assert_eq!(writing("9876543210", "IN"), Some(Writing::HomeDigits));
        for (text, home) in [
            ("03023125000", "DE"),
            ("30 23125000", "DE"),
            ("491713920010", "DE"),
            ("2125550100", "US"),
            ("491570006", "AU"),
        ] {
            assert_eq!(writing(text, home), Some(Writing::Bare), "{text}");
        }
    }

    #[test]
    fn dates_decimals_addresses_and_parts_of_words_are_no_numbers() {
        for text in [
            "2010-04-03 12:00:00",
            "201004031200",
            "20100403120059",
            "1234.5678901",
            "2021-0012345",
            "35-209900-176148-1",
            "262011234567890",
            "146.148.250.100",
            "a61491570006",
            "61491570006b",
            "550e8400-e29b-41d4-a716-446655440000",
            "614915700065@example.com",
            "order #61491570006",
            "61491570***",
            "+61491570***",
            "123456",
            "",
        ] {
            assert_eq!(counts(text, "").0, 0, "{text}");
        }
    }
}
