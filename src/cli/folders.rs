//! The paths of index and key in the user's folders (XDG). `None` where there is no home folder.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;
use etcetera::base_strategy::Xdg;

/// The index if none is named.
pub(crate) fn default_index() -> Option<PathBuf> {
    Some(Xdg::new().ok()?.data_dir().join("leakline"))
}

/// The key file if none is named.
pub(crate) fn default_key() -> Option<PathBuf> {
    Some(Xdg::new().ok()?.config_dir().join("leakline").join("key"))
}
