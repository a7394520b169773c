//! One question: a text and a home country → findings, in one call.

use std::num::NonZeroUsize;

use super::{Checker, Contact, Finding};
use crate::index::{Index, Searcher, SegmentError};
use crate::intake::{EntryOutcome, RejectReason};
use crate::key::Key;
use crate::phone::{CellOutcome, CellReader, DigitOrder, Purpose, Region};
use crate::tag::Tagger;

impl<'a> Checker<'a> {
    /// Answers from all sources of `index`, which `key` made.
    pub fn of_index(index: &'a Index, key: &Key) -> Checker<'a> {
        let searcher = Searcher::new(index.segments().iter().collect());
        Checker::new(searcher, Tagger::new(key))
    }

    /// Answers `text`, with numbers without a country code read as those of `home`.
    ///
    /// Gives one finding for each number in `text`, or one that says why none does.
    /// For many numbers, [`Checker::batch`] or [`crate::check`] look them up together, which is
    /// much faster.
    ///
    /// # Errors
    /// A segment that cannot be read or is damaged.
    pub fn ask(&self, text: &str, home: Option<Region>) -> Result<Vec<Finding>, SegmentError> {
        let reader = CellReader {
            purpose: Purpose::Check,
            order: DigitOrder::HomeFirst,
        };
        let mut entries = Vec::new();
        reader.cell(text.as_bytes(), home, &mut |outcome| {
            entries.push(match outcome {
                CellOutcome::Blank => EntryOutcome::Blank,
                CellOutcome::Number(reading) => EntryOutcome::Number(reading),
                CellOutcome::Rejected(reason) => EntryOutcome::Rejected(RejectReason::Text(reason)),
            });
        });
        let mut numbers = Vec::new();
        for entry in &entries {
            entry.for_each_spelling(self.spellings(), &mut |_, number| numbers.push(number));
        }
        let batch = self.batch(&numbers);
        (self.searcher()).look_up(std::slice::from_ref(&batch), NonZeroUsize::MIN)?;
        let mut answers = self.answers(&batch, Vec::new());
        for entry in entries {
            answers.add(Contact {
                line: 1,
                column: 0,
                entry,
                unread_place: None,
                explanation: None,
            });
        }
        Ok(answers.finish())
    }
}
