//! Numbers of a converted dump that its converter puts into no row: in comments, notes, statements
//! and attributes that it does not know.
//!
//! Found by comparison, so that this knows no format either: numbers that are in the text and in
//! none of the rows made of it.

use std::collections::HashSet;

use super::places::{NumberCandidate, Places, TextPosition};
use super::tokens::{Writing, candidates};
use crate::dump::ConvertedSample;
use crate::phone::Number;

/// Counts the candidates in the text of the sample that are in none of its rows.
pub(super) fn count_outside(sample: &ConvertedSample, places: &mut Places) {
    let mut in_rows: HashSet<Number> = HashSet::new();
    each_candidate(&sample.rows, |_, number| in_rows.extend(number));
    // The row that the sample breaks off in is not written yet.
    let end = if sample.complete {
        sample.text.len()
    } else {
        let closed = sample.text.len().saturating_sub(OPEN_ROW);
        memchr::memrchr(b'\n', &sample.text[..closed]).unwrap_or(0)
    };
    each_candidate(&sample.text[..end], |writing, number| {
        if number.is_none_or(|number| !in_rows.contains(&number)) {
            let found = NumberCandidate {
                writing,
                is_number: number.is_some(),
                first: true,
            };
            places.count_in(TextPosition::Outside, 0, found);
        }
    });
}

/// Bytes at the end of a sample that may belong to a row that goes on behind it.
const OPEN_ROW: usize = 16 << 10;

fn each_candidate(text: &[u8], mut visit: impl FnMut(Writing, Option<Number>)) {
    for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
        candidates(line, None, &mut visit);
    }
}
