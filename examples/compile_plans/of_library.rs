//! The metadata of the pinned library.

use leakline::phone::Region;
use rlibphonenumber::interfaces::AsOriginal as _;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberDesc};

use crate::metadata::{Description, Metadata, RegionMetadata, bits};

impl Metadata {
    /// What the library holds, which does not tell its version and date.
    pub(crate) fn of_library(version: &str, date: &str) -> Metadata {
        let library = PHONE_NUMBER_UTIL.as_original();
        let regions = library.get_supported_calling_codes().map(|code| {
            let regions = library
                .get_regions_for_country_calling_code(code)
                .expect("a supported calling code has regions");
            let code_of_plan = u16::try_from(code).expect("three digits at most");
            let regions = regions.map(|region| RegionMetadata::of_library(code, region));
            (code_of_plan, regions.collect())
        });
        Metadata {
            version: version.to_owned(),
            date: date.to_owned(),
            regions: regions.collect(),
        }
    }
}

impl RegionMetadata {
    fn of_library(code: i32, region: rlibphonenumber::Region) -> RegionMetadata {
        let meta = PHONE_NUMBER_UTIL
            .as_original()
            .get_metadata_for_region_or_calling_code(code, region)
            .expect("a listed region has metadata");
        let description = |pattern: &Option<String>, desc: &PhoneNumberDesc| Description {
            pattern: pattern.clone(),
            lengths: of_desc(&desc.possible_length),
            local_lengths: of_desc(&desc.possible_length_local_only),
        };
        macro_rules! described {
            ($name:ident) => {
                description(
                    &meta.$name.national_number_pattern().pattern_base,
                    &meta.$name.original,
                )
            };
        }
        RegionMetadata {
            region: if region == rlibphonenumber::Region::World {
                Region::NON_GEOGRAPHIC
            } else {
                Region::from_code(region.as_region_str().as_str())
                    .expect("every region of the metadata is in src/phone/region.rs")
            },
            international_prefix: meta.international_prefix().pattern_base.clone(),
            national_prefix: meta.national_prefix_for_parsing().pattern_base.clone(),
            transform: meta.original.national_prefix_transform_rule().to_owned(),
            leading_digits: meta.leading_digits().pattern_base.clone(),
            general: described!(general_desc),
            fixed_line: described!(fixed_line),
            mobile: described!(mobile),
            other_types: vec![
                described!(premium_rate),
                described!(toll_free),
                described!(shared_cost),
                described!(voip),
                described!(personal_number),
                described!(pager),
                described!(uan),
                described!(voicemail),
            ],
        }
    }
}

/// Lengths as bits; the metadata's -1 stands for no length at all.
fn of_desc(lengths: &[i32]) -> u64 {
    bits(
        lengths
            .iter()
            .filter_map(|&length| u32::try_from(length).ok()),
    )
}
