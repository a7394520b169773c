//! The columns of a source, shared by the CSV, the table and the page of `stats`.

use super::exposures::SourceRow;
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

pub(super) const COLUMNS: [SourceColumn; 7] = [
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
];

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
