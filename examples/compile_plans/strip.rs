//! The stripping of a national prefix, run on a number of which the digits come one at a time.
//!
//! It is not known at once which alternative of the prefix matches, nor whether stripping leaves a
//! viable number, so all candidates run side by side: the number as it is, and what each
//! alternative would make of it.

use crate::graph::Graph;
use crate::plan::Plan;
use crate::rewrite::{Origin, Rewrite, Source};

/// What takes a number's digits.
pub(crate) trait Sink: Clone + Eq + std::hash::Hash {
    fn feed(&mut self, digit: u8, graph: &Graph);
    /// Whether the digits so far match the general description that stripping goes by.
    fn is_viable(&self, graph: &Graph) -> bool;
    /// Whether no continuation can be valid.
    fn is_hopeless(&self) -> bool;
}

/// A number before it is known whether a prefix comes off.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Strip<S> {
    whole: S,
    threads: Vec<Thread<S>>,
}

/// One alternative of the prefix, as far as it goes.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Thread<S> {
    rewrite: u16,
    place: u8,
    made: u8,
    sink: S,
}

impl<S: Sink> Strip<S> {
    /// Starts on an empty number: `fresh` is fed with what is made of it.
    pub(crate) fn new(plan: &Plan, fresh: &S, graph: &Graph) -> Strip<S> {
        let threads = (0u16..)
            .zip(&plan.prefixes)
            .map(|(at, rewrite)| {
                let mut thread = Thread {
                    rewrite: at,
                    place: 0,
                    made: 0,
                    sink: fresh.clone(),
                };
                thread.emit(rewrite, None, graph);
                thread
            })
            .collect();
        let mut strip = Strip {
            whole: fresh.clone(),
            threads,
        };
        strip.settle(plan);
        strip
    }

    pub(crate) fn feed(&mut self, digit: u8, plan: &Plan, graph: &Graph) {
        self.whole.feed(digit, graph);
        self.threads.retain_mut(|thread| {
            let rewrite = &plan.prefixes[usize::from(thread.rewrite)];
            thread.feed(digit, rewrite, graph)
        });
        self.settle(plan);
    }

    /// What comes of a number that ends here, and whence.
    pub(crate) fn end(&self, plan: &Plan, graph: &Graph) -> (&S, Origin) {
        let matched = self.threads.iter().find_map(|thread| {
            let rewrite = &plan.prefixes[usize::from(thread.rewrite)];
            (usize::from(thread.place) == rewrite.places.len()).then_some((thread, rewrite))
        });
        match matched {
            Some((thread, rewrite))
                if thread.sink.is_viable(graph) || !self.whole.is_viable(graph) =>
            {
                (&thread.sink, rewrite.origin.clone())
            }
            _ => (&self.whole, Origin::default()),
        }
    }

    /// The number as it is.
    pub(crate) fn whole(&self) -> &S {
        &self.whole
    }

    pub(crate) fn whole_mut(&mut self) -> &mut S {
        &mut self.whole
    }

    /// Whether nothing can come off any more, and the number is read as it is.
    pub(crate) fn is_settled(&self) -> bool {
        self.threads.is_empty()
    }

    pub(crate) fn is_hopeless(&self) -> bool {
        self.whole.is_hopeless() && self.threads.iter().all(|thread| thread.sink.is_hopeless())
    }

    /// A match without conditions ends the hopes of all alternatives after it.
    fn settle(&mut self, plan: &Plan) {
        let first = self.threads.iter().position(|thread| {
            let rewrite = &plan.prefixes[usize::from(thread.rewrite)];
            !rewrite.at_end && usize::from(thread.place) == rewrite.places.len()
        });
        if let Some(first) = first {
            self.threads.truncate(first + 1);
        }
    }
}

impl<S: Sink> Thread<S> {
    /// Takes a digit; false if the alternative does not match.
    fn feed(&mut self, digit: u8, rewrite: &Rewrite, graph: &Graph) -> bool {
        let place = usize::from(self.place);
        if place == rewrite.places.len() {
            self.sink.feed(digit, graph);
            return !rewrite.at_end;
        }
        if rewrite.places[place] >> digit & 1 == 0 {
            return false;
        }
        self.place += 1;
        self.emit(rewrite, Some((self.place - 1, digit)), graph);
        true
    }

    /// Passes on what is known of the rewritten number, given the digit at the place just read.
    fn emit(&mut self, rewrite: &Rewrite, known: Option<(u8, u8)>, graph: &Graph) {
        while let Some(&source) = rewrite.made.get(usize::from(self.made)) {
            let digit = match (source, known) {
                (Source::Digit(digit), _) => digit,
                (Source::Place(place), Some((at, digit))) if at == place => digit,
                (Source::Place(_), _) => return,
            };
            self.sink.feed(digit, graph);
            self.made += 1;
        }
    }
}
