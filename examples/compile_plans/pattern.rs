//! The metadata's patterns, in the two forms that the plans need: as a set of digit strings, for
//! whole matches, and as an ordered list of [`Branch`]es, for prefixes, where it counts which
//! alternative a backtracking matcher takes first and what its groups hold.
//!
//! Patterns have no loops. One that had would be refused here.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use crate::graph::{Graph, NodeId};

/// A pattern, parsed.
pub(crate) struct Pattern(Hir);

/// One way to match a prefix: a set of digits for each place, bit n for the digit n.
#[derive(Clone, Debug, Default)]
pub(crate) struct Branch {
    pub(crate) places: Vec<u16>,
    /// The string must end where the match ends.
    pub(crate) at_end: bool,
    /// Start and end of groups 1 and 2, where they took part.
    pub(crate) groups: [Option<(usize, usize)>; 2],
}

impl Pattern {
    /// Parses a pattern as the metadata has it, wrapped as `^(?:...)$` or bare.
    pub(crate) fn new(source: &str) -> Pattern {
        let bare = source
            .strip_prefix("^(?:")
            .and_then(|rest| rest.strip_suffix(")$"))
            .unwrap_or(source);
        assert!(
            !bare.is_empty(),
            "an empty pattern matches nothing and everything"
        );
        let hir = ParserBuilder::new()
            .unicode(false)
            .utf8(false)
            .build()
            .parse(bare)
            .expect("the metadata's patterns parse");
        Pattern(hir)
    }

    /// The automaton that answers 1 for each string that matches as a whole.
    pub(crate) fn language(&self, graph: &mut Graph) -> NodeId {
        let end = graph.node(1, [0; 10]);
        language(&self.0, end, graph)
    }

    /// All ways to match a prefix, in the order in which a backtracking matcher tries them.
    pub(crate) fn branches(&self) -> Vec<Branch> {
        branches(&self.0)
            .into_iter()
            .map(|tokens| Branch::from_tokens(&tokens))
            .collect()
    }
}

fn language(hir: &Hir, then: NodeId, graph: &mut Graph) -> NodeId {
    match hir.kind() {
        HirKind::Empty => then,
        HirKind::Literal(literal) => literal
            .0
            .iter()
            .rev()
            .fold(then, |then, &byte| place(1 << digit(byte), then, graph)),
        HirKind::Class(class) => place(digits_of(class), then, graph),
        HirKind::Look(look) => panic!("{look:?} in a pattern for whole numbers"),
        HirKind::Capture(capture) => language(&capture.sub, then, graph),
        HirKind::Concat(parts) => parts
            .iter()
            .rev()
            .fold(then, |then, part| language(part, then, graph)),
        HirKind::Alternation(ways) => ways.iter().fold(0, |all, way| {
            let one = language(way, then, graph);
            graph.union(all, one)
        }),
        HirKind::Repetition(repetition) => {
            let (least, most) = bounds(repetition);
            let mut node = then;
            for _ in least..most {
                let more = language(&repetition.sub, node, graph);
                node = graph.union(then, more);
            }
            (0..least).fold(node, |node, _| language(&repetition.sub, node, graph))
        }
    }
}

fn place(digits: u16, then: NodeId, graph: &mut Graph) -> NodeId {
    let next = std::array::from_fn(|digit| if digits >> digit & 1 == 1 { then } else { 0 });
    graph.node(0, next)
}

#[derive(Clone, Copy)]
enum Token {
    Place(u16),
    Open(u32),
    Close(u32),
    End,
}

fn branches(hir: &Hir) -> Vec<Vec<Token>> {
    match hir.kind() {
        HirKind::Empty => vec![vec![]],
        HirKind::Literal(literal) => {
            vec![
                literal
                    .0
                    .iter()
                    .map(|&byte| Token::Place(1 << digit(byte)))
                    .collect(),
            ]
        }
        HirKind::Class(class) => vec![vec![Token::Place(digits_of(class))]],
        HirKind::Look(Look::End) => vec![vec![Token::End]],
        HirKind::Look(look) => panic!("{look:?} in a prefix"),
        HirKind::Capture(capture) => branches(&capture.sub)
            .into_iter()
            .map(|mut tokens| {
                tokens.insert(0, Token::Open(capture.index));
                tokens.push(Token::Close(capture.index));
                tokens
            })
            .collect(),
        HirKind::Concat(parts) => parts
            .iter()
            .fold(vec![vec![]], |heads, part| joined(&heads, &branches(part))),
        HirKind::Alternation(ways) => ways.iter().flat_map(branches).collect(),
        HirKind::Repetition(repetition) => {
            assert!(repetition.greedy, "lazy repetition in a prefix");
            let (least, most) = bounds(repetition);
            let once = branches(&repetition.sub);
            let mut all = vec![vec![]];
            for used in (0..most).rev() {
                all = joined(&once, &all);
                if used >= least {
                    all.push(vec![]);
                }
            }
            all
        }
    }
}

fn joined(heads: &[Vec<Token>], tails: &[Vec<Token>]) -> Vec<Vec<Token>> {
    heads
        .iter()
        .flat_map(|head| tails.iter().map(move |tail| [&head[..], tail].concat()))
        .collect()
}

fn bounds(repetition: &Repetition) -> (u32, u32) {
    (
        repetition.min,
        repetition.max.expect("a pattern without loops"),
    )
}

fn digit(byte: u8) -> u8 {
    assert!(byte.is_ascii_digit(), "a literal other than a digit");
    byte - b'0'
}

fn digits_of(class: &Class) -> u16 {
    let Class::Bytes(class) = class else {
        panic!("a class of code points in a pattern parsed as bytes")
    };
    (0..10)
        .filter(|digit| {
            class
                .iter()
                .any(|range| (range.start()..=range.end()).contains(&(b'0' + digit)))
        })
        .fold(0, |digits, digit| digits | 1 << digit)
}

impl Branch {
    fn from_tokens(tokens: &[Token]) -> Branch {
        let mut branch = Branch::default();
        let mut opened = [0; 2];
        for &token in tokens {
            let here = branch.places.len();
            match token {
                Token::Place(digits) => {
                    assert!(!branch.at_end, "digits after the end");
                    branch.places.push(digits);
                }
                Token::Open(group) => opened[group as usize - 1] = here,
                Token::Close(group) => {
                    let group = group as usize - 1;
                    branch.groups[group] = Some((opened[group], here));
                }
                Token::End => branch.at_end = true,
            }
        }
        branch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Groups = [Option<(usize, usize)>; 2];

    fn matched(pattern: &str, text: &str) -> Option<(usize, Groups)> {
        let digits: Vec<u8> = text.bytes().map(digit).collect();
        Pattern::new(pattern)
            .branches()
            .into_iter()
            .find_map(|branch| {
                let fits = branch.places.len() <= digits.len()
                    && branch
                        .places
                        .iter()
                        .zip(&digits)
                        .all(|(set, digit)| set >> digit & 1 == 1)
                    && (!branch.at_end || branch.places.len() == digits.len());
                fits.then_some((branch.places.len(), branch.groups))
            })
    }

    #[test]
    fn branches_are_tried_in_the_order_of_a_backtracking_matcher() {
        assert_eq!(matched("1|12", "12").unwrap().0, 1);
        assert_eq!(matched("(?:1|12){2}", "1121").unwrap().0, 2);
        assert_eq!(matched("1{1,3}", "1111").unwrap().0, 3);
        assert_eq!(
            matched("0(1\\d)?", "0123").unwrap(),
            (3, [Some((1, 3)), None])
        );
        assert_eq!(matched("0(1\\d)?", "0223").unwrap(), (1, [None, None]));
        assert_eq!(
            matched("([2-9]\\d)$|1", "23").unwrap(),
            (2, [Some((0, 2)), None])
        );
        assert_eq!(matched("([2-9]\\d)$|1", "234"), None);
    }

    #[test]
    fn a_language_holds_the_whole_matches_alone() {
        let mut graph = Graph::new();
        let root = Pattern::new("^(?:1[2-4]{1,2}|9(?:0|11)?)$").language(&mut graph);
        for (text, expected) in [
            ("12", 1),
            ("134", 1),
            ("1", 0),
            ("15", 0),
            ("9", 1),
            ("90", 1),
            ("911", 1),
            ("9111", 0),
        ] {
            let end = text
                .bytes()
                .fold(root, |node, byte| graph.step(node, digit(byte)));
            assert_eq!(graph.answer(end), expected, "{text}");
        }
    }
}
