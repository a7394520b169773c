//! One record for each file of a load, and which files are loaded already.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::LoadError;
use super::known_files::KnownFiles;
use crate::dump::{Digest, DiscoveredFile, Limits, Source, Stream};
use crate::index::{FileRecord, UnreadRecord};
use crate::intake::{Tally, UnreadSummary};
use crate::phone::Region;
use crate::printable::shown;

/// Why a file is skipped that was loaded before.
pub const HELD: &str = "the same file is loaded already";

/// The share of the memory for unpacking that looking ahead may take.
const AHEAD: u64 = 64;

/// Bytes of memory that a file takes from when it is met to when the load is reported: its record,
/// its counts, and its part of the metadata. Measured with a hundred thousand files, rounded up.
pub(super) const FILE: usize = 1000;

/// One for each file that was opened or skipped, for each archive, and for each member of one.
pub(super) struct Records<'a> {
    /// Files that the source holds already.
    held: &'a [FileRecord],
    list: Vec<FileRecord>,
    /// All that have a digest: those that are held, and then those of the list.
    known: KnownFiles,
    /// Indexes of the records of archives, which have no rows of their own.
    archives: Vec<usize>,
    /// Indexes of the records of pipes. The digest of a pipe is known only when it has been read.
    piped: Vec<usize>,
}

/// How all files ended.
pub(super) struct Ended {
    pub(super) records: Vec<FileRecord>,
    pub(super) complete: bool,
    /// Whether a file was read that was not loaded before.
    pub(super) any_read: bool,
    /// Whether no file was a dump, and how many there were.
    pub(super) nothing_left: Option<usize>,
}

impl<'a> Records<'a> {
    pub(super) fn new(held: &'a [FileRecord]) -> Records<'a> {
        let mut known = KnownFiles::default();
        for (place, record) in held.iter().enumerate() {
            known.note(place, record);
        }
        Records {
            held,
            list: Vec::new(),
            known,
            archives: Vec::new(),
            piped: Vec::new(),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// Bytes of memory that they take, about.
    pub(super) fn heap_bytes(&self) -> usize {
        (self.held.len() + self.list.len()) * FILE
    }

    /// Adds a record for the file at `path`.
    pub(super) fn add(&mut self, path: &Path) -> &mut FileRecord {
        self.list.push(FileRecord {
            path: shown(&path),
            ..FileRecord::default()
        });
        self.last()
    }

    pub(super) fn last(&mut self) -> &mut FileRecord {
        self.list
            .last_mut()
            .expect("pushed before anything is known of it")
    }

    /// Marks the last record as that of an archive, and returns its index.
    pub(super) fn last_is_archive(&mut self) -> usize {
        let place = self.list.len() - 1;
        self.archives.push(place);
        place
    }

    /// The next record will be that of a pipe.
    pub(super) fn next_is_piped(&mut self) {
        self.piped.push(self.list.len());
    }

    /// The record at this index.
    pub(super) fn at(&mut self, place: usize) -> &mut FileRecord {
        &mut self.list[place]
    }

    /// Sets length and digest of the record at `index`, so that the same file is known when it comes
    /// again.
    pub(super) fn set_digest(&mut self, index: usize, digest: &Digest) {
        let record = &mut self.list[index];
        (record.bytes, record.sha256) = (digest.bytes, hex::encode(digest.sha256));
        self.known.note(self.held.len() + index, record);
    }

    /// The records, with their places among all, of files of this length and digest.
    fn same<'b>(
        &'b self,
        bytes: u64,
        sha256: &'b str,
    ) -> impl Iterator<Item = (usize, &'b FileRecord)> {
        let record = |place: usize| match place.checked_sub(self.held.len()) {
            Some(index) => &self.list[index],
            None => &self.held[place],
        };
        let places = self.known.places(sha256);
        (places.map(move |place| (place, record(place))))
            .filter(move |(_, record)| record.bytes == bytes && record.sha256 == sha256)
    }

    /// Length and digest of a file that the source or this load holds already. Files of another
    /// length cannot be the same, so few are read twice.
    pub(super) fn held_digest(&self, found: &DiscoveredFile) -> Option<(u64, String)> {
        let Source::File(path) = found.source() else {
            return None;
        };
        let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        if !self.known.has_length(metadata.len()) {
            return None;
        }
        // A file that cannot be read is not held; opening it says why.
        let (bytes, sha256) = digest(File::open(path).ok()?).ok()?;
        let is_known = self.same(bytes, &sha256).next().is_some();
        is_known.then_some((bytes, sha256))
    }

    /// Whether the source or this load holds the file of the last record already. Only a small file
    /// can be read before its rows are; the numbers of a larger one that comes again are
    /// duplicates.
    pub(super) fn last_is_held(&mut self, stream: &mut Stream, limits: Limits) -> bool {
        if stream.is_sheet_of_several() {
            return false;
        }
        let Some(digest) = stream.look_ahead((limits.memory / AHEAD) as usize) else {
            return false;
        };
        let (bytes, sha256) = (digest.bytes, hex::encode(digest.sha256));
        // The same digits in the folder of another country are other numbers.
        let country = country_of(&self.last().path);
        let is_held =
            (self.same(bytes, &sha256)).any(|(_, record)| country_of(&record.path) == country);
        if is_held {
            let last = self.last();
            (last.bytes, last.sha256) = (bytes, sha256);
        }
        is_held
    }

    /// The records with their counts, and how the files ended. Calls `skipped` for files that are
    /// left out only now.
    ///
    /// # Errors
    /// A pipe that was read beside other files holds a file that is loaded already.
    pub(super) fn end(
        mut self,
        tallies: &mut [Tally],
        mut skipped: impl FnMut(&Path),
    ) -> Result<Ended, LoadError> {
        // If all that came through pipes is held, it can still be left out.
        let archives = &self.archives;
        let dumps = || (0..tallies.len()).filter(|place| archives.binary_search(place).is_err());
        let mut read = dumps()
            .filter(|place| self.list[*place].skipped.is_none())
            .collect::<Vec<_>>();
        let is_held = |index: &usize| self.is_met_before(*index, self.held.len());
        if read.iter().all(is_held) {
            for place in read.drain(..) {
                let record = &mut self.list[place];
                skipped(Path::new(&record.path));
                record.skipped = Some(HELD.to_owned());
            }
        } else if let Some(&place) = self.piped.iter().find(|&&place| self.is_repeated(place)) {
            return Err(LoadError::Repeated {
                path: PathBuf::from(&self.list[place].path),
            });
        }
        let is_none = |place| {
            let record: &FileRecord = &self.list[place];
            record.skipped.is_some() && record.sha256.is_empty()
        };
        let nothing_left = dumps().all(is_none).then(|| dumps().count());
        for (record, tally) in self.list.iter_mut().zip(tallies) {
            if record.skipped.is_some() {
                *tally = Tally::default();
            }
            record.rows = tally.rows();
            record.accepted = tally.accepted;
            record.rejected = tally.rejected_in_all();
            record.blank = tally.blank;
            record.reading = tally.readings;
            if let Ok(format) = record.format.parse() {
                record.unread = unread(&tally.unread.summary(format));
            }
        }
        Ok(Ended {
            records: self.list,
            complete: true,
            any_read: !read.is_empty(),
            nothing_left,
        })
    }

    /// Whether the source, or this load before, has the same file.
    fn is_repeated(&self, place: usize) -> bool {
        let is_empty = self.list.get(place).is_none_or(|record| record.bytes == 0);
        !is_empty && self.is_met_before(place, self.held.len() + place)
    }

    /// Whether the file of the record at `index` is among the first `count` of all.
    fn is_met_before(&self, index: usize, count: usize) -> bool {
        let record = &self.list[index];
        (self.same(record.bytes, &record.sha256)).any(|(place, _)| place < count)
    }
}

fn unread(summary: &UnreadSummary) -> UnreadRecord {
    UnreadRecord {
        numbers: summary.numbers,
        rows_seen: summary.rows_seen,
        places: summary.places.clone(),
    }
}

/// The country that a member's name tells, or that of a folder or an archive around it.
fn country_of(path: &str) -> Option<Region> {
    path.rsplit(['/', '!']).find_map(Region::from_file_name)
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
