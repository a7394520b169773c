//! Lines that go on on the next one, put together.

use crate::dump::{BytesEnd, MAX_ROW_BYTES, rows::near};

/// What a format says of its lines.
#[derive(Clone, Copy)]
pub(super) struct Folding {
    /// Whether the next line goes on with this one though no space begins it. The last byte of this
    /// line is then left out.
    pub(super) is_soft: fn(&[u8]) -> bool,
    /// Whether this line is whole, so that space at the start of the next one is indentation.
    pub(super) is_whole: fn(&[u8]) -> bool,
}

/// A line, unfolded. No more of it is kept than a row may have.
#[derive(Clone, Copy)]
pub(super) struct Unfolded<'a> {
    pub(super) text: &'a [u8],
    /// It was cut off at the limit.
    pub(super) is_cut: bool,
}

/// Whole lines out of pieces. A line ends with `\n`, `\r\n` or a lone `\r`.
pub(super) struct FoldedLines {
    folding: Folding,
    line: Vec<u8>,
    is_cut: bool,
    /// The line has ended, and the next one may go on with it.
    ended: bool,
    /// Spaces at the start of the next line.
    indent: usize,
    /// Spaces that begin each line.
    usual_indent: usize,
    /// Carriage returns before the next byte.
    returns: usize,
}

/// The number of bytes before the next carriage return or line feed.
fn line_end(bytes: &[u8]) -> usize {
    near::find2(b'\r', b'\n', bytes).unwrap_or(bytes.len())
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl FoldedLines {
    pub(super) fn new(folding: Folding) -> FoldedLines {
        FoldedLines {
            folding,
            line: Vec::new(),
            is_cut: false,
            ended: false,
            indent: 0,
            usual_indent: 0,
            returns: 0,
        }
    }

    /// Calls `visit` with each line that ends in `bytes`.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        end: BytesEnd,
        visit: &mut dyn FnMut(Unfolded<'_>),
    ) {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            match byte {
                b'\r' => self.returns += 1,
                // Damaged files have several carriage returns in one line end.
                b'\n' => {
                    self.returns = 0;
                    self.end_line(visit);
                }
                _ => {
                    for _ in 0..std::mem::take(&mut self.returns) {
                        self.end_line(visit);
                    }
                    if self.ended && !is_space(byte) {
                        self.begin_line(visit);
                    }
                    if let Some(length) = self.whole_line(rest, visit) {
                        rest = &rest[length..];
                        continue;
                    }
                    let (text, line_end) = rest.split_at(line_end(rest));
                    self.text(text, visit);
                    rest = line_end;
                    continue;
                }
            }
            rest = after;
        }
        if end.is_here() {
            if self.ended {
                self.begin_line(visit);
            }
            self.give(visit);
            (self.ended, self.returns) = (false, 0);
        }
    }

    /// Calls `visit` with the line that `bytes` begin with, where it does not go on on the next one,
    /// and returns its length with its end. Most lines are never copied so.
    fn whole_line(&self, bytes: &[u8], visit: &mut dyn FnMut(Unfolded<'_>)) -> Option<usize> {
        if self.ended || self.is_cut || !self.line.is_empty() {
            return None;
        }
        let (text, line_end) = bytes.split_at(line_end(bytes));
        let next_line = line_end.strip_prefix(b"\r").unwrap_or(line_end);
        let next_line = next_line.strip_prefix(b"\n")?;
        if next_line.first().is_none_or(|byte| is_space(*byte))
            || text.len() > MAX_ROW_BYTES
            || (self.folding.is_soft)(text)
        {
            return None;
        }
        visit(Unfolded {
            text,
            is_cut: false,
        });
        Some(bytes.len() - next_line.len())
    }

    fn end_line(&mut self, visit: &mut dyn FnMut(Unfolded<'_>)) {
        if self.ended {
            self.begin_line(visit);
        }
        self.ended = true;
        self.indent = 0;
    }

    /// Bytes of one line.
    fn text(&mut self, mut text: &[u8], visit: &mut dyn FnMut(Unfolded<'_>)) {
        if self.ended {
            let spaces = text.iter().take_while(|byte| is_space(**byte)).count();
            self.indent += spaces;
            text = &text[spaces..];
            if text.is_empty() {
                return;
            }
            self.begin_line(visit);
        }
        let room = MAX_ROW_BYTES.saturating_sub(self.line.len());
        let (kept, cut) = text.split_at(room.min(text.len()));
        self.line.extend_from_slice(kept);
        self.is_cut |= !cut.is_empty();
    }

    /// At the first byte of a line that is no space: the line before goes on, or is given out.
    fn begin_line(&mut self, visit: &mut dyn FnMut(Unfolded<'_>)) {
        self.ended = false;
        let is_whole = self.indent > 0 && (self.folding.is_whole)(&self.line);
        if is_whole {
            self.usual_indent = self.indent;
        }
        if self.indent > 0 && !is_whole && self.indent != self.usual_indent {
            // One space folds the line; the others are text.
            let usual = if self.indent > self.usual_indent {
                self.usual_indent
            } else {
                0
            };
            let spaces = self.indent - usual - 1;
            self.line.resize(self.line.len() + spaces, b' ');
        } else if (self.folding.is_soft)(&self.line) {
            self.line.pop();
        } else {
            self.give(visit);
        }
        self.indent = 0;
    }

    fn give(&mut self, visit: &mut dyn FnMut(Unfolded<'_>)) {
        visit(Unfolded {
            text: &self.line,
            is_cut: self.is_cut,
        });
        self.line.clear();
        self.is_cut = false;
    }
}
