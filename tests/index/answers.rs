use std::{collections::BTreeSet, thread};

use leakline::{
    index::{CountryCount, Segment, SegmentWriter, WriteError, false_positive_rate},
    tag::Tag,
};
use proptest::prelude::*;

use crate::sample::{Tags, key, key_id, meta, region, scattered, segment, stream, tags};

fn found(segment: &Segment, code: &str, tags: &[u64]) -> Vec<bool> {
    let tags: Vec<Tag> = tags.iter().map(|tag| Tag(*tag)).collect();
    let mut found = vec![true; 3];
    segment.lookup(region(code), &tags, &mut found).unwrap();
    found
}

/// Sizes around the ends of blocks; tags far apart, close together, or at both ends of their range.
fn sets() -> impl Strategy<Value = BTreeSet<u64>> {
    let size = prop_oneof![0..4u64, 510..515u64, 1022..1027u64];
    let shift = prop_oneof![Just(0), Just(40), Just(52)];
    (size, shift, any::<u64>(), any::<bool>()).prop_map(|(size, shift, seed, ends)| {
        let tags = (0..size).map(|n| scattered(seed.wrapping_add(n)) >> shift);
        tags.chain([0, u64::MAX].into_iter().filter(|_| ends))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn members_are_found_and_others_are_not(
        (one, other) in (sets(), sets()),
        strangers in prop::collection::vec(any::<u64>(), 0..50),
        order in any::<u64>(),
    ) {
        let mut all = Tags::new();
        for (code, set) in [("DE", &one), ("US", &other)] {
            all.insert(region(code), set.iter().copied().collect());
        }
        let segment = Segment::from_bytes(segment(&meta("a"), &all), Some(&key())).unwrap();
        segment.verify().unwrap();
        // Members, their neighbours and strangers, each twice, in no order.
        let mut queries: Vec<u64> = strangers;
        for tag in one.iter().chain(&other) {
            queries.extend([*tag, tag.wrapping_add(1), tag.wrapping_sub(1), *tag]);
        }
        queries.sort_by_key(|tag| scattered(tag ^ order));
        for (code, set) in [("DE", &one), ("US", &other)] {
            let expected: Vec<bool> = queries.iter().map(|tag| set.contains(tag)).collect();
            prop_assert_eq!(found(&segment, code, &queries), expected);
            let streamed: Vec<u64> = segment.tags(region(code)).map(|tag| tag.unwrap().0).collect();
            prop_assert_eq!(streamed, set.iter().copied().collect::<Vec<_>>());
            let count = segment.country(region(code));
            prop_assert_eq!(count.map_or(0, |count| count.distinct), set.len() as u64);
            for tag in queries.iter().take(5) {
                prop_assert_eq!(found(&segment, code, &[*tag]), vec![set.contains(tag)]);
            }
        }
        prop_assert_eq!(found(&segment, "FR", &queries), vec![false; queries.len()]);
        prop_assert_eq!(segment.country(region("FR")), None);
    }
}

#[test]
fn says_what_it_was_given() {
    let all = tags(&[("001", 3), ("EG", 1000), ("US", 1)]);
    let meta = meta("a-source");
    let segment = Segment::from_bytes(segment(&meta, &all), Some(&key())).unwrap();
    assert_eq!(segment.full_meta().unwrap(), meta);
    assert_eq!(segment.key_id(), key_id());
    let expected: Vec<_> = all
        .iter()
        .map(|(region, tags)| {
            let distinct = tags.len() as u64;
            CountryCount {
                region: *region,
                records: 2 * distinct,
                distinct,
            }
        })
        .collect();
    assert_eq!(segment.countries(), expected);
}

#[test]
fn a_large_file_answers_as_a_small_one_and_for_several_threads_at_once() {
    let all = tags(&[("BR", 40_000), ("IN", 130_000), ("US", 90_001)]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.segment");
    let bytes = segment(&meta("a"), &all);
    assert!(bytes.len() > 1 << 20);
    std::fs::write(&path, &bytes).unwrap();
    let segment = Segment::open(&path, Some(&key())).unwrap();
    assert_eq!(segment.length(), bytes.len() as u64);
    segment.verify().unwrap();
    thread::scope(|scope| {
        for (region, members) in &all {
            let segment = &segment;
            scope.spawn(move || {
                for (step, size) in [(1, 200_000), (977, 3), (13, 500)] {
                    let members: Vec<u64> = members.iter().copied().step_by(step).collect();
                    for batch in members.chunks(size) {
                        let mut batch = batch.to_vec();
                        batch.sort_by_key(|tag| scattered(*tag));
                        assert_eq!(
                            found(segment, region.code(), &batch),
                            vec![true; batch.len()]
                        );
                    }
                }
                let strangers: Vec<u64> = (1 << 40..(1 << 40) + 50_000).map(scattered).collect();
                assert!(!found(segment, region.code(), &strangers).contains(&true));
            });
        }
    });
}

#[test]
fn the_writer_refuses_what_is_out_of_order() {
    let writer = || SegmentWriter::new(Vec::new(), &meta("a"), &key()).unwrap();
    for bad in [&[2, 1][..], &[1, 1], &[1, 5, 5]] {
        let mut writer = writer();
        let error = writer.section(region("DE"), 9, stream(bad)).unwrap_err();
        assert!(matches!(error, WriteError::TagOrder { .. }), "{error}");
        assert!(matches!(writer.end(), Err(WriteError::Broken)));
    }
    for again in ["US", "FR"] {
        let mut writer = writer();
        writer.section(region("US"), 1, stream(&[1])).unwrap();
        let error = writer.section(region(again), 1, stream(&[1])).unwrap_err();
        assert!(matches!(error, WriteError::CountryOrder { .. }), "{error}");
    }
    for (records, tags) in [(1, &[1, 2][..]), (0, &[1]), (1, &[])] {
        let error = writer()
            .section(region("DE"), records, stream(tags))
            .unwrap_err();
        assert!(matches!(error, WriteError::Counts { .. }), "{error}");
    }
}

#[test]
fn a_country_without_numbers_is_not_in_the_segment() {
    let mut writer = SegmentWriter::new(Vec::new(), &meta("a"), &key()).unwrap();
    writer.section(region("DE"), 0, stream(&[])).unwrap();
    writer.section(region("FR"), 1, stream(&[7])).unwrap();
    let (bytes, countries) = writer.end().unwrap();
    assert_eq!(countries.len(), 1);
    let segment = Segment::from_bytes(bytes, Some(&key())).unwrap();
    assert_eq!(segment.countries(), countries);
}

#[test]
fn the_rate_of_false_hits_is_that_of_the_worst_country_over_all_sources() {
    let one = Segment::from_bytes(
        segment(&meta("a"), &tags(&[("DE", 10), ("US", 20)])),
        Some(&key()),
    )
    .unwrap();
    let other =
        Segment::from_bytes(segment(&meta("b"), &tags(&[("DE", 15)])), Some(&key())).unwrap();
    let unit = 2_f64.powi(-64);
    let close = |rate: f64, numbers: f64| (rate / unit - numbers).abs() < 1e-9;
    assert!(close(false_positive_rate([&one]), 20.0));
    assert!(close(false_positive_rate([&one, &other]), 25.0));
    assert!(close(false_positive_rate([]), 0.0));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let all = tags(&[("EG", 5000), ("US", 10)]);
    assert_eq!(segment(&meta("a"), &all), segment(&meta("a"), &all));
}

/// 64 − log₂ N + 2 bits a tag, and their fences another 0.44.
#[test]
fn tags_take_as_many_bits_as_documented() {
    for chapters in [1, 2] {
        let count: u64 = 512 * 512 * chapters;
        let bytes = segment(&meta("a"), &tags(&[("US", count)]));
        let bits = 8.0 * bytes.len() as f64 / count as f64;
        let documented = 64.0 - (count as f64).log2() + 2.0 + 0.44;
        assert!((bits - documented).abs() < 0.1, "{bits}, {documented}");
    }
}
