//! An index as commands open it that only count: with the key if there is one, and without it too.

use std::path::Path;

use leakline::index::{Index, Trust};
use leakline::key::Key;

use crate::cli::key;
use crate::cli::settings::Settings;

/// Opens an index. A key that was given must be the index's; the default key is used if it is. What
/// nobody authenticated is said.
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

/// Whatever is wrong with a key that nobody asked for, there is none then.
fn default_key(settings: &Settings) -> Option<Key> {
    key::open_if_any(settings).ok().flatten()
}
