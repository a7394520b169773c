//! Pipes and terminals are waited for until bytes come, or until the process gives up waiting.
//!
//! A read that blocks cannot be called off, so nothing is read before it is there. Interrupts are of the whole
//! process, and so is the one thing here that is shared.

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

/// A pipe that nothing is ever written to: its reader has something to tell once the writer is closed. There is
/// none if the system has none left; then what is waited for must come.
static STOP: OnceLock<Option<Stop>> = OnceLock::new();

struct Stop {
    told: PipeReader,
    open: Mutex<Option<PipeWriter>>,
}

fn stop() -> Option<&'static Stop> {
    let make = || {
        let (told, open) = io::pipe().ok()?;
        let open = Mutex::new(Some(open));
        Some(Stop { told, open })
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

/// Opens a file; a named pipe, once somebody writes to it.
///
/// That call blocks too, so it is left to a thread, which the end of the process ends.
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

/// Returns when there is something to read, be it the end.
fn wait_for(file: &impl AsFd) -> io::Result<()> {
    let Some(stop) = stop() else {
        return Ok(());
    };
    loop {
        let mut either = [
            PollFd::new(file, PollFlags::IN),
            PollFd::new(&stop.told, PollFlags::IN),
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

/// A file that is not at hand, such as a pipe.
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
