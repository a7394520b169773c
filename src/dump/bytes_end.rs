//! Whether more bytes follow on those at hand.

/// Whether more bytes of a dump follow on those at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BytesEnd {
    /// The dump, or the batch that they are all of, ends with them.
    Here,
    /// More may follow.
    Later,
}

impl BytesEnd {
    /// `is_complete` says that the dump ends with the bytes.
    pub(super) fn of(is_complete: bool) -> BytesEnd {
        if is_complete {
            BytesEnd::Here
        } else {
            BytesEnd::Later
        }
    }

    pub(super) fn is_here(self) -> bool {
        self == BytesEnd::Here
    }
}
