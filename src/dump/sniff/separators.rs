//! Separators that no list of delimiters knows: ` => `, `§`, `$`. What appears as often in nearly
//! every line, and is neither a letter nor a digit nor the punctuation of numbers, may be one.

use std::collections::HashMap;

use crate::dump::Delimiter;

/// Lines that are looked at.
const LINES: usize = 64;
/// Fewer lines say nothing.
const FEWEST_LINES: usize = 3;
/// Separators that are tried, the longest first: ` => ` before `=>`.
const MOST_TRIED: usize = 6;

/// The separators that may part the fields of these lines, the longest first.
pub(super) fn separators(lines: &[&[u8]]) -> Vec<Delimiter> {
    let lines = &lines[..lines.len().min(LINES)];
    if lines.len() < FEWEST_LINES {
        return Vec::new();
    }
    // How often each appears in how many lines.
    let mut lines_with: HashMap<(String, usize), usize> = HashMap::new();
    for line in lines {
        for found in in_line(&String::from_utf8_lossy(line)) {
            *lines_with.entry(found).or_default() += 1;
        }
    }
    lines_with.retain(|_, count| *count * 10 >= lines.len() * 9);
    let mut found: Vec<String> = lines_with.into_keys().map(|(text, _)| text).collect();
    found.sort_unstable_by(|one, two| two.len().cmp(&one.len()).then(one.cmp(two)));
    let delimiters = found.iter().map(|text| Delimiter::new(text.as_bytes()));
    delimiters.filter_map(Result::ok).take(MOST_TRIED).collect()
}

/// The runs of signs in a line, with and without the spaces around them, and how often they appear
/// in it.
fn in_line(line: &str) -> impl Iterator<Item = (String, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let is_sign = |c: char| !c.is_alphanumeric() && !matches!(c, '+' | '(' | ')' | '"' | '\'');
    let mut rest = line;
    while let Some(start) = rest.find(is_sign) {
        let length = rest[start..].find(|c| !is_sign(c));
        let end = length.map_or(rest.len(), |length| start + length);
        let (run, trimmed) = (&rest[start..end], rest[start..end].trim_matches(' '));
        if !trimmed.chars().all(is_in_numbers) {
            *counts.entry(run).or_default() += 1;
            if trimmed.len() < run.len() {
                *counts.entry(trimmed).or_default() += 1;
            }
        }
        rest = &rest[end..];
    }
    counts
        .into_iter()
        .map(|(text, count)| (text.to_owned(), count))
}

/// Whether a sign may be within a number.
fn is_in_numbers(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&str]) -> Vec<String> {
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        let found = separators(&lines);
        let text = |found: &Delimiter| String::from_utf8_lossy(found.as_bytes()).into_owned();
        found.iter().map(text).collect()
    }

    #[test]
    fn what_stands_as_often_in_every_line_may_be_a_separator() {
        assert_eq!(
            found(&["Ann => +1 (2) => x", "Bo => 3-4 => y", "Cy => 5 => z"]),
            [" => ", "=>"]
        );
        assert_eq!(found(&["a§1", "b§2", "c§3"]), ["§"]);
        assert_eq!(found(&["a\0\u{31}", "b\0\u{32}", "c\0\u{33}"]), ["\0"]);
        assert!(found(&["a$1", "b$2$", "c3", "d"]).is_empty());
        assert!(found(&["1 2-3", "1 2-3", "1 2-3"]).is_empty());
        assert!(found(&["a$1", "b$2"]).is_empty());
    }
}
