//! Ctrl-C: asks the run to end, and ends it if it does not.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use leakline::intake::Interrupted;

use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::last_bar;
use crate::cli::terminal::message::write_line;
use crate::cli::terminal::signals;

/// The time of the first signal.
static ASKED_FOR: OnceLock<Instant> = OnceLock::new();
/// A named file is being written.
static WRITING: AtomicBool = AtomicBool::new(false);
/// The [`ChangeOutcome`] of the change of an index that this run makes.
static OUTCOME: AtomicU8 = AtomicU8::new(ChangeOutcome::NotStored as u8);
/// Reports are begun and have to be ended.
static REPORTING: AtomicBool = AtomicBool::new(false);

/// The time that a run has to end by itself. Spill files have no name, so ending hard leaves
/// nothing behind.
const GRACE: Duration = Duration::from_millis(500);
/// The time that reports have to end. A report whose reader does not read never ends.
const GRACE_OF_REPORTS: Duration = Duration::from_secs(5);
/// After this time a second Ctrl-C ends the process at once, even while a file is being written.
const PATIENCE: Duration = Duration::from_secs(3);

/// Takes over SIGINT, SIGTERM and SIGHUP, but for those that are ignored.
pub(crate) fn install() -> std::io::Result<()> {
    signals::watch(ask_to_end)
}

fn ask_to_end() {
    if let Err(again) = ASKED_FOR.set(Instant::now()) {
        let first = ASKED_FOR.get().unwrap_or(&again);
        if first.elapsed() > PATIENCE {
            Exit::Interrupted.end_process();
        }
        return;
    }
    #[cfg(unix)]
    leakline::dump::stop_waiting();
    // Without this thread the run still ends by itself, or when it is asked again.
    let _ = thread::Builder::new().spawn(|| {
        thread::sleep(GRACE);
        let begun = Instant::now();
        while REPORTING.load(Ordering::Relaxed) && begun.elapsed() < GRACE_OF_REPORTS {
            thread::sleep(GRACE);
        }
        // A writer sees for itself that it is to end, and takes its file away.
        while WRITING.load(Ordering::Relaxed) {
            thread::sleep(GRACE);
        }
        // Nobody may be reading stderr, which is no reason to stay.
        let (said, is_said) = mpsc::channel();
        let _ = thread::Builder::new().spawn(move || {
            say_interrupted();
            let _ = said.send(());
        });
        let _ = is_said.recv_timeout(GRACE);
        Exit::Interrupted.end_process();
    });
}

/// How a change of an index ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ChangeOutcome {
    /// Nothing was stored: the index is as it was.
    NotStored,
    /// The change is stored, whatever comes after it.
    Stored,
    /// The change was made, and may not be on disk.
    Unknown,
}

/// Notes how the change of the index ended.
pub(crate) fn note(outcome: ChangeOutcome) {
    OUTCOME.store(outcome as u8, Ordering::SeqCst);
}

/// How the change of the index ended, as far as this run came.
pub(crate) fn outcome() -> ChangeOutcome {
    match OUTCOME.load(Ordering::SeqCst) {
        1 => ChangeOutcome::Stored,
        2 => ChangeOutcome::Unknown,
        _ => ChangeOutcome::NotStored,
    }
}

/// Says once whether the change of an index is stored. The run may end by itself while
/// [`ask_to_end`] ends it.
pub(crate) fn say_interrupted() {
    static SAID: AtomicBool = AtomicBool::new(false);
    if !SAID.swap(true, Ordering::SeqCst) {
        last_bar::take_away();
        write_line(in_words(outcome()));
    }
}

/// An interrupted run in words.
pub(crate) fn in_words(outcome: ChangeOutcome) -> &'static str {
    match outcome {
        ChangeOutcome::NotStored => "interrupted: the index is as it was",
        ChangeOutcome::Stored => "interrupted: the change of the index is stored",
        ChangeOutcome::Unknown => {
            "interrupted: whether the change of the index is stored, `leakline verify` says"
        }
    }
}

/// Held while something is written that must not be broken off: until it is dropped, the run ends
/// by itself.
pub(crate) struct Held(&'static AtomicBool);

impl Held {
    /// For a named file.
    pub(crate) fn by_file() -> Held {
        Held::by(&WRITING)
    }

    /// For reports, from their beginning to their end.
    pub(crate) fn by_reports() -> Held {
        Held::by(&REPORTING)
    }

    fn by(what: &'static AtomicBool) -> Held {
        what.store(true, Ordering::Relaxed);
        Held(what)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Whether the user asked the run to end.
pub(crate) fn was_asked_for() -> bool {
    ASKED_FOR.get().is_some()
}

/// An error once the user asked the run to end.
pub(crate) fn refuse_to_go_on() -> Result<(), Interrupted> {
    if was_asked_for() {
        Err(Interrupted)
    } else {
        Ok(())
    }
}
