//! The name of a file or folder → the [`Region`] that its numbers come from.
//!
//! A weaker witness than a column of countries, since most names of files name no country: codes
//! count only as codes are written, and digits are numbers of parts.

use unicode_normalization::char::is_combining_mark;

use super::Region;
use super::country::{from_alpha_2, from_alpha_3, named_by_file};
use super::folding::fold;

/// Endings that may follow a country's name besides the last one, which may be any.
#[rustfmt::skip]
const EXTENSIONS: [&str; 30] = [
    "txt", "text", "csv", "tsv", "tab", "psv", "dat", "lst", "list", "log", "json", "jsonl", "ndjson", "sql", "dump",
    "xls", "xlsx", "ods", "vcf", "ldif", "zip", "gz", "zst", "bz2", "xz", "tar", "tgz", "rar", "7z", "bak",
];

/// Words beside a country's name that say only how much of it a file holds.
const PART_WORDS: [&str; 6] = ["full", "part", "parts", "pt", "of", "copy"];

/// The longest last extension that is cut off unseen.
const MAX_EXTENSION: usize = 5;

impl Region {
    /// The name of a file or folder, its extensions still on: `Egypt.txt`, `USA 01.txt`, `EG.csv`.
    ///
    /// What is left without extensions, part numbers and `full` must be a country's name, an
    /// alpha-3 or an upper-case alpha-2 code: `IT.txt` is Italy, `it.txt` may be anything. Digits
    /// are never a calling code here.
    pub fn from_file_name(name: &str) -> Option<Region> {
        let mut stem = name;
        loop {
            if let Some(region) = from_stem(stem) {
                return Some(region);
            }
            let (rest, extension) = stem.rsplit_once('.')?;
            let is_last = stem.len() == name.len();
            let lower = extension.to_ascii_lowercase();
            if !(EXTENSIONS.contains(&&*lower) || is_last && extension.len() <= MAX_EXTENSION) {
                return None;
            }
            stem = rest;
        }
    }
}

/// A file's name without its extensions, in which digits are the numbers of parts.
fn from_stem(stem: &str) -> Option<Region> {
    let words: Vec<&str> = stem
        .split(|letter: char| !letter.is_alphanumeric() && !is_combining_mark(letter))
        .map(|word| word.trim_matches(char::is_numeric))
        .filter(|word| !word.is_empty())
        .collect();
    from_words(&words).or_else(|| {
        let is_name = |word: &&str| {
            !PART_WORDS
                .iter()
                .any(|part| part.eq_ignore_ascii_case(word))
        };
        from_words(&words.into_iter().filter(is_name).collect::<Vec<_>>())
    })
}

fn from_words(words: &[&str]) -> Option<Region> {
    if let [word] = words
        && let Some(region) = from_alpha_2(word).or_else(|| from_alpha_3(word))
    {
        return Some(region);
    }
    let name = words.concat();
    // `us` and `uk` are words and languages; only `US` and `UK` are countries.
    if name.len() == 2 && name.bytes().any(|letter| !letter.is_ascii_uppercase()) {
        return None;
    }
    named_by_file(&fold(&name))
}

#[cfg(test)]
mod tests {
    use super::Region;

    #[test]
    fn file_names_give_a_region_only_as_a_country() {
        #[rustfmt::skip]
        let cases = [
            ("USA 01.txt", "US"), ("India_2", "IN"), ("India 1.txt", "IN"), ("India (1).txt", "IN"), ("India2.txt", "IN"),
            ("Full Algeria.txt", "DZ"), ("Full Alegria.txt", "DZ"), ("Egypt-part1.csv.gz", "EG"),
            ("Egypt.part01.rar", "EG"), ("Egypt.7z.001", "EG"), ("Egypt 1 of 8.txt", "EG"), ("Egypt", "EG"),
            ("EG.csv", "EG"), ("IT.txt", "IT"), ("IT_02.TXT", "IT"), ("egy.txt", "EG"), ("EGY 3.csv", "EG"),
            ("UK.txt", "GB"), ("uae.txt", "AE"), ("US", "US"), ("U.S.A.txt", "US"), ("St. Lucia.txt", "LC"),
            ("South Africa.txt", "ZA"), ("south_africa-3.json", "ZA"), ("Guinea-Bissau.txt", "GW"),
            ("Isle of Man.txt", "IM"), ("Cote d'Ivoire.csv", "CI"), ("arabiasaudita.csv", "SA"), ("مصر.txt", "EG"),
            ("مِصْر ٢.txt", "EG"), ("Côte d\u{2019}Ivoire.txt", "CI"), ("Ethopia.txt", "ET"), ("bbotswana.txt", "BW"),
            ("it.txt", "none"), ("in.txt", "none"), ("no.csv", "none"), ("us.txt", "none"), ("uk.txt", "none"),
            ("It.txt", "none"), ("1.txt", "none"), ("20.txt", "none"), ("+20.txt", "none"), ("0020", "none"),
            ("602.txt", "none"), ("001.txt", "none"), ("africa.txt", "none"), ("Austriaia.txt", "none"),
            ("leak.txt", "none"), ("contacts.csv", "none"), ("part1.txt", "none"), ("Full.txt", "none"),
            ("Jordan.Lee.txt", "none"), ("Jordan Lee.txt", "none"), ("Niger ia.txt.facebook2021", "none"),
            ("SHA1SUMS", "none"), (".DS_Store", "none"), ("", "none"), (".", "none"), ("..", "none"), (".txt", "none"),
        ];
        for (name, expected) in cases {
            let code = Region::from_file_name(name).map_or("none", Region::code);
            assert_eq!(code, expected, "{name}");
        }
    }
}
