//! From the first bytes of a dump to its shape: how much is read, decoded and converted first.

use encoding_rs::Encoding;
use memchr::memchr;

use super::{
    BytesEnd, Delimiter, DumpError, Format, Judge, LineEnd, MAX_ROW_BYTES, ReadOptions, Refusal,
    Shape, input::Input, rewrite, sniff,
};

/// Bytes of a dump that its shape is settled from.
const SAMPLE_BYTES: usize = 256 << 10;
/// Bytes that are worth a system call.
const READ_BYTES: usize = 64 << 10;

/// The options for the rows of a sheet.
// Options about text say nothing about sheets.
pub(super) fn sheet_options(
    sheet: Option<Format>,
    options: &ReadOptions,
) -> Result<Option<ReadOptions>, DumpError> {
    let asked = options.format;
    match (sheet, asked) {
        (None, None) => Ok(None),
        (None, Some(asked)) if !matches!(asked, Format::Xlsx | Format::Ods) => Ok(None),
        (_, Some(asked)) if sheet != Some(asked) => {
            Err(DumpError::Refused(Refusal::Otherwise(asked)))
        }
        _ => Ok(Some(ReadOptions {
            format: Some(Format::Csv),
            encoding: None,
            delimiter: Some(Delimiter::new(b",").expect("a comma is a delimiter")),
            line_end: LineEnd::Newline,
            ..options.clone()
        })),
    }
}

/// Settles the shape from a sample of the usual size.
pub(super) fn settle(
    input: &mut Input,
    sample: &mut Vec<u8>,
    options: &ReadOptions,
    judge: &Judge<'_>,
) -> Result<Shape, DumpError> {
    fill(input, sample);
    let text = Text::of(input, sample, options)?;
    if text.format.is_some() {
        fill(input, sample);
    }
    text.settle(input, sample, options, judge)
}

/// Settles the shape from the first lines that allow it.
pub(super) fn settle_early(
    input: &mut Input,
    sample: &mut Vec<u8>,
    options: &ReadOptions,
    judge: &Judge<'_>,
) -> Result<Shape, DumpError> {
    let line_end = match options.line_end {
        LineEnd::Newline => b'\n',
        LineEnd::Nul => 0,
    };
    // Decoding and converting are done once.
    let mut changed: Option<Text> = None;
    loop {
        let seen = sample.len();
        input.read_more(sample, READ_BYTES);
        let all = input.ended() || sample.len() >= SAMPLE_BYTES;
        let is_converted = (changed.as_ref()).is_some_and(|text| text.format.is_some());
        let line_end = if is_converted { b'\n' } else { line_end };
        // In UTF-16, lines can be found only after decoding.
        let utf16 = changed.is_none()
            && options.encoding.is_none()
            && sniff::decoded(sample, options)?.is_some();
        if all || utf16 {
            return match changed {
                Some(text) => text.settle(input, sample, options, judge),
                None => settle(input, sample, options, judge),
            };
        }
        if memchr(line_end, &sample[seen..]).is_none() {
            continue;
        }
        let text = match changed.take() {
            Some(text) => text,
            None => Text::of(input, sample, options)?,
        };
        if !sample.is_empty()
            && let Ok(shape) = text.settle(input, sample, options, judge)
        {
            return Ok(shape);
        }
        changed = Some(text).filter(Text::is_changed);
    }
}

fn fill(input: &mut Input, sample: &mut Vec<u8>) {
    while sample.len() < SAMPLE_BYTES && !input.ended() {
        let missing = SAMPLE_BYTES - sample.len();
        input.read_more(sample, missing);
    }
}

/// How a sample was turned into lines of UTF-8.
struct Text {
    decoded: Option<&'static Encoding>,
    /// The format that it was converted from.
    format: Option<Format>,
}

impl Text {
    /// Decodes and converts the sample where it has to be.
    fn of(
        input: &mut Input,
        sample: &mut Vec<u8>,
        options: &ReadOptions,
    ) -> Result<Text, DumpError> {
        let decoded = sniff::decoded(sample, options)?;
        if let Some(encoding) = decoded {
            *sample = input.decode_from(encoding, sample);
        }
        let format = sniff::rewritten(sample, options);
        if let Some(rewriter) = format.and_then(rewrite::rewriter) {
            *sample = input.rewrite_from(rewriter, sample);
        }
        Ok(Text { decoded, format })
    }

    fn is_changed(&self) -> bool {
        self.decoded.is_some() || self.format.is_some()
    }

    /// Settles the shape; reads on if `sample` is too short.
    fn settle(
        &self,
        input: &mut Input,
        sample: &mut Vec<u8>,
        options: &ReadOptions,
        judge: &Judge<'_>,
    ) -> Result<Shape, DumpError> {
        while sample.len() <= MAX_ROW_BYTES && !input.ended() && sniff::wants_more(sample) {
            input.read_more(sample, MAX_ROW_BYTES);
        }
        let as_json = self.format.map(|_| ReadOptions {
            format: Some(Format::Ndjson),
            line_end: LineEnd::Newline,
            ..options.clone()
        });
        let options = as_json.as_ref().unwrap_or(options);
        let end = BytesEnd::of(input.is_complete());
        let mut shape = sniff::settle(sample, end, self.decoded, options, judge)?;
        shape.format = self.format.unwrap_or(shape.format);
        shape.compression = input.compression().map(str::to_owned);
        Ok(shape)
    }
}
