//! The keys that lead to numbers and to the country, as a tree.

use std::borrow::Cow;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dump) enum Target {
    /// The place in [`crate::dump::Shape::phone_columns`].
    Phone(usize),
    Country,
}

/// Paths of keys from the top of a value. Arrays on the way are walked through and have no key.
#[derive(Debug)]
pub(in crate::dump) struct Paths {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    children: Vec<(String, usize)>,
    /// A bit for each length that a key of a child has: most keys of a dump lead nowhere, and most are told by that.
    lengths: u64,
    target: Option<Target>,
}

impl Paths {
    /// The place of the top.
    pub(in crate::dump) const TOP: usize = 0;

    pub(in crate::dump) fn new() -> Paths {
        Paths {
            nodes: vec![Node::default()],
        }
    }

    /// Makes `path` lead to `target`; a path that already leads somewhere keeps its target.
    pub(in crate::dump) fn insert(&mut self, path: &[Cow<'_, str>], target: Target) {
        let mut node = Self::TOP;
        for key in path {
            node = self.child(node, key).unwrap_or_else(|| {
                self.nodes.push(Node::default());
                let child = self.nodes.len() - 1;
                let parent = &mut self.nodes[node];
                parent.lengths |= length_bit(key);
                parent.children.push((key.clone().into_owned(), child));
                child
            });
        }
        self.nodes[node].target.get_or_insert(target);
    }

    pub(in crate::dump) fn child(&self, node: usize, key: &str) -> Option<usize> {
        let Node {
            children, lengths, ..
        } = &self.nodes[node];
        if lengths & length_bit(key) == 0 {
            return None;
        }
        children
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, child)| *child)
    }

    pub(in crate::dump) fn target(&self, node: usize) -> Option<Target> {
        self.nodes[node].target
    }
}

fn length_bit(key: &str) -> u64 {
    1 << key.len().min(63)
}
