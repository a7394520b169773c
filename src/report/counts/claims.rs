//! A seller's table of counts against the numbers that were found.

use std::collections::BTreeMap;

use serde::Serialize;

use super::exposures::CountryRow;
use crate::report::country::CountryFacts;
use crate::report::table::grouped;

/// Share of a claim that the observed count may be off and still be as claimed.
const TOLERANCE: f64 = 0.02;
/// Numbers for each person of a country, over which a count is said to be too many.
const NUMBERS_A_PERSON: u64 = 3;
/// Countries that a remark names of each verdict; the others are counted.
const NAMED: usize = 6;

/// How the observed count of a country compares with the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) enum Verdict {
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

/// The table of one source, summed up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct ClaimSummary {
    /// Countries that the table lists.
    pub(super) countries: usize,
    /// Numbers that the table claims.
    pub(super) claimed: u64,
    /// Distinct numbers found in the countries that have a verdict.
    pub(super) observed: u64,
    /// Countries by verdict.
    pub(super) verdicts: BTreeMap<Verdict, usize>,
}

impl Verdict {
    /// Of a country of a source with a table. `None` if it is neither claimed nor observed.
    pub(super) fn new(claimed: Option<u64>, observed: u64) -> Option<Verdict> {
        let verdict = match claimed {
            None | Some(0) if observed == 0 => return None,
            None | Some(0) => Verdict::NotClaimed,
            Some(_) if observed == 0 => Verdict::Absent,
            Some(claimed) => {
                let off = observed.abs_diff(claimed) as f64;
                if off <= claimed as f64 * TOLERANCE {
                    Verdict::AsClaimed
                } else if observed < claimed {
                    Verdict::Short
                } else {
                    Verdict::More
                }
            }
        };
        Some(verdict)
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Verdict::AsClaimed => "as claimed",
            Verdict::Short => "short",
            Verdict::More => "more than claimed",
            Verdict::Absent => "absent",
            Verdict::NotClaimed => "not claimed",
        }
    }
}

impl ClaimSummary {
    /// Of `source` over all countries. `None` if no country has a verdict.
    pub(super) fn of(source: &str, countries: &[CountryRow]) -> Option<ClaimSummary> {
        let mut summary = ClaimSummary::default();
        for country in countries {
            if let Some(claimed) = country.claimed.get(source) {
                summary.countries += 1;
                summary.claimed += claimed;
            }
            if let Some(verdict) = country.verdict.get(source) {
                summary.observed += country.by_source.get(source).copied().unwrap_or(0);
                *summary.verdicts.entry(*verdict).or_default() += 1;
            }
        }
        (!summary.verdicts.is_empty()).then_some(summary)
    }

    /// A sentence about the countries whose verdict is not `as claimed`; `None` if there are none.
    pub(super) fn remark(&self, source: &str, countries: &[CountryRow]) -> Option<String> {
        let odd = (self.verdicts.keys()).filter(|verdict| **verdict != Verdict::AsClaimed);
        let named: Vec<String> = odd
            .map(|&verdict| {
                let is_odd = |row: &&CountryRow| row.verdict.get(source) == Some(&verdict);
                let names = countries.iter().filter(is_odd).map(|row| row.name);
                format!("{}: {}", verdict.as_str(), listed(names))
            })
            .collect();
        (!named.is_empty()).then(|| {
            format!(
                "{source}: the seller's table does not hold: {} claimed, {} found; {}",
                grouped(self.claimed),
                grouped(self.observed),
                named.join("; ")
            )
        })
    }
}

/// `Egypt, Italy and 7 more`.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
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
        assert_eq!(Verdict::new(Some(100), 98), Some(Verdict::AsClaimed));
        assert_eq!(Verdict::new(Some(100), 102), Some(Verdict::AsClaimed));
        assert_eq!(Verdict::new(Some(100), 97), Some(Verdict::Short));
        assert_eq!(Verdict::new(Some(100), 103), Some(Verdict::More));
    }

    #[test]
    fn nothing_found_is_absent_and_nothing_claimed_is_not_claimed() {
        assert_eq!(Verdict::new(Some(5), 0), Some(Verdict::Absent));
        assert_eq!(Verdict::new(None, 5), Some(Verdict::NotClaimed));
        assert_eq!(Verdict::new(None, 0), None);
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

    #[test]
    fn long_lists_of_countries_are_cut() {
        let names = [
            "Egypt", "Italy", "France", "Chad", "Peru", "Fiji", "Oman", "Iran",
        ];
        assert_eq!(listed(names.into_iter().take(2)), "Egypt, Italy");
        assert_eq!(
            listed(names.into_iter()),
            "Egypt, Italy, France, Chad, Peru, Fiji and 2 more"
        );
    }
}
