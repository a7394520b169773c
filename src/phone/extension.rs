//! Extensions behind a number, by the labels that libphonenumber knows.
//!
//! The labels and the most digits after each are those of libphonenumber's pattern for parsing; its
//! American form without a label (` 503#`) is left out, since a `#` with nothing behind it is a
//! mask here. Behind a bare `;` or `,` fewer digits are an extension here: dumps part numbers by
//! the same signs.

use super::clean::DOB;

/// The text at a place where an extension may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extension {
    /// An extension, to the end of the text.
    Digits(ExtensionLabel),
    /// A label with no digits behind it.
    Masked,
    /// No extension.
    None,
}

/// How an extension is told from the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExtensionLabel {
    /// By a word (`ext`), a comma or a semicolon.
    Plain,
    /// By a sign that masks digits too (`x`, `#`).
    Mask,
}

/// Every label: its letters, how it counts, and the most digits it may have. Longer before shorter.
const LABELS: [(&[u8], ExtensionLabel, usize); 17] = [
    (b";ext=", ExtensionLabel::Plain, 20),
    (b";ext", ExtensionLabel::Plain, 0),
    (b"extension", ExtensionLabel::Plain, 20),
    (b"extensio", ExtensionLabel::Plain, 20),
    (b"extensin", ExtensionLabel::Plain, 20),
    (b"extensi", ExtensionLabel::Plain, 20),
    (b"extn", ExtensionLabel::Plain, 20),
    (b"ext", ExtensionLabel::Plain, 20),
    (b"xtn", ExtensionLabel::Plain, 20),
    (b"xt", ExtensionLabel::Plain, 20),
    (b"anexo", ExtensionLabel::Plain, 20),
    (&DOB, ExtensionLabel::Plain, 20),
    (b"int", ExtensionLabel::Plain, 9),
    (b"x", ExtensionLabel::Mask, 9),
    (b"#", ExtensionLabel::Mask, 9),
    (b"~", ExtensionLabel::Plain, 9),
    (b";", ExtensionLabel::Plain, LONGEST_UNNAMED),
];

/// Most digits of an extension that no word names: seven are another number, whole or not.
const LONGEST_UNNAMED: usize = 6;

/// Whether a word asks for the digits of an extension behind it.
pub(super) fn is_label(word: &[u8]) -> bool {
    LABELS.iter().any(|(label, ..)| *label == word)
}

/// Reads an extension that starts at the start of `text` and ends with it.
pub(super) fn read(text: &[u8]) -> Extension {
    let after_commas = skip(text, b" ,");
    let label = LABELS
        .iter()
        .find(|(label, ..)| after_commas.starts_with(label));
    let (rest, label, most) = match label {
        Some(&(letters, label, most)) => (&after_commas[letters.len()..], label, most),
        None if text.starts_with(b",") => (after_commas, ExtensionLabel::Plain, LONGEST_UNNAMED),
        None => return Extension::None,
    };
    if !rest.iter().any(u8::is_ascii_digit) {
        let only_signs = rest
            .iter()
            .all(|byte| !byte.is_ascii_lowercase() && *byte < 0x80);
        return if only_signs {
            Extension::Masked
        } else {
            Extension::None
        };
    }
    let rest = match rest {
        [b':' | b'.', rest @ ..] => rest,
        _ => rest,
    };
    let rest = skip(rest, b" ,-\n");
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = rest[length..].strip_prefix(b"#").unwrap_or(&rest[length..]);
    if (1..=most).contains(&length) && (end.is_empty() || is_second_extension(end)) {
        Extension::Digits(label)
    } else {
        Extension::None
    }
}

/// `x302/x2303`: libphonenumber drops a second extension.
fn is_second_extension(text: &[u8]) -> bool {
    matches!(text, [b'/' | b'\\', rest @ ..] if skip(rest, b" ").starts_with(b"x"))
}

fn skip<'a>(text: &'a [u8], signs: &[u8]) -> &'a [u8] {
    let length = text.iter().take_while(|byte| signs.contains(byte)).count();
    &text[length..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_of_libphonenumber_is_known() {
        for text in [
            "ext 12",
            "ext. 12",
            "extn12",
            ";ext=12",
            "extension: 12",
            "xtn 1",
            "anexo 7",
            "int 4",
            ",12",
            ",, 12",
            ";12",
        ] {
            assert_eq!(
                read(text.as_bytes()),
                Extension::Digits(ExtensionLabel::Plain),
                "{text}"
            );
        }
        for text in ["x12", "x 12", "#12", "x12#", "x302/x2303", ", x12"] {
            assert_eq!(
                read(text.as_bytes()),
                Extension::Digits(ExtensionLabel::Mask),
                "{text}"
            );
        }
        assert_eq!(
            read(&[DOB[0], DOB[1], DOB[2], b'.', b' ', b'1']),
            Extension::Digits(ExtensionLabel::Plain)
        );
    }

    #[test]
    fn a_label_without_digits_is_a_mask() {
        for text in ["ext", "x", "#", "ext.", "xx", "x*"] {
            let expected = if text == "xx" {
                Extension::None
            } else {
                Extension::Masked
            };
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn too_many_digits_and_other_text_are_no_extension() {
        for text in [
            "x1234567890",
            ",1234567890",
            "x12 and",
            "abc",
            "ext 123456789012345678901",
        ] {
            assert_eq!(read(text.as_bytes()), Extension::None, "{text}");
        }
    }
}
