//! What names a finding wherever its row moves, and names nothing without the key.

use std::fmt;
use std::str::FromStr;

use crate::key::Key;
use crate::phone::Number;
use crate::tag::{Tag, Tagger};

/// The purpose that the key of fingerprints is derived for.
const PURPOSE: &str = "leakline finding fingerprints 1";
/// Hex digits of a fingerprint.
const TEXT_LENGTH: usize = 16;

/// The keyed hash of an exposed number, under another key than the tags of the index. Shown as 16
/// hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

/// No 16 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 16 hex digits in lower case")]
pub struct BadFingerprint;

/// Makes fingerprints under one key.
pub struct Fingerprinter(Tagger);

impl Fingerprinter {
    /// Under a key that is derived from this one.
    pub fn new(key: &Key) -> Fingerprinter {
        Fingerprinter(Tagger::derived(key, PURPOSE))
    }

    /// The fingerprints of these numbers, in order.
    pub fn fingerprints(&self, numbers: &[Number]) -> impl Iterator<Item = Fingerprint> + use<> {
        let mut tags = Vec::new();
        self.0.extend(numbers, &mut tags);
        tags.into_iter().map(|Tag(bits)| Fingerprint(bits))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = BadFingerprint;

    fn from_str(text: &str) -> Result<Fingerprint, BadFingerprint> {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != TEXT_LENGTH || !text.bytes().all(digit) {
            return Err(BadFingerprint);
        }
        u64::from_str_radix(text, 16)
            .map(Fingerprint)
            .map_err(|_| BadFingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Region;

    #[test]
    fn a_fingerprint_is_of_the_number_and_the_key_and_is_no_tag() {
        let key = |byte: &str| Key::from_hex(&byte.repeat(32)).unwrap();
        let number = Number::for_tests(12_125_550_100, Region::from_code("US").unwrap());
        let of = |key: &Key| {
            Fingerprinter::new(key)
                .fingerprints(&[number])
                .next()
                .unwrap()
        };
        assert_eq!(of(&key("00")), of(&key("00")));
        assert_ne!(of(&key("00")), of(&key("01")));
        let mut tags = Vec::new();
        Tagger::new(&key("00")).extend(&[number], &mut tags);
        assert_ne!(of(&key("00")).0, tags[0].0);
    }

    #[test]
    fn texts_are_16_lower_case_hex_digits() {
        let text = "00ab4de1f2345678";
        assert_eq!(text.parse::<Fingerprint>().unwrap().to_string(), text);
        for bad in [
            "",
            "00ab4de1f234567",
            "00AB4DE1F2345678",
            "+0ab4de1f2345678",
        ] {
            assert_eq!(bad.parse::<Fingerprint>(), Err(BadFingerprint));
        }
    }
}
