//! A reader whose next bytes can be looked at before they are read.

use std::io::{self, BufRead, Read};

use memchr::memchr2;

use crate::dump::Buffering;

const BUFFER_BYTES: usize = 64 << 10;
/// So many bytes are worth a system call of their own, which saves copying them out of the buffer.
const WORTH_A_READ: usize = 16 << 10;

/// Buffers any reader. An error comes after the bytes that were read before it.
pub(in crate::dump) struct Buffered {
    reader: Box<dyn Read + Send>,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    failure: Option<io::Error>,
}

impl Buffered {
    pub(super) fn new(reader: impl Read + Send + 'static) -> Buffered {
        Buffered {
            reader: Box::new(reader),
            buffer: vec![0; BUFFER_BYTES].into(),
            start: 0,
            end: 0,
            failure: None,
        }
    }

    /// A reader that gives `failure` and nothing else.
    pub(super) fn failed(failure: io::Error) -> Buffered {
        Buffered {
            failure: Some(failure),
            ..Buffered::new(io::empty())
        }
    }

    /// The next `want` bytes; fewer only at the end or before an error. `want` is at most the
    /// buffer.
    pub(super) fn peek(&mut self, want: usize) -> &[u8] {
        self.peek_at_pace(want, Buffering::Bulk)
    }

    /// Like [`Self::peek`], but of a live source only up to the end of its first line: packed data
    /// is recognised by fewer bytes than that, or comes in larger pieces.
    pub(super) fn peek_at_pace(&mut self, want: usize, buffering: Buffering) -> &[u8] {
        debug_assert!(want <= BUFFER_BYTES);
        if self.end - self.start < want {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end < self.start + want && self.failure.is_none() {
            let come = &self.buffer[self.start..self.end];
            if buffering == Buffering::Live && memchr2(b'\n', 0, come).is_some() {
                break;
            }
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failure = Some(error),
            }
        }
        &self.buffer[self.start..self.end.min(self.start + want)]
    }

    /// Fills `bytes`; false if the reader ends before.
    pub(super) fn take_exactly(&mut self, bytes: &mut [u8]) -> io::Result<bool> {
        match self.read_exact(bytes) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Passes over `bytes` bytes; false if the reader ends before.
    pub(super) fn skip(&mut self, bytes: u64) -> io::Result<bool> {
        Ok(io::copy(&mut self.by_ref().take(bytes), &mut io::sink())? == bytes)
    }
}

impl Read for Buffered {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end && self.failure.is_none() && out.len() >= WORTH_A_READ {
            return self.reader.read(out);
        }
        let available = self.fill_buf()?;
        let read = available.len().min(out.len());
        out[..read].copy_from_slice(&available[..read]);
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Buffered {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            self.start = 0;
            self.end = 0;
            self.end = self.reader.read(&mut self.buffer)?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }
}
