//! What sorted lists of tags have in common, counted over decoded blocks.

use super::groups::Groups;
use crate::index::{SegmentError, TagBlocks};
use crate::tag::Tag;

/// Counts over some sources, which are named by their indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SharedTags {
    /// Tags that any of them holds.
    pub(super) distinct: u64,
    /// Tags that all of them hold.
    pub(super) in_all: u64,
    /// Tags that two of them hold, the lower index first. Pairs that share nothing are not here.
    pub(super) pairs: Vec<((usize, usize), u64)>,
    /// The tags of several sources by their holders, with [`Grouping::ByHolders`].
    pub(super) groups: Groups,
}

/// Whether tags are counted by all of their holders, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grouping {
    None,
    ByHolders,
}

impl SharedTags {
    /// Counts the tags of each source.
    pub(super) fn count(
        mut sources: Vec<TagBlocks<'_>>,
        grouping: Grouping,
    ) -> Result<SharedTags, SegmentError> {
        match sources.as_mut_slice() {
            // The groups of two follow from the other counts.
            [first, second] => SharedTags::of_two(first, second),
            several => SharedTags::of_several(several, grouping),
        }
    }

    /// Adds the counts of other tags of the same sources, but for those of pairs.
    pub(super) fn add(&mut self, part: &SharedTags) {
        self.distinct += part.distinct;
        self.in_all += part.in_all;
        self.groups.merge(&part.groups);
    }

    fn of_two(
        first: &mut TagBlocks<'_>,
        second: &mut TagBlocks<'_>,
    ) -> Result<SharedTags, SegmentError> {
        let (mut read, mut shared) = (0, 0);
        let (mut ones, mut others) = (first.decode_next()?, second.decode_next()?);
        while !ones.is_empty() && !others.is_empty() {
            // No branch depends on which tag is less: it would be mispredicted every other time.
            let (mut one, mut other, mut equal) = (0, 0, 0);
            while one < ones.len() && other < others.len() {
                let (left, right) = (ones[one], others[other]);
                equal += u64::from(left == right);
                one += usize::from(left <= right);
                other += usize::from(right <= left);
            }
            read += (one + other) as u64;
            shared += equal;
            (ones, others) = (&ones[one..], &others[other..]);
            if ones.is_empty() {
                ones = first.decode_next()?;
            }
            if others.is_empty() {
                others = second.decode_next()?;
            }
        }
        while !ones.is_empty() {
            read += ones.len() as u64;
            ones = first.decode_next()?;
        }
        while !others.is_empty() {
            read += others.len() as u64;
            others = second.decode_next()?;
        }
        Ok(SharedTags {
            distinct: read - shared,
            in_all: shared,
            pairs: (shared > 0)
                .then_some(((0, 1), shared))
                .into_iter()
                .collect(),
            groups: Groups::default(),
        })
    }

    fn of_several(
        sources: &mut [TagBlocks<'_>],
        grouping: Grouping,
    ) -> Result<SharedTags, SegmentError> {
        let mut tags: Vec<(Tag, u32)> = Vec::new();
        for (index, blocks) in (0..).zip(sources.iter_mut()) {
            loop {
                let block = blocks.decode_next()?;
                if block.is_empty() {
                    break;
                }
                tags.extend(block.iter().map(|&tag| (tag, index)));
            }
        }
        // The stable sort finds the ascending run of each source and merges the runs.
        tags.sort_by_key(|&(tag, _)| tag);
        let mut counts = SharedTags::default();
        let mut matrix = vec![0_u64; sources.len() * sources.len()];
        let mut groups = Groups::default();
        // Sources that share much hold stretches of tags together: those are counted as one.
        let (mut holders, mut times) = (Vec::<usize>::new(), 0);
        let mut add_stretch = |holders: &[usize], times: u64| {
            for (position, &first) in holders.iter().enumerate() {
                for &second in &holders[position + 1..] {
                    matrix[first * sources.len() + second] += times;
                }
            }
            if grouping == Grouping::ByHolders && times > 0 {
                groups.add(holders, times);
            }
        };
        for group in tags.chunk_by(|one, next| one.0 == next.0) {
            counts.distinct += 1;
            counts.in_all += u64::from(group.len() == sources.len());
            let sources = group.iter().map(|&(_, source)| source as usize);
            if !sources.clone().eq(holders.iter().copied()) {
                add_stretch(&holders, times);
                times = 0;
                holders.clear();
                holders.extend(sources);
            }
            times += 1;
        }
        add_stretch(&holders, times);
        let pairs = matrix.into_iter().enumerate();
        counts.pairs = pairs
            .filter(|&(_, shared)| shared > 0)
            .map(|(cell, shared)| ((cell / sources.len(), cell % sources.len()), shared))
            .collect();
        counts.groups = groups;
        Ok(counts)
    }
}
