//! What the table holds of each plan besides the automaton: what reads digits that are no valid
//! number. `src/phone/plans/rules.rs` has the layout.

use std::collections::{HashMap, VecDeque};

use crate::graph::{DEAD, Graph, NodeId};
use crate::pattern::Branch;
use crate::plan::{Plan, Plans};
use crate::rewrite::{Rewrite, Source};

/// The sections in their order, and how many entries each has.
pub(crate) struct Rules {
    pub(crate) plans: u32,
    pub(crate) states: u32,
    pub(crate) matching: u32,
    pub(crate) way_bytes: u32,
    pub(crate) bytes: Vec<u8>,
}

/// The state from which nothing matches.
const NO_STATE: u16 = u16::MAX;

impl Rules {
    pub(crate) fn of(plans: &Plans, graph: &Graph) -> Rules {
        let by_code: Vec<&Plan> = plans.by_code().collect();
        let states = states(by_code.iter().map(|plan| plan.general), graph);
        let matching = states
            .iter()
            .filter(|&&state| graph.answer(state) == 1)
            .count();
        let index: HashMap<NodeId, u16> = (states.iter().copied().zip(0..))
            .chain([(DEAD, NO_STATE)])
            .collect();
        let mut ways = Ways::default();
        let mut bytes = Vec::new();
        for plan in &by_code {
            bytes.extend(plan.calling_code.to_le_bytes());
            bytes.push(u8::try_from(plan.region.index()).expect("fewer than 256 regions"));
            bytes.push(0);
            for lengths in [plan.lengths.possible, plan.lengths.local] {
                let lengths = u32::try_from(lengths).expect("fewer than 32 digits");
                bytes.extend(lengths.to_le_bytes());
            }
            bytes.extend(index[&plan.general].to_le_bytes());
            bytes.extend([0, 0]);
            let prefixes = plan.prefixes.iter().map(Way::of_prefix).collect();
            let lists = [
                plan.idd.iter().map(Way::of_branch).collect(),
                prefixes,
                plan.leading_ways.iter().map(Way::of_branch).collect(),
            ];
            for list in lists {
                bytes.extend(ways.add(list).to_le_bytes());
            }
        }
        for &state in &states {
            for next in graph.get(state).next {
                bytes.extend(index[&next].to_le_bytes());
            }
        }
        bytes.extend(&ways.bytes);
        let count = |count: usize| u32::try_from(count).expect("a small count");
        Rules {
            plans: count(by_code.len()),
            states: count(states.len()),
            matching: count(matching),
            way_bytes: count(ways.bytes.len()),
            bytes,
        }
    }
}

/// The states that these roots reach, those that end a match first.
fn states(roots: impl Iterator<Item = NodeId>, graph: &Graph) -> Vec<NodeId> {
    let mut states = Vec::new();
    let mut seen = vec![false; graph.len()];
    seen[DEAD as usize] = true;
    let mut queue: VecDeque<_> = roots.collect();
    while let Some(node) = queue.pop_front() {
        if !std::mem::replace(&mut seen[node as usize], true) {
            states.push(node);
            queue.extend(graph.get(node).next);
        }
    }
    states.sort_by_key(|&state| graph.answer(state) == 0);
    assert!(states.len() < usize::from(NO_STATE), "states fit two bytes");
    states
}

/// One way to match a prefix, as bytes: how many places, how many digits are made of them, whether
/// the number must end there; the places, and what is made.
struct Way(Vec<u8>);

impl Way {
    fn of_branch(branch: &Branch) -> Way {
        Way::new(&branch.places, branch.at_end, &[])
    }

    fn of_prefix(rewrite: &Rewrite) -> Way {
        Way::new(&rewrite.places, rewrite.at_end, &rewrite.made)
    }

    fn new(places: &[u16], at_end: bool, made: &[Source]) -> Way {
        let count = |count: usize| u8::try_from(count).expect("few digits");
        let mut bytes = vec![count(places.len()), count(made.len()), u8::from(at_end)];
        bytes.extend(places.iter().flat_map(|place| place.to_le_bytes()));
        bytes.extend(made.iter().map(|source| match *source {
            Source::Digit(digit) => digit,
            Source::Place(place) => place | 0x80,
        }));
        Way(bytes)
    }
}

/// Lists of ways, each once.
#[derive(Default)]
struct Ways {
    bytes: Vec<u8>,
    known: HashMap<Vec<u8>, u32>,
}

impl Ways {
    /// Where the list starts.
    fn add(&mut self, list: Vec<Way>) -> u32 {
        let count = u16::try_from(list.len()).expect("fewer than 65,536 ways");
        let ways = list.into_iter().flat_map(|Way(bytes)| bytes);
        let list: Vec<u8> = count.to_le_bytes().into_iter().chain(ways).collect();
        let end = u32::try_from(self.bytes.len()).expect("less than 4 GiB");
        *self.known.entry(list).or_insert_with_key(|list| {
            self.bytes.extend(list);
            end
        })
    }
}
