//! What a cell comes to: a number as it was read, blank, or the reason that there is none.

use serde::{Deserialize, Serialize};

use super::{Number, Reason, Repairs};

/// How the digits of a number turned out to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAs {
    /// With a calling code in front.
    International,
    /// As its home region dials it.
    Home,
}

/// How sure a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// In an assigned range of today's plan.
    Valid,
    /// Of a possible length, in no assigned range.
    Possible,
}

/// How the accepted numbers of a file were written; each is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadingCounts {
    /// With a calling code in front.
    pub international: u64,
    /// As their home region dials them.
    pub home: u64,
    /// In digits that fit both ways and are another number each way.
    pub ambiguous: u64,
}

/// A cell read as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The number, by the first reading that is valid.
    pub number: Number,
    /// How its digits are written.
    pub read_as: ReadAs,
    /// The number that the same digits are in the other valid reading: they are ambiguous.
    pub alternative: Option<Number>,
    /// Whether it is in an assigned range.
    pub grade: Grade,
    /// Rewritten from an old numbering plan.
    pub migrated: bool,
    /// The repairs of its text.
    pub repairs: Repairs,
}

/// What one number of a cell came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellOutcome {
    /// Empty, or a word for nothing (`null`, `N/A`, `none`, `-`, `0`).
    Blank,
    /// A number.
    Number(Reading),
    /// No number, and why.
    Rejected(Reason),
}

impl ReadingCounts {
    /// Counts one accepted number.
    #[inline]
    pub fn count(&mut self, reading: Reading) {
        match (reading.alternative, reading.read_as) {
            (Some(_), _) => self.ambiguous += 1,
            (None, ReadAs::International) => self.international += 1,
            (None, ReadAs::Home) => self.home += 1,
        }
    }

    /// Adds the counts of another part.
    pub fn add(&mut self, part: ReadingCounts) {
        self.international += part.international;
        self.home += part.home;
        self.ambiguous += part.ambiguous;
    }
}

impl Reading {
    /// A valid number of which there is nothing more to say.
    pub fn plain(number: Number, read_as: ReadAs) -> Reading {
        Reading {
            number,
            read_as,
            alternative: None,
            grade: Grade::Valid,
            migrated: false,
            repairs: Repairs::NONE,
        }
    }
}
