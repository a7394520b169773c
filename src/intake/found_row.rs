//! A row on its way through the reader.

use super::Home;
use crate::dump::{Batch, Row};

/// A row to be read, with all that is known of it.
#[derive(Clone, Copy)]
pub(super) struct FoundRow<'r> {
    pub(super) batch: &'r Batch,
    pub(super) row: &'r Row<'r>,
    pub(super) home: Home,
}
