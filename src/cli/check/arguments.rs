//! Numbers given as arguments, and the mistakes that people make with them.

use std::path::Path;

use leakline::phone::{
    CellOutcome, CellReader, DigitOrder, Grade, Purpose, Reading, Reason, Region,
};

use crate::cli::args::Check;
use crate::cli::terminal::failure::failure;

/// A number has no fewer digits than this.
const FEWEST_DIGITS: usize = 7;
/// A number written with spaces has no more parts than this.
const MOST_PARTS: usize = 6;

/// Refuses arguments that are files, or parts of one number.
pub(crate) fn refuse_mistakes(args: &Check) -> anyhow::Result<()> {
    let numbers: Vec<&str> = args.numbers.iter().map(String::as_str).collect();
    if let Some(file) = numbers.iter().find(|text| is_file(text)) {
        return Err(failure(
            format!("{file}: is a file, and an argument is a number"),
            &format!("give a list with -i: `leakline check -i {file}`"),
        ));
    }
    if let Some(first) = first_of_parts(&numbers, args.input.country) {
        return Err(failure(
            format!(
                "arguments {} and {} are one number only together",
                first + 1,
                first + 2
            ),
            "put quotes around a number with spaces, or give one number a line on stdin (`-i -`)",
        ));
    }
    Ok(())
}

/// A name with letters of something that is there; a number in digits is a number.
fn is_file(text: &str) -> bool {
    text != "-" && text.contains(char::is_alphabetic) && Path::new(text).exists()
}

/// Where a number begins that a shell took apart: its first part is no number, some part is short,
/// no part but the first has a plus, and together they are one. Its parts must never be answered
/// apart.
fn first_of_parts(arguments: &[&str], home: Option<Region>) -> Option<usize> {
    (0..arguments.len()).find(|&first| {
        let rest = &arguments[first..];
        let later = rest[1..].iter().take(MOST_PARTS - 1);
        let parts = 1 + later.take_while(|part| is_later_part(part)).count();
        (2..=parts).any(|count| is_one_number(&rest[..count], home))
    })
}

fn is_later_part(text: &str) -> bool {
    text.contains(|c: char| c.is_numeric())
        && (text.chars()).all(|c| c.is_numeric() || "()-./".contains(c))
}

fn is_one_number(parts: &[&str], home: Option<Region>) -> bool {
    let digits = |part: &&str| part.chars().filter(|c| c.is_numeric()).count();
    let is_short = |part: &&str| digits(part) < FEWEST_DIGITS;
    let starts_a_number = parts[0].contains(|c: char| c.is_numeric())
        && (parts[0].chars()).all(|c| c.is_numeric() || "+()-./ ".contains(c));
    starts_a_number
        && parts.iter().any(is_short)
        && (is_short(&parts[0]) || !is_number(parts[0], home))
        && is_number(&parts.join(" "), home)
}

/// Whether a text is a number, or would be one if its country were known.
fn is_number(text: &str, home: Option<Region>) -> bool {
    let reader = CellReader {
        purpose: Purpose::Check,
        order: DigitOrder::HomeFirst,
    };
    let mut is_number = false;
    reader.cell(text.as_bytes(), home, &mut |outcome| {
        is_number |= matches!(
            outcome,
            CellOutcome::Rejected(Reason::NoCountry)
                | CellOutcome::Number(Reading {
                    grade: Grade::Valid,
                    ..
                })
        );
    });
    is_number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(arguments: &[&str], home: Option<&str>) -> Option<usize> {
        first_of_parts(arguments, home.and_then(Region::from_code))
    }

    #[test]
    fn parts_of_a_number_are_found() {
        for (arguments, home, expected) in [
            (&["0171", "3920010"][..], Some("DE"), Some(0)),
            (&["0171", "3920010"], None, Some(0)),
            (&["0171", "392", "0010"], Some("DE"), Some(0)),
            (&["+49", "171", "3920010"], None, Some(0)),
            (&["+1", "(212)", "555-0100"], None, Some(0)),
            (&["+12125550100", "+49", "171", "3920010"], None, Some(1)),
        ] {
            assert_eq!(first(arguments, home), expected, "{arguments:?}");
        }
    }

    #[test]
    fn numbers_of_their_own_are_left_alone() {
        for (arguments, home) in [
            (&["+12125550100", "+12125550101"][..], None),
            (&["01713920010", "01713920011"], Some("DE")),
            (&["12125550100", "12"], None),
            (&["12"], None),
            (&["abc", "12"], None),
        ] {
            assert_eq!(first(arguments, home), None, "{arguments:?}");
        }
    }
}
