//! Batches of tags against one country of a segment.
//!
//! The tags are sorted. So each block is read and checked once per batch, in the order of the file,
//! and neighbours in one read. The larger the batch, the cheaper each tag; one tag alone takes two
//! reads.

use std::ops::Range;

use crate::index::{
    Segment, SegmentError,
    file::{coding::HighPosition, format::Fence},
    read::chapter::{BlockRun, Chapter},
};
use crate::{phone::Region, tag::Tag};

/// Two needed blocks are read at once if they are at most this many blocks apart.
const STEPS: usize = 4;

/// The queries that only one block can answer.
struct BlockQueries {
    block: usize,
    queries: Range<usize>,
}

impl Segment {
    /// Whether each of `tags`, in any order, is among the numbers of `region`.
    ///
    /// `found` is overwritten with one answer per tag, in the order of the tags. A country that is
    /// not here has none of them.
    ///
    /// # Errors
    ///
    /// A part that an answer needs cannot be read or is damaged; `found` is empty then.
    pub fn lookup(
        &self,
        region: Region,
        tags: &[Tag],
        found: &mut Vec<bool>,
    ) -> Result<(), SegmentError> {
        let mut queries: Vec<(Tag, usize)> = tags.iter().copied().zip(0..).collect();
        queries.sort_unstable();
        found.clear();
        found.resize(tags.len(), false);
        let tag = |(tag, _): &(Tag, usize)| *tag;
        self.look_up(region, &queries, tag, |(_, place)| found[*place] = true)
            .inspect_err(|_| found.clear())
    }

    /// Calls `found` with those of `queries` whose tags are among the numbers of `region`. The tags
    /// ascend. Large batches cost much less per tag than single tags.
    ///
    /// # Errors
    ///
    /// A part that an answer needs cannot be read or is damaged. Then the matches so far say
    /// nothing.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "`partition_point` is at most the length of what is left"
    )]
    pub fn look_up<Q>(
        &self,
        region: Region,
        queries: &[Q],
        tag: impl Fn(&Q) -> Tag,
        mut found: impl FnMut(&Q),
    ) -> Result<(), SegmentError> {
        let Some(section) = self.section(region) else {
            return Ok(());
        };
        let mut run = BlockRun::new(self.file());
        let places = section.chapters();
        let mut number = 0;
        let mut rest = queries;
        while let Some(first) = rest.first() {
            number += places[number..].partition_point(|place| place.first <= tag(first));
            let after = places.get(number).map(|place| place.first);
            let inside = after.map_or(rest.len(), |after| {
                rest.partition_point(|query| tag(query) < after)
            });
            let (queries, others) = rest.split_at(inside);
            // Those below the first chapter are nowhere.
            if let Some(chapter) = number.checked_sub(1) {
                let mut spare = None;
                let chapter = section.chapter(self.file(), self.kept(), chapter, &mut spare)?;
                search_chapter(chapter, &mut run, queries, &tag, &mut found)?;
            }
            rest = others;
        }
        Ok(())
    }
}

/// `queries` are sorted, and of this chapter.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "blocks of groups ascend, and a chapter has few"
)]
fn search_chapter<Q>(
    chapter: &Chapter,
    run: &mut BlockRun<'_>,
    queries: &[Q],
    tag: &impl Fn(&Q) -> Tag,
    found: &mut impl FnMut(&Q),
) -> Result<(), SegmentError> {
    let groups = groups(&chapter.fences, queries, tag);
    let mut rest = groups.as_slice();
    while let [first, ..] = rest {
        let near = |pair: &[BlockQueries]| {
            pair[1].block - pair[0].block <= STEPS
                && pair[1].block - first.block < BlockRun::LONGEST
        };
        let length = 1 + rest.windows(2).take_while(|pair| near(pair)).count();
        let (together, after) = rest.split_at(length);
        run.read(chapter, first.block, together[length - 1].block + 1)?;
        for group in together {
            let block = run.block(chapter, group.block)?;
            let queries = &queries[group.queries.clone()];
            let mut from = HighPosition::default();
            queries
                .iter()
                .filter(|query| block.holds(tag(query), &mut from))
                .for_each(&mut *found);
        }
        rest = after;
    }
    Ok(())
}

/// Groups sorted queries by the block that can answer them: the last block whose first tag is not
/// above the query. No query is below the first block.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "each is at most the length of a slice"
)]
fn groups<Q>(fences: &[Fence], queries: &[Q], tag: &impl Fn(&Q) -> Tag) -> Vec<BlockQueries> {
    let mut groups = Vec::new();
    let mut block = 0;
    let mut start = 0;
    while let Some(query) = queries.get(start) {
        block = last_not_above(fences, block, tag(query));
        let next = fences.get(block + 1).map(|fence| fence.first);
        let inside = queries[start..]
            .iter()
            .take_while(|query| next.is_none_or(|next| tag(query) < next))
            .count();
        groups.push(BlockQueries {
            block,
            queries: start..start + inside,
        });
        start += inside;
    }
    groups
}

/// The last fence from `from` on whose first tag is not above `tag`. In large batches it is near,
/// so the steps to it begin small and double.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "`from` is the index of a fence not above `tag`, and a step is less than twice the length"
)]
fn last_not_above(fences: &[Fence], from: usize, tag: Tag) -> usize {
    let mut step = 1;
    while fences
        .get(from + step)
        .is_some_and(|fence| fence.first <= tag)
    {
        step *= 2;
    }
    let near = &fences[from..fences.len().min(from + step)];
    from + near.partition_point(|fence| fence.first <= tag) - 1
}
