//! Stderr as a progress bar sees it: a few columns narrower than it is, and dark at first.
//!
//! A bar fills its last line with blanks. On Ctrl-C the system writes `^C` behind them, and on a
//! full line that would begin another one, which the bar does not know and never clears.
//!
//! Nothing is drawn in the first half second. Behind `check --format csv | head`, rows reach the
//! same terminal, and a bar above them would tear the first one.

use std::io;
use std::time::{Duration, Instant};

use console::Term;
use indicatif::TermLike;

/// Columns of `^C`, and one for the cursor.
const ECHO: u16 = 3;
/// What ends sooner needs no bar.
const DARK: Duration = Duration::from_millis(500);

/// The terminal that stderr is.
#[derive(Debug)]
pub(super) struct Screen {
    terminal: Term,
    opened: Instant,
}

impl Screen {
    pub(super) fn stderr() -> Screen {
        Screen {
            terminal: Term::stderr(),
            opened: Instant::now(),
        }
    }

    /// Draws, once there is something to see.
    fn draw(&self, draw: impl FnOnce(&Term) -> io::Result<()>) -> io::Result<()> {
        if self.opened.elapsed() < DARK {
            Ok(())
        } else {
            draw(&self.terminal)
        }
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.terminal.size().1.saturating_sub(ECHO)
    }

    fn height(&self) -> u16 {
        self.terminal.size().0
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.draw(|terminal| terminal.move_cursor_up(lines))
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.draw(|terminal| terminal.move_cursor_down(lines))
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.draw(|terminal| terminal.move_cursor_right(columns))
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.draw(|terminal| terminal.move_cursor_left(columns))
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.draw(|terminal| terminal.write_line(text))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.draw(|terminal| terminal.write_str(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.draw(Term::clear_line)
    }

    fn flush(&self) -> io::Result<()> {
        self.draw(Term::flush)
    }
}
