//! A country of the table: its weight, its blocks, and the numbers that its rows hold.

use anyhow::{Context as _, Result, bail, ensure};

use crate::permutation::{Permutation, mix};

const TABLE: &str = include_str!("../../fixtures/mobile_blocks.tsv");

/// A phone number as E.164 digits, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number {
    pub(crate) digits: u64,
    pub(crate) length: usize,
}

/// A run of places whose numbers follow each other.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// What is added to a place to get its number (wrapping).
    offset: u64,
    length: usize,
}

/// A country of the table, before it is known how many rows it has.
#[derive(Clone, Debug)]
pub(crate) struct Country {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) weight: u64,
    /// Slot `n` holds the places from `n * slot_size`; every block is a whole number of slots.
    slots: Vec<Slot>,
    slot_size: u64,
}

impl Country {
    /// All countries of the table, in its order.
    pub(crate) fn all() -> Result<Vec<Country>> {
        TABLE
            .lines()
            .skip(1)
            .map(|line| {
                Country::parse(line).with_context(|| format!("table of blocks: {line:.20}"))
            })
            .collect()
    }

    fn parse(line: &'static str) -> Result<Country> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [code, name, calling_code, weight, _grade, blocks] = columns[..] else {
            bail!("not six columns")
        };
        let mut ranges = Vec::new();
        for block in blocks.split(' ') {
            let (prefix, free) = block.split_once(':').context("a block without a colon")?;
            let free: u32 = free.parse()?;
            let head = format!("{calling_code}{prefix}");
            let size = 10_u64.checked_pow(free).context("a block too large")?;
            let start = head
                .parse::<u64>()?
                .checked_mul(size)
                .context("a block too long")?;
            ranges.push((start, size, head.len() + usize::try_from(free)?));
        }
        let slot_size = ranges
            .iter()
            .map(|(_, size, _)| *size)
            .min()
            .context("no block")?;
        let mut slots = Vec::new();
        for (start, size, length) in ranges {
            for step in 0..size / slot_size {
                let place = slot_size * u64::try_from(slots.len())?;
                slots.push(Slot {
                    offset: (start + step * slot_size).wrapping_sub(place),
                    length,
                });
            }
        }
        Ok(Country {
            code,
            name,
            weight: weight.parse()?,
            slots,
            slot_size,
        })
    }

    /// How many numbers its blocks hold.
    fn capacity(&self) -> u64 {
        self.slot_size * self.slots.len() as u64
    }

    /// The number at a place below the capacity.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the quotient is below the number of slots"
    )]
    fn number_at(&self, place: u64) -> Number {
        let slot = self.slots[(place / self.slot_size) as usize];
        Number {
            digits: place.wrapping_add(slot.offset),
            length: slot.length,
        }
    }
}

/// The rows of one country.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) country: Country,
    /// Rows, duplicates among them.
    pub(crate) records: u64,
    /// Rows that repeat a number.
    pub(crate) duplicates: u64,
    /// How many numbers of no row are wanted.
    pub(crate) non_members: u64,
    permutation: Permutation,
    key: u64,
}

impl Section {
    /// The rows of a country under a seed. Fewer than `records` repeat a number.
    pub(crate) fn new(
        country: Country,
        records: u64,
        duplicates: u64,
        non_members: u64,
        seed: u64,
    ) -> Result<Section> {
        let capacity = country.capacity();
        ensure!(
            records - duplicates + non_members <= capacity,
            "{}: its blocks hold {capacity} numbers, and {} are wanted, with {non_members} more that are no members",
            country.name,
            records - duplicates,
        );
        let letters = country
            .code
            .bytes()
            .fold(0, |letters, letter| letters << 8 | u64::from(letter));
        let key = mix(mix(seed) ^ letters);
        let permutation = Permutation::new(capacity, key);
        Ok(Section {
            country,
            records,
            duplicates,
            non_members,
            permutation,
            key,
        })
    }

    /// How many numbers its rows hold.
    pub(crate) fn distinct(&self) -> u64 {
        self.records - self.duplicates
    }

    /// The `n`-th distinct number; from [`Section::distinct`] on, numbers that no row holds.
    #[inline]
    pub(crate) fn distinct_number(&self, n: u64) -> Number {
        debug_assert!(n < self.permutation.size());
        self.country.number_at(self.permutation.at(n))
    }

    /// The number of a row, of [`Section::records`]. Rows that repeat one are spread evenly among
    /// the others.
    #[inline]
    pub(crate) fn number(&self, row: u64) -> Number {
        if self.duplicates == 0 {
            return self.distinct_number(row);
        }
        let repeats = row * self.duplicates;
        let distinct_before = row - repeats / self.records;
        if repeats % self.records + self.duplicates < self.records {
            return self.distinct_number(distinct_before);
        }
        let draw = u128::from(mix(self.key ^ row)) * u128::from(distinct_before);
        self.distinct_number(u64::try_from(draw >> 64).expect("the upper half of 128 bits"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rlibphonenumber::PHONE_NUMBER_UTIL;

    use super::*;

    #[test]
    fn no_two_blocks_overlap() {
        let mut ranges: Vec<(String, &str)> = Vec::new();
        for country in Country::all().unwrap() {
            for (slot, place) in country
                .slots
                .iter()
                .zip((0..).step_by(usize::try_from(country.slot_size).unwrap()))
            {
                let first = country.number_at(place).digits;
                let free = usize::try_from(country.slot_size.ilog10()).unwrap();
                ranges.push((
                    first.to_string()[..slot.length - free].to_owned(),
                    country.code,
                ));
            }
        }
        ranges.sort();
        for pair in ranges.windows(2) {
            assert!(!pair[1].0.starts_with(&pair[0].0), "{pair:?}");
        }
    }

    #[test]
    fn numbers_are_valid_and_of_their_country() {
        let countries = Country::all().unwrap();
        assert_eq!(countries.len(), 88);
        for country in countries {
            let section = Section::new(country, 1_000, 0, 0, 42).unwrap();
            for row in 0..200 {
                let number = section.number(row);
                let text = format!("+{}", number.digits);
                assert_eq!(text.len(), number.length + 1);
                let parsed = PHONE_NUMBER_UTIL.parse(&text, None).unwrap();
                assert!(
                    PHONE_NUMBER_UTIL.is_valid_number(&parsed),
                    "{}",
                    section.country.name
                );
                let region = PHONE_NUMBER_UTIL.get_region_for_number(&parsed).unwrap();
                assert_eq!(region.to_string(), section.country.code);
            }
        }
    }

    #[test]
    fn rows_hold_exactly_the_distinct_numbers_and_no_others() {
        for (records, duplicates) in [
            (1, 0),
            (10, 9),
            (1_000, 0),
            (1_000, 1),
            (1_000, 333),
            (1_000, 999),
        ] {
            let country = Country::all()
                .unwrap()
                .into_iter()
                .find(|country| country.code == "KW")
                .unwrap();
            let section = Section::new(country, records, duplicates, 50, 3).unwrap();
            let rows: HashSet<Number> = (0..records).map(|row| section.number(row)).collect();
            assert_eq!(rows.len() as u64, records - duplicates);
            let members: HashSet<Number> = (0..section.distinct())
                .map(|n| section.distinct_number(n))
                .collect();
            assert_eq!(rows, members);
            for n in section.distinct()..section.distinct() + 50 {
                assert!(!rows.contains(&section.distinct_number(n)));
            }
        }
    }

    #[test]
    fn refuses_more_than_the_blocks_hold() {
        let country = Country::all()
            .unwrap()
            .into_iter()
            .find(|country| country.code == "KH")
            .unwrap();
        assert!(Section::new(country.clone(), 10_000_000, 0, 0, 1).is_ok());
        assert!(Section::new(country.clone(), 10_000_000, 0, 1, 1).is_err());
        assert!(Section::new(country, 10_000_000, 1, 1, 1).is_ok());
    }
}
