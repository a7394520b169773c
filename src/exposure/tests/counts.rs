//! Counts by country and of what sources share, against plain sets.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::{Numbers, segment, some_numbers};
use crate::exposure::counts::count_in_ranges;
use crate::exposure::{CountError, CountOptions, ExposureCounts};
use crate::index::Segment;
use crate::key::Key;
use crate::phone::Region;

/// With ranges so small that the few numbers of a test make several.
fn counted(segments: &[Segment], min_cell: u64) -> ExposureCounts {
    let options = CountOptions {
        min_cell,
        beside: &[],
        countries: &[],
        threads: NonZeroUsize::new(2).unwrap(),
        go_on: &|_| true,
    };
    count_in_ranges(&segments.iter().collect::<Vec<_>>(), options, 8).unwrap()
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap()
}

/// The numbers of each source, without those of which fewer than `least` are in the same sources.
/// Small sources are left out where that keeps more numbers.
fn without_small_groups(mut cells: Vec<(usize, Numbers)>, least: u64) -> Vec<(usize, Numbers)> {
    let (mut best, mut most) = (Vec::new(), 0);
    while !cells.is_empty() {
        let holders = |number: &(Region, u64)| -> Vec<usize> {
            let holders = cells.iter().filter(|(_, cell)| cell.contains(number));
            holders.map(|cell| cell.0).collect()
        };
        let union: Numbers = cells.iter().flat_map(|(_, cell)| cell).copied().collect();
        let mut groups = BTreeMap::<Vec<usize>, u64>::new();
        for number in &union {
            *groups.entry(holders(number)).or_default() += 1;
        }
        let is_kept = |number: &&(Region, u64)| groups[&holders(number)] >= least;
        let kept: Numbers = union.iter().filter(is_kept).copied().collect();
        if kept.len() > most {
            most = kept.len();
            best = (cells.iter())
                .map(|(source, cell)| (*source, cell.intersection(&kept).copied().collect()))
                .filter(|(_, cell): &(usize, Numbers)| !cell.is_empty())
                .collect();
        }
        let smallest = (0..cells.len())
            .min_by_key(|&index| cells[index].1.len())
            .unwrap();
        cells.remove(smallest);
    }
    best
}

proptest! {
    #[test]
    fn overlaps_are_those_of_plain_sets(
        sources in prop::collection::vec(some_numbers(), 1..6),
        min_cell in 0u64..12,
    ) {
        let key = Key::generate().unwrap();
        let segments: Vec<Segment> =
            sources.iter().enumerate().map(|(turn, numbers)| segment(&format!("s{turn}"), numbers, &key)).collect();
        let ExposureCounts { countries: counts, pairs } = counted(&segments, min_cell);
        let mut shared_by_pair = BTreeMap::<(usize, usize), u64>::new();
        prop_assert!(counts.is_sorted_by_key(|count| (std::cmp::Reverse(count.distinct), count.region)));
        let mut countries_with_a_cell = 0;
        for region in Region::all() {
            let of_region = |numbers: &Numbers| -> Numbers {
                numbers.iter().copied().filter(|number| number.0 == region).collect()
            };
            let whole: Vec<(usize, Numbers)> = (sources.iter().map(of_region).enumerate())
                .filter(|(_, cell)| !cell.is_empty() && size(cell.len()) >= min_cell)
                .collect();
            let cells = without_small_groups(whole.clone(), min_cell);
            let Some(count) = counts.iter().find(|count| count.region == region) else {
                prop_assert!(cells.is_empty());
                continue;
            };
            countries_with_a_cell += 1;
            let by_source: Vec<(usize, u64)> =
                count.by_source.iter().map(|cell| (cell.source, cell.distinct)).collect();
            let expected: Vec<(usize, u64)> =
                cells.iter().map(|(source, cell)| (*source, size(cell.len()))).collect();
            prop_assert_eq!(by_source, expected);
            let union: Numbers = cells.iter().flat_map(|(_, cell)| cell).copied().collect();
            prop_assert_eq!(count.distinct, size(union.len()));
            // Every number has two rows; one that is left out takes one with it.
            let of_whole = |source| whole.iter().find(|cell| cell.0 == source).unwrap().1.len();
            let records: u64 = cells.iter().map(|(source, cell)| size(of_whole(*source) + cell.len())).sum();
            prop_assert_eq!(count.records, records);
            let in_all = union.iter().filter(|number| {
                cells.len() == sources.len() && cells.iter().all(|(_, cell)| cell.contains(number))
            });
            prop_assert_eq!(count.in_all, size(in_all.count()));
            for (position, (first, one)) in cells.iter().enumerate() {
                for (second, other) in &cells[position + 1..] {
                    let shared = size(one.intersection(other).count());
                    if shared > 0 {
                        *shared_by_pair.entry((*first, *second)).or_default() += shared;
                    }
                }
            }
        }
        prop_assert_eq!(counts.len(), countries_with_a_cell);
        let pairs: Vec<_> = pairs.iter().map(|pair| ((pair.first, pair.second), pair.shared)).collect();
        prop_assert_eq!(pairs, shared_by_pair.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn blocks_of_several_thousand_numbers_are_counted_whole() {
    let key = Key::generate().unwrap();
    let region = Region::from_code("EG").unwrap();
    let source = |name: &str, numbers: std::ops::Range<u64>| {
        let numbers = numbers.map(|number| (region, 100 + number)).collect();
        segment(name, &numbers, &key)
    };
    let sources = [
        source("a", 0..5_000),
        source("b", 2_000..7_000),
        source("c", 4_500..4_600),
    ];
    for (sources, distinct, in_all) in [(&sources[..2], 7_000, 3_000), (&sources[..], 7_000, 100)] {
        let segments: Vec<&Segment> = sources.iter().collect();
        for range_tags in [100, 4_000, 1 << 20] {
            let options = CountOptions {
                min_cell: 0,
                beside: &[],
                countries: &[region],
                threads: NonZeroUsize::MIN,
                go_on: &|_| true,
            };
            let counts = count_in_ranges(&segments, options, range_tags).unwrap();
            let country = &counts.countries[0];
            assert_eq!((country.distinct, country.in_all), (distinct, in_all));
            assert_eq!(counts.pairs[0].shared, 3_000);
        }
    }
}

#[test]
fn counting_ends_where_it_is_told_to() {
    let key = Key::generate().unwrap();
    let numbers: Numbers = (100..200)
        .map(|number| (Region::from_code("EG").unwrap(), number))
        .collect();
    let segments = [segment("a", &numbers, &key), segment("b", &numbers, &key)];
    let options = CountOptions {
        min_cell: 0,
        beside: &[],
        countries: &[],
        threads: NonZeroUsize::MIN,
        go_on: &|share| share < 0.5,
    };
    let counted = count_in_ranges(&segments.iter().collect::<Vec<_>>(), options, 10);
    assert!(matches!(counted, Err(CountError::Interrupted)));
}
