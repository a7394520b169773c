//! URIs and messenger addresses around a number.

use std::borrow::Cow;

use super::Reason;

/// A number taken out of its wrapper. It has no `Debug` outside of tests: the number is in it as it
/// was found.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct Unwrapped<'a> {
    pub(super) number: &'a [u8],
    /// The prefix that makes the digits international: the `phone-context` of RFC 3966.
    pub(super) context: &'a [u8],
    /// The wrapper says that the digits are international.
    pub(super) international: bool,
}

impl<'a> Unwrapped<'a> {
    /// The number, its context in front.
    pub(super) fn text(&self) -> Cow<'a, [u8]> {
        if self.context.is_empty() {
            Cow::Borrowed(self.number)
        } else {
            Cow::Owned([self.context, self.number].concat())
        }
    }
}

/// Schemes that a number follows.
const SCHEMES: [&[u8]; 8] = [
    b"tel:",
    b"callto:",
    b"sms:",
    b"smsto:",
    b"fax:",
    b"sips:",
    b"sip:",
    b"whatsapp:",
];
/// Addresses of one person's number, as messengers write them.
const PEOPLE: [&[u8]; 2] = [b"s.whatsapp.net", b"c.us"];
/// Addresses that hold digits of something else: groups, hidden identities, channels.
const OTHERS: [&[u8]; 5] = [b"g.us", b"lid", b"broadcast", b"newsletter", b"hosted.lid"];

/// Takes a number out of a URI or an address; `None` if `text` (cleaned) is neither.
pub(super) fn open(text: &[u8]) -> Result<Option<Unwrapped<'_>>, Reason> {
    if !text
        .iter()
        .any(|&byte| byte == b':' || byte == b'@' || byte == b'/')
    {
        return Ok(None);
    }
    let text = text.trim_ascii();
    if let Some(link) = link(text) {
        return Ok(Some(Unwrapped {
            number: link,
            context: b"",
            international: true,
        }));
    }
    let (scheme, rest) = match SCHEMES.iter().find(|scheme| text.starts_with(scheme)) {
        Some(scheme) => (true, &text[scheme.len()..]),
        None => (false, text),
    };
    if let Some(at) = rest.iter().position(|&byte| byte == b'@') {
        let domain = rest[at + 1..].trim_ascii();
        if OTHERS.contains(&domain) {
            return Err(Reason::OtherId);
        }
        if PEOPLE.contains(&domain) {
            return Ok(Some(Unwrapped {
                number: device_cut(&rest[..at]),
                context: b"",
                international: true,
            }));
        }
        return Ok(scheme.then(|| uri(&rest[..at])));
    }
    Ok(scheme.then(|| uri(rest)))
}

/// What follows the scheme: number, parameters of RFC 3966.
fn uri(rest: &[u8]) -> Unwrapped<'_> {
    let rest = rest.strip_prefix(b"//").unwrap_or(rest);
    let mut context: &[u8] = b"";
    let mut end = rest.len();
    for (at, _) in rest
        .iter()
        .enumerate()
        .filter(|&(_, &byte)| byte == b';' || byte == b'?')
    {
        let parameter = &rest[at + 1..];
        if let Some(value) = parameter.strip_prefix(b"phone-context=") {
            let length = value
                .iter()
                .position(|&byte| byte == b';')
                .unwrap_or(value.len());
            context = if value.starts_with(b"+") {
                &value[..length]
            } else {
                b""
            };
        }
        if end == rest.len() && !parameter.starts_with(b"ext=") && parameter.contains(&b'=') {
            end = at;
        }
    }
    Unwrapped {
        number: &rest[..end],
        context,
        international: false,
    }
}

/// The number of a click-to-chat link.
fn link(text: &[u8]) -> Option<&[u8]> {
    if !text.contains(&b'/') || !text.iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    let after = |mark: &[u8]| memchr::memmem::find(text, mark).map(|at| &text[at + mark.len()..]);
    let rest = if let Some(rest) = after(b"wa.me/") {
        rest
    } else if after(b"whatsapp")
        .is_some_and(|rest| rest.starts_with(b".com/") || rest.starts_with(b"://"))
    {
        after(b"phone=")?
    } else {
        after(b"t.me/+")?
    };
    let rest = rest.strip_prefix(b"%2b").unwrap_or(rest);
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b'?' | b'&' | b'/' | b'#'))
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

/// A person's address may name a device behind the number: `12125550100:12@…`, `12125550100.0:1@…`.
fn device_cut(user: &[u8]) -> &[u8] {
    let end = user
        .iter()
        .position(|byte| matches!(byte, b':' | b'.' | b'_'))
        .unwrap_or(user.len());
    &user[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<(String, bool)> {
        let unwrapped = open(text.as_bytes()).unwrap()?;
        Some((
            String::from_utf8(unwrapped.text().into_owned()).unwrap(),
            unwrapped.international,
        ))
    }

    #[test]
    fn addresses_and_links_are_international() {
        for text in [
            "61491570006@s.whatsapp.net",
            "61491570006:3@s.whatsapp.net",
            "61491570006@c.us",
            "https://wa.me/61491570006?text=hi",
            "https://api.whatsapp.com/send?phone=%2b61491570006&text=hi",
            "whatsapp://send?phone=61491570006",
        ] {
            assert_eq!(number(text), Some(("61491570006".into(), true)), "{text}");
        }
    }

    #[test]
    fn uris_keep_their_number_and_extension() {
        assert_eq!(
            number("tel:+61-491-570-006;ext=12"),
            Some(("+61-491-570-006;ext=12".into(), false))
        );
        assert_eq!(
            number("tel:491570006;phone-context=+61"),
            Some(("+61491570006".into(), false))
        );
        assert_eq!(
            number("tel:491570006;phone-context=example.com"),
            Some(("491570006".into(), false))
        );
        assert_eq!(
            number("sip:+61491570006@example.com;user=phone"),
            Some(("+61491570006".into(), false))
        );
        assert_eq!(number("61491570006"), None);
    }

    #[test]
    fn groups_and_hidden_identities_are_no_numbers() {
        assert_eq!(open(b"61491570006-1617436800@g.us"), Err(Reason::OtherId));
        assert_eq!(open(b"100000000000001@lid"), Err(Reason::OtherId));
        assert_eq!(open(b"ann61@example.com"), Ok(None));
    }
}
