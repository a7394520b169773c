//! What the plans are compiled from, whoever tells it: the pinned library or Google's XML.

use std::collections::BTreeMap;

use leakline::phone::Region;

/// The metadata of all regions at one version.
pub(crate) struct Metadata {
    /// Such as `9.0.42`.
    pub(crate) version: String,
    /// Day of its release, as `YYYY-MM-DD`.
    pub(crate) date: String,
    /// By calling code, its main region first.
    pub(crate) regions: BTreeMap<u16, Vec<RegionMetadata>>,
}

/// What the metadata says of the numbers of one region, or of one code that belongs to no country.
pub(crate) struct RegionMetadata {
    pub(crate) region: Region,
    /// Pattern of the ways of dialling abroad.
    pub(crate) international_prefix: Option<String>,
    /// Pattern of what comes off a national number.
    pub(crate) national_prefix: Option<String>,
    /// What stands for the prefix, with groups of its pattern as `$1`; empty for nothing.
    pub(crate) transform: String,
    /// Pattern of the first digits that no other region of the calling code has.
    pub(crate) leading_digits: Option<String>,
    pub(crate) general: Description,
    pub(crate) fixed_line: Description,
    pub(crate) mobile: Description,
    pub(crate) other_types: Vec<Description>,
}

/// A set of national numbers.
#[derive(Clone, Default)]
pub(crate) struct Description {
    /// None for the empty set.
    pub(crate) pattern: Option<String>,
    /// Bit n: numbers of n digits. 0 in a description of one type: those of the general
    /// description.
    pub(crate) lengths: u64,
    /// Bit n: numbers of n digits are enough within one area.
    pub(crate) local_lengths: u64,
}

/// The longest national number of any metadata, and more.
const LONGEST: u32 = 32;

/// Lengths as bits.
pub(crate) fn bits(lengths: impl IntoIterator<Item = u32>) -> u64 {
    (lengths.into_iter())
        .inspect(|&length| assert!(length < LONGEST, "a length of {length} digits"))
        .fold(0, |bits, length| bits | 1 << length)
}
