//! The columns that stand for a source wherever `stats` writes sources: as CSV, as a table, on the page.

use super::exposures::Source;
use super::table::grouped;

/// One of them.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) cell: fn(&Source) -> Cell,
}

/// What stands in one.
pub(super) enum Cell {
    Text(Option<String>),
    Count(u64),
}

pub(super) const TITLE: &str = "title";

pub(super) const COLUMNS: [Column; 7] = [
    Column {
        name: "name",
        cell: |source| Cell::Text(Some(source.line.name.clone())),
    },
    Column {
        name: TITLE,
        cell: |source| Cell::Text(source.line.title.clone()),
    },
    Column {
        name: "date",
        cell: |source| Cell::Text(source.line.date.as_ref().map(ToString::to_string)),
    },
    Column {
        name: "status",
        cell: |source| Cell::Text(Some(source.line.status.to_string())),
    },
    Column {
        name: "records",
        cell: |source| Cell::Count(source.records),
    },
    Column {
        name: "distinct",
        cell: |source| Cell::Count(source.line.distinct),
    },
    Column {
        name: "countries",
        cell: |source| Cell::Count(source.countries as u64),
    },
];

impl Cell {
    /// Nothing where nothing is known, and bare digits.
    pub(super) fn for_machines(self) -> String {
        match self {
            Cell::Text(text) => text.unwrap_or_default(),
            Cell::Count(count) => count.to_string(),
        }
    }

    /// A dash where nothing is known, and digits in groups.
    pub(super) fn for_people(self) -> String {
        match self {
            Cell::Text(text) => text.unwrap_or_else(|| "-".to_owned()),
            Cell::Count(count) => grouped(count),
        }
    }
}
