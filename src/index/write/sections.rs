//! All sections of a segment: several threads sort and code its parts, which are written in order.
//!
//! Blocks have 512 tags wherever the parts begin, so that the bytes are the same for any parts.
//! What does not fill a block goes on to the next part of the country: a thread waits for what the
//! part before left over, takes its own blocks, hands the rest on, and only then codes.

use std::{io::Write, num::NonZeroUsize, ops::ControlFlow, sync::Arc, thread};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{tag_union::TagUnion, write_error::WriteError, writer::SegmentWriter};
use crate::{
    index::{
        CountryCount,
        file::{
            chain::{ChainKey, Checksums},
            coding::{self, BLOCK_TAGS},
        },
        sort::{
            parts::TagRange,
            sort_error::SortError,
            sorted::{PartGroup, PartScratch},
            tag_group::TagGroup,
        },
    },
    ordered_pool::OrderedPool,
    tag::Tag,
};

/// A part on its way to a thread.
struct Job<'a> {
    part: &'a TagRange,
    /// The tags read of the temporary file for this part and others.
    group: Option<Arc<TagGroup>>,
    /// Gives the tags that the part before left over, or none if that failed. `None` for the first
    /// part of a country.
    from: Option<Receiver<Vec<Tag>>>,
    /// Takes the tags that are left over. `None` for the last part of a country.
    to: Option<Sender<Vec<Tag>>>,
}

/// The blocks of a part, one after the other.
#[derive(Default)]
struct Coded {
    bytes: Vec<u8>,
    blocks: Vec<CodedBlock>,
    /// Tags in the blocks.
    distinct: u64,
    /// Different tags of the part that the load has.
    loaded: u64,
}

struct CodedBlock {
    first: Tag,
    checksums: Checksums,
    /// Where it ends in the bytes.
    end: usize,
}

impl<W: Write> SegmentWriter<W> {
    /// Writes the sections of all countries, sorting and coding in `threads` threads, until
    /// `give_up` is true. The writer must have no section yet. Returns the counts of the load
    /// alone.
    pub fn sections(
        &mut self,
        tags: &TagUnion<'_>,
        threads: NonZeroUsize,
        give_up: impl Fn() -> bool,
    ) -> Result<Vec<CountryCount>, WriteError> {
        let groups = tags.groups();
        // The next group is read while the threads sort and code the last.
        let (send, read) = bounded(0);
        thread::scope(|scope| {
            if !groups.is_empty() {
                let groups = &groups;
                let read_ahead = move || {
                    tags.read_groups(groups, |group| match send.send(group) {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    });
                };
                thread::Builder::new()
                    .spawn_scoped(scope, read_ahead)
                    .map_err(SortError::Thread)?;
            }
            let jobs = Jobs {
                parts: tags.parts(),
                groups: groups.iter(),
                group: None,
                left_in_group: 0,
                read,
                left_over: None,
            };
            self.sorted_sections(tags, jobs, threads, give_up)
        })
    }

    /// Does the jobs and writes their results.
    fn sorted_sections(
        &mut self,
        tags: &TagUnion<'_>,
        mut jobs: Jobs<'_>,
        threads: NonZeroUsize,
        give_up: impl Fn() -> bool,
    ) -> Result<Vec<CountryCount>, WriteError> {
        let mut ends = tags
            .parts()
            .iter()
            .zip(tags.parts().iter().map(Some).skip(1).chain([None]));
        let chain = self.chain().clone();
        let mut counts = Vec::new();
        let (mut distinct, mut loaded) = (0, 0);
        OrderedPool::new(threads).run(
            || {
                if give_up() {
                    Err(WriteError::GivenUp)
                } else {
                    jobs.next()
                }
            },
            PartScratch::default,
            |scratch, job| job.work(tags, &chain, scratch),
            |coded| {
                let coded = coded?;
                self.coded(&coded)?;
                distinct += coded.distinct;
                loaded += coded.loaded;
                let (part, next) = ends.next().ok_or(WriteError::Broken)?;
                if next.is_none_or(|next| next.region != part.region) {
                    let region = part.region;
                    self.end_section(region, tags.records(region, distinct), distinct)?;
                    counts.extend((loaded > 0).then(|| CountryCount {
                        region,
                        records: tags.loaded_records(region),
                        distinct: loaded,
                    }));
                    (distinct, loaded) = (0, 0);
                }
                Ok(())
            },
        )?;
        Ok(counts)
    }

    fn coded(&mut self, coded: &Coded) -> Result<(), WriteError> {
        let mut start = 0;
        for block in &coded.blocks {
            self.add_block(block.first, block.checksums, &coded.bytes[start..block.end])?;
            start = block.end;
        }
        Ok(())
    }
}

/// Makes a job of each part, tied to that of the part before.
struct Jobs<'a> {
    parts: &'a [TagRange],
    /// The groups that are still to come.
    groups: std::slice::Iter<'a, PartGroup>,
    group: Option<Arc<TagGroup>>,
    /// Number of the next parts that are in `group`.
    left_in_group: usize,
    /// Gives the groups that were read.
    read: Receiver<Result<TagGroup, SortError>>,
    left_over: Option<Receiver<Vec<Tag>>>,
}

impl<'a> Jobs<'a> {
    fn next(&mut self) -> Result<Option<Job<'a>>, WriteError> {
        let Some((part, rest)) = self.parts.split_first() else {
            return Ok(None);
        };
        self.parts = rest;
        if self.left_in_group == 0
            && let Some(next) = self.groups.next()
        {
            let group = self.read.recv().map_err(|_| WriteError::Broken)??;
            (self.group, self.left_in_group) = (Some(Arc::new(group)), next.parts);
        }
        self.left_in_group = self.left_in_group.saturating_sub(1);
        let goes_on = rest.first().is_some_and(|next| next.region == part.region);
        let (to, next) = goes_on.then(|| bounded(1)).unzip();
        Ok(Some(Job {
            part,
            group: self.group.clone(),
            from: std::mem::replace(&mut self.left_over, next),
            to,
        }))
    }
}

impl Job<'_> {
    fn work(
        self,
        tags: &TagUnion<'_>,
        chain: &ChainKey,
        scratch: &mut PartScratch,
    ) -> Result<Coded, WriteError> {
        let loaded = tags.read(self.part, self.group.as_deref(), scratch)?;
        drop(self.group);
        let tags = scratch.tags.as_slice();
        // The jobs are begun in order, so the part before is being worked on, or done.
        let mut first = self
            .from
            .map(|from| from.recv().unwrap_or_default())
            .unwrap_or_default();
        let missing = match first.len() {
            0 => 0,
            length => (BLOCK_TAGS - length).min(tags.len()),
        };
        let (filling, tags) = tags.split_at(missing);
        first.extend_from_slice(filling);
        let mut blocks = tags;
        if let Some(to) = self.to {
            let rest;
            (blocks, rest) = tags.split_at(tags.len() - tags.len() % BLOCK_TAGS);
            let left_over = if first.len() < BLOCK_TAGS && !first.is_empty() {
                std::mem::take(&mut first)
            } else {
                rest.to_vec()
            };
            // Fails only if the load was broken off.
            let _ = to.send(left_over);
        }
        let mut coded = Coded {
            loaded,
            ..Coded::default()
        };
        coded.blocks.reserve(blocks.len() / BLOCK_TAGS + 2);
        coded.bytes.reserve(blocks.len() * 6);
        let first = (!first.is_empty()).then_some(first.as_slice());
        for block in first.into_iter().chain(blocks.chunks(BLOCK_TAGS)) {
            let start = coded.bytes.len();
            coding::encode(block, &mut coded.bytes);
            coded.blocks.push(CodedBlock {
                first: block[0],
                checksums: chain.checksums(&coded.bytes[start..]),
                end: coded.bytes.len(),
            });
            coded.distinct += block.len() as u64;
        }
        Ok(coded)
    }
}
