//! JSON: where the values of a document end, which keys hold numbers, and the cells of one value.

mod cells;
mod document;
mod paths;
mod unread_texts;

pub(super) use cells::{JsonCells, NUMBER_KEYS, cells_of, is_cut_off, mend};
pub(super) use document::{Arrays, Elements, Span};
pub(super) use paths::{Paths, Target};
pub(super) use unread_texts::unread_texts;

/// The keys of a dump's values.
pub(super) struct Keys {
    /// Those that lead to numbers and the country.
    pub(super) wanted: Paths,
}
