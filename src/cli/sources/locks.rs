//! The writer's lock of an index, waited for if another writer holds it.

use std::path::Path;

use leakline::index::{LockError, WriteLock};

use crate::cli::settings::Settings;
use crate::cli::terminal::failure::failure;

pub(crate) fn take(index: &Path, settings: &Settings) -> anyhow::Result<WriteLock> {
    if index.is_file() {
        return Err(failure(
            format!(
                "{}: is one segment, not an index that can be written",
                index.display()
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
