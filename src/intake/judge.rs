//! The judge of cells that the dump reader asks while it looks for columns of numbers.

use super::witness::{is_marked, is_something_else};
use crate::dump::CellVerdict;
use crate::phone::{CellOutcome, CellReader, DigitOrder, Purpose, Region, Repairs};

/// What a text of an unknown column is.
// Valid only: a 15-digit id is of a possible length.
pub(super) fn verdict(text: &[u8], home: Option<Region>) -> CellVerdict {
    let judge = CellReader {
        purpose: Purpose::Recognise,
        order: DigitOrder::HomeFirst,
    };
    let read = |home| {
        let mut verdict = CellVerdict::Blank;
        judge.cell(text, home, &mut |outcome| {
            let part = match outcome {
                CellOutcome::Blank => CellVerdict::Blank,
                CellOutcome::Rejected(_) => CellVerdict::Other,
                // Empty parts may be the empty fields of a row that another delimiter parts.
                CellOutcome::Number(number) if number.repairs.contains(Repairs::EMPTY_PART) => {
                    CellVerdict::Other
                }
                // `Order 4917…`: at home the digits may be anything.
                CellOutcome::Number(number)
                    if home.is_some()
                        && number.repairs.contains(Repairs::LABEL)
                        && !is_marked(digits_of(text)) =>
                {
                    CellVerdict::Other
                }
                CellOutcome::Number(_) => CellVerdict::International,
            };
            verdict = match verdict {
                CellVerdict::Other => CellVerdict::Other,
                _ if part == CellVerdict::Other => part,
                _ => verdict.max(part),
            };
        });
        verdict
    };
    // At home nearly any digits may be valid, and what a year begins is a number of Egypt.
    if is_something_else(text.trim_ascii()) {
        return CellVerdict::NoNumber;
    }
    match read(None) {
        CellVerdict::Other if home.is_some() => read(home).min(CellVerdict::National),
        verdict => verdict,
    }
}

/// A text from its first digit to its last.
fn digits_of(text: &[u8]) -> &[u8] {
    let first = text.iter().position(u8::is_ascii_digit);
    let last = text.iter().rposition(u8::is_ascii_digit);
    match (first, last) {
        (Some(first), Some(last)) => &text[first..=last],
        _ => b"",
    }
}
