//! The reader and the compiled plans beside the library: the same strings in one run, on one core.
//!
//! `cargo bench --bench numbers` prints how many million numbers a second each reads, what the
//! reader gains over the library, and the share that the library finds valid. The strings are made
//! up from `fixtures/mobile_blocks.tsv`: blocks of mobile numbers by country, each with the count
//! of a known leak as its weight. The run fails if the plans say anything else than the library, or
//! the reader, where the library finds a number. Text that only the reader cleans has no figure for
//! the plans.

use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;

use leakline::phone::plans::{self, Root, Verdict};
use leakline::phone::{Accept, CellOutcome, CellReader, DigitOrder, Number, Purpose, Region};
use rlibphonenumber::PHONE_NUMBER_UTIL;

/// Strings of each kind.
const STRINGS: usize = 400_000;
/// Strings of each kind where the run is only to show that all agree (`cargo test --benches`).
const FEW_STRINGS: usize = 1_000;
/// Every so-manieth string is read by the library too.
const SAMPLED: usize = 10;
/// The best of this number of runs counts: others share the machine.
const RUNS: usize = 7;

/// Mobile numbers of one country.
struct Country {
    region: Region,
    calling_code: String,
    weight: u64,
    /// A national prefix, and how many digits follow it.
    blocks: Vec<(String, usize)>,
}

/// Strings in one buffer, as the lines of a file are.
struct Strings {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    homes: Vec<Region>,
}

/// How a number is written: from its calling code and national digits.
type Form = fn(&mut Vec<u8>, &str, &str);

/// How strings are read.
#[derive(Clone, Copy)]
enum How {
    /// As bare international digits.
    International,
    /// As dialled at home.
    Home,
}

fn main() -> io::Result<()> {
    let countries = countries();
    let all: Vec<&Country> = countries.iter().collect();
    let measures = std::env::args().any(|argument| argument == "--bench");
    let count = if measures { STRINGS } else { FEW_STRINGS };
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<34}{:>9}{:>9}{:>9}{:>8}{:>8}",
        "M numbers/s, one core", "reader", "plans", "library", "gain", "valid"
    )?;
    for code in ["EG", "IT", "US", "IN", "DE", "BR"] {
        let of_code = |country: &&Country| country.region.code() == code;
        let one: Vec<_> = all.iter().copied().filter(of_code).collect();
        let strings = Strings::new(&one, bare, count);
        measure(
            &mut out,
            &format!("{code}, bare digits"),
            How::International,
            &strings,
        )?;
    }
    let mixed: [(&str, How, Form); 11] = [
        ("mixed, bare digits", How::International, bare),
        ("mixed, with a plus", How::Home, plus),
        ("mixed, national", How::Home, national),
        ("mixed, without plus at home", How::Home, bare),
        ("mixed, 00 in front", How::Home, double_zero),
        ("mixed, +20 10 12 34 56 78", How::Home, spaced),
        ("mixed, (+20) 101-234.567/8", How::Home, punctuated),
        ("mixed, +20 (0) 1012345678", How::Home, bracketed_zero),
        ("mixed, no-break spaces, dashes", How::Home, typeset),
        ("mixed, full-width digits", How::Home, full_width),
        ("mixed, Arabic digits", How::Home, arabic),
    ];
    for (name, how, form) in mixed {
        measure(&mut out, name, how, &Strings::new(&all, form, count))?;
    }
    Ok(())
}

fn bare(line: &mut Vec<u8>, code: &str, national: &str) {
    line.extend_from_slice(code.as_bytes());
    line.extend_from_slice(national.as_bytes());
}

fn plus(line: &mut Vec<u8>, code: &str, national: &str) {
    line.push(b'+');
    bare(line, code, national);
}

fn national(line: &mut Vec<u8>, _: &str, national: &str) {
    line.extend_from_slice(national.as_bytes());
}

fn double_zero(line: &mut Vec<u8>, code: &str, national: &str) {
    line.extend_from_slice(b"00");
    bare(line, code, national);
}

fn spaced(line: &mut Vec<u8>, code: &str, national: &str) {
    plus(line, code, "");
    for pair in national.as_bytes().chunks(2) {
        line.push(b' ');
        line.extend_from_slice(pair);
    }
}

fn punctuated(line: &mut Vec<u8>, code: &str, national: &str) {
    line.extend_from_slice(b"(+");
    line.extend_from_slice(code.as_bytes());
    for (part, mark) in national
        .as_bytes()
        .chunks(3)
        .zip([") ", "-", ".", "/", " "])
    {
        line.extend_from_slice(mark.as_bytes());
        line.extend_from_slice(part);
    }
}

fn bracketed_zero(line: &mut Vec<u8>, code: &str, national: &str) {
    plus(line, code, " (0) ");
    line.extend_from_slice(national.as_bytes());
}

fn typeset(line: &mut Vec<u8>, code: &str, national: &str) {
    plus(line, code, "");
    for (part, mark) in national
        .as_bytes()
        .chunks(3)
        .zip(["\u{a0}", "\u{2011}", "\u{2013}"].iter().cycle())
    {
        line.extend_from_slice(mark.as_bytes());
        line.extend_from_slice(part);
    }
}

fn full_width(line: &mut Vec<u8>, code: &str, national: &str) {
    line.extend_from_slice("\u{ff0b}".as_bytes());
    in_digits_from('\u{ff10}', line, code);
    in_digits_from('\u{ff10}', line, national);
}

fn arabic(line: &mut Vec<u8>, code: &str, national: &str) {
    line.push(b'+');
    in_digits_from('\u{660}', line, code);
    in_digits_from('\u{660}', line, national);
}

fn in_digits_from(zero: char, line: &mut Vec<u8>, digits: &str) {
    for byte in digits.bytes() {
        let digit = char::from_u32(u32::from(zero) + u32::from(byte - b'0')).expect("a digit");
        line.extend_from_slice(digit.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn measure(out: &mut impl Write, name: &str, how: How, strings: &Strings) -> io::Result<()> {
    let count = strings.ends.len();
    let sampled = count / SAMPLED;
    let by_reader = best(count, |at| {
        black_box(strings.by_reader(at, how));
    });
    let by_plans = best(count, |at| {
        black_box(strings.by_plans(at, how));
    });
    let by_library = best(sampled, |at| {
        black_box(strings.by_library(at * SAMPLED, how));
    });
    let mut valid = 0;
    for at in (0..count).step_by(SAMPLED) {
        let theirs = strings.by_library(at, how);
        match strings.by_plans(at, how) {
            Verdict::Valid(number) => assert_eq!(Some(facts(number)), theirs, "{name}"),
            Verdict::NotValid => assert_eq!(None, theirs, "{name}"),
            Verdict::Elsewhere => {}
        }
        if theirs.is_some() {
            let ours = strings.by_reader(at, how).map(facts);
            // An Italian zero in brackets is left out where the library keeps it.
            if ours != theirs && !name.contains("(0)") {
                // Digits behind 00 or the home's own calling code are international first.
                let international = strings.by_library(at, How::International);
                assert_eq!(ours, international, "{name}");
            }
            valid += 1;
        }
    }
    let plans = match strings.by_plans(0, how) {
        Verdict::Elsewhere => "-".to_owned(),
        _ => format!("{by_plans:.1}"),
    };
    let gain = by_reader / by_library;
    let share = f64::from(valid) / sampled as f64 * 100.0;
    writeln!(
        out,
        "{name:<34}{by_reader:>9.1}{plans:>9}{by_library:>9.2}{gain:>8.1}{share:>7.1}%"
    )
}

fn facts(number: Number) -> (u64, Region) {
    (number.digits_in_full(), number.region())
}

/// Millions a second in the best run.
fn best(count: usize, mut read: impl FnMut(usize)) -> f64 {
    let seconds = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            (0..count).for_each(&mut read);
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    count as f64 / seconds / 1e6
}

impl Strings {
    /// Numbers of the countries by weight, in an order without pattern.
    fn new(countries: &[&Country], form: Form, count: usize) -> Strings {
        let mut chance = Chance(42);
        let total = countries.iter().map(|country| country.weight).sum();
        let mut strings = Strings {
            bytes: Vec::new(),
            ends: Vec::new(),
            homes: Vec::new(),
        };
        for _ in 0..count {
            let mut drawn = chance.below(total);
            let country = countries
                .iter()
                .find(|country| {
                    let found = drawn < country.weight;
                    drawn = drawn.wrapping_sub(country.weight);
                    found
                })
                .expect("below the sum of weights");
            let at = usize::try_from(chance.below(country.blocks.len() as u64)).expect("in range");
            let (prefix, free) = &country.blocks[at];
            let mut digits = prefix.clone();
            for _ in 0..*free {
                digits.push(char::from(
                    b'0' + u8::try_from(chance.below(10)).expect("one digit"),
                ));
            }
            form(&mut strings.bytes, &country.calling_code, &digits);
            strings.ends.push(strings.bytes.len());
            strings.homes.push(country.region);
            strings.bytes.push(b'\n');
        }
        strings
    }

    fn get(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        &self.bytes[start..self.ends[at]]
    }

    fn by_reader(&self, at: usize, how: How) -> Option<Number> {
        let order = match how {
            How::International => DigitOrder::InternationalFirst,
            How::Home => DigitOrder::HomeFirst,
        };
        let reader = CellReader {
            purpose: Purpose::Load(Accept::Valid),
            order,
        };
        // As every row is read: most cells need no more than the first question.
        let home = Some(self.homes[at]);
        if let Some(reading) = reader.plain(self.get(at), home) {
            return Some(reading.number);
        }
        let mut number = None;
        reader.cell(self.get(at), home, &mut |outcome| {
            if let CellOutcome::Number(reading) = outcome {
                number = Some(reading.number);
            }
        });
        number
    }

    fn by_plans(&self, at: usize, how: How) -> Verdict {
        let string = self.get(at);
        match how {
            How::International => {
                plans::digits(string, Root::International).map_or(Verdict::NotValid, Verdict::Valid)
            }
            How::Home => plans::text(string, Some(self.homes[at])),
        }
    }

    fn by_library(&self, at: usize, how: How) -> Option<(u64, Region)> {
        let string = std::str::from_utf8(self.get(at)).expect("made of characters");
        let number = match how {
            How::International => {
                // A plus in another spelling.
                let digits = string.strip_prefix("00").unwrap_or(string);
                PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None)
            }
            How::Home => {
                let home = rlibphonenumber::Region::from_code(self.homes[at].code());
                PHONE_NUMBER_UTIL.parse(string, home.ok())
            }
        };
        let number = number
            .ok()
            .filter(|number| PHONE_NUMBER_UTIL.is_valid_number(number))?;
        let region = PHONE_NUMBER_UTIL.get_region_for_number(&number)?;
        let region = Region::from_code(region.as_region_str().as_str())?;
        let e164 = PHONE_NUMBER_UTIL.format(&number, rlibphonenumber::PhoneNumberFormat::E164);
        Some((e164[1..].parse().ok()?, region))
    }
}

fn countries() -> Vec<Country> {
    include_str!("../fixtures/mobile_blocks.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<_> = line.split('\t').collect();
            let blocks = fields[5].split(' ').map(|block| {
                let (prefix, free) = block.split_once(':').expect("prefix:digits");
                (prefix.to_owned(), free.parse().expect("a count of digits"))
            });
            Country {
                region: Region::from_code(fields[0]).expect("a known region"),
                calling_code: fields[2].to_owned(),
                weight: fields[3].parse().expect("a weight"),
                blocks: blocks.collect(),
            }
        })
        .collect()
}

/// Numbers that look random and are the same in every run: `SplitMix64` (Steele, Lea, Flood, OOPSLA
/// 2014).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
