//! `(0xx11) …`: a Brazilian number that leaves the choice of the carrier to whoever dials it.
//!
//! Between the trunk digit and the area, dialling needs two digits of a carrier; `xx` or `**` in
//! their place hide nothing of the number. Works on the alphabet of `clean`.

use super::Region;

/// The text without the two signs for a carrier. `None` if it has none, or is not known as
/// Brazilian.
pub(super) fn without(text: &[u8], home: Option<Region>) -> Option<Vec<u8>> {
    let brackets = |text: &[u8]| {
        text.iter()
            .take_while(|byte| b" ().:-".contains(byte))
            .count()
    };
    let mut at = brackets(text);
    let start = &text[at..];
    let is_abroad = [&b"+55"[..], b"0055", b"55"]
        .into_iter()
        .find(|code| start.starts_with(code));
    match is_abroad {
        Some(code) => {
            at += code.len();
            at += brackets(&text[at..]);
        }
        None if home.map(Region::code) == Some("BR") => {}
        None => return None,
    }
    let trunk = text.get(at..)?.strip_prefix(b"0")?;
    let gap = usize::from(trunk.starts_with(b" "));
    let signs = trunk.get(gap..gap + 2)?;
    (signs == b"xx" || signs == b"**").then(|| [&text[..=at], &trunk[gap + 2..]].concat())
}

#[cfg(test)]
mod tests {
    use super::{Region, without};

    #[test]
    fn the_carrier_of_a_brazilian_number_is_left_out() {
        let brazil = Region::from_code("BR");
        let found = |text: &str, home| {
            without(text.as_bytes(), home).map(|text| String::from_utf8(text).unwrap())
        };
        for text in [
            "(0xx11) 96123-4567",
            "(0**11) 96123-4567",
            "(0 xx11) 96123-4567",
        ] {
            assert_eq!(
                found(text, brazil).as_deref(),
                Some("(011) 96123-4567"),
                "{text}"
            );
            assert_eq!(found(text, None), None, "{text}");
        }
        assert_eq!(
            found("+55 (0xx11) 961234567", None).as_deref(),
            Some("+55 (011) 961234567")
        );
        assert_eq!(found("0119612xx67", brazil), None);
        assert_eq!(found("0", brazil), None);
    }
}
