//! JSON: where the values of a document end, which keys hold numbers, and the cells of one value.
//!
//! - `document` finds the values of a document without parsing them, by their `extent`;
//! - `paths` is the tree of the keys that lead to numbers, and `cells` follows it through a value,
//!   most values by `simple_walk`;
//! - `unread_numbers` walks where no path leads, and `mend` repairs what parsers refuse.
//!
//! Room `sniff` decides which keys hold numbers; room `rows` makes rows of the cells.

mod cells;
mod document;
mod extent;
mod mend;
mod paths;
mod simple_walk;
mod unread_texts;

pub(super) use cells::{BatchText, JsonCells, NUMBER_KEYS, cells_of, is_cut_off};
pub(super) use document::{Arrays, Elements, OwnKey, Span};
pub(super) use extent::split_key;
pub(super) use mend::{mend, parse};
pub(super) use paths::{ANY_KEY, KEY_ITSELF, Keys, Paths, Target, field_key};
pub(super) use unread_texts::unread_texts;
