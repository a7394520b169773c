//! The numbers that sources share: the JSON, CSV, Markdown and text of `overlap`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::csv::as_csv;
use super::pairs::{PairRow, pair_rows};
use crate::exposure::{CountryExposure, ExposureCounts};
use crate::index::{IndexState, Segment};
use crate::printable::printable;
use crate::report::percent;
use crate::report::table::{FittedTable, TableStyle, grouped, in_markdown, markdown};

/// Remarks that are shown; the others are counted.
const REMARKS: usize = 20;

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
    /// The pairs of sources that share numbers.
    pairs: Vec<PairRow>,
}

/// Which tables of an overlap are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverlapView {
    /// The matrix of sources, then the table by country.
    Both,
    /// The matrix of sources.
    Sources,
    /// The table by country.
    Countries,
}

/// A count per source, under the source's name, in the order of the sources.
#[derive(Clone, Debug)]
struct BySource(Vec<(String, u64)>);

#[derive(Clone, Debug)]
struct OverlapRow {
    code: &'static str,
    name: &'static str,
    by_source: BySource,
    shared: u64,
}

impl Overlaps {
    /// From what was `counted` over `segments` of the `index`, in the order in which they are shown.
    pub fn new(index: IndexState, segments: &[&Segment], counted: &ExposureCounts) -> Overlaps {
        let counts = &counted.countries;
        let sources: Vec<String> = (segments.iter())
            .map(|segment| segment.meta().source.to_string())
            .collect();
        let named = |distinct: &dyn Fn(usize) -> u64| {
            let counts = (0..).zip(&sources);
            BySource(
                counts
                    .map(|(index, name)| (name.clone(), distinct(index)))
                    .collect(),
            )
        };
        let of = |country: &CountryExposure, source: usize| {
            let cell = country.by_source.iter().find(|cell| cell.source == source);
            cell.map_or(0, |cell| cell.distinct)
        };
        let mut by_shared: Vec<&CountryExposure> = counts.iter().collect();
        by_shared.sort_by_key(|row| (Reverse((row.in_all, row.distinct)), row.region));
        let countries = by_shared.into_iter().map(|country| OverlapRow {
            code: country.region.code(),
            name: country.region.name(),
            by_source: named(&|source| of(country, source)),
            shared: country.in_all,
        });
        let shared = counts.iter().map(|country| country.in_all).sum();
        let union: u64 = counts.iter().map(|country| country.distinct).sum();
        let names: Vec<&str> = sources.iter().map(String::as_str).collect();
        let dates: Vec<_> = (segments.iter())
            .map(|segment| segment.meta().date.as_ref())
            .collect();
        Overlaps {
            schema_version: 1,
            index,
            distinct: named(&|source| counts.iter().map(|country| of(country, source)).sum()),
            shared,
            jaccard: if union == 0 {
                0.0
            } else {
                shared as f64 / union as f64
            },
            countries: countries.collect(),
            pairs: pair_rows(&names, &dates, counted),
            sources,
        }
    }

    /// For people.
    pub fn text(&self, view: OverlapView, style: TableStyle) -> String {
        let mut text = String::new();
        if view != OverlapView::Countries {
            let matrix = fitted(self.matrix(), 2);
            let legend = "each cell: the share of the row's numbers that the column's source holds";
            push_fitted(&mut text, matrix, style, &[legend.to_owned()]);
        }
        if view == OverlapView::Both {
            text.push('\n');
        }
        let closing: Vec<String> = self.closing_lines("! ");
        if view == OverlapView::Sources {
            push_lines(&mut text, &closing);
        } else {
            push_fitted(&mut text, fitted(self.country_rows(), 2), style, &closing);
        }
        text
    }

    /// For tickets and step summaries.
    pub fn markdown(&self, view: OverlapView) -> String {
        let mut parts = Vec::new();
        if view != OverlapView::Countries {
            parts.push(markdown(&self.matrix()));
            parts.push(
                "Each cell is the share of the row's numbers that the column's source holds.\n"
                    .to_owned(),
            );
        }
        if view != OverlapView::Sources {
            parts.push(markdown(&self.country_rows()));
        }
        let closing = self.closing_lines("");
        parts.extend(closing.iter().map(|line| in_markdown(line) + "\n"));
        parts.join("\n")
    }

    /// A row per country; of [`OverlapView::Sources`], one per ordered pair of sources.
    pub fn csv(&self, view: OverlapView) -> Vec<u8> {
        if view == OverlapView::Sources {
            return self.pairs_as_csv();
        }
        let mut head = vec!["country".to_owned(), "name".to_owned()];
        head.extend(self.sources.iter().map(|name| format!("distinct:{name}")));
        head.push("shared".to_owned());
        let rows = self.countries.iter().map(|country| {
            let mut row = vec![country.code.to_owned(), country.name.to_owned()];
            row.extend((country.by_source.0.iter()).map(|(_, count)| count.to_string()));
            row.push(country.shared.to_string());
            row
        });
        as_csv(std::iter::once(head).chain(rows))
    }

    fn pairs_as_csv(&self) -> Vec<u8> {
        let head = [
            "source",
            "other",
            "distinct",
            "other_distinct",
            "shared",
            "in_other_pct",
            "jaccard",
            "by_chance",
        ];
        let pairs = self.pairs_by_names();
        let sources = || self.distinct.0.iter();
        let ordered = sources().flat_map(|one| sources().map(move |other| (one, other)));
        let rows = ordered
            .filter(|(one, other)| one.0 != other.0)
            .map(|(one, other)| {
                let pair = pairs.get(&(one.0.as_str(), other.0.as_str()));
                let shared = pair.map_or(0, |pair| pair.shared);
                let jaccard = pair.map_or(0.0, |pair| pair.jaccard);
                vec![
                    one.0.clone(),
                    other.0.clone(),
                    one.1.to_string(),
                    other.1.to_string(),
                    shared.to_string(),
                    percent(shared, one.1).to_string(),
                    jaccard.to_string(),
                    pair.map(|pair| pair.by_chance.to_string())
                        .unwrap_or_default(),
                ]
            });
        as_csv(std::iter::once(head.map(String::from).to_vec()).chain(rows))
    }

    /// Both orders of each pair that shares numbers.
    fn pairs_by_names(&self) -> BTreeMap<(&str, &str), &PairRow> {
        let pairs = self.pairs.iter().flat_map(|pair| {
            let (a, b) = (pair.a.as_str(), pair.b.as_str());
            [((a, b), pair), ((b, a), pair)]
        });
        pairs.collect()
    }

    /// A row per source: how many numbers it holds, and the share of them that each source holds.
    fn matrix(&self) -> Vec<Vec<String>> {
        let pairs = self.pairs_by_names();
        let mut head = vec!["source".to_owned(), "distinct".to_owned()];
        head.extend(self.sources.iter().map(|name| format!("in {name}")));
        let rows = self.distinct.0.iter().map(|(name, distinct)| {
            let mut row = vec![name.clone(), grouped(*distinct)];
            row.extend(self.sources.iter().map(|other| {
                if other == name {
                    return "-".to_owned();
                }
                let pair = pairs.get(&(name.as_str(), other.as_str()));
                share(pair.map_or(0, |pair| pair.shared), *distinct)
            }));
            row
        });
        std::iter::once(head).chain(rows).collect()
    }

    /// A row per country: the numbers of each source, and the share of them in all sources.
    fn country_rows(&self) -> Vec<Vec<String>> {
        let mut head = vec!["country".to_owned(), "in all of them".to_owned()];
        // Of two sources, the order that a reader compares in.
        head.splice(1..1, self.sources.iter().cloned());
        head.extend(self.sources.iter().map(|name| format!("of {name}")));
        let row = |name: String, by_source: &BySource, shared: u64| {
            let mut row = vec![name];
            row.extend(by_source.0.iter().map(|(_, distinct)| grouped(*distinct)));
            row.push(grouped(shared));
            row.extend((by_source.0.iter()).map(|&(_, distinct)| share(shared, distinct)));
            row
        };
        let mut rows = vec![head];
        rows.extend(self.countries.iter().map(|country| {
            let name = format!("{} ({})", country.name, country.code);
            row(name, &country.by_source, country.shared)
        }));
        rows.push(row("all countries".to_owned(), &self.distinct, self.shared));
        rows
    }

    /// What all sources share, and the pairs that stand out.
    fn closing_lines(&self, bullet: &str) -> Vec<String> {
        let mut lines = vec![format!(
            "{:.2} % of their numbers are in all of them (Jaccard index {:.4})",
            self.jaccard * 100.0,
            self.jaccard
        )];
        let mut pairs: Vec<&PairRow> = self.pairs.iter().collect();
        pairs.sort_by(|one, other| other.largest_share().total_cmp(&one.largest_share()));
        let remarks: Vec<String> = pairs.into_iter().filter_map(PairRow::remark).collect();
        lines.extend(
            remarks
                .iter()
                .take(REMARKS)
                .map(|remark| format!("{bullet}{remark}")),
        );
        if remarks.len() > REMARKS {
            let more = remarks.len() - REMARKS;
            lines.push(format!(
                "and {more} more pairs like these: --format json has them"
            ));
        }
        lines
    }
}

/// `shared` of `distinct` numbers in percent; a dash where there are none.
fn share(shared: u64, distinct: u64) -> String {
    match distinct {
        0 => "-".to_owned(),
        _ => format!("{:.2} %", percent(shared, distinct)),
    }
}

fn fitted(rows: Vec<Vec<String>>, fixed: usize) -> FittedTable {
    FittedTable {
        rows,
        fixed,
        bars: Vec::new(),
    }
}

fn push_fitted(text: &mut String, table: FittedTable, style: TableStyle, lines: &[String]) {
    let (table, dropped) = table.fit(style);
    text.push_str(&table);
    if dropped > 0 {
        let line = format!("columns that do not fit: {dropped}; --format csv has them");
        push_lines(text, &[line]);
    }
    push_lines(text, lines);
}

fn push_lines(text: &mut String, lines: &[String]) {
    for line in lines {
        text.push_str(&printable(line));
        text.push('\n');
    }
}

impl Serialize for BySource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, count)| (name, count)))
    }
}

impl Serialize for OverlapRow {
    /// The counts are keys beside the code, and under `by_source`, where a source may have any
    /// name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const FIELDS: [&str; 3] = ["country", "shared", "by_source"];
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("country", self.code)?;
        for (name, count) in &self.by_source.0 {
            if !FIELDS.contains(&name.as_str()) {
                map.serialize_entry(name, count)?;
            }
        }
        map.serialize_entry("shared", &self.shared)?;
        map.serialize_entry("by_source", &self.by_source)?;
        map.end()
    }
}
