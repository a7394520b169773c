//! A source as found: opened once; every byte read of it is counted and hashed.

use std::{
    fs::File,
    io::{self, Read, Seek as _},
    sync::Arc,
};

#[cfg(unix)]
use super::waiting::{self, Waiting};
use super::{DigestingReader, Fault};
use crate::dump::{DumpError, Source, rows::reread};

/// A source, opened.
pub(super) struct FoundBytes {
    pub(super) reader: DigestingReader,
    /// Number of bytes, if that is known.
    pub(super) total: Option<u64>,
    /// The file, if its bytes can be read again.
    pub(super) file: Option<Arc<File>>,
}

impl FoundBytes {
    pub(super) fn open(source: Source) -> Result<FoundBytes, DumpError> {
        match source {
            Source::File(path) => {
                #[cfg(unix)]
                let file = waiting::open(&path);
                #[cfg(not(unix))]
                let file = File::open(&path);
                FoundBytes::of_file(file.map_err(DumpError::Open)?)
            }
            Source::Stdin => Ok(FoundBytes::once(stdin().map_err(DumpError::Open)?)),
            Source::Memory(bytes) => Ok(FoundBytes {
                total: u64::try_from(bytes.len()).ok(),
                ..FoundBytes::once(DigestingReader::new(io::Cursor::new(bytes)))
            }),
        }
    }

    fn of_file(file: File) -> Result<FoundBytes, DumpError> {
        let metadata = file.metadata().map_err(DumpError::Open)?;
        if metadata.is_dir() {
            return Err(DumpError::Folder);
        }
        if !metadata.is_file() {
            #[cfg(unix)]
            let file = Waiting::new(file);
            return Ok(FoundBytes::once(DigestingReader::new(file)));
        }
        // Advice only: with it, the system reads further ahead.
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::Sequential);
        // `/dev/fd/3` may be a file that somebody has read the start of.
        let is_at_start = (&file)
            .stream_position()
            .is_ok_and(|position| position == 0);
        let file = Arc::new(file);
        Ok(FoundBytes {
            reader: DigestingReader::new(WholeFile {
                file: Arc::clone(&file),
                length: if is_at_start { metadata.len() } else { 0 },
                read: 0,
                kept_from: (is_at_start && is_larger_than_memory(metadata.len())).then_some(0),
            }),
            total: Some(metadata.len()),
            file: (is_at_start && reread::is_possible()).then_some(file),
        })
    }

    /// A source that can be read once, and whose length is not known.
    fn once(reader: DigestingReader) -> FoundBytes {
        FoundBytes {
            reader,
            total: None,
            file: None,
        }
    }
}

/// A file that must not end before the length that it had when it was opened. It may grow: what is
/// appended later is read too.
struct WholeFile {
    file: Arc<File>,
    length: u64,
    read: u64,
    /// Of a file larger than memory, the first byte that the system may still keep a copy of.
    kept_from: Option<u64>,
}

impl WholeFile {
    /// Has the system keep no copy of what was read of a file larger than memory. It could not keep
    /// all of it, and would give up what others will read again.
    fn leave_behind(&mut self) {
        /// Bytes that are worth a system call.
        const AT_ONCE: u64 = 8 << 20;
        let Some(from) = self.kept_from.filter(|from| self.read - from >= AT_ONCE) else {
            return;
        };
        // Advice only.
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
        let _ = rustix::fs::fadvise(
            &self.file,
            from,
            std::num::NonZeroU64::new(self.read - from),
            rustix::fs::Advice::DontNeed,
        );
        self.kept_from = Some(self.read);
    }
}

/// Whether a file has more bytes than this machine has memory.
fn is_larger_than_memory(bytes: u64) -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let system = rustix::system::sysinfo();
        let memory = u128::from(system.totalram) * u128::from(system.mem_unit);
        u128::from(bytes) > memory
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = bytes;
        false
    }
}

impl Read for WholeFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = (&*self.file).read(buffer)?;
        self.read += read as u64;
        self.leave_behind();
        if read == 0 && self.read < self.length && !buffer.is_empty() {
            return Err(Fault::Changed.into());
        }
        Ok(read)
    }
}

/// Standard input, past the buffer that this process has for it.
#[cfg(unix)]
fn stdin() -> io::Result<DigestingReader> {
    use std::os::fd::AsFd as _;
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    Ok(DigestingReader::new(Waiting::new(stdin)))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn stdin() -> io::Result<DigestingReader> {
    Ok(DigestingReader::new(io::stdin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_larger_than_memory_is_read_whole() {
        let bytes: Vec<u8> = (0..=250).cycle().take(20 << 20).collect();
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&path, &bytes).unwrap();
        let mut file = WholeFile {
            file: Arc::new(File::open(&path).unwrap()),
            length: bytes.len() as u64,
            read: 0,
            kept_from: Some(0),
        };
        let mut read = Vec::new();
        let mut piece = vec![0; 1 << 20];
        loop {
            let length = file.read(&mut piece).unwrap();
            if length == 0 {
                break;
            }
            read.extend_from_slice(&piece[..length]);
        }
        assert!(read == bytes);
        assert_eq!(file.kept_from, Some(16 << 20));
        assert!(is_larger_than_memory(u64::MAX) || !cfg!(target_os = "linux"));
        assert!(!is_larger_than_memory(1));
    }
}
