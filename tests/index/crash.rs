//! Killed and competing writers: a reader sees all of a change or nothing of it, and nothing is
//! left behind.

use std::{fs, path::Path, sync::mpsc, thread, time::Duration};

use leakline::index::{
    Index, IndexChange, IndexError, LockError, SourceMeta, Tombstones, WriteLock,
};

use crate::sample::{key, meta, names, put, region, store, stream};

fn distinct(folder: &Path) -> u64 {
    Index::open(folder, Some(&key())).unwrap().segments()[0].distinct()
}

#[test]
fn a_source_appears_by_the_commit_and_nothing_stays_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("new/index");
    let lock = WriteLock::try_take(&index).unwrap();
    let key = key();
    let mut change = lock.change(&key, None).unwrap();
    put(&mut change, &meta("a"), &[1]);
    assert!(matches!(
        Index::open(&index, None),
        Err(IndexError::Empty { .. })
    ));
    assert_eq!(names(&index), ["a.1.segment", "manifest.partial"]);
    let state = change.commit().unwrap();
    drop(lock);
    assert_eq!(state.generation, 1);
    assert_eq!(Index::open(&index, Some(&key)).unwrap().state(), state);
    assert_eq!(distinct(&index), 1);
    assert_eq!(names(&index), ["a.1.segment", "manifest"]);
}

#[test]
fn several_sources_appear_by_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let key = key();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    store(&lock, &meta("a"), &[1]);
    let mut change = lock.change(&key, None).unwrap();
    put(&mut change, &meta("a"), &[1, 2]);
    put(&mut change, &meta("b"), &[3]);
    let tombstones = Tombstones::default().union([(region("US"), leakline::tag::Tag(9))]);
    change
        .put_tombstones(&tombstones, meta("a").loaded_at)
        .unwrap();
    assert_eq!(distinct(folder.path()), 1);
    assert_eq!(change.commit().unwrap().generation, 2);
    assert_eq!(
        names(folder.path()),
        [
            "a.2.segment",
            "b.2.segment",
            "forgotten.2.tombstones",
            "manifest"
        ]
    );
    let index = Index::open(folder.path(), Some(&key)).unwrap();
    assert_eq!(index.segments().len(), 2);
    assert_eq!(index.tombstones().unwrap().count(), 1);
}

#[test]
fn a_change_that_is_given_up_leaves_the_index_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    let key = key();
    let given_up = |change: &mut IndexChange<'_>| {
        put(change, &meta("b"), &[7]);
        let mut writer = change.begin(&meta("a")).unwrap();
        writer.section(region("US"), 1, stream(&[9])).unwrap();
    };
    given_up(&mut lock.change(&key, None).unwrap());
    assert_eq!(names(folder.path()), Vec::<String>::new());
    store(&lock, &meta("a"), &[1, 2]);
    given_up(&mut lock.change(&key, None).unwrap());
    assert_eq!(names(folder.path()), ["a.1.segment", "manifest"]);
    assert_eq!(distinct(folder.path()), 2);
}

#[test]
fn a_new_segment_replaces_the_old_one_under_an_open_reader() {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    store(&lock, &meta("a"), &[1, 2]);
    let before = Index::open(folder.path(), Some(&key())).unwrap();
    store(&lock, &meta("a"), &[1, 2, 3]);
    assert_eq!(distinct(folder.path()), 3);
    before.segments()[0].verify().unwrap();
    assert_eq!(before.segments()[0].tags(region("US")).count(), 2);
    assert_eq!(names(folder.path()), ["a.2.segment", "manifest"]);
}

#[test]
fn a_reader_during_many_commits_sees_one_generation_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let key = key();
    let lock = WriteLock::try_take(path).unwrap();
    // Both sources have as many tags as there were commits.
    let commit = |count: u64| {
        let tags: Vec<u64> = (1..=count).collect();
        let mut change = lock.change(&key, None).unwrap();
        put(&mut change, &meta("a"), &tags);
        put(&mut change, &meta("b"), &tags);
        change.commit().unwrap();
    };
    commit(1);
    thread::scope(|scope| {
        let writer = scope.spawn(|| (2..=100).for_each(commit));
        let mut read = 0;
        while !writer.is_finished() {
            let index = Index::open(path, Some(&crate::sample::key())).unwrap();
            let counts = index
                .segments()
                .iter()
                .map(leakline::index::Segment::distinct);
            let generation = index.state().generation;
            assert_eq!(counts.collect::<Vec<_>>(), [generation; 2]);
            read += 1;
        }
        assert!(read > 0);
    });
    assert_eq!(distinct(path), 100);
}

#[test]
fn what_a_killed_writer_left_is_removed_by_the_next_and_by_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let key = key();
    let leave = |names: &[&str]| {
        for name in names {
            fs::write(path.join(name), "half").unwrap();
        }
    };
    // A first writer, who had no manifest yet.
    leave(&[
        "manifest.partial",
        "b.1.segment",
        "notes.partial",
        "a.segment~",
    ]);
    let lock = WriteLock::try_take(path).unwrap();
    store(&lock, &meta("a"), &[1]);
    assert_eq!(
        names(path),
        ["a.1.segment", "a.segment~", "manifest", "notes.partial"]
    );
    leave(&[
        "manifest.partial",
        "a.2.segment",
        "c.1.segment",
        "forgotten.2.tombstones",
        "._a.1.segment",
    ]);
    assert_eq!(distinct(path), 1);
    assert_eq!(names(path).len(), 9);
    drop(lock.change(&key, None).unwrap());
    assert_eq!(
        names(path),
        [
            "._a.1.segment",
            "a.1.segment",
            "a.segment~",
            "manifest",
            "notes.partial"
        ]
    );
}

#[test]
fn segments_without_a_manifest_are_no_leftovers() {
    let folder = tempfile::tempdir().unwrap();
    let key = key();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    store(&lock, &meta("a"), &[1]);
    fs::remove_file(folder.path().join("manifest")).unwrap();
    assert!(matches!(
        lock.change(&key, None),
        Err(IndexError::NoManifest { .. })
    ));
    assert_eq!(names(folder.path()), ["a.1.segment"]);
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
            store(&lock, &meta("b"), &[1]);
        });
        assert!(receiver.recv_timeout(Duration::from_millis(100)).is_err());
        store(&first, &meta("a"), &[1]);
        drop(first);
        receiver.recv_timeout(Duration::from_secs(10)).unwrap();
    });
    assert_eq!(names(path), ["a.1.segment", "b.2.segment", "manifest"]);
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
            scope.spawn(|| store(&WriteLock::wait(&index).unwrap(), &meta("b"), &[1]));
            thread::yield_now();
            drop(first);
        });
        assert_eq!(names(&index), ["b.1.segment", "manifest"]);
        fs::remove_dir_all(&index).unwrap();
    }
}

#[test]
fn sources_are_removed_damaged_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let key = key();
    let lock = WriteLock::try_take(folder.path()).unwrap();
    store(&lock, &meta("a"), &[1]);
    store(&lock, &meta("b"), &[1]);
    fs::write(folder.path().join("b.2.segment"), "damaged").unwrap();
    for name in ["b", "a"] {
        let name = name.parse().unwrap();
        let mut change = lock.change(&key, Some(&name)).unwrap();
        assert!(change.holds(&name) && change.remove(&name));
        assert!(!change.holds(&name) && !change.remove(&name));
        change.commit().unwrap();
    }
    assert_eq!(names(folder.path()), ["manifest"]);
    assert!(matches!(
        Index::open(folder.path(), Some(&key)),
        Err(IndexError::Empty { .. })
    ));
    assert_eq!(
        lock.change(&key, None)
            .unwrap()
            .state_before()
            .unwrap()
            .generation,
        4
    );
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
fn folder_and_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    let lock = WriteLock::try_take(&index).unwrap();
    let meta: SourceMeta = meta("a");
    store(&lock, &meta, &[1]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&index), 0o700);
    for name in names(&index) {
        assert_eq!(mode(&index.join(name)), 0o600);
    }
}
