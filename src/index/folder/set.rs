//! An index: the segments that a manifest lists, or one segment file alone.
//!
//! What the manifest does not list is not a part of the index. A listed segment that is missing,
//! damaged, another or in another role is an error: leaving it out would turn exposed numbers into
//! "not found".

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use super::{
    index_error::IndexError,
    manifest::{IndexPlace, Manifest, folder_names},
    names::{self, MANIFEST, NEW_MANIFEST},
    state::{IndexId, IndexState},
    tombstones::Tombstones,
};
use crate::{
    index::{Segment, SegmentRole, SourceName, file::listing::ListedFile},
    key::{Key, KeyId},
    phone::Region,
};

/// An open index: its segments in order of their sources' names.
pub struct Index {
    path: PathBuf,
    state: IndexState,
    key_id: KeyId,
    trust: Trust,
    segments: Vec<Segment>,
    tombstones: Option<Box<Segment>>,
}

/// How an index was made, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trust {
    /// The key sealed the manifest, and every byte that is read is bound to it.
    Authenticated,
    /// It was opened without the key: damage is found, and forgery is not.
    Unauthenticated,
}

/// One file that an index consists of, as [`check_files`] found it.
pub struct CheckedFile {
    /// The file.
    pub path: PathBuf,
    /// Its purpose.
    pub role: SegmentRole,
    /// The segment, every byte of it verified.
    pub outcome: Result<Segment, IndexError>,
}

/// Every file of an index that a writer must not take the place of: the manifest, what it lists,
/// and what writers left. None if there is nothing at the path.
pub fn files_of_index(path: &Path) -> Result<Vec<PathBuf>, IndexError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let is_ours = |name: &std::ffi::OsString| {
        name == MANIFEST || name == NEW_MANIFEST || names::is_ours(name)
    };
    let names = folder_names(path)?.into_iter().filter(is_ours);
    Ok(names.map(|name| path.join(name)).collect())
}

/// Whether there is neither an index at the path nor a remnant of one.
pub fn holds_nothing(path: &Path) -> Result<bool, IndexError> {
    Ok(matches!(
        IndexPlace::at(path, None)?,
        IndexPlace::Nothing | IndexPlace::Begun
    ))
}

/// Verifies every byte of every file of an index, on several threads. One bad file does not hide
/// another.
pub fn check_files(
    path: &Path,
    key: Option<&Key>,
    threads: NonZeroUsize,
) -> Result<(IndexState, Vec<CheckedFile>), IndexError> {
    let verified = |segment: Segment| match segment.verify_with(threads) {
        Ok(()) => Ok(segment),
        Err(error) if segment.role() == SegmentRole::Tombstones => {
            Err(IndexError::Tombstones(error))
        }
        Err(error) => Err(error.into()),
    };
    let manifest = match IndexPlace::at(path, key)? {
        IndexPlace::Nothing | IndexPlace::Begun => return Err(nothing(path)),
        IndexPlace::File => {
            let segment = open_source(path, key)?;
            let state = state_of_segment(&segment);
            let checked = CheckedFile {
                path: path.to_owned(),
                role: segment.role(),
                outcome: verified(segment),
            };
            return Ok((state, vec![checked]));
        }
        IndexPlace::Manifest(manifest) => manifest,
    };
    let check = |file: &ListedFile| CheckedFile {
        path: manifest.path_of(file),
        role: file.role,
        outcome: manifest.open(file, key).and_then(verified),
    };
    let checked = manifest.listing().files.iter().map(check).collect();
    Ok((manifest.state(), checked))
}

/// The rate of false hits of one look-up over all of `segments`, in the country where it is
/// highest: the numbers of that country in all of them, over the number of possible tags.
pub fn false_positive_rate<'a>(segments: impl IntoIterator<Item = &'a Segment>) -> f64 {
    let mut numbers = [0_u64; Region::COUNT];
    for country in segments.into_iter().flat_map(Segment::countries) {
        let sum = &mut numbers[country.region.index()];
        *sum = sum.saturating_add(country.distinct);
    }
    let most = numbers.into_iter().max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits")]
    let most = most as f64;
    most / 2_f64.powi(64)
}

impl Index {
    /// Opens every segment of an index that holds at least one source. With `key`, everything must
    /// have been made under it; without, nothing is authenticated.
    pub fn open(path: &Path, key: Option<&Key>) -> Result<Index, IndexError> {
        match Index::open_if_any(path, key)? {
            Some(index) if !index.segments.is_empty() => Ok(index),
            _ => Err(nothing(path)),
        }
    }

    /// The same, but an index may hold no source, or not be there at all.
    pub fn open_if_any(path: &Path, key: Option<&Key>) -> Result<Option<Index>, IndexError> {
        loop {
            let manifest = match IndexPlace::at(path, key)? {
                IndexPlace::Nothing | IndexPlace::Begun => return Ok(None),
                IndexPlace::File => return Index::of_segment(path, key).map(Some),
                IndexPlace::Manifest(manifest) => manifest,
            };
            match Index::of_manifest(path, &manifest, key) {
                // A commit since then may have taken the file away; the new list is open now.
                Err(IndexError::ListedMissing { path: missing }) => {
                    match IndexPlace::at(path, key)? {
                        IndexPlace::Manifest(now) if now.state() != manifest.state() => {}
                        _ => return Err(IndexError::ListedMissing { path: missing }),
                    }
                }
                opened => return opened.map(Some),
            }
        }
    }

    fn of_manifest(
        path: &Path,
        manifest: &Manifest,
        key: Option<&Key>,
    ) -> Result<Index, IndexError> {
        let mut index = Index {
            path: path.to_owned(),
            state: manifest.state(),
            key_id: manifest.listing().key_id,
            trust: Trust::of(key),
            segments: Vec::new(),
            tombstones: None,
        };
        for file in &manifest.listing().files {
            let segment = manifest.open(file, key)?;
            match file.role {
                SegmentRole::Source => index.segments.push(segment),
                SegmentRole::Tombstones => index.tombstones = Some(Box::new(segment)),
            }
        }
        Ok(index)
    }

    fn of_segment(path: &Path, key: Option<&Key>) -> Result<Index, IndexError> {
        let segment = open_source(path, key)?;
        Ok(Index {
            path: path.to_owned(),
            state: state_of_segment(&segment),
            key_id: segment.key_id(),
            trust: Trust::of(key),
            segments: vec![segment],
            tombstones: None,
        })
    }

    /// Its id and generation.
    pub fn state(&self) -> IndexState {
        self.state
    }

    /// The key that it was made under, or says so.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Whether it was opened with the key.
    pub fn trust(&self) -> Trust {
        self.trust
    }

    /// The segments, in order of their sources' names.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segments themselves, in the same order.
    pub fn into_segments(self) -> Vec<Segment> {
        self.segments
    }

    /// Whether any numbers are to be forgotten.
    pub fn forgets(&self) -> bool {
        self.tombstones.is_some()
    }

    /// The numbers that are to be forgotten.
    pub fn tombstones(&self) -> Result<Tombstones, IndexError> {
        let read = self.tombstones.as_deref().map(Tombstones::read);
        Ok(read.transpose()?.unwrap_or_default())
    }

    /// The segment of a source.
    pub fn source(&self, name: &SourceName) -> Option<&Segment> {
        self.segments
            .iter()
            .find(|segment| segment.meta().source == *name)
    }

    /// The same index with these sources only. An error names the first of them that is not there.
    pub fn restrict(mut self, names: &[SourceName]) -> Result<Index, IndexError> {
        self.require(names)?;
        self.segments
            .retain(|segment| names.contains(&segment.meta().source));
        Ok(self)
    }

    fn require(&self, names: &[SourceName]) -> Result<(), IndexError> {
        match names.iter().find(|name| self.source(name).is_none()) {
            Some(name) => Err(IndexError::NoSource {
                path: self.path.clone(),
                name: name.clone(),
            }),
            None => Ok(()),
        }
    }

    /// The segments of the sources with these `names`, all if there are none, and those of the other
    /// sources.
    ///
    /// # Errors
    /// A name that no source has.
    pub fn partition(
        &self,
        names: &[SourceName],
    ) -> Result<(Vec<&Segment>, Vec<&Segment>), IndexError> {
        self.require(names)?;
        let is_named =
            |segment: &&Segment| names.is_empty() || names.contains(&segment.meta().source);
        Ok(self.segments.iter().partition(is_named))
    }

    /// Whether any segment holds numbers of the country.
    pub fn covers(&self, region: Region) -> bool {
        self.segments
            .iter()
            .any(|segment| segment.country(region).is_some())
    }
}

impl Trust {
    fn of(key: Option<&Key>) -> Trust {
        match key {
            Some(_) => Trust::Authenticated,
            None => Trust::Unauthenticated,
        }
    }
}

/// A segment file that is an index alone.
fn open_source(path: &Path, key: Option<&Key>) -> Result<Segment, IndexError> {
    let segment = Segment::open(path, key)?;
    if segment.role() != SegmentRole::Source {
        return Err(IndexError::NotASource {
            path: path.to_owned(),
        });
    }
    Ok(segment)
}

fn state_of_segment(segment: &Segment) -> IndexState {
    IndexState {
        id: IndexId::of(segment.seal()),
        generation: 0,
    }
}

fn nothing(path: &Path) -> IndexError {
    let path = path.to_owned();
    if path.exists() {
        IndexError::Empty { path }
    } else {
        IndexError::Missing { path }
    }
}
