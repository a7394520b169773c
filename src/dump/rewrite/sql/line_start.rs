//! The first word of each line: a statement begins at its verb at the start of a line, whatever
//! came before. T-SQL has no semicolons, clients have lines of their own, and quotes may never
//! close.

/// A first word that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineWord {
    /// `INSERT`: begins a statement even where brackets or quotes are open.
    Insert,
    /// `REPLACE`, `MERGE`, `UPSERT`, `UPDATE`, `COPY` or `CREATE`: these are names and functions
    /// too.
    Verb,
    /// `GO`, or `/` on a line of its own, which end a statement.
    Go,
    /// A command of a client: the line is no SQL.
    Client,
}

/// Follows lines byte by byte.
#[derive(Default)]
pub(super) struct LineStart {
    word: Vec<u8>,
    /// The first word of this line is over.
    past: bool,
}

impl LineStart {
    /// Longer words are no verbs.
    const MOST_BYTES: usize = 10;

    /// The first word of the line, at the white space or line end behind it.
    pub(super) fn word(&mut self, byte: u8) -> Option<LineWord> {
        let is_line_end = matches!(byte, b'\n' | b'\r');
        if self.past {
            self.past = !is_line_end;
            return None;
        }
        let is_slash = byte == b'/' && self.word.is_empty();
        if (byte.is_ascii_alphabetic() || is_slash) && self.word.len() < Self::MOST_BYTES {
            self.word.push(byte.to_ascii_uppercase());
            return None;
        }
        if self.word.is_empty() && byte.is_ascii_whitespace() {
            return None;
        }
        self.past = !is_line_end;
        let meaning = match self.word.as_slice() {
            _ if !byte.is_ascii_whitespace() => None,
            b"INSERT" => Some(LineWord::Insert),
            b"REPLACE" | b"MERGE" | b"UPSERT" | b"UPDATE" | b"COPY" | b"CREATE" => {
                Some(LineWord::Verb)
            }
            b"GO" => Some(LineWord::Go),
            b"/" if is_line_end => Some(LineWord::Go),
            b"PROMPT" | b"REM" | b"REMARK" | b"DELIMITER" | b"SPOOL" | b"ECHO" => {
                Some(LineWord::Client)
            }
            _ => None,
        };
        if meaning.is_none() {
            self.word.clear();
        }
        meaning
    }

    /// Whether the first word of this line is over: no byte means anything up to the line end.
    pub(super) fn is_past(&self) -> bool {
        self.past
    }

    /// Whether the next byte is the first of the line that is no space.
    pub(super) fn is_here(&self) -> bool {
        !self.past && self.word.is_empty()
    }

    /// Passes over the first word of this line.
    pub(super) fn pass(&mut self) {
        self.past = true;
    }

    /// Takes the word that [`Self::word`] found.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.word)
    }
}
