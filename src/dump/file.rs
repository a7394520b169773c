//! One dump, open: read on one thread in batches of whole rows.

use std::sync::Arc;

use memchr::memchr;

use super::{
    Batch, Digest, DumpError, Format, Judge, LineEnd, MAX_ROW_BYTES, ReadOptions, Row, Scratch,
    Shape, Stream, convert,
    cut::{Cut, Cutter},
    input::Input,
    shape::{Layout, count},
    sniff,
};

/// How much of a dump is looked at to settle its shape.
const SAMPLE_BYTES: usize = 256 << 10;
/// How many rows of the sample are shown to a caller.
const SAMPLE_ROWS: usize = 2000;
/// How many bytes a batch has, as a rule.
const BATCH_BYTES: usize = 1 << 20;
/// The least that is worth a call to the system.
const READ_BYTES: usize = 64 << 10;

/// One dump, open: its shape is settled, its rows are still to come. `Send`.
pub struct DumpFile {
    input: Input,
    shape: Arc<Shape>,
    cutter: Cutter,
    /// Read and not yet given out; it begins with a row, or within a line that is passed over.
    carry: Vec<u8>,
    passing_over: bool,
    line: u64,
    batch_bytes: usize,
}

impl DumpFile {
    /// Opens a dump and settles its shape from the options and a bounded sample at its start.
    pub fn open(
        stream: Stream,
        options: &ReadOptions,
        judge: &Judge<'_>,
    ) -> Result<DumpFile, DumpError> {
        let mut input = Input::new(stream);
        let mut sample = Vec::new();
        let settled = settle(&mut input, &mut sample, options, judge);
        // What the sample lacks may be what cannot be read.
        let shape = match settled {
            Err(error) => return Err(input.take_failure().unwrap_or(error)),
            Ok(shape) => shape,
        };
        sample.drain(..shape.lead.len());
        Ok(DumpFile {
            input,
            cutter: Cutter::new(&shape),
            line: shape.first_line(),
            shape: Arc::new(shape),
            carry: sample,
            passing_over: false,
            batch_bytes: BATCH_BYTES,
        })
    }

    /// What the dump turned out to be.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// Calls `visit` with the first rows of the sample, some two thousand at most. To be called before the
    /// first batch, in which they come again.
    pub fn for_each_sample_row(&self, visit: &mut dyn FnMut(Row<'_>)) {
        let mut spans = Vec::new();
        let complete = self.input.is_complete();
        let Cut::Rows(length) = Cutter::new(&self.shape).cut(&self.carry, complete, &mut spans)
        else {
            return;
        };
        let batch = Batch {
            bytes: self.carry[..length].to_vec(),
            first_line: self.line,
            shape: Arc::clone(&self.shape),
            spans,
            last: complete,
        };
        let mut seen = 0;
        batch.rows(&mut Scratch::default(), &mut |row| {
            seen += 1;
            if seen <= SAMPLE_ROWS {
                visit(row);
            }
        });
    }

    /// The next whole rows, about a mebibyte of them, in the buffer that is handed in; `None` at the end.
    pub fn next_batch(&mut self, recycled: Vec<u8>) -> Result<Option<Batch>, DumpError> {
        let mut buffer = recycled;
        buffer.clear();
        buffer.append(&mut self.carry);
        self.pass_over(&mut buffer);
        let mut spans = Vec::new();
        let mut wanted = self.batch_bytes;
        loop {
            while buffer.len() < wanted && !self.input.ended() {
                let missing = wanted - buffer.len();
                self.input.read_more(&mut buffer, missing);
            }
            let complete = self.input.is_complete();
            if buffer.is_empty() {
                return self.input.take_failure().map_or(Ok(None), Err);
            }
            match self.cutter.cut(&buffer, complete, &mut spans) {
                // Nothing but brackets and white space.
                Cut::Rows(length)
                    if spans.is_empty() && matches!(self.shape.layout, Layout::Document(_)) =>
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
                // The last row is not whole, so it says nothing: a number cut short may be another number.
                Cut::More if self.input.ended() => {
                    return self.input.take_failure().map_or(Ok(None), Err);
                }
                Cut::More => wanted = buffer.len() + READ_BYTES.max(self.batch_bytes / 4),
            }
        }
    }

    /// How long the file is, if that can be known before reading it.
    pub fn total_bytes(&self) -> Option<u64> {
        self.input.total()
    }

    /// How many bytes of the file have been read, sample included.
    pub fn bytes_read(&self) -> u64 {
        self.input.bytes()
    }

    /// Reads what is left, if anything, and says what the file was, byte for byte.
    pub fn finish(self) -> Result<Digest, DumpError> {
        self.input.finish(self.carry)
    }

    #[cfg(test)]
    pub(super) fn set_batch_bytes(&mut self, batch_bytes: usize) {
        self.batch_bytes = batch_bytes;
    }

    /// Reads `dump`, which this was opened on, again after the lead, so that nothing of it is in memory yet.
    #[cfg(test)]
    pub(super) fn put_sample_back(&mut self, dump: &[u8]) {
        let source = super::Source::Memory(dump.to_vec());
        let Ok(stream) = Stream::open(source, super::Limits::default()) else {
            return;
        };
        let mut input = Input::new(stream);
        self.carry.clear();
        if let Some(encoding) = sniff::decoded(dump, &ReadOptions::default()).ok().flatten() {
            self.carry = input.decode_from(encoding, &[]);
        }
        if let Some(converter) = convert::converter(self.shape.format) {
            self.carry = input.convert_from(converter, &[]);
        }
        let mut lead = Vec::new();
        while lead.len() < self.shape.lead.len() && !input.ended() {
            input.read_more(&mut lead, 1);
        }
        self.carry = lead.split_off(self.shape.lead.len());
        self.input = input;
    }

    fn batch(&mut self, bytes: Vec<u8>, spans: Vec<super::json::Span>) -> Batch {
        let first_line = self.line;
        self.line += match self.shape.layout {
            Layout::Document(_) => u64::try_from(spans.len()).expect("lengths fit 64 bits"),
            _ => count(self.shape.terminator, &bytes),
        };
        // Whether this batch is the last is known only by looking on.
        while self.carry.is_empty() && !self.input.ended() {
            self.input.read_more(&mut self.carry, READ_BYTES);
        }
        let last = self.carry.is_empty() && !self.passing_over && self.input.is_complete();
        Batch {
            bytes,
            first_line,
            shape: Arc::clone(&self.shape),
            spans,
            last,
        }
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
                self.input.read_more(buffer, self.batch_bytes);
            }
        }
    }
}

/// Reads the sample and settles the shape.
fn settle(
    input: &mut Input,
    sample: &mut Vec<u8>,
    options: &ReadOptions,
    judge: &Judge<'_>,
) -> Result<Shape, DumpError> {
    while sample.len() < SAMPLE_BYTES && !input.ended() {
        let missing = SAMPLE_BYTES - sample.len();
        input.read_more(sample, missing);
    }
    let decoded = sniff::decoded(sample, options)?;
    if let Some(encoding) = decoded {
        *sample = input.decode_from(encoding, sample);
    }
    let format = sniff::converted(sample, options);
    if let Some(converter) = format.and_then(convert::converter) {
        *sample = input.convert_from(converter, sample);
        while sample.len() < SAMPLE_BYTES && !input.ended() {
            input.read_more(sample, SAMPLE_BYTES);
        }
    }
    while sample.len() <= MAX_ROW_BYTES && !input.ended() && sniff::wants_more(sample) {
        input.read_more(sample, MAX_ROW_BYTES);
    }
    let as_json = format.map(|_| ReadOptions {
        format: Some(Format::Ndjson),
        line_end: LineEnd::Newline,
        ..options.clone()
    });
    let options = as_json.as_ref().unwrap_or(options);
    let mut shape = sniff::settle(sample, input.is_complete(), decoded, options, judge)?;
    shape.format = format.unwrap_or(shape.format);
    shape.compression = input.compression().map(str::to_owned);
    Ok(shape)
}
