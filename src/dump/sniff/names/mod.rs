//! Names of columns and keys: which of them mean a number or a country, and which may be printed.
//!
//! Names only help: [`super::columns`] decides by the cells. A name is matched by its folded words,
//! the same way for headers of tables and sheets, keys of JSON, columns of SQL and attributes of
//! directories.

mod fold;
mod tables;

use std::{collections::HashSet, sync::LazyLock};

use crate::printable::is_control;
pub(super) use fold::squash;
use fold::words;
use tables::{
    COMMON, COUNTRY, COUNTRY_WORDS, MAYBE_PHONE, NEVER_THE_NUMBER, NOT_THE_NUMBER, OTHER_DIGITS,
    PHONE, PHONE_BEGINNINGS, PHONE_STEMS, PHONE_WORDS,
};

/// Keys that hold the number within an object whose own key means a number.
const INNER: &[&str] = &[
    "value",
    "number",
    "e164",
    "full",
    "raw",
    "international",
    "text",
];

/// Keys that exports give to numbers, as they are written.
#[rustfmt::skip]
pub(super) const USUAL_KEYS: [&str; 30] = [
    "phone", "Phone", "PHONE", "phones", "phone1", "phone2", "phone_number", "phoneNumber", "phone_no", "phone_numbers",
    "mobile", "Mobile", "mobiles", "mobile_phone", "mobilePhone", "mobile_number", "mobileNumber", "mobile_no",
    "tel", "telephone", "telephoneNumber", "msisdn", "MSISDN", "cellphone", "cell_phone", "cellPhone",
    "home_phone", "homePhone", "work_phone", "whatsapp",
];

/// What a name says about the cells of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// Ids, dates, prices: digits that are no number.
    OtherDigits,
    /// Nothing: the table has no header.
    Nameless,
    /// Nothing.
    Unknown,
    /// Numbers, perhaps: `Number`, `Contact`.
    Maybe,
    /// Numbers, most likely: a word for a phone beside others.
    Likely,
    /// Numbers.
    Phone,
}

/// The tables, folded.
struct Folded {
    phone: HashSet<String>,
    phone_words: HashSet<String>,
    phone_stems: Vec<String>,
    phone_beginnings: Vec<String>,
    maybe: HashSet<String>,
    not_the_number: HashSet<String>,
    never_the_number: HashSet<String>,
    country: Vec<String>,
    country_words: HashSet<String>,
    other_digits: HashSet<String>,
    known: HashSet<String>,
}

static FOLDED: LazyLock<Folded> = LazyLock::new(|| {
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|name| squash(name))
            .collect::<HashSet<_>>()
    };
    let list = |names: &[&str]| names.iter().map(|name| squash(name)).collect::<Vec<_>>();
    let known = [
        COMMON,
        PHONE_WORDS,
        COUNTRY_WORDS,
        OTHER_DIGITS,
        NOT_THE_NUMBER,
        MAYBE_PHONE,
    ];
    Folded {
        phone: set(PHONE),
        phone_words: set(PHONE_WORDS),
        phone_stems: list(PHONE_STEMS),
        phone_beginnings: list(PHONE_BEGINNINGS),
        maybe: set(MAYBE_PHONE),
        not_the_number: set(NOT_THE_NUMBER),
        never_the_number: set(NEVER_THE_NUMBER),
        country: list(COUNTRY),
        country_words: set(COUNTRY_WORDS),
        other_digits: set(OTHER_DIGITS),
        known: set(&known.concat()),
    }
});

/// What a name of a column or key means.
pub(super) fn meaning(name: &str) -> Meaning {
    let folded = &*FOLDED;
    let mut words = words(name);
    let squashed = words.concat();
    words.retain(|word| !word.chars().all(char::is_numeric));
    let uncounted = words.concat();
    // Columns of one kind are counted: `Phone 1 - Value`, `Mobile Phone 2`.
    let is_counted =
        squashed.len() <= uncounted.len() + 2 && squashed.starts_with(char::is_alphabetic);
    if folded.phone.contains(&squashed) || (is_counted && folded.phone.contains(&uncounted)) {
        return Meaning::Phone;
    }
    if folded.maybe.contains(&squashed) {
        return Meaning::Maybe;
    }
    // A value such as `tel:+1-212-555-0100` is no name.
    if squashed.chars().filter(|c| c.is_numeric()).count() > MOST_DIGITS {
        return Meaning::Unknown;
    }
    let has = |set: &HashSet<String>| words.iter().any(|word| set.contains(word));
    let begins = |word: &String| {
        let mut beginnings = folded.phone_beginnings.iter();
        beginnings.any(|beginning| word.starts_with(beginning))
    };
    let is_phone = has(&folded.phone_words)
        || words.iter().any(begins)
        || folded
            .phone_stems
            .iter()
            .any(|stem| uncounted.contains(stem));
    let speaks_of_it = has(&folded.never_the_number)
        || words
            .last()
            .is_some_and(|last| folded.not_the_number.contains(last));
    match (is_phone, speaks_of_it) {
        (true, false) => Meaning::Likely,
        (false, _) if has(&folded.other_digits) => Meaning::OtherDigits,
        (true, true) | (false, _) => Meaning::Unknown,
    }
}

/// More digits than a name has: `phone_e164`.
const MOST_DIGITS: usize = 5;

/// What the last keys of a JSON path mean: `phone.value` is a number, and `phones.home` most
/// likely.
pub(super) fn path_meaning(path: &[String]) -> Meaning {
    let Some((last, above)) = path.split_last() else {
        return Meaning::Unknown;
    };
    let own = meaning(last);
    let Some(above) = above.last().map(|above| meaning(above)) else {
        return own;
    };
    if own < Meaning::Phone && above >= Meaning::Likely && INNER.contains(&squash(last).as_str()) {
        return above;
    }
    own
}

/// How well a name says that its column holds countries: the smaller, the better.
pub(super) fn country_rank(name: &str) -> Option<usize> {
    let folded = &*FOLDED;
    let words = words(name);
    let squashed = words.concat();
    let exact = folded.country.iter().position(|known| *known == squashed);
    exact.or_else(|| {
        let is_country = words.iter().any(|word| folded.country_words.contains(word));
        let is_birth = ["birth", "origin", "citizenship"]
            .iter()
            .any(|other| squashed.contains(other));
        (is_country && words.len() <= 4).then(|| folded.country.len() + usize::from(is_birth))
    })
}

/// Whether a name is one of ids: `country_id`, which shops count in their own order.
pub(super) fn is_of_ids(name: &str) -> bool {
    words(name).iter().any(|word| word == "id" || word == "ids")
}

/// Whether a name has a word in common with another, words for phones and countries aside.
pub(super) fn share_word(one: &str, other: &str) -> bool {
    let folded = &*FOLDED;
    let telling =
        |word: &String| !folded.phone_words.contains(word) && !folded.country_words.contains(word);
    let of_other = words(other);
    words(one)
        .iter()
        .filter(|word| telling(word))
        .any(|word| of_other.contains(word))
}

/// Whether a name is known to be one, so that it is no content: it means something, or all its words
/// are in the tables.
pub(super) fn is_known(name: &str) -> bool {
    let folded = &*FOLDED;
    let words = words(name);
    let is_word = |word: &String| folded.known.contains(word);
    let is_count = |word: &String| word.len() < 3 && word.chars().all(char::is_numeric);
    let are_known = |words: &[String]| {
        words.iter().any(is_word) && words.iter().all(|word| is_word(word) || is_count(word))
    };
    meaning(name) > Meaning::Unknown
        || country_rank(name).is_some()
        || folded.known.contains(&words.concat())
        || are_known(&words)
}

/// A name made safe to print: no control characters, no run of digits that could be somebody's
/// number, not long.
pub(super) fn safe_name(name: &str) -> String {
    const LONGEST: usize = 64;
    const DIGITS: usize = 4;
    let mut digits = 0;
    let mut safe = String::new();
    for c in name.trim().chars().take(LONGEST) {
        digits = if c.is_numeric() { digits + 1 } else { 0 };
        match c {
            _ if digits > DIGITS => safe.push('*'),
            _ if is_control(c) => safe.push('\u{fffd}'),
            _ => safe.push(c),
        }
    }
    safe
}

/// The name of a path of keys, safe to print. Shows well-known keys, and those that `is_key` knows
/// to be no content.
pub fn path_name(keys: &[impl AsRef<str>], is_key: impl Fn(&str) -> bool) -> String {
    if keys.is_empty() {
        return "value".to_owned();
    }
    let keys: Vec<&str> = (keys.iter())
        .map(|key| shown(key.as_ref(), &is_key))
        .collect();
    safe_name(&keys.join("."))
}

/// A key as people may see it: where objects are keyed by their subjects, keys are content.
fn shown<'k>(key: &'k str, is_key: &impl Fn(&str) -> bool) -> &'k str {
    const LONGEST: usize = 40;
    /// Of a number, which may be in parts.
    const DIGITS: usize = 7;
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '.' | '*');
    // The converter of SQL names columns so.
    let word = key.strip_prefix("field ").unwrap_or(key);
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    let is_safe = word.chars().all(is_word) && word.chars().count() <= LONGEST && digits < DIGITS;
    let is_name = word.len() < key.len() || key.starts_with(['_', '$', '*']);
    if is_safe && (is_name || is_known(key) || is_key(key)) {
        key
    } else {
        "*"
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    /// A name as people write it: in capitals, in parts, with marks apart, with space around it.
    fn writings(name: &str) -> Vec<String> {
        let title: String = (name.split(' '))
            .map(|word| {
                let mut letters = word.chars();
                let first = letters.next().map(|c| c.to_uppercase().to_string());
                first.unwrap_or_default() + letters.as_str()
            })
            .collect::<Vec<_>>()
            .join(" ");
        vec![
            name.to_owned(),
            title,
            name.to_uppercase(),
            name.to_lowercase(),
            name.nfd().collect(),
            name.replace(' ', "_"),
            name.replace(' ', ""),
            format!(" {name}: "),
        ]
    }

    #[test]
    fn every_name_of_a_number_is_known_in_every_writing() {
        for name in PHONE {
            for written in writings(name) {
                assert_eq!(meaning(&written), Meaning::Phone, "{written}");
            }
            if !name.contains(char::is_numeric) {
                assert_eq!(meaning(&format!("{name} 2")), Meaning::Phone, "{name} 2");
            }
        }
    }

    #[test]
    fn every_word_for_a_phone_counts_beside_others() {
        for word in PHONE_WORDS.iter().chain(PHONE_STEMS) {
            for written in writings(word) {
                for name in [
                    format!("{written} xyz"),
                    format!("Xyz ({written})"),
                    format!("xyz_{written} 2"),
                ] {
                    assert!(meaning(&name) >= Meaning::Likely, "{name}");
                }
            }
        }
    }

    #[test]
    fn every_other_name_is_known_in_every_writing() {
        for (rank, name) in COUNTRY.iter().enumerate() {
            for written in writings(name) {
                let found = country_rank(&written);
                assert!(
                    found.is_some_and(|found| found <= rank),
                    "{written}: {found:?}"
                );
            }
        }
        for word in COUNTRY_WORDS {
            for written in writings(word) {
                assert!(
                    country_rank(&format!("Xyz {written}")).is_some(),
                    "{written}"
                );
            }
        }
        for name in MAYBE_PHONE {
            for written in writings(name) {
                assert_eq!(meaning(&written), Meaning::Maybe, "{written}");
            }
        }
        for name in COMMON.iter().chain(OTHER_DIGITS) {
            for written in writings(name) {
                assert!(is_known(&written), "{written}");
            }
        }
        for name in OTHER_DIGITS {
            assert_eq!(
                meaning(&format!("xyz {name}")),
                Meaning::OtherDigits,
                "{name}"
            );
        }
    }

    #[test]
    fn names_of_programs_and_forms_mean_numbers() {
        #[rustfmt::skip]
        let names = [
            "Phone Number ", "Phone 12 - Value", "Business Phone 2", "TELÉFONO MÓVIL", "Home Phone 2", "Tél. domicile",
            "No. WA", "Work Direct Phone", "Corporate Phone", "Recovery Phone [E.164]", "Tél. mobile", "iPhone",
            "Téléphone (bureau)", "Telefon (privat)", "Raum-Telefon", "Geschäftstelefon 2", "Teléfono del trabajo",
            "cust_phone_1", "shippingPhone", "Мобильный телефон", "Рабочий телефон", "Số điện thoại", "फोन नंबर",
            "Telefon Numarası", "联系人手机", "自宅電話番号", "휴대폰 번호", "เบอร์โทรศัพท์มือถือ", "رقم هاتف العمل", "מספר הטלפון",
        ];
        for name in names {
            assert!(
                meaning(name) >= Meaning::Likely,
                "{name}: {:?}",
                meaning(name)
            );
        }
    }

    #[test]
    fn names_that_speak_of_numbers_are_none() {
        #[rustfmt::skip]
        let names = [
            "Phone 1 - Type", "phone_country_code", "phone_verified", "Mobile Carrier", "phone_type", "mobile_os", "Phone Ext.",
            "phone_verified_at", "Business Fax", "name", "", "tel:+1-212-555-0100", "12125550100", "email", "Telefax",
        ];
        for name in names {
            assert_eq!(meaning(name), Meaning::Unknown, "{name}");
        }
        for name in ["id", "imei", "Order No", "created_at", "Zip", "customer_id"] {
            assert_eq!(meaning(name), Meaning::OtherDigits, "{name}");
        }
    }

    #[test]
    fn usual_keys_are_names_of_numbers() {
        for key in USUAL_KEYS {
            assert_eq!(meaning(key), Meaning::Phone, "{key}");
        }
    }

    #[test]
    fn names_of_countries_are_ranked() {
        assert!(country_rank("Country") < country_rank("country_code"));
        assert!(country_rank("Country") < country_rank("Billing Country"));
        assert!(country_rank("Billing Country") < country_rank("Country of Birth"));
        for name in [
            "Country/Region",
            "PAÍS",
            "dial_code",
            "Shipping Country",
            "Business Country/Region",
            "ISO",
        ] {
            assert!(country_rank(name).is_some(), "{name}");
        }
        for name in ["county", "mainland", "landline", "isolation"] {
            assert_eq!(country_rank(name), None, "{name}");
        }
    }

    #[test]
    fn inner_keys_mean_a_number_under_a_key_that_does() {
        let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert_eq!(path_meaning(&path(&["phone", "value"])), Meaning::Phone);
        assert_eq!(path_meaning(&path(&["user", "value"])), Meaning::Unknown);
        assert_eq!(path_meaning(&path(&["user", "number"])), Meaning::Maybe);
        assert_eq!(path_meaning(&path(&["_source", "phone"])), Meaning::Phone);
    }

    #[test]
    fn printed_names_hold_no_controls_and_no_numbers() {
        assert_eq!(safe_name("\u{1b}]0;x\u{7}"), "\u{fffd}]0;x\u{fffd}");
        assert_eq!(safe_name(" Phone 1 - Value "), "Phone 1 - Value");
        assert_eq!(safe_name("12125550100"), "1212*******");
        assert_eq!(safe_name(&"x".repeat(1000)).len(), 64);
    }

    #[test]
    fn keys_are_shown_only_if_they_are_names() {
        assert_eq!(
            path_name(&["users", "*", "phone"], |_| false),
            "users.*.phone"
        );
        assert_eq!(path_name(&["Ann", "phone"], |_| false), "*.phone");
        assert_eq!(path_name(&["field 3"], |_| false), "field 3");
        assert_eq!(path_name(&["xq"], |_| true), "xq");
        assert_eq!(path_name(&["Ann Lee"], |_| true), "*");
    }
}
