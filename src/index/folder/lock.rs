//! One writer at a time: the lock of an index folder, and what a killed writer left in it.
//!
//! Locked is the folder itself, so no lock file is left behind; where a folder cannot be locked, a file
//! `.lock` in it is. The operating system ends the lock with the process, however that ends. Readers take no lock:
//! segments appear, change and go by one rename or removal.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::index::SourceName;
use crate::key::{private_folders, sync_folder};

/// The extension of segment files.
pub(in crate::index) const SEGMENT: &str = "segment";
/// What the numbers that are to be forgotten are called.
pub(in crate::index) const FORGOTTEN: &str = "forgotten";
/// The file of those numbers: a segment, but no source.
pub(in crate::index) const TOMBSTONES: &str = "forgotten.tombstones";
/// The extension after that of such a file, while it is written.
const PARTIAL: &str = "partial";
/// Locked where folders cannot be.
const LOCK_FILE: &str = ".lock";

/// The right to write into an index folder, until dropped.
pub struct WriteLock {
    folder: PathBuf,
    /// The folders that were made for it, the innermost first.
    made: Vec<PathBuf>,
    /// Its lock ends when it is closed.
    _locked: File,
}

/// Why an index folder could not be locked or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another process writes into the index.
    #[error("{}: another process is writing into this index", folder.display())]
    Busy {
        /// The index folder.
        folder: PathBuf,
    },
    /// The index is one segment file, or something else that is no folder.
    #[error("{}: not a folder, so no source can be written into it", folder.display())]
    NotAFolder {
        /// What was to be the index folder.
        folder: PathBuf,
    },
    /// The folder could not be made, locked or changed.
    #[error("{}: cannot {doing}", path.display())]
    Io {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

/// What to do while another process writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    None,
    Endless,
}

impl WriteLock {
    /// Takes the lock, or fails with [`LockError::Busy`] if another process has it. Makes the folder (0700) if it is
    /// missing, and removes what killed writers left. A folder that was made is removed again if nothing was stored in it.
    pub fn try_take(folder: &Path) -> Result<WriteLock, LockError> {
        Self::take(folder, Patience::None)
    }

    /// The same, but waits for the other process to end.
    pub fn wait(folder: &Path) -> Result<WriteLock, LockError> {
        Self::take(folder, Patience::Endless)
    }

    /// The index folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The segment file of a source, if there is one, damaged or not.
    pub fn existing(&self, source: &SourceName) -> Option<PathBuf> {
        Some(self.segment_path(source)).filter(|path| path.exists())
    }

    /// Removes a source's segment, damaged or not; false if there is none.
    pub fn remove(&self, source: &SourceName) -> Result<bool, LockError> {
        let path = self.segment_path(source);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            removed => removed.and_then(|()| sync_folder(&self.folder)),
        }
        .map_err(|source| LockError::Io {
            path,
            doing: "remove the segment",
            source,
        })?;
        Ok(true)
    }

    /// Where the segment of a source is.
    pub(in crate::index) fn segment_path(&self, source: &SourceName) -> PathBuf {
        self.folder.join(format!("{source}.{SEGMENT}"))
    }

    /// Where a file is written that is to have this name.
    pub(in crate::index) fn partial_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{PARTIAL}"))
    }

    fn take(folder: &Path, patience: Patience) -> Result<WriteLock, LockError> {
        let failed = |doing| {
            move |source| LockError::Io {
                path: folder.to_owned(),
                doing,
                source,
            }
        };
        if folder.exists() && !folder.is_dir() {
            return Err(LockError::NotAFolder {
                folder: folder.to_owned(),
            });
        }
        let mut made = Vec::new();
        if !folder.is_dir() {
            let missing = folder
                .ancestors()
                .filter(|folder| !folder.as_os_str().is_empty());
            made.extend(
                missing
                    .take_while(|folder| !folder.exists())
                    .map(Path::to_owned),
            );
            let parent = folder
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            private_folders()
                .create(folder)
                .and_then(|()| sync_folder(parent.unwrap_or(Path::new("."))))
                .map_err(failed("make the index folder"))?;
        }
        let locked = match File::open(folder).and_then(|opened| lock(opened, patience)) {
            Ok(locked) => locked,
            // Removed just now by whoever had the lock, since it held nothing.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Self::take(folder, patience);
            }
            // Folders cannot be opened (Windows) or locked (NFS) everywhere.
            Err(_) => File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(folder.join(LOCK_FILE))
                .and_then(|opened| lock(opened, patience))
                .map_err(failed("lock the index folder"))?,
        };
        let Some(locked) = locked else {
            return Err(LockError::Busy {
                folder: folder.to_owned(),
            });
        };
        if !is_still(folder, &locked).map_err(failed("lock the index folder"))? {
            // Whoever had the lock has removed the folder: it held nothing.
            return Self::take(folder, patience);
        }
        let lock = WriteLock {
            folder: folder.to_owned(),
            made,
            _locked: locked,
        };
        lock.remove_partials()
            .map_err(failed("clean up the index folder"))?;
        Ok(lock)
    }

    fn remove_partials(&self) -> io::Result<()> {
        let ending = format!(".{SEGMENT}.{PARTIAL}");
        let tombstones = format!("{TOMBSTONES}.{PARTIAL}");
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.ends_with(&ending) || name == tombstones)
            {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // Only empty folders can be removed, so this ends at the first that is of use.
        let _ = self.made.iter().try_for_each(fs::remove_dir);
    }
}

/// Whether what was locked is what the path names.
fn is_still(folder: &Path, locked: &File) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let locked = locked.metadata()?;
        match fs::metadata(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            found => {
                let found = found?;
                let same = (found.dev(), found.ino()) == (locked.dev(), locked.ino());
                // A lock file is in the folder, and nobody removes it.
                Ok(same || !locked.is_dir())
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = locked;
        Ok(folder.is_dir())
    }
}

/// `None` if another process has the lock.
fn lock(file: File, patience: Patience) -> io::Result<Option<File>> {
    match patience {
        Patience::Endless => file.lock()?,
        Patience::None => match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        },
    }
    Ok(Some(file))
}
