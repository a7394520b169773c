//! One change of an index, of any number of sources: new files beside the old ones, then one
//! commit.
//!
//! The commit is the rename of the manifest. Before it the index is as it was, after it as it is to
//! be, and there is nothing between: new files are on disk before, and have names that no file had.
//! What the new manifest does not list is removed after it, or by the next writer.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::PathBuf,
};

use super::{
    index_error::IndexError,
    lock::WriteLock,
    manifest::{IndexPlace, Manifest, folder_names},
    names::{self, FORGOTTEN, MANIFEST, NEW_MANIFEST},
    new_file::{NewFile, UnlistedFile},
    state::{IndexId, IndexState},
    tombstones::Tombstones,
};
use crate::{
    index::{
        CountryCount, Segment, SegmentRole, SegmentWriter, SourceMeta, SourceName, WriteError,
        file::listing::{ListedFile, Listing, MAX_FILES},
    },
    key::{Key, new_private_file, sync_folder},
    phone::Region,
};

/// A change of a locked index. Dropped without a commit, it has changed nothing.
pub struct IndexChange<'a> {
    lock: &'a WriteLock,
    key: &'a Key,
    before: Option<Manifest>,
    /// What the index is going to consist of.
    files: Vec<ListedFile>,
    /// The generation that it is going to be.
    generation: u64,
    unlisted: Vec<UnlistedFile>,
    /// Removed when the change is dropped, if it is there.
    new_manifest: NewManifest,
}

/// The path of the next manifest while it is not the manifest.
struct NewManifest(PathBuf);

impl WriteLock {
    /// Begins a change. Authenticates the manifest and opens everything that it lists; then removes
    /// what killed writers left. The source `except` need not be readable: it is going to be
    /// replaced or removed.
    pub fn change<'a>(
        &'a self,
        key: &'a Key,
        except: Option<&SourceName>,
    ) -> Result<IndexChange<'a>, IndexError> {
        let before = match IndexPlace::at(self.folder(), Some(key))? {
            IndexPlace::Manifest(manifest) => Some(manifest),
            IndexPlace::Nothing | IndexPlace::Begun | IndexPlace::File => None,
        };
        let files = before
            .as_ref()
            .map(|manifest| manifest.listing().files.clone());
        let generation = before
            .as_ref()
            .map_or(0, |before| before.state().generation);
        let change = IndexChange {
            lock: self,
            key,
            generation: generation
                .checked_add(1)
                .ok_or_else(|| IndexError::DamagedManifest {
                    path: self.folder().join(MANIFEST),
                })?,
            before,
            files: files.unwrap_or_default(),
            unlisted: Vec::new(),
            new_manifest: NewManifest(self.folder().join(NEW_MANIFEST)),
        };
        for file in &change.files {
            if file.role != SegmentRole::Source || Some(&file.name) != except {
                change.open_listed(file.role, &file.name)?;
            }
        }
        // Not before: a missing file may be under a name that an older manifest does not list.
        change.remove_unlisted()?;
        Ok(change)
    }
}

impl IndexChange<'_> {
    /// The sources that are in the index, in order of their names.
    pub fn sources(&self) -> impl Iterator<Item = &SourceName> {
        let sources = self
            .files
            .iter()
            .filter(|file| file.role == SegmentRole::Source);
        sources.map(|file| &file.name)
    }

    /// Whether a source is in the index.
    pub fn holds(&self, source: &SourceName) -> bool {
        self.sources().any(|name| name == source)
    }

    /// Whether there was no index before.
    pub fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// The state before the change; `None` if there was no index.
    pub fn state_before(&self) -> Option<IndexState> {
        self.before.as_ref().map(Manifest::state)
    }

    /// The segment of a source, as it was before the change; `None` if there was none.
    pub fn open(&self, source: &SourceName) -> Result<Option<Segment>, IndexError> {
        self.open_listed(SegmentRole::Source, source)
    }

    /// The numbers that are to be forgotten, as they were before the change.
    pub fn tombstones(&self) -> Result<Tombstones, IndexError> {
        let segment = self.open_listed(SegmentRole::Tombstones, &forgotten())?;
        Ok(segment
            .as_ref()
            .map(Tombstones::read)
            .transpose()?
            .unwrap_or_default())
    }

    /// Begins the new segment of a source.
    pub fn begin(&self, meta: &SourceMeta) -> Result<SegmentWriter<NewFile>, WriteError> {
        self.begin_as(SegmentRole::Source, meta)
    }

    /// Ends a segment of [`IndexChange::begin`] and puts it in place of the one that its source
    /// had.
    pub fn put(&mut self, writer: SegmentWriter<NewFile>) -> Result<Vec<CountryCount>, WriteError> {
        let (role, name) = (writer.role(), writer.source().clone());
        let (file, countries, seal) = writer.end_sealed()?;
        self.unlisted.push(file.sync()?);
        self.take_out(role, &name);
        if self.files.len() >= MAX_FILES {
            return Err(WriteError::TooManySources { most: MAX_FILES });
        }
        self.files.push(ListedFile {
            role,
            name,
            generation: self.generation,
            seal,
        });
        Ok(countries)
    }

    /// Puts tombstones in place of those before. `at` is the time, RFC 3339 in UTC to the second.
    pub fn put_tombstones(
        &mut self,
        tombstones: &Tombstones,
        at: String,
    ) -> Result<(), WriteError> {
        let meta = SourceMeta::new(forgotten(), at);
        let mut writer = self.begin_as(SegmentRole::Tombstones, &meta)?;
        for region in Region::all() {
            let tags = tombstones.of(region);
            let stream = tags.iter().map(|tag| Ok::<_, WriteError>(*tag));
            writer.section(region, tags.len() as u64, stream)?;
        }
        self.put(writer).map(drop)
    }

    /// Takes a source out, damaged or not; false if there is none.
    pub fn remove(&mut self, source: &SourceName) -> bool {
        self.take_out(SegmentRole::Source, source)
    }

    /// Commits this change to the index, by one rename.
    ///
    /// # Errors
    /// [`WriteError::OutcomeUnknown`] if the rename was done, or may be, and is perhaps not on
    /// disk. After every other error the index is as it was.
    pub fn commit(mut self) -> Result<IndexState, WriteError> {
        self.files
            .sort_by(|one, next| (one.role, &one.name).cmp(&(next.role, &next.name)));
        let listing = Listing {
            key_id: self.key.id(),
            generation: self.generation,
            files: std::mem::take(&mut self.files),
        };
        let (bytes, seal) = listing.encode(self.key);
        self.write_new_manifest(&bytes)?;
        let manifest = self.lock.folder().join(MANIFEST);
        if let Err(source) = fs::rename(&self.new_manifest.0, &manifest) {
            // A network disk may report a rename as failed that it has done.
            match fs::read(&manifest) {
                Ok(found) if found == bytes => {}
                Ok(_) => {
                    return Err(WriteError::Io {
                        path: manifest,
                        source,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound && self.before.is_none() => {
                    return Err(WriteError::Io {
                        path: manifest,
                        source,
                    });
                }
                Err(_) => {
                    self.unlisted.drain(..).for_each(UnlistedFile::keep);
                    return Err(WriteError::OutcomeUnknown {
                        path: manifest,
                        source,
                    });
                }
            }
        }
        self.unlisted.drain(..).for_each(UnlistedFile::keep);
        sync_folder(self.lock.folder()).map_err(|source| WriteError::OutcomeUnknown {
            path: manifest,
            source,
        })?;
        for file in self
            .before
            .iter()
            .flat_map(|before| &before.listing().files)
        {
            if !listing.files.contains(file) {
                // What cannot be removed now is removed by the next writer.
                let _ = fs::remove_file(self.lock.folder().join(names::of_listed(file)));
            }
        }
        Ok(IndexState {
            id: IndexId::of(seal),
            generation: listing.generation,
        })
    }

    /// Writes the next manifest and puts it and the names of all new files on disk.
    fn write_new_manifest(&self, bytes: &[u8]) -> Result<(), WriteError> {
        let path = &self.new_manifest.0;
        let write = || {
            // Perhaps the empty one of a first writer.
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file: File = new_private_file(path)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            sync_folder(self.lock.folder())
        };
        write().map_err(|source| WriteError::Io {
            path: path.clone(),
            source,
        })
    }

    fn begin_as(
        &self,
        role: SegmentRole,
        meta: &SourceMeta,
    ) -> Result<SegmentWriter<NewFile>, WriteError> {
        if self.before.is_none() && !self.new_manifest.0.exists() {
            // Files without a manifest are an error, unless this says where they come from.
            new_private_file(&self.new_manifest.0).map_err(|source| WriteError::Io {
                path: self.new_manifest.0.clone(),
                source,
            })?;
        }
        let name = names::file_name(role, &meta.source, self.generation);
        let path = self.lock.folder().join(name);
        let file = NewFile::create(path.clone())?;
        SegmentWriter::begin(file, path, role, meta, self.key)
    }

    fn open_listed(
        &self,
        role: SegmentRole,
        name: &SourceName,
    ) -> Result<Option<Segment>, IndexError> {
        let Some(before) = &self.before else {
            return Ok(None);
        };
        let mut files = before.listing().files.iter();
        let file = files.find(|file| file.role == role && file.name == *name);
        file.map(|file| before.open(file, Some(self.key)))
            .transpose()
    }

    fn take_out(&mut self, role: SegmentRole, name: &SourceName) -> bool {
        let before = self.files.len();
        self.files
            .retain(|file| file.role != role || file.name != *name);
        self.files.len() < before
    }

    fn remove_unlisted(&self) -> Result<(), IndexError> {
        let listed: Vec<String> = self.files.iter().map(names::of_listed).collect();
        for name in folder_names(self.lock.folder())? {
            let is_listed = listed.iter().any(|listed| name == listed.as_str());
            if name == NEW_MANIFEST || (names::is_ours(&name) && !is_listed) {
                let path = self.lock.folder().join(name);
                fs::remove_file(&path).map_err(|source| IndexError::CleanUp { path, source })?;
            }
        }
        Ok(())
    }
}

impl Drop for NewManifest {
    fn drop(&mut self) {
        // After a commit there is none. If this fails, the next writer removes it.
        let _ = fs::remove_file(&self.0);
    }
}

fn forgotten() -> SourceName {
    FORGOTTEN.parse().expect("letters are a name")
}
