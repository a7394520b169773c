//! Whole rows in one buffer, for a worker thread to split into cells.

use std::sync::Arc;

use memchr::memchr;

use super::{
    Cell, Damage, Row, RowContent,
    dialect::{FieldScratch, trim_line_end},
    records,
    reread::Reread,
    values::{self, LineRows},
};
use crate::dump::{
    DumpError, MAX_ROW_BYTES, Shape, UnreadVisit,
    json::{BatchText, JsonCells, Paths, Span},
    shape::{Layout, count},
};

/// Whole rows of one dump. `Send`: cut on one thread, split into cells on another.
pub struct Batch {
    pub(in crate::dump) bytes: Vec<u8>,
    pub(in crate::dump) first_line: u64,
    pub(in crate::dump) shape: Arc<Shape>,
    /// The values of a JSON document; empty in other formats.
    pub(in crate::dump) spans: Vec<Span>,
    /// The input ends with this batch.
    pub(in crate::dump) last: bool,
    /// Where the bytes can be read again.
    pub(in crate::dump) reread: Option<Reread>,
}

/// Space that one worker reuses from batch to batch.
#[derive(Default)]
pub struct Scratch {
    fields: FieldScratch,
    spans: Vec<Span>,
}

impl Batch {
    /// Calls `visit` with each row, in order.
    pub fn rows(&self, scratch: &mut Scratch, visit: &mut impl FnMut(Row<'_>)) {
        match &self.shape.layout {
            Layout::Lines => self.lines(visit),
            Layout::Fields(dialect, fields) => {
                let scratch = &mut scratch.fields;
                records::rows(
                    &self.bytes,
                    self.first_line,
                    dialect,
                    &fields.wanted,
                    scratch,
                    visit,
                );
            }
            Layout::Document(keys) => {
                let wanted = &keys.wanted;
                values::document_rows(&self.bytes, self.first_line, wanted, &self.spans, visit);
            }
            Layout::JsonLines(keys) => self.json_lines(&keys.wanted, &mut scratch.spans, visit),
        }
    }

    /// Calls `visit` with the bytes of a document that belong to no value, where they may hold a
    /// number: damage left them out.
    pub(crate) fn between_rows(&self, visit: &mut impl FnMut(Row<'_>)) {
        /// Fewer bytes hold no number.
        const FEWEST: usize = 7;
        if !matches!(self.shape.layout, Layout::Document(_)) {
            return;
        }
        let mut give = |line, raw: &[u8]| {
            if raw.len() >= FEWEST {
                visit(Row {
                    line,
                    raw,
                    country: None,
                    content: RowContent::Damaged(Damage::BadRow),
                });
            }
        };
        let mut start = 0;
        for (line, span) in (self.first_line..).zip(&self.spans) {
            give(line, &self.bytes[start..span.start.max(start)]);
            start = span.end;
        }
        let last = u64::try_from(self.spans.len()).expect("lengths fit 64 bits");
        give(self.first_line + last, &self.bytes[start..]);
    }

    /// Calls `visit` with each text of one row that no phone column or country column takes.
    pub(crate) fn unread_texts(
        &self,
        raw: &[u8],
        scratch: &mut Scratch,
        visit: &mut UnreadVisit<'_>,
    ) {
        match &self.shape.layout {
            Layout::Lines => {}
            Layout::Fields(dialect, fields) => {
                records::unread_texts(raw, dialect, &fields.wanted, &mut scratch.fields, visit);
            }
            Layout::Document(keys) => match self.span_of(raw) {
                Some(span) => values::unread_texts_of(raw, span, &keys.wanted, visit),
                None => values::unread_texts(raw, &keys.wanted, visit),
            },
            Layout::JsonLines(keys) => values::unread_texts(raw, &keys.wanted, visit),
        }
    }

    /// The span of a row of a document, which the row's bytes are borrowed from.
    fn span_of(&self, raw: &[u8]) -> Option<&Span> {
        let offset = raw
            .as_ptr()
            .addr()
            .checked_sub(self.bytes.as_ptr().addr())?;
        let index = self.spans.binary_search_by_key(&offset, |span| span.start);
        index.ok().map(|index| &self.spans[index])
    }

    /// Whether its rows may hold texts that are not read: a plain line is a cell as a whole.
    pub(crate) fn has_unread_texts(&self) -> bool {
        !matches!(self.shape.layout, Layout::Lines)
    }

    /// How many digits a hundred of its rows have, by the first of them.
    pub(crate) fn digits_in_hundred_rows(&self) -> u64 {
        const LOOKED_AT: usize = 8 << 10;
        let bytes = &self.bytes[..self.bytes.len().min(LOOKED_AT)];
        // Sums of bytes, which the processor adds up many at a time.
        let digits_of = |part: &[u8]| -> u8 {
            let digits = part.iter().map(|byte| u8::from(byte.is_ascii_digit()));
            digits.sum()
        };
        let parts = bytes.chunks(usize::from(u8::MAX));
        let digits: u64 = parts.map(|part| u64::from(digits_of(part))).sum();
        let rows = match self.shape.layout {
            Layout::Document(_) => {
                self.spans.partition_point(|span| span.end <= bytes.len()) as u64
            }
            _ => count(self.shape.terminator, bytes),
        };
        digits * 100 / rows.max(1)
    }

    /// The shape that its rows have.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// The line of the first row.
    pub fn first_line(&self) -> u64 {
        self.first_line
    }

    /// The bytes of its rows.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes that it holds.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.len() + size_of_val(self.spans.as_slice())
    }

    /// Whether its rows can be released and reloaded.
    pub(crate) fn can_be_read_again(&self) -> bool {
        self.reread.is_some()
    }

    /// Gives up the buffer with the bytes, if they can be read again.
    ///
    /// Then [`Batch::reload_rows`] must be called before anything else.
    pub(crate) fn release_rows(&mut self) -> Option<Vec<u8>> {
        let reread = self.reread.as_mut()?;
        reread.release_rows(&self.bytes);
        Some(std::mem::take(&mut self.bytes))
    }

    /// Reads the bytes again into `buffer`, if they were released.
    ///
    /// # Errors
    /// If the file cannot be read, or holds other bytes than before.
    pub(crate) fn reload_rows(&mut self, buffer: &mut Vec<u8>) -> Result<(), DumpError> {
        if let Some(reread) = self.reread.as_mut().filter(|reread| reread.is_released()) {
            reread.reload_rows(buffer)?;
            self.bytes = std::mem::take(buffer);
        }
        Ok(())
    }

    /// The buffer, to be handed to [`crate::dump::DumpFile::next_batch`] again.
    pub fn into_buffer(self) -> Vec<u8> {
        self.bytes
    }

    fn lines(&self, visit: &mut impl FnMut(Row<'_>)) {
        for (line, raw) in (self.first_line..).zip(Lines::of(self)) {
            if let Some(row) = too_long(line, raw) {
                visit(row);
                continue;
            }
            let text = trim_line_end(raw, self.shape.terminator);
            visit(Row {
                line,
                raw,
                country: None,
                content: RowContent::Cells(&[Cell { column: 0, text }]),
            });
        }
    }

    fn json_lines(&self, paths: &Paths, spans: &mut Vec<Span>, visit: &mut impl FnMut(Row<'_>)) {
        let mut of_line = LineRows {
            wanted: paths,
            around: BatchText::new(&self.bytes),
            found: JsonCells::default(),
            spans,
        };
        let mut lines = Lines::of(self);
        let mut line = self.first_line;
        while let Some(raw) = lines.next() {
            let is_tail = self.last && lines.rest.is_empty();
            let cut_off = if is_tail {
                Damage::Truncated
            } else {
                Damage::BadRow
            };
            match too_long(line, raw) {
                Some(row) => visit(row),
                None => of_line.rows(line, raw, cut_off, visit),
            }
            line += 1;
        }
    }
}

/// Lines with their ends.
struct Lines<'a> {
    rest: &'a [u8],
    terminator: u8,
}

impl<'a> Lines<'a> {
    fn of(batch: &'a Batch) -> Lines<'a> {
        Lines {
            rest: &batch.bytes,
            terminator: batch.shape.terminator,
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr(self.terminator, self.rest).map_or(self.rest.len(), |end| end + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(line)
    }
}

fn too_long(line: u64, raw: &[u8]) -> Option<Row<'_>> {
    let raw = raw
        .get(..MAX_ROW_BYTES)
        .filter(|_| raw.len() > MAX_ROW_BYTES)?;
    Some(Row {
        line,
        raw,
        country: None,
        content: RowContent::Damaged(Damage::LineTooLong),
    })
}
