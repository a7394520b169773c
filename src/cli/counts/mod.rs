//! Counts by country: `stats` and `overlap`. Neither looks a number up, so neither needs the key.

pub(crate) mod overlap;
pub(crate) mod stats;
