//! Numbers of batches of contacts as they are looked up, and which of them were found.
//!
//! The more numbers are looked up together, the more of them share a block of the index, so the batches of a list are
//! asked about together. Each is divided into buckets by where in the index its numbers belong, and what all batches have
//! in one bucket is looked up at once.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Checker;
use super::buckets::{BUCKETS, Buckets};
use crate::index::SegmentError;
use crate::ordered_pool::OrderedPool;
use crate::phone::{Number, Region};
use crate::tag::Tag;

/// About the most numbers that one job looks up, of a list whose numbers are all of a few buckets. Few in tests, so that
/// there are such jobs.
const JOB: usize = if cfg!(test) { 4 } else { 64 << 10 };
/// Bits of a word of what was found.
const WORD: usize = u64::BITS as usize;
/// Numbers of a batch at most.
const MOST: usize = 1 << 24;

/// The numbers of one batch, ready to be looked up. Their places count from 0 in the order they were asked in.
pub struct LookupBatch {
    /// By bucket. Those of countries that no segment covers are not among them.
    questions: Vec<Question>,
    /// Where the questions of each bucket end.
    ends: Vec<u32>,
    /// How many numbers there are.
    places: usize,
    /// A bit for each question, source after source.
    found: Vec<AtomicU64>,
}

/// A number of a batch, as small as it can be: a million of them are held at a time.
#[derive(Clone, Copy)]
struct Question {
    tag: [u32; 2],
    /// The number's place in the batch, and its country's among all in the lowest byte.
    place_and_region: u32,
}

/// A question as it is sorted, in one integer, so that sorting compares once: from the top the country, the tag, and the
/// question's turn in its job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SortKey(u128);

/// What a thread that looks up keeps from job to job.
#[derive(Default)]
struct Scratch {
    keys: Vec<SortKey>,
    /// Which of the questions one source holds, in the order of their turns.
    held: Vec<bool>,
}

impl Question {
    fn new(region: Region, tag: Tag, place: u32) -> Question {
        let region = u32::try_from(region.index()).expect("a byte");
        Question {
            #[expect(clippy::cast_possible_truncation, reason = "each takes its half")]
            tag: [(tag.0 >> 32) as u32, tag.0 as u32],
            place_and_region: place << 8 | region,
        }
    }

    fn key(self, turn: u32) -> SortKey {
        let [high, low] = self.tag.map(u128::from);
        let region = u128::from(self.place_and_region & 0xff);
        SortKey(region << 96 | high << 64 | low << 32 | u128::from(turn))
    }

    fn place(self) -> usize {
        (self.place_and_region >> 8) as usize
    }
}

impl SortKey {
    fn region(self) -> Region {
        let index = usize::try_from(self.0 >> 96).ok();
        (index.and_then(Region::from_index)).expect("it was made of a region")
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is above is cut off")]
    fn tag(self) -> Tag {
        Tag((self.0 >> 32) as u64)
    }

    #[expect(clippy::cast_possible_truncation, reason = "what is above is cut off")]
    fn turn(self) -> usize {
        self.0 as u32 as usize
    }
}

/// Which numbers of one batch are in which sources.
pub(super) struct Matches {
    /// A bit for each place, source after source.
    found: Vec<u64>,
    words_of_source: usize,
    place: usize,
}

impl LookupBatch {
    /// # Panics
    /// If there are more than 2^24 numbers.
    pub(super) fn new(
        numbers: &[Number],
        tags: &[Tag],
        buckets: &Buckets,
        sources: usize,
    ) -> LookupBatch {
        assert!(numbers.len() <= MOST, "a batch is far smaller");
        let asked = || numbers.iter().zip(tags);
        let chosen: Vec<Option<usize>> = asked()
            .map(|(number, &tag)| buckets.of(number.region(), tag))
            .collect();
        let mut ends = vec![0; BUCKETS];
        for &bucket in chosen.iter().flatten() {
            ends[bucket] += 1;
        }
        let mut all = 0;
        for end in &mut ends {
            (*end, all) = (all, all + *end);
        }
        let nobody = Question {
            tag: [0; 2],
            place_and_region: 0,
        };
        let mut questions = vec![nobody; all as usize];
        for (((number, &tag), bucket), place) in asked().zip(chosen).zip(0..) {
            if let Some(bucket) = bucket {
                let end = &mut ends[bucket];
                questions[*end as usize] = Question::new(number.region(), tag, place);
                *end += 1;
            }
        }
        let words = questions.len().div_ceil(WORD) * sources;
        LookupBatch {
            questions,
            ends,
            places: numbers.len(),
            found: (0..words).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Bytes that it takes, about.
    pub fn heap_bytes(&self) -> usize {
        size_of_val(self.questions.as_slice())
            + size_of_val(self.ends.as_slice())
            + size_of_val(self.found.as_slice())
    }

    /// What was found, number by number in the order they were asked in.
    pub(super) fn held(&self) -> Matches {
        let words_of_source = self.places.div_ceil(WORD);
        let sources = self.found.len().checked_div(self.words()).unwrap_or(0);
        let mut found = vec![0; sources * words_of_source];
        for (turn, word) in self.found.iter().enumerate() {
            let (source, first) = (turn / self.words(), turn % self.words() * WORD);
            let mut ones = word.load(Ordering::Relaxed);
            while ones != 0 {
                let place = self.questions[first + ones.trailing_zeros() as usize].place();
                found[source * words_of_source + place / WORD] |= 1 << (place % WORD);
                ones &= ones - 1;
            }
        }
        Matches {
            found,
            words_of_source,
            place: 0,
        }
    }

    /// Words of what was found in one source.
    fn words(&self) -> usize {
        self.questions.len().div_ceil(WORD)
    }

    fn of_bucket(&self, bucket: usize) -> Range<usize> {
        let start = bucket.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[bucket] as usize
    }

    /// Which of the questions from this one on a source holds. The first word and the last may be another job's too.
    fn mark(&self, first: usize, held: &[bool], source: usize) {
        let words = &self.found[source * self.words()..][..self.words()];
        let mut question = first;
        let mut rest = held;
        while !rest.is_empty() {
            let (of_word, others) = rest.split_at(rest.len().min(WORD - question % WORD));
            let bits = (of_word.iter().rev()).fold(0, |bits, &held| bits << 1 | u64::from(held));
            if bits != 0 {
                words[question / WORD].fetch_or(bits << (question % WORD), Ordering::Relaxed);
            }
            question += of_word.len();
            rest = others;
        }
    }
}

impl Matches {
    /// The sources that hold the next number.
    pub(super) fn next(&mut self) -> impl Iterator<Item = usize> {
        let place = self.place;
        self.place += 1;
        let words = self
            .found
            .iter()
            .skip(place / WORD)
            .step_by(self.words_of_source.max(1));
        (0..)
            .zip(words)
            .filter(move |(_, word)| *word >> (place % WORD) & 1 == 1)
            .map(|(source, _)| source)
    }
}

impl Checker<'_> {
    /// Looks up the numbers of all these batches.
    ///
    /// # Errors
    /// A segment that cannot be read or is damaged: then nothing is known of any batch.
    pub fn look_up(
        &self,
        batches: &[LookupBatch],
        threads: NonZeroUsize,
    ) -> Result<(), SegmentError> {
        let asked_of =
            |bucket: &usize| (batches.iter()).any(|asked| !asked.of_bucket(*bucket).is_empty());
        let mut jobs = (0..BUCKETS).filter(asked_of).flat_map(|bucket| {
            let mut start = 0;
            std::iter::from_fn(move || {
                let first = start;
                start += as_many_as_fit(&batches[first..], bucket);
                (first < start).then_some((bucket, first..start))
            })
        });
        OrderedPool::new(threads).run(
            || Ok(jobs.next()),
            Scratch::default,
            |scratch, (bucket, range)| self.look_up_bucket(&batches[range], bucket, scratch),
            |looked_up| looked_up,
        )?;
        Ok(())
    }

    fn look_up_bucket(
        &self,
        batches: &[LookupBatch],
        bucket: usize,
        scratch: &mut Scratch,
    ) -> Result<(), SegmentError> {
        let Scratch { keys, held } = scratch;
        let questions = batches
            .iter()
            .flat_map(|asked| &asked.questions[asked.of_bucket(bucket)]);
        keys.clear();
        keys.extend(
            (0..)
                .zip(questions)
                .map(|(turn, question)| question.key(turn)),
        );
        keys.sort_unstable();
        for (source, segment) in self.segments().iter().enumerate() {
            held.clear();
            held.resize(keys.len(), false);
            for of_region in keys.chunk_by(|one, other| one.region() == other.region()) {
                let region = of_region[0].region();
                segment.look_up(
                    region,
                    of_region,
                    |key| key.tag(),
                    |key| held[key.turn()] = true,
                )?;
            }
            let mut rest = held.as_slice();
            for asked in batches {
                let questions = asked.of_bucket(bucket);
                let (of_batch, others) = rest.split_at(questions.len());
                asked.mark(questions.start, of_batch, source);
                rest = others;
            }
        }
        Ok(())
    }
}

/// How many batches make a job.
fn as_many_as_fit(batches: &[LookupBatch], bucket: usize) -> usize {
    let mut questions = 0;
    let fits = |asked: &&LookupBatch| {
        let room = questions < JOB;
        questions += asked.of_bucket(bucket).len();
        room
    };
    batches.iter().take_while(fits).count()
}
