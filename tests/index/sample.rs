//! Segments to test with: tags that look random and are the same in every run.

use std::{collections::BTreeMap, convert::Infallible, fs, path::Path};

use highway::{HighwayHash as _, HighwayHasher};
use hmac::{Hmac, KeyInit, Mac};
use leakline::{
    index::{IndexChange, Provenance, SegmentWriter, SourceMeta, Status, WriteLock},
    key::{Key, KeyId},
    phone::Region,
    tag::Tag,
};
use sha2::Sha256;

pub(crate) type Tags = BTreeMap<Region, Vec<u64>>;

/// The bytes 0 to 31.
pub(crate) fn secret() -> Vec<u8> {
    (0..32).collect()
}

pub(crate) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// The keyed checksum of the document, under [`key`].
pub(crate) fn keyed_checksum(bytes: &[u8]) -> u64 {
    let derived = hmac(&secret(), b"leakline checksums 1");
    let words = derived.as_chunks::<8>().0;
    let key = [words[0], words[1], words[2], words[3]].map(u64::from_le_bytes);
    HighwayHasher::new(highway::Key(key)).hash64(bytes)
}

/// [`secret`] as a key.
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

/// Puts a source with these numbers of one country into a change.
pub(crate) fn put(change: &mut IndexChange<'_>, meta: &SourceMeta, tags: &[u64]) {
    let mut writer = change.begin(meta).unwrap();
    let records = tags.len() as u64;
    writer.section(region("US"), records, stream(tags)).unwrap();
    change.put(writer).unwrap();
}

/// Puts such a source into a locked index.
pub(crate) fn store(lock: &WriteLock, meta: &SourceMeta, tags: &[u64]) {
    let key = key();
    let mut change = lock.change(&key, None).unwrap();
    put(&mut change, meta, tags);
    change.commit().unwrap();
}

/// The names of the files in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
