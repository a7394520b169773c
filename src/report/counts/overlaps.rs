//! The numbers that sources share: the JSON of `overlap`, and its table.

use std::fmt::Write as _;

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::exposure::CountryOverlap;
use crate::index::IndexState;
use crate::report::percent;
use crate::report::table::{aligned, grouped};

/// Overlaps of sources, by country and in all.
#[derive(Clone, Debug, Serialize)]
pub struct Overlaps {
    schema_version: u32,
    index: IndexState,
    sources: Vec<String>,
    distinct: BySource,
    shared: u64,
    /// `shared`, divided by the distinct numbers over all sources.
    jaccard: f64,
    countries: Vec<OverlapRow>,
}

/// A count per source, under the source's name, in the order of the sources.
#[derive(Clone, Debug)]
struct BySource(Vec<(String, u64)>);

#[derive(Clone, Debug, Serialize)]
struct OverlapRow {
    #[serde(rename = "country")]
    code: &'static str,
    #[serde(skip)]
    name: &'static str,
    /// As keys of their own too, which is what the first version had.
    #[serde(flatten)]
    keys: BySource,
    by_source: BySource,
    shared: u64,
}

/// A source has the name of a JSON field, so its counts would overwrite that field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("source {0} has the name of a field of the JSON")]
pub struct NameTaken(String);

impl Overlaps {
    /// From `overlaps` of sources of the `index`, whose counts are in the order of `sources`.
    pub fn new(index: IndexState, sources: &[String], overlaps: &[CountryOverlap]) -> Overlaps {
        let named = |counts: &[u64]| {
            BySource(
                sources
                    .iter()
                    .cloned()
                    .zip(counts.iter().copied())
                    .collect(),
            )
        };
        let sum_of = |index: usize| {
            overlaps
                .iter()
                .map(|overlap| overlap.by_source[index])
                .sum()
        };
        let distinct: Vec<u64> = (0..sources.len()).map(sum_of).collect();
        let shared = overlaps.iter().map(|overlap| overlap.shared).sum();
        let union: u64 = overlaps.iter().map(|overlap| overlap.union).sum();
        let countries = overlaps.iter().map(|overlap| OverlapRow {
            code: overlap.region.code(),
            name: overlap.region.name(),
            keys: named(&overlap.by_source),
            by_source: named(&overlap.by_source),
            shared: overlap.shared,
        });
        Overlaps {
            schema_version: 1,
            index,
            sources: sources.to_vec(),
            distinct: named(&distinct),
            shared,
            jaccard: if union == 0 {
                0.0
            } else {
                shared as f64 / union as f64
            },
            countries: countries.collect(),
        }
    }

    /// Refuses names that JSON has no room for: the counts of a country are keys beside its code.
    ///
    /// # Errors
    /// A source is called `country`, `shared` or `by_source`.
    pub fn check_names(&self) -> Result<(), NameTaken> {
        let taken = self
            .sources
            .iter()
            .find(|name| matches!(name.as_str(), "country" | "shared" | "by_source"));
        taken.map_or(Ok(()), |name| Err(NameTaken(name.clone())))
    }

    /// A line per country, for people: the numbers of each source, and the share of them in all
    /// sources.
    pub fn table(&self) -> String {
        let mut head = vec!["country".to_owned()];
        head.extend(self.sources.iter().cloned());
        head.push("in all of them".to_owned());
        head.extend(self.sources.iter().map(|name| format!("of {name}")));
        let row = |name: String, by_source: &BySource, shared: u64| {
            let mut row = vec![name];
            row.extend(by_source.0.iter().map(|(_, distinct)| grouped(*distinct)));
            row.push(grouped(shared));
            row.extend(by_source.0.iter().map(|&(_, distinct)| match distinct {
                0 => "-".to_owned(),
                _ => format!("{:.2} %", percent(shared, distinct)),
            }));
            row
        };
        let mut rows = vec![head];
        rows.extend(self.countries.iter().map(|country| {
            row(
                format!("{} ({})", country.name, country.code),
                &country.by_source,
                country.shared,
            )
        }));
        rows.push(row("all countries".to_owned(), &self.distinct, self.shared));
        let mut table = aligned(&rows);
        writeln!(
            table,
            "{:.2} % of the numbers that any of them holds are in all of them (Jaccard index {:.4})",
            self.jaccard * 100.0,
            self.jaccard
        )
        .expect("writing to memory does not fail");
        table
    }
}

impl Serialize for BySource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, count) in &self.0 {
            map.serialize_entry(name, count)?;
        }
        map.end()
    }
}
