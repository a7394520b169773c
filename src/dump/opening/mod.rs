//! Files as found → the streams of bytes in them: compression and archives undone, by what bytes say and never
//! by names, in one pass and without seeking.
//!
//! An [`Opening`] gives the dumps of one file one after the other; each is to be read before the next is asked
//! for. Nothing is written anywhere: the name of a member is a name and no path. What comes out of a file is
//! bounded by [`Limits`].

mod ahead;
mod archive;
mod buffered;
mod compression;
mod fault;
mod meter;
mod tap;
mod tar;
#[cfg(unix)]
mod waiting;
mod workbook;
mod zip;

use std::{
    fs::File,
    io::{self, Seek as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Buffering, DumpError, Format, Refusal, Skip, Source, discover::skip_by_name, rows::reread,
};
use archive::{Archive, Shared};
use buffered::Buffered;
use compression::Compression;
use fault::Fault;
pub use meter::{Excess, Limits};
use meter::{Meter, Metered};
pub use tap::Digest;
pub(super) use tap::Tap;
use tar::Tar;
#[cfg(unix)]
use waiting::open;
#[cfg(unix)]
pub use waiting::stop_waiting;
use workbook::{Begun, Workbook};
use zip::Zip;

/// The bytes of one dump, unpacked.
pub struct Stream {
    pub(super) reader: Box<dyn io::Read + Send>,
    /// The dump as found: the file, or what its archive holds.
    pub(super) tap: Tap,
    pub(super) total: Option<u64>,
    /// The file, if its bytes are those of the stream and can be read again.
    pub(super) file: Option<Arc<File>>,
    pub(super) compression: Option<String>,
    /// The sheet that its rows were made of, as CSV, if they were.
    pub(super) sheet: Option<Sheet>,
}

/// A sheet in a workbook of this format.
#[derive(Clone, Copy)]
pub(super) enum Sheet {
    /// The only one, which goes by the name of the file.
    Only(Format),
    /// One of several, each with a name.
    OfSeveral(Format),
}

/// What there is in a file, piece by piece.
pub struct ArchiveMember {
    /// The file's own path, or `archive!member`.
    pub path: PathBuf,
    /// Names that may tell a country, those that tell most first: the member's, its folder's, the archive's.
    pub names: Vec<String>,
    /// What stands there.
    pub content: MemberContent,
}

/// What a piece of a file is.
pub enum MemberContent {
    /// Something to read.
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
    tap: Tap,
    total: Option<u64>,
    meter: Arc<Meter>,
    buffering: Buffering,
    /// What comes first.
    first: Option<ArchiveMember>,
    /// The archive that is read, and those around it before it.
    levels: Vec<Level>,
}

struct Level {
    archive: Shared,
    path: String,
    names: Vec<String>,
    layers: Layers,
}

/// What was taken off so far.
#[derive(Clone, Default)]
struct Layers {
    count: u32,
    compression: Vec<&'static str>,
}

/// What is left when no compression is.
enum Bare {
    Stream(Buffered),
    /// The only sheet of a workbook.
    Sheet(Workbook),
    Archive(Archive),
}

impl Opening {
    /// Opens a file that was found under `path`, as far as to see what it is; a live one no further than to the
    /// end of its first line.
    pub fn new(
        source: Source,
        path: &Path,
        names: Vec<String>,
        limits: Limits,
        buffering: Buffering,
    ) -> Result<Opening, DumpError> {
        let Tapped { tap, total, file } = tap(source)?;
        let meter = Arc::new(Meter::new(limits, tap.clone()));
        let mut layers = Layers::default();
        let mut levels = Vec::new();
        let content = match unpack(tap.clone(), &mut layers, &meter, buffering)? {
            Bare::Stream(reader) => MemberContent::Dump(Stream {
                reader: Box::new(reader),
                tap: tap.clone(),
                total,
                file: file.filter(|_| layers.count == 0),
                compression: layers.compression(),
                sheet: None,
            }),
            Bare::Sheet(book) => MemberContent::Dump(sheet(book, &tap, total, &layers, &meter)),
            Bare::Archive(archive) => {
                let (kind, compression) = (archive.kind(), layers.compression());
                layers.add_archive(kind);
                levels.push(Level {
                    archive: Shared::new(archive),
                    path: path.display().to_string(),
                    names: names.clone(),
                    layers,
                });
                MemberContent::Archive { kind, compression }
            }
        };
        Ok(Opening {
            tap,
            total,
            meter,
            buffering,
            first: Some(ArchiveMember {
                path: path.to_owned(),
                names,
                content,
            }),
            levels,
        })
    }

    /// The next piece: the file itself, then the members if it is an archive.
    pub fn next_member(&mut self) -> Option<ArchiveMember> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            if self.meter.is_passed() {
                return None;
            }
            let level = self.levels.last()?;
            let next = level.archive.archive().next();
            let (path, names) = (level.path.clone(), level.names.clone());
            let member = match next {
                Ok(Some(member)) => member,
                Ok(None) => {
                    self.levels.pop();
                    continue;
                }
                Err(error) => {
                    self.levels.pop();
                    return Some(ArchiveMember {
                        path: path.into(),
                        names,
                        content: MemberContent::Failed(DumpError::of_reading(error)),
                    });
                }
            };
            let layers = level.layers.clone();
            let member_path = format!("{path}!{}", member.name);
            let counted = self.meter.entry().map_err(DumpError::Excess);
            let content = match (counted, member.refusal) {
                (Err(error), _) => MemberContent::Failed(error),
                (Ok(()), _) if let Some(skip) = skip_member(&member.name) => {
                    MemberContent::Skipped(skip)
                }
                (Ok(()), Some(refusal)) => MemberContent::Failed(DumpError::Refused(refusal)),
                (Ok(()), None) => {
                    let mut inner = names_of(&member.name);
                    inner.extend(names);
                    let archive = level.archive.clone();
                    match self.member(archive, &member_path, &inner, layers) {
                        Some(content) => {
                            return Some(ArchiveMember {
                                path: member_path.into(),
                                names: inner,
                                content,
                            });
                        }
                        None => continue,
                    }
                }
            };
            return Some(ArchiveMember {
                path: member_path.into(),
                names: Vec::new(),
                content,
            });
        }
    }

    /// What a member is; `None` if it is an archive itself, whose members come next.
    fn member(
        &mut self,
        archive: Shared,
        path: &str,
        names: &[String],
        mut layers: Layers,
    ) -> Option<MemberContent> {
        let format = archive.archive().sheet_format();
        let tap = Tap::new(Metered::new(archive, &self.meter));
        if format.is_some() {
            return Some(MemberContent::Dump(Stream {
                reader: Box::new(tap.clone()),
                tap,
                total: None,
                file: None,
                compression: layers.compression(),
                sheet: format.map(Sheet::OfSeveral),
            }));
        }
        match unpack(tap.clone(), &mut layers, &self.meter, self.buffering) {
            Err(error) => Some(MemberContent::Failed(error)),
            Ok(Bare::Stream(reader)) => Some(MemberContent::Dump(Stream {
                reader: Box::new(reader),
                tap,
                total: None,
                file: None,
                compression: layers.compression(),
                sheet: None,
            })),
            Ok(Bare::Sheet(book)) => Some(MemberContent::Dump(sheet(
                book,
                &tap,
                None,
                &layers,
                &self.meter,
            ))),
            Ok(Bare::Archive(archive)) => {
                layers.add_archive(archive.kind());
                self.levels.push(Level {
                    archive: Shared::new(archive),
                    path: path.to_owned(),
                    names: names.to_vec(),
                    layers,
                });
                None
            }
        }
    }

    /// How many bytes of the file were read.
    pub fn bytes_read(&self) -> u64 {
        self.tap.found_bytes()
    }

    /// How long the file is, if that can be known before reading it.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }

    /// Reads what is left, and says what the file was, byte for byte.
    pub fn finish(self) -> Result<Digest, DumpError> {
        self.tap.finish().map_err(DumpError::of_reading)
    }
}

impl Stream {
    /// The one dump in a file; archives are refused.
    pub fn open(source: Source, limits: Limits) -> Result<Stream, DumpError> {
        let mut opening = Opening::new(source, Path::new(""), Vec::new(), limits, Buffering::Bulk)?;
        match opening.next_member().map(|piece| piece.content) {
            Some(MemberContent::Dump(stream)) => Ok(stream),
            Some(MemberContent::Failed(error)) => Err(error),
            _ => Err(DumpError::Refused(Refusal::Archive)),
        }
    }

    /// Whether it is one sheet of a workbook that names others.
    pub fn is_sheet_of_several(&self) -> bool {
        matches!(self.sheet, Some(Sheet::OfSeveral(_)))
    }

    /// How the dump is packed, the outermost layer first: `gzip`, `zip+gzip`.
    pub fn compression(&self) -> Option<&str> {
        self.compression.as_deref()
    }
}

impl Layers {
    fn add(&mut self, limits: Limits) -> Result<(), DumpError> {
        self.count += 1;
        if self.count > limits.layers {
            return Err(DumpError::Refused(Refusal::Nested {
                layers: limits.layers,
            }));
        }
        Ok(())
    }

    /// Only a ZIP archive packs what is in it: a workbook's packing is its own affair.
    fn add_archive(&mut self, kind: &'static str) {
        if kind == "zip" {
            self.compression.push(kind);
        }
    }

    fn compression(&self) -> Option<String> {
        (!self.compression.is_empty()).then(|| self.compression.join("+"))
    }
}

/// The bytes of a source as found.
struct Tapped {
    tap: Tap,
    /// How many there are, if that is known.
    total: Option<u64>,
    /// The file that they are in, if they can be read again.
    file: Option<Arc<File>>,
}

impl Tapped {
    fn once(tap: Tap) -> Tapped {
        Tapped {
            tap,
            total: None,
            file: None,
        }
    }
}

fn tap(source: Source) -> Result<Tapped, DumpError> {
    Ok(match source {
        Source::File(path) => {
            let file = open(&path).map_err(DumpError::Open)?;
            let metadata = file.metadata().map_err(DumpError::Open)?;
            if metadata.is_dir() {
                return Err(DumpError::Folder);
            }
            if !metadata.is_file() {
                return Ok(Tapped::once(waited_for(file)));
            }
            // Advice only: with it, the system reads further ahead.
            #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::Sequential);
            // `/dev/fd/3` may be a file that somebody has read the start of.
            let from_start = (&file)
                .stream_position()
                .is_ok_and(|position| position == 0);
            let file = Arc::new(file);
            Tapped {
                tap: Tap::new(Arc::clone(&file)),
                total: Some(metadata.len()),
                file: (from_start && reread::is_possible()).then_some(file),
            }
        }
        Source::Stdin => Tapped::once(stdin().map_err(DumpError::Open)?),
        Source::Memory(bytes) => Tapped {
            total: u64::try_from(bytes.len()).ok(),
            ..Tapped::once(Tap::new(io::Cursor::new(bytes)))
        },
    })
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn waited_for(file: File) -> Tap {
    Tap::new(waiting::Waiting::new(file))
}

#[cfg(not(unix))]
fn waited_for(file: File) -> Tap {
    Tap::new(file)
}

/// Standard input, past the buffer that this process has for it.
#[cfg(unix)]
fn stdin() -> io::Result<Tap> {
    use std::os::fd::AsFd as _;
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    Ok(Tap::new(waiting::Waiting::new(stdin)))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn stdin() -> io::Result<Tap> {
    Ok(Tap::new(io::stdin()))
}

/// Takes off one layer after the other.
fn unpack(
    found: Tap,
    layers: &mut Layers,
    meter: &Arc<Meter>,
    buffering: Buffering,
) -> Result<Bare, DumpError> {
    let mut reader = Buffered::new(found);
    loop {
        if let Some(compression) = Compression::of(reader.peek_at_pace(16, buffering)) {
            layers.add(meter.limits)?;
            layers.compression.push(compression.as_str());
            let decoder = compression.decoder(reader, meter.limits.memory);
            let decoder = decoder.map_err(DumpError::of_reading)?;
            reader = Buffered::new(Metered::new(decoder, meter));
            continue;
        }
        if workbook::begins(reader.peek_at_pace(64, buffering)) {
            match Workbook::open(reader, meter.limits)? {
                Begun::Archive(files) => reader = files,
                Begun::Workbook(book) => {
                    layers.add(meter.limits)?;
                    return Ok(if book.sheets == 1 {
                        Bare::Sheet(book)
                    } else {
                        Bare::Archive(Archive::Workbook(book))
                    });
                }
            }
        }
        return match Archive::of(reader, buffering) {
            Ok(archive) => {
                layers.add(meter.limits)?;
                Ok(Bare::Archive(archive))
            }
            Err(reader) => Ok(Bare::Stream(reader)),
        };
    }
}

/// The rows of the only sheet of a workbook, which is known as the file that it is.
fn sheet(
    mut book: Workbook,
    tap: &Tap,
    total: Option<u64>,
    layers: &Layers,
    meter: &Arc<Meter>,
) -> Stream {
    let format = book.format;
    let reader: Box<dyn io::Read + Send> = match book.next() {
        Ok(_) => Box::new(Metered::new(book, meter)),
        Err(error) => Box::new(Buffered::failed(error)),
    };
    Stream {
        reader,
        tap: tap.clone(),
        total,
        file: None,
        compression: layers.compression(),
        sheet: Some(Sheet::Only(format)),
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
