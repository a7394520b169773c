//! The index that a load writes to, or that a dry run looks into.

use std::num::NonZeroUsize;
use std::path::Path;

use leakline::index::{
    CountryCount, FileRecord, Index, IndexChange, IndexState, Segment, Sorted, Sorter, SourceMerge,
    SourceMeta, Spill, TagUnion, Tombstones, WriteError, WriteLock,
};
use leakline::key::Key;
use leakline::load::{Budget, require_memory_for_files};
use leakline::printable::mask_numbers;

use super::plan::{LoadMode, LoadPlan};
use crate::cli::folders;
use crate::cli::key;
use crate::cli::settings::Settings;
use crate::cli::sources::locks;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::interrupt;

/// Where the tags of a load go.
#[allow(clippy::large_enum_variant, reason = "there is one of it in a run")]
pub(crate) enum LoadTarget<'a> {
    /// Into a locked index.
    Index {
        folder: &'a Path,
        change: IndexChange<'a>,
        /// The segment that is added to.
        before: Option<Segment>,
    },
    /// Nowhere. The index may be missing.
    DryRun(Option<Index>),
}

/// The end of a load.
pub(crate) struct Stored {
    /// The counts of this load alone.
    pub(crate) counts: Vec<CountryCount>,
    pub(crate) state: Option<IndexState>,
}

impl<'a> LoadTarget<'a> {
    /// Begins a change of the index. A source that is to be replaced need not even be readable.
    ///
    /// # Errors
    /// A damaged index, another key, a source that is there already.
    pub(crate) fn of_index(
        plan: &LoadPlan,
        lock: &'a WriteLock,
        key: &'a Key,
    ) -> anyhow::Result<LoadTarget<'a>> {
        let replaced = (plan.mode == LoadMode::Replace).then_some(&plan.source);
        let change = lock.change(key, replaced)?;
        if plan.mode == LoadMode::New && change.holds(&plan.source) {
            let name = mask_numbers(plan.source.as_str());
            return Err(failure(
                format!("source {name} is in the index already"),
                "give --replace to load it anew, --append to add to it, or another name with --source",
            ));
        }
        let before = match plan.mode {
            LoadMode::Append => change.open(&plan.source)?,
            _ => None,
        };
        Ok(LoadTarget::Index {
            folder: lock.folder(),
            change,
            before,
        })
    }

    /// The numbers that must not be stored.
    pub(crate) fn tombstones(&self) -> anyhow::Result<Tombstones> {
        Ok(match self {
            LoadTarget::Index { change, .. } => change.tombstones()?,
            LoadTarget::DryRun(Some(index)) => index.tombstones()?,
            LoadTarget::DryRun(None) => Tombstones::default(),
        })
    }

    /// The files that the source holds already: they are skipped.
    pub(crate) fn held_files(
        &self,
        plan: &LoadPlan,
        budget: Budget,
    ) -> anyhow::Result<Vec<FileRecord>> {
        let segment = match self {
            LoadTarget::Index { before, .. } => before.as_ref(),
            LoadTarget::DryRun(Some(index)) if plan.mode == LoadMode::DryAppend => {
                index.source(&plan.source)
            }
            LoadTarget::DryRun(_) => None,
        };
        let Some(segment) = segment else {
            return Ok(Vec::new());
        };
        require_memory_for_files(segment.meta().provenance.files.files, budget)?;
        Ok(segment.full_meta()?.provenance.files)
    }

    /// The state of the index before the load.
    pub(crate) fn state_before(&self) -> Option<IndexState> {
        match self {
            LoadTarget::Index { change, .. } => change.state_before(),
            LoadTarget::DryRun(index) => index.as_ref().map(Index::state),
        }
    }

    /// The metadata of the segment that is added to.
    pub(crate) fn meta_before(&self) -> anyhow::Result<Option<SourceMeta>> {
        let meta = match self {
            LoadTarget::Index { before, .. } => before.as_ref().map(Segment::full_meta),
            LoadTarget::DryRun(_) => None,
        };
        Ok(meta.transpose()?)
    }

    /// Sorts the tags. Temporary files are in `TMPDIR` if it is set, else beside the segment, where
    /// there must be room anyway.
    pub(crate) fn sorter(&self, budget: Budget) -> Sorter {
        let folder = match self {
            LoadTarget::Index { folder, .. } => Some(*folder),
            LoadTarget::DryRun(_) => None,
        };
        let spill = Spill::Unnamed(folders::temporary(folder));
        let sorter = Sorter::new(budget.sorter(), budget.threads().get(), spill);
        match folder {
            Some(folder) => sorter.storing_in(folder),
            None => sorter,
        }
    }

    /// Stores the tags as one segment, which becomes a part of the index; a dry run counts them.
    pub(crate) fn store(
        self,
        meta: &SourceMeta,
        sorted: &Sorted,
        forgotten: Tombstones,
        threads: NonZeroUsize,
    ) -> anyhow::Result<Stored> {
        let (mut change, before) = match self {
            LoadTarget::Index { change, before, .. } => (change, before),
            LoadTarget::DryRun(_) => {
                return Ok(Stored {
                    counts: count(sorted)?,
                    state: self.state_before(),
                });
            }
        };
        let _held = interrupt::Held::by_file();
        let before = before.map(|before| SourceMerge::new(before, forgotten));
        let before = before.transpose()?;
        let tags = match &before {
            Some(before) => TagUnion::of_both(sorted, before)?,
            None => TagUnion::of_load(sorted),
        };
        let mut writer = change.begin(meta)?;
        let counts = writer.sections(&tags, threads, interrupt::was_asked_for)?;
        change.put(writer)?;
        let state = Some(locks::commit(change)?);
        Ok(Stored { counts, state })
    }
}

/// The key of a dry run, and the index if there is one. Only an index that forgets numbers needs
/// its own key; for any other a new one will do.
pub(crate) fn open_dry(index: &Path, settings: &Settings) -> anyhow::Result<(Key, Option<Index>)> {
    let found = Index::open_if_any(index, None)?;
    if found.as_ref().is_some_and(Index::forgets) {
        let key = key::open(settings)?;
        let found = Index::open_if_any(index, Some(&key))?;
        return Ok((key, found));
    }
    Ok((Key::generate()?, found))
}

/// The counts that would be stored.
pub(crate) fn count(sorted: &Sorted) -> Result<Vec<CountryCount>, WriteError> {
    let count_region = |(region, records)| {
        let mut distinct = 0;
        for tag in sorted.region(region) {
            tag?;
            distinct += 1;
        }
        Ok(CountryCount {
            region,
            records,
            distinct,
        })
    };
    sorted.regions().map(count_region).collect()
}
