//! One text of a cell, judged as one number: what a load of valid numbers takes it for, and what a
//! purpose that takes numbers of a possible length makes of it.

use super::{
    CellOutcome, Reading, Reason, Repairs,
    resolve::{Refused, Resolved},
};

/// One text as one number.
#[derive(Clone, Copy)]
pub(super) struct Judged {
    /// What a load of valid numbers takes it for. Only this decides how a cell is taken apart, so
    /// that a check seeks what a load has stored.
    pub(super) outcome: CellOutcome,
    /// The number of a possible length that a rejected text is, if the purpose takes one.
    possible: Option<Reading>,
}

impl Judged {
    pub(super) fn new(found: Result<Resolved, Refused>, repairs: Repairs) -> Judged {
        let reading = |found: Resolved| Reading {
            number: found.number,
            read_as: found.read_as,
            alternative: found.alternative,
            grade: found.grade,
            migrated: found.migrated,
            repairs,
        };
        match found {
            Ok(found) => Judged::valid(reading(found)),
            Err(Refused { reason, possible }) => Judged {
                possible: possible.map(reading),
                ..Judged::rejected(reason)
            },
        }
    }

    pub(super) fn valid(reading: Reading) -> Judged {
        Judged {
            outcome: CellOutcome::Number(reading),
            possible: None,
        }
    }

    pub(super) fn rejected(reason: Reason) -> Judged {
        Judged {
            outcome: CellOutcome::Rejected(reason),
            possible: None,
        }
    }

    pub(super) fn is_valid(self) -> bool {
        matches!(self.outcome, CellOutcome::Number(_))
    }

    /// Whether it may be several numbers that are written alike.
    pub(super) fn may_be_several(self) -> bool {
        let CellOutcome::Rejected(reason) = self.outcome else {
            return false;
        };
        matches!(reason, Reason::TooLong | Reason::StrayMarks)
    }

    /// What the purpose takes it for.
    pub(super) fn taken(self) -> CellOutcome {
        self.possible.map_or(self.outcome, CellOutcome::Number)
    }
}
