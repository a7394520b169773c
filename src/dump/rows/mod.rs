//! Rows: where a buffer may be cut so that no row is torn, and how a row is split into cells.
//!
//! - `cut` finds the boundaries of rows, on the reading thread;
//! - `batch` holds whole rows, and splits them into cells on any thread;
//! - `row` is one row: its line, its bytes and its cells;
//! - `records` and `values` make rows of delimited fields and of JSON values;
//! - `dialect` knows delimiters and quotes, `near` searches short fields, and `regular` passes over
//!   whole records;
//! - `reread` reads the bytes of a batch a second time.
//!
//! Nothing here infers anything: a [`super::Shape`] says which cells are wanted.

mod batch;
pub(super) mod cut;
pub(super) mod dialect;
pub(super) mod near;
mod records;
mod regular;
pub(super) mod reread;
mod row;
mod values;

pub use batch::{Batch, Scratch};
pub use dialect::Quoting;
pub use row::{Cell, Damage, Row, RowContent};
