//! A seller's table of counts against the numbers that were found.

use std::collections::BTreeMap;

use serde::Serialize;

use super::country_row::CountryRow;
use super::verdict::ClaimVerdict;
use crate::report::table::grouped;

/// Countries that a remark names of each verdict; the others are counted.
const NAMED: usize = 6;

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
    pub(super) verdicts: BTreeMap<ClaimVerdict, usize>,
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
        let odd = (self.verdicts.keys()).filter(|verdict| **verdict != ClaimVerdict::AsClaimed);
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

#[cfg(test)]
mod tests {
    use super::*;

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
