//! Strings to compare on: the transition cover of the automaton, and random walks and mutations.

use leakline::phone::Region;

use crate::graph::{DEAD, Graph, NodeId};
use crate::table::Automaton;

/// What a string of digits follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// A plus, with a home region or without.
    Plus(Option<Region>),
    /// Nothing, in a home region.
    Home(Region),
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    /// The next number of `SplitMix64` (Steele, Lea, Flood, OOPSLA 2014).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = end as u64;
        usize::try_from(self.next() % end).expect("below a usize")
    }

    fn digit(&mut self) -> u8 {
        u8::try_from(self.below(10)).expect("one digit")
    }
}

/// The shortest way from each node to an answer.
pub(crate) struct Ways<'a> {
    automaton: &'a Automaton,
    shortest: Vec<Option<(u8, u8)>>,
}

impl<'a> Ways<'a> {
    pub(crate) fn new(automaton: &'a Automaton) -> Ways<'a> {
        let mut ways = Ways {
            automaton,
            shortest: vec![None; automaton.graph.len()],
        };
        let mut seen = vec![false; automaton.graph.len()];
        for root in automaton.roots() {
            ways.settle(root, &mut seen);
        }
        ways
    }

    /// The digits of the shortest way to an answer, the first of equal ones.
    pub(crate) fn to_an_answer(&self, mut node: NodeId, digits: &mut Vec<u8>) {
        while let Some((steps, digit)) = self.shortest[node as usize]
            && steps > 0
        {
            digits.push(digit);
            node = self.automaton.graph.step(node, digit);
        }
    }

    /// Steps to the nearest answer and the first digit on the way there.
    fn settle(&mut self, node: NodeId, seen: &mut [bool]) -> Option<u8> {
        if !std::mem::replace(&mut seen[node as usize], true) {
            let here = self.automaton.graph.get(node);
            let mut best = (here.answer != 0).then_some((0, 0));
            if here.next[0] != node {
                for (digit, next) in (0..).zip(here.next) {
                    if let Some(steps) = self.settle(next, seen)
                        && best.is_none_or(|(least, _)| steps + 1 < least)
                    {
                        best = Some((steps + 1, digit));
                    }
                }
            }
            self.shortest[node as usize] = best;
        }
        self.shortest[node as usize].map(|(steps, _)| steps)
    }
}

impl Start {
    pub(crate) fn root(self, automaton: &Automaton) -> NodeId {
        match self {
            Start::Plus(None) => automaton.international,
            Start::Plus(Some(region)) => automaton.regions[region.index()].1,
            Start::Home(region) => automaton.regions[region.index()].0,
        }
    }

    pub(crate) fn home(self) -> Option<Region> {
        match self {
            Start::Plus(home) => home,
            Start::Home(region) => Some(region),
        }
    }

    /// The digits as text.
    pub(crate) fn text(self, digits: &[u8]) -> String {
        let plus = if matches!(self, Start::Plus(_)) {
            "+"
        } else {
            ""
        };
        let digits = digits.iter().map(|digit| char::from(b'0' + digit));
        plus.chars().chain(digits).collect()
    }

    /// All starts; those after a plus with a home region last.
    pub(crate) fn all() -> impl Iterator<Item = Start> {
        std::iter::once(Start::Plus(None))
            .chain(Region::all().map(Start::Home))
            .chain(Region::all().map(|region| Start::Plus(Some(region))))
    }
}

/// The transition cover of one start: a shortest string to every state, then each digit, then
/// nothing, the shortest way to an answer, and random digits.
///
/// States that the international root reaches too are left to it, where a plus leads.
pub(crate) fn cover(
    start: Start,
    automaton: &Automaton,
    ways: &Ways,
    chance: &mut Chance,
    mut tell: impl FnMut(&str),
) {
    let graph = &automaton.graph;
    let mut seen = vec![false; graph.len()];
    seen[DEAD as usize] = true;
    if let Start::Plus(Some(_)) = start {
        mark(graph, automaton.international, &mut seen);
    }
    let mut queue = std::collections::VecDeque::from([(start.root(automaton), Vec::new())]);
    while let Some((node, access)) = queue.pop_front() {
        if std::mem::replace(&mut seen[node as usize], true) {
            continue;
        }
        tell(&start.text(&access));
        for digit in 0..10 {
            let next = graph.step(node, digit);
            let mut digits = access.clone();
            digits.push(digit);
            tell(&start.text(&digits));
            let mut shortest = digits.clone();
            ways.to_an_answer(next, &mut shortest);
            tell(&start.text(&shortest));
            let mut random = digits.clone();
            random.extend((0..=chance.below(12)).map(|_| chance.digit()));
            tell(&start.text(&random));
            if !seen[next as usize] {
                queue.push_back((next, digits));
            }
        }
    }
}

fn mark(graph: &Graph, node: NodeId, seen: &mut [bool]) {
    if !std::mem::replace(&mut seen[node as usize], true) {
        for next in graph.get(node).next {
            mark(graph, next, seen);
        }
    }
}

/// A string with the start it is read from: a walk along live states, mostly to an answer, then now
/// and then changed in a place or two and written with punctuation.
pub(crate) fn random(
    automaton: &Automaton,
    ways: &Ways,
    chance: &mut Chance,
) -> (Option<Region>, String) {
    let region = Region::from_index(1 + chance.below(Region::COUNT - 1)).expect("in range");
    let start = match chance.below(8) {
        0 => Start::Plus(None),
        1 => Start::Plus(Some(region)),
        _ => Start::Home(region),
    };
    let mut digits = walk(start.root(automaton), automaton, ways, chance);
    for _ in 0..[0, 0, 0, 1, 1, 2][chance.below(6)] {
        change(&mut digits, chance);
    }
    let mut text = start.text(&digits);
    if chance.below(4) == 0 {
        text = punctuated(&text, chance);
    }
    (start.home(), text)
}

fn walk(mut node: NodeId, automaton: &Automaton, ways: &Ways, chance: &mut Chance) -> Vec<u8> {
    let mut digits = Vec::new();
    loop {
        let here = automaton.graph.get(node);
        if here.next[0] == node {
            // Dialled abroad: most often on to a number of some country.
            if here.answer != 0 && chance.below(8) > 0 {
                digits.extend(walk(automaton.international, automaton, ways, chance));
            }
            return digits;
        }
        if here.answer != 0 && chance.below(2) == 0 {
            return digits;
        }
        let live: Vec<_> = (0..10)
            .filter(|&digit| here.next[usize::from(digit)] != DEAD)
            .collect();
        if live.is_empty() || chance.below(100) == 0 {
            return digits;
        }
        let digit = live[chance.below(live.len())];
        digits.push(digit);
        node = here.next[usize::from(digit)];
        if digits.len() == 6 && chance.below(3) == 0 {
            ways.to_an_answer(node, &mut digits);
            return digits;
        }
    }
}

fn change(digits: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(digits.len() + 1);
    match chance.below(5) {
        0 => digits.insert(at, chance.digit()),
        1 if at < digits.len() => drop(digits.remove(at)),
        2 if at < digits.len() => digits[at] = chance.digit(),
        3 => digits.insert(0, 0),
        _ => {
            let ahead: &[u8] =
                [&[0, 0][..], &[0], &[1], &[0, 1, 1], &[8], &[0, 0, 0]][chance.below(6)];
            digits.splice(0..0, ahead.iter().copied());
        }
    }
}

fn punctuated(text: &str, chance: &mut Chance) -> String {
    let mut written = String::new();
    written.push_str(["", "(", " ", "( ", "-", "."][chance.below(6)]);
    for symbol in text.chars() {
        written.push(symbol);
        if chance.below(4) == 0 {
            written.push_str([" ", "-", ".", "/", "(", ")", ") ", " - "][chance.below(8)]);
        }
    }
    written
}
