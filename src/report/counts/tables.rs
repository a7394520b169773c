//! Tables of `stats` for people: in a terminal, fitted to its width, and as Markdown.

use std::collections::BTreeMap;

use super::country_row::CountryRow;
use super::exposures::{CountBy, Exposures, OtherRows, SourceRow};
use super::source_columns::{self, TITLE};
use crate::printable::printable;
use crate::report::table::{FittedTable, TableStyle, grouped, in_markdown, markdown};

/// Country, records, distinct, share.
const FIXED_COLUMNS: usize = 4;
/// Remarks that a terminal or a ticket is given; the others are counted.
const REMARKS: usize = 20;

impl Exposures {
    /// A line per country, for people.
    pub fn country_table(&self, style: TableStyle) -> String {
        let mut bars: Vec<Option<u64>> = (self.countries.iter())
            .map(|country| Some(country.distinct))
            .collect();
        bars.push(None);
        let table = FittedTable {
            rows: self.country_cells(),
            fixed: FIXED_COLUMNS,
            bars,
        };
        self.with_closing_lines(table, style)
    }

    /// A line per source, for people, without titles: they are too wide.
    pub fn source_table(&self, style: TableStyle) -> String {
        let without_titles = |row: Vec<String>| {
            let columns = source_columns::COLUMNS.iter().zip(row);
            let shown = columns.filter(|(column, _)| column.name != TITLE);
            shown.map(|(_, cell)| cell).collect()
        };
        let bars = self.sources.iter().map(|source| Some(source.line.distinct));
        let table = FittedTable {
            bars: bars.chain([None]).collect(),
            rows: self
                .source_cells()
                .into_iter()
                .map(without_titles)
                .collect(),
            fixed: source_columns::SHOWN - 1,
        };
        self.with_closing_lines(table, style)
    }

    fn with_closing_lines(&self, table: FittedTable, style: TableStyle) -> String {
        let (mut text, dropped) = table.fit(style);
        let mut lines = vec![format!(
            "{} distinct numbers in all",
            grouped(self.distinct)
        )];
        match dropped {
            0 => {}
            1 => lines.push("1 column does not fit: --format csv has it".to_owned()),
            _ => lines.push(format!(
                "{dropped} columns do not fit: --format csv has them"
            )),
        }
        lines.extend((self.remarks.iter().take(REMARKS)).map(|remark| format!("! {remark}")));
        lines.extend(self.remarks_left_out());
        for line in lines {
            text.push_str(&printable(&line));
            text.push('\n');
        }
        text
    }

    fn remarks_left_out(&self) -> Option<String> {
        let more = self.remarks.len().checked_sub(REMARKS + 1)? + 1;
        Some(format!("and {more} more remarks: --format json has them"))
    }

    /// A row per country, the head first. The first [`FIXED_COLUMNS`] columns are always shown.
    fn country_cells(&self) -> Vec<Vec<String>> {
        let claimants = self.claimants();
        let sources = self.sources_with_columns();
        let mut head = ["country", "records", "distinct", "share"]
            .map(String::from)
            .to_vec();
        // The verdict comes first: it is what a narrow terminal must still have room for.
        for name in &claimants {
            head.extend(match claimants.len() {
                1 => ["verdict", "claimed"].map(String::from),
                _ => [format!("{name} verdict"), format!("{name} claimed")],
            });
        }
        head.extend(sources.iter().map(|source| source.line.name.clone()));
        let counted = |counts: &BTreeMap<String, u64>, name: &str| {
            (counts.get(name)).map_or("-".to_owned(), |&count| grouped(count))
        };
        let row = |country: &CountryRow| {
            let mut row = vec![
                format!("{} ({})", country.name, country.code),
                grouped(country.records),
                grouped(country.distinct),
                format!("{:.2} %", country.share_pct),
            ];
            for name in &claimants {
                let verdict = country.verdict.get(*name);
                row.push(verdict.map_or("-", |verdict| verdict.as_str()).to_owned());
                row.push(counted(&country.claimed, name));
            }
            row.extend(
                (sources.iter()).map(|source| counted(&country.by_source, &source.line.name)),
            );
            row
        };
        let mut rows = vec![head];
        rows.extend(self.countries.iter().map(row));
        if let Some(others) = self.others_of(CountBy::Countries) {
            rows.push(others.row(rows[0].len()));
        }
        rows
    }

    /// Sources with a column of their own: those of an index of several.
    fn sources_with_columns(&self) -> &[SourceRow] {
        if self.sources.len() > 1 {
            &self.sources
        } else {
            &[]
        }
    }

    /// The country table as Markdown, for tickets and step summaries.
    pub fn countries_as_markdown(&self) -> String {
        let mut rows = self.country_cells();
        let rates = self.countries.iter().map(|row| row.per_100_people);
        let rates = rates.map(|rate| rate.map_or("-".to_owned(), |rate| format!("{rate:.2}")));
        let rates = ["per 100 people".to_owned()].into_iter().chain(rates);
        let rates = rates.chain(self.others_of(CountBy::Countries).map(|_| "-".to_owned()));
        for (row, rate) in rows.iter_mut().zip(rates) {
            row.insert(FIXED_COLUMNS, rate);
        }
        self.as_markdown(&rows)
    }

    /// The source table as Markdown.
    pub fn sources_as_markdown(&self) -> String {
        self.as_markdown(&self.source_cells())
    }

    fn as_markdown(&self, rows: &[Vec<String>]) -> String {
        let mut text = markdown(rows);
        let mut lines = vec![format!(
            "{} distinct numbers in all",
            grouped(self.distinct)
        )];
        let remarks = self.remarks.iter().take(REMARKS);
        lines.extend(remarks.map(|remark| format!("**{}**", in_markdown(remark))));
        lines.extend(self.remarks_left_out());
        for line in lines {
            text.push('\n');
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// A row per source, the head first.
    fn source_cells(&self) -> Vec<Vec<String>> {
        let columns = &source_columns::COLUMNS[..source_columns::SHOWN];
        let mut rows: Vec<Vec<String>> = vec![
            columns
                .iter()
                .map(|column| column.name.to_owned())
                .collect(),
        ];
        for source in &self.sources {
            let cells = columns
                .iter()
                .map(|column| (column.cell)(source).for_people());
            rows.push(cells.collect());
        }
        if let Some(others) = self.others_of(CountBy::Sources) {
            let mut row = vec![String::new(); rows[0].len()];
            row[0] = others.in_words();
            for (cell, column) in row.iter_mut().zip(columns) {
                match column.name {
                    "records" => *cell = grouped(others.records),
                    "distinct" => *cell = grouped(others.distinct),
                    _ => {}
                }
            }
            rows.push(row);
        }
        rows
    }
}

impl OtherRows {
    /// `and 64 more`.
    pub(super) fn in_words(&self) -> String {
        format!("and {} more", self.rows)
    }

    fn row(&self, columns: usize) -> Vec<String> {
        let mut row = vec![
            self.in_words(),
            grouped(self.records),
            grouped(self.distinct),
            format!("{:.2} %", self.share_pct),
        ];
        row.resize(columns, "-".to_owned());
        row
    }
}
