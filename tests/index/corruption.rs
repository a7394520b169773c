//! Whatever happens to a byte of a segment, it is noticed; until then no answer is wrong.

use std::fs;

use leakline::{
    index::{Segment, SegmentDamage, SegmentError},
    tag::Tag,
};
use proptest::prelude::*;

use crate::sample::{Tags, key, meta, region, segment, tags};

/// Bytes of the header.
const HEADER: usize = 40;
/// Bytes of the trailer.
const TRAILER: usize = 104;

fn few() -> (Tags, Vec<u8>) {
    let all = tags(&[("001", 1), ("EG", 600), ("US", 30)]);
    let bytes = segment(&meta("a"), &all);
    (all, bytes)
}

/// Looks every tag up, and verifies.
fn assert_noticed(all: &Tags, bytes: Vec<u8>, what: &str) {
    let Ok(segment) = Segment::from_bytes(bytes, Some(&key())) else {
        return;
    };
    for (region, tags) in all {
        let members: Vec<Tag> = tags.iter().map(|tag| Tag(*tag)).collect();
        let mut found = Vec::new();
        match segment.lookup(*region, &members, &mut found) {
            Ok(()) => assert_eq!(found, vec![true; members.len()], "a wrong answer: {what}"),
            Err(_) => assert!(found.is_empty()),
        }
        let streamed: Result<Vec<u64>, _> = segment
            .tags(*region)
            .map(|tag| tag.map(|tag| tag.0))
            .collect();
        assert!(
            streamed.is_err() || streamed.unwrap() == *tags,
            "wrong tags: {what}"
        );
    }
    assert!(segment.verify().is_err(), "not noticed: {what}");
}

#[test]
fn every_flipped_bit_is_noticed() {
    let (all, bytes) = few();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            // All bits of header, directory and trailer; one of each byte elsewhere.
            if at > 600 && at + 300 < bytes.len() && bit != at % 8 {
                continue;
            }
            let mut bytes = bytes.clone();
            bytes[at] ^= 1 << bit;
            assert_noticed(&all, bytes, &format!("bit {bit} of byte {at}"));
        }
    }
}

#[test]
fn every_truncation_and_every_addition_is_noticed_when_opened() {
    let (_, bytes) = few();
    for length in 0..bytes.len() {
        assert!(
            Segment::from_bytes(bytes[..length].to_vec(), Some(&key())).is_err(),
            "cut to {length}"
        );
    }
    for more in [&b"\0"[..], b"\n", &bytes[bytes.len() - TRAILER..], &bytes] {
        assert!(Segment::from_bytes([&bytes[..], more].concat(), Some(&key())).is_err());
    }
}

proptest! {
    #[test]
    fn any_overwritten_range_is_noticed(at in any::<prop::sample::Index>(), new in prop::collection::vec(any::<u8>(), 1..64)) {
        let (all, mut bytes) = few();
        let at = at.index(bytes.len());
        let before = bytes.clone();
        for (byte, new) in bytes[at..].iter_mut().zip(&new) {
            *byte = *new;
        }
        prop_assume!(bytes != before);
        assert_noticed(&all, bytes, &format!("{} bytes from {at}", new.len()));
    }

    #[test]
    fn any_bytes_at_all_give_an_error_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), keep in 0..120usize) {
        let (_, whole) = few();
        prop_assert!(Segment::from_bytes(bytes.clone(), Some(&key())).is_err());
        prop_assert!(Segment::from_bytes([&whole[..keep], &bytes[..], &whole[whole.len() - TRAILER..]].concat(), Some(&key())).is_err());
    }
}

#[test]
fn exchanged_blocks_are_noticed() {
    // Evenly spread, so that all blocks are of one length.
    let step = u64::MAX / 2048;
    let all = Tags::from([(region("US"), (0..2048).map(|n| n * step).collect())]);
    let bytes = segment(&meta("a"), &all);
    let fences = HEADER + 4 * block_length(&bytes);
    let length = block_length(&bytes);
    assert_eq!(
        &bytes[fences..fences + 8],
        &[0; 8],
        "the first fence, of tag 0"
    );
    let (one, other) = (
        HEADER..HEADER + length,
        HEADER + length..HEADER + 2 * length,
    );
    let mut exchanged = bytes.clone();
    exchanged[one.clone()].copy_from_slice(&bytes[other.clone()]);
    exchanged[other].copy_from_slice(&bytes[one]);
    // Even distances: the blocks are the same bytes, and only their fences tell them apart.
    assert_eq!(exchanged, bytes);
    let (one, other) = (fences..fences + 28, fences + 28..fences + 56);
    let mut exchanged = bytes.clone();
    exchanged[one.clone()].copy_from_slice(&bytes[other.clone()]);
    exchanged[other].copy_from_slice(&bytes[one]);
    assert_noticed(&all, exchanged, "exchanged fences");
    let all = tags(&[("US", 2048)]);
    let bytes = segment(&meta("a"), &all);
    let length = block_length(&bytes);
    let mut exchanged = bytes.clone();
    exchanged[HEADER..HEADER + 2 * length].rotate_left(length);
    assert_noticed(&all, exchanged, "exchanged blocks");
}

/// The length of the first block of a segment of one country: the second fence says where the
/// second begins.
fn block_length(bytes: &[u8]) -> usize {
    let roots = bytes.len() - TRAILER - 32;
    let trailer = &bytes[bytes.len() - TRAILER..];
    let meta_length = u32::from_le_bytes(trailer[4..8].try_into().unwrap()) as usize;
    let fences_end = roots - 24 - meta_length;
    let second = fences_end - 3 * 28;
    u32::from_le_bytes(bytes[second + 24..second + 28].try_into().unwrap()) as usize
}

#[test]
fn a_large_file_without_its_header_answers_rightly_and_verify_tells() {
    let all = tags(&[("US", 200_000)]);
    let mut bytes = segment(&meta("a"), &all);
    bytes[..HEADER].fill(0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.segment");
    fs::write(&path, &bytes).unwrap();
    assert!(bytes.len() > 1 << 20);
    let segment = Segment::open(&path, Some(&key())).unwrap();
    assert!(
        segment
            .tags(region("US"))
            .map(|tag| tag.unwrap().0)
            .eq(all[&region("US")].iter().copied())
    );
    assert!(matches!(
        segment.verify(),
        Err(SegmentError::NotASegment { .. })
    ));
    // A foreign file of that length is told by its first bytes.
    fs::write(&path, vec![0; 2 << 20]).unwrap();
    assert!(matches!(
        Segment::open(&path, Some(&key())),
        Err(SegmentError::NotASegment { .. })
    ));
}

/// Up to 128 KiB.
#[test]
fn a_small_file_is_verified_whole_when_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.segment");
    for (count, is_small) in [(20_000, true), (30_000, false)] {
        let mut bytes = segment(&meta("a"), &tags(&[("US", count)]));
        assert_eq!(bytes.len() <= 128 << 10, is_small);
        bytes[HEADER + 77] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let opened = Segment::open(&path, Some(&key()));
        assert_eq!(opened.is_err(), is_small, "{count}");
        assert!(opened.is_err() || opened.unwrap().verify().is_err());
    }
}

#[test]
fn a_damaged_block_of_a_large_file_is_an_error_for_what_hangs_on_it_and_for_nothing_else() {
    let all = tags(&[("EG", 60_000), ("US", 200_000)]);
    let mut bytes = segment(&meta("a"), &all);
    let tags_of_us = &all[&region("US")];
    // The 100th block of US, which has one chapter: its fences end before the metadata.
    let trailer = &bytes[bytes.len() - TRAILER..];
    let meta_length = u32::from_le_bytes(trailer[4..8].try_into().unwrap()) as usize;
    let fences = bytes.len() - TRAILER - 2 * 32 - 2 * 24 - meta_length - 391 * 28;
    let roots = bytes.len() - TRAILER - 32;
    let chapter = u64::from_le_bytes(bytes[roots + 8..roots + 16].try_into().unwrap());
    let offset = &bytes[fences + 100 * 28 + 24..][..4];
    let at =
        usize::try_from(chapter).unwrap() + u32::from_le_bytes(offset.try_into().unwrap()) as usize;
    bytes[at + 77] ^= 1;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.segment");
    fs::write(&path, &bytes).unwrap();
    let segment = Segment::open(&path, Some(&key())).unwrap();
    let lookup = |code: &str, tags: &[u64]| {
        let tags: Vec<Tag> = tags.iter().map(|tag| Tag(*tag)).collect();
        let mut found = Vec::new();
        segment
            .lookup(region(code), &tags, &mut found)
            .map(|()| found)
    };
    assert!(
        lookup("EG", &all[&region("EG")])
            .unwrap()
            .iter()
            .all(|found| *found)
    );
    assert!(
        lookup("US", &tags_of_us[..512 * 100])
            .unwrap()
            .iter()
            .all(|found| *found)
    );
    assert!(
        lookup("US", &tags_of_us[512 * 101..])
            .unwrap()
            .iter()
            .all(|found| *found)
    );
    for hit in [
        &tags_of_us[512 * 100..=512 * 100],
        &tags_of_us[512 * 101 - 1..512 * 101],
        tags_of_us,
    ] {
        let error = lookup("US", hit).unwrap_err();
        assert!(
            matches!(error, SegmentError::Damaged { offset, damage: SegmentDamage::Block, .. } if offset == at as u64),
            "{error}"
        );
        assert!(error.to_string().contains("a.segment"));
    }
    assert!(segment.verify().is_err());
    assert_eq!(
        segment.tags(region("US")).take_while(Result::is_ok).count(),
        512 * 100
    );
}
