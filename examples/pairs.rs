//! Every way to write a number in a dump against every way to write it in a contact list: each pair
//! has to meet, and no other number of the same country may answer for it.
//!
//! `cargo run --release --example pairs` tries 30 numbers of every country in 14 × 20 writings, and
//! then files in which digits with and without a calling code are mixed. A test does the same at a
//! smaller size.

use std::collections::HashSet;
use std::io::{self, Write};
use std::process::ExitCode;

use leakline::phone::{Accept, CellOutcome, CellReader, DigitOrder, Number, Purpose, Region};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};

/// Numbers of each country.
const NUMBERS: usize = 30;

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    match run(NUMBERS, &mut out) {
        Ok(true) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// A number and what its writings are made of.
struct Sample {
    home: Region,
    /// Calling code and national number.
    digits: String,
    code: String,
    /// As its country writes it, with the trunk digit if there is one.
    national: String,
    /// The same from abroad.
    international: String,
}

/// A text and the home region that is known of it.
type Cell = (String, Option<Region>);

/// How a number is written where, with a name to tell.
struct Writing {
    name: &'static str,
    order: DigitOrder,
    write: fn(&Sample) -> Cell,
}

const fn plain(name: &'static str, write: fn(&Sample) -> Cell) -> Writing {
    Writing {
        name,
        order: DigitOrder::HomeFirst,
        write,
    }
}

/// The ways in which dumps have numbers.
const LOADED: [Writing; 14] = [
    plain("plus", |one| (format!("+{}", one.digits), None)),
    plain("plus, at home", |one| {
        (format!("+{}", one.digits), Some(one.home))
    }),
    plain("plus, elsewhere", |one| {
        (format!("+{}", one.digits), elsewhere(one))
    }),
    plain("plus, grouped", |one| {
        (one.international.clone(), Some(one.home))
    }),
    plain("00", |one| (format!("00{}", one.digits), None)),
    plain("00, at home", |one| {
        (format!("00{}", one.digits), Some(one.home))
    }),
    plain("no plus", |one| (one.digits.clone(), None)),
    plain("no plus, at home", |one| {
        (one.digits.clone(), Some(one.home))
    }),
    plain("no plus, grouped, at home", |one| {
        (without_plus(&one.international), Some(one.home))
    }),
    Writing {
        name: "no plus, --international",
        order: DigitOrder::InternationalFirst,
        write: |one| (one.digits.clone(), Some(one.home)),
    },
    plain("national", |one| (one.national.clone(), Some(one.home))),
    plain("national digits", |one| {
        (digits_of(&one.national), Some(one.home))
    }),
    plain("no trunk digit", |one| {
        (one.national_number().to_owned(), Some(one.home))
    }),
    plain("WhatsApp", |one| {
        (format!("{}@s.whatsapp.net", one.digits), None)
    }),
];

/// The ways in which contact lists have numbers.
const ASKED: [Writing; 20] = [
    plain("plus", |one| (format!("+{}", one.digits), None)),
    plain("plus, at home", |one| {
        (format!("+{}", one.digits), Some(one.home))
    }),
    plain("plus, elsewhere", |one| {
        (format!("+{}", one.digits), elsewhere(one))
    }),
    plain("plus, grouped", |one| (one.international.clone(), None)),
    plain("plus, dots", |one| {
        (one.international.replace([' ', '-'], "."), None)
    }),
    plain("plus in brackets", |one| {
        (format!("(+{}) {}", one.code, one.national_number()), None)
    }),
    plain("00", |one| (format!("00{}", one.digits), None)),
    plain("00, at home", |one| {
        (format!("00{}", one.digits), Some(one.home))
    }),
    plain("00, grouped", |one| {
        (one.international.replace('+', "00 "), None)
    }),
    plain("no plus", |one| (one.digits.clone(), None)),
    plain("no plus, at home", |one| {
        (one.digits.clone(), Some(one.home))
    }),
    plain("no plus, grouped", |one| {
        (without_plus(&one.international), None)
    }),
    plain("no plus, dashes, at home", |one| {
        (
            format!("{}-{}", one.code, one.national_number()),
            Some(one.home),
        )
    }),
    plain("national", |one| (one.national.clone(), Some(one.home))),
    plain("national digits", |one| {
        (digits_of(&one.national), Some(one.home))
    }),
    plain("no trunk digit", |one| {
        (one.national_number().to_owned(), Some(one.home))
    }),
    plain("tel:", |one| (format!("tel:+{}", one.digits), None)),
    plain("wa.me", |one| {
        (format!("https://wa.me/{}", one.digits), None)
    }),
    plain("label", |one| (format!("Mobile: +{}", one.digits), None)),
    plain("fullwidth plus, guarded", |one| {
        (format!("'\u{ff0b}{}", one.digits), None)
    }),
];

impl Sample {
    fn of(number: &PhoneNumber, home: Region) -> Sample {
        let written = |form| PHONE_NUMBER_UTIL.format(number, form).into_owned();
        let code = number.country_code.to_string();
        Sample {
            home,
            digits: written(PhoneNumberFormat::E164)
                .trim_start_matches('+')
                .to_owned(),
            code,
            national: written(PhoneNumberFormat::National),
            international: written(PhoneNumberFormat::International),
        }
    }

    fn national_number(&self) -> &str {
        &self.digits[self.code.len()..]
    }
}

/// A region that is not the number's and has another calling code.
fn elsewhere(one: &Sample) -> Option<Region> {
    let code = if one.code == "49" { "SE" } else { "DE" };
    Region::from_code(code)
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn without_plus(text: &str) -> String {
    text.replace('+', "")
}

/// Valid numbers of a region, by its example numbers with other last digits.
fn samples(region: Region, count: usize) -> Vec<Sample> {
    let Ok(theirs) = rlibphonenumber::Region::from_code(region.code()) else {
        return Vec::new();
    };
    let library = &*PHONE_NUMBER_UTIL;
    let types = [PhoneNumberType::Mobile, PhoneNumberType::FixedLine];
    let examples: Vec<PhoneNumber> = types
        .into_iter()
        .filter_map(|kind| {
            library
                .get_example_number_for_type_and_region(theirs, kind)
                .ok()
        })
        .collect();
    let mut samples = Vec::new();
    let mut seed = u64::from(region.code().as_bytes()[0]) << 8 | region.index() as u64;
    for _ in 0..200 * count {
        if samples.len() == count || examples.is_empty() {
            break;
        }
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut number = examples[samples.len() % examples.len()].clone();
        let changed = seed >> 33;
        // Numbers that begin with their calling code are among those that may be read two ways.
        let places = [4, 6][(changed % 2) as usize];
        let power = 10u64.pow(places);
        number.national_number = number.national_number / power * power + changed / 2 % power;
        let is_its = library.get_region_for_number(&number) == Some(theirs);
        if is_its && library.is_valid_number(&number) {
            samples.push(Sample::of(&number, region));
        }
    }
    samples
}

/// The numbers that a cell is: the one that is stored, or those that are looked up.
fn read(writing: &Writing, purpose: Purpose, sample: &Sample) -> Vec<Number> {
    let reader = CellReader {
        purpose,
        order: writing.order,
    };
    let (text, home) = (writing.write)(sample);
    let mut numbers = Vec::new();
    reader.cell(text.as_bytes(), home, &mut |outcome| {
        if let CellOutcome::Number(reading) = outcome {
            numbers.push(reading.number);
            if purpose == Purpose::Check {
                numbers.extend(reading.alternative);
            }
        }
    });
    if purpose == Purpose::Check {
        let mut twins = Vec::new();
        for number in &numbers {
            number.for_each_twin(&mut |twin| twins.push(twin));
        }
        numbers.extend(twins);
    }
    numbers
}

/// What the pairs of one country came to.
#[derive(Default)]
struct Pairs {
    tried: u64,
    lost: Vec<String>,
    strangers: Vec<String>,
}

fn pairs(samples: &[Sample]) -> Pairs {
    let mut pairs = Pairs::default();
    let asked: Vec<Vec<Vec<Number>>> = samples
        .iter()
        .map(|sample| {
            ASKED
                .iter()
                .map(|way| read(way, Purpose::Check, sample))
                .collect()
        })
        .collect();
    for load in &LOADED {
        let purpose = Purpose::Load(Accept::Valid);
        let stored: Vec<Vec<Number>> = samples
            .iter()
            .map(|sample| read(load, purpose, sample))
            .collect();
        let index: HashSet<Number> = stored.iter().flatten().copied().collect();
        for (at, sample) in samples.iter().enumerate() {
            let without: HashSet<Number> = index
                .iter()
                .copied()
                .filter(|number| !stored[at].contains(number))
                .collect();
            for (way, numbers) in ASKED.iter().zip(&asked[at]) {
                pairs.tried += 1;
                let name = || format!("{} {} / {}", sample.home, load.name, way.name);
                if !numbers.iter().any(|number| index.contains(number)) {
                    pairs.lost.push(name());
                }
                if numbers.iter().any(|number| without.contains(number)) {
                    pairs.strangers.push(name());
                }
            }
        }
    }
    pairs
}

/// Rows of a file of one country, of which so many percent have their calling code and no plus,
/// that are stored under another number, or not at all; the others are written with `others`.
fn lost_rows(samples: &[Sample], percent: usize, others: &Writing) -> usize {
    let bare = &LOADED[7];
    let rows = samples.iter().enumerate();
    rows.filter(|(at, sample)| {
        let way = if at * 100 < percent * samples.len() {
            bare
        } else {
            others
        };
        let stored = read(way, Purpose::Load(Accept::Valid), sample);
        let digits = sample.digits.parse();
        !stored
            .iter()
            .any(|number| digits == Ok(number.digits_in_full()))
    })
    .count()
}

fn run(count: usize, out: &mut impl Write) -> io::Result<bool> {
    let (mut countries, mut tried, mut lost, mut strangers) = (0, 0, Vec::new(), Vec::new());
    let regions = Region::all().filter(|&region| region != Region::NON_GEOGRAPHIC);
    let mut mixed = Vec::new();
    for region in regions {
        let samples = samples(region, count);
        if samples.len() < count {
            continue;
        }
        countries += 1;
        let pairs = pairs(&samples);
        tried += pairs.tried;
        lost.extend(pairs.lost);
        strangers.extend(pairs.strangers);
        for (others, name) in [(&LOADED[10], "national"), (&LOADED[12], "no trunk digit")] {
            for percent in (0..=100).step_by(10) {
                let rows = lost_rows(&samples, percent, others);
                if rows > 0 {
                    mixed.push(format!(
                        "{region} {percent} % international, others {name}: {rows} of {count}"
                    ));
                }
            }
        }
    }
    writeln!(
        out,
        "{countries} countries, {} × {} writings, {count} numbers: {tried} pairs, {} lost, {} strangers exposed",
        LOADED.len(),
        ASKED.len(),
        lost.len(),
        strangers.len()
    )?;
    for line in lost.iter().chain(&strangers).take(40) {
        writeln!(out, "  {line}")?;
    }
    writeln!(
        out,
        "mixed files that store a row under another number: {}",
        mixed.len()
    )?;
    for line in mixed.iter().take(40) {
        writeln!(out, "  {line}")?;
    }
    Ok(lost.is_empty() && strangers.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_meets_and_no_stranger_does() {
        let mut said = Vec::new();
        let whole = run(2, &mut said).expect("writing to memory does not fail");
        assert!(whole, "{}", String::from_utf8_lossy(&said));
    }
}
