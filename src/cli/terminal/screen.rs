//! Stderr as a progress bar sees it: a few columns narrower than it is.
//!
//! A bar fills its last line with blanks. On Ctrl-C the system writes `^C` behind them, and on a
//! full line that would begin another one, which the bar does not know and never clears.

use std::io;

use console::Term;
use indicatif::TermLike;

/// Columns of `^C`, and one for the cursor.
const ECHO: u16 = 3;

/// The terminal that stderr is.
#[derive(Debug)]
pub(super) struct Screen(Term);

impl Screen {
    pub(super) fn stderr() -> Screen {
        Screen(Term::stderr())
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(ECHO)
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
