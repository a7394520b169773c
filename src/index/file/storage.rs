//! Positioned reads and writes: no cursor, so several threads share one file.

use std::{fs::File, io, path::Path};

/// Where the bytes of a segment are.
pub(in crate::index) enum Storage {
    /// In an open file, read as needed.
    File(File),
    /// All in memory.
    Memory(Vec<u8>),
}

impl Storage {
    /// Opens a regular file for reading, and says how long it is. `None` if it is something else.
    pub(in crate::index) fn open_regular(path: &Path) -> io::Result<Option<(File, u64)>> {
        let mut options = File::options();
        options.read(true);
        // Opening a pipe without a writer would wait for one.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            &mut options,
            rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
        );
        let file = options.open(path)?;
        let found = file.metadata()?;
        Ok(found.is_file().then_some((file, found.len())))
    }

    /// A file that is read here and there. The system reads ahead megabytes otherwise, which costs
    /// more than it brings.
    pub(in crate::index) fn random(file: File) -> Storage {
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
        {
            // Advice only: without it, reading is slower and no less right.
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::Random);
        }
        Storage::File(file)
    }

    /// Has the system read the end of a file, from `offset` on, as one piece. Then several reads of
    /// it wait for the device once.
    pub(in crate::index) fn read_ahead(&self, offset: u64) {
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
        if let Storage::File(file) = self {
            // Advice only.
            let _ = rustix::fs::fadvise(file, offset, None, rustix::fs::Advice::WillNeed);
        }
        #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
        let _ = offset;
    }

    /// Fills `buffer` from `offset` on; an error if there are not that many bytes.
    pub(in crate::index) fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self {
            Storage::File(file) => read_exact_at(file, buffer, offset),
            Storage::Memory(bytes) => {
                let found = usize::try_from(offset)
                    .ok()
                    .and_then(|offset| bytes.get(offset..)?.get(..buffer.len()))
                    .ok_or(io::ErrorKind::UnexpectedEof)?;
                buffer.copy_from_slice(found);
                Ok(())
            }
        }
    }
}

/// Bytes that this user may still write to the disk of a folder, if the system tells.
pub(in crate::index) fn available(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    return rustix::fs::statvfs(folder)
        .ok()
        .map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Whether two folders are on one disk; true where the system does not tell.
pub(in crate::index) fn is_same_disk(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let disk = |folder: &Path| folder.metadata().ok().map(|found| found.dev());
        disk(one) == disk(other)
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        true
    }
}

/// Fills `buffer` from `offset` on; an error if there are not that many bytes.
#[cfg(unix)]
pub(in crate::index) fn read_exact_at(
    file: &File,
    buffer: &mut [u8],
    offset: u64,
) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// Writes all of `buffer` from `offset` on.
#[cfg(unix)]
pub(in crate::index) fn write_all_at(file: &File, buffer: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, buffer, offset)
}

/// Fills `buffer` from `offset` on; an error if there are not that many bytes.
#[cfg(windows)]
pub(in crate::index) fn read_exact_at(
    file: &File,
    mut buffer: &mut [u8],
    mut offset: u64,
) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(more) => {
                buffer = &mut buffer[more..];
                offset += more as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes all of `buffer` from `offset` on.
#[cfg(windows)]
pub(in crate::index) fn write_all_at(
    file: &File,
    mut buffer: &[u8],
    mut offset: u64,
) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, buffer, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(more) => {
                buffer = &buffer[more..];
                offset += more as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
