//! The counts of a load, as `load --json` prints them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Loaded;
use crate::index::{CountryCount, FileRecord, IndexState, Provenance, SourceName};
use crate::intake::Tally;

/// The report of one load. Two sums hold: `rows = accepted + rejected + blank` and
/// `accepted = distinct + duplicates`.
#[derive(Clone, Debug, Serialize)]
pub struct LoadReport {
    schema_version: u32,
    source: SourceName,
    /// Whether everything was read that was asked for.
    pub complete: bool,
    /// Numbers read or tried.
    pub rows: u64,
    /// Rows with nothing in them.
    pub blank: u64,
    /// Rows that gave a number.
    pub accepted: u64,
    /// Rows that gave none.
    pub rejected: u64,
    /// The rejected rows by the code of their reason.
    pub rejected_by_reason: BTreeMap<&'static str, u64>,
    /// Different numbers among the accepted.
    pub distinct: u64,
    /// Accepted numbers that were not the first of their kind.
    pub duplicates: u64,
    /// Numbers rewritten from an old plan.
    pub migrated: u64,
    /// Numbers whose digits fit both as international and as dialled at home.
    pub ambiguous: u64,
    /// Numbers whose text was mended, by the repair's code.
    pub repaired: BTreeMap<&'static str, u64>,
    /// Numbers of another country than the file or column says.
    pub country_mismatch: u64,
    /// The state of the index after the load; `null` if there is none.
    pub index: Option<IndexState>,
    /// The countries of the numbers, most distinct numbers first, then by code.
    pub countries: Vec<CountryReport>,
    /// The files, in the order of loading.
    pub files: Vec<FileRecord>,
}

/// One country of a load.
#[derive(Clone, Debug, Serialize)]
pub struct CountryReport {
    /// ISO 3166 alpha-2, or `001`.
    pub country: &'static str,
    /// Its English name.
    pub name: &'static str,
    /// Rows that gave a number of it.
    pub records: u64,
    /// Different numbers among them.
    pub distinct: u64,
}

impl LoadReport {
    /// From `loaded` and the `counts` of its sorted tags.
    pub fn new(
        source: SourceName,
        loaded: Loaded,
        counts: &[CountryCount],
        index: Option<IndexState>,
    ) -> LoadReport {
        let Loaded {
            files,
            tally,
            complete,
            ..
        } = loaded;
        let accepted = tally.accepted;
        let distinct = counts.iter().map(|count| count.distinct).sum();
        let mut counts = counts.to_vec();
        counts.sort_by_key(|count| (std::cmp::Reverse(count.distinct), count.region));
        let countries = counts.iter().map(|count| CountryReport {
            country: count.region.code(),
            name: count.region.name(),
            records: count.records,
            distinct: count.distinct,
        });
        LoadReport {
            schema_version: 1,
            source,
            index,
            complete,
            rows: tally.rows(),
            blank: tally.blank,
            accepted,
            rejected: tally.rejected_in_all(),
            rejected_by_reason: rejected_by_reason(&tally),
            distinct,
            duplicates: accepted - distinct,
            migrated: tally.migrated,
            ambiguous: tally.readings.ambiguous,
            repaired: tally.repaired,
            country_mismatch: tally.country_mismatch,
            countries: countries.collect(),
            files,
        }
    }
}

fn rejected_by_reason(tally: &Tally) -> BTreeMap<&'static str, u64> {
    tally
        .rejected
        .iter()
        .map(|(reason, (count, _))| (reason.code(), *count))
        .collect()
}

impl Loaded {
    /// What the segment says of where its numbers came from, an earlier load's part included. Takes
    /// the records of the files: of a hundred thousand there is no memory for a second copy.
    pub fn take_provenance(&mut self, before: Option<Provenance>) -> Provenance {
        let mut files = std::mem::take(&mut self.files);
        files.retain(|file| file.skipped.is_none());
        let own = Provenance {
            rows: self.tally.rows(),
            accepted: self.tally.accepted,
            rejected: self.tally.rejected_in_all(),
            blank: self.tally.blank,
            rejected_by_reason: rejected_by_reason(&self.tally)
                .into_iter()
                .map(|(reason, count)| (reason.to_owned(), count))
                .collect(),
            migrated: self.tally.migrated,
            complete: self.complete,
            files,
        };
        let mut provenance = before.unwrap_or(Provenance {
            complete: true,
            ..Provenance::default()
        });
        provenance.add(own);
        provenance
    }
}
