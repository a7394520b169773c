//! How the cells of a column look: their verdicts, and how they are written.

use super::Sample;
use crate::dump::{CellVerdict, Judge};

/// Fewer digits than this are no number, and are not worth judging.
const FEWEST_DIGITS: usize = 4;

/// How the cells of one column, or whole lines, look.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looks {
    /// Cells that are numbers.
    pub(super) numbers: usize,
    /// Cells that are numbers whatever the home region.
    pub(super) international: usize,
    /// Cells that are written as numbers are: national ones too, if their country is unknown.
    pub(super) shaped: usize,
    /// Cells with signs that ids have not: a plus, a leading zero, punctuation.
    pub(super) marked: usize,
    /// Cells with digits enough for a number.
    pub(super) digits: usize,
    /// Cells that are not blank.
    pub(super) filled: usize,
}

impl Looks {
    /// Adds the counts of another column.
    pub(super) fn merge(&mut self, other: Looks) {
        self.numbers += other.numbers;
        self.international += other.international;
        self.shaped += other.shaped;
        self.marked += other.marked;
        self.digits += other.digits;
        self.filled += other.filled;
    }

    pub(super) fn add(&mut self, cell: &[u8], country: Option<&[u8]>, judge: &Judge<'_>) {
        let verdict = verdict(cell, country, judge);
        if verdict == CellVerdict::Blank {
            return;
        }
        self.filled += 1;
        self.digits += usize::from(has_digits(cell));
        self.numbers += usize::from(verdict >= CellVerdict::National);
        self.international += usize::from(verdict == CellVerdict::International);
        self.shaped += usize::from(is_shaped(cell) && verdict != CellVerdict::NoNumber);
        self.marked += usize::from(is_marked(cell));
    }

    /// Whether 90 % of the cells are `count`ed.
    pub(super) fn are_nearly_all(&self, count: usize) -> bool {
        const PERCENT: usize = 90;
        self.filled > 0 && count * 100 >= self.filled * PERCENT
    }

    /// Whether half of the cells are `count`ed; true for a column without cells.
    pub(super) fn are_half(&self, count: usize) -> bool {
        count * 2 >= self.filled
    }
}

fn verdict(cell: &[u8], country: Option<&[u8]>, judge: &Judge<'_>) -> CellVerdict {
    if cell.trim_ascii().is_empty() {
        return CellVerdict::Blank;
    }
    judge(cell, country)
}

/// Whether a cell is a number as the caller knows it.
pub(super) fn is_number(cell: &[u8], country: Option<&[u8]>, judge: &Judge<'_>) -> bool {
    let may_be = !cell.is_ascii()
        || cell.iter().filter(|byte| byte.is_ascii_digit()).count() >= FEWEST_DIGITS;
    may_be && judge(cell, country) >= CellVerdict::National
}

/// Whether a cell has seven to fifteen digits (E.164), and nothing else but the punctuation of
/// numbers.
pub(super) fn is_shaped(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let punctuation = |byte: &u8| byte.is_ascii_digit() || b"+-./() \t'=\"".contains(byte);
    (7..=15).contains(&digits) && cell.iter().all(punctuation)
}

/// Whether a cell has a plus, a leading zero, or the punctuation of numbers.
fn is_marked(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    // Tax numbers such as Brazil's have dots and a hyphen.
    let is_code = cell.contains(&b'.') && cell.contains(&b'-') && !cell.contains(&b'+');
    cell.starts_with(b"0") || !(is_code || cell.iter().all(u8::is_ascii_digit))
}

/// Whether a cell has letters and few digits, as the names of columns: `phone`, `TELF1`, `x2`.
pub(super) fn is_name(cell: &[u8]) -> bool {
    const DIGITS: usize = 3;
    let text = String::from_utf8_lossy(cell);
    let word = text.trim();
    let blank = ["null", "none", "n/a", "na", "nan", "nil"]
        .iter()
        .any(|blank| word.eq_ignore_ascii_case(blank));
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    // A masked digit is no letter.
    let is_mask = |c: char| matches!(c, 'x' | 'X');
    let masks = word.chars().filter(|c| is_mask(*c)).count();
    let has_letter = word.chars().any(|c| c.is_alphabetic() && !is_mask(c));
    !blank && digits <= DIGITS && (has_letter || (masks == 1 && digits == 1))
}

impl Sample<'_> {
    /// Whether hardly a line has digits enough for a number.
    // A dump of damaged numbers still has digits; a novel or a log has them on few lines. One in
    // twenty is far from both.
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

/// Whether a text has digits enough for a number.
pub(super) fn has_digits(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.chars()
        .filter(|c| c.is_numeric())
        .take(FEWEST_DIGITS)
        .count()
        == FEWEST_DIGITS
}
