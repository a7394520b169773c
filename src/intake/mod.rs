//! Rows of text → numbers with their places: where [`crate::dump`] and [`crate::phone`] meet.
//!
//! Load and check both read through a [`Lens`], one for each file, so that a number is read the same on
//! both sides. A lens is settled once from the file's sample and then shared by the worker threads.

mod tally;

pub use tally::{Place, Tally};

use std::sync::Arc;

use crate::dump::{Batch, Content, Damage, DumpError, DumpFile, ReadOptions, Row, Scratch, Stream};
use crate::phone::{
    Accept, ColumnReading, Number, Outcome, Purpose, Reader, Reading, Reason, Region, Settled,
};

/// How the numbers of all files of a run are read.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Stored or looked up.
    pub purpose: Purpose,
    /// The home region that the user gave: it is trusted above all others.
    pub country: Option<Region>,
    /// Digits without a plus are international, whatever the sample says.
    pub international: bool,
}

/// Why a cell is not a number: its text, or the row around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// The text of the cell.
    Text(Reason),
    /// The row as a whole.
    Row(Damage),
    /// It is a number, but one that is to be forgotten.
    Forgotten,
}

impl RejectReason {
    /// Every reason there is.
    pub fn all() -> impl Iterator<Item = RejectReason> {
        (Reason::ALL.into_iter().map(RejectReason::Text))
            .chain(Damage::ALL.into_iter().map(RejectReason::Row))
            .chain([RejectReason::Forgotten])
    }

    /// The stable snake-case code.
    pub fn code(self) -> &'static str {
        match self {
            RejectReason::Text(reason) => reason.code(),
            RejectReason::Row(damage) => damage.code(),
            RejectReason::Forgotten => "forgotten",
        }
    }
}

/// What one place of a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Blank,
    /// A number.
    Number(Reading),
    /// No number, and why.
    Rejected(RejectReason),
}

impl Entry {
    /// What it may be a number of: nothing, one, or two for digits that are valid both ways.
    pub fn numbers(self) -> impl Iterator<Item = Number> {
        let reading = match self {
            Entry::Number(reading) => Some(reading),
            Entry::Blank | Entry::Rejected(_) => None,
        };
        (reading.into_iter())
            .flat_map(|reading| std::iter::once(reading.number).chain(reading.alternative))
    }
}

/// One file seen through what is known of it: columns, home regions, the reading of bare digits.
#[derive(Debug)]
pub struct Lens {
    readers: Vec<Reader>,
    /// Whether some column holds digits of both kinds.
    mixed: bool,
    /// `--country`, which no row overrules.
    given: Option<Region>,
    /// The region of the file's or its folder's name, for rows that name none.
    of_file: Option<Region>,
}

/// What a worker thread keeps between batches.
#[derive(Default)]
pub struct LensScratch {
    rows: Scratch,
    /// The last text of a country column and what it means: it seldom changes from row to row.
    country: Option<(Vec<u8>, Option<Region>)>,
}

/// The numbers of one row, as they are found.
pub struct RowEntry<'a> {
    /// The row, or the element of an array, from 1.
    pub line: u64,
    /// Which phone column, counted from 0 in [`crate::dump::Shape::phone_columns`].
    pub column: usize,
    /// The home region that the cell was read under.
    pub home: Home,
    /// What it holds.
    pub entry: Entry,
    /// The bytes of the row, and whether this is its first entry.
    pub raw: &'a [u8],
    /// Whether this is the first entry of its row.
    pub first: bool,
}

/// The home region of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// Known.
    Region(Region),
    /// Nothing names one.
    None,
    /// The row names one that is not known.
    UnknownName,
}

impl Home {
    /// The region, if it is known.
    pub fn region(self) -> Option<Region> {
        match self {
            Home::Region(region) => Some(region),
            Home::None | Home::UnknownName => None,
        }
    }
}

/// Opens a file of a dump or list and settles how its numbers are read.
///
/// `of_file` is the region that the file's name gives, if names count for this list.
pub fn open(
    stream: Stream,
    options: &ReadOptions,
    manner: Manner,
    of_file: Option<Region>,
) -> Result<(DumpFile, Arc<Lens>), DumpError> {
    // A cell is judged to be a number as strictly as anywhere: a 15-digit id is of a possible length.
    let judge = Reader {
        purpose: Purpose::Load(Accept::Valid),
        column: ColumnReading::Home,
    };
    let homes = Lens {
        readers: Vec::new(),
        mixed: false,
        given: manner.country,
        of_file,
    };
    let file = DumpFile::open(stream, options, &|cell, country| {
        let home = homes.home(country, &mut None).region();
        let mut number = false;
        judge.cell(cell, home, &mut |outcome| {
            number |= matches!(outcome, Outcome::Number(_));
        });
        number
    })?;
    let columns = file.shape().phone_columns().len();
    let mut lens = Lens {
        readers: Vec::with_capacity(columns),
        ..homes
    };
    for column in 0..columns {
        let settled = if manner.international {
            Settled {
                reading: ColumnReading::International,
                mixed: false,
            }
        } else {
            homes.settle(&file, column)
        };
        lens.mixed |= settled.mixed;
        lens.readers.push(Reader {
            purpose: manner.purpose,
            column: settled.reading,
        });
    }
    Ok((file, Arc::new(lens)))
}

impl Lens {
    /// How the bare digits of a phone column are read.
    pub fn reading(&self, column: usize) -> ColumnReading {
        self.readers[column].column
    }

    /// Whether the digits of some column are national in part and international in part: then some of them
    /// may be read wrong.
    pub fn is_mixed(&self) -> bool {
        self.mixed
    }

    /// Whether the user named the home country of all rows.
    pub fn is_told_home(&self) -> bool {
        self.given.is_some()
    }

    /// Reads the numbers of a batch that are to be stored, and counts its rows. `rejected` is told the line of each
    /// entry that is no number, and why.
    pub fn numbers(
        &self,
        file: usize,
        batch: &Batch,
        scratch: &mut LensScratch,
        numbers: &mut Vec<Number>,
        tally: &mut Tally,
        rejected: &mut impl FnMut(u64, RejectReason),
    ) {
        let LensScratch { rows, country } = scratch;
        let home_of_all = self.home(None, country);
        batch.rows(rows, &mut |row| {
            let home = match row.country {
                None => home_of_all,
                Some(_) => self.home(row.country, country),
            };
            if let Content::Cells([cell]) = row.content
                && home != Home::UnknownName
                && let Some(number) = self.readers[cell.column].plain(cell.text, home.region())
            {
                tally.count_plain(number, home);
                numbers.push(number);
                return;
            }
            self.read_row(&row, country, &mut |row| {
                tally.count(file, &row);
                match row.entry {
                    Entry::Number(reading) => numbers.push(reading.number),
                    Entry::Rejected(reason) => rejected(row.line, reason),
                    Entry::Blank => {}
                }
            });
        });
    }

    /// Reads the rows of a batch, entry by entry in order.
    pub fn read(
        &self,
        batch: &Batch,
        scratch: &mut LensScratch,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) {
        let LensScratch { rows, country } = scratch;
        batch.rows(rows, &mut |row| self.read_row(&row, country, sink));
    }

    fn read_row(
        &self,
        row: &Row<'_>,
        cache: &mut Option<(Vec<u8>, Option<Region>)>,
        sink: &mut impl FnMut(RowEntry<'_>),
    ) {
        let home = self.home(row.country, cache);
        let mut first = true;
        let mut give = |column, entry| {
            sink(RowEntry {
                line: row.line,
                column,
                home,
                entry,
                raw: row.raw,
                first,
            });
            first = false;
        };
        match row.content {
            Content::Cells(cells) => {
                for cell in cells {
                    let reader = self.readers[cell.column];
                    if let Some(number) = reader.plain(cell.text, home.region()) {
                        give(cell.column, Entry::Number(Reading::plain(number)));
                        continue;
                    }
                    reader.cell(cell.text, home.region(), &mut |outcome| {
                        give(
                            cell.column,
                            match outcome {
                                Outcome::Blank => Entry::Blank,
                                Outcome::Number(reading) => Entry::Number(reading),
                                Outcome::Rejected(reason) => {
                                    Entry::Rejected(RejectReason::Text(reason))
                                }
                            },
                        );
                    });
                }
            }
            Content::Damaged(damage) => give(0, Entry::Rejected(RejectReason::Row(damage))),
        }
    }

    /// `--country`, else the row's own country cell, else the file's region.
    fn home(&self, cell: Option<&[u8]>, cache: &mut Option<(Vec<u8>, Option<Region>)>) -> Home {
        let of_file = || self.of_file.map_or(Home::None, Home::Region);
        if let Some(given) = self.given {
            return Home::Region(given);
        }
        let Some(cell) = cell.map(<[u8]>::trim_ascii).filter(|cell| !cell.is_empty()) else {
            return of_file();
        };
        let known = match cache {
            Some((text, region)) if text == cell => *region,
            _ => {
                let region = std::str::from_utf8(cell).ok().and_then(Region::from_name);
                *cache = Some((cell.to_vec(), region));
                region
            }
        };
        known.map_or(Home::UnknownName, Home::Region)
    }

    fn settle(&self, file: &DumpFile, column: usize) -> Settled {
        let mut sample: Vec<(Vec<u8>, Option<Region>)> = Vec::new();
        let mut cache = None;
        file.for_each_sample_row(&mut |row| {
            let home = self.home(row.country, &mut cache).region();
            if let Content::Cells(cells) = row.content {
                let cells = cells.iter().filter(|cell| cell.column == column);
                sample.extend(cells.map(|cell| (cell.text.to_vec(), home)));
            }
        });
        ColumnReading::settle(sample.iter().map(|(text, home)| (text.as_slice(), *home)))
    }
}
