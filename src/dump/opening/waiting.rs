//! Pipes and terminals: waits until bytes come, or until [`stop_waiting`].
//!
//! A blocking read cannot be called off, so `poll` waits first. An interrupt concerns the whole
//! process, and so the signal here is one for the process.

use std::{
    fs::File,
    io::{self, PipeReader, PipeWriter, Read},
    os::{
        fd::{AsFd, OwnedFd},
        unix::fs::FileTypeExt as _,
    },
    path::Path,
    sync::{Mutex, OnceLock, PoisonError},
    thread,
};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

/// A pipe that nothing is written to: its reader is ready once the writer is closed. `None` if the
/// system has no pipe left; then waiting cannot be stopped.
static STOP: OnceLock<Option<StopSignal>> = OnceLock::new();

struct StopSignal {
    ended: PipeReader,
    open: Mutex<Option<PipeWriter>>,
}

fn stop() -> Option<&'static StopSignal> {
    let make = || {
        let (ended, open) = io::pipe().ok()?;
        let open = Mutex::new(Some(open));
        Some(StopSignal { ended, open })
    };
    STOP.get_or_init(make).as_ref()
}

/// Makes every read that waits for a pipe or a terminal fail, now and from now on.
pub fn stop_waiting() {
    if let Some(stop) = stop() {
        stop.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}

/// Opens a file; a named pipe as soon as somebody writes to it.
///
/// Opening a pipe blocks too, so a thread does it; the end of the process ends the thread.
pub(super) fn open(path: &Path) -> io::Result<File> {
    if !path.metadata()?.file_type().is_fifo() {
        return File::open(path);
    }
    let (opened, opening) = io::pipe()?;
    let path = path.to_owned();
    let opener = thread::Builder::new().spawn(move || {
        let file = File::open(path);
        drop(opening);
        file
    })?;
    wait_for(&opened)?;
    opener.join().expect("nothing panics while it opens a file")
}

/// Returns when there are bytes to read, or the end.
fn wait_for(file: &impl AsFd) -> io::Result<()> {
    let Some(stop) = stop() else {
        return Ok(());
    };
    loop {
        let mut either = [
            PollFd::new(file, PollFlags::IN),
            PollFd::new(&stop.ended, PollFlags::IN),
        ];
        match poll(&mut either, None) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(_) if !either[1].revents().is_empty() => {
                return Err(io::Error::other("no longer waited for"));
            }
            Ok(_) => return Ok(()),
        }
    }
}

/// A file whose bytes may still have to come, such as a pipe.
pub(super) struct Waiting(File);

impl Waiting {
    pub(super) fn new(file: impl Into<OwnedFd>) -> Waiting {
        Waiting(File::from(file.into()))
    }
}

impl Read for Waiting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        wait_for(&self.0)?;
        self.0.read(buffer)
    }
}
