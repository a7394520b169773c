//! Small dumps are read to their end before their rows are, so that their digest is known first.

use std::io::{self, Cursor, Read};
use std::mem;

use super::{Digest, Stream};

impl Stream {
    /// The digest of the dump as found, if it has at most `most` bytes. The bytes read here, or the
    /// error, are given again by the next reads.
    pub(crate) fn look_ahead(&mut self, most: usize) -> Option<Digest> {
        let mut seen = Vec::new();
        let read = (&mut self.reader)
            .take(most as u64 + 1)
            .read_to_end(&mut seen);
        let digest = match &read {
            Ok(count) if *count <= most => self.found.finish().ok(),
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

/// Gives the error of the reader before it.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
