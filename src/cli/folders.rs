//! The paths of index and key in the user's folders, and of temporary files.
//!
//! Source: XDG Base Directory Specification.

use std::path::{Path, PathBuf};

/// The index if none is named; `None` where there is no home folder.
pub(crate) fn default_index() -> Option<PathBuf> {
    Some(xdg_folder("XDG_DATA_HOME", ".local/share")?.join("leakline"))
}

/// The key file if none is named; `None` where there is no home folder.
pub(crate) fn default_key() -> Option<PathBuf> {
    Some(
        xdg_folder("XDG_CONFIG_HOME", ".config")?
            .join("leakline")
            .join("key"),
    )
}

fn xdg_folder(variable: &str, below_home: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    named
        // The specification has a relative path ignored.
        .filter(|path| path.is_absolute())
        // Asked last: a container may have no home folder.
        .or_else(|| Some(std::env::home_dir()?.join(below_home)))
}

/// Where temporary files go: to `TMPDIR` if it is set, else to the folder that the index is in, as
/// what they hold is of its kind; without an index, where the system has them.
pub(crate) fn temporary(index: Option<&Path>) -> PathBuf {
    let wanted = std::env::var_os("TMPDIR").filter(|folder| !folder.is_empty());
    let beside = || index.map_or_else(std::env::temp_dir, Path::to_owned);
    wanted.map_or_else(beside, PathBuf::from)
}
