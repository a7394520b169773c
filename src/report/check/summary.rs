//! The counts of `check --summary` in a terminal: by country, by source and by list.

use super::tally::AnswerTally;
use super::{Closing, ReportOptions};
use crate::exposure::Exposure;
use crate::printable::printable;
use crate::report::percent;
use crate::report::table::{FittedTable, TableStyle, grouped};

/// Columns of the table of countries that are shown in any terminal.
const FIXED_COLUMNS: usize = 4;

/// The tables, with an empty line between two. One source or one list has none of its own.
pub(super) fn summary(
    options: &ReportOptions,
    closing: &Closing<'_>,
    tally: &AnswerTally,
    style: TableStyle,
) -> String {
    let mut tables = vec![by_country(closing)];
    if options.sources.len() > 1 {
        tables.push(by_source(options, tally));
    }
    if tally.lists().count() > 1 {
        tables.push(by_list(tally));
    }
    let tables: Vec<String> = tables.into_iter().map(|table| table.fit(style).0).collect();
    tables.join("\n")
}

fn by_country(closing: &Closing<'_>) -> FittedTable {
    let countries = closing.totals.countries();
    let rows = countries.iter().map(|&(region, checked, exposed)| {
        vec![
            region.name().to_owned(),
            grouped(checked),
            grouped(exposed),
            format!("{:.2} %", percent(exposed, checked)),
            grouped(closing.totals.in_country(region, Exposure::NotCovered)),
        ]
    });
    FittedTable {
        rows: with_head(
            &["country", "checked", "exposed", "share", "not covered"],
            rows,
        ),
        fixed: FIXED_COLUMNS,
        bars: countries
            .iter()
            .map(|&(.., exposed)| Some(exposed))
            .collect(),
    }
}

fn by_source(options: &ReportOptions, tally: &AnswerTally) -> FittedTable {
    let sources = options.sources.iter().zip(tally.sources());
    let rows = sources.map(|(source, exposed)| vec![source.name.clone(), grouped(*exposed)]);
    FittedTable {
        rows: with_head(&["source", "exposed"], rows),
        fixed: 2,
        bars: tally.sources().iter().copied().map(Some).collect(),
    }
}

fn by_list(tally: &AnswerTally) -> FittedTable {
    let rows = tally.lists().map(|(name, list)| {
        let answers = Exposure::ALL.map(|exposure| grouped(list.of(exposure)));
        let mut row = vec![printable(name).into_owned()];
        row.extend(answers);
        row.push(grouped(list.blank));
        row
    });
    let head = [
        "list",
        "exposed",
        "not found",
        "not covered",
        "invalid",
        "blank",
    ];
    FittedTable {
        rows: with_head(&head, rows),
        fixed: head.len(),
        bars: Vec::new(),
    }
}

fn with_head(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let head = head.iter().map(|&column| column.to_owned()).collect();
    std::iter::once(head).chain(rows).collect()
}
