//! One writer at a time: the lock of an index folder.
//!
//! The folder itself is locked, so no lock file is left behind. Where a system cannot lock folders,
//! a file `.lock` in it is locked instead. The operating system ends the lock with the process,
//! however that ends. Readers take no lock: a change appears by one rename.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::names::LOCK_FILE;
use crate::key::{private_folders, sync_folder};
use crate::printable::shown;

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
    #[error("{}: another process is writing into this index", shown(&folder))]
    Busy {
        /// The index folder.
        folder: PathBuf,
    },
    /// The index is one segment file, or something else that is no folder.
    #[error("{}: not a folder, so no source can be written into it", shown(&folder))]
    NotAFolder {
        /// The path given for the index folder.
        folder: PathBuf,
    },
    /// The folder could not be made, locked or changed.
    #[error("{}: cannot {doing}", shown(&path))]
    Io {
        /// The folder, or the file in it.
        path: PathBuf,
        /// The operation that failed.
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
    /// Takes the lock, or fails with [`LockError::Busy`] if another process has it. Makes the
    /// folder (0700) if it is missing. A folder that was made is removed again if nothing was
    /// stored in it.
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

    fn take(folder: &Path, patience: Patience) -> Result<WriteLock, LockError> {
        let failed = |doing| {
            move |source| LockError::Io {
                path: folder.to_owned(),
                doing,
                source,
            }
        };
        let mut made = Vec::new();
        match fs::metadata(folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                return Err(LockError::NotAFolder {
                    folder: folder.to_owned(),
                });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                made = make(folder).map_err(failed("make the index folder"))?;
            }
            Err(error) => return Err(failed("examine the index folder")(error)),
        }
        let locked = match File::open(folder).and_then(|opened| lock(opened, patience)) {
            Ok(locked) => locked,
            // Removed just now by whoever had the lock, since it held nothing.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Self::take(folder, patience);
            }
            // Any other error must not lead to another kind of lock: two writers could each have
            // one.
            Err(error) if !is_unsupported(&error) => {
                return Err(failed("lock the index folder")(error));
            }
            Err(_) => lock_file_in(folder, patience).map_err(failed("lock the index folder"))?,
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
        Ok(WriteLock {
            folder: folder.to_owned(),
            made,
            _locked: locked,
        })
    }
}

/// Makes a folder and those above it that are missing: the innermost first.
fn make(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let made = folder
        .ancestors()
        .filter(|folder| !folder.as_os_str().is_empty())
        .take_while(|folder| !folder.exists())
        .map(Path::to_owned)
        .collect();
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    private_folders().create(folder)?;
    sync_folder(parent.unwrap_or(Path::new(".")))?;
    Ok(made)
}

/// Whether the system cannot lock folders: it cannot open them (Windows), or not for a lock (NFS).
fn is_unsupported(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let is = |errno: Errno| error.raw_os_error() == Some(errno.raw_os_error());
        // NFS makes a lock of the file that must be open for writing, which a folder never is.
        error.kind() == io::ErrorKind::Unsupported || is(Errno::NOSYS) || is(Errno::BADF)
    }
    #[cfg(not(unix))]
    {
        matches!(
            error.kind(),
            io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
        )
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // Only empty folders can be removed, so this ends at the first that is of use.
        let _ = self.made.iter().try_for_each(fs::remove_dir);
    }
}

/// Whether the path still names the locked file.
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

/// The lock where folders cannot be locked; `None` if another process has it.
fn lock_file_in(folder: &Path, patience: Patience) -> io::Result<Option<File>> {
    let opened = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK_FILE))?;
    lock(opened, patience)
}

/// `None` if another process has the lock.
fn lock(file: File, patience: Patience) -> io::Result<Option<File>> {
    let is_locked = try_until_told(|| match patience {
        Patience::Endless => file.lock().map_err(TryLockError::Error),
        Patience::None => file.try_lock(),
    })?;
    Ok(is_locked.then_some(file))
}

/// Whether `lock` succeeds; false if another process has the lock. A signal that comes while the
/// system waits says nothing about the lock. Whoever handles the signal ends the process if it is
/// to end.
fn try_until_told(mut lock: impl FnMut() -> Result<(), TryLockError>) -> io::Result<bool> {
    loop {
        match lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_does_not_end_the_wait_for_a_lock() {
        let interrupted = || Err(TryLockError::Error(io::ErrorKind::Interrupted.into()));
        let mut answers = [interrupted(), interrupted(), Ok(())].into_iter();
        assert!(try_until_told(|| answers.next().unwrap()).unwrap());
        let mut answers = [interrupted(), Err(TryLockError::WouldBlock)].into_iter();
        assert!(!try_until_told(|| answers.next().unwrap()).unwrap());
        let mut answers =
            [Err(TryLockError::Error(io::ErrorKind::InvalidInput.into()))].into_iter();
        assert!(try_until_told(|| answers.next().unwrap()).is_err());
    }

    #[test]
    fn where_folders_cannot_be_locked_an_empty_file_is() {
        let folder = tempfile::tempdir().unwrap();
        let take = || lock_file_in(folder.path(), Patience::None).unwrap();
        let first = take().unwrap();
        assert!(take().is_none());
        drop(first);
        assert!(take().is_some());
        assert_eq!(fs::read(folder.path().join(LOCK_FILE)).unwrap(), b"");
    }

    /// With two kinds of lock two writers could each have one.
    #[cfg(unix)]
    #[test]
    fn only_a_system_without_locks_of_folders_leads_to_another_kind_of_lock() {
        use rustix::io::Errno;
        let is_unsupported = |errno: Errno| is_unsupported(&errno.into());
        for errno in [Errno::NOSYS, Errno::OPNOTSUPP, Errno::BADF] {
            assert!(is_unsupported(errno), "{errno}");
        }
        for errno in [
            Errno::INTR,
            Errno::NOLCK,
            Errno::IO,
            Errno::STALE,
            Errno::ACCESS,
            Errno::INVAL,
            Errno::NOMEM,
        ] {
            assert!(!is_unsupported(errno), "{errno}");
        }
    }
}
