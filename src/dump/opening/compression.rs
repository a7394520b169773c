//! Compressed streams, recognised by their first bytes. Every member or frame of them is read.

use std::io::{self, BufRead, Read};

use super::{Buffered, Fault};
use crate::dump::Excess;

/// The largest zstd window there is, as a power of two: what `zstd --long=31` writes.
const ZSTD_WINDOW_LOG: u32 = 31;

/// The largest window of zstd that takes no more than `memory` bytes, as a power of two.
pub(super) fn window_log(memory: u64) -> u32 {
    memory.max(1).ilog2().min(ZSTD_WINDOW_LOG)
}

/// How a stream is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

impl Compression {
    /// By the first bytes: RFC 1952, RFC 8878 (a skippable frame may come first), the .xz format
    /// 1.2, and bzip2's block size and first block.
    pub(super) fn of(head: &[u8]) -> Option<Compression> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Some(Compression::Zstd)
            }
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]
                if rest.starts_with(b"1AY&SY") || rest.starts_with(b"\x17\x72\x45\x38\x50\x90") =>
            {
                Some(Compression::Bzip2)
            }
            _ => None,
        }
    }

    /// Its name in reports.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Xz => "xz",
            Compression::Bzip2 => "bzip2",
        }
    }

    /// A decoder of `packed` that takes at most `memory` bytes for an xz dictionary (65 MiB under
    /// `xz -9`) or a zstd window (8 MiB; up to 2 GiB under `--long`).
    pub(super) fn decoder(self, packed: Buffered, memory: u64, limit: u64) -> io::Result<Decoder> {
        let reader: Box<dyn Read + Send> = match self {
            Compression::Gzip => {
                Box::new(GzipMembers(Some(flate2::bufread::GzDecoder::new(packed))))
            }
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
                decoder.window_log_max(window_log(memory))?;
                Box::new(decoder)
            }
            Compression::Xz => {
                use liblzma::stream::{CONCATENATED, Stream};
                let stream = Stream::new_stream_decoder(memory, CONCATENATED)?;
                Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream))
            }
            Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
        };
        Ok(Decoder {
            reader,
            compression: self,
            limit,
        })
    }
}

impl Compression {
    /// Whether `error` means that the decoder needs more memory.
    pub(super) fn lacks_memory(self, error: &io::Error) -> bool {
        match self {
            Compression::Xz => (error.get_ref())
                .and_then(|inner| inner.downcast_ref())
                .is_some_and(|inner| matches!(inner, liblzma::stream::Error::MemLimit)),
            // The crate passes on the text of `ZSTD_error_frameParameter_windowTooLarge`.
            Compression::Zstd => error.to_string().contains("too much memory"),
            Compression::Gzip | Compression::Bzip2 => false,
        }
    }
}

/// A decoder whose errors name the compression.
pub(super) struct Decoder {
    reader: Box<dyn Read + Send>,
    compression: Compression,
    /// The memory for all layers, for the message.
    limit: u64,
}

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer);
        read.map_err(|error| {
            if self.compression.lacks_memory(&error) {
                Fault::Excess(Excess::Memory(self.limit)).into()
            } else {
                Fault::of_decoder(error, self.compression.as_str())
            }
        })
    }
}

/// The members of a gzip file. Zeros after them, which tapes and block devices leave, are skipped.
struct GzipMembers(Option<flate2::bufread::GzDecoder<Buffered>>);

impl Read for GzipMembers {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(mut rest) = self.0.take().map(flate2::bufread::GzDecoder::into_inner) else {
                break;
            };
            while rest.fill_buf()?.first() == Some(&0) {
                rest.consume(1);
            }
            match Compression::of(rest.peek(3)) {
                Some(Compression::Gzip) => {
                    self.0 = Some(flate2::bufread::GzDecoder::new(rest));
                }
                _ if rest.fill_buf()?.is_empty() => {}
                _ => return Err(Fault::Damaged("gzip").into()),
            }
        }
        Ok(0)
    }
}
