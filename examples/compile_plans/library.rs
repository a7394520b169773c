//! The reference: what the pinned library says of a text.

use leakline::phone::Region;
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

/// The types of numbers that the metadata has examples of.
const TYPES: [PhoneNumberType; 10] = [
    PhoneNumberType::FixedLine,
    PhoneNumberType::Mobile,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::UAN,
    PhoneNumberType::VoiceMail,
];

/// What is said of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A valid number's E.164 digits and region.
    Valid(u64, Region),
    NotValid,
    /// The library writes at most ten of a number's leading zeros, so it judged another number.
    ZerosLost,
}

impl Answer {
    pub(crate) fn is_valid(&self) -> bool {
        matches!(self, Answer::Valid(..))
    }
}

/// The number that a text would be, valid or not: its E.164 digits, its region, and whether a whole
/// number may have so many.
pub(crate) type Parsed = (u64, Region, bool);

/// What the library parses a text to; `None` for none.
pub(crate) fn parsed(text: &str, home: Option<Region>) -> Option<Parsed> {
    let library = &*PHONE_NUMBER_UTIL;
    let number = library.parse(text, home.and_then(known)).ok()?;
    let owner = (library.get_region_for_number(&number))
        .or_else(|| library.get_region_for_country_code(number.country_code))?;
    let is_possible =
        library.is_possible_number_with_reason(&number) == Ok(NumberLengthType::IsPossible);
    let national = rlibphonenumber::get_national_significant_number_owned(&number);
    let digits = format!("{}{national}", number.country_code).parse();
    let region = Region::from_code(owner.as_region_str().as_str())?;
    // More digits than 64 bits hold are none for both.
    Some((digits.ok()?, region, is_possible))
}

/// The library's answer on a text dialled from a home region.
pub(crate) fn answer(text: &str, home: Option<Region>) -> Answer {
    let home = home.and_then(known);
    let Ok(number) = PHONE_NUMBER_UTIL.parse(text, home) else {
        return Answer::NotValid;
    };
    if number.number_of_leading_zeros() > 10 {
        return Answer::ZerosLost;
    }
    if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
        return Answer::NotValid;
    }
    let region = PHONE_NUMBER_UTIL
        .get_region_for_number(&number)
        .and_then(|region| Region::from_code(region.as_region_str().as_str()))
        .expect("a valid number has a region");
    let national = rlibphonenumber::get_national_significant_number_owned(&number);
    let digits = format!("{}{national}", number.country_code);
    Answer::Valid(digits.parse().expect("19 digits at most"), region)
}

/// The metadata's example numbers of every region and type, as each region writes and dials them.
pub(crate) fn dialled_examples(mut tell: impl FnMut(&str, Region)) {
    let library = &*PHONE_NUMBER_UTIL;
    let homes: Vec<_> = Region::all()
        .filter_map(|region| Some((region, known(region)?)))
        .collect();
    let mut examples: Vec<_> = homes
        .iter()
        .flat_map(|&(_, home)| {
            TYPES.into_iter().filter_map(move |kind| {
                library
                    .get_example_number_for_type_and_region(home, kind)
                    .ok()
            })
        })
        .chain(
            library
                .get_supported_global_network_calling_codes()
                .filter_map(|code| library.get_example_number_for_non_geo_entity(code).ok()),
        )
        .collect();
    examples.sort_by_key(|number| (number.country_code, number.national_number));
    examples.dedup();
    for number in &examples {
        let forms = [
            PhoneNumberFormat::E164,
            PhoneNumberFormat::International,
            PhoneNumberFormat::National,
        ]
        .map(|form| library.format(number, form).into_owned());
        for &(region, home) in &homes {
            for form in &forms {
                tell(form, region);
            }
            tell(forms[0].trim_start_matches('+'), region);
            tell(
                &library.format_out_of_country_calling_number(number, home),
                region,
            );
        }
    }
}

fn known(region: Region) -> Option<rlibphonenumber::Region> {
    (region != Region::NON_GEOGRAPHIC)
        .then(|| rlibphonenumber::Region::from_code(region.code()).expect("a code of two letters"))
}
