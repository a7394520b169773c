//! Text that others wrote, made safe to show to people.
//!
//! Names of files, members, sheets, columns and sources, titles and notes come from dumps and from
//! whoever hands them over. On its way to a terminal or into a report each of them goes through
//! [`printable`]: a terminal must not obey what is in them, a line must not end within them, and none
//! of them may turn round the order of the words beside it. What a format needs besides (quotes of
//! CSV, entities of XML, `%0A` of workflow commands) is the format's own.

use std::borrow::Cow;

/// The same text with U+FFFD for each character that does something instead of being seen.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(is_control) {
        text.replace(is_control, "\u{fffd}").into()
    } else {
        text.into()
    }
}

/// Control characters, line ends among them; marks that turn the direction of text or are not seen;
/// and what XML has no way to hold.
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let controls = ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}');
        let marks =
            "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}";
        for c in controls.chain(marks.chars()) {
            assert_eq!(printable(&format!("a{c}b")), "a\u{fffd}b", "{c:?}");
        }
    }

    #[test]
    fn what_can_be_read_stays() {
        for text in [
            "contacts.csv",
            "رقم الهاتف",
            "Téléphone (domicile)",
            "a b::c",
        ] {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text));
        }
    }
}
