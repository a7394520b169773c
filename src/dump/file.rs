//! One dump, open: read on one thread in batches of whole rows.

use std::sync::Arc;

use memchr::memchr;

use super::{
    Batch, Buffering, BytesEnd, ConvertedSample, Digest, DumpError, Format, Judge, MAX_ROW_BYTES,
    ReadOptions, Refusal, Row, RowContent, Scratch, Shape, Stream,
    input::Input,
    json::{Arrays, Elements},
    opening::Sheet,
    rows::cut::{Cut, Cutter},
    settling::{settle, settle_early, sheet_options},
    shape::{Above, Layout, count},
};

/// Rows of the sample that a caller sees.
const SAMPLE_ROWS: usize = 2000;
/// Usual length of a batch in bytes.
// Rows and the cells made of them fit a cache.
const BATCH_BYTES: usize = 64 << 10;
/// Bytes that are worth a system call.
const READ_BYTES: usize = 64 << 10;

/// One dump, open: its shape is settled, its rows are still to come. `Send`.
pub struct DumpFile {
    input: Input,
    shape: Arc<Shape>,
    cutter: Cutter,
    /// Bytes that were read and not yet given out; begins with a row, or within a skipped line.
    carry: Vec<u8>,
    passing_over: bool,
    /// The rows above the header were given out.
    below_header: bool,
    given_out: GivenOut,
    end: JsonEnd,
    line: u64,
    batch_bytes: usize,
    buffering: Buffering,
}

impl DumpFile {
    /// Opens a dump and settles its shape from the options and a bounded sample at its start.
    pub fn open(
        stream: Stream,
        options: &ReadOptions,
        judge: &Judge<'_>,
    ) -> Result<DumpFile, DumpError> {
        let format = stream.sheet.map(|sheet| match sheet {
            Sheet::Only(format) | Sheet::OfSeveral(format) => format,
        });
        let of_sheet = sheet_options(format, options)?;
        let options = of_sheet.as_ref().unwrap_or(options);
        let mut input = Input::new(stream, options.buffering);
        let mut sample = Vec::new();
        let settled = match options.buffering {
            Buffering::Bulk => settle(&mut input, &mut sample, options, judge),
            Buffering::Live => settle_early(&mut input, &mut sample, options, judge),
        };
        // If the sample is short because reading failed, that is the reason to give.
        let mut shape = match settled {
            Err(error) => return Err(input.take_failure().unwrap_or(error)),
            Ok(shape) => shape,
        };
        shape.format = format.unwrap_or(shape.format);
        sample.drain(..shape.lead.len() + shape.above.rows.len());
        Ok(DumpFile {
            input,
            cutter: Cutter::new(&shape),
            line: shape.first_line(),
            shape: Arc::new(shape),
            carry: sample,
            passing_over: false,
            below_header: false,
            given_out: GivenOut::NoRow,
            end: JsonEnd::Whole,
            batch_bytes: match options.buffering {
                Buffering::Bulk => BATCH_BYTES,
                Buffering::Live => 1,
            },
            buffering: options.buffering,
        })
    }

    /// The shape of the dump.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// Calls `visit` with the first rows of the sample, two thousand at most.
    ///
    /// To be called before the first batch, which begins with the same rows.
    pub(crate) fn for_each_sample_row(&self, visit: &mut dyn FnMut(Row<'_>)) {
        let Some(batch) = self.sample() else {
            return;
        };
        let mut seen = 0;
        batch.rows(&mut Scratch::default(), &mut |row| {
            seen += 1;
            if seen <= SAMPLE_ROWS {
                visit(row);
            }
        });
    }

    /// The start of a dump that is converted, with the rows made of it; once.
    pub(crate) fn take_converted_sample(&mut self) -> Option<ConvertedSample> {
        self.input.take_converted_sample()
    }

    /// The whole rows of the sample below the header.
    ///
    /// To be called before the first batch, which begins with the same rows.
    pub fn sample(&self) -> Option<Batch> {
        let mut spans = Vec::new();
        let end = BytesEnd::of(self.input.is_complete());
        let Cut::Rows(length) = Cutter::new(&self.shape).cut(&self.carry, end, &mut spans) else {
            return None;
        };
        Some(Batch {
            bytes: self.carry[..length].to_vec(),
            first_line: self.line,
            shape: Arc::clone(&self.shape),
            spans,
            last: end.is_here(),
            reread: None,
        })
    }

    /// The next 64 KiB or so of whole rows, in the buffer `recycled`; `None` at the end.
    pub fn next_batch(&mut self, recycled: Vec<u8>) -> Result<Option<Batch>, DumpError> {
        let mut buffer = recycled;
        buffer.clear();
        if !std::mem::replace(&mut self.below_header, true) && !self.shape.above.rows.is_empty() {
            let Above { line, rows } = &self.shape.above;
            buffer.extend_from_slice(rows);
            self.given_out = GivenOut::Rows;
            return Ok(Some(Batch {
                bytes: buffer,
                first_line: *line,
                shape: Arc::clone(&self.shape),
                spans: Vec::new(),
                last: false,
                reread: None,
            }));
        }
        buffer.append(&mut self.carry);
        self.pass_over(&mut buffer);
        let mut spans = Vec::new();
        let mut wanted = self.batch_bytes;
        loop {
            while buffer.len() < wanted && !self.input.ended() {
                let missing = self.buffering.read_bytes(wanted - buffer.len());
                self.input.read_more(&mut buffer, missing);
            }
            let end = BytesEnd::of(self.input.is_complete());
            if buffer.is_empty() {
                return self.end();
            }
            match self.cutter.cut(&buffer, end, &mut spans) {
                // Nothing but brackets and white space, unless something is damaged.
                Cut::Rows(length)
                    if spans.is_empty()
                        && matches!(self.shape.layout, Layout::Document(_))
                        && has_no_number(&buffer[..length]) =>
                {
                    buffer.drain(..length);
                }
                Cut::Rows(length) => {
                    self.carry.extend_from_slice(&buffer[length..]);
                    buffer.truncate(length);
                    return Ok(Some(self.batch(buffer, spans)));
                }
                Cut::TooLong => {
                    // One byte more than allowed, so that whoever splits the batch sees it too.
                    self.carry.extend_from_slice(&buffer[MAX_ROW_BYTES + 1..]);
                    buffer.truncate(MAX_ROW_BYTES + 1);
                    self.passing_over = true;
                    return Ok(Some(self.batch(buffer, spans)));
                }
                // The last row is not whole: a number that is cut short may be another number.
                Cut::More if self.input.ended() => return self.end(),
                Cut::More => {
                    wanted = buffer.len() + self.buffering.more_bytes(self.batch_bytes);
                }
            }
        }
    }

    /// After the last batch. A JSON document whose brackets are open is as one that was cut off.
    fn end(&mut self) -> Result<Option<Batch>, DumpError> {
        if let Some(failure) = self.input.take_failure() {
            return Err(failure);
        }
        match std::mem::replace(&mut self.given_out, GivenOut::Rows) {
            GivenOut::NoRow if self.input.bytes() > 0 => {
                return Err(DumpError::Refused(Refusal::NoRows));
            }
            GivenOut::RowsWithoutCells => {
                let columns = self.shape.awaited.clone().unwrap_or_default();
                return Err(DumpError::NoPhoneColumn { columns });
            }
            GivenOut::NoRow | GivenOut::Rows => {}
        }
        let is_cut_off = self.end == JsonEnd::CutOff || self.cutter.is_open();
        if is_cut_off && self.end != JsonEnd::Reported {
            self.end = JsonEnd::Reported;
            return Err(DumpError::BrokenOff { kind: "JSON" });
        }
        Ok(None)
    }

    /// How long the file is, if that can be known before reading it.
    pub fn total_bytes(&self) -> Option<u64> {
        self.input.total()
    }

    /// Bytes of the file that were read, the sample included.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.input.bytes()
    }

    /// Reads the rest, and returns the digest of the whole file.
    pub fn finish(self) -> Result<Digest, DumpError> {
        self.input.finish(self.carry)
    }

    /// Sets the usual length of a batch.
    #[cfg(any(test, fuzzing))]
    pub fn set_batch_bytes(&mut self, batch_bytes: usize) {
        self.batch_bytes = batch_bytes;
    }

    /// Reads `dump`, which this was opened on, again from the end of the lead, so that none of its
    /// rows is in memory.
    #[cfg(test)]
    pub(super) fn reread_after_lead(&mut self, dump: &[u8]) {
        let source = super::Source::Memory(dump.to_vec());
        let Ok(stream) = Stream::open(source, super::Limits::default()) else {
            return;
        };
        let mut input = Input::new(stream, Buffering::Bulk);
        self.carry.clear();
        if let Some(encoding) = super::sniff::decoded(dump, &ReadOptions::default())
            .ok()
            .flatten()
        {
            self.carry = input.decode_from(encoding, &[]);
        }
        if let Some(rewriter) = super::rewrite::rewriter(self.shape.format) {
            self.carry = input.rewrite_from(rewriter, &[]);
        }
        let mut lead = Vec::new();
        let given = self.shape.lead.len() + self.shape.above.rows.len();
        while lead.len() < given && !input.ended() {
            input.read_more(&mut lead, 1);
        }
        self.carry = lead.split_off(given);
        self.input = input;
    }

    fn batch(&mut self, bytes: Vec<u8>, spans: Vec<super::json::Span>) -> Batch {
        let first_line = self.line;
        let reread = self.input.reread(bytes.len() + self.carry.len());
        self.line += match self.shape.layout {
            Layout::Document(_) => u64::try_from(spans.len()).expect("lengths fit 64 bits"),
            _ => count(self.shape.terminator, &bytes),
        };
        // Only reading on shows whether this batch is the last. A live source is not waited for: a
        // row that ends with its line is whole.
        while self.buffering == Buffering::Bulk && self.carry.is_empty() && !self.input.ended() {
            self.input.read_more(&mut self.carry, READ_BYTES);
        }
        let last = self.carry.is_empty() && !self.passing_over && self.input.is_complete();
        if last
            && matches!(self.shape.format, Format::Json | Format::Ndjson)
            && matches!(self.shape.layout, Layout::JsonLines(_))
            && ends_within_value(&bytes, self.shape.terminator)
        {
            self.end = JsonEnd::CutOff;
        }
        let batch = Batch {
            bytes,
            first_line,
            shape: Arc::clone(&self.shape),
            spans,
            last,
            reread,
        };
        let has_rows = !matches!(self.shape.layout, Layout::Document(_)) || !batch.spans.is_empty();
        if self.given_out != GivenOut::Rows && has_rows {
            self.given_out = if self.shape.awaited.is_some() && !has_cells(&batch) {
                GivenOut::RowsWithoutCells
            } else {
                GivenOut::Rows
            };
        }
        batch
    }

    /// Drops the rest of a line that was too long, in bounded space.
    fn pass_over(&mut self, buffer: &mut Vec<u8>) {
        while self.passing_over {
            if let Some(end) = memchr(self.shape.terminator, buffer) {
                buffer.drain(..=end);
                self.line += 1;
                self.passing_over = false;
            } else {
                buffer.clear();
                if self.input.ended() {
                    return;
                }
                self.input
                    .read_more(buffer, self.batch_bytes.max(READ_BYTES));
            }
        }
    }
}

/// Whether bytes have too few digits for a number.
fn has_no_number(bytes: &[u8]) -> bool {
    const FEWEST_DIGITS: usize = 7;
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit());
    digits.take(FEWEST_DIGITS).count() < FEWEST_DIGITS
}

/// Whether any row has something where numbers are read.
fn has_cells(batch: &Batch) -> bool {
    let mut any = false;
    batch.rows(&mut Scratch::default(), &mut |row| {
        any |= match row.content {
            RowContent::Cells(cells) => cells.iter().any(|cell| !cell.text.trim_ascii().is_empty()),
            RowContent::Damaged(_) => false,
        };
    });
    any
}

/// The rows that were given out so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GivenOut {
    /// None.
    NoRow,
    /// Only such as have nothing under the usual keys, and the sample has no column of numbers.
    RowsWithoutCells,
    /// Rows as they are.
    Rows,
}

/// How a dump of JSON ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum JsonEnd {
    /// As far as is known, whole.
    Whole,
    /// Within the value on its last line.
    CutOff,
    /// Within a value, and the caller has been told.
    Reported,
}

/// Whether the last of these lines is JSON that does not end.
fn ends_within_value(lines: &[u8], terminator: u8) -> bool {
    let lines = lines.trim_ascii_end();
    let start = memchr::memrchr(terminator, lines).map_or(0, |end| end + 1);
    let mut elements = Elements::new(Arrays::AreValues);
    elements.take(&lines[start..], BytesEnd::Here, &mut Vec::new());
    elements.is_open()
}

impl Buffering {
    /// Bytes to ask the source for if `needed` are needed.
    fn read_bytes(self, needed: usize) -> usize {
        match self {
            Buffering::Bulk => needed,
            Buffering::Live => needed.max(READ_BYTES),
        }
    }

    /// Bytes to add to a batch that holds no whole row.
    fn more_bytes(self, batch_bytes: usize) -> usize {
        match self {
            Buffering::Bulk => READ_BYTES.max(batch_bytes / 4),
            Buffering::Live => 1,
        }
    }
}
