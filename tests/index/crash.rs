//! Killed and competing writers: a reader sees all of a source or none, and nothing is left behind.

use std::{fs, path::Path, sync::mpsc, thread, time::Duration};

use leakline::index::{Index, LockError, SegmentWriter, SourceMeta, StagedFile, WriteLock};

use crate::sample::{key, key_id, meta, region, stream};

fn write(lock: &WriteLock, meta: &SourceMeta, tags: &[u64]) {
    let mut writer = SegmentWriter::create(lock, meta, &key()).unwrap();
    writer
        .section(region("US"), tags.len() as u64, stream(tags))
        .unwrap();
    writer.finish().unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn distinct(folder: &Path) -> u64 {
    Index::open(folder, Some(key_id())).unwrap().segments()[0]
        .country(region("US"))
        .unwrap()
        .distinct
}

#[test]
fn a_segment_appears_when_finished_and_nothing_stays_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("new/index");
    let lock = WriteLock::try_take(&index).unwrap();
    let meta = meta("a");
    let mut writer = SegmentWriter::create(&lock, &meta, &key()).unwrap();
    writer.section(region("US"), 1, stream(&[1])).unwrap();
    assert_eq!(lock.existing(&meta.source), None);
    assert!(Index::open(&index, None).is_err());
    writer.finish().unwrap();
    drop(lock);
    assert_eq!(distinct(&index), 1);
    assert_eq!(names(&index), ["a.segment"]);
}

#[test]
fn staged_segments_have_no_name_until_they_are_published() {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    let stage = |source: &str| {
        let mut writer = SegmentWriter::create(&lock, &meta(source), &key()).unwrap();
        writer.section(region("US"), 1, stream(&[1])).unwrap();
        writer.stage().unwrap().0
    };
    let staged = [stage("a"), stage("b")];
    let given_up = stage("c");
    assert!(Index::open(folder.path(), None).is_err());
    drop(given_up);
    assert_eq!(
        names(folder.path()),
        ["a.segment.partial", "b.segment.partial"]
    );
    staged
        .into_iter()
        .try_for_each(StagedFile::publish)
        .unwrap();
    assert_eq!(names(folder.path()), ["a.segment", "b.segment"]);
}

#[test]
fn an_unfinished_segment_leaves_the_old_one_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    write(&lock, &meta("a"), &[1, 2]);
    let meta = meta("a");
    let mut writer = SegmentWriter::create(&lock, &meta, &key()).unwrap();
    writer.section(region("US"), 1, stream(&[9])).unwrap();
    assert_eq!(distinct(folder.path()), 2);
    drop(writer);
    assert_eq!(names(folder.path()), ["a.segment"]);
    assert_eq!(distinct(folder.path()), 2);
}

#[test]
fn a_new_segment_replaces_the_old_one_under_an_open_reader() {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    write(&lock, &meta("a"), &[1, 2]);
    let before = Index::open(folder.path(), None).unwrap();
    write(&lock, &meta("a"), &[1, 2, 3]);
    assert_eq!(distinct(folder.path()), 3);
    before.segments()[0].verify(Some(&key())).unwrap();
    assert_eq!(before.segments()[0].tags(region("US")).count(), 2);
    assert_eq!(names(folder.path()), ["a.segment"]);
}

#[test]
fn what_a_killed_writer_left_is_removed_by_the_next_and_by_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    write(&lock, &meta("a"), &[1]);
    drop(lock);
    for name in ["a.segment.partial", "b.segment.partial", "notes.partial"] {
        fs::write(folder.path().join(name), "half").unwrap();
    }
    assert_eq!(distinct(folder.path()), 1);
    assert_eq!(names(folder.path()).len(), 4);
    drop(WriteLock::try_take(folder.path()).unwrap());
    assert_eq!(names(folder.path()), ["a.segment", "notes.partial"]);
}

#[test]
fn one_writer_at_a_time_and_the_second_is_told_or_waits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let first = WriteLock::try_take(path).unwrap();
    let told = WriteLock::try_take(path).err().unwrap();
    assert!(matches!(told, LockError::Busy { .. }), "{told}");
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let lock = WriteLock::wait(path).unwrap();
            sender.send(()).unwrap();
            write(&lock, &meta("b"), &[1]);
        });
        assert!(receiver.recv_timeout(Duration::from_millis(100)).is_err());
        write(&first, &meta("a"), &[1]);
        drop(first);
        receiver.recv_timeout(Duration::from_secs(10)).unwrap();
    });
    assert_eq!(names(path), ["a.segment", "b.segment"]);
}

#[test]
fn folders_that_were_made_for_nothing_are_removed_and_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("new/index");
    drop(WriteLock::try_take(&index).unwrap());
    assert_eq!(names(folder.path()), Vec::<String>::new());
    fs::create_dir_all(&index).unwrap();
    drop(WriteLock::try_take(&index).unwrap());
    assert!(index.is_dir());
}

#[cfg(unix)]
#[test]
fn whoever_waits_for_a_folder_that_is_removed_writes_into_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    for _ in 0..20 {
        let first = WriteLock::try_take(&index).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| write(&WriteLock::wait(&index).unwrap(), &meta("b"), &[1]));
            thread::yield_now();
            drop(first);
        });
        assert_eq!(names(&index), ["b.segment"]);
        fs::remove_dir_all(&index).unwrap();
    }
}

#[test]
fn sources_are_removed_damaged_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    write(&lock, &meta("a"), &[1]);
    fs::write(folder.path().join("b.segment"), "damaged").unwrap();
    for name in ["a", "b"] {
        let name = name.parse().unwrap();
        assert!(lock.existing(&name).is_some());
        assert!(lock.remove(&name).unwrap());
        assert!(!lock.remove(&name).unwrap());
    }
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn an_index_that_is_a_file_cannot_be_written_into() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.segment");
    fs::write(&path, "x").unwrap();
    assert!(matches!(
        WriteLock::try_take(&path),
        Err(LockError::NotAFolder { .. })
    ));
}

#[cfg(unix)]
#[test]
fn folder_and_segments_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    let lock = WriteLock::try_take(&index).unwrap();
    write(&lock, &meta("a"), &[1]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&index), mode(&index.join("a.segment"))),
        (0o700, 0o600)
    );
}
