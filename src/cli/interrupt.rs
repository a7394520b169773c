//! Ctrl-C: asks the run to end, and ends it if it does not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::exit::Exit;

static ASKED_FOR: AtomicBool = AtomicBool::new(false);
static WRITING: AtomicBool = AtomicBool::new(false);

/// How long a run may take to end by itself: one that waits for input never does. Spill files have no
/// name, so ending hard leaves nothing behind.
const GRACE: Duration = Duration::from_millis(500);

/// Takes over SIGINT, SIGTERM and SIGHUP.
pub(crate) fn install() {
    let installed = ctrlc::set_handler(|| {
        if ASKED_FOR.swap(true, Ordering::Relaxed) {
            return;
        }
        std::thread::spawn(|| {
            std::thread::sleep(GRACE);
            // A writer sees for itself that it is to end, and takes its file away.
            while WRITING.load(Ordering::Relaxed) {
                std::thread::sleep(GRACE);
            }
            Exit::Interrupted.end_process();
        });
    });
    // Without a handler the system's own way of ending the process is left.
    let _ = installed;
}

/// Held while a named file is written: until it is dropped, the run ends by itself only.
pub(crate) struct Writing;

impl Writing {
    pub(crate) fn begin() -> Writing {
        WRITING.store(true, Ordering::Relaxed);
        Writing
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        WRITING.store(false, Ordering::Relaxed);
    }
}

/// Whether the user asked the run to end.
pub(crate) fn was_asked_for() -> bool {
    ASKED_FOR.load(Ordering::Relaxed)
}
