//! The part of the compiled plans that reads digits of no valid number: prefixes, general
//! descriptions and possible lengths of each plan. All of it lies behind the automaton's rows.
//!
//! Its parts, one behind the other:
//!
//! 1. p plans of 28 bytes, by calling code, the main region's first:
//!    - u16 calling code, u8 region, a zero byte;
//!    - u32 of which bit n is set if whole numbers may have n digits;
//!    - u32, the same for numbers that are enough within one area;
//!    - u16 state where the general description starts, two zero bytes;
//!    - u32 × 3: the places of the ways of dialling abroad, of the national prefixes, and of the
//!      leading digits.
//! 2. s states of u16 × 10: the state that follows for each digit; 65,535 for none. The first m
//!    states end a match.
//! 3. w bytes of ways, as lists. A list is a u16 count, then for each way:
//!    - u8 places, u8 digits made, u8 1 if the number must end there;
//!    - u16 × places, of which bit n is set for the digit n;
//!    - the digits in place of the prefix: a digit each, or 128 and more for a place.

use super::table::{self, BYTES, PLANS, RULE_STATES, RULE_STATES_MATCHING, RULES_AT};
use crate::phone::Region;

const PLAN: usize = 28;
const STATES_AT: usize = RULES_AT + PLAN * PLANS;
const WAYS_AT: usize = STATES_AT + 20 * RULE_STATES;
const NO_STATE: u16 = u16::MAX;

/// Where the rules end.
pub(super) const END: usize = WAYS_AT + table::WAY_BYTES;

/// The rules of one plan.
#[derive(Clone, Copy)]
pub(in crate::phone) struct Rules(usize);

/// How many digits a number has, compared with what its plan has numbers of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::phone) enum Fit {
    Possible,
    /// Enough within one area.
    LocalOnly,
    TooShort,
    TooLong,
    /// Between possible lengths.
    Invalid,
}

/// One way to match the beginning of a number.
#[derive(Clone, Copy)]
pub(in crate::phone) struct Way {
    places: &'static [u8],
    made: &'static [u8],
    at_end: bool,
}

impl Rules {
    /// The plan of a region.
    pub(in crate::phone) fn of_region(region: Region) -> Option<Rules> {
        Rules::all_of_code(region.calling_code()?).find(|rules| rules.region() == Some(region))
    }

    /// The plan of the main region of a calling code.
    pub(in crate::phone) fn of_code(code: u16) -> Option<Rules> {
        Rules::all_of_code(code).next()
    }

    /// The plans of all regions of a calling code, the main region's first.
    pub(in crate::phone) fn all_of_code(code: u16) -> impl Iterator<Item = Rules> + Clone {
        let (mut first, mut end) = (0, PLANS);
        while first < end {
            let middle = first.midpoint(end);
            if Rules(middle).calling_code() < code {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        (first..PLANS)
            .map(Rules)
            .take_while(move |rules| rules.calling_code() == code)
    }

    pub(in crate::phone) fn calling_code(self) -> u16 {
        u16::from_le_bytes(self.field(0))
    }

    pub(in crate::phone) fn region(self) -> Option<Region> {
        let [index] = self.field(2);
        Region::from_index(usize::from(index))
    }

    /// How many digits the shortest and the longest whole number has; none if the plan has no
    /// numbers.
    pub(in crate::phone) fn shortest_and_longest(self) -> Option<(u32, u32)> {
        let possible = self.possible();
        Some((possible.trailing_zeros(), possible.checked_ilog2()?))
    }

    /// How many digits a national number of `length` digits has, compared with those of the plan.
    pub(in crate::phone) fn fit(self, length: usize) -> Fit {
        let has = |lengths: u32| length < 32 && lengths >> length & 1 == 1;
        match self.shortest_and_longest() {
            Some(_) if has(u32::from_le_bytes(self.field(8))) => Fit::LocalOnly,
            Some((shortest, _)) if length < shortest as usize => Fit::TooShort,
            Some((_, longest)) if length > longest as usize => Fit::TooLong,
            Some(_) if has(self.possible()) => Fit::Possible,
            _ => Fit::Invalid,
        }
    }

    /// Whether ASCII digits match the general description, whatever their number.
    pub(in crate::phone) fn describes(self, digits: &[u8]) -> bool {
        let first = u16::from_le_bytes(self.field(12));
        let end = digits.iter().try_fold(first, |state, digit| {
            let next = STATES_AT + 20 * usize::from(state) + 2 * usize::from(digit - b'0');
            (state != NO_STATE).then(|| u16::from_le_bytes([BYTES[next], BYTES[next + 1]]))
        });
        end.is_some_and(|state| usize::from(state) < RULE_STATES_MATCHING)
    }

    /// The ways of dialling abroad, the preferred first.
    pub(in crate::phone) fn ways_abroad(self) -> impl Iterator<Item = Way> {
        self.ways(16)
    }

    /// The prefixes that come off a national number, the preferred first.
    pub(in crate::phone) fn national_prefixes(self) -> impl Iterator<Item = Way> {
        self.ways(20)
    }

    /// The beginnings of numbers that no other region of the calling code has.
    pub(in crate::phone) fn leading_digits(self) -> impl Iterator<Item = Way> {
        self.ways(24)
    }

    fn possible(self) -> u32 {
        u32::from_le_bytes(self.field(4))
    }

    fn ways(self, field: usize) -> impl Iterator<Item = Way> {
        let at = WAYS_AT + u32::from_le_bytes(self.field(field)) as usize;
        let (count, mut rest) = BYTES[at..].split_at(2);
        (0..u16::from_le_bytes([count[0], count[1]])).map(move |_| {
            let (head, after) = rest.split_at(3);
            let (places, after) = after.split_at(2 * usize::from(head[0]));
            let (made, after) = after.split_at(usize::from(head[1]));
            rest = after;
            Way {
                places,
                made,
                at_end: head[2] == 1,
            }
        })
    }

    fn field<const SIZE: usize>(self, at: usize) -> [u8; SIZE] {
        let start = RULES_AT + PLAN * self.0 + at;
        *BYTES[start..].first_chunk().expect("a plan is whole")
    }
}

impl Way {
    /// Number of ASCII digits that match, if these digits begin so.
    pub(in crate::phone) fn matched(self, digits: &[u8]) -> Option<usize> {
        let (places, rest) = self.places.as_chunks::<2>();
        debug_assert!(rest.is_empty(), "two bytes a place");
        let is_long_enough = if self.at_end {
            digits.len() == places.len()
        } else {
            digits.len() >= places.len()
        };
        let fits = |(&place, &digit): (&[u8; 2], &u8)| {
            u16::from_le_bytes(place) >> (digit - b'0') & 1 == 1
        };
        (is_long_enough && places.iter().zip(digits).all(fits)).then_some(places.len())
    }

    /// The digits that stand for a prefix of these digits that matched.
    pub(in crate::phone) fn made_of(self, digits: &[u8]) -> impl Iterator<Item = u8> {
        self.made.iter().map(|&source| match source {
            128.. => digits[usize::from(source - 128)],
            digit => b'0' + digit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_a_plan_of_its_calling_code() {
        for region in Region::all().filter(|&region| region != Region::NON_GEOGRAPHIC) {
            let rules = Rules::of_region(region);
            assert_eq!(
                rules.map(Rules::calling_code),
                region.calling_code(),
                "{region}"
            );
        }
        assert!((0..PLANS).map(Rules).map(Rules::calling_code).is_sorted());
    }

    #[test]
    fn lengths_are_told_apart() {
        let fit = |code, length| Rules::of_code(code).unwrap().fit(length);
        assert_eq!(fit(1, 10), Fit::Possible);
        assert_eq!(fit(1, 7), Fit::LocalOnly);
        assert_eq!(fit(1, 6), Fit::TooShort);
        assert_eq!(fit(1, 11), Fit::TooLong);
        assert_eq!(fit(32, 40), Fit::TooLong);
        assert_eq!(Rules::of_code(999).map(Rules::calling_code), None);
    }
}
