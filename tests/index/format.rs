//! `docs/index-format.md`, sentence by sentence: a segment put together here from the document is the one that the writer makes,
//! and one that breaks a rule of it is refused though all its checksums are right.

use leakline::index::{Damage, FORMAT_VERSION, Segment, SegmentError};
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use crate::sample::{Tags, key_id, meta, region, segment, tags};

/// A segment as the document has it, each field free to be wrong.
struct Sketch {
    magic: [u8; 8],
    version: u32,
    key_id: [u8; 8],
    meta: Vec<u8>,
    sections: Vec<Section>,
    gap: Vec<u8>,
    countries: Option<u64>,
    length: Option<u64>,
    header_checksum: Option<u64>,
    end: [u8; 8],
}

struct Section {
    code: [u8; 8],
    records: u64,
    distinct: u64,
    tags: Vec<u64>,
    /// Added to the first tags of the fences.
    shift: u64,
}

impl Sketch {
    fn of(tags: &Tags) -> Sketch {
        let section = |(region, tags): (&leakline::phone::Region, &Vec<u64>)| {
            let mut code = [0; 8];
            code[..region.code().len()].copy_from_slice(region.code().as_bytes());
            let distinct = tags.len() as u64;
            Section {
                code,
                records: 2 * distinct,
                distinct,
                tags: tags.clone(),
                shift: 0,
            }
        };
        Sketch {
            magic: [0x89, 0x6c, 0x65, 0x61, 0x6b, 0x0d, 0x0a, 0x1a],
            version: 1,
            key_id: key_id().to_bytes(),
            meta: serde_json::to_vec(&meta("a")).unwrap(),
            sections: tags.iter().map(section).collect(),
            gap: Vec::new(),
            countries: None,
            length: None,
            header_checksum: None,
            end: *b"leak end",
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.magic.to_vec();
        bytes.extend(self.version.to_le_bytes());
        bytes.extend(u32::try_from(self.meta.len()).unwrap().to_le_bytes());
        bytes.extend(self.key_id);
        bytes.extend(xxh3_64(&self.meta).to_le_bytes());
        let header_checksum = xxh3_64(&bytes);
        bytes.extend(header_checksum.to_le_bytes());
        bytes.extend(&self.meta);
        let mut directory = Vec::new();
        for section in &self.sections {
            let mut fences = Vec::new();
            for block in section.tags.chunks(512) {
                let encoded: Vec<u8> = block.iter().flat_map(|tag| tag.to_le_bytes()).collect();
                fences.extend((block[0] + section.shift).to_le_bytes());
                fences.extend(xxh3_64(&encoded).to_le_bytes());
                bytes.extend(encoded);
            }
            directory.extend(section.code);
            directory.extend(section.records.to_le_bytes());
            directory.extend(section.distinct.to_le_bytes());
            directory.extend(xxh3_64(&fences).to_le_bytes());
            bytes.extend(fences);
        }
        bytes.extend(&self.gap);
        bytes.extend(&directory);
        let length = self.length.unwrap_or(bytes.len() as u64 + 48);
        let mut trailer = Vec::new();
        trailer.extend(
            self.countries
                .unwrap_or(self.sections.len() as u64)
                .to_le_bytes(),
        );
        trailer.extend(length.to_le_bytes());
        trailer.extend(
            self.header_checksum
                .unwrap_or(header_checksum)
                .to_le_bytes(),
        );
        trailer.extend(xxh3_64(&directory).to_le_bytes());
        trailer.extend(self.end);
        trailer.extend(xxh3_64(&trailer).to_le_bytes());
        bytes.extend(trailer);
        bytes
    }
}

fn sketch() -> Sketch {
    Sketch::of(&tags(&[("001", 3), ("EG", 1025), ("US", 512)]))
}

/// What opening and then verifying says about it.
fn fault(change: impl FnOnce(&mut Sketch)) -> SegmentError {
    let mut sketch = sketch();
    change(&mut sketch);
    let opened = Segment::from_bytes(sketch.bytes());
    opened
        .and_then(|segment| segment.verify())
        .expect_err("it breaks a rule")
}

fn damage(change: impl FnOnce(&mut Sketch)) -> Damage {
    match fault(change) {
        SegmentError::Damaged { damage, .. } => damage,
        other => panic!("{other}"),
    }
}

#[test]
fn the_document_says_what_the_writer_writes() {
    for counts in [
        &[("001", 3), ("EG", 1025), ("US", 512)][..],
        &[("DE", 1)],
        &[],
    ] {
        let all = tags(counts);
        assert_eq!(Sketch::of(&all).bytes(), segment(&meta("a"), &all));
    }
}

#[test]
fn the_bytes_of_version_1_stay_as_they_are() {
    assert_eq!(FORMAT_VERSION, 1);
    assert_eq!(xxh3_64(b""), 0x2d06_8005_38d3_94c2);
    let digest = Sha256::digest(segment(
        &meta("golden"),
        &tags(&[("001", 3), ("EG", 1025), ("US", 512)]),
    ));
    assert_eq!(
        hex::encode(digest),
        "8b4d795a137eab2105c384a71f1a14c8459d17a2bd1305db27a34270c93ed7e4"
    );
}

#[test]
fn other_files_and_other_versions_are_told_from_damage() {
    assert!(matches!(
        fault(|it| it.magic[1] = b'L'),
        SegmentError::NotASegment { .. }
    ));
    let later = fault(|it| it.version = 2);
    assert!(matches!(later, SegmentError::Version { found: 2, .. }));
    assert!(later.remedy().contains("later"));
    assert!(fault(|it| it.version = 0).remedy().contains("--replace"));
}

#[test]
fn the_parts_fill_the_file() {
    assert_eq!(damage(|it| it.gap = vec![0; 16]), Damage::Directory);
    assert_eq!(damage(|it| it.gap = vec![0]), Damage::Directory);
    assert_eq!(damage(|it| it.length = Some(77)), Damage::Trailer);
    for countries in [0, 2, 4] {
        assert_eq!(
            damage(|it| it.countries = Some(countries)),
            Damage::Directory
        );
    }
    for countries in [1 << 59, u64::MAX, 10_000] {
        assert_eq!(damage(|it| it.countries = Some(countries)), Damage::Trailer);
    }
    for distinct in [0, 1, 1024, 1026, 1 << 60, 1 << 61, u64::MAX] {
        let damage = damage(|it| {
            it.sections[1].distinct = distinct;
            it.sections[1].records = u64::MAX;
        });
        assert_eq!(damage, Damage::Directory, "{distinct}");
    }
}

#[test]
fn the_trailer_belongs_to_the_header() {
    assert_eq!(damage(|it| it.header_checksum = Some(5)), Damage::Trailer);
    assert_eq!(damage(|it| it.end = *b"leak\0end"), Damage::Trailer);
}

#[test]
fn metadata_of_another_shape_is_refused() {
    for meta in [&b"{}"[..], b"", b"[]", b"\xff"] {
        assert!(matches!(
            fault(|it| it.meta = meta.to_vec()),
            SegmentError::Meta { .. }
        ));
    }
    let traversal = String::from_utf8(sketch().meta)
        .unwrap()
        .replace(r#""source":"a""#, r#""source":"../a""#);
    assert!(matches!(
        fault(|it| it.meta = traversal.into_bytes()),
        SegmentError::Meta { .. }
    ));
}

#[test]
fn codes_ascend_and_are_known() {
    assert_eq!(damage(|it| it.sections.swap(0, 1)), Damage::Directory);
    assert_eq!(
        damage(|it| it.sections[1].code = it.sections[2].code),
        Damage::Directory
    );
    for code in [
        *b"eg\0\0\0\0\0\0",
        *b"EG\0\0\0\0\0X",
        *b"\0EG\0\0\0\0\0",
        [0; 8],
        *b"EG      ",
    ] {
        assert_eq!(damage(|it| it.sections[1].code = code), Damage::Directory);
    }
    let unknown = fault(|it| it.sections[1].code = *b"QQ\0\0\0\0\0\0");
    assert!(
        matches!(&unknown, SegmentError::UnknownCountry { code, .. } if code == "QQ"),
        "{unknown}"
    );
    assert!(unknown.to_string().contains("9.0.42"));
}

#[test]
fn no_country_is_empty_or_has_fewer_records_than_numbers() {
    assert_eq!(
        damage(|it| it.sections[1].records = 1024),
        Damage::Directory
    );
    let empty = damage(|it| {
        it.sections[0].tags.clear();
        it.sections[0].distinct = 0;
    });
    assert_eq!(empty, Damage::Directory);
    let segment = Segment::from_bytes(segment(&meta("a"), &Tags::new())).unwrap();
    assert!(segment.countries().is_empty());
}

#[test]
fn tags_ascend_within_blocks_and_between_them() {
    assert_eq!(
        damage(|it| it.sections[1].tags.swap(100, 101)),
        Damage::Order
    );
    assert_eq!(
        damage(|it| it.sections[1].tags[101] = it.sections[1].tags[100]),
        Damage::Order
    );
    assert_eq!(
        damage(|it| it.sections[1].tags.swap(511, 513)),
        Damage::Order
    );
    assert_eq!(
        damage(|it| it.sections[1].tags[511] = it.sections[1].tags[512]),
        Damage::Order
    );
    assert_eq!(damage(|it| it.sections[1].tags.reverse()), Damage::Order);
}

#[test]
fn fences_name_the_first_tag_of_their_block() {
    assert_eq!(damage(|it| it.sections[1].shift = 1), Damage::Block);
}

#[test]
fn a_block_has_512_tags() {
    let all = tags(&[("US", 1025)]);
    let length = |tags: &Tags| segment(&meta("a"), tags).len();
    let empty = length(&Tags::new());
    assert_eq!(length(&all) - empty, 32 + 8 * 1025 + 16 * 3);
    let one_less = Tags::from([(region("US"), all[&region("US")][..1024].to_vec())]);
    assert_eq!(length(&one_less) - empty, 32 + 8 * 1024 + 16 * 2);
}
