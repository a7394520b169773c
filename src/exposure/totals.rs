//! Sums over findings: the four answers, and by country.

use std::collections::BTreeMap;

use super::{Exposure, Finding};
use crate::phone::Region;

/// How many contacts got which answer. Totals of parts add up.
#[derive(Clone, Debug)]
pub struct Totals {
    /// By country of the number and [`Exposure`], for the three answers about numbers.
    by_region: [[u64; 3]; Region::COUNT],
    /// Contacts that are no number.
    pub invalid: u64,
    /// Blank cells and lines.
    pub blank: u64,
    /// Exposed contacts that do not fail the check; they are counted as exposed too.
    pub suppressed: u64,
    /// How many contacts are invalid for which reason, and the line of the first.
    reasons: BTreeMap<&'static str, (u64, u64)>,
}

impl Default for Totals {
    fn default() -> Totals {
        Totals {
            by_region: [[0; 3]; Region::COUNT],
            invalid: 0,
            blank: 0,
            suppressed: 0,
            reasons: BTreeMap::new(),
        }
    }
}

impl Totals {
    /// Counts one finding.
    pub fn count(&mut self, finding: &Finding) {
        self.suppressed += u64::from(finding.suppressed.is_some());
        match (finding.exposure, finding.number) {
            (None, _) => self.blank += 1,
            (Some(exposure), Some(number)) if exposure != Exposure::Invalid => {
                self.by_region[number.region().index()][exposure as usize] += 1;
            }
            _ => {
                self.invalid += 1;
                let reason = finding.reason.unwrap_or_default();
                let (count, _) = self.reasons.entry(reason).or_insert((0, finding.line));
                *count += 1;
            }
        }
    }

    /// Adds the totals of another part.
    pub fn add(&mut self, part: &Totals) {
        for (sums, counts) in self.by_region.iter_mut().zip(part.by_region) {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        self.invalid += part.invalid;
        self.blank += part.blank;
        self.suppressed += part.suppressed;
        for (&reason, &(count, line)) in &part.reasons {
            // The parts come in the order of the contacts, so the first line stays.
            self.reasons.entry(reason).or_insert((0, line)).0 += count;
        }
    }

    /// The commonest reason of invalid contacts, how many have it, and the line of the first.
    pub fn commonest_reason(&self) -> Option<(&'static str, u64, u64)> {
        let counts = self.reasons.iter();
        let commonest = counts.max_by_key(|(_, (count, line))| (*count, std::cmp::Reverse(*line)));
        commonest.map(|(&reason, &(count, line))| (reason, count, line))
    }

    /// The reasons of invalid contacts, in the order of their codes.
    pub fn reasons(&self) -> impl Iterator<Item = &'static str> {
        self.reasons.keys().copied()
    }

    /// Contacts with this answer.
    pub fn of(&self, exposure: Exposure) -> u64 {
        match exposure {
            Exposure::Invalid => self.invalid,
            _ => self.in_all(exposure),
        }
    }

    fn in_all(&self, exposure: Exposure) -> u64 {
        self.by_region
            .iter()
            .map(|counts| counts[exposure as usize])
            .sum()
    }

    /// Contacts in at least one source.
    pub fn exposed(&self) -> u64 {
        self.in_all(Exposure::Exposed)
    }

    /// Contacts of covered countries that no source holds.
    pub fn not_found(&self) -> u64 {
        self.in_all(Exposure::NotFound)
    }

    /// Contacts of countries that no source covers.
    pub fn not_covered(&self) -> u64 {
        self.in_all(Exposure::NotCovered)
    }

    /// Contacts that are numbers.
    pub fn checked(&self) -> u64 {
        self.exposed() + self.not_found() + self.not_covered()
    }

    /// Whether nothing was decided: no contact is exposed or not found.
    pub fn decided_nothing(&self) -> bool {
        self.exposed() + self.not_found() == 0
    }

    /// Contacts of a country with this answer; none of them is invalid.
    pub(crate) fn in_country(&self, region: Region, exposure: Exposure) -> u64 {
        let counts = self.by_region[region.index()].get(exposure as usize);
        counts.copied().unwrap_or(0)
    }

    /// Countries of checked numbers with how many were checked and exposed: the most exposed first,
    /// then the most checked, then by code.
    pub fn countries(&self) -> Vec<(Region, u64, u64)> {
        let counted = Region::all().zip(&self.by_region).map(|(region, counts)| {
            (
                region,
                counts.iter().sum::<u64>(),
                counts[Exposure::Exposed as usize],
            )
        });
        let mut countries: Vec<_> = counted.filter(|&(_, checked, _)| checked > 0).collect();
        countries.sort_by_key(|&(region, checked, exposed)| {
            (
                std::cmp::Reverse(exposed),
                std::cmp::Reverse(checked),
                region,
            )
        });
        countries
    }
}
