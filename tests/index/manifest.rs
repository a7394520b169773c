//! `docs/index-format.md`, the part on the folder and the manifest, sentence by sentence; and every
//! bit of a small index flipped: an error or the same answer, never another.

use std::{fs, path::Path};

use leakline::{
    index::{Index, IndexError, Segment, SegmentRole, SourceName, Tombstones, WriteLock},
    tag::Tag,
};
use tempfile::TempDir;
use xxhash_rust::xxh3::xxh3_64;

use crate::sample::{hmac, key, key_id, meta, names, put, region, secret};

/// A manifest as the document has it, each field free to be wrong.
struct Sketch {
    magic: [u8; 8],
    version: u32,
    count: Option<u32>,
    key_id: [u8; 8],
    generation: u64,
    entries: Vec<Entry>,
    seal: Option<[u8; 32]>,
    gap: Vec<u8>,
}

struct Entry {
    name: Vec<u8>,
    role: u32,
    zeros: [u8; 4],
    generation: u64,
    seal: [u8; 32],
}

impl Sketch {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.magic.to_vec();
        bytes.extend(self.version.to_le_bytes());
        let count = u32::try_from(self.entries.len()).unwrap();
        bytes.extend(self.count.unwrap_or(count).to_le_bytes());
        bytes.extend(self.key_id);
        bytes.extend(self.generation.to_le_bytes());
        for entry in &self.entries {
            let mut name = entry.name.clone();
            name.resize(64, 0);
            bytes.extend(name);
            bytes.extend(entry.role.to_le_bytes());
            bytes.extend(entry.zeros);
            bytes.extend(entry.generation.to_le_bytes());
            bytes.extend(entry.seal);
        }
        bytes.extend(&self.gap);
        let derived = hmac(&secret(), b"leakline manifest seal 3");
        bytes.extend(self.seal.unwrap_or_else(|| hmac(&derived, &bytes)));
        bytes.extend(xxh3_64(&bytes).to_le_bytes());
        bytes
    }
}

/// Two sources and tombstones, of three commits.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let key = key();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    for source in ["b", "a"] {
        let mut change = lock.change(&key, None).unwrap();
        put(&mut change, &meta(source), &[1, 2, 3]);
        change.commit().unwrap();
    }
    let mut change = lock.change(&key, None).unwrap();
    let tombstones = Tombstones::default().union([(region("US"), Tag(9))]);
    change
        .put_tombstones(&tombstones, meta("a").loaded_at)
        .unwrap();
    change.commit().unwrap();
    folder
}

fn seal_of(path: &Path) -> [u8; 32] {
    let bytes = fs::read(path).unwrap();
    bytes[bytes.len() - 48..][..32].try_into().unwrap()
}

fn sketch(folder: &Path) -> Sketch {
    let entry = |name: &str, role, generation, file: &str| Entry {
        name: name.as_bytes().to_vec(),
        role,
        zeros: [0; 4],
        generation,
        seal: seal_of(&folder.join(file)),
    };
    Sketch {
        magic: [0x89, 0x6c, 0x69, 0x73, 0x74, 0x0d, 0x0a, 0x1a],
        version: 3,
        count: None,
        key_id: key_id().to_bytes(),
        generation: 3,
        entries: vec![
            entry("a", 0, 2, "a.2.segment"),
            entry("b", 0, 1, "b.1.segment"),
            entry("forgotten", 1, 3, "forgotten.3.tombstones"),
        ],
        seal: None,
        gap: Vec::new(),
    }
}

#[test]
fn the_document_says_what_the_writer_writes() {
    let folder = folder();
    let manifest = fs::read(folder.path().join("manifest")).unwrap();
    assert_eq!(sketch(folder.path()).bytes(), manifest);
    assert_eq!(manifest.len(), 32 + 3 * 112 + 40);
    let state = Index::open(folder.path(), Some(&key())).unwrap().state();
    let seal: [u8; 8] = manifest[manifest.len() - 40..][..8].try_into().unwrap();
    assert_eq!(state.id.to_string(), hex::encode(seal));
    assert_eq!(state.generation, 3);
    // Of a segment alone, it is its own seal.
    let alone = folder.path().join("a.2.segment");
    let state = Index::open(&alone, Some(&key())).unwrap().state();
    assert_eq!(state.id.to_string(), hex::encode(&seal_of(&alone)[..8]));
    assert_eq!(state.generation, 0);
}

/// What opening says with the key.
fn fault(change: impl FnOnce(&mut Sketch)) -> IndexError {
    let folder = folder();
    let mut sketch = sketch(folder.path());
    change(&mut sketch);
    fs::write(folder.path().join("manifest"), sketch.bytes()).unwrap();
    Index::open(folder.path(), Some(&key()))
        .err()
        .expect("it breaks a rule")
}

fn is_damage(change: impl FnOnce(&mut Sketch)) -> bool {
    matches!(fault(change), IndexError::DamagedManifest { .. })
}

#[test]
fn the_manifest_has_one_way_to_be_written() {
    assert!(is_damage(|it| it.magic[1] = b'L'));
    assert!(is_damage(|it| it.count = Some(2)));
    assert!(is_damage(|it| it.count = Some(u32::MAX)));
    assert!(is_damage(|it| it.gap = vec![0; 8]));
    assert!(is_damage(|it| it.gap = vec![0; 112]));
    assert!(is_damage(|it| it.entries.swap(0, 1)));
    assert!(is_damage(|it| it.entries[1].name = b"a".to_vec()));
    assert!(is_damage(|it| it.entries[2].role = 2));
    assert!(is_damage(|it| it.entries[0].zeros[3] = 1));
    assert!(is_damage(|it| it.generation = 0));
    assert!(is_damage(|it| it.entries[0].generation = 0));
    assert!(is_damage(|it| it.entries[0].generation = 4));
    for name in [&b""[..], b"../a", b"a\0b", b"\xff", b".a", b"a b"] {
        assert!(is_damage(|it| it.entries[0].name = name.to_vec()));
    }
}

#[test]
fn the_longest_manifest_that_is_read_has_16_mib() {
    let fault_of = |files: usize| {
        fault(|it| {
            let entry = |n: usize| Entry {
                name: format!("{n:06}").into_bytes(),
                role: 0,
                zeros: [0; 4],
                generation: 1,
                seal: [0; 32],
            };
            it.entries = (0..files).map(entry).collect();
        })
    };
    let most = ((16 << 20) - 32 - 40) / 112;
    assert!(matches!(fault_of(most), IndexError::ListedMissing { .. }));
    assert!(matches!(
        fault_of(most + 1),
        IndexError::DamagedManifest { .. }
    ));
}

#[test]
fn other_versions_and_other_keys_are_told_from_damage() {
    let later = fault(|it| it.version = 4);
    assert!(matches!(later, IndexError::Version { found: 4, .. }));
    let other = fault(|it| it.key_id = [7; 8]);
    assert!(matches!(other, IndexError::WrongKey { given, .. } if given == key_id()));
    assert!(matches!(
        fault(|it| it.seal = Some([7; 32])),
        IndexError::Forged { .. }
    ));
}

#[test]
fn what_is_listed_is_there_is_the_one_and_is_in_its_role() {
    let missing = fault(|it| it.entries[0].generation = 1);
    assert!(matches!(missing, IndexError::ListedMissing { .. }));
    let other = fault(|it| it.entries[0].seal[0] ^= 1);
    assert!(matches!(other, IndexError::ListedOther { .. }));
    // A source of another name under this one, seal and all.
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    fs::copy(path("b.1.segment"), path("c.1.segment")).unwrap();
    let mut sketch = sketch(folder.path());
    sketch.entries[1].name = b"c".to_vec();
    fs::write(path("manifest"), sketch.bytes()).unwrap();
    let error = Index::open(folder.path(), Some(&key())).err().unwrap();
    assert!(matches!(error, IndexError::ListedOther { .. }));
    // Tombstones as a source, and alone.
    fs::rename(path("forgotten.3.tombstones"), path("forgotten.3.segment")).unwrap();
    sketch.entries[1].name = b"b".to_vec();
    sketch.entries[2].role = 0;
    fs::write(path("manifest"), sketch.bytes()).unwrap();
    let error = Index::open(folder.path(), Some(&key())).err().unwrap();
    assert!(matches!(error, IndexError::ListedRole { .. }));
    let alone = Index::open(&path("forgotten.3.segment"), Some(&key()));
    assert!(matches!(alone, Err(IndexError::NotASource { .. })));
}

#[test]
fn tombstones_are_a_segment_and_no_source() {
    let folder = folder();
    let path = folder.path().join("forgotten.3.tombstones");
    let segment = Segment::open(&path, Some(&key())).unwrap();
    assert_eq!(segment.role(), SegmentRole::Tombstones);
    assert_eq!(segment.meta().source.as_str(), "forgotten");
    assert_eq!(segment.meta().loaded_at, meta("a").loaded_at);
    assert_eq!((segment.records(), segment.distinct()), (1, 1));
    let index = Index::open(folder.path(), Some(&key())).unwrap();
    let sources = index
        .segments()
        .iter()
        .map(|segment| &segment.meta().source);
    assert_eq!(
        sources.map(SourceName::as_str).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(index.source(&"forgotten".parse().unwrap()).is_none());
}

#[test]
fn a_manifest_that_is_too_long_is_not_read() {
    let folder = folder();
    let path = folder.path().join("manifest");
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_len(60 << 30).unwrap();
    let error = Index::open(folder.path(), Some(&key())).err().unwrap();
    assert!(matches!(error, IndexError::DamagedManifest { .. }));
}

#[test]
fn every_bit_of_a_small_index_flipped_is_an_error_or_gives_the_same_answer() {
    let folder = folder();
    let key = key();
    let answer = || -> Result<_, IndexError> {
        let index = Index::open(folder.path(), Some(&key))?;
        let mut answers = Vec::new();
        for segment in index.segments() {
            let mut found = Vec::new();
            let tags = [1, 2, 3, 4, 9].map(Tag);
            segment.lookup(region("US"), &tags, &mut found)?;
            answers.push((segment.meta().clone(), segment.countries().to_vec(), found));
        }
        let tombstones: Vec<_> = index.tombstones()?.iter().collect();
        Ok((answers, tombstones, index.state()))
    };
    let sound = answer().unwrap();
    for name in names(folder.path()) {
        let path = folder.path().join(&name);
        let bytes = fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            // All bits of the manifest. `corruption` has all bits of a segment.
            for bit in (0..8).filter(|bit| name == "manifest" || *bit == at % 8) {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                fs::write(&path, flipped).unwrap();
                if let Ok(answer) = answer() {
                    assert!(answer == sound, "{name}: bit {bit} of byte {at}");
                }
            }
        }
        for length in 0..bytes.len() {
            fs::write(&path, &bytes[..length]).unwrap();
            assert!(answer().is_err(), "{name} cut to {length}");
        }
        fs::write(&path, &bytes).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(answer().is_err(), "without {name}");
        fs::write(&path, &bytes).unwrap();
    }
    assert!(answer().unwrap() == sound);
}

#[test]
fn without_the_key_flipped_bits_are_found_as_well() {
    let folder = folder();
    let listed = || -> Result<Vec<u64>, IndexError> {
        let index = Index::open(folder.path(), None)?;
        let counts = index.segments().iter().map(|segment| {
            segment.verify()?;
            Ok::<_, IndexError>(segment.distinct())
        });
        counts.collect()
    };
    let sound = listed().unwrap();
    for name in names(folder.path()) {
        let path = folder.path().join(&name);
        let bytes = fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&path, flipped).unwrap();
            if let Ok(counts) = listed() {
                assert_eq!(counts, sound, "{name}: byte {at}");
            }
        }
        fs::write(&path, &bytes).unwrap();
    }
}
