//! Ctrl-C: asks the run to end, and ends it if it does not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::exit::Exit;

static ASKED_FOR: AtomicBool = AtomicBool::new(false);

/// How long a run may take to end by itself: one that waits for input never does. Spill files have no
/// name, and a segment that is not whole yet is removed by the next load, so ending hard is safe.
const GRACE: Duration = Duration::from_millis(500);

/// Takes over SIGINT, SIGTERM and SIGHUP.
pub(crate) fn install() {
    let installed = ctrlc::set_handler(|| {
        if ASKED_FOR.swap(true, Ordering::Relaxed) {
            return;
        }
        std::thread::spawn(|| {
            std::thread::sleep(GRACE);
            Exit::Interrupted.end_process();
        });
    });
    // Without a handler the system's own way of ending the process is left.
    let _ = installed;
}

/// Whether the user asked the run to end.
pub(crate) fn was_asked_for() -> bool {
    ASKED_FOR.load(Ordering::Relaxed)
}
