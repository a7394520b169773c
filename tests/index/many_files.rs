//! A source of very many files: its metadata is longer than what is read at once.

use std::fs;

use leakline::index::{
    FileCounts, FileRecord, Segment, SegmentDamage, SegmentError, SourceMeta, UnreadRecord,
};

use crate::sample::{key, meta, region, segment, tags};

/// The files of the source.
const FILES: usize = 20_000;
/// Bytes of the trailer.
const TRAILER: usize = 104;

fn long_meta() -> SourceMeta {
    let mut meta = meta("a");
    meta.provenance.files = (0..FILES)
        .map(|file| FileRecord {
            path: format!("dumps/{file:05}.txt"),
            sha256: format!("{file:064x}"),
            rows: 3,
            unread: UnreadRecord {
                numbers: 2,
                rows_seen: 3,
                places: vec!["field 2".to_owned()],
            },
            ..FileRecord::default()
        })
        .collect();
    meta
}

fn long_segment() -> Vec<u8> {
    segment(&long_meta(), &tags(&[("EG", 700), ("US", 300)]))
}

/// Where the tail begins.
fn tail_of(bytes: &[u8]) -> usize {
    let trailer = &bytes[bytes.len() - TRAILER..];
    let meta_length = u32::from_le_bytes(trailer[4..8].try_into().unwrap()) as usize;
    // Two countries of one chapter each.
    bytes.len() - TRAILER - 2 * (24 + 32) - meta_length
}

#[test]
fn all_records_of_files_come_back_and_an_open_segment_keeps_their_counts() {
    let bytes = long_segment();
    assert!(bytes.len() - tail_of(&bytes) > 4 << 20);
    for key in [Some(&key()), None] {
        let segment = Segment::from_bytes(bytes.clone(), key).unwrap();
        segment.verify().unwrap();
        let counts = FileCounts {
            files: FILES,
            unread: 2 * FILES as u64,
        };
        assert_eq!(segment.meta().provenance.files, counts);
        assert_eq!(segment.meta().title, long_meta().title);
        assert_eq!(segment.full_meta().unwrap(), long_meta());
        assert_eq!(segment.country(region("EG")).unwrap().distinct, 700);
    }
}

/// A changed byte may make other JSON of it, or none: it is damage each time.
#[test]
fn a_changed_byte_of_a_long_tail_is_damage_whatever_it_is() {
    let bytes = long_segment();
    let tail = tail_of(&bytes);
    let places = (tail..bytes.len() - TRAILER).step_by(2_500_003);
    let ends = [tail, bytes.len() - TRAILER - 1, bytes.len() - TRAILER - 113];
    for place in places.chain(ends) {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        for key in [Some(&key()), None] {
            let refused = Segment::from_bytes(changed.clone(), key).err();
            assert!(
                matches!(
                    refused,
                    Some(SegmentError::Damaged {
                        offset,
                        damage: SegmentDamage::Tail,
                        ..
                    }) if offset == tail as u64
                ),
                "{place}"
            );
        }
    }
    for length in (tail..bytes.len()).step_by(2_000_003) {
        let cut = Segment::from_bytes(bytes[..length].to_vec(), Some(&key()));
        assert!(cut.is_err(), "{length}");
    }
}

#[test]
fn a_long_tail_that_the_key_has_not_sealed_is_refused() {
    let mut forged = long_segment();
    let tail = tail_of(&forged);
    let trailer = forged.len() - TRAILER;
    let text = String::from_utf8(forged[tail..trailer - 112].to_vec()).unwrap();
    forged[tail..trailer - 112].copy_from_slice(text.replace("field 2", "field 3").as_bytes());
    let of_tail = xxhash_rust::xxh3::xxh3_64(&forged[tail..trailer]);
    forged[trailer + 48..trailer + 56].copy_from_slice(&of_tail.to_le_bytes());
    let of_trailer = xxhash_rust::xxh3::xxh3_64(&forged[trailer..trailer + 96]);
    forged[trailer + 96..].copy_from_slice(&of_trailer.to_le_bytes());
    assert!(Segment::from_bytes(forged.clone(), None).is_ok());
    let refused = Segment::from_bytes(forged, Some(&key())).err();
    assert!(matches!(
        refused,
        Some(SegmentError::Damaged {
            damage: SegmentDamage::Seal,
            ..
        })
    ));
}

#[test]
fn records_that_changed_after_the_segment_was_opened_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.segment");
    let bytes = long_segment();
    fs::write(&path, &bytes).unwrap();
    let segment = Segment::open(&path, Some(&key())).unwrap();
    segment.full_meta().unwrap();
    let mut changed = bytes.clone();
    let place = tail_of(&bytes) + (3 << 20);
    changed[place] ^= 2;
    fs::write(&path, &changed).unwrap();
    assert!(matches!(
        segment.full_meta(),
        Err(SegmentError::Damaged { .. })
    ));
    fs::write(&path, &bytes[..place]).unwrap();
    assert!(matches!(
        segment.full_meta(),
        Err(SegmentError::Damaged {
            damage: SegmentDamage::Truncated,
            ..
        })
    ));
}
