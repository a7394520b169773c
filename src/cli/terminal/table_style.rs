//! How wide a table may be, and whether bars may be drawn with block characters.

use std::io::IsTerminal as _;

use leakline::report::{BarStyle, TableStyle};

/// The style for stdout. What goes to no terminal is cut only if `COLUMNS` says where.
pub(crate) fn table_style() -> TableStyle {
    let terminal = std::io::stdout().is_terminal();
    let size = terminal.then(terminal_size::terminal_size).flatten();
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = size.map(|(width, _)| usize::from(width.0)).or_else(columns);
    TableStyle {
        width: width.unwrap_or(usize::MAX),
        bars: if locale_is_utf8() {
            BarStyle::Blocks
        } else {
            BarStyle::Ascii
        },
    }
}

fn locale_is_utf8() -> bool {
    // POSIX: the first of these that is set and not empty decides.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let folded = locale.to_ascii_lowercase().replace('-', "");
        folded.ends_with("utf8") || folded.contains("utf8@")
    })
}
