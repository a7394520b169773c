//! What a run writes: how many rows each country gets, and which of them go to which file.

use std::ops::Range;

use anyhow::{Result, ensure};

use crate::country::{Country, Section};
use crate::permutation::{Permutation, mix};
use crate::{Arguments, Format, Order, Split};

/// Everything about a run but where it goes.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) format: Format,
    pub(crate) members_per_country: u64,
    /// In order of the countries' codes; none is without rows.
    pub(crate) sections: Vec<Section>,
    pub(crate) files: Vec<File>,
}

/// A file of a run.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) rows: u64,
    /// The sections in it by their place in the plan, each with the row that it starts at.
    starts: Vec<(u64, usize)>,
    shuffle: Option<Permutation>,
}

impl Plan {
    pub(crate) fn new(arguments: &Arguments) -> Result<Plan> {
        let mut countries = Country::all()?;
        if !arguments.countries.is_empty() {
            for wanted in &arguments.countries {
                ensure!(
                    countries.iter().any(|country| country.code == wanted),
                    "{wanted} is not in the table"
                );
            }
            countries.retain(|country| {
                arguments
                    .countries
                    .iter()
                    .any(|wanted| country.code == wanted)
            });
        }
        countries.sort_unstable_by_key(|country| country.code);
        let weights: Vec<u64> = countries.iter().map(|country| country.weight).collect();
        let shares = apportion(arguments.rows, &weights, arguments.at_least)?;
        let non_members = if arguments.non_members.is_some() {
            arguments.members_per_country
        } else {
            0
        };
        let mut sections = Vec::new();
        for (country, records) in countries
            .into_iter()
            .zip(shares)
            .filter(|(_, records)| *records > 0)
        {
            let duplicates = repeated(records, arguments.duplicates);
            sections.push(Section::new(
                country,
                records,
                duplicates,
                non_members,
                arguments.seed,
            )?);
        }
        let split = match arguments.split {
            Some(split) => split,
            None if arguments.out.as_os_str() == "-" => Split::One,
            None => Split::Country,
        };
        let extension = extension(arguments.format);
        let order = |name: &str, rows| {
            let name_key = name
                .bytes()
                .fold(0, |key, letter| mix(key ^ u64::from(letter)));
            (arguments.order == Order::Shuffled)
                .then(|| Permutation::new(rows, mix(arguments.seed) ^ name_key))
        };
        let files = match split {
            Split::One => {
                let rows = arguments.rows;
                let starts = sections
                    .iter()
                    .enumerate()
                    .scan(0, |next, (place, section)| {
                        let start = *next;
                        *next += section.records;
                        Some((start, place))
                    });
                let starts = starts.collect();
                vec![File {
                    name: format!("all.{extension}"),
                    rows,
                    starts,
                    shuffle: order("", rows),
                }]
            }
            Split::Country => {
                let file = |(place, section): (usize, &Section)| {
                    let name = format!("{}.{extension}", section.country.name);
                    let shuffle = order(section.country.code, section.records);
                    File {
                        name,
                        rows: section.records,
                        starts: vec![(0, place)],
                        shuffle,
                    }
                };
                sections.iter().enumerate().map(file).collect()
            }
        };
        Ok(Plan {
            seed: arguments.seed,
            format: arguments.format,
            members_per_country: arguments.members_per_country,
            sections,
            files,
        })
    }
}

impl File {
    /// Calls for each of these rows of the file, in order, with the section by its place in the
    /// plan and the row of it.
    #[inline]
    pub(crate) fn for_each(&self, rows: Range<u64>, mut call: impl FnMut(usize, u64)) {
        if let Some(shuffle) = &self.shuffle {
            for row in rows {
                let row = shuffle.at(row);
                let (start, section) = self.starts[self.start_of(row)];
                call(section, row - start);
            }
            return;
        }
        let mut next = rows.start;
        while next < rows.end {
            let at = self.start_of(next);
            let (start, section) = self.starts[at];
            let end = self
                .starts
                .get(at + 1)
                .map_or(rows.end, |(end, _)| rows.end.min(*end));
            for row in next..end {
                call(section, row - start);
            }
            next = end;
        }
    }

    /// The place in `starts` of the section that a row is in.
    fn start_of(&self, row: u64) -> usize {
        self.starts.partition_point(|(start, _)| *start <= row) - 1
    }
}

fn extension(format: Format) -> &'static str {
    match format {
        Format::Text => "txt",
        Format::Csv => "csv",
        Format::Json => "json",
        Format::Ndjson => "ndjson",
    }
}

/// How many of some rows repeat a number: the share of them, rounded down, so never all.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
fn repeated(records: u64, share: f64) -> u64 {
    ((records as f64 * share) as u64).min(records - 1)
}

/// `rows` in proportion to the weights by largest remainders, after the small ones got what they
/// get at least.
fn apportion(rows: u64, weights: &[u64], at_least: u64) -> Result<Vec<u64>> {
    let count = weights.len() as u64;
    ensure!(
        at_least
            .checked_mul(count)
            .is_some_and(|least| least <= rows),
        "{rows} rows are fewer than {at_least} for each of {count} countries; see --at-least and --countries"
    );
    let mut raised = vec![false; weights.len()];
    loop {
        let fixed = at_least * raised.iter().filter(|raised| **raised).count() as u64;
        let weight = |place: usize| {
            if raised[place] {
                0
            } else {
                u128::from(weights[place])
            }
        };
        let total: u128 = (0..weights.len()).map(weight).sum();
        let parts: Vec<(u64, u128)> = (0..weights.len())
            .map(|place| {
                let exact = u128::from(rows - fixed) * weight(place);
                let whole =
                    u64::try_from(exact / total.max(1)).expect("no share is above the whole");
                (whole, exact % total.max(1))
            })
            .collect();
        let mut shares: Vec<u64> = parts.iter().map(|(whole, _)| *whole).collect();
        let mut by_remainder: Vec<usize> =
            (0..weights.len()).filter(|place| !raised[*place]).collect();
        by_remainder.sort_by_key(|place| std::cmp::Reverse(parts[*place].1));
        let missing = usize::try_from(rows - fixed - shares.iter().sum::<u64>())?;
        for place in by_remainder.into_iter().take(missing) {
            shares[place] += 1;
        }
        let small: Vec<usize> = (0..weights.len())
            .filter(|&place| !raised[place] && shares[place] < at_least)
            .collect();
        if small.is_empty() {
            for (share, _) in shares
                .iter_mut()
                .zip(&raised)
                .filter(|(_, raised)| **raised)
            {
                *share = at_least;
            }
            return Ok(shares);
        }
        for place in small {
            raised[place] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact_and_nobody_gets_less_than_the_least() {
        assert_eq!(apportion(10, &[1, 1, 1], 0).unwrap(), [4, 3, 3]);
        assert_eq!(apportion(10, &[6, 3, 1], 0).unwrap(), [6, 3, 1]);
        assert_eq!(apportion(10, &[1_000, 1, 1], 1).unwrap(), [8, 1, 1]);
        assert_eq!(apportion(9, &[5, 4, 1], 3).unwrap(), [3, 3, 3]);
        assert!(apportion(2, &[5, 4, 1], 1).is_err());
        let weights: Vec<u64> = Country::all()
            .unwrap()
            .iter()
            .map(|country| country.weight)
            .collect();
        let total: u64 = weights.iter().sum();
        assert_eq!(apportion(total, &weights, 1).unwrap(), weights);
        for rows in [88, 1_000, 100_000, 1_234_567] {
            let shares = apportion(rows, &weights, 1).unwrap();
            assert_eq!(shares.iter().sum::<u64>(), rows);
            assert!(shares.iter().all(|share| *share >= 1));
        }
    }

    #[test]
    fn never_all_rows_are_repeated() {
        assert_eq!(repeated(1, 0.99), 0);
        assert_eq!(repeated(100, 0.05), 5);
        assert_eq!(repeated(3, 0.999_999), 2);
    }
}
