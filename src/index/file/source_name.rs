//! The name of a source, which is also the name of its segment file.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A valid source name: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceName(String);

/// A text that is no source name.
#[derive(Debug, thiserror::Error)]
#[error(
    "{text:?} is not a source name: 1 to {max} of A-Z a-z 0-9 . _ -, the first a letter or digit",
    max = SourceName::MAX_LENGTH
)]
pub struct BadSourceName {
    /// The text given.
    pub text: String,
}

impl SourceName {
    /// The most characters that a name has.
    pub const MAX_LENGTH: usize = 64;

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SourceName {
    type Error = BadSourceName;

    fn try_from(text: String) -> Result<SourceName, BadSourceName> {
        let first = text
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
        let rest = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if first && rest && text.len() <= Self::MAX_LENGTH {
            Ok(SourceName(text))
        } else {
            Err(BadSourceName { text })
        }
    }
}

impl FromStr for SourceName {
    type Err = BadSourceName;

    fn from_str(text: &str) -> Result<SourceName, BadSourceName> {
        text.to_owned().try_into()
    }
}

impl From<SourceName> for String {
    fn from(name: SourceName) -> String {
        name.0
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_promised_alphabet_and_length_and_nothing_else() {
        let longest = "a".repeat(64);
        for good in ["a", "9", "whatsapp-2022", "A.b_c-d", &longest] {
            assert_eq!(good.parse::<SourceName>().unwrap().as_str(), good);
        }
        let too_long = "a".repeat(65);
        for bad in [
            "", ".a", "-a", "_a", "a b", "a/b", "..", "é", "a\n", "a\0", &too_long,
        ] {
            assert!(bad.parse::<SourceName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn json_goes_through_the_same_constructor() {
        assert!(serde_json::from_str::<SourceName>("\"../x\"").is_err());
        let name: SourceName = serde_json::from_str("\"x-1\"").unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"x-1\"");
    }
}
