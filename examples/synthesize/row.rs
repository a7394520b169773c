//! One row in each format.

use crate::Format;
use crate::country::Number;
use crate::permutation::mix;

/// The first of the made-up user ids, as long as Facebook's: a long number that is no phone.
const FIRST_ID: u64 = 100_000_000_000_000;

#[rustfmt::skip]
const GIVEN: [&str; 16] = [
    "Ann", "Bo", "Chidi", "Dana", "Eva", "Farid", "Grace", "Hana", "Ivan", "José", "Kofi", "Lea", "Mona", "Nils", "Omar",
    "Zoë",
];
#[rustfmt::skip]
const FAMILY: [&str; 16] = [
    "Lee", "Haddad", "Rossi", "Okafor", "Silva", "Novák", "Berg", "Sato", "Khan", "Costa", "Meyer", "Dupont", "Kaya",
    "Nagy", "Ali", "Smith",
];

impl Format {
    /// What a file starts with.
    pub(crate) fn head(self) -> &'static [u8] {
        match self {
            Format::Text | Format::Ndjson => b"",
            Format::Csv => b"id,phone,name\r\n",
            Format::Json => b"[",
        }
    }

    /// What a file ends with.
    pub(crate) fn tail(self) -> &'static [u8] {
        match self {
            Format::Json => b"\n]\n",
            Format::Text | Format::Csv | Format::Ndjson => b"",
        }
    }

    /// Appends a row; `place` is its place in the file, from 0.
    #[inline]
    pub(crate) fn write_row(self, number: Number, place: u64, out: &mut Vec<u8>) {
        match self {
            Format::Text => {
                push_digits(number, out);
                out.push(b'\n');
            }
            Format::Csv => write_csv(number, place, out),
            Format::Json => {
                out.extend_from_slice(if place == 0 {
                    b"\n{\"id\":\""
                } else {
                    b",\n{\"id\":\""
                });
                push_id(place, out);
                out.extend_from_slice(b"\",\"phone\":\"");
                push_digits(number, out);
                out.extend_from_slice(b"\",\"name\":\"");
                push_name(number, b" ", out);
                out.extend_from_slice(b"\"}");
            }
            Format::Ndjson => {
                out.extend_from_slice(b"{\"phone\":");
                push_digits(number, out);
                out.extend_from_slice(b",\"name\":\"");
                push_name(number, b" ", out);
                out.extend_from_slice(b"\"}\n");
            }
        }
    }
}

fn write_csv(number: Number, place: u64, out: &mut Vec<u8>) {
    push_id(place, out);
    out.push(b',');
    push_digits(number, out);
    out.extend_from_slice(b",\"");
    let between: &[u8] = match mix(number.digits) >> 60 {
        0 => b"\n",
        1 => b" \"\"Sunny\"\" ",
        2 => b", ",
        _ => b" ",
    };
    push_name(number, between, out);
    out.extend_from_slice(b"\"\r\n");
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "any bits of a random draw will do"
)]
fn push_name(number: Number, between: &[u8], out: &mut Vec<u8>) {
    let draw = mix(number.digits) as usize;
    out.extend_from_slice(GIVEN[draw % GIVEN.len()].as_bytes());
    out.extend_from_slice(between);
    out.extend_from_slice(FAMILY[draw / GIVEN.len() % FAMILY.len()].as_bytes());
}

fn push_id(place: u64, out: &mut Vec<u8>) {
    push_digits(
        Number {
            digits: FIRST_ID + place,
            length: 15,
        },
        out,
    );
}

/// Appends the decimal digits, of which there are at most 16. `fmt` takes several times as long,
/// and this is done for every row.
#[inline]
pub(crate) fn push_digits(number: Number, out: &mut Vec<u8>) {
    const HALF: u64 = 100_000_000;
    let digits = (u128::from(eight_digits(number.digits / HALF)) << 64)
        | u128::from(eight_digits(number.digits % HALF));
    let end = out.len() + number.length;
    // All 16 bytes in one store, then back to the length: cheaper than a copy of a length known
    // only now.
    out.extend_from_slice(&(digits << (8 * (16 - number.length))).to_be_bytes());
    out.truncate(end);
}

/// The eight decimal digits of a number as ASCII, the first in the highest byte: halves, quarters
/// and digits are split off in all lanes of the word at once.
#[inline]
fn eight_digits(number: u64) -> u64 {
    let fours = ((number / 10_000) << 32) | (number % 10_000);
    let hundreds = ((fours * 10_486) >> 20) & 0x7F_0000_007F; // n / 100 for n below 10,000
    let twos = (hundreds << 16) | (fours - 100 * hundreds);
    let tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F; // n / 10 for n below 100
    let ones = twos - 10 * tens;
    (tens << 8) | ones | 0x3030_3030_3030_3030
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_decimal_and_of_the_stated_length() {
        for digits in (0..100_000_000).step_by(997) {
            let expected = format!("{digits:08}");
            assert_eq!(eight_digits(digits).to_be_bytes(), *expected.as_bytes());
        }
        for digits in [
            7,
            10,
            99,
            100,
            12_125_550_100,
            10_000_000_000,
            9_999_999_999_999_999,
        ] {
            let mut out = Vec::new();
            push_digits(
                Number {
                    digits,
                    length: digits.to_string().len(),
                },
                &mut out,
            );
            assert_eq!(out, digits.to_string().as_bytes());
        }
    }

    #[test]
    fn rows_of_every_format_read_back() {
        let numbers: Vec<Number> = (0..200)
            .map(|n| Number {
                digits: 12_125_550_100 + n % 100,
                length: 11,
            })
            .collect();
        let file = |format: Format| {
            let mut out = format.head().to_vec();
            for (place, number) in (0..).zip(&numbers) {
                format.write_row(*number, place, &mut out);
            }
            out.extend_from_slice(format.tail());
            out
        };
        let digits = || numbers.iter().map(|number| number.digits.to_string());
        assert!(
            String::from_utf8(file(Format::Text))
                .unwrap()
                .lines()
                .eq(digits())
        );

        let csv = file(Format::Csv);
        let mut reader = csv::Reader::from_reader(&*csv);
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert!(
            records
                .iter()
                .map(|record| record[1].to_owned())
                .eq(digits())
        );
        for sign in ["\n", "\"", ","] {
            assert!(records.iter().any(|record| record[2].contains(sign)));
        }

        let array: Vec<serde_json::Value> = serde_json::from_slice(&file(Format::Json)).unwrap();
        assert!(
            array
                .iter()
                .map(|row| row["phone"].as_str().unwrap().to_owned())
                .eq(digits())
        );

        let lines = String::from_utf8(file(Format::Ndjson)).unwrap();
        let rows = lines
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        assert!(rows.map(|row| row["phone"].to_string()).eq(digits()));
    }
}
