//! The numbers that are to be forgotten: their tags by country, in a segment of its own.
//!
//! It is no source: nothing is looked up in it but what would be stored. Like any segment it holds
//! tags alone. A damaged one is an error: leaving it out would bring back who asked to be
//! forgotten.

use std::{fmt, sync::Arc};

use super::index_error::IndexError;
use crate::{
    index::{CountryCount, Segment, SegmentError, file::format::TAG_LENGTH},
    phone::Region,
    tag::Tag,
};

/// Tags that are not to be stored. Clones share them.
#[derive(Clone)]
pub struct Tombstones {
    /// By region; ascending, each once.
    tags: Arc<Vec<Vec<Tag>>>,
}

impl Tombstones {
    /// All tags of a segment in that role.
    pub(super) fn read(segment: &Segment) -> Result<Tombstones, IndexError> {
        let mut tags = vec![Vec::new(); Region::COUNT];
        for country in segment.countries() {
            let of_country = segment.tags(country.region).collect::<Result<_, _>>();
            tags[country.region.index()] = of_country.map_err(IndexError::Tombstones)?;
        }
        Ok(Tombstones {
            tags: Arc::new(tags),
        })
    }

    /// These and more.
    #[must_use]
    pub fn union(self, more: impl IntoIterator<Item = (Region, Tag)>) -> Tombstones {
        let mut tags = Arc::unwrap_or_clone(self.tags);
        for (region, tag) in more {
            tags[region.index()].push(tag);
        }
        for tags in &mut tags {
            tags.sort_unstable();
            tags.dedup();
        }
        Tombstones {
            tags: Arc::new(tags),
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Region, Tag)> + '_ {
        Region::all().flat_map(|region| self.of(region).iter().map(move |tag| (region, *tag)))
    }

    /// Those of a country, ascending.
    pub fn of(&self, region: Region) -> &[Tag] {
        &self.tags[region.index()]
    }

    /// Whether this is one of them.
    pub fn holds(&self, region: Region, tag: Tag) -> bool {
        self.of(region).binary_search(&tag).is_ok()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.tags.iter().map(Vec::len).sum()
    }

    /// The counts of a country of a segment without these numbers. Each takes one record with it,
    /// since a segment does not say how many it has; the last number takes all.
    pub fn count_others(
        &self,
        segment: &Segment,
        country: CountryCount,
    ) -> Result<CountryCount, SegmentError> {
        let CountryCount {
            region,
            mut records,
            mut distinct,
        } = country;
        segment.look_up(
            region,
            self.of(region),
            |tag| *tag,
            |_| {
                // As many records as numbers at least, and each number is found once.
                records = records.saturating_sub(1);
                distinct = distinct.saturating_sub(1);
            },
        )?;
        Ok(CountryCount {
            region,
            records: if distinct == 0 { 0 } else { records },
            distinct,
        })
    }

    /// Bytes of memory that they take.
    pub fn heap_bytes(&self) -> usize {
        self.count().saturating_mul(TAG_LENGTH)
    }
}

impl Default for Tombstones {
    fn default() -> Tombstones {
        Tombstones {
            tags: Arc::new(vec![Vec::new(); Region::COUNT]),
        }
    }
}

impl fmt::Debug for Tombstones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tombstones({})", self.count())
    }
}
