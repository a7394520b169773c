//! Tables for people: aligned columns, bars, grouped digits.

use std::fmt::Write as _;

use crate::printable::printable;

/// A bar narrower than this says nothing.
const NARROWEST_BAR: usize = 8;
const WIDEST_BAR: usize = 40;

/// The terminal that a table is fitted to.
#[derive(Clone, Copy, Debug)]
pub struct TableStyle {
    /// Columns of the terminal.
    pub width: usize,
    /// What bars are drawn with.
    pub bars: BarStyle,
}

/// What bars are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarStyle {
    /// Block characters, to an eighth of a column.
    Blocks,
    /// Number signs, for a locale that is not UTF-8.
    Ascii,
}

/// A table that is cut to the width of a terminal: rows of cells, the first row its head.
pub(super) struct FittedTable {
    pub(super) rows: Vec<Vec<String>>,
    /// Columns that are shown however narrow the terminal is.
    pub(super) fixed: usize,
    /// The count that each row after the head has a bar for; a row without one has no bar.
    pub(super) bars: Vec<Option<u64>>,
}

impl FittedTable {
    /// The table, and how many columns it has no room for.
    pub(super) fn fit(mut self, style: TableStyle) -> (String, usize) {
        let mut dropped = 0;
        while self.columns() > self.fixed && self.width() > style.width {
            self.rows.iter_mut().for_each(|row| {
                row.pop();
            });
            dropped += 1;
        }
        let room = style.width.saturating_sub(self.width() + 2).min(WIDEST_BAR);
        let table = aligned(&self.rows);
        if room < NARROWEST_BAR || dropped > 0 {
            return (table, dropped);
        }
        let most = self.bars.iter().flatten().max().copied().unwrap_or(0);
        let mut with_bars = String::with_capacity(table.len() * 2);
        for (index, line) in table.lines().enumerate() {
            let count = index.checked_sub(1).and_then(|row| *self.bars.get(row)?);
            with_bars.push_str(line);
            if let Some(count) = count.filter(|&count| count > 0) {
                with_bars.push_str("  ");
                with_bars.push_str(&bar(count, most, room, style.bars));
            }
            with_bars.push('\n');
        }
        (with_bars, 0)
    }

    fn columns(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    fn width(&self) -> usize {
        let widths = widths(&self.rows);
        widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)
    }
}

/// Columns as wide as their widest cell, the first aligned left and the others right.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    let widths = widths(rows);
    let mut table = String::new();
    for row in rows {
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let written = if index == 0 {
                write!(table, "{cell:<width$}")
            } else {
                write!(table, "  {cell:>width$}")
            };
            written.expect("writing to memory does not fail");
        }
        // The last cells of a row may be empty.
        table.truncate(table.trim_end_matches(' ').len());
        table.push('\n');
    }
    table
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    (0..rows.first().map_or(0, Vec::len)).map(width).collect()
}

/// `count` of `most` as a bar of at most `width` columns. A count above 0 is never an empty bar.
fn bar(count: u64, most: u64, width: usize, style: BarStyle) -> String {
    let eighths = u128::from(count) * (width as u128) * 8 / u128::from(most.max(1));
    let eighths = usize::try_from(eighths)
        .expect("at most eight a column")
        .max(1);
    match style {
        BarStyle::Ascii => "#".repeat((eighths / 8).max(1)),
        BarStyle::Blocks => {
            let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
            "█".repeat(eighths / 8) + part
        }
    }
}

/// The digits of `count` in groups of three: `44,823,547`.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `rows` as a table of Markdown, the first row its head, the first column aligned left.
pub(super) fn markdown(rows: &[Vec<String>]) -> String {
    let mut table = String::new();
    for (index, row) in rows.iter().enumerate() {
        table.push('|');
        for cell in row {
            write!(table, " {} |", in_markdown(cell)).expect("writing to memory does not fail");
        }
        table.push('\n');
        if index == 0 {
            table.push_str("|---|");
            table.push_str(&"---:|".repeat(row.len().saturating_sub(1)));
            table.push('\n');
        }
    }
    table
}

/// `text` with every character escaped that Markdown or HTML in it could act on.
pub(super) fn in_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            // Mentions, issues and addresses become links by themselves.
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '>' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_eighths_and_never_empty() {
        assert_eq!(bar(100, 100, 10, BarStyle::Blocks), "█".repeat(10));
        assert_eq!(bar(51, 100, 10, BarStyle::Blocks), "█████");
        assert_eq!(bar(55, 100, 10, BarStyle::Blocks), "█████▌");
        assert_eq!(bar(1, 1_000_000, 10, BarStyle::Blocks), "▏");
        assert_eq!(bar(1, 1_000_000, 10, BarStyle::Ascii), "#");
        assert_eq!(bar(u64::MAX, u64::MAX, 40, BarStyle::Ascii), "#".repeat(40));
    }

    #[test]
    fn a_table_is_cut_to_the_width_it_has() {
        let table = || FittedTable {
            rows: [
                ["country", "distinct", "one", "two"],
                ["Egypt", "44,823,547", "1", "2"],
            ]
            .map(|row| row.map(String::from).to_vec())
            .to_vec(),
            fixed: 2,
            bars: vec![Some(44_823_547)],
        };
        for (width, columns, dropped, has_bar) in [
            (10, 2, 2, false),
            (26, 3, 1, false),
            (31, 4, 0, false),
            (60, 4, 0, true),
        ] {
            let style = TableStyle {
                width,
                bars: BarStyle::Ascii,
            };
            let (text, left_out) = table().fit(style);
            assert_eq!(left_out, dropped, "{width}");
            let head = text.lines().next().unwrap_or_default();
            assert_eq!(head.split_whitespace().count(), columns, "{width}");
            assert_eq!(text.contains('#'), has_bar, "{width}");
            assert!(
                text.lines()
                    .all(|line| line.chars().count() <= width.max(19))
            );
        }
    }

    #[test]
    fn markdown_shows_a_hostile_cell_as_it_is() {
        let rows = [["source"], ["<b>|`x` @all"]].map(|row| row.map(String::from).to_vec());
        assert_eq!(
            markdown(&rows),
            "| source |\n|---|\n| &lt;b\\>\\|\\`x\\` &#64;all |\n"
        );
    }
}
