//! Where unread candidates are, how many of them are numbers, and what may be said of it.

use std::collections::BTreeMap;
use std::fmt;

use super::tokens::Writing;
use crate::dump::{Format, UnreadPlace, path_name};

/// More places of one file than this are one: objects whose keys are content have no columns.
const MOST_PLACES: usize = 256;
/// Numbers without a plus in one place; fewer may be valid by chance.
const FEWEST_BARE: u64 = 4;
/// How damage is named.
pub(super) const DAMAGED_ROWS: &str = "damaged rows";
/// What joins keys, and is in none.
const BETWEEN_KEYS: &str = "\u{1f}";

/// The place of a text in its row. It may hold content, so it is never shown as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TextPosition {
    /// A field, counted from 0.
    Field(usize),
    /// Values under these keys, joined; keys of many digits are `*`.
    Value(String),
    /// The keys of the object under these keys.
    Keys(String),
    /// In no row: in a comment, a note, a statement that is not read.
    Outside,
    /// Beside the one number that a damaged row or a rejected cell is counted for.
    Damage,
    /// Any other.
    Elsewhere,
}

/// Never more than the kind: keys may be numbers.
impl fmt::Debug for TextPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TextPosition::Field(_) => "Field",
            TextPosition::Value(_) => "Value",
            TextPosition::Keys(_) => "Keys",
            TextPosition::Outside => "Outside",
            TextPosition::Damage => "Damage",
            TextPosition::Elsewhere => "Elsewhere",
        })
    }
}

impl TextPosition {
    /// The place, and the index of its key in its object.
    pub(super) fn of(place: UnreadPlace<'_>) -> (TextPosition, usize) {
        match place {
            UnreadPlace::Field(field) => (TextPosition::Field(field), field),
            UnreadPlace::Value { keys, index } => (TextPosition::Value(joined(keys)), index),
            UnreadPlace::Key { keys, index } => (TextPosition::Keys(joined(keys)), index),
        }
    }
}

fn joined(keys: &[impl AsRef<str>]) -> String {
    let is_varied = |key: &str| {
        let digits = || key.chars().filter(|c| c.is_numeric());
        let is_field = key.strip_prefix("field ").is_some();
        !is_field && (digits().count() > 2 || key.starts_with(char::is_numeric))
    };
    let keys = keys.iter().map(AsRef::as_ref);
    let keys: Vec<&str> = keys
        .map(|key| if is_varied(key) { "*" } else { key })
        .collect();
    keys.join(BETWEEN_KEYS)
}

/// The candidates of one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PlaceCounts {
    /// Candidates behind a plus, and how many of them are numbers.
    plus: Share,
    /// Candidates without a plus, and how many of them are numbers.
    bare: Share,
    /// Candidates without a plus where most digits are numbers at home, and how many are.
    home: Share,
    /// Numbers that were rejected because their rows hold no other, in batches that the witness has
    /// counted, and in batches that it has not.
    alone: u64,
    alone_elsewhere: u64,
    /// Texts with candidates.
    rows: u64,
    /// Place of the key in its object, where it was first seen.
    index: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Share {
    candidates: u64,
    numbers: u64,
}

impl Share {
    fn count(&mut self, is_number: bool) {
        self.candidates += 1;
        self.numbers += u64::from(is_number);
    }

    fn add(&mut self, other: Share) {
        self.candidates += other.candidates;
        self.numbers += other.numbers;
    }

    /// Whether nine in ten candidates are numbers, or there are none.
    fn is_of_numbers(self) -> bool {
        self.numbers * 10 >= self.candidates * 9
    }
}

impl PlaceCounts {
    /// Whether a number that is written so is no accident here. `evidence` is why it is looked for.
    pub(super) fn believes(self, writing: Writing, evidence: Evidence) -> bool {
        match (writing, evidence) {
            (Writing::Plus, _) => self.plus.is_of_numbers(),
            (Writing::Bare, Evidence::NoOther) => self.bare.is_of_numbers(),
            (Writing::Bare, Evidence::Needed) => {
                self.bare.is_of_numbers() && self.bare.numbers >= FEWEST_BARE
            }
            (Writing::HomeDigits, Evidence::NoOther) => self.home.is_of_numbers(),
            (Writing::HomeDigits, Evidence::Needed) => false,
        }
    }

    /// Texts with candidates.
    pub(super) fn rows(self) -> u64 {
        self.rows
    }

    /// All numbers that are known not to be accidents.
    fn numbers(self) -> u64 {
        self.numbers_counted() + self.alone_elsewhere
    }

    /// Those in the batches that the witness has counted.
    fn numbers_counted(self) -> u64 {
        let plus = if self.plus.is_of_numbers() {
            self.plus.numbers
        } else {
            0
        };
        let is_believed = self.believes(Writing::Bare, Evidence::Needed)
            || (plus > 0 && self.bare.is_of_numbers());
        let mut believed = plus + if is_believed { self.bare.numbers } else { 0 };
        // Beside numbers in other writings, these are numbers, too.
        if believed > 0 && self.home.is_of_numbers() {
            believed += self.home.numbers;
        }
        believed.max(self.alone)
    }
}

/// What must speak for digits without a plus before they count as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Evidence {
    /// Other numbers in the same place: the row has a number already.
    Needed,
    /// Nothing must speak against it: the row has no other number.
    NoOther,
}

/// The places of a file or a part of it. Parts add up in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places(BTreeMap<TextPosition, PlaceCounts>);

impl Places {
    pub(super) fn get(&self, place: &TextPosition) -> PlaceCounts {
        self.0.get(place).copied().unwrap_or_default()
    }

    /// Whether any place has shown that numbers that are written so are no accident there.
    pub(super) fn any_believes(&self, writing: Writing, evidence: Evidence) -> bool {
        self.0
            .values()
            .any(|counts| counts.believes(writing, evidence))
    }

    /// Counts a candidate under the `index`th key of an object.
    pub(super) fn count_in(&mut self, place: TextPosition, index: usize, found: NumberCandidate) {
        let counts = self.entry(place, index);
        match found.writing {
            Writing::Plus => counts.plus.count(found.is_number),
            Writing::Bare => counts.bare.count(found.is_number),
            Writing::HomeDigits => counts.home.count(found.is_number),
        }
        counts.rows += u64::from(found.first);
    }

    /// Counts a number that was rejected because its row holds no other.
    pub(super) fn count_alone(&mut self, place: TextPosition, index: usize) {
        let counts = self.entry(place, index);
        counts.alone_elsewhere += 1;
        counts.rows += 1;
    }

    /// Makes ready for counting every row of the batch that these are of.
    pub(super) fn begin_counting(&mut self) {
        for counts in self.0.values_mut() {
            counts.alone += std::mem::take(&mut counts.alone_elsewhere);
            counts.rows = 0;
        }
    }

    pub(super) fn add(&mut self, other: &Places) {
        for (place, counts) in &other.0 {
            let sum = self.entry(place.clone(), counts.index);
            sum.plus.add(counts.plus);
            sum.bare.add(counts.bare);
            sum.home.add(counts.home);
            sum.alone += counts.alone;
            sum.alone_elsewhere += counts.alone_elsewhere;
            sum.rows += counts.rows;
            sum.index = sum.index.min(counts.index);
        }
    }

    fn entry(&mut self, place: TextPosition, index: usize) -> &mut PlaceCounts {
        let is_full = self.0.len() >= MOST_PLACES && !self.0.contains_key(&place);
        let place = if is_full {
            TextPosition::Elsewhere
        } else {
            place
        };
        self.0.entry(place).or_insert(PlaceCounts {
            index,
            ..PlaceCounts::default()
        })
    }

    /// All numbers that are no accident.
    pub(super) fn numbers(&self) -> u64 {
        self.0.values().map(|counts| counts.numbers()).sum()
    }

    /// Those in the batches of which every row was counted.
    pub(super) fn numbers_counted(&self) -> u64 {
        self.0.values().map(|counts| counts.numbers_counted()).sum()
    }

    /// The places of such numbers, the fullest first, by names that are safe to print.
    pub(super) fn named(&self, format: Format) -> Vec<(String, u64)> {
        let mut named = BTreeMap::<String, u64>::new();
        for (place, counts) in &self.0 {
            if counts.numbers() > 0 {
                let name = self.name(place, counts.index, format);
                *named.entry(name).or_default() += counts.numbers();
            }
        }
        let mut named: Vec<_> = named.into_iter().collect();
        named.sort_by_key(|(_, numbers)| std::cmp::Reverse(*numbers));
        named
    }

    /// The name of a place, safe to print: content of rows is never in it.
    pub(super) fn name(&self, place: &TextPosition, index: usize, format: Format) -> String {
        let rows = self.get(place).rows;
        let by_index = || format!("key {}", index + 1);
        match place {
            TextPosition::Field(field) => format!("field {}", field + 1),
            TextPosition::Value(path) if !path.is_empty() => {
                let keys: Vec<&str> = path.split(BETWEEN_KEYS).collect();
                // A key that is in one row only may be content.
                let is_repeated = rows > 1 || has_columns(format);
                let name = path_name(&keys, |_| is_repeated);
                if name.ends_with('*') {
                    by_index()
                } else {
                    name
                }
            }
            TextPosition::Value(_) => "value".to_owned(),
            TextPosition::Keys(_) => by_index(),
            TextPosition::Outside => "text outside of rows".to_owned(),
            TextPosition::Damage => DAMAGED_ROWS.to_owned(),
            TextPosition::Elsewhere => "other keys".to_owned(),
        }
    }
}

/// Whether keys are names of columns or attributes, never content.
fn has_columns(format: Format) -> bool {
    !matches!(format, Format::Json | Format::Ndjson)
}

/// A candidate of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberCandidate {
    pub(super) writing: Writing,
    pub(super) is_number: bool,
    /// The first one of its text.
    pub(super) first: bool,
}
