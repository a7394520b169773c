//! The answer about one contact.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{Explanation, Fingerprint};
use crate::phone::Number;

/// The four answers about a contact. There is no fifth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exposure {
    /// In at least one source.
    Exposed,
    /// A source covers its country, and none holds the number.
    NotFound,
    /// No source holds any number of its country: absence says nothing.
    NotCovered,
    /// Not a phone number.
    Invalid,
}

impl Exposure {
    /// All four.
    pub const ALL: [Exposure; 4] = [
        Exposure::Exposed,
        Exposure::NotFound,
        Exposure::NotCovered,
        Exposure::Invalid,
    ];

    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Exposure::Exposed => "exposed",
            Exposure::NotFound => "not-found",
            Exposure::NotCovered => "not-covered",
            Exposure::Invalid => "invalid",
        }
    }

    /// The rank of the answer in a row of several numbers: the greatest is the row's. An undecided
    /// answer ranks above `not-found`.
    pub fn severity(self) -> u8 {
        match self {
            Exposure::NotFound => 0,
            Exposure::Invalid => 1,
            Exposure::NotCovered => 2,
            Exposure::Exposed => 3,
        }
    }
}

/// What a reader of the answer should know about how the contact was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Rewritten from an old numbering plan.
    Migrated,
    /// Digits that are valid with and without a calling code; looked up both ways.
    Ambiguous,
    /// Found under the other valid spelling of the same subscriber.
    Twin,
    /// An extension was cut off.
    Extension,
}

impl Note {
    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Note::Migrated => "migrated",
            Note::Ambiguous => "ambiguous",
            Note::Twin => "twin",
            Note::Extension => "extension",
        }
    }
}

/// One contact and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Row of the list, from 1.
    pub line: u64,
    /// Phone column of the list, from 0.
    pub column: usize,
    /// The answer; `None` for a blank.
    pub exposure: Option<Exposure>,
    /// The number, unless the contact is blank or invalid.
    pub number: Option<Number>,
    /// The sources that hold it, as indexes into [`crate::index::Searcher::segments`], ascending.
    pub sources: SmallVec<[usize; 2]>,
    /// For invalid contacts, why: a stable snake-case code.
    pub reason: Option<&'static str>,
    /// The name of its column or key, if that is not read. Safe to print.
    pub unread_place: Option<Arc<str>>,
    /// How it was read.
    pub note: Option<Note>,
    /// How it was read, if that was asked for.
    pub explanation: Option<Box<Explanation>>,
    /// What names an exposed number wherever its row moves, if the checker makes fingerprints.
    pub fingerprint: Option<Fingerprint>,
    /// Why an exposed contact does not fail the check, if it is known.
    pub suppressed: Option<Arc<str>>,
}
