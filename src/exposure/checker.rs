//! A contact and what the index holds of its numbers → a finding.

use std::sync::Arc;

use jiff::civil::Date;
use smallvec::SmallVec;

use super::{Baseline, Explanation, Exposure, Finding, Fingerprinter, Note};
use crate::index::{LookupBatch, Matches, Searcher};
use crate::intake::{EntryOutcome, SpellingKind, Spellings};
use crate::phone::{Grade, Number, Reading, Reason};
use crate::tag::Tagger;

/// One entry of a list, before its answer.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Row of the list, from 1.
    pub line: u64,
    /// Phone column of the list, from 0.
    pub column: usize,
    /// What the cell holds.
    pub entry: EntryOutcome,
    /// The name of its column or key, if that is not read. Safe to print.
    pub unread_place: Option<Arc<str>>,
    /// How it was read, if the user wants to know.
    pub explanation: Option<Box<Explanation>>,
}

/// Answers contacts from segments made under one key.
pub struct Checker<'a> {
    searcher: Searcher<'a>,
    tagger: Tagger,
    fingerprinter: Option<Fingerprinter>,
    suppression: Suppression,
    spellings: Spellings,
    /// For each segment, whether it was made under other plans or rules than these.
    is_older: Vec<bool>,
}

/// The answers about one batch of contacts, added in order.
pub struct Answers<'a> {
    checker: &'a Checker<'a>,
    matches: Matches,
    findings: Vec<Finding>,
}

/// Which exposed contacts do not fail a check.
#[derive(Clone, Debug, Default)]
pub enum Suppression {
    /// All of them fail.
    #[default]
    None,
    /// Those that a baseline knows on this day do not.
    Known(Baseline, Date),
    /// None fails: all of them are being made known, for this reason where the baseline has none.
    All(Baseline, Arc<str>),
}

impl<'a> Checker<'a> {
    /// Answers from the segments of `searcher`, which the tagger's key made.
    pub fn new(searcher: Searcher<'a>, tagger: Tagger) -> Checker<'a> {
        let segments = searcher.segments().iter();
        let is_older: Vec<bool> = segments
            .map(|segment| segment.meta().is_of_other_plans())
            .collect();
        Checker {
            spellings: if is_older.contains(&true) {
                Spellings::OfOlderIndexesToo
            } else {
                Spellings::OfToday
            },
            is_older,
            searcher,
            tagger,
            fingerprinter: None,
            suppression: Suppression::None,
        }
    }

    /// Gives exposed contacts their fingerprints, and marks those that do not fail.
    #[must_use]
    pub fn with_fingerprints(
        mut self,
        fingerprinter: Fingerprinter,
        suppression: Suppression,
    ) -> Checker<'a> {
        self.fingerprinter = Some(fingerprinter);
        self.suppression = suppression;
        self
    }

    /// The segments searched; [`Finding::sources`] are indexes of them.
    pub fn searcher(&self) -> &Searcher<'a> {
        &self.searcher
    }

    /// Which spellings of a contact are looked up in these segments.
    pub fn spellings(&self) -> Spellings {
        self.spellings
    }

    /// The tags that are [looked up](EntryOutcome::for_each_spelling) for a batch of contacts.
    pub fn batch(&self, numbers: &[Number]) -> LookupBatch {
        let mut tags = Vec::new();
        self.tagger.extend(numbers, &mut tags);
        self.searcher.batch(numbers, &tags)
    }

    /// The answers about a batch of contacts, which are to be added one by one. `batch` holds all
    /// their numbers and has been looked up. The findings go into `buffer`, which is cleared first.
    pub fn answers<'b>(&'b self, batch: &LookupBatch, mut buffer: Vec<Finding>) -> Answers<'b> {
        buffer.clear();
        Answers {
            checker: self,
            matches: batch.matches(),
            findings: buffer,
        }
    }

    /// Gives exposed findings their fingerprints, and marks the known ones.
    fn mark(&self, findings: &mut [Finding]) {
        let Some(fingerprinter) = &self.fingerprinter else {
            return;
        };
        let is_exposed = |finding: &&mut Finding| finding.exposure == Some(Exposure::Exposed);
        let mut exposed: Vec<&mut Finding> = findings.iter_mut().filter(is_exposed).collect();
        let numbers: Vec<Number> = exposed
            .iter()
            .filter_map(|finding| finding.number)
            .collect();
        let fingerprints = fingerprinter.fingerprints(&numbers);
        for (finding, fingerprint) in exposed.iter_mut().zip(fingerprints) {
            finding.fingerprint = Some(fingerprint);
            finding.suppressed = match &self.suppression {
                Suppression::None => None,
                Suppression::Known(baseline, today) => {
                    baseline.reason(fingerprint, *today).cloned()
                }
                Suppression::All(baseline, reason) => {
                    let known = baseline.known(fingerprint).map(|known| &known.reason);
                    Some(Arc::clone(known.unwrap_or(reason)))
                }
            };
        }
    }

    /// Adds a source that holds a contact under an older spelling, if its segment is older.
    #[cold]
    fn add_older(&self, finding: &mut Finding, older: Number, source: usize) {
        if !self.is_older[source] || finding.sources.contains(&source) {
            return;
        }
        // The number is today's, whatever it was stored as.
        let number = finding.number;
        finding.mark_exposed(older, source);
        finding.number = number.or(finding.number);
        finding.note = finding.note.or(Some(Note::Twin));
    }

    /// Sets the answer about a contact if no segment holds its numbers.
    fn answer_unmatched(&self, entry: EntryOutcome, finding: &mut Finding) {
        match entry {
            EntryOutcome::Blank => {}
            EntryOutcome::Rejected(reason) => {
                finding.exposure = Some(Exposure::Invalid);
                finding.reason = Some(reason.code());
            }
            EntryOutcome::Number(reading) => {
                finding.note = note(&reading);
                if reading.grade == Grade::Possible {
                    finding.exposure = Some(Exposure::Invalid);
                    finding.reason = Some(Reason::NotValid.code());
                } else {
                    // Absence tells something only if every country that it may be of is covered.
                    let is_covered = |number: Number| self.searcher.covers(number.region());
                    let covered =
                        is_covered(reading.number) && reading.alternative.is_none_or(is_covered);
                    finding.exposure = Some(if covered {
                        Exposure::NotFound
                    } else {
                        Exposure::NotCovered
                    });
                    finding.number = Some(reading.number);
                }
            }
        }
    }
}

impl Answers<'_> {
    /// The answer about the next contact.
    #[inline]
    pub fn add(&mut self, contact: Contact) {
        let Answers {
            checker,
            matches,
            findings,
        } = self;
        let entry = contact.entry;
        // Built where it stays: a finding is large, and millions are made.
        findings.push(Finding {
            line: contact.line,
            column: contact.column,
            exposure: None,
            number: None,
            sources: SmallVec::new(),
            reason: None,
            note: None,
            unread_place: contact.unread_place,
            explanation: contact.explanation,
            fingerprint: None,
            suppressed: None,
        });
        let finding = findings.last_mut().expect("one was pushed");
        checker.answer_unmatched(entry, finding);
        entry.for_each_spelling(checker.spellings, &mut |spelling, number| {
            for source in matches.of_next() {
                match spelling {
                    SpellingKind::Read => finding.mark_exposed(number, source),
                    // What the contact says is found counts alone.
                    SpellingKind::Twin if finding.is_found_as_read() => {}
                    SpellingKind::Twin => {
                        finding.mark_exposed(number, source);
                        finding.note = Some(Note::Twin);
                    }
                    SpellingKind::Older => checker.add_older(finding, number, source),
                }
            }
        });
        if finding.sources.len() > 1 {
            // Two readings of one contact may be in the same source.
            finding.sources.sort_unstable();
            finding.sources.dedup();
        }
    }

    /// The findings, in the order of the contacts.
    pub fn finish(mut self) -> Vec<Finding> {
        self.checker.mark(&mut self.findings);
        self.findings
    }
}

impl Finding {
    fn is_found_as_read(&self) -> bool {
        self.exposure == Some(Exposure::Exposed) && self.note != Some(Note::Twin)
    }

    fn mark_exposed(&mut self, number: Number, source: usize) {
        if self.exposure != Some(Exposure::Exposed) {
            // Reports show the reading that was found.
            self.number = Some(number);
        }
        self.exposure = Some(Exposure::Exposed);
        self.reason = None;
        self.sources.push(source);
    }
}

fn note(reading: &Reading) -> Option<Note> {
    if reading.migrated {
        Some(Note::Migrated)
    } else if reading.alternative.is_some() {
        Some(Note::Ambiguous)
    } else {
        reading.repairs.has_extension().then_some(Note::Extension)
    }
}
