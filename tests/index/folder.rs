//! What counts as an index, and what is refused. `forged.rs` is about what an attacker does to one.

use std::{fs, num::NonZeroUsize};

use leakline::{
    index::{
        Index, IndexError, SegmentError, SegmentRole, Trust, WriteLock, check_files,
        files_of_index, holds_nothing,
    },
    key::Key,
};
use tempfile::TempDir;

use crate::sample::{key, key_id, meta, names, region, segment, store, tags};

/// An index of these sources.
fn folder(sources: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    for source in sources {
        store(&lock, &meta(source), &[1, 2, 3]);
    }
    folder
}

/// With the key and without it, the same.
fn error(folder: &TempDir) -> IndexError {
    let error = Index::open(folder.path(), Some(&key())).err().unwrap();
    let without = Index::open(folder.path(), None).err().unwrap();
    assert_eq!(error.to_string(), without.to_string());
    assert!(
        error.to_string().contains(folder.path().to_str().unwrap()),
        "{error}"
    );
    error
}

#[test]
fn sources_come_in_order_of_their_names_and_foreign_files_are_ignored() {
    let folder = folder(&["b", "a-1", "a"]);
    for foreign in [
        "README",
        "x.9.segment",
        "._a.3.segment",
        "a.segment~",
        "x.txt",
    ] {
        fs::write(folder.path().join(foreign), "foreign").unwrap();
    }
    let index = Index::open(folder.path(), Some(&key())).unwrap();
    let sources: Vec<_> = index
        .segments()
        .iter()
        .map(|segment| segment.meta().source.as_str())
        .collect();
    assert_eq!(sources, ["a", "a-1", "b"]);
    assert!(index.covers(region("US")) && !index.covers(region("CA")));
    assert_eq!(index.state().generation, 3);
    // What a writer would remove, and what it keeps.
    assert_eq!(files_of_index(folder.path()).unwrap().len(), 5);
}

#[test]
fn one_segment_file_of_any_name_is_an_index() {
    let folder = folder(&["a"]);
    let alone = folder.path().join("other.bin");
    fs::rename(folder.path().join("a.1.segment"), &alone).unwrap();
    let index = Index::open(&alone, Some(&key())).unwrap();
    assert_eq!(index.segments().len(), 1);
    assert_eq!(index.state().generation, 0);
    let (state, files) = check_files(&alone, Some(&key()), NonZeroUsize::new(2).unwrap()).unwrap();
    assert_eq!(state, index.state());
    assert!(files[0].outcome.is_ok() && files[0].role == SegmentRole::Source);
}

#[test]
fn nothing_there_and_nothing_loaded_are_told_apart() {
    let empty = folder(&[]);
    assert!(matches!(error(&empty), IndexError::Empty { .. }));
    assert!(holds_nothing(empty.path()).unwrap());
    let none = empty.path().join("none");
    let missing = Index::open(&none, None).err().unwrap();
    assert!(matches!(missing, IndexError::Missing { .. }));
    assert!(holds_nothing(&none).unwrap() && files_of_index(&none).unwrap().is_empty());
    assert!(Index::open_if_any(&none, None).unwrap().is_none());
    assert!(!holds_nothing(folder(&["a"]).path()).unwrap());
}

#[test]
fn another_key_is_refused_naming_both_and_none_is_needed_to_list() {
    let folder = folder(&["a"]);
    let other = Key::generate().unwrap();
    let error = Index::open(folder.path(), Some(&other)).err().unwrap();
    assert!(matches!(error, IndexError::WrongKey { .. }));
    let text = error.to_string();
    assert!(
        text.contains(&other.id().to_string()) && text.contains(&key_id().to_string()),
        "{text}"
    );
    let listed = Index::open(folder.path(), None).unwrap();
    assert_eq!(listed.key_id(), key_id());
    assert_eq!(listed.trust(), Trust::Unauthenticated);
    let read = Index::open(folder.path(), Some(&key())).unwrap();
    assert_eq!(read.trust(), Trust::Authenticated);
    assert_eq!(read.state(), listed.state());
}

#[test]
fn a_damaged_segment_is_never_left_out() {
    let folder = folder(&["a", "b"]);
    for bytes in [&b""[..], b"leak", &[0; 4096]] {
        fs::write(folder.path().join("b.2.segment"), bytes).unwrap();
        assert!(matches!(error(&folder), IndexError::Segment(_)));
    }
    let (_, files) =
        check_files(folder.path(), Some(&key()), NonZeroUsize::new(2).unwrap()).unwrap();
    let sound: Vec<bool> = files.iter().map(|file| file.outcome.is_ok()).collect();
    assert_eq!(sound, [true, false]);
}

#[cfg(unix)]
#[test]
fn a_segment_that_cannot_be_reached_is_never_left_out() {
    let folder = folder(&["a"]);
    let path = folder.path().join("a.1.segment");
    fs::remove_file(&path).unwrap();
    assert!(matches!(error(&folder), IndexError::ListedMissing { .. }));
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    assert!(matches!(error(&folder), IndexError::ListedMissing { .. }));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(error(&folder), IndexError::Segment(_)));
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_no_segments_and_no_manifests() {
    let folder = folder(&["a"]);
    for name in ["a.1.segment", "manifest"] {
        let path = folder.path().join(name);
        let kept = fs::read(&path).unwrap();
        for make in ["mkfifo", "zero"] {
            fs::remove_file(&path).unwrap();
            match make {
                "mkfifo" => {
                    let made = std::process::Command::new("mkfifo").arg(&path).status();
                    assert!(made.unwrap().success());
                }
                _ => std::os::unix::fs::symlink("/dev/zero", &path).unwrap(),
            }
            error(&folder);
            let alone = Index::open(&path, Some(&key())).err().unwrap();
            assert!(matches!(
                alone,
                IndexError::Segment(SegmentError::NotASegment { .. })
            ));
        }
        fs::remove_file(&path).unwrap();
        fs::write(&path, kept).unwrap();
    }
    Index::open(folder.path(), Some(&key())).unwrap();
}

#[test]
fn a_huge_sparse_file_is_refused_and_not_read() {
    let folder = folder(&["a"]);
    let path = folder.path().join("a.1.segment");
    let bytes = fs::read(&path).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_len(60 << 30).unwrap();
    error(&folder);
    // The same, with its trailer at the end.
    std::os::unix::fs::FileExt::write_all_at(&file, &bytes[bytes.len() - 104..], (60 << 30) - 104)
        .unwrap();
    error(&folder);
}

#[test]
fn an_index_of_version_2_is_refused_by_readers_and_writers() {
    let folder = tempfile::tempdir().unwrap();
    let golden = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/segments/version-2.segment"
    );
    fs::copy(golden, folder.path().join("golden.segment")).unwrap();
    assert!(matches!(
        error(&folder),
        IndexError::Version { found: 2, .. }
    ));
    let lock = WriteLock::try_take(folder.path()).unwrap();
    assert!(matches!(
        lock.change(&key(), None),
        Err(IndexError::Version { found: 2, .. })
    ));
    assert_eq!(names(folder.path()), ["golden.segment"]);
    let alone = Index::open(golden.as_ref(), None).err().unwrap();
    assert!(matches!(
        alone,
        IndexError::Segment(SegmentError::Version { found: 2, .. })
    ));
}

#[test]
fn a_segment_in_memory_knows_its_sums() {
    let bytes = segment(&meta("a"), &tags(&[("EG", 3), ("US", 5)]));
    let segment = leakline::index::Segment::from_bytes(bytes, Some(&key())).unwrap();
    assert_eq!((segment.distinct(), segment.records()), (8, 16));
}

#[test]
fn an_index_is_restricted_to_sources_that_it_has() {
    let folder = folder(&["a", "b"]);
    let open = || Index::open(folder.path(), None).unwrap();
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| name.parse().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(open().restrict(&names(&["b"])).unwrap().segments().len(), 1);
    let error = open().restrict(&names(&["a", "c"])).err().unwrap();
    assert!(matches!(error, IndexError::NoSource { name, .. } if name.as_str() == "c"));
}
