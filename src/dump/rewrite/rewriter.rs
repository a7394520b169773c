//! The interface of the formats: bytes of a dump in, lines of JSON out.

/// Turns one format into JSON values one a line, as its bytes come.
pub(in crate::dump) trait Rewriter: Send {
    /// Appends the rows that end in `bytes`. `last` says that the dump ends with them, whole.
    fn rewrite(&mut self, bytes: &[u8], last: bool, rows: &mut Vec<u8>);

    /// The kind of data that broke off, if the dump ended in the middle of it.
    fn broken_off(&self) -> Option<&'static str> {
        None
    }
}
