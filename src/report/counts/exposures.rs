//! Counts of an index by country and by source: the JSON of `stats`, its tables and its CSV.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::source_columns::{self, TITLE};
use crate::exposure::CountryExposure;
use crate::index::{IndexState, Segment};
use crate::phone::Region;
use crate::report::table::{aligned, grouped};
use crate::report::{SourceLine, percent};

/// Exposure by country and by source.
#[derive(Clone, Debug, Serialize)]
pub struct Exposures {
    schema_version: u32,
    index: IndexState,
    /// Distinct numbers over all sources and countries.
    pub(super) distinct: u64,
    pub(super) sources: Vec<SourceRow>,
    pub(super) countries: Vec<CountryRow>,
}

/// What the rows of a table are, the largest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountBy {
    /// The countries of the numbers.
    Countries,
    /// The sources.
    Sources,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct SourceRow {
    #[serde(flatten)]
    pub(super) line: SourceLine,
    pub(super) records: u64,
    pub(super) countries: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct CountryRow {
    #[serde(rename = "country")]
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    calling_code: Option<u16>,
    pub(super) records: u64,
    pub(super) distinct: u64,
    pub(super) share_pct: f64,
    pub(super) by_source: BTreeMap<String, u64>,
    pub(super) claimed: BTreeMap<String, u64>,
}

impl Exposures {
    /// From `segments` of the `index` and the `counts` over them. A country that is only claimed
    /// has a row of zeros.
    pub fn new(index: IndexState, segments: &[&Segment], counts: &[CountryExposure]) -> Exposures {
        let distinct = counts.iter().map(|count| count.distinct).sum();
        let names: Vec<&str> = segments
            .iter()
            .map(|segment| segment.meta().source.as_str())
            .collect();
        let claims = |region: Region| {
            let claimed = segments.iter().zip(&names).filter_map(|(segment, name)| {
                let claimed = segment.meta().claimed.as_ref()?.get(region.code())?;
                Some(((*name).to_owned(), *claimed))
            });
            claimed.collect::<BTreeMap<_, _>>()
        };
        let mut countries: Vec<CountryRow> = counts
            .iter()
            .map(|count| {
                let by_source = count
                    .by_source
                    .iter()
                    .map(|&(source, distinct)| (names[source].to_owned(), distinct));
                CountryRow {
                    by_source: by_source.collect(),
                    records: count.records,
                    distinct: count.distinct,
                    share_pct: percent(count.distinct, distinct),
                    ..CountryRow::new(count.region, claims(count.region))
                }
            })
            .collect();
        let counted: BTreeSet<Region> = counts.iter().map(|count| count.region).collect();
        for region in Region::all().filter(|region| !counted.contains(region)) {
            let claimed = claims(region);
            if !claimed.is_empty() {
                countries.push(CountryRow::new(region, claimed));
            }
        }
        let sources = segments.iter().map(|segment| SourceRow {
            line: SourceLine::new(segment),
            records: segment
                .countries()
                .iter()
                .map(|country| country.records)
                .sum(),
            countries: segment.countries().len(),
        });
        Exposures {
            schema_version: 1,
            index,
            distinct,
            sources: sources.collect(),
            countries,
        }
    }

    /// Leaves out countries and sources with fewer than `least` distinct numbers, then keeps the
    /// `top` largest rows of `shown`. Returns the number of rows that were too small. Sums stay
    /// over all.
    pub fn keep(&mut self, shown: CountBy, least: u64, top: Option<usize>) -> usize {
        let before = self.rows(shown);
        self.countries.retain(|country| country.distinct >= least);
        self.sources.retain(|source| source.line.distinct >= least);
        let too_small = before - self.rows(shown);
        let top = top.unwrap_or(usize::MAX);
        match shown {
            CountBy::Countries => self.countries.truncate(top),
            CountBy::Sources => {
                self.sources
                    .sort_by_key(|source| Reverse(source.line.distinct));
                self.sources.truncate(top);
            }
        }
        too_small
    }

    fn rows(&self, shown: CountBy) -> usize {
        match shown {
            CountBy::Countries => self.countries.len(),
            CountBy::Sources => self.sources.len(),
        }
    }

    /// A row per country.
    pub fn countries_as_csv(&self) -> Vec<u8> {
        let mut head: Vec<String> = [
            "country",
            "name",
            "calling_code",
            "records",
            "distinct",
            "share_pct",
        ]
        .map(String::from)
        .into();
        head.extend(
            self.sources
                .iter()
                .map(|source| format!("distinct:{}", source.line.name)),
        );
        let claimants = self.claimants();
        head.extend(claimants.iter().map(|name| format!("claimed:{name}")));
        let rows = self.countries.iter().map(|country| {
            let mut row = vec![
                country.code.to_owned(),
                country.name.to_owned(),
                country
                    .calling_code
                    .map(|code| code.to_string())
                    .unwrap_or_default(),
                country.records.to_string(),
                country.distinct.to_string(),
                country.share_pct.to_string(),
            ];
            let of = |counts: &BTreeMap<String, u64>, name: &str| {
                counts.get(name).map(u64::to_string).unwrap_or_default()
            };
            row.extend(
                self.sources
                    .iter()
                    .map(|source| of(&country.by_source, &source.line.name)),
            );
            row.extend(claimants.iter().map(|name| of(&country.claimed, name)));
            row
        });
        as_csv(std::iter::once(head).chain(rows))
    }

    /// A row per source.
    pub fn sources_as_csv(&self) -> Vec<u8> {
        let head = source_columns::COLUMNS.map(|column| column.name.to_owned());
        let rows = self.sources.iter().map(|source| {
            source_columns::COLUMNS.map(|column| (column.cell)(source).for_machines())
        });
        as_csv(std::iter::once(head).chain(rows))
    }

    /// A line per country, for people.
    pub fn country_table(&self) -> String {
        let several = self.sources.len() > 1;
        let claimants = self.claimants();
        let mut rows = vec![vec![
            "country".to_owned(),
            "records".to_owned(),
            "distinct".to_owned(),
            "share".to_owned(),
        ]];
        if several {
            rows[0].extend(self.sources.iter().map(|source| source.line.name.clone()));
        }
        rows[0].extend(claimants.iter().map(|name| format!("{name} claimed")));
        for country in &self.countries {
            let mut row = vec![
                format!("{} ({})", country.name, country.code),
                grouped(country.records),
                grouped(country.distinct),
                format!("{:.2} %", country.share_pct),
            ];
            let of = |counts: &BTreeMap<String, u64>, name: &str| {
                counts
                    .get(name)
                    .map_or("-".to_owned(), |&count| grouped(count))
            };
            if several {
                row.extend(
                    self.sources
                        .iter()
                        .map(|source| of(&country.by_source, &source.line.name)),
                );
            }
            row.extend(claimants.iter().map(|name| of(&country.claimed, name)));
            rows.push(row);
        }
        let mut table = aligned(&rows);
        writeln!(table, "{} distinct numbers in all", grouped(self.distinct))
            .expect("writing to memory does not fail");
        table
    }

    /// A line per source, for people, without titles: they are too wide.
    pub fn source_table(&self) -> String {
        let columns = || (source_columns::COLUMNS.iter()).filter(|column| column.name != TITLE);
        let head = columns().map(|column| column.name.to_owned()).collect();
        let row = |source| {
            let cells = columns().map(|column| (column.cell)(source).for_people());
            cells.collect()
        };
        let rows: Vec<Vec<String>> = std::iter::once(head)
            .chain(self.sources.iter().map(row))
            .collect();
        aligned(&rows)
    }

    pub(super) fn claimants(&self) -> BTreeSet<&String> {
        self.countries
            .iter()
            .flat_map(|country| country.claimed.keys())
            .collect()
    }
}

impl CountryRow {
    fn new(region: Region, claimed: BTreeMap<String, u64>) -> CountryRow {
        CountryRow {
            code: region.code(),
            name: region.name(),
            calling_code: region.calling_code(),
            records: 0,
            distinct: 0,
            share_pct: 0.0,
            by_source: BTreeMap::new(),
            claimed,
        }
    }
}

fn as_csv<R: IntoIterator<Item = String>>(rows: impl Iterator<Item = R>) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for row in rows {
        table
            .write_record(row.into_iter().map(String::into_bytes))
            .expect("writing to memory does not fail");
    }
    table.into_inner().expect("writing to memory does not fail")
}
