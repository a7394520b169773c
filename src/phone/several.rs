//! Cells that hold several numbers: `a ::: b`, `a; b`, `a / b`.
//!
//! A cell is taken apart only where every part is a number by itself, since the same signs stand between
//! the groups of one number, or before its extension.

/// What may stand between two numbers, and is tried before the cell is read as one.
pub(super) const ALWAYS: &[&[u8]] = &[b":::", b";", b",", b"\n\n", b"\n", b"|", b" / "];
/// What stands within one number more often than between two: tried when the whole is no number.
pub(super) const SLASH: &[&[u8]] = &[b"/"];

/// The parts of a cleaned cell.
#[derive(Clone)]
pub(super) struct Parts<'a> {
    rest: &'a [u8],
    separators: &'static [&'static [u8]],
}

impl<'a> Parts<'a> {
    /// The two or more parts of `text`, if each of them is a number.
    pub(super) fn of(
        text: &'a [u8],
        separators: &'static [&'static [u8]],
        is_number: impl Fn(&[u8]) -> bool,
    ) -> Option<Parts<'a>> {
        let parts = Parts {
            rest: text,
            separators,
        };
        parts.next_separator()?;
        let mut several = parts.clone().skip(1);
        (several.next().is_some() && parts.clone().all(is_number)).then_some(parts)
    }

    /// Place and length of the next separator.
    fn next_separator(&self) -> Option<(usize, usize)> {
        let candidate = |&(_, &byte): &(usize, &u8)| {
            matches!(byte, b':' | b';' | b',' | b'\n' | b'|' | b' ' | b'/')
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'a>(text: &'a str, separators: &'static [&'static [u8]]) -> Option<Vec<&'a str>> {
        let long = |part: &[u8]| part.len() > 2;
        let parts = Parts::of(text.as_bytes(), separators, long)?;
        Some(
            parts
                .map(|part| std::str::from_utf8(part).unwrap())
                .collect(),
        )
    }

    #[test]
    fn parts_are_trimmed_and_a_last_empty_one_is_none() {
        assert_eq!(
            parts("abc ::: def;ghi, jkl / mno;", ALWAYS),
            Some(vec!["abc", "def", "ghi", "jkl", "mno"])
        );
    }

    #[test]
    fn one_part_that_is_no_number_keeps_the_cell_whole() {
        for whole in ["abc", "abc;", "abc;de", "abc;;def", "abc/def", ";abc"] {
            assert_eq!(parts(whole, ALWAYS), None, "{whole}");
        }
        assert_eq!(parts("abc/def", SLASH), Some(vec!["abc", "def"]));
    }
}
