//! Segments of one source as one: exactly the union of their tags, in any memory and for any number
//! of threads.

use std::{collections::BTreeSet, fs, num::NonZeroUsize};

use leakline::{
    index::{
        CountryCount, Segment, SegmentWriter, Sorter, SourceMerge, Spill, TagUnion, Tombstones,
        WriteError,
    },
    phone::Region,
    tag::Tag,
};
use proptest::prelude::*;

use crate::sample::{Tags, key, meta, region, scattered, segment, tags};

/// Parts of 1024 tags.
const TIGHT: usize = 1;
const AMPLE: usize = 64 << 20;

fn joined(parts: &[Tags], forgotten: &Tombstones) -> Option<SourceMerge> {
    let mut segments = parts
        .iter()
        .map(|tags| Segment::from_bytes(segment(&meta("a"), tags), Some(&key())).unwrap());
    let mut joined = SourceMerge::new(segments.next()?, forgotten.clone()).unwrap();
    segments.for_each(|segment| joined.add(segment).unwrap());
    Some(joined)
}

/// What a load of `fresh` tags into a source of several segments gives: the segment, and the counts
/// of the load.
fn add(
    fresh: &Tags,
    joined: &SourceMerge,
    memory: usize,
    threads: usize,
) -> Result<(Vec<u8>, Vec<CountryCount>), WriteError> {
    let folder = tempfile::tempdir().unwrap();
    let sorter = Sorter::new(memory, 1, Spill::Unnamed(folder.path().to_owned()));
    let mut handle = sorter.handle();
    for (region, tags) in fresh {
        let tags: Vec<Tag> = tags.iter().copied().map(Tag).collect();
        handle.push(*region, &tags)?;
    }
    let sorted = sorter.finish(vec![handle])?;
    let union = TagUnion::of_both(&sorted, joined)?;
    let mut writer = SegmentWriter::new(Vec::new(), &meta("a"), &key())?;
    let threads = NonZeroUsize::new(threads).unwrap();
    let counts = writer.sections(&union, threads, || false)?;
    Ok((writer.end()?.0, counts))
}

fn check(fresh: &Tags, parts: &[Tags]) {
    check_without(&Tags::new(), fresh, parts);
}

fn check_without(forgotten: &Tags, fresh: &Tags, parts: &[Tags]) {
    let left_out =
        (forgotten.iter()).flat_map(|(region, tags)| tags.iter().map(|tag| (*region, Tag(*tag))));
    let left_out = Tombstones::default().union(left_out);
    let mut union = std::collections::BTreeMap::<Region, BTreeSet<u64>>::new();
    for (region, tags) in parts.iter().flatten().chain(fresh) {
        union.entry(*region).or_default().extend(tags);
    }
    for (region, tags) in &mut union {
        tags.retain(|tag| !left_out.holds(*region, Tag(*tag)));
    }
    let mut bytes = Vec::new();
    for (memory, threads) in [(TIGHT, 1), (TIGHT, 3), (AMPLE, 2)] {
        let Some(joined) = joined(parts, &left_out) else {
            return;
        };
        let (segment, counts) = add(fresh, &joined, memory, threads).unwrap();
        let pushed: Vec<_> = (fresh.iter().filter(|(_, tags)| !tags.is_empty()))
            .map(|(region, tags)| CountryCount {
                region: *region,
                records: tags.len() as u64,
                distinct: tags.iter().collect::<BTreeSet<_>>().len() as u64,
            })
            .collect();
        assert_eq!(counts, pushed);
        bytes.push(segment);
    }
    assert!(bytes.iter().all(|segment| *segment == bytes[0]));
    let segment = Segment::from_bytes(bytes.remove(0), Some(&key())).unwrap();
    segment.verify().unwrap();
    let held: Vec<_> = union.iter().filter(|(_, tags)| !tags.is_empty()).collect();
    assert_eq!(segment.countries().len(), held.len());
    for (region, tags) in held {
        let given: Vec<u64> = segment.tags(*region).map(|tag| tag.unwrap().0).collect();
        assert!(given.iter().eq(tags), "{region}");
        let records: usize = (parts.iter().filter_map(|part| part.get(region)))
            .map(|part| {
                // Each takes one of its two records with it, the last of a country all.
                let held = |tag: &&u64| left_out.holds(*region, Tag(**tag));
                match part.iter().filter(held).count() {
                    all if all == part.len() => 0,
                    some => 2 * part.len() - some,
                }
            })
            .sum();
        let fresh = fresh.get(region).map_or(0, Vec::len);
        assert_eq!(
            segment.country(*region).unwrap().records,
            (records + fresh) as u64
        );
    }
}

#[test]
fn many_segments_and_a_load_are_one() {
    let overlapping = |from: u64, count: u64| {
        let mut tags: Vec<u64> = (from..from + count).map(scattered).collect();
        tags.sort_unstable();
        tags
    };
    let part = |turn: u64| {
        Tags::from([
            (region("US"), overlapping(turn * 3000, 9000)),
            (region("EG"), overlapping(turn * 100, 1)),
        ])
    };
    let parts: Vec<Tags> = (0..7).map(part).chain([tags(&[("001", 700)])]).collect();
    check(&Tags::new(), &parts);
    check(&Tags::new(), &parts[..1]);
    let fresh = Tags::from([
        (region("DE"), overlapping(0, 3)),
        (region("US"), overlapping(5000, 4000)),
    ]);
    check(&fresh, &parts);
}

#[test]
fn sections_of_several_chapters_are_read_range_by_range() {
    let counts = [("US", 512 * 512 + 700)];
    let all = tags(&counts);
    let (even, odd): (Vec<_>, Vec<_>) =
        (all[&region("US")].iter().enumerate()).partition(|(place, _)| place % 5 == 0);
    let part = |tags: Vec<(usize, &u64)>| {
        Tags::from([(
            region("US"),
            tags.into_iter().map(|(_, tag)| *tag).collect(),
        )])
    };
    check(&part(even), &[part(odd), all]);
}

#[test]
fn what_is_forgotten_is_left_out_of_every_part() {
    let all = tags(&[("EG", 700), ("IN", 5000), ("US", 9000)]);
    let every = |step: usize| -> Tags {
        let taken = |tags: &Vec<u64>| tags.iter().step_by(step).copied().collect();
        (all.iter())
            .map(|(region, tags)| (*region, taken(tags)))
            .collect()
    };
    let mut forgotten = every(3);
    forgotten.insert(region("EG"), all[&region("EG")].clone());
    forgotten.extend(tags(&[("SE", 3)]));
    let fresh = Tags::from([(region("DE"), vec![1, 2, 3])]);
    for parts in [vec![all.clone()], vec![every(2), every(7), all.clone()]] {
        check_without(&forgotten, &Tags::new(), &parts);
        check_without(&forgotten, &fresh, &parts);
    }
    check_without(&all, &Tags::new(), &[every(2)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn is_the_union_for_tags_of_any_distribution(
        parts in prop::collection::vec(prop::collection::vec((0..3usize, any::<u64>(), 0..64u32, 1..1500u64), 0..4), 2..5),
    ) {
        let part = |stretches: &Vec<(usize, u64, u32, u64)>| {
            let mut tags = Tags::new();
            for (country, start, shift, length) in stretches {
                let country = region(["EG", "IN", "US"][*country]);
                let stretch = (0..*length).map(|n| start.saturating_add(scattered(n) >> shift));
                tags.entry(country).or_default().extend(stretch);
            }
            for tags in tags.values_mut() {
                tags.sort_unstable();
                tags.dedup();
            }
            tags
        };
        let parts: Vec<Tags> = parts.iter().map(part).collect();
        check(&parts[0], &parts[1..]);
    }
}

#[test]
fn a_damaged_block_is_an_error_and_no_smaller_union() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.segment");
    let part = tags(&[("US", 30_000)]);
    let mut bytes = segment(&meta("a"), &part);
    bytes[40 + 3000] ^= 1;
    fs::write(&path, bytes).unwrap();
    for memory in [TIGHT, AMPLE] {
        let mut joined = joined(std::slice::from_ref(&part), &Tombstones::default()).unwrap();
        joined
            .add(Segment::open(&path, Some(&key())).unwrap())
            .unwrap();
        let error = add(&Tags::new(), &joined, memory, 2).unwrap_err();
        assert!(error.to_string().contains("a.segment"), "{error}");
    }
}

#[test]
fn segments_alone_are_merged_without_a_load() {
    let parts = [tags(&[("EG", 3000), ("US", 9000)]), tags(&[("DE", 5)])];
    let mut bytes = Vec::new();
    for (memory, threads) in [(TIGHT, 1), (TIGHT, 3), (AMPLE, 2)] {
        let joined = joined(&parts, &Tombstones::default()).unwrap();
        let union = TagUnion::of_merge(&joined, memory);
        let mut writer = SegmentWriter::new(Vec::new(), &meta("a"), &key()).unwrap();
        let threads = NonZeroUsize::new(threads).unwrap();
        assert_eq!(writer.sections(&union, threads, || false).unwrap(), []);
        bytes.push(writer.end().unwrap().0);
    }
    let joined = joined(&parts, &Tombstones::default()).unwrap();
    let with_an_empty_load = add(&Tags::new(), &joined, AMPLE, 1).unwrap().0;
    assert!(bytes.iter().all(|segment| *segment == with_an_empty_load));
}

#[test]
fn the_oldest_plans_and_the_newest_load_stand() {
    let of = |metadata: &str, migrations, loaded_at: &str| {
        let mut meta = meta("a");
        meta.metadata_version = metadata.to_owned();
        meta.migrations_version = migrations;
        meta.loaded_at = loaded_at.to_owned();
        Segment::from_bytes(segment(&meta, &tags(&[("US", 3)])), Some(&key())).unwrap()
    };
    let (old, new) = (
        || of("9.0.9", 1, "2026-01-02T03:04:05Z"),
        || of("9.0.42", 2, "2026-02-01T00:00:00Z"),
    );
    for (first, second) in [(old(), new()), (new(), old())] {
        let mut joined = SourceMerge::new(first, Tombstones::default()).unwrap();
        joined.add(second).unwrap();
        let meta = joined.meta();
        let said = (meta.metadata_version.as_str(), meta.migrations_version);
        assert_eq!(said, ("9.0.9", 1));
        assert_eq!(meta.loaded_at, "2026-02-01T00:00:00Z");
        let what = joined.contradictions().iter().map(|other| other.what);
        assert_eq!(what.collect::<Vec<_>>(), ["numbering plans", "old plans"]);
    }
}
