//! How many numbers of each country stand in the sources, exactly, a number in two sources counted
//! once.

use crate::index::{Segment, SegmentError};
use crate::phone::Region;
use crate::tag::Tag;

/// The counts of one country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryExposure {
    /// The country.
    pub region: Region,
    /// Rows of all sources that gave a number of it.
    pub records: u64,
    /// Distinct numbers over all sources.
    pub distinct: u64,
    /// Distinct numbers of each source that has any, with its place among the segments.
    pub by_source: Vec<(usize, u64)>,
}

/// Counts over segments of one key: the country with most distinct numbers first, then by code.
///
/// # Errors
/// A segment that cannot be read or is damaged.
pub fn count_by_country(segments: &[&Segment]) -> Result<Vec<CountryExposure>, SegmentError> {
    let mut counts = Vec::new();
    for region in Region::all() {
        let mut records = 0;
        let mut by_source = Vec::new();
        for (source, segment) in segments.iter().enumerate() {
            if let Some(country) = segment
                .countries()
                .iter()
                .find(|country| country.region == region)
            {
                records += country.records;
                by_source.push((source, country.distinct));
            }
        }
        let distinct = match by_source.as_slice() {
            [] => continue,
            [(_, distinct)] => *distinct,
            several => {
                let several = several.iter().map(|&(source, _)| segments[source]);
                count_union(several, region)?
            }
        };
        counts.push(CountryExposure {
            region,
            records,
            distinct,
            by_source,
        });
    }
    counts.sort_by_key(|country| (std::cmp::Reverse(country.distinct), country.region));
    Ok(counts)
}

/// Distinct tags of one country over several segments.
fn count_union<'a>(
    segments: impl Iterator<Item = &'a Segment>,
    region: Region,
) -> Result<u64, SegmentError> {
    let mut distinct = 0;
    merge(segments, region, |_| distinct += 1)?;
    Ok(distinct)
}

/// Reads the tags of one country of several segments in step, and tells of each distinct one how
/// many segments hold it.
pub(super) fn merge<'a>(
    segments: impl Iterator<Item = &'a Segment>,
    region: Region,
    mut visit: impl FnMut(usize),
) -> Result<(), SegmentError> {
    let mut streams: Vec<_> = segments
        .map(|segment| segment.tags(region).peekable())
        .collect();
    loop {
        let mut least = None;
        for stream in &mut streams {
            match stream.peek() {
                Some(Ok(tag)) => least = Some(least.map_or(*tag, |least: Tag| least.min(*tag))),
                Some(Err(_)) => {
                    if let Some(Err(damage)) = stream.next() {
                        return Err(damage);
                    }
                }
                None => {}
            }
        }
        let Some(least) = least else {
            return Ok(());
        };
        let mut holders = 0;
        for stream in &mut streams {
            let held = stream.next_if(|tag| matches!(tag, Ok(tag) if *tag == least));
            holders += usize::from(held.is_some());
        }
        visit(holders);
    }
}
