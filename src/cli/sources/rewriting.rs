//! Sources written anew from segments of one key, without what is forgotten: what `merge` and `forget` share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use leakline::index::{
    CountryCount, Index, Segment, SegmentWriter, Sorter, SourceMerge, SourceName, Spill,
    StagedFile, Tombstones, WriteError, WriteLock, segment_files,
};
use leakline::key::Key;

use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::terminal::interrupt;

/// For reading and sorting parts of many segments; few take less.
const MEMORY: usize = 128 << 20;

/// Segment files by source.
pub(super) type Sources = BTreeMap<SourceName, Vec<PathBuf>>;

/// Adds the segment files of an index that must hold some. All of them are looked at before anything is written.
pub(super) fn add_sources(path: &Path, key: &Key, sources: &mut Sources) -> anyhow::Result<()> {
    let index = Index::open(path, Some(key.id()))?;
    for segment in index.segments() {
        let paths = sources.entry(segment.meta().source.clone()).or_default();
        paths.push(segment.path().to_owned());
    }
    Ok(())
}

/// Those of the index that is written into, which may hold none.
pub(super) fn own_sources(lock: &WriteLock, key: &Key) -> anyhow::Result<Sources> {
    let mut own = Sources::new();
    if !segment_files(lock.folder())?.is_empty() {
        add_sources(lock.folder(), key, &mut own)?;
    }
    Ok(own)
}

/// The segments of one source; the index's own is the first.
pub(super) fn join(
    own: &[PathBuf],
    paths: &[PathBuf],
    key: &Key,
    forgotten: &Tombstones,
) -> anyhow::Result<SourceMerge> {
    let mut segments = own.iter().chain(paths).map(|path| {
        let segment = Segment::open_unread(path)?;
        key::expect(&segment, key.id())?;
        // What is sealed anew must not have been changed by others.
        segment.check_seal(key)?;
        anyhow::Ok(segment)
    });
    let first = segments.next().expect("a source is in some segment")?;
    let mut joined = SourceMerge::new(first, forgotten.clone())?;
    for segment in segments {
        joined.add(segment?)?;
    }
    Ok(joined)
}

/// Writes a source, but without its name.
pub(super) fn stage<'lock>(
    lock: &'lock WriteLock,
    joined: SourceMerge,
    key: &Key,
    settings: &Settings,
) -> Result<(StagedFile<'lock>, Vec<CountryCount>), WriteError> {
    let mut writer = SegmentWriter::create(lock, joined.meta(), key)?;
    let nothing = Sorter::new(MEMORY, settings.threads().get(), Spill::Never).finish(Vec::new())?;
    let sorted = nothing.with(joined)?;
    writer.sections(&sorted, settings.threads(), interrupt::was_asked_for)?;
    if interrupt::was_asked_for() {
        return Err(WriteError::GivenUp);
    }
    writer.stage()
}
