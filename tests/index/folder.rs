//! What counts as an index, and what is refused with which advice.

use std::fs;

use leakline::{
    index::{Index, IndexError, segment_files},
    key::KeyId,
};
use tempfile::TempDir;

use crate::sample::{key_id, meta, region, segment, tags};

fn folder(sources: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, source) in sources {
        let bytes = segment(&meta(source), &tags(&[("US", 3)]));
        fs::write(folder.path().join(file), bytes).unwrap();
    }
    folder
}

fn error(folder: &TempDir) -> IndexError {
    let error = Index::open(folder.path(), Some(key_id())).err().unwrap();
    assert!(
        error.to_string().contains(folder.path().to_str().unwrap()),
        "{error}"
    );
    error
}

#[test]
fn sources_come_in_order_of_their_names_and_foreign_files_are_ignored() {
    let folder = folder(&[
        ("b.segment", "b"),
        ("a-1.segment", "a-1"),
        ("a.segment", "a"),
    ]);
    for foreign in [
        "README",
        "x.segment.partial",
        "._a.segment",
        "a.segment~",
        "x.txt",
    ] {
        fs::write(folder.path().join(foreign), "foreign").unwrap();
    }
    let index = Index::open(folder.path(), Some(key_id())).unwrap();
    let names: Vec<_> = index
        .segments()
        .iter()
        .map(|segment| segment.meta().source.as_str())
        .collect();
    assert_eq!(names, ["a", "a-1", "b"]);
    assert!(index.covers(region("US")) && !index.covers(region("CA")));
    assert_eq!(segment_files(folder.path()).unwrap().len(), 3);
}

#[test]
fn one_segment_file_of_any_name_is_an_index() {
    let folder = folder(&[("other.bin", "a")]);
    let index = Index::open(&folder.path().join("other.bin"), Some(key_id())).unwrap();
    assert_eq!(index.segments().len(), 1);
}

#[test]
fn nothing_there_and_nothing_loaded_are_told_apart() {
    let empty = folder(&[]);
    assert!(matches!(error(&empty), IndexError::Empty { .. }));
    let missing = Index::open(&empty.path().join("none"), None).err().unwrap();
    assert!(matches!(missing, IndexError::Missing { .. }));
    assert!(
        segment_files(&empty.path().join("none"))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn another_key_is_refused_naming_both_and_none_is_needed_to_list() {
    let folder = folder(&[("a.segment", "a")]);
    let other = KeyId::from_bytes([7; 8]);
    let error = Index::open(folder.path(), Some(other)).err().unwrap();
    assert!(matches!(error, IndexError::WrongKey { .. }));
    let text = error.to_string();
    assert!(
        text.contains(&other.to_string()) && text.contains(&key_id().to_string()),
        "{text}"
    );
    assert_eq!(
        Index::open(folder.path(), None).unwrap().segments()[0].key_id(),
        key_id()
    );
}

#[test]
fn a_damaged_segment_is_never_left_out() {
    let folder = folder(&[("a.segment", "a"), ("b.segment", "b")]);
    for bytes in [&b""[..], b"leak", &[0; 4096]] {
        fs::write(folder.path().join("b.segment"), bytes).unwrap();
        assert!(matches!(error(&folder), IndexError::Segment(_)));
    }
}

#[cfg(unix)]
#[test]
fn a_segment_that_cannot_be_reached_is_never_left_out() {
    let folder = folder(&[("a.segment", "a")]);
    std::os::unix::fs::symlink("nowhere", folder.path().join("b.segment")).unwrap();
    assert!(matches!(error(&folder), IndexError::Segment(_)));
    fs::remove_file(folder.path().join("b.segment")).unwrap();
    fs::create_dir(folder.path().join("b.segment")).unwrap();
    assert!(matches!(error(&folder), IndexError::Segment(_)));
}

#[test]
fn a_source_stands_once_and_under_its_name() {
    let twice = folder(&[("a.segment", "a"), ("a copy.segment", "a")]);
    assert!(matches!(error(&twice), IndexError::Duplicate { .. }));
    let misnamed = folder(&[("b.segment", "a")]);
    let error = error(&misnamed);
    assert!(matches!(error, IndexError::Misnamed { .. }));
}

#[test]
fn an_index_is_restricted_to_sources_that_it_has() {
    let folder = folder(&[("a.segment", "a"), ("b.segment", "b")]);
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
