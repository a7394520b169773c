//! Tags of one country and of neighbouring parts, read from the temporary file at once.
//!
//! A part has a few kilobytes in each bundle. A read of the disk that small costs as much as one of
//! a hundred kilobytes, so the bundles are read for many parts together.

use std::ops::RangeInclusive;

use crossbeam_channel::Sender;

use super::{
    bundle::{Bundle, GroupSlice},
    sort_error::SortError,
    space::{Piece, Space},
};
use crate::index::file::{
    direct::{ALIGNMENT, AlignedBuffer, align_up},
    format::TAG_LENGTH,
};

/// The tags of all bundles of a country that are in one range. Bundles in memory have none here.
#[derive(Default)]
pub(in crate::index) struct TagGroup {
    buffer: AlignedBuffer,
    slices: Vec<SlicePosition>,
    /// Takes the buffer back when the group is dropped.
    used: Option<Sender<AlignedBuffer>>,
}

/// Where the tags of one bundle are in the buffer.
struct SlicePosition {
    start: usize,
    tags: usize,
    /// Index in its bundle of the first of them.
    first: usize,
}

impl TagGroup {
    /// A group that is read into `buffer`, which goes to `used` in the end.
    pub(super) fn reusing(buffer: AlignedBuffer, used: Sender<AlignedBuffer>) -> TagGroup {
        TagGroup {
            buffer,
            slices: Vec::new(),
            used: Some(used),
        }
    }

    /// Reads the tags of `bundles` in buckets that `range` touches, in place of the tags it held.
    pub(super) fn read(
        &mut self,
        bundles: &[Bundle],
        range: &RangeInclusive<u64>,
        space: &Space,
    ) -> Result<(), SortError> {
        self.slices.clear();
        // Whole blocks, since reads past the page cache want those.
        let mut pieces = Vec::with_capacity(bundles.len());
        let mut end = 0;
        for bundle in bundles {
            let extent = bundle.extent(range);
            let Some(offset) = bundle.spilled_at().filter(|_| !extent.is_empty()) else {
                self.slices.push(SlicePosition {
                    start: 0,
                    tags: 0,
                    first: extent.start,
                });
                continue;
            };
            let skipped = extent.start * TAG_LENGTH / ALIGNMENT * ALIGNMENT;
            self.slices.push(SlicePosition {
                start: end + extent.start * TAG_LENGTH - skipped,
                tags: extent.len(),
                first: extent.start,
            });
            let length = align_up(extent.end * TAG_LENGTH - skipped);
            pieces.push(Piece {
                offset: offset + skipped as u64,
                length,
            });
            end += length;
        }
        self.buffer.resize(end);
        space.read(&mut self.buffer, &pieces)
    }

    /// The tags that were read of the bundle with this index.
    pub(super) fn slice(&self, bundle: usize) -> GroupSlice<'_> {
        // A group of bundles in memory has no slices.
        self.slices.get(bundle).map_or(
            GroupSlice {
                tags: &[],
                first: 0,
            },
            |slice| GroupSlice {
                tags: self.buffer[slice.start..slice.start + slice.tags * TAG_LENGTH]
                    .as_chunks()
                    .0,
                first: slice.first,
            },
        )
    }
}

impl Drop for TagGroup {
    fn drop(&mut self) {
        if let Some(used) = &self.used {
            // Nobody wants it any more when the other end is gone.
            let _ = used.try_send(std::mem::take(&mut self.buffer));
        }
    }
}
