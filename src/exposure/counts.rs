//! How many numbers of each country the sources hold, and how many of them they share, exactly.
//!
//! A number that several sources hold counts once. The tags of a country are cut into ranges of
//! some hundred thousand, which worker threads count one by one: see `shared_tags`.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;

use super::groups::{Groups, SharedByTwo};
use super::shared_tags::{Grouping, SharedTags};
use crate::index::{Segment, SegmentError};
use crate::ordered_pool::OrderedPool;
use crate::phone::Region;
use crate::tag::Tag;

/// Tags of all sources in one range, about: some 10 ms of work, 16 MiB of memory.
const RANGE_TAGS: u64 = 1 << 20;

/// The numbers of one source in one country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceCount {
    /// Index of the source among the segments.
    pub source: usize,
    /// Rows that gave a number.
    pub records: u64,
    /// Distinct numbers.
    pub distinct: u64,
}

/// The counts of one country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryExposure {
    /// The country.
    pub region: Region,
    /// Rows of all sources that gave a number of it.
    pub records: u64,
    /// Distinct numbers over all sources.
    pub distinct: u64,
    /// Distinct numbers that every one of the segments holds.
    pub in_all: u64,
    /// The sources that hold a number of it, in the order of the segments.
    pub by_source: Vec<SourceCount>,
}

/// Counts over some sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExposureCounts {
    /// The country with most distinct numbers first, then by code.
    pub countries: Vec<CountryExposure>,
    /// The pairs of sources that share a number, in the order of the segments. Over all countries:
    /// five hundred sources have too many pairs to keep those of each.
    pub pairs: Vec<SharedByTwo>,
}

/// Pairs of sources by their indexes, and the numbers that both hold.
type SharedByPair = BTreeMap<(usize, usize), u64>;

/// Why counting ended before everything was counted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CountError {
    /// A segment could not be read, or is damaged.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// `go_on` said no.
    #[error("interrupted")]
    Interrupted,
}

/// How countries are counted.
#[derive(Clone, Copy)]
pub struct CountOptions<'a> {
    /// Numbers are left out of every count if fewer than this are of the same country and in the
    /// same sources, so that neither a count nor a difference of counts is from 1 to this, less
    /// one. A number that is left out takes one row with it.
    pub min_cell: u64,
    /// Segments that are not counted. `min_cell` leaves out what it would leave out if they were,
    /// so that the counts of some sources and those of others do not tell it, either.
    pub beside: &'a [&'a Segment],
    /// The countries to count; all if empty.
    pub countries: &'a [Region],
    /// Worker threads.
    pub threads: NonZeroUsize,
    /// Whether to go on; asked before each range with the share of the work that is done.
    pub go_on: &'a dyn Fn(f64) -> bool,
}

/// Counts over segments of one key.
///
/// # Errors
/// A segment that cannot be read or is damaged, or an interrupt.
pub fn count_by_country(
    segments: &[&Segment],
    options: CountOptions<'_>,
) -> Result<ExposureCounts, CountError> {
    count_in_ranges(segments, options, RANGE_TAGS)
}

/// The same, with ranges of about `range_tags` tags.
pub(super) fn count_in_ranges(
    segments: &[&Segment],
    options: CountOptions<'_>,
    range_tags: u64,
) -> Result<ExposureCounts, CountError> {
    let (mut countries, pairs) = if options.min_cell > 1 {
        count_without_small_groups(segments, options, range_tags)?
    } else {
        let (counted, pairs) = count_all(segments, options, Grouping::None, range_tags)?;
        let countries = counted.into_iter().map(|country| country.0);
        (countries.collect(), pairs)
    };
    countries.sort_by_key(|country| (Reverse(country.distinct), country.region));
    let pairs = pairs.into_iter();
    Ok(ExposureCounts {
        countries,
        pairs: pairs
            .map(|((first, second), shared)| SharedByTwo {
                first,
                second,
                shared,
            })
            .collect(),
    })
}

/// Counts every segment, then takes the small groups out of the counts of `segments`.
fn count_without_small_groups(
    segments: &[&Segment],
    options: CountOptions<'_>,
    range_tags: u64,
) -> Result<(Vec<CountryExposure>, SharedByPair), CountError> {
    let shown = segments.iter().copied().zip((0..).map(Some));
    let beside = options.beside.iter().copied().zip(std::iter::repeat(None));
    let mut all: Vec<(&Segment, Option<usize>)> = shown.chain(beside).collect();
    // The same counts are left out whichever segments are shown.
    all.sort_by(|(one, _), (other, _)| one.meta().source.cmp(&other.meta().source));
    let every: Vec<&Segment> = all.iter().map(|(segment, _)| *segment).collect();
    let (counted, _) = count_all(&every, options, Grouping::ByHolders, range_tags)?;
    let mut pairs = SharedByPair::new();
    let large = counted.into_iter().filter_map(|(country, shared)| {
        let cells = &country.by_source;
        let groups = match cells[..] {
            [only] => Groups::of_one(only.distinct),
            [first, second] => Groups::of_two(first.distinct, second.distinct, shared.in_all),
            _ => shared.groups,
        };
        let mut smallest_first: Vec<usize> = (0..cells.len()).collect();
        smallest_first.sort_by_key(|&position| cells[position].distinct);
        let groups = groups.at_least(options.min_cell, &smallest_first);
        let groups = groups.renamed(|position| all[cells[position].source].1);
        let cell = |index: usize| {
            let cell = cells.iter().find(|cell| all[cell.source].1 == Some(index));
            *cell.expect("a group names sources of the country")
        };
        groups.add_pairs(&mut pairs);
        CountryExposure::of_groups(country.region, &groups, cell, segments.len())
    });
    Ok((large.collect(), pairs))
}

/// Counts every country over `segments`, without sources that hold fewer than `min_cell` numbers of
/// it, and the pairs of all countries together.
fn count_all(
    segments: &[&Segment],
    options: CountOptions<'_>,
    grouping: Grouping,
    range_tags: u64,
) -> Result<(Vec<(CountryExposure, SharedTags)>, SharedByPair), CountError> {
    let wanted =
        |region: &Region| options.countries.is_empty() || options.countries.contains(region);
    let mut counts: Vec<(CountryExposure, SharedTags)> = (Region::all().filter(wanted))
        .filter_map(|region| CountryExposure::not_merged(segments, region, options.min_cell))
        .map(|country| (country, SharedTags::default()))
        .collect();
    let jobs: Vec<(usize, RangeInclusive<Tag>)> = (counts.iter().enumerate())
        .filter(|(_, (country, _))| country.by_source.len() > 1)
        .flat_map(|(index, (country, _))| {
            let tags: u64 = country.by_source.iter().map(|cell| cell.distinct).sum();
            ranges(tags.div_ceil(range_tags)).map(move |range| (index, range))
        })
        .collect();
    let cells: Vec<_> = (counts.iter())
        .map(|(country, _)| (country.region, country.by_source.clone()))
        .collect();
    let (mut next, mut pairs) = (0, SharedByPair::new());
    OrderedPool::new(options.threads).run(
        || {
            let share = next as f64 / jobs.len().max(1) as f64;
            if !(options.go_on)(share) {
                return Err(CountError::Interrupted);
            }
            next += 1;
            Ok(jobs.get(next - 1))
        },
        || (),
        |(), (index, range)| {
            let (region, by_source) = &cells[*index];
            let blocks = by_source
                .iter()
                .map(|cell| segments[cell.source].tag_blocks(*region, range.clone()));
            Ok((*index, SharedTags::count(blocks.collect(), grouping)?))
        },
        |counted: Result<_, SegmentError>| {
            let (index, mut part) = counted?;
            let source = |position: usize| cells[index].1[position].source;
            for ((first, second), shared) in std::mem::take(&mut part.pairs) {
                *pairs.entry((source(first), source(second))).or_default() += shared;
            }
            counts[index].1.add(&part);
            Ok(())
        },
    )?;
    for (country, shared) in &mut counts {
        if country.by_source.len() > 1 {
            country.merge(shared, segments.len());
        }
    }
    Ok((counts, pairs))
}

/// Cuts all tags into `count` ranges of the same width. Tags are keyed hashes, so each holds about
/// as many.
fn ranges(count: u64) -> impl Iterator<Item = RangeInclusive<Tag>> {
    let start = move |index: u64| {
        let start = (u128::from(index) << 64) / u128::from(count.max(1));
        u64::try_from(start).expect("the range is not past the last")
    };
    (0..count).map(move |index| {
        let end = if index + 1 == count {
            u64::MAX
        } else {
            start(index + 1) - 1
        };
        Tag(start(index))..=Tag(end)
    })
}

impl CountryExposure {
    /// The counts that the directories of the segments tell. `None` if no source is left.
    fn not_merged(segments: &[&Segment], region: Region, min_cell: u64) -> Option<CountryExposure> {
        let by_source: Vec<SourceCount> = (segments.iter().enumerate())
            .filter_map(|(source, segment)| {
                let country = segment.country(region)?;
                (country.distinct >= min_cell.max(1)).then_some(SourceCount {
                    source,
                    records: country.records,
                    distinct: country.distinct,
                })
            })
            .collect();
        let first = by_source.first()?;
        Some(CountryExposure {
            region,
            records: by_source.iter().map(|cell| cell.records).sum(),
            distinct: first.distinct,
            in_all: if segments.len() == 1 {
                first.distinct
            } else {
                0
            },
            by_source,
        })
    }

    /// The counts of `groups` over `segments` segments, of which `cell` gives the whole counts.
    /// `None` if there is no group.
    fn of_groups(
        region: Region,
        groups: &Groups,
        cell: impl Fn(usize) -> SourceCount,
        segments: usize,
    ) -> Option<CountryExposure> {
        let by_source: Vec<SourceCount> = (groups.by_source().into_iter())
            .map(|(source, distinct)| {
                let whole = cell(source);
                let left_out = whole.distinct.saturating_sub(distinct);
                SourceCount {
                    source,
                    // Less one row for each number that is left out: how many rows a number has is
                    // not stored, and what is left of `records - distinct` tells nothing of groups.
                    records: whole.records.saturating_sub(left_out),
                    distinct,
                }
            })
            .collect();
        (!by_source.is_empty()).then(|| CountryExposure {
            region,
            records: by_source.iter().map(|cell| cell.records).sum(),
            distinct: groups.numbers(),
            in_all: groups.in_all(segments),
            by_source,
        })
    }

    /// Sets the counts that only the tags themselves tell.
    fn merge(&mut self, shared: &SharedTags, segments: usize) {
        self.distinct = shared.distinct;
        if self.by_source.len() == segments {
            self.in_all = shared.in_all;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_every_tag_once() {
        for count in [1, 2, 3, 7, 1000] {
            let ranges: Vec<_> = ranges(count).collect();
            assert_eq!(ranges.len() as u64, count);
            assert_eq!(
                (ranges[0].start().0, ranges[ranges.len() - 1].end().0),
                (0, u64::MAX)
            );
            for pair in ranges.windows(2) {
                assert_eq!(pair[0].end().0 + 1, pair[1].start().0);
            }
        }
    }
}
