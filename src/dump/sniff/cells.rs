//! What a cell looks like, before and beside the judge.

use super::Sample;
use crate::dump::Judge;

/// Fewer digits than this are no number, and are not worth judging.
const FEWEST_DIGITS: usize = 4;

/// How the cells of one column, or whole lines, look.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looks {
    /// Cells that the judge takes for numbers.
    pub(super) numbers: usize,
    /// Cells that are written as numbers are, valid or not: a national number is, where nothing tells the country.
    pub(super) shaped: usize,
    /// Cells that are not blank.
    pub(super) filled: usize,
}

impl Looks {
    pub(super) fn add(&mut self, cell: &[u8], country: Option<&[u8]>, judge: &Judge<'_>) {
        if cell.trim_ascii().is_empty() {
            return;
        }
        self.filled += 1;
        self.numbers += usize::from(is_number(cell, country, judge));
        self.shaped += usize::from(is_shaped(cell));
    }
}

/// Whether a cell is a number as the caller knows it.
pub(super) fn is_number(cell: &[u8], country: Option<&[u8]>, judge: &Judge<'_>) -> bool {
    let may_be = !cell.is_ascii()
        || cell.iter().filter(|byte| byte.is_ascii_digit()).count() >= FEWEST_DIGITS;
    may_be && judge(cell, country)
}

/// Whether a cell is written as numbers are: seven to fifteen digits (E.164), and nothing else but their punctuation.
pub(super) fn is_shaped(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let punctuation = |byte: &u8| byte.is_ascii_digit() || b"+-./() \t'=\"".contains(byte);
    (7..=15).contains(&digits) && cell.iter().all(punctuation)
}

/// Whether there is a letter in it and no digit, as in the names of columns; masked digits are no letters.
pub(super) fn is_name(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell);
    let word = text.trim();
    let blank = ["null", "none", "n/a", "na", "nan", "nil"]
        .iter()
        .any(|blank| word.eq_ignore_ascii_case(blank));
    !blank
        && !word.chars().any(char::is_numeric)
        && word
            .chars()
            .any(|c| c.is_alphabetic() && !matches!(c, 'x' | 'X'))
}

impl Sample<'_> {
    /// Whether hardly a line has digits enough for a number. A dump of damaged numbers still has digits; a novel
    /// or a log of another kind has them on few lines. One in twenty is far from both.
    pub(super) fn holds_no_numbers(&self, lines: &[&[u8]]) -> bool {
        const FEWEST_LINES: usize = 3;
        const ONE_IN: usize = 20;
        let filled = lines
            .iter()
            .filter(|line| !line.trim_ascii().is_empty())
            .count();
        let with_digits = lines.iter().filter(|line| has_digits(line)).count();
        self.options.format.is_none() && filled >= FEWEST_LINES && with_digits * ONE_IN < filled
    }
}

/// Whether there are digits enough for a number in it.
pub(super) fn has_digits(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    text.chars()
        .filter(|c| c.is_numeric())
        .take(FEWEST_DIGITS)
        .count()
        == FEWEST_DIGITS
}
