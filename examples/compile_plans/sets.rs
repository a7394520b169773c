//! Sets of digit strings, as automata that answer 1 for what is in them, and what is made of them.
//!
//! Each function takes the memory of its own calls, empty at first.

use std::collections::HashMap;

use crate::graph::{DEAD, Graph, NodeId};

/// The strings whose lengths are among these bits.
pub(crate) fn of_lengths(
    node: NodeId,
    lengths: u64,
    graph: &mut Graph,
    memo: &mut HashMap<(NodeId, u64), NodeId>,
) -> NodeId {
    if node == DEAD || lengths == 0 {
        return DEAD;
    }
    if let Some(&known) = memo.get(&(node, lengths)) {
        return known;
    }
    let here = graph.get(node);
    let next = here
        .next
        .map(|child| of_lengths(child, lengths >> 1, graph, memo));
    let made = graph.node(here.answer & u32::from(lengths & 1 == 1), next);
    memo.insert((node, lengths), made);
    made
}

/// The strings of both.
pub(crate) fn both(
    a: NodeId,
    b: NodeId,
    graph: &mut Graph,
    memo: &mut HashMap<(NodeId, NodeId), NodeId>,
) -> NodeId {
    if a == DEAD || b == DEAD {
        return DEAD;
    }
    if let Some(&known) = memo.get(&(a, b)) {
        return known;
    }
    let (left, right) = (graph.get(a), graph.get(b));
    let next = std::array::from_fn(|digit| both(left.next[digit], right.next[digit], graph, memo));
    let made = graph.node(left.answer & right.answer, next);
    memo.insert((a, b), made);
    made
}

/// The same strings, with this answer.
pub(crate) fn marked(
    node: NodeId,
    mark: u32,
    graph: &mut Graph,
    memo: &mut HashMap<NodeId, NodeId>,
) -> NodeId {
    if node == DEAD {
        return DEAD;
    }
    if let Some(&known) = memo.get(&node) {
        return known;
    }
    let here = graph.get(node);
    let next = here.next.map(|child| marked(child, mark, graph, memo));
    let made = graph.node(here.answer * mark, next);
    memo.insert(node, made);
    made
}

/// What starts as `leading` has it gets its answer from `own`; other strings from `own` too, if
/// they have one there, else from `others`.
pub(crate) fn first_of(
    leading: NodeId,
    own: NodeId,
    others: NodeId,
    graph: &mut Graph,
    memo: &mut HashMap<[NodeId; 3], NodeId>,
) -> NodeId {
    if graph.answer(leading) == 1 {
        return own;
    }
    if leading == DEAD && own == DEAD {
        return others;
    }
    let key = [leading, own, others];
    if let Some(&known) = memo.get(&key) {
        return known;
    }
    let [a, b, c] = key.map(|node| graph.get(node));
    let next = std::array::from_fn(|digit| {
        first_of(a.next[digit], b.next[digit], c.next[digit], graph, memo)
    });
    let made = graph.node(if b.answer == 0 { c.answer } else { b.answer }, next);
    memo.insert(key, made);
    made
}

/// Number of strings in the set.
pub(crate) fn count(node: NodeId, graph: &Graph, memo: &mut HashMap<NodeId, u64>) -> u64 {
    if node == DEAD {
        return 0;
    }
    if let Some(&known) = memo.get(&node) {
        return known;
    }
    let here = graph.get(node);
    let longer = here.next.map(|child| count(child, graph, memo));
    let strings = u64::from(here.answer != 0) + longer.iter().sum::<u64>();
    memo.insert(node, strings);
    strings
}
