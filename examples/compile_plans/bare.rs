//! Which readings digits without a plus need in each region, told from two of their digits and how
//! many they are. `src/phone/plans/bare.rs` has the layout.

use std::collections::HashMap;

use leakline::phone::Region;

use crate::graph::{DEAD, Graph, NodeId};
use crate::label::Label;
use crate::table::Automaton;

/// The fewest digits that are told apart; up to 15 more are, too.
const FEWEST: usize = 4;

/// Sets of lengths: bit n for n digits more.
type Lengths = u32;

/// The masks of all regions, in their order: by the first two digits, then by the two digits behind
/// the region's own calling code.
pub(crate) fn masks(automaton: &Automaton) -> Vec<u8> {
    let graph = &automaton.graph;
    let mut finder = Finder::new(graph, None);
    // A home that dials abroad by `00` says of what follows that it is an international number.
    let same = automaton.labels.iter().zip(1..);
    let same = same.filter(|&(label, _)| *label == Label::Abroad { dropped: 2 });
    let mut behind_00 = Finder::new(graph, same.map(|(_, answer)| answer).next());
    let mut bytes = Vec::new();
    for region in Region::all() {
        let (home, _) = automaton.regions[region.index()];
        let roots = [home, automaton.international];
        for two in TWO_DIGITS {
            let [home, abroad] = graph.walk(roots, &two);
            bytes.extend(match two {
                [0, 0] => behind_00.masks(home, automaton.international, two.len()),
                _ => finder.masks(home, abroad, two.len()),
            });
        }
    }
    for region in Region::all() {
        let (home, _) = automaton.regions[region.index()];
        let code = region.calling_code().map(|code| code.to_string());
        let code: Vec<u8> = code
            .iter()
            .flat_map(|code| code.bytes())
            .map(|byte| byte - b'0')
            .collect();
        let roots = graph.walk([home, automaton.international], &code);
        for two in TWO_DIGITS {
            let [home, abroad] = graph.walk(roots, &two);
            bytes.extend(finder.masks(home, abroad, code.len() + two.len()));
        }
    }
    bytes
}

/// All pairs of digits, in order.
const TWO_DIGITS: [[u8; 2]; 100] = {
    let mut all = [[0; 2]; 100];
    let mut at = 0u8;
    while at < 100 {
        all[at as usize] = [at / 10, at % 10];
        at += 1;
    }
    all
};

struct Finder<'a> {
    graph: &'a Graph,
    /// The answer that stands for what is read from the international root.
    international: Option<u32>,
    valid: HashMap<NodeId, Lengths>,
    differing: HashMap<(NodeId, NodeId), Lengths>,
}

impl Finder<'_> {
    fn new(graph: &Graph, international: Option<u32>) -> Finder<'_> {
        Finder {
            graph,
            international,
            valid: HashMap::new(),
            differing: HashMap::new(),
        }
    }

    /// The two masks of strings that led to these nodes with `read` digits.
    fn masks(&mut self, home: NodeId, abroad: NodeId, read: usize) -> [u8; 4] {
        let lengths = [self.differing(home, abroad), self.valid(abroad)];
        let [[a, b], [c, d]] = lengths.map(|lengths| {
            let mask = u64::from(lengths) << read >> FEWEST & 0xffff;
            u16::try_from(mask).expect("16 bits").to_le_bytes()
        });
        [a, b, c, d]
    }

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
        let (one, other) = (self.graph.get(home), self.graph.get(abroad));
        let is_sink = one.next[0] == home;
        if home == abroad || is_sink && Some(one.answer) == self.international {
            return 0;
        }
        if abroad == DEAD || is_sink {
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
