//! An index and its key, as commands open them. Those that only count need no key.

use std::path::Path;

use leakline::index::{Index, IndexError, Trust};
use leakline::key::Key;

use crate::cli::key;
use crate::cli::settings::Settings;

/// The key for an index that must be there. A missing index is the first error to mend.
pub(crate) fn key_for(index: &Path, settings: &Settings) -> anyhow::Result<Key> {
    if !index.exists() {
        let path = index.to_owned();
        return Err(IndexError::Missing { path }.into());
    }
    key::open(settings)
}

/// Opens an index. A given key must be the index's; the default key is used if it is the index's.
/// Says so if no key authenticated the index.
pub(crate) fn open(path: &Path, settings: &Settings) -> anyhow::Result<Index> {
    if let Some(key) = key::open_if_given(settings)? {
        return Ok(Index::open(path, Some(&key))?);
    }
    let index = Index::open(path, None)?;
    if let Some(key) = default_key(settings).filter(|key| key.id() == index.key_id()) {
        return Ok(Index::open(path, Some(&key))?);
    }
    if index.trust() == Trust::Unauthenticated {
        settings.write_line("there is no key of this index, so nothing of it was authenticated");
    }
    Ok(index)
}

/// The default key; `None` if it cannot be read, because nobody asked for it.
fn default_key(settings: &Settings) -> Option<Key> {
    key::open_if_any(settings).ok().flatten()
}
