//! The witness: it knows neither formats nor columns, and counts the numbers that the reader of a
//! file passes by.
//!
//! It looks at every text of a row that no phone column takes, finds candidates in it
//! (`tokens`) and judges them by their place (`places`): where nine in ten candidates are
//! numbers, they are no accident. Ids, times and codes that are valid by chance raise nothing.
//! It never keeps or shows a text, only names of places and counts.

mod chance;
mod outside;
mod places;
#[cfg(test)]
mod tests;
mod tokens;

pub(super) use places::Evidence;

use crate::dump::{Batch, DumpFile, Format, Row, RowContent, Scratch, UnreadPlace};
use crate::phone::Region;
use places::{NumberCandidate, Places, TextPosition};
use tokens::{Writing, candidates};
pub(super) use tokens::{is_marked, is_something_else};

/// Rows of the sample that the witness learns from.
const SAMPLE_ROWS: u64 = 2000;
/// Most places that a report names.
const MOST_NAMED: usize = 20;

/// What the sample of one file tells about places that are not read.
#[derive(Debug)]
pub(super) struct Witness {
    sample: Places,
    /// Whether digits without a plus are believed in any place, beside a number that is read.
    believes_bare: bool,
    /// Rows that the sample's places were learnt from.
    sample_rows: u64,
    /// Numbers of the sample in none of its rows.
    outside: UnreadCounts,
    format: Format,
    columns: ColumnChoice,
}

/// Who chose the columns that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnChoice {
    /// The content of the file.
    Inferred,
    /// The user, who may leave numbers out on purpose.
    Chosen,
}

/// A number in a column or key that is not read.
pub struct UnreadNumber {
    place: TextPosition,
    index: usize,
    name: String,
}

impl UnreadNumber {
    /// A number in a damaged row or a rejected cell, beside the one that those are counted for.
    pub(super) fn in_damage() -> UnreadNumber {
        UnreadNumber {
            place: TextPosition::Damage,
            index: 0,
            name: places::DAMAGED_ROWS.to_owned(),
        }
    }

    /// The place by a name that is safe to print: `field 3`, `key 2`, or a path of keys.
    pub fn place(&self) -> &str {
        &self.name
    }
}

/// The unread numbers of some rows. Parts add up in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadCounts {
    places: Places,
    /// Rows that the witness looked at, counted as entries: one for each number, reject and blank.
    rows_seen: u64,
    /// Numbers that were read in batches of which every row was looked at.
    accepted_seen: u64,
}

/// The unread numbers of one file, for reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadSummary {
    /// Numbers in the rows seen.
    pub numbers: u64,
    /// Rows that were looked at.
    pub rows_seen: u64,
    /// The places with most of them first, by names that are safe to print.
    pub places: Vec<String>,
}

impl UnreadCounts {
    /// Makes ready for counting every row of a batch, in which `accepted` of `rows` entries are
    /// numbers.
    pub(super) fn begin_counting(&mut self, rows: u64, accepted: u64) {
        self.places.begin_counting();
        self.rows_seen = rows;
        self.accepted_seen = accepted;
    }

    /// Adds the counts of another part.
    pub(super) fn add(&mut self, part: &UnreadCounts) {
        self.places.add(&part.places);
        self.rows_seen += part.rows_seen;
        self.accepted_seen += part.accepted_seen;
    }

    /// Counts a number in a row that was looked at because nothing else was in it.
    pub(super) fn count(&mut self, number: &UnreadNumber) {
        self.places.count_alone(number.place.clone(), number.index);
        self.rows_seen += 1;
    }

    /// The summary for a file of this format.
    pub fn summary(&self, format: Format) -> UnreadSummary {
        let named = self.places.named(format);
        UnreadSummary {
            numbers: self.places.numbers(),
            rows_seen: self.rows_seen,
            places: named
                .into_iter()
                .map(|(name, _)| name)
                .take(MOST_NAMED)
                .collect(),
        }
    }

    /// Numbers in columns or keys that are not read, in the rows that were looked at.
    pub fn numbers(&self) -> u64 {
        self.places.numbers()
    }

    /// Whether more numbers are passed by than read.
    pub(crate) fn outweigh_the_read(&self) -> bool {
        self.places.numbers_counted() > self.accepted_seen
    }
}

impl Witness {
    /// A witness that has seen nothing yet.
    pub(super) fn new(format: Format, columns: ColumnChoice) -> Witness {
        Witness {
            sample: Places::default(),
            believes_bare: false,
            sample_rows: 0,
            outside: UnreadCounts::default(),
            format,
            columns,
        }
    }

    /// Learns what the places of a file hold from its sample.
    pub(super) fn learn(
        &mut self,
        file: &mut DumpFile,
        home: &mut dyn FnMut(&Row<'_>) -> Option<Region>,
    ) {
        if let Some(sample) = file.take_converted_sample() {
            outside::count_outside(&sample, &mut self.outside.places);
        }
        let Some(batch) = file.sample().filter(Batch::has_unread_texts) else {
            return;
        };
        let (mut rows, mut texts) = (Scratch::default(), Scratch::default());
        batch.rows(&mut rows, &mut |row| {
            if self.sample_rows < SAMPLE_ROWS {
                self.sample_rows += 1;
                count_row(&batch, &row, home(&row), &mut texts, &mut self.sample);
            }
        });
        self.believes_bare = self.sample.any_believes(Writing::Bare, Evidence::Needed);
    }

    /// Numbers in the sample that nothing reads.
    pub(super) fn sample_numbers(&self) -> u64 {
        self.sample.numbers() + self.outside.numbers()
    }

    /// Numbers of the sample in none of its rows.
    pub(super) fn outside(&self) -> &UnreadCounts {
        &self.outside
    }

    pub(super) fn columns(&self) -> ColumnChoice {
        self.columns
    }

    /// Counts the candidates of a row.
    pub(super) fn count(
        batch: &Batch,
        row: &Row<'_>,
        home: Option<Region>,
        scratch: &mut Scratch,
        counts: &mut UnreadCounts,
    ) {
        count_row(batch, row, home, scratch, &mut counts.places);
    }

    /// Calls `visit` with each number of a row that is not read and no accident.
    pub(super) fn numbers(
        &self,
        batch: &Batch,
        row: &Row<'_>,
        home: Option<Region>,
        scratch: &mut Scratch,
        evidence: Evidence,
        visit: &mut dyn FnMut(&UnreadNumber),
    ) {
        // Ids beside the number are in most rows, and a row takes long to be split once more.
        let only_plus = evidence == Evidence::Needed && !self.believes_bare;
        if (only_plus && !may_hold_plus(row.raw)) || all_digits_are_read(row) {
            return;
        }
        batch.unread_texts(row.raw, scratch, &mut |at, text| {
            // Ids are in a list as often as numbers are, and take longer to be judged.
            let writings = tokens::writings(text);
            if writings.is_empty() || !self.believes_any(writings, at, evidence) {
                return;
            }
            candidates(text, home, &mut |writing, number| {
                if number.is_none() {
                    return;
                }
                let (place, index) = TextPosition::of(at);
                let counts = self.sample.get(&place);
                // A column of its own holds ids; a number that was pushed into it is rare.
                let is_column = counts.rows() * 2 >= self.sample_rows;
                let is_id = writing == Writing::HomeDigits && is_column;
                if !is_id && counts.believes(writing, evidence) {
                    visit(&UnreadNumber {
                        name: self.sample.name(&place, index, self.format),
                        place,
                        index,
                    });
                }
            });
        });
    }

    fn believes_any(&self, writings: &[Writing], at: UnreadPlace<'_>, evidence: Evidence) -> bool {
        let counts = self.sample.get(&TextPosition::of(at).0);
        let mut writings = writings.iter();
        writings.any(|writing| counts.believes(*writing, evidence))
    }
}

/// Whether the digits outside the only cell of a row that is read are too few for a number.
fn all_digits_are_read(row: &Row<'_>) -> bool {
    let RowContent::Cells([cell]) = row.content else {
        return false;
    };
    // A bad byte of the row is three in the text: only digits are as many in both.
    let read = tokens::count_digits(cell.text);
    tokens::possible_digits(row.raw) < read + tokens::FEWEST
}

/// Whether a text of a row may hold a plus.
fn may_hold_plus(raw: &[u8]) -> bool {
    // JSON escapes begin with a backslash, and the full-width plus with 0xEF.
    memchr::memchr3(b'+', b'\\', 0xEF, raw).is_some()
}

/// How many numbers a text holds. Nothing else of it is known: it is damaged.
pub(super) fn numbers_in(text: &[u8], home: Option<Region>) -> usize {
    let mut numbers = 0;
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        candidates(line, home, &mut |_, number| {
            numbers += usize::from(number.is_some());
        });
    }
    numbers
}

fn count_row(
    batch: &Batch,
    row: &Row<'_>,
    home: Option<Region>,
    scratch: &mut Scratch,
    places: &mut Places,
) {
    if matches!(row.content, RowContent::Damaged(_)) {
        return;
    }
    batch.unread_texts(row.raw, scratch, &mut |at, text| {
        let mut first = true;
        candidates(text, home, &mut |writing, number| {
            let found = NumberCandidate {
                writing,
                is_number: number.is_some(),
                first: std::mem::take(&mut first),
            };
            let (place, index) = TextPosition::of(at);
            places.count_in(place, index, found);
        });
    });
}

#[cfg(test)]
mod plus_tests {
    use super::may_hold_plus;
    use crate::phone::with_ascii;

    #[test]
    fn no_other_character_is_read_as_a_plus() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            let is_plus = with_ascii(text.as_bytes(), |text| text.contains(&b'+'));
            assert!(!is_plus || may_hold_plus(text.as_bytes()), "{character:?}");
        }
        assert!(!may_hold_plus("José 100000000000001".as_bytes()));
    }
}
