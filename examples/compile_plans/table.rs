//! The graph of all roots as the table that the package holds; `src/phone/plans/table.rs` has its
//! layout.
//!
//! The bytes depend on the metadata alone: states are numbered by their place in a breadth-first
//! walk. Where ten equal ways lead on to the end, the walk stops: the table has a tail there, and
//! no rows.

use std::collections::{HashMap, HashSet, VecDeque};

use leakline::phone::{METADATA_DATE, METADATA_VERSION, Region};

use crate::bare;
use crate::graph::{DEAD, Graph, NodeId};
use crate::label::Label;
use crate::metadata::Metadata;
use crate::own_code::OwnCode;
use crate::plan::Plans;
use crate::read::Reading;
use crate::rules::Rules;

/// Every root, in one graph, and what else the table holds.
pub(crate) struct Automaton {
    pub(crate) version: String,
    date: String,
    pub(crate) graph: Graph,
    pub(crate) labels: Vec<Label>,
    pub(crate) international: NodeId,
    /// By region: the root of digits as it dials them, and of digits after a plus.
    pub(crate) regions: Vec<(NodeId, NodeId)>,
    /// By region, sorted by code.
    pub(crate) own_code: Vec<OwnCode>,
    rules: Rules,
}

/// What is known of strings when only their length is open: those get the answer that have one of
/// these numbers of digits more, bit n for n. All bits are set for a sink.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Tail {
    answer: u32,
    lengths: u16,
}

/// The states in the order of the table, and the place of each.
struct Order {
    rows: Vec<NodeId>,
    tails: Vec<Tail>,
    places: HashMap<NodeId, u16>,
}

const DEAD_TAIL: Tail = Tail {
    answer: 0,
    lengths: 0,
};
const ALIGNMENT: usize = 64;

impl Automaton {
    /// Compiles the plans of the pinned library, which are those of the package's table.
    pub(crate) fn of_library() -> Automaton {
        Automaton::compile(&Metadata::of_library(METADATA_VERSION, METADATA_DATE))
    }

    /// Compiles the plans of some metadata.
    pub(crate) fn compile(metadata: &Metadata) -> Automaton {
        let mut graph = Graph::new();
        let plans = Plans::of(metadata, &mut graph);
        let mut reading = Reading::new(&mut graph, &plans);
        let international = reading.international();
        let regions = Region::all()
            .map(|region| match plans.of_region(region) {
                Some(plan) => (reading.home(plan), reading.plus_at_home(plan)),
                None => (DEAD, international),
            })
            .collect();
        let labels = reading.into_labels();
        let mut automaton = Automaton {
            version: metadata.version.clone(),
            date: metadata.date.clone(),
            labels,
            international,
            regions,
            own_code: Vec::new(),
            rules: Rules::of(&plans, &graph),
            graph,
        };
        automaton.own_code = Region::all()
            .filter_map(|region| plans.of_region(region))
            .map(|plan| OwnCode::of(plan, &automaton))
            .collect();
        automaton
    }

    /// All roots, each once.
    pub(crate) fn roots(&self) -> impl Iterator<Item = NodeId> {
        let regions = self.regions.iter();
        std::iter::once(self.international)
            .chain(regions.clone().map(|&(home, _)| home))
            .chain(regions.map(|&(_, plus)| plus))
    }

    /// The table's bytes.
    pub(crate) fn table(&self) -> Vec<u8> {
        let Order {
            rows,
            tails,
            places,
        } = self.order();
        let answered = rows
            .iter()
            .filter(|&&node| self.graph.answer(node) != 0)
            .count();
        let sizes = [
            rows.len(),
            answered,
            self.labels.len(),
            tails.len(),
            usize::from(self.longest()),
        ];

        let mut table = Vec::new();
        table.extend_from_slice(b"LKPLANS2");
        table.extend_from_slice(self.version.as_bytes());
        assert!(table.len() < 24, "a version of 15 bytes at most");
        table.resize(24, 0);
        for size in sizes {
            table.extend(u32::try_from(size).expect("a small count").to_le_bytes());
        }
        for root in self.roots() {
            table.extend(places[&root].to_le_bytes());
        }
        self.extend_with_head_of_rules(&mut table);
        pad(&mut table);
        for label in &self.labels {
            table.extend(label.encoded());
        }
        for &node in &rows[..answered] {
            table.extend(Self::label_at(self.graph.answer(node)).to_le_bytes());
        }
        for tail in &tails {
            table.extend(Self::label_at(tail.answer).to_le_bytes());
            table.extend(tail.lengths.to_le_bytes());
        }
        pad(&mut table);
        for &node in &rows {
            for next in self.graph.get(node).next {
                table.extend(places[&next].to_le_bytes());
            }
        }
        table.extend(&self.rules.bytes);
        table.extend(bare::masks(self));
        let misread = self.own_code.iter().filter(|own| own.may_be_misread());
        table.extend(bits_of(misread));
        table
    }

    /// The date, the sizes of what follows the rows, and the regions whose own numbers are read
    /// first.
    fn extend_with_head_of_rules(&self, table: &mut Vec<u8>) {
        assert_eq!(self.date.len(), 10, "a date as YYYY-MM-DD");
        table.extend_from_slice(self.date.as_bytes());
        let rules = &self.rules;
        for size in [rules.plans, rules.states, rules.matching, rules.way_bytes] {
            table.extend(size.to_le_bytes());
        }
        let home_first = self.own_code.iter().filter(|own| own.is_home_first());
        table.extend(bits_of(home_first));
    }

    fn label_at(answer: u32) -> u16 {
        u16::try_from(answer.saturating_sub(1)).expect("fewer than 65,536 labels")
    }

    /// All states: those with rows, the ones with an answer first, and the tails.
    fn order(&self) -> Order {
        let mut memo = HashMap::new();
        let mut rows = Vec::new();
        let mut tails = vec![DEAD_TAIL];
        let mut ends = Vec::new();
        let mut seen = HashSet::new();
        let mut queue = self.roots().collect::<VecDeque<_>>();
        while let Some(node) = queue.pop_front() {
            if !seen.insert(node) {
                continue;
            }
            if let Some(tail) = self.tail(node, &mut memo) {
                let known = tails.iter().position(|&known| known == tail);
                ends.push((node, known.unwrap_or(tails.len())));
                if known.is_none() {
                    tails.push(tail);
                }
            } else {
                rows.push(node);
                queue.extend(self.graph.get(node).next);
            }
        }
        rows.sort_by_key(|&node| self.graph.answer(node) == 0);
        let ends = ends
            .into_iter()
            .map(|(node, tail)| (node, rows.len() + tail));
        let places = rows.iter().copied().zip(0..).chain(ends);
        let places = places
            .map(|(node, place)| {
                (
                    node,
                    u16::try_from(place).expect("fewer than 65,536 states"),
                )
            })
            .collect();
        Order {
            rows,
            tails,
            places,
        }
    }

    /// The tail that a node is, if only the number of digits to come counts.
    fn tail(&self, node: NodeId, memo: &mut HashMap<NodeId, Option<Tail>>) -> Option<Tail> {
        if node == DEAD {
            return Some(DEAD_TAIL);
        }
        if let Some(&known) = memo.get(&node) {
            return known;
        }
        let here = self.graph.get(node);
        let [next, others @ ..] = here.next;
        let tail = if others != [next; 9] {
            None
        } else if next == node {
            Some(Tail {
                answer: here.answer,
                lengths: u16::MAX,
            })
        } else {
            self.tail(next, memo)
                .and_then(|after| after.one_later(here.answer))
        };
        memo.insert(node, tail);
        tail
    }

    /// The most digits of a valid number as written.
    fn longest(&self) -> u8 {
        let mut memo = HashMap::new();
        let abroad = self.depth(self.international, 0, &mut memo);
        self.roots()
            .map(|root| self.depth(root, abroad, &mut memo))
            .max()
            .expect("there are roots")
    }

    fn depth(&self, node: NodeId, abroad: u8, memo: &mut HashMap<NodeId, u8>) -> u8 {
        if let Some(&known) = memo.get(&node) {
            return known;
        }
        let here = self.graph.get(node);
        let depth = if here.next[0] == node {
            abroad
        } else {
            let next = here.next.into_iter().filter(|&next| next != DEAD);
            next.map(|next| 1 + self.depth(next, abroad, memo))
                .max()
                .unwrap_or(0)
        };
        memo.insert(node, depth);
        depth
    }
}

impl Tail {
    /// The tail of a node with this answer and ten times this tail as its followers.
    fn one_later(self, answer: u32) -> Option<Tail> {
        let alike = answer == 0 || self.lengths == 0 || answer == self.answer;
        // The highest bit is a sink's alone.
        (alike && self.lengths < 1 << 14).then_some(Tail {
            answer: answer.max(self.answer),
            lengths: self.lengths << 1 | u16::from(answer != 0),
        })
    }
}

/// A bit for each region, set for those of `regions`.
fn bits_of<'a>(regions: impl Iterator<Item = &'a OwnCode>) -> [u8; 32] {
    let mut bits = [0; 32];
    for own in regions {
        let index = own.region.index();
        bits[index / 8] |= 1 << (index % 8);
    }
    bits
}

fn pad(table: &mut Vec<u8>) {
    table.resize(table.len().next_multiple_of(ALIGNMENT), 0);
}
