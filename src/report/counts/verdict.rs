//! Whether a count is as its seller claimed, and whether it can be at all.

use serde::Serialize;

use crate::report::country::CountryFacts;

/// Share of a claim that the observed count may be off and still be as claimed.
const TOLERANCE: f64 = 0.02;
/// Numbers for each person of a country, over which a count is said to be too many.
const NUMBERS_A_PERSON: u64 = 3;

/// How the observed count of a country compares with the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) enum ClaimVerdict {
    /// Within 2 % of the claim.
    #[serde(rename = "as claimed")]
    AsClaimed,
    /// Fewer numbers than claimed.
    #[serde(rename = "short")]
    Short,
    /// More numbers than claimed.
    #[serde(rename = "more than claimed")]
    More,
    /// Claimed, and no number was found.
    #[serde(rename = "absent")]
    Absent,
    /// Found, and the table does not list the country.
    #[serde(rename = "not claimed")]
    NotClaimed,
}

impl ClaimVerdict {
    /// Of a country of a source with a table. `None` if it is neither claimed nor observed.
    pub(super) fn new(claimed: Option<u64>, observed: u64) -> Option<ClaimVerdict> {
        let verdict = match claimed {
            None | Some(0) if observed == 0 => return None,
            None | Some(0) => ClaimVerdict::NotClaimed,
            Some(_) if observed == 0 => ClaimVerdict::Absent,
            Some(claimed) => {
                let off = observed.abs_diff(claimed) as f64;
                if off <= claimed as f64 * TOLERANCE {
                    ClaimVerdict::AsClaimed
                } else if observed < claimed {
                    ClaimVerdict::Short
                } else {
                    ClaimVerdict::More
                }
            }
        };
        Some(verdict)
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            ClaimVerdict::AsClaimed => "as claimed",
            ClaimVerdict::Short => "short",
            ClaimVerdict::More => "more than claimed",
            ClaimVerdict::Absent => "absent",
            ClaimVerdict::NotClaimed => "not claimed",
        }
    }
}

/// Why `count` numbers of a country cannot be, in words; `None` if they can.
pub(super) fn impossible(count: u64, facts: CountryFacts) -> Option<&'static str> {
    if facts.plan_size.is_some_and(|size| count > size) {
        return Some("more numbers than the country's plan has mobile numbers");
    }
    let most = |people: u64| people.saturating_mul(NUMBERS_A_PERSON);
    (facts
        .population
        .is_some_and(|people| people > 0 && count > most(people)))
    .then_some("more than 3 numbers for each person of the country")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_holds_within_two_percent() {
        assert_eq!(
            ClaimVerdict::new(Some(100), 98),
            Some(ClaimVerdict::AsClaimed)
        );
        assert_eq!(
            ClaimVerdict::new(Some(100), 102),
            Some(ClaimVerdict::AsClaimed)
        );
        assert_eq!(ClaimVerdict::new(Some(100), 97), Some(ClaimVerdict::Short));
        assert_eq!(ClaimVerdict::new(Some(100), 103), Some(ClaimVerdict::More));
    }

    #[test]
    fn nothing_found_is_absent_and_nothing_claimed_is_not_claimed() {
        assert_eq!(ClaimVerdict::new(Some(5), 0), Some(ClaimVerdict::Absent));
        assert_eq!(ClaimVerdict::new(None, 5), Some(ClaimVerdict::NotClaimed));
        assert_eq!(ClaimVerdict::new(None, 0), None);
    }

    #[test]
    fn more_numbers_than_the_plan_or_the_people_allow_are_said() {
        let facts = CountryFacts {
            population: Some(1_000),
            plan_size: Some(10_000),
        };
        assert_eq!(impossible(3_000, facts), None);
        assert!(impossible(3_001, facts).is_some_and(|why| why.contains("person")));
        assert!(impossible(10_001, facts).is_some_and(|why| why.contains("plan")));
        assert_eq!(impossible(u64::MAX, CountryFacts::default()), None);
    }
}
