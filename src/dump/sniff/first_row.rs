//! Whether the first row of a table is a header.

/// What the first row of a table is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstRow {
    /// The names of the columns.
    Header,
    /// A row like the others.
    Data,
}

impl FirstRow {
    pub(super) fn of(has_header: bool) -> FirstRow {
        if has_header {
            FirstRow::Header
        } else {
            FirstRow::Data
        }
    }

    pub(super) fn is_header(self) -> bool {
        self == FirstRow::Header
    }
}
