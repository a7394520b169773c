//! Progress on a terminal. The only file that knows indicatif.

use std::cell::Cell;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::settings::Settings;

/// A bar of bytes read, or a spinner where the total is not known. Draws nothing where nobody looks.
pub(crate) struct Progress {
    bar: ProgressBar,
    what: &'static str,
    counted: Cell<u64>,
}

impl Progress {
    /// Over `bytes` of input, if that is known; `what` is counted beside them.
    pub(crate) fn new(settings: &Settings, bytes: Option<u64>, what: &'static str) -> Progress {
        let bar = if settings.draws_progress() {
            ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr_with_hz(10))
        } else {
            ProgressBar::hidden()
        };
        let template = if bytes.is_some() {
            "{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}"
        } else {
            "{spinner} {bytes}  {bytes_per_sec}  {elapsed}  {msg}"
        };
        bar.set_style(ProgressStyle::with_template(template).expect("a constant that is tested"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress {
            bar,
            what,
            counted: Cell::new(0),
        }
    }

    /// Draws nothing.
    pub(crate) fn none() -> Progress {
        Progress {
            bar: ProgressBar::hidden(),
            what: "",
            counted: Cell::new(0),
        }
    }

    /// Bytes of input read so far.
    pub(crate) fn read(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }

    /// What was counted so far.
    pub(crate) fn counted(&self, count: u64) {
        if count != self.counted.replace(count) && !self.bar.is_hidden() {
            self.bar
                .set_message(format!("{} {}", HumanCount(count), self.what));
        }
    }

    /// A step that is not reading.
    pub(crate) fn step(&self, message: &'static str) {
        self.bar.set_message(message);
    }

    /// Runs `say` with the bar out of the way.
    pub(crate) fn suspend(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A count for people: `44,823,547`.
pub(crate) fn human(count: u64) -> String {
    HumanCount(count).to_string()
}
