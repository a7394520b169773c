//! What web pages and addresses leave in a cell: `%2B`, `&#43;`, `<br>`.
//!
//! Only what can be beside or between the digits of numbers is known. Works on the alphabet of
//! `clean`.

/// The markup for a sign, and the sign.
const WRITTEN_FOR: [(&[u8], u8); 17] = [
    (b"%2b", b'+'),
    (b"%20", b' '),
    (b"%28", b'('),
    (b"%29", b')'),
    (b"&#43;", b'+'),
    (b"&#x2b;", b'+'),
    (b"&plus;", b'+'),
    (b"&nbsp;", b' '),
    (b"&#160;", b' '),
    (b"&#xa0;", b' '),
    (b"&amp;", b'&'),
    (b"&quot;", b'"'),
    (b"&#34;", b'"'),
    (b"&apos;", b'\''),
    (b"&#39;", b'\''),
    (b"&#40;", b'('),
    (b"&#41;", b')'),
];

/// The text with signs in place of their markup, and line breaks for tags. `None` if it has
/// neither.
pub(super) fn without(text: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr3(b'%', b'&', b'<', text)?;
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, ..] = rest {
        let known = WRITTEN_FOR
            .iter()
            .find(|(written, _)| rest.starts_with(written));
        let (length, sign) = match (known, tag(rest)) {
            (Some((written, sign)), _) => (written.len(), *sign),
            (None, Some(length)) => (length, b'\n'),
            (None, None) => (1, *byte),
        };
        plain.push(sign);
        rest = &rest[length..];
    }
    (plain.len() < text.len()).then_some(plain)
}

/// Length of a tag at the start of `text`. One with digits may hold a number: it is not dropped.
fn tag(text: &[u8]) -> Option<usize> {
    let inside = text.strip_prefix(b"<")?;
    let length = memchr::memchr(b'>', inside)?;
    let inside = &inside[..length];
    let name = inside.strip_prefix(b"/").unwrap_or(inside);
    let is_tag = name.first().is_some_and(u8::is_ascii_lowercase)
        && !inside
            .iter()
            .any(|byte| byte.is_ascii_digit() || *byte == b'<');
    is_tag.then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn signs_and_breaks_of_pages_become_plain() {
        for (text, plain) in [
            ("%2b61491570006", Some("+61491570006")),
            ("&#43;61&nbsp;491570006", Some("+61 491570006")),
            ("61491570006<br />", Some("61491570006\n")),
            ("<p>61</p>", Some("\n61\n")),
            ("61 & 62", None),
            ("5 < 6 > 5", None),
            ("<61491570006>", None),
            ("<a href='61'>", None),
            ("100%", None),
        ] {
            let found = without(text.as_bytes()).map(|text| String::from_utf8(text).unwrap());
            assert_eq!(found.as_deref(), plain, "{text}");
        }
    }
}
