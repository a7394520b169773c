//! The keys that lead to numbers and to the country, as a tree.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt as _};

/// In a path: any key. Objects keyed by ids have another key in each entry.
pub(in crate::dump) const ANY_KEY: &str = "*";

/// At the end of a path: the keys of the object themselves.
pub(in crate::dump) const KEY_ITSELF: &str = "{key}";

/// In a path: the value at `index` of a list that is a row of a table.
pub(in crate::dump) fn field_key(index: usize) -> String {
    format!("field {}", index + 1)
}

/// The index that [`field_key`] made this key of.
fn field_index(key: &str) -> Option<usize> {
    let field: usize = key.strip_prefix("field ")?.parse().ok()?;
    field.checked_sub(1).filter(|index| *index < MOST_FIELDS)
}

/// Longer lists have no fields of their own.
const MOST_FIELDS: usize = 1024;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dump) enum Target {
    /// The column at this index of [`crate::dump::Shape::phone_columns`].
    Phone(usize),
    Country,
}

/// Paths of keys from the top of a value. Arrays on the way are walked through and have no key.
#[derive(Debug)]
pub(in crate::dump) struct Paths {
    nodes: Vec<Node>,
}

/// The keys of a dump's values.
pub(in crate::dump) struct Keys {
    /// Levels of objects and lists around the rows of a document: 2 in `{"users": {"id": row}}`.
    pub(in crate::dump) levels: usize,
    /// Those that lead to numbers and the country.
    pub(in crate::dump) wanted: Paths,
}

#[derive(Clone, Debug, Default)]
struct Node {
    children: Vec<(String, usize)>,
    /// The children by name, where they are many.
    by_name: HashMap<String, usize>,
    /// The child of every other key.
    any: Option<usize>,
    /// The children of a list by their places, if the row is a list.
    fields: Vec<Option<usize>>,
    /// A bit for each length of a child's key: it tells most of the keys that lead nowhere.
    lengths: u64,
    target: Option<Target>,
    /// What the keys themselves are.
    key_target: Option<Target>,
}

impl Paths {
    /// The node of the top.
    pub(in crate::dump) const TOP: usize = 0;
    /// More children than this are found by a table.
    const FEW: usize = 16;

    pub(in crate::dump) fn new() -> Paths {
        Paths {
            nodes: vec![Node::default()],
        }
    }

    /// Makes `path` lead to `target`; a path that already leads somewhere keeps its target.
    pub(in crate::dump) fn insert(&mut self, path: &[Cow<'_, str>], target: Target) {
        self.insert_below(Self::TOP, path, target);
    }

    fn insert_below(&mut self, node: usize, path: &[Cow<'_, str>], target: Target) {
        let Some((key, rest)) = path.split_first() else {
            self.nodes[node].target.get_or_insert(target);
            return;
        };
        match key.as_ref() {
            KEY_ITSELF if rest.is_empty() => {
                self.nodes[node].key_target.get_or_insert(target);
            }
            ANY_KEY => {
                // The keys that have paths of their own are any keys too.
                let named: Vec<usize> = self.nodes[node]
                    .children
                    .iter()
                    .map(|(_, at)| *at)
                    .collect();
                for child in named {
                    self.insert_below(child, rest, target);
                }
                let any = self.nodes[node].any;
                let any = any.unwrap_or_else(|| self.push(Node::default()));
                self.nodes[node].any = Some(any);
                self.insert_below(any, rest, target);
            }
            key => {
                let child = self.named_child(node, key);
                let child = child.unwrap_or_else(|| self.add_child(node, key));
                self.insert_below(child, rest, target);
            }
        }
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// A child of its own for `key`, with all that any key leads to.
    fn add_child(&mut self, node: usize, key: &str) -> usize {
        let child = match self.nodes[node].any {
            Some(any) => self.copy(any),
            None => self.push(Node::default()),
        };
        let parent = &mut self.nodes[node];
        parent.lengths |= length_bit(key);
        if let Some(index) = field_index(key) {
            let length = parent.fields.len().max(index + 1);
            parent.fields.resize(length, None);
            parent.fields[index] = Some(child);
        }
        parent.children.push((key.to_owned(), child));
        if parent.children.len() > Self::FEW {
            parent.by_name = parent.children.iter().cloned().collect();
        }
        child
    }

    fn copy(&mut self, node: usize) -> usize {
        let mut copy = self.nodes[node].clone();
        for (_, child) in &mut copy.children {
            *child = self.copy(*child);
        }
        copy.by_name = if copy.by_name.is_empty() {
            HashMap::new()
        } else {
            copy.children.iter().cloned().collect()
        };
        for (key, child) in &copy.children {
            if let Some(field) = field_index(key).and_then(|at| copy.fields.get_mut(at)) {
                *field = Some(*child);
            }
        }
        copy.any = copy.any.map(|any| self.copy(any));
        self.push(copy)
    }

    fn named_child(&self, node: usize, key: &str) -> Option<usize> {
        let Node {
            children,
            by_name,
            lengths,
            ..
        } = &self.nodes[node];
        if lengths & length_bit(key) == 0 {
            return None;
        }
        if !by_name.is_empty() {
            return by_name.get(key).copied();
        }
        let mut children = children.iter();
        children
            .find(|(name, _)| name == key)
            .map(|(_, child)| *child)
    }

    #[inline]
    pub(in crate::dump) fn child(&self, node: usize, key: &str) -> Option<usize> {
        let Node { lengths, any, .. } = &self.nodes[node];
        // Most keys of a value lead nowhere.
        if lengths & length_bit(key) == 0 {
            return *any;
        }
        self.named_child(node, key).or(*any)
    }

    /// The children of a list at this node by their places; empty if all its values are alike.
    pub(in crate::dump) fn fields(&self, node: usize) -> &[Option<usize>] {
        &self.nodes[node].fields
    }

    pub(in crate::dump) fn target(&self, node: usize) -> Option<Target> {
        self.nodes[node].target
    }

    /// The column that the keys of an object belong to, if they are numbers.
    pub(in crate::dump) fn key_column(&self, node: usize) -> Option<usize> {
        match self.nodes[node].key_target {
            Some(Target::Phone(column)) => Some(column),
            _ => None,
        }
    }
}

fn length_bit(key: &str) -> u64 {
    1 << key.len().min(63)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(paths: &mut Paths, path: &str, column: usize) {
        let keys: Vec<Cow<'_, str>> = path.split('.').map(Cow::Borrowed).collect();
        paths.insert(&keys, Target::Phone(column));
    }

    fn column(paths: &Paths, path: &str) -> Option<usize> {
        let node = path
            .split('.')
            .try_fold(Paths::TOP, |node, key| paths.child(node, key))?;
        match paths.target(node) {
            Some(Target::Phone(column)) => Some(column),
            _ => None,
        }
    }

    #[test]
    fn any_key_leads_where_no_key_of_its_own_does_and_where_it_does_too() {
        for order in [["a.*.p", "a.x.q"], ["a.x.q", "a.*.p"]] {
            let mut paths = Paths::new();
            for (column, path) in order.iter().enumerate() {
                insert(&mut paths, path, column);
            }
            let of = |path: &str| order.iter().position(|known| *known == path);
            assert_eq!(column(&paths, "a.y.p"), of("a.*.p"));
            assert_eq!(column(&paths, "a.x.p"), of("a.*.p"));
            assert_eq!(column(&paths, "a.x.q"), of("a.x.q"));
            assert_eq!(column(&paths, "a.y.q"), None);
            assert_eq!(column(&paths, "b.y.p"), None);
        }
    }

    #[test]
    fn many_keys_are_all_found() {
        let mut paths = Paths::new();
        for key in 0..1000 {
            insert(&mut paths, &format!("k{key}"), key);
        }
        for key in 0..1000 {
            assert_eq!(column(&paths, &format!("k{key}")), Some(key));
        }
    }
}
