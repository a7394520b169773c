//! The formats of `stats` and `overlap`.
//!
//! ```text
//! exposures.rs       Exposures: counts by country and by source; its JSON is these fields
//! country_row.rs     the counts of one country in all sources
//! verdict.rs         a count against its claim, and counts that cannot be
//! overlaps.rs        Overlaps: the numbers that sources share, in every format
//! pairs.rs           two sources: their shared numbers, and the odd among them
//! claims.rs          a seller's table against the numbers found
//! csv.rs, tables.rs  Exposures as CSV, and for people: terminal and Markdown
//! page.rs, page/     Exposures as a page for a browser
//! source_columns.rs  the columns of a source, the same in CSV, table and page
//! ```

mod claims;
mod country_row;
mod csv;
mod exposures;
mod overlaps;
mod page;
mod pairs;
mod source_columns;
mod tables;
mod verdict;

pub use exposures::{CountBy, Exposures};
pub use overlaps::{OverlapView, Overlaps};
