//! A thread that writes full buffers to a file, so that whoever fills them does not wait for the
//! disk.

use std::{
    io,
    sync::{Arc, OnceLock},
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::direct::{AlignedBuffer, DirectFile};

/// A thread that writes to one file, and the buffers that go to it and come back.
pub(in crate::index) struct WriteThread {
    full: Sender<(AlignedBuffer, u64)>,
    empty: Receiver<AlignedBuffer>,
    failed: Arc<OnceLock<io::Error>>,
    thread: JoinHandle<()>,
}

impl WriteThread {
    /// Starts a thread with `buffers` buffers, which get their memory when they are first filled.
    pub(in crate::index) fn start(
        file: Arc<DirectFile>,
        buffers: usize,
    ) -> io::Result<WriteThread> {
        let (full, to_write) = bounded::<(AlignedBuffer, u64)>(buffers);
        let (written, empty) = bounded(buffers);
        for _ in 0..buffers {
            // There is room for as many.
            let _ = written.send(AlignedBuffer::default());
        }
        let failed = Arc::new(OnceLock::new());
        let failure = Arc::clone(&failed);
        let thread = thread::Builder::new().spawn(move || {
            for (buffer, offset) in to_write {
                if failure.get().is_none()
                    && let Err(error) = file.write_padded_at(&buffer, offset)
                {
                    let _ = failure.set(error);
                }
                // Nobody waits for it any more when the other end is gone.
                let _ = written.send(buffer);
            }
        })?;
        Ok(WriteThread {
            full,
            empty,
            failed,
            thread,
        })
    }

    /// A buffer to fill; waits for one.
    pub(in crate::index) fn empty_buffer(&self) -> io::Result<AlignedBuffer> {
        self.check()?;
        self.empty.recv().map_err(|_| ended())
    }

    /// Has `buffer` written at `offset`, a multiple of the alignment. A write that fails later is
    /// an error of one of the next calls, or of [`WriteThread::end`].
    pub(in crate::index) fn write(&self, buffer: AlignedBuffer, offset: u64) -> io::Result<()> {
        self.check()?;
        self.full.send((buffer, offset)).map_err(|_| ended())
    }

    /// Waits until all is written.
    pub(in crate::index) fn end(self) -> io::Result<()> {
        drop(self.full);
        self.thread.join().map_err(|_| ended())?;
        self.failed.get().map_or(Ok(()), |error| Err(copy(error)))
    }

    fn check(&self) -> io::Result<()> {
        self.failed.get().map_or(Ok(()), |error| Err(copy(error)))
    }
}

/// The same error once more, for each caller who needs to know.
fn copy(error: &io::Error) -> io::Error {
    error
        .raw_os_error()
        .map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

fn ended() -> io::Error {
    io::Error::other("the thread that writes has ended")
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[cfg_attr(miri, ignore = "Miri has no fcntl(F_GETFL)")]
    #[test]
    fn an_error_of_the_thread_reaches_the_caller() {
        // Opened for reading only, so that every write fails.
        let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        let file = DirectFile::new(File::open(&path).unwrap());
        let writer = WriteThread::start(Arc::new(file), 2).unwrap();
        let mut buffer = writer.empty_buffer().unwrap();
        buffer.resize(10);
        writer.write(buffer, 0).unwrap();
        assert!(writer.end().is_err());
    }
}
