//! Files that only their owner may read, as systems know of that: made, judged, and put on disk.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::KeyError;

/// Judges the open file: a pipe, or a regular file of this user (or root) that nobody else may
/// read.
#[cfg(unix)]
pub(super) fn judge(file: &File, path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};

    let path = path.to_owned();
    let found = match file.metadata() {
        Ok(found) => found,
        Err(source) => {
            return Err(KeyError::Io {
                path,
                doing: "examine",
                source,
            });
        }
    };
    let kind = found.file_type();
    if kind.is_fifo() {
        return Ok(());
    }
    if !kind.is_file() {
        let kind = if kind.is_dir() {
            "a folder"
        } else {
            "a device"
        };
        return Err(KeyError::Kind { path, kind });
    }
    let user = rustix::process::geteuid().as_raw();
    if found.uid() != user && found.uid() != 0 {
        return Err(KeyError::Owner {
            path,
            owner: found.uid(),
            user,
        });
    }
    match found.mode() & 0o7777 {
        mode if mode & 0o077 != 0 => Err(KeyError::Mode { path, mode }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) fn judge(file: &File, path: &Path) -> Result<(), KeyError> {
    match file.metadata() {
        Ok(found) if found.is_dir() => Err(KeyError::Kind {
            path: path.to_owned(),
            kind: "a folder",
        }),
        Ok(_) => Ok(()),
        Err(source) => Err(KeyError::Io {
            path: path.to_owned(),
            doing: "examine",
            source,
        }),
    }
}

/// Makes folders that only this user may enter, where the system knows of that.
pub(crate) fn private_folders() -> fs::DirBuilder {
    let mut folders = fs::DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders
}

/// A file that was not there before and that only this user may read, where the system knows of
/// that.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives the mode 0600 to a new file, of which the umask may have taken the owner's own rights.
#[cfg(unix)]
pub(super) fn give_owner_rights(file: &File) -> io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

#[cfg(not(unix))]
pub(super) fn give_owner_rights(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Puts the names in a folder on disk, where folders can be synced.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}
