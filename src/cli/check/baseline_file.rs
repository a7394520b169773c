//! A baseline that is written anew: by one update at a time, whole or not at all.
//!
//! The new file is made beside the old one as `.NAME.partial`. It is locked from before the old one
//! is read until it takes its place. The system ends the lock with the process. The next update
//! takes over what a killed one left.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use leakline::printable::shown;

use crate::cli::settings::Settings;
use crate::cli::terminal::interrupt;

/// How often a lock is asked for that another update holds.
const PAUSE: Duration = Duration::from_millis(50);

/// The file that will be the baseline.
pub(crate) struct NewBaseline {
    path: PathBuf,
    partial: PathBuf,
    file: File,
    stored: bool,
}

impl NewBaseline {
    /// Waits for other updates to end.
    pub(crate) fn begin(path: &Path, settings: &Settings) -> anyhow::Result<NewBaseline> {
        // Two links to one baseline are one baseline.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(".partial");
        let partial = path.with_file_name(name);
        let failed = || format!("{}: cannot be written", shown(&path));
        let mut waits = false;
        let file = loop {
            let file = open(&partial).with_context(failed)?;
            match file.try_lock() {
                Ok(()) if is_still(&partial, &file).with_context(failed)? => break file,
                // It has become the baseline meanwhile, or was taken away.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if !waits {
                        settings.write_line(&format!(
                            "{}: another run updates it; waiting for its end",
                            shown(&path)
                        ));
                    }
                    waits = true;
                    std::thread::sleep(PAUSE);
                    interrupt::refuse_to_go_on()?;
                }
                Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
            }
        };
        Ok(NewBaseline {
            path,
            partial,
            file,
            stored: false,
        })
    }

    /// Puts a file with these bytes in the place of the baseline.
    pub(crate) fn store(mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all(bytes)?;
        self.file.sync_all()?;
        fs::rename(&self.partial, &self.path)?;
        self.stored = true;
        Ok(())
    }
}

impl Drop for NewBaseline {
    fn drop(&mut self) {
        if !self.stored {
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// With the rights that new files have.
fn open(partial: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A link that somebody put there is not followed.
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.open(partial)
}

/// Whether the path still names the locked file.
fn is_still(partial: &Path, file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let locked = file.metadata()?;
        match fs::metadata(partial) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            found => {
                let found = found?;
                Ok((found.dev(), found.ino()) == (locked.dev(), locked.ino()))
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(partial.exists())
    }
}
