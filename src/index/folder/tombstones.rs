//! The numbers that are to be forgotten: their tags by country, in a segment of its own, `forgotten.tombstones`.
//!
//! It is no source: nothing is looked up in it but what would be stored. Like any segment it holds tags alone, and a
//! damaged one, or one of another key, is an error: leaving it out would bring back who asked to be forgotten.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::index::{
    CountryCount, IndexError, Provenance, Segment, SegmentError, SegmentWriter, SourceMeta,
    SourceName, StagedFile, Status, WriteError, WriteLock,
    file::format::TAG_LENGTH,
    folder::lock::{FORGOTTEN, TOMBSTONES},
    folder::set,
};
use crate::{
    key::Key,
    phone::{METADATA_VERSION, MIGRATIONS_VERSION, Region},
    tag::Tag,
};

/// Tags that are not to be stored. Clones share them.
#[derive(Clone)]
pub struct Tombstones {
    /// By region; ascending, each once.
    tags: Arc<Vec<Vec<Tag>>>,
}

impl Tombstones {
    /// Those of an index folder, every byte and the seal checked; none if there is no such file.
    pub fn open(index: &Path, key: &Key) -> Result<Tombstones, IndexError> {
        let Some(path) = Self::file(index)? else {
            return Ok(Tombstones::default());
        };
        let segment = Segment::open(&path).map_err(IndexError::Tombstones)?;
        set::check_key(&segment, key.id())?;
        // A source under this name would keep all of its numbers from being loaded again.
        if segment.meta().source.as_str() != FORGOTTEN {
            let name = segment.meta().source.clone();
            return Err(IndexError::Misnamed { path, name });
        }
        segment.verify(Some(key)).map_err(IndexError::Tombstones)?;
        let mut tags = vec![Vec::new(); Region::COUNT];
        for country in segment.countries() {
            let of_country = segment.tags(country.region).collect::<Result<_, _>>();
            tags[country.region.index()] = of_country.map_err(IndexError::Tombstones)?;
        }
        Ok(Tombstones {
            tags: Arc::new(tags),
        })
    }

    /// The file of an index folder that holds them, if there is one, damaged or not.
    pub fn file(index: &Path) -> Result<Option<PathBuf>, IndexError> {
        let path = index.join(TOMBSTONES);
        match fs::symlink_metadata(&path) {
            Ok(_) => Ok(Some(path)),
            // A segment alone is an index too, and nothing is below it.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(None)
            }
            Err(source) => Err(IndexError::Io { path, source }),
        }
    }

    /// These and more.
    #[must_use]
    pub fn with(self, more: impl IntoIterator<Item = (Region, Tag)>) -> Tombstones {
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

    /// The counts of a country of a segment without these numbers. Each takes one record with it, since a segment does not say how
    /// many it has; the last number takes all.
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
                records -= 1;
                distinct -= 1;
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
        self.count() * TAG_LENGTH
    }

    /// Writes them into a locked index, but without their name. `at` is the time, RFC 3339 in UTC to the second.
    pub fn stage<'lock>(
        &self,
        lock: &'lock WriteLock,
        at: String,
        key: &Key,
    ) -> Result<StagedFile<'lock>, WriteError> {
        let source: SourceName = FORGOTTEN.parse().expect("letters are a name");
        let meta = SourceMeta {
            source,
            title: None,
            date: None,
            status: Status::default(),
            note: None,
            claimed: None,
            loaded_at: at,
            leakline_version: env!("CARGO_PKG_VERSION").to_owned(),
            metadata_version: METADATA_VERSION.to_owned(),
            migrations_version: MIGRATIONS_VERSION,
            provenance: Provenance {
                complete: true,
                ..Provenance::default()
            },
        };
        let mut writer = SegmentWriter::create_as(lock, TOMBSTONES, &meta, key)?;
        for region in Region::all() {
            let tags = self.of(region).iter();
            let tags = tags.map(|tag| Ok::<_, WriteError>(*tag));
            writer.section(region, self.of(region).len() as u64, tags)?;
        }
        Ok(writer.stage()?.0)
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
        write!(f, "Forgotten({})", self.count())
    }
}
