//! Files past the page cache, where the system and the disk allow it.
//!
//! A load writes more bytes than it reads again soon, and they would push what the owner of the
//! machine uses out of the cache. On a virtual machine the first touch of each page of the cache is
//! also what writing costs most. Reads and writes past the cache want addresses, offsets and
//! lengths that are multiples of a disk's block. Where they are refused (network disks, memory file
//! systems), the same calls go through the cache.

use std::{
    fs::File,
    io,
    ops::{Deref, DerefMut},
    sync::atomic::{AtomicBool, Ordering},
};

use super::storage::{read_exact_at, write_all_at};

/// What addresses, offsets and lengths are multiples of: the block of nearly every disk, and a
/// multiple of the block of the others.
pub(in crate::index) const ALIGNMENT: usize = 4096;

/// The memory of a buffer is a multiple of this: 1 MiB, of which nobody pays for what is not used.
const GROWTH: usize = 1 << 20;

/// A buffer whose address is a multiple of [`ALIGNMENT`], and whose memory goes on to the next
/// multiple behind its length.
#[derive(Default)]
pub(in crate::index) struct AlignedBuffer {
    memory: Vec<u8>,
    start: usize,
    length: usize,
}

/// `length`, or the next multiple of [`ALIGNMENT`] above it.
pub(in crate::index) const fn align_up(length: usize) -> usize {
    length.next_multiple_of(ALIGNMENT)
}

impl AlignedBuffer {
    /// Gives it another length. Its content is not defined afterwards.
    pub(in crate::index) fn resize(&mut self, length: usize) {
        let room = align_up(length);
        if self.start.saturating_add(room) > self.memory.len() {
            // Lengths that differ a little use the same memory again.
            let room = room.next_multiple_of(GROWTH);
            self.memory = vec![0; room.saturating_add(ALIGNMENT)];
            // The standard library may say that it cannot tell; then the cache is used.
            let start = self.memory.as_ptr().align_offset(ALIGNMENT);
            self.start = if start < ALIGNMENT { start } else { 0 };
        }
        self.length = length;
    }

    /// The bytes up to the next multiple of [`ALIGNMENT`].
    fn padded(&self) -> &[u8] {
        &self.memory[self.start..][..align_up(self.length)]
    }
}

impl Deref for AlignedBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[self.start..][..self.length]
    }
}

impl DerefMut for AlignedBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..][..self.length]
    }
}

/// A file that is read and written past the page cache, or through it where that is refused.
pub(in crate::index) struct DirectFile {
    file: File,
    /// Whether the next calls go past the cache.
    is_direct: AtomicBool,
}

impl DirectFile {
    pub(in crate::index) fn new(file: File) -> DirectFile {
        let is_direct = AtomicBool::new(switch(&file, Caching::Past).is_ok());
        DirectFile { file, is_direct }
    }

    /// The file itself, to sync it.
    pub(in crate::index) fn file(&self) -> &File {
        &self.file
    }

    /// Writes `buffer`, filled up to the next multiple of [`ALIGNMENT`]. `offset` is
    /// such a multiple.
    pub(in crate::index) fn write_padded_at(
        &self,
        buffer: &AlignedBuffer,
        offset: u64,
    ) -> io::Result<()> {
        self.with_fall_back(|| write_all_at(&self.file, buffer.padded(), offset))
    }

    /// Writes `bytes` of any length at any offset, through the cache, as is all that follows.
    pub(in crate::index) fn write_cached_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.fall_back()?;
        write_all_at(&self.file, bytes, offset)
    }

    /// Fills `buffer`, whose address and length are multiples of [`ALIGNMENT`], as is `offset`.
    pub(in crate::index) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.with_fall_back(|| read_exact_at(&self.file, buffer, offset))
    }

    fn with_fall_back(&self, mut call: impl FnMut() -> io::Result<()>) -> io::Result<()> {
        match call() {
            // How a file system says that it cannot; some take the flag and refuse the call.
            Err(error)
                if error.kind() == io::ErrorKind::InvalidInput
                    && self.is_direct.load(Ordering::Relaxed) =>
            {
                self.fall_back()?;
                call()
            }
            result => result,
        }
    }

    fn fall_back(&self) -> io::Result<()> {
        if self.is_direct.load(Ordering::Relaxed) {
            switch(&self.file, Caching::Through)?;
            self.is_direct.store(false, Ordering::Relaxed);
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Caching {
    Past,
    Through,
}

/// Makes the next calls go past the page cache, or through it.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn switch(file: &File, caching: Caching) -> io::Result<()> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let mut flags = fcntl_getfl(file)?;
    flags.set(OFlags::DIRECT, matches!(caching, Caching::Past));
    Ok(fcntl_setfl(file, flags)?)
}

/// Makes the next calls go through the page cache: other systems have no flag for it.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn switch(_: &File, caching: Caching) -> io::Result<()> {
    match caching {
        Caching::Past => Err(io::ErrorKind::Unsupported.into()),
        Caching::Through => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned_and_padded() {
        let mut buffer = AlignedBuffer::default();
        for length in [1, ALIGNMENT, ALIGNMENT + 1, 10 * ALIGNMENT, 5] {
            buffer.resize(length);
            assert_eq!(buffer.len(), length);
            assert_eq!(buffer.padded().len() % ALIGNMENT, 0);
            assert_eq!(buffer.as_ptr().align_offset(ALIGNMENT), 0);
        }
    }

    #[cfg_attr(miri, ignore = "Miri has no fcntl(F_GETFL)")]
    #[test]
    fn what_is_written_is_read_in_both_ways() {
        let file = DirectFile::new(tempfile::tempfile().unwrap());
        let mut buffer = AlignedBuffer::default();
        buffer.resize(ALIGNMENT + 100);
        buffer.fill(7);
        file.write_padded_at(&buffer, ALIGNMENT as u64).unwrap();
        file.write_cached_at(b"tail", 3 * ALIGNMENT as u64).unwrap();
        let mut read = AlignedBuffer::default();
        read.resize(2 * ALIGNMENT);
        file.read_at(&mut read, ALIGNMENT as u64).unwrap();
        assert_eq!(read[..ALIGNMENT + 100], buffer[..]);
        assert_eq!(file.file().metadata().unwrap().len(), 3 * 4096 + 4);
    }
}
