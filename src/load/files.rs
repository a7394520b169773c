//! The files of a load one after the other: opened, skipped or refused, read in batches, recorded.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use super::records::{Ended, HELD, Records};
use super::{Expected, Job, LoadError, LoadOptions, LoadProgress};
use crate::dump::{
    ArchiveMember, DiscoveredFile, DumpError, DumpFile, MemberContent, Opening, Origin, Refusal,
    Source, Stream,
};
use crate::intake::{self, FileReader, Tally};
use crate::phone::{ColumnReading, Region};

/// The files found, and how far reading them has come.
pub(super) struct Files<'a, 'w> {
    found: std::slice::Iter<'a, DiscoveredFile>,
    options: &'a LoadOptions,
    watch: &'a RefCell<&'w mut dyn LoadProgress>,
    records: Records<'a>,
    opened: Option<Opened<'a>>,
    current: Option<Current>,
    bytes_of_ended: u64,
    complete: bool,
}

/// The file found that is read.
struct Opened<'a> {
    found: &'a DiscoveredFile,
    opening: Opening,
    /// The place of its record if it is an archive.
    archive: Option<usize>,
    whole: bool,
}

/// The dump that is read, in the file or in its archive; its record is the last one.
struct Current {
    path: Arc<Path>,
    file: DumpFile,
    reader: Arc<FileReader>,
}

impl<'a, 'w> Files<'a, 'w> {
    pub(super) fn new(
        found: &'a [DiscoveredFile],
        options: &'a LoadOptions,
        watch: &'a RefCell<&'w mut dyn LoadProgress>,
    ) -> Files<'a, 'w> {
        Files {
            found: found.iter(),
            options,
            watch,
            records: Records::new(&options.held),
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
                match opened.opening.next_member() {
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
                    file: self.records.count() - 1,
                    path: Arc::clone(&current.path),
                    reader: Arc::clone(&current.reader),
                    batch,
                };
                self.current = Some(current);
                return Ok(Some(job));
            }
            Ok(None) => current.file.finish(),
            Err(error) => {
                self.records.last().bytes = current.file.bytes_read();
                Err(error)
            }
        };
        match ended {
            Ok(digest) => {
                let record = self.records.last();
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

    /// How many records there are.
    pub(super) fn count(&self) -> usize {
        self.records.count()
    }

    /// The records with their counts, and what they come to.
    ///
    /// # Errors
    /// Something that came through a pipe, beside others, turns out to be read twice.
    pub(super) fn end(self, tallies: &mut [Tally]) -> Result<Ended, LoadError> {
        let watch = self.watch;
        self.records.end(tallies, self.complete, |path| {
            watch.borrow_mut().skipped(path, HELD, Expected::Yes);
        })
    }

    /// Opens a file that was found, or records why it is left out.
    fn open(&mut self, found: &'a DiscoveredFile) -> Result<(), LoadError> {
        if let Some(skip) = found.skip {
            self.records.add(&found.path);
            self.skip(&found.path, skip.as_str(), Expected::Yes);
            return Ok(());
        }
        if let Some((bytes, sha256)) = self.records.held_digest(found) {
            let record = self.records.add(&found.path);
            record.bytes = bytes;
            record.sha256 = sha256;
            self.bytes_of_ended += bytes;
            self.skip(&found.path, HELD, Expected::Yes);
            return Ok(());
        }
        if !is_regular(found) {
            self.records.next_is_piped();
        }
        let names = [found.file_name(), found.folder_name()];
        let names = names.into_iter().flatten().map(str::to_owned).collect();
        let opening = Opening::new(
            found.source(),
            &found.path,
            names,
            self.options.limits,
            self.options.read.buffering,
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
                self.records.add(&found.path);
                self.fail(&found.path, found.origin, error)
            }
        }
    }

    /// Begins with a dump, or records what else there is.
    fn begin(&mut self, piece: ArchiveMember) -> Result<(), LoadError> {
        let ArchiveMember {
            path,
            names,
            content,
        } = piece;
        let is_member = (self.opened.as_ref()).is_some_and(|opened| opened.archive.is_some());
        if !matches!(content, MemberContent::Failed(_)) {
            self.records.add(&path);
        }
        match content {
            MemberContent::Archive { kind, compression } => {
                let place = self.records.last_is_archive();
                if let Some(opened) = &mut self.opened {
                    opened.archive = Some(place);
                }
                let record = self.records.last();
                record.format = kind.to_owned();
                record.compression = compression;
                Ok(())
            }
            MemberContent::Skipped(skip) => {
                self.skip(&path, skip.as_str(), Expected::Yes);
                Ok(())
            }
            MemberContent::Dump(mut stream) => {
                if is_member && self.records.last_is_held(&mut stream, self.options.limits) {
                    self.skip(&path, HELD, Expected::Yes);
                    return Ok(());
                }
                self.settle(stream, &path, &names).or_else(|error| {
                    let origin = self.origin(is_member, &error);
                    self.fail(&path, origin, error)
                })
            }
            MemberContent::Failed(error) => {
                let origin = self.origin(is_member, &error);
                self.fail_piece(&path, origin, error)
            }
        }
    }

    /// Settles how a dump is read, as the current one.
    fn settle(&mut self, stream: Stream, path: &Path, names: &[String]) -> Result<(), DumpError> {
        let LoadOptions {
            read,
            policy,
            fallback,
            ..
        } = self.options;
        let region = names.iter().find_map(|name| Region::from_file_name(name));
        let (file, reader) = intake::open(stream, read, *policy, region.or(*fallback))?;
        let shape = file.shape();
        let record = self.records.last();
        record.format = shape.format().as_str().to_owned();
        record.encoding = shape.encoding().to_owned();
        record.compression = shape.compression().map(str::to_owned);
        record.phone_columns = shape.phone_columns().to_vec();
        record.reading = Some(reading_code(reader.reading(0)).to_owned());
        self.watch.borrow_mut().opened(path, shape, &reader);
        self.current = Some(Current {
            path: path.into(),
            file,
            reader,
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
        self.records.at(place).bytes = bytes;
        if whole {
            match opening.finish() {
                Ok(digest) => {
                    self.records.at(place).bytes = digest.bytes;
                    self.records.at(place).sha256 = hex::encode(digest.sha256);
                }
                Err(error) => {
                    let reason = self.give_up(&found.path, error)?;
                    self.watch.borrow_mut().broke_off(&found.path, &reason);
                }
            }
        }
        self.bytes_of_ended += self.records.at(place).bytes;
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
        let is_archive =
            archive.is_some_and(|place| Path::new(&self.records.at(place).path) == path);
        if !is_archive {
            self.records.add(path);
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
        self.records.last().skipped = Some(reason.to_owned());
    }
}

fn reading_code(reading: ColumnReading) -> &'static str {
    match reading {
        ColumnReading::Home => "home",
        ColumnReading::International => "international",
    }
}

fn is_regular(found: &DiscoveredFile) -> bool {
    match found.source() {
        Source::File(path) => path.metadata().is_ok_and(|metadata| metadata.is_file()),
        Source::Stdin => false,
        Source::Memory(_) => true,
    }
}
