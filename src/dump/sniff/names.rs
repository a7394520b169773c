//! Names of columns and keys: which of them mean a number or a country, and how they are printed.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::printable::is_control;

/// Names that mean a phone number and nothing else, squashed. From the headers of public exports and of forms
/// in the languages that dumps come in.
#[rustfmt::skip]
const PHONE: &[&str] = &[
    // English.
    "phone", "phones", "phonenumber", "phonenumbers", "phoneno", "phonenum", "phonenr", "phonevalue",
    "mobile", "mobiles", "mobilephone", "mobilephonenumber", "mobilenumber", "mobileno", "mobilenum", "mob",
    "msisdn", "tel", "tels", "telephone", "telephones", "telephonenumber", "telephoneno", "telno", "telnumber", "telnum",
    "cellphone", "cellphonenumber", "cellnumber", "cellno", "whatsapp", "whatsappnumber", "whatsappno", "whatsappphone",
    "contactnumber", "contactno", "contactphone", "userphone", "customerphone", "phonemobile", "telmobile",
    "phonee164", "e164", "primaryphone", "secondaryphone", "homephone", "businessphone", "workphone", "companymainphone",
    "officephone", "otherphone", "carphone", "radiophone", "assistantsphone", "callback", "dayphone", "eveningphone",
    // German, Dutch, Scandinavian.
    "telefon", "telefonnummer", "telefonnr", "handy", "handynummer", "handynr", "mobil", "mobilnummer", "mobiltelefon",
    "mobilnr", "rufnummer", "telefoon", "telefoonnummer", "mobielnummer", "gsm", "gsmnummer", "tlf", "tlfnr", "puhelin", "puhelinnumero",
    // French, Italian, Spanish, Portuguese, Romanian.
    "telephoneportable", "numerodetelephone", "numerotelephone", "numtel", "portable", "telephonemobile",
    "telefono", "telefoni", "numeroditelefono", "numerotelefono", "numerodetelefono", "cellulare", "numerocellulare",
    "telefonocellulare", "celular", "numerocelular", "numerodecelular", "movil", "numeromovil", "telefonomovil",
    "telefonocelular", "telefone", "telefonecelular", "telemovel", "numerodetelefone", "fone", "numardetelefon",
    // Polish, Czech, Turkish, Greek, Hungarian.
    "numertelefonu", "komorka", "cislotelefonu", "telefonnicislo", "cep", "ceptelefonu", "ceptel", "telefonnumarasi",
    "τηλεφωνο", "κινητο", "telefonszam",
    // Russian and Ukrainian.
    "телефон", "номертелефона", "мобильный", "мобильныйтелефон", "сотовый", "номертелефону",
    // Arabic, Hebrew, Persian, Urdu.
    "هاتف", "الهاتف", "رقمالهاتف", "رقمهاتف", "جوال", "الجوال", "رقمالجوال", "موبايل", "الموبايل", "رقمالموبايل", "محمول",
    "تليفون", "تلفون", "رقمالتليفون", "واتساب", "טלפון", "נייד", "موبایل", "تلفن", "شمارهتلفن", "فون",
    // Indonesian, Malay, Vietnamese, Thai, Hindi.
    "telepon", "telpon", "nomortelepon", "notelp", "telp", "nohp", "nomorhp", "nohandphone", "handphone", "notel", "telefonbimbit",
    "sodienthoai", "dienthoai", "sdt", "โทรศัพท์", "เบอร์โทร", "फोन", "मोबाइल",
    // Chinese, Japanese, Korean.
    "电话", "手机", "手机号", "手机号码", "电话号码", "電話", "電話番号", "手機", "手機號碼", "携帯", "携帯電話", "전화번호", "휴대폰", "핸드폰",
    // Directories.
    "telephonenumbervalue", "homenumber", "worknumber",
];

/// Names that may mean a number, squashed: taken if no name of [`PHONE`] is there.
#[rustfmt::skip]
const MAYBE_PHONE: &[&str] = &[
    "number", "numbers", "num", "nr", "no", "numero", "numeri", "nummer", "numer", "numar", "cell", "cells", "contact", "wa",
    "hp", "رقم", "الرقم", "номер", "מספר", "number1", "recipient", "subscriber", "caller", "address",
];

/// Names that mean a country, squashed, those that say it best first.
#[rustfmt::skip]
const COUNTRY: &[&str] = &[
    "country", "countryname", "countryiso", "countryiso2", "countryiso3", "countryalpha2", "isocountry", "isocountrycode",
    "iso", "iso2", "iso3", "isocode", "alpha2", "alpha3", "pays", "paese", "nazione", "pais", "land", "staat", "kraj", "zeme",
    "tara", "ulke", "χωρα", "страна", "країна", "دولة", "الدولة", "بلد", "البلد", "کشور", "ארץ", "מדינה", "negara", "quocgia",
    "国家", "國家", "国", "국가", "देश", "phonecountry", "mobilecountry", "countrycode", "cc", "codepays", "codicepaese", "codigopais",
    "landcode", "laendercode", "phonecountrycode",
];

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

/// Keys that exports give to numbers, as they are written: all of [`PHONE`].
#[rustfmt::skip]
pub(super) const USUAL_KEYS: [&str; 30] = [
    "phone", "Phone", "PHONE", "phones", "phone1", "phone2", "phone_number", "phoneNumber", "phone_no", "phone_numbers",
    "mobile", "Mobile", "mobiles", "mobile_phone", "mobilePhone", "mobile_number", "mobileNumber", "mobile_no",
    "tel", "telephone", "telephoneNumber", "msisdn", "MSISDN", "cellphone", "cell_phone", "cellPhone",
    "home_phone", "homePhone", "work_phone", "whatsapp",
];

/// How sure a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PhoneName {
    Maybe,
    Sure,
}

/// A name without case, accents, spaces and punctuation: `Téléphone mobile_` → `telephonemobile`.
pub(super) fn squash(name: &str) -> String {
    name.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .nfkc()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether a column or key of this name holds numbers. Counted columns do too: `Phone 1 - Value`, `Mobile Phone 2`.
pub(super) fn phone_name(name: &str) -> Option<PhoneName> {
    let name = squash(name);
    let uncounted: String = name.chars().filter(|c| !c.is_ascii_digit()).collect();
    let counted =
        (1..=2).contains(&(name.len() - uncounted.len())) && name.starts_with(char::is_alphabetic);
    if PHONE.contains(&name.as_str()) || (counted && PHONE.contains(&uncounted.as_str())) {
        Some(PhoneName::Sure)
    } else if MAYBE_PHONE.contains(&name.as_str()) {
        Some(PhoneName::Maybe)
    } else {
        None
    }
}

/// The same for the last two keys of a JSON path: `phone.value`.
pub(super) fn phone_path(path: &[String]) -> Option<PhoneName> {
    let (last, above) = path.split_last()?;
    let named = phone_name(last);
    match above.last() {
        Some(above) if named != Some(PhoneName::Sure) && INNER.contains(&squash(last).as_str()) => {
            phone_name(above)
                .filter(|name| *name == PhoneName::Sure)
                .or(named)
        }
        _ => named,
    }
}

/// Whether a column or key of this name holds countries: the smaller, the better it says so.
pub(super) fn country_rank(name: &str) -> Option<usize> {
    let name = squash(name);
    COUNTRY.iter().position(|known| *known == name)
}

/// A name made safe to print: no control characters, no run of digits that could be somebody's number, not long.
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

/// The name of a path of keys, safe to print.
pub(in crate::dump) fn path_name(keys: &[impl AsRef<str>]) -> String {
    if keys.is_empty() {
        return "value".to_owned();
    }
    let keys: Vec<&str> = keys.iter().map(|key| shown(key.as_ref())).collect();
    safe_name(&keys.join("."))
}

/// A key as it may be told to people: where objects go by what they are about, their keys are content.
fn shown(key: &str) -> &str {
    const LONGEST: usize = 40;
    /// Of a number, which may stand in parts.
    const DIGITS: usize = 7;
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '.');
    // The rewriter of SQL names columns so.
    let word = key.strip_prefix("field ").unwrap_or(key);
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    if word.chars().all(is_word) && word.chars().count() <= LONGEST && digits < DIGITS {
        key
    } else {
        "*"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_numbers_are_known_in_many_forms() {
        for name in [
            "phone",
            "Phone Number ",
            "MSISDN",
            "telefono",
            "Téléphone",
            "Phone 1 - Value",
            "Phone 12 - Value",
            "Mobile Phone",
            "Business Phone 2",
            "Other Phone",
            "phone_number",
            "phoneNumber",
            "هاتف",
            "جوال",
            "ＰＨＯＮＥ",
            "cellulare",
            "Handy",
            "WhatsApp",
            "TELÉFONO MÓVIL",
            "telefonnummer",
            "номер телефона",
            "手机号",
        ] {
            assert_eq!(phone_name(name), Some(PhoneName::Sure), "{name}");
        }
        for name in ["رقم", "Numéro", "number", "No."] {
            assert_eq!(phone_name(name), Some(PhoneName::Maybe), "{name}");
        }
        for name in [
            "Phone 1 - Type",
            "Business Fax",
            "name",
            "phone_country_code",
            "imei",
            "id",
            "",
            "tel:+1-212-555-0100",
            "12125550100",
            "email",
        ] {
            assert_eq!(phone_name(name), None, "{name}");
        }
    }

    #[test]
    fn usual_keys_are_names_of_numbers() {
        for key in USUAL_KEYS {
            assert_eq!(phone_name(key), Some(PhoneName::Sure), "{key}");
        }
    }

    #[test]
    fn names_of_countries_are_ranked() {
        assert!(country_rank("Country") < country_rank("country_code"));
        for name in [
            "pays", "Paese", "PAÍS", "Land", "nazione", "ISO", "cc", "دولة",
        ] {
            assert!(country_rank(name).is_some(), "{name}");
        }
        assert_eq!(country_rank("county"), None);
    }

    #[test]
    fn inner_keys_mean_a_number_under_a_key_that_does() {
        let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            phone_path(&path(&["phone", "value"])),
            Some(PhoneName::Sure)
        );
        assert_eq!(phone_path(&path(&["user", "value"])), None);
        assert_eq!(
            phone_path(&path(&["user", "number"])),
            Some(PhoneName::Maybe)
        );
        assert_eq!(
            phone_path(&path(&["_source", "phone"])),
            Some(PhoneName::Sure)
        );
    }

    #[test]
    fn printed_names_hold_no_controls_and_no_numbers() {
        assert_eq!(safe_name("\u{1b}]0;x\u{7}"), "\u{fffd}]0;x\u{fffd}");
        assert_eq!(safe_name(" Phone 1 - Value "), "Phone 1 - Value");
        assert_eq!(safe_name("12125550100"), "1212*******");
        assert_eq!(safe_name(&"x".repeat(1000)).len(), 64);
    }
}
