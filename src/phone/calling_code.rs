//! The calling codes of the world, how long the numbers behind each may be, and the reason why
//! digits are no number that follows from it.

use super::{Reason, Region};

/// A calling code and the lengths of whole national numbers behind it.
struct Plan {
    code: u16,
    shortest: u8,
    longest: u8,
}

/// Why the digits of an international number are no number.
pub(super) fn reason(digits: &[u8]) -> Reason {
    match split(digits) {
        Some((plan, national)) => plan.reason(national.len(), national.len()),
        None if digits.len() < FEWEST => Reason::TooShort,
        None if digits.len() > MOST => Reason::TooLong,
        None => Reason::UnknownCallingCode,
    }
}

/// Why digits dialled within `home` are no number.
pub(super) fn reason_at_home(digits: &[u8], home: Region) -> Reason {
    let Some(plan) = home.calling_code().and_then(Plan::of) else {
        return reason(digits);
    };
    // Home's own calling code and one digit of trunk prefix may stand in front.
    let without_code = match split(digits) {
        Some((own, national)) if own.code == plan.code => national.len(),
        _ => digits.len(),
    };
    plan.reason(digits.len(), without_code.saturating_sub(1))
}

impl Plan {
    fn of(code: u16) -> Option<&'static Plan> {
        PLANS
            .binary_search_by_key(&code, |plan| plan.code)
            .ok()
            .map(|at| &PLANS[at])
    }

    /// `most` and `fewest`: how many digits the national number may be taken to have.
    fn reason(&self, most: usize, fewest: usize) -> Reason {
        if most < usize::from(self.shortest) {
            Reason::TooShort
        } else if fewest > usize::from(self.longest) {
            Reason::TooLong
        } else {
            Reason::NotValid
        }
    }
}

/// The calling code that digits begin with (no code is the beginning of another), and the rest.
/// Whether the digits are a calling code, no more and no less.
pub(super) fn is_one(digits: &[u8]) -> bool {
    matches!(split(digits), Some((_, [])))
}

fn split(digits: &[u8]) -> Option<(&'static Plan, &[u8])> {
    let mut code = 0;
    for (at, &digit) in digits.iter().enumerate().take(3) {
        code = code * 10 + u16::from(digit - b'0');
        if let Some(plan) = Plan::of(code) {
            return Some((plan, &digits[at + 1..]));
        }
    }
    None
}

/// Fewer digits than any international number.
const FEWEST: usize = 6;
/// As many digits as any international number: ITU-T E.164.
const MOST: usize = 15;

/// Sorted by code. Source: libphonenumber's metadata 9.0.42, the general description of each main
/// region.
#[rustfmt::skip]
const PLANS: [Plan; 215] = [
    plan(1, 10, 10), plan(7, 10, 14), plan(20, 8, 10), plan(27, 5, 10), plan(30, 10, 12),
    plan(31, 5, 11), plan(32, 8, 9), plan(33, 9, 9), plan(34, 9, 9), plan(36, 8, 9), plan(39, 6, 12),
    plan(40, 6, 9), plan(41, 9, 12), plan(43, 4, 13), plan(44, 7, 10), plan(45, 8, 8), plan(46, 6, 12),
    plan(47, 5, 8), plan(48, 6, 10), plan(49, 4, 15), plan(51, 8, 9), plan(52, 10, 10), plan(53, 6, 10),
    plan(54, 10, 11), plan(55, 8, 11), plan(56, 9, 11), plan(57, 8, 11), plan(58, 10, 10),
    plan(60, 8, 10), plan(61, 5, 12), plan(62, 7, 17), plan(63, 6, 13), plan(64, 5, 10),
    plan(65, 8, 11), plan(66, 8, 13), plan(81, 8, 17), plan(82, 5, 14), plan(84, 7, 10),
    plan(86, 7, 12), plan(90, 7, 13), plan(91, 8, 13), plan(92, 8, 12), plan(93, 9, 9), plan(94, 9, 9),
    plan(95, 6, 10), plan(98, 4, 10), plan(211, 9, 9), plan(212, 9, 9), plan(213, 8, 9),
    plan(216, 8, 8), plan(218, 9, 9), plan(220, 7, 9), plan(221, 9, 9), plan(222, 8, 8),
    plan(223, 8, 8), plan(224, 8, 9), plan(225, 10, 10), plan(226, 8, 8), plan(227, 8, 8),
    plan(228, 8, 8), plan(229, 8, 10), plan(230, 7, 10), plan(231, 7, 9), plan(232, 8, 8),
    plan(233, 8, 9), plan(234, 10, 14), plan(235, 8, 8), plan(236, 8, 8), plan(237, 8, 9),
    plan(238, 7, 7), plan(239, 7, 7), plan(240, 9, 9), plan(241, 7, 8), plan(242, 9, 9),
    plan(243, 7, 10), plan(244, 9, 9), plan(245, 7, 9), plan(246, 7, 7), plan(247, 5, 6),
    plan(248, 7, 7), plan(249, 9, 9), plan(250, 8, 9), plan(251, 9, 9), plan(252, 6, 9),
    plan(253, 8, 8), plan(254, 7, 10), plan(255, 9, 9), plan(256, 9, 9), plan(257, 8, 8),
    plan(258, 8, 9), plan(260, 9, 9), plan(261, 9, 9), plan(262, 9, 9), plan(263, 7, 10),
    plan(264, 8, 9), plan(265, 7, 9), plan(266, 8, 8), plan(267, 7, 10), plan(268, 8, 9),
    plan(269, 7, 7), plan(290, 4, 5), plan(291, 7, 7), plan(297, 7, 7), plan(298, 6, 6),
    plan(299, 6, 6), plan(350, 8, 8), plan(351, 9, 9), plan(352, 4, 11), plan(353, 7, 10),
    plan(354, 7, 9), plan(355, 6, 9), plan(356, 8, 8), plan(357, 8, 8), plan(358, 5, 12),
    plan(359, 6, 12), plan(370, 8, 8), plan(371, 8, 8), plan(372, 7, 10), plan(373, 8, 8),
    plan(374, 8, 8), plan(375, 6, 11), plan(376, 6, 9), plan(377, 8, 9), plan(378, 8, 10),
    plan(380, 9, 10), plan(381, 6, 12), plan(382, 8, 9), plan(383, 8, 12), plan(385, 7, 9),
    plan(386, 5, 8), plan(387, 8, 9), plan(389, 8, 8), plan(420, 9, 12), plan(421, 6, 9),
    plan(423, 7, 9), plan(500, 5, 5), plan(501, 7, 11), plan(502, 8, 11), plan(503, 7, 11),
    plan(504, 8, 11), plan(505, 8, 8), plan(506, 8, 10), plan(507, 7, 11), plan(508, 6, 9),
    plan(509, 8, 8), plan(590, 9, 9), plan(591, 8, 9), plan(592, 7, 7), plan(593, 8, 11),
    plan(594, 9, 9), plan(595, 6, 11), plan(596, 9, 9), plan(597, 6, 7), plan(598, 4, 13),
    plan(599, 7, 8), plan(670, 7, 8), plan(672, 6, 6), plan(673, 7, 7), plan(674, 7, 7),
    plan(675, 7, 8), plan(676, 5, 7), plan(677, 5, 7), plan(678, 5, 7), plan(679, 7, 11),
    plan(680, 7, 7), plan(681, 6, 9), plan(682, 5, 5), plan(683, 4, 7), plan(685, 5, 10),
    plan(686, 5, 8), plan(687, 6, 6), plan(688, 5, 7), plan(689, 6, 9), plan(690, 4, 7),
    plan(691, 7, 7), plan(692, 7, 7), plan(800, 8, 8), plan(808, 8, 8), plan(850, 8, 10),
    plan(852, 5, 11), plan(853, 7, 8), plan(855, 8, 10), plan(856, 8, 10), plan(870, 9, 12),
    plan(878, 12, 12), plan(880, 6, 10), plan(881, 9, 10), plan(882, 7, 12), plan(883, 8, 12),
    plan(886, 7, 11), plan(888, 11, 11), plan(960, 7, 10), plan(961, 7, 8), plan(962, 8, 9),
    plan(963, 8, 9), plan(964, 8, 10), plan(965, 7, 8), plan(966, 9, 10), plan(967, 7, 9),
    plan(968, 7, 9), plan(970, 8, 10), plan(971, 5, 12), plan(972, 7, 12), plan(973, 8, 8),
    plan(974, 7, 11), plan(975, 7, 8), plan(976, 8, 10), plan(977, 8, 11), plan(979, 9, 9),
    plan(992, 9, 9), plan(993, 8, 8), plan(994, 9, 9), plan(995, 9, 9), plan(996, 9, 10),
    plan(998, 9, 9),
];

const fn plan(code: u16, shortest: u8, longest: u8) -> Plan {
    Plan {
        code,
        shortest,
        longest,
    }
}

#[cfg(test)]
mod tests {
    use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber};

    use super::*;

    /// Whether the library takes national numbers of this length for whole ones.
    fn is_possible(code: i32, length: u32) -> bool {
        let number = PhoneNumber {
            country_code: code,
            national_number: 10u64.pow(length - 1),
            ..PhoneNumber::default()
        };
        PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number)
            == Ok(NumberLengthType::IsPossible)
    }

    #[test]
    fn the_table_is_that_of_the_metadata() {
        let codes: std::collections::BTreeSet<i32> =
            PHONE_NUMBER_UTIL.get_supported_calling_codes().collect();
        assert!(
            codes
                .into_iter()
                .eq(PLANS.iter().map(|plan| i32::from(plan.code)))
        );
        for plan in &PLANS {
            let possible = |length: &u32| is_possible(i32::from(plan.code), *length);
            let lengths = (1..=17).filter(possible);
            let (shortest, longest) = (lengths.clone().min(), lengths.max());
            assert_eq!(shortest, Some(u32::from(plan.shortest)), "{}", plan.code);
            assert_eq!(longest, Some(u32::from(plan.longest)), "{}", plan.code);
        }
    }

    #[test]
    fn reasons_name_what_is_wrong_with_the_digits() {
        assert_eq!(reason(b"112"), Reason::TooShort);
        assert_eq!(reason(b"6149157000"), Reason::NotValid);
        assert_eq!(reason(b"614915700060000000"), Reason::TooLong);
        assert_eq!(reason(b"1212555010012125550101"), Reason::TooLong);
        assert_eq!(reason(b"99912345678"), Reason::UnknownCallingCode);
        assert_eq!(reason(b"2105550100"), Reason::UnknownCallingCode);
    }

    #[test]
    fn at_home_prefixes_do_not_make_a_number_too_long() {
        let au = Region::from_code("AU").unwrap();
        assert_eq!(reason_at_home(b"112", au), Reason::TooShort);
        assert_eq!(reason_at_home(b"61049157000600", au), Reason::NotValid);
        assert_eq!(reason_at_home(b"9999999999999999", au), Reason::TooLong);
    }
}
