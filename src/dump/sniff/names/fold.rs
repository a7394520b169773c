//! Names → folded words: one spelling for every way to write a name.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The words of a name, folded: `Téléphone mobile_2` → `telephone`, `mobile`, `2`.
///
/// A word ends at punctuation, between a letter and a digit, and where capitals show it
/// (`phoneNo`).
pub(super) fn words(name: &str) -> Vec<String> {
    let composed: Vec<char> = name.nfkc().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, &c) in composed.iter().enumerate() {
        if !is_part_of_word(c) {
            end(&mut word, &mut words);
            continue;
        }
        let before = index.checked_sub(1).map(|before| composed[before]);
        if before.is_some_and(|before| begins_word(before, c, composed.get(index + 1))) {
            end(&mut word, &mut words);
        }
        word.push(c);
    }
    end(&mut word, &mut words);
    words
}

/// A name as one folded word: `Téléphone mobile_2` → `telephonemobile2`.
pub(in crate::dump) fn squash(name: &str) -> String {
    words(name).concat()
}

fn is_part_of_word(c: char) -> bool {
    // A soft hyphen or a zero-width joiner is inside a word. The sign before a vowel of Indic
    // scripts too.
    c.is_alphanumeric() || is_combining_mark(c) || is_ignored(c) || c == '\u{94d}'
}

fn is_ignored(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}' | 'ـ')
}

fn begins_word(before: char, c: char, after: Option<&char>) -> bool {
    let is_digit = char::is_numeric;
    (before.is_alphabetic() && is_digit(c))
        || (is_digit(before) && c.is_alphabetic())
        || (before.is_lowercase() && c.is_uppercase())
        || (before.is_uppercase() && c.is_uppercase() && after.is_some_and(|c| c.is_lowercase()))
}

fn end(word: &mut String, words: &mut Vec<String>) {
    let folded = fold(word);
    word.clear();
    if !folded.is_empty() {
        words.push(folded);
    }
}

/// Lower case, without the accents that a writer may leave out.
///
/// A mark goes only where it does not make another letter: accents of Latin and Greek, points of
/// Hebrew and Arabic. The breve of `й`, the dots of `ї` and the vowel signs of Indic scripts stay.
fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let lower = word.chars().flat_map(char::to_lowercase);
    for c in lower.filter(|c| !is_ignored(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'đ' | 'ð' => folded.push('d'),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            'ё' => folded.push('е'),
            'أ' | 'إ' | 'آ' | 'ٱ' => folded.push('ا'),
            'ى' | 'ی' => folded.push('ي'),
            'ک' => folded.push('ك'),
            'ة' | 'ۀ' => folded.push('ه'),
            '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}' => {}
            'à'..='ÿ' | 'ā'..='ſ' | 'ƀ'..='ɏ' | 'Ḁ'..='ỿ' | 'ά'..='ώ' | 'ἀ'..='ῼ' | 'ΐ' =>
            {
                folded.extend(c.nfd().filter(|c| !is_combining_mark(*c)));
            }
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_punctuation_digits_and_capitals() {
        for (name, expected) in [
            ("Phone 1 - Value", "phone 1 value"),
            ("phoneNumber2", "phone number 2"),
            ("MSISDNList", "msisdn list"),
            ("Tél. domicile", "tel domicile"),
            ("work_phone[E.164]", "work phone e 164"),
            ("Country/Region", "country region"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn letters_keep_their_meaning_and_accents_do_not_count() {
        for (name, expected) in [
            ("Мобильный", "мобильный"),
            ("Мобільний", "мобільний"),
            ("Україні", "україні"),
            ("Số điện thoại", "sodienthoai"),
            ("Telefon Numarası", "telefonnumarasi"),
            ("TELEFON NUMARASI", "telefonnumarasi"),
            ("İLETİŞİM", "iletisim"),
            ("फोन", "फोन"),
            ("Κινητό Τηλέφωνο", "κινητοτηλεφωνο"),
            ("ΤΗΛΈΦΩΝΟ", "τηλεφωνο"),
            ("رَقْم الهاتف", "رقمالهاتف"),
            ("ＰＨＯＮＥ", "phone"),
            ("Te\u{301}le\u{301}phone", "telephone"),
            ("и\u{306}", "й"),
        ] {
            assert_eq!(squash(name), expected, "{name}");
        }
    }
}
