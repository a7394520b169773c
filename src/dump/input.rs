//! The bytes of a dump, read in order, and decoded or converted on the way.
//!
//! Only [`super::rows::reread`] reads anything twice.

use std::{
    io::{self, Read},
    sync::Arc,
};

use encoding_rs::{Decoder, Encoding};

use super::{
    Buffering, BytesEnd, Digest, DumpError, Stream, rewrite::Rewriter, rows::reread::Reread,
    sniff::BYTE_ORDER_MARK,
};

/// The start of a dump that is converted: its text, and the lines of JSON made of it.
pub struct ConvertedSample {
    /// As found, decoded.
    pub text: Vec<u8>,
    /// The rows that end in it.
    pub rows: Vec<u8>,
    /// The dump ends with it.
    pub complete: bool,
}

/// A stream that is being read.
pub(super) struct Input {
    stream: Stream,
    decoder: Option<Decoder>,
    rewriter: Option<Box<dyn Rewriter>>,
    undecoded: Vec<u8>,
    unwritten: Vec<u8>,
    converted_sample: Option<ConvertedSample>,
    ended: bool,
    /// The rewriter was told that the dump has ended.
    has_ended_rows: bool,
    /// Bytes of the stream that were handed out or decoded.
    given: u64,
    buffering: Buffering,
    /// Why reading stopped early. The bytes before that are read all the same.
    failure: Option<DumpError>,
}

impl Input {
    pub(super) fn new(stream: Stream, buffering: Buffering) -> Input {
        Input {
            stream,
            decoder: None,
            rewriter: None,
            undecoded: Vec::new(),
            unwritten: Vec::new(),
            converted_sample: None,
            ended: false,
            has_ended_rows: false,
            given: 0,
            buffering,
            failure: None,
        }
    }

    /// Reads at most `want` bytes of the stream, decodes and converts them, and appends the result.
    ///
    /// Reads until `want` bytes are there, or, from a live source, once.
    pub(super) fn read_more(&mut self, buffer: &mut Vec<u8>, want: usize) {
        let Some(mut rewriter) = self.rewriter.take() else {
            return self.read_text(buffer, want);
        };
        let mut unwritten = std::mem::take(&mut self.unwritten);
        unwritten.clear();
        self.read_text(&mut unwritten, want);
        self.rewrite(&mut *rewriter, &unwritten, buffer);
        self.unwritten = unwritten;
        self.rewriter = Some(rewriter);
    }

    /// Rewrites the last bytes read. A dump that ends within a statement counts as cut off.
    fn rewrite(&mut self, rewriter: &mut dyn Rewriter, bytes: &[u8], rows: &mut Vec<u8>) {
        if self.has_ended_rows {
            return;
        }
        self.has_ended_rows = self.is_complete();
        rewriter.rewrite(bytes, BytesEnd::of(self.has_ended_rows), rows);
        if let Some(kind) = rewriter.broken_off() {
            self.failure = Some(DumpError::BrokenOff { kind });
        }
    }

    fn read_text(&mut self, buffer: &mut Vec<u8>, want: usize) {
        if self.decoder.is_none() {
            return self.read_some(buffer, want);
        }
        let mut undecoded = std::mem::take(&mut self.undecoded);
        undecoded.clear();
        self.read_some(&mut undecoded, want);
        if let Some(decoder) = &mut self.decoder {
            decode(decoder, &undecoded, buffer, BytesEnd::of(self.ended));
        }
        self.undecoded = undecoded;
    }

    fn read_some(&mut self, buffer: &mut Vec<u8>, want: usize) {
        let before = buffer.len();
        let ended = read(&mut self.stream.reader, buffer, want, self.buffering);
        self.ended = *ended.as_ref().unwrap_or(&true);
        self.failure = ended.err().map(DumpError::of_reading);
        self.given += as_u64(buffer.len() - before);
    }

    /// Decodes `read_so_far`, and from now on all that is read. Keeps a byte-order mark.
    pub(super) fn decode_from(
        &mut self,
        encoding: &'static Encoding,
        read_so_far: &[u8],
    ) -> Vec<u8> {
        let mut text = Vec::new();
        let decoder = self
            .decoder
            .insert(encoding.new_decoder_without_bom_handling());
        decode(decoder, read_so_far, &mut text, BytesEnd::of(self.ended));
        text
    }

    /// Converts `read_so_far`, and from now on all that is read. Drops a byte-order mark.
    pub(super) fn rewrite_from(
        &mut self,
        mut rewriter: Box<dyn Rewriter>,
        read_so_far: &[u8],
    ) -> Vec<u8> {
        let text = read_so_far.strip_prefix(BYTE_ORDER_MARK);
        let mut rows = Vec::new();
        self.rewrite(&mut *rewriter, text.unwrap_or(read_so_far), &mut rows);
        self.rewriter = Some(rewriter);
        self.converted_sample = Some(ConvertedSample {
            text: read_so_far.to_vec(),
            rows: rows.clone(),
            complete: self.is_complete(),
        });
        rows
    }

    /// The start of a dump that is converted, once.
    pub(super) fn take_converted_sample(&mut self) -> Option<ConvertedSample> {
        self.converted_sample.take()
    }

    /// Where the last `bytes` bytes that were handed out can be read again.
    pub(super) fn reread(&self, bytes: usize) -> Option<Reread> {
        let as_found = self.decoder.is_none() && self.rewriter.is_none();
        let file = self.stream.file.as_ref().filter(|_| as_found)?;
        let offset = self.given - as_u64(bytes);
        Some(Reread::new(Arc::clone(file), offset))
    }

    /// Whether no more bytes come.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Whether all of the stream was read.
    pub(super) fn is_complete(&self) -> bool {
        self.ended && self.failure.is_none()
    }

    /// Why reading stopped early, if it did.
    pub(super) fn take_failure(&mut self) -> Option<DumpError> {
        self.failure.take()
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.stream.total
    }

    /// Bytes that were read, as found.
    pub(super) fn bytes(&self) -> u64 {
        self.stream.found.found_bytes()
    }

    pub(super) fn compression(&self) -> Option<&str> {
        self.stream.compression()
    }

    /// Reads to the end, and returns the digest of the whole stream.
    pub(super) fn finish(mut self, mut buffer: Vec<u8>) -> Result<Digest, DumpError> {
        (self.decoder, self.rewriter) = (None, None);
        while !self.ended {
            buffer.clear();
            self.read_more(&mut buffer, 1 << 20);
        }
        match self.failure {
            Some(failure) => Err(failure),
            None => self.stream.found.finish().map_err(DumpError::of_reading),
        }
    }
}

/// Whether the end was reached, by reads until `want` bytes are there; from a live source, by one.
// `read_to_end` asks for a few bytes first, which would be copied out of a buffer.
fn read(
    reader: &mut dyn Read,
    buffer: &mut Vec<u8>,
    want: usize,
    buffering: Buffering,
) -> io::Result<bool> {
    let mut filled = buffer.len();
    buffer.resize(filled + want, 0);
    let ended = loop {
        if filled == buffer.len() {
            break Ok(false);
        }
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break Ok(true),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => break Err(error),
        }
        if buffering == Buffering::Live {
            break Ok(false);
        }
    };
    buffer.truncate(filled);
    ended
}

fn decode(decoder: &mut Decoder, bytes: &[u8], text: &mut Vec<u8>, end: BytesEnd) {
    let before = text.len();
    let most = decoder
        .max_utf8_buffer_length(bytes.len())
        .expect("a chunk is far below the limit");
    text.resize(before + most, 0);
    let (_, _, written, _) = decoder.decode_to_utf8(bytes, &mut text[before..], end.is_here());
    text.truncate(before + written);
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).expect("lengths fit 64 bits")
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::dump::{Limits, Source};

    fn input(bytes: &[u8]) -> Input {
        let source = Source::Memory(bytes.to_vec());
        Input::new(
            Stream::open(source, Limits::default()).unwrap(),
            Buffering::Bulk,
        )
    }

    #[test]
    fn digest_is_of_the_bytes_as_found_even_when_they_are_decoded() {
        let utf16 = [0xff, 0xfe, b'1', 0, b'2', 0];
        let mut input = input(&utf16);
        let mut raw = Vec::new();
        input.read_more(&mut raw, 3);
        let mut decoded = input.decode_from(encoding_rs::UTF_16LE, &raw);
        input.read_more(&mut decoded, 100);
        assert_eq!(decoded, "\u{feff}12".as_bytes());
        let digest = input.finish(Vec::new()).unwrap();
        assert_eq!(digest.bytes, 6);
        assert_eq!(digest.sha256, <[u8; 32]>::from(Sha256::digest(utf16)));
    }

    #[test]
    fn finishing_early_reads_the_rest() {
        let mut input = input(b"abc");
        input.read_more(&mut Vec::new(), 1);
        let digest = input.finish(Vec::new()).unwrap();
        // SHA-256 of "abc": FIPS 180-2, appendix B.1.
        assert_eq!(
            hex::encode(digest.sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let opened = Stream::open(Source::File(folder.path().to_owned()), Limits::default());
        assert!(matches!(opened, Err(DumpError::Folder)));
    }
}
