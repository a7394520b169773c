//! How much of one source is in others: the JSON of `overlap`, and its table.

use std::fmt::Write as _;

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::percent;
use super::table::{aligned, grouped};
use crate::exposure::CountryOverlap;

/// Overlaps of some sources by country and in all.
#[derive(Clone, Debug, Serialize)]
pub struct Overlaps {
    schema_version: u32,
    sources: Vec<String>,
    distinct: BySource,
    shared: u64,
    /// The shared of all that any source holds.
    jaccard: f64,
    countries: Vec<Country>,
}

/// Counts under the names of their sources, in the order of the sources.
#[derive(Clone, Debug)]
struct BySource(Vec<(String, u64)>);

#[derive(Clone, Debug, Serialize)]
struct Country {
    #[serde(rename = "country")]
    code: &'static str,
    #[serde(skip)]
    name: &'static str,
    #[serde(flatten)]
    by_source: BySource,
    shared: u64,
}

/// A source has the name of a field, so its counts have no place of their own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("source {0} has the name of a field of the JSON")]
pub struct NameTaken(String);

impl Overlaps {
    /// Of sources by their names, and the overlaps of them in that order.
    pub fn new(sources: &[String], overlaps: &[CountryOverlap]) -> Overlaps {
        let named = |counts: &[u64]| {
            BySource(
                sources
                    .iter()
                    .cloned()
                    .zip(counts.iter().copied())
                    .collect(),
            )
        };
        let sum_of = |place: usize| {
            overlaps
                .iter()
                .map(|overlap| overlap.by_source[place])
                .sum()
        };
        let distinct: Vec<u64> = (0..sources.len()).map(sum_of).collect();
        let shared = overlaps.iter().map(|overlap| overlap.shared).sum();
        let union: u64 = overlaps.iter().map(|overlap| overlap.union).sum();
        let countries = overlaps.iter().map(|overlap| Country {
            code: overlap.region.code(),
            name: overlap.region.name(),
            by_source: named(&overlap.by_source),
            shared: overlap.shared,
        });
        Overlaps {
            schema_version: 1,
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

    /// Whether it can be written as JSON: the counts of a country stand beside its code.
    ///
    /// # Errors
    /// A source that has the name of a field.
    pub fn check_names(&self) -> Result<(), NameTaken> {
        let taken = self
            .sources
            .iter()
            .find(|name| matches!(name.as_str(), "country" | "shared"));
        taken.map_or(Ok(()), |name| Err(NameTaken(name.clone())))
    }

    /// One line a country, for people: how many numbers each source has, and which share of them is in all.
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
