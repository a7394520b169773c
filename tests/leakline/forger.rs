//! Who can write the folder of an index, but has no key: whatever he does to it is an error of
//! every command, and never an answer.
//!
//! All unkeyed checksums of what he makes are right.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use leakline::index::{Segment, SegmentWriter, SourceMeta, WriteError};
use leakline::key::Key;
use leakline::phone::Region;
use leakline::tag::Tag;
use xxhash_rust::xxh3::xxh3_64;

use crate::world::{World, names};

const INDEX: &str = "data/leakline";
/// Bytes of the manifest's header, of an entry and of what comes after the entries.
const HEADER: usize = 32;
const ENTRY: usize = 112;
const END: usize = 40;

type Files = BTreeMap<String, Vec<u8>>;

/// Two sources and tombstones, and the folder as it was after each commit.
fn world() -> (World, Vec<Files>) {
    let world = World::new();
    world.file("breach.txt", "12125550100\n12125550101\n61491570006\n");
    world.file("more.txt", "12125550102\n");
    world.file("other.txt", "12125550103\n46701740605\n");
    world.file("list.txt", "12125550199\n");
    let mut states = Vec::new();
    for args in [
        &["load", "breach.txt"][..],
        &["load", "other.txt"],
        &["forget", "-i", "list.txt"],
        &["load", "--append", "--source", "breach", "more.txt"],
    ] {
        world.run(args).expect(0);
        states.push(files(&world));
    }
    world.file("new.txt", "12125550104\n");
    (world, states)
}

fn files(world: &World) -> Files {
    let folder = world.path(INDEX);
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        (name, bytes)
    };
    names(&folder).into_iter().map(read).collect()
}

fn restore(world: &World, files: &Files) {
    fs::remove_dir_all(world.path(INDEX)).unwrap();
    for (name, bytes) in files {
        world.file(&format!("{INDEX}/{name}"), bytes);
    }
}

fn path(world: &World, prefix: &str) -> PathBuf {
    let folder = world.path(INDEX);
    let name = names(&folder)
        .into_iter()
        .find(|name| name.starts_with(prefix));
    folder.join(name.unwrap())
}

/// Every command that needs what the index holds, and must not take it as it is.
fn assert_refused(world: &World, attack: &str) {
    let before = files(world);
    for args in [
        &["check", "+12125550100", "+12125550103"][..],
        &["load", "--append", "--source", "breach", "new.txt"],
        &["merge", "--index", "elsewhere", INDEX],
        &[
            "extract", "--source", "breach", "--source", "other", "small",
        ],
        &["forget", "-i", "list.txt"],
        &["stats"],
        &["overlap", "breach", "other"],
        &["sources"],
        &["verify", "-q"],
    ] {
        let run = world.run(args);
        assert_eq!(run.code, Some(2), "{attack}: {args:?}: {}", run.text());
        assert_eq!(run.text(), "", "{attack}: {args:?}");
        assert!(
            run.stderr.lines().count() >= 2,
            "{attack}: {args:?}: {}",
            run.stderr
        );
        assert!(files(world) == before, "{attack}: {args:?}");
    }
    for path in ["elsewhere", "small"] {
        assert!(!world.path(path).exists(), "{attack}: {path}");
    }
}

/// A segment that the key never saw, of the key's id: with these tags for every country.
fn forged_segment(real: &[u8], tags: &[u64]) -> Vec<u8> {
    let of_real = Segment::from_bytes(real.to_vec(), None).unwrap();
    let mine = Key::generate().unwrap();
    let meta: SourceMeta = of_real.full_meta().unwrap();
    let mut writer = SegmentWriter::new(Vec::new(), &meta, &mine).unwrap();
    for code in ["AU", "SE", "US"] {
        let count = tags.len() as u64;
        let tags = tags.iter().map(|tag| Ok::<_, WriteError>(Tag(*tag)));
        let region = Region::from_code(code).unwrap();
        writer.section(region, 3 * count, tags).unwrap();
    }
    let mut bytes = writer.end().unwrap().0;
    let end = bytes.len();
    let id = of_real.key_id().to_bytes();
    bytes[16..24].copy_from_slice(&id);
    let header = xxh3_64(&bytes[..32]).to_le_bytes();
    bytes[32..40].copy_from_slice(&header);
    bytes[end - 96..end - 88].copy_from_slice(&id);
    bytes[end - 64..end - 56].copy_from_slice(&header);
    // The role and the seal of the real one.
    let trailer = &real[real.len() - 104..];
    bytes[end - 88..end - 84].copy_from_slice(&trailer[16..20]);
    bytes[end - 48..end - 16].copy_from_slice(&trailer[56..88]);
    let own = xxh3_64(&bytes[end - 104..end - 8]).to_le_bytes();
    bytes[end - 8..].copy_from_slice(&own);
    Segment::from_bytes(bytes.clone(), None)
        .and_then(|segment| segment.verify())
        .unwrap();
    bytes
}

/// A manifest with changed entries; all but its seal is right.
fn forge_manifest(world: &World, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let path = world.path(INDEX).join("manifest");
    let bytes = fs::read(&path).unwrap();
    let entries = bytes[HEADER..bytes.len() - END].chunks(ENTRY);
    let mut entries: Vec<Vec<u8>> = entries.map(<[u8]>::to_vec).collect();
    change(&mut entries);
    let mut forged = bytes[..HEADER].to_vec();
    forged[12..16].copy_from_slice(&u32::try_from(entries.len()).unwrap().to_le_bytes());
    forged.extend(entries.concat());
    forged.extend(&bytes[bytes.len() - END..][..32]);
    forged.extend(xxh3_64(&forged).to_le_bytes());
    fs::write(path, forged).unwrap();
}

#[test]
fn a_segment_rebuilt_without_the_key_is_never_answered_from() {
    let (world, states) = world();
    let now = states.last().unwrap();
    for source in ["breach.", "other.", "forgotten."] {
        for tags in [&[][..], &[1, 2, 3]] {
            let path = path(&world, source);
            let forged = forged_segment(&fs::read(&path).unwrap(), tags);
            fs::write(&path, &forged).unwrap();
            // `stats` has the default key here; without any, nothing tells who made the segment.
            assert_refused(&world, source);
            if source != "forgotten." {
                let alone = ["check", "--index", path.to_str().unwrap(), "+12125550100"];
                let run = world.run(alone).expect(2);
                assert!(run.stderr.contains("seal"), "{}", run.stderr);
            }
            restore(&world, now);
        }
    }
    world.run(["verify"]).expect(0);
}

#[test]
fn two_keys_in_one_index_are_an_error_key_or_no_key() {
    let (world, states) = world();
    world.run(["keygen", "other.key"]).expect(0);
    let foreign = ["--index", "foreign", "--key-file", "other.key", "other.txt"];
    world.run(["load"].iter().chain(&foreign)).expect(0);
    let foreign = fs::read(world.segment_in("foreign", "other")).unwrap();
    fs::write(path(&world, "other."), &foreign).unwrap();
    assert_refused(&world, "a segment of another key");
    // With a manifest that lists it.
    forge_manifest(&world, |entries| {
        entries[1][80..].copy_from_slice(&foreign[foreign.len() - 48..][..32]);
    });
    assert_refused(&world, "a listed segment of another key");
    fs::rename(world.path("config"), world.path("away")).unwrap();
    for args in [
        &["stats"][..],
        &["overlap", "breach", "other"],
        &["sources"],
    ] {
        assert_eq!(world.run(args).expect(2).text(), "");
    }
    restore(&world, states.last().unwrap());
    world.run(["stats"]).expect(0);
}

#[test]
fn roles_are_not_exchanged() {
    let (world, states) = world();
    let now = states.last().unwrap();
    let (breach, forgotten) = (path(&world, "breach."), path(&world, "forgotten."));
    fs::copy(&forgotten, &breach).unwrap();
    assert_refused(&world, "tombstones in place of a source");
    restore(&world, now);
    fs::copy(&breach, &forgotten).unwrap();
    assert_refused(&world, "a source in place of tombstones");
    restore(&world, now);
    forge_manifest(&world, |entries| entries[2][64] = 0);
    assert_refused(&world, "the role in the manifest");
    restore(&world, now);
    fs::copy(&breach, path(&world, "other.")).unwrap();
    assert_refused(&world, "a source in place of another");
}

#[test]
fn one_file_of_an_older_state_is_refused() {
    let (world, states) = world();
    let (now, before) = (states.last().unwrap(), &states[2]);
    let old = &before["breach.3.segment"];
    fs::write(world.path(INDEX).join("breach.4.segment"), old).unwrap();
    assert_refused(&world, "an older segment");
    restore(&world, now);
    fs::write(world.path(INDEX).join("manifest"), &before["manifest"]).unwrap();
    assert_refused(&world, "an older manifest");
    restore(&world, now);
    // Without its tombstones, which the first states did not have.
    fs::write(world.path(INDEX).join("manifest"), &states[1]["manifest"]).unwrap();
    assert_refused(&world, "a manifest without tombstones");
}

#[test]
fn nothing_is_taken_away() {
    let (world, states) = world();
    let now = states.last().unwrap();
    for name in now.keys() {
        fs::remove_file(world.path(INDEX).join(name)).unwrap();
        assert_refused(&world, &format!("without {name}"));
        restore(&world, now);
    }
    for index in 0..3 {
        forge_manifest(&world, |entries| drop(entries.remove(index)));
        assert_refused(&world, "an entry less");
        restore(&world, now);
    }
}

#[test]
fn an_index_without_its_manifest_is_never_taken_for_a_new_one() {
    let (world, states) = world();
    let now = states.last().unwrap();
    // What a first writer leaves, beside files that are none of his.
    for partial in [&[][..], &now["manifest"], &states[0]["manifest"]] {
        fs::remove_file(world.path(INDEX).join("manifest")).unwrap();
        world.file(&format!("{INDEX}/manifest.partial"), partial);
        assert_refused(&world, "only the next manifest");
        world.run(["load", "new.txt"]).expect(2);
        world
            .run(["load", "--replace", "--source", "breach", "new.txt"])
            .expect(2);
        world.run(["sources", "remove", "other"]).expect(2);
        restore(&world, now);
    }
}

#[test]
fn nothing_is_added() {
    let (world, states) = world();
    let now = states.last().unwrap();
    let answer = |world: &World| world.run(["check", "+12125550100"]).expect(1).stdout;
    let sound = answer(&world);
    let real = fs::read(path(&world, "breach.")).unwrap();
    let forged = forged_segment(&real, &[1, 2, 3]);
    world.file(&format!("{INDEX}/more.4.segment"), &forged);
    // What is not listed is nobody's.
    assert_eq!(answer(&world), sound);
    forge_manifest(&world, |entries| {
        let mut added = entries[0].clone();
        added[..6].copy_from_slice(b"more\0\0");
        entries.insert(1, added);
    });
    assert_refused(&world, "an entry more");
    restore(&world, now);
}

#[test]
fn a_copy_in_part_is_refused() {
    let (world, states) = world();
    let now = states.last().unwrap();
    // A copy that was interrupted after any file, in both orders.
    for reverse in [false, true] {
        for count in 1..now.len() {
            let mut entries: Vec<_> = now.iter().collect();
            if reverse {
                entries.reverse();
            }
            let part = entries.into_iter().take(count);
            let part = part.map(|(name, bytes)| (name.clone(), bytes.clone()));
            restore(&world, &part.collect());
            assert_refused(&world, &format!("{count} files, {reverse}"));
        }
    }
    let mut half = now.clone();
    let last = half.get_mut("other.3.segment").unwrap();
    last.truncate(last.len() / 2);
    restore(&world, &half);
    assert_refused(&world, "half of a file");
}

#[test]
fn an_index_that_was_rolled_back_whole_has_another_id() {
    let (world, states) = world();
    let state = |world: &World| world.run(["sources", "--json"]).expect(0).json()["index"].clone();
    let now = state(&world);
    assert_eq!(now["generation"], 4);
    restore(&world, &states[2]);
    let before = state(&world);
    assert_eq!(before["generation"], 3);
    assert_ne!(now["id"], before["id"]);
    let check = |state: &serde_json::Value| {
        let id = state["id"].as_str().unwrap();
        world.run(["check", "--expect-index", id, "+12125550100"])
    };
    check(&before).expect(1);
    let run = check(&now).expect(2);
    assert_eq!(run.text(), "");
    assert!(run.stderr.contains("is expected"), "{}", run.stderr);
    restore(&world, states.last().unwrap());
    let verbose = world.run(["check", "-v", "+12125550100"]).expect(1);
    let id = now["id"].as_str().unwrap();
    assert!(
        verbose
            .stderr
            .contains(&format!("index {id}, generation 4"))
    );
    for args in [
        &["check", "--format", "json", "+12125550100"][..],
        &["stats", "--format", "json"],
        &["overlap", "breach", "other", "--format", "json"],
        &["verify", "--json"],
    ] {
        assert_eq!(world.run(args).json()["index"], now, "{args:?}");
    }
    let dump = [
        "check",
        "--format",
        "json",
        "--dump",
        "breach.txt",
        "+12125550100",
    ];
    assert!(world.run(dump).expect(1).json()["index"].is_null());
    world
        .run(["check", "--expect-index", "12", "+12125550100"])
        .expect(2);
}

#[test]
fn without_the_key_nothing_is_authenticated_and_that_is_said() {
    let (world, _) = world();
    let said = "nothing of it was authenticated";
    for args in [
        &["sources"][..],
        &["stats"],
        &["overlap", "breach", "other"],
    ] {
        assert!(!world.run(args).expect(0).stderr.contains(said));
    }
    fs::rename(world.path("config"), world.path("away")).unwrap();
    for args in [
        &["sources"][..],
        &["stats"],
        &["overlap", "breach", "other"],
    ] {
        assert!(world.run(args).expect(0).stderr.contains(said), "{args:?}");
    }
    let list = world.run(["sources", "--json"]).expect(0).json();
    assert_eq!(list["authenticated"], false);
    world.run(["verify"]).expect(2);
    // A default key of another index is none of this one.
    world.run(["keygen", "config/leakline/key"]).expect(0);
    assert!(world.run(["stats"]).expect(0).stderr.contains(said));
    world
        .run(["stats", "--key-file", "config/leakline/key"])
        .expect(2);
}
