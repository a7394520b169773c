//! libphonenumber's reading of a digit string, run symbolically: from the state after each prefix
//! to a node of the graph, so that the node's answer for any string is what the library says of it.
//!
//! A valid number's answer is a [`Label`]. Digits after a way of dialling abroad are read by the
//! international root, wherever they are, so their answer is only where to start again.

use std::collections::HashMap;

use leakline::phone::Region;

use crate::graph::{DEAD, Graph, NodeId};
use crate::idd::{Abroad, Idd};
use crate::label::{Label, Labels};
use crate::plan::{Fit, Plan, Plans};
use crate::rewrite::{Origin, Source};
use crate::strip::{Sink, Strip};

/// The fewest and most digits of a national number.
const NATIONAL: std::ops::RangeInclusive<u8> = 2..=17;

/// How a national number is written that starts with this state.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Written {
    AfterCallingCode,
    Nationally,
}

/// Builds the automata of all roots in one graph.
pub(crate) struct Reading<'a> {
    pub(crate) graph: &'a mut Graph,
    pub(crate) plans: &'a Plans,
    labels: Labels,
    abroad: HashMap<u8, NodeId>,
    national: HashMap<(u16, Region, Written, Strip<Candidate>), NodeId>,
    international: HashMap<u32, NodeId>,
}

/// A candidate for the national number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Candidate {
    general: NodeId,
    valid: NodeId,
    length: u8,
}

impl Sink for Candidate {
    fn feed(&mut self, digit: u8, graph: &Graph) {
        self.general = graph.step(self.general, digit);
        self.valid = graph.step(self.valid, digit);
        self.length += 1;
    }

    fn is_viable(&self, graph: &Graph) -> bool {
        graph.answer(self.general) == 1
    }

    fn is_hopeless(&self) -> bool {
        self.valid == DEAD
    }
}

impl<'a> Reading<'a> {
    pub(crate) fn new(graph: &'a mut Graph, plans: &'a Plans) -> Reading<'a> {
        Reading {
            graph,
            plans,
            labels: Labels::default(),
            abroad: HashMap::new(),
            national: HashMap::new(),
            international: HashMap::new(),
        }
    }

    /// The labels that the answers stand for.
    pub(crate) fn into_labels(self) -> Vec<Label> {
        self.labels.into_all()
    }

    /// The root for digits after a plus without a home region, or without their plus.
    pub(crate) fn international(&mut self) -> NodeId {
        self.after_plus(0, 0)
    }

    /// The root for digits after a plus with a home region: where no calling code leads, the
    /// library tries the region's ways of dialling abroad.
    pub(crate) fn plus_at_home(&mut self, plan: &Plan) -> NodeId {
        let idd = Idd::new(&plan.idd);
        self.plus_or_idd(plan, 0, &idd)
    }

    pub(crate) fn candidate(&self, plan: &Plan) -> Strip<Candidate> {
        let fresh = Candidate {
            general: plan.general,
            valid: self.plans.valid(plan.calling_code),
            length: 0,
        };
        Strip::new(plan, &fresh, self.graph)
    }

    /// `head` is what has been read, none of it a calling code yet; no calling code has a
    /// leading 0.
    fn after_plus(&mut self, head: u32, length: u8) -> NodeId {
        if length == 3 || length > 0 && head == 0 {
            return DEAD;
        }
        if let Some(&known) = self.international.get(&head) {
            return known;
        }
        let next = std::array::from_fn(|digit| {
            let code = head * 10 + u32::try_from(digit).expect("one digit");
            match u16::try_from(code)
                .ok()
                .and_then(|code| self.plans.main_of(code))
            {
                Some(main) => {
                    let state = self.candidate(main);
                    self.national_node(main, Written::AfterCallingCode, state)
                }
                None => self.after_plus(code, length + 1),
            }
        });
        let made = self.graph.node(0, next);
        self.international.insert(head, made);
        made
    }

    fn plus_or_idd(&mut self, plan: &Plan, head: u32, idd: &Idd) -> NodeId {
        let length = idd.length();
        let code_can_follow = length < 3 && (length == 0 || head > 0);
        let next = std::array::from_fn(|digit| {
            let digit = u8::try_from(digit).expect("one digit");
            let code = head * 10 + u32::from(digit);
            let main = u16::try_from(code)
                .ok()
                .filter(|_| code_can_follow)
                .and_then(|code| self.plans.main_of(code));
            if let Some(main) = main {
                let state = self.candidate(main);
                return self.national_node(main, Written::AfterCallingCode, state);
            }
            let mut idd = idd.clone();
            match idd.feed(digit, &plan.idd) {
                Abroad::After(dropped) => self.abroad(dropped),
                Abroad::Open => {
                    self.plus_or_idd(plan, if code_can_follow { code } else { 0 }, &idd)
                }
                // No calling code of two or three digits is given up for want of an IDD.
                Abroad::No if code_can_follow && code > 0 && length < 2 => {
                    self.after_plus(code, length + 1)
                }
                Abroad::No => DEAD,
            }
        });
        let answer = match idd.end() {
            Some(dropped) => self.abroad_label(dropped),
            None => 0,
        };
        self.graph.node(answer, next)
    }

    pub(crate) fn abroad(&mut self, dropped: u8) -> NodeId {
        if let Some(&known) = self.abroad.get(&dropped) {
            return known;
        }
        let answer = self.abroad_label(dropped);
        let made = self.graph.sink(answer);
        self.abroad.insert(dropped, made);
        made
    }

    pub(crate) fn abroad_label(&mut self, dropped: u8) -> u32 {
        self.labels.answer(Label::Abroad { dropped })
    }

    /// The node for a national number read by `plan`, the main region's after a calling code.
    pub(crate) fn national_node(
        &mut self,
        plan: &Plan,
        written: Written,
        mut state: Strip<Candidate>,
    ) -> NodeId {
        if state.is_hopeless() {
            return DEAD;
        }
        if state.is_settled() {
            state.forget_the_general_description();
        }
        let key = (plan.calling_code, plan.region, written, state);
        if let Some(&known) = self.national.get(&key) {
            return known;
        }
        let (.., state) = &key;
        let next = std::array::from_fn(|digit| {
            let mut state = state.clone();
            let digit = u8::try_from(digit).expect("one digit");
            state.feed(digit, plan, self.graph);
            self.national_node(plan, written, state)
        });
        let answer = match self.national_end(plan, state) {
            Some((region, origin)) => self.valid(plan.calling_code, written, region, origin),
            None => 0,
        };
        let made = self.graph.node(answer, next);
        self.national.insert(key, made);
        made
    }

    /// What a number that ends here is, and how the national number comes from its digits.
    pub(crate) fn national_end(
        &self,
        plan: &Plan,
        state: &Strip<Candidate>,
    ) -> Option<(u8, Origin)> {
        let (stripped, origin) = state.end(plan, self.graph);
        let keeps = matches!(
            plan.fit(stripped.length),
            Fit::LocalOnly | Fit::TooShort | Fit::Invalid
        );
        let (chosen, origin) = if keeps {
            (state.whole(), Origin::default())
        } else {
            (stripped, origin)
        };
        let region = self.graph.answer(chosen.valid).checked_sub(1)?;
        NATIONAL.contains(&chosen.length).then_some((
            u8::try_from(region).expect("fewer than 256 regions"),
            origin,
        ))
    }

    pub(crate) fn valid(
        &mut self,
        calling_code: u16,
        written: Written,
        region: u8,
        origin: Origin,
    ) -> u32 {
        let code: Vec<_> = calling_code
            .to_string()
            .bytes()
            .map(|byte| Source::Digit(byte - b'0'))
            .collect();
        let prepended =
            |origin: &Origin| Origin::new([&code[..], &origin.head].concat(), origin.rest);
        let origin = match written {
            Written::Nationally => prepended(&origin),
            Written::AfterCallingCode if origin == Origin::default() => origin,
            Written::AfterCallingCode => {
                let skip =
                    Origin::new(Vec::new(), u8::try_from(code.len()).expect("three at most"));
                prepended(&origin.after(&skip))
            }
        };
        self.labels.answer(Label::Valid { region, origin })
    }
}

impl Strip<Candidate> {
    /// Stripping is over, so what it went by no longer tells states apart.
    fn forget_the_general_description(&mut self) {
        self.whole_mut().general = DEAD;
    }
}
