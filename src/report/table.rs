//! Tables for people: aligned columns, grouped digits.

use std::fmt::Write as _;

/// Columns as wide as their widest cell, the first aligned left and the others right.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
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
        table.push('\n');
    }
    table
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
