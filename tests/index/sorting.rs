//! Tags of many threads come back by country, ascending and each once, whatever the memory.

use std::{collections::BTreeMap, fs, num::NonZeroUsize, thread};

use leakline::{
    index::{SegmentWriter, SortError, Sorted, Sorter, SorterWriter, Spill, TagUnion},
    phone::Region,
    tag::Tag,
};
use proptest::prelude::*;

use crate::sample::{key, meta, region, scattered};

/// A small amount of memory: handles of 1024 pairs.
const TIGHT: usize = 1;
const AMPLE: usize = 64 << 20;

fn pairs(count: u64, repeat: u64) -> Vec<(Region, Tag)> {
    let countries = ["EG", "US", "001", "IN"].map(region);
    (0..count)
        .map(|n| {
            let n = n % repeat;
            // Of four, one country has half of the numbers.
            (
                countries[usize::try_from(scattered(n + 1) % 6).unwrap().min(3)],
                Tag(scattered(n)),
            )
        })
        .collect()
}

fn push_all(handle: &mut SorterWriter, pairs: &[(Region, Tag)]) -> Result<(), SortError> {
    pairs
        .iter()
        .try_for_each(|(region, tag)| handle.push(*region, &[*tag]))
}

fn sort(
    pairs: &[(Region, Tag)],
    memory: usize,
    threads: usize,
    spill: Spill,
) -> Result<Sorted, SortError> {
    let sorter = Sorter::new(memory, threads, spill);
    let handles = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let mut handle = sorter.handle();
                scope.spawn(move || {
                    for batch in pairs.chunks(100).skip(worker).step_by(threads) {
                        push_all(&mut handle, batch)?;
                    }
                    Ok(handle)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect::<Result<Vec<_>, SortError>>()
    })?;
    sorter.finish(handles)
}

fn check(sorted: &Sorted, pairs: &[(Region, Tag)]) {
    let mut expected = BTreeMap::<Region, Vec<u64>>::new();
    for (region, tag) in pairs {
        expected.entry(*region).or_default().push(tag.0);
    }
    let counts: Vec<_> = expected
        .iter()
        .map(|(region, tags)| (*region, tags.len() as u64))
        .collect();
    assert_eq!(sorted.regions().collect::<Vec<_>>(), counts);
    for (region, mut tags) in expected {
        tags.sort_unstable();
        tags.dedup();
        let given: Vec<u64> = sorted.region(region).map(|tag| tag.unwrap().0).collect();
        assert!(
            given == tags,
            "{region}: {} tags instead of {}",
            given.len(),
            tags.len()
        );
    }
    assert_eq!(sorted.region(region("FR")).count(), 0);
}

fn spill() -> (tempfile::TempDir, Spill) {
    let folder = tempfile::tempdir().unwrap();
    let spill = Spill::Unnamed(folder.path().to_owned());
    (folder, spill)
}

#[test]
fn gives_everything_back_for_any_number_of_threads_and_any_memory() {
    let (folder, spill) = spill();
    let pairs = pairs(60_000, 45_000);
    for threads in [1, 2, 5] {
        for memory in [TIGHT, 1 << 16, 1 << 18, AMPLE] {
            let sorted = sort(&pairs, memory, threads, spill.clone()).unwrap();
            check(&sorted, &pairs);
            assert_eq!(sorted.spilled() == 0, memory == AMPLE);
            assert_eq!(
                fs::read_dir(folder.path()).unwrap().count(),
                0,
                "the file has no name"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_distribution_of_the_tags_does_not_matter(
        ranges in prop::collection::vec((any::<u64>(), 1..4000u64, 1..5u64), 1..6),
        threads in 1..4usize,
    ) {
        // Stretches of neighbouring tags, some of them repeated, far from what a keyed hash gives.
        let mut pairs = Vec::new();
        for (start, length, repeats) in ranges {
            for _ in 0..repeats {
                pairs.extend((0..length).map(|n| (region("IN"), Tag(start.saturating_add(n)))));
            }
        }
        let (_folder, spill) = spill();
        let sorted = sort(&pairs, TIGHT, threads, spill).unwrap();
        check(&sorted, &pairs);
    }
}

#[test]
fn segments_are_the_same_bytes_for_any_threads_memory_and_order() {
    let (_folder, spill) = spill();
    let mut pairs = pairs(60_000, 50_000);
    let mut segments = Vec::new();
    for (threads, memory) in [(1, AMPLE), (2, TIGHT), (8, 1 << 17), (3, AMPLE)] {
        pairs.sort_by_key(|(_, tag)| scattered(tag.0 ^ memory as u64));
        let sorted = sort(&pairs, memory, threads, spill.clone()).unwrap();
        let mut writer = SegmentWriter::new(Vec::new(), &meta("a"), &key()).unwrap();
        for (region, records) in sorted.regions() {
            writer
                .section(region, records, sorted.region(region))
                .unwrap();
        }
        segments.push(writer.end().unwrap().0);
        let mut writer = SegmentWriter::new(Vec::new(), &meta("a"), &key()).unwrap();
        let threads = NonZeroUsize::new(threads).unwrap();
        let counts = writer
            .sections(&TagUnion::of_load(&sorted), threads, || false)
            .unwrap();
        let (bytes, countries) = writer.end().unwrap();
        assert_eq!(counts, countries);
        segments.push(bytes);
    }
    assert!(segments.iter().all(|segment| *segment == segments[0]));
}

#[test]
fn nothing_is_written_where_nothing_may_be() {
    let error = sort(&pairs(5000, 5000), TIGHT, 1, Spill::Never)
        .err()
        .unwrap();
    assert!(matches!(error, SortError::Full { .. }), "{error}");
    // The same number of rows, with fewer different numbers than there is room for.
    let repeated = pairs(5000, 800);
    let sorted = sort(&repeated, TIGHT, 1, Spill::Never).unwrap();
    check(&sorted, &repeated);
    assert_eq!(sorted.spilled(), 0);
}

#[test]
fn a_folder_that_takes_no_file_is_an_error_that_names_it() {
    let spill = Spill::Unnamed("/nonexistent/folder".into());
    let error = sort(&pairs(5000, 5000), TIGHT, 2, spill).err().unwrap();
    assert!(error.to_string().contains("/nonexistent/folder"), "{error}");
}

#[test]
fn a_sorter_without_tags_gives_none() {
    let sorted = sort(&[], AMPLE, 2, Spill::Never).unwrap();
    assert_eq!(sorted.regions().count(), 0);
    assert_eq!(sorted.region(region("US")).count(), 0);
}

#[test]
fn one_number_over_and_over_and_one_country_alone_are_sorted_in_the_same_memory() {
    let (_folder, spill) = spill();
    let one: Vec<_> = (0..200_000).map(|_| (region("IN"), Tag(7))).collect();
    let few: Vec<_> = (0..200_000)
        .map(|n| (region("IN"), Tag(scattered(n % 9000))))
        .collect();
    // Tags that no hash gives: all of one bucket, and its longest run of bits in common.
    let near: Vec<_> = (0..100_000)
        .map(|n| (region("IN"), Tag(1 << 63 | n)))
        .collect();
    for pairs in [one, few, near] {
        for memory in [TIGHT, 1 << 20] {
            let sorted = sort(&pairs, memory, 2, spill.clone()).unwrap();
            check(&sorted, &pairs);
        }
    }
}

#[test]
fn the_disk_needed_is_checked_before_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let sorter = Sorter::new(TIGHT, 1, Spill::Unnamed(folder.path().to_owned()));
    // So little was read that the whole would not fit any disk.
    sorter.has_read(1, Some(1 << 60));
    let mut handle = sorter.handle();
    let error = pairs(5000, 5000)
        .chunks(100)
        .try_for_each(|pairs| push_all(&mut handle, pairs))
        .unwrap_err();
    assert!(matches!(error, SortError::Disk { .. }), "{error}");
    assert!(error.to_string().contains("MB are free"), "{error}");
}

#[test]
fn a_disk_that_is_too_small_by_the_estimate_is_named_with_what_it_needs() {
    // Half of the input was read: twice as many tags are to come, 8 bytes each in the file and 6 in
    // the segment.
    let folder = tempfile::tempdir().unwrap();
    let needed = |total, stored| {
        let mut sorter = Sorter::new(TIGHT, 1, Spill::Unnamed(folder.path().to_owned()));
        if stored {
            sorter = sorter.storing_in(folder.path());
        }
        sorter.has_read(1, Some(total));
        let mut handle = sorter.handle();
        let pushed = pairs(5000, 5000)
            .chunks(100)
            .flatten()
            .try_for_each(|(region, tag)| handle.push(*region, &[*tag]));
        match pushed.unwrap_err() {
            SortError::Disk {
                folder: named,
                needed,
                available,
                ..
            } => {
                assert_eq!(named, folder.path());
                assert!(available < needed);
                needed
            }
            other => panic!("{other}"),
        }
    };
    let (alone, with_segment) = (needed(1 << 50, false), needed(1 << 50, true));
    assert_eq!(alone % (8 << 50), 0);
    assert_eq!(with_segment, alone / 8 * 14);
}
