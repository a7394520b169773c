//! The first segment of this format, kept for ever: later versions read it, or refuse it with the remedy.

use std::fs;

use leakline::{
    index::{Segment, SegmentWriter},
    phone::{Accept, CellOutcome, CellReader, ColumnReading, Number, Purpose, Region},
    tag::{Tag, Tagger},
};

use crate::sample::{key, meta, stream};

const GOLDEN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/fixtures/segments/version-2.segment"
);

/// Numbers reserved for fiction in three countries; of the United States more than a block holds.
fn numbers() -> Vec<Number> {
    let united_states = ["201", "202", "203", "205", "206", "207"]
        .into_iter()
        .flat_map(|area| (100..200).map(move |last| format!("+1{area}5550{last}")));
    let germany = (0..100).map(|last| format!("+491713920{last:04}"));
    let australia = [6, 156, 157, 158, 159, 110].map(|last| format!("+61491570{last:03}"));
    let reader = CellReader {
        purpose: Purpose::Load(Accept::Valid),
        column: ColumnReading::International,
    };
    let mut numbers = Vec::new();
    for text in united_states.chain(germany).chain(australia) {
        reader.cell(text.as_bytes(), None, &mut |outcome| match outcome {
            CellOutcome::Number(reading) => numbers.push(reading.number),
            _ => panic!("{text} is no number"),
        });
    }
    numbers
}

fn tags() -> Vec<(Region, Tag)> {
    let numbers = numbers();
    let mut tags = Vec::new();
    Tagger::new(&key()).extend(&numbers, &mut tags);
    let mut tags: Vec<_> = (numbers.iter().map(|number| number.region()))
        .zip(tags)
        .collect();
    tags.sort_unstable();
    tags
}

fn segment() -> Vec<u8> {
    let mut writer = SegmentWriter::new(Vec::new(), &meta("golden"), &key()).unwrap();
    for country in tags().chunk_by(|one, next| one.0 == next.0) {
        let tags: Vec<u64> = country.iter().map(|(_, tag)| tag.0).collect();
        let records = 2 * tags.len() as u64;
        writer
            .section(country[0].0, records, stream(&tags))
            .unwrap();
    }
    writer.end().unwrap().0
}

#[test]
fn the_writer_still_makes_the_same_bytes() {
    assert!(segment() == fs::read(GOLDEN).unwrap());
}

#[test]
fn the_reader_still_answers_from_it() {
    let segment = Segment::open(GOLDEN.as_ref()).unwrap();
    segment.verify(Some(&key())).unwrap();
    assert_eq!(segment.meta(), &meta("golden"));
    let counts: Vec<_> = (segment.countries().iter())
        .map(|country| (country.region.code(), country.distinct))
        .collect();
    assert_eq!(counts, [("AU", 6), ("DE", 100), ("US", 600)]);
    for (region, tag) in tags() {
        let mut found = Vec::new();
        let other = Tag(tag.0 ^ 1);
        segment.lookup(region, &[tag, other], &mut found).unwrap();
        assert_eq!(found, [true, false]);
    }
}
