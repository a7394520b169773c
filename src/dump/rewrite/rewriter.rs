//! The interface of the formats: bytes of a dump in, lines of JSON out.

use crate::dump::BytesEnd;

/// Turns one format into JSON values one a line, as its bytes come.
pub(in crate::dump) trait Rewriter: Send {
    /// Appends the rows that end in `bytes`. `end` says whether the whole dump ends with them.
    fn rewrite(&mut self, bytes: &[u8], end: BytesEnd, rows: &mut Vec<u8>);

    /// The kind of data that broke off, if the dump ended in the middle of it.
    fn broken_off(&self) -> Option<&'static str> {
        None
    }
}
