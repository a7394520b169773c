//! Rows of text → numbers with their lines: the room that joins [`crate::dump`] and
//! [`crate::phone`].
//!
//! Load and check both read through a [`FileReader`], one per file, so both read a number the same
//! way. It is shared by the worker threads. It never stores or prints a number. The numbers go on
//! to [`crate::tag`].

mod home;
mod reason;
mod tally;
mod walk;
mod witness;

pub use home::Home;
pub use reason::explanation;
pub use tally::{RowPosition, Tally};
pub use walk::{BufferPool, Expected, Interrupted, OpenDump, ReadingProgress, Walk, WalkStep};
pub use witness::{UnreadCounts, UnreadNumber, UnreadSummary};

use std::sync::Arc;

use crate::dump::{
    Batch, Cell, CellVerdict, Damage, DumpError, DumpFile, Format, ReadOptions, Refusal, Row,
    RowContent, Scratch, Stream, UNCALCULATED,
};
use crate::phone::{
    CellOutcome, CellReader, DigitOrder, Number, Purpose, Reading, Reason, Region, Repairs,
};
use home::CountryCells;
use witness::{ColumnChoice, Evidence, Witness, is_date_or_address, is_marked};

/// How the numbers of all files of a run are read.
#[derive(Clone, Copy, Debug)]
pub struct ReadingPolicy {
    /// Stored or looked up.
    pub purpose: Purpose,
    /// The home region that the user gave: it is trusted above all others.
    pub country: Option<Region>,
    /// What digits without a plus are read as first.
    pub order: DigitOrder,
    /// A file with more numbers in columns that are not read than in those that are.
    pub mostly_unread: MostlyUnread,
}

/// What is done with a file that holds more unread numbers than read ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MostlyUnread {
    /// It is refused, unless the user chose its columns.
    Refused,
    /// It is read all the same.
    Read,
}

/// Why a cell is not a number: its text, or the row around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// The text of the cell.
    Text(Reason),
    /// The row as a whole.
    Row(Damage),
    /// A number that `forget` removed.
    Forgotten,
    /// A number in a place that is not read, in a row without another number.
    UnreadColumn,
}

impl RejectReason {
    /// Every reason there is.
    pub fn all() -> impl Iterator<Item = RejectReason> {
        (Reason::ALL.into_iter().map(RejectReason::Text))
            .chain(Damage::ALL.into_iter().map(RejectReason::Row))
            .chain([RejectReason::Forgotten, RejectReason::UnreadColumn])
    }

    /// The stable snake-case code.
    pub fn code(self) -> &'static str {
        match self {
            RejectReason::Text(reason) => reason.code(),
            RejectReason::Row(damage) => damage.code(),
            RejectReason::Forgotten => "forgotten",
            RejectReason::UnreadColumn => "unread_column",
        }
    }
}

/// The content of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryOutcome {
    /// Nothing.
    Blank,
    /// A number.
    Number(Reading),
    /// No number, and why.
    Rejected(RejectReason),
}

impl EntryOutcome {
    /// Calls `visit` with all that a check looks up for it, in the order in which its answer is made
    /// up.
    #[inline]
    pub fn for_each_spelling(self, spellings: Spellings, visit: &mut impl FnMut(Spelling, Number)) {
        let EntryOutcome::Number(Reading {
            number,
            alternative,
            ..
        }) = self
        else {
            return;
        };
        visit(Spelling::Read, number);
        if let Some(number) = alternative {
            visit(Spelling::Read, number);
        }
        for number in std::iter::once(number).chain(alternative) {
            number.for_each_twin(&mut |twin| visit(Spelling::Twin, twin));
        }
        if spellings == Spellings::OfOlderIndexesToo {
            for number in std::iter::once(number).chain(alternative) {
                (number.in_older_indexes()).for_each(|older| visit(Spelling::Older, older));
            }
        }
    }
}

/// How a number that a check looks up belongs to a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// The contact's digits read so, or so.
    Read,
    /// The other valid spelling of the same subscriber.
    Twin,
    /// Where an index that was made under older plans or rules may have it.
    Older,
}

/// Which spellings of a number a check looks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spellings {
    /// Those of today, twins included.
    OfToday,
    /// Those under which an index of older plans may have it, too.
    OfOlderIndexesToo,
}

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

/// The numbers of one row, as they are found.
pub struct RowEntry<'a> {
    /// The row, or the element of an array, from 1.
    pub line: u64,
    /// Which phone column, counted from 0 in [`crate::dump::Shape::phone_columns`].
    pub column: usize,
    /// The home region that the cell was read under.
    pub home: Home,
    /// The content of the cell.
    pub entry: EntryOutcome,
    /// The number, if its column is not read.
    pub unread: Option<&'a UnreadNumber>,
    /// The bytes of the row, and whether this is its first entry.
    pub raw: &'a [u8],
    /// Whether this is the first entry of its row.
    pub first: bool,
}

impl<'a> RowEntry<'a> {
    #[inline]
    fn first(row: &Row<'a>, column: usize, home: Home, entry: EntryOutcome) -> RowEntry<'a> {
        RowEntry {
            line: row.line,
            column,
            home,
            entry,
            unread: None,
            raw: row.raw,
            first: true,
        }
    }
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

/// What stands in a row where its numbers should be.
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

/// A text from its first digit to its last.
fn digits_of(text: &[u8]) -> &[u8] {
    let first = text.iter().position(u8::is_ascii_digit);
    let last = text.iter().rposition(u8::is_ascii_digit);
    match (first, last) {
        (Some(first), Some(last)) => &text[first..=last],
        _ => b"",
    }
}

/// What a text of an unknown column is.
// Valid only: a 15-digit id is of a possible length.
fn verdict(text: &[u8], home: Option<Region>) -> CellVerdict {
    let judge = CellReader {
        purpose: Purpose::Recognise,
        order: DigitOrder::HomeFirst,
    };
    let read = |home| {
        let mut verdict = CellVerdict::Blank;
        judge.cell(text, home, &mut |outcome| {
            let part = match outcome {
                CellOutcome::Blank => CellVerdict::Blank,
                CellOutcome::Rejected(_) => CellVerdict::Other,
                // Empty parts may be the empty fields of a row that another delimiter parts.
                CellOutcome::Number(number) if number.repairs.contains(Repairs::EMPTY_PART) => {
                    CellVerdict::Other
                }
                // `Order 4917…`: at home the digits may be anything.
                CellOutcome::Number(number)
                    if home.is_some()
                        && number.repairs.contains(Repairs::LABEL)
                        && !is_marked(digits_of(text)) =>
                {
                    CellVerdict::Other
                }
                CellOutcome::Number(_) => CellVerdict::International,
            };
            verdict = match verdict {
                CellVerdict::Other => CellVerdict::Other,
                _ if part == CellVerdict::Other => part,
                _ => verdict.max(part),
            };
        });
        verdict
    };
    // At home nearly any digits may be valid, and a compact time is a number of Egypt.
    if is_date_or_address(text.trim_ascii()) {
        return CellVerdict::Other;
    }
    match read(None) {
        CellVerdict::Other if home.is_some() => read(home).min(CellVerdict::National),
        verdict => verdict,
    }
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
    pub fn numbers_to_look_up(
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
        let holds = self.holds(cells, home);
        // Where no number can be, it may have been pushed into another field.
        let waits = holds != CellsHold::Digits;
        let mut first = true;
        let mut has_number = false;
        if !waits {
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

    fn read_cells(&self, row: &Row<'_>, home: Home, sink: &mut impl FnMut(RowEntry<'_>)) {
        if let RowContent::Cells([cell]) = row.content
            && home != Home::UnknownName
            && let Some(reading) = self.cells.plain(cell.text, home.region())
        {
            let entry = EntryOutcome::Number(reading);
            return sink(RowEntry::first(row, cell.column, home, entry));
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

    /// What stands where the numbers of a row should be.
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
