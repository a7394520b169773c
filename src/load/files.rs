//! The files of a load one after the other: opened, skipped or refused, read in batches, recorded.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use super::records::{Ended, HELD, Records};
use super::worker::DumpBatch;
use super::{LoadError, LoadOptions, LoadProgress};
use crate::dump::{
    ArchiveMember, Batch, DiscoveredFile, DumpError, MemberContent, Opening, Origin, Refusal,
    Source, Stream,
};
use crate::intake::{self, BufferPool, Expected, OpenDump, Tally, UnreadCounts, Walk, WalkStep};
use crate::phone::Region;

/// The files found, and how far reading them has come.
pub(super) struct Files<'a, 'w> {
    found: std::slice::Iter<'a, DiscoveredFile>,
    options: &'a LoadOptions,
    watch: &'a RefCell<&'w mut dyn LoadProgress>,
    records: Records<'a>,
    walk: Walk,
    opened: Option<OpenedFile<'a>>,
    /// Of the dump that is read.
    witnessed: Witnessed,
    /// Unread numbers outside of the rows of dumps, by the index of their record.
    outside_rows: Vec<(usize, UnreadCounts)>,
    complete: bool,
}

/// How much of a dump the witness has looked at.
#[derive(Default)]
struct Witnessed {
    batches: u64,
    bytes: usize,
    /// In a hundred rows, of the batch that has most of them.
    most_digits: u64,
}

impl Witnessed {
    /// The witness looks at all batches up to here.
    // As much as the shape is settled from.
    const FIRST_BYTES: usize = 256 << 10;
    /// And at one batch in `EVERY` from there on.
    const EVERY: u64 = 100;
    /// And at those that have this share more digits than all before, as where a column begins
    /// that was empty. Ids that count up grow more slowly.
    const MORE: u64 = 64;

    /// Whether the next batch of a dump is looked at.
    fn next(&mut self, batch: &Batch) -> bool {
        let digits = batch.digits_in_hundred_rows();
        let has_more = digits > self.most_digits + self.most_digits / Self::MORE;
        let is_looked_at =
            has_more || self.bytes < Self::FIRST_BYTES || self.batches.is_multiple_of(Self::EVERY);
        if is_looked_at {
            self.most_digits = self.most_digits.max(digits);
        }
        self.batches += 1;
        self.bytes = self.bytes.saturating_add(batch.bytes().len());
        is_looked_at
    }
}

/// The file that is read. The record of the dump in it that is read is the last one.
struct OpenedFile<'a> {
    found: &'a DiscoveredFile,
    /// The index of its record if it is an archive.
    archive: Option<usize>,
    whole: bool,
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
            walk: Walk::default(),
            opened: None,
            witnessed: Witnessed::default(),
            outside_rows: Vec::new(),
            complete: true,
        }
    }

    /// The next batch, of this file or of the next one that can be read.
    pub(super) fn next_batch(
        &mut self,
        buffers: &BufferPool,
    ) -> Result<Option<DumpBatch>, LoadError> {
        loop {
            let step = self.walk.step(&mut **self.watch.borrow_mut(), buffers)?;
            match step {
                WalkStep::Batch(batch) => return Ok(self.dump_batch(batch)),
                WalkStep::DumpEnded(dump, ended) => self.end_dump(*dump, ended)?,
                WalkStep::Member(member) => self.begin(member)?,
                WalkStep::FileEnded(opening) => self.close(opening)?,
                WalkStep::NextFile => match self.found.next() {
                    Some(found) => self.open(found)?,
                    None => return Ok(None),
                },
            }
        }
    }

    fn dump_batch(&mut self, batch: Batch) -> Option<DumpBatch> {
        let dump = self.walk.dump()?;
        Some(DumpBatch {
            file: self.records.count() - 1,
            path: Arc::clone(&dump.path),
            reader: Arc::clone(&dump.reader),
            is_witnessed: !batch.has_unread_texts() || self.witnessed.next(&batch),
            batch,
        })
    }

    /// Records what the dump was, or that it could not be read to its end.
    fn end_dump(&mut self, dump: OpenDump, ended: Result<(), DumpError>) -> Result<(), LoadError> {
        let OpenDump { path, file, .. } = dump;
        self.witnessed = Witnessed::default();
        let bytes = file.bytes_read();
        let broken = match ended {
            Ok(()) => match file.finish() {
                Ok(digest) => {
                    self.records.set_digest(self.records.count() - 1, &digest);
                    return Ok(());
                }
                Err(error) => error,
            },
            Err(error) => {
                self.records.last().bytes = bytes;
                error
            }
        };
        if broken.refusal().is_some() {
            let origin = self.origin(&broken);
            return self.fail(&path, origin, broken);
        }
        let reason = self.give_up(&path, broken)?;
        self.watch.borrow_mut().broke_off(&path, &reason);
        Ok(())
    }

    /// Bytes of the files so far, those of skipped ones included.
    pub(super) fn bytes_read(&self) -> u64 {
        self.walk.bytes_read()
    }

    /// Bytes of memory that the records of files take, about.
    pub(super) fn heap_bytes(&self) -> usize {
        self.records.heap_bytes()
    }

    /// How many records there are.
    pub(super) fn count(&self) -> usize {
        self.records.count()
    }

    /// The records with their counts, and how the files ended.
    ///
    /// # Errors
    /// A pipe that was read beside other files holds a file that is loaded already.
    pub(super) fn end(self, tallies: &mut [Tally]) -> Result<Ended, LoadError> {
        for (index, outside) in &self.outside_rows {
            tallies[*index].add_unread(outside);
        }
        let watch = self.watch;
        let mut ended = self.records.end(tallies, |path| {
            watch.borrow_mut().skipped(path, HELD, Expected::Yes);
        })?;
        ended.complete = self.complete;
        Ok(ended)
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
            self.walk.add_bytes(bytes);
            self.skip(&found.path, HELD, Expected::Yes);
            return Ok(());
        }
        if !is_regular(found) {
            self.records.next_is_piped();
        }
        let names = [found.file_name(), found.folder_name()];
        let names = names.into_iter().flatten().map(str::to_owned).collect();
        let opened = self.walk.open(
            found.source(),
            &found.path,
            names,
            self.options.limits,
            self.options.read.buffering,
        );
        if let Err(error) = opened {
            self.records.add(&found.path);
            return self.fail(&found.path, found.origin, error);
        }
        self.opened = Some(OpenedFile {
            found,
            archive: None,
            whole: true,
        });
        Ok(())
    }

    /// Begins with a dump, or records an archive, a skipped member or one that cannot be read.
    fn begin(&mut self, member: ArchiveMember) -> Result<(), LoadError> {
        let ArchiveMember {
            path,
            names,
            content,
        } = member;
        let is_member = self.is_in_archive();
        if !matches!(content, MemberContent::Failed(_)) {
            self.records.add(&path);
        }
        match content {
            MemberContent::Archive { kind, compression } => {
                let index = self.records.last_is_archive();
                if let Some(opened) = &mut self.opened {
                    opened.archive = Some(index);
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
                    let origin = self.origin(&error);
                    self.fail(&path, origin, error)
                })
            }
            MemberContent::Failed(error) => {
                let origin = self.origin(&error);
                self.fail_member(&path, origin, error)
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
        record.home = (reader.home_of_name())
            .filter(|_| region.is_some())
            .map(|home| home.code().to_owned());
        self.watch.borrow_mut().opened(path, shape, &reader);
        let index = self.records.count() - 1;
        (self.outside_rows).push((index, reader.unread_outside_rows().clone()));
        self.walk.begin(OpenDump {
            path: path.into(),
            file,
            reader,
        });
        Ok(())
    }

    /// Whether the user named the file that cannot be read. An encrypted archive fails as a whole,
    /// so its members count as named if it was.
    fn origin(&self, error: &DumpError) -> Origin {
        let is_encrypted = error.refusal() == Some(Refusal::Encrypted);
        match &self.opened {
            Some(opened) if !self.is_in_archive() || is_encrypted => opened.found.origin,
            _ => Origin::InFolder,
        }
    }

    fn is_in_archive(&self) -> bool {
        (self.opened.as_ref()).is_some_and(|opened| opened.archive.is_some())
    }

    /// Ends with the file; an archive that was read whole is known by its digest from now on.
    fn close(&mut self, opening: Opening) -> Result<(), LoadError> {
        let Some(OpenedFile {
            found,
            archive: Some(index),
            whole,
        }) = self.opened.take()
        else {
            return Ok(());
        };
        let bytes = opening.bytes_read();
        self.records.at(index).bytes = bytes;
        if !whole {
            return Ok(());
        }
        match opening.finish() {
            Ok(digest) => {
                self.walk.add_bytes(digest.bytes.saturating_sub(bytes));
                self.records.set_digest(index, &digest);
            }
            Err(error) => {
                let reason = self.give_up(&found.path, error)?;
                self.watch.borrow_mut().broke_off(&found.path, &reason);
            }
        }
        Ok(())
    }

    /// Skips a file that is no dump if it was found in a folder. Any other failure ends the load,
    /// unless it keeps going.
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
    fn fail_member(
        &mut self,
        path: &Path,
        origin: Origin,
        error: DumpError,
    ) -> Result<(), LoadError> {
        let archive = self.opened.as_ref().and_then(|opened| opened.archive);
        let is_archive =
            archive.is_some_and(|index| Path::new(&self.records.at(index).path) == path);
        if !is_archive {
            self.records.add(path);
            return self.fail(path, origin, error);
        }
        let reason = self.give_up(path, error)?;
        self.watch.borrow_mut().broke_off(path, &reason);
        Ok(())
    }

    /// Ends the load, unless it keeps going: then it returns the reason.
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

fn is_regular(found: &DiscoveredFile) -> bool {
    match found.source() {
        Source::File(path) => path.metadata().is_ok_and(|metadata| metadata.is_file()),
        Source::Stdin => false,
        Source::Memory(_) => true,
    }
}
