//! Progress on a terminal. The only file that knows indicatif.

use std::cell::Cell;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::settings::Settings;

/// A bar of bytes read, or a spinner if the total is not known. Draws on a terminal only.
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
            "{bar:30} {percent:>3} %  {bytes} of {total_bytes}  {eta} left  {msg}"
        } else {
            "{spinner} {bytes}  {elapsed}  {msg}"
        };
        bar.set_style(ProgressStyle::with_template(template).expect("a constant that is tested"));
        // The bar draws itself in a thread, and panics if the system starts none.
        if !bar.is_hidden() && std::thread::Builder::new().spawn(|| ()).is_ok() {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
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

    /// The count so far.
    pub(crate) fn counted(&self, count: u64) {
        if count != self.counted.replace(count) && !self.bar.is_hidden() {
            let rate = count as f64 / self.bar.elapsed().as_secs_f64().max(0.001);
            let (count, what) = (HumanCount(count), self.what);
            self.bar
                .set_message(format!("{count} {what}, {}/s", human(whole(rate))));
        }
    }

    /// A step that is not reading.
    pub(crate) fn step(&self, message: &'static str) {
        self.bar.set_message(message);
    }

    /// Runs `write_line` with the bar out of the way.
    pub(crate) fn suspend(&self, write_line: impl FnOnce()) {
        self.bar.suspend(write_line);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A rate without its fraction: three digits say enough.
fn whole(rate: f64) -> u64 {
    let mut shown = rate;
    let mut zeros = 1;
    while shown >= 1000.0 {
        shown /= 10.0;
        zeros *= 10;
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 1000"
    )]
    let shown = shown.round() as u64;
    shown * zeros
}

/// A count for people: `44,823,547`.
pub(crate) fn human(count: u64) -> String {
    HumanCount(count).to_string()
}

/// A count of things for people: `1 row`, `44,823,547 rows`.
pub(crate) fn counted(count: u64, one: &str, several: &str) -> String {
    format!(
        "{} {}",
        human(count),
        if count == 1 { one } else { several }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_three_digits() {
        for (rate, shown) in [
            (0.4, 0),
            (999.4, 999),
            (1_234.0, 1_230),
            (312_499.0, 312_000),
        ] {
            assert_eq!(whole(rate), shown);
        }
    }
}
