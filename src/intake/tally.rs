//! Counts of the rows of a file, and the first line of each reason. Never content.

use std::collections::BTreeMap;

use super::{EntryOutcome, Home, RejectReason, RowEntry, UnreadCounts};
use crate::phone::{Reading, ReadingCounts};

/// A row of the dumps of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPosition {
    /// The file, counted from 0 in the order of loading.
    pub file: usize,
    /// The line or element, from 1.
    pub line: u64,
}

/// Counts of entries. Tallies of parts add up to the tally of the whole in any order.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Empty entries.
    pub blank: u64,
    /// Numbers.
    pub accepted: u64,
    /// Rejected entries by reason, with the first place of each.
    pub rejected: BTreeMap<RejectReason, (u64, RowPosition)>,
    /// Numbers by how they are written.
    pub readings: ReadingCounts,
    /// Numbers rewritten from an old plan.
    pub migrated: u64,
    /// Numbers whose text was mended, by the repair's code.
    pub repaired: BTreeMap<&'static str, u64>,
    /// Numbers of another region than the home region that their row was read under.
    pub country_mismatch: u64,
    /// Rows whose country cell names no known country, and the first place.
    pub unknown_country: Option<(u64, RowPosition)>,
    /// Numbers in columns or keys that are not read.
    pub unread: UnreadCounts,
}

impl Tally {
    /// Counts one entry of a file.
    pub fn count(&mut self, file: usize, row: &RowEntry<'_>) {
        let place = RowPosition {
            file,
            line: row.line,
        };
        match row.entry {
            EntryOutcome::Blank => self.blank += 1,
            EntryOutcome::Rejected(reason) => {
                self.rejected.entry(reason).or_insert((0, place)).0 += 1;
            }
            EntryOutcome::Number(reading) => {
                let region = reading.number.region();
                self.accepted += 1;
                self.readings.count(reading);
                self.migrated += u64::from(reading.migrated);
                for repair in reading.repairs.codes() {
                    *self.repaired.entry(repair).or_default() += 1;
                }
                self.country_mismatch +=
                    u64::from(row.home.region().is_some_and(|home| home != region));
            }
        }
        if let Some(number) = row.unread {
            self.unread.count(number);
        }
        if row.home == Home::UnknownName && row.first {
            self.unknown_country.get_or_insert((0, place)).0 += 1;
        }
    }

    /// Counts a valid number in plain digits, read under a home region that is known or not named.
    #[inline]
    pub(super) fn count_plain(&mut self, reading: Reading, home: Home) {
        let region = reading.number.region();
        self.accepted += 1;
        self.readings.count(reading);
        self.country_mismatch += u64::from(home.region().is_some_and(|home| home != region));
    }

    /// Adds unread numbers that are in none of the rows counted here.
    pub(crate) fn add_unread(&mut self, counts: &UnreadCounts) {
        self.unread.add(counts);
    }

    /// Adds the tally of another part.
    pub fn add(&mut self, part: &Tally) {
        self.blank += part.blank;
        self.accepted += part.accepted;
        for (&reason, &counted) in &part.rejected {
            add_counted(
                self.rejected.entry(reason).or_insert((0, counted.1)),
                counted,
            );
        }
        self.readings.add(part.readings);
        self.migrated += part.migrated;
        for (&repair, count) in &part.repaired {
            *self.repaired.entry(repair).or_default() += count;
        }
        self.country_mismatch += part.country_mismatch;
        self.unread.add(&part.unread);
        if let Some(counted) = part.unknown_country {
            add_counted(self.unknown_country.get_or_insert((0, counted.1)), counted);
        }
    }

    /// Entries rejected for any reason.
    pub fn rejected_in_all(&self) -> u64 {
        self.rejected.values().map(|(count, _)| count).sum()
    }

    /// Accepted, rejected and blank entries.
    pub fn rows(&self) -> u64 {
        self.accepted + self.rejected_in_all() + self.blank
    }
}

fn add_counted(sum: &mut (u64, RowPosition), part: (u64, RowPosition)) {
    *sum = (sum.0 + part.0, sum.1.min(part.1));
}
