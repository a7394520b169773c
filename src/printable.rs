//! Text that others wrote, made safe to show to people.
//!
//! Names of files, members, sheets, columns and sources, titles and notes come from dumps and from
//! whoever hands them over. On its way to a terminal or into a report each of them goes through
//! [`printable`]: a terminal must not obey what is in them, a line must not end within them, none
//! of them may turn round the order of the words beside it, and none may become a command of the
//! service that reads the log. What a format needs besides (quotes of CSV, entities of XML, `%0A`
//! of workflow commands) is the format's own.
//!
//! People name files after phone numbers. A name is shown, and kept in an index, as [`shown`] gives
//! it; files are found by their real paths and known by their SHA-256.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use memchr::memchr2;

/// The same text with U+FFFD for each character that does something instead of being seen.
pub fn printable(text: &str) -> Cow<'_, str> {
    let text: Cow<'_, str> = if text.contains(is_control) {
        text.replace(is_control, "\u{fffd}").into()
    } else {
        text.into()
    };
    without_commands(text)
}

/// The same JSON, with an escape for each character that does something instead of being seen, and
/// for what GitHub takes for a command. In JSON such characters are in strings only, apart
/// from line ends and indents.
pub fn printable_json(json: &[u8]) -> Cow<'_, [u8]> {
    // Most rows of a report hold nothing of the kind, and many bytes are looked at at once.
    if json.is_ascii() && memchr2(0x7f, b'#', json).is_none() {
        return json.into();
    }
    let Ok(text) = str::from_utf8(json) else {
        return json.into();
    };
    let mut escaped = String::with_capacity(text.len());
    let mut units = [0; 2];
    for c in text.chars() {
        if c == '\n' || !is_control(c) {
            escaped.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut units) {
            write!(escaped, "\\u{unit:04x}").expect("writing to memory does not fail");
        }
    }
    escaped.replace("##[", "#\\u0023[").into_bytes().into()
}

/// What GitHub takes for a command in a log: `::` at the start of a line, `##[` anywhere in it.
fn without_commands(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("##[") && !text.trim_start().starts_with("::") {
        return text;
    }
    let broken = text.replace("##[", "#\u{fffd}[");
    match broken.trim_start().strip_prefix("::") {
        Some(rest) => format!("\u{fffd}:{rest}").into(),
        None => broken.into(),
    }
}

/// A path as it is shown to people and kept in an index: with its numbers masked. A sink still has
/// to make it [`printable`].
pub fn shown(path: &(impl AsRef<Path> + ?Sized)) -> String {
    mask_numbers(&path.as_ref().to_string_lossy())
}

/// Stars for the digits of what may be a number, but for its last two: seven digits in a row, or
/// nine with marks between them. Dates as names of files have them (`2021-04-03`, `20210403`) stay.
pub fn mask_numbers(text: &str) -> String {
    let is_mark = |c: char| " ()-./\u{a0}\u{2011}".contains(c);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(char::is_numeric) {
        masked.push_str(&rest[..start]);
        let run = &rest[start..];
        if let Some(length) = date_length(run).filter(|_| !masked.ends_with('+')) {
            masked.push_str(&run[..length]);
            rest = &run[length..];
            continue;
        }
        let end = (run.find(|c: char| !c.is_numeric() && !is_mark(c))).unwrap_or(run.len());
        let end = run[..end].trim_end_matches(is_mark).len();
        let (run, after) = run.split_at(end);
        let digits = run.chars().filter(|c| c.is_numeric()).count();
        if digits >= 9 || longest_run(run) >= 7 {
            let mut left = digits;
            masked.extend(run.chars().map(|c| {
                left -= usize::from(c.is_numeric());
                if c.is_numeric() && left >= 2 { '*' } else { c }
            }));
        } else {
            masked.push_str(run);
        }
        rest = after;
    }
    masked + rest
}

/// The digits of the longest group in `run` without a mark.
fn longest_run(run: &str) -> usize {
    let groups = run.split(|c: char| !c.is_numeric());
    groups.map(|group| group.chars().count()).max().unwrap_or(0)
}

/// The length of the date that `text` begins with: `YYYY-MM-DD` (also with `.` or `_`), `YYYYMMDD`,
/// or `YYYYMMDDhhmmss`, and no digit after it.
fn date_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let mark = bytes.get(4).filter(|mark| b"-._".contains(mark));
    let (month, day, length) = match (digits, mark) {
        (4, Some(mark)) if bytes.get(7) == Some(mark) => (5, 8, 10),
        (8 | 14, _) => (4, 6, digits),
        _ => return None,
    };
    let two = |at: usize| -> Option<u32> { text.get(at..at + 2)?.parse().ok() };
    let is_date = matches!(two(0)?, 19 | 20)
        && (1..=12).contains(&two(month)?)
        && (1..=31).contains(&two(day)?);
    let ends = !text[length..].starts_with(char::is_numeric);
    (is_date && ends).then_some(length)
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

    #[test]
    fn nothing_is_a_command_of_a_log() {
        assert_eq!(printable("::error::x"), "\u{fffd}:error::x");
        assert_eq!(printable("  ::error::x"), "\u{fffd}:error::x");
        assert_eq!(printable("a##[error]x"), "a#\u{fffd}[error]x");
        // The rest of a control sequence must not end in a command either.
        assert!(!printable("\n::error::x").trim().starts_with("::"));
    }

    #[test]
    fn json_keeps_its_meaning_and_shows_no_control() {
        let text: String = ('\0'..='\u{3000}')
            .chain("\u{feff}\u{10ffff}##[x]###[".chars())
            .collect();
        let json = serde_json::to_vec_pretty(&serde_json::json!({ "a": [text] })).unwrap();
        let escaped = printable_json(&json);
        let same: serde_json::Value = serde_json::from_slice(&escaped).unwrap();
        assert_eq!(same["a"][0], text);
        let shown = str::from_utf8(&escaped).unwrap();
        assert!(!shown.contains(|c| c != '\n' && is_control(c)));
        assert!(!shown.contains("##["));
        assert!(matches!(printable_json(b"{}\n"), Cow::Borrowed(b"{}\n")));
    }

    #[test]
    fn numbers_are_masked_and_short_ones_and_dates_kept() {
        for (text, masked) in [
            ("a 12125550100 of 64", "a *********00 of 64"),
            ("1234567", "*****67"),
            ("'+1 (212) 555-0100': 7", "'+* (***) ***-**00': 7"),
            ("+491713920010.vcf", "+**********10.vcf"),
            ("0171 3920010.vcf", "**** *****10.vcf"),
            ("lists/2021-04-03/a.csv", "lists/2021-04-03/a.csv"),
            ("2022-13-45, 0 to 100.", "2022-13-45, 0 to 100."),
            ("dump-20210403.csv", "dump-20210403.csv"),
            ("dump-20210403120000.csv", "dump-20210403120000.csv"),
            ("2021-04-03 12.30.txt", "2021-04-03 12.30.txt"),
            ("2021-04-03-12125550100", "2021-04-03-*********00"),
            ("+20210403", "+******03"),
            ("USA 01.txt", "USA 01.txt"),
            ("٠٤٩١٥٧٠٠٠٦", "********٠٦"),
        ] {
            assert_eq!(mask_numbers(text), masked, "{text}");
        }
    }
}
