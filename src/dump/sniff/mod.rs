//! The shape of a dump, settled from a bounded sample at its start and what the user says.
//!
//! Options are never overruled. Each inference is noted. If the columns are unclear, the error
//! names the candidates: a silent guess could cost every number of the file.
//!
//! - `sample` is the start of the dump, with the options and the judge;
//! - `magic` refuses files by their first bytes, and finds formats that are converted;
//! - `documents` and `leaves` find JSON and its keys, and `key_columns` chooses among them;
//! - `fields` and `delimiters` find the delimiter of a table or plain lines, by `evidence`;
//! - `columns` finds the columns of numbers and of the country, `choice` chooses them by `names`
//!   and `cells`, `asked` finds those that the user names, and `header` says which names may be
//!   printed.

mod asked;
mod cells;
mod choice;
mod columns;
mod delimiters;
mod documents;
mod evidence;
mod fields;
mod first_row;
mod header;
mod key_columns;
mod leaves;
mod levels;
mod lists;
mod magic;
mod names;
mod notation;
mod sample;
mod separators;

pub use names::path_name;

use encoding_rs::Encoding;
use sample::Sample;

use super::{
    BytesEnd, DumpError, Format, Judge, LineEnd, ReadOptions, Refusal, Shape, TextEncoding,
};

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether the sample is only the start of one JSON value, so that more is needed.
pub(super) fn wants_more(sample: &[u8]) -> bool {
    let text = sample.strip_prefix(BYTE_ORDER_MARK).unwrap_or(sample);
    documents::is_one_open_value(&text[notation::script_before_json(text)..])
}

/// The encoding to decode from: the option, else UTF-16 if there is a byte-order mark or every
/// other byte is NUL. UTF-8 is not decoded.
pub(super) fn decoded(
    sample: &[u8],
    options: &ReadOptions,
) -> Result<Option<&'static Encoding>, DumpError> {
    if let Some(refusal) =
        magic::refusal(sample, options).filter(|refusal| *refusal != Refusal::Binary)
    {
        return Err(DumpError::Refused(refusal));
    }
    let said = options.encoding.map(TextEncoding::encoding);
    let encoding = match sample {
        _ if said.is_some() => said.filter(|encoding| *encoding != encoding_rs::UTF_8),
        [0xff, 0xfe, ..] => Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] => Some(encoding_rs::UTF_16BE),
        _ if options.line_end == LineEnd::Nul => None,
        _ => unmarked_utf16(sample),
    };
    match magic::refusal(sample, options) {
        Some(refusal) if encoding.is_none() => Err(DumpError::Refused(refusal)),
        _ => Ok(encoding),
    }
}

/// Digits in UTF-16 are a byte and a NUL each; other text that is half NULs is no text.
fn unmarked_utf16(sample: &[u8]) -> Option<&'static Encoding> {
    let head = &sample[..sample.len().min(4096) & !1];
    let nuls = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (nuls(0), nuls(1));
    let most = |count: usize| head.len() >= 8 && count * 10 >= head.len() / 2 * 8;
    let few = |count: usize| count * 20 <= head.len() / 2;
    if most(odd) && few(even) {
        Some(encoding_rs::UTF_16LE)
    } else if most(even) && few(odd) {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// The format, if its rows are converted before they are read: the option, else by the first lines.
pub(super) fn rewritten(sample: &[u8], options: &ReadOptions) -> Option<Format> {
    match options.format {
        Some(format) => Some(format)
            .filter(|format| matches!(format, Format::Sql | Format::Vcard | Format::Ldif)),
        None if options.delimiter.is_some() || options.line_end == LineEnd::Nul => None,
        None => magic::rewritten(sample.strip_prefix(BYTE_ORDER_MARK).unwrap_or(sample)),
    }
}

/// Settles the shape of the dump that `sample` is the start of, or the whole.
pub(super) fn settle(
    sample: &[u8],
    end: BytesEnd,
    decoded: Option<&'static Encoding>,
    options: &ReadOptions,
    judge: &Judge<'_>,
) -> Result<Shape, DumpError> {
    let text = sample.strip_prefix(BYTE_ORDER_MARK).unwrap_or(sample);
    // JSON may be the value of a variable or the argument of a function.
    let script = match options.format {
        None | Some(Format::Json) if options.delimiter.is_none() => {
            notation::script_before_json(text)
        }
        _ => 0,
    };
    let text = &text[script..];
    if let Some(refusal) = magic::text_refusal(text, options.format) {
        return Err(DumpError::Refused(refusal));
    }
    let (terminator, line_end) = line_end(text, options);
    let sample_text = Sample {
        bytes: text,
        end,
        terminator,
        options,
        judge,
    };
    let sniffed = match options.format {
        None => documents::sniff(&sample_text)?,
        Some(_) => None,
    };
    let mut shape = match (options.format, sniffed) {
        (Some(Format::Json | Format::Ndjson), _) => documents::settle(&sample_text)?,
        (_, Some(shape)) => shape,
        // Other formats have no paths of keys.
        _ if !options.json_paths.is_empty() => {
            return Err(DumpError::NoKeys);
        }
        _ => fields::settle(&sample_text)?,
    };
    shape.encoding = match decoded {
        Some(encoding) if encoding == encoding_rs::UTF_16BE => "utf-16be",
        Some(encoding) if encoding == encoding_rs::UTF_16LE => "utf-16le",
        Some(encoding) => encoding.name(),
        None => encoding_of(text),
    };
    shape.line_end = line_end;
    shape
        .lead
        .splice(..0, sample[..sample.len() - text.len()].iter().copied());
    if shape.encoding == "8-bit" {
        shape
            .notes
            .push("some bytes are not UTF-8: rows are read as bytes".to_owned());
    }
    Ok(shape)
}

fn line_end(text: &[u8], options: &ReadOptions) -> (u8, &'static [u8]) {
    if options.line_end == LineEnd::Nul {
        return (0, b"\0");
    }
    match memchr::memchr(b'\n', text) {
        Some(at) if at > 0 && text[at - 1] == b'\r' => (b'\n', b"\r\n"),
        None if text.contains(&b'\r') => (b'\r', b"\r"),
        _ => (b'\n', b"\n"),
    }
}

fn encoding_of(text: &[u8]) -> &'static str {
    match std::str::from_utf8(text) {
        Err(error) if error.error_len().is_some() => "8-bit",
        // Fine, or cut off within a character at the end of the sample.
        _ => "utf-8",
    }
}
