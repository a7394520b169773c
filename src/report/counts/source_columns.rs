//! The columns of a source, shared by the CSV, the table and the page of `stats`.

use super::claims::ClaimSummary;
use super::exposures::SourceRow;
use crate::index::Provenance;
use crate::report::table::grouped;

/// One column: its name, and how its cell is made.
pub(super) struct SourceColumn {
    pub(super) name: &'static str,
    pub(super) cell: fn(&SourceRow) -> SourceCell,
}

/// The content of one cell.
pub(super) enum SourceCell {
    Text(Option<String>),
    Count(u64),
}

pub(super) const TITLE: &str = "title";

/// The first columns, which tables for people show.
pub(super) const SHOWN: usize = 7;

pub(super) const COLUMNS: [SourceColumn; 16] = [
    SourceColumn {
        name: "name",
        cell: |source| SourceCell::Text(Some(source.line.name.clone())),
    },
    SourceColumn {
        name: TITLE,
        cell: |source| SourceCell::Text(source.line.title.clone()),
    },
    SourceColumn {
        name: "date",
        cell: |source| SourceCell::Text(source.line.date.as_ref().map(ToString::to_string)),
    },
    SourceColumn {
        name: "status",
        cell: |source| SourceCell::Text(Some(source.line.status.to_string())),
    },
    SourceColumn {
        name: "records",
        cell: |source| SourceCell::Count(source.records),
    },
    SourceColumn {
        name: "distinct",
        cell: |source| SourceCell::Count(source.line.distinct),
    },
    SourceColumn {
        name: "countries",
        cell: |source| SourceCell::Count(source.countries as u64),
    },
    SourceColumn {
        name: "loaded_at",
        cell: |source| SourceCell::Text(Some(source.loaded_at.clone())),
    },
    SourceColumn {
        name: "rows",
        cell: |source| loaded(source, |loads| loads.rows),
    },
    SourceColumn {
        name: "rejected",
        cell: |source| loaded(source, |loads| loads.rejected),
    },
    SourceColumn {
        name: "blank",
        cell: |source| loaded(source, |loads| loads.blank),
    },
    SourceColumn {
        name: "unread",
        cell: |source| loaded(source, unread),
    },
    SourceColumn {
        name: "migrated",
        cell: |source| loaded(source, |loads| loads.migrated),
    },
    SourceColumn {
        name: "files",
        cell: |source| loaded(source, |loads| loads.files.len() as u64),
    },
    SourceColumn {
        name: "claimed",
        cell: |source| claims(source, |claims| claims.claimed),
    },
    SourceColumn {
        name: "observed",
        cell: |source| claims(source, |claims| claims.observed),
    },
];

/// A count of the loads of a source; empty where small counts are hidden.
fn loaded(source: &SourceRow, count: fn(&Provenance) -> u64) -> SourceCell {
    let count = source.provenance.as_ref().map(count);
    count.map_or(SourceCell::Text(None), SourceCell::Count)
}

/// Numbers in places that are not read, in all files of a source.
pub(super) fn unread(loads: &Provenance) -> u64 {
    loads.files.iter().map(|file| file.unread.numbers).sum()
}

fn claims(source: &SourceRow, count: fn(&ClaimSummary) -> u64) -> SourceCell {
    let count = source.claims.as_ref().map(count);
    count.map_or(SourceCell::Text(None), SourceCell::Count)
}

impl SourceCell {
    /// Bare digits; empty if unknown.
    pub(super) fn for_machines(self) -> String {
        match self {
            SourceCell::Text(text) => text.unwrap_or_default(),
            SourceCell::Count(count) => count.to_string(),
        }
    }

    /// Grouped digits; a dash if unknown.
    pub(super) fn for_people(self) -> String {
        match self {
            SourceCell::Text(text) => text.unwrap_or_else(|| "-".to_owned()),
            SourceCell::Count(count) => grouped(count),
        }
    }
}
