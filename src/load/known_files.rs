//! Where the files are that a load has met, by length and digest: one is found among a hundred
//! thousand without looking at the others.

use std::collections::{HashMap, HashSet};

use smallvec::SmallVec;

use crate::index::FileRecord;

/// Bytes and digest of each file of a list of records, and its place there.
#[derive(Default)]
pub(super) struct KnownFiles {
    lengths: HashSet<u64>,
    /// By the first 8 bytes of the digest. Whoever asks compares the rest.
    places: HashMap<u64, SmallVec<[u32; 4]>>,
}

impl KnownFiles {
    /// Notes the file of the record at `place`. One that broke off has no digest, so no other file
    /// is the same.
    pub(super) fn note(&mut self, place: usize, record: &FileRecord) {
        if let (Some(prefix), Ok(place)) = (prefix(&record.sha256), u32::try_from(place)) {
            self.lengths.insert(record.bytes);
            self.places.entry(prefix).or_default().push(place);
        }
    }

    /// Whether a file of this length is among them.
    pub(super) fn has_length(&self, bytes: u64) -> bool {
        self.lengths.contains(&bytes)
    }

    /// The places of files whose digest begins as `sha256` does, in the order they were noted.
    pub(super) fn places(&self, sha256: &str) -> impl Iterator<Item = usize> {
        let places = prefix(sha256).and_then(|prefix| self.places.get(&prefix));
        places.into_iter().flatten().map(|place| *place as usize)
    }
}

fn prefix(sha256: &str) -> Option<u64> {
    u64::from_str_radix(sha256.get(..16)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_length_and_digest() {
        let record = |bytes, sha256: &str| FileRecord {
            bytes,
            sha256: sha256.to_owned(),
            ..FileRecord::default()
        };
        let (one, other) = ("a".repeat(64), "b".repeat(64));
        let mut known = KnownFiles::default();
        known.note(0, &record(3, &one));
        known.note(1, &record(5, ""));
        known.note(2, &record(3, &one));
        assert!(known.has_length(3) && !known.has_length(5));
        assert_eq!(known.places(&one).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(known.places(&other).count() + known.places("").count(), 0);
    }
}
