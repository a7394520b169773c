//! The bytes of SQL → text outside quotes, quotes, and the text inside them. Comments are left out.

/// What one byte means, once the bytes around it are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A byte outside quotes and comments.
    Plain(u8),
    /// A quote of this kind opens.
    Open(u8),
    /// A byte of the text in quotes, its escape taken off.
    Inside(u8),
    /// The quote closes.
    Close(u8),
    /// A doubled quote, which stands for one.
    Doubled(u8),
}

/// The quotes or the comment around the next byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Nothing,
    /// Quotes of this kind, in which backslashes are escapes or not.
    Quotes {
        kind: u8,
        escapes: bool,
    },
    LineComment,
    BlockComment,
}

/// Whether `#` begins a comment: within values it is an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashSign {
    Comment,
    Operator,
}

/// Tells quotes and comments from the rest.
pub(super) struct Lexer {
    around: Around,
    /// A byte that means something only with the next one: a quote, backslash, dash, slash or star.
    pending: Option<u8>,
    comment: Vec<u8>,
    /// Whether backslashes are escapes in strings, as in `MySQL`.
    pub(super) backslashes: bool,
}

impl Lexer {
    /// Bytes of a line comment that are looked at.
    const COMMENT_BYTES: usize = 200;

    pub(super) fn new() -> Lexer {
        Lexer {
            around: Around::Nothing,
            pending: None,
            comment: Vec::new(),
            backslashes: true,
        }
    }

    /// Forgets quotes and comments: a statement begins.
    pub(super) fn reset(&mut self) {
        (self.around, self.pending) = (Around::Nothing, None);
    }

    /// Passes over the rest of the line.
    pub(super) fn skip_line(&mut self) {
        (self.around, self.pending) = (Around::LineComment, None);
    }

    pub(super) fn is_in_quotes(&self) -> bool {
        matches!(self.around, Around::Quotes { .. })
    }

    pub(super) fn is_in_block_comment(&self) -> bool {
        self.around == Around::BlockComment
    }

    /// Whether the next byte is outside quotes and comments, whatever it is.
    pub(super) fn is_outside(&self) -> bool {
        self.around == Around::Nothing && self.pending.is_none()
    }

    /// The number of bytes at the start of `bytes` that are text within quotes, up to the next one
    /// that may end it or the line.
    pub(super) fn quoted_run(&self, bytes: &[u8]) -> usize {
        match (self.around, self.pending) {
            (Around::Quotes { kind, .. }, None) => bytes
                .iter()
                .position(|&byte| byte == kind || matches!(byte, b'\\' | b'\n' | b'\r'))
                .unwrap_or(bytes.len()),
            _ => 0,
        }
    }

    /// The events of the byte before, if it waited for this one, and of `byte`. `escape_string`
    /// says that a quote opens a string in which backslashes are escapes whatever the dialect
    /// (`E'…'`).
    pub(super) fn step(
        &mut self,
        byte: u8,
        hash: HashSign,
        escape_string: bool,
    ) -> [Option<Event>; 2] {
        let mut first = None;
        if let Some(before) = self.pending.take() {
            match (self.around, before) {
                (Around::Nothing, b'-') if byte == b'-' => {
                    self.around = Around::LineComment;
                    return [None, None];
                }
                (Around::Nothing, b'/') if byte == b'*' => {
                    self.around = Around::BlockComment;
                    return [None, None];
                }
                (Around::Nothing, _) => first = Some(Event::Plain(before)),
                (Around::BlockComment, _) if byte == b'/' => {
                    self.around = Around::Nothing;
                    return [None, None];
                }
                (Around::Quotes { kind, .. }, _) if before == kind => {
                    if byte == kind {
                        return [Some(Event::Doubled(kind)), None];
                    }
                    self.around = Around::Nothing;
                    first = Some(Event::Close(kind));
                }
                (Around::Quotes { .. }, _) => return [Some(Event::Inside(escaped(byte))), None],
                (Around::BlockComment | Around::LineComment, _) => {}
            }
        }
        [first, self.event(byte, hash, escape_string)]
    }

    fn event(&mut self, byte: u8, hash: HashSign, escape_string: bool) -> Option<Event> {
        match self.around {
            Around::LineComment => {
                if matches!(byte, b'\n' | b'\r') {
                    self.end_line_comment();
                    // The line end is seen by whoever waits for one.
                    return Some(Event::Plain(byte));
                }
                if self.comment.len() < Self::COMMENT_BYTES {
                    self.comment.push(byte);
                }
                None
            }
            Around::BlockComment => {
                self.pending = (byte == b'*').then_some(byte);
                None
            }
            Around::Quotes { kind, escapes } => {
                if byte == kind || (byte == b'\\' && escapes) {
                    self.pending = Some(byte);
                    return None;
                }
                Some(Event::Inside(byte))
            }
            Around::Nothing => match byte {
                b'-' | b'/' => {
                    self.pending = Some(byte);
                    None
                }
                b'#' if hash == HashSign::Comment => {
                    self.around = Around::LineComment;
                    None
                }
                b'\'' | b'"' | b'`' => {
                    self.around = Around::Quotes {
                        kind: byte,
                        escapes: byte != b'`' && (self.backslashes || escape_string),
                    };
                    Some(Event::Open(byte))
                }
                _ => Some(Event::Plain(byte)),
            },
        }
    }

    fn end_line_comment(&mut self) {
        self.around = Around::Nothing;
        let comment = self.comment.to_ascii_uppercase();
        // Postgres and Oracle name themselves, and have no backslash escapes.
        if ["POSTGRESQL", "REM INSERTING"]
            .iter()
            .any(|name| memchr::memmem::find(&comment, name.as_bytes()).is_some())
        {
            self.backslashes = false;
        }
        self.comment.clear();
    }
}

/// The byte that a backslash and `byte` stand for.
pub(super) fn escaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'0' => 0,
        other => other,
    }
}
