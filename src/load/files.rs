//! The files of a load one after the other: opened, skipped or refused, read in batches, recorded.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::{Expected, Job, LoadError, LoadOptions, Watch};
use crate::dump::{DumpError, DumpFile, Found, Origin, Source};
use crate::index::FileRecord;
use crate::intake::{self, Lens, Tally};
use crate::phone::{ColumnReading, Region};

/// Why a file is skipped that was loaded before.
const HELD: &str = "the same file is loaded already";

/// The files found, and how far reading them has come.
pub(super) struct Files<'a, 'w> {
    found: &'a [Found],
    options: &'a LoadOptions,
    watch: &'a RefCell<&'w mut dyn Watch>,
    /// One for each file that was opened or skipped.
    records: Vec<FileRecord>,
    current: Option<(DumpFile, Arc<Lens>)>,
    bytes_of_ended: u64,
    complete: bool,
}

impl<'a, 'w> Files<'a, 'w> {
    pub(super) fn new(
        found: &'a [Found],
        options: &'a LoadOptions,
        watch: &'a RefCell<&'w mut dyn Watch>,
    ) -> Files<'a, 'w> {
        let records = Vec::with_capacity(found.len());
        Files {
            found,
            options,
            watch,
            records,
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
            let Some((file, lens)) = &mut self.current else {
                let Some(found) = self.found.get(self.records.len()) else {
                    return Ok(None);
                };
                self.open(found)?;
                continue;
            };
            let buffer = buffers.borrow_mut().pop().unwrap_or_default();
            let next = file.next_batch(buffer);
            let bytes = self.bytes_of_ended + file.bytes_read();
            if let Ok(Some(batch)) = next {
                let lens = Arc::clone(lens);
                if self.watch.borrow_mut().read(bytes).is_break() {
                    return Err(LoadError::Interrupted);
                }
                return Ok(Some(Job {
                    file: self.records.len() - 1,
                    lens,
                    batch,
                }));
            }
            self.bytes_of_ended = bytes;
            let ended = match (self.current.take(), next) {
                (_, Err(error)) => Err(error),
                (None, _) => continue,
                (Some((file, _)), Ok(_)) => file.finish(),
            };
            match ended {
                Ok(digest) => {
                    let record = self.records.last_mut().expect("pushed when it was opened");
                    record.bytes = digest.bytes;
                    record.sha256 = hex::encode(digest.sha256);
                }
                Err(error) => self.fail(&self.found[self.records.len() - 1], error)?,
            }
        }
    }

    /// Bytes of the files so far, those of skipped ones included.
    pub(super) fn bytes_read(&self) -> u64 {
        let current = self.current.as_ref();
        self.bytes_of_ended + current.map_or(0, |(file, _)| file.bytes_read())
    }

    /// The records with their counts; whether all was read.
    pub(super) fn into_records(mut self, tallies: &mut [Tally]) -> (Vec<FileRecord>, bool) {
        // What came through a pipe is known by its digest only when it has been read. Alone, it can
        // still be left out.
        let mut read = (self.records.iter_mut().zip(tallies.iter_mut()))
            .filter(|(record, _)| record.skipped.is_none());
        if let (Some((record, tally)), None) = (read.next(), read.next())
            && holds(&self.options.held, record)
        {
            self.watch
                .borrow_mut()
                .skipped(Path::new(&record.path), HELD, Expected::Yes);
            record.skipped = Some(HELD.to_owned());
            *tally = Tally::default();
        }
        for (record, tally) in self.records.iter_mut().zip(tallies) {
            record.rows = tally.rows();
            record.accepted = tally.accepted_in_all();
            record.rejected = tally.rejected_in_all();
            record.blank = tally.blank;
        }
        (self.records, self.complete)
    }

    /// Opens the file as the current one, or records why it is left out.
    fn open(&mut self, found: &Found) -> Result<(), LoadError> {
        let mut record = FileRecord {
            path: found.path.display().to_string(),
            ..FileRecord::default()
        };
        if let Some(skip) = found.skip {
            self.records.push(record);
            self.skip(found, skip.as_str(), Expected::Yes);
            return Ok(());
        }
        if let Some((bytes, sha256)) = self.held_digest(found) {
            record.bytes = bytes;
            record.sha256 = sha256;
            self.bytes_of_ended += bytes;
            self.records.push(record);
            self.skip(found, HELD, Expected::Yes);
            return Ok(());
        }
        let LoadOptions {
            read,
            manner,
            fallback,
            ..
        } = self.options;
        let opened = intake::open(
            found.source(),
            read,
            *manner,
            region_of(found).or(*fallback),
        );
        match opened {
            Ok((file, lens)) => {
                let shape = file.shape();
                record.format = shape.format().as_str().to_owned();
                record.encoding = shape.encoding().to_owned();
                record.phone_columns = shape.phone_columns().to_vec();
                record.reading = Some(reading_code(lens.reading(0)).to_owned());
                self.watch.borrow_mut().opened(&found.path, shape, &lens);
                self.records.push(record);
                self.current = Some((file, lens));
                Ok(())
            }
            Err(error) => {
                self.records.push(record);
                self.fail(found, error)
            }
        }
    }

    /// A file that is no dump is skipped if it was only found; any other failure ends the load, unless
    /// the user wants what can be had.
    fn fail(&mut self, found: &Found, error: DumpError) -> Result<(), LoadError> {
        let expected = found.origin == Origin::InFolder && error.refusal().is_some();
        if !expected && !self.options.keep_going {
            return Err(LoadError::Dump {
                path: found.path.clone(),
                error,
            });
        }
        self.complete &= expected;
        self.skip(found, &error.to_string(), Expected::No);
        Ok(())
    }

    fn skip(&mut self, found: &Found, reason: &str, expected: Expected) {
        self.watch
            .borrow_mut()
            .skipped(&found.path, reason, expected);
        let record = self
            .records
            .last_mut()
            .expect("pushed before it is skipped");
        record.skipped = Some(reason.to_owned());
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

/// The region that the name of the file gives, else the name of its folder.
fn region_of(found: &Found) -> Option<Region> {
    (found.file_name().and_then(Region::from_file_name))
        .or_else(|| found.folder_name().and_then(Region::from_file_name))
}

fn reading_code(reading: ColumnReading) -> &'static str {
    match reading {
        ColumnReading::Home => "home",
        ColumnReading::International => "international",
    }
}
