//! Sources written anew from segments of one key, without forgotten numbers: the common part of
//! `merge` and `forget`.

use leakline::index::{
    CountryCount, IndexChange, Segment, SourceMerge, TagUnion, Tombstones, WriteError,
};

use crate::cli::settings::Settings;
use crate::cli::terminal::interrupt;

/// For reading and sorting parts of many segments; few take less.
const MEMORY: usize = 128 << 20;

/// Segments of one source as one. The first is the index's own, if it has the source.
pub(super) fn join(
    segments: impl IntoIterator<Item = Segment>,
    forgotten: &Tombstones,
) -> anyhow::Result<SourceMerge> {
    let mut segments = segments.into_iter();
    let first = segments.next().expect("a source is in some segment");
    let mut joined = SourceMerge::new(first, forgotten.clone())?;
    for segment in segments {
        joined.add(segment)?;
    }
    Ok(joined)
}

/// Writes a source as a part of `change`.
pub(super) fn write(
    change: &mut IndexChange<'_>,
    joined: &SourceMerge,
    settings: &Settings,
) -> Result<Vec<CountryCount>, WriteError> {
    let threads = settings.threads();
    let mut writer = change.begin(joined.meta())?;
    let tags = TagUnion::of_merge(joined, MEMORY / 2 / threads.get());
    writer.sections(&tags, threads, interrupt::was_asked_for)?;
    change.put(writer)
}
