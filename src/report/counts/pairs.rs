//! What two sources share, and tables of counts that agree to the digit: is a new leak an old one?

use std::collections::BTreeMap;

use serde::Serialize;

use super::country_row::CountryRow;
use crate::exposure::{CountryExposure, ExposureCounts, SharedByTwo};
use crate::index::PartialDate;
use crate::phone::Region;
use crate::report::country::CountryFacts;
use crate::report::percent;

/// Share of a source in another, in percent, from which one is said to look like the other sold
/// again.
const SOLD_AGAIN: f64 = 90.0;
/// Share from which a pair is said to stand out, if it is far over chance.
const STANDS_OUT: f64 = 20.0;
/// How many times the share by chance a share must be to stand out.
const OVER_CHANCE: f64 = 5.0;
/// Countries that must agree before two tables of counts are said to agree.
const COUNTRIES_THAT_AGREE: usize = 3;
/// Smaller counts agree by chance.
const LEAST_COUNT_THAT_AGREES: u64 = 100;

/// Two sources that share numbers.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PairRow {
    pub(super) a: String,
    pub(super) b: String,
    /// Distinct numbers of `a`.
    pub(super) distinct_a: u64,
    pub(super) distinct_b: u64,
    pub(super) shared: u64,
    /// Share of `a` that is in `b`, in percent: containment.
    pub(super) a_in_b_pct: f64,
    pub(super) b_in_a_pct: f64,
    /// `shared` of all numbers that either holds.
    pub(super) jaccard: f64,
    /// Numbers that two random sources of these sizes would share, as far as plan sizes are known.
    pub(super) by_chance: u64,
    /// The source with the later date, if both are dated and one is later.
    pub(super) newer: Option<String>,
}

/// Two tables of counts by country that agree to the digit.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SameCounts {
    /// Source of one table.
    pub(super) a: String,
    /// `claimed` or `observed`.
    pub(super) counts_a: &'static str,
    pub(super) b: String,
    pub(super) counts_b: &'static str,
    /// Countries with the same count in both.
    pub(super) equal: usize,
    /// Countries that both tables list.
    pub(super) compared: usize,
}

/// All pairs that share a number, in the order of their sources.
pub(super) fn pair_rows(
    names: &[&str],
    dates: &[Option<&PartialDate>],
    counted: &ExposureCounts,
) -> Vec<PairRow> {
    let mut distinct = vec![0_u64; names.len()];
    for cell in (counted.countries.iter()).flat_map(|country| &country.by_source) {
        distinct[cell.source] += cell.distinct;
    }
    let chances = Chances::new(names.len(), &counted.countries);
    let rows = counted.pairs.iter().map(|pair| {
        let &SharedByTwo {
            first,
            second,
            shared,
        } = pair;
        let union = distinct[first] + distinct[second] - shared;
        PairRow {
            a: names[first].to_owned(),
            b: names[second].to_owned(),
            distinct_a: distinct[first],
            distinct_b: distinct[second],
            shared,
            a_in_b_pct: percent(shared, distinct[first]),
            b_in_a_pct: percent(shared, distinct[second]),
            jaccard: shared as f64 / union as f64,
            by_chance: chances.shared(first, second),
            newer: newer(dates[first], dates[second])
                .map(|second_is| names[if second_is { second } else { first }].to_owned()),
        }
    });
    rows.collect()
}

/// Whether the second date is the later one; `None` if that is not known.
fn newer(first: Option<&PartialDate>, second: Option<&PartialDate>) -> Option<bool> {
    let (first, second) = (first?.to_string(), second?.to_string());
    // Dates are written from the year down, so the part that both have is compared as text.
    let length = first.len().min(second.len());
    let (first, second) = (&first[..length], &second[..length]);
    (first != second).then_some(first < second)
}

/// What random sources of the same sizes would share.
struct Chances {
    /// By country: numbers of each source, divided by the square root of the plan's room.
    shares: Vec<Vec<f64>>,
}

impl Chances {
    fn new(sources: usize, counts: &[CountryExposure]) -> Chances {
        let shares = counts.iter().filter_map(|country| {
            let size = CountryFacts::of(country.region).plan_size?;
            let mut shares = vec![0.0; sources];
            for cell in &country.by_source {
                shares[cell.source] = cell.distinct as f64 / (size.max(1) as f64).sqrt();
            }
            Some(shares)
        });
        Chances {
            shares: shares.collect(),
        }
    }

    /// Two random samples of `a` and `b` numbers of a plan share `a * b / plan` numbers.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count, rounded"
    )]
    fn shared(&self, first: usize, second: usize) -> u64 {
        let expected = self
            .shares
            .iter()
            .map(|shares| shares[first] * shares[second]);
        expected.sum::<f64>().round() as u64
    }
}

/// Counts of one source by region; 0 where a count is too small to compare.
type CountTable = [u64; Region::COUNT];

/// For every two sources, the two tables of them, claimed or observed, that agree in most
/// countries.
pub(super) fn same_counts(names: &[&str], countries: &[CountryRow]) -> Vec<SameCounts> {
    let table = |name: &str, of: fn(&CountryRow) -> &BTreeMap<String, u64>| {
        let mut counts: CountTable = [0; Region::COUNT];
        for row in countries {
            let count = of(row).get(name).copied().unwrap_or(0);
            if let Some(region) = Region::from_code(row.code)
                && count >= LEAST_COUNT_THAT_AGREES
            {
                counts[region.index()] = count;
            }
        }
        counts
    };
    let tables: Vec<[(&'static str, CountTable); 2]> = (names.iter())
        .map(|name| {
            [
                ("claimed", table(name, |row| &row.claimed)),
                ("observed", table(name, |row| &row.by_source)),
            ]
        })
        .collect();
    let mut same = Vec::new();
    for (first, ones) in tables.iter().enumerate() {
        for (second, others) in tables.iter().enumerate().skip(first + 1) {
            let both = ones
                .iter()
                .flat_map(|one| others.iter().map(move |other| (one, other)));
            let agreeing = both.filter_map(|((counts_a, one), (counts_b, other))| {
                let (equal, compared) = agreement(one, other);
                (equal >= COUNTRIES_THAT_AGREE && equal * 2 > compared).then(|| SameCounts {
                    a: names[first].to_owned(),
                    counts_a,
                    b: names[second].to_owned(),
                    counts_b,
                    equal,
                    compared,
                })
            });
            // Of several that agree as well, the first: claims before what was found.
            let best =
                agreeing.reduce(|best, next| if next.equal > best.equal { next } else { best });
            same.extend(best);
        }
    }
    same
}

/// In how many countries two tables agree, of how many that both list.
fn agreement(one: &CountTable, other: &CountTable) -> (usize, usize) {
    let both = one
        .iter()
        .zip(other)
        .filter(|(one, other)| **one > 0 && **other > 0);
    both.fold((0, 0), |(equal, compared), (one, other)| {
        (equal + usize::from(one == other), compared + 1)
    })
}

impl PairRow {
    pub(super) fn largest_share(&self) -> f64 {
        self.a_in_b_pct.max(self.b_in_a_pct)
    }

    /// The remarkable facts about the pair, as a sentence.
    pub(super) fn remark(&self) -> Option<String> {
        let (a, b, jaccard) = (&self.a, &self.b, self.jaccard);
        let [a_chance, b_chance] =
            [self.distinct_a, self.distinct_b].map(|distinct| percent(self.by_chance, distinct));
        if self.a_in_b_pct >= SOLD_AGAIN && self.b_in_a_pct >= SOLD_AGAIN {
            let judgement = match &self.newer {
                Some(newer) => {
                    let older = if newer == a { b } else { a };
                    format!("{newer} looks like {older} sold again")
                }
                None => "one looks like the other sold again".to_owned(),
            };
            return Some(format!(
                "{a} and {b} hold nearly the same numbers: {judgement} ({:.1} % of {a} is in {b}, {:.1} % of {b} \
                in {a}; by chance {a_chance:.1} %; Jaccard index {jaccard:.3})",
                self.a_in_b_pct, self.b_in_a_pct
            ));
        }
        let (part, whole, share, chance) = if self.a_in_b_pct >= self.b_in_a_pct {
            (a, b, self.a_in_b_pct, a_chance)
        } else {
            (b, a, self.b_in_a_pct, b_chance)
        };
        if share < STANDS_OUT || share < chance * OVER_CHANCE {
            return None;
        }
        let judgement = if share < SOLD_AGAIN {
            String::new()
        } else if self.newer.as_ref() == Some(whole) {
            format!(": {whole} looks like {part} sold again, with other numbers")
        } else {
            format!(": {part} looks like {whole} sold again")
        };
        Some(format!(
            "{share:.1} % of {part} is in {whole}{judgement} (by chance {chance:.1} %; Jaccard index {jaccard:.3})"
        ))
    }
}

impl SameCounts {
    pub(super) fn remark(&self) -> String {
        format!(
            "the {} counts of {} and the {} counts of {} are the same to the digit in {} of {} countries",
            self.counts_a, self.a, self.counts_b, self.b, self.equal, self.compared
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(a_in_b_pct: f64, b_in_a_pct: f64, by_chance: u64) -> PairRow {
        PairRow {
            a: "old".to_owned(),
            b: "new".to_owned(),
            distinct_a: 1_000,
            distinct_b: 10_000,
            shared: 500,
            a_in_b_pct,
            b_in_a_pct,
            jaccard: 0.05,
            by_chance,
            newer: None,
        }
    }

    #[test]
    fn a_source_within_another_is_said_to_be_sold_again() {
        let remark = row(97.3, 9.7, 10).remark().unwrap_or_default();
        assert!(
            remark.starts_with("97.3 % of old is in new: old looks like new sold again ("),
            "{remark}"
        );
        let later = PairRow {
            newer: Some("new".to_owned()),
            ..row(97.3, 9.7, 10)
        };
        let remark = later.remark().unwrap_or_default();
        assert!(
            remark.contains(": new looks like old sold again, with other numbers ("),
            "{remark}"
        );
    }

    #[test]
    fn two_sources_that_hold_each_other_are_worded_once() {
        let remark = row(99.0, 98.0, 10).remark().unwrap_or_default();
        assert!(
            remark.contains("one looks like the other sold again"),
            "{remark}"
        );
        let later = PairRow {
            newer: Some("new".to_owned()),
            ..row(99.0, 98.0, 10)
        };
        let remark = later.remark().unwrap_or_default();
        assert!(
            remark.contains(": new looks like old sold again ("),
            "{remark}"
        );
    }

    #[test]
    fn a_share_near_chance_is_not_remarked() {
        assert_eq!(row(30.0, 3.0, 200).remark(), None);
        assert!(row(30.0, 3.0, 10).remark().is_some());
        assert_eq!(row(19.0, 1.9, 0).remark(), None);
    }

    #[test]
    fn dates_are_compared_as_far_as_both_are_known() {
        let date = |text: &str| text.parse::<PartialDate>().ok();
        for (first, second, expected) in [
            ("2021", "2022-11", Some(true)),
            ("2022-11-16", "2021", Some(false)),
            ("2022", "2022-11", None),
        ] {
            let (first, second) = (date(first), date(second));
            assert!(first.is_some() && second.is_some());
            assert_eq!(newer(first.as_ref(), second.as_ref()), expected);
        }
        assert_eq!(newer(None, date("2021").as_ref()), None);
    }
}
