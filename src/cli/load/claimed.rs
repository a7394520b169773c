//! A seller's table of claims: `country,count`, the country in any form that a dump writes it.

use std::collections::BTreeMap;
use std::io::{self, Read as _};

use anyhow::Context as _;
use leakline::phone::Region;
use leakline::printable::shown;

use crate::cli::args::values::InputPath;
use crate::cli::terminal::failure::{failure, in_full};

const ADVICE: &str = "give two columns, country and count, as in EG,44823547 or EG,\"44,823,547\"";

/// The claimed counts by country code. Rows of one country add up; a header and blank rows are
/// passed over. A row that has more is refused: `EG,44,823,547` claims 44 to who reads two columns.
pub(crate) fn read(input: &InputPath) -> anyhow::Result<BTreeMap<String, u64>> {
    let name = shown(&input.as_path());
    let text = read_whole(input).map_err(|error| {
        let error = anyhow::Error::new(error).context(format!("{name}: cannot be read"));
        failure(in_full(&error), "check the path, and that you may read it")
    })?;
    let first_line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let delimiter = [b'\t', b';']
        .into_iter()
        .find(|byte| first_line.contains(byte))
        .unwrap_or(b',');
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text));
    let mut claims = BTreeMap::new();
    for (place, row) in rows.records().enumerate() {
        let row = row.with_context(|| format!("{name}: row {}: cannot be read", place + 1))?;
        let (country, count) = (row.get(0).unwrap_or(""), row.get(1).unwrap_or(""));
        let is_more = row.iter().skip(2).any(|cell| !cell.is_empty());
        let count = count_of(count).filter(|_| !is_more);
        match (Region::from_name(country), count) {
            (Some(region), Some(count)) => {
                let claimed: &mut u64 = claims.entry(region.code().to_owned()).or_default();
                *claimed = claimed.saturating_add(count);
            }
            (None, None) if row.iter().all(str::is_empty) => {}
            // A header has words in it, and no digits.
            (None, None)
                if place == 0
                    && !row
                        .iter()
                        .any(|cell| cell.contains(|c: char| c.is_ascii_digit())) => {}
            (region, _) => {
                let line = row.position().map_or(0, csv::Position::line);
                let what = match region {
                    None => "names no known country",
                    Some(_) if is_more => "has more than two columns",
                    Some(_) => "has no count",
                };
                return Err(failure(format!("{name}: line {line}: {what}"), ADVICE));
            }
        }
    }
    if claims.is_empty() {
        return Err(failure(format!("{name}: holds no claims"), ADVICE));
    }
    Ok(claims)
}

fn read_whole(input: &InputPath) -> io::Result<Vec<u8>> {
    match input {
        InputPath::File(path) => std::fs::read(path),
        InputPath::Stdin => {
            let mut text = Vec::new();
            io::stdin().read_to_end(&mut text)?;
            Ok(text)
        }
    }
}

/// A count, its thousands set apart or not: `44823547`, `44,823,547`, `44 823 547`.
fn count_of(text: &str) -> Option<u64> {
    let apart = |c: char| matches!(c, ',' | '.' | '_' | '\'' | ' ' | '\u{a0}' | '\u{202f}');
    let mut groups = text.split(apart);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if rest.iter().any(|group| group.len() != 3) || (!rest.is_empty() && first.len() > 3) {
        return None;
    }
    (first.to_owned() + &rest.concat()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_may_be_set_apart_and_fractions_are_no_counts() {
        for (text, count) in [
            ("0", 0),
            ("44823547", 44_823_547),
            ("44,823,547", 44_823_547),
            ("1 000", 1000),
        ] {
            assert_eq!(count_of(text), Some(count), "{text}");
        }
        for text in ["", "4.5", "44,82", "1234,567", "-1", "many"] {
            assert_eq!(count_of(text), None, "{text}");
        }
    }
}
