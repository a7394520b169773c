//! Lines on stderr.

use std::io::Write as _;

use leakline::printable::printable;

/// A warning or a remark on stderr.
pub(crate) fn write_line(message: &str) {
    print(&format!("leakline: {}\n", printable(message)));
}

/// A line that belongs to the one before.
pub(crate) fn write_detail(message: &str) {
    // Printable on its own: a service that reads the log takes the blanks off a line.
    print(&format!("  {}\n", printable(message)));
}

/// Prints text that is printable already.
pub(super) fn print(text: &str) {
    // Nothing is left to tell anybody if stderr is gone.
    let _ = anstream::stderr().write_all(text.as_bytes());
}
