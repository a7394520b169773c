//! The files of a load one after the other: opened, skipped or refused, read in batches, recorded.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::{Expected, Job, LoadError, LoadOptions, Watch};
use crate::dump::{
    DumpError, DumpFile, Found, Opening, Origin, Piece, PieceContent, Refusal, Source, Stream,
};
use crate::index::FileRecord;
use crate::intake::{self, Lens, Tally};
use crate::phone::{ColumnReading, Region};

/// Why a file is skipped that was loaded before.
const HELD: &str = "the same file is loaded already";

/// The files found, and how far reading them has come.
pub(super) struct Files<'a, 'w> {
    found: std::slice::Iter<'a, Found>,
    options: &'a LoadOptions,
    watch: &'a RefCell<&'w mut dyn Watch>,
    /// One for each file that was opened or skipped, for each archive, and for each member of one.
    records: Vec<FileRecord>,
    /// The places of the records of archives, which have no rows of their own.
    archives: Vec<usize>,
    /// The places of the records of what came through pipes: known by its digest only when it has been read.
    piped: Vec<usize>,
    opened: Option<Opened<'a>>,
    current: Option<Current>,
    bytes_of_ended: u64,
    complete: bool,
}

/// The file found that is read.
struct Opened<'a> {
    found: &'a Found,
    opening: Opening,
    /// The place of its record if it is an archive.
    archive: Option<usize>,
    whole: bool,
}

/// The dump that is read, in the file or in its archive; its record is the last one.
struct Current {
    path: Arc<Path>,
    file: DumpFile,
    lens: Arc<Lens>,
}

/// What came of all files.
pub(super) struct Ended {
    pub(super) records: Vec<FileRecord>,
    pub(super) complete: bool,
    /// Whether a file was read that was not loaded before.
    pub(super) any_read: bool,
    /// Whether no file was a dump, and how many there were.
    pub(super) nothing_left: Option<usize>,
}

impl<'a, 'w> Files<'a, 'w> {
    pub(super) fn new(
        found: &'a [Found],
        options: &'a LoadOptions,
        watch: &'a RefCell<&'w mut dyn Watch>,
    ) -> Files<'a, 'w> {
        Files {
            found: found.iter(),
            options,
            watch,
            records: Vec::with_capacity(found.len()),
            archives: Vec::new(),
            piped: Vec::new(),
            opened: None,
            current: None,
            bytes_of_ended: 0,
            complete: true,
        }
    }

    /// The next batch, of this file or of the next one that can be read.
    pub(super) fn next_job(
        &mut self,
        buffers: &RefCell<Vec<Vec<u8>>>,
    ) -> Result<Option<Job>, LoadError> {
        loop {
            if self.watch.borrow_mut().read(self.bytes_read()).is_break() {
                return Err(LoadError::Interrupted);
            }
            if let Some(current) = self.current.take() {
                if let Some(job) = self.read_on(current, buffers)? {
                    return Ok(Some(job));
                }
            } else if let Some(opened) = &mut self.opened {
                match opened.opening.next_piece() {
                    Some(piece) => self.begin(piece)?,
                    None => self.close()?,
                }
            } else if let Some(found) = self.found.next() {
                self.open(found)?;
            } else {
                return Ok(None);
            }
        }
    }

    /// The next batch of this dump, or `None` at its end.
    fn read_on(
        &mut self,
        mut current: Current,
        buffers: &RefCell<Vec<Vec<u8>>>,
    ) -> Result<Option<Job>, LoadError> {
        let buffer = buffers.borrow_mut().pop().unwrap_or_default();
        let ended = match current.file.next_batch(buffer) {
            Ok(Some(batch)) => {
                let job = Job {
                    file: self.records.len() - 1,
                    path: Arc::clone(&current.path),
                    lens: Arc::clone(&current.lens),
                    batch,
                };
                self.current = Some(current);
                return Ok(Some(job));
            }
            Ok(None) => current.file.finish(),
            Err(error) => {
                self.last_record().bytes = current.file.bytes_read();
                Err(error)
            }
        };
        match ended {
            Ok(digest) => {
                let record = self.last_record();
                record.bytes = digest.bytes;
                record.sha256 = hex::encode(digest.sha256);
            }
            Err(error) => {
                let reason = self.give_up(&current.path, error)?;
                self.watch.borrow_mut().broke_off(&current.path, &reason);
            }
        }
        Ok(None)
    }

    /// Bytes of the files so far, those of skipped ones included.
    pub(super) fn bytes_read(&self) -> u64 {
        let opened = self.opened.as_ref();
        self.bytes_of_ended + opened.map_or(0, |file| file.opening.bytes_read())
    }

    /// The records with their counts, and what they come to.
    ///
    /// # Errors
    /// Something that came through a pipe, beside others, turns out to be read twice.
    pub(super) fn end(mut self, tallies: &mut [Tally]) -> Result<Ended, LoadError> {
        // If all that came through pipes is held, it can still be left out.
        let archives = &self.archives;
        let dumps = || (0..tallies.len()).filter(|place| !archives.contains(place));
        let mut read = dumps()
            .filter(|place| self.records[*place].skipped.is_none())
            .collect::<Vec<_>>();
        if read
            .iter()
            .all(|place| holds(&self.options.held, &self.records[*place]))
        {
            for place in read.drain(..) {
                let record = &mut self.records[place];
                let path = Path::new(&record.path);
                self.watch.borrow_mut().skipped(path, HELD, Expected::Yes);
                record.skipped = Some(HELD.to_owned());
            }
        } else if let Some(&place) = self.piped.iter().find(|&&place| self.is_repeated(place)) {
            return Err(LoadError::Repeated {
                path: PathBuf::from(&self.records[place].path),
            });
        }
        let is_none = |place| {
            let record: &FileRecord = &self.records[place];
            record.skipped.is_some() && record.sha256.is_empty()
        };
        let nothing_left = dumps().all(is_none).then(|| dumps().count());
        for (record, tally) in self.records.iter_mut().zip(tallies) {
            if record.skipped.is_some() {
                *tally = Tally::default();
            }
            record.rows = tally.rows();
            record.accepted = tally.accepted;
            record.rejected = tally.rejected_in_all();
            record.blank = tally.blank;
        }
        Ok(Ended {
            records: self.records,
            complete: self.complete,
            any_read: !read.is_empty(),
            nothing_left,
        })
    }

    /// Whether the source, or this load before, has the same file.
    fn is_repeated(&self, place: usize) -> bool {
        let (before, record) = (self.records.get(..place), self.records.get(place));
        let (Some(before), Some(record)) = (before, record) else {
            return false;
        };
        let known = !record.sha256.is_empty() && record.bytes > 0;
        known && (holds(&self.options.held, record) || holds(before, record))
    }

    /// How many records there are.
    pub(super) fn count(&self) -> usize {
        self.records.len()
    }

    /// Opens a file that was found, or records why it is left out.
    fn open(&mut self, found: &'a Found) -> Result<(), LoadError> {
        if let Some(skip) = found.skip {
            self.record(&found.path);
            self.skip(&found.path, skip.as_str(), Expected::Yes);
            return Ok(());
        }
        if let Some((bytes, sha256)) = self.held_digest(found) {
            let record = self.record(&found.path);
            record.bytes = bytes;
            record.sha256 = sha256;
            self.bytes_of_ended += bytes;
            self.skip(&found.path, HELD, Expected::Yes);
            return Ok(());
        }
        if !is_regular(found) {
            self.piped.push(self.records.len());
        }
        let names = [found.file_name(), found.folder_name()];
        let names = names.into_iter().flatten().map(str::to_owned).collect();
        let opening = Opening::new(
            found.source(),
            &found.path,
            names,
            self.options.limits,
            self.options.read.pace,
        );
        match opening {
            Ok(opening) => {
                self.opened = Some(Opened {
                    found,
                    opening,
                    archive: None,
                    whole: true,
                });
                Ok(())
            }
            Err(error) => {
                self.record(&found.path);
                self.fail(&found.path, found.origin, error)
            }
        }
    }

    /// Begins with a dump, or records what else there is.
    fn begin(&mut self, piece: Piece) -> Result<(), LoadError> {
        let Piece {
            path,
            names,
            content,
        } = piece;
        let is_member = (self.opened.as_ref()).is_some_and(|opened| opened.archive.is_some());
        if !matches!(content, PieceContent::Failed(_)) {
            self.record(&path);
        }
        match content {
            PieceContent::Archive { kind, compression } => {
                let place = self.records.len() - 1;
                if let Some(opened) = &mut self.opened {
                    opened.archive = Some(place);
                }
                self.archives.push(place);
                let record = self.last_record();
                record.format = kind.to_owned();
                record.compression = compression;
                Ok(())
            }
            PieceContent::Skipped(skip) => {
                self.skip(&path, skip.as_str(), Expected::Yes);
                Ok(())
            }
            PieceContent::Dump(stream) => match self.settle(stream, &path, &names) {
                Ok(()) => Ok(()),
                Err(error) => {
                    let origin = self.origin(is_member, &error);
                    self.fail(&path, origin, error)
                }
            },
            PieceContent::Failed(error) => {
                let origin = self.origin(is_member, &error);
                self.fail_piece(&path, origin, error)
            }
        }
    }

    /// Settles how a dump is read, as the current one.
    fn settle(&mut self, stream: Stream, path: &Path, names: &[String]) -> Result<(), DumpError> {
        let LoadOptions {
            read,
            manner,
            fallback,
            ..
        } = self.options;
        let region = names.iter().find_map(|name| Region::from_file_name(name));
        let (file, lens) = intake::open(stream, read, *manner, region.or(*fallback))?;
        let shape = file.shape();
        let record = self.last_record();
        record.format = shape.format().as_str().to_owned();
        record.encoding = shape.encoding().to_owned();
        record.compression = shape.compression().map(str::to_owned);
        record.phone_columns = shape.phone_columns().to_vec();
        record.reading = Some(reading_code(lens.reading(0)).to_owned());
        self.watch.borrow_mut().opened(path, shape, &lens);
        self.current = Some(Current {
            path: path.into(),
            file,
            lens,
        });
        Ok(())
    }

    /// Whether what cannot be read was named: an archive that was, and is encrypted, is no dump as a whole.
    fn origin(&self, is_member: bool, error: &DumpError) -> Origin {
        let is_encrypted = error.refusal() == Some(Refusal::Encrypted);
        match &self.opened {
            Some(opened) if !is_member || is_encrypted => opened.found.origin,
            _ => Origin::InFolder,
        }
    }

    /// Ends with the file found; an archive that was read whole is known by its digest from now on.
    fn close(&mut self) -> Result<(), LoadError> {
        let Some(opened) = self.opened.take() else {
            return Ok(());
        };
        let Opened {
            found,
            opening,
            archive,
            whole,
        } = opened;
        let bytes = opening.bytes_read();
        let Some(place) = archive else {
            self.bytes_of_ended += bytes;
            return Ok(());
        };
        self.records[place].bytes = bytes;
        if whole {
            match opening.finish() {
                Ok(digest) => {
                    self.records[place].bytes = digest.bytes;
                    self.records[place].sha256 = hex::encode(digest.sha256);
                }
                Err(error) => {
                    let reason = self.give_up(&found.path, error)?;
                    self.watch.borrow_mut().broke_off(&found.path, &reason);
                }
            }
        }
        self.bytes_of_ended += self.records[place].bytes;
        Ok(())
    }

    /// A file that is no dump is skipped if it was only found; any other failure ends the load, unless
    /// the user wants what can be had.
    fn fail(&mut self, path: &Path, origin: Origin, error: DumpError) -> Result<(), LoadError> {
        let expected = origin == Origin::InFolder && error.refusal().is_some();
        let reason = if expected {
            error.to_string()
        } else {
            self.give_up(path, error)?
        };
        self.skip(path, &reason, Expected::No);
        Ok(())
    }

    /// A member that cannot be read, or the archive itself from here on.
    fn fail_piece(
        &mut self,
        path: &Path,
        origin: Origin,
        error: DumpError,
    ) -> Result<(), LoadError> {
        let archive = self.opened.as_ref().and_then(|opened| opened.archive);
        let is_archive = archive.is_some_and(|place| Path::new(&self.records[place].path) == path);
        if !is_archive {
            self.record(path);
            return self.fail(path, origin, error);
        }
        let reason = self.give_up(path, error)?;
        self.watch.borrow_mut().broke_off(path, &reason);
        Ok(())
    }

    /// Ends the load, unless the user wants what can be had; then the reason is to be told.
    fn give_up(&mut self, path: &Path, error: DumpError) -> Result<String, LoadError> {
        if !self.options.keep_going {
            return Err(LoadError::Dump {
                path: path.to_owned(),
                error,
            });
        }
        self.complete = false;
        if let Some(opened) = &mut self.opened {
            opened.whole = false;
        }
        Ok(error.to_string())
    }

    fn skip(&mut self, path: &Path, reason: &str, expected: Expected) {
        self.watch.borrow_mut().skipped(path, reason, expected);
        self.last_record().skipped = Some(reason.to_owned());
    }

    /// A record of its own for what stands there.
    fn record(&mut self, path: &Path) -> &mut FileRecord {
        self.records.push(FileRecord {
            path: path.display().to_string(),
            ..FileRecord::default()
        });
        self.last_record()
    }

    fn last_record(&mut self) -> &mut FileRecord {
        self.records
            .last_mut()
            .expect("pushed before anything is known of it")
    }

    /// Length and digest of a file that the source or this load holds already. Files of another length
    /// cannot be the same, so few are read twice.
    fn held_digest(&self, found: &Found) -> Option<(u64, String)> {
        let Source::File(path) = found.source() else {
            return None;
        };
        let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let known = || self.options.held.iter().chain(&self.records);
        if !known().any(|record| record.bytes == metadata.len() && !record.sha256.is_empty()) {
            return None;
        }
        // A file that cannot be read is not held; opening it says why.
        let (bytes, sha256) = digest(File::open(path).ok()?).ok()?;
        known()
            .any(|record| record.bytes == bytes && record.sha256 == sha256)
            .then_some((bytes, sha256))
    }
}

fn is_regular(found: &Found) -> bool {
    match found.source() {
        Source::File(path) => path.metadata().is_ok_and(|metadata| metadata.is_file()),
        Source::Stdin => false,
        Source::Memory(_) => true,
    }
}

fn digest(mut file: File) -> io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((bytes, hex::encode(hasher.finalize()))),
            Ok(count) => {
                hasher.update(&buffer[..count]);
                bytes += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn holds(held: &[FileRecord], record: &FileRecord) -> bool {
    held.iter()
        .any(|known| known.bytes == record.bytes && known.sha256 == record.sha256)
}

fn reading_code(reading: ColumnReading) -> &'static str {
    match reading {
        ColumnReading::Home => "home",
        ColumnReading::International => "international",
    }
}
