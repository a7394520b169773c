//! Small dumps read to their end before any row of them is, so that what they are, byte for byte, is known first.

use std::io::{self, Cursor, Read};
use std::mem;

use super::{Digest, Stream};

impl Stream {
    /// Reads to the end if that is no further than `most` bytes, and says what the dump is as found. What was read,
    /// or went wrong, comes again.
    pub(crate) fn look_ahead(&mut self, most: usize) -> Option<Digest> {
        let mut seen = Vec::new();
        let read = (&mut self.reader)
            .take(most as u64 + 1)
            .read_to_end(&mut seen);
        let digest = match &read {
            Ok(count) if *count <= most => self.tap.finish().ok(),
            _ => None,
        };
        let rest = mem::replace(&mut self.reader, Box::new(io::empty()));
        let seen = Cursor::new(seen);
        self.reader = match read {
            Ok(_) => Box::new(seen.chain(rest)),
            Err(error) => Box::new(seen.chain(Broken(Some(error)))),
        };
        digest
    }
}

/// Fails as the reader before it did.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
