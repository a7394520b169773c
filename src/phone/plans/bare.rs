//! The last part of the compiled plans: which readings digits without a plus need in a home region,
//! so that most take one walk through the automaton and not two.
//!
//! | | |
//! |---|---|
//! | 100 entries of 4 bytes for each region, by the first two digits | u16 of which bit n is set if some digits so many, n + 4, are a number as dialled at home that they are not as international ones; u16 the same for those that are international numbers |
//! | 32 bytes | bit n is set if some numbers of region n may be read as another, where a dump writes them without a plus |

use super::rules;
use super::table::{BYTES, chunks};
use crate::phone::Region;

const ENTRIES_AT: usize = rules::END;
const MISREAD_AT: usize = ENTRIES_AT + 4 * ENTRIES;
const ENTRIES: usize = 100 * Region::COUNT;
const FEWEST: usize = 4;

const _: () = assert!(MISREAD_AT + 32 == BYTES.len());

static ENTRY: &[[u8; 4]; ENTRIES] = chunks(ENTRIES_AT);

/// The readings in which digits may be a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::phone) enum Readings {
    Neither,
    /// As dialled at home.
    Home,
    /// As an international number. If they are one at home too, it is the same.
    International,
    Both,
}

/// The readings of a text that may be digits without a plus, in a home region.
#[inline]
pub(in crate::phone) fn readings(text: &[u8], home: Region) -> Readings {
    let [first, second, ..] = *text else {
        return Readings::Both;
    };
    let (first, second) = (first.wrapping_sub(b'0'), second.wrapping_sub(b'0'));
    let bit = text.len().wrapping_sub(FEWEST);
    if first > 9 || second > 9 || bit > 15 {
        return Readings::Both;
    }
    let index = 100 * home.index() + 10 * usize::from(first) + usize::from(second);
    let [a, b, c, d] = ENTRY[index];
    let has = |mask: [u8; 2]| u16::from_le_bytes(mask) >> bit & 1 == 1;
    match (has([a, b]), has([c, d])) {
        (true, true) => Readings::Both,
        (true, false) => Readings::Home,
        (false, true) => Readings::International,
        (false, false) => Readings::Neither,
    }
}

/// Whether some numbers of a region may be read as another, where a dump writes them without a
/// plus.
#[inline]
pub(in crate::phone) fn may_be_misread(region: Region) -> bool {
    let index = region.index();
    BYTES[MISREAD_AT + index / 8] >> (index % 8) & 1 == 1
}
