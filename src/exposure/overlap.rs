//! How much of one source is in others, exactly: their sorted tags are read in step, country by
//! country.

use super::counts::merge;
use crate::index::{Segment, SegmentError};
use crate::phone::Region;

/// The overlap of some sources in one country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryOverlap {
    /// The country.
    pub region: Region,
    /// Distinct numbers of each source, in the order that they were given in.
    pub by_source: Vec<u64>,
    /// Distinct numbers that all of them hold.
    pub shared: u64,
    /// Distinct numbers that any of them holds.
    pub union: u64,
}

/// Overlaps of segments of one key in every country that any of them has: the largest first, then
/// by the numbers that any holds, then by code.
///
/// # Errors
/// A segment that cannot be read or is damaged.
pub fn overlap_by_country(segments: &[&Segment]) -> Result<Vec<CountryOverlap>, SegmentError> {
    let mut overlaps = Vec::new();
    for region in Region::all() {
        let distinct =
            |segment: &&Segment| segment.country(region).map_or(0, |count| count.distinct);
        let by_source: Vec<u64> = segments.iter().map(distinct).collect();
        if by_source.iter().all(|&distinct| distinct == 0) {
            continue;
        }
        let (mut shared, mut union) = (0, 0);
        merge(segments.iter().copied(), region, |holders| {
            union += 1;
            shared += u64::from(holders == segments.len());
        })?;
        overlaps.push(CountryOverlap {
            region,
            by_source,
            shared,
            union,
        });
    }
    overlaps.sort_by_key(|overlap| {
        (
            std::cmp::Reverse((overlap.shared, overlap.union)),
            overlap.region,
        )
    });
    Ok(overlaps)
}
