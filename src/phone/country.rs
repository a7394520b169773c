//! Names of countries as dumps, files and users write them → [`Region`], and back to English.
//!
//! Known names only, after folding: nothing is guessed from a name that is nearly one, since a
//! wrong home region misreads every number of a file, and none at all is reported. Both tables of
//! names are sorted text that is searched in place, so that a program that looks up no name pays
//! nothing for them.

use std::cmp::Ordering;

use memchr::{memchr, memrchr};
use unicode_normalization::char::is_combining_mark;

use super::Region;
use super::country_table::{COUNTRIES, MOBILE_COUNTRY_CODES};
use super::folding::fold;

/// Lines of folded name and code, sorted; lines of `#` sort before all names.
const NAMES: &str = include_str!("country_names.tsv");
/// As [`NAMES`], with the unfolded name as a third column.
const ALIASES: &str = include_str!("country_aliases.tsv");
/// As [`NAMES`], in languages that few dumps are in.
const MORE_NAMES: &str = include_str!("more_country_names.tsv");

/// The region that a shared calling code stands for: libphonenumber's main region of that code.
#[rustfmt::skip]
const MAIN_REGIONS: [(u16, &str); 12] = [
    (1, "US"), (7, "RU"), (39, "IT"), (44, "GB"), (47, "NO"), (61, "AU"),
    (212, "MA"), (262, "RE"), (290, "SH"), (358, "FI"), (590, "GP"), (599, "CW"),
];

impl Region {
    /// The English short name, as in reports: `Egypt`.
    pub fn name(self) -> &'static str {
        COUNTRIES[self.index()].2
    }

    /// A cell of a country column, or a user's `--country`: alpha-2, alpha-3, a name in one of the
    /// known languages, a calling code (`20`, `+20`, `0020`), or an MCC. Case, accents and spaces
    /// are folded.
    ///
    /// A calling code of several regions stands for its main one (`1` is the United States), which
    /// reads international numbers as the others do. Three digits are a calling code where there is
    /// one, an MCC otherwise: `212` is Morocco, not Monaco. A name beside its own calling code or
    /// alpha-2 code (`Egypt (+20)`, `China (CN)`) is that name; a locale (`de-DE`) and a flag are
    /// their country. Never [`Region::NON_GEOGRAPHIC`], which is nobody's home: `001` is a calling
    /// code 1.
    pub fn from_name(text: &str) -> Option<Region> {
        from_one_name(text)
            .or_else(|| from_flag(text))
            .or_else(|| from_locale(text))
            .or_else(|| from_parts(text))
    }
}

/// A name or a code that is all of the text.
fn from_one_name(text: &str) -> Option<Region> {
    let text = text.trim_matches(|edge: char| {
        !edge.is_alphanumeric() && edge != '+' && !is_combining_mark(edge)
    });
    if let Some(region) = from_alpha_2(&text.to_ascii_uppercase()).or_else(|| from_alpha_3(text)) {
        return Some(region);
    }
    let folded = fold(text);
    let digits = folded.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        named(&folded)
    } else if digits == folded.len() {
        from_digits(text)
    } else {
        let (code, name): (String, String) = folded.chars().partition(char::is_ascii_digit);
        let region = from_one_name(&name)?;
        let agrees =
            region.calling_code() == code.parse().ok() || from_calling_code(&code) == Some(region);
        agrees.then_some(region)
    }
}

/// Two regional indicators: 🇩🇪. A name may follow.
fn from_flag(text: &str) -> Option<Region> {
    const FIRST: u32 = 0x1F1E6;
    let mut letters = text.trim_start().chars().map(|letter| {
        let place = u32::from(letter)
            .checked_sub(FIRST)
            .filter(|place| *place < 26)?;
        char::from_digit(place + 10, 36)
    });
    let code: String = [letters.next()??, letters.next()??].into_iter().collect();
    from_alpha_2(&code.to_ascii_uppercase())
}

/// A language and its country: `de-DE`, `zh_Hant_TW`.
fn from_locale(text: &str) -> Option<Region> {
    let (language, rest) = text.trim().split_once(['-', '_'])?;
    let country = rest.rsplit(['-', '_']).next()?;
    let is_language =
        (2..=3).contains(&language.len()) && language.bytes().all(|c| c.is_ascii_lowercase());
    from_alpha_2(country).filter(|_| is_language)
}

/// Several names of one country: `United Kingdom (UK)`, `DE - Germany`, `Deutschland / Germany`.
fn from_parts(text: &str) -> Option<Region> {
    let parts = text.split(['(', ')', '[', ']', '/', '|', ';', ':', ',', '–', '—']);
    let parts = parts.flat_map(|part| part.split(" - ")).map(str::trim);
    let mut region = None;
    let mut names = 0;
    for part in parts.filter(|part| !part.is_empty()) {
        let known = from_one_name(part)?;
        // Names of two countries are none.
        if region.is_some_and(|region| region != known) {
            return None;
        }
        region = Some(known);
        names += 1;
    }
    region.filter(|_| names > 1)
}

/// An alpha-2 code in upper case; `001` is none.
pub(super) fn from_alpha_2(code: &str) -> Option<Region> {
    (code.len() == 2).then(|| Region::from_code(code)).flatten()
}

/// An alpha-3 code in any case.
pub(super) fn from_alpha_3(code: &str) -> Option<Region> {
    if code.len() != 3 {
        return None;
    }
    let at = COUNTRIES
        .iter()
        .position(|(_, alpha_3, _)| alpha_3.eq_ignore_ascii_case(code))?;
    Region::from_index(at)
}

/// A folded name, with or without an English article.
fn named(folded: &str) -> Option<Region> {
    named_in_few_languages(folded).or_else(|| find(MORE_NAMES, folded))
}

/// As [`named`], for the name of a file, which may be any word of English or of a language near it.
pub(super) fn named_by_file(folded: &str) -> Option<Region> {
    // `indie` is India to the Dutch, and no country to whoever names a file so.
    let may_be_word = folded.is_ascii();
    named_in_few_languages(folded).or_else(|| find(MORE_NAMES, folded).filter(|_| !may_be_word))
}

fn named_in_few_languages(folded: &str) -> Option<Region> {
    let known = |name: &str| find(NAMES, name).or_else(|| find(ALIASES, name));
    known(folded).or_else(|| known(folded.strip_prefix("the")?))
}

/// A calling code or an MCC, from a text with no letters.
fn from_digits(text: &str) -> Option<Region> {
    let text = text.strip_suffix(".0").unwrap_or(text); // a whole column of numbers with one gap becomes floats
    let digits = fold(text);
    let is_fraction = digits.len() != text.chars().filter(|digit| digit.is_numeric()).count(); // `½` folds to 12
    if is_fraction || text.contains(['.', ',', '/', ':']) {
        return None;
    }
    if let Some(code) = digits.strip_prefix("00") {
        return from_calling_code(code);
    }
    let calling_code = from_calling_code(&digits);
    if text.starts_with('+') {
        calling_code
    } else {
        calling_code.or_else(|| from_mobile_country_code(&digits))
    }
}

/// A calling code, or one with the leading digits that tell a region of a shared one (`1876` is
/// Jamaica).
fn from_calling_code(digits: &str) -> Option<Region> {
    if digits.starts_with('0') {
        return None;
    }
    let Some(code) = digits.parse::<u16>().ok().filter(|&code| code <= 999) else {
        return find(ALIASES, digits);
    };
    match MAIN_REGIONS.iter().find(|(shared, _)| *shared == code) {
        Some((_, main)) => Region::from_code(main),
        None => Region::all().find(|region| region.calling_code() == Some(code)),
    }
}

fn from_mobile_country_code(digits: &str) -> Option<Region> {
    let code: u16 = digits.parse().ok().filter(|_| digits.len() == 3)?;
    let at = MOBILE_COUNTRY_CODES
        .binary_search_by_key(&code, |(known, _)| *known)
        .ok()?;
    Region::from_code(MOBILE_COUNTRY_CODES[at].1)
}

/// The region of a folded name in a table of lines `name TAB code ...` that is sorted by name.
fn find(table: &str, name: &str) -> Option<Region> {
    let lines = table.as_bytes();
    let (mut low, mut high) = (0, lines.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = memrchr(b'\n', &lines[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr(b'\n', &lines[middle..]).map_or(lines.len(), |at| middle + at);
        let mut columns = table[start..end].split('\t');
        match columns.next().unwrap_or_default().cmp(name) {
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
            Ordering::Equal => return columns.next().and_then(Region::from_code),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn code(region: Option<Region>) -> &'static str {
        region.map_or("none", Region::code)
    }

    /// The rows of a fixture, its comments and header left out.
    fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
        table
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1)
            .map(|line| line.split('\t').collect())
    }

    #[test]
    fn tables_agree_with_the_regions() {
        for (region, (alpha_2, alpha_3, name)) in Region::all().zip(COUNTRIES) {
            assert_eq!(region.code(), alpha_2);
            assert!(
                alpha_3.is_empty()
                    || alpha_3.len() == 3 && code(Region::from_name(alpha_3)) == alpha_2
            );
            if region != Region::NON_GEOGRAPHIC {
                assert_eq!(code(Region::from_name(alpha_2)), alpha_2);
                assert_eq!(code(Region::from_name(name)), alpha_2, "{name}");
            }
        }
        assert!(MOBILE_COUNTRY_CODES.is_sorted());
        assert!(
            MOBILE_COUNTRY_CODES
                .iter()
                .all(|(_, region)| Region::from_code(region).is_some())
        );
        for region in Region::all().filter(|region| region.calling_code().is_some()) {
            let sharing = Region::all()
                .filter(|other| other.calling_code() == region.calling_code())
                .count();
            let main = MAIN_REGIONS
                .iter()
                .any(|(shared, _)| Some(*shared) == region.calling_code());
            assert_eq!(sharing > 1, main, "{region}");
        }
    }

    #[test]
    fn no_name_means_two_regions_and_all_are_folded_and_sorted() {
        let mut known = HashMap::new();
        for table in [NAMES, ALIASES, MORE_NAMES] {
            let lines: Vec<&str> = table
                .lines()
                .filter(|line| !line.starts_with('#'))
                .collect();
            let names: Vec<&str> = lines
                .iter()
                .map(|line| line.split('\t').next().unwrap())
                .collect();
            assert!(names.is_sorted_by(|one, next| one < next));
            for (line, name) in lines.iter().zip(names) {
                let columns: Vec<&str> = line.split('\t').collect();
                assert_eq!(fold(columns.get(2).unwrap_or(&name)), name);
                assert!(Region::from_code(columns[1]).is_some(), "{line}");
                assert_eq!(known.insert(name, columns[1]), None, "{name}");
                assert_eq!(code(Region::from_name(name)), columns[1], "{name}");
                assert_eq!(find(table, name), Region::from_code(columns[1]));
            }
        }
        for (alpha_2, alpha_3, _) in COUNTRIES {
            assert!(
                known
                    .get(&*alpha_3.to_lowercase())
                    .is_none_or(|region| *region == alpha_2),
                "{alpha_3}"
            );
            assert!(
                known
                    .get(&*alpha_2.to_lowercase())
                    .is_none_or(|region| *region == alpha_2),
                "{alpha_2}"
            );
        }
    }

    #[test]
    fn countries_of_the_leak_are_found_in_every_form() {
        let mut countries = 0;
        for row in rows(include_str!("../../fixtures/mobile_blocks.tsv")) {
            let (alpha_2, english, calling_code) = (row[0], row[1], row[2]);
            countries += 1;
            let region = Region::from_code(alpha_2).unwrap();
            let spaced = format!(" {} ", english.to_uppercase());
            for form in [
                alpha_2,
                region.name(),
                english,
                &alpha_2.to_lowercase(),
                &spaced,
                &format!("{english} (+{calling_code})"),
            ] {
                assert_eq!(code(Region::from_name(form)), alpha_2, "{form}");
            }
            for file in [
                format!("{english}.txt"),
                format!("{alpha_2}.csv"),
                format!("Full {english} 02.csv.gz"),
            ] {
                assert_eq!(code(Region::from_file_name(&file)), alpha_2, "{file}");
            }
            let main = MAIN_REGIONS
                .iter()
                .find(|(code, _)| Some(*code) == region.calling_code());
            let expected = main.map_or(alpha_2, |(_, region)| region);
            for form in [
                calling_code,
                &format!("+{calling_code}"),
                &format!("00{calling_code}"),
            ] {
                assert_eq!(code(Region::from_name(form)), expected, "{form}");
            }
        }
        assert_eq!(countries, 88);
        let mut named = 0;
        for row in rows(include_str!("../../fixtures/country_names.tsv")) {
            named += 1;
            for form in &row {
                let close: String = form.to_lowercase().split_whitespace().collect();
                for written in [*form, &close] {
                    assert_eq!(code(Region::from_name(written)), row[0], "{written}");
                }
                if form.len() > 2 {
                    assert_eq!(
                        code(Region::from_file_name(&format!("{close}_1.txt"))),
                        row[0],
                        "{close}"
                    );
                }
            }
        }
        assert_eq!(named, 88);
    }

    #[test]
    fn names_of_columns_as_people_write_them() {
        #[rustfmt::skip]
        let cases = [
            ("UK", "GB"), ("U.K.", "GB"), ("uae", "AE"), ("USA", "US"), ("U.S.", "US"), ("u.s.a.", "US"), ("Saudi", "SA"),
            ("The Netherlands", "NL"), ("holland", "NL"), ("Ivory Coast", "CI"), ("Cote d'Ivoire", "CI"),
            ("Korea, Republic of", "KR"), ("North Korea", "KP"), ("Korea", "KR"), ("Czech Republic", "CZ"),
            ("Macau", "MO"), ("Türkiye", "TR"), ("Swaziland", "SZ"), ("Burma", "MM"), ("Zaire", "CD"),
            ("egitto", "EG"), ("arabiasaudita", "SA"), ("EGYPT ", "EG"), ("Ägypten", "EG"), ("Aegypten", "EG"),
            ("مصر", "EG"), ("السعودية", "SA"), ("سعوديه", "SA"), ("امريكا", "US"), ("Россия", "RU"), ("日本", "JP"),
            ("Ethopia", "ET"), ("bbotswana", "BW"), ("uruway", "UY"), ("marco", "MA"), ("Alegria", "DZ"),
            ("20", "EG"), ("+20", "EG"), ("0020", "EG"), ("20.0", "EG"), ("٢٠", "EG"), ("602", "EG"), ("1", "US"),
            ("+1", "US"), ("001", "US"), ("1-876", "JM"), ("+1 (876)", "JM"), ("+44 1481", "GG"), ("7", "RU"),
            ("212", "MA"), ("222", "MR"), ("208", "FR"), ("401", "KZ"), ("Egypt (+20)", "EG"), ("Jamaica +1-876", "JM"), ("+1 Canada", "CA"),
            ("Китай", "CN"), ("Çin", "CN"), ("中國", "CN"), ("Hiina", "CN"), ("중국", "CN"), ("Trung Quốc", "CN"), ("Κίνα", "CN"),
            ("Niemcy", "DE"), ("Almanya", "DE"), ("Германия", "DE"), ("जर्मनी", "DE"),
            // Of the two names that share a word, each is only itself.
            ("Niger", "NE"), ("Nigeria", "NG"), ("Austria", "AT"), ("Australia", "AU"), ("Guinea", "GN"),
            ("Guinea-Bissau", "GW"), ("Equatorial Guinea", "GQ"), ("Papua New Guinea", "PG"), ("Dominica", "DM"),
            ("Dominican Republic", "DO"), ("Congo", "CG"), ("DR Congo", "CD"), ("Congo (DRC)", "CD"), ("Sudan", "SD"),
            ("South Sudan", "SS"), ("Samoa", "WS"), ("American Samoa", "AS"), ("Ireland", "IE"),
            ("Northern Ireland", "GB"), ("Republic of Ireland", "IE"), ("British Virgin Islands", "VG"),
            ("US Virgin Islands", "VI"), ("Isle of Man", "IM"),
            // As programs export them.
            ("United Kingdom (UK)", "GB"), ("China (CN)", "CN"), ("United States (US)", "US"), ("de-DE", "DE"), ("en_GB", "GB"),
            ("zh-Hant-TW", "TW"), ("🇩🇪", "DE"), ("🇩🇪 Germany", "DE"), ("DE - Germany", "DE"), ("Deutschland / Germany", "DE"),
            ("Germany, DE", "DE"), ("United States of America", "US"), ("+49 (Germany)", "DE"),
        ];
        for (written, expected) in cases {
            assert_eq!(code(Region::from_name(written)), expected, "{written}");
        }
    }

    #[test]
    fn what_is_no_one_country_is_no_region() {
        #[rustfmt::skip]
        let cases = [
            "", " ", "-", "+", "0", "00", "000", "N/A", "n.a.", "null", "none", "nan", "unknown", "Africa", "america",
            "Europe", "Asia", "Austriaia", "Austral", "Niger ia n", "Nigerian", "Egyptt", "Virgin Islands", "Antarctica",
            "ZZ", "XX", "+999", "999", "+602", "00602", "0602", "020", "2.0", "1/2", "½", "+870", "901", "Egypt 21", "Egypt (+2)",
            "Germany / France", "Germany (FR)", "de-XX", "DE-de", "🇩", "🇽🇽", "Berlin, Germany", "99999999999999999999999", "م", "\u{0}", "#",
        ];
        for written in cases {
            assert_eq!(code(Region::from_name(written)), "none", "{written}");
        }
    }
}
