//! Progress on a terminal, in one line that never wraps.

use std::cell::Cell;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::{last_bar, screen::Screen};
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
        if !settings.draws_progress() {
            return Progress::none();
        }
        let screen = Screen::stderr();
        let width = screen.width();
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(screen), 10);
        let bar = ProgressBar::with_draw_target(bytes, target);
        let style = ProgressStyle::with_template(template(bytes.is_some(), width));
        bar.set_style(style.expect("a constant that is tested"));
        last_bar::remember(&bar);
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

/// The parts that a terminal of `width` columns has room for, beside `478,000,000 numbers, 12,300,000/s`. The
/// message is cut where the line would wrap.
fn template(total_is_known: bool, width: u16) -> &'static str {
    match width {
        _ if !total_is_known => "{spinner} {bytes}  {elapsed}  {wide_msg}",
        106.. => "{bar:30} {percent:>3} %  {bytes} of {total_bytes}  {eta} left  {wide_msg}",
        71.. => "{bar:20} {percent:>3} %  {eta} left  {wide_msg}",
        _ => "{bar:6} {percent:>3} %  {eta} left  {wide_msg}",
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
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Keeps what is written.
    #[derive(Clone, Debug, Default)]
    struct Drawn(u16, Arc<Mutex<String>>);

    impl TermLike for Drawn {
        fn width(&self) -> u16 {
            self.0
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.1.lock().unwrap().push_str(text);
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_longest_message_fits_the_narrowest_terminal_of_each_template() {
        for width in [57, 71, 106] {
            let written = Drawn(width, Arc::default());
            let target = ProgressDrawTarget::term_like(Box::new(written.clone()));
            let bar = ProgressBar::with_draw_target(Some(999 << 30), target);
            bar.set_style(ProgressStyle::with_template(template(true, width)).unwrap());
            bar.set_message("478,000,000 numbers, 12,300,000/s");
            bar.set_position(998 << 30);
            written.1.lock().unwrap().clear();
            bar.tick();
            let shown = written.1.lock().unwrap();
            let line = shown.trim_start_matches('\r').trim_end();
            assert!(line.ends_with("numbers, 12,300,000/s"), "{width}: {line}");
            assert!(
                line.chars().count() <= usize::from(width),
                "{width}: {line}"
            );
        }
    }

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
