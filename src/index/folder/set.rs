//! An index: the segments of a folder, or one segment file alone.
//!
//! A file `NAME.segment` holds the source NAME. Other files in the folder are none of ours and ignored; a segment
//! that is damaged, misnamed or made under another key is an error, since leaving it out would turn
//! exposed numbers into "not found".

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::index::{
    Segment, SegmentError, SourceName,
    folder::lock::{SEGMENT, TOMBSTONES},
};
use crate::{key::KeyId, phone::Region};

/// An open index: its segments in order of their sources' names.
pub struct Index {
    path: PathBuf,
    segments: Vec<Segment>,
}

/// Why an index could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is nothing at the path.
    #[error("{}: no index there", path.display())]
    Missing {
        /// The path that was tried.
        path: PathBuf,
    },
    /// The path is the file of the numbers that are to be forgotten.
    #[error("{}: holds the numbers that are forgotten, and is no source", path.display())]
    NotASource {
        /// The file.
        path: PathBuf,
    },
    /// A folder without segments.
    #[error("{}: no source is loaded in this index", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// The folder could not be read.
    #[error("{}: cannot be read", path.display())]
    Io {
        /// The folder, or a file in it.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A segment could not be read.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The numbers that are to be forgotten could not be read.
    #[error(transparent)]
    Tombstones(SegmentError),
    /// A segment holds numbers that are to be forgotten.
    #[error("{}: holds numbers that are to be forgotten: a `leakline forget` was cut short", path.display())]
    NotForgotten {
        /// The segment file.
        path: PathBuf,
    },
    /// A segment was made under another key.
    #[error("{}: made under the key {made_under}, and the key given is {given}", path.display())]
    WrongKey {
        /// The segment file.
        path: PathBuf,
        /// The key that its tags were made under.
        made_under: KeyId,
        /// The key that was given.
        given: KeyId,
    },
    /// Two segments hold the same source.
    #[error("{} and {}: both hold the source {name}", paths[0].display(), paths[1].display())]
    Duplicate {
        /// The source.
        name: SourceName,
        /// The segment files.
        paths: [PathBuf; 2],
    },
    /// A segment file has the name of another source than it holds.
    #[error("{}: holds the source {name} and is not named so", path.display())]
    Misnamed {
        /// The segment file.
        path: PathBuf,
        /// The source that it holds.
        name: SourceName,
    },
    /// A source that was asked for is not there.
    #[error("{}: no source {name} in this index", path.display())]
    NoSource {
        /// The index.
        path: PathBuf,
        /// The source.
        name: SourceName,
    },
}

/// The segment files of an index, sorted by name: those of a folder, or the path itself. None if there
/// is nothing at the path. They are not opened.
pub fn segment_files(path: &Path) -> Result<Vec<PathBuf>, IndexError> {
    let failed = |source| IndexError::Io {
        path: path.to_owned(),
        source,
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
        Ok(_) if path.file_name().is_some_and(|name| name == TOMBSTONES) => {
            let path = path.to_owned();
            return Err(IndexError::NotASource { path });
        }
        Ok(found) if !found.is_dir() => return Ok(vec![path.to_owned()]),
        Ok(_) => {}
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        // Hidden files belong to others: `._NAME.segment` is what a Mac leaves beside a copied file.
        let ours = Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == SEGMENT)
            && !name.as_encoded_bytes().starts_with(b".");
        if ours {
            files.push(path.join(name));
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// The rate of false hits of one look-up over all of these segments, in the country where it is highest: the numbers
/// of that country in all of them, over the number of possible tags.
pub fn false_positive_rate<'a>(segments: impl IntoIterator<Item = &'a Segment>) -> f64 {
    let mut numbers = [0_u64; Region::COUNT];
    for country in segments.into_iter().flat_map(Segment::countries) {
        numbers[country.region.index()] += country.distinct;
    }
    let most = numbers.into_iter().max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits")]
    let most = most as f64;
    most / 2_f64.powi(64)
}

impl Index {
    /// Opens every segment of a folder, or one segment file. With a key id, refuses segments made under another key.
    pub fn open(path: &Path, key_id: Option<KeyId>) -> Result<Index, IndexError> {
        let mut segments = Vec::new();
        for file in segment_files(path)? {
            match Segment::open(&file) {
                Ok(segment) => segments.push(segment),
                // Removed since the folder was read.
                Err(SegmentError::Io { source, .. })
                    if source.kind() == io::ErrorKind::NotFound && !is_link(&file) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if segments.is_empty() {
            let path = path.to_owned();
            return Err(if path.exists() {
                IndexError::Empty { path }
            } else {
                IndexError::Missing { path }
            });
        }
        segments.sort_by(|one, other| one.meta().source.cmp(&other.meta().source));
        check_names(path, &segments)?;
        if let Some(given) = key_id {
            (segments.iter()).try_for_each(|segment| check_key(segment, given))?;
        }
        Ok(Index {
            path: path.to_owned(),
            segments,
        })
    }

    /// The segments, in order of their sources' names. There is at least one.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segment of a source.
    pub fn source(&self, name: &SourceName) -> Option<&Segment> {
        self.segments
            .iter()
            .find(|segment| segment.meta().source == *name)
    }

    /// The same index with these sources only. An error names the first of them that is not there.
    pub fn restrict(mut self, names: &[SourceName]) -> Result<Index, IndexError> {
        if let Some(name) = names.iter().find(|name| self.source(name).is_none()) {
            return Err(IndexError::NoSource {
                path: self.path,
                name: name.clone(),
            });
        }
        self.segments
            .retain(|segment| names.contains(&segment.meta().source));
        Ok(self)
    }

    /// Whether any segment holds numbers of the country.
    pub fn covers(&self, region: Region) -> bool {
        self.segments
            .iter()
            .any(|segment| segment.country(region).is_some())
    }
}

pub(in crate::index) fn check_key(segment: &Segment, given: KeyId) -> Result<(), IndexError> {
    let (path, made_under) = (segment.path().to_owned(), segment.key_id());
    if made_under == given {
        return Ok(());
    }
    Err(IndexError::WrongKey {
        path,
        made_under,
        given,
    })
}

/// `segments` are sorted by source.
fn check_names(index: &Path, segments: &[Segment]) -> Result<(), IndexError> {
    let twice = segments
        .windows(2)
        .find(|pair| pair[0].meta().source == pair[1].meta().source);
    if let Some([one, other]) = twice {
        let paths = [one, other].map(|segment| segment.path().to_owned());
        return Err(IndexError::Duplicate {
            name: one.meta().source.clone(),
            paths,
        });
    }
    let misnamed = segments.iter().find(|segment| {
        let stem = segment.path().file_stem().and_then(|stem| stem.to_str());
        segment.path() != index && stem != Some(segment.meta().source.as_str())
    });
    match misnamed {
        Some(segment) => Err(IndexError::Misnamed {
            path: segment.path().to_owned(),
            name: segment.meta().source.clone(),
        }),
        None => Ok(()),
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}
