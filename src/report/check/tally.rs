//! Answers by list and by source, for reports that show them. Pages are counted as they are
//! formatted, on several threads; sums do not depend on the order.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{ContactList, Page};
use crate::exposure::{Exposure, Finding};

/// The answers about one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListTally {
    /// By [`Exposure`].
    answers: [u64; 4],
    pub(super) blank: u64,
}

/// The answers of a check, by list and by source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AnswerTally {
    lists: BTreeMap<String, ListTally>,
    /// Exposed contacts of each source.
    sources: Vec<u64>,
}

/// A tally that several threads add to.
pub(super) struct SharedTally(Mutex<AnswerTally>);

impl ListTally {
    /// Contacts with this answer.
    pub(super) fn of(&self, exposure: Exposure) -> u64 {
        self.answers[exposure as usize]
    }

    fn count(&mut self, finding: &Finding) {
        match finding.exposure {
            Some(exposure) => self.answers[exposure as usize] += 1,
            None => self.blank += 1,
        }
    }
}

impl AnswerTally {
    /// The lists in the order of their names.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&str, &ListTally)> {
        self.lists.iter().map(|(name, list)| (name.as_str(), list))
    }

    /// Exposed contacts of each source, in the order of the sources.
    pub(super) fn sources(&self) -> &[u64] {
        &self.sources
    }
}

impl SharedTally {
    pub(super) fn new(sources: usize) -> SharedTally {
        SharedTally(Mutex::new(AnswerTally {
            lists: BTreeMap::new(),
            sources: vec![0; sources],
        }))
    }

    /// Names a list, which may have no contacts.
    pub(super) fn add_list(&self, list: &ContactList<'_>) {
        self.with(|tally| {
            tally.lists.entry(list.input.to_owned()).or_default();
        });
    }

    pub(super) fn add_page(&self, page: &Page<'_>) {
        self.with(|tally| {
            let AnswerTally { lists, sources } = tally;
            let list = lists.entry(page.list.input.to_owned()).or_default();
            for finding in page.findings {
                list.count(finding);
                finding
                    .sources
                    .iter()
                    .for_each(|&source| sources[source] += 1);
            }
        });
    }

    /// The counts so far.
    pub(super) fn take(&self) -> AnswerTally {
        self.with(|tally| tally.clone())
    }

    fn with<R>(&self, work: impl FnOnce(&mut AnswerTally) -> R) -> R {
        // A thread that panicked while it counted ends the check anyway.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
