//! Findings that are known: each with a reason, and the last day on which it does not fail a check.
//!
//! Kept as JSON for people to read, review and edit: sorted by fingerprint, so that the same
//! findings give the same bytes, and naming the key, since under another one no fingerprint would
//! ever match.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{BadFingerprint, Fingerprint};
use crate::key::KeyId;

/// The version of the file that is written and read.
const SCHEMA_VERSION: u32 = 1;

/// Known findings under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    key_id: String,
    known: BTreeMap<Fingerprint, Known>,
}

/// Why a finding is accepted, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// For people; never empty.
    pub reason: Arc<str>,
    /// The last day on which it holds.
    pub expires: Date,
}

/// What an update did to a baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Findings that were not known.
    pub added: usize,
    /// Known findings that stay as they are.
    pub kept: usize,
    /// Known findings whose day had passed: the reason is kept, the day is new.
    pub renewed: usize,
    /// Known findings that are not exposed any more.
    pub dropped: usize,
}

/// What reports say of a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaselineSummary {
    /// Number of known findings that have not expired.
    pub entries: usize,
    /// Number of known findings that have expired.
    pub expired: usize,
    /// The first of the last days of those that have not.
    pub next_expiry: Option<Date>,
}

/// What becomes of known findings that were not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// They are over: everything was looked at.
    Drop,
    /// They may still be there: only a part was looked at.
    Keep,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// Not JSON, or a field that is missing or not known.
    #[error("not a baseline")]
    Json(#[from] serde_json::Error),
    /// Written by a later version.
    #[error("baseline of version {found}, and this reads version {SCHEMA_VERSION}")]
    Version {
        /// What the file says.
        found: u32,
    },
    /// An entry whose fingerprint is none.
    #[error("entry {entry}")]
    Fingerprint {
        /// Which, from 1.
        entry: usize,
        /// The fault.
        source: BadFingerprint,
    },
    /// An entry that gives no reason.
    #[error("entry {entry}: gives no reason")]
    Reason {
        /// Which, from 1.
        entry: usize,
    },
    /// An entry whose date is none.
    #[error("entry {entry}: its expiry date is not of the form YYYY-MM-DD")]
    Expiry {
        /// Which, from 1.
        entry: usize,
    },
    /// Two entries of one finding.
    #[error("entry {entry}: an earlier entry has the same fingerprint")]
    Twice {
        /// The second of them, from 1.
        entry: usize,
    },
    /// Made under another key.
    #[error("made under the key {made_under}, and the key given is {given}")]
    WrongKey {
        /// As the file says.
        made_under: String,
        /// The key of this run.
        given: KeyId,
    },
}

/// The file, field by field.
#[derive(Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the object that --update-baseline writes"
)]
struct File {
    schema_version: u32,
    key_id: String,
    entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    reason: String,
    expires: String,
}

impl Baseline {
    /// One that knows nothing.
    pub fn new(key_id: KeyId) -> Baseline {
        Baseline {
            key_id: key_id.to_string(),
            known: BTreeMap::new(),
        }
    }

    /// From the bytes of a file, which must have been made under this key.
    ///
    /// # Errors
    /// Anything that is not understood: an entry that was passed over would fail without saying
    /// why.
    pub fn read(bytes: &[u8], given: KeyId) -> Result<Baseline, BaselineError> {
        let File {
            schema_version,
            key_id,
            entries,
        } = serde_json::from_slice(bytes)?;
        if schema_version != SCHEMA_VERSION {
            return Err(BaselineError::Version {
                found: schema_version,
            });
        }
        if key_id != given.to_string() {
            return Err(BaselineError::WrongKey {
                made_under: key_id,
                given,
            });
        }
        let mut known = BTreeMap::new();
        for (entry, written) in (1..).zip(entries) {
            let fingerprint: Fingerprint = written
                .fingerprint
                .parse()
                .map_err(|source| BaselineError::Fingerprint { entry, source })?;
            if written.reason.trim().is_empty() {
                return Err(BaselineError::Reason { entry });
            }
            let expires = written
                .expires
                .parse()
                .map_err(|_| BaselineError::Expiry { entry })?;
            let reason = written.reason.into();
            if known
                .insert(fingerprint, Known { reason, expires })
                .is_some()
            {
                return Err(BaselineError::Twice { entry });
            }
        }
        Ok(Baseline { key_id, known })
    }

    /// As the bytes of a file.
    pub fn to_json(&self) -> String {
        let entries = self.known.iter().map(|(fingerprint, known)| Entry {
            fingerprint: fingerprint.to_string(),
            reason: known.reason.to_string(),
            expires: known.expires.to_string(),
        });
        let file = File {
            schema_version: SCHEMA_VERSION,
            key_id: self.key_id.clone(),
            entries: entries.collect(),
        };
        let json = serde_json::to_string_pretty(&file);
        json.expect("writing to memory does not fail") + "\n"
    }

    /// How many findings are known, expired ones included.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The entry of a finding, expired or not.
    pub fn known(&self, fingerprint: Fingerprint) -> Option<&Known> {
        self.known.get(&fingerprint)
    }

    /// Why a finding does not fail on this day, if it is known and has not expired.
    pub fn reason(&self, fingerprint: Fingerprint, today: Date) -> Option<&Arc<str>> {
        let known = self.known(fingerprint)?;
        (today <= known.expires).then_some(&known.reason)
    }

    /// The entries that hold no more, with their last day.
    pub fn expired(&self, today: Date) -> impl Iterator<Item = (Fingerprint, Date)> {
        let expired = self
            .known
            .iter()
            .filter(move |(_, known)| known.expires < today);
        expired.map(|(fingerprint, known)| (*fingerprint, known.expires))
    }

    /// Its entries on this day, counted.
    pub fn summary(&self, today: Date) -> BaselineSummary {
        let days = self.known.values().map(|known| known.expires);
        let expired = days.clone().filter(|day| *day < today).count();
        BaselineSummary {
            entries: self.len() - expired,
            expired,
            next_expiry: days.filter(|day| *day >= today).min(),
        }
    }

    /// Makes all `found` findings known. A known one keeps its reason, and its day unless that has
    /// passed.
    pub fn update(
        &mut self,
        found: &BTreeSet<Fingerprint>,
        new: &Known,
        today: Date,
        unseen: Unseen,
    ) -> Changes {
        let mut changes = Changes::default();
        if unseen == Unseen::Drop {
            let before = self.known.len();
            self.known
                .retain(|fingerprint, _| found.contains(fingerprint));
            changes.dropped = before - self.known.len();
        }
        for fingerprint in found {
            match self.known.get_mut(fingerprint) {
                None => {
                    self.known.insert(*fingerprint, new.clone());
                    changes.added += 1;
                }
                Some(known) if known.expires < today => {
                    known.expires = new.expires;
                    changes.renewed += 1;
                }
                Some(_) => {}
            }
        }
        changes.kept = self.known.len() - changes.added - changes.renewed;
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(last: u8) -> Fingerprint {
        format!("00000000000000{last:02x}").parse().unwrap()
    }

    fn known(reason: &str, expires: &str) -> Known {
        Known {
            reason: reason.into(),
            expires: expires.parse().unwrap(),
        }
    }

    fn key_id() -> KeyId {
        KeyId::from_bytes([7; 8])
    }

    #[test]
    fn an_update_keeps_reasons_renews_what_expired_and_drops_what_is_over() {
        let today = "2022-11-16".parse().unwrap();
        let mut baseline = Baseline::new(key_id());
        let all: BTreeSet<_> = (1..=3).map(fingerprint).collect();
        baseline.update(&all, &known("old", "2022-11-16"), today, Unseen::Drop);
        let later = "2022-11-17".parse().unwrap();
        assert_eq!(
            baseline.reason(fingerprint(1), today).unwrap().as_ref(),
            "old"
        );
        assert_eq!(baseline.reason(fingerprint(1), later), None);
        assert_eq!(baseline.expired(later).count(), 3);

        let found: BTreeSet<_> = [1, 4].map(fingerprint).into();
        let new = known("new", "2023-01-01");
        let mut kept = baseline.clone();
        let changes = kept.update(&found, &new, today, Unseen::Keep);
        assert_eq!((changes.added, changes.renewed, changes.dropped), (1, 0, 0));
        assert_eq!((changes.kept, kept.len()), (3, 4));
        let changes = baseline.update(&found, &new, later, Unseen::Drop);
        assert_eq!((changes.added, changes.renewed, changes.dropped), (1, 1, 2));
        assert_eq!(changes.kept, 0);
        let summary = kept.summary(later);
        assert_eq!((summary.entries, summary.expired), (1, 3));
        assert_eq!(summary.next_expiry, Some(new.expires));
        assert_eq!(
            baseline.reason(fingerprint(1), later).unwrap().as_ref(),
            "old"
        );
        assert_eq!(
            baseline.reason(fingerprint(4), later).unwrap().as_ref(),
            "new"
        );
    }

    #[test]
    fn a_baseline_reads_back_as_it_was_written_and_under_its_own_key_only() {
        let today = "2022-11-16".parse().unwrap();
        let mut baseline = Baseline::new(key_id());
        let found = [9, 1].map(fingerprint).into();
        baseline.update(&found, &known("a \"b\"", "2023-01-01"), today, Unseen::Drop);
        let json = baseline.to_json();
        assert!(json.find("0001\"").unwrap() < json.find("0009\"").unwrap());
        assert_eq!(Baseline::read(json.as_bytes(), key_id()).unwrap(), baseline);
        let other = KeyId::from_bytes([8; 8]);
        assert!(matches!(
            Baseline::read(json.as_bytes(), other),
            Err(BaselineError::WrongKey { .. })
        ));
    }

    #[test]
    fn entries_that_are_not_understood_are_refused() {
        let with = |entries: &str| {
            let json = format!(
                r#"{{"schema_version":1,"key_id":"{}","entries":[{entries}]}}"#,
                key_id()
            );
            Baseline::read(json.as_bytes(), key_id())
        };
        let good = r#"{"fingerprint":"0000000000000001","reason":"r","expires":"2023-01-01"}"#;
        assert_eq!(with(good).unwrap().len(), 1);
        for (bad, of) in [
            ("\"r\"", "\"  \""),
            ("2023-01-01", "soon"),
            ("0001", "00zz"),
            ("expires", "until"),
        ] {
            assert!(with(&good.replace(bad, of)).is_err(), "{bad} as {of}");
        }
        assert!(matches!(
            with(&format!("{good},{good}")),
            Err(BaselineError::Twice { entry: 2 })
        ));
    }
}
