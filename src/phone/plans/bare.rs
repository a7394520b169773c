//! The last part of the compiled plans: which readings digits without a plus need in a home region,
//! so that most take one walk through the automaton and not two.
//!
//! Its parts, one behind the other:
//!
//! 1. 100 entries of 4 bytes for each region, by the first two digits. The first u16 has bit n set
//!    if some n + 4 digits are a number as dialled at home, and as international ones they are not
//!    that number. The second u16 has the same for international numbers. `00` in front is a plus.
//! 2. The same for each region, by the two digits behind its own calling code: the two masks of
//!    digits that begin with it. They still count all digits.
//! 3. 32 bytes: bit n is set if some numbers of region n may be read as another, where a dump
//!    writes them without a plus.

use super::table::{BYTES, chunks};
use super::{Root, number, rules, value};
use crate::phone::{Number, Region};

const ENTRIES_AT: usize = rules::END;
const OWN_CODE_AT: usize = ENTRIES_AT + 4 * ENTRIES;
const MISREAD_AT: usize = OWN_CODE_AT + 4 * ENTRIES;
const ENTRIES: usize = 100 * Region::COUNT;
const FEWEST: usize = 4;

const _: () = assert!(MISREAD_AT + 32 == BYTES.len());

static ENTRY: &[[u8; 4]; ENTRIES] = chunks(ENTRIES_AT);
static OWN_CODE: &[[u8; 4]; ENTRIES] = chunks(OWN_CODE_AT);

/// What digits without a plus are in a home region. If both readings are the same number, one of
/// them may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::phone) struct BareNumbers {
    /// The number that they are as dialled at home.
    pub(in crate::phone) at_home: Option<Number>,
    /// The number that they are as international ones. A `00` in front is a plus.
    pub(in crate::phone) international: Option<Number>,
}

/// The readings in which digits may be a number. If they are the same number in both, one of them
/// may be left out.
#[derive(Clone, Copy)]
struct Readings {
    at_home: bool,
    international: bool,
}

impl Readings {
    const BOTH: Readings = Readings {
        at_home: true,
        international: true,
    };
}

/// Reads ASCII digits without a plus, dialled in a home region. Any other text is no number.
#[expect(
    clippy::inline_always,
    reason = "numbers that are returned through memory cost as much as the look-up"
)]
#[inline(always)]
pub(in crate::phone) fn read(digits: &[u8], home: Region) -> BareNumbers {
    let Some(value) = value(digits) else {
        return BareNumbers {
            at_home: None,
            international: None,
        };
    };
    let readings = readings(digits, home);
    let at_home = || number(digits, value, Root::Home(home).state());
    let international = || number(without_00(digits), value, Root::International.state());
    BareNumbers {
        at_home: readings.at_home.then(at_home).flatten(),
        international: readings.international.then(international).flatten(),
    }
}

/// The digits behind a leading `00`, if a calling code can follow it; else all of them.
#[inline]
pub(in crate::phone) fn without_00(digits: &[u8]) -> &[u8] {
    match digits {
        [b'0', b'0', rest @ ..] if rest.first().is_some_and(|&first| first != b'0') => rest,
        _ => digits,
    }
}

/// The readings that ASCII digits without a plus need.
#[inline]
fn readings(digits: &[u8], home: Region) -> Readings {
    let length = digits.len();
    let by_all = readings_by(digits, length, home, ENTRY);
    // Nearly all numbers that a region writes with its own code fit one way only.
    match behind_own_code(digits, home) {
        Some(behind) if by_all.at_home && by_all.international => {
            readings_by(behind, length, home, OWN_CODE)
        }
        _ => by_all,
    }
}

/// The readings of `length` digits by the first two of `digits`.
#[inline]
fn readings_by(
    digits: &[u8],
    length: usize,
    home: Region,
    entries: &[[u8; 4]; ENTRIES],
) -> Readings {
    let [first, second, ..] = *digits else {
        return Readings::BOTH;
    };
    let bit = length.wrapping_sub(FEWEST);
    if bit > 15 {
        return Readings::BOTH;
    }
    let index = usize::from(first - b'0') * 10 + usize::from(second - b'0');
    let [a, b, c, d] = entries[100 * home.index() + index];
    let has = |mask: [u8; 2]| u16::from_le_bytes(mask) >> bit & 1 == 1;
    Readings {
        at_home: has([a, b]),
        international: has([c, d]),
    }
}

/// The digits behind a region's own calling code, if they begin with it.
#[inline]
pub(in crate::phone) fn behind_own_code(digits: &[u8], home: Region) -> Option<&[u8]> {
    let code = home.calling_code()?;
    let [a, b, c, ..] = *digits else {
        return None;
    };
    let [a, b, c] = [a, b, c].map(|digit| u16::from(digit.wrapping_sub(b'0')));
    let (begins, length) = match code {
        0..10 => (a == code, 1),
        10..100 => (a * 10 + b == code, 2),
        _ => (a * 100 + b * 10 + c == code, 3),
    };
    begins.then(|| &digits[length..])
}

/// Whether some numbers of a region may be read as another, where a dump writes them without a
/// plus.
#[inline]
pub(in crate::phone) fn may_be_misread(region: Region) -> bool {
    let index = region.index();
    BYTES[MISREAD_AT + index / 8] >> (index % 8) & 1 == 1
}
