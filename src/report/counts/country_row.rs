//! The counts of one country, over all sources and in each.

use std::collections::BTreeMap;

use serde::Serialize;

use super::verdict::{ClaimVerdict, impossible};
use crate::exposure::CountryExposure;
use crate::index::Segment;
use crate::phone::Region;
use crate::report::country::CountryFacts;
use crate::report::percent;

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct CountryRow {
    #[serde(rename = "country")]
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) calling_code: Option<u16>,
    pub(super) records: u64,
    pub(super) distinct: u64,
    pub(super) share_pct: f64,
    pub(super) by_source: BTreeMap<String, u64>,
    pub(super) claimed: BTreeMap<String, u64>,
    pub(super) verdict: BTreeMap<String, ClaimVerdict>,
    /// Observed numbers minus claimed ones.
    pub(super) difference: BTreeMap<String, i64>,
    /// Observed numbers of those claimed.
    pub(super) observed_pct: BTreeMap<String, f64>,
    /// Why a count of a source cannot be, in words.
    pub(super) impossible: BTreeMap<String, &'static str>,
    pub(super) population: Option<u64>,
    /// Distinct numbers for each 100 people.
    pub(super) per_100_people: Option<f64>,
    pub(super) plan_size: Option<u64>,
    /// Distinct numbers of those that the plan has room for.
    pub(super) of_plan_pct: Option<f64>,
}

impl CountryRow {
    pub(super) fn new(region: Region) -> CountryRow {
        let facts = CountryFacts::of(region);
        CountryRow {
            code: region.code(),
            name: region.name(),
            calling_code: region.calling_code(),
            population: facts.population.filter(|&people| people > 0),
            plan_size: facts.plan_size.filter(|&size| size > 0),
            ..CountryRow::default()
        }
    }

    pub(super) fn counted(count: &CountryExposure, names: &[&str], distinct: u64) -> CountryRow {
        let by_source = count.by_source.iter();
        let row = CountryRow::new(count.region);
        let of = |whole: Option<u64>| whole.map(|whole| percent(count.distinct, whole));
        CountryRow {
            records: count.records,
            distinct: count.distinct,
            share_pct: percent(count.distinct, distinct),
            by_source: by_source
                .map(|cell| (names[cell.source].to_owned(), cell.distinct))
                .collect(),
            per_100_people: of(row.population),
            of_plan_pct: of(row.plan_size),
            ..row
        }
    }

    pub(super) fn compare_with_claim(&mut self, name: &str, segment: &Segment, min_cell: u64) {
        let observed = self.by_source.get(name).copied();
        let facts = CountryFacts {
            population: self.population,
            plan_size: self.plan_size,
        };
        let claims = segment.meta().claimed.as_ref();
        let claimed = claims.and_then(|table| table.get(self.code).copied());
        let why = impossible(claimed.max(observed).unwrap_or(0), facts);
        (self.impossible).extend(why.map(|why| (name.to_owned(), why)));
        (self.claimed).extend(claimed.map(|claimed| (name.to_owned(), claimed)));
        // Where small counts are hidden, a count that is not shown may be one: no verdict on it.
        if claims.is_none() || (observed.is_none() && min_cell > 1) {
            return;
        }
        let observed = observed.unwrap_or(0);
        let verdict = ClaimVerdict::new(claimed, observed);
        (self.verdict).extend(verdict.map(|verdict| (name.to_owned(), verdict)));
        if let Some(claimed) = claimed {
            let difference = i128::from(observed) - i128::from(claimed);
            let difference = i64::try_from(difference).unwrap_or(i64::MIN);
            (self.difference).insert(name.to_owned(), difference);
            if claimed > 0 {
                (self.observed_pct).insert(name.to_owned(), percent(observed, claimed));
            }
        }
    }
}
