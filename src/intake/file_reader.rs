//! The numbers of one file: each cell by itself, and those in places that are not read.

use std::sync::Arc;

use super::{
    EntryOutcome, Home, MostlyUnread, ReadingPolicy, RejectReason, RowEntry, Spellings, Tally,
    UnreadCounts,
    damage::numbers_between_rows,
    found_row::FoundRow,
    home::CountryCells,
    judge::verdict,
    witness::{ColumnChoice, Witness},
};
use crate::dump::{
    Batch, DumpError, DumpFile, Format, ReadOptions, Refusal, RowContent, Scratch, Stream,
};
use crate::phone::{CellReader, Number, Purpose, Reading, Region};

/// How the numbers of one file are read: each cell by itself, under the home region of its row.
#[derive(Debug)]
pub struct FileReader {
    pub(super) cells: CellReader,
    /// `--country`, which no row overrules.
    given: Option<Region>,
    /// The region of the file's or its folder's name, for rows that name none.
    of_file: Option<Region>,
    pub(super) purpose: Purpose,
    mostly_unread: MostlyUnread,
    pub(super) witness: Witness,
}

/// Buffers that a worker thread keeps between batches.
#[derive(Default)]
pub struct FileReaderScratch {
    rows: Scratch,
    /// What the texts of a country column mean.
    country: CountryCells,
    /// For looking into a row once more.
    unread: Scratch,
}

/// Opens a file of a dump or list and settles how its numbers are read.
///
/// `of_file` is the region that the file's name gives, if names count for this list.
pub fn open(
    stream: Stream,
    options: &ReadOptions,
    policy: ReadingPolicy,
    of_file: Option<Region>,
) -> Result<(DumpFile, Arc<FileReader>), DumpError> {
    let columns = if options.phone.is_empty() && options.json_paths.is_empty() {
        ColumnChoice::Inferred
    } else {
        ColumnChoice::Chosen
    };
    let mut reader = FileReader {
        cells: CellReader {
            purpose: policy.purpose,
            order: policy.order,
        },
        given: policy.country,
        of_file,
        purpose: policy.purpose,
        mostly_unread: policy.mostly_unread,
        witness: Witness::new(Format::Text, columns),
    };
    let mut file = DumpFile::open(stream, options, &|cell, country| {
        let home = reader.home(country, &mut CountryCells::default()).region();
        verdict(cell, home)
    })?;
    reader.learn(&mut file, columns)?;
    Ok((file, Arc::new(reader)))
}

impl FileReader {
    /// The home region that the name of the file or its folder gives, if no option overrules it.
    pub fn home_of_name(&self) -> Option<Region> {
        self.of_file.filter(|_| self.given.is_none())
    }

    /// The home country of all rows, if the user gave it.
    pub fn given_home(&self) -> Option<Region> {
        self.given
    }

    /// Appends the numbers of a batch to `numbers` and counts its rows in `tally`.
    ///
    /// Calls `rejected` with the line of each entry that is no number, and the reason.
    pub fn numbers(
        &self,
        file: usize,
        batch: &Batch,
        scratch: &mut FileReaderScratch,
        numbers: &mut Vec<Number>,
        tally: &mut Tally,
        rejected: &mut impl FnMut(u64, RejectReason),
    ) {
        let FileReaderScratch {
            rows,
            country,
            unread,
        } = scratch;
        let home_of_all = self.home(None, country);
        batch.rows(rows, &mut |row| {
            let home = match row.country {
                None => home_of_all,
                Some(_) => self.home(row.country, country),
            };
            if let RowContent::Cells([cell]) = row.content
                && home != Home::UnknownName
            {
                let take = |reading: Reading| {
                    tally.count_plain(reading, home);
                    numbers.push(reading.number);
                };
                if (self.cells.plain_with(cell.text, home.region(), take)).is_some() {
                    return;
                }
            }
            let found = FoundRow {
                batch,
                row: &row,
                home,
            };
            self.read_any_row(found, unread, &mut |row| {
                tally.count(file, &row);
                match row.entry {
                    EntryOutcome::Number(reading) => numbers.push(reading.number),
                    EntryOutcome::Rejected(reason) => rejected(row.line, reason),
                    EntryOutcome::Blank => {}
                }
            });
        });
        numbers_between_rows(batch, home_of_all, &mut |row| {
            tally.count(file, &row);
            rejected(row.line, RejectReason::UnreadColumn);
        });
    }

    /// Has the witness look at every row of a batch whose entries are counted in `tally`.
    pub fn witness(&self, batch: &Batch, scratch: &mut FileReaderScratch, tally: &mut Tally) {
        let FileReaderScratch {
            rows,
            country,
            unread,
        } = scratch;
        let (entries, accepted) = (tally.rows(), tally.accepted);
        tally.unread.begin_counting(entries, accepted);
        if batch.has_unread_texts() {
            batch.rows(rows, &mut |row| {
                let home = self.home(row.country, country).region();
                Witness::count(batch, &row, home, unread, &mut tally.unread);
            });
        }
    }

    /// Appends the numbers that a check looks up, in the order in which [`FileReader::read`] has
    /// them.
    pub(crate) fn numbers_to_look_up(
        &self,
        batch: &Batch,
        spellings: Spellings,
        scratch: &mut FileReaderScratch,
        numbers: &mut Vec<Number>,
    ) {
        let FileReaderScratch { rows, country, .. } = scratch;
        batch.rows(rows, &mut |row| {
            let home = self.home(row.country, country);
            self.read_cells(&row, home, &mut |row| {
                let push = &mut |_, number| numbers.push(number);
                row.entry.for_each_spelling(spellings, push);
            });
        });
    }

    /// Reads the rows of a batch, entry by entry in order.
    pub fn read(
        &self,
        batch: &Batch,
        scratch: &mut FileReaderScratch,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) {
        let FileReaderScratch {
            rows,
            country,
            unread,
        } = scratch;
        batch.rows(rows, &mut |row| {
            let home = self.home(row.country, country);
            let found = FoundRow {
                batch,
                row: &row,
                home,
            };
            self.read_row(found, unread, sink);
        });
        numbers_between_rows(batch, self.home(None, country), sink);
    }

    /// Lets the witness learn from the sample.
    ///
    /// # Errors
    /// The sample holds more numbers that nothing reads than numbers that are read.
    fn learn(&mut self, file: &mut DumpFile, columns: ColumnChoice) -> Result<(), DumpError> {
        let mut witness = Witness::new(file.shape().format(), columns);
        let mut cache = CountryCells::default();
        witness.learn(file, &mut |row| self.home(row.country, &mut cache).region());
        let unread = witness.sample_numbers();
        self.witness = witness;
        if unread == 0 || !self.refuses_mostly_unread() {
            return Ok(());
        }
        let mut read = 0;
        file.for_each_sample_row(&mut |row| {
            let home = self.home(row.country, &mut cache);
            self.read_cells(&row, home, &mut |entry| {
                read += u64::from(matches!(entry.entry, EntryOutcome::Number(_)));
            });
        });
        if unread > read {
            return Err(DumpError::Refused(Refusal::MostlyUnread));
        }
        Ok(())
    }

    /// Numbers at the start of a dump that is converted which are in none of its rows.
    pub fn unread_outside_rows(&self) -> &UnreadCounts {
        self.witness.outside()
    }

    /// Whether a file is refused that holds more unread numbers than read ones.
    fn refuses_mostly_unread(&self) -> bool {
        matches!(self.purpose, Purpose::Load(_))
            && self.mostly_unread == MostlyUnread::Refused
            && self.witness.columns() == ColumnChoice::Inferred
    }

    /// `--country`, else the row's own country cell, else the file's region.
    fn home(&self, cell: Option<&[u8]>, countries: &mut CountryCells) -> Home {
        let of_file = || self.of_file.map_or(Home::None, Home::Region);
        if let Some(given) = self.given {
            return Home::Region(given);
        }
        let Some(cell) = cell.map(<[u8]>::trim_ascii).filter(|cell| !cell.is_empty()) else {
            return of_file();
        };
        countries
            .region(cell)
            .map_or(Home::UnknownName, Home::Region)
    }
}
