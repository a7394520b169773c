//! The compiled plans as bytes, used where they lie: nothing is unpacked, so a single look-up costs
//! no more than the rows it touches.
//!
//! All fields are little-endian.
//!
//! | at | |
//! |---|---|
//! | 0 | `LKPLANS2` |
//! | 8 | the metadata version, padded with zero bytes to 16 |
//! | 24 | u32: rows, r |
//! | 28 | u32: rows with a label, a: the first ones |
//! | 32 | u32: labels, l |
//! | 36 | u32: tails, t |
//! | 40 | u32: the most digits of a valid number as written |
//! | 44 | u16: the international root |
//! | 46 | u16 × 246: the root of digits as each region dials them |
//! | 538 | u16 × 246: the root of digits after a plus in each region |
//! | 1030 | the day of the metadata's release, `YYYY-MM-DD` |
//! | 1040 | u32 × 4: sizes of the rules (`rules.rs`): plans, states, states at an end, ways |
//! | 1056 | 32 bytes: bit n is set if region n reads its own numbers before its own calling code |
//! | 1088 | l labels of 8 bytes, as below |
//! | | u16 × a: the label of each row that has one |
//! | | t tails: u16 label; u16 whose bit n is set if n more digits get it |
//! | | (all bits: any number of digits) |
//! | | zero bytes up to a multiple of 64 |
//! | | r rows of u16 × 10: the state that follows for each digit |
//! | | the rules (`rules.rs`), and which readings digits without a plus need (`bare.rs`) |
//!
//! A label is: region or 255, where the rest starts, where a part moved to the front starts, its
//! length, and a u32 of the digits inserted.
//!
//! A state below r is a row; the others, less r, are tails, where what the digits to come are no
//! longer counts. A valid number's E.164 digits are those inserted, the part moved, and the rest;
//! for most, all that is the string itself. A label of region 255 has an international number start
//! where the rest does.

use std::ops::Range;

use crate::phone::Region;

/// A row or a tail.
pub(super) type State = u16;

/// The file as it is.
pub static BYTES: &[u8] = &ALIGNED.0;

const ROWS_ALIGNMENT: usize = 64;

/// Rows start at cache lines as their offset in the file does.
#[repr(C, align(64))]
struct Aligned<const LENGTH: usize>([u8; LENGTH]);

const LENGTH: usize = include_bytes!("../plans.bin").len();
static ALIGNED: Aligned<LENGTH> = Aligned(*include_bytes!("../plans.bin"));
const FILE: &[u8] = include_bytes!("../plans.bin");

const STATES: usize = number_at(24);
const ANSWERED: usize = number_at(28);
const LABELS: usize = number_at(32);
const TAILS: usize = number_at(36);
/// The most digits of a valid number as it is written.
pub(super) const LONGEST: usize = number_at(40);
/// The root of digits after a plus.
pub(super) const INTERNATIONAL: State = u16::from_le_bytes([FILE[44], FILE[45]]);

/// The version of the metadata.
pub(super) const VERSION: &str = text(8, 16);
/// The day of its release, as `YYYY-MM-DD`.
pub(super) const DATE: &str = text(DATE_AT, 10);

const HOMES_AT: usize = 46;
const PLUSES_AT: usize = HOMES_AT + 2 * Region::COUNT;
const DATE_AT: usize = PLUSES_AT + 2 * Region::COUNT;
const HOME_FIRST_AT: usize = DATE_AT + 10 + 4 * 4;
const LABELS_AT: usize = (HOME_FIRST_AT + 32).next_multiple_of(ROWS_ALIGNMENT);
const ANSWERS_AT: usize = LABELS_AT + 8 * LABELS;
const TAILS_AT: usize = ANSWERS_AT + 2 * ANSWERED;
const ROWS_AT: usize = (TAILS_AT + 4 * TAILS).next_multiple_of(ROWS_ALIGNMENT);

/// Sizes of the rules: plans, states, states that end a match, bytes of ways.
pub(super) const PLANS: usize = number_at(DATE_AT + 10);
pub(super) const RULE_STATES: usize = number_at(DATE_AT + 14);
pub(super) const RULE_STATES_MATCHING: usize = number_at(DATE_AT + 18);
pub(super) const WAY_BYTES: usize = number_at(DATE_AT + 22);
/// Where the rules start.
pub(super) const RULES_AT: usize = ROWS_AT + 20 * STATES;

static HOMES: &[[u8; 2]; Region::COUNT] = chunks(HOMES_AT);
static PLUSES: &[[u8; 2]; Region::COUNT] = chunks(PLUSES_AT);
static LABEL: &[[u8; 8]; LABELS] = chunks(LABELS_AT);
static ANSWER: &[[u8; 2]; ANSWERED] = chunks(ANSWERS_AT);
static TAIL: &[[u8; 4]; TAILS] = chunks(TAILS_AT);
static ROWS: &[[u8; 2]; 10 * STATES] = chunks(ROWS_AT);

const _: () = {
    assert!(starts_with(FILE, b"LKPLANS2"));
    assert!(STATES + TAILS <= 1 << 16);
    assert!(LENGTH >= RULES_AT);
};

/// First digits of a number that are looked up at once. Behind five, 96 in a hundred numbers of a
/// large dump are in a tail.
const FIRST: u32 = 5;

/// Where the walk from the international root is after [`FIRST`] digits, by their value: the label
/// of a tail and how many more digits get it, or [`MORE`] and a row.
#[expect(
    long_running_const_eval,
    reason = "half a million steps, in less than a second"
)]
static AFTER_FIRST: [[u16; 2]; 10_usize.pow(FIRST)] = after_first();
const MORE: u16 = u16::MAX;
const _: () = assert!(LABELS < MORE as usize);

#[expect(clippy::cast_possible_truncation, reason = "states have 16 bits")]
#[expect(clippy::large_stack_arrays, reason = "it is made by the compiler")]
const fn after_first() -> [[u16; 2]; 10_usize.pow(FIRST)] {
    let mut all = [[MORE; 2]; 10_usize.pow(FIRST)];
    let mut index = 0;
    while index < all.len() {
        let mut state = INTERNATIONAL as usize;
        let mut digits = 0;
        while digits < FIRST && state < STATES {
            let digit = index / 10_usize.pow(FIRST - 1 - digits) % 10;
            state = pair_at(ROWS_AT + 20 * state + 2 * digit) as usize;
            digits += 1;
        }
        all[index] = if state < STATES {
            [MORE, state as u16]
        } else {
            let at = TAILS_AT + 4 * (state - STATES);
            // The top bit stands for all greater numbers of digits, so it stays.
            let lengths = pair_at(at + 2).cast_signed() >> (FIRST - digits);
            [pair_at(at), lengths.cast_unsigned()]
        };
        index += 1;
    }
    all
}

/// The number that the strings which end in a state are.
// One integer, whose parts are shifted out of it: of eight bytes the compiler loads each by itself.
#[derive(Clone, Copy)]
pub(super) struct Label(u64);

/// The root of digits as a region dials them.
#[inline]
pub(super) fn home(region: Region) -> State {
    u16::from_le_bytes(HOMES[region.index()])
}

/// The root of digits after a plus in a region, whose ways of dialling abroad may follow the plus.
#[inline]
pub(super) fn after_plus(region: Region) -> State {
    u16::from_le_bytes(PLUSES[region.index()])
}

/// Whether a region reads its own numbers before its own calling code.
#[inline]
pub(super) fn is_home_first(region: Region) -> bool {
    let index = region.index();
    BYTES[HOME_FIRST_AT + index / 8] >> (index % 8) & 1 == 1
}

/// The label of a string of ASCII digits, read from a state on; none if it is no number.
#[expect(
    clippy::inline_always,
    reason = "called from several places, of which one reads nearly every number"
)]
#[inline(always)]
pub(super) fn label(digits: &[u8], root: State) -> Option<Label> {
    match digits.split_first_chunk() {
        Some((first, rest)) if root == INTERNATIONAL => match AFTER_FIRST[value(*first)] {
            [MORE, state] => walk(rest, state),
            [label, lengths] => labelled(label, lengths, rest.len()),
        },
        _ => walk(digits, root),
    }
}

/// The label of a string of ASCII digits, one step a digit.
#[inline]
fn walk(digits: &[u8], root: State) -> Option<Label> {
    let mut state = root;
    for (at, &byte) in digits.iter().enumerate() {
        if is_tail(state) {
            return tail(state, digits.len() - at);
        }
        state = step(state, byte);
    }
    at_end(state)
}

/// The value of the first ASCII digits of a number.
#[inline]
fn value(digits: [u8; FIRST as usize]) -> usize {
    digits
        .iter()
        .fold(0, |value, digit| 10 * value + usize::from(digit - b'0'))
}

#[inline]
fn is_tail(state: State) -> bool {
    usize::from(state) >= STATES
}

#[inline]
fn step(state: State, byte: u8) -> State {
    u16::from_le_bytes(ROWS[usize::from(state) * 10 + usize::from(byte - b'0')])
}

/// The label of a string that ends in a state.
#[inline]
fn at_end(state: State) -> Option<Label> {
    if is_tail(state) {
        return tail(state, 0);
    }
    let label = ANSWER.get(usize::from(state))?;
    Some(Label::at(u16::from_le_bytes(*label)))
}

/// The label of a string that has `more` digits behind the start of a tail.
#[inline]
fn tail(state: State, more: usize) -> Option<Label> {
    let [a, b, c, d] = TAIL[usize::from(state) - STATES];
    labelled(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]), more)
}

/// A tail's label, if `more` is one of its lengths.
#[inline]
fn labelled(label: u16, lengths: u16, more: usize) -> Option<Label> {
    let reached = lengths >> more.min(15) & 1 == 1;
    reached.then(|| Label::at(label))
}

impl Label {
    #[inline]
    fn at(index: u16) -> Label {
        Label(u64::from_le_bytes(LABEL[usize::from(index)]))
    }

    #[inline]
    fn byte(self, at: u32) -> u8 {
        (self.0 >> (8 * at)).to_le_bytes()[0]
    }

    /// The number's region; none if an international number starts where the rest does.
    #[inline]
    pub(super) fn region(self) -> Option<Region> {
        Region::from_index(usize::from(self.byte(0)))
    }

    /// Where the rest starts.
    #[inline]
    pub(super) fn rest(self) -> usize {
        usize::from(self.byte(1))
    }

    /// The part that goes before the rest.
    pub(super) fn moved(self) -> Range<usize> {
        let from = usize::from(self.byte(2));
        from..from + usize::from(self.byte(3))
    }

    /// The digits that go before all others, as a number; 0 for none.
    #[inline]
    pub(super) fn inserted(self) -> u64 {
        self.0 >> 32
    }

    /// Whether the string is the number's E.164 digits.
    #[inline]
    pub(super) fn is_as_written(self) -> bool {
        self.0 >> 8 == 0
    }

    /// Whether it has a region, and nothing is moved.
    #[inline]
    pub(super) fn is_simple(self) -> bool {
        self.byte(0) != u8::MAX && self.byte(3) == 0
    }
}

pub(super) const fn chunks<const SIZE: usize, const COUNT: usize>(
    at: usize,
) -> &'static [[u8; SIZE]; COUNT] {
    let (chunks, _) = ALIGNED.0.split_at(at).1.as_chunks::<SIZE>();
    chunks.first_chunk().expect("the file's length is checked")
}

const fn pair_at(at: usize) -> u16 {
    u16::from_le_bytes([FILE[at], FILE[at + 1]])
}

const fn number_at(at: usize) -> usize {
    u32::from_le_bytes([FILE[at], FILE[at + 1], FILE[at + 2], FILE[at + 3]]) as usize
}

/// The text up to the first zero byte.
const fn text(at: usize, most: usize) -> &'static str {
    let (field, _) = FILE.split_at(at).1.split_at(most);
    let mut length = 0;
    while length < most && field[length] != 0 {
        length += 1;
    }
    match std::str::from_utf8(field.split_at(length).0) {
        Ok(text) => text,
        Err(_) => panic!("a version and a date are ASCII"),
    }
}

const fn starts_with(bytes: &[u8], start: &[u8]) -> bool {
    let mut at = 0;
    while at < start.len() {
        if bytes[at] != start[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn first_digits_are_looked_up_as_they_are_walked(digits in "[0-9]{0,24}") {
            let digits = digits.as_bytes();
            let label = |label: Option<Label>| label.map(|label| label.0);
            prop_assert_eq!(label(super::label(digits, INTERNATIONAL)), label(walk(digits, INTERNATIONAL)));
        }
    }
}
