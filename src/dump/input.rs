//! Where the bytes come from: read once and in order, hashed as found, UTF-16 decoded on the way.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use encoding_rs::{Decoder, Encoding};
use sha2::{Digest as _, Sha256};

use super::{DumpError, Pace};

/// Where a dump is read from. Never seeks: a pipe will do.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// A file or a named pipe.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes at hand, such as arguments.
    Memory(Vec<u8>),
}

/// What was read, as found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: [u8; 32],
}

/// An open source.
pub(super) struct Input {
    reader: Box<dyn Read + Send>,
    hasher: Sha256,
    bytes: u64,
    total: Option<u64>,
    decoder: Option<Decoder>,
    undecoded: Vec<u8>,
    ended: bool,
    pace: Pace,
}

impl Input {
    pub(super) fn open(source: Source, pace: Pace) -> Result<Input, DumpError> {
        let (reader, total): (Box<dyn Read + Send>, _) = match source {
            Source::File(path) => {
                let file = File::open(path).map_err(DumpError::Open)?;
                let metadata = file.metadata().map_err(DumpError::Open)?;
                if metadata.is_dir() {
                    return Err(DumpError::Folder);
                }
                (Box::new(file), metadata.is_file().then_some(metadata.len()))
            }
            Source::Stdin => (Box::new(io::stdin()), None),
            Source::Memory(bytes) => {
                let length = u64::try_from(bytes.len()).ok();
                (Box::new(io::Cursor::new(bytes)), length)
            }
        };
        Ok(Input {
            reader,
            hasher: Sha256::new(),
            bytes: 0,
            total,
            decoder: None,
            undecoded: Vec::new(),
            ended: false,
            pace,
        })
    }

    /// Appends at most `want` bytes of the source (decoded, they may be more): as many as there are, or at the
    /// pace of the source as many as one read gives.
    pub(super) fn read_more(&mut self, buffer: &mut Vec<u8>, want: usize) -> Result<(), DumpError> {
        let Some(decoder) = &mut self.decoder else {
            let before = buffer.len();
            self.ended = read_some(&mut self.reader, buffer, want, self.pace)?;
            self.bytes += as_u64(buffer.len() - before);
            self.hasher.update(&buffer[before..]);
            return Ok(());
        };
        self.undecoded.clear();
        self.ended = read_some(&mut self.reader, &mut self.undecoded, want, self.pace)?;
        self.bytes += as_u64(self.undecoded.len());
        self.hasher.update(&self.undecoded);
        decode(decoder, &self.undecoded, buffer, self.ended);
        Ok(())
    }

    /// Decodes what was read so far, and from now on what will be read.
    pub(super) fn decode_from(
        &mut self,
        encoding: &'static Encoding,
        read_so_far: &[u8],
    ) -> Vec<u8> {
        let mut text = Vec::new();
        let decoder = self.decoder.insert(encoding.new_decoder_with_bom_removal());
        decode(decoder, read_so_far, &mut text, self.ended);
        text
    }

    /// Whether the end of the source has been seen.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Reads to the end and says what was there.
    pub(super) fn finish(mut self, mut buffer: Vec<u8>) -> Result<Digest, DumpError> {
        self.decoder = None;
        while !self.ended {
            buffer.clear();
            self.read_more(&mut buffer, 1 << 20)?;
        }
        Ok(Digest {
            bytes: self.bytes,
            sha256: self.hasher.finalize().into(),
        })
    }
}

/// Whether the end was reached.
fn read_some(
    reader: &mut dyn Read,
    buffer: &mut Vec<u8>,
    want: usize,
    pace: Pace,
) -> Result<bool, DumpError> {
    if pace == Pace::Live {
        return read_once(reader, buffer, want).map_err(DumpError::Read);
    }
    buffer.reserve(want);
    let read = reader
        .take(as_u64(want))
        .read_to_end(buffer)
        .map_err(DumpError::Read)?;
    Ok(read < want)
}

fn read_once(reader: &mut dyn Read, buffer: &mut Vec<u8>, want: usize) -> io::Result<bool> {
    let before = buffer.len();
    buffer.resize(before + want, 0);
    let read = loop {
        match reader.read(&mut buffer[before..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    buffer.truncate(before + *read.as_ref().unwrap_or(&0));
    Ok(read? == 0)
}

fn decode(decoder: &mut Decoder, bytes: &[u8], text: &mut Vec<u8>, last: bool) {
    let before = text.len();
    let most = decoder
        .max_utf8_buffer_length(bytes.len())
        .expect("a chunk is far below the limit");
    text.resize(before + most, 0);
    let (_, _, written, _) = decoder.decode_to_utf8(bytes, &mut text[before..], last);
    text.truncate(before + written);
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).expect("lengths fit 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_is_of_the_bytes_as_found_even_when_they_are_decoded() {
        let utf16 = [0xff, 0xfe, b'1', 0, b'2', 0];
        let mut input = Input::open(Source::Memory(utf16.to_vec()), Pace::Bulk).unwrap();
        let mut raw = Vec::new();
        input.read_more(&mut raw, 3).unwrap();
        let mut decoded = input.decode_from(encoding_rs::UTF_16LE, &raw);
        input.read_more(&mut decoded, 100).unwrap();
        assert_eq!(decoded, b"12");
        let digest = input.finish(Vec::new()).unwrap();
        assert_eq!(digest.bytes, 6);
        assert_eq!(digest.sha256, <[u8; 32]>::from(Sha256::digest(utf16)));
    }

    #[test]
    fn finishing_early_reads_the_rest() {
        let mut input = Input::open(Source::Memory(b"abc".to_vec()), Pace::Bulk).unwrap();
        input.read_more(&mut Vec::new(), 1).unwrap();
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
        let opened = Input::open(Source::File(folder.path().to_owned()), Pace::Bulk);
        assert!(matches!(opened, Err(DumpError::Folder)));
    }
}
