//! Lines on stderr. On a terminal they are broken between words, where they would be broken anyway.

use std::io::{IsTerminal as _, Write as _};

use leakline::printable::printable;

/// A warning or a remark on stderr.
pub(crate) fn write_line(message: &str) {
    print_broken(&format!("leakline: {}", printable(message)), "  ");
}

/// A line that belongs to the one before.
pub(crate) fn write_detail(message: &str) {
    // Printable on its own: a service that reads the log takes the blanks off a line.
    print_broken(&format!("  {}", printable(message)), "    ");
}

/// Prints `line` with `indent` before each further line that it takes.
fn print_broken(line: &str, indent: &str) {
    let stderr = std::io::stderr();
    let size = (stderr.is_terminal()).then(|| terminal_size::terminal_size_of(&stderr));
    let width = size.flatten().map(|(width, _)| usize::from(width.0));
    print(&broken(line, indent, width.unwrap_or(usize::MAX)));
}

/// `line` in lines of at most `width` columns, but for words that are longer.
fn broken(line: &str, indent: &str, width: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in line.split_inclusive(' ') {
        let columns = word.trim_end().chars().count();
        if column + columns > width && column > indent.len() {
            text.truncate(text.trim_end().len());
            text.push('\n');
            text.push_str(indent);
            column = indent.len();
        }
        text.push_str(word);
        column += word.chars().count();
    }
    text.push('\n');
    text
}

/// Prints text that is printable already.
pub(super) fn print(text: &str) {
    // Nothing is left to tell anybody if stderr is gone.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn lines_are_broken_between_words_and_long_words_are_not() {
        for (line, width, expected) in [
            ("leakline: a b", 80, "leakline: a b\n"),
            ("leakline: a list", 13, "leakline: a\n  list\n"),
            (
                "leakline: /a/long/path here",
                12,
                "leakline:\n  /a/long/path\n  here\n",
            ),
            ("  two words", 8, "  two\n  words\n"),
        ] {
            assert_eq!(broken(line, "  ", width), expected);
        }
    }
}
