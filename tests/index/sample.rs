//! Segments to test with: tags that look random and are the same in every run.

use std::{collections::BTreeMap, convert::Infallible};

use leakline::{
    index::{Provenance, SegmentWriter, SourceMeta, Status},
    key::{Key, KeyId},
    phone::Region,
    tag::Tag,
};

pub(crate) type Tags = BTreeMap<Region, Vec<u64>>;

/// The bytes 0 to 31.
pub(crate) fn key() -> Key {
    Key::from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f").unwrap()
}

pub(crate) fn key_id() -> KeyId {
    key().id()
}

pub(crate) fn region(code: &str) -> Region {
    Region::from_code(code).unwrap()
}

pub(crate) fn meta(source: &str) -> SourceMeta {
    SourceMeta {
        source: source.parse().unwrap(),
        title: Some("A title".to_owned()),
        date: Some("2022-11".parse().unwrap()),
        status: Status::Disputed,
        note: None,
        claimed: Some(BTreeMap::from([("EG".to_owned(), 7)])),
        loaded_at: "2026-01-02T03:04:05Z".to_owned(),
        leakline_version: "0.1.0".to_owned(),
        metadata_version: "9.0.42".to_owned(),
        migrations_version: 1,
        provenance: Provenance::default(),
    }
}

/// The n-th number of a fixed sequence without a pattern (the finaliser of `SplitMix64`).
pub(crate) fn scattered(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// So many sorted tags of each country.
pub(crate) fn tags(counts: &[(&str, u64)]) -> Tags {
    let mut next = 0;
    let mut all = Tags::new();
    for (code, count) in counts {
        let tags = all.entry(region(code)).or_default();
        tags.extend((next..next + count).map(scattered));
        tags.sort_unstable();
        next += count;
    }
    all
}

/// Sorted tags as what a writer takes.
pub(crate) fn stream(tags: &[u64]) -> impl Iterator<Item = Result<Tag, Infallible>> {
    tags.iter().map(|tag| Ok(Tag(*tag)))
}

/// A segment in memory, with twice as many records as tags.
pub(crate) fn segment(meta: &SourceMeta, tags: &Tags) -> Vec<u8> {
    let mut writer = SegmentWriter::new(Vec::new(), meta, &key()).unwrap();
    for (region, tags) in tags {
        writer
            .section(*region, 2 * tags.len() as u64, stream(tags))
            .unwrap();
    }
    writer.end().unwrap().0
}
