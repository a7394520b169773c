//! Counts of an index by country and by source, with what the seller claimed and what sources
//! share.
//!
//! [`Exposures`] is the JSON of `stats` as it is; its CSV, tables and page are in the files beside
//! this one and read the same rows.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::Serialize;

use super::claims::ClaimSummary;
use super::country_row::CountryRow;
use super::pairs::{PairRow, SameCounts, pair_rows, same_counts};
use crate::exposure::{CountryExposure, ExposureCounts};
use crate::index::{IndexState, Provenance, Segment, SegmentError, false_positive_rate};
use crate::phone::Region;
use crate::report::{SourceLine, percent};

/// Exposure by country and by source.
#[derive(Clone, Debug, Serialize)]
pub struct Exposures {
    schema_version: u32,
    index: IndexState,
    /// Numbers are in no figure if fewer than this are of the same country and in the same sources.
    pub(super) min_cell: u64,
    /// Distinct numbers over all sources and countries.
    pub(super) distinct: u64,
    /// The rate of one look-up over all sources.
    pub(super) false_positive_rate: f64,
    pub(super) sources: Vec<SourceRow>,
    pub(super) countries: Vec<CountryRow>,
    /// The rows that [`Exposures::keep_top`] left out, summed up.
    pub(super) others: Option<OtherRows>,
    /// The pairs of sources that share numbers.
    pub(super) pairs: Vec<PairRow>,
    /// Tables of counts that agree to the digit.
    pub(super) same_counts: Vec<SameCounts>,
    /// What a reader should not miss, in words.
    pub(super) remarks: Vec<String>,
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
    pub(super) loaded_at: String,
    pub(super) note: Option<String>,
    /// The seller's table, summed up.
    pub(super) claims: Option<ClaimSummary>,
    /// Where its numbers came from. `None` where small counts are hidden: its sums would tell them.
    pub(super) provenance: Option<Provenance>,
}

/// The sum of the rows that are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct OtherRows {
    #[serde(skip)]
    pub(super) kind: CountBy,
    pub(super) rows: usize,
    pub(super) records: u64,
    pub(super) distinct: u64,
    pub(super) share_pct: f64,
}

impl Exposures {
    /// From `segments` of the `index` and what was `counted` over them, with `min_cell`. A
    /// country that is only claimed has a row of zeros, unless small counts are
    /// hidden.
    ///
    /// # Errors
    /// The metadata of a segment cannot be read.
    pub fn new(
        index: IndexState,
        segments: &[&Segment],
        counted: &ExposureCounts,
        min_cell: u64,
    ) -> Result<Exposures, SegmentError> {
        let counts = &counted.countries;
        let distinct = counts.iter().map(|count| count.distinct).sum();
        let names: Vec<&str> = (segments.iter())
            .map(|segment| segment.meta().source.as_str())
            .collect();
        let mut countries: Vec<CountryRow> = (counts.iter())
            .map(|count| CountryRow::counted(count, &names, distinct))
            .collect();
        if min_cell <= 1 {
            let regions: BTreeSet<Region> = counts.iter().map(|count| count.region).collect();
            let others = Region::all().filter(|region| !regions.contains(region));
            countries.extend(others.map(CountryRow::new));
        }
        for country in &mut countries {
            for (segment, name) in segments.iter().zip(&names) {
                country.compare_with_claim(name, segment, min_cell);
            }
        }
        countries.retain(|country| country.distinct > 0 || !country.claimed.is_empty());
        let mut sources: Vec<SourceRow> = (segments.iter().enumerate())
            .map(|(index, segment)| SourceRow::new(index, segment, counts, min_cell))
            .collect::<Result<_, _>>()?;
        sources.retain(|source| min_cell <= 1 || source.line.distinct > 0);
        for source in &mut sources {
            source.claims = ClaimSummary::of(&source.line.name, &countries);
        }
        let dates: Vec<_> = (segments.iter())
            .map(|segment| segment.meta().date.as_ref())
            .collect();
        let mut exposures = Exposures {
            schema_version: 1,
            index,
            min_cell,
            distinct,
            false_positive_rate: match min_cell {
                0 | 1 => false_positive_rate(segments.iter().copied()),
                // The whole counts could be had from a rate that is made of them.
                _ => rate_of_shown(counts),
            },
            pairs: pair_rows(&names, &dates, counted),
            same_counts: same_counts(&names, &countries),
            sources,
            countries,
            others: None,
            remarks: Vec::new(),
        };
        exposures.remarks = exposures.all_remarks();
        Ok(exposures)
    }

    /// Keeps the rows of `countries`. To be called before [`Exposures::keep_top`].
    pub fn keep_countries(&mut self, countries: &[Region]) {
        let is_kept = |row: &CountryRow| countries.iter().any(|region| region.code() == row.code);
        self.countries.retain(is_kept);
        for source in &mut self.sources {
            source.claims = ClaimSummary::of(&source.line.name, &self.countries);
        }
        self.remarks = self.all_remarks();
    }

    /// Keeps the `top` largest rows of `shown`. Sums and remarks stay over all.
    pub fn keep_top(&mut self, shown: CountBy, top: usize) {
        let left_out: Vec<(u64, u64)> = match shown {
            CountBy::Countries => {
                let others = self.countries.iter().skip(top);
                let others = others.map(|row| (row.records, row.distinct)).collect();
                self.countries.truncate(top);
                others
            }
            CountBy::Sources => {
                (self.sources).sort_by_key(|source| Reverse(source.line.distinct));
                let others = self.sources.iter().skip(top);
                let others = others.map(|row| (row.records, row.line.distinct)).collect();
                self.sources.truncate(top);
                others
            }
        };
        let distinct = left_out.iter().map(|row| row.1).sum();
        self.others = (!left_out.is_empty()).then(|| OtherRows {
            kind: shown,
            rows: left_out.len(),
            records: left_out.iter().map(|row| row.0).sum(),
            distinct,
            share_pct: percent(distinct, self.distinct),
        });
    }

    /// Number of countries or sources that are shown.
    pub fn rows(&self, shown: CountBy) -> usize {
        match shown {
            CountBy::Countries => self.countries.len(),
            CountBy::Sources => self.sources.len(),
        }
    }

    /// The rows of `kind` that are not shown, if there are any.
    pub(super) fn others_of(&self, kind: CountBy) -> Option<&OtherRows> {
        self.others.as_ref().filter(|others| others.kind == kind)
    }

    /// Names of the sources that came with a table of claims.
    pub(super) fn claimants(&self) -> Vec<&str> {
        let with_table = self.sources.iter().filter(|source| source.claims.is_some());
        with_table.map(|source| source.line.name.as_str()).collect()
    }

    /// Claims that do not hold, counts that cannot be, sources that agree.
    fn all_remarks(&self) -> Vec<String> {
        let claims = self.sources.iter().filter_map(|source| {
            let claims = source.claims.as_ref()?;
            claims.remark(&source.line.name, &self.countries)
        });
        let impossible = self.countries.iter().flat_map(|country| {
            (country.impossible.iter())
                .map(move |(source, why)| format!("{source}: {}: {why}", country.name))
        });
        let same = self.same_counts.iter().map(SameCounts::remark);
        let mut pairs: Vec<&PairRow> = self.pairs.iter().collect();
        pairs.sort_by(|one, other| other.largest_share().total_cmp(&one.largest_share()));
        let pairs = pairs.into_iter().filter_map(PairRow::remark);
        claims.chain(pairs).chain(same).chain(impossible).collect()
    }
}

/// [`false_positive_rate`] of the numbers in `counts`.
fn rate_of_shown(counts: &[CountryExposure]) -> f64 {
    let numbers = (counts.iter()).map(|country| {
        let cells = country.by_source.iter();
        cells.map(|cell| cell.distinct).sum::<u64>()
    });
    numbers.max().unwrap_or(0) as f64 / 2_f64.powi(64)
}

impl SourceRow {
    fn new(
        index: usize,
        segment: &Segment,
        counts: &[CountryExposure],
        min_cell: u64,
    ) -> Result<SourceRow, SegmentError> {
        let mut line = SourceLine::new(segment);
        let cells = || {
            let cells = counts.iter().flat_map(|country| &country.by_source);
            cells.filter(|cell| cell.source == index)
        };
        line.distinct = cells().map(|cell| cell.distinct).sum();
        let meta = segment.meta();
        let provenance = || Ok(segment.full_meta()?.provenance);
        Ok(SourceRow {
            line,
            records: cells().map(|cell| cell.records).sum(),
            countries: cells().count(),
            loaded_at: meta.loaded_at.clone(),
            note: meta.note.clone(),
            claims: None,
            provenance: (min_cell <= 1).then(provenance).transpose()?,
        })
    }
}
