//! The formats of `stats` and `overlap`.
//!
//! ```text
//! exposures.rs       Exposures: counts by country and by source; JSON, CSV, tables
//! html.rs            the page for a browser
//! source_columns.rs  the columns of a source, the same in CSV, table and page
//! overlaps.rs        Overlaps: the numbers that sources share
//! ```

mod exposures;
mod html;
mod overlaps;
mod source_columns;

pub use exposures::{CountBy, Exposures};
pub use overlaps::{NameTaken, Overlaps};
