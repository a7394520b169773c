//! Contacts against segments: what is asked of them, and what the answers come to.

use std::sync::Arc;

use jiff::civil::Date;
use smallvec::SmallVec;

use super::buckets::Buckets;
use super::lookup_batch::Matches;
use super::{Baseline, Explanation, Exposure, Finding, Fingerprinter, LookupBatch, Note};
use crate::index::{self, Segment};
use crate::intake::EntryOutcome;
use crate::phone::{Grade, Number, Reading, Reason, Region};
use crate::tag::Tagger;

/// One entry of a list that is to be answered.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Row of the list, from 1.
    pub line: u64,
    /// Phone column of the list, from 0.
    pub column: usize,
    /// What stands there.
    pub entry: EntryOutcome,
    /// How it was read, if that is to be told.
    pub explanation: Option<Box<Explanation>>,
}

/// Answers contacts from a set of segments made under one key.
pub struct Checker<'a> {
    segments: Vec<&'a Segment>,
    tagger: Tagger,
    buckets: Buckets,
    fingerprinter: Option<Fingerprinter>,
    suppression: Suppression,
}

/// Contacts of one batch being answered, in their order.
pub struct Answers<'a> {
    checker: &'a Checker<'a>,
    held: Matches,
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
    /// Over these segments, which the tagger's key made.
    pub fn new(segments: Vec<&'a Segment>, tagger: Tagger) -> Checker<'a> {
        Checker {
            buckets: Buckets::new(&segments),
            segments,
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

    /// The segments, in the order that [`Finding::sources`] counts them.
    pub fn segments(&self) -> &[&'a Segment] {
        &self.segments
    }

    /// Whether any segment holds a number of this country.
    pub fn covers(&self, region: Region) -> bool {
        self.buckets.cover(region)
    }

    /// The chance that a number which is in no source is called exposed, in the worst country.
    pub fn false_positive_rate(&self) -> f64 {
        index::false_positive_rate(self.segments.iter().copied())
    }

    /// The [numbers](Entry::numbers) of a batch of contacts, to be looked up together with those of others.
    pub fn ask(&self, numbers: &[Number]) -> LookupBatch {
        let mut tags = Vec::new();
        self.tagger.extend(numbers, &mut tags);
        LookupBatch::new(numbers, &tags, &self.buckets, self.segments.len())
    }

    /// The answers about a batch of contacts, to be given one after the other. `asked` has all their numbers, and has been
    /// looked up. The findings are put into `buffer`, in place of others.
    pub fn answers<'b>(&'b self, asked: &'b LookupBatch, mut buffer: Vec<Finding>) -> Answers<'b> {
        buffer.clear();
        Answers {
            checker: self,
            held: asked.held(),
            findings: buffer,
        }
    }

    /// Fingerprints, and what is known of them.
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

    /// What is to be said of a contact that no segment holds.
    fn unsearched(&self, contact: Contact) -> Finding {
        let mut finding = Finding {
            line: contact.line,
            column: contact.column,
            exposure: None,
            number: None,
            sources: SmallVec::new(),
            reason: None,
            note: None,
            explanation: contact.explanation,
            fingerprint: None,
            suppressed: None,
        };
        match contact.entry {
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
                    // Absence says something only if every country that it may be of is covered.
                    let mut readings = std::iter::once(reading.number).chain(reading.alternative);
                    let covered = readings.all(|number| self.covers(number.region()));
                    finding.exposure = Some(if covered {
                        Exposure::NotFound
                    } else {
                        Exposure::NotCovered
                    });
                    finding.number = Some(reading.number);
                }
            }
        }
        finding
    }
}

impl Answers<'_> {
    /// The answer about the next contact.
    pub fn add(&mut self, contact: Contact) {
        let entry = contact.entry;
        let mut finding = self.checker.unsearched(contact);
        for number in entry.numbers() {
            for source in self.held.next() {
                finding.mark_exposed(number, source);
            }
        }
        if finding.sources.len() > 1 {
            // Two readings of one contact may be in the same source.
            finding.sources.sort_unstable();
            finding.sources.dedup();
        }
        self.findings.push(finding);
    }

    /// The findings, in the order of the contacts.
    pub fn finish(mut self) -> Vec<Finding> {
        self.checker.mark(&mut self.findings);
        self.findings
    }
}

impl Finding {
    fn mark_exposed(&mut self, number: Number, source: usize) {
        if self.exposure != Some(Exposure::Exposed) {
            // Shown is the reading that was found.
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
