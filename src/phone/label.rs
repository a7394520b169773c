//! Words beside a number: `Tel. …`, `p:…`, `… (WhatsApp)`, `… or …`.
//!
//! A rule, not a list, so every language is known: a word is a label where a space or a sign keeps
//! it apart from the digits. A letter within the digits, or glued to them, is no label, and neither
//! is a word that hides digits (`xxxx`, `nn`) or asks for more of them (`ext`). Works on the
//! alphabet of `clean`.

use super::{clean::LETTER, extension};

/// More letters and signs than this beside a number are a text and no label.
const LONGEST: usize = 40;

/// The text without the label in front of its number and the one behind it.
///
/// `None` if it has neither. Other words stay, and the reader of the number judges them.
pub(super) fn without_labels(text: &[u8]) -> Option<&[u8]> {
    let first = text.iter().position(|&byte| starts_number(byte))?;
    let last = text.iter().rposition(u8::is_ascii_digit)?;
    let start = match last_letter(&text[..first]) {
        Some(letter) => {
            let (words, gap) = text[..first].split_at(letter + 1);
            let label = is_label(words) && is_apart_in_front(words, gap, text[first]);
            if label { letter + 1 } else { 0 }
        }
        None => 0,
    };
    let behind = &text[last + 1..];
    let end = match behind.iter().position(|&byte| is_letter(byte)) {
        Some(letter) => {
            let (gap, words) = behind.split_at(letter);
            let label = is_label(words) && is_apart_behind(gap, words);
            if label { last + 1 + letter } else { text.len() }
        }
        None => text.len(),
    };
    (start > 0 || end < text.len()).then(|| &text[start..end])
}

/// The texts between the words of a cell with two numbers or more: `… or …`, `Home … Mobile …`, and
/// `+… +…`. `None` if there is only one, or if a word is no label.
pub(super) fn parts(text: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = without_labels(text).unwrap_or(text);
    rest = rest.strip_prefix(b"* ").unwrap_or(rest);
    let mut parts = Vec::new();
    while let Some((gap, joint)) = gap(rest) {
        let words = &rest[gap.clone()];
        if let (Joint::Words, Some(first), Some(last)) = (
            joint,
            words.iter().position(|&byte| is_letter(byte)),
            last_letter(words),
        ) {
            let (before, after) = words.split_at(first);
            let (words, after) = after.split_at(last + 1 - first);
            let next = *rest.get(gap.end)?;
            // `… y …`: what hides a digit has no number behind it.
            let joins = words.len() == 1 && before == b" " && after == b" ";
            if !(is_label(&rest[gap.clone()])
                && (joins || is_apart_behind(before, words))
                && is_apart_in_front(words, after, next))
            {
                return None;
            }
        }
        parts.push(&rest[..gap.start]);
        rest = &rest[gap.end..];
    }
    parts.push(rest);
    (parts.len() > 1).then_some(parts)
}

/// A text between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    /// Signs before a plus, or nothing: a plus is within no number.
    Signs,
    /// Words, among them or not signs.
    Words,
}

/// Where the first gap between two numbers is.
fn gap(text: &[u8]) -> Option<(std::ops::Range<usize>, Joint)> {
    let mut end_of_digits = None;
    let mut has_letter = false;
    for (at, &byte) in text.iter().enumerate() {
        match (byte, end_of_digits) {
            (b'+', Some(start)) if are_signs(&text[start..at]) && begins_number(&text[at..]) => {
                return Some((start..at, Joint::Signs));
            }
            (b'0'..=b'9' | b'+', Some(start)) if has_letter => {
                return Some((start..at, Joint::Words));
            }
            (b'0'..=b'9', _) => end_of_digits = Some(at + 1),
            _ => has_letter |= end_of_digits.is_some() && is_letter(byte),
        }
    }
    None
}

/// Whether digits are behind a plus, not another plus (`… + +…`).
fn begins_number(text: &[u8]) -> bool {
    let next = text[1..].iter().find(|byte| !matches!(byte, b' ' | b'('));
    next.is_some_and(u8::is_ascii_digit)
}

/// Whether a gap holds signs, or a line end that was written as `\n`, and no mask at the digits.
fn are_signs(gap: &[u8]) -> bool {
    let is_sign = |byte: &u8| b" .:;,/|&+~-*()'\x7F".contains(byte);
    let is_masked = matches!(gap.first(), Some(b'*'));
    matches!(gap.trim_ascii(), b"\\n" | b"\\r\\n") || !is_masked && gap.iter().all(is_sign)
}

/// Whether words say what a number is: they hide nothing of it, and are not several fields of a
/// row.
fn is_label(text: &[u8]) -> bool {
    let foreign = |byte: &u8| b"@*#?=_%\\,;|\n".contains(byte);
    let mut words = text
        .split(|byte| !is_letter(*byte))
        .filter(|word| !word.is_empty());
    text.len() <= LONGEST && !text.iter().any(foreign) && !words.any(is_mask)
}

/// Whether a word stands for hidden digits: `x`, `xx`, `nnnn`.
fn is_mask(word: &[u8]) -> bool {
    let same = word.iter().all(|byte| *byte == word[0]);
    word == b"x" || word.len() > 1 && same && word[0].is_ascii_lowercase()
}

/// Whether words are apart from the number that begins with `next`, `gap` being between them.
fn is_apart_in_front(words: &[u8], gap: &[u8], next: u8) -> bool {
    match gap {
        // Scripts without spaces glue their labels, and nobody writes a code with their letters.
        [] => next == b'+' || words.last().is_some_and(|&byte| byte >= LETTER),
        // `SKU-4917…`: a code.
        [b'-' | b'\''] => false,
        _ => gap.iter().all(|byte| b" :.()-/'\x7F".contains(byte)),
    }
}

/// Whether words are apart from the number before them, `gap` being between them.
fn is_apart_behind(gap: &[u8], words: &[u8]) -> bool {
    let length = words.iter().take_while(|&&byte| is_letter(byte)).count();
    let first = &words[..length];
    // `+1212555 0100 y`: a digit that is hidden, or nothing at all. `(m)` is a label.
    let in_brackets = matches!(gap, [.., b'(' | b'/']);
    let is_one_letter = length == 1 && first[0].is_ascii() && !in_brackets;
    let apart = match gap {
        [] => first.first().is_some_and(|&byte| byte >= LETTER),
        // `1-800-FLOWERS`.
        [.., b'-' | b'.' | b'\''] => false,
        // Masks stay with the number and are judged there. A comma, a tab or the like would part
        // the fields of a row.
        _ => gap.iter().all(|byte| b" ()-./*#?\x7F".contains(byte)),
    };
    apart && !is_one_letter && !extension::is_label(first)
}

fn starts_number(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'+'
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte >= LETTER
}

fn last_letter(text: &[u8]) -> Option<usize> {
    text.iter().rposition(|&byte| is_letter(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str) -> Option<&str> {
        let text = without_labels(text.as_bytes())?;
        Some(
            std::str::from_utf8(text)
                .unwrap()
                .trim_matches([' ', ':', '.', '(', ')']),
        )
    }

    #[test]
    fn a_word_apart_from_the_digits_is_a_label() {
        for text in [
            "tel. 61491570006",
            "p:61491570006",
            "mobile: 61491570006",
            "tel.: 61491570006 (work)",
            "ann lee 61491570006",
            "61491570006 (m)",
            "61491570006 / whatsapp",
        ] {
            assert_eq!(
                bare(text).map(|text| text.trim_end_matches([',', ' ', '/'])),
                Some("61491570006"),
                "{text}"
            );
        }
        assert_eq!(bare("tel+61491570006"), Some("+61491570006"));
    }

    #[test]
    fn letters_of_a_code_a_mask_or_an_extension_are_no_label() {
        for text in [
            "sku61491570006",
            "sku-61491570006",
            "id_61491570006",
            "61491570006abc",
            "61491570006 y",
            "61491570006-taxi",
            "61491570006 xx",
            "61491570006 nnn",
            "61491570006 ext",
            "61491570006:ann",
            "61491570006, ann",
            "61491570006\nann",
            "ann;61491570006",
            "ann,lee 61491570006",
            "ann@example 61491570006",
            "61491570006",
        ] {
            assert_eq!(bare(text), None, "{text}");
        }
        assert_eq!(bare(&format!("{} 61491570006", "word ".repeat(9))), None);
    }

    #[test]
    fn words_and_pluses_part_numbers() {
        let parts = |text: &'static str| {
            let parts = parts(text.as_bytes())?;
            Some(
                parts
                    .into_iter()
                    .map(|part| std::str::from_utf8(part).unwrap().trim())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(parts("123 or 456"), Some(vec!["123", "456"]));
        assert_eq!(parts("home: 123 mobile: 456"), Some(vec![": 123", "456"]));
        assert_eq!(parts("+123 +456"), Some(vec!["+123", "+456"]));
        for signs in [" y ", " e ", " • ", "・", " + ", "\\n", "", " ~ "] {
            // As `clean` spells them.
            let text = format!("123{signs}+456")
                .replace('•', "*")
                .replace('・', ".");
            let parts = self::parts(text.as_bytes()).map(|parts| parts.len());
            assert_eq!(parts, Some(2), "{signs}");
        }
        assert_eq!(parts("123* +456"), None);
        assert_eq!(parts("123y +456"), None);
        assert_eq!(parts("123or456"), None);
        assert_eq!(parts("123 ext 456"), None);
        assert_eq!(parts("123 456"), None);
    }
}
