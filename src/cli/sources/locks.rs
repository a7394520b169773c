//! The writer's lock of an index, waited for if another writer holds it, and the commit of a
//! change.

use std::path::Path;

use leakline::index::{IndexChange, IndexState, LockError, WriteError, WriteLock};
use leakline::printable::shown;

use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;
use crate::cli::terminal::interrupt;

pub(crate) fn take(index: &Path, settings: &Settings) -> anyhow::Result<WriteLock> {
    if index.is_file() {
        return Err(failure(
            format!(
                "{}: is one segment, not an index that can be written",
                shown(&index)
            ),
            "name the folder of an index with --index",
        ));
    }
    match WriteLock::try_take(index) {
        Err(LockError::Busy { .. }) => {
            settings.write_line("waiting for another load into this index to end");
            WriteLock::wait(index).map_err(anyhow::Error::from)
        }
        taken => taken.map_err(anyhow::Error::from),
    }
}

/// Commits a change, unless the user asked the run to end before. An interrupt after it reports
/// that the change is stored.
pub(crate) fn commit(change: IndexChange<'_>) -> anyhow::Result<IndexState> {
    if interrupt::was_asked_for() {
        return Err(WriteError::GivenUp.into());
    }
    let committed = change.commit();
    match &committed {
        Ok(_) => interrupt::note(interrupt::ChangeOutcome::Stored),
        Err(WriteError::OutcomeUnknown { .. }) => {
            interrupt::note(interrupt::ChangeOutcome::Unknown);
        }
        Err(_) => {}
    }
    Ok(committed?)
}
