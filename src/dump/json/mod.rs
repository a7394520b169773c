//! JSON: where the values of a document end, which keys hold numbers, and the cells of one value.

mod cells;
mod document;
mod paths;

pub(super) use cells::{Found, NUMBER_KEYS, cells_of, is_cut_off, mend};
pub(super) use document::{Arrays, Elements, Span};
pub(super) use paths::{Paths, Target};
