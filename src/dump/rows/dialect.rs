//! Lines of fields: where a record ends, and its fields. The one place that knows quotes.
//!
//! The cutter and the splitter of batches must see the same boundaries, wherever a batch ends.
//! So [`Dialect::next_record`] decides from the first [`MAX_ROW_BYTES`] of a record alone, and
//! treats the end of a batch as the end of the input.

use std::ops::ControlFlow;

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};
use memchr::{memchr, memchr2, memmem, memrchr};

use super::{Damage, near, regular::length_of_regular_records};
use crate::dump::{BytesEnd, Delimiter, MAX_ROW_BYTES};

/// The delimiter, the quotes and the line end of a table.
#[derive(Clone)]
pub(in crate::dump) struct Dialect {
    pub(in crate::dump) delimiter: Delimiter,
    pub(in crate::dump) quoting: Quoting,
    /// The last byte of a line end.
    pub(in crate::dump) terminator: u8,
}

/// Whether fields may be in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// As in RFC 4180: doubled quotes, and line ends within quotes.
    Rfc4180,
    /// A quote is a character like any other.
    Off,
}

/// What some bytes begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dump) enum Record {
    /// A record of this many bytes, its line end included.
    Whole(usize),
    /// Length of bytes that are no record: a quote in them is never closed.
    Bad(usize),
    /// No end within [`MAX_ROW_BYTES`].
    TooLong,
    /// The start of a record; more bytes are needed.
    More,
}

/// Space for fields whose quotes are taken off.
#[derive(Default)]
pub(in crate::dump) struct FieldScratch {
    /// With the delimiter and the line end that it was made for.
    // Making a reader takes far longer than reading a record, so it is kept.
    reader: Option<([u8; 2], csv_core::Reader)>,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// Where a walk over a record ended.
enum RecordEnd {
    /// After the line end, and how many line ends were passed.
    End(usize, u64),
    /// Bytes ran out, outside quotes.
    Outside,
    /// Bytes ran out within the quotes that were opened here.
    Inside(usize),
    /// The quote opened here is closed on another line and text follows: it was not meant to reach
    /// that far.
    Torn(usize),
}

impl Dialect {
    /// The record that `bytes` begin with. `end` says whether the input, or a batch of it,
    /// ends with `bytes`.
    pub(in crate::dump) fn next_record(&self, bytes: &[u8], end: BytesEnd) -> Record {
        let view = &bytes[..bytes.len().min(MAX_ROW_BYTES)];
        let limited = view.len() < bytes.len();
        match self.walk(view) {
            RecordEnd::End(length, _) => Record::Whole(length),
            RecordEnd::Torn(quote) => {
                Record::Bad(self.line_after(view, quote).unwrap_or(view.len()))
            }
            RecordEnd::Inside(quote) if limited || end.is_here() => {
                match self.line_after(view, quote) {
                    Some(length) => Record::Bad(length),
                    None if limited => Record::TooLong,
                    None => Record::Bad(view.len()),
                }
            }
            RecordEnd::Outside if limited => Record::TooLong,
            RecordEnd::Outside if end.is_here() => Record::Whole(view.len()),
            RecordEnd::Outside | RecordEnd::Inside(_) => Record::More,
        }
    }

    fn line_after(&self, view: &[u8], quote: usize) -> Option<usize> {
        memchr(self.terminator, &view[quote..]).map(|at| quote + at + 1)
    }

    /// Walks from the start of a record, or of one of its fields, to the end of the record.
    ///
    /// Looks at quotes and line ends only; a quote counts where a field starts.
    fn walk(&self, bytes: &[u8]) -> RecordEnd {
        let Some(delimiter) = self.quoted_delimiter() else {
            return memchr(self.terminator, bytes)
                .map_or(RecordEnd::Outside, |at| RecordEnd::End(at + 1, 1));
        };
        // Most lines have no quote, or many.
        let Some(first) = memchr2(b'"', self.terminator, bytes) else {
            return RecordEnd::Outside;
        };
        if bytes[first] == self.terminator {
            return RecordEnd::End(first + 1, 1);
        }
        let mut marks = near::marks([b'"', self.terminator], &bytes[first..]).map(|at| first + at);
        let mut lines = 1;
        while let Some(quote) = marks.next() {
            if bytes[quote] == self.terminator {
                return RecordEnd::End(quote + 1, lines);
            }
            if quote > 0 && bytes[quote - 1] != delimiter {
                continue;
            }
            let mut within = 0;
            let closing = loop {
                let Some(at) = marks.next() else {
                    return RecordEnd::Inside(quote);
                };
                if bytes[at] == self.terminator {
                    within += 1;
                } else if bytes.get(at + 1) == Some(&b'"') {
                    marks.next();
                } else {
                    break at;
                }
            };
            if within > 0 && !self.ends_field(&bytes[closing + 1..], delimiter) {
                return RecordEnd::Torn(quote);
            }
            lines += within;
        }
        RecordEnd::Outside
    }

    /// The fast way through most records: length of the record that `bytes` begin with, its line
    /// end included, and its number of lines.
    ///
    /// Calls `visit` with each field for as long as it returns true. Returns `None`, after any
    /// number of calls, for records that take the long way: quotes within quotes, text after a
    /// closing quote, the last record.
    #[inline]
    pub(in crate::dump) fn simple_record<'a>(
        &self,
        bytes: &'a [u8],
        mut visit: impl FnMut(usize, &'a [u8]) -> bool,
    ) -> Option<(usize, u64)> {
        let [delimiter] = *self.delimiter.as_bytes() else {
            return None;
        };
        let quote = match self.quoting {
            Quoting::Rfc4180 => b'"',
            Quoting::Off => self.terminator,
        };
        let mut marks = near::marks([delimiter, self.terminator, quote], bytes);
        let (mut at, mut lines) = (0, 1);
        for field in 0.. {
            let start = at;
            let wants_more = if quote == b'"' && bytes.get(start) == Some(&quote) {
                marks.next();
                let closing = loop {
                    let mark = marks.next()?;
                    if bytes[mark] == quote {
                        break mark;
                    }
                    lines += u64::from(bytes[mark] == self.terminator);
                };
                at = marks.next()?;
                let is_line_end = self.terminator == b'\n' && &bytes[closing + 1..=at] == b"\r\n";
                if closing + 1 < at && !is_line_end {
                    return None;
                }
                visit(field, &bytes[start + 1..closing])
            } else {
                at = marks.find(|mark| [delimiter, self.terminator].contains(&bytes[*mark]))?;
                let is_last = bytes[at] == self.terminator;
                let text = &bytes[start..at + usize::from(is_last)];
                visit(
                    field,
                    if is_last {
                        trim_line_end(text, self.terminator)
                    } else {
                        text
                    },
                )
            };
            match bytes[at] {
                byte if byte == self.terminator => break,
                byte if byte != delimiter => return None,
                _ => at += 1,
            }
            if !wants_more {
                let RecordEnd::End(length, more) = self.walk(&bytes[at..]) else {
                    return None;
                };
                at += length - 1;
                lines += more - 1;
                break;
            }
        }
        let length = at + 1;
        (length <= MAX_ROW_BYTES).then_some((length, lines))
    }

    /// Whether a field may end before `rest`; true at the end of the bytes.
    fn ends_field(&self, rest: &[u8], delimiter: u8) -> bool {
        let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\r'));
        next.is_none_or(|&byte| byte == delimiter || byte == self.terminator)
    }

    /// Length of the whole records that `bytes` begin with, and the record that follows them.
    pub(in crate::dump) fn last_boundary(&self, bytes: &[u8], end: BytesEnd) -> (usize, Record) {
        let mut at = 0;
        while let Some(delimiter) = self.quoted_delimiter()
            && let Some(before) = self.before_quoted_record(&bytes[at..])
        {
            at += before;
            if bytes.len() <= MAX_ROW_BYTES {
                at += length_of_regular_records(&bytes[at..], delimiter, self.terminator);
            }
            if at == bytes.len() {
                break;
            }
            match self.next_record(&bytes[at..], end) {
                Record::Whole(length) | Record::Bad(length) => at += length,
                Record::TooLong => match memchr(self.terminator, &bytes[at + MAX_ROW_BYTES..]) {
                    Some(line) => at += MAX_ROW_BYTES + line + 1,
                    None if end.is_here() => return (bytes.len(), Record::More),
                    None => return (at, Record::TooLong),
                },
                Record::More => return (at, Record::More),
            }
        }
        let (boundary, rest) = last_line_end(&bytes[at..], self.terminator, end);
        (at + boundary, rest)
    }

    /// Length of the lines before the one with the first quote.
    fn before_quoted_record(&self, bytes: &[u8]) -> Option<usize> {
        // Where one record has quotes, the next one usually has, too.
        let near = near::find2(b'"', self.terminator, bytes)?;
        if bytes[near] == b'"' {
            return Some(0);
        }
        let quote = near + memchr(b'"', &bytes[near..])?;
        memrchr(self.terminator, &bytes[..quote]).map(|end| end + 1)
    }

    /// Calls `visit` with each field of a record without its line end, until it breaks.
    #[inline]
    pub(in crate::dump) fn fields<'a>(
        &self,
        record: &'a [u8],
        scratch: &'a mut FieldScratch,
        mut visit: impl FnMut(usize, &'a [u8]) -> ControlFlow<()>,
    ) {
        if self.quoted_delimiter().is_some() && memchr(b'"', record).is_some() {
            scratch.unquote(self, record);
            let FieldScratch { text, ends, .. } = scratch;
            let mut start = 0;
            for (field, &end) in ends.iter().enumerate() {
                if visit(field, &text[start..end]).is_break() {
                    return;
                }
                start = end;
            }
            return;
        }
        let delimiter = self.delimiter.as_bytes();
        let mut rest = record;
        for field in 0.. {
            let next = match delimiter {
                [one] => near::find(*one, rest),
                several => memmem::find(rest, several),
            };
            let Some(next) = next else {
                let _ = visit(field, rest);
                return;
            };
            if visit(field, &rest[..next]).is_break() {
                return;
            }
            rest = &rest[next + delimiter.len()..];
        }
    }

    /// The first of the whole records `bytes`, its line end included, and its damage.
    #[inline]
    pub(in crate::dump) fn split_record<'a>(&self, bytes: &'a [u8]) -> (&'a [u8], Option<Damage>) {
        let line = memchr(self.terminator, bytes).map_or(bytes.len(), |end| end + 1);
        if self.quoted_delimiter().is_none() || memchr(b'"', &bytes[..line]).is_none() {
            return (
                &bytes[..line],
                (line > MAX_ROW_BYTES).then_some(Damage::LineTooLong),
            );
        }
        match self.next_record(bytes, BytesEnd::Here) {
            Record::Whole(length) => (&bytes[..length], None),
            Record::Bad(length) => (&bytes[..length], Some(Damage::BadRow)),
            Record::TooLong | Record::More => {
                let end = memchr(self.terminator, &bytes[MAX_ROW_BYTES..]);
                let length = end.map_or(bytes.len(), |end| MAX_ROW_BYTES + end + 1);
                (&bytes[..length], Some(Damage::LineTooLong))
            }
        }
    }

    /// A record without its line end.
    pub(in crate::dump) fn body<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        trim_line_end(record, self.terminator)
    }

    fn quoted_delimiter(&self) -> Option<u8> {
        match (self.quoting, self.delimiter.as_bytes()) {
            (Quoting::Rfc4180, [one]) => Some(*one),
            _ => None,
        }
    }
}

impl FieldScratch {
    /// Fills `text` and `ends` with the fields of one record that has quotes.
    fn unquote(&mut self, dialect: &Dialect, record: &[u8]) {
        let marks = [dialect.delimiter.as_bytes()[0], dialect.terminator];
        self.reader.take_if(|(of, _)| *of != marks);
        let (_, reader) = self.reader.get_or_insert_with(|| {
            let reader = ReaderBuilder::new()
                .delimiter(marks[0])
                .terminator(Terminator::Any(marks[1]))
                .build();
            (marks, reader)
        });
        reader.reset();
        self.text.resize(record.len() + 1, 0);
        self.ends.resize(self.ends.capacity().max(32), 0);
        let (mut input, mut written, mut fields) = (record, 0, 0);
        loop {
            let (result, read, wrote, ended) =
                reader.read_record(input, &mut self.text[written..], &mut self.ends[fields..]);
            input = &input[read..];
            written += wrote;
            fields += ended;
            match result {
                // The next call sees no input, which ends the record.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        self.ends.truncate(fields);
    }
}

/// Length of the whole lines that `bytes` begin with, and the line that follows them.
pub(in crate::dump) fn last_line_end(
    bytes: &[u8],
    terminator: u8,
    end: BytesEnd,
) -> (usize, Record) {
    if end.is_here() {
        return (bytes.len(), Record::More);
    }
    let boundary = memrchr(terminator, bytes).map_or(0, |end| end + 1);
    let rest = if bytes.len() - boundary > MAX_ROW_BYTES {
        Record::TooLong
    } else {
        Record::More
    };
    (boundary, rest)
}

/// A line without its end; a `\r` before it goes too.
pub(in crate::dump) fn trim_line_end(line: &[u8], terminator: u8) -> &[u8] {
    let line = line.strip_suffix(&[terminator]).unwrap_or(line);
    if terminator == b'\n' {
        line.strip_suffix(b"\r").unwrap_or(line)
    } else {
        line
    }
}
