//! Lines that go on on the next one, put together.

use crate::dump::MAX_ROW_BYTES;

/// Whole lines out of pieces; no more of a line is kept than a row may have.
#[derive(Default)]
pub(super) struct FoldedLines {
    line: Vec<u8>,
    /// The line before has ended and may go on.
    ended: bool,
}

impl FoldedLines {
    /// Calls `visit` with each line that ends in `bytes`, unfolded. `soft` says of a line whether the next one
    /// goes on with it though it does not begin with a space; its last byte is then left out.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        last: bool,
        soft: fn(&[u8]) -> bool,
        visit: &mut dyn FnMut(&[u8]),
    ) {
        for &byte in bytes {
            if self.ended {
                self.ended = false;
                if matches!(byte, b' ' | b'\t') {
                    continue;
                }
                if soft(&self.line) {
                    self.line.pop();
                } else {
                    visit(&self.line);
                    self.line.clear();
                }
            }
            match byte {
                b'\n' => self.ended = true,
                b'\r' => {}
                _ if self.line.len() < MAX_ROW_BYTES => self.line.push(byte),
                _ => {}
            }
        }
        if last {
            visit(&self.line);
            self.line.clear();
            self.ended = false;
        }
    }
}
