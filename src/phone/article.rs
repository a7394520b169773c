//! The article that the name of a country takes within a sentence: `the United Kingdom`.

use std::borrow::Cow;

use super::Region;

/// Names that end with one of these words take an article: plurals, and words for what a state is.
const LAST_WORDS_WITH_ARTICLE: [&str; 12] = [
    "Bahamas",
    "Comoros",
    "Emirates",
    "Gambia",
    "Islands",
    "Kingdom",
    "Maldives",
    "Netherlands",
    "Philippines",
    "Republic",
    "States",
    "Territory",
];

impl Region {
    /// The name within a sentence, with the article that it takes there: `the United Kingdom`.
    pub fn name_in_sentence(self) -> Cow<'static, str> {
        let name = self.name();
        if self == Region::NON_GEOGRAPHIC {
            return Cow::Borrowed("a satellite or global service");
        }
        let last = name.rsplit(' ').next().unwrap_or(name);
        if LAST_WORDS_WITH_ARTICLE.contains(&last) || name.starts_with("Isle ") {
            Cow::Owned(format!("the {name}"))
        } else {
            Cow::Borrowed(name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_their_article_within_a_sentence() {
        #[rustfmt::skip]
        let with_article = [
            "AE", "AX", "BQ", "BS", "CC", "CF", "CK", "DO", "FK", "FO", "GB", "GM", "IM", "IO", "KM", "KY", "MH",
            "MP", "MV", "NL", "PH", "SB", "TC", "US", "VG", "VI",
        ];
        for region in Region::all().skip(1) {
            let has_article = region.name_in_sentence().starts_with("the ");
            assert_eq!(
                has_article,
                with_article.contains(&region.code()),
                "{region}"
            );
        }
    }
}
