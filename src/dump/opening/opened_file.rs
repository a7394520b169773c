//! One file, opened: itself, or the members of the archive that it is, one after the other.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Digest, DigestingReader, LimitedReader, Sheet, Stream, UnpackBudget,
    archive::Shared,
    found_bytes::FoundBytes,
    layers::{Bare, Layers, unpack},
    member::Member,
};
use crate::dump::{Buffering, DumpError, Limits, Refusal, Skip, Source, discover::skip_by_name};

/// A file, or a member of an archive.
pub struct ArchiveMember {
    /// The file's own path, or `archive!member`.
    pub path: PathBuf,
    /// Names that may tell a country, most telling first: the member's, its folder's, the
    /// archive's.
    pub names: Vec<String>,
    /// Its content.
    pub content: MemberContent,
}

/// What a member holds.
pub enum MemberContent {
    /// A dump to read.
    Dump(Stream),
    /// The file is an archive; its members follow.
    Archive {
        /// `zip` or `tar`, or for a workbook of several sheets `xlsx` or `ods`.
        kind: &'static str,
        /// How the archive is compressed.
        compression: Option<String>,
    },
    /// A member that is no dump by its name.
    Skipped(Skip),
    /// A member, or an archive from here on, that cannot be read.
    Failed(DumpError),
}

/// One file, opened.
pub struct Opening {
    found: DigestingReader,
    total: Option<u64>,
    budget: Arc<UnpackBudget>,
    buffering: Buffering,
    digests: Digests,
    first: Option<ArchiveMember>,
    /// The archive that is read last, those around it before it.
    archives: Vec<OpenArchive>,
}

/// Whether files and members are hashed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Digests {
    Wanted,
    Forgone,
}

struct OpenArchive {
    archive: Shared,
    path: String,
    names: Vec<String>,
    layers: Layers,
}

impl Stream {
    /// The one dump in a file; archives are refused.
    ///
    /// # Errors
    /// If the file cannot be opened, or is not one dump.
    pub fn open(source: Source, limits: Limits) -> Result<Stream, DumpError> {
        let mut opening = Opening::new(source, Path::new(""), Vec::new(), limits, Buffering::Bulk)?;
        match opening.next_member().map(|member| member.content) {
            Some(MemberContent::Dump(stream)) => Ok(stream),
            Some(MemberContent::Failed(error)) => Err(error),
            _ => Err(DumpError::Refused(Refusal::Archive)),
        }
    }
}

impl Opening {
    /// Opens the file at `path` and looks at its first bytes; of a live file, at its first line.
    ///
    /// # Errors
    /// If the file cannot be opened, or cannot be unpacked within `limits`.
    pub fn new(
        source: Source,
        path: &Path,
        names: Vec<String>,
        limits: Limits,
        buffering: Buffering,
    ) -> Result<Opening, DumpError> {
        let FoundBytes {
            reader: found,
            total,
            file,
        } = FoundBytes::open(source)?;
        let budget = Arc::new(UnpackBudget::new(limits, found.clone()));
        let mut layers = Layers::default();
        let mut archives = Vec::new();
        let content = match unpack(found.clone(), &mut layers, &budget, buffering)? {
            Bare::Dump(reader, sheet) => MemberContent::Dump(Stream {
                reader,
                found: found.clone(),
                total,
                file: file.filter(|_| layers.is_empty()),
                compression: layers.compression(),
                sheet,
            }),
            Bare::Archive(archive) => {
                let (kind, compression) = (archive.kind(), layers.compression());
                layers.add_archive(kind);
                archives.push(OpenArchive {
                    archive: Shared::new(archive),
                    path: path.display().to_string(),
                    names: names.clone(),
                    layers,
                });
                MemberContent::Archive { kind, compression }
            }
        };
        Ok(Opening {
            found,
            total,
            budget,
            buffering,
            digests: Digests::Wanted,
            first: Some(ArchiveMember {
                path: path.to_owned(),
                names,
                content,
            }),
            archives,
        })
    }

    /// Hashes neither the file nor its members: nobody will ask for their digests, and hashing takes
    /// as long as reading fields.
    pub(crate) fn forgo_digests(&mut self) {
        self.found.forgo_digest();
        self.digests = Digests::Forgone;
    }

    /// The file itself first, then its members if it is an archive.
    pub fn next_member(&mut self) -> Option<ArchiveMember> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        // Nothing more is read once a limit was passed: what follows would pass it too.
        while !self.budget.is_passed() {
            let archive = self.archives.last()?;
            let next = archive.archive.archive().next();
            match next {
                Ok(Some(member)) => {
                    if let Some(member) = self.open_member(&member) {
                        return Some(member);
                    }
                }
                Ok(None) => {
                    self.archives.pop();
                }
                Err(error) => {
                    let OpenArchive { path, names, .. } = self.archives.pop()?;
                    return Some(ArchiveMember {
                        path: path.into(),
                        names,
                        content: MemberContent::Failed(DumpError::of_reading(error)),
                    });
                }
            }
        }
        None
    }

    /// `None` for an archive, whose own members come next.
    fn open_member(&mut self, member: &Member) -> Option<ArchiveMember> {
        let archive = self.archives.last()?;
        let path = format!("{}!{}", archive.path, member.name);
        let counted = self.budget.count_entry();
        let refused = match (counted, skip_member(&member.name), member.refusal) {
            (Err(excess), _, _) => Some(MemberContent::Failed(DumpError::Excess(excess))),
            (Ok(()), Some(skip), _) => Some(MemberContent::Skipped(skip)),
            (Ok(()), None, Some(refusal)) => {
                Some(MemberContent::Failed(DumpError::Refused(refusal)))
            }
            (Ok(()), None, None) => None,
        };
        let mut names = Vec::new();
        let content = if let Some(refused) = refused {
            refused
        } else {
            names = names_of(&member.name);
            names.extend(archive.names.iter().cloned());
            self.open_content(&path, &names)?
        };
        Some(ArchiveMember {
            path: path.into(),
            names,
            content,
        })
    }

    /// `None` for an archive, whose own members come next.
    fn open_content(&mut self, path: &str, names: &[String]) -> Option<MemberContent> {
        let around = self.archives.last()?;
        let (archive, mut layers) = (around.archive.clone(), around.layers.clone());
        let format = archive.archive().sheet_format();
        let found = DigestingReader::new(LimitedReader::new(archive, &self.budget));
        if self.digests == Digests::Forgone {
            found.forgo_digest();
        }
        let bare = match format {
            Some(format) => Bare::Dump(Box::new(found.clone()), Some(Sheet::OfSeveral(format))),
            None => match unpack(found.clone(), &mut layers, &self.budget, self.buffering) {
                Ok(bare) => bare,
                Err(error) => return Some(MemberContent::Failed(error)),
            },
        };
        match bare {
            Bare::Dump(reader, sheet) => Some(MemberContent::Dump(Stream {
                reader,
                found,
                total: None,
                file: None,
                compression: layers.compression(),
                sheet,
            })),
            Bare::Archive(archive) => {
                layers.add_archive(archive.kind());
                self.archives.push(OpenArchive {
                    archive: Shared::new(archive),
                    path: path.to_owned(),
                    names: names.to_vec(),
                    layers,
                });
                None
            }
        }
    }

    /// Number of bytes of the file that were read.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.found.found_bytes()
    }

    /// Length of the file, if it is known before the file is read.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }

    /// Reads the rest, and gives the digest of the whole file as found.
    ///
    /// # Errors
    /// If the rest cannot be read.
    pub fn finish(self) -> Result<Digest, DumpError> {
        self.found.finish().map_err(DumpError::of_reading)
    }
}

/// Why a member is no dump, by its name or that of a folder around it.
fn skip_member(name: &str) -> Option<Skip> {
    name.split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .find_map(|part| skip_by_name(Path::new(part)))
}

/// A member's own name and that of its folder.
fn names_of(name: &str) -> Vec<String> {
    name.rsplit('/')
        .filter(|part| !part.is_empty())
        .take(2)
        .map(str::to_owned)
        .collect()
}
