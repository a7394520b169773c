//! Which readings digits without a plus need in each region, told from their first two digits and
//! how many they are. `src/phone/plans/bare.rs` has the layout.

use std::collections::HashMap;

use leakline::phone::Region;

use crate::graph::{DEAD, Graph, NodeId};
use crate::table::Automaton;

/// The fewest digits that are told apart; up to 15 more are, too.
const FEWEST: u32 = 4;

/// Sets of lengths: bit n for n digits more.
type Lengths = u32;

/// The masks of all regions, in their order.
pub(crate) fn masks(automaton: &Automaton) -> Vec<u8> {
    let graph = &automaton.graph;
    let mut finder = Finder {
        graph,
        valid: HashMap::new(),
        differing: HashMap::new(),
    };
    let mut bytes = Vec::new();
    for region in Region::all() {
        let (home, _) = automaton.regions[region.index()];
        for first in 0..10 {
            for second in 0..10 {
                let behind = |root| graph.step(graph.step(root, first), second);
                let (home, abroad) = (behind(home), behind(automaton.international));
                for lengths in [finder.differing(home, abroad), finder.valid(abroad)] {
                    // Two of the digits are read already.
                    let mask = lengths >> (FEWEST - 2) & 0xffff;
                    bytes.extend(u16::try_from(mask).expect("16 bits").to_le_bytes());
                }
            }
        }
    }
    bytes
}

struct Finder<'a> {
    graph: &'a Graph,
    valid: HashMap<NodeId, Lengths>,
    differing: HashMap<(NodeId, NodeId), Lengths>,
}

impl Finder<'_> {
    /// Lengths of the strings that have an answer.
    fn valid(&mut self, node: NodeId) -> Lengths {
        let here = self.graph.get(node);
        if here.next[0] == node {
            return if here.answer == 0 { 0 } else { Lengths::MAX };
        }
        if let Some(&known) = self.valid.get(&node) {
            return known;
        }
        let longer = (here.next.iter()).fold(0, |all, &next| all | self.valid(next) << 1);
        let lengths = longer | Lengths::from(here.answer != 0);
        self.valid.insert(node, lengths);
        lengths
    }

    /// Lengths of the strings that have an answer from `home` which is not the one from `abroad`.
    fn differing(&mut self, home: NodeId, abroad: NodeId) -> Lengths {
        if home == abroad {
            return 0;
        }
        let (one, other) = (self.graph.get(home), self.graph.get(abroad));
        if abroad == DEAD || one.next[0] == home {
            return self.valid(home);
        }
        if let Some(&known) = self.differing.get(&(home, abroad)) {
            return known;
        }
        let pairs = one.next.into_iter().zip(other.next);
        let longer = pairs.fold(0, |all, (one, other)| all | self.differing(one, other) << 1);
        let differs = one.answer != 0 && one.answer != other.answer;
        let lengths = longer | Lengths::from(differs);
        self.differing.insert((home, abroad), lengths);
        lengths
    }
}
