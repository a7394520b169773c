//! What the metadata says of each region's numbers, compiled.
//!
//! [`Plan`] is one region's; [`Plans`] holds all, and for each calling code the automaton that
//! tells the region in which a national number is valid.

use std::collections::{BTreeMap, HashMap};

use leakline::phone::Region;

use crate::graph::{DEAD, Graph, NodeId};
use crate::metadata::{Description, Metadata, RegionMetadata};
use crate::pattern::{Branch, Pattern};
use crate::rewrite::Rewrite;
use crate::sets;

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
    pub(crate) lengths: Lengths,
    /// The beginnings of numbers that no other region of the calling code has.
    pub(crate) leading_ways: Vec<Branch>,
    leading: Option<NodeId>,
    /// The strings that are of some type of number.
    pub(crate) typed: NodeId,
    /// The strings that are fixed lines, or may be.
    pub(crate) fixed: NodeId,
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

/// Lengths of national numbers, bit n for n digits: of whole ones, and of those enough within one
/// area.
pub(crate) struct Lengths {
    pub(crate) possible: u64,
    pub(crate) local: u64,
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
    /// Compiles the plans of all regions.
    pub(crate) fn of(metadata: &Metadata, graph: &mut Graph) -> Plans {
        let mut plans = Vec::new();
        let mut by_region = HashMap::new();
        let mut by_code = BTreeMap::new();
        for (&code, regions) in &metadata.regions {
            let first = plans.len();
            for region in regions {
                by_region.insert(region.region, plans.len());
                plans.push(Plan::of(code, region, graph));
            }
            let valid = valid(&plans[first..], graph);
            by_code.insert(code, Shared { main: first, valid });
        }
        by_region.remove(&Region::NON_GEOGRAPHIC);
        Plans {
            all: plans,
            by_region,
            by_code,
        }
    }

    /// All plans by calling code, the main region's first.
    pub(crate) fn by_code(&self) -> impl Iterator<Item = &Plan> {
        // They were read in this order.
        self.all.iter()
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
    fn of(calling_code: u16, meta: &RegionMetadata, graph: &mut Graph) -> Plan {
        let source = |pattern: &Option<String>| pattern.as_deref().map(Pattern::new);
        let mobile = described(&meta.mobile, graph);
        let fixed = described(&meta.fixed_line, graph);
        let others: Vec<_> = (meta.other_types.iter())
            .map(|description| described(description, graph))
            .collect();
        let typed = (others.into_iter().chain([fixed, mobile]))
            .fold(DEAD, |all, one| graph.union(all, one));
        let of_length = described(&meta.general, graph);
        let general = source(&meta.general.pattern);
        let within =
            |set, graph: &mut Graph| sets::both(of_length, set, graph, &mut HashMap::new());
        let branches = |pattern: &Option<String>| {
            source(pattern).map_or_else(Vec::new, |pattern| pattern.branches())
        };
        Plan {
            region: meta.region,
            calling_code,
            idd: branches(&meta.international_prefix),
            prefixes: (branches(&meta.national_prefix).iter())
                .map(|branch| Rewrite::new(branch, &meta.transform))
                .collect(),
            general: general.map_or(DEAD, |pattern| pattern.language(graph)),
            lengths: Lengths {
                possible: meta.general.lengths,
                local: meta.general.local_lengths,
            },
            leading_ways: branches(&meta.leading_digits),
            leading: source(&meta.leading_digits).map(|pattern| pattern.language(graph)),
            typed: within(typed, graph),
            fixed: within(fixed, graph),
            mobile: within(mobile, graph),
        }
    }
}

/// The strings of a description: its pattern, and its lengths where it has any of its own.
fn described(description: &Description, graph: &mut Graph) -> NodeId {
    let Some(pattern) = description.pattern.as_deref().map(Pattern::new) else {
        return DEAD;
    };
    let language = pattern.language(graph);
    if description.lengths == 0 {
        return language;
    }
    sets::of_lengths(language, description.lengths, graph, &mut HashMap::new())
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
