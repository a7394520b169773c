//! What parsers of JSON refuse and exports write all the same, repaired.

use std::borrow::Cow;

use serde_json::Value;

/// The value with its control characters made spaces, its bytes made UTF-8, and `NaN`, `Infinity`
/// and `undefined` made null; `None` if that changes nothing. A name in another encoding, or a
/// number that is none, must not cost the row.
pub(in crate::dump) fn mend(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(value);
    let is_control = |c: char| c < ' ';
    let is_plain = matches!(text, Cow::Borrowed(_)) && !text.contains(is_control);
    let text = if is_plain {
        text
    } else {
        Cow::Owned(text.replace(is_control, " "))
    };
    match without_missing_values(&text) {
        Some(text) => Some(text),
        None if is_plain => None,
        None => Some(text.into_owned()),
    }
}

/// One value, mended if need be.
pub(in crate::dump) fn parse(value: &[u8]) -> Option<Value> {
    serde_json::from_slice(value)
        .ok()
        .or_else(|| serde_json::from_str(&mend(value)?).ok())
}

/// The text with null for the words that stand for no number outside strings.
fn without_missing_values(text: &str) -> Option<String> {
    const WORDS: [&str; 4] = ["NaN", "-Infinity", "Infinity", "undefined"];
    if !WORDS.iter().any(|word| text.contains(word)) {
        return None;
    }
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let word = WORDS.iter().find(|word| rest.starts_with(**word));
        let length = if next == '"' {
            string_length(rest)
        } else if let Some(word) = word {
            mended.push_str("null");
            rest = &rest[word.len()..];
            continue;
        } else {
            next.len_utf8()
        };
        mended.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    Some(mended)
}

/// The length of the string that `text` begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_no_number_are_null_and_texts_stay() {
        assert_eq!(
            mend(br#"{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN \" NaN","d":undefined}"#).unwrap(),
            r#"{"a":null,"b":[null,null],"c":"NaN \" NaN","d":null}"#
        );
        assert_eq!(mend(br#"{"a":"x"}"#), None);
        assert_eq!(
            mend(b"{\"a\":\"x\ty\xe9\"}").unwrap(),
            "{\"a\":\"x y\u{fffd}\"}"
        );
    }
}
