//! JSON values → rows: the wanted cells, or the damage.

use super::{Cell, Damage, Row, RowContent, row::CellList};
use crate::dump::{
    BytesEnd, UnreadVisit,
    json::{
        self, Arrays, BatchText, Elements, JsonCells, OwnKey, Paths, Span, cells_of, is_cut_off,
        split_key,
    },
    rewrite::marked_damage,
};

/// Calls `visit` with the row of each of these values of a document.
pub(in crate::dump) fn document_rows(
    bytes: &[u8],
    first_line: u64,
    paths: &Paths,
    spans: &[Span],
    visit: &mut impl FnMut(Row<'_>),
) {
    let around = BatchText::new(bytes);
    let mut found = JsonCells::default();
    for (line, span) in (first_line..).zip(spans) {
        document_row(around, line, paths, span, &mut found, visit);
    }
}

/// The row of one value of a document, which may have its own key before it.
fn document_row<'a>(
    around: BatchText<'a>,
    line: u64,
    paths: &Paths,
    span: &Span,
    found: &mut JsonCells<'a>,
    visit: &mut impl FnMut(Row<'_>),
) {
    let raw = &around.bytes()[span.start..span.end];
    found.clear();
    let (key, text) = if span.key.is_some() {
        split_key(raw)
    } else {
        (None, raw)
    };
    if let (
        Some(key),
        Some(OwnKey {
            column: Some(column),
        }),
    ) = (key, span.key)
        && let Ok(key) = serde_json::from_slice::<String>(key)
    {
        found.phones.push((column, key.into()));
    }
    let damage = span.damage.or_else(|| {
        let cells = cells_of(paths, span.node?, text, around, found);
        cells.err().map(|_| Damage::BadRow)
    });
    give_row(line, raw, damage, found, visit);
}

fn give_row(
    line: u64,
    raw: &[u8],
    damage: Option<Damage>,
    found: &JsonCells<'_>,
    visit: &mut impl FnMut(Row<'_>),
) {
    if let Some(damage) = damage {
        visit(Row {
            line,
            raw,
            country: None,
            content: RowContent::Damaged(damage),
        });
    } else {
        found_row(line, raw, found, visit);
    }
}

fn found_row(line: u64, raw: &[u8], found: &JsonCells<'_>, visit: &mut impl FnMut(Row<'_>)) {
    let mut cells = CellList::default();
    for (column, text) in &found.phones {
        cells.push(Cell {
            column: *column,
            text: text.as_bytes(),
        });
    }
    if found.phones.is_empty() {
        cells.push(Cell {
            column: 0,
            text: b"",
        });
    }
    let country = found.country.as_ref().map(|text| text.as_bytes());
    visit(Row {
        line,
        raw,
        country,
        content: RowContent::Cells(cells.as_slice()),
    });
}

/// Calls `visit` with the texts of a row of a document that the `wanted` paths do not lead to.
pub(in crate::dump) fn unread_texts_of(
    raw: &[u8],
    span: &Span,
    wanted: &Paths,
    visit: &mut UnreadVisit<'_>,
) {
    json::unread_texts(wanted, span.node, span.key, raw, visit);
}

/// Calls `visit` with the texts of a row that the `wanted` paths do not lead to.
pub(in crate::dump) fn unread_texts(raw: &[u8], wanted: &Paths, visit: &mut UnreadVisit<'_>) {
    json::unread_texts(wanted, Some(Paths::TOP), None, without_commas(raw), visit);
}

/// A value without the space and the commas around it.
fn without_commas(raw: &[u8]) -> &[u8] {
    let mut text = raw.trim_ascii();
    while let [before @ .., b','] = text {
        text = before.trim_ascii_end();
    }
    text
}

/// Makes rows of lines of JSON, with space that is kept from line to line.
pub(in crate::dump) struct LineRows<'s, 'a> {
    pub(in crate::dump) wanted: &'s Paths,
    pub(in crate::dump) around: BatchText<'a>,
    pub(in crate::dump) found: JsonCells<'a>,
    pub(in crate::dump) spans: &'s mut Vec<Span>,
}

impl<'a> LineRows<'_, 'a> {
    /// Calls `visit` with the rows of one line: usually one value, but also none or several.
    ///
    /// `cut_off` is the damage of a value that breaks off at the end of the line.
    pub(in crate::dump) fn rows(
        &mut self,
        line: u64,
        raw: &'a [u8],
        cut_off: Damage,
        visit: &mut impl FnMut(Row<'_>),
    ) {
        let text = without_commas(raw);
        self.found.clear();
        if text.is_empty() {
            return found_row(line, raw, &self.found, visit);
        }
        if let Some(damage) = marked_damage(text) {
            return give_row(line, raw, Some(damage), &self.found, visit);
        }
        let Err(error) = cells_of(self.wanted, Paths::TOP, text, self.around, &mut self.found)
        else {
            return found_row(line, raw, &self.found, visit);
        };
        self.spans.clear();
        Elements::new(Arrays::AreValues).take(raw, BytesEnd::Here, self.spans);
        if self.spans.len() < 2 {
            let damage = if is_cut_off(&error) {
                cut_off
            } else {
                Damage::BadRow
            };
            return give_row(line, raw, Some(damage), &self.found, visit);
        }
        self.several(line, raw, cut_off, visit);
    }

    /// The rows of a line of several values.
    fn several(
        &mut self,
        line: u64,
        raw: &'a [u8],
        cut_off: Damage,
        visit: &mut impl FnMut(Row<'_>),
    ) {
        for (at, span) in self.spans.iter().enumerate() {
            let start = if at == 0 { 0 } else { span.start };
            let end = (self.spans.get(at + 1)).map_or(raw.len(), |next| next.start);
            let damage = match span.damage {
                Some(Damage::Truncated) => Some(cut_off),
                damage => damage,
            };
            self.found.clear();
            let value = &raw[span.start..span.end];
            let damage = damage.or_else(|| {
                let cells = cells_of(self.wanted, Paths::TOP, value, self.around, &mut self.found);
                cells.err().map(|_| Damage::BadRow)
            });
            give_row(line, &raw[start..end], damage, &self.found, visit);
        }
    }
}
