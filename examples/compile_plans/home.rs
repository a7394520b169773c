//! The reading of digits as a region dials them: the way abroad, the region's own calling code
//! without a plus, and the national number, all three side by side until it is known which it is.

use std::collections::HashMap;

use crate::graph::{DEAD, Graph, NodeId};
use crate::idd::{Abroad, Idd};
use crate::plan::{Fit, Plan};
use crate::read::{Candidate, Reading, Written};
use crate::strip::{Sink, Strip};

/// What may be the number after the home region's calling code, its prefix stripped once; the main
/// region's rules then strip again.
#[derive(Clone, PartialEq, Eq, Hash)]
struct AfterOwnCode<'a> {
    general: NodeId,
    national: Strip<Candidate>,
    main: ByAddress<'a>,
}

/// A plan that takes part in a state: equal if it is the same one.
#[derive(Clone, Copy)]
struct ByAddress<'a>(&'a Plan);

/// The state of reading a number as a home region dials it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Home<'a> {
    length: u8,
    general: NodeId,
    idd: Idd,
    own: OwnCode<'a>,
    national: Strip<Candidate>,
}

/// Whether the home region's own calling code leads.
#[derive(Clone, PartialEq, Eq, Hash)]
enum OwnCode<'a> {
    Led(u8),
    Absent,
    Present(Strip<AfterOwnCode<'a>>),
}

impl PartialEq for ByAddress<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for ByAddress<'_> {}

impl std::hash::Hash for ByAddress<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.0).hash(state);
    }
}

impl Sink for AfterOwnCode<'_> {
    fn feed(&mut self, digit: u8, graph: &Graph) {
        self.general = graph.step(self.general, digit);
        self.national.feed(digit, self.main.0, graph);
    }

    fn is_viable(&self, graph: &Graph) -> bool {
        graph.answer(self.general) == 1
    }

    fn is_hopeless(&self) -> bool {
        self.national.is_hopeless()
    }
}

impl<'a> Reading<'a> {
    /// The root for digits as a region dials them.
    pub(crate) fn home(&mut self, plan: &'a Plan) -> NodeId {
        let state = Home {
            length: 0,
            general: plan.general,
            idd: Idd::new(&plan.idd),
            own: OwnCode::Led(0),
            national: self.candidate(plan),
        };
        self.home_node(plan, &state, &mut HashMap::new())
    }

    fn home_node(
        &mut self,
        plan: &'a Plan,
        state: &Home<'a>,
        memo: &mut HashMap<Home<'a>, NodeId>,
    ) -> NodeId {
        if state.idd.is_over() && matches!(state.own, OwnCode::Absent) {
            return self.national_node(plan, Written::Nationally, state.national.clone());
        }
        if let Some(&known) = memo.get(state) {
            return known;
        }
        if state.is_hopeless() {
            return DEAD;
        }
        let next = std::array::from_fn(|digit| {
            let digit = u8::try_from(digit).expect("one digit");
            match self.home_step(plan, state, digit) {
                Ok(state) => self.home_node(plan, &state, memo),
                Err(dropped) => self.abroad(dropped),
            }
        });
        let answer = self.home_end(plan, state);
        let made = self.graph.node(answer, next);
        memo.insert(state.clone(), made);
        made
    }

    /// The next state, or how many digits a way of dialling abroad took.
    fn home_step(&self, plan: &'a Plan, state: &Home<'a>, digit: u8) -> Result<Home<'a>, u8> {
        let mut state = state.clone();
        if let Abroad::After(dropped) = state.idd.feed(digit, &plan.idd) {
            return Err(dropped);
        }
        state.length += 1;
        state.general = self.graph.step(state.general, digit);
        state.national.feed(digit, plan, self.graph);
        match &mut state.own {
            OwnCode::Absent => {}
            OwnCode::Present(strip) => strip.feed(digit, plan, self.graph),
            OwnCode::Led(length) => {
                let code = plan.calling_code.to_string();
                let expected = code.as_bytes()[usize::from(*length)] - b'0';
                *length += 1;
                if expected != digit {
                    state.own = OwnCode::Absent;
                } else if usize::from(*length) == code.len() {
                    state.own = OwnCode::Present(self.after_own_code(plan));
                }
            }
        }
        Ok(state)
    }

    fn after_own_code(&self, plan: &'a Plan) -> Strip<AfterOwnCode<'a>> {
        let main = self
            .plans
            .main_of(plan.calling_code)
            .expect("the code of a region");
        let fresh = AfterOwnCode {
            general: plan.general,
            national: self.candidate(main),
            main: ByAddress(main),
        };
        Strip::new(plan, &fresh, self.graph)
    }

    fn home_end(&mut self, plan: &Plan, state: &Home<'_>) -> u32 {
        if let Some(dropped) = state.idd.end() {
            return self.abroad_label(dropped);
        }
        if let OwnCode::Present(strip) = &state.own {
            let (after, first) = strip.end(plan, self.graph);
            let better = self.graph.answer(state.general) == 0 && after.is_viable(self.graph);
            if better || plan.fit(state.length) == Fit::TooLong {
                return match self.national_end(after.main.0, &after.national) {
                    Some((region, origin)) => {
                        let origin = origin.after(&first);
                        self.valid(plan.calling_code, Written::AfterCallingCode, region, origin)
                    }
                    None => 0,
                };
            }
        }
        match self.national_end(plan, &state.national) {
            Some((region, origin)) => {
                self.valid(plan.calling_code, Written::Nationally, region, origin)
            }
            None => 0,
        }
    }
}

impl Home<'_> {
    fn is_hopeless(&self) -> bool {
        let own = match &self.own {
            OwnCode::Led(_) => false,
            OwnCode::Absent => true,
            OwnCode::Present(strip) => strip.is_hopeless(),
        };
        own && self.idd.is_over() && self.national.is_hopeless()
    }
}
