//! `docs/index-format.md`, the part on segments, sentence by sentence.
//!
//! A segment put together here from the document is the one that the writer makes. One that breaks
//! a rule of it is refused though all its checksums and its seal are right.

use leakline::{
    index::{FORMAT_VERSION, Segment, SegmentDamage, SegmentError, SegmentRole},
    phone::Region,
    tag::Tag,
};
use xxhash_rust::xxh3::xxh3_64;

use crate::sample::{
    Tags, hmac, key, key_id, keyed_checksum, meta, region, scattered, secret, segment, tags,
};

/// A segment as the document has it, each field free to be wrong.
struct Sketch {
    magic: [u8; 8],
    version: u32,
    trailer_version: u32,
    key_id: [u8; 8],
    trailer_key_id: Option<[u8; 8]>,
    meta: Vec<u8>,
    sections: Vec<Section>,
    gap: Vec<u8>,
    role: u32,
    countries: Option<u32>,
    chapters: Option<u64>,
    length: Option<u64>,
    header_checksum: Option<u64>,
    seal: Option<[u8; 32]>,
    end: [u8; 8],
}

struct Section {
    code: [u8; 8],
    records: u64,
    distinct: u64,
    tags: Vec<u64>,
    /// Added to the first tag of the second fence.
    shift: u64,
    /// Added to the first tag of the root.
    root_shift: u64,
    /// A byte of the checksums of the first block that is wrong: 0 to 7 the plain, 8 to 15 the
    /// keyed.
    wrong_of_block: Option<usize>,
    /// The same of the checksums of the fences of the first chapter.
    wrong_of_fences: Option<usize>,
    /// Added to where the second block begins.
    offset_shift: u32,
    /// Added to where the chapter begins.
    chapter_shift: u64,
    /// Low bits more than a block should have.
    wider: u32,
    /// Set among the bits that are left of a block's last byte.
    padding: bool,
}

/// The bits as bytes, the first the lowest of the first byte.
fn bytes_of(bits: &[bool]) -> Vec<u8> {
    bits.chunks(8)
        .map(|eight| {
            let bits = eight.iter().enumerate();
            bits.map(|(at, bit)| u8::from(*bit) << at).sum()
        })
        .collect()
}

/// A block, bit by bit.
fn block(tags: &[u64], wider: u32) -> Vec<u8> {
    let distances: Vec<u64> = tags[1..]
        .iter()
        .map(|tag| tag.wrapping_sub(tags[0]))
        .collect();
    let Some(last) = distances.last() else {
        return vec![0];
    };
    let width = (last / distances.len() as u64).checked_ilog2().unwrap_or(0) + wider;
    let mut lows = Vec::new();
    let mut highs = Vec::new();
    let mut before = 0;
    for distance in &distances {
        lows.extend((0..width).map(|bit| distance >> bit & 1 == 1));
        // Out of order there is nothing to write that would be right.
        let high = (distance >> width).clamp(before, before + 4000);
        highs.extend((before..high).map(|_| false));
        highs.push(true);
        before = high;
    }
    [
        vec![u8::try_from(width).unwrap()],
        bytes_of(&lows),
        bytes_of(&highs),
    ]
    .concat()
}

impl Sketch {
    fn of(tags: &Tags) -> Sketch {
        let section = |(region, tags): (&Region, &Vec<u64>)| {
            let mut code = [0; 8];
            code[..region.code().len()].copy_from_slice(region.code().as_bytes());
            let distinct = tags.len() as u64;
            Section {
                code,
                records: 2 * distinct,
                distinct,
                tags: tags.clone(),
                shift: 0,
                root_shift: 0,
                wrong_of_block: None,
                wrong_of_fences: None,
                offset_shift: 0,
                chapter_shift: 0,
                wider: 0,
                padding: false,
            }
        };
        Sketch {
            magic: [0x89, 0x6c, 0x65, 0x61, 0x6b, 0x0d, 0x0a, 0x1a],
            version: 3,
            trailer_version: 3,
            key_id: key_id().to_bytes(),
            trailer_key_id: None,
            meta: serde_json::to_vec(&meta("a")).unwrap(),
            sections: tags.iter().map(section).collect(),
            gap: Vec::new(),
            role: 0,
            countries: None,
            chapters: None,
            length: None,
            header_checksum: None,
            seal: None,
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
        let (mut directory, mut roots) = (Vec::new(), Vec::new());
        for section in &self.sections {
            for chapter in section.tags.chunks(512 * 512) {
                roots.extend((chapter[0] + section.root_shift).to_le_bytes());
                roots.extend((bytes.len() as u64 + section.chapter_shift).to_le_bytes());
                let (mut blocks, mut fences) = (Vec::new(), Vec::new());
                for (number, tags) in chapter.chunks(512).enumerate() {
                    let mut encoded = block(tags, section.wider);
                    // The last tag of 512 is the last bit that is set.
                    if let Some(last) = encoded.last_mut().filter(|last| **last < 0x80) {
                        *last |= u8::from(section.padding) << 7;
                    }
                    let second = number == 1;
                    let first = tags[0] + if second { section.shift } else { 0 };
                    let offset = u32::try_from(blocks.len()).unwrap();
                    let offset = offset + if second { section.offset_shift } else { 0 };
                    fences.extend(first.to_le_bytes());
                    let wrong = section.wrong_of_block.filter(|_| number == 0);
                    fences.extend(checksums(&encoded, wrong));
                    fences.extend(offset.to_le_bytes());
                    blocks.extend(encoded);
                }
                roots.extend(checksums(&fences, section.wrong_of_fences));
                bytes.extend(blocks);
                bytes.extend(&fences);
            }
            directory.extend(section.code);
            directory.extend(section.records.to_le_bytes());
            directory.extend(section.distinct.to_le_bytes());
        }
        bytes.extend(&self.gap);
        let chapters = (roots.len() / 32) as u64;
        let tail = [self.meta.clone(), directory, roots].concat();
        bytes.extend(&tail);
        let mut trailer = Vec::new();
        trailer.extend(self.trailer_version.to_le_bytes());
        trailer.extend(u32::try_from(self.meta.len()).unwrap().to_le_bytes());
        trailer.extend(self.trailer_key_id.unwrap_or(self.key_id));
        trailer.extend(self.role.to_le_bytes());
        let countries = u32::try_from(self.sections.len()).unwrap();
        let countries = self.countries.unwrap_or(countries);
        trailer.extend(countries.to_le_bytes());
        trailer.extend(self.chapters.unwrap_or(chapters).to_le_bytes());
        let length = self.length.unwrap_or(bytes.len() as u64 + 104);
        trailer.extend(length.to_le_bytes());
        let header_checksum = self.header_checksum.unwrap_or(header_checksum);
        trailer.extend(header_checksum.to_le_bytes());
        trailer.extend(xxh3_64(&tail).to_le_bytes());
        let sealed = [tail, trailer.clone()].concat();
        let seal_key = hmac(&secret(), b"leakline segment seal 3");
        trailer.extend(self.seal.unwrap_or_else(|| hmac(&seal_key, &sealed)));
        trailer.extend(self.end);
        trailer.extend(xxh3_64(&trailer).to_le_bytes());
        bytes.extend(trailer);
        bytes
    }
}

/// The plain checksum and the keyed one, with the byte `wrong` of the two changed.
fn checksums(bytes: &[u8], wrong: Option<usize>) -> Vec<u8> {
    let plain = xxh3_64(bytes).to_le_bytes();
    let mut both = [plain, keyed_checksum(bytes).to_le_bytes()].concat();
    if let Some(wrong) = wrong {
        both[wrong] ^= 1;
    }
    both
}

fn sketch() -> Sketch {
    Sketch::of(&tags(&[("001", 3), ("EG", 1025), ("US", 512)]))
}

/// What opening it with the key and then verifying says about it.
fn fault(change: impl FnOnce(&mut Sketch)) -> SegmentError {
    let mut sketch = sketch();
    change(&mut sketch);
    let opened = Segment::from_bytes(sketch.bytes(), Some(&key()));
    opened
        .and_then(|segment| segment.verify())
        .expect_err("it breaks a rule")
}

fn damage(change: impl FnOnce(&mut Sketch)) -> SegmentDamage {
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
        &[("BR", 512 * 512 + 1), ("DE", 2), ("US", 512 * 512)],
        &[],
    ] {
        let all = tags(counts);
        assert_eq!(Sketch::of(&all).bytes(), segment(&meta("a"), &all));
    }
}

#[test]
fn tags_of_any_distribution_are_coded_as_documented() {
    for shift in [0, 1, 8, 30, 54, 55] {
        for count in [1, 2, 3, 511, 512, 513, 700] {
            let mut some: Vec<u64> = (0..count).map(|n| scattered(n) >> shift).collect();
            some.sort_unstable();
            some.dedup();
            let all = Tags::from([(region("US"), some)]);
            assert_eq!(Sketch::of(&all).bytes(), segment(&meta("a"), &all));
        }
    }
    let ends = Tags::from([(region("US"), vec![0, u64::MAX])]);
    assert_eq!(Sketch::of(&ends).bytes(), segment(&meta("a"), &ends));
}

#[test]
fn other_files_and_other_versions_are_told_from_damage() {
    assert_eq!(FORMAT_VERSION, 3);
    assert_eq!(xxh3_64(b""), 0x2d06_8005_38d3_94c2);
    assert!(matches!(
        fault(|it| it.magic[1] = b'L'),
        SegmentError::NotASegment { .. }
    ));
    let later = fault(|it| (it.version, it.trailer_version) = (4, 4));
    assert!(matches!(later, SegmentError::Version { found: 4, .. }));
    let earlier = fault(|it| (it.version, it.trailer_version) = (0, 0));
    assert!(matches!(earlier, SegmentError::Version { found: 0, .. }));
    assert_eq!(damage(|it| it.trailer_version = 2), SegmentDamage::Trailer);
}

#[test]
fn a_segment_of_version_1_is_refused() {
    // As version 1 was: the header, `{}`, no country, and a trailer of 48 bytes.
    let mut bytes = b"\x89leak\r\n\x1a\x01\0\0\0\x02\0\0\0".to_vec();
    bytes.extend(key_id().to_bytes());
    bytes.extend(xxh3_64(b"{}").to_le_bytes());
    let header_checksum = xxh3_64(&bytes);
    bytes.extend(header_checksum.to_le_bytes());
    bytes.extend(b"{}");
    for field in [0, 90, header_checksum, xxh3_64(b"")] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(b"leak end");
    let checksum = xxh3_64(&bytes[42..]);
    bytes.extend(checksum.to_le_bytes());
    let refused = Segment::from_bytes(bytes, None).err().unwrap();
    assert!(matches!(refused, SegmentError::Version { found: 1, .. }));
}

#[test]
fn the_seal_is_that_of_the_key() {
    assert_eq!(damage(|it| it.seal = Some([7; 32])), SegmentDamage::Seal);
    let other = leakline::key::Key::generate().unwrap();
    let bytes = segment(&meta("a"), &tags(&[("US", 5)]));
    Segment::from_bytes(bytes.clone(), Some(&key())).unwrap();
    let refused = Segment::from_bytes(bytes, Some(&other)).err().unwrap();
    assert!(matches!(refused, SegmentError::WrongKey { made_under, .. } if made_under == key_id()));
    // Without a key, there is no telling.
    let mut forged = sketch();
    forged.seal = Some([7; 32]);
    let forged = Segment::from_bytes(forged.bytes(), None).unwrap();
    forged.verify().unwrap();
}

#[test]
fn the_seal_covers_tail_and_trailer_and_by_the_keyed_checksums_all_tags() {
    let honest = sketch().bytes();
    let seal: [u8; 32] = honest[honest.len() - 48..][..32].try_into().unwrap();
    let forged = |change: &dyn Fn(&mut Sketch)| {
        damage(|it| {
            change(it);
            it.seal = Some(seal);
        })
    };
    assert_eq!(
        forged(&|it| it.sections[1].records += 1),
        SegmentDamage::Seal
    );
    assert_eq!(
        forged(&|it| it.sections[1].tags[700] += 1),
        SegmentDamage::Seal
    );
    assert_eq!(forged(&|it| it.role = 1), SegmentDamage::Seal);
    let other_date = |it: &mut Sketch| {
        let meta = String::from_utf8(it.meta.clone()).unwrap();
        it.meta = meta.replace("2022-11", "2022-12").into_bytes();
    };
    assert_eq!(forged(&other_date), SegmentDamage::Seal);
}

#[test]
fn with_the_key_the_keyed_checksum_is_believed_and_without_it_the_plain_one() {
    let bytes = sketch().bytes();
    // EG is the second country: its three blocks, then their fences.
    let roots = bytes.len() - 104 - 3 * 32;
    let chapter = u64::from_le_bytes(bytes[roots + 40..roots + 48].try_into().unwrap());
    let next = u64::from_le_bytes(bytes[roots + 72..roots + 80].try_into().unwrap());
    let fences = usize::try_from(next).unwrap() - 3 * 28;
    let block = usize::try_from(chapter).unwrap();
    let second = u32::from_le_bytes(bytes[fences + 52..fences + 56].try_into().unwrap()) as usize;
    // Another block under the right plain checksums, up to the trailer's: only the key tells.
    let mut forged = bytes.clone();
    forged[block + second - 1] ^= 1 << 6;
    let of_block = xxh3_64(&forged[block..block + second]).to_le_bytes();
    forged[fences + 8..fences + 16].copy_from_slice(&of_block);
    let of_fences = xxh3_64(&forged[fences..fences + 3 * 28]).to_le_bytes();
    forged[roots + 48..roots + 56].copy_from_slice(&of_fences);
    let meta_length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let tail = roots - 3 * 24 - meta_length;
    let trailer = bytes.len() - 104;
    let of_tail = xxh3_64(&forged[tail..trailer]).to_le_bytes();
    forged[trailer + 48..trailer + 56].copy_from_slice(&of_tail);
    let of_trailer = xxh3_64(&forged[trailer..trailer + 96]).to_le_bytes();
    forged[trailer + 96..].copy_from_slice(&of_trailer);
    assert!(Segment::from_bytes(forged.clone(), None).is_ok());
    let refused = Segment::from_bytes(forged, Some(&key())).err().unwrap();
    assert!(matches!(
        refused,
        SegmentError::Damaged {
            damage: SegmentDamage::Seal,
            ..
        }
    ));
}

/// The seal is right each time, so that only the checksum itself can tell.
#[test]
fn each_link_of_the_chain_is_checked_with_the_key_by_the_keyed_checksum() {
    type Change = fn(&mut Sketch, usize);
    let links: [(Change, SegmentDamage); 2] = [
        (
            |it, byte| it.sections[1].wrong_of_block = Some(byte),
            SegmentDamage::Block,
        ),
        (
            |it, byte| it.sections[1].wrong_of_fences = Some(byte),
            SegmentDamage::Fences,
        ),
    ];
    for (change, expected) in links {
        for byte in 0..16 {
            let mut it = sketch();
            let first = Tag(it.sections[1].tags[0]);
            change(&mut it, byte);
            let bytes = it.bytes();
            for (key, decides) in [(Some(&key()), byte >= 8), (None, byte < 8)] {
                let segment = Segment::from_bytes(bytes.clone(), key).unwrap();
                let mut found = Vec::new();
                let looked_up = segment.lookup(region("EG"), &[first], &mut found);
                let with_key = key.is_some();
                assert_eq!(
                    looked_up.is_err(),
                    decides,
                    "{expected}: {byte}, {with_key}"
                );
                let noticed = match looked_up {
                    Err(error) => Some(error),
                    // With the key, `verify` checks both.
                    Ok(()) => segment.verify().err(),
                };
                assert_eq!(noticed.is_some(), decides || with_key, "{expected}: {byte}");
                if let Some(error) = noticed {
                    assert!(
                        matches!(&error, SegmentError::Damaged { damage, .. } if *damage == expected),
                        "{byte}: {error}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_segment_says_what_its_tags_are_for() {
    let opened = |role| {
        let mut it = sketch();
        it.role = role;
        Segment::from_bytes(it.bytes(), Some(&key())).map(|segment| segment.role())
    };
    assert_eq!(opened(0).unwrap(), SegmentRole::Source);
    assert_eq!(opened(1).unwrap(), SegmentRole::Tombstones);
    assert_eq!(damage(|it| it.role = 2), SegmentDamage::Trailer);
}

#[test]
fn the_parts_fill_the_file() {
    assert_eq!(damage(|it| it.gap = vec![0; 16]), SegmentDamage::Fences);
    assert_eq!(damage(|it| it.length = Some(77)), SegmentDamage::Trailer);
    for countries in [0, 2, 4] {
        let damage = damage(|it| it.countries = Some(countries));
        assert!(
            matches!(
                damage,
                SegmentDamage::Tail | SegmentDamage::Directory | SegmentDamage::Trailer
            ),
            "{damage}"
        );
    }
    for number in [10_000, u32::MAX] {
        assert_eq!(
            damage(|it| it.countries = Some(number)),
            SegmentDamage::Trailer
        );
    }
    for number in [5, 1 << 59, u64::MAX] {
        assert_eq!(
            damage(|it| it.chapters = Some(number)),
            SegmentDamage::Trailer
        );
    }
    for distinct in [0, 512 * 512 + 1, 1 << 60, 1 << 61, u64::MAX] {
        let damage = damage(|it| {
            it.sections[1].distinct = distinct;
            it.sections[1].records = u64::MAX;
        });
        assert_eq!(damage, SegmentDamage::Directory, "{distinct}");
    }
    for distinct in [1, 512, 1024, 1026] {
        let damage = damage(|it| it.sections[1].distinct = distinct);
        assert!(
            !matches!(damage, SegmentDamage::Seal),
            "{distinct}: {damage}"
        );
    }
    // A chapter that begins elsewhere: then the one before does not end with its fences.
    let moved = |by| damage(|it| it.sections[1].chapter_shift = by);
    assert_eq!(moved(1), SegmentDamage::Fences);
    assert_eq!(moved(1 << 40), SegmentDamage::Directory);
    let first = damage(|it| it.sections[0].chapter_shift = 1);
    assert_eq!(first, SegmentDamage::Directory);
}

#[test]
fn the_trailer_belongs_to_the_header() {
    assert_eq!(
        damage(|it| it.header_checksum = Some(5)),
        SegmentDamage::Header
    );
    let mut other = sketch();
    other.trailer_key_id = Some([7; 8]);
    let other = Segment::from_bytes(other.bytes(), None).unwrap().verify();
    assert!(matches!(
        other,
        Err(SegmentError::Damaged {
            damage: SegmentDamage::Header,
            ..
        })
    ));
    assert_eq!(damage(|it| it.end = *b"leak\0end"), SegmentDamage::Trailer);
}

#[test]
fn metadata_of_another_shape_is_refused() {
    // So long that it passes by in pieces.
    let long = [&b"{\"source\":1"[..], &b" ".repeat(5 << 20), b"}"].concat();
    for meta in [&b"{}"[..], b"", b"[]", b"\xff", &long, &long[..9 << 19]] {
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
    assert_eq!(
        damage(|it| it.sections.swap(0, 1)),
        SegmentDamage::Directory
    );
    assert_eq!(
        damage(|it| it.sections[1].code = it.sections[2].code),
        SegmentDamage::Directory
    );
    for code in [
        *b"eg\0\0\0\0\0\0",
        *b"EG\0\0\0\0\0X",
        *b"\0EG\0\0\0\0\0",
        [0; 8],
        *b"EG      ",
    ] {
        assert_eq!(
            damage(|it| it.sections[1].code = code),
            SegmentDamage::Directory
        );
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
        SegmentDamage::Directory
    );
    assert_eq!(
        damage(|it| it.sections[1].records = (1 << 48) - 1),
        SegmentDamage::Directory
    );
    let empty = damage(|it| {
        it.sections[0].tags.clear();
        it.sections[0].distinct = 0;
    });
    assert_eq!(empty, SegmentDamage::Directory);
    let segment = Segment::from_bytes(segment(&meta("a"), &Tags::new()), Some(&key())).unwrap();
    assert!(segment.countries().is_empty());
}

#[test]
fn tags_ascend_within_blocks_and_between_them() {
    assert_eq!(
        damage(|it| it.sections[1].tags.swap(100, 101)),
        SegmentDamage::Order
    );
    assert_eq!(
        damage(|it| it.sections[1].tags[101] = it.sections[1].tags[100]),
        SegmentDamage::Order
    );
    assert_eq!(
        damage(|it| it.sections[1].tags.swap(511, 513)),
        SegmentDamage::Order
    );
    assert_eq!(
        damage(|it| it.sections[1].tags[511] = it.sections[1].tags[512]),
        SegmentDamage::Order
    );
    assert_eq!(
        damage(|it| it.sections[1].tags.reverse()),
        SegmentDamage::Order
    );
}

#[test]
fn fences_name_the_first_tag_of_their_block_and_where_it_begins() {
    let damage_of = |change: &dyn Fn(&mut Section)| damage(|it| change(&mut it.sections[1]));
    assert_eq!(
        damage_of(&|section| section.shift = 1 << 62),
        SegmentDamage::Order
    );
    assert_eq!(
        damage_of(&|section| section.root_shift = 1),
        SegmentDamage::Order
    );
    assert_eq!(
        damage_of(&|section| section.offset_shift = 1),
        SegmentDamage::Block
    );
    assert_eq!(
        damage_of(&|section| section.offset_shift = 1 << 20),
        SegmentDamage::Order
    );
}

#[test]
fn blocks_have_one_way_to_be_written() {
    assert_eq!(damage(|it| it.sections[1].wider = 1), SegmentDamage::Block);
    // A bit more among the high parts is a tag more than there are.
    assert_eq!(
        damage(|it| it.sections[1].padding = true),
        SegmentDamage::Order
    );
}

#[test]
fn a_block_has_512_tags_and_a_chapter_512_blocks() {
    let even = |count| Tags::from([(region("US"), (0..count).map(|n| n << 20).collect())]);
    let length = |count| match count {
        0 => segment(&meta("a"), &Tags::new()).len(),
        _ => segment(&meta("a"), &even(count)).len(),
    };
    let growth = |from, to| length(to) - length(from);
    // One tag that begins a block is one byte, and a fence; one that begins a chapter, a root as
    // well; one that begins a section, an entry of the directory as well.
    assert_eq!(growth(0, 1), 24 + 32 + 28 + 1);
    assert_eq!(growth(1024, 1025), 28 + 1);
    assert_eq!(growth(512 * 512, 512 * 512 + 1), 32 + 28 + 1);
}
