//! What the automaton says of the strings that end in a state.

use std::collections::HashMap;

use crate::rewrite::{Origin, Source};

/// What is said of a digit string.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Label {
    /// Its digits after the first so many are an international number.
    Abroad { dropped: u8 },
    /// A valid number of the region, and how its E.164 digits come from the string.
    Valid { region: u8, origin: Origin },
}

/// All labels so far. A state's answer is one more than its label's place.
#[derive(Default)]
pub(crate) struct Labels {
    all: Vec<Label>,
    answers: HashMap<Label, u32>,
}

impl Labels {
    /// The answer that stands for a label.
    pub(crate) fn answer(&mut self, label: Label) -> u32 {
        if let Some(&known) = self.answers.get(&label) {
            return known;
        }
        self.all.push(label.clone());
        let answer = u32::try_from(self.all.len()).expect("few labels");
        self.answers.insert(label, answer);
        answer
    }

    pub(crate) fn into_all(self) -> Vec<Label> {
        self.all
    }
}

impl Label {
    /// The eight bytes that stand for it in the table.
    pub(crate) fn encoded(&self) -> [u8; 8] {
        let (region, origin) = match self {
            Label::Valid { region, origin } => (*region, origin.clone()),
            Label::Abroad { dropped } => (u8::MAX, Origin::new(Vec::new(), *dropped)),
        };
        let mut inserted: u32 = 0;
        let mut moved: Option<(u8, u8)> = None;
        for source in &origin.head {
            moved = match (*source, moved) {
                (Source::Digit(digit), None) => {
                    inserted = inserted
                        .checked_mul(10)
                        .and_then(|tens| tens.checked_add(u32::from(digit)))
                        .expect("nine digits at most");
                    assert!(
                        inserted > 0,
                        "a calling code in front, without leading zeros"
                    );
                    None
                }
                (Source::Place(at), None) => Some((at, 1)),
                (Source::Place(at), Some((from, count))) if at == from + count => {
                    Some((from, count + 1))
                }
                _ => panic!("digits inserted, one part moved, and the rest; not {origin:?}"),
            };
        }
        let (from, count) = moved.unwrap_or_default();
        let [a, b, c, d] = inserted.to_le_bytes();
        [region, origin.rest, from, count, a, b, c, d]
    }
}
