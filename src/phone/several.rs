//! Cells that hold several numbers: `a ::: b`, `a; b`, `a / b`, `a, , n/a`.
//!
//! A cell is taken apart only where it is clear that its parts are numbers, since the same signs
//! are between the groups of one number, or before its extension. Empty parts and words for nothing
//! are none.

use std::ops::Range;

/// What may be between two numbers, and is tried before the cell is read as one.
pub(super) const ALWAYS: &[&[u8]] = &[
    b":::", b";", b",", b"\n\n", b"\n", b"|", b" / ", b" & ", b"&",
];
/// Signs that are within one number more often than between two: tried when the whole is no
/// number.
pub(super) const BETWEEN_GROUPS_TOO: &[&[u8]] = &[b"/", b" - "];

/// What one part of a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A valid number.
    Number,
    /// Empty, or a word for nothing.
    Blank,
    /// Too many digits for an extension, and no valid number.
    Digits,
    /// Anything else.
    Other,
}

/// The parts of a cleaned cell.
#[derive(Clone)]
pub(super) struct Parts<'a> {
    rest: &'a [u8],
    separators: &'static [&'static [u8]],
}

/// Whether text has digits enough for a number, and nothing that makes them something else.
pub(super) fn may_be_number(text: &[u8]) -> bool {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits >= FEWEST_DIGITS && !text.contains(&b'=')
}

/// Fewer digits may be an extension.
const FEWEST_DIGITS: usize = 7;

impl<'a> Parts<'a> {
    /// The two or more parts of `text`, if at least one is a number and the others are numbers or
    /// blank.
    ///
    /// Behind `;` or `,`, digits that are no valid number are a part too, to be rejected by itself.
    pub(super) fn of(
        text: &'a [u8],
        separators: &'static [&'static [u8]],
        judge: impl Fn(&[u8]) -> Part,
    ) -> Option<Parts<'a>> {
        let parts = Parts {
            rest: text,
            separators,
        };
        parts.next_separator()?;
        let _two = parts.clone().nth(1)?;
        let lists = !text
            .iter()
            .any(|byte| matches!(byte, b':' | b'/' | b'&' | b'|'));
        let mut numbers = 0;
        for part in parts.clone() {
            match judge(part) {
                Part::Number => numbers += 1,
                Part::Blank => {}
                Part::Digits if lists => {}
                Part::Digits | Part::Other => return None,
            }
        }
        (numbers > 0).then_some(parts)
    }

    /// Place and length of the next separator.
    fn next_separator(&self) -> Option<(usize, usize)> {
        let candidate = |&(_, &byte): &(usize, &u8)| {
            matches!(byte, b':' | b';' | b',' | b'\n' | b'|' | b' ' | b'/' | b'&')
        };
        self.rest
            .iter()
            .enumerate()
            .filter(candidate)
            .find_map(|(at, _)| {
                let fits = |separator: &&&[u8]| self.rest[at..].starts_with(separator);
                self.separators
                    .iter()
                    .find(fits)
                    .map(|here| (at, here.len()))
            })
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    /// Nothing behind the last separator is no part.
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.trim_ascii().is_empty() {
            return None;
        }
        let (end, length) = self.next_separator().unwrap_or((self.rest.len(), 0));
        let part = &self.rest[..end];
        self.rest = &self.rest[end + length..];
        Some(part.trim_ascii())
    }
}

/// The parts of text whose groups of digits repeat, if each part is a number: `201-555-0100 -
/// 202-555-0100`. Any signs may be between them. No number is as long as two.
pub(super) fn repeated(text: &[u8], is_number: impl Fn(&[u8]) -> bool) -> Option<Vec<&[u8]>> {
    /// Most numbers that are told apart so.
    const MOST: usize = 4;
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, _) in text
        .iter()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_digit())
    {
        match groups.last_mut() {
            Some(group) if group.end == at => group.end += 1,
            _ => groups.push(at..at + 1),
        }
    }
    let lengths: Vec<usize> = groups.iter().map(ExactSizeIterator::len).collect();
    (2..=MOST).rev().find_map(|count| {
        let width = groups.len() / count;
        if width == 0 || lengths != lengths[..width].repeat(count) {
            return None;
        }
        let part = |groups: &[Range<usize>]| {
            let start = groups[0].start;
            let is_behind_plus = start > 0 && text[start - 1] == b'+';
            &text[start - usize::from(is_behind_plus)..groups[width - 1].end]
        };
        let parts: Vec<&[u8]> = groups.chunks(width).map(part).collect();
        (parts.iter().all(|part| is_number(part))).then_some(parts)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'a>(text: &'a str, separators: &'static [&'static [u8]]) -> Option<Vec<&'a str>> {
        let judge = |part: &[u8]| match part {
            b"" | b"-" => Part::Blank,
            _ if may_be_number(part) => Part::Digits,
            _ if part.len() > 2 => Part::Number,
            _ => Part::Other,
        };
        let parts = Parts::of(text.as_bytes(), separators, judge)?;
        Some(
            parts
                .map(|part| std::str::from_utf8(part).unwrap())
                .collect(),
        )
    }

    #[test]
    fn parts_are_trimmed_and_a_last_empty_one_is_none() {
        assert_eq!(
            parts("abc ::: def;ghi, jkl / mno & pqr;", ALWAYS),
            Some(vec!["abc", "def", "ghi", "jkl", "mno", "pqr"])
        );
    }

    #[test]
    fn numbers_that_are_written_alike_are_parts() {
        let parts = |text: &str| {
            let parts = repeated(text.as_bytes(), |part| part.len() < 16)?;
            let parts = parts.iter().map(|part| String::from_utf8_lossy(part));
            Some(parts.collect::<Vec<_>>().join("|"))
        };
        for (text, expected) in [
            ("2015550100 2025550100", "2015550100|2025550100"),
            ("201-555-0100 - 202-555-0100", "201-555-0100|202-555-0100"),
            (
                "(201) 5550100 (202) 5550100 (203) 5550100",
                "201) 5550100|202) 5550100|203) 5550100",
            ),
            ("+12015550100 → 12025550100", "+12015550100|12025550100"),
        ] {
            assert_eq!(parts(text).as_deref(), Some(expected));
        }
        for whole in ["20155501002025550100", "2015550100 202 5550100", ""] {
            assert_eq!(parts(whole), None, "{whole}");
        }
    }

    #[test]
    fn one_part_that_is_no_number_keeps_the_cell_whole() {
        for whole in ["abc", "abc;", "abc;de", "de;-", "abc/def", "-;-"] {
            assert_eq!(parts(whole, ALWAYS), None, "{whole}");
        }
        assert_eq!(
            parts("abc/def", BETWEEN_GROUPS_TOO),
            Some(vec!["abc", "def"])
        );
    }

    #[test]
    fn empty_parts_and_words_for_nothing_cost_no_number() {
        assert_eq!(parts("abc;;def", ALWAYS), Some(vec!["abc", "", "def"]));
        assert_eq!(parts("-, abc", ALWAYS), Some(vec!["-", "abc"]));
    }

    #[test]
    fn seven_digits_in_a_list_are_a_part() {
        assert_eq!(parts("abc;1234567", ALWAYS), Some(vec!["abc", "1234567"]));
        assert_eq!(parts("abc|1234567", ALWAYS), None);
        assert_eq!(parts("abc;123456", ALWAYS), Some(vec!["abc", "123456"]));
        assert_eq!(
            parts("abc;isub=1234567", ALWAYS),
            Some(vec!["abc", "isub=1234567"])
        );
    }
}
