//! Texts that no phone column and no country column takes.

use std::borrow::Cow;

/// The place of a text that no phone column or country column takes.
#[derive(Clone, Copy)]
pub enum UnreadPlace<'a> {
    /// In a field, counted from 0.
    Field(usize),
    /// Under these keys, the last of which is the `index`th of its object, from 0.
    Value {
        /// The keys from the top. Arrays have none.
        keys: &'a [Cow<'a, str>],
        /// Place of the last key.
        index: usize,
    },
    /// It is itself a key of the object under these keys.
    Key {
        /// The keys above it.
        keys: &'a [Cow<'a, str>],
        /// Place of the key in its object, from 0.
        index: usize,
    },
}

/// Called with each text that is not read, and its place.
pub type UnreadVisit<'a> = dyn FnMut(UnreadPlace<'_>, &[u8]) + 'a;
