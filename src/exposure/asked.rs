//! Numbers of batches of contacts as they are looked up, and which of them were found.
//!
//! The more numbers are looked up together, the more of them share a block of the index, so the batches of a list are
//! asked about together: each is sorted by itself, and they are divided among threads by ranges of countries and tags.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Checker;
use crate::index::SegmentError;
use crate::phone::{Number, Region};
use crate::pump::Pump;
use crate::tag::Tag;

/// About as many numbers are looked up by one job.
const JOB: usize = 16 << 10;
/// One in so many numbers of a batch may be the bound of a job.
const STRIDE: usize = 4 << 10;
/// Bits of a word of what was found.
const WORD: usize = u64::BITS as usize;

/// The numbers of one batch, ready to be looked up. Their places count from 0 in the order they were asked in.
pub struct Asked {
    /// By country and tag.
    questions: Vec<Question>,
    /// A bit for each place, source after source.
    found: Vec<AtomicU64>,
}

/// A number of a batch: from the top, the country's place among all, the tag, and the number's place in the batch. In
/// one integer, so that sorting compares once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Question(u128);

impl Question {
    fn new(region: Region, tag: Tag, place: u32) -> Question {
        let region = region.index() as u128;
        Question(region << 96 | u128::from(tag.0) << 32 | u128::from(place))
    }

    fn region(self) -> Region {
        let index = usize::try_from(self.0 >> 96).ok();
        (index.and_then(Region::from_index)).expect("it was made of a region")
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is above is cut off")]
    fn tag(self) -> Tag {
        Tag((self.0 >> 32) as u64)
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is above is cut off")]
    fn place(self) -> u32 {
        self.0 as u32
    }
}

/// Which numbers of one batch are in which sources.
pub(super) struct Held<'a> {
    asked: &'a Asked,
    place: usize,
}

impl Asked {
    pub(super) fn new(numbers: &[Number], tags: &[Tag], sources: usize) -> Asked {
        let mut questions: Vec<Question> = (numbers.iter().zip(tags).zip(0..))
            .map(|((number, &tag), place)| Question::new(number.region(), tag, place))
            .collect();
        questions.sort_unstable();
        let words = numbers.len().div_ceil(WORD) * sources;
        Asked {
            questions,
            found: (0..words).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Bytes that it takes, about.
    pub fn weight(&self) -> usize {
        size_of_val(self.questions.as_slice()) + size_of_val(self.found.as_slice())
    }

    /// What was found, number by number in the order they were asked in.
    pub(super) fn held(&self) -> Held<'_> {
        Held {
            asked: self,
            place: 0,
        }
    }

    fn mark(&self, place: u32, source: usize) {
        let (word, bit) = self.bit(place as usize, source);
        self.found[word].fetch_or(bit, Ordering::Relaxed);
    }

    /// The word, and the bit in it.
    fn bit(&self, place: usize, source: usize) -> (usize, u64) {
        let words_of_source = self.questions.len().div_ceil(WORD);
        (source * words_of_source + place / WORD, 1 << (place % WORD))
    }

    /// The questions from one question on, up to another.
    fn between(&self, from: Option<&Question>, to: Option<&Question>) -> &[Question] {
        let place = |bound: &Question| self.questions.partition_point(|other| other < bound);
        let (start, end) = (
            from.map_or(0, place),
            to.map_or(self.questions.len(), place),
        );
        &self.questions[start..end]
    }
}

impl Held<'_> {
    /// The sources that hold the next number.
    pub(super) fn next(&mut self, sources: usize) -> impl Iterator<Item = usize> {
        let place = self.place;
        self.place += 1;
        (0..sources).filter(move |source| {
            let (word, bit) = self.asked.bit(place, *source);
            self.asked.found[word].load(Ordering::Relaxed) & bit != 0
        })
    }
}

impl Checker<'_> {
    /// Looks up the numbers of all these batches.
    ///
    /// # Errors
    /// A segment that cannot be read or is damaged: then nothing is known of any batch.
    pub fn look_up(&self, batches: &[Asked], threads: NonZeroUsize) -> Result<(), SegmentError> {
        let bounds = bounds(batches);
        let mut ranges = (0..=bounds.len()).map(|range| {
            let from = range.checked_sub(1).map(|before| bounds[before]);
            (from, bounds.get(range).copied())
        });
        Pump::new(threads).run(
            || Ok(ranges.next()),
            Vec::new,
            |questions, (from, to)| self.look_up_between(batches, from, to, questions),
            |looked_up| looked_up,
        )?;
        Ok(())
    }

    fn look_up_between(
        &self,
        batches: &[Asked],
        from: Option<Question>,
        to: Option<Question>,
        questions: &mut Vec<(Question, u32)>,
    ) -> Result<(), SegmentError> {
        questions.clear();
        for (batch, asked) in (0..).zip(batches) {
            let of_batch = asked.between(from.as_ref(), to.as_ref());
            questions.extend(of_batch.iter().map(|question| (*question, batch)));
        }
        // Sorted runs one after the other, which a stable sort merges.
        questions.sort_by_key(|(question, _)| *question);
        for of_region in questions.chunk_by(|(one, _), (other, _)| one.region() == other.region()) {
            let region = of_region[0].0.region();
            for (source, segment) in self.segments().iter().enumerate() {
                segment.look_up(
                    region,
                    of_region,
                    |(question, _)| question.tag(),
                    |(question, batch)| batches[*batch as usize].mark(question.place(), source),
                )?;
            }
        }
        Ok(())
    }
}

/// Questions that divide those of all batches into parts of about the same length. Each batch gives its share of them
/// from other places, since all batches are spread alike.
fn bounds(batches: &[Asked]) -> Vec<Question> {
    let mut bounds: Vec<Question> = (batches.iter().enumerate())
        .flat_map(|(turn, asked)| {
            let first = STRIDE * (turn + 1) / batches.len();
            asked.questions.iter().skip(first).step_by(STRIDE)
        })
        .copied()
        .collect();
    bounds.sort_unstable();
    bounds.into_iter().step_by(JOB / STRIDE).collect()
}
