//! What stripping a national prefix does to a number, as a list of where each digit comes from.

use crate::pattern::Branch;

/// One way in which a prefix matches, and what the number reads after it.
#[derive(Clone, Debug)]
pub(crate) struct Rewrite {
    /// A set of digits for each place of the prefix, bit n for the digit n.
    pub(crate) places: Vec<u16>,
    /// The number must end where the prefix ends.
    pub(crate) at_end: bool,
    /// What stands for the prefix; the rest of the number follows.
    pub(crate) made: Vec<Source>,
    /// The same, without the end of the prefix where that simply stays.
    pub(crate) origin: Origin,
}

/// Where a digit of the rewritten number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Source {
    Digit(u8),
    Place(u8),
}

/// How a digit string is made from another: these digits, then the other from some place on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub(crate) head: Vec<Source>,
    pub(crate) rest: u8,
}

impl Rewrite {
    /// The rewriting of numbers that match `branch` under a transform rule (`9$1`), empty for none.
    ///
    /// The rule applies if the last group took part and holds something; else the prefix comes off.
    pub(crate) fn new(branch: &Branch, transform: &str) -> Rewrite {
        let holds = |group: usize| branch.groups[group].is_some_and(|(start, end)| end > start);
        let transforms = !transform.is_empty()
            && branch.groups[0].is_some()
            && (holds(1) || branch.groups[1].is_none() && holds(0));
        let made = if transforms {
            sources(branch, transform)
        } else {
            Vec::new()
        };
        let places = made
            .iter()
            .filter(|source| matches!(source, Source::Place(_)));
        assert!(places.is_sorted(), "groups are used in their order");
        Rewrite {
            places: branch.places.clone(),
            at_end: branch.at_end,
            origin: Origin::new(made.clone(), place(branch.places.len())),
            made,
        }
    }
}

impl Origin {
    /// The origin with the shortest head.
    pub(crate) fn new(mut head: Vec<Source>, mut rest: u8) -> Origin {
        while rest > 0 && head.last() == Some(&Source::Place(rest - 1)) {
            head.pop();
            rest -= 1;
        }
        Origin { head, rest }
    }

    /// Where in the first string what `self` makes of what `first` makes comes from.
    pub(crate) fn after(&self, first: &Origin) -> Origin {
        let made = first.head.len();
        let of = |at: u8| match first.head.get(usize::from(at)) {
            Some(&source) => source,
            None => Source::Place(first.rest + at - place(made)),
        };
        let mut head: Vec<_> = self
            .head
            .iter()
            .map(|&source| match source {
                Source::Digit(_) => source,
                Source::Place(at) => of(at),
            })
            .collect();
        if usize::from(self.rest) < made {
            head.extend_from_slice(&first.head[usize::from(self.rest)..]);
            return Origin::new(head, first.rest);
        }
        Origin::new(head, first.rest + self.rest - place(made))
    }
}

fn sources(branch: &Branch, transform: &str) -> Vec<Source> {
    let mut made = Vec::new();
    let mut symbols = transform.bytes();
    while let Some(symbol) = symbols.next() {
        if symbol == b'$' {
            let group = symbols.next().expect("a group's number after $");
            if let Some((start, end)) = branch.groups[usize::from(group - b'1')] {
                made.extend((start..end).map(|at| Source::Place(place(at))));
            }
        } else {
            assert!(symbol.is_ascii_digit(), "a digit or a group");
            made.push(Source::Digit(symbol - b'0'));
        }
    }
    made
}

fn place(at: usize) -> u8 {
    u8::try_from(at).expect("a number of a few digits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;
    use Source::{Digit, Place};

    fn origin(head: &[Source], rest: u8) -> Origin {
        Origin::new(head.to_vec(), rest)
    }

    #[test]
    fn a_rule_leaves_the_end_of_the_prefix_in_place_where_it_can() {
        let branches = Pattern::new("0?(?:(11|22)15)?").branches();
        let moved = Rewrite::new(&branches[0], "9$1");
        assert_eq!(moved.origin, origin(&[Digit(9), Place(1), Place(2)], 5));
        let plain = Rewrite::new(branches.last().unwrap(), "9$1");
        assert_eq!((plain.places.len(), plain.origin), (0, Origin::default()));
        let local = Rewrite::new(&Pattern::new("([2-9]\\d{6})$|1").branches()[0], "246$1");
        assert_eq!(local.origin, origin(&[Digit(2), Digit(4), Digit(6)], 0));
    }

    #[test]
    fn origins_compose() {
        assert_eq!(
            origin(&[Digit(9)], 1).after(&origin(&[], 2)),
            origin(&[Digit(9)], 3)
        );
        let local = origin(&[Digit(2), Digit(4)], 1);
        assert_eq!(origin(&[], 1).after(&local), origin(&[Digit(4)], 1));
        assert_eq!(origin(&[], 4).after(&local), origin(&[], 3));
        let moved = origin(&[Digit(9), Place(0), Place(1)], 4);
        assert_eq!(
            moved.after(&origin(&[], 1)),
            origin(&[Digit(9), Place(1), Place(2)], 5)
        );
    }
}
