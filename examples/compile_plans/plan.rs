//! What the metadata says of each region's numbers, read from the pinned library and compiled.
//!
//! [`Plan`] is one region's; [`Plans`] holds all, and for each calling code the automaton that
//! tells the region in which a national number is valid.

use std::collections::{BTreeMap, HashMap};

use leakline::phone::Region;
use rlibphonenumber::interfaces::AsOriginal as _;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberDesc};

use crate::graph::{DEAD, Graph, NodeId};
use crate::pattern::{Branch, Pattern};
use crate::rewrite::Rewrite;
use crate::sets;

/// The longest string that any automaton here has to tell apart.
const LONGEST: u32 = 32;

/// One region's numbering plan.
pub(crate) struct Plan {
    pub(crate) region: Region,
    pub(crate) calling_code: u16,
    /// The ways of dialling abroad, the preferred first.
    pub(crate) idd: Vec<Branch>,
    /// The prefixes that come off a national number, the preferred first.
    pub(crate) prefixes: Vec<Rewrite>,
    /// The strings that match the general description, whatever their length.
    pub(crate) general: NodeId,
    lengths: Lengths,
    leading: Option<NodeId>,
    /// The strings that are of some type of number.
    typed: NodeId,
    /// The strings that are mobile numbers, or may be.
    pub(crate) mobile: NodeId,
}

/// All plans, by region and by calling code.
pub(crate) struct Plans {
    all: Vec<Plan>,
    by_region: HashMap<Region, usize>,
    by_code: BTreeMap<u16, Shared>,
}

/// What the regions of one calling code share.
struct Shared {
    main: usize,
    valid: NodeId,
}

/// How a length stands to the lengths of a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fit {
    Possible,
    LocalOnly,
    TooShort,
    TooLong,
    Invalid,
}

struct Lengths {
    possible: u64,
    local: u64,
}

impl Plan {
    /// How long a number is by the plan's general description.
    pub(crate) fn fit(&self, length: u8) -> Fit {
        let Lengths { possible, local } = self.lengths;
        if possible == 0 {
            Fit::Invalid
        } else if local >> length & 1 == 1 {
            Fit::LocalOnly
        } else if u32::from(length) < possible.trailing_zeros() {
            Fit::TooShort
        } else if u32::from(length) > possible.ilog2() {
            Fit::TooLong
        } else if possible >> length & 1 == 1 {
            Fit::Possible
        } else {
            Fit::Invalid
        }
    }
}

impl Plans {
    /// Reads all plans from the library that this package is pinned to.
    pub(crate) fn read(graph: &mut Graph) -> Plans {
        let library = PHONE_NUMBER_UTIL.as_original();
        let mut plans = Vec::new();
        let mut by_region = HashMap::new();
        let mut by_code = BTreeMap::new();
        for code in library.get_supported_calling_codes() {
            let first = plans.len();
            for region in library
                .get_regions_for_country_calling_code(code)
                .expect("a supported calling code has regions")
            {
                let plan = Plan::read(code, region, graph);
                by_region.insert(plan.region, plans.len());
                plans.push(plan);
            }
            let code = u16::try_from(code).expect("three digits at most");
            by_code.insert(
                code,
                Shared {
                    main: first,
                    valid: valid(&plans[first..], graph),
                },
            );
        }
        by_region.remove(&Region::NON_GEOGRAPHIC);
        Plans {
            all: plans,
            by_region,
            by_code,
        }
    }

    pub(crate) fn all(&self) -> &[Plan] {
        &self.all
    }

    pub(crate) fn of_region(&self, region: Region) -> Option<&Plan> {
        self.by_region.get(&region).map(|&at| &self.all[at])
    }

    /// The plan of the main region of a calling code: national numbers after a plus are read by it.
    pub(crate) fn main_of(&self, calling_code: u16) -> Option<&Plan> {
        self.by_code
            .get(&calling_code)
            .map(|shared| &self.all[shared.main])
    }

    /// The automaton over national numbers that answers the region, one more than its index.
    pub(crate) fn valid(&self, calling_code: u16) -> NodeId {
        self.by_code[&calling_code].valid
    }
}

impl Plan {
    fn read(code: i32, region: rlibphonenumber::Region, graph: &mut Graph) -> Plan {
        let meta = PHONE_NUMBER_UTIL
            .as_original()
            .get_metadata_for_region_or_calling_code(code, region)
            .expect("a listed region has metadata");
        let source = |base: &Option<String>| base.as_deref().map(Pattern::new);
        let typed: Vec<_> = [
            &meta.premium_rate,
            &meta.toll_free,
            &meta.shared_cost,
            &meta.voip,
            &meta.personal_number,
            &meta.pager,
            &meta.uan,
            &meta.voicemail,
            &meta.fixed_line,
        ]
        .into_iter()
        .chain((!meta.original.same_mobile_and_fixed_line_pattern()).then_some(&meta.mobile))
        .map(|desc| {
            let pattern = source(&desc.national_number_pattern().pattern_base);
            described(pattern, &desc.original, graph)
        })
        .collect();
        let typed = typed
            .into_iter()
            .fold(DEAD, |all, one| graph.union(all, one));

        let general = source(&meta.general_desc.national_number_pattern().pattern_base);
        let of_length = described(
            source(&meta.general_desc.national_number_pattern().pattern_base),
            &meta.general_desc.original,
            graph,
        );
        let general = general.map_or(DEAD, |pattern| pattern.language(graph));
        let mobile = described(
            source(&meta.mobile.national_number_pattern().pattern_base),
            &meta.mobile.original,
            graph,
        );
        let transform = meta.original.national_prefix_transform_rule();
        Plan {
            region: if region == rlibphonenumber::Region::World {
                Region::NON_GEOGRAPHIC
            } else {
                Region::from_code(region.as_region_str().as_str())
                    .expect("every region of the metadata is known")
            },
            calling_code: u16::try_from(code).expect("three digits at most"),
            idd: source(&meta.international_prefix().pattern_base)
                .map_or_else(Vec::new, |pattern| pattern.branches()),
            prefixes: source(&meta.national_prefix_for_parsing().pattern_base)
                .map_or_else(Vec::new, |pattern| pattern.branches())
                .iter()
                .map(|branch| Rewrite::new(branch, transform))
                .collect(),
            general,
            lengths: Lengths {
                possible: bits(&meta.general_desc.original.possible_length),
                local: bits(&meta.general_desc.original.possible_length_local_only),
            },
            leading: source(&meta.leading_digits().pattern_base)
                .map(|pattern| pattern.language(graph)),
            typed: sets::both(of_length, typed, graph, &mut HashMap::new()),
            mobile: sets::both(of_length, mobile, graph, &mut HashMap::new()),
        }
    }
}

/// The strings of a description: its pattern, and its lengths where it has any of its own.
fn described(pattern: Option<Pattern>, desc: &PhoneNumberDesc, graph: &mut Graph) -> NodeId {
    let Some(pattern) = pattern else { return DEAD };
    let language = pattern.language(graph);
    if desc.possible_length.is_empty() {
        return language;
    }
    let lengths = bits(&desc.possible_length);
    sets::of_lengths(language, lengths, graph, &mut HashMap::new())
}

/// Lengths as bits; the metadata's -1 stands for no length at all.
fn bits(lengths: &[i32]) -> u64 {
    lengths
        .iter()
        .filter_map(|&length| u32::try_from(length).ok())
        .inspect(|&length| assert!(length < LONGEST))
        .fold(0, |bits, length| bits | 1 << length)
}

/// A national number belongs to the first region whose leading digits it has or in which it is of
/// some type, and is valid if it is of some type there.
fn valid(plans: &[Plan], graph: &mut Graph) -> NodeId {
    let alone = plans.len() == 1;
    plans.iter().rev().fold(DEAD, |others, plan| {
        let mark = u32::try_from(plan.region.index()).expect("fewer than 256 regions") + 1;
        let own = sets::marked(plan.typed, mark, graph, &mut HashMap::new());
        let leading = if alone { None } else { plan.leading };
        sets::first_of(
            leading.unwrap_or(DEAD),
            own,
            others,
            graph,
            &mut HashMap::new(),
        )
    })
}
