//! The manifest of an index folder: read, authenticated, and its segments opened.

use std::{
    ffi::OsString,
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
};

use super::{
    index_error::IndexError,
    names::{self, MANIFEST, NEW_MANIFEST, SEGMENT},
    state::{IndexId, IndexState},
};
use crate::{
    index::{
        Segment, SegmentError, SegmentRole,
        file::{
            format::{FORMAT_VERSION, HEADER_LENGTH, HeaderFault, SegmentHeader},
            listing::{self, ListedFile, Listing, ListingFault},
            seal::Seal,
            storage::Storage,
        },
    },
    key::Key,
};

/// The generation of the files of a first writer.
const FIRST_GENERATION: u64 = 1;

/// The files that make up an index folder.
pub(in crate::index) struct Manifest {
    folder: PathBuf,
    listing: Listing,
    seal: Seal,
}

/// The kind of thing at the path of an index.
pub(super) enum IndexPlace {
    /// Nothing, or a folder without a file of ours.
    Nothing,
    /// A folder where a first writer is at work, or was cut short.
    Begun,
    /// A folder with a manifest.
    Manifest(Manifest),
    /// A file.
    File,
}

impl IndexPlace {
    /// Looks at `path`. With `key`, the manifest must have its seal.
    pub(super) fn at(path: &Path, key: Option<&Key>) -> Result<IndexPlace, IndexError> {
        let found = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(IndexPlace::Nothing);
            }
            found => found.map_err(failed(path))?,
        };
        if !found.is_dir() {
            return Ok(IndexPlace::File);
        }
        if let Some(manifest) = Manifest::read(path, key)? {
            return Ok(IndexPlace::Manifest(manifest));
        }
        let names = folder_names(path)?;
        for name in &names {
            refuse_other_version(&path.join(name))?;
        }
        // A first writer gives no other generation. Files of a later one are those of an index
        // whose manifest was taken away: a writer that took them for nothing would remove them.
        let is_begun = names.iter().any(|name| name == NEW_MANIFEST)
            && (names.iter().filter_map(|name| names::generation_of(name)))
                .all(|generation| generation == FIRST_GENERATION);
        let manifest = path.join(MANIFEST);
        if is_begun {
            Ok(IndexPlace::Begun)
        } else if !names.iter().any(|name| names::is_ours(name)) {
            Ok(IndexPlace::Nothing)
        } else if let Some(manifest) = Manifest::read(path, key)? {
            // A first writer has committed since.
            Ok(IndexPlace::Manifest(manifest))
        } else {
            Err(IndexError::NoManifest { path: manifest })
        }
    }
}

impl Manifest {
    /// The manifest of a folder, if there is one. With `key`, it must have its seal.
    fn read(folder: &Path, key: Option<&Key>) -> Result<Option<Manifest>, IndexError> {
        let path = folder.join(MANIFEST);
        let damaged = || IndexError::DamagedManifest { path: path.clone() };
        let (file, length) = match Storage::open_regular(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed(&path))?.ok_or_else(damaged)?,
        };
        if length > listing::MAX_LENGTH {
            return Err(damaged());
        }
        let mut bytes = Vec::new();
        file.take(listing::MAX_LENGTH)
            .read_to_end(&mut bytes)
            .map_err(failed(&path))?;
        let (listing, seal) = Listing::decode(&bytes).map_err(|fault| match fault {
            ListingFault::Version(found) => IndexError::Version {
                path: path.clone(),
                found,
            },
            ListingFault::Magic | ListingFault::Damaged => damaged(),
        })?;
        if let Some(key) = key {
            if key.id() != listing.key_id {
                return Err(IndexError::WrongKey {
                    path,
                    made_under: listing.key_id,
                    given: key.id(),
                });
            }
            if !Listing::is_sealed(&bytes, seal, key) {
                return Err(IndexError::Forged { path });
            }
        }
        Ok(Some(Manifest {
            folder: folder.to_owned(),
            listing,
            seal,
        }))
    }

    pub(super) fn state(&self) -> IndexState {
        IndexState {
            id: IndexId::of(self.seal),
            generation: self.listing.generation,
        }
    }

    pub(super) fn listing(&self) -> &Listing {
        &self.listing
    }

    pub(super) fn path_of(&self, file: &ListedFile) -> PathBuf {
        self.folder.join(names::of_listed(file))
    }

    /// Opens a listed file, which must be the one that was listed.
    pub(super) fn open(&self, file: &ListedFile, key: Option<&Key>) -> Result<Segment, IndexError> {
        let path = self.path_of(file);
        let segment = match Segment::open(&path, key) {
            Err(SegmentError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Err(IndexError::ListedMissing { path });
            }
            Err(SegmentError::WrongKey { .. }) => return Err(IndexError::ListedOther { path }),
            Err(error) if file.role == SegmentRole::Tombstones => {
                return Err(IndexError::Tombstones(error));
            }
            opened => opened?,
        };
        if segment.role() != file.role {
            return Err(IndexError::ListedRole { path });
        }
        let is_listed = segment.seal() == file.seal
            && segment.key_id() == self.listing.key_id
            && segment.meta().source == file.name;
        is_listed
            .then_some(segment)
            .ok_or(IndexError::ListedOther { path })
    }
}

/// The names in a folder, sorted; none if there is no folder.
pub(super) fn folder_names(folder: &Path) -> Result<Vec<OsString>, IndexError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed(folder))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(failed(folder))?.file_name());
    }
    names.sort_unstable();
    Ok(names)
}

/// Up to version 2, an index was a folder of segments without a manifest.
fn refuse_other_version(path: &Path) -> Result<(), IndexError> {
    let is_segment = path
        .extension()
        .is_some_and(|extension| extension == SEGMENT);
    let is_hidden = path
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    if !is_segment || is_hidden {
        return Ok(());
    }
    let mut header = [0; HEADER_LENGTH];
    let read = Storage::open_regular(path)
        .map(|opened| opened.is_some_and(|(mut file, _)| file.read_exact(&mut header).is_ok()));
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(failed(path)(source)),
        Ok(_) => match SegmentHeader::decode(&header) {
            Err(HeaderFault::Version(found)) if found < FORMAT_VERSION => {
                Err(IndexError::Version {
                    path: path.to_owned(),
                    found,
                })
            }
            _ => Ok(()),
        },
    }
}

pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> IndexError + '_ {
    |source| IndexError::Io {
        path: path.to_owned(),
        source,
    }
}
