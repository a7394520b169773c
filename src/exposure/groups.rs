//! The numbers of a country, grouped by the sources that hold them, and how small groups are left
//! out.
//!
//! Each number is in one group, so every set of numbers that countries and sources describe is made
//! of whole groups, and every count that a report shows is a sum over groups. If no group has fewer
//! than N numbers, no such set has 1 to N - 1: neither a count that is shown, nor what adding and
//! subtracting counts comes to.

use std::collections::BTreeMap;

/// Groups that are kept in memory. Tags are keyed hashes, so a group that is large enough to be
/// shown is met early; one that is first met after so many others is left out as a small one.
const MOST_GROUPS: usize = 1 << 20;

/// Distinct numbers that two sources share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedByTwo {
    /// Index of one source among the segments.
    pub first: usize,
    /// Index of the other, which is greater.
    pub second: usize,
    /// Numbers that both hold.
    pub shared: u64,
}

/// Numbers by the sources that hold them; sources are named by their indexes, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Groups(BTreeMap<Vec<usize>, u64>);

impl Groups {
    /// The groups of two sources that hold `first` and `second` numbers.
    pub(super) fn of_two(first: u64, second: u64, shared: u64) -> Groups {
        let groups = [
            (vec![0], first.saturating_sub(shared)),
            (vec![1], second.saturating_sub(shared)),
            (vec![0, 1], shared),
        ];
        Groups(groups.into_iter().filter(|group| group.1 > 0).collect())
    }

    /// The group of a country that only source 0 holds.
    pub(super) fn of_one(numbers: u64) -> Groups {
        Groups(BTreeMap::from([(vec![0], numbers)]))
    }

    /// Adds numbers that these `holders`, and no other source, hold.
    pub(super) fn add(&mut self, holders: &[usize], numbers: u64) {
        if let Some(group) = self.0.get_mut(holders) {
            *group += numbers;
        } else if self.0.len() < MOST_GROUPS {
            self.0.insert(holders.to_vec(), numbers);
        }
    }

    /// Adds all groups of `other`.
    pub(super) fn merge(&mut self, other: &Groups) {
        for (holders, &numbers) in &other.0 {
            self.add(holders, numbers);
        }
    }

    /// Leaves out groups of fewer than `least` numbers. Sources are taken away, in the order of
    /// `smallest_first`, where that keeps more numbers: small groups that differ by a source become
    /// one.
    pub(super) fn at_least(self, least: u64, smallest_first: &[usize]) -> Groups {
        let mut best = self.without_small(least);
        let mut groups = self;
        let mut left = smallest_first;
        while left.len() > 1 {
            // Of many sources, several at once: each step goes through all groups.
            let (taken, rest) = left.split_at((left.len() / 8).max(1));
            groups = groups.renamed(|source| (!taken.contains(&source)).then_some(source));
            left = rest;
            let candidate = groups.without_small(least);
            if candidate.numbers() > best.numbers() {
                best = candidate;
            }
        }
        best
    }

    fn without_small(&self, least: u64) -> Groups {
        let large = self.0.iter().filter(|group| *group.1 >= least);
        let large = large.map(|(holders, &numbers)| (holders.clone(), numbers));
        Groups(large.collect())
    }

    /// The groups under other indexes of their sources. A source whose new index is `None` is taken
    /// away, with the numbers that no other source holds.
    pub(super) fn renamed(&self, index: impl Fn(usize) -> Option<usize>) -> Groups {
        let mut groups = Groups::default();
        for (holders, &numbers) in &self.0 {
            let mut holders: Vec<usize> = holders.iter().filter_map(|&old| index(old)).collect();
            holders.sort_unstable();
            if !holders.is_empty() {
                *groups.0.entry(holders).or_default() += numbers;
            }
        }
        groups
    }

    /// Numbers in all groups.
    pub(super) fn numbers(&self) -> u64 {
        self.0.values().sum()
    }

    /// Numbers that each source holds.
    pub(super) fn by_source(&self) -> BTreeMap<usize, u64> {
        let mut counts = BTreeMap::new();
        for (holders, numbers) in &self.0 {
            for &source in holders {
                *counts.entry(source).or_default() += numbers;
            }
        }
        counts
    }

    /// Numbers that all of `sources` sources hold.
    pub(super) fn in_all(&self, sources: usize) -> u64 {
        let all = self.0.iter().filter(|group| group.0.len() == sources);
        all.map(|group| group.1).sum()
    }

    /// Adds the numbers that two sources hold.
    pub(super) fn add_pairs(&self, pairs: &mut BTreeMap<(usize, usize), u64>) {
        for (holders, numbers) in &self.0 {
            for (position, &first) in holders.iter().enumerate() {
                for &second in &holders[position + 1..] {
                    *pairs.entry((first, second)).or_default() += numbers;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(of: &[(&[usize], u64)]) -> Groups {
        let mut groups = Groups::default();
        for (holders, numbers) in of {
            groups.add(holders, *numbers);
        }
        groups
    }

    #[test]
    fn a_small_group_is_left_out_of_large_sources() {
        let all = groups(&[(&[0], 500), (&[1], 900), (&[0, 1], 3)]);
        let shown = all.at_least(10, &[0, 1]);
        assert_eq!(shown, groups(&[(&[0], 500), (&[1], 900)]));
    }

    #[test]
    fn a_source_is_taken_away_where_that_keeps_more_numbers() {
        let all = groups(&[(&[0], 8), (&[1], 90), (&[0, 1], 9)]);
        // 99 of the second source instead of 90.
        assert_eq!(all.at_least(10, &[0, 1]), groups(&[(&[1], 99)]));
    }

    #[test]
    fn nothing_is_left_where_all_sources_together_hold_too_little() {
        let all = groups(&[(&[0], 3), (&[1], 3), (&[0, 1], 3)]);
        assert_eq!(all.at_least(10, &[0, 1]), Groups::default());
    }
}
