//! Acyclic automata over the ten digits, hash-consed: two nodes that answer every digit string
//! alike are one node, so whatever is built bottom-up is minimal.
//!
//! The answer at the end of a string is a `u32`, 0 for none. A *sink* is the one kind of cycle: it
//! gives its answer to whatever follows.

use std::collections::HashMap;

/// A node's place in its [`Graph`].
pub(crate) type NodeId = u32;

/// The node that has no answer for any string.
pub(crate) const DEAD: NodeId = 0;

/// What a string gets that ends here, and where each digit leads.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) answer: u32,
    pub(crate) next: [NodeId; 10],
}

/// All nodes made so far.
pub(crate) struct Graph {
    nodes: Vec<Node>,
    known: HashMap<Node, NodeId>,
    unions: HashMap<(NodeId, NodeId), NodeId>,
}

impl Graph {
    pub(crate) fn new() -> Graph {
        let mut graph = Graph {
            nodes: Vec::new(),
            known: HashMap::new(),
            unions: HashMap::new(),
        };
        graph.sink(0);
        graph
    }

    /// The node with this answer and these followers.
    pub(crate) fn node(&mut self, answer: u32, next: [NodeId; 10]) -> NodeId {
        let node = Node { answer, next };
        if let Some(&id) = self.known.get(&node) {
            return id;
        }
        self.push(node)
    }

    /// The node that gives this answer for every string.
    pub(crate) fn sink(&mut self, answer: u32) -> NodeId {
        let id = NodeId::try_from(self.nodes.len()).expect("fewer than 2^32 nodes");
        let node = Node {
            answer,
            next: [id; 10],
        };
        self.push(node)
    }

    pub(crate) fn answer(&self, id: NodeId) -> u32 {
        self.get(id).answer
    }

    pub(crate) fn step(&self, id: NodeId, digit: u8) -> NodeId {
        self.get(id).next[usize::from(digit)]
    }

    /// Where these digits lead from each of two nodes.
    pub(crate) fn walk(&self, from: [NodeId; 2], digits: &[u8]) -> [NodeId; 2] {
        let step = |node, &digit| self.step(node, digit);
        from.map(|node| digits.iter().fold(node, step))
    }

    /// How many nodes there are; their ids are below.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn get(&self, id: NodeId) -> Node {
        self.nodes[id as usize]
    }

    /// The strings of `a` and of `b`; for automata whose only answer is 1.
    pub(crate) fn union(&mut self, a: NodeId, b: NodeId) -> NodeId {
        if a == b || b == DEAD {
            return a;
        }
        if a == DEAD {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(&id) = self.unions.get(&key) {
            return id;
        }
        let (left, right) = (self.get(a), self.get(b));
        let next = std::array::from_fn(|digit| self.union(left.next[digit], right.next[digit]));
        let id = self.node(left.answer | right.answer, next);
        self.unions.insert(key, id);
        id
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId::try_from(self.nodes.len()).expect("fewer than 2^32 nodes");
        self.nodes.push(node);
        self.known.insert(node, id);
        id
    }
}
