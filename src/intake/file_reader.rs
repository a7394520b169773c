//! The numbers of one file: each cell by itself, and those that stand where nothing is read.

use std::sync::Arc;

use super::{
    EntryOutcome, Home, MostlyUnread, ReadingPolicy, RejectReason, RowEntry, Spellings, Tally,
    UnreadCounts, UnreadNumber,
    home::CountryCells,
    judge::verdict,
    witness::{ColumnChoice, Evidence, Witness},
};
use crate::dump::{
    Batch, Cell, Damage, DumpError, DumpFile, Format, ReadOptions, Refusal, Row, RowContent,
    Scratch, Stream, UNCALCULATED,
};
use crate::phone::{CellOutcome, CellReader, Number, Purpose, Reason, Region};

/// How the numbers of one file are read: each cell by itself, under the home region of its row.
#[derive(Debug)]
pub struct FileReader {
    cells: CellReader,
    /// `--country`, which no row overrules.
    given: Option<Region>,
    /// The region of the file's or its folder's name, for rows that name none.
    of_file: Option<Region>,
    purpose: Purpose,
    mostly_unread: MostlyUnread,
    witness: Witness,
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

/// The content of a row where its numbers should be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellsHold {
    /// Nothing, or words for it.
    Nothing,
    /// Text with too few digits for any number.
    Words,
    /// Digits: a number, or one that is damaged.
    Digits,
}

/// A text with fewer digits is hardly a damaged number.
const FEWEST_DIGITS: usize = 7;

/// Whether a row of a sheet has a formula without a value where nothing is read: a number may be in
/// it.
fn has_uncalculated(batch: &Batch, row: &Row<'_>, scratch: &mut Scratch) -> bool {
    if !matches!(batch.shape().format(), Format::Xlsx | Format::Ods) {
        return false;
    }
    let mut any = false;
    batch.unread_texts(row.raw, scratch, &mut |_, text| {
        any |= text == UNCALCULATED.as_bytes();
    });
    any
}

/// Whether a cell has neither a plus nor `00` before its digits, nor is an address that always
/// holds an international number (`wa.me/`, `@c.us`).
fn is_bare(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell);
    let is_marked = text.contains(['+', '\u{ff0b}', '@']) || text.contains("wa.me");
    let digits: String = text.chars().filter(|c| c.is_numeric()).take(2).collect();
    !is_marked && digits != "00"
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
                && let Some(reading) = self.cells.plain(cell.text, home.region())
            {
                tally.count_plain(reading, home);
                numbers.push(reading.number);
                return;
            }
            self.read_row(batch, &row, home, unread, &mut |row| {
                tally.count(file, &row);
                match row.entry {
                    EntryOutcome::Number(reading) => numbers.push(reading.number),
                    EntryOutcome::Rejected(reason) => rejected(row.line, reason),
                    EntryOutcome::Blank => {}
                }
            });
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
            self.read_row(batch, &row, home, unread, sink);
        });
    }

    /// The entries of a row: its cells, and the numbers in it that nothing reads.
    ///
    /// For a check, every such number is an entry; for a load, only if the row holds no other.
    fn read_row(
        &self,
        batch: &Batch,
        row: &Row<'_>,
        home: Home,
        scratch: &mut Scratch,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) {
        let RowContent::Cells(cells) = row.content else {
            return self.read_cells(row, home, sink);
        };
        if !batch.has_unread_texts() {
            return self.read_cells(row, home, sink);
        }
        let plain = self.plain(row, home);
        let holds = if plain.is_some() {
            CellsHold::Digits
        } else {
            self.holds(cells, home)
        };
        // Where no number can be, it may have been pushed into another field.
        let waits = holds != CellsHold::Digits;
        let mut first = true;
        let mut has_number = false;
        if let Some(entry) = plain {
            (first, has_number) = (false, true);
            sink(entry);
        } else if !waits {
            first = false;
            self.read_cells(row, home, &mut |entry: RowEntry<'_>| {
                has_number |= matches!(entry.entry, EntryOutcome::Number(_));
                sink(entry);
            });
        }
        let is_wanted = match self.purpose {
            Purpose::Load(_) => !has_number,
            Purpose::Check | Purpose::Recognise => {
                waits || self.witness.columns() == ColumnChoice::Inferred
            }
        };
        if is_wanted {
            let evidence = match holds {
                CellsHold::Digits => Evidence::Needed,
                CellsHold::Nothing | CellsHold::Words => Evidence::NoOther,
            };
            let visit = &mut |unread: &UnreadNumber| {
                let entry = EntryOutcome::Rejected(RejectReason::UnreadColumn);
                sink(RowEntry {
                    unread: Some(unread),
                    first: std::mem::take(&mut first),
                    ..RowEntry::first(row, 0, home, entry)
                });
            };
            (self.witness).numbers(batch, row, home.region(), scratch, evidence, visit);
        }
        if first && waits && has_uncalculated(batch, row, scratch) {
            first = false;
            let entry = EntryOutcome::Rejected(RejectReason::Row(Damage::Formula));
            sink(RowEntry::first(row, 0, home, entry));
        }
        if first {
            self.read_cells(row, home, sink);
        }
    }

    /// The entry of a row of one cell, if that is a valid number in plain digits: most rows are.
    #[inline]
    fn plain<'a>(&self, row: &Row<'a>, home: Home) -> Option<RowEntry<'a>> {
        match row.content {
            RowContent::Cells([cell]) if home != Home::UnknownName => {
                let reading = self.cells.plain(cell.text, home.region())?;
                let entry = EntryOutcome::Number(reading);
                Some(RowEntry::first(row, cell.column, home, entry))
            }
            _ => None,
        }
    }

    fn read_cells(&self, row: &Row<'_>, home: Home, sink: &mut impl FnMut(RowEntry<'_>)) {
        if let Some(entry) = self.plain(row, home) {
            return sink(entry);
        }
        let mut first = true;
        let mut give = |column, entry| {
            sink(RowEntry {
                first,
                ..RowEntry::first(row, column, home, entry)
            });
            first = false;
        };
        match row.content {
            RowContent::Cells(cells) => {
                for cell in cells {
                    let reader = self.cells;
                    if home != Home::UnknownName
                        && let Some(reading) = reader.plain(cell.text, home.region())
                    {
                        give(cell.column, EntryOutcome::Number(reading));
                        continue;
                    }
                    if cell.text == UNCALCULATED.as_bytes() {
                        let reason = RejectReason::Row(Damage::Formula);
                        give(cell.column, EntryOutcome::Rejected(reason));
                        continue;
                    }
                    let is_at_home = home == Home::UnknownName && is_bare(cell.text);
                    reader.cell(cell.text, home.region(), &mut |outcome| {
                        let entry = match outcome {
                            CellOutcome::Blank => EntryOutcome::Blank,
                            // A number at home in a country that nobody knows.
                            CellOutcome::Number(_) if is_at_home => {
                                EntryOutcome::Rejected(RejectReason::Text(Reason::NoCountry))
                            }
                            CellOutcome::Number(reading) => EntryOutcome::Number(reading),
                            CellOutcome::Rejected(reason) => {
                                EntryOutcome::Rejected(RejectReason::Text(reason))
                            }
                        };
                        give(cell.column, entry);
                    });
                }
            }
            RowContent::Damaged(damage) => {
                give(0, EntryOutcome::Rejected(RejectReason::Row(damage)));
            }
        }
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

    /// The content of a row where its numbers should be.
    #[inline]
    fn holds(&self, cells: &[Cell<'_>], home: Home) -> CellsHold {
        // Digits of other scripts have no ASCII byte.
        let may_be_digit = |byte: &&u8| matches!(byte, b'0'..=b'9' | 0x80..);
        let has_digits =
            |cell: &Cell<'_>| cell.text.iter().filter(may_be_digit).count() >= FEWEST_DIGITS;
        if cells.iter().any(has_digits) {
            return CellsHold::Digits;
        }
        let (mut blank, mut number) = (true, false);
        for cell in cells {
            self.cells.cell(cell.text, home.region(), &mut |outcome| {
                blank &= outcome == CellOutcome::Blank;
                number |= matches!(outcome, CellOutcome::Number(_));
            });
        }
        match (blank, number) {
            (true, _) => CellsHold::Nothing,
            (false, false) => CellsHold::Words,
            (false, true) => CellsHold::Digits,
        }
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
