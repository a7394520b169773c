//! The lines of `--explain` below an answer in text: how the contact was read.

use super::ReportOptions;
use crate::exposure::{Explanation, HomeFrom};
use crate::intake::Home;
use crate::phone::{Grade, ReadAs, Reading};

/// Columns before each line: those of the answer above.
const INDENT: usize = 13;
/// A line is broken between two parts where it would be longer.
const WIDTH: usize = 80;

/// Adds the lines to `text`.
pub(super) fn explained(options: &ReportOptions, explanation: &Explanation, text: &mut String) {
    let home = home(explanation);
    let parts = match &explanation.reading {
        Some(reading) => parts_of(options, reading, home),
        None => vec!["read as no number".to_owned(), home],
    };
    add_lines(&parts, text);
}

/// The number first, then what is to be known of its reading.
fn parts_of(options: &ReportOptions, reading: &Reading, home: String) -> Vec<String> {
    let number = options.number(reading.number);
    let number = format!("read as {number}, {}", reading.number.region().name());
    let mut parts = match reading.grade {
        Grade::Valid => vec![format!("{number}, valid"), home],
        Grade::Possible => {
            let grade = "of a possible length, in no range that is in use";
            vec![number, grade.to_owned(), home]
        }
    };
    let read_as = match reading.read_as {
        ReadAs::Home => "read as dialled at home",
        ReadAs::International => "read as international",
    };
    parts.push(read_as.to_owned());
    if reading.migrated {
        parts.push("rewritten from an old numbering plan".to_owned());
    }
    if let Some(other) = reading.alternative {
        let number = options.number(other);
        parts.push(format!(
            "looked up as {number}, {}, too",
            other.region().name()
        ));
    }
    let repairs: Vec<_> = reading.repairs.codes().collect();
    if !repairs.is_empty() {
        parts.push(format!("mended: {}", repairs.join(", ")));
    }
    parts
}

fn home(explanation: &Explanation) -> String {
    match (&explanation.home, &explanation.home_from) {
        (Home::Region(region), HomeFrom::Option) => {
            format!("home country {} by --country", region.name())
        }
        (Home::Region(region), _) => format!("home country {} by its row", region.name()),
        (Home::UnknownName, _) => "its row names no known country".to_owned(),
        (Home::None, _) => "no home country".to_owned(),
    }
}

fn add_lines(parts: &[String], text: &mut String) {
    let mut column = WIDTH;
    for (index, part) in parts.iter().enumerate() {
        let columns = part.chars().count();
        let is_first = index == 0;
        // The semicolon belongs to the part before.
        if !is_first {
            text.push(';');
        }
        if is_first || column + "; ;".len() + columns > WIDTH {
            text.push_str(if is_first { "" } else { "\n" });
            text.extend(std::iter::repeat_n(' ', INDENT));
            column = INDENT + columns;
        } else {
            text.push(' ');
            column += 2 + columns;
        }
        text.push_str(part);
    }
    text.push('\n');
}
